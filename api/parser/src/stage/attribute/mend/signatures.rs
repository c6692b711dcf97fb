//! Quotations in a list of voices, each with the name of its speaker behind it.

use super::{LINE_CONFIDENCE, REACH, clear};
use crate::document::{Attribution, Document, ParagraphKind};
use plenary_domain::{Mode, Span};
use regex::Regex;
use std::sync::LazyLock;

/// A dash and a name, which may have an age or an office behind it, up to the end of the paragraph.
static SIGNATURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*([―—–-]{1,2})\s*(\p{Lu}[\p{L}\p{M}.'’-]*(?: [\p{L}\p{M}.'’-]+){0,4}(?:,[^.!?“”\x22]*)?)$")
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// Quotations that are signed: `“…” ― Ana Torvald`, as in a list of voices.
pub(super) fn signatures(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let text = &document.text;
    let quotations = &document.structure.quotations;
    for paragraph in &document.structure.paragraphs {
        let span = paragraph.span;
        let Ok(at) = quotations.binary_search_by_key(&span.start, |q| q.start) else {
            continue;
        };
        let quotation = quotations[at];
        let tail = Span::new(quotation.end, span.end.max(quotation.end));
        if paragraph.kind == ParagraphKind::Furniture || tail.len() > REACH {
            continue;
        }
        let words = text.slice(tail);
        let Some(found) = SIGNATURE.captures(words) else {
            continue;
        };
        let (Some(dash), Some(name)) = (found.get(1), found.get(2)) else {
            continue;
        };
        let at = |byte: usize| tail.start + words[..byte].chars().count() as u32;
        clear(attributions, span);
        attributions.push(Attribution {
            mode: Mode::Direct,
            source: vec![Span::new(at(name.start()), at(name.end()))],
            cue: vec![Span::new(at(dash.start()), at(dash.end()))],
            content: vec![quotation],
            rule: "attribute/signature",
            confidence: LINE_CONFIDENCE,
        });
    }
}
