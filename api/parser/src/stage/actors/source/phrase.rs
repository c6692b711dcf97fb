//! A noun phrase that names nobody whom the article knows: "the envoy", "the Kremlin", "a source in Lindal".
//!
//! What stands in it is found first; then the phrase is asked whether it means a person ([`holder`]), a body
//! ([`body`]) or a name of nobody's list. Rules that ask for more stand before those that ask for less.

use super::meant::{called, compatriot};
use super::wording::trimmed;
use super::{Answer, Found, Reading, body, holder};
use crate::stage::actors::naming::written;
use crate::stage::actors::words::Word;
use crate::stage::actors::{Cast, Side, joint};
use crate::stage::parties;
use plenary_domain::ActorKind;

/// A noun phrase and what stands in it. Places are words of the text.
pub(super) struct Phrase<'a> {
    pub(super) reading: Reading<'a>,
    pub(super) from: usize,
    pub(super) end: usize,
    /// Where the source ends, of which the phrase is the head.
    to: usize,
    pub(super) first: &'a str,
    /// The noun for what somebody is.
    pub(super) role: Option<usize>,
    /// The noun for a body that speaks for its owner.
    pub(super) organ: Option<usize>,
    /// Where the words end that may tell whose it is.
    pub(super) posted: usize,
    /// Whose it is.
    pub(super) owner: Option<Side>,
    /// True for a phrase that means somebody told before.
    pub(super) definite: bool,
}

impl<'a> Phrase<'a> {
    /// Finds what stands in the head of a source that ends at `to`.
    pub(super) fn new(reading: Reading<'a>, from: usize, end: usize, to: usize) -> Phrase<'a> {
        let (words, naming) = (&reading.cast.words, &reading.cast.naming);
        let organs = &reading.context.lexicon.bodies.organs;
        let first = words[from].fold.as_str();
        let role = role(reading, from, end);
        let posted = posted(words, role, end);
        let owner = (from..posted).find_map(|at| naming.side(at));
        let pointing = matches!(
            first,
            "the" | "his" | "her" | "its" | "their" | "this" | "that"
        );
        let indefinite = matches!(first, "a" | "an" | "one" | "another");
        Phrase {
            reading,
            from,
            end,
            to,
            first,
            role,
            organ: (from..end)
                .find(|&at| naming.at[at].is_none() && organs.contains(&words[at].fold)),
            posted,
            owner,
            definite: pointing || owner.is_some() && !indefinite,
        }
    }

    /// Whom the phrase means.
    pub(super) fn read(&self) -> Answer {
        self.government_near()
            .or_else(|| holder::read(self))
            .or_else(|| self.representative())
            .or_else(|| self.national())
            .or_else(|| body::read(self))
            .or_else(|| self.titled())
            .or_else(|| self.unknown_name())
            .or_else(|| self.person_again())
            .unwrap_or_else(|| self.as_told())
    }

    /// Its words.
    pub(super) fn words(&self) -> &'a [Word<'a>] {
        &self.reading.cast.words[self.from..self.end]
    }

    /// True when the noun for its body is one of these.
    pub(super) fn organ_is(&self, nouns: &[&str]) -> bool {
        let words = &self.reading.cast.words;
        let organ = self.organ.map(|at| words[at].fold.as_str());
        organ.is_some_and(|organ| nouns.contains(&organ))
    }

    /// True when it stands no further than a paragraph behind the last speaker.
    pub(super) fn near_last(&self) -> bool {
        let paragraph = self.reading.cast.words[self.from].paragraph;
        paragraph <= self.reading.memory.paragraph + 1
    }

    /// "In Lindal, a government spokesman": the government of the place told right before.
    fn government_near(&self) -> Option<Answer> {
        let cast = self.reading.cast;
        let mouthpiece = &self.reading.context.lexicon.roles.mouthpiece;
        let mut source = cast.words[self.from..self.to].iter();
        let speaks = self.words().iter().any(|w| mouthpiece.contains(&w.fold))
            && source.any(|word| word.fold == "government");
        let office = self.organ_is(&["office", "presidency", "cabinet", "chancellery"]);
        if !speaks && !office || self.owner.is_some() {
            return None;
        }
        let side = before_comma(cast, self.from)?;
        let found = Found::body(self.reading.name(side));
        Some((found, "actors/spokesman", 0.7))
    }

    /// "The high representative", of Josep Borrell who has just spoken: an office by which its body is known too.
    fn representative(&self) -> Option<Answer> {
        let context = self.reading.context;
        let last = self.reading.memory.only()?;
        let [the, office @ ..] = self.words() else {
            return None;
        };
        let head = &office.last()?.fold;
        let person = self.reading.cast.people.list.get(last)?;
        let fits = the.fold == "the"
            && office.iter().all(|word| !word.capital())
            && context.lexicon.is_role(head)
            && self.near_last()
            && self.owner.is_some()
            && self.owner == parties::leader(context, &person.words);
        fits.then(|| (Found::one(last), "actors/role", 0.8))
    }

