//! Names of states, by what stands around them: offices, other sides, a verb of saying.

use super::adjectives::is_adjective;
use super::{Clues, Text};
use crate::stage::actors::naming::offices::{head_after, is_state_head, owns_people};
use crate::stage::actors::naming::{is_name_word, written};
use std::collections::HashSet;

/// Finds who owns the offices and bodies behind a name: "Norvia's foreign minister", "the Norvian delegation". Of a
/// town that is a capital, it notes the country's word.
pub(super) fn before_offices(text: &Text<'_>, clues: &mut Clues) {
    for (at, word) in text.words.iter().enumerate() {
        if !may_own(text, at) {
            continue;
        }
        // "Norvia's Olaf Tveit", "Norvia's water commissioner": who owns people and offices is a side.
        if word.possessive && owns_people(text.words, at, text.lexicon, text.people) {
            clues.noun(whole(text, at));
        } else if let Some(head) = head_after(text.words, at, text.lexicon) {
            before_head(text, clues, at, head);
        } else if let Some(owner) = capital_of(text, at) {
            clues.capitals.insert(word.fold.clone(), owner);
        }
    }
}

/// True for a word that could be the name or the adjective of a state before an office.
fn may_own(text: &Text<'_>, at: usize) -> bool {
    let (word, lexicon) = (&text.words[at], text.lexicon);
    !word.heading
        && text.name(at)
        && !text.person(&word.fold)
        && !lexicon.is_role(&word.fold)
        && !lexicon.is_title(&word.fold)
        && !lexicon.is_organisation(&word.fold)
        && !lexicon.bodies.organs.contains(&word.fold)
        && !lexicon.roles.modifiers.contains(&word.fold)
        && !(word.opens && text.lower.contains(word.fold.as_str()))
}

/// Notes what an office or body tells of the word before it.
fn before_head(text: &Text<'_>, clues: &mut Clues, at: usize, head: usize) {
    let (words, word) = (text.words, &text.words[at]);
    let office = words[head].fold.as_str();
    let state = is_state_head(office, text.lexicon);
    if word.possessive {
        if state {
            clues.noun(whole(text, at));
        }
        return;
    }
    if !words[at + 1].follows() || !(state || head == at + 1) {
        return;
    }
    // "The Sundmark negotiator" of a text that also speaks of an offer "from Sundmark"; a delegation is
    // always somebody's.
    let told = || {
        text.places.contains(word.fold.as_str())
            || matches!(office, "delegation" | "delegates" | "negotiators")
    };
    if is_adjective(&word.fold) {
        clues.adjective(word);
    } else if at > 0 && words[at - 1].fold == "the" && told() {
        clues.noun(word.text.to_owned());
    }
}

/// The whole name that ends at a word: "New Halden" for the "Halden" of "New Halden's minister".
fn whole(text: &Text<'_>, at: usize) -> String {
    let words = text.words;
    let mut from = at;
    while from > 0
        && words[from].follows()
        && words[from].sentence == words[from - 1].sentence
        && !words[from - 1].possessive
        && text.free(from - 1)
        && words[from - 1].capital()
        && (is_name_word(&words[from - 1], text.lexicon)
            || matches!(
                words[from - 1].fold.as_str(),
                "new" | "north" | "south" | "east" | "west" | "upper" | "lower"
            ))
        && !text.lexicon.is_role(&words[from - 1].fold)
    {
        from -= 1;
    }
    written(words, from, at + 1)
}

/// For a town told to be a capital, the word that names the country: `the Norvian capital, Hest`.
fn capital_of(text: &Text<'_>, at: usize) -> Option<usize> {
    let words = text.words;
    let before = at.checked_sub(1)?;
    if words[before].fold == "capital" && (words[at].follows() || words[at].gap.trim() == ",") {
        return before.checked_sub(1);
    }
    let rest = &words[at + 1..(at + 8).min(words.len())];
    let capital = rest.iter().position(|word| word.fold == "capital")?;
    if rest[0].gap.trim() != "," || rest[..=capital].iter().any(|word| word.opens) {
        return None;
    }
    let owner = match rest.get(capital + 1) {
        Some(of) if of.fold == "of" => at + 1 + capital + 2,
        _ => at + capital,
    };
    (owner < words.len()).then_some(owner)
}

/// First words of names of lands.
pub(super) const LANDS: [&str; 12] = [
    "new", "lower", "upper", "north", "south", "east", "west", "northern", "southern", "eastern",
    "western", "greater",
];

/// Finds who is named behind an office and "of": "the minister of Norvia".
pub(super) fn behind_of(text: &Text<'_>, clues: &mut Clues) {
    let (words, lexicon) = (text.words, text.lexicon);
    for (at, word) in words.iter().enumerate() {
        // "Minister of Commerce": what an office is for owns nobody. "Of Lower Tamo" tells of a land.
        let next = words.get(at + 1).filter(|next| next.follows());
        let land = LANDS.contains(&word.fold.as_str())
            && next.is_some_and(|next| is_name_word(next, lexicon));
        let subject = lexicon.roles.modifiers.contains(&word.fold) && !land;
        if subject || word.heading || !of_office(text, at) || !text.name(at) {
            continue;
        }
        let mut to = at + 1;
        while to < words.len() && words[to].follows() && is_name_word(&words[to], lexicon) {
            to += 1;
        }
        if !text.person(&words[to - 1].fold)
            && !lexicon.is_organisation(&words[to - 1].fold)
            && !lexicon.is_role(&word.fold)
        {
            clues.noun(written(words, at, to));
        }
    }
}

