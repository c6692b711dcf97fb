//! Whether the words around a day say that it lies ahead, or that it is over.

use super::Dates;
use std::ops::Range;

/// How many words may stand between a word that looks ahead and the day it looks to.
const REACH: usize = 16;
/// How many where neither a comma nor what happened stands between: "will be joined by ministers of … on Wednesday".
const FAR_REACH: usize = 28;

/// Words that begin a clause behind a comma.
const CLAUSES: [&str; 12] = [
    "it", "he", "she", "they", "the", "a", "who", "which", "after", "while", "when", "but",
];
/// Words before nouns.
const DETERMINERS: [&str; 9] = ["the", "a", "an", "its", "their", "his", "her", "this", "of"];
/// Verbs of talks that are over or under way.
const FINISHED: [&str; 13] = [
    "ended",
    "closed",
    "concluded",
    "finished",
    "adjourned",
    "broke",
    "collapsed",
    "stalled",
    "failed",
    "began",
    "started",
    "opened",
    "met",
];
/// Words before a participle that is no deed: "is to be opened on Sunday", "a failed round".
const PASSIVE: [&str; 9] = ["be", "being", "is", "are", "to", "get", "the", "a", "an"];
/// Words of what has happened, before its day.
const HAPPENED: [&str; 12] = [
    "signed",
    "held",
    "since",
    "adopted",
    "reached",
    "agreed",
    "met",
    "began",
    "begun",
    "opened",
    "concluded",
    "launched",
];

/// The words of a sentence around a day that it tells.
#[derive(Debug)]
pub(super) struct Around<'a> {
    dates: &'a Dates,
    /// Words and marks of the sentence, in lower case, with the byte at which each starts.
    tokens: &'a [(usize, String)],
    /// Number of tokens before the day.
    at: usize,
    /// Number of tokens up to its end.
    end: usize,
    /// True for a day that is told with its month.
    calendar: bool,
}

