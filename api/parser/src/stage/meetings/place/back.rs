//! Lines that point back to the meeting told right before: "threatened there to", "at that sitting", "back then".

use super::clause::is_aside;
use crate::stage::meetings::line::Line;

/// Words before a "there" that names no place: "said there", "over there".
const NO_PLACE_BEFORE: [&str; 13] = [
    "that", "and", "but", "out", "over", "up", "from", "said", "says", "if", "because", "while",
    "when",
];
/// Words behind a "there" that names no place: "there is".
const NO_PLACE_BEHIND: [&str; 18] = [
    "is", "are", "was", "were", "will", "would", "has", "had", "have", "can", "could", "should",
    "must", "may", "might", "remains", "remained", "be",
];
/// Times to which "that" points back.
const TIMES: [&str; 6] = ["day", "evening", "night", "week", "month", "year"];

/// True for a line that is of the meeting told right before. What only adds who somebody is does not point: "Ines
/// Moor, who met him there,".
pub(super) fn points_back(line: &Line<'_>) -> bool {
    (0..line.tokens.len()).any(|at| {
        let points = match line.tokens[at].lower.as_str() {
            "there" => is_place(line, at),
            "that" => is_of_before(line, at),
            "back" => line.lower(at + 1) == "then",
            _ => false,
        };
        points && !line.in_content(line.tokens[at].bytes.start) && !is_aside(line, at)
    })
}

/// True for a "there" that names a place.
fn is_place(line: &Line<'_>, there: usize) -> bool {
    there.checked_sub(1).is_some_and(|before| {
        line.tokens[before].is_word && !NO_PLACE_BEFORE.contains(&line.lower(before))
    }) && !NO_PLACE_BEHIND.contains(&line.lower(there + 1))
}

/// True for a "that" before a time, and for one behind "at" before a noun of talks.
fn is_of_before(line: &Line<'_>, that: usize) -> bool {
    let at = || that.checked_sub(1).is_some_and(|at| line.lower(at) == "at");
    let noun = || line.nouns.iter().any(|noun| noun.tokens.start == that + 1);
    let next = line.tokens.get(that + 1);
    TIMES.contains(&line.lower(that + 1)) || next.is_some_and(|next| next.in_date) || at() && noun()
}
