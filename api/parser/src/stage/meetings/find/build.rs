//! From slots to meetings, each with its slug, name, status and confidence.

use super::slot::{Slot, Venue};
use super::{Found, is_ahead};
use crate::document::Document;
use crate::stage::meetings::course::ANNOUNCED_RULE;
use crate::stage::meetings::dates::{Precision, When};
use crate::stage::meetings::line::{Hit, Line, Role};
use crate::stage::meetings::place::Placed;
use crate::stage::meetings::venues::fold;
use chrono::NaiveDate;
use plenary_domain::parsed::Meeting;
use plenary_domain::{MeetingStatus, Span, slugify};
use std::collections::{HashMap, HashSet};

/// The meetings in time order, each once; one of them is what the article is about.
pub(super) fn build(
    document: &Document<'_>,
    lines: &[Line<'_>],
    venues: Vec<Venue>,
    today: Option<NaiveDate>,
) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for venue in &venues {
        let slots = venue.slots.iter();
        found.extend(slots.filter_map(|slot| meeting(document, lines, venue, slot, today)));
    }
    found.sort_by(|a, b| {
        (a.meeting.start, &a.meeting.slug).cmp(&(b.meeting.start, &b.meeting.slug))
    });
    found.dedup_by(|later, kept| {
        let same = later.meeting.slug == kept.meeting.slug;
        kept.meeting.main |= same && later.meeting.main;
        same
    });
    // Where nothing is fresh, the likeliest of the announced ones is what the article is about.
    if !found.iter().any(|found| found.meeting.main) {
        let sure = |found: &Found| found.meeting.confidence;
        let likeliest = found
            .iter_mut()
            .rev()
            .max_by(|a, b| sure(a).total_cmp(&sure(b)));
        if let Some(likeliest) = likeliest {
            likeliest.meeting.main = true;
        }
    }
    found
}

/// The meeting of a slot. `None` where nothing tells its time.
fn meeting(
    document: &Document<'_>,
    lines: &[Line<'_>],
    venue: &Venue,
    slot: &Slot,
    today: Option<NaiveDate>,
) -> Option<Found> {
    let when = slot.when?;
    let ahead = slot.ahead || is_ahead(slot.when, today);
    let (rule, sure) = rule(slot, when, ahead);
    let exact = when.precision <= Precision::Week;
    let placed = !venue.name.is_empty();
    let name = match &slot.name {
        Some(name) => name.clone(),
        None if placed => name_of(lines, &slot.hits, &venue.name),
        None => "Talks".to_owned(),
    };
    let meeting = Meeting {
        slug: slug(&venue.name, when),
        name,
        venue: placed.then(|| venue.name.clone()),
        start: Some(when.start),
        end: exact.then_some(when.end),
        status: match (slot.cancelled, ahead) {
            (true, _) => MeetingStatus::Cancelled,
            (_, true) => MeetingStatus::Planned,
            _ => MeetingStatus::Held,
        },
        parties: Vec::new(),
        mentions: mentions(document, lines, &slot.hits),
        main: slot.main,
        rule: rule.to_owned(),
        confidence: (venue.probability * sure).clamp(0.0, 1.0),
    };
    Some(Found {
        meeting,
        hits: slot.hits.clone(),
        when: Some(when),
        sure,
    })
}

/// What tells the time of a slot, and how surely its first day is right.
fn rule(slot: &Slot, when: When, ahead: bool) -> (&'static str, f32) {
    match when.precision {
        Precision::Day => (slot.rule, right(slot.rule, slot.sure)),
        Precision::Week => ("meetings/week", 0.78),
        // Of a round that is only planned nobody knows more than the month.
        _ if ahead => ("meetings/month", 0.8),
        _ => ("meetings/month", 0.55),
    }
}

/// How often a first day is right that a rule told with so much trust, as it was on 400 coded articles with 650 meetings
/// whose venue was right.
fn right(rule: &str, sure: f32) -> f32 {
    let more = match rule {
        "meetings/day" | "meetings/next-round" => 0.04,
        "meetings/days-since" | ANNOUNCED_RULE => 0.08,
        "meetings/day-of-talks" | "meetings/closing" => 0.1,
        "meetings/publication" => 0.12,
        "meetings/dateline" => 0.15,
        _ => 0.0,
    };
    sure + more
}

/// `vienna-2022-01-13`; the month alone where no more is told.
fn slug(venue: &str, when: When) -> String {
    let place = match venue {
        "" => "unknown".to_owned(),
        venue => slugify(venue),
    };
    if when.precision <= Precision::Week {
        format!("{place}-{}", when.start)
    } else {
        format!("{place}-{}", when.start.format("%Y-%m"))
    }
}

/// Where the text names the places of a slot.
fn mentions(document: &Document<'_>, lines: &[Line<'_>], hits: &[(usize, usize)]) -> Vec<Span> {
    let mut mentions: Vec<Span> = hits
        .iter()
        .filter_map(|(line, hit)| span_of(document, &lines[*line], *hit))
        .collect();
    mentions.sort();
    mentions.dedup();
    mentions
}

