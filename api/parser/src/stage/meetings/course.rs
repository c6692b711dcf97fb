//! How talks ran, where the article tells it apart from their venue: "two days of talks ended on
//! Tuesday", "the second day", "three days after the meeting".

use super::coming::{Announced, announced_by, tells_past};
use super::dates::{DateMention, Precision, When};
use super::line::{Line, Role};
use super::words::Words;
use chrono::{Datelike, Days, NaiveDate};

/// Days before publication within which an article reports on talks.
pub(super) const FRESH: i64 = 20;
/// Days that a round takes at most whose first and last day are told.
pub(super) const LONGEST_ROUND: i64 = 75;
/// Words between a day and the noun of talks beside which it stands.
const BESIDE: usize = 8;
/// Words behind "four days of" among which one names talks: "of U.S.-hosted indirect talks".
const CALLED: usize = 9;
/// Words that end what is counted: "nine days of reserves before the talks".
const JOINTS: [&str; 12] = [
    ",", "before", "after", "for", "in", "at", "to", "on", "and", "as", "that", "which",
];
/// Words behind "two days after" among which one names talks.
const NAMED_WITHIN: usize = 9;
/// The same for a verb, before which stands who met.
const MET_WITHIN: usize = 12;
/// Words behind a day among which "hours after the talks opened" may stand.
const HOURS_AFTER: usize = 8;
/// Words before a day in a lead among which one tells what the talks brought about.
const YIELDS: usize = 16;
/// What it speaks for a day that something was agreed on it.
const YIELD: f32 = 0.6;
/// Days that talks take at most where they are told in days.
const LONGEST_DAYS: i64 = 20;
/// Weeks that talks take at most.
const LONGEST_WEEKS: i64 = 6;
/// Days that talks take at most where they are told beside the talks: "after 76 days of talks".
const LONGEST: i64 = 150;
/// First lines of the body, and the title, in which a meeting to come is announced.
const ANNOUNCED: usize = 3;
/// Score from which a past day is one of talks that are reported.
const REPORTED: f32 = 2.5;
/// The rule by which the article announces its meeting.
pub(super) const ANNOUNCED_RULE: &str = "meetings/announced";
/// First lines of the body, which tell what the article is about.
const LEAD: usize = 4;

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
pub(super) enum Length {
    /// "Two days of talks".
    Days(i64),
    /// "Two weeks of talks": whole weeks from a Monday on.
    Weeks(i64),
    /// "The week had been long": since its Monday.
    SameWeek,
    /// "On the second day".
    Nth(i64),
}

