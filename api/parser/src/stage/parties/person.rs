//! A person's party: what is told of the person beside the name.
//!
//! The offices tell it first, then who owns what, then how the sentence opens. Each rule is asked only where those
//! before it told nothing.

use super::Verdict;
use super::leaders::{leader, namesake};
use crate::context::Context;
use crate::stage::actors::{Cast, Office, Person, Side};
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Form;

/// What the offices told of a person say; `None` where they name no side.
pub(super) fn of_person(context: &Context, cast: &Cast<'_>, person: &Person) -> Option<Verdict> {
    let (offices, name) = (person.offices.as_slice(), person.words.as_slice());
    let told = |rule: &'static str, sure: f32| move |side: Side| (Some(side), rule, sure);
    sent_for(cast, person)
        .map(told("parties/for", 0.9))
        .or_else(|| chair(offices).map(told("parties/chair", 0.85)))
        .or_else(|| private(offices))
        .or_else(|| office(context, cast, person))
        .or_else(|| namesake(context, name).map(told("parties/administration", 0.9)))
        .or_else(|| beside(offices).map(told("parties/beside-name", 0.85)))
        .or_else(|| owned(cast, person).map(told("parties/owns", 0.85)))
        .or_else(|| serves(context, cast, offices).map(told("parties/serves", 0.8)))
        .or_else(|| spoken_for(cast, person).map(told("parties/for", 0.85)))
        .or_else(|| briefing_for(context, cast, person).map(told("parties/for", 0.85)))
        .or_else(|| leader(context, name).map(told("parties/leader", 0.9)))
}

/// True for an office that names a side for which its holder speaks.
fn named(office: &&Office) -> bool {
    !office.private && office.side.is_some()
}

/// The organisation over which a person presides, who speaks for it.
fn chair(offices: &[Office]) -> Option<Side> {
    offices.iter().find(|office| office.chair)?.side
}

/// No party for an expert, a journalist, a private person of whom no office tells a side.
fn private(offices: &[Office]) -> Option<Verdict> {
    let private = offices
        .iter()
        .position(|office| office.private && !office.text.is_empty())?;
    // "Norvia's Olaf Tveit" was introduced as his country's before anything else was told of him.
    let sent = offices
        .iter()
        .position(|office| named(&office) && office.heads.is_empty());
    let serves = offices
        .iter()
        .any(|office| named(&office) && !office.heads.is_empty());
    (sent.is_none_or(|sent| sent > private) && !serves).then_some((None, "parties/private", 0.85))
}

/// The side of the first office that names one.
fn office(context: &Context, cast: &Cast<'_>, person: &Person) -> Option<Verdict> {
    let mut offices = person.offices.iter().filter(named);
    let side = offices.find(|office| !office.heads.is_empty())?.side?;
    // A state before the office of somebody who is known to lead another one, and no body of
    // states, belongs to something else: a dateline, the host of the talks.
    let state = cast.naming.kind(&context.gazetteer, side) == PartyKind::State;
    Some(match leader(context, &person.words) {
        Some(known) if state => (Some(known), "parties/leader", 0.9),
        _ => (Some(side), "parties/office", 0.96),
    })
}

/// The side named beside a person's name.
fn beside(offices: &[Office]) -> Option<Side> {
    offices.iter().find(named)?.side
}

/// The body that alone has such an office, where the article names it: "Commissioner Anna Weber".
fn serves(context: &Context, cast: &Cast<'_>, offices: &[Office]) -> Option<Side> {
    let serving = &context.lexicon.roles.serving;
    let office = offices.iter().find(|office| !office.private)?;
    let slug = office.heads.iter().find_map(|head| serving.get(head))?;
    let parties = &context.gazetteer.parties;
    let side = Side::Known(parties.iter().position(|party| party.slug == *slug)?);
    cast.naming
        .places
        .iter()
        .any(|place| place.side == Some(side))
        .then_some(side)
}

/// The movement or faction that is told to be a person's: "Hassan's National Army".
fn owned(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    person.mentions.iter().find_map(|&(_, to)| {
        let place = cast.naming.place(to).filter(|place| place.from == to)?;
        let own = cast.words[to - 1].possessive && cast.words[to].follows();
        place.side.filter(|_| own && place.form == Form::Name)
    })
}

