//! The OpenAPI document: kept in the repository, complete, and served as it is kept.

use crate::helpers::TestApp;
use plenary_server::http::openapi;
use serde_json::Value;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");

fn document() -> Value {
    serde_json::from_str(&openapi::text(&openapi::document()).unwrap()).unwrap()
}

/// Every operation with its path and method.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

#[test]
fn the_kept_document_is_the_generated_one() {
    let kept = std::fs::read_to_string(KEPT).unwrap();
    let generated = openapi::text(&openapi::document()).unwrap();
    assert!(
        kept == generated,
        "the API has changed; look at the difference after `cargo run -- openapi > openapi/openapi.json`"
    );
}

#[test]
fn every_operation_is_documented() {
    let document = document();
    let operations = operations(&document);
    assert!(operations.len() > 20, "{}", operations.len());
    let mut ids = std::collections::HashSet::new();
    for (name, operation) in operations {
        let text = |key: &str| operation[key].as_str().unwrap_or_default();
        assert!(!text("summary").is_empty(), "{name} has no summary");
        assert!(text("description").len() > 20, "{name} is not described");
        let id = text("operationId");
        let verbs = [
            "list_", "get_", "create_", "delete_", "parse_", "compare_", "merge_", "split_",
        ];
        assert!(
            verbs.iter().any(|verb| id.starts_with(verb)),
            "{name}: {id}"
        );
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{name}"
        );
        for parameter in operation["parameters"].as_array().unwrap_or(&Vec::new()) {
            let described = parameter["description"].as_str().unwrap_or_default();
            assert!(!described.is_empty(), "{name}: {parameter}");
            assert!(!nullable(&parameter["schema"]), "{name}: {parameter}");
        }
        for media in operation["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flat_map(|content| content.values())
        {
            assert!(
                has_example(&document, media),
                "{name} takes a body without example"
            );
        }
    }
}

#[test]
fn every_answer_is_documented() {
    let document = document();
    for (name, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        let statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
        for (status, response) in responses {
            let described = response["description"].as_str().unwrap_or_default();
            assert!(!described.is_empty(), "{name} {status} is not described");
            assert!(
                response["headers"]["X-Request-Id"].is_object(),
                "{name} {status} has no request id"
            );
            let content = response["content"].as_object();
            for (media, body) in content.into_iter().flatten() {
                assert!(
                    has_example(&document, body),
                    "{name} {status} {media} has no example"
                );
                let is_problem = media == "application/problem+json";
                assert_eq!(
                    is_problem,
                    status.as_str() >= "400",
                    "{name} {status} {media}"
                );
            }
        }
        let mut wanted = vec!["422"];
        if operation["requestBody"].is_object() {
            wanted.extend(["400", "413", "415", "503"]);
        }
        if name.starts_with("get ") {
            wanted.extend(["304", "406"]);
        }
        if name.contains('{') {
            wanted.push("404");
        }
        if name.contains("/v1/") {
            wanted.extend(["500", "503"]);
        }
        for status in wanted {
            assert!(
                statuses.contains(&status),
                "{name} lacks {status}: {statuses:?}"
            );
        }
    }
}

#[test]
fn every_reference_resolves() {
    let document = document();
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 50, "{}", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
}

/// Generated clients name their types after schemas, so no shape stands inline: only as a schema of its
/// own, or as what such a schema adds to another.
#[test]
fn every_shape_has_a_name() {
    let document = document();
    let mut unnamed = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let added = schema["allOf"].as_array().into_iter().flatten();
        for part in added.chain([schema]) {
            for (field, held) in part["properties"].as_object().into_iter().flatten() {
                collect_shapes(held, &format!("{name}.{field}"), &mut unnamed);
            }
        }
    }
    collect_shapes(&document["paths"], "paths", &mut unnamed);
    assert!(unnamed.is_empty(), "{unnamed:#?}");
}

