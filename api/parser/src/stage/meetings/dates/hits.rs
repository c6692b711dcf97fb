//! Words that may tell a time, and what around them shows that they tell none.

use super::Dates;
use super::patterns::Kind;
use regex::Captures;
use std::ops::Range;

/// Words that fit one of the patterns.
#[derive(Debug)]
pub(super) struct Hit<'t> {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    pub(super) captures: Captures<'t>,
}

impl Dates {
    /// What fits the patterns in text order, at one place the longest first.
    pub(super) fn hits<'t>(&self, text: &'t str) -> Vec<Hit<'t>> {
        let mut hits: Vec<Hit<'t>> = Vec::new();
        for (kind, pattern) in &self.patterns {
            for captures in pattern.captures_iter(text) {
                let Some(whole) = captures.get(0) else {
                    continue;
                };
                if stands_alone(text, whole.range()) {
                    hits.push(Hit {
                        range: whole.range(),
                        kind: *kind,
                        captures,
                    });
                }
            }
        }
        hits.sort_by_key(|Hit { range, kind, .. }| {
            (range.start, std::cmp::Reverse(range.end), *kind as usize)
        });
        hits
    }

    /// True for words that tell no time where they stand; `behind` are the hits that start with them or later.
    pub(super) fn tells_no_time(&self, text: &str, hit: &Hit<'_>, behind: &[Hit<'_>]) -> bool {
        match hit.kind {
            Kind::Month => {
                // "More than the whole of April" tells no time of anything.
                goes_on(hit, behind) || text[..hit.range.start].trim_end().ends_with(" whole")
            }
            Kind::Counted => counts_from_what_follows(text, &hit.range),
            // "On the 16th floor" tells no day.
            Kind::DayAlone => !self.ends_there(&text[hit.range.end..]),
            _ => false,
        }
    }

    /// True when the words behind are no noun: the number stands for a day.
    fn ends_there(&self, behind: &str) -> bool {
        let behind = behind.trim_start();
        let word = behind
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or_default();
        match behind.chars().next() {
            Some(first) if first.is_alphanumeric() => self.after_day.contains(&word.to_lowercase()),
            next => next != Some('-'),
        }
    }
}

/// True for a month that is told more fully from a later word on: "in November 2013", "since November 21".
fn goes_on(hit: &Hit<'_>, behind: &[Hit<'_>]) -> bool {
    let fuller = |kind| {
        matches!(
            kind,
            Kind::MonthYear | Kind::MonthDays | Kind::MonthDayToMonthDay
        )
    };
    behind
        .iter()
        .take_while(|other| other.range.start < hit.range.end)
        .any(|other| {
            fuller(other.kind)
                && hit.range.start < other.range.start
                && hit.range.end < other.range.end
        })
}

/// True for "a week before" and "two days after" with words behind them: "three days after the meeting" counts from
/// what follows, which is no day.
fn counts_from_what_follows(text: &str, range: &Range<usize>) -> bool {
    let words = text[range.clone()].to_lowercase();
    let behind = text[range.end..].trim_start_matches([' ', '\u{a0}']);
    (words.ends_with("before") || words.ends_with("after"))
        && behind.chars().next().is_some_and(char::is_alphanumeric)
}

/// True when the range neither starts nor ends inside a word or a number.
fn stands_alone(text: &str, range: Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let (next, then) = (after.next(), after.next());
    let first = text[range.clone()].chars().next();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '$' || c == '€' || c == '£')
        && first.is_some_and(char::is_alphanumeric)
    {
        return false;
    }
    let ends_in_digit = text[range.clone()]
        .chars()
        .next_back()
        .is_some_and(|c| c.is_ascii_digit());
    match (next, then) {
        (Some(c), _) if c.is_alphanumeric() => false,
        // "May 20,000 people", "from 2.5 to 3", "2022-01-13": the number goes on.
        (Some(',' | '.' | '-'), Some(c)) if ends_in_digit && c.is_ascii_digit() => false,
        _ => true,
    }
}
