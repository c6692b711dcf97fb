//! The dateline: place and day at the head of an agency's report.

use super::Text;
use crate::document::Dateline;
use chrono::{Datelike, Days, Months, NaiveDate};
use plenary_domain::Span;
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Characters at the head of a paragraph in which a dateline is looked for.
const REACH: u32 = 120;

static MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Words that head a text and are no place.
static LABELS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct File {
        labels: HashSet<String>,
    }
    toml::from_str::<File>(include_str!("../../../data/labels.toml"))
        .map(|file| file.labels)
        .unwrap_or_else(|error| panic!("the shipped labels are broken: {error}"))
});

/// `VIENNA, January 13. /X/.`, `GENEVA (X) -`, `WASHINGTON, May 11 (X) --`, `Geneva, 10 January 2022 –`,
/// `LINDAL, Wednesday night.`, `LINDAL - `, `LINDAL. `, `LINDAL: `.
///
/// A place in capitals needs a day, an agency, a dash, a bar, a colon or a full stop after it, or to stand alone
/// with a day in its paragraph; one in small letters needs a day or an agency, and a dash, or a day of the
/// week and a full stop.
pub(super) static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    let upper = r"(?P<upper>\p{Lu}[\p{Lu}.'’-]+(?: [\p{Lu}][\p{Lu}.'’-]*){0,3})";
    let lower = r"(?P<lower>\p{Lu}[\p{L}.'’-]+(?: \p{L}[\p{L}.'’-]*){0,3})";
    let region = r"(?:(?:,|/)\s?\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,2})?";
    let month = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\p{L}*\.?";
    let weekday = r"(?:(?i:mon|tues|wednes|thurs|fri|satur|sun)(?i:day))";
    let hour = r"(?i:morning|noon|afternoon|evening|night)";
    let day = |name: &str| {
        format!(
            r"(?P<{name}>{month} \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} {month}(?:,? \d{{4}})?|{weekday}(?: {hour})?)"
        )
    };
    let agency = r"(?:\([^()\n]{2,30}\)|/[^/\n]{2,30}/|\[[^\[\]\n]{2,30}\])";
    let dash = r"(?:--+|[-–—−]+|:)";
    let (a, b, c) = (day("a"), day("b"), day("c"));
    let expression = format!(
        r"^(?:{upper}(?:{region}(?:,? {a}\.?(?:\s*{agency}\.?)?(?:\s*{dash})?|\s*{agency}\.?(?:,? {b}\.?)?(?:\s*{dash})?|\s*(?:--+|[–—])|\s[-|−])|\.|(?P<colon>:))|{lower}{region}(?:,? {c}\.?\s*{agency}?\s*{dash}|\s*{agency}\s*{dash}|, (?P<d>{weekday}(?: {hour})?)\.))(?:\s+|$)"
    );
    Regex::new(&expression)
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// First words of somebody's own speech: "AMBASSADOR TVEIT: Thank you."
const SPOKEN: [&str; 10] = [
    "I", "We", "Good", "Thank", "Thanks", "Well", "Yes", "No", "So", "Hello",
];

/// `LINDAL: `, or the label of a turn: `MODERATOR: `.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\p{Lu}[\p{Lu} .'’-]+:\s")
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// True for a paragraph that begins with a word in capitals and a colon.
pub(super) fn is_labelled(text: &Text<'_>, paragraph: Span) -> bool {
    LABEL.is_match(text.slice(paragraph))
}