/// Where objects with fields stand inside a part of the document.
fn collect_shapes(value: &Value, place: &str, found: &mut Vec<String>) {
    if value["type"] == "object" && value["properties"].is_object() {
        found.push(place.to_owned());
    }
    let fields = value.as_object().into_iter().flatten();
    for (key, value) in fields.filter(|(key, _)| *key != "example") {
        collect_shapes(value, &format!("{place}/{key}"), found);
    }
    for value in value.as_array().into_iter().flatten() {
        collect_shapes(value, place, found);
    }
}

/// What an answer holds it always holds: null says that there is nothing, absence says nothing.
#[test]
fn answers_leave_no_field_out() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        // Bodies are no answers; a side has the one field that says what it is.
        if name.ends_with("Body") || name == "Side" {
            continue;
        }
        let added = schema["allOf"].as_array().into_iter().flatten();
        for part in added.chain([schema]) {
            let required = part["required"].as_array().cloned().unwrap_or_default();
            for (field, _) in part["properties"].as_object().into_iter().flatten() {
                assert!(required.iter().any(|one| one == field), "{name}.{field}");
            }
        }
    }
}

#[test]
fn every_link_leads_to_an_operation() {
    let document = document();
    let operations = operations(&document);
    let mut links = 0;
    for (name, operation) in &operations {
        for (status, response) in operation["responses"].as_object().unwrap() {
            for (_, link) in response["links"].as_object().into_iter().flatten() {
                let to = operations
                    .iter()
                    .find(|(_, operation)| operation["operationId"] == link["operationId"]);
                let (_, to) = to.unwrap_or_else(|| panic!("{name} {status}: {link}"));
                let taken = to["parameters"].as_array().unwrap();
                for (parameter, value) in link["parameters"].as_object().unwrap() {
                    assert!(
                        taken.iter().any(|one| one["name"] == *parameter),
                        "{name}: {link}"
                    );
                    let value = value.as_str().unwrap();
                    let known = ["$response.body#/", "$request.path."];
                    assert!(
                        known.iter().any(|start| value.starts_with(start)),
                        "{value}"
                    );
                }
                links += 1;
            }
        }
    }
    assert!(links > 30, "{links}");
}

#[test]
fn lists_with_the_same_filter_read_the_same() {
    let document = document();
    let parameters = |path: &str| -> Vec<Value> {
        let all = document["paths"][path]["get"]["parameters"]
            .as_array()
            .unwrap();
        let shared = [
            "limit",
            "cursor",
            "by",
            "quotes",
            "duplicates",
            "syndicated",
            "min_count",
        ];
        all.iter()
            .filter(|p| p["in"] == "query" && !shared.contains(&p["name"].as_str().unwrap()))
            .cloned()
            .collect()
    };
    let list = parameters("/v1/positions");
    assert!(list.len() >= 27, "{}", list.len());
    assert_eq!(list, parameters("/v1/comparisons/positions"));
    assert_eq!(list, parameters("/v1/articles/{id}/positions"));
}

fn nullable(schema: &Value) -> bool {
    schema["type"]
        .as_array()
        .is_some_and(|types| types.iter().any(|one| one == "null"))
}

/// True when a body shows an example, its own or that of its schema.
fn has_example(document: &Value, media: &Value) -> bool {
    let shows = |value: &Value| !value["example"].is_null() || value["examples"].is_array();
    if shows(media) {
        return true;
    }
    let Some(reference) = media["schema"]["$ref"].as_str() else {
        return false;
    };
    document
        .pointer(reference.trim_start_matches('#'))
        .is_some_and(shows)
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(reference) if key == "$ref" => found.push(reference.clone()),
                    _ => collect_references(value, found),
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_served_document_is_the_kept_one() {
    let app = TestApp::start().await;
    let served = app.get("/openapi.json").await.text().await.unwrap();
    assert_eq!(served, std::fs::read_to_string(KEPT).unwrap());
}
