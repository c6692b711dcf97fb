//! Rules that mend what the network leaves open: shared sources, quotation marks, quotations that
//! run over paragraphs, and lines of the form `Name: …`.

use super::decode::{Draft, Found, Role};
use super::token::Token;
use crate::document::{Attribution, Document, Paragraph, ParagraphKind};
use crate::stage::segment::quoted_share;
use plenary_domain::{Mode, Span};
use regex::Regex;
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Share of a quotation's words in a content from which on the content has all of it.
const MOST: f32 = 0.6;
/// Characters at the head of a line in which a speaker's name before a colon is looked for.
const REACH: u32 = 100;
/// How sure a line `Name: …` is one of that speaker.
const LINE_CONFIDENCE: f32 = 0.7;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    labels: HashSet<String>,
}

static LABELS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    toml::from_str::<Labels>(include_str!("../../../data/labels.toml"))
        .unwrap_or_else(|error| panic!("the shipped labels are broken: {error}"))
        .labels
});

/// A name of one to eight words, most of them with a capital, and perhaps a party in brackets, before
/// a colon: `Ana Torvald:`, `SECRETARY TORVALD:`, `Mr. Bosko (Vardania):`.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\p{Lu}[\p{L}\p{M}.'’&-]*(?:,? (?:\p{Lu}[\p{L}\p{M}.'’&-]*|of|the|for|and|to|de|van|von|al|bin|el)){0,7}(?: \([^()\n]{2,40}\))?)(:)\s+\S")
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// Turns drafts into attributions, in the order of their contents.
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
        .map(|draft| attribution(tokens, draft))
        .collect();
    order(&mut attributions);
    keep_marks(document, &mut attributions);
    go_on(document, &mut attributions);
    name_lines(document, &mut attributions);
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

fn attribution(tokens: &[Token], draft: &Draft) -> Attribution {
    let spans = |found: &[Found]| -> Vec<Span> {
        found
            .iter()
            .map(|found| tokens[found.start].span.cover(tokens[found.end - 1].span))
            .collect()
    };
    let sure = |found: &[Found]| found.iter().map(|f| f.confidence).fold(1.0, f32::min);
    Attribution {
        mode: Mode::Indirect,
        source: spans(&draft.source),
        cue: spans(&draft.cue),
        content: spans(&draft.content),
        rule: "attribute/tagger",
        confidence: sure(&draft.content) * sure(&draft.source) * draft.link,
    }
}

/// Gives a content its quotation marks back, and the rest of a quotation of which it has the most.
fn keep_marks(document: &Document<'_>, attributions: &mut [Attribution]) {
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

fn letters(document: &Document<'_>, span: Span) -> usize {
    let words = document.text.slice(span);
    words.chars().filter(|c| c.is_alphanumeric()).count()
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

/// A quotation that its paragraph leaves open goes on where the next paragraph repeats the mark.
fn go_on(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
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

/// Lines `Name: …`: headlines, transcripts, quotations after a colon.
fn name_lines(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    for paragraph in &document.structure.paragraphs {
        if paragraph.kind == ParagraphKind::Furniture {
            continue;
        }
        let Some(line) = name_line(document, paragraph) else {
            continue;
        };
        let inside = |a: &Attribution| a.content.iter().any(|span| paragraph.span.overlaps(*span));
        // What the network found with a source of its own stands, unless it is the same colon.
        let colon = |a: &Attribution| a.cue.is_empty() || a.cue == line.cue;
        if attributions.iter().any(|a| inside(a) && !colon(a)) {
            continue;
        }
        attributions.retain(|a| !inside(a));
        attributions.push(line);
    }
}

/// The attribution of a line `Name: …`; `None` where a line is none.
fn name_line(document: &Document<'_>, paragraph: &Paragraph) -> Option<Attribution> {
    let text = &document.text;
    let span = paragraph.span;
    let head = text.slice(Span::new(span.start, span.end.min(span.start + REACH)));
    let found = LINE.captures(head)?;
    let (name, colon) = (found.get(1)?, found.get(2)?);
    if LABELS.contains(&name.as_str().to_lowercase()) {
        return None;
    }
    let length = |bytes: usize| head[..bytes].chars().count() as u32;
    let source = Span::new(span.start, span.start + length(name.end()));
    let cue = Span::new(source.end, span.start + length(colon.end()));
    let content = text.trim(Span::new(cue.end, span.end));
    let quoted = document
        .structure
        .quotations
        .iter()
        .any(|q| q.start == content.start);
    // "Two options: wait or go." is no speaker's line: in running text it takes a quotation, capitals, or
    // a title and a name alone.
    let capitals = name.as_str().chars().all(|c| !c.is_lowercase());
    let title = matches!(
        paragraph.kind,
        ParagraphKind::Headline | ParagraphKind::Heading
    );
    let words = name.as_str().split_whitespace().count();
    (quoted
        || (capitals && name.as_str().len() > 2)
        || (title && words >= 2)
        || name.as_str().ends_with(')'))
    .then(|| Attribution {
        mode: Mode::Indirect,
        source: vec![source],
        cue: vec![cue],
        content: vec![content],
        rule: "attribute/name_line",
        confidence: LINE_CONFIDENCE,
    })
}

/// Cuts contents so that no two share a character and none lies in furniture; attributions come in
/// the order of their contents.
fn keep_apart(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
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
