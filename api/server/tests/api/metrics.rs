//! `/metrics`: what is counted, for whom, and that labels stay few.

use crate::helpers::{TestApp, problem};
use plenary_domain::Scope;
use plenary_server::app::Limits;
use plenary_server::http::access::Access;
use plenary_store::testing::Database;
use plenary_store::{NewKey, Options, Store};
use serde_json::json;
use std::collections::BTreeMap;

/// Every sample with its labels, as `name{a="b"}`.
async fn samples(app: &TestApp) -> BTreeMap<String, f64> {
    let response = app.get("/metrics").await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    let text = response.text().await.unwrap();
    let mut described = std::collections::BTreeSet::new();
    let mut found = BTreeMap::new();
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            described.insert(comment.split(' ').nth(1).unwrap().to_owned());
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        let family = name.split('{').next().unwrap();
        let histogram = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| family.strip_suffix(end));
        assert!(
            described.contains(histogram.unwrap_or(family)),
            "{line} is not described"
        );
        let before = found.insert(name.to_owned(), value.parse().unwrap());
        assert_eq!(before, None, "{line}");
    }
    found
}

fn requests(method: &str, route: &str, status: u16) -> String {
    format!(
        "plenary_http_request_duration_seconds_count{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
    )
}

#[tokio::test]
async fn requests_articles_and_parses_are_counted() {
    let app = TestApp::start().await;
    let first = samples(&app).await;
    for outcome in ["stored", "known", "failed"] {
        let name = format!("plenary_articles_total{{outcome=\"{outcome}\"}}");
        assert_eq!(first[&name], 0.0);
    }
    let article = json!({ "text": "The envoy of France said on Monday that sanctions must stay." });
    assert_eq!(app.create_article(&article).await.status(), 201);
    assert_eq!(app.create_article(&article).await.status(), 200);
    let lines = format!(
        "{article}\n{{\n{}\n",
        json!({ "text": "Omar Reyes of Chile said no." })
    );
    let batch = app
        .post("/v1/articles/batch", "application/x-ndjson", lines)
        .await;
    assert_eq!(batch.text().await.unwrap().lines().count(), 3);
    for path in ["/v1/parties/france", "/v1/parties/chile"] {
        assert_eq!(app.get(path).await.status(), 200);
    }
    assert_eq!(app.get("/v1/parties/no-such-party").await.status(), 404);
    for path in ["/nowhere", "/nowhere/else"] {
        assert_eq!(app.get(path).await.status(), 404);
    }
    let strange = app.request("BREW", "/v1/parties").send().await.unwrap();
    assert_eq!(strange.status(), 405);
    let now = samples(&app).await;
    for (name, count) in [
        (requests("GET", "/v1/parties/{slug}", 200), 2.0),
        (requests("GET", "/v1/parties/{slug}", 404), 1.0),
        (requests("POST", "/v1/articles", 201), 1.0),
        (requests("POST", "/v1/articles", 200), 1.0),
        (requests("POST", "/v1/articles/batch", 200), 1.0),
        (requests("GET", "/metrics", 200), 1.0),
        (requests("GET", "none", 404), 2.0),
        (requests("other", "/v1/parties", 405), 1.0),
        ("plenary_articles_total{outcome=\"stored\"}".to_owned(), 2.0),
        ("plenary_articles_total{outcome=\"known\"}".to_owned(), 2.0),
        ("plenary_articles_total{outcome=\"failed\"}".to_owned(), 1.0),
        ("plenary_parse_duration_seconds_count".to_owned(), 2.0),
        ("plenary_http_requests_under_way".to_owned(), 1.0),
        ("plenary_parses_under_way".to_owned(), 0.0),
    ] {
        assert_eq!(now.get(&name), Some(&count), "{name}");
    }
    assert!(now["plenary_parse_duration_seconds_sum"] > 0.0);
    // No address and no slug is a label.
    for name in now.keys() {
        assert!(
            !name.contains("france") && !name.contains("nowhere"),
            "{name}"
        );
    }
    let version = format!(
        "plenary_build_info{{parser_version=\"{}\",version=\"{}\"}}",
        plenary_parser::VERSION,
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(now[&version], 1.0);
}

#[tokio::test]
async fn calls_that_wait_for_a_connection_are_told() {
    let database = Database::new().await;
    let few = Store::connect(&Options {
        max_connections: 2,
        ..Options::new(&database.url)
    });
    let app = TestApp::start_on(database, few.unwrap(), Limits::default(), Access::open());
    let held = app.database.hold("party").await;
    let waiting = |seen: &BTreeMap<String, f64>| seen["plenary_database_waiting{pool=\"write\"}"];
    let asks = futures_util::future::join_all((0..5).map(|_| app.get("/v1/parties")));
    let watches = async {
        // Two have a connection and wait for the table; three have none.
        let seen = loop {
            let seen = samples(&app).await;
            if waiting(&seen) == 3.0 {
                break seen;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        held.let_go().await;
        seen
    };
    let (answers, seen) = tokio::join!(asks, watches);
    assert!(answers.iter().all(|answer| answer.status() == 200));
    for (name, count) in [
        ("plenary_database_connections_max{pool=\"write\"}", 2.0),
        (
            "plenary_database_connections{pool=\"write\",state=\"used\"}",
            2.0,
        ),
        (
            "plenary_database_connections{pool=\"write\",state=\"idle\"}",
            0.0,
        ),
    ] {
        assert_eq!(seen[name], count, "{name}");
    }
    assert!(!seen.keys().any(|name| name.contains("\"read\"")));
    assert_eq!(waiting(&samples(&app).await), 0.0);
}

#[tokio::test]
async fn counters_are_for_those_who_may_read() {
    let app = TestApp::start_guarded(Limits::default(), Access::default()).await;
    problem(app.get("/metrics").await, 401, "unauthenticated").await;
    let new = NewKey {
        name: "scraper".to_owned(),
        scope: Scope::Read,
        expires_at: None,
    };
    let key = app.database.store.create_key(&new).await.unwrap().1;
    let asked = app.request("GET", "/metrics").bearer_auth(key);
    assert_eq!(asked.send().await.unwrap().status(), 200);
    let open = TestApp::start().await;
    // What Prometheus itself asks for.
    let accept =
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    assert_eq!(open.get_as("/metrics", accept).await.status(), 200);
    problem(
        open.get_as("/metrics", "application/json").await,
        406,
        "not-acceptable",
    )
    .await;
}

#[tokio::test]
async fn a_busy_server_still_tells_what_it_counts() {
    let limits = Limits {
        requests: 1,
        ..Limits::default()
    };
    let app = TestApp::start_with(limits).await;
    let held = app.database.hold("party").await;
    let ask = app.get("/v1/parties");
    let watches = async {
        while samples(&app).await["plenary_http_requests_under_way"] < 1.0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        problem(app.get("/problems").await, 503, "busy").await;
        let seen = samples(&app).await;
        held.let_go().await;
        seen
    };
    let (answer, seen) = tokio::join!(ask, watches);
    assert_eq!(answer.status(), 200);
    assert_eq!(seen[&requests("GET", "/problems", 503)], 1.0);
}
