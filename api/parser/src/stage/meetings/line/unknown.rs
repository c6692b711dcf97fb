//! Names that nothing knows, as far as they may be those of towns.

use super::{Line, Token};
use crate::stage::meetings::Finder;
use crate::stage::meetings::venues::fold;
use std::collections::HashSet;

/// Words of the longest name.
const LONGEST: usize = 4;

impl Line<'_> {
    /// End of the unknown name that starts at a token, if it may be that of a place.
    pub(super) fn unknown_name(
        &self,
        finder: &Finder,
        at: usize,
        people: &HashSet<String>,
    ) -> Option<usize> {
        let end = self.name_end(finder, at);
        let name = self.tokens.get(at..end).filter(|name| !name.is_empty())?;
        let usable = is_like_a_town(finder, name) && !is_of_somebody(finder, name, people);
        usable.then_some(end)
    }

    /// End of the words in capitals that start at a token, with small words between: "San Pedro de Corvel".
    fn name_end(&self, finder: &Finder, at: usize) -> usize {
        let mut last = at;
        for (to, token) in self.tokens.iter().enumerate().skip(at).take(LONGEST) {
            let inside = to > at && finder.words.connectors.contains(&token.lower);
            if !token.is_word || token.in_date || !(token.capital || inside) {
                break;
            }
            if token.capital {
                last = to + 1;
            }
            if token.possessive {
                break;
            }
        }
        last
    }

    /// True for a heading in which every longer word is large.
    pub(super) fn is_large(&self) -> bool {
        const LONGER: usize = 5;
        let mut words = self.tokens.iter().filter(|token| token.is_word);
        words.all(|token| token.capital || token.in_date || token.lower.chars().count() < LONGER)
    }
}

/// True for words that a town may be called by: no abbreviation, no number, none that is known to name no town.
fn is_like_a_town(finder: &Finder, name: &[Token]) -> bool {
    const SHORTEST: usize = 3;
    let loud = |token: &Token| {
        token.text.chars().filter(|c| c.is_alphabetic()).count() > 1
            && token.text.chars().all(|c| !c.is_lowercase())
    };
    let barred = |token: &Token| {
        finder.words.no_towns.contains(&token.lower) || token.lower.ends_with("-level")
    };
    let numbered = |token: &Token| token.text.chars().any(|c| c.is_numeric());
    let has_vowel = |token: &Token| token.lower.chars().any(|c| "aeiouyäöüáéíóú".contains(c));
    let long = |token: &Token| token.text.chars().count() >= SHORTEST;
    !name
        .iter()
        .any(|token| barred(token) || loud(token) || numbered(token))
        && name.iter().any(has_vowel)
        && name.first().is_some_and(long)
}

/// True for the name of an actor or a party, or one made of such names.
fn is_of_somebody(finder: &Finder, name: &[Token], people: &HashSet<String>) -> bool {
    let party = |name: &str| finder.names.contains_key(name);
    let somebody = |name: &str| people.contains(name) || party(name);
    let words: Vec<&str> = name.iter().map(|token| token.text.as_str()).collect();
    // "at OSCE-Russia talks": what parties' names are joined to is no place either.
    let joined =
        |word: &str| word.contains('-') && word.split('-').any(|part| somebody(&fold(part)));
    somebody(&fold(&words.join(" ")))
        || words.iter().any(|word| joined(word))
        // "in the Tessarian delegation": the adjective of a people is no place.
        || words.iter().all(|word| party(&fold(word)))
}
