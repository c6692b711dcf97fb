//! From one day of talks and their length to the days of them all.

use super::length::Length;
use crate::stage::meetings::dates::When;
use chrono::{Datelike, Days, NaiveDate};

/// One day of talks with their length: the days of them all. `opens` is true for the first day.
pub(in crate::stage::meetings) fn stretch(day: When, length: Length, opens: bool) -> Option<When> {
    let mut when = day;
    if day.start != day.end {
        return Some(when);
    }
    let days = |days: i64| Days::new(days.max(0) as u64);
    match length {
        Length::Days(count) if opens => when.end = when.end.checked_add_days(days(count - 1))?,
        Length::Days(count) => when.start = when.start.checked_sub_days(days(count - 1))?,
        Length::Weeks(weeks) if opens => {
            when.end = when.end.checked_add_days(days(7 * weeks - 3))?;
        }
        // "A week of talks ended on Wednesday": it began in the week before.
        Length::Weeks(1) if when.end.weekday().num_days_from_monday() <= 2 => {
            when.start = when.end.checked_sub_days(days(6))?;
        }
        // Two weeks that closed on a Tuesday began on a Tuesday rather than eight days before.
        Length::Weeks(weeks) if when.end.weekday().num_days_from_monday() < 2 => {
            when.start = when.end.checked_sub_days(days(7 * weeks))?;
        }
        Length::Weeks(weeks) => when.start = first_of_weeks(when.end, weeks)?,
        // Early in a week, "the week" is no more than a way to speak of the time.
        Length::SameWeek if opens || when.end.weekday().num_days_from_monday() < 2 => {}
        Length::SameWeek => when.start = first_of_weeks(when.end, 1)?,
        Length::Nth(_) if opens => {}
        Length::Nth(nth) => when.start = when.start.checked_sub_days(days(nth - 1))?,
    }
    Some(when)
}

/// The Monday on which talks of so many weeks began that closed on a day. What closes on a Sunday or
/// Monday fills the week before.
fn first_of_weeks(end: NaiveDate, weeks: i64) -> Option<NaiveDate> {
    let back = match end.weekday().num_days_from_monday() {
        0 => 7,
        day => u64::from(day),
    };
    end.checked_sub_days(Days::new(back + 7 * (weeks - 1).max(0) as u64))
}
