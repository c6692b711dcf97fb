//! The times told of a place: mentions of one time share a slot, and so do those that tell none.

use super::is_ahead;
use crate::stage::meetings::dates::{DateMention, Precision, When};
use crate::stage::meetings::line::{Hit, Line, Role};
use chrono::NaiveDate;

/// A venue with its times.
#[derive(Debug)]
pub(super) struct Venue {
    /// Empty where the article does not tell it.
    pub(super) name: String,
    /// Probability that it is one, 0..=1.
    pub(super) probability: f32,
    /// Probability that what the article is about was held there, 0..=1.
    pub(super) main: f32,
    pub(super) slots: Vec<Slot>,
}

/// A time of a venue with the places for which it is told.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) when: Option<When>,
    /// A name that is known rather than read.
    pub(super) name: Option<String>,
    pub(super) hits: Vec<(usize, usize)>,
    pub(super) strength: f32,
    pub(super) ahead: bool,
    pub(super) cancelled: bool,
    /// What tells the time, and how surely.
    pub(super) rule: &'static str,
    pub(super) sure: f32,
    /// True for the meeting that the article is about.
    pub(super) main: bool,
}

/// The times told of a place.
pub(super) fn slots(
    lines: &[Line<'_>],
    hits: &[(usize, usize)],
    today: Option<NaiveDate>,
) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut undated = Vec::new();
    for &(at, index) in hits {
        match told(&lines[at], &lines[at].hits[index]) {
            Some(when) => add(&mut slots, when, &lines[at], (at, index)),
            None => undated.push((at, index)),
        }
    }
    // Words without a day mean the round nearest to the day of publication.
    let nearest = slots
        .iter_mut()
        .min_by_key(|slot| distance(slot.when, today));
    match nearest {
        Some(slot) => {
            let ahead = is_ahead(slot.when, today);
            for (at, index) in undated {
                // "Lindal had said": a government speaks there, and not the round that is planned in its town.
                let hit = &lines[at].hits[index];
                if !(ahead && hit.seat && hit.role == Role::Bare) {
                    slot.hits.push((at, index));
                    slot.strength = slot.strength.max(hit.strength);
                    slot.cancelled |= lines[at].cancelled;
                }
            }
        }
        None => slots.push(Slot::undated(undated, lines)),
    }
    slots
}

