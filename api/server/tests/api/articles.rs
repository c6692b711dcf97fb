//! `/v1/articles`.

use crate::helpers::{TestApp, problem, some_talks};
use plenary_server::app::Limits;
use serde_json::{Value, json};

fn article(text: &str) -> Value {
    json!({
        "text": text,
        "title": "Round ends",
        "outlet": "Morning Wire",
        "published": "2031-05-11",
        "url": "https://news.example/1"
    })
}

/// What became of the lines of a batch.
async fn batch(app: &TestApp, lines: String) -> Vec<Value> {
    let form = "application/x-ndjson";
    let response = app.post("/v1/articles/batch", form, lines).await;
    assert_eq!(response.status(), 200);
    let text = response.text().await.unwrap();
    let results = text.lines().map(|line| serde_json::from_str(line).unwrap());
    results.collect()
}

const TEXT: &str = "GENEVA, May 10. France's foreign minister, Ann Bell, said on Saturday that \
    sanctions must stay in place. \"We will not move,\" Bell said.";

#[tokio::test]
async fn an_article_is_stored_once() {
    let app = TestApp::start().await;
    let first = app.create_article(&article(TEXT)).await;
    assert_eq!(first.status(), 201);
    let location = first.headers()["location"].to_str().unwrap().to_owned();
    let stored: Value = first.json().await.unwrap();
    assert_eq!(stored["known"], false);
    assert_eq!(stored["article"]["title"], "Round ends");

    let again = app.create_article(&article(TEXT)).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.headers()["location"], location.as_str());
    let known: Value = again.json().await.unwrap();
    assert_eq!(known["known"], true);
    assert_eq!(known["article"]["id"], stored["article"]["id"]);
    assert_eq!(known["positions"], stored["positions"]);

    let read = app.json(&location).await;
    assert_eq!(read["text"], TEXT);
    assert_eq!(app.json("/v1/articles").await["total"], 1);
}

