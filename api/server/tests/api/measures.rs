//! What is measured from positions: known answers over HTTP, in every form, with the records behind.

use crate::helpers::{TestApp, problem, some_talks};
use serde_json::{Value, json};

const ROUTES: [&str; 10] = [
    "positions",
    "shifts",
    "contradictions",
    "agreement",
    "polarisation",
    "cohesion",
    "consistency",
    "loyalty",
    "salience",
    "timeline",
];

async fn talks() -> TestApp {
    let app = TestApp::start().await;
    some_talks(&app).await;
    app
}

async fn compare(app: &TestApp, asked: &str) -> Value {
    app.json(&format!("/v1/comparisons/{asked}")).await
}

fn find<'a>(list: &'a Value, party: &str, issue: &str) -> &'a Value {
    let items = list.as_array().unwrap();
    let found = items
        .iter()
        .find(|item| item["party"]["slug"] == party && item["issue"]["slug"] == issue);
    found.unwrap()
}

fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() < 1e-9, "{value} for {expected}");
}

#[tokio::test]
async fn every_answer_says_what_it_stands_on() {
    let app = talks().await;
    for route in ROUTES {
        let found = compare(
            &app,
            &format!("{route}?duplicates=document&syndicated=once"),
        )
        .await;
        assert_eq!(found["revision"], 2, "{route}");
        assert_eq!(found["by"], "party");
        assert_eq!(found["duplicates"], "document");
        assert_eq!(found["syndicated"], "once");
        assert_eq!(found["min_count"], 1);
        assert_eq!(found["codebook"], "default@1");
        assert_eq!(found["parser_versions"], json!(["test"]));
        let measured = if route == "positions" { 7 } else { 6 };
        assert_eq!(found["positions"], measured, "{route}");
        assert_eq!(found["articles"], 2);
        assert_eq!(found["without_party"], 1);
        let list = app.json(found["list"].as_str().unwrap()).await;
        assert_eq!(list["total"], 7);
    }
}