/// Reads the days of the talks from the whole article. `venue` is where they most likely were: days told for another
/// place are not theirs. `dateline` is the day that the dateline tells, `live` is true for an article written while
/// they ran.
pub(super) fn course(
    lines: &[Line<'_>],
    words: &Words,
    venue: Option<&str>,
    today: NaiveDate,
    dateline: Option<NaiveDate>,
    live: bool,
) -> Option<Course> {
    let mut told: Vec<Told> = Vec::new();
    let mut length: Option<(usize, Length)> = None;
    let mut since: Option<(usize, NaiveDate)> = None;
    let mut announced: Option<Announced> = None;
    let mut rank = 0;
    // The title tells of talks.
    let mut titled = false;
    // "From Sunday, ministers will have four days" tells nothing of talks that are over.
    let ahead = |line: &Line<'_>| {
        let mut days = line
            .dates
            .iter()
            .enumerate()
            .filter(|(index, date)| {
                date.when.precision == Precision::Day
                    && !line.cue_dates[*index]
                    && !line.is_limit(*index)
            })
            .peekable();
        days.peek().is_some() && days.all(|(_, date)| date.ahead)
    };
    for (index, line) in lines.iter().enumerate() {
        let at = if line.heading { 0 } else { rank };
        told.extend(days_of(line, words, venue, today, at));
        if let Some(found) = length_of(line, words, at).filter(|_| !(at < ANNOUNCED && ahead(line)))
            && length.is_none_or(|known| at < known.0)
        {
            length = Some((at, found));
        }
        // "They will meet again in Lindal on 10 September" tells of the round after the one that is reported.
        let next = at > 0
            && (words.resuming.is_match(line.text)
                || line.tokens.iter().any(|token| token.lower == "again"));
        if announced.is_none() && at < ANNOUNCED && !next {
            announced = announced_by(line, words, today, at, titled && at == 0)
                .map(|announced| Announced { index, ..announced });
        }
        titled |= line.heading && at == 0 && !line.nouns.is_empty();
        if since.is_none() && at < LEAD {
            let before = index.checked_sub(1).map(|before| &lines[before]);
            since = days_since(line, before, words, venue, today).map(|day| (at, day));
        }
        rank += usize::from(!line.heading);
    }
    // "They spent nine hours in separate rooms": what took hours took one day.
    let hours = |line: &&Line<'_>| {
        let pairs = line.tokens.windows(2);
        let mut pairs = pairs
            .filter(|pair| pair[1].lower == "hours" && number_of(words, &pair[0].lower).is_some());
        pairs.any(|pair| !line.in_quotation(pair[0].bytes.start))
    };
    if lines
        .iter()
        .filter(|line| !line.heading)
        .take(ANNOUNCED)
        .any(|line| hours(&line))
    {
        for day in &mut told {
            day.closes = false;
        }
    }
    let best = told.iter().copied().reduce(|best, other| {
        if other.score > best.score {
            other
        } else {
            best
        }
    });
    // What is announced before anything past is told of is what the article is about.
    let reported = |Announced {
                        line: at,
                        counted,
                        index,
                        ..
                    }: &Announced| {
        if *counted {
            return tells_past(&lines[*index], today);
        }
        since.is_some()
            || length.is_some_and(|(line, _)| line <= *at)
            || told
                .iter()
                .any(|day| day.line <= *at && (day.score >= REPORTED || day.closes))
            || lines
                .iter()
                .filter(|line| !line.heading)
                .take(at + 1)
                .any(|line| tells_past(line, today))
    };
    if let Some(announced) = announced.filter(|announced| !reported(announced)) {
        return Some(Course {
            when: announced.when,
            length: None,
            confidence: 0.7,
            rule: ANNOUNCED_RULE,
            opened: true,
            announced: Some(announced.index),
        });
    }
    // Live texts are written on the day.
    let (base, mut confidence, mut rule) = match (best, since) {
        // "On Tuesday, a day after the talks" tells of Monday.
        (Some(best), since) if best.score >= 2.5 && since.is_none_or(|(at, _)| at != best.line) => {
            (best, 0.8, "meetings/day-of-talks")
        }
        (_, Some((_, day))) => (plain(day), 0.75, "meetings/days-since"),
        _ if live => (plain(today), 0.7, "meetings/live"),
        (Some(best), _) => (best, 0.6, "meetings/day"),
        (None, None) => match dateline {
            // What is written on a day tells of talks that ended on the day before, unless it says otherwise.
            Some(day) if day == today => (lately(day, length.is_some())?, 0.6, "meetings/dateline"),
            Some(day) => (plain(day), 0.6, "meetings/dateline"),
            None => (
                lately(
                    if told_today(lines, today) {
                        today.succ_opt()?
                    } else {
                        today
                    },
                    length.is_some(),
                )?,
                0.6,
                "meetings/publication",
            ),
        },
    };
    let mut when = base.when;
    // "Opened on Sunday" and "ended on Tuesday" are the ends of one meeting.
    for other in &told {
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
    let opened = told
        .iter()
        .any(|day| day.opens && day.when.start == when.start);
    let one_day = when.start == when.end;
    let length = length.map(|(_, length)| length);
    match length {
        Some(length) => when = stretch(when, length, base.opens).unwrap_or(when),
        // A round that closed on a day began before it, on a day that nobody tells.
        None if one_day && base.closes && base.score >= 1.9 => {
            when.start = when.start.pred_opt()?;
            confidence = 0.7;
            rule = "meetings/closing";
        }
        None => {}
    }
    if length.is_none()
        && !opened
        && when.end - when.start > chrono::Duration::days(LONGEST_WEEKS * 7)
    {
        when.start = base.when.start;
        confidence *= 0.7;
        rule = "meetings/day";
    }
    when.precision = Precision::Day;
    Some(Course {
        when,
        length,
        confidence,
        rule,
        opened,
        announced: None,
    })
}

