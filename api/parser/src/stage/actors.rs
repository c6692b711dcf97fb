//! Speakers: for every attribution, who its source is.
//!
//! Names, offices and parties are read from the whole text first ([`Cast`]); a source is then a
//! person by name, a pronoun, a description ("the envoy") or a body ("the Kremlin").

#[cfg(test)]
mod cases;
mod cast;
mod hints;
mod joint;
mod lexicon;
mod naming;
mod people;
mod source;
mod words;

pub(crate) use cast::Cast;
pub use lexicon::Lexicon;
pub(crate) use naming::{Named, Side};
pub(crate) use people::{Office, Person};
pub(crate) use words::{Word, fold};

use crate::context::Context;
use crate::document::{Document, Speakers};
use plenary_domain::ActorKind;
use plenary_domain::parsed::Actor;

/// Finds the speakers of every attribution.
///
/// The first actors are the people of the article, in the order of [`Cast`]; bodies and unnamed
/// speakers follow as they come up.
pub fn run(document: &Document<'_>, context: &Context) -> Speakers {
    let cast = Cast::read(document, context);
    let people = cast.people.list.iter().map(|person| Actor {
        name: person.forms.first().cloned().unwrap_or_default(),
        kind: ActorKind::Person,
        forms: person.forms.clone(),
        role: person
            .offices
            .iter()
            .find(|office| !office.text.is_empty())
            .map(|office| office.text.clone()),
        party: None,
        mentions: person
            .mentions
            .iter()
            .map(|&(from, to)| naming::span(&cast.words, from, to))
            .collect(),
    });
    let mut speakers = Speakers {
        actors: people.collect(),
        of: Vec::new(),
    };
    source::resolve(document, context, &cast, &mut speakers);
    speakers
}
