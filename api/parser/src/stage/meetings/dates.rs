//! Days from words: `13 January 2022`, `on Thursday`, `a day earlier`, `last June`, `10-12 January`.
//!
//! Everything is resolved from a reference day, usually that of publication; how exactly the words
//! tell the time is kept, so that a month alone stays a month. The words themselves are data
//! (`date-words.toml`). Nothing here panics: sums outside the calendar give no day.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use regex::{Captures, Regex};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// How exactly words tell a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// A day, or a first and a last day.
    Day,
    /// A week of the calendar or of a month.
    Week,
    /// A month.
    Month,
    /// A year or a season.
    Year,
}

/// A time: first and last day, and how exactly it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct When {
    /// First day.
    pub start: NaiveDate,
    /// Last day, not before `start`.
    pub end: NaiveDate,
    /// How exactly it was told.
    pub precision: Precision,
}

impl When {
    /// One day.
    pub fn day(day: NaiveDate) -> When {
        When {
            start: day,
            end: day,
            precision: Precision::Day,
        }
    }

    fn span(start: NaiveDate, end: NaiveDate, precision: Precision) -> Option<When> {
        (start <= end).then_some(When {
            start,
            end,
            precision,
        })
    }

    fn month(year: i32, month: u32) -> Option<When> {
        let start = NaiveDate::from_ymd_opt(year, month, 1)?;
        let end = start.checked_add_months(Months::new(1))?.pred_opt()?;
        When::span(start, end, Precision::Month)
    }

    fn year(year: i32) -> Option<When> {
        When::span(
            NaiveDate::from_ymd_opt(year, 1, 1)?,
            NaiveDate::from_ymd_opt(year, 12, 31)?,
            Precision::Year,
        )
    }

    fn week_of(day: NaiveDate) -> Option<When> {
        let back = u64::from(day.weekday().num_days_from_monday());
        let start = day.checked_sub_days(Days::new(back))?;
        When::span(
            start,
            start.checked_add_days(Days::new(6))?,
            Precision::Week,
        )
    }

    /// The same a year before.
    fn year_before(&self) -> Option<When> {
        Some(When {
            start: self.start.checked_sub_months(Months::new(12))?,
            end: self.end.checked_sub_months(Months::new(12))?,
            ..*self
        })
    }

    /// True when the two have a day in common.
    pub fn overlaps(&self, other: &When) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// Number of days between the two, 0 when they overlap.
    pub fn distance(&self, other: &When) -> i64 {
        if self.overlaps(other) {
            0
        } else if self.end < other.start {
            (other.start - self.end).num_days()
        } else {
            (self.start - other.end).num_days()
        }
    }
}

/// What kind of words told a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A day or a month of the calendar: `13 January`, `in March`.
    Calendar,
    /// A day of the week: `on Thursday`.
    Weekday,
    /// Words that count from the day of publication: `yesterday`, `last week`.
    Relative,
    /// Words that count from the day told before: `a day earlier`.
    Anchored,
    /// A year alone: `in 2018`.
    Year,
}

/// Words that tell a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateMention {
    /// Byte range in the searched text.
    pub bytes: Range<usize>,
    /// The time.
    pub when: When,
    /// The kind of words.
    pub form: Form,
    /// True when the words around it say that it lies ahead.
    pub ahead: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    months: Vec<Vec<String>>,
    weekdays: Vec<Vec<String>>,
    numbers: Vec<(String, u32)>,
    ordinals: Vec<String>,
    ahead: Vec<String>,
    ahead_present: Vec<String>,
    saying: Vec<String>,
    after_day: Vec<String>,
}

/// The patterns, in the order in which they are preferred at the same place and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Iso,
    Dotted,
    DayMonthToDayMonth,
    DaysMonth,
    MonthDayToMonthDay,
    MonthDays,
    WeekOfMonth,
    MonthYear,
    Month,
    Year,
    Weekdays,
    Weekday,
    Today,
    Counted,
    Next,
    Unit,
    DayAlone,
}

/// The date words, made ready for search. Make one and keep it.
#[derive(Debug)]
pub struct Dates {
    patterns: Vec<(Kind, Regex)>,
    months: HashMap<String, u32>,
    weekdays: HashMap<String, Weekday>,
    numbers: HashMap<String, u32>,
    ordinals: Vec<String>,
    ahead: HashSet<String>,
    ahead_present: HashSet<String>,
    saying: HashSet<String>,
    after_day: HashSet<String>,
    tokens: Regex,
    put_off: Regex,
}

/// Days after which the same day of the year to come is meant rather, where no year is told.
const LONG_AGO: i64 = 240;
/// How far ahead a day without a year may lie at most of which words look ahead.
const FAR_AHEAD: i64 = 270;
/// "Next Thursday" is at least as many days ahead: the Thursday before it is "this Thursday", or "tomorrow".
const SOON: Days = Days::new(3);
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

