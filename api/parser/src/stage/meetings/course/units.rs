//! Numbers and units of time as words tell them: "three", "18th", "weeks".
//!
//! What counts no days of talks, because it is no number or one beyond counting, is `None`.

use super::LONGEST;
use crate::stage::meetings::words::Words;

/// A number of days or weeks, "three" or "12"; `None` for one that counts no days of talks.
pub(in crate::stage::meetings) fn number_of(words: &Words, word: &str) -> Option<i64> {
    const MOST: i64 = 1000;
    let figures = || {
        word.parse()
            .ok()
            .filter(|number| (0..=MOST).contains(number))
    };
    words.numbers.get(word).copied().or_else(figures)
}

/// "Third" or "18th".
pub(super) fn ordinal(words: &Words, word: &str) -> Option<i64> {
    let figures = || {
        let figures = word.trim_end_matches(char::is_alphabetic);
        let ends = matches!(&word[figures.len()..], "st" | "nd" | "rd" | "th");
        figures
            .parse()
            .ok()
            .filter(|nth| ends && (2..=LONGEST).contains(nth))
    };
    words.ordinals.get(word).copied().or_else(figures)
}

/// Days in a unit of time. A week of talks runs from Monday to Friday or so; the rest is a guess.
pub(in crate::stage::meetings) fn unit_days(unit: &str) -> Option<i64> {
    match unit {
        "day" | "days" | "nights" | "night" => Some(1),
        "week" | "weeks" => Some(7),
        _ => None,
    }
}
