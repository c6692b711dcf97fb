//! Merges and splits: what people say of names outranks the parser, now and later.

use crate::helpers::{TestApp, Told, problem, told};
use plenary_domain::Stance;
use reqwest::Response;
use serde_json::{Value, json};
use uuid::Uuid;

const GENEVA: Option<(&str, &str)> = Some(("Geneva", "2031-05-10"));
const VIENNA: Option<(&str, &str)> = Some(("Vienna", "2031-05-13"));

fn bell() -> Told {
    told(
        "Ann Bell",
        Some("france"),
        GENEVA,
        "sanctions",
        Stance::Support,
        "sanctions must stay",
    )
}

fn marsh() -> Told {
    told(
        "Lady Marsh",
        Some("france"),
        VIENNA,
        "sanctions",
        Stance::Oppose,
        "sanctions may end",
    )
}

async fn rule(app: &TestApp, path: &str, body: Value) -> Response {
    app.post(path, "application/json", body.to_string()).await
}

async fn ruled(app: &TestApp, path: &str, body: Value) -> Value {
    let response = rule(app, path, body).await;
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    assert_eq!(status, 200, "{path}: {answer}");
    assert_eq!(app.database.store.tally_errors().await.unwrap(), 0);
    answer
}

async fn positions(app: &TestApp, path: &str) -> i64 {
    app.json(path).await["counts"]["positions"]
        .as_i64()
        .unwrap()
}

/// Everything that is asked of an earlier revision, whole: names, days and venues as they were known then.
async fn pinned(app: &TestApp, revision: i64) -> Vec<Value> {
    let articles = app.json(&format!("/v1/articles?revision={revision}")).await;
    let articles = articles["items"].as_array().unwrap().iter();
    let mut paths: Vec<String> = articles
        .map(|article| format!("/v1/articles/{}?", article["id"].as_str().unwrap()))
        .collect();
    paths.extend(
        [
            "/v1/positions?",
            "/v1/comparisons/positions?by=actor&quotes=3&",
            "/v1/comparisons/positions?quotes=3&",
            "/v1/comparisons/shifts?",
            "/v1/comparisons/agreement?",
            "/v1/meetings/vienna-2031-05-13/briefing?",
            "/v1/positions?actors=lady-marsh&",
            "/v1/positions?meetings=vienna-2031-05-13&",
            "/v1/articles?meetings=vienna-2031-05-13&",
            "/v1/articles?parties=france&",
        ]
        .map(str::to_owned),
    );
    let mut answers = Vec::new();
    for path in paths {
        let mut answer = app.json(&format!("{path}revision={revision}")).await;
        forget_until(&mut answer);
        answers.push(answer);
    }
    answers
}

/// That a record is superseded later is no part of what it said then.
fn forget_until(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("until_revision");
            fields.values_mut().for_each(forget_until);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_until),
        _ => {}
    }
}

