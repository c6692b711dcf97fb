//! The contract as lines: what clients of the API rely on, one promise or demand a line.
//!
//! Two versions of the document are hard to compare and two lists of lines are not. A line that a
//! later version lacks breaks clients; so does a demand that it adds. `openapi/released.txt` holds
//! the lines of the last release. Descriptions, examples, bounds and patterns are no lines.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What stands in a demand, between who demands and what: `NewArticleBody needs text`.
const NEEDS: &str = " needs ";

/// Every promise and demand of a complete document, sorted:
///
/// - `GET /v1/positions`, an operation; `GET /v1/positions query.limit: integer(int32)`, what it
///   takes; `GET /v1/positions 200 application/json: List_Position`, what it answers when it succeeds
/// - `Position.day: string(date) | null`, a field, with `?` before the colon where an answer may lack
///   it; `ArticleDetail is Article`, what else a schema holds; `ActCode = reject`, a value
/// - `NewArticleBody needs text`, a demand
pub fn lines(document: &Value) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let mut taken = BTreeSet::new();
    for (path, item) in fields(&document["paths"]) {
        for (method, operation) in fields(item) {
            let name = format!("{} {path}", method.to_uppercase());
            add_operation(&mut lines, &name, operation);
            add_reached(document, &operation["requestBody"], &mut taken);
        }
    }
    for (name, schema) in fields(&document["components"]["schemas"]) {
        add_schema(&mut lines, name, schema, taken.contains(name));
    }
    lines
}

/// What breaks clients of `released` when the API is as `now` says: promises that are gone, and
/// demands that are new.
pub fn breaks(released: &BTreeSet<String>, now: &BTreeSet<String>) -> Vec<String> {
    let gone = released
        .difference(now)
        .filter(|line| !line.contains(NEEDS));
    let new = now.difference(released).filter(|line| line.contains(NEEDS));
    gone.chain(new).cloned().collect()
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Adds the names of all schemas to which a part of the document leads.
fn add_reached(document: &Value, part: &Value, reached: &mut BTreeSet<String>) {
    if let Some(name) = part["$ref"].as_str().and_then(|to| to.rsplit('/').next())
        && reached.insert(name.to_owned())
    {
        add_reached(document, &document["components"]["schemas"][name], reached);
    }
    for (_, value) in fields(part) {
        add_reached(document, value, reached);
    }
    for value in items(part) {
        add_reached(document, value, reached);
    }
}

fn add_operation(lines: &mut BTreeSet<String>, name: &str, operation: &Value) {
    lines.insert(name.to_owned());
    for parameter in items(&operation["parameters"]) {
        let place = format!("{}.{}", word(&parameter["in"]), word(&parameter["name"]));
        lines.insert(format!("{name} {place}: {}", kind(&parameter["schema"])));
        if parameter["required"] == true {
            lines.insert(format!("{name}{NEEDS}{place}"));
        }
    }
    for (media, body) in fields(&operation["requestBody"]["content"]) {
        lines.insert(format!("{name} body {media}: {}", kind(&body["schema"])));
    }
    if operation["requestBody"]["required"] == true {
        lines.insert(format!("{name}{NEEDS}body"));
    }
    let answers = fields(&operation["responses"]);
    for (status, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
        for (media, body) in fields(&answer["content"]) {
            lines.insert(format!(
                "{name} {status} {media}: {}",
                kind(&body["schema"])
            ));
        }
        for (header, _) in fields(&answer["headers"]) {
            lines.insert(format!("{name} {status} header {header}"));
        }
    }
}

/// `taken` schemas stand in requests, where a required field is a demand; in answers it is a promise.
fn add_schema(lines: &mut BTreeSet<String>, name: &str, schema: &Value, taken: bool) {
    for value in items(&schema["enum"]) {
        lines.insert(format!("{name} = {}", word(value)));
    }
    for part in items(&schema["allOf"]).chain(items(&schema["oneOf"])) {
        match part["$ref"].as_str() {
            Some(_) => {
                lines.insert(format!("{name} is {}", kind(part)));
            }
            None => add_schema(lines, name, part, taken),
        }
    }
    for (field, held) in fields(&schema["properties"]) {
        let required = items(&schema["required"]).any(|one| one == field);
        let mark = if required || taken { "" } else { "?" };
        lines.insert(format!("{name}.{field}{mark}: {}", kind(held)));
        if required && taken {
            lines.insert(format!("{name}{NEEDS}{field}"));
        }
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A schema in a few words: `string(date) | null`, `Position[]`.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    let choices: Vec<String> = items(&schema["oneOf"]).map(kind).collect();
    if !choices.is_empty() {
        return choices.join(" | ");
    }
    let types: Vec<String> = match &schema["type"] {
        Value::Array(types) => types.iter().map(word).collect(),
        one => vec![word(one)],
    };
    let named = types.into_iter().map(|kind| {
        let values: Vec<String> = items(&schema["enum"]).map(word).collect();
        match (kind.as_str(), &schema["format"]) {
            ("array", _) => format!("{}[]", self::kind(&schema["items"])),
            ("string", _) if !values.is_empty() => values.join(" | "),
            ("null", _) | (_, Value::Null) => kind,
            (_, format) => format!("{kind}({})", word(format)),
        }
    });
    named.collect::<Vec<_>>().join(" | ")
}
