//! The letters by which an article calls a body, in brackets behind its name: "the Rapid Support Corps (RSC)".

use super::LONGEST;
use crate::stage::actors::naming::{Named, Naming, Side, index, put};
use crate::stage::actors::words::Word;
use plenary_domain::gazetteer::Form;
use std::collections::HashMap;

/// The letters in brackets behind a name.
pub(super) fn letters<'a>(words: &'a [Word<'a>], to: usize) -> Option<&'a Word<'a>> {
    words
        .get(to)
        .filter(|word| word.gap.trim() == "(" && word.shouting())
}

/// The first word of the name of which a word in brackets holds the initials.
pub(super) fn initials(
    words: &[Word<'_>],
    from: usize,
    to: usize,
    short: &Word<'_>,
) -> Option<usize> {
    let letters: Vec<char> = short.text.chars().filter(|c| c.is_alphabetic()).collect();
    let starts = |from: usize| {
        words[from..to]
            .iter()
            .filter(|word| word.capital())
            .filter_map(|word| word.text.chars().next())
            .eq(letters.iter().copied())
    };
    let from = from.max(to.saturating_sub(LONGEST));
    (from..to.saturating_sub(1)).find(|from| words[*from].capital() && starts(*from))
}

/// Marks where a party of the gazetteer is called by letters that the article gives it: "the High Negotiations
/// Committee (HNC)".
pub(super) fn add_letters(naming: &mut Naming, words: &[Word<'_>]) {
    let mut letters: HashMap<&str, Side> = HashMap::new();
    for place in &naming.places {
        if let Some(word) = words.get(place.to)
            && let Some(side) = place.side
            && word.gap.trim() == "("
            && word.shouting()
            && naming.at[place.to].is_none()
            && initials(words, place.from, place.to, word).is_some()
        {
            letters.insert(word.text, side);
        }
    }
    for (at, word) in words.iter().enumerate() {
        if let (Some(side), None) = (letters.get(word.text), naming.at[at]) {
            put(naming, Named::new(at, at + 1, Some(*side), Form::Name));
        }
    }
    index(naming);
}
