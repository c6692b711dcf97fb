//! From the words of a source to a speaker.
//!
//! Attributions are read in the order of the text, and who spoke is kept for those that follow ([`memory`]). The words
//! of a source are asked what they are, one kind after the other, and the first kind that fits answers:
//!
//! | room | what the words are |
//! |---|---|
//! | [`beside`] | a medium that quotes somebody; no words at all |
//! | [`pronoun`] | "he", "they" |

mod beside;
mod meant;
mod memory;
mod pronoun;
mod wording;

use super::Cast;
use super::joint::{self, Joint};
use super::naming::{Side, written};
use super::words::{Word, fold};
use crate::context::Context;
use crate::document::{Attribution, Choice, Document, Speakers};
use crate::stage::parties;
use meant::{called, compatriot, described};
use memory::Memory;
use plenary_domain::gazetteer::Form;
use plenary_domain::parsed::Actor;
use plenary_domain::{ActorKind, PartyKind, Span};
use std::collections::HashMap;
use std::ops::Range;
use wording::{phrase_end, trimmed};

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
}

/// What a source turned out to be, the rule that told it and how sure it is.
type Answer = (Found, &'static str, f32);

/// The answer for a source that names nobody.
const NOBODY: Answer = (Found::None, "actors/none", 0.0);

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
            None => {
                let untold = beside::untold(cast, attribution, &memory, paragraph);
                untold.into_iter().collect()
            }
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
    let mut collective = |name: String, kind: ActorKind| body(speakers, known, name, kind, told);
    let actors = match found {
        Found::People(list) => list,
        Found::Body(name, kind) => vec![collective(name, kind)],
        Found::Sides(names) => names
            .into_iter()
            .map(|name| collective(name, ActorKind::Collective))
            .collect(),
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

/// True for figures: "29".
fn number(word: &str) -> bool {
    word.chars().all(|c| c.is_numeric())
}

/// The actor of a body, made when it speaks for the first time.
fn body(
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

fn read(reading: Reading<'_>, from: usize, to: usize) -> Answer {
    let Reading { context, cast, .. } = reading;
    let (words, naming, lexicon) = (&cast.words, &cast.naming, &context.lexicon);
    // "Kim himself" is Kim.
    let itself = |at: usize| {
        matches!(
            words[at].fold.as_str(),
            "himself" | "herself" | "itself" | "themselves"
        )
    };
    let to = if from + 1 < to && itself(to - 1) {
        to - 1
    } else {
        to
    };
    let end = phrase_end(cast, from, to);
    if let Some((joint, rule, confidence)) = joint::read(context, cast, from, end, to) {
        let found = match joint {
            Joint::Sides(sides) => Found::Sides(reading.names(&sides)),
            Joint::People(people) => Found::People(people),
        };
        return (found, rule, confidence);
    }
    // "Many of those", "twelve": nobody that could be named.
    let bare = |word: &Word<'_>| {
        number(word.text)
            || lexicon.names.openers.contains(&word.fold) && !lexicon.is_role(&word.fold)
    };
    let person = matches!(
        words.get(from).map(|word| word.fold.as_str()),
        Some("it" | "they" | "he" | "she" | "who" | "we" | "i")
    );
    if from >= to
        || !person
            && words[from..to].iter().all(bare)
            && !(from..to).any(|at| naming.at[at].is_some())
    {
        return NOBODY;
    }
    // The pronoun alone, or "he and his colleague".
    if !words[from..to]
        .iter()
        .any(|w| w.text.chars().any(char::is_alphabetic))
    {
        return NOBODY;
    }
    if let Some(answer) = pronoun::alone(reading, from, to) {
        return answer;
    }
    if let Some((name, kind)) = apposed(context, cast, from, end, to) {
        return (Found::Body(name, kind), "actors/apposition", 0.8);
    }
    // People whose names head the phrase: no preposition or possessive ties them to another noun.
    let mut heads: Vec<usize> = Vec::new();
    let mut seen = from;
    let mut depth_comma = false;
    let mut at = from;
    while at < to {
        // "The prime minister, who had last met Vucic": who is told of behind that does not speak.
        if heads.is_empty()
            && at > from
            && at == end
            && matches!(words[at].fold.as_str(), "who" | "whose" | "which")
        {
            break;
        }
        let Some(person) = cast.people.at[at] else {
            at += 1;
            continue;
        };
        let mut end = at;
        while end < words.len()
            && cast.people.at[end] == Some(person)
            && (end == at || words[end].joined())
        {
            end += 1;
        }
        let possessive = words[end - 1].possessive;
        // Titles and offices before the name, back to a preposition.
        let mut before = at;
        while before > from
            && (lexicon.is_title(&words[before - 1].fold)
                || lexicon.is_role(&words[before - 1].fold)
                || lexicon.roles.modifiers.contains(&words[before - 1].fold)
                || naming
                    .place(before - 1)
                    .is_some_and(|p| matches!(p.form, Form::Demonym | Form::Office)))
            && words[before].joined()
        {
            // "Secretary of State" is one office, not an office of a state.
            before = match naming.place(before - 1) {
                Some(place) if place.form == Form::Office => place.from.max(from),
                _ => before - 1,
            };
        }
        let tied = before > from
            && words[before].follows()
            && matches!(
                words[before - 1].fold.as_str(),
                "for" | "of" | "to" | "with" | "under" | "by" | "from" | "against"
            )
            && words[from..before]
                .iter()
                .any(|w| lexicon.is_role(&w.fold) || lexicon.bodies.organs.contains(&w.fold));
        let joint = heads.is_empty() || words[seen..before].iter().any(|w| w.fold == "and");
        if !possessive && !tied && joint && !depth_comma {
            heads.push(person);
        }
        seen = end;
        // What stands behind a comma only describes the first name, unless an "and" goes on.
        depth_comma = words.get(end).is_some_and(|w| w.gap.trim() == ",")
            && !words[end.min(to)..to].iter().any(|w| w.fold == "and");
        at = end.max(at + 1);
    }
    heads.dedup();
    if heads.len() > 4 {
        heads.truncate(1);
    }
    if !heads.is_empty() {
        let rule = if heads.len() > 1 {
            "actors/names"
        } else {
            "actors/name"
        };
        return (Found::People(heads), rule, 0.95);
    }
    // A surname cut off by the tagger, or a name that only this source has.
    phrase(reading, from..to, end)
}

/// The name that stands behind a description: "a campaign group, Public Citizen,", "the commander, known as Timo,".
fn apposed(
    context: &Context,
    cast: &Cast<'_>,
    from: usize,
    end: usize,
    to: usize,
) -> Option<(String, ActorKind)> {
    const LONGEST: usize = 7;
    let (words, lexicon) = (&cast.words, &context.lexicon);
    let described = (from..end).any(|at| {
        let word = &words[at].fold;
        lexicon.is_role(word)
            || lexicon.bodies.organs.contains(word)
            || lexicon.is_organisation(word)
    });
    if !described || end >= to || words[from].capital() && !words[from].opens {
        return None;
    }
    let called = end + 2 < to && words[end].fold == "known" && words[end + 1].fold == "as";
    let indefinite = matches!(words[from].fold.as_str(), "a" | "an" | "one" | "another");
    if !called && !indefinite {
        return None;
    }
    let start = if called { end + 2 } else { end };
    let inside = |at: &usize| {
        let word = &words[*at];
        (*at == start || word.joined())
            && (word.capital() || matches!(word.fold.as_str(), "of" | "for" | "the" | "and"))
    };
    let stop = (start..to).find(|at| !inside(at)).unwrap_or(to);
    let names = words[start..stop]
        .iter()
        .filter(|word| word.capital())
        .count();
    let fits = stop == to && stop - start <= LONGEST && names > usize::from(!called);
    let known = (start..stop).any(|at| cast.naming.at[at].is_some())
        || (start..stop).all(|at| cast.people.at[at].is_some());
    (fits && words[start].capital() && !known).then(|| {
        let person = (from..end).any(|at| lexicon.roles.official.contains(&words[at].fold));
        let kind = if person {
            ActorKind::Person
        } else {
            ActorKind::Collective
        };
        (written(words, start, stop), kind)
    })
}

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

fn phrase(
    reading: Reading<'_>,
    Range {
        start: from,
        end: to,
    }: Range<usize>,
    end: usize,
) -> Answer {
    let Reading {
        context,
        cast,
        speakers,
        memory,
    } = reading;
    let (words, naming, lexicon) = (&cast.words, &cast.naming, &context.lexicon);
    let has = |list: &[&str]| {
        words[from..to]
            .iter()
            .any(|w| list.contains(&w.fold.as_str()))
    };
    // "The host country" is no host's.
    let of_land =
        |at: usize| at + 1 < end && matches!(words[at + 1].fold.as_str(), "country" | "nation");
    let role_at = (from..end)
        .rev()
        .find(|&at| {
            lexicon.is_role(&words[at].fold)
                && naming.at[at].is_none()
                && !words[at].possessive
                && !of_land(at)
        })
        .map(|last| {
            // The head noun stands before its complement: "envoy of the president".
            (from..end)
                .find(|&at| {
                    lexicon.is_role(&words[at].fold)
                        && naming.at[at].is_none()
                        && words.get(at + 1).is_none_or(|next| {
                            at + 1 >= end || !next.follows() || !lexicon.is_role(&next.fold)
                        })
                })
                .unwrap_or(last)
        });
    // "The PM said".
    let role_at = role_at.or_else(|| {
        (end == from + 2 && words[from].fold == "the" && words[from + 1].text == "PM")
            .then_some(from + 1)
    });
    let organ_at = (from..end)
        .find(|&at| naming.at[at].is_none() && lexicon.bodies.organs.contains(&words[at].fold));
    let first = words[from].fold.as_str();
    // "A diplomat in Vienna" is not Vienna's.
    let diplomat = |role: &usize| {
        let word = words[*role].fold.as_str();
        matches!(
            word,
            "diplomat" | "diplomats" | "envoy" | "envoys" | "ambassador"
        )
    };
    let posted = match role_at.filter(diplomat) {
        Some(role) => (role + 1..end)
            .find(|at| matches!(words[*at].fold.as_str(), "in" | "at" | "near" | "outside"))
            .unwrap_or(end),
        None => end,
    };
    let owner = (from..posted).find_map(|at| naming.side(at));
    let definite = matches!(
        first,
        "the" | "his" | "her" | "its" | "their" | "this" | "that"
    ) || owner.is_some() && !matches!(first, "a" | "an" | "one" | "another");
    // "In Lindal, a government spokesman": the government of the place told right before.
    let speaks = words[from..end]
        .iter()
        .any(|word| lexicon.roles.mouthpiece.contains(&word.fold));
    let office = organ_at.is_some_and(|at| {
        matches!(
            words[at].fold.as_str(),
            "office" | "presidency" | "cabinet" | "chancellery"
        )
    });
    if (speaks && has(&["government"]) || office)
        && owner.is_none()
        && let Some(side) = before_comma(cast, from)
    {
        return (
            Found::Body(
                naming.name(&context.gazetteer, side).to_owned(),
                ActorKind::Collective,
            ),
            "actors/spokesman",
            0.7,
        );
    }
    if let Some(role_at) = role_at.filter(|at| organ_at.is_none_or(|organ| *at <= organ)) {
        let head = words[role_at].fold.as_str();
        if lexicon.roles.mouthpiece.contains(head) {
            // An unnamed spokesman speaks as his body.
            if let Some(name) = spoken_for(cast, from, end, role_at) {
                return (
                    Found::Body(name, ActorKind::Collective),
                    "actors/spokesman",
                    0.85,
                );
            }
        }
        let plural = head.ends_with('s') && !head.ends_with("ss");
        // "The diplomat" after "a diplomat": the one who spoke last without a name, if nobody else was named since.
        if definite
            && owner.is_none()
            && end <= from + 2
            && let Some(official) = memory.lately(from).filter(|official| official.noun == head)
            && (official.at..from).all(|at| cast.people.at[at].is_none())
        {
            return (Found::one(official.actor), "actors/unnamed-again", 0.8);
        }
        let private = lexicon.roles.private.contains(head)
            || words[from..role_at]
                .iter()
                .any(|w| lexicon.roles.former.contains(&w.fold));
        if definite
            && !plural
            && !private
            && let Some(person) = described(reading, from, role_at, owner)
        {
            return (Found::People(vec![person]), "actors/role", 0.8);
        }
        // "The former Nigerian president", right after somebody's own words: himself.
        if first == "the"
            && private
            && !plural
            && let [last] = memory.last[..]
            && speakers
                .actors
                .get(last)
                .is_some_and(|actor| actor.kind == ActorKind::Person)
            && words[from].paragraph == memory.paragraph
            && words[from..role_at]
                .iter()
                .any(|word| lexicon.roles.former.contains(&word.fold))
        {
            return (Found::People(vec![last]), "actors/description", 0.7);
        }
        // "The German diplomat", of a German who speaks for an organisation.
        if definite
            && !plural
            && !private
            && let Some(person) = compatriot(reading, from, end)
        {
            return (Found::People(vec![person]), "actors/compatriot", 0.7);
        }
        // "The lecturer" after "a lecturer in Geneva".
        if first == "the"
            && !plural
            && let Some(again) = speakers.actors.iter().rposition(|actor| {
                actor.kind == ActorKind::Unnamed
                    && fold(&actor.name).split_whitespace().any(|w| w == head)
            })
        {
            return (Found::People(vec![again]), "actors/unnamed-again", 0.8);
        }
        // "The engineer", said of an expert who has just spoken, or of who holds an office where what he said is of his
        // country: "His country would not sign, the engineer said."
        let served = || {
            words[memory.at.min(from)..=from].windows(2).any(|two| {
                matches!(two[0].fold.as_str(), "his" | "her")
                    && SERVED.contains(&two[1].fold.as_str())
            })
        };
        if first == "the"
            && private
            && !plural
            && let [last] = memory.last[..]
            && let Some(person) = cast.people.list.get(last)
            && (person.offices.iter().any(|office| office.private)
                && words[from].paragraph <= memory.paragraph + 1
                || !person.offices.is_empty()
                    && words[from].paragraph == memory.paragraph
                    && served())
        {
            return (Found::People(vec![last]), "actors/description", 0.6);
        }
        // "The brigadier": somebody whose title or description holds that word.
        if definite
            && !plural
            && let Some(person) = called(cast, from, head, owner)
        {
            return (Found::People(vec![person]), "actors/called", 0.75);
        }
        // An unnamed official speaks as whom he serves: "a senior US official", "the Dutch delegate".
        if lexicon.roles.unnamed.contains(head)
            && let Some(name) = whom(context, cast, from, posted)
        {
            return (
                Found::Body(name, ActorKind::Collective),
                "actors/official",
                0.75,
            );
        }
        let name = trimmed(cast, from, end);
        let kind = if plural {
            ActorKind::Collective
        } else {
            ActorKind::Unnamed
        };
        return (Found::Body(name, kind), "actors/unnamed", 0.8);
    }
    // "The high representative", of Josep Borrell who has just spoken: an office by which its body is known too.
    if first == "the"
        && end > from + 1
        && words[from + 1..end].iter().all(|word| !word.capital())
        && lexicon.is_role(&words[end - 1].fold)
        && let [last] = memory.last[..]
        && let Some(person) = cast.people.list.get(last)
        && owner.is_some()
        && owner == parties::leader(context, &person.words)
        && words[from].paragraph <= memory.paragraph + 1
    {
        return (Found::People(vec![last]), "actors/role", 0.8);
    }
    // "The Frenchman", "the Norwegian": a person just named, not a people.
    if first == "the"
        && end == from + 2
        && let Some(person) = compatriot(reading, from, end)
    {
        return (Found::People(vec![person]), "actors/compatriot", 0.7);
    }
    if organ_at.is_some() || owner.is_some() {
        // Bodies in a plain sense are the party itself: "the Kremlin", "the Russian side".
        if let Some(place) = naming.place(from).or_else(|| naming.place(from + 1))
            && organ_at.is_some_and(|at| {
                at + 1 == end && matches!(words[at].fold.as_str(), "side") && place.side.is_some()
            })
            && let Some(side) = place.side
        {
            return (
                Found::Body(
                    naming.name(&context.gazetteer, side).to_owned(),
                    ActorKind::Collective,
                ),
                "actors/body",
                0.85,
            );
        }
        // Words for the whole of a state's government mean the state.
        if organ_at.is_some_and(|at| {
            matches!(
                words[at].fold.as_str(),
                "government"
                    | "administration"
                    | "authorities"
                    | "leadership"
                    | "hosts"
                    | "host"
                    | "officials"
                    | "secretariat"
            ) && (at + 1 == end || !words[at + 1].follows())
                || words[at].fold == "office"
                    && at > from
                    && words[at - 1].possessive
                    && matches!(
                        words[at - 1].fold.as_str(),
                        "minister" | "president" | "premier" | "chancellor"
                    )
        }) && let Some(name) = whom(context, cast, from, end)
        {
            return (
                Found::Body(name, ActorKind::Collective),
                "actors/government",
                0.75,
            );
        }
        let name = trimmed(cast, from, end);
        // "The ministry" after "the Kenyan foreign ministry".
        if owner.is_none()
            && let Some(head) = organ_at
            && let Some(body) = memory.body.filter(|b| {
                fold(&speakers.actors[*b].name)
                    .split_whitespace()
                    .any(|w| w == words[head].fold)
            })
        {
            return (Found::People(vec![body]), "actors/body-again", 0.8);
        }
        if let Some(name) = ministry(context, cast, memory, from, end, organ_at) {
            return (
                Found::Body(name, ActorKind::Collective),
                "actors/ministry",
                0.88,
            );
        }
        // "The alliance", "the Commission itself": named as the party, or its body, that it means.
        let last = end - usize::from(end > from + 1 && words[end - 1].fold == "itself");
        if last - from <= 2
            && let Some(place) = naming.place(last - 1)
            && place.to - place.from == 1
            && lexicon.is_again(&words[last - 1].fold)
            && let Some(side) = place.side
        {
            let name = again(context, cast, side, &words[last - 1].fold);
            return (
                Found::Body(name, ActorKind::Collective),
                "actors/body",
                0.85,
            );
        }
        // "The charity Relief Now"
        let own = naming.place(end - 1).filter(|place| {
            let before = &words[from..place.from.max(from)];
            matches!(place.side, Some(Side::Local(_)))
                && place.to == end
                && place.from + 1 < end
                && matches!(before, [.., noun] if !noun.capital())
                && before.len() <= 2
        });
        let name = match own.and_then(|place| place.side) {
            Some(side) => naming.name(&context.gazetteer, side).to_owned(),
            None => name,
        };
        return (
            Found::Body(name, ActorKind::Collective),
            "actors/body",
            0.88,
        );
    }
    // "The chamberlain": a word of nobody's list that stood beside somebody's name.
    if definite
        && let Some(last) = (from + 1..end)
            .rev()
            .find(|at| !words[*at].capital() && words[*at].fold.len() > 3)
        && let Some(person) = called(cast, from, &words[last].fold, owner)
    {
        return (Found::People(vec![person]), "actors/called", 0.65);
    }
    // A capitalised name that the cast does not know: a person named once.
    if words[from..end]
        .iter()
        .any(|w| w.capital() && !lexicon.names.openers.contains(&w.fold))
    {
        let mut begin = from;
        while begin + 1 < end && (!words[begin].capital() || words[begin].fold == "the") {
            begin += 1;
        }
        let name = written(words, begin, end);
        return (
            Found::Body(
                name,
                if lexicon.is_organisation(&words[end - 1].fold) {
                    ActorKind::Collective
                } else {
                    ActorKind::Person
                },
            ),
            "actors/as-told",
            0.6,
        );
    }
    // "The person said", after a nameless official.
    if first == "the"
        && end == from + 2
        && words[from + 1].fold == "person"
        && let Some(official) = memory.lately(from)
    {
        return (Found::one(official.actor), "actors/unnamed-again", 0.8);
    }
    let name = trimmed(cast, from, end);
    let kind = if joint::COUNTS.contains(&first) || words[end - 1].fold.ends_with('s') {
        ActorKind::Collective
    } else {
        ActorKind::Unnamed
    };
    (Found::Body(name, kind), "actors/as-told", 0.5)
}

/// Whom unnamed officials serve, by name: the seat of government as written, else the party's usual
/// name.
fn whom(context: &Context, cast: &Cast<'_>, from: usize, end: usize) -> Option<String> {
    let place = (from..end)
        .filter_map(|at| cast.naming.place(at))
        .find(|place| place.side.is_some())?;
    Some(match place.form {
        Form::Metonym | Form::Body => written(&cast.words, place.from, place.to),
        _ => cast.naming.name(&context.gazetteer, place.side?).to_owned(),
    })
}

/// A ministry is named by the adjective of its state, however the article puts it: `Kenya's foreign
/// ministry`, `the foreign ministry in Nairobi` and `Kenyan foreign ministry` are one body.
fn ministry(
    context: &Context,
    cast: &Cast<'_>,
    memory: &Memory,
    from: usize,
    end: usize,
    organ: Option<usize>,
) -> Option<String> {
    let (words, naming) = (&cast.words, &cast.naming);
    let organ = organ.filter(|at| words[*at].fold == "ministry")?;
    let mut begin = organ;
    while begin > from
        && naming.at[begin - 1].is_none()
        && words[begin].follows()
        && !matches!(
            words[begin - 1].fold.as_str(),
            "the" | "its" | "their" | "a" | "his" | "her" | "our"
        )
    {
        begin -= 1;
    }
    let mut to = organ + 1;
    while to < end
        && words[to].joined()
        && naming.at[to].is_none()
        && !words[to - 1].possessive
        && !context.lexicon.is_role(&words[to].fold)
        && !matches!(words[to].fold.as_str(), "in" | "at" | "source" | "sources")
    {
        to += 1;
    }
    if to - begin < 2 {
        return None;
    }
    let here = (from..end).find_map(|at| naming.side(at));
    let sentence = words[from].sentence;
    // "Norvia will sell less, the kingdom's energy ministry said": the state that was named last, whoever named it.
    let realm = (from..organ).find(|at| {
        words[*at].possessive
            && matches!(words[*at].fold.as_str(), "kingdom" | "country" | "nation")
    });
    let named_last = |realm: usize| {
        begin = begin.max(realm + 1);
        let states = (0..from).rev().filter_map(|at| naming.side(at));
        let mut states =
            states.filter(|side| naming.kind(&context.gazetteer, *side) == PartyKind::State);
        states.next()
    };
    let last = realm.filter(|_| here.is_none()).and_then(named_last);
    let near = || {
        (0..from)
            .rev()
            .take_while(|at| words[*at].sentence + 4 >= sentence)
            // Whom a ministry speaks about in what it says is mostly the other side.
            .filter(|at| {
                !memory
                    .said
                    .iter()
                    .any(|(start, end)| (*start..*end).contains(at))
            })
            .find_map(|at| {
                naming
                    .side(at)
                    .filter(|side| !naming.is_body(&context.gazetteer, *side))
            })
    };
    let side = here.or(last).or_else(near)?;
    let adjective = match side {
        Side::Known(i) => context.gazetteer.parties[i].demonyms.first()?.clone(),
        Side::Local(_) => {
            let place = naming
                .places
                .iter()
                .find(|place| place.side == Some(side) && place.form == Form::Demonym)?;
            written(words, place.from, place.to)
        }
    };
    Some(format!("{adjective} {}", written(words, begin, to)))
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

/// The name of what a single noun means again: the body of a party that is called so, else the party.
fn again(context: &Context, cast: &Cast<'_>, side: Side, noun: &str) -> String {
    let ends = |name: &&String| fold(name).split_whitespace().last() == Some(noun);
    let body = match side {
        Side::Known(at) => {
            let party = &context.gazetteer.parties[at];
            let own = std::iter::once(&party.name).chain(&party.aliases);
            let named = own.into_iter().any(|name| ends(&name));
            party.bodies.iter().find(ends).filter(|_| !named)
        }
        Side::Local(_) => None,
    };
    body.cloned()
        .unwrap_or_else(|| cast.naming.name(&context.gazetteer, side).to_owned())
}

/// The body for which a spokesman speaks: the words before the noun, or behind "for" and "of".
fn spoken_for(cast: &Cast<'_>, from: usize, end: usize, role: usize) -> Option<String> {
    let words = &cast.words;
    let mut begin = from;
    if let Some(behind) = words.get(role + 1).filter(|_| role + 1 < end)
        && matches!(behind.fold.as_str(), "for" | "of" | "from" | "at")
        && role + 2 < end
    {
        return Some(trimmed(cast, role + 2, end));
    }
    while begin < role
        && matches!(
            words[begin].fold.as_str(),
            "a" | "an" | "the" | "one" | "senior" | "chief"
        )
    {
        begin += 1;
    }
    let named = (begin..role).any(|at| cast.naming.at[at].is_some() || words[at].capital());
    (begin < role && named).then(|| written(words, begin, role))
}
