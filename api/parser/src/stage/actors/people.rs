//! The people whom a text names: every form of a name, and what is told of their offices.
//!
//! Runs of words that look like names come first. Full names then make the people, to whom bare surnames and given
//! names are added; at last the text beside each mention is read for offices.

mod beside;
mod office;
mod roster;
mod runs;

use super::lexicon::Lexicon;
use super::naming::{self, Naming, Side, written};
use super::words::{Word, lower};
use plenary_domain::Gazetteer;
use roster::Roster;
use runs::Runs;
use std::collections::HashSet;

/// A person as one article tells of him or her.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Folded words of the fullest name.
    pub(crate) words: Vec<String>,
    /// Forms as written, the fullest first.
    pub(crate) forms: Vec<String>,
    /// Word ranges of the mentions, in text order.
    pub(crate) mentions: Vec<(usize, usize)>,
    /// True: he, false: she, where the text tells it.
    pub(crate) male: Option<bool>,
    /// What is told of the office, in text order.
    pub(crate) offices: Vec<Office>,
}

/// What a phrase beside a name tells of an office.
#[derive(Debug, Clone)]
pub(crate) struct Office {
    /// The phrase as written.
    pub(crate) text: String,
    /// Folded nouns for the office: `minister`.
    pub(crate) heads: Vec<String>,
    /// The side that the phrase names.
    pub(crate) side: Option<Side>,
    /// True for those who preside over an organisation and speak for it.
    pub(crate) chair: bool,
    /// True for those who speak for nobody.
    pub(crate) private: bool,
    /// Word range of the phrase.
    pub(crate) range: (usize, usize),
}

/// The people of a text.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) list: Vec<Person>,
    /// For each word the person whose name covers it.
    pub(crate) at: Vec<Option<usize>>,
}

/// The text in which is looked for people.
#[derive(Clone, Copy)]
struct Text<'a> {
    words: &'a [Word<'a>],
    naming: &'a Naming,
    lexicon: &'a Lexicon,
    gazetteer: &'a Gazetteer,
}

impl Text<'_> {
    /// True for a word right behind a title or an office: "Mr Tveit", "minister Tveit".
    fn titled(&self, at: usize) -> bool {
        let word = &self.words[at];
        let before = at.checked_sub(1).map(|before| &self.words[before]);
        before.is_some_and(|before| {
            word.follows()
                && before.sentence == word.sentence
                && (self.lexicon.is_title(&before.fold) || self.lexicon.is_role(&before.fold))
        })
    }

    /// The sex that the word before tells: "Mrs Tveit", "chairman Tveit".
    fn sex_before(&self, at: usize) -> Option<bool> {
        let before = at.checked_sub(1)?;
        sex_of_title(&self.words[before].fold, self.lexicon)
    }

    /// True for a given name of men or women.
    fn given(&self, word: &str) -> bool {
        self.lexicon.given.male.contains(word) || self.lexicon.given.female.contains(word)
    }
}

/// Finds the people. Linear in the text's length for a bounded number of people.
pub(super) fn read(
    words: &[Word<'_>],
    naming: &mut Naming,
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
    sources: &HashSet<usize>,
) -> People {
    let lower = lower(words);
    let text = Text {
        words,
        naming,
        lexicon,
        gazetteer,
    };
    let names = names(text, &Runs::read(text, &lower, &HashSet::new()));
    naming::add_local(naming, words, lexicon, &names, sources);
    naming::add_again(naming, words, lexicon, gazetteer);
    naming::add_foes(naming, words, gazetteer);
    naming::add_last(naming, words, gazetteer);
    let text = Text {
        words,
        naming,
        lexicon,
        gazetteer,
    };
    let found = Runs::read(text, &lower, &names);
    let mut people = Roster::read(text, &found, &names, sources);
    for person in &mut people.list {
        describe(text, person);
    }
    people
}

/// Folded words that are names of people, whatever a possessive behind them says, and how these sound.
fn names(text: Text<'_>, runs: &[(usize, usize)]) -> HashSet<String> {
    let words = text.words;
    let mut names: HashSet<String> = HashSet::new();
    for &(from, to) in runs {
        let full = to - from >= 2;
        let known = || text.given(&words[from].fold) || role_after(text, from, to);
        if text.titled(from) || full && known() {
            names.extend(words[from..to].iter().map(|word| word.fold.clone()));
        } else if full
            && !place_before(words, from)
            && !naming::owns_office(words, to - 1, text.lexicon)
        {
            names.insert(words[to - 1].fold.clone());
        }
    }
    let sounds: Vec<String> = names.iter().map(|name| sound(name)).collect();
    names.extend(sounds);
    names
}

/// True for a name with an office behind a comma: "Olaf Tveit, the foreign minister".
fn role_after(text: Text<'_>, from: usize, to: usize) -> bool {
    let words = text.words;
    to < words.len()
        && words[to].gap.trim() == ","
        && words[to..(to + 8).min(words.len())]
            .iter()
            .take_while(|w| {
                w.sentence == words[from].sentence && (w.joined() || w.byte == words[to].byte)
            })
            .any(|w| text.lexicon.is_role(&w.fold))
}

/// Reads what the text tells of a person beside the mentions: forms, sex and offices.
fn describe(text: Text<'_>, person: &mut Person) {
    person.mentions.sort_unstable();
    for &(from, to) in &person.mentions {
        let form = written(text.words, from, to);
        if !person.forms.contains(&form) {
            person.forms.push(form);
        }
        person.male = person.male.or_else(|| text.sex_before(from));
        person.offices.extend(beside::offices(text, from, to));
    }
    person
        .forms
        .sort_by_key(|form| std::cmp::Reverse(form.split([' ', '-']).count()));
    let given = &text.lexicon.given;
    let by_name = || {
        let full = person.words.len() > 1;
        let mut names = person.words.iter().take(2).filter(|_| full);
        names.find_map(|word| {
            let female = || given.female.contains(word).then_some(false);
            given.male.contains(word).then_some(true).or_else(female)
        })
    };
    let by_office = || {
        let mut heads = person.offices.iter().flat_map(|office| &office.heads);
        heads.find_map(|head| {
            if head.ends_with("woman") || head == "queen" {
                Some(false)
            } else if head.ends_with("sman") || head == "king" {
                Some(true)
            } else {
                None
            }
        })
    };
    person.male = person.male.or_else(by_name).or_else(by_office);
}

/// True behind a small word that stands before places.
fn place_before(words: &[Word<'_>], from: usize) -> bool {
    from > 0
        && matches!(
            words[from - 1].fold.as_str(),
            "in" | "at"
                | "near"
                | "from"
                | "to"
                | "into"
                | "through"
                | "around"
                | "outside"
                | "the"
                | "on"
        )
}

/// The sex that a word before a name tells, true for a man.
fn sex_of_title(word: &str, lexicon: &Lexicon) -> Option<bool> {
    if lexicon.titles.male.contains(word) || word.ends_with("sman") || word == "chairman" {
        Some(true)
    } else if lexicon.titles.female.contains(word) || word.ends_with("woman") {
        Some(false)
    } else {
        None
    }
}

/// A key that the usual transliterations of one name share: Zelensky, Zelenskyy, Zelenskiy.
pub(super) fn sound(word: &str) -> String {
    let mut key = String::new();
    for c in word.chars().filter(|c| c.is_alphanumeric()) {
        let c = match c {
            'y' | 'j' => 'i',
            'w' => 'v',
            c => c,
        };
        if !key.ends_with(c) {
            key.push(c);
        }
    }
    key
}
