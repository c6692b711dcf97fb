//! Bodies that speak for their owner: "the Kremlin", "the Russian side", "the alliance".

use super::phrase::Phrase;
use super::wording::{trimmed, whom};
use super::{Answer, Found, Reading, ministry};
use crate::stage::actors::Side;
use crate::stage::actors::words::fold;

/// Words for the whole of a state's government.
const WHOLE: [&str; 8] = [
    "government",
    "administration",
    "authorities",
    "leadership",
    "hosts",
    "host",
    "officials",
    "secretariat",
];

/// Leaders whose office is their government's.
const LEADERS: [&str; 4] = ["minister", "president", "premier", "chancellor"];

/// The body that a phrase means; `None` for a phrase that names neither an organ nor a side.
pub(super) fn read(phrase: &Phrase<'_>) -> Option<Answer> {
    if phrase.organ.is_none() && phrase.owner.is_none() {
        return None;
    }
    let answer = side(phrase)
        .or_else(|| government(phrase))
        .or_else(|| spoke_before(phrase))
        .or_else(|| ministry::read(phrase))
        .or_else(|| noun_again(phrase));
    Some(answer.unwrap_or_else(|| as_told(phrase)))
}

/// Bodies in a plain sense are the party itself: "the Russian side".
fn side(phrase: &Phrase<'_>) -> Option<Answer> {
    let naming = &phrase.reading.cast.naming;
    if !phrase.organ_is(&["side"]) || phrase.organ? + 1 != phrase.end {
        return None;
    }
    let place = naming.place(phrase.from);
    let side = place.or_else(|| naming.place(phrase.from + 1))?.side?;
    let found = Found::body(phrase.reading.name(side));
    Some((found, "actors/body", 0.85))
}

/// Words for the whole of a state's government mean the state.
fn government(phrase: &Phrase<'_>) -> Option<Answer> {
    let words = &phrase.reading.cast.words;
    let organ = phrase.organ?;
    let whole = phrase.organ_is(&WHOLE);
    let ends = organ + 1 == phrase.end || !words[organ + 1].follows();
    // "The prime minister's office".
    let of_leader = phrase.organ_is(&["office"])
        && organ > phrase.from
        && words[organ - 1].possessive
        && LEADERS.contains(&words[organ - 1].fold.as_str());
    if !(whole && ends || of_leader) {
        return None;
    }
    let name = whom(phrase.reading, phrase.from, phrase.end)?;
    Some((Found::body(name), "actors/government", 0.75))
}

/// "The ministry" after "the Kenyan foreign ministry".
fn spoke_before(phrase: &Phrase<'_>) -> Option<Answer> {
    let Reading { cast, speakers, .. } = phrase.reading;
    let head = &cast.words[phrase.organ?].fold;
    let body = phrase.reading.memory.body?;
    let name = fold(&speakers.actors[body].name);
    let again = phrase.owner.is_none() && name.split_whitespace().any(|word| word == head);
    again.then(|| (Found::one(body), "actors/body-again", 0.8))
}

/// "The alliance", "the Commission itself": named as the party, or its body, that it means.
fn noun_again(phrase: &Phrase<'_>) -> Option<Answer> {
    let Reading { context, cast, .. } = phrase.reading;
    let words = match phrase.words() {
        [words @ .., itself] if !words.is_empty() && itself.fold == "itself" => words,
        words => words,
    };
    let [before @ .., noun] = words else {
        return None;
    };
    let place = cast.naming.place(phrase.from + before.len())?;
    if before.len() > 1 || place.to - place.from != 1 || !context.lexicon.is_again(&noun.fold) {
        return None;
    }
    let name = again(phrase.reading, place.side?, &noun.fold);
    Some((Found::body(name), "actors/body", 0.85))
}

/// The name of what a single noun means again: the body of a party that is called so, else the party.
fn again(reading: Reading<'_>, side: Side, noun: &str) -> String {
    let ends = |name: &&String| fold(name).split_whitespace().last() == Some(noun);
    let body = match side {
        Side::Known(at) => {
            let party = &reading.context.gazetteer.parties[at];
            let own = std::iter::once(&party.name).chain(&party.aliases);
            let named = own.into_iter().any(|name| ends(&name));
            party.bodies.iter().find(ends).filter(|_| !named)
        }
        Side::Local(_) => None,
    };
    body.cloned().unwrap_or_else(|| reading.name(side))
}

/// The body by the words of the phrase, or by the name that stands behind a noun: "the charity Relief Now".
fn as_told(phrase: &Phrase<'_>) -> Answer {
    let cast = phrase.reading.cast;
    let place = cast.naming.place(phrase.end - 1).filter(|place| {
        let before = &cast.words[phrase.from..place.from.max(phrase.from)];
        place.to == phrase.end
            && place.from + 1 < phrase.end
            && matches!(before, [noun] | [_, noun] if !noun.capital())
    });
    let name = match place.and_then(|place| place.side) {
        Some(side @ Side::Local(_)) => phrase.reading.name(side),
        _ => trimmed(cast, phrase.from, phrase.end),
    };
    (Found::body(name), "actors/body", 0.88)
}
