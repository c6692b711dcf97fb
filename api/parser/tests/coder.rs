//! The coder gives what its recipe gave for sentences that were written for this test.

use plenary_domain::codebook::{Issue, OTHER};
use plenary_domain::{Codebook, Gazetteer};
use plenary_parser::stage::code::input::Input;
use plenary_parser::{Context, Parser};
use serde::Deserialize;

/// One statement and what the recipe made of it.
#[derive(Deserialize)]
struct Case {
    /// Statements of one article share what they are about.
    article: String,
    sentence: String,
    ids: Vec<i32>,
    marks: Vec<i32>,
    issue: String,
    p_issue: f32,
    stance: i8,
    p_stance: f32,
    act: String,
    p_act: f32,
    /// Another codebook than the shipped one.
    codebook: Option<Vec<Short>>,
}

#[derive(Deserialize)]
struct Short {
    id: String,
    label: String,
    proposition: String,
}

/// Probabilities differ a little from those of the recipe: where its last digits are others, a number falls into the next of
/// the 256 levels of its row now and then, and with a row's zero point all of its numbers.
const TOLERANCE: f32 = 0.03;
/// On average they differ less than this.
const MEAN: f32 = 0.003;

fn codebook(issues: &[Short]) -> Codebook {
    Codebook {
        id: "field".to_owned(),
        version: 1,
        title: "Another field".to_owned(),
        issues: issues
            .iter()
            .map(|issue| Issue {
                id: issue.id.clone(),
                label: issue.label.clone(),
                domain: issue.id.clone(),
                proposition: issue.proposition.clone(),
                includes: None,
                excludes: None,
            })
            .collect(),
    }
}

#[test]
fn the_coder_agrees_with_its_recipe() {
    let cases: Vec<Case> = include_str!("data/coder_reference.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut differences = Vec::new();
    for article in ["default", "field"] {
        let cases: Vec<&Case> = cases
            .iter()
            .filter(|case| case.article == article)
            .collect();
        let codebook = match &cases[0].codebook {
            Some(issues) => codebook(issues),
            None => Codebook::builtin(),
        };
        let context = Context::new(codebook, Gazetteer::builtin()).unwrap();
        let inputs: Vec<Input> = cases
            .iter()
            .map(|case| Input {
                ids: case.ids.clone(),
                marks: case.marks.clone(),
            })
            .collect();
        let readings = context.coder.code(&context.book, &inputs);
        assert_eq!(readings.len(), cases.len());
        for (case, reading) in cases.iter().zip(readings) {
            let issue = reading
                .issue
                .map_or(OTHER, |at| &context.codebook.issues[at].id);
            let mut near = |a: f32, b: f32| {
                differences.push((a - b).abs());
                (a - b).abs() <= TOLERANCE
            };
            let told = format!("{}\n{reading:?} {issue}", case.sentence);
            assert!(near(reading.issue_confidence, case.p_issue), "{told}");
            assert!(near(reading.act_confidence, case.p_act), "{told}");
            assert_eq!(issue, case.issue, "{told}");
            assert_eq!(reading.act.as_str(), case.act, "{told}");
            if issue != OTHER {
                // Of two stances that are as good as equally likely either may win.
                if case.p_stance > 0.5 + TOLERANCE {
                    assert_eq!(reading.stance.value(), case.stance, "{told}");
                }
                assert!(near(reading.stance_confidence, case.p_stance), "{told}");
            }
        }
    }
    let mean = differences.iter().sum::<f32>() / differences.len() as f32;
    assert!(mean <= MEAN, "{mean}");
}

#[test]
fn a_text_without_statements_has_no_positions() {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    for text in [
        "",
        " \n\n ",
        "…",
        "The sun rose at six. Rain fell in the afternoon.",
        // Places of one list of which some are no venues: the list once led back to itself for ever.
        "Goods from the Lower Isles were weighed at Corvel and Lugano so that nothing was weighed at Brest.",
    ] {
        let article = plenary_parser::intake::from_text(text);
        assert_eq!(parser.parse(&article).positions, Vec::new(), "{text:?}");
    }
}