#[tokio::test]
async fn a_merge_holds_for_what_is_stored_and_what_comes_and_can_be_taken_back() {
    let app = TestApp::start().await;
    app.store("Morning Wire", "2031-05-11", &[bell()]).await;
    let second = app.store("Evening Post", "2031-05-14", &[marsh()]).await;
    let before = pinned(&app, 2).await;
    let body = json!({"into": "ann-bell", "made_by": "j.doe", "reason": "One person."});
    let merge = ruled(&app, "/v1/actors/lady-marsh/merge", body).await;
    assert_eq!(merge["revision"], 3);
    assert_eq!(
        (&merge["kind"], &merge["positions"]),
        (&json!("actor"), &json!(1))
    );
    assert_eq!(merge["made_by"], "j.doe");
    assert_eq!(merge["articles"], Value::Null);
    assert_eq!(app.json("/v1/rulings/3").await, merge);

    let actor = app.json("/v1/actors/ann-bell").await;
    assert_eq!(actor["counts"], json!({"positions": 2, "articles": 2}));
    assert_eq!(actor["aliases"], json!(["Ann Bell", "Lady Marsh"]));
    let merged = app.json("/v1/actors/lady-marsh").await;
    assert_eq!(merged["merged_into"]["slug"], "ann-bell");
    assert_eq!(merged["counts"]["positions"], 0);
    assert_eq!(app.json("/v1/actors").await["total"], 1);
    assert_eq!(pinned(&app, 2).await, before);
    // The old address finds the records where they are now.
    assert_eq!(
        app.json("/v1/positions?actors=lady-marsh").await["total"],
        2
    );

    // What comes later, and the same article again.
    app.store("Late Wire", "2031-06-01", &[marsh()]).await;
    assert_eq!(positions(&app, "/v1/actors/ann-bell").await, 3);
    let path = format!("/v1/articles/{second}");
    assert_eq!(
        app.request("DELETE", &path).send().await.unwrap().status(),
        204
    );
    app.store("Evening Post", "2031-05-14", &[marsh()]).await;
    assert_eq!(positions(&app, "/v1/actors/ann-bell").await, 3);
    assert_eq!(app.database.store.tally_errors().await.unwrap(), 0);

    let back = ruled(
        &app,
        "/v1/actors/ann-bell/split",
        json!({"merged": "lady-marsh"}),
    )
    .await;
    assert_eq!(back["revision"], 3);
    assert_eq!(back["until_revision"], 7);
    assert_eq!(positions(&app, "/v1/actors/ann-bell").await, 1);
    let restored = app.json("/v1/actors/lady-marsh").await;
    assert_eq!(restored["counts"]["positions"], 2);
    assert_eq!(restored["merged_into"], Value::Null);
    assert_eq!(
        app.json("/v1/actors/ann-bell").await["aliases"],
        json!(["Ann Bell"])
    );
    assert_eq!(pinned(&app, 2).await, before);
}

#[tokio::test]
async fn a_split_holds_for_the_same_article_stored_again() {
    let app = TestApp::start().await;
    app.store("Morning Wire", "2031-05-11", &[bell()]).await;
    let other = || {
        told(
            "Ann Bell",
            Some("chile"),
            VIENNA,
            "sanctions",
            Stance::Oppose,
            "sanctions may end",
        )
    };
    let second = app.store("Evening Post", "2031-05-14", &[other()]).await;
    let before = pinned(&app, 2).await;
    let body = json!({"articles": [second], "name": "Ann Bell of Santiago"});
    let split = ruled(&app, "/v1/actors/ann-bell/split", body).await;
    assert_eq!(split["into"]["slug"], "ann-bell-of-santiago");
    assert_eq!(split["articles"], json!([second]));
    assert_eq!(split["made_by"], "api");
    let sides = |actor: Value| actor["affiliations"][0]["party"]["slug"].clone();
    let (old, new) = ("/v1/actors/ann-bell", "/v1/actors/ann-bell-of-santiago");
    assert_eq!(
        (positions(&app, old).await, positions(&app, new).await),
        (1, 1)
    );
    assert_eq!(sides(app.json(old).await), "france");
    assert_eq!(sides(app.json(new).await), "chile");
    assert_eq!(pinned(&app, 2).await, before);

    let path = format!("/v1/articles/{second}");
    app.request("DELETE", &path).send().await.unwrap();
    assert_eq!(
        (positions(&app, old).await, positions(&app, new).await),
        (1, 0)
    );
    let again = app.store("Evening Post", "2031-05-14", &[other()]).await;
    assert_eq!(
        (positions(&app, old).await, positions(&app, new).await),
        (1, 1)
    );
    assert_eq!(app.json("/v1/rulings/3").await["articles"], json!([again]));

    // Merging the part back ends the split.
    ruled(
        &app,
        "/v1/actors/ann-bell-of-santiago/merge",
        json!({"into": "ann-bell"}),
    )
    .await;
    assert_eq!(
        (positions(&app, old).await, positions(&app, new).await),
        (2, 0)
    );
    let ended = app.json("/v1/rulings?current=false").await;
    assert_eq!(ended["items"][0]["revision"], 3);
    let list = app
        .get_as("/v1/rulings", "text/csv")
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(
        csv::Reader::from_reader(list.as_bytes()).records().count(),
        2
    );
}

