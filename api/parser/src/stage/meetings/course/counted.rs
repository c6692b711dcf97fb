//! A length that is counted: "two further days of talks", "twelve days after they began".
//!
//! A number before "days" or "weeks" counts the days of talks only where the words around it say so: a truce
//! of four days, nine days of reserves and what was three days ago count something else. What somebody says
//! of days counts where the talks are surely meant.

use super::length::{Length, Reader};
use super::units::{number_of, unit_days};
use super::{LEAD, LONGEST, LONGEST_WEEKS};

/// Words behind "four days of" among which one names talks: "of U.S.-hosted indirect talks".
const CALLED: usize = 9;
/// Words that end what is counted: "nine days of reserves before the talks".
const JOINTS: [&str; 12] = [
    ",", "before", "after", "for", "in", "at", "to", "on", "and", "as", "that", "which",
];
/// Words behind a number of days that lie between two times, or are left: "three days ago", "two days remain".
const APART: [&str; 17] = [
    "ago", "after", "later", "earlier", "before", "since", "from", "left", "until", "to", "remain",
    "remained", "remains", "pass", "passed", "elapse", "expire",
];
/// Days that talks take at most where they are told in days.
const LONGEST_DAYS: i64 = 20;

/// A number of days or weeks in a line.
#[derive(Debug)]
pub(super) struct Count<'l> {
    reader: Reader<'l>,
    /// The token of the number.
    index: usize,
    number: i64,
    /// The token of the unit.
    unit: usize,
    /// Days in the unit.
    days: i64,
    /// The word before the number.
    before: &'l str,
    /// The word behind the unit.
    behind: &'l str,
}

impl<'l> Count<'l> {
    /// Reads the number at a word and the unit behind it; `None` where either is none.
    pub(super) fn read(reader: Reader<'l>, index: usize) -> Option<Count<'l>> {
        let word = reader.lower(index);
        let one = (word == "a" && reader.lower(index + 1) == "week").then_some(1);
        let number = number_of(reader.words, word).or(one)?;
        // "Two and a half days": the half began another day.
        let halved = (0..3).all(|n| reader.lower(index + 1 + n) == ["and", "a", "half"][n]);
        let between = if halved {
            3
        } else {
            usize::from(is_adjective(reader.lower(index + 1)))
        };
        let unit = index + 1 + between;
        Some(Count {
            reader,
            index,
            number: number + i64::from(halved),
            unit,
            days: unit_days(reader.lower(unit))?,
            before: reader.before(index, 1),
            behind: reader.lower(unit + 1),
        })
    }

    /// How long the talks took, where their days are counted.
    pub(super) fn length(&self) -> Option<Length> {
        if self.is_said() && !self.is_sure() {
            return None;
        }
        self.since_they_began().or_else(|| self.taken())
    }

    /// "Broke up on Friday, twelve days after they began".
    fn since_they_began(&self) -> Option<Length> {
        let days = self.days * self.number;
        let began = self.behind == "after"
            && (self.unit + 2..self.unit + 6)
                .any(|at| matches!(self.reader.lower(at), "began" | "opened" | "started"));
        let meant = began && (2..=LONGEST).contains(&days) && self.is_beside_talks();
        meant.then_some(Length::Days(days + 1))
    }

    /// "Two days of talks", "lasted three days".
    fn taken(&self) -> Option<Length> {
        let longest = match self.behind {
            "of" => LONGEST,
            _ if self.days == 7 => LONGEST_WEEKS * 7,
            _ => LONGEST_DAYS,
        };
        let meant = !APART.contains(&self.behind)
            && !self.is_truce()
            && self.is_of_talks()
            && (self.is_beside_talks() || self.is_sure())
            && (2..=longest).contains(&(self.days * self.number));
        meant.then(|| Length::of(self.days, self.number))
    }

    /// True in what somebody says. A lead in nobody's very words counts: "ended three days of talks, the mediator
    /// said".
    fn is_said(&self) -> bool {
        let line = self.reader.line;
        let byte = line.tokens[self.index].bytes.start;
        if self.reader.at < LEAD / 2 && self.behind == "of" {
            line.in_quotation(byte)
        } else {
            line.in_content(byte)
        }
    }

    /// True where the words alone tell that the talks took these days, wherever they stand outside a quotation.
    fn is_sure(&self) -> bool {
        let line = self.reader.line;
        (self.before == "the" || self.yields() || self.is_there())
            && !line.in_quotation(line.tokens[self.index].bytes.start)
    }

    /// "Three days had yielded nothing", "five weeks brought a text".
    fn yields(&self) -> bool {
        matches!(self.behind, "had" | "brought" | "yielded" | "produced") && self.before != "in"
    }

    /// "Two days in Lindal", "three days of exchanges in Lindal".
    fn is_there(&self) -> bool {
        match self.behind {
            "in" | "at" => self.reader.placed(self.unit + 2..self.unit + 4),
            "of" => self.reader.placed(self.unit + 3..self.unit + 8),
            _ => false,
        }
    }

    /// True in the lead or beside a noun of talks.
    fn is_beside_talks(&self) -> bool {
        self.reader.at < LEAD || self.reader.near(self.index)
    }

    /// True where the words around the days tell what took them. "Described the five weeks as rewarding" means talks,
    /// and so does "after two days".
    fn is_of_talks(&self) -> bool {
        let Count { reader, index, .. } = *self;
        if self.behind == "of" {
            return self.names_talks();
        }
        match self.before {
            "after" | "for" | "these" | "over" | "took" | "spent" | "lasted" | "the" => true,
            "and" if !reader.line.heading => true,
            "in" if index == 1 => true,
            "of" if reader.words.yields.contains(reader.before(index, 2)) => true,
            _ => index == 0 || self.yields() || self.is_there(),
        }
    }

    /// "Two days of talks", not "nine days of reserves before the talks".
    fn names_talks(&self) -> bool {
        let Count { reader, unit, .. } = *self;
        let mut behind = unit + 5..unit + CALLED;
        let end = behind.find(|at| JOINTS.contains(&reader.lower(*at)));
        reader.talks(unit + 2..end.unwrap_or(unit + CALLED))
            || self.is_there()
            || reader.bargaining(unit + 2..unit + 5)
    }

    /// "Will hold their fire for four days".
    fn is_truce(&self) -> bool {
        (self.index.saturating_sub(5)..self.index).any(|at| {
            matches!(
                self.reader.lower(at),
                "fire" | "truce" | "ceasefire" | "cease-fire" | "pause" | "guns"
            )
        })
    }
}

/// Adjectives that stand between a number and its days: "two further days of talks".
fn is_adjective(word: &str) -> bool {
    matches!(
        word,
        "full"
            | "whole"
            | "long"
            | "gruelling"
            | "fraught"
            | "more"
            | "further"
            | "additional"
            | "consecutive"
            | "straight"
            | "tense"
            | "intense"
            | "difficult"
            | "solid"
    )
}
