//! `/v1/comparisons/positions`: the grid counts what the list lists.

use crate::helpers::{TestApp, problem, some_talks};
use serde_json::{Value, json};

fn cells(grid: &Value) -> Vec<&Value> {
    let rows = grid["rows"].as_array().unwrap();
    rows.iter()
        .flat_map(|row| row["cells"].as_array().unwrap())
        .collect()
}

#[tokio::test]
async fn the_grid_shows_sides_across_meetings() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let grid = app.json("/v1/comparisons/positions?quotes=1").await;
    let columns: Vec<&Value> = grid["meetings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|meeting| &meeting["slug"])
        .collect();
    assert_eq!(columns, ["geneva-2031-05-10", "vienna-2031-05-13"]);

    let row = |party: Value, issue: &str| {
        let rows = grid["rows"].as_array().unwrap();
        let found = rows
            .iter()
            .find(|row| row["party"]["slug"] == party && row["issue"]["slug"] == issue);
        found.unwrap().clone()
    };
    let france = row(json!("france"), "sanctions");
    assert!(france["proposition"].as_str().unwrap().len() > 10);
    let means: Vec<_> = france["cells"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| {
            (
                cell["meeting"].as_str().unwrap(),
                cell["stance"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        means,
        [("geneva-2031-05-10", 1.0), ("vienna-2031-05-13", -1.0)]
    );
    let cell = &france["cells"][0];
    assert_eq!(cell["count"], 1);
    // One support: ln(1.5/0.5), and no more than a hint.
    let scaled = cell["scaled"]["position"].as_f64().unwrap();
    assert!((scaled - 3f64.ln()).abs() < 1e-12);
    assert_eq!(cell["sufficient"], false);
    let interval = &cell["interval"];
    assert!(interval["low"].as_f64().unwrap() < 0.0 && interval["high"] == 1.0);
    assert_eq!(cell["articles"], 1);
    assert_eq!(cell["acts"], json!({"state": 1}));
    assert_eq!(cell["quotes"][0]["text"], "sanctions must stay");
    assert_eq!(cell["quotes"][0]["actor"]["name"], "Ann Bell");

    // Nothing is dropped: no party has a row, no meeting a cell of its own.
    let nobody = row(Value::Null, "sanctions");
    assert_eq!(nobody["party"], Value::Null);
    assert!(nobody.as_object().unwrap().contains_key("party"));
    assert_eq!(nobody["cells"][0]["meeting"], Value::Null);
}

#[tokio::test]
async fn by_actor_every_row_is_a_person() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let grid = app.json("/v1/comparisons/positions?by=actor").await;
    for row in grid["rows"].as_array().unwrap() {
        assert!(row["actor"]["slug"].is_string(), "{row}");
        assert!(row.get("party").is_none());
    }
    let sum: i64 = cells(&grid)
        .iter()
        .map(|cell| cell["count"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 7);
}

/// The rule on which every number rests: the same filter counts the same records everywhere.
#[tokio::test]
async fn grid_list_and_export_count_the_same() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    for filter in [
        "",
        "parties=france",
        "parties=none",
        "not_parties=none",
        "meetings=none",
        "not_meetings=geneva-2031-05-10",
        "issues=ceasefire&stances=support,neutral",
        "from=2031-05-12&outlets=evening post",
        "q=sanctions",
        "min_confidence=0.51",
        "revision=1",
        "actors=nobody-at-all",
    ] {
        for by in ["party", "actor"] {
            let grid = app
                .json(&format!(
                    "/v1/comparisons/positions?by={by}&duplicates=include&{filter}"
                ))
                .await;
            let list = app.json(&format!("/v1/positions?{filter}")).await;
            let export = app
                .get_as(&format!("/v1/positions?{filter}"), "application/x-ndjson")
                .await;
            let export = export.text().await.unwrap().lines().count() as i64;
            let cells = cells(&grid);
            let sum: i64 = cells
                .iter()
                .map(|cell| cell["count"].as_i64().unwrap())
                .sum();
            assert_eq!(list["total"], sum, "{filter}");
            assert_eq!(grid["positions"], sum, "{filter}");
            assert_eq!(export, sum, "{filter}");
            // Each cell's link lists exactly its positions.
            for cell in cells {
                let count = |key: &str| cell[key].as_i64().unwrap();
                assert_eq!(
                    count("count"),
                    count("support") + count("neutral") + count("oppose")
                );
                let behind = app.json(cell["positions"].as_str().unwrap()).await;
                assert_eq!(behind["total"], cell["count"], "{cell}");
            }
            assert_eq!(app.json(grid["list"].as_str().unwrap()).await["total"], sum);
        }
    }
}

#[tokio::test]
async fn lines_hold_every_cell() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let path = "/v1/comparisons/positions";
    let grid = app.json(path).await;
    let count = cells(&grid).len();
    let ndjson = app
        .get_as(path, "application/x-ndjson")
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(ndjson.lines().count(), count);
    let csv = app.get_as(path, "text/csv").await.text().await.unwrap();
    assert_eq!(csv.lines().count(), count + 1);
}

#[tokio::test]
async fn wrong_drawings_are_refused() {
    let app = TestApp::start().await;
    for (query, location) in [
        ("by=meeting", "query.by"),
        ("quotes=21", "query.quotes"),
        ("quotes=-1", "query.quotes"),
        ("duplicates=hour", "query.duplicates"),
        ("limit=5", "query.limit"),
    ] {
        let response = app.get(&format!("/v1/comparisons/positions?{query}")).await;
        let problem = problem(response, 422, "validation").await;
        assert_eq!(problem["errors"][0]["location"], location);
    }
}
