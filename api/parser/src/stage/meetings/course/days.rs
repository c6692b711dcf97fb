//! The past days that a line tells, each with how likely talks were held on it.
//!
//! A day stands for talks by what is around it: a noun of talks, words of opening and closing, and what talks
//! bring about. Days that lie ahead or far back, those told for another place, and those in what somebody says are none
//! of the talks', with exceptions that each have their example.

use super::{BESIDE, FRESH, LEAD, LONGEST_ROUND};
use crate::stage::meetings::dates::{DateMention, Precision, When};
use crate::stage::meetings::line::{Line, Token};
use crate::stage::meetings::words::Words;
use chrono::NaiveDate;
use std::collections::HashSet;
use std::ops::Range;

/// Words behind a day among which "hours after the talks opened" may stand.
const HOURS_AFTER: usize = 8;
/// Words before a day in a lead among which one tells what the talks brought about.
const YIELDS: usize = 16;
/// What it speaks for a day that something was agreed on it.
const YIELD: f32 = 0.6;

/// A day that may be one of the talks'.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) when: When,
    /// How many lines of running text stand before the one that tells it.
    pub(super) line: usize,
    /// How likely talks were held on it.
    pub(super) score: f32,
    /// Whether they began on it.
    pub(super) opens: bool,
    /// Whether they ended on it.
    pub(super) closes: bool,
}

impl Told {
    /// A day that no line tells.
    pub(super) fn untold(day: NaiveDate) -> Told {
        Told {
            when: When::day(day),
            line: usize::MAX,
            score: 0.0,
            opens: false,
            closes: false,
        }
    }
}

/// The past days that a line tells outside what is said and of no place but the venue. `at` is how many lines of
/// running text stand before.
pub(super) fn days_of<'l>(
    line: &'l Line<'l>,
    words: &'l Words,
    venue: Option<&'l str>,
    today: NaiveDate,
    at: usize,
) -> impl Iterator<Item = Told> + 'l {
    line.dates
        .iter()
        .enumerate()
        .filter_map(move |(index, date)| {
            let day = Day::new(line, words, at, index, date);
            let back = (today - date.when.end).num_days();
            let meant = day.is_fresh(back) && !day.is_elsewhere(venue) && !day.is_only_said();
            meant.then(|| day.told(back))
        })
}

/// A time in a line, with what stands around it.
struct Day<'l> {
    line: &'l Line<'l>,
    words: &'l Words,
    /// How many lines of running text stand before.
    at: usize,
    /// Which of the line's dates it is.
    index: usize,
    date: &'l DateMention,
    /// Its tokens.
    here: Range<usize>,
    /// True in what somebody says.
    said: bool,
    /// True beside a noun of talks.
    near: bool,
}

