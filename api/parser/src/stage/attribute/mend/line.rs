//! A paragraph of the form `Name: …`, and whether the name is a speaker's, a label or one of those who ask.

use super::REACH;
use crate::document::{Document, Paragraph, ParagraphKind};
use plenary_domain::Span;
use regex::Regex;
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    labels: HashSet<String>,
}

/// Labels of those who ask.
const QUESTIONS: [&str; 6] = [
    "q",
    "question",
    "reporter",
    "reporters",
    "press",
    "interviewer",
];

static LABELS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    toml::from_str::<Labels>(include_str!("../../../../data/labels.toml"))
        .unwrap_or_else(|error| panic!("the shipped labels are broken: {error}"))
        .labels
});

/// A name of one to eight words, most of them with a capital, and perhaps a party in brackets, before
/// a colon: `Ana Torvald:`, `SECRETARY TORVALD:`, `Mr. Bosko (Vardania):`.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\p{Lu}[\p{L}\p{M}.'’&-]*(?:,? (?:\p{Lu}[\p{L}\p{M}.'’&-]*|of|the|for|and|to|de|van|von|al|bin|el)){0,7}(?: \([^()\n]{2,40}\)){0,2})(:)\s+\S")
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// A paragraph of the form `Name: …`.
pub(super) struct Line {
    pub(super) name: Span,
    pub(super) colon: Span,
    /// All that follows.
    pub(super) rest: Span,
    /// The name is none but a label, as in `Photo: …`.
    pub(super) label: bool,
    /// It is a reporter's question.
    pub(super) question: bool,
    /// It stands in a title.
    pub(super) title: bool,
    /// It is a speaker's line beyond doubt.
    pub(super) sure: bool,
    /// It is a turn of a transcript: a name in capitals, or with its state in brackets.
    pub(super) turn: bool,
}

impl Line {
    pub(super) fn read(
        document: &Document<'_>,
        paragraph: &Paragraph,
        journalists: &HashSet<String>,
    ) -> Option<Line> {
        let text = &document.text;
        let mut span = paragraph.span;
        // A transcript that is quoted as a whole repeats the opening mark before each name.
        if text
            .at(span.start)
            .is_some_and(|c| matches!(c, '“' | '"' | '‘' | '«' | '„'))
        {
            span.start += 1;
        }
        let head = text.slice(Span::new(span.start, span.end.min(span.start + REACH)));
        let found = LINE.captures(head)?;
        let (name, mark) = (found.get(1)?, found.get(2)?);
        let length = |bytes: usize| head[..bytes].chars().count() as u32;
        let source = Span::new(span.start, span.start + length(name.end()));
        let colon = Span::new(source.end, span.start + length(mark.end()));
        let rest = text.trim(Span::new(colon.end, span.end));
        let name = name.as_str();
        let quotations = &document.structure.quotations;
        let quoted = quotations
            .binary_search_by_key(&rest.start, |q| q.start)
            .is_ok();
        let turn = name.len() > 2 && !name.chars().any(char::is_lowercase) || name.ends_with(')');
        let title = matches!(
            paragraph.kind,
            ParagraphKind::Headline | ParagraphKind::Heading
        );
        Some(Line {
            name: source,
            colon,
            rest,
            label: LABELS.contains(&name.to_lowercase())
                || is_numbered(&name.to_lowercase())
                || journalists.contains(&name.to_lowercase()),
            question: QUESTIONS.contains(&name.to_lowercase().as_str()),
            title,
            // "Two options: wait or go." is no speaker's line: in running text it takes a quotation, capitals
            // or a state in brackets, in a title two words at least.
            sure: quoted || turn || (title && name.contains(' ')),
            turn,
        })
    }
}

/// True for what numbers the parts of an article: "round two", "day 3".
fn is_numbered(name: &str) -> bool {
    const PARTS: [&str; 9] = [
        "round", "day", "session", "part", "phase", "stage", "week", "chapter", "step",
    ];
    const NUMBERS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    name.split_once(' ').is_some_and(|(part, number)| {
        let roman = |c: char| matches!(c, 'i' | 'v' | 'x');
        let figures = number.chars().all(|c| c.is_ascii_digit()) || number.chars().all(roman);
        PARTS.contains(&part) && (figures || NUMBERS.contains(&number))
    })
}
