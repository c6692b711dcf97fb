//! From the words of a source to a speaker.
//!
//! Attributions are read in the order of the text, and who spoke is kept for those that follow ([`memory`]). The words
//! of a source are asked what they are, and the first room that knows them answers:
//!
//! | room | what the words are |
//! |---|---|
//! | [`beside`] | a medium that quotes somebody; or no source is told |
//! | [`joint`] | several sides or people who speak together |
//! | [`pronoun`] | "he", "it", "they" |
//! | [`names`] | names of people |
//! | [`phrase`] | any other noun phrase: who holds an office ([`holder`], [`meant`]), a body ([`body`], [`ministry`]) |

mod beside;
mod body;
mod holder;
mod meant;
mod memory;
mod ministry;
mod names;
mod phrase;
mod pronoun;
mod wording;

use super::Cast;
use super::joint::{self, Joint};
use super::naming::Side;
use super::words::{Word, fold};
use crate::context::Context;
use crate::document::{Attribution, Choice, Document, Speakers};
use memory::Memory;
use phrase::Phrase;
use plenary_domain::parsed::Actor;
use plenary_domain::{ActorKind, Span};
use std::collections::HashMap;

/// What a source turned out to be, before it becomes an actor.
enum Found {
    /// Actors who are known already.
    People(Vec<usize>),
    Body(String, ActorKind),
    Sides(Vec<String>),
    None,
}

impl Found {
    /// One actor who is known already.
    fn one(actor: usize) -> Found {
        Found::People(vec![actor])
    }

    /// A body that speaks as one.
    fn body(name: String) -> Found {
        Found::Body(name, ActorKind::Collective)
    }

    /// A body or several as the words tell it, or else somebody alone, of the kind given.
    fn told(name: String, collective: bool, alone: ActorKind) -> Found {
        if collective {
            return Found::body(name);
        }
        Found::Body(name, alone)
    }
}

/// What a source turned out to be, the rule that told it and how sure it is.
type Answer = (Found, &'static str, f32);

/// The answer for a source that names nobody.
const NOBODY: Answer = (Found::None, "actors/none", 0.0);

/// Words behind a name that mean the same one.
const ITSELF: [&str; 4] = ["himself", "herself", "itself", "themselves"];

/// What is at hand while a source is read.
#[derive(Clone, Copy)]
struct Reading<'a> {
    context: &'a Context,
    cast: &'a Cast<'a>,
    speakers: &'a Speakers,
    memory: &'a Memory,
}

impl Reading<'_> {
    /// Usual name of a side.
    fn name(&self, side: Side) -> String {
        let gazetteer = &self.context.gazetteer;
        self.cast.naming.name(gazetteer, side).to_owned()
    }

    /// Usual names of sides.
    fn names(&self, sides: &[Side]) -> Vec<String> {
        sides.iter().map(|side| self.name(*side)).collect()
    }
}

/// Fills `speakers.of`, adding bodies and unnamed speakers to `speakers.actors`.
pub(super) fn resolve(
    document: &Document<'_>,
    context: &Context,
    cast: &Cast<'_>,
    speakers: &mut Speakers,
) {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut memory = Memory::default();
    for attribution in &document.attributions {
        let at = anchor(cast, attribution);
        let paragraph = cast.words.get(at).map_or(0, |word| word.paragraph);
        let said = attribution.content.iter().map(|span| cast.range(*span));
        memory.said = said.collect();
        let reading = Reading {
            context,
            cast,
            speakers,
            memory: &memory,
        };
        let choices = match surest(reading, attribution) {
            Some((told, answer)) => chosen(speakers, &mut known, told, answer),
            None => Vec::from_iter(beside::untold(cast, attribution, &memory, paragraph)),
        };
        if !choices.is_empty() {
            memory.keep(context, cast, speakers, &choices, (at, paragraph));
        }
        speakers.of.push(choices);
    }
}

/// The word at which an attribution stands.
fn anchor(cast: &Cast<'_>, attribution: &Attribution) -> usize {
    let span = attribution
        .source
        .first()
        .or(attribution.cue.first())
        .or(attribution.content.first());
    cast.range(span.copied().unwrap_or(Span::new(0, 0))).0
}

