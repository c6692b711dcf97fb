//! What makes the generated document exact: names, limits and links that derives do not write.
//!
//! The generator sees types; what every request is checked against in one place (`http::query`,
//! `http::body`) it cannot see. Each such rule is written into the document here, once for all
//! operations, so that a value which the document admits is never refused as unusable, and a value
//! which it does not admit always is.

use super::query::MAX_VALUES;
use serde_json::{Map, Value, json};

/// Text without NUL, which Postgres does not store.
const TEXT: &str = r"^[^\u0000]*$";
/// One value of a comma list, which is not blank.
const LISTED: &str = r"^[^\u0000,]*[^\u0000,\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000,]*$";
/// A slug in a path: no control characters.
const SLUG: &str = r"^[^\u0000-\u001f\u007f-\u009f]+$";
/// Text without NUL in which something other than white space (Unicode's `White_Space`) stands.
const FILLED: &str = r"^[^\u0000]*[^\u0000\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000]*$";

/// Where an answer leads: the operation, the one that takes a value of it, the parameter, and the
/// value as a runtime expression (OpenAPI 3.1, 4.8.20.4), without its leading `$`.
const LINKS: &[(&str, &str, &str, &str)] = &[
    (
        "create_article",
        "get_article",
        "id",
        "response.body#/article/id",
    ),
    (
        "create_article",
        "list_article_positions",
        "id",
        "response.body#/article/id",
    ),
    (
        "create_article",
        "delete_article",
        "id",
        "response.body#/article/id",
    ),
    (
        "list_articles",
        "get_article",
        "id",
        "response.body#/items/0/id",
    ),
    (
        "list_articles",
        "list_articles",
        "groups",
        "response.body#/items/0/group",
    ),
    (
        "list_positions",
        "get_position",
        "id",
        "response.body#/items/0/id",
    ),
    (
        "list_positions",
        "get_article",
        "id",
        "response.body#/items/0/article/id",
    ),
    (
        "list_article_positions",
        "get_position",
        "id",
        "response.body#/items/0/id",
    ),
    (
        "list_parties",
        "get_party",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_parties",
        "merge_party",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_parties",
        "split_party",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_actors",
        "get_actor",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_actors",
        "merge_actor",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_actors",
        "split_actor",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_meetings",
        "get_meeting",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_meetings",
        "get_briefing",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_meetings",
        "merge_meeting",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_meetings",
        "split_meeting",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_processes",
        "get_process",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_issues",
        "get_issue",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "list_rulings",
        "get_ruling",
        "revision",
        "response.body#/items/0/revision",
    ),
    (
        "merge_actor",
        "get_ruling",
        "revision",
        "response.body#/revision",
    ),
    (
        "split_actor",
        "get_ruling",
        "revision",
        "response.body#/revision",
    ),
    (
        "merge_party",
        "get_ruling",
        "revision",
        "response.body#/revision",
    ),
    (
        "split_party",
        "get_ruling",
        "revision",
        "response.body#/revision",
    ),
    (
        "merge_meeting",
        "get_ruling",
        "revision",
        "response.body#/revision",
    ),
    (
        "split_meeting",
        "get_ruling",
        "revision",
        "response.body#/revision",
    ),
    (
        "list_problems",
        "get_problem",
        "slug",
        "response.body#/items/0/slug",
    ),
    (
        "get_article",
        "list_article_positions",
        "id",
        "request.path.id",
    ),
    ("get_article", "delete_article", "id", "request.path.id"),
    ("get_meeting", "get_briefing", "slug", "request.path.slug"),
    ("get_actor", "merge_actor", "slug", "request.path.slug"),
    ("get_party", "merge_party", "slug", "request.path.slug"),
    ("get_meeting", "merge_meeting", "slug", "request.path.slug"),
];

