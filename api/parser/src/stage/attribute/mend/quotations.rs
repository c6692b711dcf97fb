//! Contents and quotation marks: a content has its marks and the rest of its quotation, and one that a paragraph leaves
//! open goes on in the next.

use super::letters;
use crate::document::{Attribution, Document, Paragraph, ParagraphKind};
use plenary_domain::Span;

/// Share of a quotation's words in a content from which on the content has all of it.
const MOST: f32 = 0.6;

/// Gives a content its quotation marks back, and the rest of a quotation of which it has the most.
pub(super) fn keep_marks(document: &Document<'_>, attributions: &mut [Attribution]) {
    let quotations = &document.structure.quotations;
    let taken: Vec<Span> = attributions
        .iter()
        .flat_map(|a| a.source.iter().chain(&a.cue).copied())
        .collect();
    for attribution in attributions {
        for fragment in &mut attribution.content {
            let first = quotations.partition_point(|quotation| quotation.end <= fragment.start);
            let inside = quotations[first..]
                .iter()
                .take_while(|q| q.start < fragment.end);
            let mut mended = *fragment;
            for quotation in inside {
                if fragment.contains(*quotation) {
                    continue;
                }
                let shared = Span::new(
                    fragment.start.max(quotation.start),
                    fragment.end.min(quotation.end),
                );
                let words = |span: Span| letters(document, span) as f32;
                let free = !taken.iter().any(|span| span.overlaps(*quotation));
                if free && words(shared) >= MOST * words(*quotation) {
                    mended = mended.cover(*quotation);
                }
            }
            *fragment = mended;
        }
        join(&mut attribution.content);
    }
}

/// A quotation that its paragraph leaves open goes on where the next paragraph repeats the mark.
pub(super) fn go_on(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let text = &document.text;
    let paragraphs: Vec<&Paragraph> = document
        .structure
        .paragraphs
        .iter()
        .filter(|paragraph| paragraph.kind == ParagraphKind::Body)
        .collect();
    let closes = |c: char| matches!(c, '”' | '"' | '»' | '’' | '\'' | '“' | '«');
    let first_in = |paragraph: &Paragraph| {
        let quotations = &document.structure.quotations;
        let at = quotations.partition_point(|q| q.start < paragraph.span.start);
        quotations
            .get(at)
            .filter(|q| q.start == paragraph.span.start)
            .copied()
    };
    for pair in paragraphs.windows(2) {
        let (before, after) = (pair[0].span, pair[1]);
        let quotations = &document.structure.quotations;
        let last = quotations.partition_point(|q| q.start < before.end);
        let Some(open) = last.checked_sub(1).map(|at| quotations[at]) else {
            continue;
        };
        let left_open = open.end == before.end
            && open.start >= before.start
            && !text.at(open.end - 1).is_some_and(closes);
        let Some(next) = first_in(after).filter(|_| left_open) else {
            continue;
        };
        let owner = attributions
            .iter()
            .position(|a| a.content.iter().any(|span| span.overlaps(open)));
        let other = attributions
            .iter()
            .position(|a| a.content.iter().any(|span| span.overlaps(next)));
        match (owner, other) {
            (Some(owner), None) => attributions[owner].content.push(next),
            (Some(owner), Some(other))
                if owner != other && attributions[other].source.is_empty() =>
            {
                let rest = std::mem::take(&mut attributions[other].content);
                attributions[owner].content.extend(rest);
                attributions[owner].content.push(next);
            }
            _ => continue,
        }
        if let Some(owner) = owner {
            join(&mut attributions[owner].content);
        }
    }
    attributions.retain(|attribution| !attribution.content.is_empty());
}

/// Sorts spans and joins those that touch or overlap.
fn join(spans: &mut Vec<Span>) {
    spans.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans.drain(..) {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    *spans = joined;
}
