//! The parser: any text parses, every span slices the text exactly, every index leads somewhere.

use plenary_domain::{Codebook, Gazetteer, Span};
use plenary_parser::{Parser, intake};
use std::sync::LazyLock;

static PARSER: LazyLock<Parser> = LazyLock::new(|| {
    Parser::new(Codebook::builtin(), Gazetteer::builtin()).expect("the shipped models can be read")
});

/// Longest text that is tried, in bytes: longer ones only repeat.
const LONGEST: usize = 2_000;

/// Parses a text as Markdown, so that front matter is read, too.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(&bytes[..bytes.len().min(LONGEST)]) else {
        return;
    };
    let article = intake::from_markdown(text);
    let parsed = PARSER.parse(&article);
    let length = article.text.chars().count() as u32;
    let exact = |spans: &[Span]| {
        for span in spans {
            assert!(
                span.start < span.end && span.end <= length,
                "{span:?} of {length}"
            );
            let words = span.slice(&article.text);
            assert_eq!(words.trim(), words);
        }
    };
    for statement in &parsed.statements {
        assert!(!statement.content.is_empty());
        exact(&statement.source);
        exact(&statement.cue);
        exact(&statement.content);
        assert!((0.0..=1.0).contains(&statement.confidence));
    }
    for meeting in &parsed.meetings {
        assert!(
            meeting.start <= meeting.end || meeting.end.is_none(),
            "{meeting:?}"
        );
        assert!(
            meeting
                .parties
                .iter()
                .all(|&party| party < parsed.parties.len())
        );
        exact(&meeting.mentions);
    }
    for position in &parsed.positions {
        assert!(position.statement < parsed.statements.len());
        assert!(position.actor < parsed.actors.len());
        assert!(
            position
                .party
                .is_none_or(|party| party < parsed.parties.len())
        );
        assert!(
            position
                .meeting
                .is_none_or(|meeting| meeting < parsed.meetings.len())
        );
        assert!(!position.evidence.is_empty());
        exact(&position.evidence);
        assert!((0.0..=1.0).contains(&position.confidence));
    }
}
