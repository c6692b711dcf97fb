//! Who is told by what he is: "the envoy", "a government spokesman", "senior US officials".
//!
//! A description means somebody named before, where one fits; else an official speaks as whom he serves, and
//! anybody else without a name.

use super::meant::{called, compatriot, described};
use super::phrase::Phrase;
use super::wording::{trimmed, whom};
use super::{Answer, Found};
use crate::stage::actors::Cast;
use crate::stage::actors::naming::written;
use crate::stage::actors::words::fold;
use plenary_domain::ActorKind;

/// What somebody who holds an office calls his own.
const SERVED: [&str; 7] = [
    "country",
    "government",
    "delegation",
    "nation",
    "side",
    "state",
    "people",
];

/// Whom a phrase means by what he is; `None` for a phrase that tells of nobody, or first of a body.
pub(super) fn read(phrase: &Phrase<'_>) -> Option<Answer> {
    let before_organ = |at: &usize| phrase.organ.is_none_or(|organ| *at <= organ);
    let role = phrase.role.filter(before_organ)?;
    let holder = Holder::new(phrase, role);
    let answer = holder
        .spokesman()
        .or_else(|| holder.official_again())
        .or_else(|| holder.by_office())
        .or_else(|| holder.former())
        .or_else(|| holder.national())
        .or_else(|| holder.unnamed_again())
        .or_else(|| holder.expert())
        .or_else(|| holder.titled())
        .or_else(|| holder.official());
    Some(answer.unwrap_or_else(|| holder.unnamed()))
}

/// Somebody told by what he is.
struct Holder<'a> {
    phrase: &'a Phrase<'a>,
    /// The noun for it, and where it stands.
    head: &'a str,
    role: usize,
    plural: bool,
    /// True for who was it once.
    former: bool,
    /// True for who speaks for nobody.
    private: bool,
}

