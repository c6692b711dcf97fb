//! Conferences of long series, from `conferences.toml`: what "COP21" takes for granted.

use super::dates::{Precision, When};
use super::venues::fold;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;

/// One conference of a series.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// As articles write it: `COP21`.
    pub(super) name: String,
    /// Words of which the article must use one.
    words: Vec<String>,
    venue: String,
    pub(super) when: When,
}

/// The known conferences, ready for look-up.
#[derive(Debug)]
pub(super) struct Series {
    held: Vec<Held>,
    /// Conferences by their number: `COP21`, and `COP-21`. Two series may share one.
    numbered: HashMap<String, Vec<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    series: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(rename = "name")]
    _name: String,
    words: Vec<String>,
    held: Vec<(String, String, Day, Day)>,
}

/// A day as TOML writes it.
#[derive(Debug, Clone, Copy)]
struct Day(NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        let told = toml::value::Datetime::deserialize(deserializer)?;
        told.to_string()
            .parse()
            .map(Day)
            .map_err(serde::de::Error::custom)
    }
}

impl Series {
    /// The conferences that Plenary ships.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped file.
    pub(super) fn builtin() -> Series {
        let file: File = toml::from_str(include_str!("../../../data/conferences.toml"))
            .unwrap_or_else(|error| panic!("the shipped conferences are broken: {error}"));
        let mut held = Vec::new();
        let mut numbered: HashMap<String, Vec<usize>> = HashMap::new();
        for entry in file.series {
            for (name, venue, start, end) in entry.held {
                if name.ends_with(|c: char| c.is_ascii_digit()) {
                    let letters = name.trim_end_matches(|c: char| !c.is_alphabetic());
                    let number = &name[letters.len()..];
                    for form in [name.clone(), format!("{letters}-{number}")] {
                        let same = numbered.entry(form).or_default();
                        if same.last() != Some(&held.len()) {
                            same.push(held.len());
                        }
                    }
                }
                held.push(Held {
                    name,
                    words: entry.words.iter().map(|word| word.to_lowercase()).collect(),
                    venue,
                    when: When {
                        start: start.0,
                        end: end.0,
                        precision: Precision::Day,
                    },
                });
            }
        }
        Series { held, numbered }
    }

    /// Venue of the conference with that number; of several the one nearest to `today`.
    pub(super) fn numbered(&self, word: &str, today: Option<NaiveDate>) -> Option<&str> {
        let same = self.numbered.get(word)?.iter().map(|at| &self.held[*at]);
        same.min_by_key(|held| today.map(|today| held.when.distance(&When::day(today))))
            .map(|held| held.venue.as_str())
    }

    /// The conference at a venue that a told time means, in a text (in lower case) that speaks of its
    /// series. Without a told time: the one at that venue within days of `today`.
    pub(super) fn held(
        &self,
        venue: &str,
        told: Option<When>,
        today: NaiveDate,
        text: &str,
    ) -> Option<&Held> {
        const SLACK: i64 = 3;
        /// Days from the conference within which an article means it without telling a time.
        const NEAR: i64 = 10;
        let venue = fold(venue);
        let mut here = self.held.iter().filter(|held| {
            fold(&held.venue) == venue && held.words.iter().any(|word| text.contains(word.as_str()))
        });
        match told {
            Some(told) if told.precision <= Precision::Week => {
                here.find(|held| held.when.distance(&told) <= SLACK)
            }
            Some(told) => here.find(|held| held.when.overlaps(&told)),
            None => here.find(|held| held.when.distance(&When::day(today)) <= NEAR),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conferences_are_told_by_number_and_by_place_and_time() {
        let series = Series::builtin();
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        assert_eq!(series.numbered("COP21", None), Some("Paris"));
        assert_eq!(series.numbered("COP-21", None), Some("Paris"));
        assert_eq!(series.numbered("COP99", None), None);
        let in_2023 = Some(day("2023-01-01"));
        assert_eq!(series.numbered("COP15", in_2023), Some("Montreal"));
        let found = |told: Option<&str>, text: &str| {
            let told = told.map(|told| When::day(day(told)));
            series
                .held("Paris", told, day("2015-12-14"), text)
                .map(|held| held.when.start.to_string())
        };
        assert_eq!(
            found(Some("2015-12-12"), "at cop21"),
            Some("2015-11-30".to_owned())
        );
        assert_eq!(found(Some("2015-12-12"), "the talks"), None);
        assert_eq!(found(Some("2015-06-01"), "cop21"), None);
        assert_eq!(
            found(None, "the climate summit"),
            Some("2015-11-30".to_owned())
        );
    }
}