impl<'l> Day<'l> {
    fn new(
        line: &'l Line<'l>,
        words: &'l Words,
        at: usize,
        index: usize,
        date: &'l DateMention,
    ) -> Day<'l> {
        let here = line.tokens_of(&date.bytes);
        let gap = |noun: &Range<usize>| {
            let behind = noun.start.saturating_sub(here.end);
            behind.max(here.start.saturating_sub(noun.end))
        };
        // "Who attended on Saturday, said that nobody wanted negotiations" tells of no talks on Saturday.
        let said = line.in_content(date.bytes.start);
        let near = line.nouns.iter().any(|noun| {
            let within = line.in_content(line.tokens[noun.tokens.start].bytes.start);
            noun.strength >= 0.6 && gap(&noun.tokens) <= BESIDE && (said || !within)
        });
        Day {
            line,
            words,
            at,
            index,
            date,
            here,
            said,
            near,
        }
    }

    /// The day as one of the talks', so many days ago.
    fn told(&self, back: i64) -> Told {
        let early = self.near || self.at < 2;
        // What took hours took one day.
        let hours = || {
            let mut tokens = self.line.tokens.iter();
            tokens.any(|token| matches!(token.lower.as_str(), "hours" | "hour" | "minutes"))
        };
        Told {
            when: self.date.when,
            line: self.at,
            score: self.score(back),
            opens: self.opens() && early,
            closes: (self.closes() || self.yields()) && early && !hours(),
        }
    }

    /// How likely it is one of the talks'.
    fn score(&self, back: i64) -> f32 {
        let cue = self.line.cue_dates[self.index] || self.is_afterwards();
        let mut score = match self.at {
            0 => 2.0,
            1 => 1.6,
            2..LEAD => 1.0,
            _ => 0.3,
        };
        let mut add = |fact: bool, weight: f32| score += if fact { weight } else { 0.0 };
        add(self.near && !cue, 2.0);
        add(cue, -0.5);
        add(self.said, -0.8);
        add((self.opens() || self.closes()) && self.near, 0.8);
        add(self.yields(), YIELD);
        add(self.date.when.start < self.date.when.end, 0.8);
        score - 0.08 * back as f32
    }

    /// True for a day of late, or of a round that may have been long: "that opened on 2 May". A heading that only tells
    /// a day tells when the article was written.
    fn is_fresh(&self, back: i64) -> bool {
        let nouns = &self.line.nouns;
        let long = self.since() || self.beside(&self.words.opening) && !nouns.is_empty();
        let fresh = if long { LONGEST_ROUND } else { FRESH };
        let stamp = self.line.heading && nouns.is_empty();
        self.date.when.precision == Precision::Day
            && !stamp
            && !self.date.ahead
            && (0..=fresh).contains(&back)
    }

    /// "Talks began in Brest on Monday" tells nothing of those in Lindal.
    fn is_elsewhere(&self, venue: Option<&str>) -> bool {
        let mut hits = self.line.hits.iter();
        let place = hits.find(|hit| hit.date == Some(self.index));
        place.zip(venue).is_some_and(|(place, venue)| {
            place.name != venue && !is_building(&place.name) && !self.hours_after()
        })
    }

    /// True in what somebody says. What is told in nobody's very words counts in the lead: "agreed on Friday, delegates
    /// said".
    fn is_only_said(&self) -> bool {
        let quoted = || self.line.in_quotation(self.date.bytes.start);
        self.said && !self.hours_after() && (self.at >= LEAD / 2 || quoted())
    }

    /// "Planes bombed Brest on Sunday, hours after the talks opened" tells of the talks, whoever says so.
    fn hours_after(&self) -> bool {
        let behind = self.behind(HOURS_AFTER);
        let after = behind.windows(2).any(|two| {
            matches!(two[0].lower.as_str(), "hours" | "shortly") && two[1].lower == "after"
        });
        let mut behind = behind.iter();
        after && behind.any(|token| self.words.opening.contains(&token.lower))
    }

    /// "Where they have been meeting since Thursday".
    fn since(&self) -> bool {
        self.near && self.line.back(self.here.start, 1) == Some("since")
    }

    /// True for the day on which talks began.
    fn opens(&self) -> bool {
        self.beside(&self.words.opening) || self.hours_after() || self.since()
    }

    /// True for the day on which talks ended.
    fn closes(&self) -> bool {
        self.beside(&self.words.closing)
    }

    /// "Sides initialled a text in Lindal on Friday": what talks bring about comes on their last day.
    fn yields(&self) -> bool {
        let met = || self.line.nouns.iter().any(|noun| noun.verb);
        let yielding = || {
            let tokens = &self.line.tokens;
            let from = self.here.start.saturating_sub(YIELDS);
            let mut around = tokens[from..(self.here.end + 4).min(tokens.len())].iter();
            around.any(|token| self.words.yielding.contains(&token.lower))
        };
        self.at < 2 && !self.opens() && !met() && yielding()
    }

    /// True where words right before the day tell of what others did once the talks were over: "traded blame on
    /// Tuesday".
    fn is_afterwards(&self) -> bool {
        const REACH: usize = 6;
        let day = self.here.start;
        (day.saturating_sub(REACH)..day).rev().any(|at| {
            let mut nouns = self.line.nouns.iter();
            self.words.afterwards.contains(self.line.lower(at))
                && !nouns.any(|noun| (at..day).contains(&noun.tokens.start))
        })
    }

    /// True where a word of the list stands beside the day. The words of the day itself tell nothing more: "last
    /// Monday" is no last day.
    fn beside(&self, list: &HashSet<String>) -> bool {
        let start = self.here.start;
        let before = &self.line.tokens[start.saturating_sub(5)..start];
        let mut tokens = before.iter().chain(self.behind(3));
        tokens.any(|token| list.contains(&token.lower))
    }

    /// So many tokens behind the day.
    fn behind(&self, count: usize) -> &'l [Token] {
        let (end, tokens) = (self.here.end, &self.line.tokens);
        &tokens[end..(end + count).min(tokens.len())]
    }
}

/// True for the name of a building: "the consultations at the Orven Palace on Wednesday" are those in its town.
fn is_building(name: &str) -> bool {
    name.rsplit(' ').next().is_some_and(|last| {
        matches!(
            last.to_lowercase().as_str(),
            "palace"
                | "hotel"
                | "castle"
                | "villa"
                | "hall"
                | "house"
                | "centre"
                | "center"
                | "headquarters"
        )
    })
}