impl<'a> Holder<'a> {
    fn new(phrase: &'a Phrase<'a>, role: usize) -> Holder<'a> {
        let words = &phrase.reading.cast.words;
        let roles = &phrase.reading.context.lexicon.roles;
        let head = words[role].fold.as_str();
        let mut before = words[phrase.from..role].iter();
        let former = before.any(|word| roles.former.contains(&word.fold));
        Holder {
            phrase,
            head,
            role,
            plural: head.ends_with('s') && !head.ends_with("ss"),
            former,
            private: former || roles.private.contains(head),
        }
    }

    /// True for one person who was told before.
    fn known(&self) -> bool {
        self.phrase.definite && !self.plural
    }

    /// The last speaker, where one alone spoke, of whom "the" and a noun may be said again.
    fn last(&self) -> Option<usize> {
        let last = self.phrase.reading.memory.only()?;
        (self.phrase.first == "the" && !self.plural).then_some(last)
    }

    /// An unnamed spokesman speaks as his body.
    fn spokesman(&self) -> Option<Answer> {
        let (phrase, reading) = (self.phrase, self.phrase.reading);
        if !reading.context.lexicon.roles.mouthpiece.contains(self.head) {
            return None;
        }
        let name = spoken_for(reading.cast, phrase.from, phrase.end, self.role)?;
        Some((Found::body(name), "actors/spokesman", 0.85))
    }

    /// "The diplomat" after "a diplomat": the one who spoke last without a name, if nobody else was named since.
    fn official_again(&self) -> Option<Answer> {
        let phrase = self.phrase;
        let official = phrase.reading.memory.lately(phrase.from)?;
        let short = phrase.definite && phrase.owner.is_none() && phrase.end <= phrase.from + 2;
        let people = &phrase.reading.cast.people.at;
        let again = short
            && official.noun == self.head
            && (official.at..phrase.from).all(|at| people[at].is_none());
        again.then(|| (Found::one(official.actor), "actors/unnamed-again", 0.8))
    }

    /// "The US president": the person last named whose office fits.
    fn by_office(&self) -> Option<Answer> {
        let phrase = self.phrase;
        if !self.known() || self.private {
            return None;
        }
        let person = described(phrase.reading, phrase.from, self.role, phrase.owner)?;
        Some((Found::one(person), "actors/role", 0.8))
    }

    /// "The former Nigerian president", right after somebody's own words: himself.
    fn former(&self) -> Option<Answer> {
        let reading = self.phrase.reading;
        let last = self.last().filter(|_| self.former)?;
        let actor = reading.speakers.actors.get(last)?;
        let same = reading.cast.words[self.phrase.from].paragraph == reading.memory.paragraph;
        (same && actor.kind == ActorKind::Person)
            .then(|| (Found::one(last), "actors/description", 0.7))
    }

    /// "The German diplomat", of a German who speaks for an organisation.
    fn national(&self) -> Option<Answer> {
        let phrase = self.phrase;
        if !self.known() || self.private {
            return None;
        }
        let person = compatriot(phrase.reading, phrase.from, phrase.end)?;
        Some((Found::one(person), "actors/compatriot", 0.7))
    }

    /// "The lecturer" after "a lecturer in Geneva".
    fn unnamed_again(&self) -> Option<Answer> {
        if self.phrase.first != "the" || self.plural {
            return None;
        }
        let named = |name: &str| fold(name).split_whitespace().any(|w| w == self.head);
        let mut actors = self.phrase.reading.speakers.actors.iter();
        let again =
            actors.rposition(|actor| actor.kind == ActorKind::Unnamed && named(&actor.name))?;
        Some((Found::one(again), "actors/unnamed-again", 0.8))
    }

    /// "The engineer", said of an expert who has just spoken, or of who holds an office where what he said is of his
    /// country: "His country would not sign, the engineer said."
    fn expert(&self) -> Option<Answer> {
        let (cast, memory) = (self.phrase.reading.cast, self.phrase.reading.memory);
        let (words, from) = (&cast.words, self.phrase.from);
        let last = self.last().filter(|_| self.private)?;
        let offices = &cast.people.list.get(last)?.offices;
        let served = || {
            words[memory.at.min(from)..=from].windows(2).any(|two| {
                matches!(two[0].fold.as_str(), "his" | "her")
                    && SERVED.contains(&two[1].fold.as_str())
            })
        };
        let expert = offices.iter().any(|office| office.private) && self.phrase.near_last();
        let same = words[from].paragraph == memory.paragraph;
        (expert || !offices.is_empty() && same && served())
            .then(|| (Found::one(last), "actors/description", 0.6))
    }

    /// "The brigadier": somebody whose title or description holds that word.
    fn titled(&self) -> Option<Answer> {
        let phrase = self.phrase;
        if !self.known() {
            return None;
        }
        let person = called(phrase.reading.cast, phrase.from, self.head, phrase.owner)?;
        Some((Found::one(person), "actors/called", 0.75))
    }

    /// An unnamed official speaks as whom he serves: "a senior US official", "the Dutch delegate".
    fn official(&self) -> Option<Answer> {
        let (phrase, reading) = (self.phrase, self.phrase.reading);
        if !reading.context.lexicon.roles.unnamed.contains(self.head) {
            return None;
        }
        let name = whom(reading, phrase.from, phrase.posted)?;
        Some((Found::body(name), "actors/official", 0.75))
    }

    /// Somebody without a name, by the words of the phrase.
    fn unnamed(&self) -> Answer {
        let name = trimmed(self.phrase.reading.cast, self.phrase.from, self.phrase.end);
        let found = Found::told(name, self.plural, ActorKind::Unnamed);
        (found, "actors/unnamed", 0.8)
    }
}

/// The body for which a spokesman speaks: the words before the noun, or behind "for" and "of".
fn spoken_for(cast: &Cast<'_>, from: usize, end: usize, role: usize) -> Option<String> {
    let words = &cast.words;
    if role + 2 < end && matches!(words[role + 1].fold.as_str(), "for" | "of" | "from" | "at") {
        return Some(trimmed(cast, role + 2, end));
    }
    let small = |at: usize| {
        matches!(
            words[at].fold.as_str(),
            "a" | "an" | "the" | "one" | "senior" | "chief"
        )
    };
    let begin = (from..role).find(|at| !small(*at))?;
    let named = (begin..role).any(|at| cast.naming.at[at].is_some() || words[at].capital());
    named.then(|| written(words, begin, role))
}
