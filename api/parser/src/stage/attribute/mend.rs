//! Rules that mend what the network leaves open: shared sources, quotation marks, quotations that
//! run over paragraphs, and lines of the form `Name: …`.
//!
//! Contents are kept in their title and section ([`apart`]) and get their marks ([`quotations`]); then lines that begin
//! with a name ([`line`](mod@line), [`lines`]) and those that end with one ([`signatures`](mod@signatures)) are read.

mod apart;
mod line;
mod lines;
mod quotations;
mod signatures;

use super::decode::{Draft, Found};
use super::token::Token;
use crate::document::{Attribution, Document, Paragraph, ParagraphKind};
use crate::stage::segment::quoted_share;
use apart::{keep_apart, keep_sections_apart, keep_titles_apart};
use lines::{journalists, name_lines, turns};
use plenary_domain::{Mode, Span};
use quotations::{go_on, keep_marks};
use signatures::signatures;

/// Characters at the head of a line, or behind a quotation, in which a speaker's name is looked for.
const REACH: u32 = 100;
/// How sure a line `Name: …` is one of that speaker.
const LINE_CONFIDENCE: f32 = 0.7;

/// Turns drafts into attributions, in the order of their contents.
pub fn run(document: &Document<'_>, tokens: &[Token], drafts: &[Draft]) -> Vec<Attribution> {
    let mut attributions: Vec<Attribution> = drafts
        .iter()
        .map(|draft| attribution(tokens, draft))
        .collect();
    keep_titles_apart(document, &mut attributions);
    keep_sections_apart(document, &mut attributions);
    order(&mut attributions);
    speak_on(document, &mut attributions);
    keep_marks(document, &mut attributions);
    go_on(document, &mut attributions);
    let journalists = journalists(document);
    name_lines(document, &journalists, &mut attributions);
    turns(document, &journalists, &mut attributions);
    signatures(document, &mut attributions);
    order(&mut attributions);
    keep_apart(document, &mut attributions);
    for attribution in &mut attributions {
        let quotations = &document.structure.quotations;
        attribution.mode = quoted_share(&document.text, quotations, &attribution.content);
    }
    attributions
}

fn order(attributions: &mut [Attribution]) {
    attributions.sort_by_key(|attribution| attribution.content.first().copied());
}

fn attribution(tokens: &[Token], draft: &Draft) -> Attribution {
    let span = |found: &Found| tokens[found.start].span.cover(tokens[found.end - 1].span);
    Attribution {
        mode: Mode::Indirect,
        source: draft.source.iter().map(span).collect(),
        cue: draft.cue.iter().map(span).collect(),
        content: draft.content.iter().map(span).collect(),
        rule: "attribute/tagger",
        confidence: draft.confidence,
    }
}

/// A content with neither cue nor source has the source of the attribution before it, if that stands in the
/// same paragraph or in the one before: a reporter names a speaker once and lets him speak on. Words that
/// stand before the content in the sentence of another paragraph tell of somebody else.
fn speak_on(document: &Document<'_>, attributions: &mut [Attribution]) {
    let paragraphs = &document.structure.paragraphs;
    let paragraph = |span: Span| paragraphs.partition_point(|p| p.span.end <= span.start);
    let sentences = &document.structure.sentences;
    let opens = |span: Span| {
        let of = sentences.partition_point(|s| s.span.end <= span.start);
        let start = sentences.get(of).map_or(span.start, |s| s.span.start);
        start >= span.start || letters(document, Span::new(start, span.start)) == 0
    };
    for at in 1..attributions.len() {
        let (before, rest) = attributions.split_at_mut(at);
        let (before, here) = (&before[at - 1], &mut rest[0]);
        if here.cue.is_empty() && here.source.is_empty() {
            let (Some(last), Some(first)) = (before.content.last(), here.content.first()) else {
                continue;
            };
            let (now, then) = (paragraph(*first), paragraph(*last));
            let same = section(document, *first) == section(document, *last);
            if same && (now == then || now == then + 1 && opens(*first)) {
                here.source.clone_from(&before.source);
                here.rule = "attribute/speak_on";
            }
        }
    }
}

/// The section in which a span stands: how many headings begin before it.
fn section(document: &Document<'_>, span: Span) -> usize {
    let paragraphs = &document.structure.paragraphs;
    let before = paragraphs.partition_point(|p| p.span.start <= span.start);
    let heading = |p: &&Paragraph| p.kind == ParagraphKind::Heading;
    paragraphs[..before].iter().filter(heading).count()
}

fn letters(document: &Document<'_>, span: Span) -> usize {
    let words = document.text.slice(span);
    words.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Takes all contents out of a stretch of text.
fn clear(attributions: &mut Vec<Attribution>, from: Span) {
    for attribution in attributions.iter_mut() {
        let cut = |span: &Span| {
            let before = Span::new(span.start, span.end.min(from.start).max(span.start));
            let after = Span::new(span.start.max(from.end).min(span.end), span.end);
            [before, after].into_iter().filter(|part| !part.is_empty())
        };
        attribution.content = attribution.content.iter().flat_map(cut).collect();
    }
    attributions.retain(|attribution| !attribution.content.is_empty());
}
