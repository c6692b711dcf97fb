//! Cases as data: texts whose sources are marked, and who speaks for whom in them.

use crate::context::Context;
use crate::document::{Attribution, Document};
use crate::stage::segment::{self, Text};
use crate::stage::{actors, parties};
use plenary_domain::{Codebook, Gazetteer, Mode, Span};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

/// A text with each source in `[s:…]`, and for each source its speakers as `name / party`, several
/// joined by `; `, `-` for none.
#[derive(Deserialize)]
struct Case {
    about: String,
    title: Option<String>,
    text: String,
    expect: Vec<String>,
}

/// The text without its marks, and the code points that each mark held.
fn unmark(marked: &str) -> (String, Vec<Span>) {
    let (mut text, mut spans) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some(at) = rest.find("[s:") {
        text.push_str(&rest[..at]);
        let end = rest[at..].find(']').map(|end| at + end).unwrap();
        let start = text.chars().count() as u32;
        text.push_str(&rest[at + 3..end]);
        spans.push(Span::new(start, text.chars().count() as u32));
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    (text, spans)
}

fn told(context: &Context, case: &Case) -> Vec<String> {
    let (text, spans) = unmark(case.text.trim());
    let text = Text::new(&text);
    let structure = segment::run(&text, None, None);
    let mut document = Document::new(text, structure);
    document.language = Some("en");
    document.article.title = case.title.as_deref().map(Into::into);
    document.attributions = spans
        .iter()
        .map(|span| Attribution {
            source: vec![*span],
            cue: Vec::new(),
            content: vec![Span::new(span.end, span.end + 1)],
            mode: Mode::Indirect,
            rule: "case",
            confidence: 1.0,
        })
        .collect();
    document.speakers = actors::run(&document, context);
    document.sides = parties::run(&document, context);
    let (speakers, sides) = (&document.speakers, &document.sides);
    speakers
        .of
        .iter()
        .zip(&sides.of)
        .map(|(who, sides_of)| {
            let each: Vec<String> = who
                .iter()
                .zip(sides_of)
                .map(|(who, side)| {
                    let party = side.value.map_or("-", |at| &sides.parties[at].name);
                    format!("{} / {party}", speakers.actors[who.value].name)
                })
                .collect();
            if each.is_empty() {
                "-".to_owned()
            } else {
                each.join("; ")
            }
        })
        .collect()
}

#[test]
fn speakers_and_parties_are_found() {
    let context = Context::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    let file: File =
        toml::from_str(include_str!("../../../tests/cases/actors/speakers.toml")).unwrap();
    let mut wrong = Vec::new();
    for case in &file.case {
        let told = told(&context, case);
        if told != case.expect {
            wrong.push(format!(
                "{}\n  told   {told:?}\n  expect {:?}",
                case.about, case.expect
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        file.case.len(),
        wrong.join("\n")
    );
}

mod any_text {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static CONTEXT: LazyLock<Context> =
        LazyLock::new(|| Context::new(Codebook::builtin(), Gazetteer::builtin()).unwrap());

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn every_source_gets_as_many_sides_as_speakers(
            text in "(\\[s:(the |The |A |His |Both |Chile, |Chile and )?(Kenyan |Norvian |U\\.S\\. |two )?(minister|sides|Al|Front|capital|he|They|both|joint statement|Peru|spokesman for)( of| and|,)? ?(Ann|Bo-Li|al-X|É|O'Neil's|Norvia's)?\\]| said|\\. |, |’s |“|\n|\n\n|- |Norvia|Kenya's | chairs the | capital |Party |\\PC){0,30}"
        ) {
            // A bracket of the random characters would be no mark.
            prop_assume!(text.matches("[s:").count() == text.matches(']').count());
            let case = Case { about: String::new(), title: None, text: text.clone(), expect: Vec::new() };
            prop_assert_eq!(told(&CONTEXT, &case).len(), text.trim().matches("[s:").count());
        }
    }
}