/// Of several pieces of a source the one that is surest names the speaker; `None` for no source.
fn surest(reading: Reading<'_>, attribution: &Attribution) -> Option<(Span, Answer)> {
    let answer = |piece: &Span| {
        let (from, to) = reading.cast.range(*piece);
        let quoted = beside::quoted(reading, from, to);
        (*piece, quoted.unwrap_or_else(|| read(reading, from, to)))
    };
    let answers = attribution.source.iter().map(answer);
    answers.reduce(|a, b| if b.1.2 > a.1.2 { b } else { a })
}

/// The actors for whom an answer stands, those made that are not known yet.
fn chosen(
    speakers: &mut Speakers,
    known: &mut HashMap<String, usize>,
    told: Span,
    (found, rule, confidence): Answer,
) -> Vec<Choice<usize>> {
    let mut made = |name, kind| actor(speakers, known, name, kind, told);
    let actors = match found {
        Found::People(list) => list,
        Found::Body(name, kind) => vec![made(name, kind)],
        Found::Sides(names) => {
            let collective = |name| made(name, ActorKind::Collective);
            names.into_iter().map(collective).collect()
        }
        Found::None => Vec::new(),
    };
    let choice = |value| Choice {
        value,
        rule,
        words: Some(told),
        confidence,
    };
    actors.into_iter().map(choice).collect()
}

/// The actor of a body, made when it speaks for the first time.
fn actor(
    speakers: &mut Speakers,
    known: &mut HashMap<String, usize>,
    name: String,
    kind: ActorKind,
    at: Span,
) -> usize {
    let key = fold(&name);
    let index = *known.entry(key).or_insert_with(|| {
        speakers.actors.push(Actor {
            name: name.clone(),
            kind,
            forms: Vec::new(),
            role: None,
            party: None,
            mentions: Vec::new(),
        });
        speakers.actors.len() - 1
    });
    let actor = &mut speakers.actors[index];
    if !actor.forms.contains(&name) {
        actor.forms.push(name);
    }
    if actor.mentions.last() != Some(&at) {
        actor.mentions.push(at);
    }
    index
}

/// Whom the words of a source mean.
fn read(reading: Reading<'_>, from: usize, to: usize) -> Answer {
    // "Kim himself" is Kim.
    let itself = |at: usize| ITSELF.contains(&reading.cast.words[at].fold.as_str());
    let to = to - usize::from(from + 1 < to && itself(to - 1));
    let end = wording::phrase_end(reading.cast, from, to);
    together(reading, from, end, to)
        .or_else(|| nobody(reading, from, to).then_some(NOBODY))
        .or_else(|| pronoun::alone(reading, from, to))
        .or_else(|| names::apposed(reading, from, end, to))
        .or_else(|| names::heads(reading, from, end, to))
        .unwrap_or_else(|| Phrase::new(reading, from, end, to).read())
}

/// Several who speak together.
fn together(reading: Reading<'_>, from: usize, end: usize, to: usize) -> Option<Answer> {
    let (joint, rule, confidence) = joint::read(reading.context, reading.cast, from, end, to)?;
    let found = match joint {
        Joint::Sides(sides) => Found::Sides(reading.names(&sides)),
        Joint::People(people) => Found::People(people),
    };
    Some((found, rule, confidence))
}

/// True for words that name nobody: "many of those", "twelve", a dash.
fn nobody(reading: Reading<'_>, from: usize, to: usize) -> bool {
    if from >= to {
        return true;
    }
    let words = &reading.cast.words[from..to];
    let lexicon = &reading.context.lexicon;
    let number = |word: &str| word.chars().all(char::is_numeric);
    let bare = |word: &Word<'_>| {
        number(word.text)
            || lexicon.names.openers.contains(&word.fold) && !lexicon.is_role(&word.fold)
    };
    let pronoun = matches!(
        words[0].fold.as_str(),
        "it" | "they" | "he" | "she" | "who" | "we" | "i"
    );
    let named = reading.cast.naming.at[from..to].iter().any(Option::is_some);
    let letters = |word: &Word<'_>| word.text.chars().any(char::is_alphabetic);
    !pronoun && !named && words.iter().all(bare) || !words.iter().any(letters)
}
