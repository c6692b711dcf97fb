//! Names of the gazetteer in a text.
//!
//! Not every one of them names the party: a name may be joined to another word, belong to a part of a land, or be
//! that of a news agency.

use super::{LocalParty, Named, Naming, Side, put, written};
use crate::stage::actors::words::Word;
use plenary_domain::gazetteer::{Form, Gazetteer, Meaning};
use plenary_domain::{PartyKind, Span};
use std::collections::HashSet;

/// Names of the gazetteer, as places over words.
pub(in crate::stage::actors) fn known(
    text: &str,
    words: &[Word<'_>],
    gazetteer: &Gazetteer,
) -> Naming {
    let mut naming = Naming {
        at: vec![None; words.len()],
        ..Naming::default()
    };
    let mentions = gazetteer.find(text);
    let named: HashSet<&str> = mentions
        .iter()
        .filter_map(|mention| match mention.meaning {
            Meaning::Party { party, .. } => Some(gazetteer.parties[party].slug.as_str()),
            Meaning::Medium | Meaning::Lookalike => None,
        })
        .collect();
    for mention in &mentions {
        if behind_joined(text, mention.end) {
            continue;
        }
        let from = words.partition_point(|word| word.byte + word.text.len() <= mention.start);
        let to = words.partition_point(|word| word.byte < mention.end);
        if from >= to {
            continue;
        }
        let (side, form, ambiguous) = match mention.meaning {
            Meaning::Party {
                party,
                form,
                ambiguous,
            } if absent(gazetteer, &named, party) => {
                let name = written(words, from, to);
                (Some(own(&mut naming, name)), form, ambiguous)
            }
            Meaning::Party { form, .. } if joined(text, mention.start) => (None, form, false),
            Meaning::Party { party, .. } if in_part(words, from, gazetteer, party) => continue,
            Meaning::Party {
                party,
                form,
                ambiguous,
            } => (Some(Side::Known(party)), form, ambiguous),
            Meaning::Medium | Meaning::Lookalike => (None, Form::Name, false),
        };
        put(
            &mut naming,
            Named {
                from,
                to,
                side,
                form,
                ambiguous,
            },
        );
    }
    naming
}

/// True for a political party of a country that the article does not name: "Social Democrats" are found in many.
fn absent(gazetteer: &Gazetteer, named: &HashSet<&str>, party: usize) -> bool {
    let party = &gazetteer.parties[party];
    let country = party
        .country
        .as_deref()
        .filter(|_| party.kind() == PartyKind::Faction);
    country.is_some_and(|country| !named.contains(country))
}

/// Marks the agency that a dateline names between brackets, which is no side: "LINDAL (Norvian News) -".
pub(in crate::stage::actors) fn add_agency(
    naming: &mut Naming,
    words: &[Word<'_>],
    dateline: Span,
) {
    let inside =
        |word: &Word<'_>| dateline.start <= word.span.start && word.span.end <= dateline.end;
    let end = words.iter().take_while(|word| inside(word)).count();
    let opens = |at: usize| words[at].gap.contains(['(', '[']);
    let Some(from) = (0..end).find(|at| opens(*at)) else {
        return;
    };
    let closes = |at: usize| words[at].gap.contains([')', ']']);
    let to = (from + 1..words.len())
        .find(|at| closes(*at))
        .unwrap_or(end);
    for at in from..to.min(end) {
        if let Some(place) = naming.at[at] {
            naming.places[place].side = None;
        }
    }
    if (from..to.min(end)).all(|at| naming.at[at].is_none()) {
        put(naming, Named::new(from, to.min(end), None, Form::Name));
    }
}

/// The political party of that name that only this article knows.
fn own(naming: &mut Naming, name: String) -> Side {
    let known = naming.local.iter().position(|party| party.name == name);
    Side::Local(known.unwrap_or_else(|| {
        let party = LocalParty::new(name, PartyKind::Faction);
        naming.local.push(party);
        naming.local.len() - 1
    }))
}

/// True where a name is joined to what makes it another thing: "pro-Norvian".
fn joined(text: &str, start: usize) -> bool {
    const BEFORE: [&str; 4] = ["pro", "anti", "non", "ex"];
    let before = text[..start].strip_suffix('-');
    before.is_some_and(|before| {
        let word = before.rsplit(|c: char| !c.is_alphabetic()).next();
        word.is_some_and(|word| BEFORE.contains(&word.to_lowercase().as_str()))
    })
}

/// The same behind it: "Lindal-based".
fn behind_joined(text: &str, end: usize) -> bool {
    const BEHIND: [&str; 8] = [
        "based",
        "backed",
        "born",
        "brokered",
        "mediated",
        "sponsored",
        "trained",
        "hosted",
    ];
    let behind = text[end..].strip_prefix('-');
    behind.is_some_and(|behind| BEHIND.iter().any(|word| behind.starts_with(word)))
}

/// True for a state in the name of a part of it, or of another land: "Southern Norvia".
fn in_part(words: &[Word<'_>], from: usize, gazetteer: &Gazetteer, party: usize) -> bool {
    let Some(before) = from.checked_sub(1).map(|before| &words[before]) else {
        return false;
    };
    before.capital()
        && !before.opens
        && words[from].follows()
        && matches!(
            before.fold.as_str(),
            "northern" | "southern" | "upper" | "lower"
        )
        && gazetteer.parties[party].kind() == PartyKind::State
}