impl<'a> Around<'a> {
    pub(super) fn new(
        dates: &'a Dates,
        tokens: &'a [(usize, String)],
        bytes: &Range<usize>,
        calendar: bool,
    ) -> Around<'a> {
        let before = |byte: usize| tokens.partition_point(|(start, _)| *start < byte);
        Around {
            dates,
            tokens,
            at: before(bytes.start),
            end: before(bytes.end),
            calendar,
        }
    }

    /// True when a word before (or right after) the day says that it lies ahead.
    pub(super) fn looks_ahead(&self) -> bool {
        if self.is_since() || self.is_just_done() {
            return false;
        }
        self.told_before()
            .unwrap_or_else(|| self.is_set() || self.is_for() || self.is_told_behind())
    }

    /// True when words before the day say that something happened on it: "signed in Lindal on 1 January".
    pub(super) fn looks_back(&self) -> bool {
        let to_come = |deed: usize| {
            (deed.saturating_sub(2)..deed).any(|at| {
                matches!(
                    self.word(at),
                    "be" | "being" | "to" | "will" | "would" | "shall"
                )
            })
        };
        (self.at.saturating_sub(REACH)..self.at)
            .rev()
            .take_while(|at| !matches!(self.word(*at), "." | ";" | ":" | "!" | "?" | ","))
            // "Agreed to hold the next round on 8 November"
            .filter(|at| HAPPENED.contains(&self.word(*at)) && self.word(at + 1) != "to")
            .any(|deed| !to_come(deed))
    }

    /// The token, empty where there is none.
    fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |(_, word)| word.as_str())
    }

    /// The nth token before another, empty where there is none.
    fn before(&self, at: usize, n: usize) -> &'a str {
        at.checked_sub(n).map_or("", |at| self.word(at))
    }

    /// "Since the planned start on Thursday"
    fn is_since(&self) -> bool {
        (self.at.saturating_sub(REACH)..self.at)
            .rev()
            .map(|at| self.word(at))
            .take_while(|word| !matches!(*word, "." | "," | ";" | ":"))
            .any(|word| word == "since")
    }

    /// "A republic that would prefer to lie elsewhere, adjourned on Thursday": what stands right before the day is
    /// over, unless it is to be.
    fn is_just_done(&self) -> bool {
        let back = if self.before(self.at, 1) == "on" {
            2
        } else {
            1
        };
        let verb = self.before(self.at, back);
        let passive = PASSIVE.contains(&self.before(self.at, back + 1));
        is_done(verb) && !self.dates.ahead.contains(verb) && !passive
    }

    /// What the words before the day say of it, the nearest first. `None` where they say nothing.
    fn told_before(&self) -> Option<bool> {
        let mut apart = false;
        for at in (self.at.saturating_sub(FAR_REACH)..self.at).rev() {
            let word = self.word(at);
            if self.is_of_another_day(at) {
                return Some(false);
            }
            if self.dates.saying.contains(word)
                || matches!(word, "." | ";" | ":" | "!" | "?" | "\"" | "“" | "”" | "»")
            {
                return None;
            }
            let near = self.at - at <= REACH;
            if near && self.is_finished(at) {
                return Some(false);
            }
            apart |= word == "," || HAPPENED.contains(&word);
            let reaches = near || !apart && matches!(word, "will" | "shall" | "due");
            if reaches && self.is_ahead(at) {
                return Some(true);
            }
        }
        None
    }

    /// True for a word behind which the day is not what the words before look to.
    fn is_of_another_day(&self, at: usize) -> bool {
        let word = self.word(at);
        // "A round opens on Saturday, after sessions on 12 April": the words look ahead to another day.
        self.calendar && matches!(word, "after" | "since" | "following")
            // "Buses will not run before the weekend after talks adjourned on Wednesday"
            || word == "after" && (at + 1..self.at).any(|at| is_done(self.word(at)))
    }

    /// "Talks on the quota of next year broke up late on Wednesday"
    fn is_finished(&self, at: usize) -> bool {
        FINISHED.contains(&self.word(at))
            && self.word(at + 1) != "by"
            && !PASSIVE.contains(&self.before(at, 1))
    }

    /// True for a word that looks ahead, as by itself "to", "later" and "set" do not.
    fn is_ahead(&self, at: usize) -> bool {
        let word = self.word(at);
        // "Met the head of the council on Sunday", "since the start": no verbs.
        let noun = || DETERMINERS.contains(&self.before(at, 1));
        // "Leaders gather in Lindal, it remained unclear on Friday how far": another clause.
        let clause = || {
            (at + 1..self.at)
                .any(|at| self.before(at, 1) == "," && CLAUSES.contains(&self.word(at)))
        };
        self.dates.ahead.contains(word) && !matches!(word, "to" | "later" | "set")
            || self.dates.ahead_present.contains(word) && !noun() && !clause()
    }

    /// "Is set to meet", "to be held", "later this week": these words alone say little.
    fn is_set(&self) -> bool {
        let from = self.at.saturating_sub(REACH);
        (from + 1..self.at).any(|at| {
            let pair = (self.word(at - 1), self.word(at));
            matches!(pair, ("set", "to") | ("to", "be") | ("later", "this"))
                || pair.0 == "to" && self.dates.ahead_present.contains(pair.1)
        })
    }

    /// "Ahead of Thursday's talks", "the text for Sunday"
    fn is_for(&self) -> bool {
        let last = (self.before(self.at, 2), self.before(self.at, 1));
        matches!(last, ("ahead", "of") | (_, "for")) && !self.calendar
    }

    /// "From Sunday, ministers of 164 states will have four days": words that open a sentence are told of its verb.
    fn is_told_behind(&self) -> bool {
        let opens = self.at <= 1 || matches!(self.before(self.at, 2), "." | "!" | "?");
        let reach = if opens { REACH } else { 2 };
        self.tokens[self.end..]
            .iter()
            .take(reach)
            .map(|(_, word)| word.as_str())
            .take_while(|word| {
                !self.dates.saying.contains(*word)
                    && !matches!(*word, "." | ";" | ":" | "and" | "but")
            })
            .any(|word| matches!(word, "will" | "shall"))
    }
}

/// True for a verb of something that is over: "adjourned", "broke".
fn is_done(word: &str) -> bool {
    let past = word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed");
    past || matches!(word, "agreed" | "broke" | "fell" | "met" | "held")
}