/// True behind "of" and what only a state has: "the minister of", "the Republic of", "Premier Anatol Gurin of".
fn of_office(text: &Text<'_>, at: usize) -> bool {
    let (words, official) = (text.words, &text.lexicon.roles.official);
    let of = at.checked_sub(1).filter(|of| words[*of].fold == "of");
    let Some((of, before)) = of.and_then(|of| Some((of, of.checked_sub(1)?))) else {
        return false;
    };
    let holder = || {
        let name = words[..of]
            .iter()
            .rev()
            .take(3)
            .take_while(|word| word.capital() && text.person(&word.fold))
            .count();
        let office = of.checked_sub(name + 1).map(|office| &words[office].fold);
        name > 0
            && words[of].follows()
            && words[at].follows()
            && office.is_some_and(|office| official.contains(office))
    };
    let land = || {
        matches!(
            words[before].fold.as_str(),
            "republic"
                | "kingdom"
                | "federation"
                | "government"
                | "governments"
                | "army"
                | "parliament"
        )
    };
    before >= 2 && holder()
        || official.contains(&words[office_before(text, before)].fold)
        || before >= 1 && land()
}

/// The office of which a word tells the last subject, "minister" for the "industry" of "minister of commerce and
/// industry", or the word itself.
fn office_before(text: &Text<'_>, at: usize) -> usize {
    let modifiers = &text.lexicon.roles.modifiers;
    let subjects = text.words[..=at]
        .iter()
        .rev()
        .take(6)
        .take_while(|word| modifiers.contains(&word.fold) || word.fold == "and")
        .count();
    match (at - subjects.min(at), subjects) {
        (of, 1..) if of > 0 && matches!(text.words[of].fold.as_str(), "of" | "for") => of - 1,
        _ => at,
    }
}

/// What sides have between them.
const TALKS: [&str; 16] = [
    "talks",
    "negotiations",
    "agreement",
    "accord",
    "treaty",
    "ceasefire",
    "truce",
    "war",
    "conflict",
    "fighting",
    "dispute",
    "border",
    "relations",
    "dialogue",
    "trade",
    "meeting",
];

/// Finds what stands beside a side, "between Kenya and Norvia", or has talks with another: it is one too.
pub(super) fn between(text: &Text<'_>, clues: &mut Clues) {
    for (at, word) in text.words.iter().enumerate() {
        let two = (word.fold == "between").then(|| pair(text, at + 1));
        let Some(two) = two.flatten() else {
            continue;
        };
        let meets = at > 0 && TALKS.contains(&text.words[at - 1].fold.as_str());
        if !meets && two.iter().all(|(from, _)| text.free(*from)) {
            continue;
        }
        for (from, to) in two {
            let unknown = (from..to).all(|i| text.free(i) && !text.person(&text.words[i].fold));
            if unknown && !text.words[from].heading {
                clues.noun(written(text.words, from, to));
            }
        }
    }
}

/// Two names from a word on: "Kenya and Norvia".
fn pair(text: &Text<'_>, from: usize) -> Option<[(usize, usize); 2]> {
    let (words, lexicon) = (text.words, text.lexicon);
    let name = |from: usize| {
        let from = from + usize::from(words.get(from)?.fold == "the");
        let mut to = from;
        while to < words.len()
            && to - from < 4
            && (to == from || words[to].follows())
            && (!text.free(to)
                || is_name_word(&words[to], lexicon) && !lexicon.is_role(&words[to].fold))
        {
            to += 1;
        }
        (to > from && !words[to - 1].possessive).then_some((from, to))
    };
    let first = name(from)?;
    let and = words.get(first.1)?;
    let second = name(first.1 + 1)?;
    (and.fold == "and" && and.follows()).then_some([first, second])
}

/// Finds names that speak by themselves, or whose office the next sentence tells, "Norvia … . Its prime minister …",
/// and that are also places: "in Norvia".
pub(super) fn acting(text: &Text<'_>, clues: &mut Clues, sources: &HashSet<usize>) {
    let words = text.words;
    let mut candidates: Vec<usize> = sources
        .iter()
        .copied()
        .filter(|at| text.places.contains(words[*at].fold.as_str()))
        .collect();
    let mut first_of_sentence: Option<usize> = None;
    for (at, word) in words.iter().enumerate() {
        if at == 0 || word.sentence != words[at - 1].sentence {
            let subject = first_of_sentence.replace(at);
            if word.fold == "its" && head_after(words, at, text.lexicon).is_some() {
                candidates.extend(subject);
            }
        }
    }
    candidates.sort_unstable();
    for at in candidates.into_iter().filter(|at| may_act(text, *at)) {
        clues.noun(words[at].text.to_owned());
    }
}

/// True for a word that could be a state's name where only its acts tell that it is one.
fn may_act(text: &Text<'_>, at: usize) -> bool {
    let (word, lexicon) = (&text.words[at], text.lexicon);
    text.name(at)
        && word.text.chars().count() >= 4
        && !word.shouting()
        && !text.person(&word.fold)
        && !lexicon.is_role(&word.fold)
        && !lexicon.is_title(&word.fold)
        && !lexicon.is_organisation(&word.fold)
        && !lexicon.bodies.organs.contains(&word.fold)
        && !text.lower.contains(word.fold.as_str())
        && !lexicon.given.male.contains(&word.fold)
        && !lexicon.given.female.contains(&word.fold)
}
