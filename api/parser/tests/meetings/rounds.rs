//! Runs `cases/meetings/*.toml`; the files say what their fields mean.

use plenary_domain::{Codebook, Gazetteer, Mode, NewArticle, Span};
use plenary_parser::Parser;
use plenary_parser::document::Attribution;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    title: Option<String>,
    published: String,
    text: String,
    #[serde(default)]
    meetings: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    statements: Vec<String>,
    #[serde(default)]
    parties: Vec<String>,
}

/// The text without its marks, and the attributions that they make: each `[s:…]` with the `[c:…]` behind it.
fn unmark(marked: &str) -> (String, Vec<Attribution>) {
    let (mut text, mut sources, mut found) = (String::new(), Vec::new(), Vec::new());
    let mut rest = marked;
    while let Some(at) = rest.find("[s:").into_iter().chain(rest.find("[c:")).min() {
        text.push_str(&rest[..at]);
        let end = at + rest[at..].find(']').expect("a closed mark");
        let start = text.chars().count() as u32;
        text.push_str(&rest[at + 3..end]);
        let span = Span::new(start, text.chars().count() as u32);
        if rest[at..].starts_with("[s:") {
            sources.push(span);
        } else {
            found.push(Attribution {
                source: std::mem::take(&mut sources),
                cue: Vec::new(),
                content: vec![span],
                mode: Mode::Indirect,
                rule: "case",
                confidence: 1.0,
            });
        }
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    (text, found)
}

#[test]
fn every_meeting_case_holds() {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/meetings");
    let (mut ran, mut failures) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).expect("the folder of cases") {
        let path = entry.expect("a readable folder").path();
        let file = std::fs::read_to_string(&path).expect("a readable case file");
        let cases: Cases = toml::from_str(&file).expect("a well-formed case file");
        for case in cases.case {
            let (text, attributions) = unmark(&case.text);
            let article = NewArticle {
                text,
                title: case.title.clone(),
                outlet: None,
                published: Some(case.published.parse().expect("a day in the case file")),
                url: None,
            };
            let document = parser.read(&article, |_, _| attributions);
            let found = &document.gatherings;
            let shown = |at: usize| {
                let meeting = &found.meetings[at];
                match meeting.end {
                    Some(end) if meeting.start != Some(end) => format!("{}/{end}", meeting.slug),
                    _ => meeting.slug.clone(),
                }
            };
            let meetings: Vec<String> = (0..found.meetings.len()).map(shown).collect();
            let statements: Vec<String> = found
                .of
                .iter()
                .map(|choice| choice.value.map_or("-".to_owned(), shown))
                .collect();
            let parties: Vec<String> = found
                .meetings
                .iter()
                .map(|meeting| {
                    let names = meeting.parties.iter();
                    let names = names.map(|party| document.sides.parties[*party].name.as_str());
                    format!("{}: {}", meeting.slug, names.collect::<Vec<_>>().join(", "))
                })
                .collect();
            ran += 1;
            let others = !case.parties.is_empty() && case.parties != parties;
            let lacks = case.meetings.iter().any(|key| !meetings.contains(key));
            let has = case
                .not
                .iter()
                .any(|key| meetings.iter().any(|found| found.starts_with(key.as_str())));
            let placed = case.statements.is_empty() || case.statements == statements;
            if lacks || has || !placed || others {
                failures.push(format!(
                    "{}\n  found {meetings:?}\n  statements {statements:?}\n  parties {parties:?}",
                    case.about
                ));
            }
        }
    }
    assert!(ran >= 15, "only {ran} cases");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

mod any_text {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static PARSER: LazyLock<Parser> =
        LazyLock::new(|| Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap());

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Towns, days and words of talks in any order: the search ends, days come in order and each statement has a
        /// meeting of the list or none.
        #[test]
        fn every_text_has_its_meetings(
            pieces in proptest::collection::vec(
                "(LINDAL - |Plastic |Plastic talks |plastic |Lindal |Geneva|, |and |here |in |at |the |Brest |Port Alder |Alder |Vienna’s )|(in Geneva, Lindal and Brest |in Brest, Port Alder and here in Vienna )|\\[c:(Norvia would wait|he met them in Lindal on Friday)\\]|(talks |session |meeting |round |deal |signed |met |opened |closed |left |said )|(on Friday|on 3 May|next week|two days |of |a day after |until )|(\\. |\n\n|: |“|” )",
                0..50,
            )
        ) {
            let (text, attributions) = unmark(&pieces.concat());
            let said = attributions.len();
            let article = NewArticle {
                text,
                title: None,
                outlet: None,
                published: "2031-05-17".parse().ok(),
                url: None,
            };
            let document = PARSER.read(&article, |_, _| attributions);
            // So few small words may look like another language, of which nothing is read.
            let foreign = document.notes.iter().any(|note| note.contains("Only English is read"));
            let found = document.gatherings;
            prop_assert_eq!(found.of.len(), if foreign { 0 } else { said });
            for choice in &found.of {
                prop_assert!(choice.value.is_none_or(|at| at < found.meetings.len()));
            }
            for meeting in &found.meetings {
                prop_assert!((0.0..=1.0).contains(&meeting.confidence));
                prop_assert!(meeting.end.is_none() || meeting.start <= meeting.end);
            }
        }
    }
}
