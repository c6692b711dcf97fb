//! Conferences of long series, from `conferences.toml`: what "COP21" takes for granted.

use super::dates::{Precision, When};
use super::venues::fold;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;

/// Days from a conference within which an article means it without telling a time.
const NEAR: i64 = 10;

/// One conference of a series.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// As articles write it: `COP21`.
    pub(super) name: String,
    /// Words of which the article must use one.
    words: Vec<String>,
    /// What articles call it when it is near, each as words in lower case.
    calls: Vec<Vec<String>>,
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
    #[serde(default)]
    calls: Vec<String>,
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
            let parts = |call: &String| call.split(' ').map(str::to_lowercase).collect();
            let calls: Vec<Vec<String>> = entry.calls.iter().map(parts).collect();
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
                    calls: calls.clone(),
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

    /// Venue of the conference that runs on `today`, or did so within days of it, and how many of the words,
    /// in lower case, name it: "climate summit". `None` where they name none.
    pub(super) fn called<'w>(
        &self,
        words: impl Iterator<Item = &'w str> + Clone,
        today: NaiveDate,
    ) -> Option<(&str, usize)> {
        let near = |held: &&Held| held.when.distance(&When::day(today)) <= NEAR;
        let length = |held: &Held| {
            let calls = held.calls.iter();
            let said = calls.filter(|call| {
                let same = words.clone().zip(call.iter()).filter(|(a, b)| a == b);
                same.count() == call.len()
            });
            said.map(Vec::len).max()
        };
        let named = self.held.iter().filter(near).filter_map(|held| {
            let length = length(held)?;
            Some((held.venue.as_str(), length))
        });
        named.max_by_key(|(_, length)| *length)
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
        let called = |words: &str, today: &str| {
            let found = series.called(words.split(' '), day(today));
            found.map(|(venue, length)| (venue.to_owned(), length))
        };
        assert_eq!(
            called("climate summit that ended", "2015-12-14"),
            Some(("Paris".to_owned(), 2))
        );
        assert_eq!(called("climate summit that ended", "2015-06-14"), None);
        assert_eq!(called("climate of fear", "2015-12-14"), None);
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
