//! The gazetteer: parties and bodies that Plenary knows beforehand, as data.

use crate::PartyKind;
use serde::Deserialize;
use std::collections::HashMap;

/// Known parties with every way to name them.
///
/// Parties that the gazetteer lacks are named and typed from how an article introduces them.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    /// The parties in the order of the data files.
    pub parties: Vec<KnownParty>,
}

/// One party of the gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownParty {
    /// Slug, e.g. `united-states`.
    pub slug: String,
    /// Usual short English name, e.g. `United States`.
    pub name: String,
    /// Kind of side, one of [`PartyKind`]'s codes.
    pub kind: String,
    /// ISO 3166-1 alpha-2 code of a state.
    #[serde(default)]
    pub iso: Option<String>,
    /// Other full names, abbreviations and spellings: `US`, `United States of America`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Adjectives and names of its people: `American`, `Americans`.
    #[serde(default)]
    pub demonyms: Vec<String>,
    /// Capitals, seats of government and buildings that stand for it: `Washington`, `White House`.
    #[serde(default)]
    pub metonyms: Vec<String>,
    /// Bodies that always speak for it: `Pentagon`, `State Department`.
    #[serde(default)]
    pub bodies: Vec<String>,
}

/// Why a gazetteer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GazetteerError {
    /// The text is no TOML of the gazetteer's form.
    #[error("the gazetteer is not readable: {0}")]
    Form(#[from] toml::de::Error),
    /// The content breaks a rule.
    #[error("the gazetteer is not usable: {0}")]
    Content(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    party: Vec<KnownParty>,
}

impl KnownParty {
    /// The kind of side.
    pub fn kind(&self) -> PartyKind {
        self.kind.parse().unwrap_or(PartyKind::Other)
    }
}

impl Gazetteer {
    /// The gazetteer that Plenary ships.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped files.
    pub fn builtin() -> Gazetteer {
        Gazetteer::from_toml(&[
            include_str!("../data/states.toml"),
            include_str!("../data/bodies.toml"),
        ])
        .unwrap_or_else(|error| panic!("the shipped gazetteer is broken: {error}"))
    }

    /// Reads files of `[[party]]` tables and checks them: slugs unique, kinds known, names not empty.
    pub fn from_toml(files: &[&str]) -> Result<Gazetteer, GazetteerError> {
        let mut parties: Vec<KnownParty> = Vec::new();
        let mut seen: HashMap<String, ()> = HashMap::new();
        for file in files {
            for party in toml::from_str::<File>(file)?.party {
                let wrong = |what: &str| {
                    Err(GazetteerError::Content(format!(
                        "party `{}` {what}",
                        party.slug
                    )))
                };
                if party.slug.is_empty() || crate::slugify(&party.slug) != party.slug {
                    return wrong("has no well-formed slug");
                }
                if party.name.trim().is_empty() {
                    return wrong("has no name");
                }
                if party.kind.parse::<PartyKind>().is_err() {
                    return wrong("has an unknown kind");
                }
                if seen.insert(party.slug.clone(), ()).is_some() {
                    return wrong("stands twice");
                }
                parties.push(party);
            }
        }
        Ok(Gazetteer { parties })
    }

    /// The party of that slug.
    pub fn party(&self, slug: &str) -> Option<&KnownParty> {
        self.parties.iter().find(|party| party.slug == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_gazetteer_is_usable() {
        let gazetteer = Gazetteer::builtin();
        assert!(gazetteer.party("russia").is_some());
        assert!(gazetteer.party("nato").is_some());
    }
}
