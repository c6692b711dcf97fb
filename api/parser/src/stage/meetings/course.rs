//! How talks ran, where the article tells it apart from their venue: "two days of talks ended on
//! Tuesday", "the second day", "three days after the meeting".

use super::dates::{Precision, When};
use super::line::Line;
use super::words::Words;
use chrono::{Days, NaiveDate};

/// Days before publication within which an article reports on talks.
const FRESH: i64 = 20;
/// Words between a day and the noun of talks beside which it stands.
const BESIDE: usize = 8;
/// First lines of the body, which tell what the article is about.
const LEAD: usize = 4;

/// The days of the talks that the article reports, and how surely they are told, 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Course {
    pub(super) when: When,
    pub(super) confidence: f32,
    pub(super) rule: &'static str,
}

/// A day that may be one of the talks'.
#[derive(Debug, Clone, Copy)]
struct Told {
    when: When,
    line: usize,
    score: f32,
    opens: bool,
    closes: bool,
}

/// How many days talks took, as words tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    /// "Two days of talks".
    Days(i64),
    /// "On the second day".
    Nth(i64),
}

/// Reads the days of the talks from the whole article. `dateline` is the day that the dateline tells,
/// `live` is true for an article written while they ran.
pub(super) fn course(
    lines: &[Line<'_>],
    words: &Words,
    today: NaiveDate,
    dateline: Option<NaiveDate>,
    live: bool,
) -> Option<Course> {
    let mut told: Vec<Told> = Vec::new();
    let mut length: Option<(usize, Length)> = None;
    let mut since: Option<NaiveDate> = None;
    let mut rank = 0;
    for line in lines {
        let at = if line.heading { 0 } else { rank };
        told.extend(days_of(line, words, today, at));
        if let Some(found) = length_of(line, words, at)
            && length.is_none_or(|known| at < known.0)
        {
            length = Some((at, found));
        }
        if since.is_none() && at < LEAD {
            since = days_since(line, words, today);
        }
        rank += usize::from(!line.heading);
    }
    let best = told.iter().copied().reduce(|best, other| {
        if other.score > best.score {
            other
        } else {
            best
        }
    });
    // Live texts are written on the day.
    let (base, mut confidence, mut rule) = match (best, since) {
        (Some(best), _) if best.score >= 2.5 => (best, 0.8, "meetings/day-of-talks"),
        (_, Some(day)) => (plain(day), 0.75, "meetings/days-since"),
        _ if live => (plain(today), 0.7, "meetings/live"),
        (Some(best), _) => (best, 0.6, "meetings/day"),
        (None, None) => match dateline {
            // What is written on a day tells of the day before, unless it says otherwise.
            Some(day) if day == today => (plain(day.pred_opt()?), 0.4, "meetings/dateline"),
            Some(day) => (plain(day), 0.6, "meetings/dateline"),
            None => (plain(today.pred_opt()?), 0.4, "meetings/publication"),
        },
    };
    let mut when = base.when;
    // "Opened on Sunday" and "ended on Tuesday" are the ends of one meeting.
    for other in &told {
        let apart = other.when.distance(&base.when);
        let ends = other.opens && other.when.start < when.start
            || other.closes && other.when.end > when.end && !base.closes
            || other.line == base.line && other.score >= 3.0 && base.score >= 3.0;
        if ends && (1..=14).contains(&apart) && (other.opens || other.closes || apart <= 2) {
            when.start = when.start.min(other.when.start);
            when.end = when.end.max(other.when.end);
        }
    }
    let one_day = when.start == when.end;
    match length.map(|(_, length)| length) {
        Some(Length::Days(days)) if one_day => {
            let more = Days::new((days - 1).max(0) as u64);
            if base.opens {
                when.end = when.end.checked_add_days(more)?;
            } else {
                when.start = when.start.checked_sub_days(more)?;
            }
        }
        Some(Length::Nth(nth)) if one_day && !base.opens => {
            when.start = when
                .start
                .checked_sub_days(Days::new((nth - 1).max(0) as u64))?;
        }
        _ => {}
    }
    if when.end - when.start > chrono::Duration::days(20) {
        when.start = base.when.start;
        confidence *= 0.7;
        rule = "meetings/day";
    }
    when.precision = Precision::Day;
    Some(Course {
        when,
        confidence,
        rule,
    })
}

fn plain(day: NaiveDate) -> Told {
    Told {
        when: When::day(day),
        line: usize::MAX,
        score: 0.0,
        opens: false,
        closes: false,
    }
}

/// The past days that a line tells outside what is said, each with how likely it is one of the talks'.
fn days_of<'l>(
    line: &'l Line<'_>,
    words: &'l Words,
    today: NaiveDate,
    at: usize,
) -> impl Iterator<Item = Told> + 'l {
    line.dates
        .iter()
        .enumerate()
        .filter_map(move |(index, date)| {
            let back = (today - date.when.end).num_days();
            let day = date.when.precision == Precision::Day;
            // A heading that only tells a day tells when the article was written.
            let stamp = line.heading && line.nouns.is_empty();
            if !day
                || stamp
                || date.ahead
                || !(0..=FRESH).contains(&back)
                || line.in_content(date.bytes.start)
            {
                return None;
            }
            let here = line.tokens_of(&date.bytes);
            let gap = |range: &std::ops::Range<usize>| {
                range
                    .start
                    .saturating_sub(here.end)
                    .max(here.start.saturating_sub(range.end))
            };
            let near = line
                .nouns
                .iter()
                .any(|noun| noun.strength >= 0.6 && gap(&noun.tokens) <= BESIDE);
            let beside = |list: &std::collections::HashSet<String>| {
                line.tokens[here.start.saturating_sub(5)..(here.end + 3).min(line.tokens.len())]
                    .iter()
                    .any(|token| list.contains(&token.lower))
            };
            let cue = line.cue_dates[index];
            let (opens, closes) = (beside(&words.opening), beside(&words.closing));
            let mut score = match at {
                0 => 2.0,
                1 => 1.6,
                2..LEAD => 1.0,
                _ => 0.3,
            };
            score += if near && !cue { 2.0 } else { 0.0 };
            score += if cue { -0.5 } else { 0.0 };
            score += if (opens || closes) && near { 0.8 } else { 0.0 };
            score += if date.when.start < date.when.end {
                0.8
            } else {
                0.0
            };
            score -= 0.08 * back as f32;
            Some(Told {
                when: date.when,
                line: at,
                score,
                opens: opens && (near || at < 2),
                closes: closes && (near || at < 2),
            })
        })
}

