//! `/v1/positions`: the list, its pages, its forms and its filters.

use crate::helpers::{TestApp, problem, some_talks};
use serde_json::Value;

#[tokio::test]
async fn a_position_has_its_words_and_its_names() {
    let app = TestApp::start().await;
    let [article, _] = some_talks(&app).await;
    let list = app
        .json("/v1/positions?actors=ann-bell&meetings=geneva-2031-05-10")
        .await;
    assert_eq!(list["total"], 1);
    let position = &list["items"][0];
    assert_eq!(position["party"]["slug"], "france");
    assert_eq!(position["meeting"]["slug"], "geneva-2031-05-10");
    assert_eq!(position["issue"]["slug"], "sanctions");
    assert_eq!(position["stance"], "support");
    let id = position["id"].as_str().unwrap();
    assert_eq!(&app.json(&format!("/v1/positions/{id}")).await, position);

    // Spans count code points of the article's text.
    let text = app.json(&format!("/v1/articles/{article}")).await["text"].clone();
    let text: Vec<char> = text.as_str().unwrap().chars().collect();
    for part in ["evidence", "source", "cue"] {
        for words in position[part].as_array().unwrap() {
            let at = |key: &str| words[key].as_u64().unwrap() as usize;
            let there: String = text[at("start")..at("end")].iter().collect();
            assert_eq!(words["text"], there);
        }
    }
}

#[tokio::test]
async fn pages_together_are_the_list() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let whole = app.json("/v1/positions").await;
    assert_eq!(whole["next_cursor"], Value::Null);
    for limit in [1, 2, 3, 7] {
        let mut items = Vec::new();
        let mut path = format!("/v1/positions?limit={limit}");
        loop {
            let page = app.json(&path).await;
            assert_eq!(page["total"], 7);
            items.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/positions?limit={limit}&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(&Value::from(items), &whole["items"], "limit {limit}");
    }
}

#[tokio::test]
async fn the_link_header_leads_through_csv_pages() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let mut path = "/v1/positions?limit=3&parties=france,chile,none".to_owned();
    let mut lines = 0;
    loop {
        let page = app.get_as(&path, "text/csv").await;
        assert_eq!(page.headers()["x-total-count"], "7");
        let link = page
            .headers()
            .get("link")
            .map(|link| link.to_str().unwrap().to_owned());
        lines += page.text().await.unwrap().lines().count() - 1;
        match link {
            Some(link) => {
                path = link
                    .trim_start_matches('<')
                    .split('>')
                    .next()
                    .unwrap()
                    .to_owned();
            }
            None => break,
        }
    }
    assert_eq!(lines, 7);
}

#[tokio::test]
async fn every_form_holds_the_same_positions() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let json = app.json("/v1/positions").await;
    let ndjson = app.get_as("/v1/positions", "application/x-ndjson").await;
    assert_eq!(ndjson.headers()["content-type"], "application/x-ndjson");
    let lines: Vec<Value> = ndjson
        .text()
        .await
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(Value::from(lines), json["items"]);

    let csv = app
        .get_as("/v1/positions", "text/csv")
        .await
        .text()
        .await
        .unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (row, item) in rows.iter().zip(json["items"].as_array().unwrap()) {
        let cell = |name: &str| &row[columns.iter().position(|c| c == name).unwrap()];
        assert_eq!(cell("id"), item["id"]);
        assert_eq!(cell("evidence"), item["evidence"][0]["text"]);
        assert_eq!(cell("party"), item["party"]["slug"].as_str().unwrap_or(""));
        assert_eq!(cell("stance"), item["stance"]);
    }
    assert_eq!(rows.len(), 7);
}

#[tokio::test]
async fn filters_have_twins_that_leave_the_rest() {
    let app = TestApp::start().await;
    let [first, _] = some_talks(&app).await;
    let total = async |query: &str| {
        let list = app.json(&format!("/v1/positions?{query}")).await;
        list["total"].as_i64().unwrap()
    };
    for (filter, count) in [
        ("parties=france".to_owned(), 3),
        ("parties=none".to_owned(), 1),
        ("actors=omar-reyes".to_owned(), 3),
        ("meetings=none".to_owned(), 2),
        ("meetings=geneva-2031-05-10,vienna-2031-05-13".to_owned(), 5),
        ("issues=ceasefire".to_owned(), 2),
        ("stances=oppose".to_owned(), 3),
        ("acts=state".to_owned(), 7),
        ("modes=direct".to_owned(), 0),
        (format!("articles={first}"), 4),
        ("outlets=evening post".to_owned(), 3),
        ("domains=security".to_owned(), 7),
    ] {
        assert_eq!(total(&filter).await, count, "{filter}");
        assert_eq!(
            total(&format!("not_{filter}")).await,
            7 - count,
            "not_{filter}"
        );
    }
    assert_eq!(total("from=2031-05-13").await, 3);
    assert_eq!(total("to=2031-05-12").await, 4);
    assert_eq!(total("min_confidence=0.525").await, 1);
    assert_eq!(total("q=guns").await, 1);
    assert_eq!(total("parties=france&stances=support").await, 1);
}

#[tokio::test]
async fn wrong_queries_are_named() {
    let app = TestApp::start().await;
    for (query, location) in [
        ("party=france", "query.party"),
        ("stances=against", "query.stances"),
        ("stances=", "query.stances"),
        ("parties=", "query.parties"),
        ("from=", "query.from"),
        ("limit=0", "query.limit"),
        ("limit=1001", "query.limit"),
        ("limit=ten", "query.limit"),
        ("articles=1", "query.articles"),
        ("q=%00", "query.q"),
    ] {
        let response = app.get(&format!("/v1/positions?{query}")).await;
        let problem = problem(response, 422, "validation").await;
        assert_eq!(problem["errors"][0]["location"], location, "{query}");
    }
    for (query, location) in [
        ("cursor=garbage", "query.cursor"),
        ("revision=99", "query.revision"),
        ("from=2031-05-02&to=2031-05-01", "query.from"),
    ] {
        let response = app.get(&format!("/v1/positions?{query}")).await;
        let problem = problem(response, 409, "conflict").await;
        assert_eq!(problem["errors"][0]["location"], location, "{query}");
    }
    assert_eq!(app.json("/v1/positions?q=").await["total"], 0);
    problem(app.get("/v1/positions?q=%ff").await, 400, "malformed").await;
    let unknown = "/v1/positions/00000000-0000-7000-8000-000000000000";
    problem(app.get(unknown).await, 404, "not-found").await;
    problem(app.get("/v1/positions/1").await, 422, "validation").await;
}
