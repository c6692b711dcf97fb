//! `/v1/meetings/{slug}/briefing`: one meeting on one page.

use crate::helpers::{TestApp, problem, some_talks};
use serde_json::{Value, json};

const VIENNA: &str = "/v1/meetings/vienna-2031-05-13/briefing";

#[tokio::test]
async fn a_meeting_is_told_against_the_one_before() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let page = app.json(VIENNA).await;
    assert_eq!(page["meeting"]["slug"], "vienna-2031-05-13");
    assert_eq!(page["previous"]["slug"], "geneva-2031-05-10");
    assert_eq!(page["process"]["slug"], "chile-france-talks");
    let parties: Vec<&Value> = page["parties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["slug"])
        .collect();
    assert_eq!(parties, ["chile", "france"]);
    let sides = page["sides"].as_array().unwrap();
    let brief: Vec<_> = sides
        .iter()
        .map(|side| {
            (
                side["party"]["slug"].as_str().unwrap(),
                side["count"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(brief, [("chile", 1), ("france", 1)]);
    let sanctions = &sides[1]["issues"][0];
    assert_eq!(sanctions["issue"]["slug"], "sanctions");
    assert_eq!(sanctions["stance"], -1.0);
    assert_eq!(sanctions["before"]["stance"], 1.0);
    assert_eq!(sanctions["shift"]["difference"], -2.0);
    assert_eq!(sanctions["shift"]["direction"], "insufficient");
    assert_eq!(sanctions["quotes"][0]["text"], "sanctions may end");
    let before = app
        .json(sanctions["before"]["positions"].as_str().unwrap())
        .await;
    assert_eq!(before["total"], 1);
    assert_eq!(page["new_issues"], json!([]));
    assert_eq!(page["strongest"].as_array().unwrap().len(), 2);
    assert_eq!(page["contradictions_total"], 1);
    assert_eq!(
        page["contradictions"][0]["earlier"]["meeting"]["slug"],
        "geneva-2031-05-10"
    );
    assert_eq!(page["positions"], 5);

    let csv = app.get_as(VIENNA, "text/csv").await.text().await.unwrap();
    assert_eq!(csv.lines().count(), 3);
    assert!(csv.contains("insufficient"), "{csv}");
}

#[tokio::test]
async fn the_first_meeting_has_nothing_before_it() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let page = app
        .json("/v1/meetings/geneva-2031-05-10/briefing?by=actor")
        .await;
    assert_eq!(page["previous"], Value::Null);
    assert_eq!(page["sides"][0]["actor"]["slug"], "ann-bell");
    assert_eq!(page["sides"][0]["issues"][0]["before"], Value::Null);
    assert_eq!(page["sides"][0]["issues"][0]["shift"], Value::Null);
    let new: Vec<&Value> = page["new_issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| &n["issue"]["slug"])
        .collect();
    assert_eq!(new.len(), 2);
    assert_eq!(page["contradictions_total"], 0);
}

#[tokio::test]
async fn a_filter_narrows_the_page() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let page = app.json(&format!("{VIENNA}?parties=chile&quotes=0")).await;
    assert_eq!(page["sides"].as_array().unwrap().len(), 1);
    assert_eq!(page["sides"][0]["issues"][0]["quotes"], json!([]));
    let nothing = app.json(&format!("{VIENNA}?issues=tariffs")).await;
    assert_eq!(
        (&nothing["sides"], &nothing["previous"]),
        (&json!([]), &Value::Null)
    );
    // At the first revision the second meeting was not yet known.
    let before = app.get(&format!("{VIENNA}?revision=1")).await;
    problem(before, 404, "not-found").await;
    problem(
        app.get("/v1/meetings/nowhere/briefing").await,
        404,
        "not-found",
    )
    .await;
    for (asked, status, kind) in [
        ("meetings=geneva-2031-05-10", 409, "conflict"),
        ("most=0", 422, "validation"),
        ("quotes=21", 422, "validation"),
        ("revision=9", 409, "conflict"),
    ] {
        let response = app.get(&format!("{VIENNA}?{asked}")).await;
        problem(response, status, kind).await;
    }
}
