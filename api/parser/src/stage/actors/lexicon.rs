//! The words by which people, offices and bodies are recognised: data, not code.

use crate::context::ParserError;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// The lists of `data/people.toml`, ready to be looked things up in. Words are folded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    pub(crate) titles: Titles,
    pub(crate) roles: Roles,
    pub(crate) bodies: Bodies,
    pub(crate) organisations: Organisations,
    pub(crate) names: Names,
    pub(crate) given: Given,
}

/// Forms of address by the sex they tell.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Titles {
    pub(crate) male: HashSet<String>,
    pub(crate) female: HashSet<String>,
    pub(crate) any: HashSet<String>,
}

/// Nouns for the holders of offices, and what stands around them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Roles {
    pub(crate) official: HashSet<String>,
    pub(crate) chair: HashSet<String>,
    pub(crate) mouthpiece: HashSet<String>,
    pub(crate) unnamed: HashSet<String>,
    pub(crate) private: HashSet<String>,
    pub(crate) former: HashSet<String>,
    pub(crate) modifiers: HashSet<String>,
    pub(crate) serving: HashMap<String, String>,
}

/// Nouns for bodies that speak for their owner.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bodies {
    pub(crate) organs: HashSet<String>,
}

/// Words that end or begin the names of organisations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organisations {
    pub(crate) state: HashSet<String>,
    pub(crate) organisation: HashSet<String>,
    pub(crate) bloc: HashSet<String>,
    pub(crate) movement: HashSet<String>,
    pub(crate) faction: HashSet<String>,
    pub(crate) private: HashSet<String>,
}

/// Words in and around names of people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    pub(crate) particles: HashSet<String>,
    pub(crate) openers: HashSet<String>,
    pub(crate) stops: HashSet<String>,
}

/// Given names by the sex they tell.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    pub(crate) male: HashSet<String>,
    pub(crate) female: HashSet<String>,
}

impl Lexicon {
    /// The lexicon that is part of the binary.
    ///
    /// # Errors
    /// When the data file is broken, which a test rules out.
    pub fn shipped() -> Result<Lexicon, ParserError> {
        toml::from_str(include_str!("../../../data/people.toml")).map_err(|error| {
            ParserError::Model {
                model: "people",
                reason: error.to_string(),
            }
        })
    }

    /// Any word before a name that addresses a person.
    pub(crate) fn is_title(&self, word: &str) -> bool {
        self.titles.male.contains(word)
            || self.titles.female.contains(word)
            || self.titles.any.contains(word)
    }

    /// Any noun for a person by what he or she is.
    pub(crate) fn is_role(&self, word: &str) -> bool {
        self.roles.official.contains(word)
            || self.roles.chair.contains(word)
            || self.roles.mouthpiece.contains(word)
            || self.roles.private.contains(word)
    }

    /// Any noun by which a party is named again: "the Republic", "the Pact".
    pub(crate) fn is_again(&self, word: &str) -> bool {
        self.is_organisation(word) && !self.organisations.private.contains(word)
    }

    /// Any word that only organisations have in their names.
    pub(crate) fn is_organisation(&self, word: &str) -> bool {
        let lists = &self.organisations;
        lists.state.contains(word)
            || lists.organisation.contains(word)
            || lists.bloc.contains(word)
            || lists.movement.contains(word)
            || lists.faction.contains(word)
            || lists.private.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_lexicon_is_readable_and_folded() {
        let lexicon = Lexicon::shipped().unwrap();
        let lists = [
            &lexicon.titles.male,
            &lexicon.roles.official,
            &lexicon.roles.private,
            &lexicon.names.openers,
            &lexicon.given.male,
            &lexicon.given.female,
        ];
        for word in lists.into_iter().flatten() {
            assert_eq!(*word, super::super::words::fold(word), "{word}");
        }
        assert!(lexicon.given.male.is_disjoint(&lexicon.given.female));
    }
}
