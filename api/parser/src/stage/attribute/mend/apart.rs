//! What is told in one place was not said in another: titles, sections and contents are kept apart.

use super::{letters, order, section};
use crate::document::{Attribution, Document, Paragraph, ParagraphKind};
use plenary_domain::{Mode, Span};

/// What a title attributes stands in it, and what the text attributes in the text.
pub(super) fn keep_titles_apart(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let paragraphs = &document.structure.paragraphs;
    let title = |span: Span| {
        let at = paragraphs.partition_point(|p| p.span.end <= span.start);
        let is =
            |p: &&Paragraph| matches!(p.kind, ParagraphKind::Headline | ParagraphKind::Heading);
        paragraphs.get(at).filter(is).map(|_| at)
    };
    for attribution in attributions.iter_mut() {
        if let Some(cue) = attribution.cue.first() {
            let of = title(*cue);
            attribution.content.retain(|span| title(*span) == of);
        }
    }
    attributions.retain(|attribution| !attribution.content.is_empty());
}

/// What is said under one heading, or in one entry of a live blog, was not told under another: contents in
/// another section than the cue become attributions without a source.
pub(super) fn keep_sections_apart(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let mut apart = Vec::new();
    for attribution in attributions.iter_mut() {
        let anchor = attribution.cue.first().or(attribution.source.first());
        let Some(home) = anchor.map(|span| section(document, *span)) else {
            continue;
        };
        let (here, there): (Vec<Span>, Vec<Span>) = attribution
            .content
            .iter()
            .partition(|span| section(document, **span) == home);
        if here.is_empty() || there.is_empty() {
            continue;
        }
        attribution.content = here;
        apart.extend(there.into_iter().map(|span| Attribution {
            mode: Mode::Indirect,
            source: Vec::new(),
            cue: Vec::new(),
            content: vec![span],
            rule: "attribute/section",
            confidence: attribution.confidence / 2.0,
        }));
    }
    attributions.extend(apart);
}

/// Cuts contents so that no two share a character and none lies in furniture; attributions come in
/// the order of their contents.
pub(super) fn keep_apart(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let mut reached = 0;
    for attribution in attributions.iter_mut() {
        for fragment in &mut attribution.content {
            if fragment.start < reached {
                *fragment = Span::new(reached.min(fragment.end), fragment.end);
            }
            *fragment = document.text.trim(*fragment);
        }
        attribution
            .content
            .retain(|span| letters(document, *span) > 0);
        // A content in several pieces may enclose another one; only its first piece bars the way.
        reached = reached.max(attribution.content.first().map_or(0, |span| span.end));
    }
    attributions.retain(|attribution| !attribution.content.is_empty());
    order(attributions);
}
