//! The person or body that a pronoun means.
//!
//! "It", "they" and "we" mean a body: the subject that stands nearest, or the last one that spoke. "He", "she" and
//! "who" mean somebody whose sex fits: who spoke last, unless somebody else was brought in since.

use super::meant::mentions_before;
use super::wording::trimmed;
use super::{Answer, Found, NOBODY, Reading};
use crate::stage::actors::naming::{Named, written};
use crate::stage::actors::people::Person;
use crate::stage::actors::words::Word;
use crate::stage::actors::{Cast, joint};
use plenary_domain::ActorKind;
use plenary_domain::gazetteer::Form;

/// Words before a pronoun among which a new subject is looked for, so that time stays linear in the text's length.
const SINCE: usize = 400;

/// Words before a name, its office and what stands before that, with which a sentence begins.
const OPENING: usize = 8;

/// Words behind which stands no subject.
const PREPOSITIONS: [&str; 15] = [
    "in", "of", "to", "with", "for", "from", "by", "on", "at", "against", "near", "outside",
    "around", "between", "over",
];

/// Whom the pronoun alone means, or "he and his colleague"; `None` when a source is more than that.
pub(super) fn alone(reading: Reading<'_>, from: usize, to: usize) -> Option<Answer> {
    let cast = reading.cast;
    let word = bare(&cast.words[from]);
    let pronoun = matches!(
        word,
        "he" | "she" | "it" | "they" | "who" | "we" | "i" | "him" | "her" | "his" | "hers"
    );
    let owns = || matches!(word, "his" | "her") || cast.people.at[from].is_some();
    let alone = to - from == 1 || to - from == 2 && !owns();
    (pronoun && alone).then(|| read(reading, from))
}

/// The person or body that the pronoun at a word means.
pub(super) fn read(reading: Reading<'_>, at: usize) -> Answer {
    let here = &reading.cast.words[at];
    let word = bare(here);
    let male = match word {
        "he" | "him" | "his" => Some(true),
        "she" | "her" | "hers" => Some(false),
        _ => None,
    };
    let pronoun = Pronoun {
        reading,
        at,
        here,
        word,
        male,
    };
    match word {
        "it" | "they" | "we" => pronoun.body(),
        _ => pronoun.person(),
    }
}

/// A pronoun without what is drawn together with it: "he's".
fn bare<'a>(word: &'a Word<'_>) -> &'a str {
    word.fold.split('\'').next().unwrap_or_default()
}

/// A pronoun where it stands.
struct Pronoun<'a> {
    reading: Reading<'a>,
    at: usize,
    here: &'a Word<'a>,
    word: &'a str,
    /// True: he, false: she, where it tells.
    male: Option<bool>,
}

