//! Keys and scopes, who is named for a change, foreign pages, and the headers that browsers heed.

use crate::helpers::{TestApp, problem, some_talks};
use plenary_domain::Scope;
use plenary_server::app::Limits;
use plenary_server::http::access::Access;
use plenary_store::NewKey;
use serde_json::{Value, json};

async fn guarded(access: Access) -> TestApp {
    TestApp::start_guarded(Limits::default(), access).await
}

fn reading() -> Access {
    Access {
        reading: true,
        ..Access::default()
    }
}

/// A key of each scope, named as the scope, from the least to the most.
async fn keys(app: &TestApp) -> Vec<(Scope, String)> {
    let mut keys = Vec::new();
    for &scope in Scope::ALL {
        let new = NewKey {
            name: scope.to_string(),
            scope,
            expires_at: None,
        };
        let (_, key) = app.database.store.create_key(&new).await.unwrap();
        keys.push((scope, format!("Bearer {key}")));
    }
    keys
}

/// Every operation, called without a key, with a wrong one and with one of each scope: exactly what the
/// document says it needs is what it needs.
#[tokio::test]
async fn every_operation_needs_what_the_document_says() {
    let closed = guarded(Access::default()).await;
    let open_to_readers = guarded(reading()).await;
    let (keys, keys_of_other) = (keys(&closed).await, keys(&open_to_readers).await);
    let document = closed.json("/openapi.json").await;
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let address = path
            .replace("{id}", "00000000-0000-7000-8000-000000000000")
            .replace("{revision}", "99")
            .replace("{slug}", "nothing-of-that-name");
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            let call = async |app: &TestApp, key: Option<&str>| {
                let mut request = app.request(&method.to_uppercase(), &address);
                if let Some(types) = operation["requestBody"]["content"].as_object() {
                    // A body that is read by nobody who may not send it.
                    request = request.header("content-type", types.keys().next().unwrap());
                    request = request.body("{");
                }
                if let Some(key) = key {
                    request = request.header("authorization", key);
                }
                request.send().await.unwrap()
            };
            let statuses = operation["responses"].as_object().unwrap();
            let security = operation["security"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let Some(needed) = security.iter().find_map(|one| one["key"][0].as_str()) else {
                assert!(!path.starts_with("/v1/"), "{name} needs no key");
                assert_ne!(
                    call(&closed, Some("Bearer x")).await.status(),
                    401,
                    "{name}"
                );
                *seen.entry("nothing".to_owned()).or_default() += 1;
                continue;
            };
            *seen.entry(needed.to_owned()).or_default() += 1;
            let needed: Scope = needed.parse().unwrap();
            let optional = security.iter().any(|one| one == &json!({}));
            assert_eq!(optional, needed == Scope::Read, "{name}");
            for (status, header) in [
                ("401", "WWW-Authenticate"),
                ("403", "X-Request-Id"),
                ("429", "Retry-After"),
            ] {
                assert!(
                    statuses[status]["headers"][header].is_object(),
                    "{name} {status}"
                );
            }

            for wrong in [None, Some("Bearer plenary_x_y"), Some("Basic YTpi")] {
                let response = call(&closed, wrong).await;
                let challenge = response.headers()["www-authenticate"].to_str().unwrap();
                assert!(
                    challenge.starts_with("Bearer realm="),
                    "{name}: {challenge}"
                );
                problem(response, 401, "unauthenticated").await;
            }
            // Readers without a key are let in where reading is open, and nobody else is.
            let status = call(&open_to_readers, None).await.status().as_u16();
            assert_eq!(status == 401, needed != Scope::Read, "{name}: {status}");
            for (app, keys) in [(&closed, &keys), (&open_to_readers, &keys_of_other)] {
                for (scope, key) in keys {
                    let response = call(app, Some(key)).await;
                    let status = response.status().as_u16();
                    if *scope >= needed {
                        assert!(![401, 403].contains(&status), "{name} {scope}: {status}");
                    } else {
                        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
                        let asks = format!("error=\"insufficient_scope\", scope=\"{needed}\"");
                        assert!(challenge.ends_with(&asks), "{name}: {challenge}");
                        problem(response, 403, "forbidden").await;
                    }
                }
            }
        }
    }
    assert!(
        seen["read"] > 20 && seen["ingest"] == 3 && seen["review"] == 7,
        "{seen:?}"
    );
    assert_eq!(seen["admin"], 1, "{seen:?}");
    let scheme = &document["components"]["securitySchemes"]["key"];
    assert_eq!(
        (&scheme["type"], &scheme["scheme"]),
        (&json!("http"), &json!("bearer"))
    );
}