impl Slot {
    /// A slot for mentions that tell no time.
    pub(super) fn undated(hits: Vec<(usize, usize)>, lines: &[Line<'_>]) -> Slot {
        let of = |(at, index): &(usize, usize)| (&lines[*at], &lines[*at].hits[*index]);
        let strength = hits.iter().map(|hit| of(hit).1.strength);
        let ahead = hits.iter().filter(|hit| {
            let (line, hit) = of(hit);
            intended(line, hit) || hit.role != Role::Bare && comes(line, hit)
        });
        Slot {
            when: None,
            name: None,
            strength: strength.fold(0.0, f32::max),
            ahead: ahead.count() * 2 > hits.len(),
            cancelled: hits.iter().any(|hit| of(hit).0.cancelled),
            rule: "meetings/venue",
            sure: 0.3,
            main: false,
            hits,
        }
    }

    /// True when the slot may be what the article reports: not ahead, not long ago.
    pub(super) fn is_fresh(&self, today: NaiveDate) -> bool {
        const FRESH: i64 = 25;
        match self.when {
            Some(when) => when.start <= today && (today - when.end.min(today)).num_days() <= FRESH,
            None => !self.ahead,
        }
    }
}

/// Adds a dated mention to the slot of the same time, which gains exactness and days by it.
fn add(slots: &mut Vec<Slot>, told: (When, bool), line: &Line<'_>, hit: (usize, usize)) {
    let (when, ahead) = told;
    let strength = line.hits[hit.1].strength;
    let both_days =
        |known: When| known.precision == Precision::Day && when.precision == Precision::Day;
    let same = slots.iter_mut().find(|slot| {
        slot.when.is_some_and(|known| {
            known.overlaps(&when) || both_days(known) && known.distance(&when) <= 1
        })
    });
    let Some(slot) = same else {
        slots.push(Slot {
            when: Some(when),
            name: None,
            hits: vec![hit],
            strength,
            ahead,
            cancelled: line.cancelled,
            rule: "meetings/day",
            sure: 0.85,
            main: false,
        });
        return;
    };
    slot.hits.push(hit);
    slot.strength = slot.strength.max(strength);
    slot.cancelled |= line.cancelled;
    slot.ahead &= ahead;
    if let Some(known) = slot.when.as_mut() {
        if when.precision < known.precision {
            *known = when;
        } else if both_days(*known) {
            known.start = known.start.min(when.start);
            known.end = known.end.max(when.end);
        }
    }
}

/// The time told for a place: its own, or that of the list in which it stands.
fn told(line: &Line<'_>, hit: &Hit) -> Option<(When, bool)> {
    let date = hit.date.or_else(|| {
        hit.list
            .and_then(|before| line.hits[before].date)
            .filter(|at| line.dates[*at].when.precision == Precision::Week)
    })?;
    let mention = &line.dates[date];
    (mention.when.precision < Precision::Year).then_some((mention.when, mention.ahead))
}

/// True for a mention that tells no time.
pub(super) fn is_undated(lines: &[Line<'_>], (at, index): (usize, usize)) -> bool {
    told(&lines[at], &lines[at].hits[index]).is_none()
}

/// True for a round that is only intended: "agreed to meet again in Lugano", not "had come to the talks in Lugano".
fn intended(line: &Line<'_>, hit: &Hit) -> bool {
    const CAME: [&str; 9] = [
        "came",
        "come",
        "went",
        "gone",
        "travelled",
        "traveled",
        "flew",
        "brought",
        "sent",
    ];
    let lower = |at: usize| line.tokens[at].lower.as_str();
    hit.noun.map(|noun| &line.nouns[noun]).is_some_and(|noun| {
        let from = noun.tokens.start.saturating_sub(3);
        (from..noun.tokens.start).any(|at| match lower(at) {
            "will" | "would" | "next" => true,
            "to" => !at
                .checked_sub(1)
                .is_some_and(|before| CAME.contains(&lower(before))),
            _ => false,
        })
    })
}

/// True where the words around a place tell a time to come.
fn comes(line: &Line<'_>, hit: &Hit) -> bool {
    let coming = |(index, date): (usize, &DateMention)| {
        date.ahead
            && date.when.precision < Precision::Year
            && !line.is_limit(index)
            // "Talks end in Lugano; answers promised next week"
            && line.in_one_clause(&hit.tokens, &line.tokens_of(&date.bytes))
    };
    line.dates.iter().enumerate().any(coming)
}

/// A report from a town is of what happens there now, even where only rounds of other months, or to come, are dated
/// there: words without a day then mean a round of their own.
pub(super) fn part_from_far(lines: &[Line<'_>], venue: &mut Venue, today: NaiveDate) {
    const FAR: i64 = 7;
    let far = |slot: &Slot| {
        is_ahead(slot.when, Some(today))
            || distance(slot.when, Some(today)) > FAR && slot.when.is_some()
    };
    if !venue.slots.iter().all(far) {
        return;
    }
    let undated = take_undated(lines, &mut venue.slots);
    venue.slots.push(Slot::undated(undated, lines));
}

/// Takes the mentions that tell no time out of the slots.
pub(super) fn take_undated(lines: &[Line<'_>], slots: &mut [Slot]) -> Vec<(usize, usize)> {
    let mut undated = Vec::new();
    for slot in slots {
        undated.extend(slot.hits.extract_if(.., |hit| is_undated(lines, *hit)));
    }
    undated
}

/// Days between a time and the day of publication.
fn distance(when: Option<When>, today: Option<NaiveDate>) -> i64 {
    match (when, today) {
        (Some(when), Some(today)) => when.distance(&When::day(today)),
        _ => i64::MAX,
    }
}
