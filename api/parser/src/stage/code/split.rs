//! The parts of a statement that may carry stances of their own: its sentences, and the clauses
//! of "there was progress, but gaps remain".

use crate::document::{Attribution, Structure};
use crate::stage::segment::Text;
use plenary_domain::Span;
use regex::Regex;
use std::sync::LazyLock;

/// Least words of a clause that stands for itself.
const LEAST_WORDS: usize = 3;

/// Where a sentence turns against itself or goes on to another point. What stands here belongs to no clause.
static JOINT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:[,;–—-]['’”\x22]?\s+|\s[–—-]\s*)(?:but|yet|although|though|while|whereas|however)\b,?\s",
        r"|\sbut\s",
        r"|;\s+(?:and\s+)?",
        r"|,?\s+(?:and|or)\s+(?:also\s+)?that\s",
        r"|,\s+(?:adding|and\s+added|saying|insisting)\s+(?:that\s)?",
        r"|,\s+and\s",
    ))
    .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// Where a reporter sets facts against what he reports.
static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r",\s+(?:despite|notwithstanding|in spite of|even though)\s")
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The whole sentence that holds it.
    pub sentence: Span,
    /// Its words, in text order, never empty.
    pub words: Vec<Span>,
    /// True for one of several clauses of a sentence.
    pub clause: bool,
}

/// The parts of an attribution's content, in text order.
pub fn parts(text: &Text<'_>, structure: &Structure, attribution: &Attribution) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for fragment in &attribution.content {
        let sentences = &structure.sentences;
        let first = sentences.partition_point(|sentence| sentence.span.end <= fragment.start);
        let mut inside = sentences[first..]
            .iter()
            .take_while(|sentence| sentence.span.start < fragment.end)
            .map(|sentence| (sentence.span, cut(*fragment, sentence.span)))
            .filter(|(_, words)| has_words(text, *words))
            .peekable();
        // Words outside every sentence, e.g. in a dateline, stand for themselves.
        let whole = inside.peek().is_none().then_some((*fragment, *fragment));
        for (sentence, words) in inside.chain(whole) {
            match parts.last_mut() {
                Some(last) if last.sentence == sentence => last.words.push(words),
                _ => parts.push(Part {
                    sentence,
                    words: vec![words],
                    clause: false,
                }),
            }
        }
    }
    parts
        .into_iter()
        .flat_map(|part| clauses(text, part))
        .collect()
}

fn cut(a: Span, b: Span) -> Span {
    Span::new(a.start.max(b.start), a.end.min(b.end))
}

fn has_words(text: &Text<'_>, span: Span) -> bool {
    text.slice(span).chars().any(char::is_alphanumeric)
}

/// The clauses of a part, each of at least [`LEAST_WORDS`] words; the part itself where there is but one.
fn clauses(text: &Text<'_>, part: Part) -> Vec<Part> {
    let mut clauses: Vec<Vec<Span>> = vec![Vec::new()];
    let told = aside(text, &part.words);
    for span in &told {
        let words = text.slice(*span);
        let mut from = 0;
        for joint in JOINT.find_iter(words) {
            push(&mut clauses, text, *span, from, joint.start());
            clauses.push(Vec::new());
            from = joint.end();
        }
        push(&mut clauses, text, *span, from, words.len());
    }
    let long = |clause: &[Span]| {
        let words = |span: &Span| text.slice(*span).split_whitespace().count();
        clause.iter().map(words).sum::<usize>() >= LEAST_WORDS
    };
    if clauses.len() < 2 || !clauses.iter().all(|clause| long(clause)) {
        return vec![Part {
            words: told,
            ..part
        }];
    }
    clauses
        .into_iter()
        .map(|words| Part {
            sentence: part.sentence,
            words,
            clause: true,
        })
        .collect()
}

/// The words without what the reporter holds against them in a last clause outside quotation marks.
fn aside(text: &Text<'_>, words: &[Span]) -> Vec<Span> {
    let Some((last, before)) = words.split_last() else {
        return Vec::new();
    };
    let clause = text.slice(*last);
    let cut = ASIDE.find_iter(clause).last().filter(|aside| {
        let rest = &clause[aside.start()..];
        clause[..aside.start()].split_whitespace().count() >= LEAST_WORDS
            && !rest.contains(['“', '”', '"', '«', '»', '„'])
    });
    let Some(cut) = cut else {
        return words.to_vec();
    };
    let kept = clause[..cut.start()].chars().count() as u32;
    let kept = Span::new(last.start, last.start + kept);
    before.iter().copied().chain([kept]).collect()
}

/// Adds the bytes `from..to` of a span's text to the last clause, unless they hold no word.
fn push(clauses: &mut [Vec<Span>], text: &Text<'_>, span: Span, from: usize, to: usize) {
    let all = text.slice(span);
    let length = |text: &str| text.chars().count() as u32;
    let start = span.start + length(&all[..from]);
    let words = text.trim(Span::new(start, start + length(&all[from..to])));
    if let Some(last) = clauses.last_mut()
        && has_words(text, words)
    {
        last.push(words);
    }
}
