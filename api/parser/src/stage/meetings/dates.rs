//! Days from words: `13 January 2022`, `on Thursday`, `a day earlier`, `last June`, `10-12 January`.
//!
//! Everything is resolved from a reference day, usually that of publication; how exactly the words
//! tell the time is kept, so that a month alone stays a month. The words themselves are data
//! (`date-words.toml`). Nothing here panics: sums outside the calendar give no day.
//!
//! The patterns ([`patterns`]) find words that may tell a time ([`hits`]); the words around them say
//! whether it lies ahead ([`ahead`]); then each kind of words is read ([`reading`]) by sums on the
//! [`calendar`].

mod ahead;
mod calendar;
mod hits;
mod patterns;
mod reading;
mod when;

pub use when::{Precision, When};

use ahead::Around;
use chrono::{Days, NaiveDate, Weekday};
use hits::Hit;
use patterns::{Kind, Words};
use reading::Reading;
use regex::Regex;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Words that tell a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateMention {
    /// Byte range in the searched text.
    pub bytes: Range<usize>,
    /// The time.
    pub when: When,
    /// True when the words around it say that it lies ahead.
    pub ahead: bool,
}

/// The date words, made ready for search. Make one and keep it.
#[derive(Debug)]
pub struct Dates {
    patterns: Vec<(Kind, Regex)>,
    months: HashMap<String, u32>,
    weekdays: HashMap<String, Weekday>,
    numbers: HashMap<String, u32>,
    ordinals: Vec<String>,
    ahead: HashSet<String>,
    ahead_present: HashSet<String>,
    saying: HashSet<String>,
    after_day: HashSet<String>,
    tokens: Regex,
    put_off: Regex,
}

/// One sentence or heading in which times are told.
#[derive(Debug)]
struct Sentence<'t> {
    text: &'t str,
    /// Its words and marks in lower case, with the byte at which each starts.
    tokens: Vec<(usize, String)>,
    /// The day from which "yesterday" counts.
    today: Option<NaiveDate>,
}

impl Dates {
    /// Reads the words that Plenary ships.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped file.
    pub fn builtin() -> Dates {
        Dates::from_toml(include_str!("../../../data/date-words.toml"))
            .unwrap_or_else(|error| panic!("the shipped date words are broken: {error}"))
    }

