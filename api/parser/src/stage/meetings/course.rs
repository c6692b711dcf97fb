//! How talks ran, where the article tells it apart from their venue: "two days of talks ended on
//! Tuesday", "the second day", "three days after the meeting".
//!
//! The lines are read for clues ([`clues`]): past days ([`days`]), how long the talks took ([`length`], and
//! [`counted`] where a number tells it), and days told by those since ([`since`]). Of them one day is chosen,
//! or else that of writing tells it; the days told as the ends of the same talks are added, and their length
//! is laid on ([`stretch()`]). An article that announces its talks before it tells of anything past has no more
//! than their day.

mod clues;
mod counted;
mod days;
mod length;
mod since;
mod stretch;
mod units;

pub(super) use length::Length;
pub(super) use stretch::stretch;
pub(super) use units::{number_of, unit_days};

use super::dates::{Precision, When};
use super::line::Line;
use super::words::Words;
use chrono::{Duration, NaiveDate};
use clues::Clues;
use days::Told;

/// Days before publication within which an article reports on talks.
pub(super) const FRESH: i64 = 20;
/// Days that a round takes at most whose first and last day are told.
pub(super) const LONGEST_ROUND: i64 = 75;
/// Words between a day and the noun of talks beside which it stands.
const BESIDE: usize = 8;
/// Weeks that talks take at most.
const LONGEST_WEEKS: i64 = 6;
/// Days that talks take at most where they are told beside the talks: "after 76 days of talks".
const LONGEST: i64 = 150;
/// Score from which a past day is one of talks that are reported.
const REPORTED: f32 = 2.5;
/// The rule by which the article announces its meeting.
pub(super) const ANNOUNCED_RULE: &str = "meetings/announced";
/// First lines of the body, which tell what the article is about.
const LEAD: usize = 4;

/// The article from which the days of the talks are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report<'a> {
    pub(super) lines: &'a [Line<'a>],
    pub(super) words: &'a Words,
    /// Where the talks most likely were: days told for another place are not theirs.
    pub(super) venue: Option<&'a str>,
    /// Day of publication.
    pub(super) today: NaiveDate,
    /// The day that the dateline tells.
    pub(super) dateline: Option<NaiveDate>,
    /// True for an article written while they ran.
    pub(super) live: bool,
}

/// The days of the talks that the article reports, and how surely they are told, 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Course {
    pub(super) when: When,
    /// How long they took, where that is told.
    pub(super) length: Option<Length>,
    pub(super) confidence: f32,
    pub(super) rule: &'static str,
    /// Whether the article tells that they began on the first day.
    pub(super) opened: bool,
    /// Index of the line that announces them, where they are to come.
    pub(super) announced: Option<usize>,
}

/// Reads the days of the talks from the whole article. `None` only where they would lie outside the calendar.
pub(super) fn course(report: &Report<'_>) -> Option<Course> {
    let clues = Clues::read(report);
    if let Some(announced) = clues.to_come(report) {
        return Some(Course {
            when: announced.when,
            length: None,
            confidence: 0.7,
            rule: ANNOUNCED_RULE,
            opened: true,
            announced: Some(announced.index),
        });
    }
    let (base, confidence, rule) = base(&clues, report)?;
    let when = joined(&clues.told, &base);
    let length = clues.length.map(|(_, length)| length);
    let mut told = clues.told.iter();
    let mut course = Course {
        when,
        length,
        confidence,
        rule,
        opened: told.any(|day| day.opens && day.when.start == when.start),
        announced: None,
    };
    match length {
        Some(length) => course.when = stretch(when, length, base.opens).unwrap_or(when),
        None => course.bound(&base)?,
    }
    course.when.precision = Precision::Day;
    Some(course)
}

