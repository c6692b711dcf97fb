//! Who is whom: which names are one person's.

use super::{People, Person, Text, place_before, sound};
use crate::stage::actors::words::Word;
use std::collections::{HashMap, HashSet};

/// The people found so far, with what leads from a name to its owner. Keys are how a word sounds.
pub(super) struct Roster<'a> {
    text: Text<'a>,
    people: People,
    by_last: HashMap<String, Vec<usize>>,
    by_first: HashMap<String, usize>,
    /// The only owner of a family name before the last one.
    by_inner: HashMap<String, Option<usize>>,
    /// Who was named last so.
    latest: HashMap<String, usize>,
}

impl Roster<'_> {
    /// Finds the people of the runs of words that look like names. `names` holds words that surely are.
    pub(super) fn read(
        text: Text<'_>,
        found: &[(usize, usize)],
        names: &HashSet<String>,
        sources: &HashSet<usize>,
    ) -> People {
        let mut roster = Roster {
            text,
            people: People {
                list: Vec::new(),
                at: vec![None; text.words.len()],
            },
            by_last: HashMap::new(),
            by_first: HashMap::new(),
            by_inner: HashMap::new(),
            latest: HashMap::new(),
        };
        // Full names first, so that a bare surname before them finds its owner.
        for &(from, to) in found.iter().filter(|(from, to)| to - from >= 2) {
            if names.contains(&text.words[to - 1].fold) || !place_before(text.words, from) {
                roster.full(from, to);
            }
        }
        roster.index();
        for &(from, to) in found {
            if to - from < 2 {
                roster.single(from, to, sources);
            } else if let Some(index) = roster.people.at[from] {
                let key = sound(&text.words[to - 1].fold);
                roster.latest.insert(key, index);
            }
        }
        roster.headings();
        roster.people
    }

    /// Notes a mention by a full name.
    fn full(&mut self, from: usize, to: usize) {
        let words = &self.text.words[from..to];
        let folded: Vec<String> = words.iter().map(|word| word.fold.clone()).collect();
        let key = sound(&folded[folded.len() - 1]);
        let mut namesakes = self.by_last.get(&key).into_iter().flatten().copied();
        let same = namesakes.find(|&i| compatible(&self.people.list[i].words, &folded));
        let index = same.unwrap_or_else(|| self.add(key, folded.clone(), None));
        let known = &mut self.people.list[index].words;
        if folded.len() > known.len() {
            *known = folded;
        }
        self.note(index, from, to);
    }

    /// Prepares for names of which only a part is told.
    fn index(&mut self) {
        for (index, person) in self.people.list.iter().enumerate() {
            let first = sound(&person.words[0]);
            self.by_first.entry(first).or_insert(index);
            // "Moor" after "Ana Lucía Moor Tveit" or "Carlo Moor Jr.": of two family names the first is used alone.
            let inner = &person.words[1..person.words.len() - 1];
            for word in inner.iter().filter(|word| word.chars().count() > 3) {
                let owner = self.by_inner.entry(sound(word)).or_insert(Some(index));
                *owner = owner.filter(|owner| *owner == index);
            }
        }
    }

    /// Notes a mention by one word. Who is addressed by a title, or speaks, is somebody new where no owner fits.
    fn single(&mut self, from: usize, to: usize, sources: &HashSet<usize>) {
        let word = &self.text.words[from].fold;
        let key = sound(word);
        let titled = self.text.titled(from);
        let sex = self.text.sex_before(from).filter(|_| titled);
        let index = match self.owner(&key, titled, sex) {
            Some(index) => index,
            None if titled || speaks(self.text.words, sources, from) => {
                self.add(key.clone(), vec![word.clone()], sex)
            }
            None => return,
        };
        self.latest.insert(key, index);
        self.note(index, from, to);
    }

    /// Whose name a single word is: the last one called so, or else by surname, given name or family name.
    fn owner(&self, key: &str, titled: bool, sex: Option<bool>) -> Option<usize> {
        let list = &self.people.list;
        let fits = |i: &usize| sex.is_none() || list[*i].male.is_none_or(|male| Some(male) == sex);
        let by_last = || self.by_last.get(key)?.iter().copied().find(fits);
        // "Kim" after "Kim Jong-un"; two of one first name are told apart by nothing.
        let by_first = || {
            let first = |person: &&Person| sound(&person.words[0]) == key;
            let index = self.by_first.get(key).copied()?;
            (titled || list.iter().filter(first).count() == 1 && fits(&index)).then_some(index)
        };
        let by_inner = || self.by_inner.get(key).copied().flatten().filter(fits);
        let latest = self.latest.get(key).copied().filter(fits);
        latest.or_else(by_last).or_else(by_first).or_else(by_inner)
    }

    /// Notes surnames in headings, where no name begins: they only point back.
    fn headings(&mut self) {
        for (at, word) in self.text.words.iter().enumerate() {
            if self.people.at[at].is_none()
                && word.heading
                && word.capital()
                && self.text.naming.at[at].is_none()
                && let Some(index) = self.by_last.get(&sound(&word.fold)).and_then(|l| l.first())
            {
                self.note(*index, at, at + 1);
            }
        }
    }

    /// Adds somebody new. `key` is how the last word sounds.
    fn add(&mut self, key: String, words: Vec<String>, male: Option<bool>) -> usize {
        let index = self.people.list.len();
        self.people.list.push(Person {
            words,
            forms: Vec::new(),
            mentions: Vec::new(),
            male,
            offices: Vec::new(),
        });
        self.by_last.entry(key).or_default().push(index);
        index
    }

    fn note(&mut self, index: usize, from: usize, to: usize) {
        self.people.list[index].mentions.push((from, to));
        self.people.at[from..to].fill(Some(index));
    }
}

/// True for an unknown name that speaks and is then called he or she: "Hassan: … she said".
fn speaks(words: &[Word<'_>], sources: &HashSet<usize>, from: usize) -> bool {
    if !sources.contains(&from) || place_before(words, from) || words[from].possessive {
        return false;
    }
    words[from + 1..]
        .iter()
        .take(40)
        .take_while(|word| word.paragraph == words[from].paragraph)
        .find_map(|word| match word.fold.as_str() {
            "he" | "she" | "his" | "her" => Some(true),
            "it" | "its" | "they" | "their" => Some(false),
            _ => None,
        })
        .unwrap_or(false)
}

/// True when two full names with one surname can be one person's.
fn compatible(a: &[String], b: &[String]) -> bool {
    let (x, y) = (&a[0], &b[0]);
    let close = |x: &str, y: &str| {
        sound(x) == sound(y)
            || x.chars().count() == 1 && y.starts_with(x)
            || y.chars().count() == 1 && x.starts_with(y)
            || x.chars().next() == y.chars().next() && strsim::jaro_winkler(x, y) >= 0.86
    };
    close(x, y)
        || a[..a.len() - 1]
            .iter()
            .any(|w| b[..b.len() - 1].contains(w))
}
