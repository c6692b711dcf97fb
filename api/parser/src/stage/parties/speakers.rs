//! The speakers of a document, with all that tells for whom each of them speaks.
//!
//! What is told of an actor counts first, then whom it serves; of whom nothing is told is weighed.

use super::Verdict;
use super::body::of_body;
use super::likely::{Likely, Speaker};
use super::person::of_person;
use super::served::{Served, served};
use crate::context::Context;
use crate::document::Document;
use crate::stage::actors::{Cast, Side};
use plenary_domain::parsed::Actor;

/// How many of a speaker's offices are looked at where the party is weighed.
const OFFICES: usize = 8;

/// The speakers of a document.
pub(super) struct Speakers<'a, 'd> {
    actors: &'a [Actor],
    cast: &'a Cast<'d>,
    /// For each actor what its office or name tells.
    pub(super) told: Vec<Option<Verdict>>,
    /// For each actor whom it serves: "its spokesman", "Hassan's office".
    served: Vec<Option<Served>>,
    /// For each actor its attributions.
    pub(super) said: Vec<Vec<usize>>,
    /// For each actor the descriptions by which it is a source: "the foreign minister".
    roles: Vec<Vec<(usize, usize)>>,
    pub(super) likely: Likely<'a, 'd>,
}

impl<'a, 'd> Speakers<'a, 'd> {
    /// Gathers what is told of every actor and where it speaks.
    pub(super) fn read(
        document: &'a Document<'d>,
        context: &'a Context,
        cast: &'a Cast<'d>,
    ) -> Speakers<'a, 'd> {
        let actors = &document.speakers.actors;
        let mut said = vec![Vec::new(); actors.len()];
        let mut roles = vec![Vec::new(); actors.len()];
        for (index, choices) in document.speakers.of.iter().enumerate() {
            for choice in choices {
                said[choice.value].push(index);
                if matches!(choice.rule, "actors/role" | "actors/called") {
                    roles[choice.value].extend(choice.words.map(|span| cast.range(span)));
                }
            }
        }
        let mut told = told(context, cast, actors);
        for (actor, roles) in roles.iter().enumerate().take(cast.people.list.len()) {
            if told[actor].is_none() {
                told[actor] = called(context, cast, roles);
            }
        }
        let sides: Vec<Option<Side>> = told
            .iter()
            .map(|verdict| verdict.and_then(|verdict| verdict.0))
            .collect();
        Speakers {
            actors,
            cast,
            likely: Likely::new(document, context, cast, &sides),
            told,
            served: all_served(context, cast, actors),
            said,
            roles,
        }
    }

    /// An actor as one whose party is weighed; `None` for one that is nowhere named.
    pub(super) fn speaker(&self, actor: usize) -> Option<Speaker<'_>> {
        let person = self.cast.people.list.get(actor);
        let first = match person {
            Some(person) => *person.mentions.first()?,
            None => {
                let mut ranges = self.actors[actor]
                    .mentions
                    .iter()
                    .map(|span| self.cast.range(*span));
                ranges.find(|(from, to)| from < to)?
            }
        };
        Some(Speaker {
            first,
            offices: match person {
                Some(person) => person
                    .offices
                    .iter()
                    .filter(|office| !office.heads.is_empty() && !office.private)
                    .map(|office| office.range)
                    .chain(self.roles[actor].iter().copied())
                    .take(OFFICES)
                    .collect(),
                None => vec![first],
            },
            body: person.is_none(),
            said: &self.said[actor],
        })
    }

    /// The party of whom an actor serves. Of those who serve people who serve others nothing is told.
    fn of_served(&self, actor: usize) -> Option<Verdict> {
        let side = match self.served[actor]? {
            Served::Side(side) => side,
            Served::Person(person) => self.told[person]?.0?,
        };
        Some((Some(side), "parties/served", 0.85))
    }

    /// The usual party of an actor.
    pub(super) fn verdict(&self, actor: usize) -> Verdict {
        // "Whose chief mediator, former president Olaf Tveit": what he serves now counts.
        let told = self.told[actor].filter(|told| told.0.is_some());
        if let Some(told) = told.or_else(|| self.of_served(actor)).or(self.told[actor]) {
            return told;
        }
        // Nobody asks for the party of those who say nothing.
        let speaker = self
            .speaker(actor)
            .filter(|speaker| !speaker.said.is_empty());
        speaker.map_or((None, "parties/none", 0.5), |speaker| {
            self.likely.choose(&speaker)
        })
    }
}

/// For each actor what its office or name tells.
fn told(context: &Context, cast: &Cast<'_>, actors: &[Actor]) -> Vec<Option<Verdict>> {
    let mut told: Vec<Option<Verdict>> = Vec::new();
    for (index, actor) in actors.iter().enumerate() {
        let verdict = match cast.people.list.get(index) {
            Some(person) => of_person(context, cast, person),
            None => of_body(context, cast, actor, &told),
        };
        told.push(verdict);
    }
    told
}

/// The side of a description by which a person is a source: "the Norvian president promised" tells of the person who is
/// meant.
fn called(context: &Context, cast: &Cast<'_>, roles: &[(usize, usize)]) -> Option<Verdict> {
    let side = roles.iter().find_map(|&(from, to)| {
        let words = cast.words.get(from..to)?;
        let official = words.iter().any(|word| context.lexicon.is_role(&word.fold));
        let first = from + usize::from(words.first()?.fold == "the");
        let place = cast
            .naming
            .place(first)
            .filter(|place| place.from == first)?;
        place.side.filter(|_| official)
    })?;
    Some((Some(side), "parties/called", 0.85))
}

/// For each actor whom it serves.
fn all_served(context: &Context, cast: &Cast<'_>, actors: &[Actor]) -> Vec<Option<Served>> {
    let served = actors.iter().enumerate().map(|(index, actor)| {
        let person = cast.people.list.get(index);
        let mention = match person {
            Some(person) => person.mentions.first().copied(),
            None => actor.mentions.first().map(|span| cast.range(*span)),
        };
        served(context, cast, mention?, person.map(|_| index))
    });
    served.collect()
}
