//! From the words of a source to a speaker.

use super::Cast;
use super::joint::{self, Joint};
use super::naming::{Side, written};
use super::words::{Word, fold};
use crate::context::Context;
use crate::document::{Attribution, Choice, Document, Speakers};
use crate::stage::parties;
use plenary_domain::gazetteer::Form;
use plenary_domain::parsed::Actor;
use plenary_domain::{ActorKind, PartyKind, Span};
use std::collections::HashMap;
use std::ops::Range;

/// What a source turned out to be, before it becomes an actor.
enum Found {
    People(Vec<usize>),
    Body(String, ActorKind),
    Sides(Vec<String>),
    None,
}

/// Who spoke last, for pronouns and for attributions without a source.
#[derive(Default)]
struct Memory {
    /// Actors of the attribution before, and its paragraph.
    last: Vec<usize>,
    paragraph: usize,
    /// The word at which that attribution stood.
    at: usize,
    /// The last body that spoke.
    body: Option<usize>,
    /// The last official without a name who spoke: the noun for him, the actor, the word at which it stood.
    official: Option<(String, usize, usize)>,
    /// Word ranges of what is said by the source that is being read.
    said: Vec<(usize, usize)>,
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
        let anchor = attribution
            .source
            .first()
            .or(attribution.cue.first())
            .or(attribution.content.first())
            .copied()
            .unwrap_or(Span::new(0, 0));
        let (at, _) = cast.range(anchor);
        let paragraph = cast.words.get(at).map_or(0, |word| word.paragraph);
        memory.said = attribution
            .content
            .iter()
            .map(|span| cast.range(*span))
            .collect();
        let mut choices: Vec<Choice<usize>> = Vec::new();
        // Of several pieces of a source the one that is surest names the speaker.
        let surest = attribution
            .source
            .iter()
            .map(|piece| {
                let (from, to) = cast.range(*piece);
                let found = quoted(context, cast, speakers, &memory, (from, to))
                    .unwrap_or_else(|| read(context, cast, speakers, &memory, from, to));
                (piece, found)
            })
            .reduce(|a, b| if b.1.2 > a.1.2 { b } else { a });
        if let Some((first, (found, rule, confidence))) = surest {
            let choice = |value| Choice {
                value,
                rule,
                words: Some(*first),
                confidence,
            };
            match found {
                Found::People(list) => choices.extend(list.into_iter().map(choice)),
                Found::Body(name, kind) => {
                    choices.push(choice(body(speakers, &mut known, name, kind, *first)));
                }
                Found::Sides(names) => {
                    for name in names {
                        let index = body(speakers, &mut known, name, ActorKind::Collective, *first);
                        choices.push(choice(index));
                    }
                }
                Found::None => {}
            }
        } else if let Some(person) = near(cast, attribution, &memory) {
            choices.push(Choice {
                value: person,
                rule: "actors/near",
                words: None,
                confidence: 0.5,
            });
        } else if memory.last.len() == 1 && paragraph <= memory.paragraph + 1 {
            choices.push(Choice {
                value: memory.last[0],
                rule: "actors/last-speaker",
                words: None,
                confidence: if paragraph == memory.paragraph {
                    0.75
                } else {
                    0.6
                },
            });
        }
        if !choices.is_empty() {
            memory.last = choices.iter().map(|choice| choice.value).collect();
            if let [only] = &choices[..]
                && let Some(head) = only.words.and_then(|told| nameless(context, cast, told))
                && speakers.actors[only.value].kind != ActorKind::Person
            {
                memory.official = Some((head, only.value, at));
            }
            let last = memory.said.last().and_then(|said| said.1.checked_sub(1));
            let end = last.and_then(|last| cast.words.get(last));
            memory.paragraph = end.map_or(paragraph, |word| word.paragraph.max(paragraph));
            memory.at = at;
            memory.body = memory
                .last
                .iter()
                .copied()
                .find(|i| speakers.actors[*i].kind == ActorKind::Collective)
                .or(memory.body);
        }
        speakers.of.push(choices);
    }
}

