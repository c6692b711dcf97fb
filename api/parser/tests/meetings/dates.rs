//! Runs `cases/dates/*.toml`; the files say what their fields mean.

use chrono::NaiveDate;
use plenary_parser::stage::meetings::dates::{Dates, Precision, When};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    today: Option<toml::value::Datetime>,
    anchor: Option<toml::value::Datetime>,
    finds: Vec<String>,
}

fn day(value: &Option<toml::value::Datetime>) -> Option<NaiveDate> {
    let value = value.as_ref()?;
    Some(value.to_string().parse().expect("a day in the case file"))
}

fn shown(when: &When) -> String {
    let (start, end) = (when.start, when.end);
    match when.precision {
        Precision::Day if start == end => start.to_string(),
        Precision::Day => format!("{start}/{end}"),
        Precision::Week => format!("{start} week"),
        Precision::Month => format!("{} month", start.format("%Y-%m")),
        Precision::Year if start.format("%m-%d").to_string() == "01-01" => {
            format!("{} year", start.format("%Y"))
        }
        Precision::Year => format!("{start} year"),
    }
}

#[test]
fn every_date_case_holds() {
    let dates = Dates::builtin();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/dates");
    let (mut ran, mut failures) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).expect("the folder of cases") {
        let path = entry.expect("a readable folder").path();
        let file = std::fs::read_to_string(&path).expect("a readable case file");
        let cases: Cases = toml::from_str(&file).expect("a well-formed case file");
        for case in cases.case {
            let found: Vec<String> = dates
                .find(&case.text, day(&case.today), day(&case.anchor))
                .iter()
                .map(|mention| shown(&mention.when))
                .collect();
            ran += 1;
            if found != case.finds {
                failures.push(format!(
                    "{}\n  wanted {:?}\n  found  {found:?}",
                    case.text, case.finds
                ));
            }
        }
    }
    assert!(ran >= 60, "only {ran} cases ran");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
