//! Towns and places by name, from `venues.toml`.

use plenary_domain::{Gazetteer, slugify};
use serde::Deserialize;
use std::collections::HashMap;

/// A place that is known beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Usual English name.
    pub(super) name: String,
    /// Slug of the state in which it lies.
    pub(super) state: Option<String>,
    /// True when the name also stands for the state's government.
    pub(super) seat: bool,
    /// True when the words name a building or a room there.
    pub(super) site: bool,
}

/// The known places, ready for look-up.
#[derive(Debug)]
pub(super) struct Venues {
    places: HashMap<String, Place>,
    /// Capital by the folded adjective of its state: `ethiopian` → Addis Ababa.
    by_demonym: HashMap<String, Place>,
    /// Town by the folded name of the body that sits there.
    by_body: HashMap<String, String>,
    /// Town by the folded name of the organisation that has its halls there.
    by_house: HashMap<String, String>,
    /// Town by the folded name that reports from it bear.
    by_dateline: HashMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    capitals: HashMap<String, Vec<String>>,
    towns: HashMap<String, Vec<Vec<String>>>,
    sites: HashMap<String, Vec<String>>,
    seats: HashMap<String, Vec<String>>,
    houses: HashMap<String, Vec<String>>,
    datelines: HashMap<String, Vec<String>>,
}

/// A name for comparison: lower case, no accents, no apostrophes, single spaces.
pub(super) fn fold(name: &str) -> String {
    slugify(name).replace('-', " ")
}

impl Venues {
    /// The places that Plenary ships, with the adjectives of the gazetteer's states.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped file.
    pub(super) fn builtin(gazetteer: &Gazetteer) -> Venues {
        Venues::from_toml(include_str!("../../../data/venues.toml"), gazetteer)
            .unwrap_or_else(|error| panic!("the shipped venues are broken: {error}"))
    }

    fn from_toml(toml: &str, gazetteer: &Gazetteer) -> Result<Venues, toml::de::Error> {
        let file: File = toml::from_str(toml)?;
        let mut places = HashMap::new();
        let mut by_demonym = HashMap::new();
        for (site, names) in &file.sites {
            for name in names {
                let place = Place {
                    name: site.clone(),
                    state: None,
                    seat: false,
                    site: true,
                };
                places.insert(fold(name), place);
            }
        }
        for (state, groups) in &file.towns {
            for names in groups {
                add(&mut places, state, names, false);
            }
        }
        for (state, names) in &file.capitals {
            add(&mut places, state, names, true);
            let Some(place) = names.first().and_then(|name| places.get(&fold(name))) else {
                continue;
            };
            if let Some(party) = gazetteer.party(state) {
                for adjective in &party.demonyms {
                    by_demonym.insert(fold(adjective), place.clone());
                }
            }
        }
        // Towns by the names that tell them.
        let told = |names: &HashMap<String, Vec<String>>| -> HashMap<String, String> {
            let pairs = names
                .iter()
                .flat_map(|(town, names)| names.iter().map(|name| (fold(name), town.clone())));
            pairs.collect()
        };
        Ok(Venues {
            places,
            by_demonym,
            by_body: told(&file.seats),
            by_house: told(&file.houses),
            by_dateline: told(&file.datelines),
        })
    }

    /// The place of a folded name.
    pub(super) fn get(&self, folded: &str) -> Option<&Place> {
        self.places.get(folded)
    }

    /// The town in which the body of a folded name sits.
    pub(super) fn seat_of(&self, body: &str) -> Option<&str> {
        self.by_body.get(body).map(String::as_str)
    }

    /// The town in which the organisation of a folded name has its halls.
    pub(super) fn house_of(&self, body: &str) -> Option<&str> {
        self.by_house.get(body).map(String::as_str)
    }

    /// The town from which a report comes whose dateline has the folded name.
    pub(super) fn of_dateline(&self, folded: &str) -> Option<&str> {
        let place = || self.places.get(folded).map(|place| place.name.as_str());
        self.by_dateline
            .get(folded)
            .map(String::as_str)
            .or_else(place)
    }

    /// The capital of the state with that folded adjective.
    pub(super) fn capital_of(&self, demonym: &str) -> Option<&Place> {
        self.by_demonym.get(demonym)
    }
}

fn add(places: &mut HashMap<String, Place>, state: &str, names: &[String], seat: bool) {
    let Some(usual) = names.first() else { return };
    for name in names {
        let place = Place {
            name: usual.clone(),
            state: Some(state.to_owned()),
            seat,
            site: false,
        };
        places.insert(fold(name), place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_venues_are_usable() {
        let venues = Venues::builtin(&Gazetteer::builtin());
        assert_eq!(
            venues.get("kiev").map(|place| place.name.as_str()),
            Some("Kyiv")
        );
        assert_eq!(
            venues.get("sharm el sheikh").map(|place| place.seat),
            Some(false)
        );
        assert_eq!(
            venues.get("hofburg").map(|place| place.name.as_str()),
            Some("Vienna")
        );
        assert_eq!(
            venues
                .capital_of("russian")
                .map(|place| place.name.as_str()),
            Some("Moscow")
        );
    }

    #[test]
    fn every_state_with_a_capital_is_in_the_gazetteer() {
        let gazetteer = Gazetteer::builtin();
        let file: File = toml::from_str(include_str!("../../../data/venues.toml")).unwrap();
        let unknown: Vec<&String> = file
            .capitals
            .keys()
            .chain(file.towns.keys())
            .filter(|state| gazetteer.party(state).is_none())
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
