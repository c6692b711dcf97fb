//! Attribution: who said what.
//!
//! A trained network tags sources, cues and contents and ties them together ([`tagger`]); the best
//! consistent reading becomes attributions ([`decode`]); rules about sources and quotation marks
//! then mend what the network leaves open ([`mend`]).

pub mod decode;
pub mod mend;
pub mod tagger;
pub mod token;

use crate::context::Context;
use crate::document::{Attribution, Document};

/// Finds the attributions of the text, in the order of their contents.
pub fn run(document: &Document<'_>, context: &Context) -> Vec<Attribution> {
    let tokens = token::tokens(
        &context.tagger.tokenizer,
        &document.text,
        &document.structure,
    );
    let scores = context.tagger.scores(&tokens);
    let path = decode::path(&scores.tags);
    // A paragraph that was left out lies between two tokens whose paragraphs are no neighbours.
    let breaks = |at: usize| tokens[at].paragraph > tokens[at - 1].paragraph + 1;
    let spans = decode::spans(&path, &scores.tags, breaks);
    let drafts = decode::drafts(&spans, &scores);
    mend::run(document, &tokens, &spans, drafts)
}
