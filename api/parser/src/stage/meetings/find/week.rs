//! Rounds of which only the week is told.

use super::slot::{Slot, Venue};
use crate::stage::meetings::dates::{Precision, When};
use crate::stage::meetings::line::{Hit, Line};
use crate::stage::meetings::venues::fold;
use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The first of several gets the Monday of the week, the last the day before publication (not before that
/// Monday), others days between in the order of the text. A single one gets the day after the Monday. The rule is
/// a guess within few days, and says so by its confidence.
pub(super) fn spread_over_the_week(lines: &[Line<'_>], venues: &mut [Venue], today: NaiveDate) {
    let week_of = |slot: &Slot| slot.when.filter(|when| when.precision == Precision::Week);
    let mut slots = venues.iter().flat_map(|venue| &venue.slots);
    let Some(week) = slots.find_map(week_of).filter(|week| week.start <= today) else {
        return;
    };
    let last = today
        .pred_opt()
        .unwrap_or(today)
        .clamp(week.start, week.end);
    let days = (last - week.start).num_days().max(0) as u64;
    let members = members(venues, week, &longest_list(lines));
    let count = members.len() as u64;
    for (nth, (venue, at)) in members.into_iter().enumerate() {
        let offset = if count <= 1 {
            // Talks of "this week" opened at its beginning more often than on its last day.
            days.min(1)
        } else {
            // Halves are rounded up: of three rounds until Thursday the second is on Wednesday.
            (nth as u64 * days * 2 + (count - 1)) / (2 * (count - 1))
        };
        let mut day = week.start + Days::new(offset);
        if day.weekday() == Weekday::Sun {
            day = day - Days::new(1);
        }
        venues[venue].slots[at].when = Some(When {
            start: day,
            end: day,
            precision: Precision::Week,
        });
    }
}

/// Folded names of the longest list of places, which shares its week: "voiced in Geneva, Brussels and here in Vienna".
fn longest_list(lines: &[Line<'_>]) -> Vec<String> {
    let mut longest: Vec<String> = Vec::new();
    for line in lines {
        let listed: Vec<&Hit> = line
            .hits
            .iter()
            .enumerate()
            .filter(|(index, hit)| {
                hit.list.is_some() || line.hits.iter().any(|other| other.list == Some(*index))
            })
            .map(|(_, hit)| hit)
            .collect();
        if listed.len() > longest.len() {
            longest = listed.iter().map(|hit| fold(&hit.name)).collect();
        }
    }
    longest
}

/// Venue and slot of the rounds of the week, and of those without a time in a list that shares it: in the order of
/// the list, others behind.
fn members(venues: &[Venue], week: When, list: &[String]) -> Vec<(usize, usize)> {
    let place = |venue: usize| {
        let name = fold(&venues[venue].name);
        list.iter().position(|listed| *listed == name)
    };
    let mut members: Vec<(usize, usize)> = Vec::new();
    for (venue, Venue { slots, .. }) in venues.iter().enumerate() {
        let listed = place(venue).is_some();
        for (at, slot) in slots.iter().enumerate() {
            if slot.when.map_or(listed, |when| when == week) {
                members.push((venue, at));
            }
        }
    }
    members.sort_by_key(|(venue, _)| place(*venue).unwrap_or(usize::MAX));
    members
}
