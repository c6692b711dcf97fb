//! A time: first and last day, and how exactly it was told.

use chrono::{Datelike, Days, Months, NaiveDate};

/// How exactly words tell a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// A day, or a first and a last day.
    Day,
    /// A week of the calendar or of a month.
    Week,
    /// A month.
    Month,
    /// A year or a season.
    Year,
}

/// A time: first and last day, and how exactly it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct When {
    /// First day.
    pub start: NaiveDate,
    /// Last day, not before `start`.
    pub end: NaiveDate,
    /// How exactly it was told.
    pub precision: Precision,
}

impl When {
    /// One day.
    pub fn day(day: NaiveDate) -> When {
        When {
            start: day,
            end: day,
            precision: Precision::Day,
        }
    }

    pub(super) fn span(start: NaiveDate, end: NaiveDate, precision: Precision) -> Option<When> {
        (start <= end).then_some(When {
            start,
            end,
            precision,
        })
    }

    pub(super) fn month(year: i32, month: u32) -> Option<When> {
        let start = NaiveDate::from_ymd_opt(year, month, 1)?;
        let end = start.checked_add_months(Months::new(1))?.pred_opt()?;
        When::span(start, end, Precision::Month)
    }

    pub(super) fn year(year: i32) -> Option<When> {
        When::span(
            NaiveDate::from_ymd_opt(year, 1, 1)?,
            NaiveDate::from_ymd_opt(year, 12, 31)?,
            Precision::Year,
        )
    }

    pub(super) fn week_of(day: NaiveDate) -> Option<When> {
        let back = u64::from(day.weekday().num_days_from_monday());
        let start = day.checked_sub_days(Days::new(back))?;
        When::span(
            start,
            start.checked_add_days(Days::new(6))?,
            Precision::Week,
        )
    }

    /// The same a year before.
    pub(super) fn year_before(&self) -> Option<When> {
        Some(When {
            start: self.start.checked_sub_months(Months::new(12))?,
            end: self.end.checked_sub_months(Months::new(12))?,
            ..*self
        })
    }

    /// True when the two have a day in common.
    pub fn overlaps(&self, other: &When) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// Number of days between the two, 0 when they overlap.
    pub fn distance(&self, other: &When) -> i64 {
        if self.overlaps(other) {
            0
        } else if self.end < other.start {
            (other.start - self.end).num_days()
        } else {
            (self.start - other.end).num_days()
        }
    }
}
