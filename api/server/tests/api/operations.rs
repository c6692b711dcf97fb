//! Health, readiness, problems explained, Swagger UI.

use crate::helpers::{TestApp, problem};
use plenary_server::http::problem::Kind;

#[tokio::test]
async fn the_server_is_ready_only_with_its_database() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/healthz").await.status(), 200);
    assert_eq!(app.get("/readyz").await.status(), 200);
    app.database.store.close().await;
    assert_eq!(app.get("/healthz").await.status(), 200);
    for path in [
        "/readyz",
        "/v1/positions",
        "/v1/comparisons/positions",
        "/v1/parties/france",
    ] {
        let response = app.get(path).await;
        assert!(response.headers().contains_key("retry-after"), "{path}");
        problem(response, 503, "database-unavailable").await;
    }
    let sent = app
        .post("/v1/articles", "text/plain", "Bell said no.")
        .await;
    problem(sent, 503, "database-unavailable").await;
    let batch = app
        .post("/v1/articles/batch", "application/x-ndjson", "{}")
        .await;
    problem(batch, 503, "database-unavailable").await;
}

#[tokio::test]
async fn every_kind_of_problem_is_explained_at_its_type() {
    let app = TestApp::start().await;
    let list = app.json("/problems").await;
    assert_eq!(list["total"], Kind::ALL.len());
    for kind in list["items"].as_array().unwrap() {
        let there = app.json(kind["type"].as_str().unwrap()).await;
        assert_eq!(&there, kind);
    }
    problem(app.get("/problems/none").await, 404, "not-found").await;
}

#[tokio::test]
async fn swagger_ui_is_served_with_everything_it_loads() {
    let app = TestApp::start().await;
    for path in ["/", "/swagger-ui", "/swagger-ui/"] {
        let response = app.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        let page = response.text().await.unwrap();
        assert!(page.contains("swagger-ui-bundle.js"), "{path}");
    }
    for file in [
        "swagger-ui-bundle.js",
        "swagger-ui.css",
        "swagger-initializer.js",
    ] {
        assert_eq!(
            app.get(&format!("/swagger-ui/{file}")).await.status(),
            200,
            "{file}"
        );
    }
    let start = app.get("/swagger-ui/swagger-initializer.js").await;
    assert!(start.text().await.unwrap().contains("/openapi.json"));
}