/// The side behind a person's first mention: "Minister Olaf Tveit for Norvia".
fn sent_for(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    let words = &cast.words;
    let &(_, to) = person.mentions.first()?;
    let behind = words
        .get(to)
        .filter(|word| word.fold == "for" && word.follows())?;
    let at = to + 1 + usize::from(words.get(to + 1)?.fold == "the");
    let place = cast.naming.place(at).filter(|place| place.from == at)?;
    // "Thanked Olaf Tveit for Norvia's help", "for Norvian help".
    let named = place.form == Form::Name && !words[place.to - 1].possessive;
    (named && words[at].sentence == behind.sentence && !words[to - 1].possessive)
        .then_some(place.side)
        .flatten()
}

/// The side behind a person's first mention in "Olaf Tveit, speaking for Norvia, said", and the state in whose capital
/// its spokesman briefs: "the ministry's spokesman, Olaf Tveit, told a briefing in Moscow".
fn briefing_for(context: &Context, cast: &Cast<'_>, person: &Person) -> Option<Side> {
    const NEAR: usize = 9;
    let words = &cast.words;
    let &(_, to) = person.mentions.first()?;
    let sentence = words.get(to)?.sentence;
    let within = |at: &usize| words.get(*at).is_some_and(|word| word.sentence == sentence);
    let word = |at: usize| words.get(at).map_or("", |word| word.fold.as_str());
    let place = |at: usize| {
        cast.naming
            .place(at)
            .filter(|place| place.from == at && within(&at))
    };
    if word(to) == "speaking" && word(to + 1) == "for" {
        let at = to + 2 + usize::from(word(to + 2) == "the");
        return place(at)?.side;
    }
    let speaks = |office: &Office| office.heads.iter().any(|head| head.starts_with("spokes"));
    if !person.offices.iter().any(speaks) || !matches!(word(to), "told" | "said" | "says") {
        return None;
    }
    let briefs = (to..to + NEAR).take_while(within).find(|at| {
        matches!(
            word(*at),
            "briefing" | "conference" | "reporters" | "journalists"
        )
    })?;
    let at = (briefs + 1..briefs + 3).find(|at| word(*at) == "in")? + 1;
    let side = place(at)
        .filter(|place| place.form == Form::Metonym)?
        .side?;
    (cast.naming.kind(&context.gazetteer, side) == PartyKind::State).then_some(side)
}

/// The side that opens a sentence of a person's first ones: "For Norvia, Minister Olaf Tveit", "In Lindal, Norvia's
/// capital, …".
fn spoken_for(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    in_capital(cast, person).or_else(|| {
        let mut mentions = person.mentions.iter().take(3);
        mentions.find_map(|&(from, _)| opened_for(cast, from))
    })
}

/// The side whose capital opens the sentence of a person's first mention: "In Lindal, Norvia's capital, …".
fn in_capital(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    let words = &cast.words;
    let &(from, _) = person.mentions.first()?;
    let start = words.partition_point(|word| word.sentence < words[from].sentence);
    let at = (start..from).find(|at| words[*at].fold == "capital")?;
    let place = cast.naming.place(at.checked_sub(1)?)?;
    let owns = words[place.to - 1].possessive || place.form == Form::Demonym;
    (words[start].fold == "in" && at <= start + 5 && owns).then_some(place.side)?
}

/// The side for which the sentence of a name opens: "For Norvia, …".
fn opened_for(cast: &Cast<'_>, from: usize) -> Option<Side> {
    let words = &cast.words;
    let start = words.partition_point(|word| word.sentence < words[from].sentence);
    let at = start + 1 + usize::from(words.get(start + 1)?.fold == "the");
    let place = cast.naming.place(at).filter(|place| place.from == at)?;
    let apart = words
        .get(place.to)
        .is_some_and(|word| word.gap.contains(','));
    // Nobody else stands between.
    let next = (place.to..from).all(|at| cast.people.at[at].is_none());
    (words[start].fold == "for" && apart && next && place.to <= from)
        .then_some(place.side)
        .flatten()
}