/// The dateline at the head of a paragraph. Where `colon` is false, a colon behind the first name tells who speaks.
pub(super) fn find(
    text: &Text<'_>,
    paragraph: Span,
    published: Option<NaiveDate>,
    colon: bool,
) -> Option<Dateline> {
    let head = text.slice(Span::new(
        paragraph.start,
        paragraph.end.min(paragraph.start + REACH),
    ));
    let found = DATELINE.captures(head)?;
    let spoken = |text: &str| {
        let first = text.split([' ', ',']).next().unwrap_or_default();
        SPOKEN.contains(&first) || first.starts_with(['“', '"', '‘'])
    };
    if found.name("colon").is_some() && (!colon || spoken(&head[found[0].len()..])) {
        return None;
    }
    let length = found[0].trim_end().chars().count() as u32;
    let place = found.name("upper").or(found.name("lower"))?;
    let day = ["a", "b", "c", "d"]
        .iter()
        .find_map(|name| found.name(name));
    // "ANALYSIS. …" tells what the text is, not where it was written; "U.S. …" just begins a sentence, and
    // "Ms TVEIT (chair): …" a turn of a transcript. Of the towns that begin with an article one is a seat of talks.
    let first = place.as_str().split(' ').next().unwrap_or_default();
    let titled = matches!(
        first.trim_end_matches('.').to_lowercase().as_str(),
        "mr" | "mrs" | "ms" | "dr" | "q"
    ) || first.eq_ignore_ascii_case("the")
        && !place.as_str().eq_ignore_ascii_case("the hague");
    // "SERGIY TVEIT (Norvia) said …", "JAMES TVEIT (Norvia): …" are speakers of a record.
    let told = found[0].trim_end();
    let goes_on = head[found[0].len()..].starts_with(char::is_lowercase);
    if titled || told.ends_with("):") || told.ends_with(')') && goes_on {
        return None;
    }
    let initials = place.as_str().chars().nth(1) == Some('.');
    if day.is_none() && (initials || LABELS.contains(&place.as_str().to_lowercase())) {
        return None;
    }
    Some(Dateline {
        span: Span::new(paragraph.start, paragraph.start + length),
        place: Some(usual_capitals(place.as_str())),
        day: day.and_then(|day| resolve_day(day.as_str(), published)),
    })
}

/// `THE HAGUE` → `The Hague`, `RIO DE JANEIRO` → `Rio de Janeiro`; names in usual capitals stay.
fn usual_capitals(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    name.split(' ')
        .enumerate()
        .map(|(nth, word)| {
            let lower = word.to_lowercase();
            if nth > 0
                && matches!(
                    lower.as_str(),
                    "de" | "del" | "la" | "al" | "am" | "an" | "der" | "of" | "on"
                )
            {
                return lower;
            }
            let mut begins = true;
            word.chars()
                .flat_map(|c| {
                    let kept = if begins {
                        vec![c]
                    } else {
                        c.to_lowercase().collect()
                    };
                    begins = !c.is_alphabetic() && !matches!(c, '\'' | '’');
                    kept
                })
                .collect()
        })
        .collect::<Vec<String>>()
        .join(" ")
}

/// The number 1..=12 of a month's name or abbreviation of at least three letters, without case.
pub fn month(name: &str) -> Option<u32> {
    let name = name.trim_end_matches('.').to_lowercase();
    let at = MONTHS.iter().position(|month| {
        name.len() >= 3 && (month.starts_with(&name) || name == "sept" && *month == "september")
    })?;
    Some(at as u32 + 1)
}

/// The day that words like `January 13`, `13 Jan. 2022` or `May 11, 2024` tell.
///
/// A day of the week is the latest up to `published`. Another day without a year has the year of
/// `published` or, for a day more than half a year after it, the one before; without either there is
/// no answer.
pub fn resolve_day(words: &str, published: Option<NaiveDate>) -> Option<NaiveDate> {
    let mut month_of = None;
    let mut numbers = Vec::new();
    let first = words.split_whitespace().next().unwrap_or_default();
    if let Ok(weekday) = first.parse::<chrono::Weekday>() {
        let published = published?;
        let back =
            (7 + published.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
        return published.checked_sub_days(Days::new(u64::from(back)));
    }
    for word in words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        match digits.parse::<i32>() {
            Ok(number) => numbers.push(number),
            Err(_) => month_of = month_of.or(month(word)),
        }
    }
    let day = numbers.iter().copied().find(|n| (1..=31).contains(n))? as u32;
    if let Some(year) = numbers.iter().copied().find(|n| (1000..=9999).contains(n)) {
        return NaiveDate::from_ymd_opt(year, month_of?, day);
    }
    let published = published?;
    let found = NaiveDate::from_ymd_opt(published.year(), month_of?, day)?;
    if published.checked_add_months(Months::new(6))? < found {
        NaiveDate::from_ymd_opt(published.year() - 1, month_of?, day)
    } else {
        Some(found)
    }
}
