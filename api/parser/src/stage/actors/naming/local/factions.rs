//! Names of political parties, by who leads them, what they are called and where they stand.

use super::states::LANDS;
use super::{Clues, Text};
use crate::stage::actors::naming::written;

/// Words in a party's name at most.
const LONGEST_NAME: usize = 4;

/// Those who sit in a parliament for a party.
const LEGISLATORS: [&str; 8] = [
    "senator",
    "mp",
    "mep",
    "lawmaker",
    "deputy",
    "congressman",
    "congresswoman",
    "legislator",
];

/// What a party is called behind its name.
const MOVEMENTS: [&str; 4] = ["party", "movement", "bloc", "coalition"];

/// Last words of what tells where a party stands: "the right-wing", "the opposition".
const STRIPES: [&str; 9] = [
    "right",
    "left",
    "wing",
    "opposition",
    "ruling",
    "governing",
    "liberal",
    "conservative",
    "green",
];

/// Finds parties by their leaders: "the leader of Civic Renewal".
pub(super) fn led(text: &Text<'_>, clues: &mut Clues) {
    let words = text.words;
    for (at, pair) in words.windows(2).enumerate() {
        let start = at + 2;
        // Only here is looked for an end, so that time stays linear in a text of capitals.
        if !matches!(pair[0].fold.as_str(), "leader" | "co-leader" | "leaders")
            || pair[1].fold != "of"
        {
            continue;
        }
        let to = (start..words.len())
            .find(|at| !text.goes_on(*at))
            .unwrap_or(words.len());
        let known =
            |word: &str| LANDS.contains(&word) || text.lexicon.roles.modifiers.contains(word);
        if (start + 2..start + 5).contains(&to) && !known(&words[start].fold) {
            clues.factions.insert(written(words, start, to));
        }
    }
}

/// Finds what is called a party, however short its name: "of the right-wing Harbour Rally party".
pub(super) fn called(text: &Text<'_>, clues: &mut Clues) {
    let words = text.words;
    let announces = |at: usize| match words[at].fold.as_str() {
        "the" | "his" | "her" | "their" => true,
        stripe => stripe.ends_with("ist") || STRIPES.contains(&stripe),
    };
    for (at, word) in words.iter().enumerate() {
        if !MOVEMENTS.contains(&word.fold.as_str()) || word.capital() || !word.follows() {
            continue;
        }
        let length = (at.saturating_sub(LONGEST_NAME)..at)
            .rev()
            .take_while(|at| words[*at + 1].follows() && text.name(*at))
            .count();
        let from = at - length;
        if length > 0
            && from.checked_sub(1).is_some_and(announces)
            && !text.lexicon.roles.modifiers.contains(&words[from].fold)
            && !text.person(&words[at - 1].fold)
            && words[from].follows()
        {
            clues.factions.insert(written(words, from, at));
        }
    }
}

/// Finds parties by where they stand or who sits for them: "of the right-wing Democratic Centre", "Senator Anna Moor
/// of the Democratic Centre".
pub(super) fn striped(text: &Text<'_>, clues: &mut Clues) {
    let words = text.words;
    for at in 1..words.len() {
        let before = |back: usize| at.checked_sub(back).map(|at| words[at].fold.as_str());
        let striped = matches!(before(1), Some("wing" | "right" | "left" | "opposition"));
        let seated = || {
            let of = before(1) == Some("the") && before(2) == Some("of");
            let mut offices = (4..8).filter_map(before);
            of && before(3).is_some_and(|word| text.person(word))
                && offices.any(|word| LEGISLATORS.contains(&word))
        };
        if !striped && !seated() {
            continue;
        }
        let length = (at..at + LONGEST_NAME)
            .take_while(|at| text.goes_on(*at))
            .count();
        let office = words[at..at + length]
            .iter()
            .any(|word| text.lexicon.is_role(&word.fold));
        let ended = words
            .get(at + length)
            .is_none_or(|next| !next.follows() || !next.capital());
        if length >= 2 && !office && ended && !text.person(&words[at + length - 1].fold) {
            clues.factions.insert(written(words, at, at + length));
        }
    }
}
