//! `/v1/parse`: what is found, with nothing stored.

use crate::helpers::TestApp;
use serde_json::{Value, json};

#[tokio::test]
async fn parsing_shows_spans_that_slice_the_text_and_stores_nothing() {
    let app = TestApp::start().await;
    let text = "“We will not move – ever,” France's foreign minister, Ann Bell, said on Saturday. \
        Bell added that talks would go on.";
    let body = json!({"text": text, "published": "2031-05-11"}).to_string();
    let response = app
        .post("/v1/parse", "application/json", body.clone())
        .await;
    assert_eq!(response.status(), 200);
    let first = response.text().await.unwrap();
    let parsed: Value = serde_json::from_str(&first).unwrap();
    let statements = parsed["statements"].as_array().unwrap();
    assert!(!statements.is_empty());
    let letters: Vec<char> = text.chars().collect();
    for statement in statements {
        for part in ["source", "cue", "content"] {
            for words in statement[part].as_array().unwrap() {
                let at = |key: &str| words[key].as_u64().unwrap() as usize;
                let there: String = letters[at("start")..at("end")].iter().collect();
                assert_eq!(words["text"], there);
            }
        }
    }
    let again = app.post("/v1/parse", "application/json", body).await;
    assert_eq!(again.text().await.unwrap(), first);
    assert_eq!(app.json("/v1/articles").await["total"], 0);
}
