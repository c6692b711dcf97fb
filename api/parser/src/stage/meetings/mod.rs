//! Meetings: found by venue and day, and the statements placed at them.
//!
//! The stage reads the article line by line ([`line`]): times ([`dates`]), places ([`venues`]) and the
//! nouns that name rounds of talks ([`words`]). What is told of each place is weighed
//! ([`candidate`]); likely ones become meetings ([`find`]) with the days that are told of them, of
//! the talks ([`course`]) or of a known conference ([`series`]). Then each statement is held against
//! every meeting and against none, and goes to the likeliest ([`place`]); once the coder has read its words,
//! they are weighed too ([`heard`]). Of those who speak, [`table`] tells
//! who takes part.

mod candidate;
mod coming;
mod course;
pub mod dates;
mod find;
pub mod heard;
mod line;
mod place;
mod series;
mod table;
mod venues;
mod words;

use crate::context::Context;
use crate::document::{Document, Gatherings};
use crate::stage::weigh::{Features, Weights};
use dates::Dates;
use plenary_domain::Gazetteer;
use regex::Regex;
use series::Series;
use std::collections::HashMap;
use venues::{Venues, fold};
use words::Words;

/// What the stage looks things up in, prepared once.
#[derive(Debug)]
pub struct Finder {
    dates: Dates,
    words: Words,
    venues: Venues,
    series: Series,
    /// Slugs of parties by every folded way to name them.
    names: HashMap<String, String>,
    tokens: Regex,
}

impl Finder {
    /// Prepares the shipped data.
    ///
    /// # Panics
    /// Never in a released build: tests read the shipped files.
    pub fn new(gazetteer: &Gazetteer) -> Finder {
        let mut names = HashMap::new();
        for party in &gazetteer.parties {
            let ways = [&party.aliases, &party.demonyms, &party.bodies];
            for name in ways.into_iter().flatten().chain([&party.name]) {
                names
                    .entry(fold(name))
                    .or_insert_with(|| party.slug.clone());
            }
        }
        let tokens = Regex::new(r"[\p{L}\p{N}]+(?:[-'’ʼ][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]");
        Finder {
            dates: Dates::builtin(),
            words: Words::builtin(),
            venues: Venues::builtin(gazetteer),
            series: Series::builtin(),
            names,
            tokens: tokens.unwrap_or_else(|error| panic!("the token pattern is broken: {error}")),
        }
    }
}

impl Finder {
    /// True for the name of a town or of a building where talks are held.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.venues.get(&fold(name)).is_some()
    }
}

/// Computes the layer.
pub fn run(document: &Document<'_>, context: &Context) -> Gatherings {
    weighed(document, context, &context.weights).gatherings
}

/// What the stage weighs, for fitting its weights: see `training/choices`.
#[derive(Debug)]
pub struct Evidence {
    /// Every place of the article with what speaks for its being a venue.
    pub venues: Vec<(String, Features)>,
    /// Every meeting that was found, before those are left out of which nobody speaks.
    pub meetings: Vec<plenary_domain::parsed::Meeting>,
    /// For each attribution what speaks for none, and for each of the meetings.
    pub statements: Vec<Vec<Features>>,
    /// The layer with these weights.
    pub gatherings: Gatherings,
}

/// What the stage weighs and chooses, with these weights, in a document whose earlier layers are filled.
pub fn weighed(document: &Document<'_>, context: &Context, weights: &Weights) -> Evidence {
    let finder = &context.finder;
    let lines = find::lines(document, finder);
    let home = find::home(document, finder, &lines);
    let candidates = candidate::candidates(weights, &lines, &home);
    let found = find::meetings(document, finder, &lines, &candidates, &home);
    let mut placed = place::place(document, finder, weights, &lines, &found);
    let all = found.iter().map(|found| found.meeting.clone()).collect();
    let found = find::with_statements(found, &mut placed);
    let sure = found.iter().map(|found| found.sure).collect();
    let (mut of, mut shares, mut statements) = (Vec::new(), Vec::new(), Vec::new());
    for one in placed {
        of.push(one.choice);
        shares.push(one.shares);
        statements.push(one.ballot);
    }
    let parties = table::participants(document, finder, &context.gazetteer, &lines, &found, &of);
    let meetings = found
        .into_iter()
        .zip(parties)
        .map(|(found, parties)| plenary_domain::parsed::Meeting {
            parties: parties.into_iter().collect(),
            ..found.meeting
        })
        .collect();
    Evidence {
        venues: candidates
            .into_iter()
            .map(|candidate| (candidate.name, candidate.features))
            .collect(),
        meetings: all,
        statements,
        gatherings: Gatherings {
            meetings,
            of,
            shares,
            sure,
        },
    }
}
