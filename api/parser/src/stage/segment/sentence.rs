//! Sentences: where a full stop ends one and where it ends an abbreviation.

use super::Text;
use crate::document::{Paragraph, ParagraphKind, Sentence};
use plenary_domain::Span;
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Longest abbreviation that is looked up, in characters.
const LONGEST: usize = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Abbreviations {
    before_name: HashSet<String>,
    anywhere: HashSet<String>,
    starters: HashSet<String>,
}

static ABBREVIATIONS: LazyLock<Abbreviations> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/abbreviations.toml"))
        .unwrap_or_else(|error| panic!("the shipped abbreviations are broken: {error}"))
});

/// The sentences of all paragraphs but furniture; the dateline is no part of any.
pub(super) fn sentences(
    text: &Text<'_>,
    paragraphs: &[Paragraph],
    dateline: Option<Span>,
) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for (nth, paragraph) in paragraphs.iter().enumerate() {
        if paragraph.kind == ParagraphKind::Furniture {
            continue;
        }
        let mut span = paragraph.span;
        if let Some(dateline) = dateline.filter(|dateline| span.contains(*dateline)) {
            span = text.trim(Span::new(dateline.end, span.end));
        }
        let chars: Vec<char> = text.slice(span).chars().collect();
        let mut start = 0;
        for end in ends(&chars) {
            let found = text.trim(Span::new(span.start + start, span.start + end));
            if !found.is_empty() {
                sentences.push(Sentence {
                    span: found,
                    paragraph: nth,
                });
            }
            start = end;
        }
    }
    sentences
}

fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '।' | '؟')
}

fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '”' | '’' | '\'' | '»' | '«' | '“' | ')' | ']' | '*'
    )
}

/// Where the sentences of a paragraph end, the paragraph's own end last.
fn ends(chars: &[char]) -> Vec<u32> {
    let mut ends = Vec::new();
    let mut at = 0;
    let mut start = 0;
    while at < chars.len() {
        if !is_terminator(chars[at]) {
            at += 1;
            continue;
        }
        let mark = at;
        while at < chars.len() && is_terminator(chars[at]) {
            at += 1;
        }
        let closer = at;
        while at < chars.len() && is_closer(chars[at]) {
            at += 1;
        }
        let end = at;
        let wide = matches!(chars[mark], '。' | '！' | '？');
        while at < chars.len() && chars[at].is_whitespace() {
            at += 1;
        }
        if at == chars.len() || (at == end && !wide) {
            continue;
        }
        let single = closer == mark + 1 && closer == end && chars[mark] == '.';
        if begins_sentence(&chars[at..]) && !(single && is_abbreviated(chars, start, mark, at)) {
            ends.push(end as u32);
            start = at;
        }
    }
    ends.push(chars.len() as u32);
    ends
}

/// False where the next word has a small letter first: the sentence goes on.
fn begins_sentence(rest: &[char]) -> bool {
    rest.iter()
        .take(LONGEST)
        .find(|c| c.is_alphanumeric())
        .is_none_or(|c| !c.is_lowercase())
}

/// True where the full stop at `mark` belongs to an abbreviation within a sentence that began at
/// `start`; the next word begins at `next`.
fn is_abbreviated(chars: &[char], start: usize, mark: usize, next: usize) -> bool {
    let from = (start.max(mark.saturating_sub(LONGEST))..mark)
        .rev()
        .take_while(|at| chars[*at].is_alphanumeric() || matches!(chars[*at], '.' | '-'))
        .last()
        .unwrap_or(mark);
    let word: String = chars[from..mark].iter().collect();
    if word.is_empty() {
        return false;
    }
    // The number of a list's item: "1. The parties agree …".
    if from == start && word.chars().all(|c| c.is_ascii_digit()) {
        return true;
    }
    let lower = word.to_lowercase();
    let after: String = chars[next..]
        .iter()
        .take_while(|c| c.is_alphabetic())
        .take(LONGEST)
        .collect::<String>()
        .to_lowercase();
    let begins = ABBREVIATIONS.starters.contains(&after);
    if ABBREVIATIONS.before_name.contains(&lower) {
        // "no" and "art" are words, too: as abbreviations they stand before a number.
        let word = matches!(lower.as_str(), "no" | "art" | "sec" | "fig" | "v" | "ch");
        return if word {
            chars[next].is_ascii_digit() || lower == "v" && chars[next].is_uppercase()
        } else {
            true
        };
    }
    let initials = word.chars().filter(|c| *c != '.').count() <= 3
        && (word.contains('.') || word.chars().count() == 1)
        && word.split('.').all(|part| part.chars().count() == 1)
        && word.chars().all(|c| c.is_uppercase() || c == '.')
        && word != "I";
    (initials || ABBREVIATIONS.anywhere.contains(&lower)) && !begins
}
