//! `plenary evaluate` gives the figures of the benchmark's scorers; see `evaluate/README.md`.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn evaluate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plenary"))
        .arg("evaluate")
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluate"))
        .env_remove("PLENARY_LOG")
        .output()
        .unwrap()
}

/// Every figure of `expected` stands in `found`; `found` may tell more.
fn holds(expected: &Value, found: &Value, path: &str) {
    match expected {
        Value::Object(fields) => {
            for (name, value) in fields {
                let other = found
                    .get(name)
                    .unwrap_or_else(|| panic!("{path}/{name} is missing"));
                holds(value, other, &format!("{path}/{name}"));
            }
        }
        Value::Number(number) => {
            let (a, b) = (number.as_f64().unwrap(), found.as_f64().unwrap_or(f64::NAN));
            assert!((a - b).abs() < 1e-9, "{path}: {b} instead of {a}");
        }
        other => assert_eq!(other, found, "{path}"),
    }
}

#[test]
fn figures_are_those_of_the_scorers() {
    let output = evaluate(&["gold", "--predictions", "predictions", "--json"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected: Value = serde_json::from_str(include_str!("evaluate/expected.json")).unwrap();
    holds(&expected, &found, "");
    // Training data says nothing about quality.
    assert_eq!(found.as_object().unwrap().len(), 3);
}

#[test]
fn texts_are_parsed_and_every_step_is_told() {
    let output = evaluate(&["gold"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let out = String::from_utf8(output.stdout).unwrap();
    for part in [
        "content and source",
        "meetings",
        "right, given found",
        "min_confidence",
        "expected error",
        "polarity: ",
    ] {
        assert!(out.contains(part), "{part} is missing in {out}");
    }
}

#[test]
fn a_folder_without_sets_is_refused_in_one_line() {
    let empty = tempfile::tempdir().unwrap();
    let output = evaluate(&[empty.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("no hand-coded set") && error.lines().count() == 1,
        "{error}"
    );
}
