//! The counting rule: which positions count once.
//!
//! A count that hides its rule misleads, so every answer states the rule; the default counts every
//! position and so equals the length of the list behind it.

use super::Observation;
use crate::Stance;
use chrono::{Datelike, NaiveDate};
use foldhash::fast::FixedState;
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

    /// Counts by this rule.
    pub fn counting(self) -> Counting {
        Counting {
            rule: self,
            seen: HashSet::default(),
        }
    }
}

/// A stretch of time (year and part of it) or an article; zeros where it does not matter or the day is not known.
type Period = (i64, u32);

/// What makes two observations equal under a rule.
type Key = (u32, u32, u32, Stance, Period);

/// A rule at work: asked about one observation after the other.
#[derive(Debug)]
pub struct Counting {
    rule: Duplicates,
    seen: HashSet<Key, FixedState>,
}

impl Counting {
    /// True where the observation counts: of equal ones the first.
    ///
    /// Where the rule asks for a day, observations without one are compared among themselves.
    pub fn counts(&mut self, o: &Observation) -> bool {
        let of_day = |period: fn(NaiveDate) -> Period| o.day.map_or((0, 0), period);
        let period = match self.rule {
            Duplicates::Include => return true,
            Duplicates::AcrossRange => (0, 0),
            Duplicates::Document => (i64::from(o.article), 0),
            Duplicates::Week => of_day(|d| (d.iso_week().year().into(), d.iso_week().week())),
            Duplicates::Month => of_day(|d| (d.year().into(), d.month())),
            Duplicates::Year => of_day(|d| (d.year().into(), 1)),
        };
        self.seen
            .insert((o.side, o.actor, o.issue, o.stance, period))
    }
}

/// Keeps of each near-duplicate group only the article that comes first, so that a syndicated text
/// counts once.
#[derive(Debug, Default)]
pub struct Syndication {
    first: HashMap<u32, u32, FixedState>,
}

impl Syndication {
    /// True where the observation is of the first article of its group.
    pub fn counts(&mut self, o: &Observation) -> bool {
        *self.first.entry(o.group).or_insert(o.article) == o.article
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            .map(|(rule, _)| {
                let mut counting = rule.counting();
                all.iter().filter(|o| counting.counts(o)).count()
            })
            .collect();
        assert_eq!(counts, [6, 5, 4, 3, 2, 1]);
        let mut first = Syndication::default();
        assert_eq!(all.iter().filter(|o| first.counts(o)).count(), 4);
    }
}