#[tokio::test]
async fn bare_texts_are_taken_in_their_forms() {
    let app = TestApp::start().await;
    let markdown = format!("---\ntitle: From Markdown\npublished: 2031-05-11\n---\n\n{TEXT}");
    let html = format!(
        "<html><head><title>x</title></head><body><article><h1>From HTML</h1><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    );
    for (form, body) in [
        ("text/plain; charset=utf-8", TEXT.to_owned()),
        ("text/markdown", markdown),
        ("text/html", html),
    ] {
        let response = app.post("/v1/articles", form, body).await;
        assert_eq!(response.status(), 201, "{form}");
    }
    let list = app.json("/v1/articles").await;
    assert_eq!(list["total"], 3);
    assert_eq!(list["items"][1]["title"], "From Markdown");
    assert_eq!(list["items"][1]["published"], "2031-05-11");
    let id = list["items"][2]["id"].as_str().unwrap();
    let html = app.json(&format!("/v1/articles/{id}")).await;
    assert!(!html["text"].as_str().unwrap().contains('<'));
}

#[tokio::test]
async fn unusable_articles_are_problems_and_nothing_is_stored() {
    let limits = Limits {
        max_body_bytes: 20_000,
        max_article_bytes: 5_000,
        ..Limits::default()
    };
    let app = TestApp::start_with(limits).await;
    let json = "application/json";
    let long = article(&"word ".repeat(1_100)).to_string();
    for (form, body, status, kind) in [
        (json, "{".to_owned(), 400, "malformed"),
        (json, r#"{"text":"\ud800"}"#.to_owned(), 400, "malformed"),
        (json, "[]".to_owned(), 422, "validation"),
        (json, r#"{"title":"x"}"#.to_owned(), 422, "validation"),
        (json, r#"{"text":" "}"#.to_owned(), 422, "validation"),
        (json, r#"{"text":"a\u0000b"}"#.to_owned(), 422, "validation"),
        (
            json,
            r#"{"text":"a","published":"soon"}"#.to_owned(),
            422,
            "validation",
        ),
        (
            json,
            r#"{"text":"a","byline":"b"}"#.to_owned(),
            422,
            "validation",
        ),
        (json, long, 413, "article-too-long"),
        ("text/plain", "x".repeat(20_001), 413, "too-large"),
        (
            "text/plain; charset=latin1",
            "a".to_owned(),
            415,
            "unsupported-media-type",
        ),
        (
            "application/pdf",
            "a".to_owned(),
            415,
            "unsupported-media-type",
        ),
    ] {
        for path in ["/v1/articles", "/v1/parse"] {
            let response = app.post(path, form, body.clone()).await;
            problem(response, status, kind).await;
        }
    }
    let not_utf8 = app
        .request("POST", "/v1/articles")
        .header("content-type", "text/plain")
        .body(vec![0xff, 0xfe]);
    problem(not_utf8.send().await.unwrap(), 400, "malformed").await;
    for (path, form) in [
        ("/v1/articles", "text/plain"),
        ("/v1/parse", "application/json"),
        ("/v1/articles/batch", "application/x-ndjson"),
    ] {
        let coded = app.request("POST", path).header("content-type", form);
        let coded = coded.header("content-encoding", "compress").body("{}");
        problem(coded.send().await.unwrap(), 415, "unsupported-media-type").await;
    }
    assert_eq!(app.json("/v1/articles").await["total"], 0);
}

#[tokio::test]
async fn a_batch_takes_the_lines_that_the_command_line_takes() {
    let app = TestApp::start().await;
    let line =
        json!({"id": 7, "text": TEXT, "published": "2031-05-10T09:30:00Z", "desk": "Vienna"});
    let lines = format!(
        "{line}\n[1]\n{}",
        json!({"id": "b", "text": TEXT, "published": "May"})
    );
    let results = batch(&app, lines).await;
    let outcomes: Vec<&Value> = results.iter().map(|result| &result["outcome"]).collect();
    assert_eq!(outcomes, ["stored", "failed", "failed"], "{results:?}");
    let articles = app.json("/v1/articles").await;
    assert_eq!(articles["items"][0]["published"], "2031-05-10");
}

#[tokio::test]
async fn a_batch_answers_line_by_line_in_order() {
    let app = TestApp::start().await;
    let mut lines: Vec<String> = (0..12)
        .map(|n| article(&format!("{TEXT} Number {n}.")).to_string())
        .collect();
    lines.insert(3, String::new());
    lines.insert(5, "{\"text\":".to_owned());
    lines.push(lines[0].clone());
    let results = batch(&app, lines.join("\n")).await;
    let numbers: Vec<u64> = results
        .iter()
        .map(|r| r["line"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    for result in &results {
        match result["line"].as_u64().unwrap() {
            6 => {
                assert_eq!(result["outcome"], "failed");
                assert_eq!(result["problem"]["type"], "/problems/malformed");
            }
            15 => assert_eq!(result["outcome"], "known"),
            _ => assert_eq!(result["outcome"], "stored", "{result}"),
        }
    }
    assert_eq!(results[13]["id"], results[0]["id"]);
    assert_eq!(app.json("/v1/articles").await["total"], 12);
}

#[tokio::test]
async fn a_batch_line_that_is_too_long_does_not_stop_the_rest() {
    let limits = Limits {
        max_line_bytes: 2_000,
        ..Limits::default()
    };
    let app = TestApp::start_with(limits).await;
    let long = article(&"x".repeat(100_000));
    let body = format!("{long}\n{}\n", article(TEXT));
    let results = batch(&app, body).await;
    assert_eq!(results.len(), 2, "{results:?}");
    assert_eq!(results[0]["problem"]["type"], "/problems/line-too-long");
    assert_eq!(results[1]["outcome"], "stored");
}

#[tokio::test]
async fn a_deleted_article_is_gone_but_its_revision_keeps_it() {
    let app = TestApp::start().await;
    let [first, _] = some_talks(&app).await;
    let before = app.json("/v1/comparisons/positions").await["revision"].clone();
    let path = format!("/v1/articles/{first}");
    assert_eq!(app.json(&format!("{path}/positions")).await["total"], 4);

    let deleted = app.request("DELETE", &path).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    problem(app.get(&path).await, 404, "not-found").await;
    problem(
        app.get(&format!("{path}/positions")).await,
        404,
        "not-found",
    )
    .await;
    let again = app.request("DELETE", &path).send().await.unwrap();
    problem(again, 404, "not-found").await;
    assert_eq!(app.json("/v1/positions").await["total"], 3);

    let kept = app.json(&format!("/v1/positions?revision={before}")).await;
    assert_eq!(kept["total"], 7);
}

#[tokio::test]
async fn articles_are_filtered_and_exported() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let total =
        async |query: &str| app.json(&format!("/v1/articles{query}")).await["total"].clone();
    assert_eq!(total("?outlets=morning wire").await, 1);
    assert_eq!(total("?not_outlets=morning wire").await, 1);
    assert_eq!(total("?meetings=vienna-2031-05-13").await, 1);
    assert_eq!(total("?from=2031-05-12").await, 1);
    assert_eq!(total("?q=guns").await, 1);
    let csv = app
        .get_as("/v1/articles", "text/csv")
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(csv.lines().count(), 3, "{csv}");
}
