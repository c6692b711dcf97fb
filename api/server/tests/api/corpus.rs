//! The sample corpus, read by the real parser: its own processes are told apart and chained.

use crate::helpers::TestApp;
use plenary_server::corpus::ARTICLES;
use plenary_server::form::TextForm;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The meeting that an article reports, by `expected.toml`.
struct Expected {
    file: String,
    process: String,
    venue: String,
    /// The first day, and the days that a reader of this article alone may take for it.
    days: Vec<String>,
}

fn expected() -> Vec<Expected> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/expected.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let field = |block: &str, name: &str| -> String {
        let line = block
            .lines()
            .find(|line| line.starts_with(&format!("{name} = ")))
            .unwrap();
        line.split('"').nth(1).unwrap_or(line).to_owned()
    };
    // At the start of a line: the file's opening comment names the heading too.
    text.split("\n[[file]]")
        .skip(1)
        .map(|block| {
            let main = block
                .lines()
                .find(|line| line.starts_with("main = "))
                .unwrap();
            let start = main.split("start = ").nth(1).unwrap()[..10].to_owned();
            let told = main.split("days = [").nth(1).unwrap();
            let told = told.split(']').next().unwrap().split('"');
            let told = told.skip(1).step_by(2).map(str::to_owned);
            Expected {
                file: field(block, "name"),
                process: field(block, "process"),
                venue: main.split('"').nth(1).unwrap().to_owned(),
                days: std::iter::once(start).chain(told).collect(),
            }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_processes_of_the_corpus_are_told_apart() {
    let app = TestApp::start().await;
    for (name, text) in ARTICLES {
        let article = TextForm::Markdown.article(text).unwrap();
        let parsed = app.parser().parse(&article);
        let added = app.database.store.add_article(&article, &parsed, "test");
        assert!(!added.await.unwrap().known, "{name}");
    }
    let meetings = app.json("/v1/meetings?limit=1000").await;
    let mut processes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut found = 0;
    for Expected {
        file,
        process,
        venue,
        days,
    } in expected()
    {
        let is = |meeting: &&Value| {
            meeting["venue"] == venue.as_str()
                && meeting["start"].as_str().is_some_and(|start| {
                    let end = meeting["end"].as_str().unwrap_or(start);
                    days.iter()
                        .any(|day| start.starts_with(day) || (start..=end).contains(&day.as_str()))
                })
        };
        let Some(meeting) = meetings["items"].as_array().unwrap().iter().find(is) else {
            eprintln!("{file}: no meeting in {venue} on {days:?}");
            continue;
        };
        found += 1;
        let slug = meeting["process"]["slug"].as_str().unwrap_or("none");
        eprintln!("{file}: {} in {slug}", meeting["slug"]);
        processes
            .entry(process)
            .or_default()
            .insert(slug.to_owned());
    }
    // The rest is for the parser's own tests.
    assert!(found >= 15, "{found}");
    let mut owner: BTreeMap<&str, &str> = BTreeMap::new();
    for (process, slugs) in &processes {
        for slug in slugs.iter().filter(|slug| *slug != "none") {
            if let Some(other) = owner.insert(slug, process) {
                panic!("`{slug}` mixes {other} and {process}");
            }
        }
    }
    let chained = processes.values().filter(|slugs| slugs.len() == 1).count();
    assert!(chained >= 5, "{processes:?}");
}