impl Course {
    /// Sets the first day of talks whose length is not told. `None` at the end of the calendar.
    fn bound(&mut self, base: &Told) -> Option<()> {
        // A round that closed on a day began before it, on a day that nobody tells.
        if self.when.start == self.when.end && base.closes && base.score >= 1.9 {
            self.when.start = self.when.start.pred_opt()?;
            self.confidence = 0.7;
            self.rule = "meetings/closing";
        }
        // So long a round is believed only where its opening is told.
        if !self.opened && self.when.end - self.when.start > Duration::days(LONGEST_WEEKS * 7) {
            self.when.start = base.when.start;
            self.confidence *= 0.7;
            self.rule = "meetings/day";
        }
        Some(())
    }
}

/// The day from which the others are reckoned, how sure it is, and the rule that chose it.
fn base(clues: &Clues, report: &Report<'_>) -> Option<(Told, f32, &'static str)> {
    let best = clues.best();
    // "On Tuesday, a day after the talks" tells of Monday.
    let counted = |best: &Told| clues.since.is_some_and(|(at, _)| at == best.line);
    if let Some(best) = best.filter(|best| best.score >= REPORTED && !counted(best)) {
        return Some((best, 0.8, "meetings/day-of-talks"));
    }
    if let Some((_, day)) = clues.since {
        return Some((Told::untold(day), 0.75, "meetings/days-since"));
    }
    // Live texts are written on the day.
    if report.live {
        return Some((Told::untold(report.today), 0.7, "meetings/live"));
    }
    if let Some(best) = best {
        return Some((best, 0.6, "meetings/day"));
    }
    let (day, rule) = of_writing(report, clues.length.is_some())?;
    Some((day, 0.6, rule))
}

/// The days of talks of which no day is told, by the day of writing. `length` is true where their length is told.
fn of_writing(report: &Report<'_>, length: bool) -> Option<(Told, &'static str)> {
    match report.dateline {
        // What is written on a day tells of talks that ended on the day before, unless it says otherwise.
        Some(day) if day == report.today => Some((lately(day, length)?, "meetings/dateline")),
        Some(day) => Some((Told::untold(day), "meetings/dateline")),
        None => {
            let today = if told_today(report) {
                report.today.succ_opt()?
            } else {
                report.today
            };
            Some((lately(today, length)?, "meetings/publication"))
        }
    }
}

/// Talks of which no day is told, in a text of that day: the two days before it, or the last of them where
/// their length is told.
fn lately(today: NaiveDate, length: bool) -> Option<Told> {
    let end = today.pred_opt()?;
    let mut told = Told::untold(end);
    if !length {
        told.when.start = end.pred_opt()?;
    }
    Some(told)
}

/// True where the article tells early of something that happened on the day of its publication: it was written
/// when that was over.
fn told_today(report: &Report<'_>) -> bool {
    const EARLY: usize = 8;
    report.lines.iter().take(EARLY).any(|line| {
        let mut dates = line.dates.iter().enumerate();
        dates.any(|(index, date)| {
            date.when == When::day(report.today)
                && !date.ahead
                && !line.cue_dates[index]
                && !line.in_content(date.bytes.start)
                && !line.hits.iter().any(|hit| hit.date == Some(index))
        })
    })
}

/// The days from the first to the last that are told of the same talks as a day: "opened on Sunday" and "ended on
/// Tuesday" are the ends of one meeting.
fn joined(told: &[Told], base: &Told) -> When {
    let mut when = base.when;
    for other in told {
        let apart = other.when.distance(&base.when);
        let ends = other.opens && other.when.start < when.start
            || other.closes && other.when.end > when.end && !base.closes
            || other.line == base.line && other.score >= 3.0 && base.score >= 3.0;
        let longest = if other.opens { LONGEST_ROUND } else { 14 };
        if ends && (1..=longest).contains(&apart) && (other.opens || other.closes || apart <= 2) {
            when.start = when.start.min(other.when.start);
            when.end = when.end.max(other.when.end);
        }
    }
    when
}