impl Dates {
    /// Reads the words that Plenary ships.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped file.
    pub fn builtin() -> Dates {
        Dates::from_toml(include_str!("../../../data/date-words.toml"))
            .unwrap_or_else(|error| panic!("the shipped date words are broken: {error}"))
    }

    fn from_toml(toml: &str) -> Result<Dates, String> {
        let words: Words = toml::from_str(toml).map_err(|error| error.to_string())?;
        let mut months = HashMap::new();
        for (number, names) in (1u32..).zip(&words.months) {
            for name in names {
                months.insert(name.to_lowercase(), number);
            }
        }
        let mut weekdays = HashMap::new();
        let mut weekday = Weekday::Mon;
        for names in &words.weekdays {
            for name in names {
                weekdays.insert(name.to_lowercase(), weekday);
            }
            weekday = weekday.succ();
        }
        let month = alternatives(words.months.iter().flatten(), true);
        let weekday = alternatives(words.weekdays.iter().flatten(), true);
        let number = alternatives(words.numbers.iter().map(|(word, _)| word), false);
        let ordinal = alternatives(words.ordinals.iter(), false);
        let day = r"(\d{1,2})(?:st|nd|rd|th)?\b";
        let year =
            r"(?:(?:,?\s+|\s+of\s+)((?:19|20)\d\d)|\s+(?:of\s+)?((?i:last|this|next)\s+year))?";
        let to = r"(?:\s*[-–—/]\s*|\s+(?i:to|until|till|through|and|or)\s+)";
        let list = r"(?:\s*[-–—/,]\s*|\s+(?i:to|until|till|through|and|or)\s+)";
        let part = r"(?i:early|late|mid|the\s+(?:beginning|start|middle|end)\s+of)";
        let patterns = [
            (Kind::Iso, r"(\d{4})-(\d\d)-(\d\d)".to_owned()),
            (Kind::Dotted, r"(\d{1,2})([./])(\d{1,2})[./](\d{4})".to_owned()),
            (
                Kind::DayMonthToDayMonth,
                format!(r"{day}\s+({month})\.?{year}{to}{day}\s+({month})\.?{year}"),
            ),
            (
                Kind::DaysMonth,
                format!(r"(?:{day}(?:{list}{day})?{to})?{day}\s+(?:of\s+)?({month})\.?{year}"),
            ),
            (
                Kind::MonthDayToMonthDay,
                format!(r"({month})\.?\s+{day}{to}({month})\.?\s+{day}{year}"),
            ),
            (
                Kind::MonthDays,
                format!(r"({month})\.?\s+{day}(?:{list}{day})?(?:{to}{day})?{year}"),
            ),
            (
                Kind::WeekOfMonth,
                format!(r"(?i:the\s+)?((?i:{ordinal}|last))\s+week\s+(?i:of|in)\s+({month})\.?{year}"),
            ),
            (
                Kind::MonthYear,
                format!(r"({month})\.?(?:,?\s+|\s+of\s+)((?:19|20)\d\d|(?i:last|this|next)\s+year)"),
            ),
            (
                Kind::Month,
                format!(
                    r"((?i:last|next|this|in|since|of|by|from|until|during|for|between|{part}))[\s-]+(?:({part})[\s-]+)?({month})\.?"
                ),
            ),
            (
                Kind::Year,
                r"((?i:in|since|of|from|by|until|during|year|\())\s?((?:19|20)\d\d)".to_owned(),
            ),
            (
                Kind::Weekdays,
                format!(r"(?:((?i:last|next|this))\s+)?({weekday})\.?{to}({weekday})\.?"),
            ),
            (
                Kind::Weekday,
                format!(
                    r"(?:((?i:last|next|this|past|coming|previous|following|that))\s+)?({weekday})\.?(?:\s+(?:of\s+)?((?i:last|next|this))\s+week|\s+((?i:a week ago|a week earlier|last))\b)?"
                ),
            ),
            (
                Kind::Today,
                r"(?i:today|yesterday|tomorrow|tonight|this\s+(?:morning|afternoon|evening)|last\s+night|the\s+day\s+before\s+yesterday|the\s+day\s+after\s+tomorrow)"
                    .to_owned(),
            ),
            (
                Kind::Counted,
                format!(
                    r"(?:((?i:{number}))|(\d{{1,2}}))\s+(?:(?i:full|whole)\s+)?((?i:day|week|fortnight|month|year)s?)\s+((?i:ago|earlier|before|previously|later|after|afterwards|hence|from\s+now))"
                ),
            ),
            (
                Kind::Next,
                r"(?i:the\s+(next|following|previous|same|day)\s+(day|morning|evening|week|month|year|before|after)|(that|the\s+same)\s+(day|week|month|year))"
                    .to_owned(),
            ),
            (
                Kind::Unit,
                r"((?i:this|last|next|(?:the\s+)?past|(?:the\s+)?coming))\s+((?i:week|weekend|month|year|spring|summer|autumn|fall|winter))\b"
                    .to_owned(),
            ),
            (
                Kind::DayAlone,
                r"(?i:on|by|until|from|since|for)\s+the\s+(\d{1,2})(?:st|nd|rd|th)".to_owned(),
            ),
        ]
        .into_iter()
        .map(|(kind, pattern)| {
            Regex::new(&pattern)
                .map(|regex| (kind, regex))
                .map_err(|error| error.to_string())
        })
        .collect::<Result<_, _>>()?;
        Ok(Dates {
            patterns,
            months,
            weekdays,
            numbers: words.numbers.into_iter().collect(),
            ordinals: words.ordinals,
            ahead: words.ahead.into_iter().collect(),
            ahead_present: words.ahead_present.into_iter().collect(),
            saying: words.saying.into_iter().collect(),
            after_day: words.after_day.into_iter().collect(),
            tokens: Regex::new(r#"[\p{L}\p{N}]+|[.;:!?,"“”»]"#)
                .map_err(|error| error.to_string())?,
            put_off: Regex::new(&format!(
                r"(?:put off|put back|postponed|delayed|pushed back|moved back|deferred)\s+(?:for|by)\s+(?:({number})|(\d{{1,2}}))\s+(day|week|fortnight)s?\b"
            ))
            .map_err(|error| error.to_string())?,
        })
    }

    /// Finds the times that `text`, one sentence or heading, tells, in text order.
    ///
    /// `today` is the day from which "yesterday" counts; without it only what the calendar tells
    /// completely is found. `anchor` is the day told last before this text, from which "a day
    /// earlier" counts; without it such words count from `today`.
    pub fn find(
        &self,
        text: &str,
        today: Option<NaiveDate>,
        anchor: Option<NaiveDate>,
    ) -> Vec<DateMention> {
        let mut hits: Vec<(Range<usize>, Kind, Captures<'_>)> = Vec::new();
        for (kind, pattern) in &self.patterns {
            for captures in pattern.captures_iter(text) {
                let Some(whole) = captures.get(0) else {
                    continue;
                };
                if stands_alone(text, whole.range()) {
                    hits.push((whole.range(), *kind, captures));
                }
            }
        }
        hits.sort_by_key(|(range, kind, _)| {
            (range.start, std::cmp::Reverse(range.end), *kind as usize)
        });
        let tokens: Vec<(usize, String)> = self
            .tokens
            .find_iter(text)
            .map(|token| (token.start(), token.as_str().to_lowercase()))
            .collect();
        let fuller: Vec<Range<usize>> = hits
            .iter()
            .filter(|(_, kind, _)| {
                matches!(
                    kind,
                    Kind::MonthYear | Kind::MonthDays | Kind::MonthDayToMonthDay
                )
            })
            .map(|(range, ..)| range.clone())
            .collect();
        let mut found: Vec<DateMention> = Vec::new();
        let mut anchor = anchor;
        for (range, kind, captures) in hits {
            if found
                .last()
                .is_some_and(|last| range.start < last.bytes.end)
            {
                continue;
            }
            // "In November 2013", "since November 21" are told by the words from the month on; "more than the whole of
            // April" tells no time of anything.
            let inside = fuller.partition_point(|fuller| fuller.start <= range.start);
            let goes_on = fuller[inside..]
                .iter()
                .take_while(|fuller| fuller.start < range.end)
                .any(|fuller| range.end < fuller.end);
            let whole = || text[..range.start].trim_end().ends_with(" whole");
            if kind == Kind::Month && (goes_on || whole()) {
                continue;
            }
            // "Three days after the meeting" counts from what follows, which is no day.
            if kind == Kind::Counted && counts_from_what_follows(text, &range) {
                continue;
            }
            // "On the 16th floor" tells no day.
            if kind == Kind::DayAlone && !self.ends_there(&text[range.end..]) {
                continue;
            }
            let calendar = matches!(kind, Kind::DaysMonth | Kind::MonthDays);
            let ahead = self.looks_ahead(&tokens, &range, calendar);
            let Some((mut when, form)) = self.resolve(kind, &captures, today, anchor, ahead) else {
                continue;
            };
            // "The accord signed on January 1", told in December, was signed in the same year.
            let dated = calendar || kind == Kind::Month;
            let coming = today.is_some_and(|today| when.start > today);
            if dated && coming && !tells_year(&text[range.clone()]) && looks_back(&tokens, &range) {
                when = when.year_before().unwrap_or(when);
            }
            if when.precision <= Precision::Month {
                anchor = Some(when.start);
            }
            let ahead =
                today.is_some_and(|today| when.start > today || (ahead && when.end >= today));
            // The full stop behind a month is its own or its sentence's.
            let length = text[range.clone()].trim_end_matches('.').len();
            found.push(DateMention {
                bytes: range.start..range.start + length,
                when,
                form,
                ahead,
            });
        }
        self.move_put_off(text, &mut found);
        found
    }

    /// "Due to open next Thursday, they have been put off for a fortnight": the last coming day told before is moved.
    fn move_put_off(&self, text: &str, found: &mut [DateMention]) {
        let Some(told) = self.put_off.captures(text) else {
            return;
        };
        let at = told.get(0).map_or(0, |whole| whole.start());
        let last = found
            .iter_mut()
            .rfind(|date| date.bytes.end <= at)
            .filter(|date| date.ahead && date.when.precision == Precision::Day);
        let count = match told.get(1) {
            Some(word) => self.numbers.get(word.as_str()).copied(),
            None => number(&told, 2),
        };
        let days = match &told[3] {
            "day" => 1,
            "week" => 7,
            _ => 14,
        };
        let moved =
            |day: NaiveDate, count: u32| day.checked_add_days(Days::new(u64::from(count * days)));
        if let (Some(date), Some(count)) = (last, count)
            && let Some(start) = moved(date.when.start, count)
            && let Some(end) = moved(date.when.end, count)
        {
            date.when = When {
                start,
                end,
                ..date.when
            };
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

    /// True when a word before (or right after) the day says that it lies ahead.
    fn looks_ahead(
        &self,
        tokens: &[(usize, String)],
        range: &Range<usize>,
        calendar: bool,
    ) -> bool {
        let at = tokens.partition_point(|(start, _)| *start < range.start);
        // "Since the planned start on Thursday"
        let clause = tokens[at.saturating_sub(REACH)..at].iter().rev();
        let mut clause =
            clause.take_while(|(_, word)| !matches!(word.as_str(), "." | "," | ";" | ":"));
        if clause.any(|(_, word)| word == "since") {
            return false;
        }
        // "A republic that would prefer to lie elsewhere, adjourned on Thursday": what stands right before the day is
        // over, unless it is to be.
        let word = |back: usize| at.checked_sub(back).map(|at| tokens[at].1.as_str());
        let verb = if word(1) == Some("on") { 2 } else { 1 };
        let passive = word(verb + 1).is_some_and(|before| PASSIVE.contains(&before));
        if word(verb).is_some_and(|verb| is_done(verb) && !self.ahead.contains(verb)) && !passive {
            return false;
        }
        let mut apart = false;
        for (back, (_, word)) in tokens[..at].iter().rev().take(FAR_REACH).enumerate() {
            // "A round opens on Saturday, after sessions on 12 April": the words look ahead to another day.
            if calendar && matches!(word.as_str(), "after" | "since" | "following") {
                return false;
            }
            // "Buses will not run before the weekend after talks adjourned on Wednesday"
            if word == "after" && tokens[at - back..at].iter().any(|(_, done)| is_done(done)) {
                return false;
            }
            if self.saying.contains(word)
                || matches!(
                    word.as_str(),
                    "." | ";" | ":" | "!" | "?" | "\"" | "“" | "”" | "»"
                )
            {
                break;
            }
            // "Talks on the quota of next year broke up late on Wednesday"
            let next = tokens.get(at - back).map_or("", |(_, word)| word.as_str());
            let before = at.checked_sub(back + 2);
            let before = before.map_or("", |before| tokens[before].1.as_str());
            if back < REACH
                && FINISHED.contains(&word.as_str())
                && next != "by"
                && !PASSIVE.contains(&before)
            {
                return false;
            }
            apart |= word == "," || HAPPENED.contains(&word.as_str());
            if back >= REACH && (apart || !matches!(word.as_str(), "will" | "shall" | "due")) {
                continue;
            }
            // "Met the head of the council on Sunday", "since the start": no verbs.
            let noun = at
                .checked_sub(back + 2)
                .is_some_and(|before| DETERMINERS.contains(&tokens[before].1.as_str()));
            // "Leaders gather in Lindal, it remained unclear on Friday how far": another clause.
            let clause = tokens[at - back - 1..at]
                .windows(2)
                .any(|pair| pair[0].1 == "," && CLAUSES.contains(&pair[1].1.as_str()));
            if self.ahead.contains(word) && word != "to" && word != "later" && word != "set"
                || self.ahead_present.contains(word) && !noun && !clause
            {
                return true;
            }
        }
        // "is set to meet", "to be held", "later this week": these words alone say little.
        let near: Vec<&str> = tokens[at.saturating_sub(REACH)..at]
            .iter()
            .map(|(_, word)| word.as_str())
            .collect();
        if near.windows(2).any(|pair| {
            matches!(pair, ["set", "to"] | ["to", "be"] | ["later", "this"])
                || (pair[0] == "to" && self.ahead_present.contains(pair[1]))
        }) {
            return true;
        }
        // "Ahead of Thursday's talks", "the text for Sunday"
        if matches!(near.as_slice(), [.., "ahead", "of"] | [.., "for"]) && !calendar {
            return true;
        }
        // "From Sunday, ministers of 164 states will have four days": words that open a sentence are told of its verb.
        let after = tokens.partition_point(|(start, _)| *start < range.end);
        let opens = at <= 1 || matches!(tokens[at - 2].1.as_str(), "." | "!" | "?");
        let reach = if opens { REACH } else { 2 };
        tokens[after..]
            .iter()
            .take(reach)
            .map(|(_, word)| word.as_str())
            .take_while(|word| {
                !self.saying.contains(*word) && !matches!(*word, "." | ";" | ":" | "and" | "but")
            })
            .any(|word| matches!(word, "will" | "shall"))
    }

    fn month(&self, captures: &Captures<'_>, group: usize) -> Option<u32> {
        self.months
            .get(&captures.get(group)?.as_str().to_lowercase())
            .copied()
    }

    fn weekday(&self, captures: &Captures<'_>, group: usize) -> Option<Weekday> {
        self.weekdays
            .get(&captures.get(group)?.as_str().to_lowercase())
            .copied()
    }

    fn resolve(
        &self,
        kind: Kind,
        captures: &Captures<'_>,
        today: Option<NaiveDate>,
        anchor: Option<NaiveDate>,
        ahead: bool,
    ) -> Option<(When, Form)> {
        let calendar = |when: When| Some((when, Form::Calendar));
        match kind {
            Kind::Iso => calendar(When::day(NaiveDate::from_ymd_opt(
                number(captures, 1)?,
                number(captures, 2)?,
                number(captures, 3)?,
            )?)),
            Kind::Dotted => {
                let (first, second) = (number(captures, 1)?, number(captures, 3)?);
                let year = number(captures, 4)?;
                // With slashes, the month may stand first; a number above twelve tells.
                let (day, month) = if second > 12 {
                    (second, first)
                } else {
                    (first, second)
                };
                calendar(When::day(NaiveDate::from_ymd_opt(year, month, day)?))
            }
            Kind::DayMonthToDayMonth => {
                let (day1, month1) = (number(captures, 1)?, self.month(captures, 2)?);
                let (day2, month2) = (number(captures, 5)?, self.month(captures, 6)?);
                let last_year = year_told(captures, 7, 8, today);
                let first_year = year_told(captures, 3, 4, today);
                calendar(span_of_days(
                    (month1, day1, first_year),
                    (month2, day2, last_year),
                    today,
                    ahead,
                )?)
            }
            Kind::DaysMonth => {
                let month = self.month(captures, 4)?;
                let last = number(captures, 3)?;
                let first = number(captures, 1).unwrap_or(last);
                let year = year_told(captures, 5, 6, today);
                calendar(span_of_days(
                    (month, first, year),
                    (month, last, year),
                    today,
                    ahead,
                )?)
            }
            Kind::MonthDayToMonthDay => {
                let (month1, day1) = (self.month(captures, 1)?, number(captures, 2)?);
                let (month2, day2) = (self.month(captures, 3)?, number(captures, 4)?);
                let year = year_told(captures, 5, 6, today);
                calendar(span_of_days(
                    (month1, day1, None),
                    (month2, day2, year),
                    today,
                    ahead,
                )?)
            }
            Kind::MonthDays => {
                let month = self.month(captures, 1)?;
                let first = number(captures, 2)?;
                let last = number(captures, 4)
                    .or_else(|| number(captures, 3))
                    .unwrap_or(first);
                let year = year_told(captures, 5, 6, today);
                calendar(span_of_days(
                    (month, first, year),
                    (month, last, year),
                    today,
                    ahead,
                )?)
            }
            Kind::WeekOfMonth => {
                let month = self.month(captures, 2)?;
                let year = match year_told(captures, 3, 4, today) {
                    Some(year) => year,
                    None => nearest_year(month, 15, today?, ahead)?,
                };
                let whole = When::month(year, month)?;
                let word = captures.get(1)?.as_str().to_lowercase();
                let start = match self.ordinals.iter().position(|ordinal| *ordinal == word) {
                    Some(nth) => whole.start.checked_add_days(Days::new(7 * nth as u64))?,
                    None => whole.end.checked_sub_days(Days::new(6))?,
                };
                let end = start.checked_add_days(Days::new(6))?.min(whole.end);
                calendar(When::span(start, end, Precision::Week)?)
            }
            Kind::MonthYear => {
                let month = self.month(captures, 1)?;
                let year = year_of(captures.get(2)?.as_str(), today)?;
                calendar(When::month(year, month)?)
            }
            Kind::Month => {
                let today = today?;
                let month = self.month(captures, 3)?;
                let lead = captures.get(1)?.as_str().to_lowercase();
                let year = match lead.as_str() {
                    // "Last June" is the latest June that is over, or as good as over.
                    "last" if month < today.month() => today.year(),
                    "last" => today.year() - 1,
                    "next" if month > today.month() => today.year(),
                    "next" => today.year() + 1,
                    "this" => today.year(),
                    _ if month == today.month() => today.year(),
                    _ => nearest_year(month, 15, today, ahead)?,
                };
                calendar(When::month(year, month)?)
            }
            Kind::Year => Some((When::year(number(captures, 2)?)?, Form::Year)),
            Kind::Weekdays => {
                let today = today?;
                let lead = lower(captures, 1);
                let first = self.weekday(captures, 2)?;
                let last = self.weekday(captures, 3)?;
                let ahead = ahead || lead.as_deref() == Some("next");
                let (start, end) = if ahead {
                    let start = on_or_after(today, first)?;
                    (start, on_or_after(start, last)?)
                } else {
                    // "Wednesday and Thursday" in Wednesday's paper is under way: the first day leads.
                    let end = on_or_before(today, last)?;
                    let start = on_or_before(end, first)?;
                    let under_way = on_or_before(today, first)?;
                    if start < under_way && under_way == today {
                        (under_way, on_or_after(under_way, last)?)
                    } else {
                        (start, end)
                    }
                };
                Some((When::span(start, end, Precision::Day)?, Form::Weekday))
            }
            Kind::Weekday => {
                let today = today?;
                let weekday = self.weekday(captures, 2)?;
                let lead = lower(captures, 1);
                let tail = lower(captures, 3).or_else(|| lower(captures, 4));
                let day = match (lead.as_deref(), tail.as_deref()) {
                    (_, Some("last")) if captures.get(3).is_some() => {
                        weekday_of_week(today.checked_sub_days(Days::new(7))?, weekday)?
                    }
                    (_, Some("next")) => {
                        weekday_of_week(today.checked_add_days(Days::new(7))?, weekday)?
                    }
                    (_, Some("this")) => weekday_of_week(today, weekday)?,
                    (_, Some("last")) => on_or_before(today.pred_opt()?, weekday)?,
                    (_, Some(_)) => on_or_before(today.checked_sub_days(Days::new(7))?, weekday)?,
                    (Some("last" | "past"), _) => on_or_before(today.pred_opt()?, weekday)?,
                    (Some("next"), _) => on_or_after(today.checked_add_days(SOON)?, weekday)?,
                    (Some("coming"), _) => on_or_after(today.succ_opt()?, weekday)?,
                    (Some("this"), _) if !ahead => weekday_of_week(today, weekday)?,
                    (Some("that"), _) => nearest_weekday(anchor.unwrap_or(today), weekday)?,
                    (Some("previous"), _) => {
                        on_or_before(anchor.unwrap_or(today).pred_opt()?, weekday)?
                    }
                    (Some("following"), _) => {
                        on_or_after(anchor.unwrap_or(today).succ_opt()?, weekday)?
                    }
                    _ if ahead => on_or_after(today, weekday)?,
                    _ => on_or_before(today, weekday)?,
                };
                Some((When::day(day), Form::Weekday))
            }
            Kind::Today => {
                let today = today?;
                let words = captures.get(0)?.as_str().to_lowercase();
                let day = if words.contains("before yesterday") {
                    today.checked_sub_days(Days::new(2))?
                } else if words.contains("after tomorrow") {
                    today.checked_add_days(Days::new(2))?
                } else if words == "yesterday" || words.starts_with("last") {
                    today.pred_opt()?
                } else if words == "tomorrow" {
                    today.succ_opt()?
                } else {
                    today
                };
                Some((When::day(day), Form::Relative))
            }
            Kind::Counted => {
                let count = match captures.get(1) {
                    Some(word) => *self.numbers.get(&word.as_str().to_lowercase())?,
                    None => number(captures, 2)?,
                };
                let unit = lower(captures, 3)?;
                let direction = lower(captures, 4)?;
                let from_today =
                    matches!(direction.as_str(), "ago" | "hence") || direction.starts_with("from");
                let base = if from_today {
                    today?
                } else {
                    anchor.or(today)?
                };
                let back = matches!(
                    direction.as_str(),
                    "ago" | "earlier" | "before" | "previously"
                );
                let when = counted(base, count, unit.trim_end_matches('s'), back)?;
                let form = if from_today {
                    Form::Relative
                } else {
                    Form::Anchored
                };
                Some((when, form))
            }
            Kind::Next => {
                let base = anchor.or(today)?;
                let (which, unit) = match (lower(captures, 1), lower(captures, 2)) {
                    (Some(which), Some(unit)) => (which, unit),
                    _ => ("same".to_owned(), lower(captures, 4)?),
                };
                let shift = match (which.as_str(), unit.as_str()) {
                    ("day", "before") | ("previous", _) => Some(true),
                    ("day", "after") | ("next" | "following", _) => Some(false),
                    ("same", _) => None,
                    _ => return None,
                };
                let unit = match unit.as_str() {
                    "before" | "after" | "morning" | "evening" => "day",
                    unit => unit,
                };
                let when = match shift {
                    Some(back) => counted(base, 1, unit, back)?,
                    None => counted(base, 0, unit, false)?,
                };
                Some((when, Form::Anchored))
            }
            Kind::Unit => {
                let today = today?;
                let which = lower(captures, 1)?;
                let unit = lower(captures, 2)?;
                let back = which == "last" || which.ends_with("past");
                let forth = which == "next" || which.ends_with("coming");
                let when = match unit.as_str() {
                    "weekend" => {
                        let saturday = if forth || (!back && ahead) {
                            on_or_after(today, Weekday::Sat)?
                        } else {
                            on_or_before(today, Weekday::Sat)?
                        };
                        When::span(saturday, saturday.succ_opt()?, Precision::Day)?
                    }
                    "week" | "month" | "year" => {
                        let count = u32::from(back || forth);
                        counted(today, count, &unit, back)?
                    }
                    season => season_near(today, season, back, forth)?,
                };
                Some((when, Form::Relative))
            }
            Kind::DayAlone => {
                let (day, today) = (number(captures, 1)?, today?);
                Some((When::day(near_day(day, today, ahead)?), Form::Calendar))
            }
        }
    }
}

/// The day of that number in the month of `today` or in one beside it: the last one, or the next where words
/// look ahead.
fn near_day(day: u32, today: NaiveDate, ahead: bool) -> Option<NaiveDate> {
    let months = |count: i32| {
        let first = today.with_day(1)?;
        let month = match count {
            ..0 => first.checked_sub_months(Months::new(count.unsigned_abs())),
            _ => first.checked_add_months(Months::new(count.unsigned_abs())),
        };
        month?.with_day(day)
    };
    let mut near = (-2..=2).filter_map(months);
    if ahead {
        near.find(|day| *day > today)
    } else {
        near.rfind(|day| *day <= today)
    }
}

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

/// True for a verb of something that is over: "adjourned", "broke".
fn is_done(word: &str) -> bool {
    let past = word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed");
    past || matches!(word, "agreed" | "broke" | "fell" | "met" | "held")
}

/// True when words before a day say that something happened on it: "signed in Lindal on 1 January".
fn looks_back(tokens: &[(usize, String)], range: &Range<usize>) -> bool {
    let at = tokens.partition_point(|(start, _)| *start < range.start);
    let word = |at: usize| tokens[at].1.as_str();
    let clause = (0..at)
        .rev()
        .take(REACH)
        .take_while(|at| !matches!(word(*at), "." | ";" | ":" | "!" | "?" | ","));
    let ahead = |at: usize| {
        (at.saturating_sub(2)..at).any(|before| {
            matches!(
                word(before),
                "be" | "being" | "to" | "will" | "would" | "shall"
            )
        })
    };
    clause
        // "Agreed to hold the next round on 8 November"
        .filter(|at| HAPPENED.contains(&word(*at)) && word((at + 1).min(tokens.len() - 1)) != "to")
        .any(|at| !ahead(at))
}

/// True when a day is told with its year.
fn tells_year(words: &str) -> bool {
    words
        .split(|c: char| !c.is_ascii_digit())
        .any(|number| number.len() == 4)
}

/// The names as a pattern, the longest first; capitalised ones also in capitals.
fn alternatives<'a>(names: impl Iterator<Item = &'a String>, capitals: bool) -> String {
    let mut all: Vec<String> = names
        .flat_map(|name| {
            let loud = capitals.then(|| name.to_uppercase());
            std::iter::once(regex::escape(name)).chain(loud.map(|name| regex::escape(&name)))
        })
        .collect();
    all.sort_by_key(|name| std::cmp::Reverse(name.len()));
    all.dedup();
    format!("(?:{})", all.join("|"))
}

/// True for "a week before" and "two days after" with words behind them.
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

fn number<N: std::str::FromStr>(captures: &Captures<'_>, group: usize) -> Option<N> {
    captures.get(group)?.as_str().parse().ok()
}

fn lower(captures: &Captures<'_>, group: usize) -> Option<String> {
    Some(captures.get(group)?.as_str().to_lowercase())
}

/// The year told in figures (`figures`) or as "last year" (`words`).
fn year_told(
    captures: &Captures<'_>,
    figures: usize,
    words: usize,
    today: Option<NaiveDate>,
) -> Option<i32> {
    let told = captures.get(figures).or_else(|| captures.get(words))?;
    year_of(told.as_str(), today)
}

fn year_of(words: &str, today: Option<NaiveDate>) -> Option<i32> {
    if let Ok(year) = words.parse() {
        return Some(year);
    }
    let shift = match words.to_lowercase().split_whitespace().next()? {
        "last" => -1,
        "next" => 1,
        _ => 0,
    };
    today?.year().checked_add(shift)
}

/// First and last day from months, days and years, where either year may be left out.
fn span_of_days(
    first: (u32, u32, Option<i32>),
    last: (u32, u32, Option<i32>),
    today: Option<NaiveDate>,
    ahead: bool,
) -> Option<When> {
    let year = match last.2.or(first.2) {
        Some(year) => year,
        None => nearest_year(last.0, last.1, today?, ahead)?,
    };
    let end = NaiveDate::from_ymd_opt(last.2.unwrap_or(year), last.0, last.1)?;
    let mut start = NaiveDate::from_ymd_opt(first.2.unwrap_or(year), first.0, first.1)?;
    if start > end && first.2.is_none() {
        start = NaiveDate::from_ymd_opt(year - 1, first.0, first.1)?;
    }
    When::span(start, end, Precision::Day)
}

/// The year of a day told without one: the past, unless words look ahead or the past is far and
/// the future near.
fn nearest_year(month: u32, day: u32, today: NaiveDate, ahead: bool) -> Option<i32> {
    let on = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
    let this = on(today.year()).or_else(|| on(today.year() - 1))?;
    let (past, future) = if this <= today {
        (Some(this), on(this.year() + 1))
    } else {
        (on(this.year() - 1), Some(this))
    };
    let back = past.map_or(i64::MAX, |past| (today - past).num_days());
    let forth = future.map_or(i64::MAX, |future| (future - today).num_days());
    // "The talks that would open on 3 May" may be told a few days later, those that "were due to open" then weeks later.
    let takes_future = if ahead {
        back > 10 && forth <= FAR_AHEAD
    } else {
        back >= LONG_AGO
    };
    let chosen = if takes_future {
        future.or(past)
    } else {
        past.or(future)
    };
    chosen.map(|day| day.year())
}

fn on_or_before(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let back = (7 + day.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
    day.checked_sub_days(Days::new(u64::from(back)))
}

fn on_or_after(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let forth = (7 + weekday.num_days_from_monday() - day.weekday().num_days_from_monday()) % 7;
    day.checked_add_days(Days::new(u64::from(forth)))
}

/// The weekday at most three days away.
fn nearest_weekday(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let before = on_or_before(day, weekday)?;
    let after = on_or_after(day, weekday)?;
    Some(if day - before <= after - day {
        before
    } else {
        after
    })
}

fn weekday_of_week(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    When::week_of(day)?
        .start
        .checked_add_days(Days::new(u64::from(weekday.num_days_from_monday())))
}

/// `count` units before or after `base`; the unit tells how exact the result is.
fn counted(base: NaiveDate, count: u32, unit: &str, back: bool) -> Option<When> {
    let days = |days: u32| {
        let days = Days::new(u64::from(days));
        if back {
            base.checked_sub_days(days)
        } else {
            base.checked_add_days(days)
        }
    };
    let months = |months: u32| {
        let months = Months::new(months);
        if back {
            base.checked_sub_months(months)
        } else {
            base.checked_add_months(months)
        }
    };
    match unit {
        "day" => Some(When::day(days(count)?)),
        "week" => When::week_of(days(count.checked_mul(7)?)?),
        "fortnight" => When::week_of(days(count.checked_mul(14)?)?),
        "month" => {
            let day = months(count)?;
            When::month(day.year(), day.month())
        }
        _ => When::year(months(count.checked_mul(12)?)?.year()),
    }
}

/// A season of the northern year, which is what news in English means where it says no more.
fn season_near(today: NaiveDate, season: &str, back: bool, forth: bool) -> Option<When> {
    let first = match season {
        "spring" => 3,
        "summer" => 6,
        "autumn" | "fall" => 9,
        _ => 12,
    };
    let of = |year: i32| {
        let start = NaiveDate::from_ymd_opt(year, first, 1)?;
        let end = start.checked_add_months(Months::new(3))?.pred_opt()?;
        When::span(start, end, Precision::Year)
    };
    let this = of(today.year())?;
    if back && this.end >= today {
        of(today.year() - 1)
    } else if forth && this.start <= today {
        of(today.year() + 1)
    } else {
        Some(this)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_shipped_words_are_usable() {
        let dates = Dates::builtin();
        assert_eq!(dates.months.len(), 23 + 1);
        assert_eq!(dates.weekdays.get("thursday"), Some(&Weekday::Thu));
    }

    proptest! {
        #[test]
        fn no_text_and_no_day_panics(
            text in "([0-9]{1,4}[ ./-]|the |last |next |May |Sunday |week |two |days |ago |earlier |to |of |year |,){0,12}",
            day in -9_000_000i32..90_000_000,
        ) {
            let dates = Dates::builtin();
            let today = NaiveDate::from_num_days_from_ce_opt(day);
            for found in dates.find(&text, today, today) {
                prop_assert!(found.when.start <= found.when.end);
                prop_assert!(text.get(found.bytes.clone()).is_some());
            }
        }

        #[test]
        fn a_weekday_of_the_past_lies_at_most_six_days_back(offset in 0u64..4000, weekday in 0usize..7) {
            let dates = Dates::builtin();
            let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            let today = NaiveDate::from_ymd_opt(2015, 1, 1).and_then(|day| day.checked_add_days(Days::new(offset))).unwrap();
            let found = dates.find(&format!("They met on {}.", names[weekday]), Some(today), None);
            prop_assert_eq!(found.len(), 1);
            let back = (today - found[0].when.start).num_days();
            prop_assert!((0..7).contains(&back));
            prop_assert_eq!(found[0].when.start.weekday().num_days_from_monday() as usize, weekday);
        }
    }
}
