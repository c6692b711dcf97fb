//! Adjectives made from the names of countries, and the countries that they tell of.

use super::{Clues, Text};
use crate::stage::actors::naming::LocalParty;
use crate::stage::actors::words::fold;
use plenary_domain::PartyKind;
use std::collections::{HashMap, HashSet};

/// Finds adjectives whose country the text also names, "a Norvian paper" beside "Norvia": the two prove each other.
/// `written` holds how each word of the text is written.
pub(super) fn proven(text: &Text<'_>, clues: &mut Clues, written: &HashMap<&str, &str>) {
    let stem = |word: &str| word.chars().take(4).collect::<String>();
    let mut by_stem: HashMap<String, Vec<&str>> = HashMap::new();
    for noun in written.keys() {
        by_stem.entry(stem(noun)).or_default().push(noun);
    }
    let named = |adjective: &str| {
        let mut nouns = by_stem.get(&stem(adjective)).into_iter().flatten();
        nouns.any(|noun| {
            *noun != adjective && noun.len() < adjective.len() && same_stem(noun, adjective)
        })
    };
    for (at, word) in text.words.iter().enumerate() {
        let describes = text
            .words
            .get(at + 1)
            .is_some_and(|next| next.follows() && !next.capital() && !word.possessive);
        if word.capital()
            && !word.opens
            && text.free(at)
            && !text.person(&word.fold)
            && is_adjective(&word.fold)
            && describes
            && named(&word.fold)
        {
            clues.adjective(word);
        }
    }
}

/// The country of an adjective that goes with no party found so far: a word of the text with the same stem, or else
/// what the adjective itself tells. None for an adjective that comes but once and tells no name.
pub(super) fn country(
    clues: &Clues,
    adjective: &str,
    written: &HashMap<&str, &str>,
) -> Option<LocalParty> {
    let noun = written
        .iter()
        .filter(|(noun, _)| {
            **noun != adjective
                && same_stem(noun, adjective)
                && !clues.adjectives.contains_key(**noun)
        })
        .min_by_key(|(noun, _)| (noun.len(), **noun));
    let as_written = written.get(adjective).copied().unwrap_or(adjective);
    let (name, form) = if let Some((noun, name)) = noun {
        ((*name).to_owned(), (*noun).to_owned())
    } else if adjective.ends_with("an") {
        // "Norvian" comes from "Norvia".
        let name = as_written.strip_suffix('n').unwrap_or(as_written);
        (name.to_owned(), fold(name))
    } else if clues
        .adjectives
        .get(adjective)
        .is_some_and(|count| *count >= 2)
    {
        // An adjective whose country the article never names stands for it when it comes twice.
        (as_written.to_owned(), adjective.to_owned())
    } else {
        return None;
    };
    Some(LocalParty {
        name,
        kind: PartyKind::State,
        forms: HashSet::from([adjective.to_owned(), form]),
    })
}

/// True for a word with the ending of an adjective made from a country's name.
pub(super) fn is_adjective(word: &str) -> bool {
    word.len() >= 5
        && [
            "an", "ian", "ish", "ese", "i", "ic", "ine", "er", "en", "ene", "ite", "ar", "ard",
            "ot", "aise", "ois",
        ]
        .iter()
        .any(|ending| word.ends_with(ending))
}

/// True for the adjective of one of the names of states.
pub(super) fn of_any(word: &str, nouns: &HashMap<String, String>) -> bool {
    is_adjective(word)
        && nouns.keys().any(|noun| {
            noun != word && noun.len() <= word.len() && same_stem(noun, word) && !is_adjective(noun)
        })
}

/// True when an adjective comes from a name: they share all but the endings.
pub(super) fn same_stem(noun: &str, adjective: &str) -> bool {
    if noun.contains(' ') {
        return false;
    }
    let common = noun
        .chars()
        .zip(adjective.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let (noun, adjective) = (noun.chars().count(), adjective.chars().count());
    common >= 4 && common + 2 >= noun && common + 4 >= adjective && adjective + 3 >= noun
}
