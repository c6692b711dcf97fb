//! Word pieces of a text, and windows of them.

use crate::context::ParserError;
use crate::document::{ParagraphKind, Structure};
use crate::stage::segment::Text;
use plenary_domain::Span;
use tokenizers::Tokenizer;

/// Tokens of a window, `[CLS]` and `[SEP]` included: the length that the network was trained with.
pub const WINDOW: usize = 256;
/// Tokens of text in a window.
pub const INNER: usize = WINDOW - 2;
/// Least context, in tokens, on either side of a token where there is more text on that side.
const MARGIN: usize = 32;

const CLS: i32 = 101;
const SEP: i32 = 102;

/// One word piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Number in the vocabulary.
    pub id: i32,
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
    for (nth, paragraph) in structure.paragraphs.iter().enumerate() {
        if paragraph.kind == ParagraphKind::Furniture {
            continue;
        }
        // A paragraph that the tokenizer refuses has no tokens; it refuses none so far.
        let Ok(encoding) = tokenizer.encode_char_offsets(text.slice(paragraph.span), false) else {
            continue;
        };
        let start = paragraph.span.start;
        for (&id, &(from, to)) in encoding.get_ids().iter().zip(encoding.get_offsets()) {
            let span = Span::new(start + from as u32, start + to as u32);
            if !span.is_empty() && paragraph.span.contains(span) {
                tokens.push(Token {
                    id: id as i32,
                    span,
                    paragraph: nth,
                });
            }
        }
    }
    tokens
}

/// A stretch of tokens that the network reads at once, and the part of it whose answers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First token.
    pub start: usize,
    /// After the last token.
    pub end: usize,
    /// First token whose answers count; the one before ends where this one begins.
    pub from: usize,
    /// After the last token whose answers count.
    pub to: usize,
}

/// As few windows as keep [`MARGIN`] tokens of context around each token, evenly spread over `count` tokens.
pub fn windows(count: usize) -> Vec<Window> {
    if count <= INNER {
        let whole = Window {
            start: 0,
            end: count,
            from: 0,
            to: count,
        };
        return if count == 0 { Vec::new() } else { vec![whole] };
    }
    let step = INNER - 2 * MARGIN;
    let number = (count - 2 * MARGIN).div_ceil(step);
    // Starts lie on a straight line from 0 to the last possible start.
    let start = |nth: usize| nth * (count - INNER) / (number - 1);
    (0..number)
        .map(|nth| {
            // Windows meet in the middle of their overlap, where both are equally far from an edge.
            let meet = |nth: usize| (start(nth) + start(nth - 1) + INNER) / 2;
            Window {
                start: start(nth),
                end: start(nth) + INNER,
                from: if nth == 0 { 0 } else { meet(nth) },
                to: if nth + 1 == number {
                    count
                } else {
                    meet(nth + 1)
                },
            }
        })
        .collect()
}

/// The numbers of a window's tokens between `[CLS]` and `[SEP]`.
pub fn ids(tokens: &[Token]) -> Vec<i32> {
    std::iter::once(CLS)
        .chain(tokens.iter().map(|token| token.id))
        .chain(std::iter::once(SEP))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_token_counts_once_and_has_context(count in 0usize..5000) {
            let windows = windows(count);
            let mut next = 0;
            for window in &windows {
                prop_assert_eq!(window.from, next);
                prop_assert!(window.end - window.start <= INNER && window.end <= count);
                prop_assert!(window.from < window.to);
                prop_assert!(window.start == 0 || window.from - window.start >= MARGIN - 1);
                prop_assert!(window.end == count || window.end - window.to >= MARGIN - 1);
                next = window.to;
            }
            prop_assert_eq!(next, count);
        }
    }
}