impl Pronoun<'_> {
    /// Whom "it", "they" or "we" means.
    fn body(&self) -> Answer {
        self.several()
            .or_else(|| self.subject_beside())
            .or_else(|| self.body_before())
            .or_else(|| self.subject_before())
            .unwrap_or(NOBODY)
    }

    /// Those who spoke together last, or the sides named together before: "they".
    fn several(&self) -> Option<Answer> {
        let Reading { cast, memory, .. } = self.reading;
        if self.word != "they" {
            return None;
        }
        let found = if memory.last.len() > 1 {
            Found::People(memory.last.clone())
        } else {
            let sides = joint::before(cast, self.at)?;
            Found::Sides(self.reading.names(&sides))
        };
        Some((found, "actors/pronoun-they", 0.7))
    }

    /// A subject in the same sentence is nearest.
    fn subject_beside(&self) -> Option<Answer> {
        if self.word != "it" || self.here.opens {
            return None;
        }
        let name = self.subject(self.here.sentence)?;
        Some((Found::body(name), "actors/pronoun-body", 0.7))
    }

    /// The speaker before; "it" is no person.
    fn body_before(&self) -> Option<Answer> {
        let memory = self.reading.memory;
        let last = *memory.last.first()?;
        let near = memory.paragraph + 1 >= self.here.paragraph;
        let fits = self.word != "it" || self.kind(last) != ActorKind::Person;
        (near && fits).then(|| (Found::one(last), "actors/pronoun-body", 0.7))
    }

    /// A subject of the sentence before.
    fn subject_before(&self) -> Option<Answer> {
        let name = self.subject(self.here.sentence.checked_sub(1)?)?;
        Some((Found::body(name), "actors/pronoun-body", 0.55))
    }

    /// The party that a sentence names first outside the dateline, before the pronoun and as its subject: behind no
    /// preposition, and owning nothing.
    fn subject(&self, sentence: usize) -> Option<String> {
        let cast = self.reading.cast;
        let words = &cast.words;
        let named = |at: usize| -> Option<&Named> {
            let place = cast.naming.place(at)?;
            let subject = place.from == at
                && place.side.is_some()
                && place.form != Form::Demonym
                && !words[place.to - 1].possessive
                && !cast
                    .dateline
                    .is_some_and(|told| told.overlaps(words[at].span))
                && !behind_preposition(cast, at);
            subject.then_some(place)
        };
        let place = (0..self.at)
            .rev()
            .skip_while(|at| words[*at].sentence > sentence)
            .take_while(|at| words[*at].sentence == sentence)
            .filter_map(named)
            .last()?;
        Some(written(words, place.from, place.to))
    }

    /// Whom "he", "she" or "who" means.
    fn person(&self) -> Answer {
        let unnamed = || {
            self.official_goes_on()
                .or_else(|| self.just_introduced())
                .or_else(|| self.unnamed_goes_on())
        };
        (self.word != "who")
            .then(unnamed)
            .flatten()
            .or_else(|| self.nearest())
            .unwrap_or_else(|| self.last_speaker())
    }

    /// "An Egyptian official said … He added": the last speaker, if nobody else was brought in since.
    fn official_goes_on(&self) -> Option<Answer> {
        let memory = self.reading.memory;
        let last = memory.only()?;
        let official = memory.official.as_ref()?;
        let goes_on = official.actor == last
            && official.at == memory.at
            && self.nobody_since()
            && self.introduced().is_none_or(|(from, _)| from <= memory.at);
        goes_on.then(|| (Found::one(last), "actors/pronoun", 0.75))
    }

    /// "A former envoy is kinder. … she recalls": somebody unnamed, of whom a sentence just speaks.
    fn just_introduced(&self) -> Option<Answer> {
        let (from, to) = self.introduced()?;
        if self.since(from).is_some() {
            return None;
        }
        let name = trimmed(self.reading.cast, from, to);
        let found = Found::Body(name, ActorKind::Unnamed);
        Some((found, "actors/pronoun-unnamed", 0.65))
    }

    /// An unnamed speaker just before goes on speaking.
    fn unnamed_goes_on(&self) -> Option<Answer> {
        let last = self.reading.memory.only()?;
        let unnamed = self.kind(last) == ActorKind::Unnamed;
        (unnamed && self.nobody_since()).then(|| (Found::one(last), "actors/pronoun", 0.75))
    }

    /// True when the speaker before stands no further than a paragraph away, and nobody was named since.
    fn nobody_since(&self) -> bool {
        let memory = self.reading.memory;
        self.here.paragraph <= memory.paragraph + 1 && self.since(memory.at).is_none()
    }

    /// Where somebody is named between a word and the pronoun, in the pronoun's paragraph: nearer than whoever spoke
    /// before.
    fn since(&self, from: usize) -> Option<usize> {
        let words = &self.reading.cast.words;
        (from..self.at)
            .rev()
            .take_while(|i| words[*i].paragraph == self.here.paragraph)
            .find(|i| self.person_at(*i).is_some() && !words[*i].possessive)
    }

    /// The person named at a word whom the pronoun may mean.
    fn person_at(&self, at: usize) -> Option<usize> {
        let people = &self.reading.cast.people;
        people.at[at].filter(|person| self.fits(&people.list[*person]))
    }

    /// True when nothing tells that the person is of the other sex.
    fn fits(&self, person: &Person) -> bool {
        self.male.is_none() || person.male.is_none() || person.male == self.male
    }

    /// The phrase at the head of a sentence of the same paragraph, later than the speaker before, that brings
    /// in somebody without a name: "A former envoy".
    fn introduced(&self) -> Option<(usize, usize)> {
        let words = &self.reading.cast.words;
        let lexicon = &self.reading.context.lexicon;
        let role = |at: usize| lexicon.is_role(&words[at].fold);
        let mut start = self.at;
        loop {
            let sentence = words[start].sentence;
            let from = words[..=start].partition_point(|word| word.sentence < sentence);
            if words[from].paragraph != self.here.paragraph || from < self.reading.memory.at {
                return None;
            }
            if matches!(words[from].fold.as_str(), "a" | "an" | "one" | "another")
                && let Some(last) = (from + 1..(from + 5).min(self.at))
                    .find(|i| role(*i) && !(i + 1 < words.len() && role(i + 1)))
            {
                return Some((from, last + 1));
            }
            start = from.checked_sub(1)?;
        }
    }

    /// Who is named before the pronoun, the nearer the likelier.
    fn nearest(&self) -> Option<Answer> {
        let newer = self.newer();
        let people = self.reading.cast.people.list.iter().enumerate();
        let (cost, index) = people
            .filter_map(|(index, person)| Some((self.cost(index, person, newer)?, index)))
            .min_by_key(|(cost, _)| *cost)?;
        let sure = if cost < 20 { 0.85 } else { 0.6 };
        Some((Found::one(index), "actors/pronoun", sure))
    }

    /// "Secretary Anna Hassan was more upbeat. “We have come far,” she said": a new subject takes over, and so does the
    /// only one named since. The word at which that one is named.
    fn newer(&self) -> Option<usize> {
        let Reading { cast, memory, .. } = self.reading;
        let words = &cast.words;
        let opens = |at: usize| {
            let sentence = words[at].sentence;
            at - words[..at].partition_point(|word| word.sentence < sentence) <= OPENING
        };
        let start = memory.at.max(self.at.saturating_sub(SINCE)).min(self.at);
        let others: Vec<(usize, usize)> = (start..self.at)
            .filter(|i| words[*i].paragraph + 1 >= self.here.paragraph)
            .filter(|i| words[*i].sentence < self.here.sentence && !words[*i].possessive)
            .filter_map(|i| Some((i, self.person_at(i)?)))
            .filter(|(_, person)| !memory.last.contains(person))
            .collect();
        let alone = others.windows(2).all(|two| two[0].1 == two[1].1);
        let mut others = others.into_iter().rev().map(|(at, _)| at);
        others.find(|at| alone || opens(*at))
    }

    /// How far a person is from being meant; `None` for one of the other sex and one who is not named before.
    fn cost(&self, index: usize, person: &Person, newer: Option<usize>) -> Option<i64> {
        let Reading { cast, memory, .. } = self.reading;
        let words = &cast.words;
        let &(from, to) = mentions_before(person, self.at).last()?;
        if !self.fits(person) {
            return None;
        }
        if self.word == "who" {
            return Some((self.at - from) as i64);
        }
        let sentence = words[from].sentence;
        let sentences = self.here.sentence.saturating_sub(sentence) as i64;
        let paragraphs = self.here.paragraph.saturating_sub(words[from].paragraph) as i64;
        // Subjects begin sentences; a name that owns something is no subject.
        let within = (0..from)
            .rev()
            .take_while(|i| words[*i].sentence == sentence);
        let mut cost = sentences * 12 + paragraphs * 10 + (within.count() as i64).min(20);
        if words[to - 1].possessive {
            cost += 12;
        }
        if memory.last.contains(&index) && newer.is_none_or(|newer| from > newer) {
            cost -= 25;
        }
        if self.male.is_some() && person.male.is_none() {
            cost += 3;
        }
        Some(cost)
    }

    /// Nobody is named: whoever spoke last, if it was one person.
    fn last_speaker(&self) -> Answer {
        match self.reading.memory.only() {
            Some(last) if self.kind(last) != ActorKind::Collective => {
                (Found::one(last), "actors/pronoun", 0.4)
            }
            _ => NOBODY,
        }
    }

    /// What kind of actor has spoken.
    fn kind(&self, actor: usize) -> ActorKind {
        self.reading.speakers.actors[actor].kind
    }
}

/// True for what stands behind a preposition, an article or none between.
fn behind_preposition(cast: &Cast<'_>, at: usize) -> bool {
    let back = |by: usize| {
        let word = at.checked_sub(by).and_then(|at| cast.words.get(at));
        word.map_or("", |word| word.fold.as_str())
    };
    let before = if back(1) == "the" { back(2) } else { back(1) };
    PREPOSITIONS.contains(&before)
}