#[tokio::test]
async fn parties_and_meetings_are_merged_and_split() {
    let app = TestApp::start().await;
    let first = app.store("Morning Wire", "2031-05-11", &[bell()]).await;
    let second = app.store("Evening Post", "2031-05-14", &[marsh()]).await;
    let before = pinned(&app, 2).await;
    let body = json!({"articles": [second], "name": "Overseas France"});
    let split = ruled(&app, "/v1/parties/france/split", body).await;
    assert_eq!(split["into"]["slug"], "overseas-france");
    assert_eq!(positions(&app, "/v1/parties/france").await, 1);
    assert_eq!(positions(&app, "/v1/parties/overseas-france").await, 1);
    let actor = app.json("/v1/actors/lady-marsh").await;
    assert_eq!(actor["affiliations"][0]["party"]["slug"], "overseas-france");
    let meeting = app.json("/v1/meetings/vienna-2031-05-13").await;
    assert_eq!(meeting["parties"][0]["slug"], "overseas-france");

    ruled(
        &app,
        "/v1/parties/overseas-france/merge",
        json!({"into": "chile"}),
    )
    .await;
    assert_eq!(positions(&app, "/v1/parties/chile").await, 1);
    let party = app.json("/v1/parties/overseas-france").await;
    assert_eq!(party["merged_into"]["slug"], "chile");
    let meeting = app.json("/v1/meetings/vienna-2031-05-13").await;
    assert_eq!(meeting["parties"][0]["slug"], "chile");

    let (geneva, vienna) = (
        "/v1/meetings/geneva-2031-05-10",
        "/v1/meetings/vienna-2031-05-13",
    );
    ruled(
        &app,
        &format!("{vienna}/merge"),
        json!({"into": "geneva-2031-05-10"}),
    )
    .await;
    let one = app.json(geneva).await;
    assert_eq!(one["counts"]["positions"], 2);
    assert_eq!(one["end"], "2031-05-13");
    assert_eq!(app.json("/v1/meetings").await["total"], 1);
    for (filter, articles) in [
        ("meetings=geneva-2031-05-10", 2),
        // A name that was merged finds what the one it stands for does.
        ("meetings=vienna-2031-05-13", 2),
        ("parties=overseas-france", 1),
        ("not_parties=overseas-france", 1),
    ] {
        let list = app.json(&format!("/v1/articles?{filter}")).await;
        assert_eq!(list["total"], articles, "{filter}");
    }
    assert_eq!(pinned(&app, 2).await, before);

    ruled(
        &app,
        &format!("{geneva}/split"),
        json!({"merged": "vienna-2031-05-13"}),
    )
    .await;
    assert_eq!(
        (positions(&app, geneva).await, positions(&app, vienna).await),
        (1, 1)
    );
    assert_eq!(app.json(geneva).await["end"], "2031-05-10");

    let third = app.store("Late Wire", "2031-05-12", &[bell()]).await;
    let split = ruled(
        &app,
        &format!("{geneva}/split"),
        json!({"articles": [third]}),
    )
    .await;
    assert_eq!(split["into"]["slug"], "geneva-2031-05-10-2");
    assert_eq!(app.json("/v1/meetings").await["total"], 3);
    let article = app.json(&format!("/v1/articles/{first}")).await;
    assert_eq!(article["meetings"][0]["slug"], "geneva-2031-05-10");
    assert_eq!(pinned(&app, 2).await, before);
}