/// Every link in an answer lists as many positions as stand beside it.
fn counted(value: &Value, found: &mut Vec<(String, i64)>) {
    match value {
        Value::Object(fields) => {
            if let (Some(link), Some(count)) = (
                fields.get("positions").and_then(Value::as_str),
                fields.get("count").and_then(Value::as_i64),
            ) {
                found.push((link.to_owned(), count));
            }
            fields.values().for_each(|value| counted(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| counted(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_number_links_to_the_records_behind_it() {
    let app = talks().await;
    let mut paths: Vec<String> = ROUTES
        .iter()
        .map(|route| format!("/v1/comparisons/{route}"))
        .collect();
    paths.extend(
        [
            "timeline?per=meeting&width=2",
            "timeline?per=week&by=actor&from=2031-05-11",
            "agreement?network=twomode&per=meeting",
            "polarisation?per=month&width=2&issues=sanctions",
            "shifts?by=actor&outlets=morning wire,evening post",
            "cohesion?q=sanctions&not_parties=chile",
        ]
        .map(|asked| format!("/v1/comparisons/{asked}")),
    );
    paths.push("/v1/meetings/vienna-2031-05-13/briefing".to_owned());
    let mut all = 0;
    for path in paths {
        let mut links = Vec::new();
        counted(&app.json(&path).await, &mut links);
        all += links.len();
        for (link, count) in links {
            assert_eq!(app.json(&link).await["total"], count, "{path}: {link}");
        }
    }
    assert!(all > 50, "{all}");
}

#[tokio::test]
async fn every_form_holds_every_line() {
    let app = talks().await;
    for route in ROUTES {
        let path = format!("/v1/comparisons/{route}");
        let ndjson = app.get_as(&path, "application/x-ndjson").await;
        let ndjson = ndjson.text().await.unwrap();
        let csv = app.get_as(&path, "text/csv").await.text().await.unwrap();
        let mut lines = csv.lines();
        let columns = lines.next().unwrap().split(',').count();
        assert!(columns > 4, "{route}");
        assert_eq!(lines.count(), ndjson.lines().count(), "{route}");
        for line in ndjson.lines() {
            assert!(serde_json::from_str::<Value>(line).unwrap().is_object());
        }
        assert!(ndjson.lines().count() > 0, "{route}");
    }
}

/// CSV and NDJSON have no place for it, so every form says in its head what it stands on.
#[tokio::test]
async fn the_head_of_every_form_says_what_it_stands_on() {
    let app = talks().await;
    for (asked, drawn) in [
        ("positions?quotes=2", "quotes=2"),
        ("shifts", "delta=0.25&false_discovery_rate=0.05"),
        ("contradictions", ""),
        (
            "agreement?seed=7&replicates=200&per=meeting",
            "network=onemode&normalisation=none&replicates=200&seed=7&per=meeting&width=1",
        ),
        (
            "agreement?network=twomode",
            "network=twomode&normalisation=none",
        ),
        ("polarisation?seed=3", "seed=3"),
        ("consistency?seed=9", "seed=9"),
        ("loyalty", ""),
        ("timeline?per=week&width=2", "per=week&width=2"),
    ] {
        for form in ["application/json", "text/csv", "application/x-ndjson"] {
            let answer = app.get_as(&format!("/v1/comparisons/{asked}"), form).await;
            let head = answer.headers()["x-basis"].to_str().unwrap();
            assert!(
                head.starts_with(
                    "revision=2&by=party&duplicates=include&syndicated=all&min_count=1\
                     &codebook=default%401&parser_versions=test&positions="
                ),
                "{asked}: {head}"
            );
            assert!(head.ends_with(drawn), "{asked}: {head}");
        }
    }
}

#[test]
fn every_comparison_says_what_it_tells_and_what_it_does_not() {
    let document = serde_json::to_value(plenary_server::http::openapi::document()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let compared = paths
        .filter(|(path, _)| path.starts_with("/v1/comparisons/") || path.ends_with("/briefing"));
    let mut all = 0;
    for (path, item) in compared {
        let described = item["get"]["description"]
            .as_str()
            .unwrap()
            .replace('\n', " ");
        for begins in ["It tells ", "It does not tell "] {
            let mut sentences = described.split(". ");
            assert!(
                sentences.any(|sentence| sentence.starts_with(begins)),
                "{path}: {described}"
            );
        }
        all += 1;
    }
    assert_eq!(all, ROUTES.len() + 1);
}

/// A grid of very many cells is for programs; its words are asked for with a filter.
#[tokio::test]
async fn a_grid_says_how_many_quotes_its_cells_may_have() {
    let app = talks().await;
    assert_eq!(compare(&app, "positions").await["quotes"], 1);
    assert_eq!(compare(&app, "positions?quotes=3").await["quotes"], 3);
    let none = compare(&app, "positions?quotes=0").await;
    assert_eq!(none["quotes"], 0);
    assert_eq!(none["rows"][0]["cells"][0]["quotes"], json!([]));
}

#[tokio::test]
async fn shifts_pair_meetings_and_quote_both() {
    let app = talks().await;
    let found = compare(&app, "shifts").await;
    assert_eq!(found["total"], 2);
    let france = find(&found["shifts"], "france", "sanctions");
    assert_eq!(france["earlier"]["meeting"]["slug"], "geneva-2031-05-10");
    assert_eq!(france["later"]["meeting"]["slug"], "vienna-2031-05-13");
    near(&france["difference"], -2.0);
    // One position on each side: both ways to part them are as far apart.
    near(&france["p_value"], 1.0);
    assert_eq!(france["direction"], "insufficient");
    assert_eq!(france["significant"], false);
    assert_eq!(
        france["earlier"]["quotes"][0]["text"],
        "sanctions must stay"
    );
    assert_eq!(france["later"]["quotes"][0]["text"], "sanctions may end");
    let chile = find(&found["shifts"], "chile", "sanctions");
    near(&chile["difference"], 0.0);
    assert_eq!(
        found["shifts"][0]["party"]["slug"], "france",
        "largest first"
    );

    let between = "shifts?earlier=geneva-2031-05-10&later=vienna-2031-05-13";
    let two = compare(&app, between).await;
    assert_eq!(two["shifts"], found["shifts"]);
    // One position is at neither meeting.
    assert_eq!((&two["positions"], &two["outside"]), (&json!(6), &json!(1)));
    for asked in [
        "shifts?earlier=vienna-2031-05-13&later=geneva-2031-05-10",
        "shifts?earlier=nowhere&later=geneva-2031-05-10",
    ] {
        let refused = app.get(&format!("/v1/comparisons/{asked}")).await;
        problem(refused, 409, "conflict").await;
    }
    let one = compare(&app, "shifts?most=1&quotes=0").await;
    assert_eq!(
        (
            one["total"].as_i64(),
            one["shifts"].as_array().unwrap().len()
        ),
        (Some(2), 1)
    );
    assert_eq!(one["shifts"][0]["later"]["quotes"], json!([]));
    let lines = app
        .get_as("/v1/comparisons/shifts?most=1", "text/csv")
        .await;
    assert_eq!(lines.headers()["x-total-count"], "2");
    assert_eq!(compare(&app, "shifts?min_count=2").await["total"], 0);
}

#[tokio::test]
async fn contradictions_show_the_words_of_both() {
    let app = talks().await;
    let found = compare(&app, "contradictions").await;
    assert_eq!(found["total"], 1);
    let pair = &found["contradictions"][0];
    assert_eq!(
        (&pair["party"]["slug"], &pair["kind"]),
        (&json!("france"), &json!("self"))
    );
    assert_eq!(
        pair["earlier"]["evidence"][0]["text"],
        "sanctions must stay"
    );
    assert_eq!(pair["later"]["evidence"][0]["text"], "sanctions may end");
    let strength = 0.25 * 0.5f64.powf(3.0 / 91.0);
    assert!((pair["strength"].as_f64().unwrap() - strength).abs() < 1e-6);
}

#[tokio::test]
async fn agreement_is_weighed_as_asked() {
    let app = talks().await;
    let tie = async |asked: &str| -> Value {
        let found = compare(&app, &format!("agreement?{asked}")).await;
        assert_eq!(found["windows"][0]["window"], Value::Null);
        found["windows"][0]["ties"][0].clone()
    };
    // Sanctions: 1·2 alike, 1·2 opposite. Ceasefire: a neutral beside a support, half of each.
    let plain = tie("").await;
    assert_eq!(
        (&plain["a"]["party"]["slug"], &plain["b"]["party"]["slug"]),
        (&json!("chile"), &json!("france"))
    );
    near(&plain["congruence"], 2.5);
    near(&plain["conflict"], 2.5);
    near(&plain["subtract"], 0.0);
    near(&plain["agreement"], 0.5);
    near(&tie("normalisation=average").await["congruence"], 2.5 / 3.0);
    near(
        &tie("normalisation=cosine").await["congruence"],
        2.5 / 15f64.sqrt(),
    );
    near(
        &tie("normalisation=jaccard").await["congruence"],
        2.5 / (3.0 + 5.0 - 2.5),
    );
    near(
        &tie("normalisation=dna_product").await["congruence"],
        2.5 / 9.0,
    );
    let certain = tie("issues=sanctions&stances=oppose").await;
    assert_eq!(certain["interval"], json!({"low": 1.0, "high": 1.0}));
    assert_eq!(tie("replicates=0").await["interval"], Value::Null);

    let along = compare(&app, "agreement?per=meeting").await;
    let windows: Vec<(&str, f64)> = along["windows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| {
            let slug = of["window"]["meeting"]["slug"].as_str().unwrap();
            (slug, of["ties"][0]["agreement"].as_f64().unwrap())
        })
        .collect();
    assert_eq!(
        windows,
        [("geneva-2031-05-10", 0.0), ("vienna-2031-05-13", 1.0)]
    );
}

#[tokio::test]
async fn two_mode_ties_bind_sides_to_issues() {
    let app = talks().await;
    for (normalisation, weight, subtract) in [
        ("none", 2.0, -2.0),
        ("activity", 2.0 / 3.0, -2.0 / 3.0),
        ("prominence", 0.5, -0.5),
    ] {
        let asked = format!("agreement?network=twomode&normalisation={normalisation}");
        let found = compare(&app, &asked).await;
        let ties = &found["windows"][0]["ties"];
        assert_eq!(ties.as_array().unwrap().len(), 4);
        let tie = find(ties, "chile", "sanctions");
        near(&tie["weight"], weight);
        near(&tie["subtract"], subtract);
        assert_eq!((&tie["count"], &tie["oppose"]), (&json!(2), &json!(2)));
    }
}

#[tokio::test]
async fn networks_come_as_files() {
    let app = talks().await;
    for (accept, root, node) in [
        (
            "application/graphml+xml",
            "<graphml ",
            "<node id=\"chile\">",
        ),
        (
            "application/gexf+xml",
            "<gexf ",
            "<node id=\"chile\" label=\"Chile\">",
        ),
    ] {
        let path = "/v1/comparisons/agreement?network=twomode";
        let response = app.get_as(path, accept).await;
        assert_eq!(response.headers()["content-type"], accept);
        let text = response.text().await.unwrap();
        assert!(text.contains(root) && text.contains(node), "{text}");
        assert!(
            text.contains("issue:sanctions") && text.contains("revision"),
            "{text}"
        );
        let refused = app
            .get_as("/v1/comparisons/agreement?per=month", accept)
            .await;
        problem(refused, 409, "conflict").await;
        let elsewhere = app.get_as("/v1/comparisons/shifts", accept).await;
        problem(elsewhere, 406, "not-acceptable").await;
    }
}

#[tokio::test]
async fn polarisation_sees_camps_where_they_are() {
    let app = talks().await;
    let found = compare(&app, "polarisation").await;
    let whole = &found["windows"][0];
    near(&whole["network"]["polarisation"], 0.0);
    near(&whole["network"]["frustration"], 0.5);
    let issue = |slug: &str| {
        let issues = whole["issues"].as_array().unwrap();
        issues
            .iter()
            .find(|issue| issue["issue"]["slug"] == slug)
            .unwrap()
    };
    // One support and three opposes: A = (2·−1 + 2·1)/4. One support beside one neutral: A = ½.
    near(&issue("sanctions")["polarisation"], 0.5);
    near(&issue("ceasefire")["polarisation"], 0.25);

    let along = compare(&app, "polarisation?per=meeting&issues=sanctions").await;
    let [geneva, vienna] = [&along["windows"][0], &along["windows"][1]];
    near(&geneva["network"]["polarisation"], 1.0);
    assert_eq!(
        geneva["network"]["blocs"][0]["sides"][0]["party"]["slug"],
        "chile"
    );
    assert_eq!(
        geneva["network"]["blocs"][1]["sides"][0]["party"]["slug"],
        "france"
    );
    assert!(geneva["network"]["random"]["p_value"].as_f64().unwrap() > 0.2);
    near(&vienna["network"]["polarisation"], 0.0);
    assert_eq!(vienna["network"]["exact"], true);
}

#[tokio::test]
async fn links_leave_out_the_sides_that_a_least_count_leaves_out() {
    let app = talks().await;
    for asked in ["by=actor", "by=actor&min_count=2", "by=party&min_count=3"] {
        let found = compare(&app, &format!("polarisation?{asked}")).await;
        for issue in found["windows"][0]["issues"].as_array().unwrap() {
            let list = app.json(issue["positions"].as_str().unwrap()).await;
            assert_eq!(list["total"], issue["count"], "{asked}: {issue}");
        }
    }
}

#[tokio::test]
async fn each_side_is_measured_on_each_issue() {
    let app = talks().await;
    let value = async |route: &str, party: &str, issue: &str| -> Value {
        let found = compare(&app, route).await;
        find(&found["values"], party, issue)["value"].clone()
    };
    near(&value("cohesion", "france", "sanctions").await, 0.25);
    near(&value("cohesion", "chile", "sanctions").await, 1.0);
    near(&value("consistency", "france", "sanctions").await, 0.0);
    near(&value("consistency", "chile", "sanctions").await, 1.0);
    assert_eq!(
        value("consistency", "chile", "ceasefire").await,
        Value::Null
    );
    let issues = app.json("/v1/issues").await["total"].as_f64().unwrap();
    near(
        &value("salience", "chile", "sanctions").await,
        2.5 / (3.0 + issues / 2.0),
    );

    let consistency = compare(&app, "consistency").await;
    let stance = &consistency["reliability"][0];
    assert_eq!(
        (&stance["field"], &stance["metric"]),
        (&json!("stance"), &json!("ordinal"))
    );
    assert_eq!(
        (&stance["alpha"], &stance["reason"]),
        (&Value::Null, &json!("no_pairs"))
    );
    // An actor without a meeting is held against nobody.
    let by_actor = compare(&app, "consistency?by=actor").await;
    let link = by_actor["reliability"][0]["positions"].as_str().unwrap();
    let compared = app.json(&format!("{link}&limit=200")).await;
    let all = app.json("/v1/positions?limit=200").await;
    let placed = |list: &Value| {
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .filter(|item| !item["meeting"].is_null())
            .count()
    };
    assert_eq!(compared["items"].as_array().unwrap().len(), placed(&all));
    assert_eq!(placed(&compared), placed(&all));
    let csv = app.get_as("/v1/comparisons/consistency", "text/csv").await;
    let csv = csv.text().await.unwrap();
    let alphas: Vec<&str> = csv
        .lines()
        .filter_map(|line| line.strip_prefix(",,,,"))
        .collect();
    assert!(
        alphas.len() == 2 && alphas[0].ends_with("stance,ordinal,,,no_pairs,0"),
        "{csv}"
    );
    assert!(alphas[1].contains("/v1/positions?"), "{csv}");
    let loyalty = compare(&app, "loyalty").await;
    assert_eq!(loyalty["actors"].as_array().unwrap().len(), 2);
    assert_eq!(loyalty["actors"][0]["loyalty"], Value::Null);
    let hidden = compare(&app, "cohesion?min_count=2").await;
    assert_eq!(hidden["values"].as_array().unwrap().len(), 2);
    assert_eq!(hidden["positions"], 6);
}

#[tokio::test]
async fn a_timeline_runs_by_calendar_and_by_meeting() {
    let app = talks().await;
    let points = async |asked: &str| -> Vec<(String, i64, f64)> {
        let found = compare(
            &app,
            &format!("timeline?{asked}&parties=france&issues=sanctions"),
        )
        .await;
        found["series"][0]["points"]
            .as_array()
            .unwrap()
            .iter()
            .map(|point| {
                let window = format!("{}..{}", point["window"]["from"], point["window"]["to"]);
                let stance = point["stance"].as_f64().unwrap();
                (
                    window.replace('"', ""),
                    point["count"].as_i64().unwrap(),
                    stance,
                )
            })
            .collect()
    };
    let text = |list: &[(&str, i64, f64)]| -> Vec<(String, i64, f64)> {
        list.iter()
            .map(|(window, n, stance)| ((*window).to_owned(), *n, *stance))
            .collect()
    };
    assert_eq!(
        points("").await,
        text(&[("2031-05-01..2031-05-31", 2, 0.0)])
    );
    // 2031-05-10 is a Saturday.
    assert_eq!(
        points("per=week").await,
        text(&[
            ("2031-05-05..2031-05-11", 1, 1.0),
            ("2031-05-12..2031-05-18", 1, -1.0)
        ])
    );
    assert_eq!(
        points("per=week&width=2").await,
        text(&[
            ("2031-04-28..2031-05-11", 1, 1.0),
            ("2031-05-05..2031-05-18", 2, 0.0)
        ])
    );
    assert_eq!(
        points("per=meeting").await,
        text(&[
            ("2031-05-10..2031-05-10", 1, 1.0),
            ("2031-05-13..2031-05-13", 1, -1.0)
        ])
    );
    assert_eq!(
        points("per=meeting&width=2").await[1],
        text(&[("2031-05-10..2031-05-13", 2, 0.0)])[0]
    );
    assert_eq!(compare(&app, "timeline?per=meeting").await["outside"], 1);
    assert_eq!(compare(&app, "timeline?per=day").await["outside"], 0);
}

#[tokio::test]
async fn counting_rules_hold_everywhere() {
    let app = talks().await;
    for (asked, positions) in [
        ("", 7),
        ("duplicates=document", 7),
        ("duplicates=week", 7),
        ("duplicates=month", 6),
        ("duplicates=year", 6),
        ("duplicates=acrossrange", 6),
        ("min_count=2", 6),
        ("min_count=4", 0),
        ("by=actor&min_count=3", 6),
    ] {
        let grid = compare(&app, &format!("positions?{asked}")).await;
        assert_eq!(grid["positions"], positions, "{asked}");
    }
    let shown = compare(&app, "positions?min_count=2").await;
    assert_eq!(shown["rows"], json!([]), "no cell has two positions");
    assert_eq!(shown["meetings"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_asked_is_named() {
    let app = TestApp::start().await;
    let malformed = [
        ("shifts?by=meeting", "query.by"),
        ("shifts?most=0", "query.most"),
        ("contradictions?most=201", "query.most"),
        ("agreement?network=threemode", "query.network"),
        ("agreement?replicates=10001", "query.replicates"),
        ("polarisation?per=decade", "query.per"),
        ("polarisation?per=day&width=61", "query.width"),
        ("timeline?width=0", "query.width"),
        ("cohesion?duplicates=never", "query.duplicates"),
        ("cohesion?syndicated=twice", "query.syndicated"),
        ("cohesion?min_count=0", "query.min_count"),
        ("salience?seed=1", "query.seed"),
    ];
    let unfit = [
        ("shifts?earlier=a", "query.later"),
        ("shifts?later=a", "query.earlier"),
        ("shifts?earlier=a&later=a", "query.later"),
        ("agreement?normalisation=activity", "query.normalisation"),
        (
            "agreement?network=twomode&normalisation=cosine",
            "query.normalisation",
        ),
        ("agreement?network=twomode&seed=2", "query.seed"),
        ("agreement?width=2", "query.per"),
        ("loyalty?by=actor", "query.by"),
    ];
    let malformed = malformed.map(|case| (case, 422, "validation"));
    let unfit = unfit.map(|case| (case, 409, "conflict"));
    for ((asked, location), status, kind) in malformed.into_iter().chain(unfit) {
        let response = app.get(&format!("/v1/comparisons/{asked}")).await;
        let problem = problem(response, status, kind).await;
        assert_eq!(problem["errors"][0]["location"], location, "{asked}");
    }
}

#[tokio::test]
async fn nothing_recorded_is_an_empty_answer() {
    let app = TestApp::start().await;
    for route in ROUTES {
        let found = compare(&app, route).await;
        assert_eq!(
            (&found["revision"], &found["positions"]),
            (&json!(0), &json!(0)),
            "{route}"
        );
    }
}
