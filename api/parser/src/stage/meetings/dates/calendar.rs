//! Sums on the calendar: the day, week, month or season that words count to.
//!
//! Words that leave the year or the month open mean the past, unless they look ahead. A sum outside
//! the calendar gives no day.

use super::when::{Precision, When};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Days after which the same day of the year to come is meant rather, where no year is told.
const LONG_AGO: i64 = 240;
/// How far ahead a day without a year may lie at most of which words look ahead.
const FAR_AHEAD: i64 = 270;

/// First and last day from months, days and years, where either year may be left out.
pub(super) fn span_of_days(
    first: (u32, u32, Option<i32>),
    last: (u32, u32, Option<i32>),
    today: Option<NaiveDate>,
    ahead: bool,
) -> Option<When> {
    let year = match last.2.or(first.2) {
        Some(year) => year,
        None => nearest_year(last.0, last.1, today?, ahead)?,
    };
    let end = NaiveDate::from_ymd_opt(last.2.unwrap_or(year), last.0, last.1)?;
    let mut start = NaiveDate::from_ymd_opt(first.2.unwrap_or(year), first.0, first.1)?;
    if start > end && first.2.is_none() {
        start = NaiveDate::from_ymd_opt(year - 1, first.0, first.1)?;
    }
    When::span(start, end, Precision::Day)
}

/// The year of a day told without one: the past, unless words look ahead or the past is far and
/// the future near.
pub(super) fn nearest_year(month: u32, day: u32, today: NaiveDate, ahead: bool) -> Option<i32> {
    let on = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
    let this = on(today.year()).or_else(|| on(today.year() - 1))?;
    let (past, future) = if this <= today {
        (Some(this), on(this.year() + 1))
    } else {
        (on(this.year() - 1), Some(this))
    };
    let back = past.map_or(i64::MAX, |past| (today - past).num_days());
    let forth = future.map_or(i64::MAX, |future| (future - today).num_days());
    // "The talks that would open on 3 May" may be told a few days later, those that "were due to open" then weeks later.
    let takes_future = if ahead {
        back > 10 && forth <= FAR_AHEAD
    } else {
        back >= LONG_AGO
    };
    let chosen = if takes_future {
        future.or(past)
    } else {
        past.or(future)
    };
    chosen.map(|day| day.year())
}

/// The day of that number in the month of `today` or in one beside it: the last one, or the next where words
/// look ahead.
pub(super) fn near_day(day: u32, today: NaiveDate, ahead: bool) -> Option<NaiveDate> {
    let months = |count: i32| {
        let first = today.with_day(1)?;
        let month = match count {
            ..0 => first.checked_sub_months(Months::new(count.unsigned_abs())),
            _ => first.checked_add_months(Months::new(count.unsigned_abs())),
        };
        month?.with_day(day)
    };
    let mut near = (-2..=2).filter_map(months);
    if ahead {
        near.find(|day| *day > today)
    } else {
        near.rfind(|day| *day <= today)
    }
}

/// The weekday on that day or last before it.
pub(super) fn on_or_before(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let back = (7 + day.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
    day.checked_sub_days(Days::new(u64::from(back)))
}

/// The weekday on that day or first behind it.
pub(super) fn on_or_after(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let forth = (7 + weekday.num_days_from_monday() - day.weekday().num_days_from_monday()) % 7;
    day.checked_add_days(Days::new(u64::from(forth)))
}

/// The weekday at most three days away.
pub(super) fn nearest_weekday(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let before = on_or_before(day, weekday)?;
    let after = on_or_after(day, weekday)?;
    Some(if day - before <= after - day {
        before
    } else {
        after
    })
}

/// The weekday of the week in which the day lies.
pub(super) fn weekday_of_week(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    When::week_of(day)?
        .start
        .checked_add_days(Days::new(u64::from(weekday.num_days_from_monday())))
}

/// `count` units before or after `base`; the unit tells how exact the result is.
pub(super) fn counted(base: NaiveDate, count: u32, unit: &str, back: bool) -> Option<When> {
    let days = |days: u32| {
        let days = Days::new(u64::from(days));
        if back {
            base.checked_sub_days(days)
        } else {
            base.checked_add_days(days)
        }
    };
    let months = |months: u32| {
        let months = Months::new(months);
        if back {
            base.checked_sub_months(months)
        } else {
            base.checked_add_months(months)
        }
    };
    match unit {
        "day" => Some(When::day(days(count)?)),
        "week" => When::week_of(days(count.checked_mul(7)?)?),
        "fortnight" => When::week_of(days(count.checked_mul(14)?)?),
        "month" => {
            let day = months(count)?;
            When::month(day.year(), day.month())
        }
        _ => When::year(months(count.checked_mul(12)?)?.year()),
    }
}

/// A season of the northern year, which is what news in English means where it says no more.
pub(super) fn season_near(today: NaiveDate, season: &str, back: bool, forth: bool) -> Option<When> {
    let first = match season {
        "spring" => 3,
        "summer" => 6,
        "autumn" | "fall" => 9,
        _ => 12,
    };
    let of = |year: i32| {
        let start = NaiveDate::from_ymd_opt(year, first, 1)?;
        let end = start.checked_add_months(Months::new(3))?.pred_opt()?;
        When::span(start, end, Precision::Year)
    };
    let this = of(today.year())?;
    if back && this.end >= today {
        of(today.year() - 1)
    } else if forth && this.start <= today {
        of(today.year() + 1)
    } else {
        Some(this)
    }
}
