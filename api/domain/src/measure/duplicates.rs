//! The counting rule: which positions count once.
//!
//! A count that hides its rule misleads, so every answer states the rule; the default counts every
//! position and so equals the length of the list behind it.

use super::Observation;
use chrono::Datelike;
use std::collections::{HashMap, HashSet};

/// How often the same side's same stance on the same issue counts.
///
/// The rules are those of the Discourse Network Analyzer (Leifeld 2017; its manual, chapter 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// Every position counts.
    #[default]
    Include,
    /// Once per actor × issue × stance in an article.
    Document,
    /// Once in an ISO week.
    Week,
    /// Once in a calendar month.
    Month,
    /// Once in a calendar year.
    Year,
    /// Once over the whole range.
    AcrossRange,
}

impl Duplicates {
    /// Every rule with its spelling in requests.
    pub const ALL: [(Duplicates, &'static str); 6] = [
        (Duplicates::Include, "include"),
        (Duplicates::Document, "document"),
        (Duplicates::Week, "week"),
        (Duplicates::Month, "month"),
        (Duplicates::Year, "year"),
        (Duplicates::AcrossRange, "acrossrange"),
    ];

    /// The observations that count, in their order; of equal ones the first.
    ///
    /// Where the rule asks for a day, observations without one are compared among themselves.
    pub fn apply(self, observations: &[Observation]) -> Vec<Observation> {
        if self == Duplicates::Include {
            return observations.to_vec();
        }
        let mut seen = HashSet::new();
        observations
            .iter()
            .filter(|o| {
                let period = match self {
                    Duplicates::Include | Duplicates::AcrossRange => (0, 0),
                    Duplicates::Document => (i64::from(o.article), 0),
                    Duplicates::Week => o.day.map_or((0, 0), |d| {
                        (i64::from(d.iso_week().year()), d.iso_week().week())
                    }),
                    Duplicates::Month => o.day.map_or((0, 0), |d| (i64::from(d.year()), d.month())),
                    Duplicates::Year => o.day.map_or((0, 0), |d| (i64::from(d.year()), 1)),
                };
                seen.insert((o.side, o.actor, o.issue, o.stance, period))
            })
            .copied()
            .collect()
    }
}

/// Keeps of each near-duplicate group only the article that comes first in `observations`, so that a
/// syndicated text counts once.
pub fn syndicated_once(observations: &[Observation]) -> Vec<Observation> {
    let mut first = HashMap::new();
    observations
        .iter()
        .filter(|o| *first.entry(o.group).or_insert(o.article) == o.article)
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stance;
    use chrono::NaiveDate;

    fn observation(article: u32, day: &str) -> Observation {
        Observation {
            side: 0,
            actor: 0,
            issue: 0,
            stance: Stance::Support,
            article,
            group: article / 2,
            meeting: None,
            day: day.parse::<NaiveDate>().ok(),
        }
    }

    #[test]
    fn each_rule_counts_as_it_says() {
        let all = [
            observation(0, "2022-01-10"),
            observation(0, "2022-01-10"),
            observation(1, "2022-01-12"),
            observation(2, "2022-01-28"),
            observation(3, "2022-02-01"),
            observation(4, "2023-02-01"),
        ];
        let counts: Vec<usize> = Duplicates::ALL
            .iter()
            .map(|(rule, _)| rule.apply(&all).len())
            .collect();
        assert_eq!(counts, [6, 5, 4, 3, 2, 1]);
        assert_eq!(syndicated_once(&all).len(), 4);
    }
}
