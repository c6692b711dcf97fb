//! Which statement belongs to which meeting.

use super::Finder;
use super::dates::{Precision, When};
use super::find::Found;
use super::line::{Line, Role};
use super::venues::fold;
use crate::document::{Choice, Document};

/// Days around a meeting on which words are spoken at it.
const AROUND: i64 = 1;

fn choice(value: Option<usize>, rule: &'static str, confidence: f32) -> Choice<Option<usize>> {
    Choice {
        value,
        rule,
        words: None,
        confidence,
    }
}

/// The meeting of every attribution, or none.
pub(super) fn place(
    document: &Document<'_>,
    finder: &Finder,
    lines: &[Line<'_>],
    found: &[Found],
) -> Vec<Choice<Option<usize>>> {
    let main = found.iter().position(|found| found.meeting.main);
    document
        .attributions
        .iter()
        .map(|attribution| {
            let Some(content) = attribution.content.first() else {
                return choice(main, "meetings/main", 0.5);
            };
            // The cue's sentence tells where somebody speaks; the content's what about.
            let told = attribution.cue.first().unwrap_or(content);
            let at = lines.iter().position(|line| {
                line.sentence.is_some_and(|sentence| {
                    document.structure.sentences[sentence].span.overlaps(*told)
                })
            });
            match at {
                Some(at) => one(finder, lines, found, main, at),
                None => choice(main, "meetings/main", 0.5),
            }
        })
        .collect()
}

fn one(
    finder: &Finder,
    lines: &[Line<'_>],
    found: &[Found],
    main: Option<usize>,
    at: usize,
) -> Choice<Option<usize>> {
    let line = &lines[at];
    let named = |at: usize, outside: bool| {
        let line = &lines[at];
        line.hits.iter().enumerate().find_map(|(index, hit)| {
            let byte = line.tokens.get(hit.tokens.start)?.bytes.start;
            if outside && line.in_content(byte) {
                return None;
            }
            found
                .iter()
                .position(|found| found.hits.contains(&(at, index)))
        })
    };
    if let Some(meeting) = named(at, true) {
        return choice(Some(meeting), "meetings/sentence", 0.85);
    }
    let about_talks = line.tokens.iter().any(|token| {
        line.in_content(token.bytes.start) && finder.words.about.contains(&token.lower)
    });
    // A day told for the words themselves, outside what is said.
    let said_on = line.dates.iter().enumerate().find(|(index, date)| {
        line.cue_dates[*index]
            && date.when.precision == Precision::Day
            && !line.in_content(date.bytes.start)
    });
    if let Some((_, date)) = said_on {
        let fits = |found: &Found| {
            found.when.is_some_and(|when| {
                when.precision <= Precision::Week && when.distance(&date.when) <= AROUND
            })
        };
        // The main meeting first: a day may fit two that follow each other closely.
        let preferred = main.filter(|main| fits(&found[*main]));
        if let Some(meeting) = preferred.or_else(|| found.iter().position(fits)) {
            return choice(Some(meeting), "meetings/day-of-words", 0.75);
        }
    }
    if let Some(meeting) = named(at, false) {
        return choice(Some(meeting), "meetings/content", 0.75);
    }
    let outside_words = |words: &std::collections::HashSet<String>| {
        line.tokens
            .iter()
            .any(|token| !line.in_content(token.bytes.start) && words.contains(&token.lower))
    };
    let other_town = line.hits.iter().any(|hit| {
        hit.role == Role::At
            && hit.strength < 0.5
            && line
                .tokens
                .get(hit.tokens.start)
                .is_some_and(|token| !line.in_content(token.bytes.start))
            && !found.iter().any(|found| {
                found
                    .meeting
                    .venue
                    .as_deref()
                    .is_some_and(|venue| fold(venue) == fold(&hit.name))
            })
    });
    if !about_talks && outside_words(&finder.words.elsewhere) {
        return choice(None, "meetings/elsewhere", 0.6);
    }
    if !about_talks && other_town && said_on.is_none_or(|(_, date)| !near(found, main, &date.when))
    {
        return choice(None, "meetings/other-town", 0.55);
    }
    if let Some((_, date)) = said_on
        && !about_talks
        && !near(found, main, &date.when)
    {
        return choice(None, "meetings/other-day", 0.55);
    }
    // What the paragraph has spoken of so far.
    let paragraph = line.paragraph;
    for before in (0..at).rev() {
        if lines[before].sentence.is_none() || lines[before].paragraph != paragraph {
            break;
        }
        if let Some(meeting) = named(before, false) {
            return choice(Some(meeting), "meetings/paragraph", 0.65);
        }
    }
    match main {
        Some(_) => choice(
            main,
            "meetings/main",
            if found.len() == 1 { 0.75 } else { 0.6 },
        ),
        None => choice(None, "meetings/none", 0.6),
    }
}

fn near(found: &[Found], main: Option<usize>, when: &When) -> bool {
    main.and_then(|main| found[main].when)
        .is_some_and(|known| known.distance(when) <= AROUND + 2)
}
