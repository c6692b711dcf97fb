//! Runs of words that look like names of people.

use super::Text;
use crate::stage::actors::naming::is_name_word;
use crate::stage::actors::words::Word;
use std::collections::HashSet;

/// The text in which is looked for runs.
pub(super) struct Runs<'a> {
    text: Text<'a>,
    /// Folded words that stand somewhere without a capital.
    lower: &'a HashSet<&'a str>,
    /// Folded words that are names of people.
    known: &'a HashSet<String>,
}

impl Runs<'_> {
    /// Finds the runs. Of short words in capitals only `known` names are taken: "KANE:".
    pub(super) fn read<'a>(
        text: Text<'a>,
        lower: &'a HashSet<&'a str>,
        known: &'a HashSet<String>,
    ) -> Vec<(usize, usize)> {
        let reader = Runs { text, lower, known };
        let mut runs = Vec::new();
        let mut at = 0;
        while at < text.words.len() {
            if !reader.starts(at) {
                at += 1;
                continue;
            }
            let to = reader.end(at);
            // An ambiguous party alone is the party.
            let only_party = (at..to).all(|i| text.naming.at[i].is_some());
            if !only_party || to - at >= 2 {
                runs.push((at, to));
            }
            at = to;
        }
        runs
    }

    /// True for a word that may begin a name.
    fn starts(&self, at: usize) -> bool {
        let (words, openers) = (self.text.words, &self.text.lexicon.names.openers);
        // Particles begin a name when they are capitalised or hyphened: "Al Jaber", "al-Sadr", "Von der Leyen".
        let particle = || {
            (words[at].capital() && !openers.contains(&words[at].fold)
                || words.get(at + 1).is_some_and(Word::hyphened))
                && self.particles(at).is_some_and(|name| words[name].capital())
                && self.text.naming.at[at].is_none()
        };
        !words[at].heading && (self.usable(at) || particle())
    }

    /// Where the name ends that begins at a word.
    fn end(&self, from: usize) -> usize {
        let words = self.text.words;
        let mut to = from + 1;
        while to < words.len()
            && to - from < 8
            && words[to].joined()
            && words[to].sentence == words[to - 1].sentence
            && !words[to - 1].possessive
        {
            if self.usable(to) || words[to].initial() || self.hyphened(to) {
                // A full stop ends a sentence unless it belongs to an initial.
                if words[to].gap.contains('.') && !words[to - 1].initial() {
                    break;
                }
                to += 1;
            } else if let Some(name) = self.particles(to) {
                to = name + 1;
            } else {
                break;
            }
        }
        to
    }

    /// True for a word that a name may hold.
    fn usable(&self, at: usize) -> bool {
        let lexicon = self.text.lexicon;
        let word = &self.text.words[at];
        let next = self.text.words.get(at + 1).filter(|next| next.capital());
        let place = self.text.naming.place(at);
        let male = lexicon.given.male.contains(&word.fold);
        self.he(at)
            || is_name_word(word, lexicon)
                && place.is_none_or(|place| place.ambiguous && place.to - place.from == 1)
                && (!lexicon.is_role(&word.fold)
                    || self.trade(at)
                    || male && next.is_some_and(Word::follows))
                && (!lexicon.is_title(&word.fold) || male)
                && !lexicon.roles.former.contains(&word.fold)
                && (!lexicon.roles.modifiers.contains(&word.fold) || male)
                && (!(word.shouting() && word.text.len() <= 4)
                    || self.known.contains(&word.fold)
                    || word.initial() && next.is_some_and(Word::joined))
                && !lexicon.is_organisation(&word.fold)
                && !lexicon.bodies.organs.contains(&word.fold)
                && !(word.opens && self.lower.contains(word.fold.as_str()))
    }

    /// True for a trade behind a given name, which is a surname: "Michael Carpenter".
    fn trade(&self, at: usize) -> bool {
        let words = self.text.words;
        at > 0
            && self.text.lexicon.roles.private.contains(&words[at].fold)
            && words[at].follows()
            && words[at - 1].capital()
            && self.text.given(&words[at - 1].fold)
    }

    /// True for the name He, "Vice Premier He Lifeng", "Liu He": no pronoun stands, written large, beside another name.
    fn he(&self, at: usize) -> bool {
        let words = self.text.words;
        let name = |other: &Word<'_>| other.capital() && !other.shouting();
        let behind = || {
            words.get(at + 1).is_some_and(|next| {
                next.joined() && name(next) && self.text.naming.at[at + 1].is_none()
            })
        };
        let before = || at > 0 && !words[at].opens && words[at].joined() && name(&words[at - 1]);
        words[at].text == "He" && (behind() || before())
    }

    /// True for a free word that a hyphen joins to the name before it.
    fn hyphened(&self, at: usize) -> bool {
        let word = &self.text.words[at];
        word.hyphened()
            && word.text.chars().all(char::is_alphabetic)
            && word.text.len() > 1
            && self.text.naming.at[at].is_none()
    }

    /// The name behind one particle or more: "von der Leyen".
    fn particles(&self, at: usize) -> Option<usize> {
        let (words, particles) = (self.text.words, &self.text.lexicon.names.particles);
        let particle =
            |at: usize| self.text.naming.at[at].is_none() && particles.contains(&words[at].fold);
        let name = (at..words.len().min(at + 4)).find(|at| !particle(*at))?;
        let joined = (at + 1..=name).all(|at| words[at].joined());
        (name > at && joined && (words[name].capital() || words[name].hyphened())).then_some(name)
    }
}