#[tokio::test]
async fn a_key_that_is_taken_back_is_refused_at_once() {
    let app = guarded(Access::default()).await;
    let keys = keys(&app).await;
    let ask = async || {
        let request = app
            .request("GET", "/v1/parties")
            .header("authorization", &keys[0].1);
        request.send().await.unwrap()
    };
    assert_eq!(ask().await.status(), 200);
    app.database.store.revoke_key("read").await.unwrap();
    let refused = ask().await;
    let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("invalid_token"), "{challenge}");
    problem(refused, 401, "unauthenticated").await;
    // What needs no key is there whatever is sent, and while the database is away.
    app.database.store.close().await;
    for path in ["/healthz", "/problems", "/openapi.json", "/swagger-ui/"] {
        let request = app.request("GET", path).header("authorization", &keys[1].1);
        assert_eq!(request.send().await.unwrap().status(), 200, "{path}");
    }
    problem(
        app.request("GET", "/v1/parties")
            .header("authorization", &keys[1].1)
            .send()
            .await
            .unwrap(),
        503,
        "database-unavailable",
    )
    .await;
}

#[tokio::test]
async fn changes_name_their_key_and_admins_can_list_them() {
    let app = guarded(Access::default()).await;
    let keys = keys(&app).await;
    let key = |scope: Scope| keys.iter().find(|(of, _)| *of == scope).unwrap().1.as_str();
    let send = async |method: &str, path: &str, form: &str, body: &str, scope: Scope| {
        let request = app
            .request(method, path)
            .header("authorization", key(scope))
            .header("content-type", form)
            .body(body.to_owned());
        request.send().await.unwrap()
    };
    some_talks(&app).await;
    let text = "Ann Bell said that sanctions must stay.";
    let sent = send("POST", "/v1/articles", "text/plain", text, Scope::Ingest).await;
    assert_eq!(sent.status(), 201);
    let stored: Value = sent.json().await.unwrap();
    let id = stored["article"]["id"].as_str().unwrap().to_owned();
    let line = json!({"text": "Omar Reyes said that sanctions must go."}).to_string();
    let path = "/v1/articles/batch";
    let batch = send("POST", path, "application/x-ndjson", &line, Scope::Review).await;
    assert!(batch.text().await.unwrap().contains("stored"));
    let merge = json!({"into": "omar-reyes", "made_by": "j.doe", "reason": "To try it."});
    let path = "/v1/actors/ida-holm/merge";
    let merged = send(
        "POST",
        path,
        "application/json",
        &merge.to_string(),
        Scope::Review,
    )
    .await;
    let merged: Value = merged.json().await.unwrap();
    assert_eq!(
        (&merged["made_by"], &merged["key"]),
        (&json!("j.doe"), &json!("review"))
    );
    let back = json!({"merged": "ida-holm"}).to_string();
    let path = "/v1/actors/omar-reyes/split";
    assert_eq!(
        send("POST", path, "application/json", &back, Scope::Admin)
            .await
            .status(),
        200
    );
    let path = format!("/v1/articles/{id}");
    assert_eq!(
        send("DELETE", &path, "text/plain", "", Scope::Review)
            .await
            .status(),
        204
    );

    let audit = async |query: &str, accept: &str| {
        let request = app
            .request("GET", &format!("/v1/audit{query}"))
            .header("authorization", key(Scope::Admin))
            .header("accept", accept);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{query}");
        response.text().await.unwrap()
    };
    let list = async |query: &str| -> Value {
        serde_json::from_str(&audit(query, "application/json").await).unwrap()
    };
    let all = list("").await;
    let told: Vec<Value> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["change"], one["key"], one["made_by"]]))
        .collect();
    assert_eq!(
        Value::from(told),
        json!([
            ["article-added", null, "test"],
            ["article-added", null, "test"],
            ["article-added", "ingest", "ingest"],
            ["article-added", "review", "review"],
            ["merged", "review", "j.doe"],
            ["restored", "admin", "admin"],
            ["article-deleted", "review", "review"],
        ])
    );
    assert_eq!(all["items"][2]["article"], json!(id));
    assert_eq!(all["items"][4]["reason"], "To try it.");
    assert_eq!(list("?keys=review&not_changes=merged").await["total"], 2);
    assert_eq!(list("?keys=none").await["total"], 2);
    assert_eq!(list("?changes=merged,restored").await["total"], 2);
    assert_eq!(list("?to=2001-01-01").await["total"], 0);
    let page = list("?limit=4").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = list(&format!("?limit=4&cursor={cursor}")).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 3);
    assert_eq!(audit("", "text/csv").await.lines().count(), 8);
    assert_eq!(audit("", "application/x-ndjson").await.lines().count(), 7);
    for (query, status, kind) in [
        ("?changes=burnt", 422, "validation"),
        ("?from=2031-01-02&to=2031-01-01", 409, "conflict"),
        ("?key=a", 422, "validation"),
    ] {
        let request = app.request("GET", &format!("/v1/audit{query}"));
        let request = request.header("authorization", key(Scope::Admin));
        problem(request.send().await.unwrap(), status, kind).await;
    }
}

