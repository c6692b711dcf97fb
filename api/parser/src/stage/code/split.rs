//! The parts of a statement that may carry stances of their own: its sentences, and the halves of
//! "there was progress, but gaps remain".

use crate::document::{Attribution, Document};
use plenary_domain::Span;
use regex::Regex;
use std::sync::LazyLock;

/// Least words of either half.
const LEAST_WORDS: usize = 4;

/// Where a sentence turns against itself.
static TURN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:[,;–—-]['’”\x22]?\s+|\s[–—-]\s*)(?:but|yet|although|though|while|whereas|however)\b,?\s")
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The whole sentence that holds it.
    pub sentence: Span,
    /// Its words, in text order, never empty.
    pub words: Vec<Span>,
    /// True for a half of a sentence that turns against itself.
    pub half: bool,
}

/// The parts of an attribution's content, in text order.
pub fn parts(document: &Document<'_>, attribution: &Attribution) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for fragment in &attribution.content {
        let sentences = &document.structure.sentences;
        let first = sentences.partition_point(|sentence| sentence.span.end <= fragment.start);
        let mut inside = sentences[first..]
            .iter()
            .take_while(|sentence| sentence.span.start < fragment.end)
            .map(|sentence| (sentence.span, cut(*fragment, sentence.span)))
            .filter(|(_, words)| has_words(document, *words))
            .peekable();
        // Words outside every sentence, e.g. in a dateline, stand for themselves.
        let whole = inside.peek().is_none().then_some((*fragment, *fragment));
        for (sentence, words) in inside.chain(whole) {
            match parts.last_mut() {
                Some(last) if last.sentence == sentence => last.words.push(words),
                _ => parts.push(Part {
                    sentence,
                    words: vec![words],
                    half: false,
                }),
            }
        }
    }
    parts
        .into_iter()
        .flat_map(|part| halves(document, part))
        .collect()
}

fn cut(a: Span, b: Span) -> Span {
    Span::new(a.start.max(b.start), a.end.min(b.end))
}

fn has_words(document: &Document<'_>, span: Span) -> bool {
    document.text.slice(span).chars().any(char::is_alphanumeric)
}

/// Both halves of a part of one stretch of words that turns once, else the part.
fn halves(document: &Document<'_>, part: Part) -> Vec<Part> {
    let [words] = part.words[..] else {
        return vec![part];
    };
    let text = document.text.slice(words);
    let mut turns = TURN.find_iter(text);
    let (Some(turn), None) = (turns.next(), turns.next()) else {
        return vec![part];
    };
    let count = |text: &str| text.split_whitespace().count();
    let (before, after) = (&text[..turn.start()], &text[turn.end()..]);
    if count(before) < LEAST_WORDS || count(after) < LEAST_WORDS {
        return vec![part];
    }
    let length = |text: &str| text.chars().count() as u32;
    let first = Span::new(words.start, words.start + length(before));
    let second = Span::new(words.end - length(after), words.end);
    [first, second]
        .into_iter()
        .map(|words| Part {
            sentence: part.sentence,
            words: vec![document.text.trim(words)],
            half: true,
        })
        .collect()
}
