//! From the layers of a document to records: each coding of an attribution, for each of its speakers.

use crate::document::{Attribution, Coding, Document};
use crate::parser::VERSION;
use crate::stage::segment::quoted_share;
use plenary_domain::Codebook;
use plenary_domain::parsed::{FieldConfidence, FieldRules, ParsedArticle, Position, Statement};
use std::collections::HashSet;

/// The rule that a field carries when no stage has decided it.
const UNDECIDED: &str = "none";

/// An attribution that is less sure than this is left out unless a position rests on it, for which the
/// coder has held it for a statement too. Chosen on articles kept from the tagger's training.
const LISTED: f32 = 0.3;

/// Turns a filled document into records.
///
/// An attribution without a speaker keeps its statement and has no position. The confidence of a
/// position is the product of those of its attribution, party, meeting, issue and stance.
pub(crate) fn assemble(document: Document<'_>, codebook: &Codebook) -> ParsedArticle {
    let mut positions: Vec<Position> = document
        .codings
        .iter()
        .filter_map(|coding| Some((coding, document.attributions.get(coding.attribution)?)))
        .flat_map(|(coding, attribution)| positions(&document, coding, attribution))
        .collect();
    let told: HashSet<usize> = positions
        .iter()
        .map(|position| position.statement)
        .collect();
    let (places, attributions): (Vec<usize>, Vec<Attribution>) = document
        .attributions
        .into_iter()
        .enumerate()
        .filter(|(at, attribution)| attribution.confidence >= LISTED || told.contains(at))
        .unzip();
    for position in &mut positions {
        position.statement = places.partition_point(|place| *place < position.statement);
    }
    ParsedArticle {
        parser_version: VERSION.to_owned(),
        codebook: format!("{}@{}", codebook.id, codebook.version),
        language: document.language.map(str::to_owned),
        title: document.article.title,
        outlet: document.article.outlet,
        published: document.article.published,
        notes: document.notes,
        statements: attributions.into_iter().map(statement).collect(),
        actors: document.speakers.actors,
        parties: document.sides.parties,
        meetings: document.gatherings.meetings,
        positions,
    }
}

fn statement(attribution: Attribution) -> Statement {
    Statement {
        source: attribution.source,
        cue: attribution.cue,
        content: attribution.content,
        mode: attribution.mode,
        rule: attribution.rule.to_owned(),
        confidence: attribution.confidence,
    }
}

/// One position for each speaker of the attribution.
fn positions(document: &Document<'_>, coding: &Coding, attribution: &Attribution) -> Vec<Position> {
    let at = coding.attribution;
    let speakers = document.speakers.of.get(at).map_or(&[][..], Vec::as_slice);
    let sides = document.sides.of.get(at).map_or(&[][..], Vec::as_slice);
    let meeting = document.heard.get(at);
    let evidence = if coding.evidence.is_empty() {
        &attribution.content
    } else {
        &coding.evidence
    };
    let mode = quoted_share(&document.text, &document.structure.quotations, evidence);
    speakers
        .iter()
        .enumerate()
        .map(|(nth, speaker)| {
            let side = sides.get(nth);
            let fields = FieldConfidence {
                speaker: speaker.confidence,
                party: side.map_or(0.5, |side| side.confidence),
                meeting: meeting.map_or(0.5, |meeting| meeting.confidence),
                issue: coding.issue_confidence,
                stance: coding.stance_confidence,
                act: coding.act_confidence,
            };
            let confidence = attribution.confidence
                * fields.party
                * fields.meeting
                * fields.issue
                * fields.stance;
            Position {
                statement: at,
                actor: speaker.value,
                party: side.and_then(|side| side.value),
                meeting: meeting.and_then(|meeting| meeting.value),
                issue: coding.issue.clone(),
                stance: coding.stance,
                act: coding.act,
                mode,
                evidence: evidence.clone(),
                confidence: confidence.clamp(0.0, 1.0),
                fields,
                rules: FieldRules {
                    speaker: speaker.rule.to_owned(),
                    party: side.map_or(UNDECIDED, |side| side.rule).to_owned(),
                    meeting: meeting.map_or(UNDECIDED, |meeting| meeting.rule).to_owned(),
                    coding: coding.rule.to_owned(),
                },
            }
        })
        .collect()
}
