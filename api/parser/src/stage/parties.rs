//! Parties: for whom every speaker speaks.
//!
//! A person's party comes from the offices told of him or her; those who preside over an
//! organisation speak for it. A body's party is named in its name. Experts, journalists and
//! private persons speak for nobody. Whose office names no side is weighed ([`likely`]).

mod body;
mod leaders;
mod likely;
mod person;
mod served;
mod speakers;

pub(crate) use leaders::{called_leader, leader, leaders, namesake};

use crate::context::Context;
use crate::document::{Choice, Document, Sides};
use crate::stage::actors::{Cast, Person, Side};
use crate::stage::weigh::Features;
use plenary_domain::Span;
use plenary_domain::parsed::Party;
use speakers::Speakers;

/// How many words back a description may point, so that time stays linear in the text's length.
const REACH: usize = 3000;

/// What a rule decided: the side, the rule, how sure.
type Verdict = (Option<Side>, &'static str, f32);

/// Finds the party of every speaker of every attribution.
pub fn run(document: &Document<'_>, context: &Context) -> Sides {
    let cast = Cast::read(document, context);
    let mut sides = Sides::default();
    let speakers = Speakers::read(document, context, &cast);
    let usual: Vec<Verdict> = (0..speakers.told.len())
        .map(|actor| speakers.verdict(actor))
        .collect();
    for verdict in &usual {
        let party = verdict
            .0
            .map(|side| party(&mut sides, context, &cast, side));
        sides.of_actor.push(party);
    }
    for (choices, attribution) in document.speakers.of.iter().zip(&document.attributions) {
        // "On behalf of the G77" holds for this statement alone.
        let behalf = attribution
            .source
            .first()
            .and_then(|span| behalf(&cast, cast.range(*span)))
            .map(|side| (Some(side), "parties/behalf", 0.85));
        let chosen = choices.iter().map(|choice| {
            let verdict = behalf
                .or_else(|| usual.get(choice.value).copied())
                .unwrap_or((None, "parties/none", 0.5));
            let person = cast.people.list.get(choice.value);
            let told = person.and_then(|person| told_by(&cast, person, verdict));
            Choice {
                value: verdict
                    .0
                    .map(|side| party(&mut sides, context, &cast, side)),
                rule: verdict.1,
                words: told.or(choice.words),
                confidence: verdict.2,
            }
        });
        let chosen = chosen.collect();
        sides.of.push(chosen);
    }
    sides
}

/// What speaks for each party of a speaker whose office names none; `None` stands for no party.
pub type Ballot = Vec<(Option<String>, Features)>;

/// What is weighed in a document, for fitting the weights: see `training/choices`. The speaker's name with its
/// ballot, for each speaker whose party is weighed.
pub fn weighed(document: &Document<'_>, context: &Context) -> Vec<(String, Ballot)> {
    let cast = Cast::read(document, context);
    let speakers = Speakers::read(document, context, &cast);
    let open = (0..speakers.told.len()).filter(|actor| speakers.told[*actor].is_none());
    open.filter(|actor| !speakers.said[*actor].is_empty())
        .filter_map(|actor| {
            let ballots = speakers.likely.ballots(&speakers.speaker(actor)?);
            let name = |side| cast.naming.name(&context.gazetteer, side).to_owned();
            Some((
                document.speakers.actors[actor].name.clone(),
                ballots
                    .into_iter()
                    .map(|(side, facts)| (side.map(name), facts))
                    .collect(),
            ))
        })
        .collect()
}

/// The words that tell a person's party: the office beside the name.
fn told_by(cast: &Cast<'_>, person: &Person, verdict: Verdict) -> Option<Span> {
    let office = match verdict.1 {
        "parties/chair" => person.offices.iter().find(|office| office.chair),
        "parties/private" => person.offices.iter().find(|office| office.private),
        _ => person
            .offices
            .iter()
            .find(|office| office.side.is_some() && office.side == verdict.0),
    }?;
    let (from, to) = office.range;
    let last = cast.words.get(to.checked_sub(1)?)?;
    Some(cast.words.get(from)?.span.cover(last.span))
}

/// The index of a side in the layer's list, added when it is new.
fn party(sides: &mut Sides, context: &Context, cast: &Cast<'_>, side: Side) -> usize {
    let slug = cast.naming.slug(&context.gazetteer, side);
    if let Some(index) = sides.parties.iter().position(|party| party.slug == slug) {
        return index;
    }
    sides.parties.push(Party {
        slug,
        name: cast.naming.name(&context.gazetteer, side).to_owned(),
        kind: cast.naming.kind(&context.gazetteer, side),
        known: matches!(side, Side::Known(_)),
    });
    sides.parties.len() - 1
}

/// The party on whose behalf a source says that it speaks.
fn behalf(cast: &Cast<'_>, (from, to): (usize, usize)) -> Option<Side> {
    let words = &cast.words;
    (from + 2..to).find_map(|at| {
        let place = cast.naming.place(at).filter(|place| place.from == at)?;
        let back = at - usize::from(words[at - 1].fold == "the");
        let tail = |n: usize| {
            back.checked_sub(n)
                .filter(|i| *i >= from)
                .map_or("", |i| words[i].fold.as_str())
        };
        let speaks =
            tail(1) == "of" && tail(2) == "behalf" || tail(1) == "for" && tail(2) == "speaking";
        speaks.then_some(place.side).flatten()
    })
}
