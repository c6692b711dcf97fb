//! Which day is told for which place, and which for none.

use super::{Hit, LIMITS, Line, Role, ends_clause, is_saying};
use std::collections::HashSet;
use std::ops::Range;

/// What a day may stand before that is no talks'.
const EVENTS: [&str; 18] = [
    "attack",
    "attacks",
    "massacre",
    "assault",
    "onslaught",
    "invasion",
    "bombing",
    "coup",
    "killing",
    "killings",
    "expiry",
    "expiration",
    "deadline",
    "cutoff",
    "cut-off",
    "election",
    "elections",
    "referendum",
];

/// What stands before the day of an end that nobody meets for.
const EXPIRES: [&str; 7] = [
    "expire", "expires", "expired", "expiring", "lapse", "lapses", "deadline",
];

/// How far a day may stand from its place.
const NEAR: usize = 12;

impl Line<'_> {
    /// True when the time stands right after a word of saying, "said on Thursday that …", or is told as so long after
    /// what follows: "on Thursday, a day after the talks". So is the day of something else: "its Aug. 12 expiry".
    pub(super) fn is_cue_date(&self, date: usize) -> bool {
        const REACH: usize = 5;
        let here = self.tokens_of(&self.dates[date].bytes);
        let behind = self.tokens[here.end..].iter().take(REACH);
        let units: Vec<&str> = behind.map(|token| token.lower.as_str()).collect();
        let later = units.windows(2).any(|pair| {
            matches!(pair[0], "day" | "days" | "week" | "weeks" | "hours") && pair[1] == "after"
        });
        let before = &self.tokens[here.start.saturating_sub(4)..here.start];
        later
            || self.of_another_event(&here)
            || before.iter().any(|token| is_saying(&token.lower)) && !before.iter().any(ends_clause)
    }

    /// True for a time from which on, or up to which, something is so: "since 11 August", "before the end of January".
    pub(in crate::stage::meetings) fn is_limit(&self, date: usize) -> bool {
        let at = self.tokens_of(&self.dates[date].bytes).start;
        self.tokens[at.saturating_sub(1)..=at]
            .iter()
            .map(|token| token.lower.as_str())
            .any(|word| word == "since" || LIMITS.contains(&word))
    }

    /// "For the first time since March" before the token that ends it.
    fn is_last_time(&self, day: usize) -> bool {
        let back = |n: usize| self.back(day, n);
        let since = if back(0) == Some("since") { 0 } else { 1 };
        back(since) == Some("since") && back(since + 1) == Some("time")
    }

    /// True for the day of no talks: "the October 7 attack", "beyond its Aug. 12 expiry", "which expires on Aug. 12".
    fn of_another_event(&self, day: &Range<usize>) -> bool {
        let back = |n: usize| self.back(day.start, n);
        EVENTS.contains(&self.lower(day.end))
            // "The election of 6 February"
            || matches!(back(1), Some("of" | "on"))
                && back(2).is_some_and(|event| EVENTS.contains(&event))
            || self.tokens[day.start.saturating_sub(3)..day.start]
                .iter()
                .any(|token| EXPIRES.contains(&token.lower.as_str()))
    }

    /// Gives each place the time told for it: one time goes to one place.
    pub(super) fn share_dates(&mut self) {
        // A place that is only named comes behind those where somebody met.
        let mut pairs: Vec<(bool, usize, usize, usize)> = Vec::new();
        for (index, hit) in self.hits.iter().enumerate() {
            if hit.strength < 0.1 {
                continue;
            }
            for date in 0..self.dates.len() {
                if let Some(cost) = self.cost(hit, date) {
                    pairs.push((hit.role == Role::Bare, cost, index, date));
                }
            }
        }
        pairs.sort();
        let mut used: HashSet<usize> = HashSet::new();
        for (_, _, index, date) in pairs {
            if self.hits[index].date.is_none() && used.insert(date) {
                self.hits[index].date = Some(date);
            }
        }
    }

    /// How far a time stands from a place, more where it stands before. `None` where it is not told for it.
    fn cost(&self, hit: &Hit, date: usize) -> Option<usize> {
        let bytes = &self.dates[date].bytes;
        let when = self.tokens_of(bytes);
        // "Nobody has set foot in Corvel since 11 August", "met in Corvel for the first time since March"
        let limit = || self.is_limit(date) && (hit.noun.is_none() || self.is_last_time(when.start));
        if self.cue_dates[date] || limit() {
            return None;
        }
        // A noun that carries the day: "Monday's session in Geneva". In a list it stands before the first place.
        let noun = hit.noun.filter(|_| hit.list.is_none());
        let noun = noun.map_or(&hit.tokens, |noun| &self.nouns[noun].tokens);
        let from = noun.start.min(hit.tokens.start);
        let to = noun.end.max(hit.tokens.end);
        let (gap, cost) = if when.start >= to {
            (to..when.start, when.start - to)
        } else if when.end <= from {
            (when.end..from, from - when.end + 2)
        } else {
            (to..to, 0)
        };
        let beside = cost <= NEAR
            && self.unbroken(gap)
            && self.same_side(&self.tokens[hit.tokens.start].bytes, bytes);
        beside.then_some(cost)
    }

    /// True when both byte ranges lie in the same content or both in none.
    fn same_side(&self, one: &Range<usize>, other: &Range<usize>) -> bool {
        let content = |range: &Range<usize>| {
            self.contents
                .iter()
                .position(|content| content.start <= range.start && range.end <= content.end)
        };
        content(one) == content(other)
    }
}
