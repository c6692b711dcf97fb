//! Names that point back: `the alliance`, `the rebels`, `the Tigers`, `Netanyahu adviser`.

use super::{Named, Naming, Side, index, put};
use crate::stage::actors::lexicon::Lexicon;
use crate::stage::actors::words::{Word, fold};
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::{Form, Gazetteer};
use std::collections::{HashMap, HashSet};

/// Marks where the helpers of a leader who is called by the surname are named as his country's: "Netanyahu
/// adviser Ron Dermer", "Zelensky's chief of staff".
pub(in crate::stage::actors) fn add_helpers(
    naming: &mut Naming,
    words: &[Word<'_>],
    leader: impl Fn(&str) -> Option<Side>,
) {
    for at in 0..words.len().saturating_sub(1) {
        let next = &words[at + 1];
        let helper = next.follows()
            && next.sentence == words[at].sentence
            && (HELPERS.contains(&next.fold.as_str())
                || next.fold == "chief" && words.get(at + 2).is_some_and(|word| word.fold == "of"));
        // "Joe Biden's adviser" names a person.
        let alone = !words[at].follows() || !words[at.saturating_sub(1)].capital();
        if helper
            && alone
            && words[at].capital()
            && naming.at[at].is_none()
            && let Some(side) = leader(words[at].text)
        {
            put(naming, Named::new(at, at + 1, Some(side), Form::Demonym));
        }
    }
    index(naming);
}

/// Those who work for a leader.
const HELPERS: [&str; 11] = [
    "adviser",
    "advisers",
    "advisor",
    "advisors",
    "aide",
    "aides",
    "envoy",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "official",
];

/// Marks `the alliance`, `this bloc`: the last body before it whose names hold that noun.
pub(in crate::stage::actors) fn add_again(
    naming: &mut Naming,
    words: &[Word<'_>],
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
) {
    let holds = |naming: &Naming, side: Side, noun: &str| holds(naming, gazetteer, side, noun);
    // The last body seen for each noun.
    let nouns: HashSet<&str> = words
        .iter()
        .map(|word| word.fold.as_str())
        .filter(|word| lexicon.is_again(word) || SMALL.contains(word))
        .collect();
    let mut last: HashMap<&str, (Side, u8)> = HashMap::new();
    // The title alone names some.
    let named: HashSet<Side> = naming
        .places
        .iter()
        .filter_map(|place| place.side)
        .collect();
    for side in (0..naming.local.len())
        .map(Side::Local)
        .filter(|side| !named.contains(side))
    {
        last.extend(
            nouns
                .iter()
                .filter(|noun| holds(naming, side, noun) > 0)
                .map(|noun| (*noun, (side, 1))),
        );
    }
    let mut held: HashMap<Side, Vec<(&str, u8)>> = HashMap::new();
    let mut added = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if let Some(place) = naming.place(at).filter(|place| place.from == at) {
            if let Some(side) = place.side {
                let names = held.entry(side).or_insert_with(|| {
                    let all = nouns.iter().map(|noun| (*noun, holds(naming, side, noun)));
                    let mut names: Vec<(&str, u8)> = all.filter(|(_, how)| *how > 0).collect();
                    names.sort_unstable();
                    names
                });
                for &mut (noun, how) in names {
                    // "The agency" is the IAEA rather than the UN, of which agencies are bodies.
                    if last.get(noun).is_none_or(|(_, before)| how >= *before) {
                        last.insert(noun, (side, how));
                    }
                }
            }
            continue;
        }
        if at == 0 || naming.at[at].is_some() || word.heading {
            continue;
        }
        let Some((side, _)) = last.get(word.fold.as_str()) else {
            continue;
        };
        if points_back(words, lexicon, at) {
            added.push(Named::new(at, at + 1, Some(*side), Form::Name));
        }
    }
    naming.places.extend(added);
    index(naming);
}

/// Written small, only these mean a body rather than a thing of its kind.
const SMALL: [&str; 22] = [
    "alliance",
    "bloc",
    "union",
    "commission",
    "organisation",
    "organization",
    "agency",
    "council",
    "league",
    "movement",
    "front",
    "party",
    "coalition",
    "forum",
    "community",
    "federation",
    "authority",
    "cartel",
    "panel",
    "fund",
    "republic",
    "confederation",
];

/// How well a noun stands for a side: 2 where its name holds it, 1 where a description or the name of one of its
/// bodies does.
fn holds(naming: &Naming, gazetteer: &Gazetteer, side: Side, noun: &str) -> u8 {
    let has = |name: &String| fold(name).split_whitespace().any(|word| word == noun);
    // "UN refugee agency" only describes.
    let proper = |name: &String| {
        let large = |word: &str| word.starts_with(char::is_uppercase) && fold(word) == noun;
        name.split_whitespace().any(large)
    };
    let party = match side {
        Side::Known(i) => &gazetteer.parties[i],
        Side::Local(i) => return 2 * u8::from(has(&naming.local[i].name)),
    };
    let kind = party.kind();
    if noun == "bloc" && matches!(kind, PartyKind::Organisation | PartyKind::Bloc) {
        2
    } else if kind == PartyKind::State {
        0
    } else if has(&party.name) || party.aliases.iter().any(proper) {
        2
    } else {
        u8::from(party.bodies.iter().chain(&party.aliases).any(has))
    }
}

/// True for a noun that names a body again, and no thing of its kind.
fn points_back(words: &[Word<'_>], lexicon: &Lexicon, at: usize) -> bool {
    let word = &words[at];
    let loud = word.text.chars().skip(1).any(char::is_uppercase);
    let next = words.get(at + 1).filter(|next| next.follows());
    let goes_on = next.is_some_and(|next| next.capital() && !word.possessive && !next.opens);
    let named = matches!(words[at - 1].fold.as_str(), "the" | "this")
        && (word.capital() || SMALL.contains(&word.fold.as_str()))
        && !goes_on;
    // "Pact chief", "a Commission spokeswoman": the noun alone, with a capital, before an office.
    let before_office = word.capital()
        && !word.possessive
        && next.is_some_and(|next| {
            lexicon.is_role(&next.fold) || lexicon.roles.modifiers.contains(&next.fold)
        });
    !loud && (named || before_office)
}

/// What a movement in arms is called.
const REBELS: [&str; 10] = [
    "rebel",
    "rebels",
    "guerrilla",
    "guerrillas",
    "insurgent",
    "insurgents",
    "separatist",
    "separatists",
    "militants",
    "fighters",
];

/// Those whom a government has.
const SERVANTS: [&str; 8] = [
    "negotiator",
    "negotiators",
    "delegation",
    "delegates",
    "team",
    "troops",
    "forces",
    "soldiers",
];

/// Marks "the rebels", "the government": in a text on one movement and the government of one state, whose they are.
pub(in crate::stage::actors) fn add_foes(
    naming: &mut Naming,
    words: &[Word<'_>],
    gazetteer: &Gazetteer,
) {
    let word = |at: usize| words.get(at).map_or("", |word| word.fold.as_str());
    // How often each movement is named, and which the text calls rebels.
    let mut movements: HashMap<Side, usize> = HashMap::new();
    let mut called: HashSet<Side> = HashSet::new();
    let mut governments: HashMap<Side, usize> = HashMap::new();
    for place in &naming.places {
        let Some(side) = place.side else { continue };
        match naming.kind(gazetteer, side) {
            PartyKind::Movement => {
                *movements.entry(side).or_default() += 1;
                let around =
                    (place.from.saturating_sub(4)..place.from).chain(place.to..place.to + 3);
                if around.into_iter().any(|at| REBELS.contains(&word(at))) {
                    called.insert(side);
                }
            }
            PartyKind::State if word(place.to) == "government" => {
                *governments.entry(side).or_default() += 1;
            }
            _ => {}
        }
    }
    let called: HashMap<Side, usize> = called
        .into_iter()
        .map(|side| (side, movements[&side]))
        .collect();
    let movement = chief(&called).or_else(|| chief(&movements));
    let country = |side: Side| match side {
        Side::Known(index) => gazetteer.parties[index].country.as_deref(),
        Side::Local(_) => None,
    };
    let state = movement.and_then(country).and_then(|slug| {
        let index = gazetteer
            .parties
            .iter()
            .position(|party| party.slug == slug)?;
        Some(Side::Known(index))
    });
    let state = state
        .or_else(|| chief(&governments))
        .filter(|_| movement.is_some());
    let mut added = Vec::new();
    for (at, here) in words.iter().enumerate().skip(1) {
        if naming.at[at].is_some() || here.heading {
            continue;
        }
        let side = if REBELS.contains(&word(at)) && matches!(word(at - 1), "the" | "for") {
            movement
        } else if matches!(word(at), "government" | "army" | "military")
            && (word(at - 1) == "the" || SERVANTS.contains(&word(at + 1)))
        {
            // "The chief government negotiator"
            state
        } else {
            None
        };
        added.extend(side.map(|side| Named::new(at, at + 1, Some(side), Form::Demonym)));
    }
    naming.places.extend(added);
    index(naming);
}

/// The only side, or the one named more than twice as often as the next.
fn chief(counts: &HashMap<Side, usize>) -> Option<Side> {
    let mut order: Vec<(usize, Side)> =
        counts.iter().map(|(side, count)| (*count, *side)).collect();
    order.sort_unstable_by(|a, b| b.cmp(a));
    let next = order.get(1).map_or(0, |next| next.0);
    order
        .first()
        .filter(|first| first.0 > 2 * next)
        .map(|first| first.1)
}

/// Marks "the Tigers" in a text on the Tamil Tigers: the last word of a movement's name, written large.
pub(in crate::stage::actors) fn add_last(
    naming: &mut Naming,
    words: &[Word<'_>],
    gazetteer: &Gazetteer,
) {
    let singular = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    let mut last: HashMap<String, Option<Side>> = HashMap::new();
    for place in naming
        .places
        .iter()
        .filter(|place| place.to > place.from + 1)
    {
        let Some(side) = place.side else { continue };
        let word = &words[place.to - 1];
        if word.capital() && naming.kind(gazetteer, side) == PartyKind::Movement {
            let known = last.entry(singular(&word.fold)).or_insert(Some(side));
            *known = known.filter(|known| *known == side);
        }
    }
    for at in 1..words.len() {
        let word = &words[at];
        let alone = word.capital() && naming.at[at].is_none() && words[at - 1].fold == "the";
        let ends = words
            .get(at + 1)
            .is_none_or(|next| !next.capital() || !next.follows());
        if alone
            && ends
            && let Some(Some(side)) = last.get(&singular(&word.fold))
        {
            put(naming, Named::new(at, at + 1, Some(*side), Form::Name));
        }
    }
    index(naming);
}
