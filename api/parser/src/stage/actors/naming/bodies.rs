//! Names of bodies that only the article knows: `Tarva River Commission`, `the Rural Workers' Union`, `the
//! opposition party Envol`, and the letters by which it calls them.
//!
//! A run of words with a capital ([`run`]) is a name where its nouns or the words around it tell a body ([`told`]), or
//! where letters stand for it ([`letters`](mod@letters)). The title may name one in full ([`titled`]).

mod letters;
mod run;
mod titled;
mod told;

pub(in crate::stage::actors) use titled::add_titled;

use super::local::short_name;
use super::place::place_local;
use super::{LocalParty, Named, Naming, Side, index, written};
use crate::stage::actors::lexicon::Lexicon;
use crate::stage::actors::words::Word;
use letters::{add_letters, letters};
use plenary_domain::gazetteer::Form;
use plenary_domain::{PartyKind, slugify};
use std::collections::HashMap;

/// Words of a name in which is looked for its "of" and for the letters that stand for it, so that time stays linear.
const LONGEST: usize = 12;

/// Authorities of a state, which speak for it: "the Norvian Maritime Authority".
const AUTHORITIES: [&str; 8] = [
    "authority",
    "agency",
    "administration",
    "inspectorate",
    "directorate",
    "navy",
    "army",
    "police",
];

/// The text in which is looked for names of bodies.
#[derive(Clone, Copy)]
struct Text<'a> {
    words: &'a [Word<'a>],
    naming: &'a Naming,
    lexicon: &'a Lexicon,
}

impl Text<'_> {
    /// The kind of body that a word tells.
    fn kind(self, at: usize) -> Option<PartyKind> {
        kind(self.lexicon, &self.words[at].fold)
    }

    /// True for words that no party is named by.
    fn unknown(self, from: usize, to: usize) -> bool {
        (from..to).all(|i| self.naming.at[i].is_none())
    }
}

/// Finds names like `Tarva River Commission` and `People's Front of Hest`.
pub(super) fn add(naming: &mut Naming, words: &[Word<'_>], lexicon: &Lexicon) {
    let mut found = find(naming, words, lexicon);
    // Names of the gazetteer inside are parts of the longer name.
    naming.places.retain(|place| {
        let next = found.partition_point(|longer| longer.to <= place.from);
        found.get(next).is_none_or(|longer| longer.from >= place.to)
    });
    naming.places.append(&mut found);
    index(naming);
    place_local(naming, words, 0);
    add_letters(naming, words);
}

/// Adds the bodies to the parties of the article. The places where they are named, in text order.
fn find(naming: &mut Naming, words: &[Word<'_>], lexicon: &Lexicon) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let known = naming.local.iter().enumerate();
    let mut by_slug: HashMap<String, usize> = known
        .map(|(at, party)| (slugify(&party.name), at))
        .collect();
    let alone = alone(words);
    let mut at = 0;
    while at < words.len() {
        let text = Text {
            words,
            naming,
            lexicon,
        };
        if !text.starts(at) {
            at += 1;
            continue;
        }
        let start = at;
        at = text.led(at, text.end(at));
        let Some((from, to, head)) = text.body(start, at) else {
            continue;
        };
        let owner = &words[from];
        // "The Karvel Maritime Authority", where Karvel is told of too.
        let state = alone
            .get(owner.fold.as_str())
            .is_some_and(|count| *count > 1);
        if AUTHORITIES.contains(&words[to - 1].fold.as_str()) && state && to - from > 1 {
            if to - from > 2 {
                add_owner(naming, owner, from);
            }
            continue;
        }
        let index = add_body(naming, &mut by_slug, &written(words, from, to), head);
        found.push(Named::new(from, to, Some(Side::Local(index)), Form::Name));
        // The abbreviation in brackets behind it.
        if let Some(short) = letters(words, to) {
            naming.local[index].forms.insert(short.fold.clone());
        }
    }
    found
}

/// Adds a body where none of its name is known. Its index among the parties of the article.
fn add_body(
    naming: &mut Naming,
    by_slug: &mut HashMap<String, usize>,
    name: &str,
    head: PartyKind,
) -> usize {
    let short = match head {
        PartyKind::State => short_name(name),
        _ => name,
    };
    *by_slug.entry(slugify(short)).or_insert_with(|| {
        naming.local.push(LocalParty::new(short.to_owned(), head));
        naming.local.len() - 1
    })
}

/// How often names stand by themselves: "Karvel agreed".
fn alone<'a>(words: &'a [Word<'_>]) -> HashMap<&'a str, usize> {
    let mut alone = HashMap::new();
    for (at, word) in words.iter().enumerate() {
        let ends = words
            .get(at + 1)
            .is_none_or(|next| !next.capital() || !next.follows() || word.possessive);
        if word.capital() && ends && (at == 0 || !words[at - 1].capital() || !word.follows()) {
            *alone.entry(word.fold.as_str()).or_default() += 1;
        }
    }
    alone
}

/// Adds the state whose authority is named, where it is not known.
fn add_owner(naming: &mut Naming, owner: &Word<'_>, at: usize) {
    let mut parties = naming.local.iter();
    let known = parties.any(|party| party.forms.contains(&owner.fold));
    if !known && naming.at[at].is_none() {
        let mut state = LocalParty::new(owner.text.to_owned(), PartyKind::State);
        state.forms.insert(owner.fold.clone());
        naming.local.push(state);
    }
}

/// The kind of body that a noun at the end of a name tells.
fn kind(lexicon: &Lexicon, word: &str) -> Option<PartyKind> {
    let lists = &lexicon.organisations;
    if lists.private.contains(word) {
        None
    } else if lists.movement.contains(word) {
        Some(PartyKind::Movement)
    } else if lists.faction.contains(word) {
        Some(PartyKind::Faction)
    } else if lists.bloc.contains(word) {
        Some(PartyKind::Bloc)
    } else if lists.organisation.contains(word) {
        Some(PartyKind::Organisation)
    } else if lists.state.contains(word) {
        Some(PartyKind::State)
    } else {
        None
    }
}

/// True for an owner who is many: "the Workers'", "the Fishermen's".
fn owns_many(word: &Word<'_>) -> bool {
    word.text.ends_with('s')
        || ["men", "people", "peoples", "children"]
            .iter()
            .any(|end| word.fold.ends_with(end))
}