/// Whom a medium quotes: "Interfax quoted Ryabkov as saying", "al-Mashat was quoted as saying by the agency".
fn quoted(
    context: &Context,
    cast: &Cast<'_>,
    speakers: &Speakers,
    memory: &Memory,
    (from, to): (usize, usize),
) -> Option<(Found, &'static str, f32)> {
    let words = &cast.words;
    let sentence = words.get(from)?.sentence;
    let cites = |at: &usize| {
        matches!(words[*at].fold.as_str(), "quoted" | "quotes" | "cited")
            && words[*at].sentence == sentence
    };
    let cue = (from.saturating_sub(5)..words.len().min(to + 3)).find(cites)?;
    let medium = |at: usize| {
        let unnamed = MEDIA.contains(&words[at].fold.as_str());
        unnamed
            || cast
                .naming
                .place(at)
                .is_some_and(|place| place.side.is_none())
    };
    if !(from..to).any(medium) {
        return None;
    }
    let mut near: Vec<usize> = (cue.saturating_sub(6)..words.len().min(cue + 7))
        .filter(|at| words[*at].sentence == sentence && !(from..to).contains(at))
        .collect();
    near.sort_by_key(|at| at.abs_diff(cue));
    near.into_iter().find_map(|at| {
        let found = match words[at].fold.as_str() {
            "him" | "her" | "he" | "she" => pronoun(context, cast, speakers, memory, at).0,
            _ => Found::People(vec![cast.people.at[at]?]),
        };
        matches!(found, Found::People(_)).then_some((found, "actors/quoted", 0.75))
    })
}

/// How many words back somebody without a name is meant again.
const AGAIN: usize = 300;

/// Words for media without a name.
const MEDIA: [&str; 9] = [
    "agency",
    "media",
    "news",
    "newspaper",
    "daily",
    "television",
    "tv",
    "radio",
    "broadcaster",
];

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

/// The noun of one official or expert who is told without a name: "a senior diplomat from Kenya".
fn nameless(context: &Context, cast: &Cast<'_>, told: Span) -> Option<String> {
    let (from, to) = cast.range(told);
    let end = phrase_end(cast, from, to);
    let head = (from..end).find(|at| {
        let role = |at: usize| context.lexicon.is_role(&cast.words[at].fold);
        role(*at) && !cast.words[*at].possessive && !(at + 1 < end && role(at + 1))
    })?;
    let head = &cast.words[head].fold;
    (!head.ends_with('s') || head.ends_with("ss")).then(|| head.clone())
}

/// True for figures: "29".
fn number(word: &str) -> bool {
    word.chars().all(|c| c.is_numeric())
}