/// One day of talks with their length: the days of them all. `opens` is true for the first day.
pub(super) fn stretch(day: When, length: Length, opens: bool) -> Option<When> {
    let mut when = day;
    if day.start != day.end {
        return Some(when);
    }
    let days = |days: i64| Days::new(days.max(0) as u64);
    match length {
        Length::Days(count) if opens => when.end = when.end.checked_add_days(days(count - 1))?,
        Length::Days(count) => when.start = when.start.checked_sub_days(days(count - 1))?,
        Length::Weeks(weeks) if opens => {
            when.end = when.end.checked_add_days(days(7 * weeks - 3))?;
        }
        // "A week of talks ended on Wednesday": it began in the week before.
        Length::Weeks(1) if when.end.weekday().num_days_from_monday() <= 2 => {
            when.start = when.end.checked_sub_days(days(6))?;
        }
        // Two weeks that closed on a Tuesday began on a Tuesday rather than eight days before.
        Length::Weeks(weeks) if when.end.weekday().num_days_from_monday() < 2 => {
            when.start = when.end.checked_sub_days(days(7 * weeks))?;
        }
        Length::Weeks(weeks) => when.start = first_of_weeks(when.end, weeks)?,
        // Early in a week, "the week" is no more than a way to speak of the time.
        Length::SameWeek if opens || when.end.weekday().num_days_from_monday() < 2 => {}
        Length::SameWeek => when.start = first_of_weeks(when.end, 1)?,
        Length::Nth(_) if opens => {}
        Length::Nth(nth) => when.start = when.start.checked_sub_days(days(nth - 1))?,
    }
    Some(when)
}

/// The Monday on which talks of so many weeks began that closed on a day. What closes on a Sunday or
/// Monday fills the week before.
fn first_of_weeks(end: NaiveDate, weeks: i64) -> Option<NaiveDate> {
    let back = match end.weekday().num_days_from_monday() {
        0 => 7,
        day => u64::from(day),
    };
    end.checked_sub_days(Days::new(back + 7 * (weeks - 1).max(0) as u64))
}

/// Talks of which no day is told, in a text of that day: the two days before it, or the last of them where
/// their length is told.
fn lately(today: NaiveDate, length: bool) -> Option<Told> {
    let end = today.pred_opt()?;
    let mut told = plain(end);
    if !length {
        told.when.start = end.pred_opt()?;
    }
    Some(told)
}

