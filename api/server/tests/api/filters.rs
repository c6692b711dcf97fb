//! The one filter, over HTTP: for any filter the list, the export and the grid count the same records.

use crate::helpers::{TestApp, some_talks};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

/// A list parameter, its `not_` twin, both or none.
fn choice(name: &'static str, values: &'static [&'static str]) -> BoxedStrategy<Vec<String>> {
    let side = || subsequence(values.to_vec(), 1..=values.len().min(3));
    let any = move |list: Vec<&str>| format!("{name}={}", list.join(","));
    let not = move |list: Vec<&str>| format!("not_{name}={}", list.join(","));
    prop_oneof![
        16 => Just(Vec::new()),
        2 => side().prop_map(move |list| vec![any(list)]),
        1 => side().prop_map(move |list| vec![not(list)]),
        1 => (side(), side()).prop_map(move |(one, other)| vec![any(one), not(other)]),
    ]
    .boxed()
}

fn one(name: &'static str, values: &'static [&'static str]) -> BoxedStrategy<Vec<String>> {
    prop_oneof![
        8 => Just(Vec::new()),
        1 => select(values).prop_map(move |value| vec![format!("{name}={value}")]),
    ]
    .boxed()
}

fn filters() -> impl Strategy<Value = String> {
    let parts = vec![
        choice("parties", &["france", "chile", "none", "unknown"]),
        choice("actors", &["ann-bell", "omar-reyes", "ida-holm", "nobody"]),
        choice(
            "meetings",
            &["geneva-2031-05-10", "vienna-2031-05-13", "none"],
        ),
        choice("processes", &["chile-france-talks", "none"]),
        choice("issues", &["sanctions", "ceasefire", "tariffs"]),
        choice("domains", &["security", "trade", "other"]),
        choice("stances", &["support", "neutral", "oppose"]),
        choice("acts", &["state", "reject"]),
        choice("modes", &["indirect", "direct"]),
        choice("outlets", &["morning wire", "EVENING POST", "none"]),
        one("from", &["2031-05-10", "2031-05-12", "2031-05-14"]),
        one("to", &["2031-05-14", "2031-05-15"]),
        one("min_confidence", &["0.505", "0.515", "0.9"]),
        one("q", &["sanctions", "truce or guns", "-dead"]),
        one("revision", &["0", "1", "2"]),
    ];
    parts.prop_map(|parts| parts.concat().join("&"))
}

fn sum(grid: &Value) -> i64 {
    let rows = grid["rows"].as_array().unwrap().iter();
    let cells = rows.flat_map(|row| row["cells"].as_array().unwrap());
    cells.map(|cell| cell["count"].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn list_grid_and_export_count_the_same_for_any_filter() {
    let app = TestApp::start().await;
    some_talks(&app).await;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut filled = 0;
    for _ in 0..120 {
        let filter = filters().new_tree(&mut runner).unwrap().current();
        let list = app.json(&format!("/v1/positions?{filter}")).await;
        let total = list["total"].as_i64().unwrap();
        filled += i32::from(total > 0);
        for (form, heads) in [("text/csv", 1), ("application/x-ndjson", 0)] {
            let export = app.get_as(&format!("/v1/positions?{filter}"), form).await;
            let lines = export.text().await.unwrap().lines().count() as i64;
            assert_eq!(lines - heads, total, "{filter} as {form}");
        }
        for by in ["party", "actor"] {
            let path = format!("/v1/comparisons/positions?by={by}&duplicates=include&{filter}");
            let grid = app.json(&path).await;
            assert_eq!(sum(&grid), total, "{filter}");
            assert_eq!(grid["positions"], total, "{filter}");
            let behind = app.json(grid["list"].as_str().unwrap()).await;
            assert_eq!(behind["total"], total, "{filter}");
        }
    }
    assert!(filled > 40, "{filled} of the filters admitted anything");
}
