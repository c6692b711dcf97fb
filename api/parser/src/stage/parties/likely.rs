//! The likeliest party of a speaker whose office names none.
//!
//! "Foreign minister Oyar Tenzin" is somebody's: of whom the sentence speaks, whose ministry was named
//! before, who has no other voice yet, of whom he says that it would not sign. Each side that the article
//! names is held against the speaker, and so is none; the facts are weighed with weights
//! from `weights.toml` (the recipe is `training/choices`).

mod facts;
mod here;
mod said;

use super::{REACH, Verdict};
use crate::context::Context;
use crate::document::Document;
use crate::stage::actors::{Cast, Named, Side};
use crate::stage::weigh::{Features, shares};
use facts::Case;
use here::{Here, Serves};
use plenary_domain::{PartyKind, Span};
use std::collections::HashMap;

/// Below that share no side is chosen: a wrong one is worse than none.
const LEAST: f32 = 0.5;

/// A speaker whose party is looked for.
pub(super) struct Speaker<'a> {
    /// Word range of the first mention.
    pub(super) first: (usize, usize),
    /// Word ranges of the phrases that tell an office, the first one first.
    pub(super) offices: Vec<(usize, usize)>,
    /// True for a body, false for a person.
    pub(super) body: bool,
    /// Indices of the attributions whose speaker it is.
    pub(super) said: &'a [usize],
}

/// What is known of every side of the article.
pub(super) struct Likely<'a, 'd> {
    document: &'a Document<'d>,
    context: &'a Context,
    cast: &'a Cast<'d>,
    /// By side how many speak for it, and whether it speaks itself.
    voices: HashMap<Side, (usize, bool)>,
    /// How often the article names the side that it names most.
    most: usize,
    counts: HashMap<Side, usize>,
    /// The side whose speaker made each attribution, where it is told.
    of: Vec<Option<Side>>,
}

impl<'a, 'd> Likely<'a, 'd> {
    /// Gathers the sides. `told` holds the party of every actor for whom it is told.
    pub(super) fn new(
        document: &'a Document<'d>,
        context: &'a Context,
        cast: &'a Cast<'d>,
        told: &[Option<Side>],
    ) -> Likely<'a, 'd> {
        let mut counts: HashMap<Side, usize> = HashMap::new();
        let naming = &cast.naming;
        for side in naming
            .places
            .iter()
            .chain(&naming.hints)
            .filter_map(|place| place.side)
        {
            *counts.entry(side).or_default() += 1;
        }
        let mut voices: HashMap<Side, (usize, bool)> = HashMap::new();
        for (index, side) in told.iter().enumerate() {
            if let Some(side) = side {
                let (count, itself) = voices.entry(*side).or_default();
                let person = index < cast.people.list.len();
                *count += usize::from(person);
                *itself |= !person;
            }
        }
        let of = document.speakers.of.iter().map(|choices| {
            let choice = choices.first()?;
            told.get(choice.value).copied().flatten()
        });
        Likely {
            document,
            context,
            cast,
            voices,
            most: counts.values().copied().max().unwrap_or(1),
            counts,
            of: of.collect(),
        }
    }

    /// The likeliest side of a speaker, or none.
    pub(super) fn choose(&self, speaker: &Speaker<'_>) -> Verdict {
        let ballots = self.ballots(speaker);
        let weights = &self.context.weights.side;
        let scores: Vec<f32> = ballots
            .iter()
            .map(|(_, facts)| weights.score(facts))
            .collect();
        let shares = shares(&scores);
        let best =
            (0..ballots.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b]).then(b.cmp(a)));
        match best.map(|best| (ballots[best].0, shares[best])) {
            Some((Some(side), share)) if share >= LEAST => {
                let trust = self.context.weights.trust.of(share);
                (Some(side), "parties/weighed", trust)
            }
            // Where no side is named, nothing tells that there is none.
            _ if shares.len() == 1 => (None, "parties/none", 0.5),
            _ => (None, "parties/none", shares[0]),
        }
    }

    /// None and every side with what speaks for it.
    pub(super) fn ballots(&self, speaker: &Speaker<'_>) -> Vec<(Option<Side>, Features)> {
        let here = self.here(speaker);
        let mut ballots = vec![(None, none(speaker, &here))];
        let near = |places: &'a [Named]| {
            let from = places.partition_point(|place| place.to + REACH < here.at);
            let to = places.partition_point(|place| place.from < here.at + REACH);
            &places[from..to]
        };
        let naming = &self.cast.naming;
        let mut sides: Vec<(Side, Vec<&Named>)> = Vec::new();
        let mut nth: HashMap<Side, usize> = HashMap::new();
        for place in near(&naming.places).iter().chain(near(&naming.hints)) {
            let Some(side) = place.side else { continue };
            let nth = *nth.entry(side).or_insert_with(|| {
                sides.push((side, Vec::new()));
                sides.len() - 1
            });
            sides[nth].1.push(place);
        }
        // Whoever serves a body serves no state.
        let body = self.serves_body(speaker);
        let state = |side| self.cast.naming.kind(&self.context.gazetteer, side) == PartyKind::State;
        for (side, places) in sides.iter().filter(|(side, _)| !(body && state(*side))) {
            let case = Case {
                likely: self,
                speaker,
                here: &here,
                side: *side,
                places,
            };
            ballots.push((Some(*side), case.facts()));
        }
        ballots
    }

    /// True inside a quotation.
    fn quoted(&self, span: Span) -> bool {
        let quotations = &self.document.structure.quotations;
        let after = quotations.partition_point(|quotation| quotation.end <= span.start);
        quotations
            .get(after)
            .is_some_and(|quotation| quotation.overlaps(span))
    }
}

/// What speaks for no party.
fn none(speaker: &Speaker<'_>, here: &Here) -> Features {
    let Serves { state, body, armed } = here.serves;
    let mut facts = Features::default();
    facts.when("none", true);
    facts.when("none, no office", speaker.offices.is_empty());
    facts.when("none, a body", speaker.body);
    facts.when("none, said once", speaker.said.len() == 1);
    facts.when("none, of state", state);
    facts.when("none, of body", body);
    facts.when("none, armed", armed);
    facts.when("none, owned", here.owned);
    facts
}