/// True where the article tells early of something that happened on the day of its publication: it was written
/// when that was over.
fn told_today(lines: &[Line<'_>], today: NaiveDate) -> bool {
    const EARLY: usize = 8;
    lines.iter().take(EARLY).any(|line| {
        let mut dates = line.dates.iter().enumerate();
        dates.any(|(index, date)| {
            date.when == When::day(today)
                && !date.ahead
                && !line.cue_dates[index]
                && !line.in_content(date.bytes.start)
                && !line.hits.iter().any(|hit| hit.date == Some(index))
        })
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

/// The past days that a line tells outside what is said and of no place but the venue, each with how likely it is one
/// of the talks'.
fn days_of<'l>(
    line: &'l Line<'_>,
    words: &'l Words,
    venue: Option<&'l str>,
    today: NaiveDate,
    at: usize,
) -> impl Iterator<Item = Told> + 'l {
    line.dates
        .iter()
        .enumerate()
        .filter_map(move |(index, date)| {
            let back = (today - date.when.end).num_days();
            let day = date.when.precision == Precision::Day;
            let here = line.tokens_of(&date.bytes);
            // The words of the day itself tell nothing more: "last Monday" is no last day.
            let beside = |list: &std::collections::HashSet<String>| {
                let before = &line.tokens[here.start.saturating_sub(5)..here.start];
                let behind = &line.tokens[here.end..(here.end + 3).min(line.tokens.len())];
                let mut tokens = before.iter().chain(behind);
                tokens.any(|token| list.contains(&token.lower))
            };
            let gap = |range: &std::ops::Range<usize>| {
                range
                    .start
                    .saturating_sub(here.end)
                    .max(here.start.saturating_sub(range.end))
            };
            // "Who attended on Saturday, said that nobody wanted negotiations" tells of no talks on Saturday.
            let told = line.in_content(date.bytes.start);
            let near = line.nouns.iter().any(|noun| {
                let within = line.in_content(line.tokens[noun.tokens.start].bytes.start);
                noun.strength >= 0.6 && gap(&noun.tokens) <= BESIDE && (told || !within)
            });
            // "Where they have been meeting since Thursday"
            let since = near
                && here
                    .start
                    .checked_sub(1)
                    .is_some_and(|at| line.tokens[at].lower == "since");
            // "The round that opened on 2 May" may have been a long one.
            let long = since || beside(&words.opening) && !line.nouns.is_empty();
            let fresh = if long { LONGEST_ROUND } else { FRESH };
            // A heading that only tells a day tells when the article was written.
            let stamp = line.heading && line.nouns.is_empty();
            if !day || stamp || date.ahead || !(0..=fresh).contains(&back) {
                return None;
            }
            // "Planes bombed Brest on Sunday, hours after the talks opened" tells of the talks, whoever says so.
            let behind = &line.tokens[here.end..(here.end + HOURS_AFTER).min(line.tokens.len())];
            let hours_after = behind.windows(2).any(|two| {
                matches!(two[0].lower.as_str(), "hours" | "shortly") && two[1].lower == "after"
            }) && behind
                .iter()
                .any(|token| words.opening.contains(&token.lower));
            // "Talks began in Brest on Monday" tells nothing of those in Lindal.
            let place = line.hits.iter().find(|hit| hit.date == Some(index));
            if place.zip(venue).is_some_and(|(place, venue)| {
                place.name != venue && !is_building(&place.name) && !hours_after
            }) {
                return None;
            }
            // What is told in nobody's very words counts in the lead: "agreed on Friday, delegates said".
            let quoted = line.in_quotation(date.bytes.start);
            if told && !hours_after && (at >= LEAD / 2 || quoted) {
                return None;
            }
            let cue = line.cue_dates[index] || afterwards(line, words, here.start);
            let opens = beside(&words.opening) || hours_after || since;
            let closes = beside(&words.closing);
            // "Sides initialled a text in Lindal on Friday": what talks bring about comes on their last day.
            let met = line.nouns.iter().any(|noun| noun.verb);
            let yields = at < 2
                && !opens
                && !met
                && line.tokens
                    [here.start.saturating_sub(YIELDS)..(here.end + 4).min(line.tokens.len())]
                    .iter()
                    .any(|token| words.yielding.contains(&token.lower));
            // What took hours took one day.
            let hours = line
                .tokens
                .iter()
                .any(|token| matches!(token.lower.as_str(), "hours" | "hour" | "minutes"));
            let mut score = match at {
                0 => 2.0,
                1 => 1.6,
                2..LEAD => 1.0,
                _ => 0.3,
            };
            score += if near && !cue { 2.0 } else { 0.0 };
            score += if cue { -0.5 } else { 0.0 };
            score += if told { -0.8 } else { 0.0 };
            score += if (opens || closes) && near { 0.8 } else { 0.0 };
            score += if yields { YIELD } else { 0.0 };
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
                closes: (closes || yields) && !hours && (near || at < 2),
            })
        })
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

/// True where words right before a day tell of what others did once the talks were over: "traded blame on Tuesday".
fn afterwards(line: &Line<'_>, words: &Words, day: usize) -> bool {
    const REACH: usize = 6;
    let from = day.saturating_sub(REACH);
    (from..day).rev().any(|at| {
        words.afterwards.contains(&line.tokens[at].lower)
            && !line
                .nouns
                .iter()
                .any(|noun| (at..day).contains(&noun.tokens.start))
    })
}

/// How long the talks took, where a line of the lead or one beside a noun of talks tells it.
fn length_of(line: &Line<'_>, words: &Words, at: usize) -> Option<Length> {
    let lower = |index: usize| {
        line.tokens
            .get(index)
            .map_or("", |token| token.lower.as_str())
    };
    let before = |index: usize| index.checked_sub(1).map_or("", lower);
    let near = |index: usize| {
        line.nouns
            .iter()
            .any(|noun| noun.tokens.start.abs_diff(index) <= BESIDE && noun.strength >= 0.6)
    };
    let placed = |range: std::ops::Range<usize>| {
        line.hits
            .iter()
            .any(|hit| hit.role == Role::At && range.contains(&hit.tokens.start))
    };
    let talks = |range: std::ops::Range<usize>| {
        line.nouns
            .iter()
            .any(|noun| range.contains(&noun.tokens.start))
    };
    let bargaining = |mut range: std::ops::Range<usize>| {
        range.any(|index| words.bargaining.contains(lower(index)))
    };
    for index in 0..line.tokens.len() {
        let word = lower(index);
        // "two-day talks", "a week-long session", not "negotiations on the 120-day term"
        if let Some((number, unit)) = word.split_once('-')
            && talks(index + 1..index + 5)
        {
            let days = unit_days(unit).zip(number_of(words, number));
            if let Some((days, number)) = days {
                return Some(length(days, number));
            }
            if unit == "long" && unit_days(number).is_some() {
                return Some(length(unit_days(number)?, 1));
            }
        }
        if let Some(nth) = ordinal(words, word)
            && (lower(index + 1) == "day"
                // "The second and last day"
                || lower(index + 1) == "and"
                    && matches!(lower(index + 2), "last" | "final")
                    && lower(index + 3) == "day"
                || matches!(lower(index + 1), "consecutive" | "straight" | "successive")
                    && lower(index + 2) == "day")
            // "The shelling went on for an eighth day" counts days of something else.
            && (near(index)
                || at < LEAD && (!line.nouns.is_empty() || !matches!(before(index), "a" | "an")))
        {
            return Some(Length::Nth(nth));
        }
        // "The first week of the summit ended on Saturday"
        let first = (word == "first").then_some(1);
        if let Some(nth) = first
            .or(ordinal(words, word))
            .filter(|nth| (1..=LONGEST_WEEKS).contains(nth))
            && lower(index + 1) == "week"
            && lower(index + 2) == "of"
            && at < LEAD
            && talks(index + 3..index + 9)
        {
            return Some(Length::Weeks(nth));
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
        let one = (word == "a" && lower(index + 1) == "week").then_some(1);
        let Some(number) = number_of(words, word).or(one) else {
            continue;
        };
        let before = before(index);
        let byte = line.tokens[index].bytes.start;
        // "two and a half days", "a day and a half": the half began another day.
        let half = |at: usize| (0..3).all(|n| lower(at + n) == ["and", "a", "half"][n]);
        let halved = half(index + 1);
        let number = number + i64::from(halved);
        let unit = index
            + 1
            + if halved {
                3
            } else {
                usize::from(adjective(lower(index + 1)))
            };
        let behind = lower(unit + 1);
        // "described the five weeks as rewarding", "three days had yielded nothing" tell it wherever they stand.
        let yields = matches!(behind, "had" | "brought" | "yielded" | "produced") && before != "in";
        // "Two days in Lindal", "three days of exchanges in Lindal": wherever they stand.
        let there = match behind {
            "in" | "at" => placed(unit + 2..unit + 4),
            "of" => placed(unit + 3..unit + 8),
            _ => false,
        };
        let whole = (before == "the" || yields || there) && !line.in_quotation(byte);
        // A lead in nobody's very words counts: "ended three days of talks, the mediator said".
        let told = if at < LEAD / 2 && behind == "of" {
            line.in_quotation(byte)
        } else {
            line.in_content(byte)
        };
        if told && !whole {
            continue;
        }
        let Some(days) = unit_days(lower(unit)) else {
            continue;
        };
        // "Broke up on Friday, twelve days after they began"
        let began = behind == "after"
            && (unit + 2..unit + 6).any(|at| matches!(lower(at), "began" | "opened" | "started"))
            && (2..=LONGEST).contains(&(days * number));
        if began && (at < LEAD || near(index)) {
            return Some(Length::Days(days * number + 1));
        }
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
                | "remain"
                | "remained"
                | "remains"
                | "pass"
                | "passed"
                | "elapse"
                | "expire"
        );
        let meant = if behind == "of" {
            // "two days of talks", not "nine days of reserves"
            let mut behind = unit + 5..unit + CALLED;
            let end = behind.find(|at| JOINTS.contains(&lower(*at)));
            talks(unit + 2..end.unwrap_or(unit + CALLED)) || there || bargaining(unit + 2..unit + 5)
        } else {
            matches!(
                before,
                "after" | "for" | "these" | "over" | "took" | "spent" | "lasted" | "the"
            ) || before == "and" && !line.heading
                || index == 0
                || before == "in" && index == 1
                || before == "of" && words.yields.contains(lower(index.saturating_sub(2)))
                || yields
                || there
        };
        // "Will hold their fire for four days"
        let truce = (index.saturating_sub(5)..index).any(|at| {
            matches!(
                lower(at),
                "fire" | "truce" | "ceasefire" | "cease-fire" | "pause" | "guns"
            )
        });
        let longest = match behind {
            "of" => LONGEST,
            _ if days == 7 => LONGEST_WEEKS * 7,
            _ => LONGEST_DAYS,
        };
        if !apart
            && !truce
            && meant
            && (at < LEAD || near(index) || whole)
            && (2..=longest).contains(&(days * number))
        {
            return Some(length(days, number));
        }
    }
    // "Narrowed during the week of talks"
    let filled = (1..line.tokens.len()).find(|index| {
        lower(*index) == "week"
            && lower(index - 1) == "the"
            && lower(index + 1) == "of"
            && talks(index + 2..index + 5)
            && !line.in_quotation(line.tokens[*index].bytes.start)
    });
    if filled.is_some() {
        return Some(Length::Weeks(1));
    }
    // "described the week as useful", "half the week had gone": talks that filled it.
    let week = (1..line.tokens.len()).find(|index| {
        lower(*index) == "week"
            && lower(index - 1) == "the"
            && !line.tokens[*index].in_date
            && (matches!(
                lower(index + 1),
                "as" | "had" | "was" | "has" | "been" | ","
            ) || matches!(
                index.checked_sub(2).map_or("", lower),
                "described" | "called" | "half" | "found" | "all" | "over" | "during" | "summed"
            ))
    });
    if week.is_some() {
        return Some(Length::SameWeek);
    }
    // "a fortnight of talks", "a fortnight of seclusion in Lindal"
    line.tokens.iter().enumerate().find_map(|(index, token)| {
        let behind = index + 2..index + 6;
        (token.lower == "fortnight"
            && at < LEAD
            && (near(index)
                || lower(index + 1) == "of" && (placed(behind.clone()) || bargaining(behind))))
        .then_some(Length::Weeks(2))
    })
}

/// Adjectives that stand between a number and its days: "two further days of talks".
fn adjective(word: &str) -> bool {
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

/// How long so many units of so many days are. Weeks run from Monday on.
fn length(days: i64, number: i64) -> Length {
    match days {
        7 => Length::Weeks(number),
        _ => Length::Days(days * number),
    }
}

/// "Three days after the meeting at the palace": the day that lies so far back from the day told before, or from today.
/// `before` is the line before, which tells the day of what "the statement came two days after" speaks of.
fn days_since(
    line: &Line<'_>,
    before: Option<&Line<'_>>,
    words: &Words,
    venue: Option<&str>,
    today: NaiveDate,
) -> Option<NaiveDate> {
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
        // "Three days after a summit in Lindal" tells nothing of what was signed in Brest.
        let elsewhere = line.hits.iter().any(|hit| {
            matches!(hit.role, Role::At | Role::Modifier)
                && hit.noun.is_some()
                && hit.tokens.start > unit
                && venue.is_some_and(|venue| venue != hit.name)
        });
        if lower(unit + 1) != "after" || days * number > FRESH || elsewhere {
            return None;
        }
        let meant = line.nouns.iter().any(|noun| {
            let within = if noun.verb { MET_WITHIN } else { NAMED_WITHIN };
            noun.strength >= 0.6 && (unit + 2..unit + within).contains(&noun.tokens.start)
        }) || (unit + 2..unit + NAMED_WITHIN).any(|at| {
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
                    | "failed"
                    | "broke"
                    | "ended"
                    | "parted"
                    | "collapsed"
            )
        });
        // "Said on Friday, a day after the talks" counts from Friday.
        let byte = line.tokens[index].bytes.start;
        let past = |date: &&DateMention| !date.ahead && date.when.precision == Precision::Day;
        let told = line
            .dates
            .iter()
            .rfind(|date| date.bytes.end <= byte && past(date))
            .or_else(|| {
                let came = matches!(lower(index.checked_sub(1)?), "came" | "comes");
                before.filter(|_| came)?.dates.iter().rfind(past)
            });
        let from = told.map_or(today, |date| date.when.end);
        meant.then(|| from.checked_sub_days(Days::new((days * number) as u64)))?
    })
}

/// A number of days or weeks, "three" or "12"; `None` for one that counts no days of talks.
pub(super) fn number_of(words: &Words, word: &str) -> Option<i64> {
    const MOST: i64 = 1000;
    let figures = || {
        word.parse()
            .ok()
            .filter(|number| (0..=MOST).contains(number))
    };
    words.numbers.get(word).copied().or_else(figures)
}

/// "Third" or "18th".
fn ordinal(words: &Words, word: &str) -> Option<i64> {
    let figures = || {
        let figures = word.trim_end_matches(char::is_alphabetic);
        let ends = matches!(&word[figures.len()..], "st" | "nd" | "rd" | "th");
        figures
            .parse()
            .ok()
            .filter(|nth| ends && (2..=LONGEST).contains(nth))
    };
    words.ordinals.get(word).copied().or_else(figures)
}

/// Days in a unit of time. A week of talks runs from Monday to Friday or so; the rest is a guess.
pub(super) fn unit_days(unit: &str) -> Option<i64> {
    match unit {
        "day" | "days" | "nights" | "night" => Some(1),
        "week" | "weeks" => Some(7),
        _ => None,
    }
}
