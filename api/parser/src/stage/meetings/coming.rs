//! Meetings that an article announces before it tells of anything past: "envoys meet in Lindal on Wednesday".

use super::course::{FRESH, number_of, unit_days};
use super::dates::{Precision, When};
use super::line::{LIMITS, Line};
use super::words::Words;
use chrono::{Days, NaiveDate};

/// Words between a coming day and the noun of talks beside which it stands.
const NEXT_TO: usize = 26;

/// A meeting to come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Announced {
    pub(super) when: When,
    /// How many lines of running text stand before.
    pub(super) line: usize,
    /// Index of the line.
    pub(super) index: usize,
    /// Told by the days until it: "two days before leaders gather".
    pub(super) counted: bool,
}

/// The coming day that a line tells beside a word of talks, outside what is quoted: "envoys will meet on 20 April",
/// "two days before leaders gather".
pub(super) fn announced_by(
    line: &Line<'_>,
    words: &Words,
    today: NaiveDate,
    at: usize,
    titled: bool,
) -> Option<Announced> {
    // "Leads a team to Lugano on Wednesday"
    let bound = line.hits.iter().any(|hit| {
        let before = hit.tokens.start.checked_sub(1);
        hit.known && before.is_some_and(|before| line.tokens[before].lower == "to")
    });
    let told = line.dates.iter().enumerate().find(|(index, date)| {
        let here = line.tokens_of(&date.bytes);
        let until = here.start.checked_sub(1).is_some_and(|before| {
            let before = line.tokens[before].lower.as_str();
            LIMITS.contains(&before) || before == "from" && here.start > 1
        });
        // A lead in nobody's very words tells what the article is about.
        let told = if at == 0 {
            line.in_quotation(date.bytes.start)
        } else {
            line.in_content(date.bytes.start)
        };
        let near = line.nouns.iter().any(|noun| {
            let gap = here
                .start
                .saturating_sub(noun.tokens.end)
                .max(noun.tokens.start.saturating_sub(here.end));
            noun.strength >= 0.6 && gap <= NEXT_TO
        }) || titled
            || at == 0 && bound;
        date.ahead
            && date.when.precision == Precision::Day
            && near
            && !until
            && !line.cue_dates[*index]
            && !told
    });
    let announced = |when: When, counted: bool| Announced {
        when,
        line: at,
        index: 0,
        counted,
    };
    days_until(line, words, today, at)
        .map(|day| announced(When::day(day), true))
        .or_else(|| told.map(|(_, date)| announced(date.when, false)))
}

/// True where a line tells of something that happened on a day before that of publication.
pub(super) fn tells_past(line: &Line<'_>, today: NaiveDate) -> bool {
    line.dates.iter().enumerate().any(|(index, date)| {
        let back = (today - date.when.end).num_days();
        date.when.precision == Precision::Day
            && (1..=FRESH).contains(&back)
            && !line.cue_dates[index]
            && !line.in_content(date.bytes.start)
    }) || is_over(line)
}

/// "Two days of talks have ended without result."
fn is_over(line: &Line<'_>) -> bool {
    line.tokens.windows(2).any(|two| {
        matches!(two[0].lower.as_str(), "have" | "has")
            && matches!(
                two[1].lower.as_str(),
                "ended" | "collapsed" | "concluded" | "broken" | "finished" | "failed"
            )
            && !line.in_content(two[0].bytes.start)
            && line
                .nouns
                .iter()
                .any(|noun| noun.tokens.start < line.tokens_of(&two[0].bytes).start)
    })
}

/// "Two days before leaders gather in Lindal", "on the eve of the talks".
fn days_until(line: &Line<'_>, words: &Words, today: NaiveDate, at: usize) -> Option<NaiveDate> {
    (0..line.tokens.len()).find_map(|index| {
        let (days, behind) = match (line.lower(index), line.lower(index + 1)) {
            ("eve", "of") => (1, index + 2),
            (number, unit) => {
                let number = if matches!(number, "a" | "the") {
                    1
                } else {
                    number_of(words, number)?
                };
                (number * unit_days(unit)?, index + 2)
            }
        };
        let before = matches!(line.lower(behind), "before" | "ahead") || line.lower(index) == "eve";
        let meant = line
            .nouns
            .iter()
            .any(|noun| (behind..behind + NEXT_TO).contains(&noun.tokens.start));
        // A lead in nobody's very words counts.
        let byte = line.tokens[index].bytes.start;
        let outside = !line.in_content(byte) || at == 0 && !line.in_quotation(byte);
        let days = (before && meant && outside && days <= FRESH).then_some(days)?;
        today.checked_add_days(Days::new(days as u64))
    })
}
