//! The words by which articles speak of meetings, from `meeting-words.toml`.

use regex::Regex;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// The word lists, ready for look-up. What each list is for stands in the file.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) nouns: HashSet<String>,
    pub(super) faint: HashSet<String>,
    pub(super) verbs: HashSet<String>,
    pub(super) verb_pairs: HashSet<(String, String)>,
    pub(super) kinds: HashSet<String>,
    pub(super) not_before: HashSet<String>,
    pub(super) bodies: Vec<Vec<String>>,
    pub(super) series: Regex,
    pub(super) cancelled: Regex,
    pub(super) about: HashSet<String>,
    pub(super) elsewhere: HashSet<String>,
    pub(super) no_towns: HashSet<String>,
    pub(super) connectors: HashSet<String>,
    pub(super) on_places: HashSet<String>,
    pub(super) kinds_of_place: HashSet<String>,
    pub(super) again: HashSet<String>,
    pub(super) resuming: Regex,
    pub(super) at_table: HashSet<String>,
    pub(super) at_home: HashSet<String>,
    pub(super) reactions: HashSet<String>,
    pub(super) closing: HashSet<String>,
    pub(super) yielding: HashSet<String>,
    pub(super) opening: HashSet<String>,
    pub(super) leaving: HashSet<String>,
    pub(super) moving: HashSet<String>,
    pub(super) outcomes: HashSet<String>,
    pub(super) pointing: HashSet<String>,
    pub(super) yields: HashSet<String>,
    pub(super) afterwards: HashSet<String>,
    pub(super) bargaining: HashSet<String>,
    pub(super) trade_rounds: HashSet<String>,
    pub(super) remote: Regex,
    /// How a broadcast greets; its group is the place.
    pub(super) greeting: Regex,
    pub(super) numbers: HashMap<String, i64>,
    pub(super) ordinals: HashMap<String, i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    nouns: Vec<String>,
    faint: Vec<String>,
    verbs: Vec<String>,
    verb_pairs: Vec<(String, String)>,
    kinds: Vec<String>,
    not_before: Vec<String>,
    bodies: Vec<String>,
    series: Vec<String>,
    cancelled: Vec<String>,
    about: Vec<String>,
    elsewhere: Vec<String>,
    no_towns: Vec<String>,
    connectors: Vec<String>,
    on_places: Vec<String>,
    kinds_of_place: Vec<String>,
    again: Vec<String>,
    resuming: Vec<String>,
    at_table: Vec<String>,
    at_home: Vec<String>,
    reactions: Vec<String>,
    closing: Vec<String>,
    yielding: Vec<String>,
    opening: Vec<String>,
    leaving: Vec<String>,
    moving: Vec<String>,
    outcomes: Vec<String>,
    pointing: Vec<String>,
    yields: Vec<String>,
    afterwards: Vec<String>,
    bargaining: Vec<String>,
    trade_rounds: Vec<String>,
    remote: Vec<String>,
    greeting: Vec<String>,
    numbers: HashMap<String, i64>,
    ordinals: HashMap<String, i64>,
}

impl Words {
    /// The words that Plenary ships.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped file.
    pub(super) fn builtin() -> Words {
        Words::from_toml(include_str!("../../../data/meeting-words.toml"))
            .unwrap_or_else(|error| panic!("the shipped meeting words are broken: {error}"))
    }

    fn from_toml(toml: &str) -> Result<Words, String> {
        let file: File = toml::from_str(toml).map_err(|error| error.to_string())?;
        let set = |words: Vec<String>| words.into_iter().collect::<HashSet<_>>();
        let pattern = |pattern: String| Regex::new(&pattern).map_err(|error| error.to_string());
        Ok(Words {
            nouns: set(file.nouns),
            faint: set(file.faint),
            verbs: set(file.verbs),
            verb_pairs: file.verb_pairs.into_iter().collect(),
            kinds: set(file.kinds),
            not_before: set(file.not_before),
            bodies: file
                .bodies
                .iter()
                .map(|body| body.split_whitespace().map(str::to_owned).collect())
                .collect(),
            series: pattern(format!("^(?:{})$", file.series.join("|")))?,
            cancelled: pattern(format!(r"(?i)\b(?:{})\b", file.cancelled.join("|")))?,
            about: set(file.about),
            elsewhere: set(file.elsewhere),
            no_towns: set(file.no_towns),
            connectors: set(file.connectors),
            on_places: set(file.on_places),
            kinds_of_place: set(file.kinds_of_place),
            again: set(file.again),
            resuming: pattern(format!(r"(?i)\b(?:{})\b", file.resuming.join("|")))?,
            at_table: set(file.at_table),
            at_home: set(file.at_home),
            reactions: set(file.reactions),
            closing: set(file.closing),
            yielding: set(file.yielding),
            opening: set(file.opening),
            leaving: set(file.leaving),
            moving: set(file.moving),
            outcomes: set(file.outcomes),
            pointing: set(file.pointing),
            yields: set(file.yields),
            afterwards: set(file.afterwards),
            bargaining: set(file.bargaining),
            trade_rounds: set(file.trade_rounds),
            greeting: pattern(format!(
                r"\b(?i:{}),? (?:and welcome )?from (\p{{Lu}}[\p{{L}}'’-]+(?: \p{{Lu}}[\p{{L}}'’-]+){{0,2}})\s*[.,!:;]",
                file.greeting.join("|")
            ))?,
            remote: pattern(format!(r"(?i)\b(?:{})\b", file.remote.join("|")))?,
            numbers: file.numbers,
            ordinals: file.ordinals,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_words_are_usable() {
        let words = Words::builtin();
        assert!(words.nouns.contains("talks") && words.nouns.is_superset(&words.faint));
        assert!(words.series.is_match("COP26") && !words.series.is_match("COPPER"));
    }
}