#[tokio::test]
async fn nonsense_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let first = app.store("Morning Wire", "2031-05-11", &[bell()]).await;
    app.store("Evening Post", "2031-05-14", &[marsh()]).await;
    app.store(
        "Noon Post",
        "2031-05-15",
        &[told(
            "Omar Reyes",
            Some("chile"),
            None,
            "sanctions",
            Stance::Oppose,
            "sanctions must go",
        )],
    )
    .await;
    let merge = "/v1/actors/lady-marsh/merge";
    ruled(&app, merge, json!({"into": "ann-bell"})).await;
    let split = "/v1/actors/ann-bell/split";
    for (path, body, location) in [
        (
            "/v1/actors/ann-bell/merge",
            json!({"into": "ann-bell"}),
            "body.into",
        ),
        (
            "/v1/actors/ann-bell/merge",
            json!({"into": "nobody"}),
            "body.into",
        ),
        (
            "/v1/actors/ann-bell/merge",
            json!({"into": "france"}),
            "body.into",
        ),
        // Chains and circles.
        (
            "/v1/actors/omar-reyes/merge",
            json!({"into": "lady-marsh"}),
            "body.into",
        ),
        (
            "/v1/actors/ann-bell/merge",
            json!({"into": "lady-marsh"}),
            "body.into",
        ),
        (merge, json!({"into": "omar-reyes"}), "path.slug"),
        (
            "/v1/actors/ann-bell/merge",
            json!({"into": "omar-reyes", "made_by": "x".repeat(201)}),
            "body.made_by",
        ),
        ("/v1/actors/ann-bell/merge", json!({}), "body"),
        (
            "/v1/actors/ann-bell/merge",
            json!({"into": "omar-reyes", "why": "x"}),
            "body",
        ),
        (split, json!({}), "body.articles"),
        (split, json!({"articles": []}), "body.articles"),
        (split, json!({"articles": [Uuid::nil()]}), "body.articles"),
        (
            split,
            json!({"articles": [first], "into": "ann-bell"}),
            "body.into",
        ),
        (
            split,
            json!({"articles": [first], "into": "nobody"}),
            "body.into",
        ),
        (
            split,
            json!({"articles": [first], "into": "omar-reyes", "name": "x"}),
            "body.into",
        ),
        (split, json!({"merged": "omar-reyes"}), "body.merged"),
        (
            split,
            json!({"merged": "lady-marsh", "articles": [first]}),
            "body.merged",
        ),
        (
            "/v1/actors/omar-reyes/split",
            json!({"articles": [first]}),
            "body.articles",
        ),
        (
            "/v1/parties/france/split",
            json!({"articles": [first]}),
            "body.name",
        ),
        (
            "/v1/actors/a%00b/merge",
            json!({"into": "ann-bell"}),
            "path.slug",
        ),
        (merge, json!({"into": "ann\u{0}bell"}), "body"),
    ] {
        // A body that is not as documented is told apart from one that does not fit what is stored.
        let malformed = ["body", "body.made_by"].contains(&location) || path.contains("%00");
        let (status, kind) = match malformed {
            true => (422, "validation"),
            false => (409, "conflict"),
        };
        let answer = problem(rule(&app, path, body.clone()).await, status, kind).await;
        assert_eq!(
            answer["errors"][0]["location"], location,
            "{path} {body}: {answer}"
        );
    }
    for path in ["/v1/actors/nobody/merge", "/v1/meetings/nowhere/merge"] {
        problem(
            rule(&app, path, json!({"into": "ann-bell"})).await,
            404,
            "not-found",
        )
        .await;
    }
    problem(app.get("/v1/rulings/99").await, 404, "not-found").await;
    problem(app.get("/v1/rulings/x").await, 422, "validation").await;
    problem(
        app.post(merge, "text/plain", "{}").await,
        415,
        "unsupported-media-type",
    )
    .await;
    problem(
        app.post(merge, "application/json", "{").await,
        400,
        "malformed",
    )
    .await;
    let everything = app.json("/v1/actors/omar-reyes").await;
    assert_eq!(everything["counts"]["positions"], 1);
    assert_eq!(app.json("/v1/rulings").await["total"], 1);
    assert_eq!(app.database.store.latest_revision().await.unwrap(), 4);
}
