//! People who are known to have led or spoken for a party of the gazetteer.
//!
//! A full name tells a leader's party. A family name tells it only where one party alone has leaders of that name.

use crate::context::Context;
use crate::stage::actors::{Side, fold};
use plenary_domain::Gazetteer;
use std::collections::HashMap;

/// The party that a person of that full name is known to have led or spoken for.
pub(crate) fn leader(context: &Context, name: &[String]) -> Option<Side> {
    // Few names are any leader's; only those are compared whole.
    if !name.iter().any(|word| context.leaders.contains_key(word)) {
        return None;
    }
    let is = |leader: &String| {
        let words: Vec<String> = leader.split([' ', '-']).map(fold).collect();
        name.len() >= 2 && words == name
    };
    let parties = &context.gazetteer.parties;
    parties
        .iter()
        .position(|party| party.leaders.iter().any(is))
        .map(Side::Known)
}

/// By each name of a leader, folded, the party that alone has leaders of that name: family names come last, or
/// first as in "Xi".
pub(crate) fn leaders(gazetteer: &Gazetteer) -> HashMap<String, Option<usize>> {
    let mut found: HashMap<String, Option<usize>> = HashMap::new();
    for (at, party) in gazetteer.parties.iter().enumerate() {
        for leader in &party.leaders {
            let mut words = leader.split(' ').map(fold);
            for name in words.next().into_iter().chain(words.next_back()) {
                let party = found.entry(name).or_insert(Some(at));
                *party = party.filter(|party| *party == at);
            }
        }
    }
    found
}

/// The party whose leader is called by that name alone: "Zelensky said" in a headline.
pub(crate) fn called_leader(context: &Context, name: &str) -> Option<Side> {
    let party = context.leaders.get(&fold(name)).copied().flatten();
    party.map(Side::Known)
}

/// The party one of whose bodies is called after a person: `Obama administration`.
pub(crate) fn namesake(context: &Context, name: &[String]) -> Option<Side> {
    let last = name.last()?;
    let parties = &context.gazetteer.parties;
    parties
        .iter()
        .position(|party| {
            party.bodies.iter().any(|body| {
                body.strip_suffix(" administration")
                    .is_some_and(|name| name.eq_ignore_ascii_case(last))
            })
        })
        .map(Side::Known)
}
