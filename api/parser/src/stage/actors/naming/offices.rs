//! The offices and bodies beside a word, by which a side gives itself away.

use crate::stage::actors::lexicon::Lexicon;
use crate::stage::actors::words::Word;
use std::collections::HashSet;

/// True when a possessive word stands before a person's name or, at most two unknown words between, an
/// office that serves somebody.
pub(super) fn owns_people(
    words: &[Word<'_>],
    at: usize,
    lexicon: &Lexicon,
    people: &HashSet<String>,
) -> bool {
    let Some(next) = words.get(at + 1).filter(|next| next.follows()) else {
        return false;
    };
    if next.capital() {
        let after = words
            .get(at + 2)
            .filter(|after| after.joined() && after.capital());
        return after.is_some_and(|after| people.contains(&after.fold));
    }
    owns_office(words, at, lexicon)
}

/// True for a possessive before an office: "Costa Serena's undersecretary for fisheries".
pub(in crate::stage::actors) fn owns_office(
    words: &[Word<'_>],
    at: usize,
    lexicon: &Lexicon,
) -> bool {
    let follows = words.get(at + 1).is_some_and(Word::follows);
    if !words[at].possessive || !follows {
        return false;
    }
    let mut unknown = 0;
    for (offset, word) in words[at + 1..(at + 6).min(words.len())].iter().enumerate() {
        if (offset > 0 && !word.joined()) || word.possessive {
            return false;
        }
        if lexicon.is_role(&word.fold) {
            return !lexicon.roles.private.contains(&word.fold);
        }
        if !lexicon.roles.modifiers.contains(&word.fold) {
            unknown += 1;
            if unknown > 2 || word.capital() || lexicon.names.stops.contains(&word.fold) {
                return false;
            }
        }
    }
    false
}

/// The office or body that follows a word, over words that modify it.
pub(super) fn head_after(words: &[Word<'_>], at: usize, lexicon: &Lexicon) -> Option<usize> {
    let mut next = at + 1;
    while next < words.len() && next <= at + 6 && words[next].joined() {
        let word = &words[next];
        let is_head = (lexicon.is_role(&word.fold) || lexicon.bodies.organs.contains(&word.fold))
            && !lexicon.roles.private.contains(&word.fold);
        // "prime" or "foreign" only lead to the head; "chief negotiator" ends in its last word.
        let more = words.get(next + 1).is_some_and(|after| {
            after.follows()
                && (lexicon.is_role(&after.fold) || lexicon.bodies.organs.contains(&after.fold))
        });
        if is_head && !more {
            return Some(next);
        }
        if !(is_head || lexicon.roles.modifiers.contains(&word.fold)) {
            return None;
        }
        if word.possessive {
            return None;
        }
        next += 1;
    }
    None
}

/// Offices and bodies that only a state or a state-like side has.
pub(super) fn is_state_head(word: &str, lexicon: &Lexicon) -> bool {
    matches!(
        word,
        "minister"
            | "ministers"
            | "president"
            | "premier"
            | "chancellor"
            | "ambassador"
            | "envoy"
            | "king"
            | "queen"
            | "emir"
            | "sultan"
            | "government"
            | "ministry"
            | "parliament"
            | "army"
            | "military"
            | "delegation"
            | "side"
            | "embassy"
            | "cabinet"
            | "negotiator"
            | "negotiators"
            | "delegates"
            | "representative"
            | "diplomats"
            | "diplomat"
            | "capital"
            | "authorities"
            | "foreign"
            | "forces"
            | "navy"
            | "president-elect"
            | "secretary"
            | "officials"
            | "official"
            | "spokesman"
            | "spokeswoman"
            | "spokesperson"
            | "junta"
    ) && !lexicon.names.stops.contains(word)
}