/// Writes into the document what holds for all operations alike.
pub(super) fn complete(document: &mut Value) {
    name_items(document);
    let mut taken = Vec::new();
    for operation in operations(document) {
        for parameter in list(operation.get_mut("parameters")) {
            bound_parameter(parameter);
        }
        bound_body(operation, &mut taken);
        mark_stream(operation);
        add_links(operation);
    }
    for name in taken {
        bound_fields(&mut document["components"]["schemas"][name]);
    }
}

/// Lists refer to the schema of their items. The generator writes it out again in each.
fn name_items(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    for (name, schema) in schemas {
        if let Some(item) = name.strip_prefix("List_") {
            schema["properties"]["items"]["items"] = reference(item);
        }
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().into_iter();
    paths
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
}

fn list(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_array_mut).into_iter().flatten()
}

/// True for a schema of free text: nothing else says what it may be.
fn is_free(schema: &Value) -> bool {
    let text = match &schema["type"] {
        Value::String(one) => one == "string",
        Value::Array(types) => types.contains(&json!("string")),
        _ => false,
    };
    text && ["format", "enum", "pattern"]
        .iter()
        .all(|said| schema.get(said).is_none())
}

fn bound_parameter(parameter: &mut Value) {
    let in_path = parameter["in"] == "path";
    let schema = &mut parameter["schema"];
    if is_free(schema) {
        schema["pattern"] = json!(if in_path { SLUG } else { TEXT });
    }
    if schema["type"] == "integer" && schema["maximum"].is_null() {
        let long = schema["format"] == "int64";
        schema["maximum"] = json!(if long { i64::MAX } else { i32::MAX.into() });
    }
    if schema["type"] == "array" {
        schema["minItems"] = json!(1);
        schema["maxItems"] = json!(MAX_VALUES);
        if is_free(&schema["items"]) {
            schema["items"]["pattern"] = json!(LISTED);
        }
    }
}

/// Bounds a body of bare text, and notes the names of the schemas of JSON bodies.
fn bound_body(operation: &mut Value, taken: &mut Vec<String>) {
    let content = operation
        .get_mut("requestBody")
        .and_then(|body| body.get_mut("content"))
        .and_then(Value::as_object_mut);
    for (media, body) in content.into_iter().flatten() {
        let schema = &mut body["schema"];
        if media.starts_with("text/") && is_free(schema) {
            schema["pattern"] = json!(FILLED);
        }
        let name = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next());
        taken.extend(name.map(str::to_owned));
    }
}

/// A batch is bytes both ways: it is written and read while it runs, and no client should hold it as
/// one text.
fn mark_stream(operation: &mut Value) {
    const LINES: &str = "/content/application~1x-ndjson/schema";
    for part in ["/requestBody", "/responses/200"] {
        if operation
            .pointer("/requestBody/content/application~1x-ndjson")
            .is_some()
            && let Some(schema) = operation.pointer_mut(&format!("{part}{LINES}"))
        {
            schema["format"] = json!("binary");
        }
    }
}

fn bound_fields(schema: &mut Value) {
    let required = schema["required"].clone();
    let fields = schema["properties"].as_object_mut();
    for (name, field) in fields.into_iter().flatten() {
        if is_free(field) {
            // Of free text only the article itself must say something.
            let filled = name == "text"
                && required
                    .as_array()
                    .is_some_and(|all| all.contains(&json!(name)));
            field["pattern"] = json!(if filled { FILLED } else { TEXT });
        }
    }
}

fn add_links(operation: &mut Value) {
    let id = operation["operationId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let links: Map<String, Value> = LINKS
        .iter()
        .filter(|(from, ..)| *from == id)
        .map(|(_, to, parameter, place)| {
            let link = json!({
                "operationId": to,
                "parameters": { *parameter: format!("${place}") }
            });
            ((*to).to_owned(), link)
        })
        .collect();
    if links.is_empty() {
        return;
    }
    let answers = operation["responses"].as_object_mut();
    for (status, answer) in answers.into_iter().flatten() {
        if status.starts_with('2') {
            answer["links"] = Value::Object(links.clone());
        }
    }
}
