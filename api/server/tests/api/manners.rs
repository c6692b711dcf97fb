//! What holds for every route: ids, entity tags, compression, methods, forms.

use crate::helpers::{TestApp, problem, some_talks};

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
