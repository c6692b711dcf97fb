//! Attribution: who said what.
//!
//! A trained network scores sources, cues and contents and ties them together ([`tagger`]); the best
//! consistent reading ([`crf`]) becomes attributions with a calibrated confidence ([`decode`]); rules
//! about quotation marks and lines of speech then mend what the network leaves open ([`mend`]).

pub mod crf;
pub mod decode;
pub mod mend;
mod network;
mod shape;
pub mod tagger;
pub mod token;

use crate::context::Context;
use crate::document::{Attribution, Document, Structure};

/// Finds the attributions of the text, in the order of their contents.
pub fn run(document: &Document<'_>, context: &Context) -> Vec<Attribution> {
    let tagger = context.tagger;
    let tokens = token::tokens(&tagger.tokenizer, &document.text, &document.structure);
    let mut scores = tagger.scores(&tokens);
    for at in 1..tokens.len() {
        if !goes_on(document, tokens[at - 1].paragraph, tokens[at].paragraph) {
            scores.close(at);
        }
    }
    let drafts = decode::drafts(tagger, &tokens, &scores);
    mend::run(document, &tokens, &drafts)
}

/// True where a span may go on from one paragraph into the other: within one, or where a quotation is left
/// open at the end of the first and the next paragraph is of the same kind.
fn goes_on(document: &Document<'_>, before: usize, here: usize) -> bool {
    let Structure {
        paragraphs,
        quotations,
        ..
    } = &document.structure;
    if before == here {
        return true;
    }
    let end = paragraphs[before].span.end;
    let last = quotations.partition_point(|quotation| quotation.end < end);
    here == before + 1
        && paragraphs[here].kind == paragraphs[before].kind
        && quotations.get(last).is_some_and(|quotation| {
            quotation.end == end && !shape::is_closed(&document.text, *quotation)
        })
}
