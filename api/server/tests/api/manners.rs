//! What holds for every route: ids, entity tags, compression, methods, forms.

use crate::helpers::{TestApp, problem, some_talks};
use plenary_server::app::Limits;

#[tokio::test]
async fn a_request_id_is_kept_or_made() {
    let app = TestApp::start().await;
    let given = app
        .request("GET", "/v1/parties")
        .header("x-request-id", "abc-1");
    assert_eq!(
        given.send().await.unwrap().headers()["x-request-id"],
        "abc-1"
    );
    let strange = app.request("GET", "/nowhere").header("x-request-id", "a b");
    let response = strange.send().await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap();
    assert!(uuid::Uuid::parse_str(id).is_ok(), "{id}");
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_again() {
    let app = TestApp::start().await;
    let path = "/v1/comparisons/positions";
    let first = app.get(path).await;
    let tag = first.headers()["etag"].clone();
    let again = app.request("GET", path).header("if-none-match", &tag);
    let again = again.send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["etag"], tag);
    assert_eq!(again.text().await.unwrap(), "");
    some_talks(&app).await;
    let changed = app.request("GET", path).header("if-none-match", &tag);
    assert_eq!(changed.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let app = TestApp::start().await;
    for coding in ["gzip", "br"] {
        let request = app
            .request("GET", "/v1/parties")
            .header("accept-encoding", coding);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-encoding"], coding);
        let vary: Vec<_> = response.headers().get_all("vary").iter().collect();
        assert!(
            vary.iter().any(|v| v
                .to_str()
                .unwrap()
                .to_lowercase()
                .contains("accept-encoding")),
            "{vary:?}"
        );
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::start().await;
    for path in ["/v1/positions", "/healthz", "/openapi.json", "/swagger-ui/"] {
        let get = app.get(path).await;
        let head = app.request("HEAD", path).send().await.unwrap();
        assert_eq!(head.status(), 200, "{path}");
        assert_eq!(
            head.headers()["content-length"],
            get.headers()["content-length"],
            "{path}"
        );
        assert_eq!(head.text().await.unwrap(), "");
    }
    let nowhere = app.request("HEAD", "/nowhere").send().await.unwrap();
    assert_eq!(nowhere.status(), 404);
}

#[tokio::test]
async fn wrong_addresses_methods_and_forms_are_problems() {
    let app = TestApp::start().await;
    problem(app.get("/v2/positions").await, 404, "not-found").await;
    problem(app.get("/swagger-ui/nothing.js").await, 404, "not-found").await;
    for (method, path, allowed) in [
        ("PUT", "/v1/articles", "GET, HEAD, POST"),
        ("POST", "/v1/positions", "GET, HEAD"),
        ("GET", "/v1/parse", "POST"),
        (
            "PATCH",
            "/v1/articles/00000000-0000-7000-8000-000000000000",
            "GET, HEAD, DELETE",
        ),
        ("DELETE", "/openapi.json", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
    ] {
        let response = app.request(method, path).send().await.unwrap();
        assert_eq!(response.headers()["allow"], allowed, "{method} {path}");
        problem(response, 405, "method-not-allowed").await;
    }
    for (path, accept) in [
        ("/v1/positions", "image/png"),
        ("/v1/parties/france", "text/csv"),
        ("/healthz", "text/html"),
    ] {
        problem(app.get_as(path, accept).await, 406, "not-acceptable").await;
    }
}

/// Every operation of the document, called wrongly in every way that it documents.
#[tokio::test]
async fn every_operation_refuses_what_it_says_it_refuses() {
    let limits = Limits {
        max_body_bytes: 20_000,
        ..Limits::default()
    };
    let app = TestApp::start_with(limits).await;
    let document = app.json("/openapi.json").await;
    let mut called = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let address = path
            .replace("{id}", "00000000-0000-7000-8000-000000000000")
            .replace("{revision}", "99")
            .replace("{slug}", "nothing-of-that-name");
        let response = app.request("PATCH", &address).send().await.unwrap();
        assert!(response.headers().contains_key("allow"), "{path}");
        problem(response, 405, "method-not-allowed").await;
        if item.get("get").is_none() {
            let response = app.get(&address).await;
            problem(response, 405, "method-not-allowed").await;
        }
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            let answers = operation["responses"].as_object().unwrap();
            let method = method.to_uppercase();
            let types: Vec<&String> = operation["requestBody"]["content"]
                .as_object()
                .map(|content| content.keys().collect())
                .unwrap_or_default();
            let call = |address: &str| {
                let request = app.request(&method, address);
                match types.first() {
                    Some(media) => request.header("content-type", media.as_str()).body("{}"),
                    None => request,
                }
            };
            let mut refusals = vec![(call(&format!("{address}?nonsense=1")), 422, "validation")];
            if answers.contains_key("406") {
                let strange = call(&address).header("accept", "image/png");
                refusals.push((strange, 406, "not-acceptable"));
            }
            if method == "GET" && path.contains('{') {
                refusals.push((call(&address), 404, "not-found"));
            }
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            if parameters.any(|one| one["name"] == "revision" && one["in"] == "query") {
                let to_come = call(&format!("{address}?revision=99"));
                refusals.push((to_come, 409, "conflict"));
            }
            if let Some(media) = types.first() {
                let send = |media: &str, body: Vec<u8>| {
                    let request = app.request(&method, &address);
                    request.header("content-type", media).body(body)
                };
                let strange = send("text/rtf", b"{}".to_vec());
                refusals.push((strange, 415, "unsupported-media-type"));
                // A batch answers line by line.
                if *media != "application/x-ndjson" {
                    refusals.push((send(media, b"{".to_vec()), 400, "malformed"));
                    refusals.push((send(media, vec![b' '; 20_001]), 413, "too-large"));
                    refusals.push((send(media, b"{\"nonsense\":1}".to_vec()), 422, "validation"));
                }
            }
            for (request, status, kind) in refusals {
                let response = request.send().await.unwrap();
                assert_eq!(
                    response.status().as_u16(),
                    status,
                    "{name} should be {kind}"
                );
                problem(response, status, kind).await;
                assert!(
                    answers.contains_key(&status.to_string()),
                    "{name}: {status}"
                );
                called += 1;
            }
        }
    }
    assert!(called > 100, "{called}");
}

/// Every list and comparison that comes as lines has as many as its JSON has items.
#[tokio::test]
async fn every_list_comes_as_csv_and_ndjson() {
    let app = TestApp::start().await;
    let [first, _] = some_talks(&app).await;
    let document = app.json("/openapi.json").await;
    let meetings = app.json("/v1/meetings").await;
    let meeting = meetings["items"][0]["slug"].as_str().unwrap().to_owned();
    let mut lists = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let forms = item["get"]["responses"]["200"]["content"].as_object();
        if !forms.is_some_and(|forms| forms.contains_key("text/csv")) {
            continue;
        }
        let address = path
            .replace("{id}", &first.to_string())
            .replace("{slug}", &meeting);
        let parameters = item["get"]["parameters"].as_array().unwrap();
        let pages = parameters
            .iter()
            .any(|parameter| parameter["name"] == "limit");
        let csv = app.get_as(&address, "text/csv").await;
        assert_eq!(csv.status(), 200, "{path}");
        let csv = csv.text().await.unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let columns: Vec<String> = reader
            .headers()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect();
        let named: std::collections::HashSet<&String> = columns.iter().collect();
        assert_eq!(named.len(), columns.len(), "{path}: {columns:?}");
        let rows = reader.into_records().map(Result::unwrap).count();
        let lines = app.get_as(&address, "application/x-ndjson").await;
        let lines = lines.text().await.unwrap();
        for line in lines.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        assert_eq!(rows, lines.lines().count(), "{path}");
        if pages {
            let json = app.json(&address).await;
            assert_eq!(json["total"], rows, "{path}");
            let page = app.get_as(&format!("{address}?limit=1"), "text/csv").await;
            assert_eq!(page.headers()["x-total-count"], rows.to_string().as_str());
        }
        lists += 1;
    }
    assert!(lists >= 14, "{lists}");
}