/// How long the talks took, where a line of the lead or one beside a noun of talks tells it.
fn length_of(line: &Line<'_>, words: &Words, at: usize) -> Option<Length> {
    let lower = |index: usize| {
        line.tokens
            .get(index)
            .map_or("", |token| token.lower.as_str())
    };
    let near = |index: usize| {
        line.nouns
            .iter()
            .any(|noun| noun.tokens.start.abs_diff(index) <= BESIDE && noun.strength >= 0.6)
    };
    let talks = |range: std::ops::Range<usize>| {
        line.nouns
            .iter()
            .any(|noun| range.contains(&noun.tokens.start))
    };
    for index in 0..line.tokens.len() {
        let word = lower(index);
        // "two-day talks", "a week-long session"
        if let Some((number, unit)) = word.split_once('-')
            && near(index)
        {
            let days = unit_days(unit).zip(number_of(words, number));
            if let Some((days, number)) = days {
                return Some(Length::Days(days * number));
            }
            if unit == "long" && unit_days(number).is_some() {
                return Some(Length::Days(unit_days(number)?));
            }
        }
        if let Some(nth) = ordinal(words, word)
            && lower(index + 1) == "day"
            && (near(index) || at < LEAD)
        {
            return Some(Length::Nth(nth));
        }
        // "Day two", "day 3"
        if word == "day"
            && let Some(nth) =
                number_of(words, lower(index + 1)).filter(|nth| (1..=20).contains(nth))
            && line
                .tokens
                .get(index)
                .is_some_and(|token| token.capital || at < LEAD)
        {
            return Some(Length::Nth(nth));
        }
        let Some(number) = number_of(words, word) else {
            continue;
        };
        if line.in_content(line.tokens[index].bytes.start) {
            continue;
        }
        let unit = if matches!(
            lower(index + 1),
            "full" | "whole" | "long" | "gruelling" | "fraught" | "more"
        ) {
            index + 2
        } else {
            index + 1
        };
        let Some(days) = unit_days(lower(unit)) else {
            continue;
        };
        let behind = lower(unit + 1);
        let apart = matches!(
            behind,
            "ago"
                | "after"
                | "later"
                | "earlier"
                | "before"
                | "since"
                | "from"
                | "left"
                | "until"
                | "to"
        );
        let before = index.checked_sub(1).map_or("", lower);
        let meant = if behind == "of" {
            // "two days of talks", not "nine days of reserves"
            talks(unit + 2..unit + 5)
        } else {
            matches!(
                before,
                "after" | "for" | "these" | "over" | "took" | "spent" | "lasted" | "the" | "and"
            ) || index == 0
                || before == "in" && index == 1
        };
        if !apart && meant && (at < LEAD || near(index)) && days * number <= 16 && days * number > 1
        {
            return Some(Length::Days(days * number));
        }
    }
    // "a fortnight of talks"
    line.tokens.iter().enumerate().find_map(|(index, token)| {
        (token.lower == "fortnight" && at < LEAD && near(index)).then_some(Length::Days(13))
    })
}

/// "Three days after the meeting at the palace": the day that lies so far back.
fn days_since(line: &Line<'_>, words: &Words, today: NaiveDate) -> Option<NaiveDate> {
    let lower = |index: usize| {
        line.tokens
            .get(index)
            .map_or("", |token| token.lower.as_str())
    };
    (0..line.tokens.len()).find_map(|index| {
        let (number, unit) = match lower(index) {
            "a" | "the" => (1, index + 1),
            word => (number_of(words, word)?, index + 1),
        };
        let days = unit_days(lower(unit))?;
        if lower(unit + 1) != "after" || days * number > FRESH {
            return None;
        }
        let meant =
            line.nouns.iter().any(|noun| {
                noun.strength >= 0.6 && (unit + 2..unit + 9).contains(&noun.tokens.start)
            }) || (unit + 2..unit + 6).any(|at| {
                matches!(
                    lower(at),
                    "signature"
                        | "signatures"
                        | "handshake"
                        | "signing"
                        | "deal"
                        | "accord"
                        | "agreement"
                        | "shook"
                        | "signed"
                        | "met"
                )
            });
        meant.then(|| today.checked_sub_days(Days::new((days * number) as u64)))?
    })
}

fn number_of(words: &Words, word: &str) -> Option<i64> {
    word.parse()
        .ok()
        .or_else(|| words.numbers.get(word).copied())
}

fn ordinal(words: &Words, word: &str) -> Option<i64> {
    words.ordinals.get(word).copied()
}

/// Days in a unit of time. A week of talks runs from Monday to Friday or so; the rest is a guess.
fn unit_days(unit: &str) -> Option<i64> {
    match unit {
        "day" | "days" | "nights" | "night" => Some(1),
        "week" | "weeks" => Some(7),
        _ => None,
    }
}
