//! Which statement belongs to which meeting.
//!
//! Every statement is held against every meeting ([`meeting`]) and against none of them ([`none`]); what speaks for
//! each is weighed, and the likeliest is chosen, in text order, so that a statement can follow the one before it
//! ([`chain`]). What is known before the first is placed is read once ([`reader`]): which lines name a meeting
//! ([`mentions`]), or point back to one ([`back`]), and not only in what is added of a person ([`clause`]); which
//! parties stand beside it ([`parties`]); and where the speakers sit ([`standing`]).

mod back;
mod chain;
mod clause;
mod meeting;
mod mentions;
mod none;
mod parties;
mod reader;
mod standing;

pub(super) use standing::{Standing, standing};

use super::Finder;
use super::find::Found;
use super::line::Line;
use crate::document::{Choice, Document};
use crate::stage::weigh::{Features, Weights, shares};
use chain::Chain;
use meeting::AtMeeting;
use none::AtNone;
use reader::Reader;
use std::collections::HashMap;

/// Days around a meeting on which words are spoken at it.
const AROUND: i64 = 1;
/// Lines before a statement in which its paragraph is read.
const PARAGRAPH: usize = 6;

/// What speaks for each choice of a statement: for none first, then for each meeting in their order.
pub(super) type Ballot = Vec<Features>;

/// Where a statement is placed, and why.
pub(super) struct Placed {
    pub(super) choice: Choice<Option<usize>>,
    /// For none and for each meeting how likely it is; they sum to 1.
    pub(super) shares: Vec<f32>,
    pub(super) ballot: Ballot,
}

/// The meeting of every attribution, or none.
pub(super) fn place(
    document: &Document<'_>,
    finder: &Finder,
    weights: &Weights,
    lines: &[Line<'_>],
    found: &[Found],
) -> Vec<Placed> {
    let reader = Reader::new(document, finder, lines, found);
    let mut chosen: Vec<Placed> = Vec::new();
    let mut of_speaker: HashMap<usize, Option<usize>> = HashMap::new();
    for attribution in 0..document.attributions.len() {
        let before = chosen.last().map(|placed| placed.choice.value);
        let speaker = reader.speaker[attribution];
        let spoke = speaker.and_then(|speaker| of_speaker.get(&speaker).copied());
        let ballot = ballot(&reader, attribution, before, spoke);
        let table = &weights.statement;
        let scores: Vec<f32> = ballot
            .iter()
            .map(|features| table.score(features))
            .collect();
        let shares = shares(&scores);
        let sure = |meeting: usize| found[meeting].sure;
        let (best, confidence) = likeliest(&shares, sure);
        let words = best
            .checked_sub(1)
            .and_then(|meeting| reader.words(attribution, meeting));
        let choice = Choice {
            value: best.checked_sub(1),
            rule: rule(table.strongest(&ballot[best])),
            words,
            confidence,
        };
        if let Some(speaker) = speaker {
            of_speaker.insert(speaker, choice.value);
        }
        chosen.push(Placed {
            choice,
            shares,
            ballot,
        });
    }
    chosen
}

/// What speaks for none and for each meeting, given where the statement before and the speaker's last one were placed.
fn ballot(
    reader: &Reader<'_>,
    attribution: usize,
    before: Option<Option<usize>>,
    spoke: Option<Option<usize>>,
) -> Ballot {
    let Some(at) = reader.line_of[attribution] else {
        return unread(reader.found);
    };
    let chain = Chain::read(reader, attribution, before, spoke);
    let none = AtNone::new(reader, attribution, at).features(&chain);
    let meetings = (0..reader.found.len())
        .map(|meeting| AtMeeting::new(reader, attribution, at, meeting).features(&chain));
    std::iter::once(none).chain(meetings).collect()
}

/// The same for a statement that stands in no line: only that the main meeting is likelier than another.
fn unread(found: &[Found]) -> Ballot {
    let mut none = Features::default();
    none.when("none", true);
    let meetings = found.iter().map(|found| {
        let mut features = Features::default();
        features.when("main", found.meeting.main);
        features
    });
    std::iter::once(none).chain(meetings).collect()
}

/// The likeliest of none (0) and of all meetings, and how likely it is right. A meeting of which the day is a guess
/// is seldom right, and then none is better.
pub(super) fn likeliest(shares: &[f32], sure: impl Fn(usize) -> f32) -> (usize, f32) {
    let right = shares
        .iter()
        .enumerate()
        .map(|(at, share)| (at, share * at.checked_sub(1).map_or(1.0, &sure)));
    right
        .reduce(|best, other| if other.1 > best.1 { other } else { best })
        .unwrap_or((0, 0.0))
}

/// The rule of a choice, by the feature that speaks most for it.
fn rule(strongest: Option<&'static str>) -> &'static str {
    match strongest {
        Some("named beside" | "named beside, alone") => "meetings/sentence",
        Some("named inside") => "meetings/content",
        Some("named before" | "named in the paragraph" | "named after") => "meetings/paragraph",
        Some("under its heading") => "meetings/heading",
        Some("named last") => "meetings/last-named",
        Some("day beside" | "day inside") => "meetings/day-of-words",
        Some("follows" | "follows, same speaker") => "meetings/follows",
        Some("coming round") => "meetings/coming",
        Some("main" | "main, dateline" | "main, only" | "takes part") => "meetings/main",
        Some("none, elsewhere" | "none, from afar") => "meetings/elsewhere",
        Some("none, other town") => "meetings/other-town",
        Some("none, other day") => "meetings/other-day",
        Some("none, outsider" | "none, private") => "meetings/outsider",
        _ => "meetings/weighed",
    }
}