/// The person named beside words of whom nobody is told as the speaker: in the same sentence outside
/// what is said, else earlier in the paragraph and later than the speaker before.
fn near(cast: &Cast<'_>, attribution: &Attribution, memory: &Memory) -> Option<usize> {
    let words = &cast.words;
    let (from, _) = cast.range(*attribution.content.first()?);
    let (_, to) = cast.range(*attribution.content.last()?);
    let here = words.get(from)?;
    let last = words.get(to.checked_sub(1)?)?;
    let start = words.partition_point(|word| word.sentence < here.sentence);
    let end = words.partition_point(|word| word.sentence <= last.sentence);
    let said = |at: &usize| {
        attribution
            .content
            .iter()
            .any(|span| span.overlaps(words[*at].span))
    };
    let person = |at: usize| cast.people.at[at].filter(|_| !words[at].possessive);
    if let Some(found) = (start..end).filter(|at| !said(at)).find_map(person) {
        return Some(found);
    }
    let paragraph = words.partition_point(|word| word.paragraph < here.paragraph);
    let found = (paragraph..start).rev().find_map(person)?;
    (!memory.last.contains(&found)).then_some(found)
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

fn read(
    context: &Context,
    cast: &Cast<'_>,
    speakers: &Speakers,
    memory: &Memory,
    from: usize,
    to: usize,
) -> (Found, &'static str, f32) {
    let (words, naming, lexicon) = (&cast.words, &cast.naming, &context.lexicon);
    let none = (Found::None, "actors/none", 0.0);
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
            Joint::Sides(sides) => Found::Sides(names(context, cast, &sides)),
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
        return none;
    }
    // The pronoun alone, or "he and his colleague".
    let first = words[from].fold.split('\'').next().unwrap_or_default();
    if !words[from..to]
        .iter()
        .any(|w| w.text.chars().any(char::is_alphabetic))
    {
        return none;
    }
    if to - from <= 2
        && matches!(
            first,
            "he" | "she" | "it" | "they" | "who" | "we" | "i" | "him" | "her" | "his" | "hers"
        )
        && (to - from == 1 || !matches!(first, "his" | "her") && cast.people.at[from].is_none())
    {
        return pronoun(context, cast, speakers, memory, from);
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
    phrase(context, cast, speakers, memory, from..to, end)
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

/// Usual names of sides.
fn names(context: &Context, cast: &Cast<'_>, sides: &[Side]) -> Vec<String> {
    let name = |side: &Side| cast.naming.name(&context.gazetteer, *side).to_owned();
    sides.iter().map(name).collect()
}

/// Where the noun phrase of a source ends: at a comma or a relative clause.
fn phrase_end(cast: &Cast<'_>, from: usize, to: usize) -> usize {
    let ends = |at: &usize| {
        let word = &cast.words[*at];
        word.gap.contains([',', '(', ';', ':', '—', '–'])
            || matches!(
                word.fold.as_str(),
                "who" | "which" | "whose" | "whom" | "speaking" | "including" | "that"
            )
    };
    (from + 1..to).find(ends).unwrap_or(to)
}

fn phrase(
    context: &Context,
    cast: &Cast<'_>,
    speakers: &Speakers,
    memory: &Memory,
    Range {
        start: from,
        end: to,
    }: Range<usize>,
    end: usize,
) -> (Found, &'static str, f32) {
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
            && let Some((_, again, at)) = memory
                .official
                .as_ref()
                .filter(|(noun, _, at)| noun == head && from.saturating_sub(*at) <= AGAIN)
            && (*at..from).all(|at| cast.people.at[at].is_none())
        {
            return (Found::People(vec![*again]), "actors/unnamed-again", 0.8);
        }
        let private = lexicon.roles.private.contains(head)
            || words[from..role_at]
                .iter()
                .any(|w| lexicon.roles.former.contains(&w.fold));
        if definite
            && !plural
            && !private
            && let Some(person) = described(context, cast, speakers, memory, from, role_at, owner)
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
            && let Some(person) = compatriot(context, cast, memory, from, end)
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
        && let Some(person) = compatriot(context, cast, memory, from, end)
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
        && let Some((_, again, _)) = memory
            .official
            .as_ref()
            .filter(|(_, _, at)| from.saturating_sub(*at) <= AGAIN)
    {
        return (Found::People(vec![*again]), "actors/unnamed-again", 0.8);
    }
    let name = trimmed(cast, from, end);
    let kind = if joint::COUNTS.contains(&first) || words[end - 1].fold.ends_with('s') {
        ActorKind::Collective
    } else {
        ActorKind::Unnamed
    };
    (Found::Body(name, kind), "actors/as-told", 0.5)
}

/// The person last named before a phrase beside whose name a word stood.
fn called(cast: &Cast<'_>, from: usize, word: &str, owner: Option<Side>) -> Option<usize> {
    let words = &cast.words;
    let titled = |at: usize| at > 0 && words[at].follows() && words[at - 1].fold == word;
    let mut best: Option<(usize, usize)> = None;
    for (index, person) in cast.people.list.iter().enumerate() {
        let before = person.mentions.partition_point(|&(at, _)| at < from);
        let Some(&(last, _)) = before.checked_sub(1).and_then(|i| person.mentions.get(i)) else {
            continue;
        };
        let told = person.offices.iter().any(|office| {
            let (start, end) = office.range;
            words[start..end].iter().any(|other| other.fold == word)
        }) || person.mentions[..before].iter().any(|&(at, _)| titled(at));
        let fits = owner.is_none_or(|side| {
            let mut sides = person
                .offices
                .iter()
                .filter_map(|office| office.side)
                .peekable();
            sides.peek().is_none() || sides.any(|other| other == side)
        });
        if told && fits && best.is_none_or(|(most, _)| last > most) {
            best = Some((last, index));
        }
    }
    best.map(|(_, index)| index)
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

/// The phrase without its article, and without what only describes a name: "the opposition Civic Union".
fn trimmed(cast: &Cast<'_>, from: usize, end: usize) -> String {
    let words = &cast.words;
    let mut begin = if from + 1 < end && matches!(words[from].fold.as_str(), "the") {
        from + 1
    } else {
        from
    };
    if begin + 1 < end
        && words[begin + 1].capital()
        && words[begin + 1].follows()
        && matches!(
            words[begin].fold.as_str(),
            "opposition" | "ruling" | "governing" | "group" | "organisation" | "organization"
        )
    {
        begin += 1;
    }
    written(words, begin, end)
}

/// The speaker before, if he speaks for an organisation and a phrase names one of a nation: "the Frenchman", "the
/// German diplomat".
fn compatriot(
    context: &Context,
    cast: &Cast<'_>,
    memory: &Memory,
    from: usize,
    end: usize,
) -> Option<usize> {
    let words = &cast.words;
    let nation = (from..end).find_map(|at| cast.naming.place(at))?;
    let word = words[nation.to - 1].fold.as_str();
    let people = nation.to == end && PEOPLES.iter().any(|ending| word.ends_with(ending));
    if nation.form != Form::Demonym || people || words[nation.to - 1].possessive {
        return None;
    }
    let [last] = memory.last[..] else { return None };
    let person = cast.people.list.get(last)?;
    let body = |side: Side| cast.naming.is_body(&context.gazetteer, side);
    let fits = person
        .offices
        .iter()
        .filter_map(|office| office.side)
        .any(body);
    (fits && words[from].paragraph <= memory.paragraph + 1).then_some(last)
}

/// Endings of names of peoples in the plural: "the Chinese", "the British", "the Dutch", "the Russians".
const PEOPLES: [&str; 5] = ["s", "ese", "sh", "ch", "x"];

/// Offices of those who lead a country.
const LEADING: [&str; 5] = ["president", "leader", "premier", "chancellor", "pm"];

/// Offices of which nobody has two.
const OFFICES: [&str; 5] = [
    "minister",
    "president",
    "ambassador",
    "spokesman",
    "spokeswoman",
];

/// The person whom a description means: the last one before it whose office fits.
fn described(
    context: &Context,
    cast: &Cast<'_>,
    speakers: &Speakers,
    memory: &Memory,
    from: usize,
    role: usize,
    owner: Option<Side>,
) -> Option<usize> {
    let words = &cast.words;
    let lexicon = &context.lexicon;
    // A presidency is its president's, and nobody else's who happened to speak.
    let presidency = words[role].fold == "presidency";
    let head = if presidency {
        "president"
    } else {
        words[role].fold.as_str()
    };
    let generic = matches!(
        head,
        "diplomat"
            | "official"
            | "politician"
            | "envoy"
            | "representative"
            | "negotiator"
            | "leader"
            | "chief"
            | "head"
            | "delegate"
            | "counterpart"
    );
    let mut best: Option<(i64, usize)> = None;
    for (index, person) in cast.people.list.iter().enumerate() {
        let before = person.mentions.partition_point(|&(at, _)| at < from);
        let Some(&(at, _)) = before.checked_sub(1).and_then(|i| person.mentions.get(i)) else {
            continue;
        };
        // "The US president", of Joe Biden whom nobody calls so here: known to lead that party.
        let led = LEADING
            .contains(&head)
            .then(|| parties::leader(context, &person.words))
            .flatten()
            .filter(|led| owner.is_none_or(|owner| owner == *led));
        let same = person
            .offices
            .iter()
            .any(|o| o.heads.iter().any(|h| h == head))
            || led.is_some()
            || head == "president" && parties::namesake(context, &person.words).is_some();
        let official = person
            .offices
            .iter()
            .any(|o| o.heads.iter().any(|h| lexicon.roles.official.contains(h)));
        let party = led.is_some()
            || owner.is_none_or(|side| person.offices.iter().any(|o| o.side == Some(side)));
        // An ambassador who spoke last is not meant by "the minister".
        let another = || {
            let mut heads = person.offices.iter().flat_map(|office| &office.heads);
            OFFICES.contains(&head) && heads.any(|had| OFFICES.contains(&had.as_str()))
        };
        let spoke = memory.last == [index] && !presidency && (same || !another());
        let private = person.offices.iter().all(|o| o.private) && !person.offices.is_empty();
        if private && !same || !party || !(same || generic && official || spoke && owner.is_none())
        {
            continue;
        }
        // The nearer the better; the exact office and the last speaker count as being nearer.
        let distance = (from - at) as i64 - if same { 60 } else { 0 } - if spoke { 60 } else { 0 };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, index));
        }
    }
    let _ = speakers;
    best.map(|(_, index)| index)
}

