//! Ministries, and whose they are.
//!
//! A ministry is named by the adjective of its state, however the article puts it: `Kenya's foreign ministry`, `the
//! foreign ministry in Nairobi` and `Kenyan foreign ministry` are one body.

use super::phrase::Phrase;
use super::{Answer, Found, Reading};
use crate::stage::actors::Side;
use crate::stage::actors::naming::written;
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Form;

/// The ministry that a phrase names; `None` where it names none, or nobody tells whose it is.
pub(super) fn read(phrase: &Phrase<'_>) -> Option<Answer> {
    let (reading, from) = (phrase.reading, phrase.from);
    let (words, naming) = (&reading.cast.words, &reading.cast.naming);
    let organ = phrase.organ.filter(|at| words[*at].fold == "ministry")?;
    let (mut begin, to) = extent(phrase, organ);
    if to - begin < 2 {
        return None;
    }
    let mut owner = (from..phrase.end).find_map(|at| naming.side(at));
    if owner.is_none()
        && let Some(realm) = (from..organ).find(|at| {
            words[*at].possessive
                && matches!(words[*at].fold.as_str(), "kingdom" | "country" | "nation")
        })
    {
        begin = begin.max(realm + 1);
        owner = state_before(reading, from);
    }
    let owner = owner.or_else(|| side_before(reading, from))?;
    let (adjective, name) = (adjective(reading, owner)?, written(words, begin, to));
    let found = Found::body(format!("{adjective} {name}"));
    Some((found, "actors/ministry", 0.88))
}

/// The words that tell which ministry it is: "foreign ministry", "ministry of energy".
fn extent(phrase: &Phrase<'_>, organ: usize) -> (usize, usize) {
    let (words, naming) = (&phrase.reading.cast.words, &phrase.reading.cast.naming);
    let mut begin = organ;
    while begin > phrase.from
        && naming.at[begin - 1].is_none()
        && words[begin].follows()
        && !matches!(
            words[begin - 1].fold.as_str(),
            "the" | "its" | "their" | "a" | "his" | "her" | "our"
        )
    {
        begin -= 1;
    }
    let behind = |at: usize| {
        words[at].joined()
            && naming.at[at].is_none()
            && !words[at - 1].possessive
            && !phrase.reading.context.lexicon.is_role(&words[at].fold)
            && !matches!(words[at].fold.as_str(), "in" | "at" | "source" | "sources")
    };
    let to = (organ + 1..phrase.end).find(|at| !behind(*at));
    (begin, to.unwrap_or(phrase.end))
}

/// "Norvia will sell less, the kingdom's energy ministry said": the state that was named last, whoever named it.
fn state_before(reading: Reading<'_>, from: usize) -> Option<Side> {
    let (naming, gazetteer) = (&reading.cast.naming, &reading.context.gazetteer);
    let mut sides = (0..from).rev().filter_map(|at| naming.side(at));
    sides.find(|side| naming.kind(gazetteer, *side) == PartyKind::State)
}

/// The side named last in the sentences before, no body; whom a ministry speaks about in what it says is mostly the
/// other side.
fn side_before(reading: Reading<'_>, from: usize) -> Option<Side> {
    let (words, naming) = (&reading.cast.words, &reading.cast.naming);
    let said = |at: &usize| {
        let mut said = reading.memory.said.iter();
        said.any(|(start, end)| (*start..*end).contains(at))
    };
    (0..from)
        .rev()
        .take_while(|at| words[*at].sentence + 4 >= words[from].sentence)
        .filter(|at| !said(at))
        .filter_map(|at| naming.side(at))
        .find(|side| !naming.is_body(&reading.context.gazetteer, *side))
}

/// The adjective of a side; `None` where the gazetteer and the article have none.
fn adjective(reading: Reading<'_>, side: Side) -> Option<String> {
    match side {
        Side::Known(i) => {
            let party = &reading.context.gazetteer.parties[i];
            party.demonyms.first().cloned()
        }
        Side::Local(_) => {
            let mut places = reading.cast.naming.places.iter();
            let place =
                places.find(|place| place.side == Some(side) && place.form == Form::Demonym)?;
            Some(written(&reading.cast.words, place.from, place.to))
        }
    }
}
