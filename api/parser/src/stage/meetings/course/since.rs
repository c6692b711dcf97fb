//! The day of talks that is told by the days since: "three days after the meeting at the palace".

use super::FRESH;
use super::units::{number_of, unit_days};
use crate::stage::meetings::dates::{DateMention, Precision};
use crate::stage::meetings::line::{Line, Role};
use crate::stage::meetings::words::Words;
use chrono::{Days, NaiveDate};

/// Words behind "two days after" among which one names talks.
const NAMED_WITHIN: usize = 9;
/// The same for a verb, before which stands who met.
const MET_WITHIN: usize = 12;
/// Other words by which the end of talks or what they brought about is told.
const OUTCOMES: [&str; 15] = [
    "signature",
    "signatures",
    "handshake",
    "signing",
    "deal",
    "accord",
    "agreement",
    "shook",
    "signed",
    "met",
    "failed",
    "broke",
    "ended",
    "parted",
    "collapsed",
];

/// "Three days after the meeting at the palace": the day that lies so far back from the day told before, or from today.
/// `before` is the line before, which tells the day of what "the statement came two days after" speaks of.
pub(super) fn days_since(
    line: &Line<'_>,
    before: Option<&Line<'_>>,
    words: &Words,
    venue: Option<&str>,
    today: NaiveDate,
) -> Option<NaiveDate> {
    (0..line.tokens.len()).find_map(|index| {
        let number = match line.lower(index) {
            "a" | "the" => 1,
            word => number_of(words, word)?,
        };
        let unit = index + 1;
        let days = number * unit_days(line.lower(unit))?;
        let meant = line.lower(unit + 1) == "after"
            && days <= FRESH
            && !is_elsewhere(line, venue, unit)
            && is_of_talks(line, unit);
        meant.then(|| {
            let from = told_before(line, before, index).map_or(today, |date| date.when.end);
            from.checked_sub_days(Days::new(days as u64))
        })?
    })
}

/// True where talks at another place follow: "three days after a summit in Lindal" tells nothing of what was signed in
/// Brest.
fn is_elsewhere(line: &Line<'_>, venue: Option<&str>, unit: usize) -> bool {
    line.hits.iter().any(|hit| {
        matches!(hit.role, Role::At | Role::Modifier)
            && hit.noun.is_some()
            && hit.tokens.start > unit
            && venue.is_some_and(|venue| venue != hit.name)
    })
}

/// True where talks, or how they ended, are told behind "days after".
fn is_of_talks(line: &Line<'_>, unit: usize) -> bool {
    let named = line.nouns.iter().any(|noun| {
        let within = if noun.verb { MET_WITHIN } else { NAMED_WITHIN };
        noun.strength >= 0.6 && (unit + 2..unit + within).contains(&noun.tokens.start)
    });
    named || (unit + 2..unit + NAMED_WITHIN).any(|at| OUTCOMES.contains(&line.lower(at)))
}

/// The day from which the days count that begin at a word: "said on Friday, a day after the talks" counts from Friday.
/// `None` where none is told before, and in the line before only for what "came" so many days after it.
fn told_before<'l>(
    line: &'l Line<'_>,
    before: Option<&'l Line<'_>>,
    index: usize,
) -> Option<&'l DateMention> {
    let byte = line.tokens[index].bytes.start;
    let past = |date: &&DateMention| !date.ahead && date.when.precision == Precision::Day;
    let mut dates = line.dates.iter();
    dates
        .rfind(|date| date.bytes.end <= byte && past(date))
        .or_else(|| {
            let came = matches!(line.back(index, 1)?, "came" | "comes");
            before.filter(|_| came)?.dates.iter().rfind(past)
        })
}
