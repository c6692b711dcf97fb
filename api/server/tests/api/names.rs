//! Parties, actors, meetings, processes and issues: lists with counts, and one of each.

use crate::helpers::{TestApp, problem, some_talks};
use serde_json::Value;

#[tokio::test]
async fn each_kind_of_name_is_listed_and_read() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    for (path, slug, positions) in [
        ("/v1/parties", "france", 3),
        ("/v1/actors", "omar-reyes", 3),
        ("/v1/meetings", "geneva-2031-05-10", 3),
        ("/v1/issues", "sanctions", 5),
    ] {
        let one = app.json(&format!("{path}/{slug}")).await;
        assert_eq!(one["slug"], slug);
        assert!(!one["name"].as_str().unwrap().is_empty());
        assert_eq!(one["counts"]["positions"], positions, "{path}");
        let list = app.json(&format!("{path}?limit=1000")).await;
        let items = list["items"].as_array().unwrap();
        assert_eq!(list["total"], items.len());
        assert!(items.contains(&one), "{path}: {one}");
        problem(
            app.get(&format!("{path}/nothing-of-that-name")).await,
            404,
            "not-found",
        )
        .await;
        problem(app.get(&format!("{path}/%00")).await, 422, "validation").await;

        let csv = app.get_as(path, "text/csv").await.text().await.unwrap();
        let rows = csv::Reader::from_reader(csv.as_bytes())
            .into_records()
            .count();
        assert_eq!(list["total"], rows, "{path}");
    }
    let spoken = app.json("/v1/parties?recorded=true").await;
    assert_eq!(spoken["total"], 2);
}

#[tokio::test]
async fn meetings_of_the_same_sides_are_one_process() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let processes = app.json("/v1/processes").await;
    for process in processes["items"].as_array().unwrap() {
        let slug = process["slug"].as_str().unwrap();
        assert_eq!(&app.json(&format!("/v1/processes/{slug}")).await, process);
        let starts: Vec<&Value> = process["meetings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|meeting| &meeting["start"])
            .collect();
        assert!(
            starts.is_sorted_by_key(|start| start.as_str()),
            "{starts:?}"
        );
    }
    problem(
        app.get("/v1/processes/nothing-of-that-name").await,
        404,
        "not-found",
    )
    .await;
}
