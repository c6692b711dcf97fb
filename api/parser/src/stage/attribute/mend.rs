//! Rules that mend what the network leaves open.

use super::decode::{Draft, Found, Role};
use super::token::Token;
use crate::document::{Attribution, Document};
use crate::stage::segment::quoted_share;
use plenary_domain::Span;

/// Turns drafts into attributions.
pub fn run(
    document: &Document<'_>,
    tokens: &[Token],
    spans: &[Found],
    mut drafts: Vec<Draft>,
) -> Vec<Attribution> {
    for draft in &mut drafts {
        take_source_before(draft, spans, tokens);
    }
    let mut attributions: Vec<Attribution> = drafts
        .iter()
        .map(|draft| attribution(document, tokens, draft))
        .collect();
    attributions.sort_by_key(|attribution| attribution.content.first().copied());
    attributions
}

/// An attribution without a source takes the last source before its cue in its paragraph: one source
/// often serves two cues ("She called it unfair, adding that …"), and a pointer names one.
fn take_source_before(draft: &mut Draft, spans: &[Found], tokens: &[Token]) {
    if let ([], [cue]) = (&draft.source[..], &draft.cue[..]) {
        let before = spans.partition_point(|span| span.start < cue.start);
        let paragraph = tokens[cue.start].paragraph;
        draft.source = spans[..before]
            .iter()
            .rev()
            .take_while(|span| tokens[span.start].paragraph == paragraph)
            .find(|span| span.role == Role::Source)
            .into_iter()
            .copied()
            .collect();
    }
}

fn attribution(document: &Document<'_>, tokens: &[Token], draft: &Draft) -> Attribution {
    let spans = |found: &[Found]| -> Vec<Span> {
        found
            .iter()
            .map(|found| tokens[found.start].span.cover(tokens[found.end - 1].span))
            .collect()
    };
    let content = spans(&draft.content);
    let sure = |found: &[Found]| found.iter().map(|f| f.confidence).fold(1.0, f32::min);
    Attribution {
        mode: quoted_share(&document.text, &document.structure.quotations, &content),
        source: spans(&draft.source),
        cue: spans(&draft.cue),
        content,
        rule: "attribute/tagger",
        confidence: sure(&draft.content) * sure(&draft.source) * draft.link,
    }
}
