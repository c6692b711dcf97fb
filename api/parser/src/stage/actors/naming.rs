//! Names of parties in a text: those of the gazetteer and those that only this article knows.
//!
//! A country that no gazetteer knows gives itself away by its offices: whoever has a foreign
//! minister, a delegation or a capital is a side. Its adjective is linked to its name by the stem:
//! `the Norvian delegation` belongs to `Norvia`.

mod again;
mod bodies;
mod known;
mod local;
mod offices;
mod place;

pub(super) use again::{add_again, add_foes, add_helpers, add_last};
pub(super) use bodies::add_titled;
pub(super) use known::{add_agency, known};
pub(super) use local::add_local;
pub(super) use offices::owns_office;

use super::lexicon::Lexicon;
use super::words::Word;
use plenary_domain::gazetteer::{Form, Gazetteer};
use plenary_domain::{PartyKind, Span, slugify};
use std::collections::HashSet;

/// A party: of the gazetteer by index, or of this article by index into [`Naming::local`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Side {
    Known(usize),
    Local(usize),
}

/// A party that only the article knows.
#[derive(Debug, Clone)]
pub(crate) struct LocalParty {
    pub(crate) name: String,
    pub(crate) kind: PartyKind,
    /// Folded words that stand for it: name, adjective, abbreviation.
    forms: HashSet<String>,
}

impl LocalParty {
    /// A party by its name alone.
    pub(crate) fn new(name: String, kind: PartyKind) -> LocalParty {
        LocalParty {
            name,
            kind,
            forms: HashSet::new(),
        }
    }
}

/// A place in the text where a party is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// First word.
    pub(crate) from: usize,
    /// After the last word.
    pub(crate) to: usize,
    /// `None`: a medium or another name that is no party.
    pub(crate) side: Option<Side>,
    pub(crate) form: Form,
    pub(crate) ambiguous: bool,
}

impl Named {
    /// A place of a name that means nothing else.
    fn new(from: usize, to: usize, side: Option<Side>, form: Form) -> Named {
        Named {
            from,
            to,
            side,
            form,
            ambiguous: false,
        }
    }
}

/// Every party that the article names.
#[derive(Debug, Default)]
pub(crate) struct Naming {
    pub(crate) local: Vec<LocalParty>,
    /// In text order, without overlaps.
    pub(crate) places: Vec<Named>,
    /// For each word the place that covers it.
    pub(crate) at: Vec<Option<usize>>,
    /// Places of names that might be a side's; see [`super::hints`].
    pub(crate) hints: Vec<Named>,
    /// For each word the hint that covers it.
    hinted: Vec<Option<usize>>,
}

impl Naming {
    /// The place that covers a word.
    pub(crate) fn place(&self, word: usize) -> Option<&Named> {
        self.at
            .get(word)
            .copied()
            .flatten()
            .map(|i| &self.places[i])
    }

    /// The party named at a word.
    pub(crate) fn side(&self, word: usize) -> Option<Side> {
        self.place(word)?.side
    }

    /// The place or else the hint that covers a word.
    pub(crate) fn hint(&self, word: usize) -> Option<&Named> {
        let hinted = || self.hinted.get(word).copied().flatten();
        self.place(word)
            .or_else(|| hinted().map(|i| &self.hints[i]))
    }

    /// Notes for each word which hint covers it.
    pub(crate) fn index_hints(&mut self, words: usize) {
        self.hinted = vec![None; words];
        for (index, hint) in self.hints.iter().enumerate() {
            self.hinted[hint.from..hint.to].fill(Some(index));
        }
    }

    /// Usual short English name.
    pub(crate) fn name<'a>(&'a self, gazetteer: &'a Gazetteer, side: Side) -> &'a str {
        match side {
            Side::Known(i) => &gazetteer.parties[i].name,
            Side::Local(i) => &self.local[i].name,
        }
    }

    /// Slug.
    pub(crate) fn slug(&self, gazetteer: &Gazetteer, side: Side) -> String {
        match side {
            Side::Known(i) => gazetteer.parties[i].slug.clone(),
            Side::Local(i) => slugify(&self.local[i].name),
        }
    }

    /// Kind of side.
    pub(crate) fn kind(&self, gazetteer: &Gazetteer, side: Side) -> PartyKind {
        match side {
            Side::Known(i) => gazetteer.parties[i].kind(),
            Side::Local(i) => self.local[i].kind,
        }
    }

    /// True for organisations and blocs, over which people preside.
    pub(crate) fn is_body(&self, gazetteer: &Gazetteer, side: Side) -> bool {
        matches!(
            self.kind(gazetteer, side),
            PartyKind::Organisation | PartyKind::Bloc
        )
    }
}

/// Adds a place and notes it for each of its words.
fn put(naming: &mut Naming, named: Named) {
    let index = naming.places.len();
    for at in &mut naming.at[named.from..named.to] {
        *at = Some(index);
    }
    naming.places.push(named);
}

/// Sorts the places and notes for each word which covers it.
fn index(naming: &mut Naming) {
    naming.places.sort_by_key(|place| place.from);
    naming.at.fill(None);
    for (index, place) in naming.places.iter().enumerate() {
        for at in &mut naming.at[place.from..place.to] {
            *at = Some(index);
        }
    }
}

/// True for an unknown capitalised word that could belong to a name.
pub(super) fn is_name_word(word: &Word<'_>, lexicon: &Lexicon) -> bool {
    // "He'll", "We've", "I'd".
    let ending = word.fold.split_once(['\'', '’']).map(|(_, ending)| ending);
    let verb = matches!(ending, Some("ll" | "d" | "re" | "ve" | "m" | "t"));
    word.capital()
        && !verb
        && word.text.chars().any(char::is_alphabetic)
        && !word.text.chars().any(|c| c.is_ascii_digit())
        && !lexicon.names.openers.contains(&word.fold)
}

/// The words from `from` to `to` as one name.
pub(super) fn written(words: &[Word<'_>], from: usize, to: usize) -> String {
    let mut name = String::new();
    for (at, word) in words[from..to].iter().enumerate() {
        if at > 0 {
            if words[from + at - 1].possessive {
                let plural = words[from + at - 1].text.ends_with('s');
                name.push_str(if plural { "'" } else { "'s" });
            }
            name.push_str(if word.hyphened() { "-" } else { " " });
        }
        name.push_str(word.text);
    }
    name
}

/// The code points from one word to another.
pub(super) fn span(words: &[Word<'_>], from: usize, to: usize) -> Span {
    words[from].span.cover(words[to.max(from + 1) - 1].span)
}
