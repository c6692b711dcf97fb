//! Title, outlet and day of an article, where nobody gave them and the text tells them.

use crate::document::{ParagraphKind, Particulars, Structure};
use crate::stage::segment::{Text, resolve_day};
use chrono::NaiveDate;
use plenary_domain::NewArticle;
use regex::Regex;
use std::sync::LazyLock;

/// Lines at the head of a text among which the day of publication is looked for.
const HEAD: usize = 8;
/// Longest line that is read for a day or an outlet, in bytes.
const LONGEST: usize = 160;

/// A day within a line: `14 January 2022`, `Jan. 14, 2022`, `2022-01-14`, `14.01.2022`.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)\b(?:(?P<iso>[12][0-9]{3}-[01][0-9]-[0-3][0-9])|(?P<dotted>[0-3]?[0-9][./][0-3]?[0-9][./][12][0-9]{3})|(?P<words>[0-3]?[0-9](?:st|nd|rd|th)? (?:of )?[a-z]{3,9}\.?,? [12][0-9]{3}|[a-z]{3,9}\.? [0-3]?[0-9](?:st|nd|rd|th)?,? [12][0-9]{3}))",
    )
});

/// A line that may stand before and after the day in a line that tells when an article appeared.
static AROUND: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^(?:(?:published|updated|posted|first published|last updated|last modified|date|on|at|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\b|[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?|t?[0-9]{2}:[0-9]{2}.*|[ap]\.?m\.?|(?-i:[A-Z]{2,4})|[-,.:|·()+/ \t–—]|[0-9])+)?$",
    )
});

/// `Source: X`, `© 2022 X`, `/X/` or `(X)` after a dateline's place.
static SOURCE: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?i)^(?:source|outlet|publisher): *(.{2,60}?)\.?$"));
static RIGHTS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^(?:©|\(c\)|copyright)[ ©]*(?:[0-9]{4})? *(?:by )?([^.,|]{2,40}?)(?:[.,|].*)?(?: all rights reserved.*)?$",
    )
});
static AGENCY: LazyLock<Regex> =
    LazyLock::new(|| expression(r"[(/\[]([\p{L}][\p{L}\p{N} .&-]{1,28})[)/\]]"));

fn expression(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
}

/// The first day in a text that is told with its year; of `3/4/2022` the month comes second.
pub fn day(text: &str) -> Option<NaiveDate> {
    DAY.captures_iter(text).find_map(|found| {
        if let Some(iso) = found.name("iso") {
            return iso.as_str().parse().ok();
        }
        if let Some(dotted) = found.name("dotted") {
            let numbers: Vec<u32> = dotted
                .as_str()
                .split(['.', '/'])
                .filter_map(|number| number.parse().ok())
                .collect();
            let [a, b, year] = numbers[..] else {
                return None;
            };
            let date = |day, month| NaiveDate::from_ymd_opt(year as i32, month, day);
            return date(a, b).or_else(|| date(b, a));
        }
        resolve_day(found.name("words")?.as_str(), None)
    })
}

/// The day of publication that a line at the head or the foot of a text tells.
pub(crate) fn published(text: &str) -> Option<NaiveDate> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .take(HEAD)
        .filter(|line| line.len() <= LONGEST)
        .find_map(|line| {
            let found = DAY.find(line)?;
            let around = AROUND.is_match(line[..found.start()].trim())
                && AROUND.is_match(line[found.end()..].trim());
            // "NV, 14 January 2022": an outlet before the day.
            let outlet = line[..found.start()].split_whitespace().count() <= 4
                && AROUND.is_match(line[found.end()..].trim())
                && line[..found.start()]
                    .trim_end()
                    .ends_with([',', '|', '-', '–', '—', '·']);
            (around || outlet).then(|| day(found.as_str()))?
        })
}

/// What is known about an article: as given, else as its text tells.
pub fn particulars(article: &NewArticle, text: &Text<'_>, structure: &Structure) -> Particulars {
    let title = article.title.clone().or_else(|| {
        let headline = structure
            .paragraphs
            .iter()
            .find(|paragraph| paragraph.kind == ParagraphKind::Headline)?;
        Some(
            text.slice(headline.span)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    });
    Particulars {
        title,
        outlet: article.outlet.clone().or_else(|| outlet(text, structure)),
        published: article
            .published
            .or_else(|| published(text.as_str()))
            .or_else(|| structure.dateline.as_ref()?.day),
    }
}

fn outlet(text: &Text<'_>, structure: &Structure) -> Option<String> {
    let paragraphs = &structure.paragraphs;
    let edge = HEAD.min(paragraphs.len());
    let lines = paragraphs[..edge]
        .iter()
        .chain(&paragraphs[paragraphs.len() - edge..])
        .map(|paragraph| text.slice(paragraph.span))
        .filter(|line| line.len() <= LONGEST);
    let told = |line: &str| {
        let found = SOURCE.captures(line).or_else(|| RIGHTS.captures(line))?;
        Some(found[1].trim().to_owned())
    };
    let agency = || {
        let dateline = text.slice(structure.dateline.as_ref()?.span);
        Some(AGENCY.captures(dateline)?[1].trim().to_owned())
    };
    lines.filter_map(told).next().or_else(agency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_usual_forms() {
        let expected = NaiveDate::from_ymd_opt(2022, 1, 14);
        for text in [
            "14 January 2022, 07:24 PM",
            "January 14, 2022",
            "Jan. 14, 2022 at 7:24 p.m. ET",
            "2022-01-14T19:24:00Z",
            "14.01.2022",
            "14/01/2022",
            "the 14th of January 2022",
        ] {
            assert_eq!(day(text), expected, "{text}");
        }
        for text in [
            "January 14",
            "2022",
            "14 Bananas 2022",
            "99.99.2022",
            "32 January 2022",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn the_day_of_publication_stands_in_a_line_of_its_own() {
        let expected = NaiveDate::from_ymd_opt(2022, 1, 14);
        for line in [
            "14 January 2022, 07:24 PM",
            "Published: Friday, January 14, 2022",
            "Updated 2022-01-14 19:24",
            "Example Wire | 14 January 2022",
            "Fri, 14 Jan 2022 19:24:00 +0000",
        ] {
            assert_eq!(
                published(&format!("Envoys meet\n\n{line}\n\nText.")),
                expected,
                "{line}"
            );
        }
        for line in [
            "The treaty of 14 January 2022 was not mentioned.",
            "They met on 14 January 2022 in Oslo, aides said.",
        ] {
            assert_eq!(published(&format!("Envoys meet\n\n{line}")), None, "{line}");
        }
    }
}
