//! Coding: on which issue, which way, with which act.
//!
//! A statement is read part by part ([`split`]); parts of one statement that take the same stance on
//! the same issue are one coding. Parts that the reader holds for no statement (a question, a past
//! event, "thank you") have none.

pub mod alone;
pub mod coder;
pub mod input;
pub mod lexicon;
pub mod split;

use crate::context::Context;
use crate::document::{Coding, Document};
use crate::stage::meetings::heard::Heard;
use coder::Reading;
use plenary_domain::codebook::OTHER;
use split::Part;

/// A part whose issue is less sure than this goes with the part of its statement that is surest.
const SURE_ISSUE: f32 = 0.35;
/// A clause whose issue is less sure than this goes with its neighbour.
const SURE_CLAUSE: f32 = 0.5;

/// Codes every attribution, in text order, and tells what is heard in each of its meeting.
pub fn run(document: &Document<'_>, context: &Context) -> (Vec<Coding>, Vec<Option<Heard>>) {
    let parts: Vec<Vec<Part>> = document
        .attributions
        .iter()
        .map(|attribution| split::parts(&document.text, &document.structure, attribution))
        .collect();
    let title = document
        .article
        .title
        .as_deref()
        .map(|title| input::title(&context.tagger.tokenizer, title))
        .unwrap_or_default();
    let inputs: Vec<_> = parts
        .iter()
        .flatten()
        .map(|part| {
            input::statement(
                &context.tagger.tokenizer,
                document,
                &title,
                part.sentence,
                &part.words,
            )
        })
        .collect();
    let mut readings = context.coder.code(&context.book, &inputs).into_iter();
    let (mut codings, mut heard) = (Vec::new(), Vec::new());
    for (attribution, parts) in parts.into_iter().enumerate() {
        let read: Vec<(Part, Reading)> = parts
            .into_iter()
            .zip(readings.by_ref())
            .filter(|(_, reading)| context.coder.is_statement(reading))
            .collect();
        heard.push(together(&read));
        for (words, reading) in join(read) {
            codings.push(Coding {
                attribution,
                evidence: words,
                issue: reading
                    .issue
                    .and_then(|at| context.codebook.issues.get(at))
                    .map_or(OTHER, |issue| &issue.id)
                    .to_owned(),
                stance: reading.stance,
                act: reading.act,
                issue_confidence: reading.issue_confidence,
                stance_confidence: reading.stance_confidence,
                act_confidence: reading.act_confidence,
                rule: "code/model",
            });
        }
    }
    (codings, heard)
}

/// What the parts of one statement tell of its meeting, on average; `None` where it has none.
fn together(read: &[(Part, Reading)]) -> Option<Heard> {
    let mut sum = Heard::default();
    for (_, reading) in read {
        for (sum, share) in sum.iter_mut().zip(reading.heard) {
            *sum += share / read.len() as f32;
        }
    }
    (!read.is_empty()).then_some(sum)
}

/// Joins the parts of one statement that say the same, in the order of their first words.
///
/// Parts without an issue, or with an unsure one, go with their neighbour: "Let me be clear." says
/// nothing by itself.
fn join(mut read: Vec<(Part, Reading)>) -> Vec<(Vec<plenary_domain::Span>, Reading)> {
    let surest = read
        .iter()
        .filter(|(_, reading)| reading.issue.is_some())
        .map(|(_, reading)| reading.clone())
        .reduce(|a, b| {
            if b.issue_confidence > a.issue_confidence {
                b
            } else {
                a
            }
        });
    if let Some(surest) = surest {
        let mut last: Option<Reading> = None;
        for (part, reading) in &mut read {
            let least = if part.clause { SURE_CLAUSE } else { SURE_ISSUE };
            if reading.issue.is_none() || reading.issue_confidence < least {
                *reading = last.clone().unwrap_or_else(|| surest.clone());
            } else {
                last = Some(reading.clone());
            }
        }
    }
    let mut joined: Vec<(Vec<plenary_domain::Span>, Reading)> = Vec::new();
    for (part, reading) in read {
        let same = joined
            .iter_mut()
            .find(|(_, other)| (other.issue, other.stance) == (reading.issue, reading.stance));
        match same {
            Some((words, kept)) => {
                words.extend(part.words);
                if reading.issue_confidence > kept.issue_confidence {
                    *kept = reading;
                }
            }
            None => joined.push((part.words, reading)),
        }
    }
    joined
}
