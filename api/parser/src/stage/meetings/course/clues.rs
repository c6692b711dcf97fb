//! What the lines of an article tell of the days of its talks, and whether those are still to come.

use super::days::{Told, days_of};
use super::length::{Length, length_of};
use super::since::days_since;
use super::units::number_of;
use super::{LEAD, REPORTED, Report};
use crate::stage::meetings::coming::{Announced, announced_by, tells_past};
use crate::stage::meetings::dates::{DateMention, Precision};
use crate::stage::meetings::line::Line;
use chrono::NaiveDate;

/// First lines of the body, and the title, in which a meeting to come is announced.
const ANNOUNCED: usize = 3;

/// What the lines tell. A number beside a clue is how many lines of running text stand before the one that tells it.
#[derive(Debug)]
pub(super) struct Clues {
    /// Days that may be the talks'.
    pub(super) told: Vec<Told>,
    /// How long they took, by the first line that tells it.
    pub(super) length: Option<(usize, Length)>,
    /// The day told by the days since, early in the article.
    pub(super) since: Option<(usize, NaiveDate)>,
    /// A meeting to come.
    announced: Option<Announced>,
}

impl Clues {
    pub(super) fn read(report: &Report<'_>) -> Clues {
        Clues {
            told: report.told(),
            length: report.length(),
            since: report.since(),
            announced: report.announced(),
        }
    }

    /// The day that is told best, the first of several.
    pub(super) fn best(&self) -> Option<Told> {
        self.told.iter().copied().reduce(|best, other| {
            if other.score > best.score {
                other
            } else {
                best
            }
        })
    }

    /// The meeting that is announced before anything past is told of: it is what the article is about.
    pub(super) fn to_come(&self, report: &Report<'_>) -> Option<Announced> {
        self.announced
            .filter(|announced| !self.tell_past(announced, report))
    }

    /// True where the article tells of something past before, or no later than, the meeting that it announces.
    fn tell_past(&self, announced: &Announced, report: &Report<'_>) -> bool {
        let at = announced.line;
        if announced.counted {
            let line = report.lines.get(announced.index);
            return line.is_some_and(|line| tells_past(line, report.today));
        }
        let surely = |day: &Told| day.line <= at && (day.score >= REPORTED || day.closes);
        self.since.is_some()
            || self.length.is_some_and(|(line, _)| line <= at)
            || self.told.iter().any(surely)
            || report
                .body(at + 1)
                .any(|line| tells_past(line, report.today))
    }
}

impl<'a> Report<'a> {
    /// The days that may be the talks', in the order of the lines.
    fn told(&self) -> Vec<Told> {
        // "They spent nine hours in separate rooms": what took hours took one day.
        let hours = self.body(ANNOUNCED).any(|line| self.counts_hours(line));
        self.ranked()
            .flat_map(|(at, line)| days_of(line, self.words, self.venue, self.today, at))
            .map(|day| Told {
                closes: day.closes && !hours,
                ..day
            })
            .collect()
    }

    /// How long the talks took. "From Sunday, ministers will have four days" tells nothing of talks that are over.
    fn length(&self) -> Option<(usize, Length)> {
        self.ranked()
            .filter(|(at, line)| !(*at < ANNOUNCED && lies_ahead(line)))
            .filter_map(|(at, line)| Some((at, length_of(line, self.words, at)?)))
            .min_by_key(|(at, _)| *at)
    }

    /// The day that is told by the days since it.
    fn since(&self) -> Option<(usize, NaiveDate)> {
        let mut before = None;
        self.ranked().find_map(|(at, line)| {
            let before = before.replace(line);
            let early = (at < LEAD).then_some(line)?;
            let day = days_since(early, before, self.words, self.venue, self.today)?;
            Some((at, day))
        })
    }

    /// The first meeting to come that the title or the lead announces. "They will meet again in Lindal on 10 September"
    /// tells of the round after the one that is reported.
    fn announced(&self) -> Option<Announced> {
        let mut lines = self.lines.iter();
        let titled = lines.position(|line| line.heading && !line.nouns.is_empty());
        let mut early = self
            .ranked()
            .enumerate()
            .filter(|(_, (at, line))| *at < ANNOUNCED && !(*at > 0 && self.is_of_next(line)));
        early.find_map(|(index, (at, line))| {
            // The title tells of talks.
            let titled = at == 0 && titled.is_some_and(|title| title < index);
            let announced = announced_by(line, self.words, self.today, at, titled)?;
            Some(Announced { index, ..announced })
        })
    }

    /// The lines, each with how many of running text stand before it; a heading stands before them all.
    fn ranked(&self) -> impl Iterator<Item = (usize, &'a Line<'a>)> + use<'a> {
        self.lines.iter().scan(0, |rank, line| {
            let before = if line.heading { 0 } else { *rank };
            *rank += usize::from(!line.heading);
            Some((before, line))
        })
    }

    /// The first lines of running text.
    fn body(&self, count: usize) -> impl Iterator<Item = &'a Line<'a>> + use<'a> {
        let lines = self.lines.iter();
        lines.filter(|line| !line.heading).take(count)
    }

    /// "They spent nine hours", outside a quotation.
    fn counts_hours(&self, line: &Line<'_>) -> bool {
        line.tokens.windows(2).any(|pair| {
            pair[1].lower == "hours"
                && number_of(self.words, &pair[0].lower).is_some()
                && !line.in_quotation(pair[0].bytes.start)
        })
    }

    /// True for a line on the round after the one that is reported.
    fn is_of_next(&self, line: &Line<'_>) -> bool {
        let mut tokens = line.tokens.iter();
        self.words.resuming.is_match(line.text) || tokens.any(|token| token.lower == "again")
    }
}

/// True for a line that tells days, all of them to come.
fn lies_ahead(line: &Line<'_>) -> bool {
    let day = |(index, date): &(usize, &DateMention)| {
        date.when.precision == Precision::Day && !line.cue_dates[*index] && !line.is_limit(*index)
    };
    let mut days = line.dates.iter().enumerate().filter(day).peekable();
    days.peek().is_some() && days.all(|(_, date)| date.ahead)
}
