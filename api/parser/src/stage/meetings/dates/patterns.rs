//! The patterns that find words of time, made from the shipped words (`date-words.toml`).

use regex::Regex;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) months: Vec<Vec<String>>,
    pub(super) weekdays: Vec<Vec<String>>,
    pub(super) numbers: Vec<(String, u32)>,
    pub(super) ordinals: Vec<String>,
    pub(super) ahead: Vec<String>,
    pub(super) ahead_present: Vec<String>,
    pub(super) saying: Vec<String>,
    pub(super) after_day: Vec<String>,
}

/// The patterns, in the order in which they are preferred at the same place and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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

/// A day of the month, which is captured.
const DAY: &str = r"(\d{1,2})(?:st|nd|rd|th)?\b";
/// A year behind a month, if one is told: captured are its figures, or else "last year".
const YEAR: &str =
    r"(?:(?:,?\s+|\s+of\s+)((?:19|20)\d\d)|\s+(?:of\s+)?((?i:last|this|next)\s+year))?";
/// Between a first and a last day.
const TO: &str = r"(?:\s*[-–—/]\s*|\s+(?i:to|until|till|through|and|or)\s+)";
/// Between days of a list.
const LIST: &str = r"(?:\s*[-–—/,]\s*|\s+(?i:to|until|till|through|and|or)\s+)";
/// A part of a month.
const PART: &str = r"(?i:early|late|mid|the\s+(?:beginning|start|middle|end)\s+of)";

impl Words {
    /// The patterns of times.
    pub(super) fn patterns(&self) -> Result<Vec<(Kind, Regex)>, String> {
        let month = alternatives(self.months.iter().flatten(), true);
        let ordinal = alternatives(self.ordinals.iter(), false);
        let weekday = alternatives(self.weekdays.iter().flatten(), true);
        days(&month)
            .into_iter()
            .chain(months_and_years(&month, &ordinal))
            .chain(weekdays(&weekday))
            .chain(relative(&self.number()))
            .map(|(kind, pattern)| Ok((kind, regex(&pattern)?)))
            .collect()
    }

    /// The pattern of a day that is moved: "put off for a fortnight".
    pub(super) fn put_off(&self) -> Result<Regex, String> {
        regex(&format!(
            r"(?:put off|put back|postponed|delayed|pushed back|moved back|deferred)\s+(?:for|by)\s+(?:({number})|(\d{{1,2}}))\s+(day|week|fortnight)s?\b",
            number = self.number()
        ))
    }

    fn number(&self) -> String {
        alternatives(self.numbers.iter().map(|(word, _)| word), false)
    }
}

/// The pattern of the words and marks of a sentence.
pub(super) fn tokens() -> Result<Regex, String> {
    regex(r#"[\p{L}\p{N}]+|[.;:!?,"“”»]"#)
}

/// Days of the calendar.
fn days(month: &str) -> [(Kind, String); 6] {
    [
        (Kind::Iso, r"(\d{4})-(\d\d)-(\d\d)".to_owned()),
        (
            Kind::Dotted,
            r"(\d{1,2})([./])(\d{1,2})[./](\d{4})".to_owned(),
        ),
        (
            Kind::DayMonthToDayMonth,
            format!(r"{DAY}\s+({month})\.?{YEAR}{TO}{DAY}\s+({month})\.?{YEAR}"),
        ),
        (
            Kind::DaysMonth,
            format!(r"(?:{DAY}(?:{LIST}{DAY})?{TO})?{DAY}\s+(?:of\s+)?({month})\.?{YEAR}"),
        ),
        (
            Kind::MonthDayToMonthDay,
            format!(r"({month})\.?\s+{DAY}{TO}({month})\.?\s+{DAY}{YEAR}"),
        ),
        (
            Kind::MonthDays,
            format!(r"({month})\.?\s+{DAY}(?:{LIST}{DAY})?(?:{TO}{DAY})?{YEAR}"),
        ),
    ]
}

/// Weeks of a month, months and years.
fn months_and_years(month: &str, ordinal: &str) -> [(Kind, String); 4] {
    [
        (
            Kind::WeekOfMonth,
            format!(r"(?i:the\s+)?((?i:{ordinal}|last))\s+week\s+(?i:of|in)\s+({month})\.?{YEAR}"),
        ),
        (
            Kind::MonthYear,
            format!(r"({month})\.?(?:,?\s+|\s+of\s+)((?:19|20)\d\d|(?i:last|this|next)\s+year)"),
        ),
        (
            Kind::Month,
            format!(
                r"((?i:last|next|this|in|since|of|by|from|until|during|for|between|{PART}))[\s-]+(?:({PART})[\s-]+)?({month})\.?"
            ),
        ),
        (
            Kind::Year,
            r"((?i:in|since|of|from|by|until|during|year|\())\s?((?:19|20)\d\d)".to_owned(),
        ),
    ]
}

/// Days of the week.
fn weekdays(weekday: &str) -> [(Kind, String); 2] {
    [
        (
            Kind::Weekdays,
            format!(r"(?:((?i:last|next|this))\s+)?({weekday})\.?{TO}({weekday})\.?"),
        ),
        (
            Kind::Weekday,
            format!(
                r"(?:((?i:last|next|this|past|coming|previous|following|that))\s+)?({weekday})\.?(?:\s+(?:of\s+)?((?i:last|next|this))\s+week|\s+((?i:a week ago|a week earlier|last))\b)?"
            ),
        ),
    ]
}

/// Words that count from another day.
fn relative(number: &str) -> [(Kind, String); 5] {
    [
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

fn regex(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| error.to_string())
}