    /// "The Frenchman", "the Norwegian": a person just named, not a people.
    fn national(&self) -> Option<Answer> {
        if self.first != "the" || self.words().len() != 2 {
            return None;
        }
        let person = compatriot(self.reading, self.from, self.end)?;
        Some((Found::one(person), "actors/compatriot", 0.7))
    }

    /// "The chamberlain": a word of nobody's list that stood beside somebody's name.
    fn titled(&self) -> Option<Answer> {
        if !self.definite {
            return None;
        }
        let mut nouns = self.words().iter().skip(1).rev();
        let last = nouns.find(|word| !word.capital() && word.fold.len() > 3)?;
        let person = called(self.reading.cast, self.from, &last.fold, self.owner)?;
        Some((Found::one(person), "actors/called", 0.65))
    }

    /// A capitalised name that the cast does not know, since only this source has it or it was cut off: a person named
    /// once, or an organisation by its last word.
    fn unknown_name(&self) -> Option<Answer> {
        let lexicon = &self.reading.context.lexicon;
        let words = &self.reading.cast.words;
        let name = |word: &Word<'_>| word.capital() && !lexicon.names.openers.contains(&word.fold);
        if !self.words().iter().any(name) {
            return None;
        }
        let begins = |at: &usize| words[*at].capital() && words[*at].fold != "the";
        let last = self.end - 1;
        let begin = (self.from..last).find(begins).unwrap_or(last);
        let organisation = lexicon.is_organisation(&words[last].fold);
        let name = written(words, begin, self.end);
        let found = Found::told(name, organisation, ActorKind::Person);
        Some((found, "actors/as-told", 0.6))
    }

    /// "The person said", after a nameless official.
    fn person_again(&self) -> Option<Answer> {
        let official = self.reading.memory.lately(self.from)?;
        let person =
            matches!(self.words(), [the, noun] if the.fold == "the" && noun.fold == "person");
        person.then(|| (Found::one(official.actor), "actors/unnamed-again", 0.8))
    }

    /// Somebody by the words of the phrase.
    fn as_told(&self) -> Answer {
        let plural = |word: &Word<'_>| word.fold.ends_with('s');
        let several =
            joint::COUNTS.contains(&self.first) || self.words().last().is_some_and(plural);
        let name = trimmed(self.reading.cast, self.from, self.end);
        let found = Found::told(name, several, ActorKind::Unnamed);
        (found, "actors/as-told", 0.5)
    }
}

/// The noun for what somebody is. It stands before its complement: "envoy of the president".
fn role(reading: Reading<'_>, from: usize, end: usize) -> Option<usize> {
    let (words, naming) = (&reading.cast.words, &reading.cast.naming);
    let is_role = |at: usize| reading.context.lexicon.is_role(&words[at].fold);
    let noun = |at: usize| is_role(at) && naming.at[at].is_none();
    // "The host country" is no host's.
    let of_land =
        |at: usize| at + 1 < end && matches!(words[at + 1].fold.as_str(), "country" | "nation");
    let own = |at: usize| noun(at) && !words[at].possessive && !of_land(at);
    let goes_on = |at: usize| at + 1 < end && words[at + 1].follows() && is_role(at + 1);
    if let Some(last) = (from..end).rev().find(|at| own(*at)) {
        let head = (from..end).find(|at| noun(*at) && !goes_on(*at));
        return Some(head.unwrap_or(last));
    }
    // "The PM said".
    let minister = end == from + 2 && words[from].fold == "the" && words[from + 1].text == "PM";
    minister.then_some(from + 1)
}

/// Where the words end that may tell whose a phrase is: "a diplomat in Vienna" is not Vienna's.
fn posted(words: &[Word<'_>], role: Option<usize>, end: usize) -> usize {
    let diplomat = |role: &usize| {
        matches!(
            words[*role].fold.as_str(),
            "diplomat" | "diplomats" | "envoy" | "envoys" | "ambassador"
        )
    };
    let at = |at: &usize| matches!(words[*at].fold.as_str(), "in" | "at" | "near" | "outside");
    let behind = role.filter(diplomat).map(|role| role + 1..end);
    behind.and_then(|mut behind| behind.find(at)).unwrap_or(end)
}

/// The side named by a place right before a phrase, at the head of its sentence: "In Lindal, …".
fn before_comma(cast: &Cast<'_>, from: usize) -> Option<Side> {
    let words = &cast.words;
    let place = cast.naming.place(from.checked_sub(1)?)?;
    let before = place.from.checked_sub(1)?;
    let opens = words[before].fold == "in"
        && (before == 0 || words[before - 1].sentence < words[before].sentence);
    (opens && words[from].sentence == words[before].sentence)
        .then_some(place.side)
        .flatten()
}