/// Where the text names a place. `None` in a title that came beside it.
fn span_of(document: &Document<'_>, line: &Line<'_>, hit: usize) -> Option<Span> {
    let at = line.at?;
    let hit = &line.hits[hit];
    let tokens = line.tokens.get(hit.tokens.clone())?;
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(
        document
            .text
            .span_of_bytes(at + first.bytes.start, at + last.bytes.end),
    )
}

/// The words that name the meeting where they name it best: "OSCE-Russia talks in Vienna".
fn name_of(lines: &[Line<'_>], hits: &[(usize, usize)], venue: &str) -> String {
    let fits = |name: &String| (6..=70).contains(&name.chars().count());
    let best = hits
        .iter()
        .map(|&(at, index)| (&lines[at], &lines[at].hits[index]))
        .filter(|(_, hit)| hit.role != Role::Bare)
        .filter_map(|(line, hit)| name_in(line, hit))
        .filter(fits)
        .reduce(|best, name| if name.len() > best.len() { name } else { best });
    match best {
        Some(name) if fold(&name).contains(&fold(venue)) => {
            let mut letters = name.chars();
            let first = letters.next().map(|c| c.to_uppercase().collect::<String>());
            first.unwrap_or_default() + letters.as_str()
        }
        _ => format!("Talks in {venue}"),
    }
}

/// The words of a place and of its noun of talks, with the names before them. `None` where it has no such noun.
fn name_in(line: &Line<'_>, hit: &Hit) -> Option<String> {
    let noun = hit.noun.map(|noun| &line.nouns[noun])?;
    if noun.verb {
        return None;
    }
    let mut from = noun.tokens.start.min(hit.tokens.start);
    while from > 0 {
        let before = &line.tokens[from - 1];
        if !before.is_word || before.in_date || !before.capital {
            break;
        }
        from -= 1;
    }
    let to = noun.tokens.end.max(hit.tokens.end);
    let words = line.tokens.get(from..to)?;
    let (first, last) = (words.first()?, words.last()?);
    let name = line.text[first.bytes.start..last.bytes.end]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let name = name.trim_end_matches("'s").trim_end_matches("’s");
    Some(name.to_owned())
}

/// Leaves out meetings of which nobody speaks, but for the main one and the rounds of one week.
pub(in crate::stage::meetings) fn with_statements(
    found: Vec<Found>,
    placed: &mut [Placed],
) -> Vec<Found> {
    let spoken: HashSet<usize> = placed.iter().filter_map(|one| one.choice.value).collect();
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let mut kept = Vec::new();
    for (at, found) in found.into_iter().enumerate() {
        let told = found.meeting.main || found.meeting.rule == "meetings/week";
        if told || spoken.contains(&at) {
            numbers.insert(at, kept.len());
            kept.push(found);
        }
    }
    for one in placed {
        let choice = &mut one.choice;
        choice.value = choice.value.and_then(|at| numbers.get(&at).copied());
        let mut at = 0;
        one.shares.retain(|_| {
            at += 1;
            at == 1 || numbers.contains_key(&(at - 2))
        });
    }
    kept
}
