//! Meetings: found by venue and day, and the statements placed at them.
//!
//! The stage reads the article line by line ([`line`]): times ([`dates`]), places ([`venues`]) and the
//! nouns that name rounds of talks ([`words`]). Places that a line ties to a round of talks become
//! meetings ([`find`]); then each statement goes to the meeting that its sentence names, that its
//! paragraph speaks of, or that the article is about, or to none ([`place`]).

pub mod dates;
mod find;
mod line;
mod place;
mod venues;
mod words;

use crate::context::Context;
use crate::document::{Document, Gatherings};
use dates::Dates;
use plenary_domain::Gazetteer;
use regex::Regex;
use std::collections::HashMap;
use venues::{Venues, fold};
use words::Words;

/// What the stage looks things up in, prepared once.
#[derive(Debug)]
pub struct Finder {
    dates: Dates,
    words: Words,
    venues: Venues,
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
            names,
            tokens: tokens.unwrap_or_else(|error| panic!("the token pattern is broken: {error}")),
        }
    }
}

/// Computes the layer.
pub fn run(document: &Document<'_>, context: &Context) -> Gatherings {
    let finder = &context.finder;
    let lines = find::lines(document, finder);
    let found = find::meetings(document, &lines);
    let mut of = place::place(document, finder, &lines, &found);
    let found = find::with_statements(found, &mut of);
    let meetings = find::with_parties(document, found, &of);
    Gatherings { meetings, of }
}