    fn from_toml(toml: &str) -> Result<Dates, String> {
        let words: Words = toml::from_str(toml).map_err(|error| error.to_string())?;
        let week = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ()));
        Ok(Dates {
            patterns: words.patterns()?,
            put_off: words.put_off()?,
            tokens: patterns::tokens()?,
            months: by_name(&words.months, 1..),
            weekdays: by_name(&words.weekdays, week),
            numbers: words.numbers.into_iter().collect(),
            ordinals: words.ordinals,
            ahead: words.ahead.into_iter().collect(),
            ahead_present: words.ahead_present.into_iter().collect(),
            saying: words.saying.into_iter().collect(),
            after_day: words.after_day.into_iter().collect(),
        })
    }

    /// Finds the times that `text`, one sentence or heading, tells, in text order.
    ///
    /// `today` is the day from which "yesterday" counts; without it only what the calendar tells
    /// completely is found. `anchor` is the day told last before this text, from which "a day
    /// earlier" counts; without it such words count from `today`.
    pub fn find(
        &self,
        text: &str,
        today: Option<NaiveDate>,
        anchor: Option<NaiveDate>,
    ) -> Vec<DateMention> {
        let tokens = self.tokens.find_iter(text);
        let sentence = Sentence {
            text,
            tokens: tokens
                .map(|token| (token.start(), token.as_str().to_lowercase()))
                .collect(),
            today,
        };
        let mut anchor = anchor;
        let mut found: Vec<DateMention> = Vec::new();
        let hits = self.hits(text);
        let mut rest = hits.as_slice();
        while let Some((hit, behind)) = rest.split_first() {
            rest = behind;
            let last = found.last();
            if last.is_some_and(|last| hit.range.start < last.bytes.end)
                || self.tells_no_time(text, hit, behind)
            {
                continue;
            }
            if let Some(mention) = self.read(&sentence, hit, anchor) {
                if mention.when.precision <= Precision::Month {
                    anchor = Some(mention.when.start);
                }
                found.push(mention);
            }
        }
        self.move_put_off(text, &mut found);
        found
    }

    /// The time that a hit tells. `None` where it is none of the calendar's, or counts from a day that is not known.
    fn read(
        &self,
        sentence: &Sentence<'_>,
        hit: &Hit<'_>,
        anchor: Option<NaiveDate>,
    ) -> Option<DateMention> {
        let today = sentence.today;
        let with_month = matches!(hit.kind, Kind::DaysMonth | Kind::MonthDays);
        let around = Around::new(self, &sentence.tokens, &hit.range, with_month);
        let ahead = around.looks_ahead();
        let reading = Reading {
            dates: self,
            captures: &hit.captures,
            today,
            anchor,
            ahead,
        };
        let mut when = reading.when(hit.kind)?;
        let words = &sentence.text[hit.range.clone()];
        // "The accord signed on January 1", told in December, was signed in the same year.
        let dated = with_month || hit.kind == Kind::Month;
        let coming = |when: When| today.is_some_and(|today| when.start > today);
        if dated && coming(when) && !tells_year(words) && around.looks_back() {
            when = when.year_before().unwrap_or(when);
        }
        // The full stop behind a month is its own or its sentence's.
        let length = words.trim_end_matches('.').len();
        Some(DateMention {
            bytes: hit.range.start..hit.range.start + length,
            when,
            ahead: coming(when) || ahead && today.is_some_and(|today| when.end >= today),
        })
    }

    /// "Due to open next Thursday, they have been put off for a fortnight": the last coming day told before is moved.
    fn move_put_off(&self, text: &str, found: &mut [DateMention]) {
        let Some(told) = self.put_off.captures(text) else {
            return;
        };
        let at = told.get(0).map_or(0, |whole| whole.start());
        let last = found
            .iter_mut()
            .rfind(|date| date.bytes.end <= at)
            .filter(|date| date.ahead && date.when.precision == Precision::Day);
        let count = match told.get(1) {
            Some(word) => self.numbers.get(word.as_str()).copied(),
            None => told
                .get(2)
                .and_then(|figures| figures.as_str().parse().ok()),
        };
        let days = match &told[3] {
            "day" => 1,
            "week" => 7,
            _ => 14,
        };
        let moved =
            |day: NaiveDate, count: u32| day.checked_add_days(Days::new(u64::from(count * days)));
        if let (Some(date), Some(count)) = (last, count)
            && let Some(start) = moved(date.when.start, count)
            && let Some(end) = moved(date.when.end, count)
        {
            date.when = When {
                start,
                end,
                ..date.when
            };
        }
    }
}

/// What each group of names stands for, by every name in it.
fn by_name<T: Copy>(
    groups: &[Vec<String>],
    meant: impl IntoIterator<Item = T>,
) -> HashMap<String, T> {
    let pairs = groups.iter().zip(meant);
    pairs
        .flat_map(|(names, meant)| names.iter().map(move |name| (name.to_lowercase(), meant)))
        .collect()
}

/// True when a day is told with its year.
fn tells_year(words: &str) -> bool {
    words
        .split(|c: char| !c.is_ascii_digit())
        .any(|number| number.len() == 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;
    use proptest::prelude::*;

    #[test]
    fn the_shipped_words_are_usable() {
        let dates = Dates::builtin();
        assert_eq!(dates.months.len(), 23 + 1);
        assert_eq!(dates.weekdays.get("thursday"), Some(&Weekday::Thu));
    }

    proptest! {
        #[test]
        fn no_text_and_no_day_panics(
            text in "([0-9]{1,4}[ ./-]|the |last |next |May |Sunday |week |two |days |ago |earlier |to |of |year |,){0,12}",
            day in -9_000_000i32..90_000_000,
        ) {
            let dates = Dates::builtin();
            let today = NaiveDate::from_num_days_from_ce_opt(day);
            for found in dates.find(&text, today, today) {
                prop_assert!(found.when.start <= found.when.end);
                prop_assert!(text.get(found.bytes.clone()).is_some());
            }
        }

        #[test]
        fn a_weekday_of_the_past_lies_at_most_six_days_back(offset in 0u64..4000, weekday in 0usize..7) {
            let dates = Dates::builtin();
            let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            let today = NaiveDate::from_ymd_opt(2015, 1, 1).and_then(|day| day.checked_add_days(Days::new(offset))).unwrap();
            let found = dates.find(&format!("They met on {}.", names[weekday]), Some(today), None);
            prop_assert_eq!(found.len(), 1);
            let back = (today - found[0].when.start).num_days();
            prop_assert!((0..7).contains(&back));
            prop_assert_eq!(found[0].when.start.weekday().num_days_from_monday() as usize, weekday);
        }
    }
}
