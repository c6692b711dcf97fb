//! How long the talks took, as a line tells it: "two-day talks", "on the third day", "a week of talks".
//!
//! Each way to tell it has a method. Those that begin at a word are asked word by word, what is told
//! more plainly first; where no word of the line begins one, the line is asked for a week or a fortnight
//! that the talks filled. A number before a unit of time may count anything, and is read in a room of its
//! own ([`Count`]).

use super::counted::Count;
use super::units::{number_of, ordinal, unit_days};
use super::{BESIDE, LEAD, LONGEST_WEEKS};
use crate::stage::meetings::line::{Line, Role};
use crate::stage::meetings::words::Words;
use std::ops::Range;

/// How many days talks took, as words tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::stage::meetings) enum Length {
    /// "Two days of talks".
    Days(i64),
    /// "Two weeks of talks": whole weeks from a Monday on.
    Weeks(i64),
    /// "The week had been long": since its Monday.
    SameWeek,
    /// "On the second day".
    Nth(i64),
}

impl Length {
    /// How long so many units of so many days are. Weeks run from Monday on.
    pub(super) fn of(days: i64, number: i64) -> Length {
        match days {
            7 => Length::Weeks(number),
            _ => Length::Days(days * number),
        }
    }
}

/// How long the talks took, where a line of the lead or one beside a noun of talks tells it. `at` is how many lines of
/// running text stand before.
pub(super) fn length_of(line: &Line<'_>, words: &Words, at: usize) -> Option<Length> {
    let reader = Reader { line, words, at };
    (0..line.tokens.len())
        .find_map(|index| reader.at_word(index))
        .or_else(|| reader.filled_week())
        .or_else(|| reader.same_week())
        .or_else(|| reader.fortnight())
}

/// A line that is asked for a length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'l> {
    pub(super) line: &'l Line<'l>,
    pub(super) words: &'l Words,
    /// How many lines of running text stand before.
    pub(super) at: usize,
}

impl<'l> Reader<'l> {
    /// The length that is told from a word on.
    fn at_word(&self, index: usize) -> Option<Length> {
        self.compound(index)
            .or_else(|| self.nth_day(index))
            .or_else(|| self.nth_week(index))
            .or_else(|| self.day_number(index))
            .or_else(|| Count::read(*self, index)?.length())
    }

    /// "Two-day talks", "a week-long session", not "negotiations on the 120-day term".
    fn compound(&self, index: usize) -> Option<Length> {
        let (number, unit) = self.lower(index).split_once('-')?;
        if !self.talks(index + 1..index + 5) {
            return None;
        }
        let counted = unit_days(unit).zip(number_of(self.words, number));
        let long = || {
            let days = unit_days(number).filter(|_| unit == "long");
            days.map(|days| (days, 1))
        };
        let (days, number) = counted.or_else(long)?;
        Some(Length::of(days, number))
    }

    /// "On the second day", "for a third consecutive day".
    fn nth_day(&self, index: usize) -> Option<Length> {
        let nth = ordinal(self.words, self.lower(index))?;
        let behind = |n: usize| self.lower(index + n);
        let day = match behind(1) {
            "day" => true,
            // "The second and last day"
            "and" => matches!(behind(2), "last" | "final") && behind(3) == "day",
            "consecutive" | "straight" | "successive" => behind(2) == "day",
            _ => false,
        };
        // "The shelling went on for an eighth day" counts days of something else.
        let other = || self.line.nouns.is_empty() && matches!(self.before(index, 1), "a" | "an");
        let meant = || self.near(index) || self.at < LEAD && !other();
        (day && meant()).then_some(Length::Nth(nth))
    }

    /// "The first week of the summit ended on Saturday".
    fn nth_week(&self, index: usize) -> Option<Length> {
        let word = self.lower(index);
        let first = (word == "first").then_some(1);
        let nth = first
            .or_else(|| ordinal(self.words, word))
            .filter(|nth| (1..=LONGEST_WEEKS).contains(nth))?;
        let meant = self.lower(index + 1) == "week"
            && self.lower(index + 2) == "of"
            && self.at < LEAD
            && self.talks(index + 3..index + 9);
        meant.then_some(Length::Weeks(nth))
    }

    /// "Day two", "day 3".
    fn day_number(&self, index: usize) -> Option<Length> {
        const MOST: i64 = 20;
        let token = self.line.tokens.get(index)?;
        let day = token.lower == "day" && (token.capital || self.at < LEAD);
        let nth = number_of(self.words, self.lower(index + 1))?;
        (day && (1..=MOST).contains(&nth)).then_some(Length::Nth(nth))
    }

    /// "Narrowed during the week of talks".
    fn filled_week(&self) -> Option<Length> {
        let filled = self.weeks().any(|index| {
            self.lower(index + 1) == "of"
                && self.talks(index + 2..index + 5)
                && !self.line.in_quotation(self.line.tokens[index].bytes.start)
        });
        filled.then_some(Length::Weeks(1))
    }

    /// "Described the week as useful", "half the week had gone": talks that filled it.
    fn same_week(&self) -> Option<Length> {
        let told = self.weeks().any(|index| {
            !self.line.tokens[index].in_date
                && (matches!(
                    self.lower(index + 1),
                    "as" | "had" | "was" | "has" | "been" | ","
                ) || matches!(
                    self.before(index, 2),
                    "described"
                        | "called"
                        | "half"
                        | "found"
                        | "all"
                        | "over"
                        | "during"
                        | "summed"
                ))
        });
        told.then_some(Length::SameWeek)
    }

    /// "A fortnight of talks", "a fortnight of seclusion in Lindal".
    fn fortnight(&self) -> Option<Length> {
        let told = (0..self.line.tokens.len()).any(|index| {
            let behind = index + 2..index + 6;
            self.lower(index) == "fortnight"
                && self.at < LEAD
                && (self.near(index)
                    || self.lower(index + 1) == "of"
                        && (self.placed(behind.clone()) || self.bargaining(behind)))
        });
        told.then_some(Length::Weeks(2))
    }

    /// The places of "week" behind "the".
    fn weeks(&self) -> impl Iterator<Item = usize> {
        (1..self.line.tokens.len())
            .filter(|index| self.lower(*index) == "week" && self.lower(index - 1) == "the")
    }

    /// The word at a token, empty where there is none.
    pub(super) fn lower(&self, index: usize) -> &'l str {
        self.line.lower(index)
    }

    /// The word that stands so many tokens before another, empty where there is none.
    pub(super) fn before(&self, index: usize, n: usize) -> &'l str {
        self.line.back(index, n).unwrap_or_default()
    }

    /// True beside a noun that surely names talks.
    pub(super) fn near(&self, index: usize) -> bool {
        let mut nouns = self.line.nouns.iter();
        nouns.any(|noun| noun.tokens.start.abs_diff(index) <= BESIDE && noun.strength >= 0.6)
    }

    /// True where a noun of talks stands among these tokens.
    pub(super) fn talks(&self, range: Range<usize>) -> bool {
        let mut nouns = self.line.nouns.iter();
        nouns.any(|noun| range.contains(&noun.tokens.start))
    }

    /// True where a place behind "in" or "at" stands among these tokens.
    pub(super) fn placed(&self, range: Range<usize>) -> bool {
        let mut hits = self.line.hits.iter();
        hits.any(|hit| hit.role == Role::At && range.contains(&hit.tokens.start))
    }

    /// True where a word of haggling stands among these tokens: "three days of exchanges".
    pub(super) fn bargaining(&self, mut range: Range<usize>) -> bool {
        range.any(|index| self.words.bargaining.contains(self.lower(index)))
    }
}
