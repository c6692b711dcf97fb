//! From the words of one time to the time: a method for each pattern.
//!
//! Each is `None` where a number is none of the calendar's, or where the words count from a day that
//! is not known.

use super::Dates;
use super::calendar::{
    counted, near_day, nearest_weekday, nearest_year, on_or_after, on_or_before, season_near,
    span_of_days, weekday_of_week,
};
use super::patterns::Kind;
use super::when::{Precision, When};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use regex::Captures;

/// "Next Thursday" is at least as many days ahead: the Thursday before it is "this Thursday", or "tomorrow".
const SOON: Days = Days::new(3);
/// From a day to the same day of the week beside.
const WEEK: Days = Days::new(7);

/// The words of one time, and the days from which they may count.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub(super) dates: &'a Dates,
    /// The words by the groups of their pattern.
    pub(super) captures: &'a Captures<'a>,
    pub(super) today: Option<NaiveDate>,
    /// The day told last before.
    pub(super) anchor: Option<NaiveDate>,
    /// True when the words around say that the time lies ahead.
    pub(super) ahead: bool,
}

impl Reading<'_> {
    /// The time that words of this kind tell.
    pub(super) fn when(&self, kind: Kind) -> Option<When> {
        match kind {
            Kind::Iso => self.iso(),
            Kind::Dotted => self.dotted(),
            Kind::DayMonthToDayMonth => self.day_month_to_day_month(),
            Kind::DaysMonth => self.days_month(),
            Kind::MonthDayToMonthDay => self.month_day_to_month_day(),
            Kind::MonthDays => self.month_days(),
            Kind::WeekOfMonth => self.week_of_month(),
            Kind::MonthYear => When::month(self.year_of(2)?, self.month(1)?),
            Kind::Month => self.month_alone(),
            Kind::Year => When::year(self.number(2)?),
            Kind::Weekdays => self.weekdays(),
            Kind::Weekday => self.weekday_alone().map(When::day),
            Kind::Today => self.beside_today().map(When::day),
            Kind::Counted => self.counted(),
            Kind::Next => self.next(),
            Kind::Unit => self.unit(),
            Kind::DayAlone => near_day(self.number(1)?, self.today?, self.ahead).map(When::day),
        }
    }

    /// `2022-01-13`
    fn iso(&self) -> Option<When> {
        let (year, month, day) = (self.number(1)?, self.number(2)?, self.number(3)?);
        NaiveDate::from_ymd_opt(year, month, day).map(When::day)
    }

    /// `13.1.2022`, `1/13/2022`
    fn dotted(&self) -> Option<When> {
        let (first, second) = (self.number(1)?, self.number(3)?);
        // With slashes, the month may stand first; a number above twelve tells.
        let (day, month) = if second > 12 {
            (second, first)
        } else {
            (first, second)
        };
        NaiveDate::from_ymd_opt(self.number(4)?, month, day).map(When::day)
    }

    /// `30 January to 2 February`
    fn day_month_to_day_month(&self) -> Option<When> {
        let first = (self.month(2)?, self.number(1)?, self.year_told(3));
        let last = (self.month(6)?, self.number(5)?, self.year_told(7));
        span_of_days(first, last, self.today, self.ahead)
    }

    /// `13 January`, `10-12 January 2022`
    fn days_month(&self) -> Option<When> {
        let last = self.number(3)?;
        let first = self.number(1).unwrap_or(last);
        self.days_of(self.month(4)?, first, last)
    }

    /// `January 30 to February 2`
    fn month_day_to_month_day(&self) -> Option<When> {
        let first = (self.month(1)?, self.number(2)?, None);
        let last = (self.month(3)?, self.number(4)?, self.year_told(5));
        span_of_days(first, last, self.today, self.ahead)
    }

    /// `January 13`, `January 10, 11 and 12, 2022`
    fn month_days(&self) -> Option<When> {
        let first = self.number(2)?;
        let last = self.number(4).or_else(|| self.number(3)).unwrap_or(first);
        self.days_of(self.month(1)?, first, last)
    }

    /// Days of one month whose year, where it is told, stands behind in the groups 5 and 6.
    fn days_of(&self, month: u32, first: u32, last: u32) -> Option<When> {
        let year = self.year_told(5);
        span_of_days(
            (month, first, year),
            (month, last, year),
            self.today,
            self.ahead,
        )
    }

    /// "The second week of May"
    fn week_of_month(&self) -> Option<When> {
        let month = self.month(2)?;
        let year = match self.year_told(3) {
            Some(year) => year,
            None => nearest_year(month, 15, self.today?, self.ahead)?,
        };
        let whole = When::month(year, month)?;
        let word = self.lower(1)?;
        let nth = self.dates.ordinals.iter().position(|nth| *nth == word);
        let start = match nth {
            Some(nth) => whole.start.checked_add_days(Days::new(7 * nth as u64))?,
            None => whole.end.checked_sub_days(Days::new(6))?,
        };
        let end = start.checked_add_days(Days::new(6))?.min(whole.end);
        When::span(start, end, Precision::Week)
    }

    /// "Last June", "in March"
    fn month_alone(&self) -> Option<When> {
        let today = self.today?;
        let month = self.month(3)?;
        let year = match self.lower(1)?.as_str() {
            // "Last June" is the latest June that is over, or as good as over.
            "last" if month < today.month() => today.year(),
            "last" => today.year() - 1,
            "next" if month > today.month() => today.year(),
            "next" => today.year() + 1,
            "this" => today.year(),
            _ if month == today.month() => today.year(),
            _ => nearest_year(month, 15, today, self.ahead)?,
        };
        When::month(year, month)
    }

    /// "Wednesday and Thursday"
    fn weekdays(&self) -> Option<When> {
        let today = self.today?;
        let lead = self.lower(1);
        let first = self.weekday(2)?;
        let last = self.weekday(3)?;
        let (start, end) = if self.ahead || lead.as_deref() == Some("next") {
            let start = on_or_after(today, first)?;
            (start, on_or_after(start, last)?)
        } else {
            // "Wednesday and Thursday" in Wednesday's paper is under way: the first day leads.
            let end = on_or_before(today, last)?;
            let start = on_or_before(end, first)?;
            let under_way = on_or_before(today, first)?;
            if start < under_way && under_way == today {
                (under_way, on_or_after(under_way, last)?)
            } else {
                (start, end)
            }
        };
        When::span(start, end, Precision::Day)
    }

    /// "On Thursday", with what stands before or behind it: "last Thursday", "Thursday of next week".
    fn weekday_alone(&self) -> Option<NaiveDate> {
        let today = self.today?;
        let weekday = self.weekday(2)?;
        let lead = self.lower(1);
        let tail = self.lower(3).or_else(|| self.lower(4));
        match tail.as_deref() {
            Some(tail) => self.weekday_before(tail, today, weekday),
            None => self.weekday_behind(lead.as_deref(), today, weekday),
        }
    }

    /// The weekday before words that tell its week: "Thursday of next week", "Thursday last", "Thursday a week ago".
    fn weekday_before(&self, tail: &str, today: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
        let of_week = self.captures.get(3).is_some();
        match tail {
            "last" if of_week => weekday_of_week(today.checked_sub_days(WEEK)?, weekday),
            "next" => weekday_of_week(today.checked_add_days(WEEK)?, weekday),
            "this" => weekday_of_week(today, weekday),
            "last" => on_or_before(today.pred_opt()?, weekday),
            _ => on_or_before(today.checked_sub_days(WEEK)?, weekday),
        }
    }

    /// The weekday behind a word that tells which is meant, or by itself: "last Thursday", "that Thursday", "Thursday".
    fn weekday_behind(
        &self,
        lead: Option<&str>,
        today: NaiveDate,
        weekday: Weekday,
    ) -> Option<NaiveDate> {
        let told_before = self.anchor.unwrap_or(today);
        match lead {
            Some("last" | "past") => on_or_before(today.pred_opt()?, weekday),
            Some("next") => on_or_after(today.checked_add_days(SOON)?, weekday),
            Some("coming") => on_or_after(today.succ_opt()?, weekday),
            Some("this") if !self.ahead => weekday_of_week(today, weekday),
            Some("that") => nearest_weekday(told_before, weekday),
            Some("previous") => on_or_before(told_before.pred_opt()?, weekday),
            Some("following") => on_or_after(told_before.succ_opt()?, weekday),
            _ if self.ahead => on_or_after(today, weekday),
            _ => on_or_before(today, weekday),
        }
    }

    /// "Yesterday", "the day after tomorrow", "this morning"
    fn beside_today(&self) -> Option<NaiveDate> {
        let today = self.today?;
        let words = self.lower(0)?;
        if words.contains("before yesterday") {
            today.checked_sub_days(Days::new(2))
        } else if words.contains("after tomorrow") {
            today.checked_add_days(Days::new(2))
        } else if words == "yesterday" || words.starts_with("last") {
            today.pred_opt()
        } else if words == "tomorrow" {
            today.succ_opt()
        } else {
            Some(today)
        }
    }

    /// "Two days ago" counts from today, "two days earlier" from the day told before.
    fn counted(&self) -> Option<When> {
        let count = match self.captures.get(1) {
            Some(_) => *self.dates.numbers.get(&self.lower(1)?)?,
            None => self.number(2)?,
        };
        let unit = self.lower(3)?;
        let direction = self.lower(4)?;
        let from_today =
            matches!(direction.as_str(), "ago" | "hence") || direction.starts_with("from");
        let base = if from_today {
            self.today?
        } else {
            self.anchor.or(self.today)?
        };
        let back = matches!(
            direction.as_str(),
            "ago" | "earlier" | "before" | "previously"
        );
        counted(base, count, unit.trim_end_matches('s'), back)
    }

    /// "The following day", "the day before", "the same week"
    fn next(&self) -> Option<When> {
        let base = self.anchor.or(self.today)?;
        let (which, unit) = match (self.lower(1), self.lower(2)) {
            (Some(which), Some(unit)) => (which, unit),
            _ => ("same".to_owned(), self.lower(4)?),
        };
        let shift = match (which.as_str(), unit.as_str()) {
            ("day", "before") | ("previous", _) => Some(true),
            ("day", "after") | ("next" | "following", _) => Some(false),
            ("same", _) => None,
            _ => return None,
        };
        let unit = match unit.as_str() {
            "before" | "after" | "morning" | "evening" => "day",
            unit => unit,
        };
        match shift {
            Some(back) => counted(base, 1, unit, back),
            None => counted(base, 0, unit, false),
        }
    }

    /// "This week", "last month", "the coming weekend", "next spring"
    fn unit(&self) -> Option<When> {
        let today = self.today?;
        let which = self.lower(1)?;
        let unit = self.lower(2)?;
        let back = which == "last" || which.ends_with("past");
        let forth = which == "next" || which.ends_with("coming");
        match unit.as_str() {
            "weekend" => {
                let saturday = if forth || (!back && self.ahead) {
                    on_or_after(today, Weekday::Sat)?
                } else {
                    on_or_before(today, Weekday::Sat)?
                };
                When::span(saturday, saturday.succ_opt()?, Precision::Day)
            }
            "week" | "month" | "year" => counted(today, u32::from(back || forth), &unit, back),
            season => season_near(today, season, back, forth),
        }
    }

    fn number<N: std::str::FromStr>(&self, group: usize) -> Option<N> {
        self.captures.get(group)?.as_str().parse().ok()
    }

    fn lower(&self, group: usize) -> Option<String> {
        Some(self.captures.get(group)?.as_str().to_lowercase())
    }

    fn month(&self, group: usize) -> Option<u32> {
        self.dates.months.get(&self.lower(group)?).copied()
    }

    fn weekday(&self, group: usize) -> Option<Weekday> {
        self.dates.weekdays.get(&self.lower(group)?).copied()
    }

    /// The year told in figures (in that group) or as "last year" (in the next).
    fn year_told(&self, group: usize) -> Option<i32> {
        self.year_of(group).or_else(|| self.year_of(group + 1))
    }

    /// The year told in figures or as "last year".
    fn year_of(&self, group: usize) -> Option<i32> {
        if let Some(year) = self.number(group) {
            return Some(year);
        }
        let shift = match self.lower(group)?.split_whitespace().next()? {
            "last" => -1,
            "next" => 1,
            _ => 0,
        };
        self.today?.year().checked_add(shift)
    }
}