#[tokio::test]
async fn foreign_pages_cannot_use_a_server_that_is_open() {
    let access = Access {
        loopback: true,
        origins: vec!["https://desk.example".to_owned()],
        ..Access::open()
    };
    let app = guarded(access).await;
    let keys = keys(&app).await;
    let parse = |headers: &[(&str, &str)]| {
        let mut request = app.request("POST", "/v1/parse");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
            .header("content-type", "text/plain")
            .body("Bell said no.")
            .send()
    };
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let refused = parse(&[("origin", origin)]).await.unwrap();
        problem(refused, 403, "foreign-origin").await;
        // With a key the page has what no foreign one has.
        let keyed = [("origin", origin), ("authorization", keys[3].1.as_str())];
        assert_eq!(parse(&keyed).await.unwrap().status(), 200, "{origin}");
    }
    let own = format!("http://{}", app.authority());
    for origin in [own.as_str(), "https://desk.example"] {
        assert_eq!(
            parse(&[("origin", origin)]).await.unwrap().status(),
            200,
            "{origin}"
        );
    }
    // A name that an attacker points to this machine.
    let rebound = app
        .request("GET", "/v1/parties")
        .header("host", "evil.example:80");
    problem(rebound.send().await.unwrap(), 403, "foreign-origin").await;
    for host in ["localhost:1", "127.0.0.1", "[::1]:5"] {
        let request = app.request("GET", "/v1/parties").header("host", host);
        assert_eq!(request.send().await.unwrap().status(), 200, "{host}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_may_call_only_where_they_are_named() {
    let preflight = async |app: &TestApp, origin: &str| {
        let request = app
            .request("OPTIONS", "/v1/articles")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            );
        request.send().await.unwrap()
    };
    let none = guarded(Access::default()).await;
    let refused = preflight(&none, "https://desk.example").await;
    assert!(
        !refused
            .headers()
            .contains_key("access-control-allow-origin")
    );
    problem(refused, 405, "method-not-allowed").await;

    let some = guarded(Access {
        origins: vec!["https://desk.example".to_owned()],
        ..reading()
    })
    .await;
    let allowed = preflight(&some, "https://desk.example").await;
    assert_eq!(allowed.status(), 200);
    assert_eq!(
        allowed.headers()["access-control-allow-origin"],
        "https://desk.example"
    );
    let methods = allowed.headers()["access-control-allow-methods"]
        .to_str()
        .unwrap();
    assert!(methods.contains("POST"), "{methods}");
    assert!(
        !allowed
            .headers()
            .contains_key("access-control-allow-credentials")
    );
    let other = preflight(&some, "https://evil.example").await;
    assert!(!other.headers().contains_key("access-control-allow-origin"));
    problem(other, 400, "malformed").await;
    for (path, status) in [
        ("/v1/parties", 200),
        ("/v1/audit", 401),
        ("/v1/nothing", 404),
    ] {
        let request = app_get(&some, path, "https://desk.example").await;
        assert_eq!(request.status(), status);
        let headers = request.headers();
        assert_eq!(
            headers["access-control-allow-origin"], "https://desk.example",
            "{path}"
        );
        let exposed = headers["access-control-expose-headers"].to_str().unwrap();
        assert!(
            exposed.contains("etag") && exposed.contains("link"),
            "{exposed}"
        );
    }
    let other = app_get(&some, "/v1/parties", "https://evil.example").await;
    assert!(!other.headers().contains_key("access-control-allow-origin"));
}

async fn app_get(app: &TestApp, path: &str, origin: &str) -> reqwest::Response {
    let request = app.request("GET", path).header("origin", origin);
    request.send().await.unwrap()
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let app = guarded(reading()).await;
    for (method, path) in [
        ("GET", "/v1/parties"),
        ("GET", "/v1/nothing"),
        ("POST", "/v1/articles"),
        ("GET", "/healthz"),
        ("GET", "/openapi.json"),
        ("GET", "/"),
        ("GET", "/swagger-ui/"),
        ("GET", "/swagger-ui/swagger-ui-bundle.js"),
    ] {
        let response = app.request(method, path).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-eval"), "{path}: {policy}");
        let script = policy
            .split("; ")
            .find(|part| part.starts_with("script-src"));
        // The page of `/` is that to which it leads.
        let is_page = path.starts_with("/swagger-ui") || path == "/";
        assert_eq!(script, is_page.then_some("script-src 'self'"), "{path}");
    }
}
