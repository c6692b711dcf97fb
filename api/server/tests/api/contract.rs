//! What clients rely on stays: a change of the document that breaks them must be listed in
//! `openapi/CHANGELOG.md`, against the lines of the last release in `openapi/released.txt`.

use plenary_server::http::contract::{breaks, lines};
use plenary_server::http::openapi;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi");

fn document() -> Value {
    serde_json::from_str(&openapi::text(&openapi::document()).unwrap()).unwrap()
}

fn kept(name: &str) -> String {
    std::fs::read_to_string(format!("{FOLDER}/{name}")).unwrap()
}

/// The lines listed as breaking since the last release: `- ` and a code span under the first heading.
fn listed(changelog: &str) -> BTreeSet<String> {
    let (_, unreleased) = changelog.split_once("\n## Unreleased\n").unwrap();
    let unreleased = unreleased.split("\n## ").next().unwrap();
    let spans = unreleased
        .lines()
        .filter_map(|line| line.strip_prefix("- `"));
    spans
        .map(|span| span.split('`').next().unwrap().to_owned())
        .collect()
}

#[test]
fn no_client_breaks_unannounced() {
    let released: BTreeSet<String> = kept("released.txt").lines().map(str::to_owned).collect();
    assert!(released.len() > 500, "{}", released.len());
    let broken: BTreeSet<String> = breaks(&released, &lines(&document())).into_iter().collect();
    let listed = listed(&kept("CHANGELOG.md"));
    let unlisted: Vec<&String> = broken.difference(&listed).collect();
    assert!(
        unlisted.is_empty(),
        "this breaks clients; keep it, or list each line in openapi/CHANGELOG.md: {unlisted:#?}"
    );
    let stale: Vec<&String> = listed.difference(&broken).collect();
    assert!(stale.is_empty(), "listed, but nothing breaks: {stale:#?}");
}

#[test]
fn a_listed_break_is_read() {
    let changelog = "# Changes\n\n## Unreleased\n\nWords.\n\n- `GET /v1/a query.b: string`: gone.\n\
                     - other\n\n## 0.1.0\n\n- `GET /v1/old`\n";
    let found = listed(changelog);
    assert_eq!(Vec::from_iter(found), ["GET /v1/a query.b: string"]);
}

/// Each way to break a client is seen, and named by what it takes away or newly demands.
#[test]
fn every_kind_of_break_is_seen() {
    type Change = fn(&mut Value);
    let changes: &[(&str, Change, &str)] = &[
        (
            "a path removed",
            |d| drop(d["paths"].as_object_mut().unwrap().remove("/v1/parties")),
            "GET /v1/parties",
        ),
        (
            "a path renamed",
            |d| {
                let paths = d["paths"].as_object_mut().unwrap();
                let item = paths.remove("/v1/parties/{slug}").unwrap();
                paths.insert("/v1/sides/{slug}".to_owned(), item);
            },
            "GET /v1/parties/{slug}",
        ),
        (
            "a parameter renamed",
            |d| {
                let parameters = d["paths"]["/v1/positions"]["get"]["parameters"].as_array_mut();
                let mut all = parameters.unwrap().iter_mut();
                let limit = all.find(|parameter| parameter["name"] == "limit");
                limit.unwrap()["name"] = json!("size");
            },
            "GET /v1/positions query.limit: integer(int32)",
        ),
        (
            "a field removed",
            |d| {
                drop(
                    d.pointer_mut("/components/schemas/Position/properties")
                        .unwrap()
                        .as_object_mut()
                        .unwrap()
                        .remove("stance"),
                )
            },
            "Position.stance: StanceCode",
        ),
        (
            "a field that becomes nullable",
            |d| {
                d["components"]["schemas"]["Named"]["properties"]["name"]["type"] =
                    json!(["string", "null"])
            },
            "Named.name: string",
        ),
        (
            "a field that may be left out",
            |d| d["components"]["schemas"]["Named"]["required"] = json!(["slug"]),
            "Named.name: string",
        ),
        (
            "a value of a closed list removed",
            |d| {
                d["components"]["schemas"]["ActCode"]["enum"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|one| one != "deny")
            },
            "ActCode = deny",
        ),
        (
            "a field that is newly demanded",
            |d| {
                d["components"]["schemas"]["NewArticleBody"]["required"] = json!(["text", "outlet"])
            },
            "NewArticleBody needs outlet",
        ),
        (
            "a parameter that is newly demanded",
            |d| {
                let parameters = d["paths"]["/v1/positions"]["get"]["parameters"].as_array_mut();
                parameters.unwrap()[0]["required"] = json!(true);
            },
            "GET /v1/positions needs query.parties",
        ),
        (
            "a form of an answer removed",
            |d| {
                drop(
                    d.pointer_mut("/paths/~1v1~1positions/get/responses/200/content")
                        .unwrap()
                        .as_object_mut()
                        .unwrap()
                        .remove("text/csv"),
                )
            },
            "GET /v1/positions 200 text/csv: string",
        ),
    ];
    let released = lines(&document());
    for (what, change, line) in changes {
        let mut changed = document();
        change(&mut changed);
        let found = breaks(&released, &lines(&changed));
        assert!(found.iter().any(|one| one == line), "{what}: {found:?}");
    }
    // What is only added breaks nobody.
    let mut grown = document();
    grown["components"]["schemas"]["Named"]["properties"]["short"] = json!({ "type": "string" });
    grown["components"]["schemas"]["NewArticleBody"]["properties"]["author"] =
        json!({ "type": "string" });
    let parties = grown["paths"]["/v1/parties"].clone();
    grown["paths"]["/v2/parties"] = parties;
    assert_eq!(breaks(&released, &lines(&grown)), [""; 0]);
}
