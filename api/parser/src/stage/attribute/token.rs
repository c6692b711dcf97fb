//! Word pieces of a text, and windows of them.

use super::shape::Shapes;
use crate::context::ParserError;
use crate::document::{ParagraphKind, Structure};
use crate::stage::segment::Text;
use plenary_domain::Span;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;
use tokenizers::Tokenizer;

/// Tokens of a window, `[CLS]` and `[SEP]` included: the length that the network was trained with.
pub const WINDOW: usize = 256;
/// Tokens of text in a window.
pub const INNER: usize = WINDOW - 2;
/// Least number of tokens that two neighbouring windows share.
const SHARED: usize = 32;
/// A window goes on by at least so many tokens, however long the paragraphs are.
const LEAST_STEP: usize = INNER / 4;

const CLS: i32 = 101;
const SEP: i32 = 102;

/// One word piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Number in the vocabulary.
    pub id: i32,
    /// Case, spacing and quotation, 1..=125.
    pub shape: i32,
    /// Its characters.
    pub span: Span,
    /// Index of its paragraph.
    pub paragraph: usize,
}

/// Reads the tokenizer that belongs to the network.
pub fn tokenizer(model: &'static str, bytes: &[u8]) -> Result<Tokenizer, ParserError> {
    let broken = |error: tokenizers::Error| ParserError::Model {
        model,
        reason: error.to_string(),
    };
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(broken)?;
    tokenizer.with_truncation(None).map_err(broken)?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

/// The tokens of every paragraph that can hold a statement, in text order.
pub fn tokens(tokenizer: &Tokenizer, text: &Text<'_>, structure: &Structure) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut shapes = Shapes::new(text, structure);
    for (nth, paragraph) in structure.paragraphs.iter().enumerate() {
        if paragraph.kind == ParagraphKind::Furniture {
            continue;
        }
        // A paragraph that the tokenizer refuses has no tokens; it refuses none so far.
        let words = text.slice(paragraph.span);
        let Ok(encoding) = tokenizer.encode_char_offsets(words, false) else {
            continue;
        };
        let start = paragraph.span.start;
        let days = days(words);
        for (&id, &(from, to)) in encoding.get_ids().iter().zip(encoding.get_offsets()) {
            let span = Span::new(start + from as u32, start + to as u32);
            let day = days.iter().any(|day| day.contains(&(from as u32)));
            if !span.is_empty() && paragraph.span.contains(span) && !day {
                tokens.push(Token {
                    id: id as i32,
                    shape: shapes.next(span, nth),
                    span,
                    paragraph: nth,
                });
            }
        }
    }
    tokens
}

/// Days between a name and its verb, in characters: "China on Thursday urged". The press of the tagger's
/// training writes so seldom that it takes them for the end of a sentence's subject; it reads on without them.
fn days(words: &str) -> Vec<Range<u32>> {
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        let pattern =
            r"\p{Lu}[\p{L}.’'-]*,? (on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day) (\p{Ll}+)";
        Regex::new(pattern).unwrap_or_else(|error| panic!("the pattern of days is broken: {error}"))
    });
    let characters = |at: usize| words[..at].chars().count() as u32;
    DAY.captures_iter(words)
        .filter(|found| !NO_VERBS.contains(&&found[2]))
        .filter_map(|found| found.get(1))
        .map(|day| characters(day.start())..characters(day.end()))
        .collect()
}

/// What goes on behind a day and is no verb.
const NO_VERBS: [&str; 22] = [
    "after",
    "and",
    "as",
    "at",
    "before",
    "but",
    "by",
    "during",
    "evening",
    "following",
    "for",
    "from",
    "in",
    "morning",
    "night",
    "of",
    "on",
    "or",
    "that",
    "the",
    "to",
    "with",
];

/// A stretch of tokens that the network reads at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First token.
    pub start: usize,
    /// After the last token.
    pub end: usize,
}

impl Window {
    /// How far a token stands from the nearer edge of the window that is no edge of the text of `count` tokens.
    pub fn depth(&self, token: usize, count: usize) -> usize {
        let left = if self.start == 0 {
            usize::MAX
        } else {
            token - self.start
        };
        let right = if self.end == count {
            usize::MAX
        } else {
            self.end - 1 - token
        };
        left.min(right)
    }
}

/// Windows over all tokens: as long as they may be, each but the first from the head of a paragraph where
/// there is one.
///
/// A window that begins with a paragraph reads no sentence without its head, so that little overlap
/// does; and windows over texts that are alike from some paragraph on soon begin alike.
pub fn windows(tokens: &[Token]) -> Vec<Window> {
    let count = tokens.len();
    let mut windows = Vec::new();
    let mut start = 0;
    while start < count {
        let end = count.min(start + INNER);
        windows.push(Window { start, end });
        if end == count {
            break;
        }
        let last = end - SHARED;
        start = (start + LEAST_STEP..=last)
            .rev()
            .find(|&at| tokens[at].paragraph != tokens[at - 1].paragraph)
            .unwrap_or(last);
    }
    windows
}

/// The inputs of a window: numbers of its tokens between `[CLS]` and `[SEP]`, and their shapes.
pub fn inputs(tokens: &[Token]) -> [Vec<i32>; 2] {
    let between = |before: i32, after: i32, of: fn(&Token) -> i32| {
        std::iter::once(before)
            .chain(tokens.iter().map(of))
            .chain(std::iter::once(after))
            .collect()
    };
    [
        between(CLS, SEP, |token| token.id),
        between(0, 0, |token| token.shape),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn windows_cover_all_tokens_and_overlap(lengths in proptest::collection::vec(1usize..600, 0..30)) {
            let tokens: Vec<Token> = lengths
                .iter()
                .enumerate()
                .flat_map(|(paragraph, &length)| {
                    let token = Token { id: 0, shape: 1, span: Span::new(0, 1), paragraph };
                    std::iter::repeat_n(token, length)
                })
                .collect();
            let windows = windows(&tokens);
            prop_assert_eq!(windows.first().map_or(0, |window| window.start), 0);
            prop_assert_eq!(windows.last().map_or(0, |window| window.end), tokens.len());
            for pair in windows.windows(2) {
                prop_assert!(pair[1].start >= pair[0].start + LEAST_STEP);
                prop_assert!(pair[1].start + SHARED <= pair[0].end);
                prop_assert!(pair[0].end - pair[0].start == INNER);
            }
        }
    }
}
