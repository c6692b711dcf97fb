//! Rounds that are announced with a day and no place.

use super::VENUE;
use super::slot::{Slot, Venue};
use crate::stage::meetings::dates::{DateMention, Precision};
use crate::stage::meetings::line::{LIMITS, Line, Noun, Role};
use crate::stage::meetings::words::Words;

/// True when a line speaks of a coming round: "the next round", "a fourth session", "will reconvene".
pub(in crate::stage::meetings) fn announces(line: &Line<'_>, words: &Words) -> bool {
    let coming = |noun: &Noun| {
        let from = noun.tokens.start.saturating_sub(3);
        let mut before = line.tokens[from..noun.tokens.start].iter();
        !noun.verb
            && noun.strength >= 0.6
            && before.any(|token| {
                words.again.contains(&token.lower) || words.ordinals.contains_key(&token.lower)
            })
    };
    line.nouns.iter().any(coming) || words.resuming.is_match(line.text)
}

/// They meet where the talks are: "a fourth round is planned for 12 February", "both sides will reconvene on Monday".
pub(super) fn add_next_rounds(words: &Words, lines: &[Line<'_>], venue: &mut Venue) {
    for line in lines.iter().filter(|line| !line.heading) {
        let placed = line.hits.iter().any(|hit| {
            matches!(hit.role, Role::At | Role::Modifier | Role::Way) && hit.name != venue.name
        });
        if placed || !announces(line, words) {
            continue;
        }
        for (index, date) in line.dates.iter().enumerate() {
            let taken = line.hits.iter().any(|hit| hit.date == Some(index));
            let known = venue
                .slots
                .iter()
                .any(|slot| slot.when.is_some_and(|when| when.distance(&date.when) <= 1));
            if !taken && !known && is_day_of_round(words, line, date) {
                venue.slots.push(Slot {
                    when: Some(date.when),
                    name: None,
                    hits: Vec::new(),
                    strength: VENUE,
                    ahead: true,
                    cancelled: line.cancelled,
                    rule: "meetings/next-round",
                    sure: 0.85,
                    main: false,
                });
            }
        }
    }
}

/// True for a coming day on which a round may begin, in a line that announces one.
fn is_day_of_round(words: &Words, line: &Line<'_>, date: &DateMention) -> bool {
    let before = line.tokens_of(&date.bytes).start.checked_sub(1);
    let before = before.map_or("", |at| line.tokens[at].lower.as_str());
    // "Talks go on until Sunday" tells when they end.
    let put_off = words
        .resuming
        .find_iter(line.text)
        .any(|told| told.end() < date.bytes.start && told.as_str().ends_with(before));
    let ends = (before == "to" || LIMITS.contains(&before)) && !put_off;
    // "Between June 20 and June 30" is no day.
    let open = date.when.start < date.when.end || matches!(before, "between" | "and");
    date.ahead && date.when.precision == Precision::Day && !ends && !open
}
