//! The nouns and verbs of a line that name a round of talks.

use super::{Line, Noun, Token};
use crate::stage::meetings::Finder;
use crate::stage::meetings::words::Words;

/// Those who meet.
const SIDES: [&str; 8] = [
    "sides",
    "delegations",
    "parties",
    "teams",
    "negotiators",
    "governments",
    "pair",
    "rivals",
];

/// What they do where they meet.
const DEEDS: [&str; 12] = [
    "agreed",
    "settled",
    "signed",
    "sat",
    "exchanged",
    "reached",
    "struck",
    "initialled",
    "initialed",
    "parted",
    "talked",
    "pledged",
];

/// Words before such a deed among which a place and a day stand.
const BEFORE_DEED: usize = 20;

impl Line<'_> {
    /// Finds them.
    pub(super) fn find_nouns(&self, finder: &Finder) -> Vec<Noun> {
        let words = &finder.words;
        let mut nouns: Vec<Noun> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let length = match self.body_at(words, at) {
                Some(length) => {
                    nouns.push(Noun {
                        tokens: at..at + length,
                        strength: 0.9,
                        verb: false,
                    });
                    length
                }
                None => {
                    nouns.extend(self.noun_at(words, at));
                    1
                }
            };
            at += length;
        }
        nouns
    }

    /// Number of words of the body that is named at a token, and whose sessions are meetings.
    fn body_at(&self, words: &Words, at: usize) -> Option<usize> {
        let tokens = self.tokens.get(at..)?;
        tokens.first().filter(|token| token.is_word)?;
        let named = |body: &&Vec<String>| {
            body.len() <= tokens.len()
                && tokens
                    .iter()
                    .zip(body.iter())
                    .all(|(token, word)| token.text == *word)
        };
        words.bodies.iter().find(named).map(Vec::len)
    }

    /// The single word at a token that names a round of talks.
    fn noun_at(&self, words: &Words, at: usize) -> Option<Noun> {
        let token = self.tokens.get(at).filter(|token| token.is_word)?;
        let (strength, verb) = if words.series.is_match(&token.text) {
            // "G7" alone is a group, "the G7 summit" a meeting; the noun tells.
            let group = token.text.starts_with('G');
            (if group { 0.4 } else { 0.9 }, false)
        } else if words.nouns.contains(&token.lower) {
            let before = self.back(at, 1);
            if before.is_some_and(|word| words.not_before.contains(word))
                || token.lower == "round" && before == Some("year")
            {
                return None;
            }
            let faint = words.faint.contains(&token.lower);
            (if faint { 0.6 } else { 0.9 }, false)
        } else if self.is_day_of_talks(words, at) {
            (0.8, false)
        } else if self.is_deed_of_both(at) || self.is_verb(words, at) {
            (0.8, true)
        } else {
            return None;
        };
        Some(Noun {
            tokens: at..at + 1,
            strength,
            verb,
        })
    }

    /// True for a verb of meeting, of one word or with the next.
    fn is_verb(&self, words: &Words, at: usize) -> bool {
        let (verb, next) = (self.lower(at), self.tokens.get(at + 1));
        let paired = |next: &Token| {
            let pair = (verb.to_owned(), next.lower.clone());
            words.verb_pairs.contains(&pair)
        };
        words.verbs.contains(verb) || next.is_some_and(paired)
    }

    /// "In Corvel on May 10 and 11, the sides agreed": what both did where a sentence begins with a place.
    fn is_deed_of_both(&self, at: usize) -> bool {
        let back = |n: usize| self.back(at, n).unwrap_or_default();
        let placed = || {
            let before = &self.tokens[at.saturating_sub(BEFORE_DEED)..at];
            let dated = before.iter().any(|token| token.in_date);
            dated
                && (at.saturating_sub(BEFORE_DEED)..at).any(|at| {
                    matches!(self.lower(at), "in" | "at")
                        && self
                            .tokens
                            .get(at + 1)
                            .is_some_and(|next| next.capital && !next.in_date)
                })
        };
        let both = SIDES.contains(&back(1)) && matches!(back(2), "the" | "both" | "two")
            || back(1) == "they" && back(2) == ",";
        both && DEEDS.contains(&self.lower(at)) && placed()
    }

    /// "The second and last day in Corvel"
    fn is_day_of_talks(&self, words: &Words, at: usize) -> bool {
        let before = self.back(at, 1).unwrap_or_default();
        self.lower(at) == "day"
            && matches!(self.lower(at + 1), "in" | "at")
            && (matches!(before, "last" | "final" | "opening" | "closing")
                || words.ordinals.contains_key(before))
    }
}