/// The phrase at the head of a sentence of the same paragraph, later than the speaker before, that brings
/// in somebody without a name: "A former envoy".
fn introduced(
    cast: &Cast<'_>,
    context: &Context,
    memory: &Memory,
    at: usize,
) -> Option<(usize, usize)> {
    let words = &cast.words;
    let here = &words[at];
    let mut start = at;
    loop {
        let sentence = words[start].sentence;
        let from = words[..=start].partition_point(|word| word.sentence < sentence);
        if words[from].paragraph != here.paragraph || from < memory.at {
            return None;
        }
        if matches!(words[from].fold.as_str(), "a" | "an" | "one" | "another") {
            let role = (from + 1..(from + 5).min(at)).find(|i| {
                context.lexicon.is_role(&words[*i].fold)
                    && words
                        .get(i + 1)
                        .is_none_or(|next| !context.lexicon.is_role(&next.fold))
            });
            if let Some(role) = role {
                return Some((from, role + 1));
            }
        }
        start = from.checked_sub(1)?;
    }
}

/// Words before a pronoun among which a new subject is looked for, so that time stays linear in the text's length.
const SINCE: usize = 400;
/// Words before a name, its office and what stands before that, with which a sentence begins.
const OPENING: usize = 8;

/// The person or body that a pronoun means.
fn pronoun(
    context: &Context,
    cast: &Cast<'_>,
    speakers: &Speakers,
    memory: &Memory,
    at: usize,
) -> (Found, &'static str, f32) {
    let words = &cast.words;
    let word = words[at].fold.split('\'').next().unwrap_or_default();
    let here = &words[at];
    if matches!(word, "it" | "they" | "we") {
        if word == "they" && memory.last.len() > 1 {
            return (
                Found::People(memory.last.clone()),
                "actors/pronoun-they",
                0.7,
            );
        }
        if word == "they"
            && let Some(sides) = joint::before(cast, at)
        {
            return (
                Found::Sides(names(context, cast, &sides)),
                "actors/pronoun-they",
                0.7,
            );
        }
        // A subject in the same sentence is nearest.
        let subject_of = |sentence: usize| {
            (0..at)
                .rev()
                .skip_while(|i| words[*i].sentence > sentence)
                .take_while(|i| words[*i].sentence == sentence)
                .filter(|i| {
                    let before = i.checked_sub(1).map_or("", |b| words[b].fold.as_str());
                    let before = if before == "the" {
                        i.checked_sub(2).map_or("", |b| words[b].fold.as_str())
                    } else {
                        before
                    };
                    !matches!(
                        before,
                        "in" | "of"
                            | "to"
                            | "with"
                            | "for"
                            | "from"
                            | "by"
                            | "on"
                            | "at"
                            | "against"
                            | "near"
                            | "outside"
                            | "around"
                            | "between"
                            | "over"
                    ) && !cast
                        .dateline
                        .is_some_and(|told| told.overlaps(words[*i].span))
                        && cast.naming.place(*i).is_some_and(|p| {
                            p.from == *i
                                && p.side.is_some()
                                && p.form != Form::Demonym
                                && !words[p.to - 1].possessive
                        })
                })
                .last()
        };
        if word == "it"
            && !here.opens
            && let Some(place) = subject_of(here.sentence).and_then(|i| cast.naming.place(i))
        {
            return (
                Found::Body(written(words, place.from, place.to), ActorKind::Collective),
                "actors/pronoun-body",
                0.7,
            );
        }
        // The subject before: a party named in this sentence or the one before it, or the last body.
        let last = memory
            .last
            .first()
            .copied()
            .filter(|_| memory.paragraph + 1 >= here.paragraph);
        if let Some(last) =
            last.filter(|i| speakers.actors[*i].kind != ActorKind::Person || word != "it")
        {
            return (Found::People(vec![last]), "actors/pronoun-body", 0.7);
        }
        let subject = here.sentence.checked_sub(1).and_then(subject_of);
        if let Some(place) = subject.and_then(|i| cast.naming.place(i)) {
            return (
                Found::Body(written(words, place.from, place.to), ActorKind::Collective),
                "actors/pronoun-body",
                0.55,
            );
        }
        return (Found::None, "actors/none", 0.0);
    }
    let male = match word {
        "he" | "him" | "his" => Some(true),
        "she" | "her" | "hers" => Some(false),
        _ => None,
    };
    // Somebody named since the speaker before is nearer than that one.
    let fits = |person: usize| {
        let known = cast.people.list[person].male;
        male.is_none() || known.is_none() || known == male
    };
    let since = |from: usize| {
        (from..at)
            .rev()
            .take_while(|i| words[*i].paragraph == here.paragraph)
            .find(|i| cast.people.at[*i].is_some_and(fits) && !words[*i].possessive)
    };
    // "An Egyptian official said … He added": the last speaker, if nobody else was brought in since.
    if word != "who"
        && let [last] = memory.last[..]
        && let Some((_, official, told)) = &memory.official
        && (*official, *told) == (last, memory.at)
        && here.paragraph <= memory.paragraph + 1
        && since(memory.at).is_none()
        && introduced(cast, context, memory, at).is_none_or(|(from, _)| from <= memory.at)
    {
        return (Found::People(vec![last]), "actors/pronoun", 0.75);
    }
    // "A former envoy is kinder. … she recalls": somebody unnamed, of whom a sentence just speaks.
    if word != "who"
        && let Some((from, to)) = introduced(cast, context, memory, at)
        && since(from).is_none()
    {
        let name = trimmed(cast, from, to);
        return (
            Found::Body(name, ActorKind::Unnamed),
            "actors/pronoun-unnamed",
            0.65,
        );
    }
    // An unnamed speaker just before goes on speaking.
    if word != "who"
        && let [last] = memory.last[..]
        && speakers.actors[last].kind == ActorKind::Unnamed
        && here.paragraph <= memory.paragraph + 1
        && since(memory.at).is_none()
    {
        return (Found::People(vec![last]), "actors/pronoun", 0.75);
    }
    // "Secretary Anna Hassan was more upbeat. “We have come far,” she said": a new subject takes over, and so does the
    // only one named since.
    let opens = |at: usize| {
        let sentence = words[at].sentence;
        at - words[..at].partition_point(|word| word.sentence < sentence) <= OPENING
    };
    let others: Vec<usize> = (memory.at.max(at.saturating_sub(SINCE)).min(at)..at)
        .filter(|i| words[*i].paragraph + 1 >= here.paragraph && words[*i].sentence < here.sentence)
        .filter(|i| !words[*i].possessive)
        .filter(|i| {
            cast.people.at[*i].is_some_and(|person| !memory.last.contains(&person) && fits(person))
        })
        .collect();
    let alone = others
        .iter()
        .all(|i| cast.people.at[*i] == others.first().and_then(|first| cast.people.at[*first]));
    let newer = others.iter().rev().copied().find(|i| alone || opens(*i));
    let mut best: Option<(i64, usize)> = None;
    for (index, person) in cast.people.list.iter().enumerate() {
        if male.is_some() && person.male.is_some() && person.male != male {
            continue;
        }
        let before = person.mentions.partition_point(|&(from, _)| from < at);
        let Some(&(from, to)) = before.checked_sub(1).and_then(|i| person.mentions.get(i)) else {
            continue;
        };
        let sentences = here.sentence.saturating_sub(words[from].sentence) as i64;
        let paragraphs = here.paragraph.saturating_sub(words[from].paragraph) as i64;
        // Subjects begin sentences; a name that owns something is no subject.
        let start = (0..from)
            .rev()
            .take_while(|i| words[*i].sentence == words[from].sentence)
            .count() as i64;
        let spoke = memory.last.contains(&index) && newer.is_none_or(|newer| from > newer);
        let mut cost = sentences * 12 + paragraphs * 10 + start.min(20);
        if words[to - 1].possessive {
            cost += 12;
        }
        if spoke {
            cost -= 25;
        }
        if male.is_some() && person.male.is_none() {
            cost += 3;
        }
        if word == "who" {
            cost = (at - from) as i64;
        }
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, index));
        }
    }
    match best {
        Some((cost, index)) => (
            Found::People(vec![index]),
            "actors/pronoun",
            if cost < 20 { 0.85 } else { 0.6 },
        ),
        // Nobody is named: whoever spoke last, if it was one person.
        None => match memory.last[..] {
            [last] if speakers.actors[last].kind != ActorKind::Collective => {
                (Found::People(vec![last]), "actors/pronoun", 0.4)
            }
            _ => (Found::None, "actors/none", 0.0),
        },
    }
}
