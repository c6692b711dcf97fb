//! Speakers who are named beside a source, not in it.
//!
//! A medium that is told as the source may only quote somebody; words without a source are whose name stands near, or
//! who spoke before.

use super::{Answer, Found, Memory, Reading, pronoun};
use crate::document::{Attribution, Choice};
use crate::stage::actors::Cast;

/// Words for media without a name.
const MEDIA: [&str; 9] = [
    "agency",
    "media",
    "news",
    "newspaper",
    "daily",
    "television",
    "tv",
    "radio",
    "broadcaster",
];

/// Whom a medium quotes: "Interfax quoted Ryabkov as saying", "al-Mashat was quoted as saying by the agency".
pub(super) fn quoted(reading: Reading<'_>, from: usize, to: usize) -> Option<Answer> {
    let cast = reading.cast;
    let words = &cast.words;
    let sentence = words.get(from)?.sentence;
    let cites = |at: &usize| {
        matches!(words[*at].fold.as_str(), "quoted" | "quotes" | "cited")
            && words[*at].sentence == sentence
    };
    let cue = (from.saturating_sub(5)..words.len().min(to + 3)).find(cites)?;
    let medium = |at: usize| {
        let unnamed = MEDIA.contains(&words[at].fold.as_str());
        let place = cast.naming.place(at);
        unnamed || place.is_some_and(|place| place.side.is_none())
    };
    if !(from..to).any(medium) {
        return None;
    }
    let mut near: Vec<usize> = (cue.saturating_sub(6)..words.len().min(cue + 7))
        .filter(|at| words[*at].sentence == sentence && !(from..to).contains(at))
        .collect();
    near.sort_by_key(|at| at.abs_diff(cue));
    near.into_iter().find_map(|at| {
        let found = match words[at].fold.as_str() {
            "him" | "her" | "he" | "she" => pronoun::read(reading, at).0,
            _ => Found::one(cast.people.at[at]?),
        };
        matches!(found, Found::People(_)).then_some((found, "actors/quoted", 0.75))
    })
}

/// Who said words of which nobody is told as the source: somebody named near them, else who spoke before.
pub(super) fn untold(
    cast: &Cast<'_>,
    attribution: &Attribution,
    memory: &Memory,
    paragraph: usize,
) -> Option<Choice<usize>> {
    let choice = |value, rule, confidence| Choice {
        value,
        rule,
        words: None,
        confidence,
    };
    if let Some(person) = near(cast, attribution, memory) {
        return Some(choice(person, "actors/near", 0.5));
    }
    let last = memory.only()?;
    let sure = if paragraph == memory.paragraph {
        0.75
    } else {
        0.6
    };
    (paragraph <= memory.paragraph + 1).then(|| choice(last, "actors/last-speaker", sure))
}

/// The person named beside words of whom nobody is told as the speaker: in the same sentence outside
/// what is said, else earlier in the paragraph and later than the speaker before.
fn near(cast: &Cast<'_>, attribution: &Attribution, memory: &Memory) -> Option<usize> {
    let words = &cast.words;
    let (from, _) = cast.range(*attribution.content.first()?);
    let (_, to) = cast.range(*attribution.content.last()?);
    let here = words.get(from)?;
    let last = words.get(to.checked_sub(1)?)?;
    let start = words.partition_point(|word| word.sentence < here.sentence);
    let end = words.partition_point(|word| word.sentence <= last.sentence);
    let said = |at: &usize| {
        let mut content = attribution.content.iter();
        content.any(|span| span.overlaps(words[*at].span))
    };
    let person = |at: usize| cast.people.at[at].filter(|_| !words[at].possessive);
    if let Some(found) = (start..end).filter(|at| !said(at)).find_map(person) {
        return Some(found);
    }
    let paragraph = words.partition_point(|word| word.paragraph < here.paragraph);
    let found = (paragraph..start).rev().find_map(person)?;
    (!memory.last.contains(&found)).then_some(found)
}
