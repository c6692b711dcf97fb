//! Names of bodies that only the article knows: `Tarva River Commission`, `the Rural Workers' Union`, `the
//! opposition party Envol`, and the letters by which it calls them.

use super::local::short_name;
use super::place::place_local;
use super::{LocalParty, Named, Naming, Side, index, put, written};
use crate::stage::actors::lexicon::Lexicon;
use crate::stage::actors::words::{Word, fold};
use plenary_domain::gazetteer::{Form, Gazetteer};
use plenary_domain::{PartyKind, slugify};
use std::collections::HashMap;

/// Words of a name in which is looked for its "of" and for the letters that stand for it, so that time stays linear.
const LONGEST: usize = 12;

/// Words before a number that is no body's: "Chapter Five".
const NUMBERED: [&str; 16] = [
    "chapter",
    "article",
    "day",
    "phase",
    "part",
    "section",
    "annex",
    "page",
    "paragraph",
    "track",
    "option",
    "stage",
    "level",
    "area",
    "zone",
    "channel",
];

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

/// What people who join for a cause are called, beside the nouns of organisations.
const GROUPS: [&str; 6] = ["charity", "lobby", "group", "ngo", "body", "union"];

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

/// Adds the bodies that the title names, of which the text may only speak as "the Union". A title in which most words
/// are written large tells no names.
pub(in crate::stage::actors) fn add_titled(
    naming: &mut Naming,
    title: &str,
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
) {
    let large = |word: &&str| word.starts_with(char::is_uppercase);
    let words: Vec<&str> = title.split_whitespace().collect();
    let long = || words.iter().filter(|word| word.chars().count() >= 4);
    let small = long().filter(|word| !large(word)).count();
    if small < 3 || small * 2 < long().count() {
        return;
    }
    let mut at = 0;
    while at < words.len() {
        let from = at;
        let plain = |word: &str| word.chars().all(|c| c.is_alphabetic() || c == '-');
        while at < words.len() && large(&words[at]) && (at == from || plain(words[at - 1])) {
            at += 1;
        }
        at = at.max(from + 1);
        let name: Vec<&str> = words[from..at]
            .iter()
            .map(|word| word.trim_end_matches(|c: char| !c.is_alphabetic()))
            .collect();
        let body = |head: &PartyKind| !matches!(head, PartyKind::State | PartyKind::Faction);
        let head = name
            .last()
            .and_then(|last| kind(lexicon, &fold(last)))
            .filter(body);
        if let Some(head) = head
            && name.len() > 1
            && !lexicon.names.openers.contains(&fold(name[0]))
        {
            let name = name.join(" ");
            if gazetteer.meaning(&name).is_none() {
                naming.local.push(LocalParty::new(name, head));
            }
        }
    }
}

/// Finds names like `Tarva River Commission` and `People's Front of Hest`.
pub(super) fn add(naming: &mut Naming, words: &[Word<'_>], lexicon: &Lexicon) {
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
        let name = written(words, from, to);
        let short = match head {
            PartyKind::State => short_name(&name),
            _ => &name,
        };
        let index = *by_slug.entry(slugify(short)).or_insert_with(|| {
            naming.local.push(LocalParty::new(short.to_owned(), head));
            naming.local.len() - 1
        });
        found.push(Named::new(from, to, Some(Side::Local(index)), Form::Name));
        // The abbreviation in brackets behind it.
        if let Some(short) = letters(words, to) {
            naming.local[index].forms.insert(short.fold.clone());
        }
    }
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

/// The letters in brackets behind a name.
fn letters<'a>(words: &'a [Word<'a>], to: usize) -> Option<&'a Word<'a>> {
    words
        .get(to)
        .filter(|word| word.gap.trim() == "(" && word.shouting())
}

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

    /// True for a word that may begin the name of a body.
    fn starts(self, at: usize) -> bool {
        let word = &self.words[at];
        word.capital()
            && !word.heading
            && (!word.opens || !self.lexicon.names.openers.contains(&word.fold))
            && !matches!(word.fold.as_str(), "the" | "a" | "an")
            && self.naming.place(at).is_none_or(|place| place.from == at)
    }

    /// Where the run of capitalised words ends that begins at a word, small words only between two of them.
    fn end(self, from: usize) -> usize {
        let words = self.words;
        let mut to = from + 1;
        while to < words.len() && words[to - 1].sentence == words[to].sentence {
            match self.step(from, to) {
                0 => break,
                more => to += more,
            }
        }
        to
    }

    /// By how many words a run goes on at `to`.
    fn step(self, from: usize, to: usize) -> usize {
        let words = self.words;
        let before = &words[to - 1];
        // "The Rural Workers' Union": a plural inside a name owns what follows.
        let plural = before.possessive && owns_many(before) && self.naming.at[to - 1].is_none();
        if !words[to].joined() || before.possessive && !plural {
            return 0;
        }
        let linked = match words[to].fold.as_str() {
            "of" | "for" => self.kind(to - 1).is_some(),
            // "Alliance of Sahel and Lake States", "the Farmers' and Regions' Party"; not "the Union and Norvia".
            "and" => {
                let mut last = words[from..to].iter().rev().take(LONGEST);
                plural || last.any(|word| matches!(word.fold.as_str(), "of" | "for"))
            }
            _ => false,
        };
        let next = words.get(to + 1).filter(|next| next.follows());
        if words[to].capital() {
            1
        } else if linked && next.is_some_and(|next| next.capital() || next.fold == "the") {
            1 + usize::from(next.is_some_and(Word::capital))
        } else if words[to].fold == "of" && linked && is_day(words, to + 1) {
            // "The Movement of 3 March"
            3
        } else if words[to].fold == "the"
            && matches!(before.fold.as_str(), "of" | "for")
            && next.is_some_and(Word::capital)
        {
            2
        } else {
            0
        }
    }

    /// Where a name of one word ends that leads others, or as before: "the Saudi-led coalition".
    fn led(self, from: usize, to: usize) -> usize {
        let led = |word: &Word<'_>| word.fold == "led" && word.hyphened();
        let noun = |word: &Word<'_>| word.follows() && kind(self.lexicon, &word.fold).is_some();
        let leads = to - from == 1
            && self.words.get(to).is_some_and(led)
            && self.words.get(to + 1).is_some_and(noun);
        to + 2 * usize::from(leads)
    }

    /// The name of a body in a run of words, with its kind. None for organs of a state, people, and names that tell
    /// no body.
    fn body(self, from: usize, to: usize) -> Option<(usize, usize, PartyKind)> {
        let words = self.words;
        let called = self.called(from, to);
        if to - from < 2 && !called {
            return None;
        }
        // The gazetteer's own organisations and ministries of states are no new parties.
        let covered = (from..to).all(|i| self.naming.at[i].is_some());
        let organ = words[from..to].iter().any(|word| {
            matches!(
                word.fold.as_str(),
                "ministry" | "department" | "office" | "embassy"
            )
        });
        let told = described(words, self.lexicon, from, to).filter(|_| self.unknown(from, to));
        let head = self
            .head(from, to)
            .or(called.then_some(PartyKind::Faction))
            .or(told)
            .or_else(|| self.movement(from, to));
        let (from, head) = match head {
            Some(head) => (self.members(self.joint(from, to), to), head),
            // "The Rapid Support Corps (RSC)": who has letters of its own is a body, whatever its name ends in.
            None => {
                let from = initials(words, from, to, letters(words, to)?)?;
                (from, PartyKind::Organisation)
            }
        };
        let inside = || self.naming.place(from).is_some_and(|place| place.to >= to);
        // "Planet Witness, a campaign group,"
        let office = || told.is_none() && self.office(from, to);
        let other = organ || covered && inside() || office() || self.organ_of_state(from, to);
        (!other && !NUMBERED.contains(&words[from].fold.as_str())).then_some((from, to, head))
    }

    /// True for what is called an opposition: "the opposition PDI-P", "the opposition party Envol".
    fn called(self, from: usize, to: usize) -> bool {
        let words = self.words;
        let back = |n: usize| from.checked_sub(n).map_or("", |at| words[at].fold.as_str());
        let mut inside = words[from..to].iter();
        words[from].follows()
            && (back(1) == "opposition" || back(2) == "opposition" && back(1) == "party")
            && self.unknown(from, to)
            && !inside.any(|word| self.lexicon.is_role(&word.fold))
            && to - from <= 4
    }

    /// The kind that the last, the first or an inner noun tells: "the New Democratic Party of Serbia" is a party as
    /// well as "the Union for Serbia".
    fn head(self, from: usize, to: usize) -> Option<PartyKind> {
        let complement = || {
            let of = |at: &usize| matches!(self.words[*at].fold.as_str(), "of" | "for");
            self.kind((from + 1..to).find(of)? - 1)
        };
        self.kind(to - 1)
            .or_else(|| self.kind(from))
            .or_else(complement)
    }

    /// The kind that a noun behind an unknown name tells: "the opposition Democratic Centre party".
    fn movement(self, from: usize, to: usize) -> Option<PartyKind> {
        let behind = self.words.get(to)?;
        let noun = matches!(
            behind.fold.as_str(),
            "party" | "movement" | "alliance" | "coalition" | "bloc" | "militia"
        );
        let fits = noun && behind.follows() && !behind.capital() && self.unknown(from, to);
        kind(self.lexicon, &behind.fold).filter(|_| fits)
    }

    /// Where a name begins whose letters tell of a part before "and": "the Locomotive and Signal Union (LSU)".
    fn joint(self, from: usize, to: usize) -> usize {
        let words = self.words;
        let longer = |short: &Word<'_>| {
            let and = from
                .checked_sub(1)
                .filter(|at| words[*at].fold == "and" && words[from].follows())?;
            let first = and
                .checked_sub(1)
                .filter(|at| words[*at].capital() && words[and].follows())?;
            initials(words, first, to, short)
        };
        letters(words, to)
            .filter(|short| initials(words, from, to, short).is_none())
            .and_then(longer)
            .unwrap_or(from)
    }

    /// Where a name of members of two kinds begins: "the Harbour and Allied Workers' Union".
    fn members(self, from: usize, to: usize) -> usize {
        let words = self.words;
        let mut inside = words[from..to].iter();
        let members = inside.any(|word| word.possessive && owns_many(word));
        let whole = members
            && from >= 3
            && words[from].follows()
            && words[from - 1].fold == "and"
            && words[from - 2].capital()
            && words[from - 1].follows()
            && words[from - 3].fold == "the"
            && self.naming.at[from - 2].is_none();
        if whole { from - 2 } else { from }
    }

    /// True for a name that holds somebody's office.
    fn office(self, from: usize, to: usize) -> bool {
        self.words[from..to].iter().any(|word| {
            self.lexicon.is_role(&word.fold)
                && !self.lexicon.is_organisation(&word.fold)
                && !(word.possessive && owns_many(word))
        })
    }

    /// True for a body that a state named first has: "Kenyan Parliament" and "Russian Army" are organs of a state,
    /// "Sudan Liberation Army" is not; "the U.S. National Security Council" is one too, "UK Unionists" are a party.
    fn organ_of_state(self, from: usize, to: usize) -> bool {
        let mut letters = self.words[from].text.chars().filter(|c| c.is_alphabetic());
        match self.naming.place(from).map(|place| place.form) {
            Some(Form::Demonym) => to - from <= 2,
            Some(Form::Name) => {
                letters.all(char::is_uppercase)
                    && self.kind(to - 1) == Some(PartyKind::Organisation)
            }
            _ => false,
        }
    }
}

/// The kind of body that the words before or behind a name tell: "the charity Relief Now", "Planet Watch, a campaign
/// group,".
fn described(words: &[Word<'_>], lexicon: &Lexicon, from: usize, to: usize) -> Option<PartyKind> {
    let of = |word: &Word<'_>| {
        let group = GROUPS.contains(&word.fold.as_str());
        kind(lexicon, &word.fold).or(group.then_some(PartyKind::Organisation))
    };
    let plain = |word: &Word<'_>| word.follows() && !word.capital() && !word.possessive;
    let before = from
        .checked_sub(2)
        .filter(|_| words[from].follows())
        .map(|at| (&words[at], &words[at + 1]));
    if let Some((article, noun)) = before
        && plain(noun)
        && (!article.capital() || article.fold == "the")
        && GROUPS.contains(&noun.fold.as_str())
    {
        return of(noun);
    }
    let article = words.get(to)?;
    let apart = article.gap.trim() == "," && matches!(article.fold.as_str(), "a" | "an" | "the");
    let phrase = words[to + 1..]
        .iter()
        .take(LONGEST / 2)
        .take_while(|word| plain(word))
        .take_while(|word| !matches!(word.fold.as_str(), "of" | "for" | "that" | "which" | "in"));
    of(phrase.last()?).filter(|_| apart)
}

/// Marks where a party of the gazetteer is called by letters that the article gives it: "the High Negotiations
/// Committee (HNC)".
fn add_letters(naming: &mut Naming, words: &[Word<'_>]) {
    let mut letters: HashMap<&str, Side> = HashMap::new();
    for place in &naming.places {
        if let Some(word) = words.get(place.to)
            && let Some(side) = place.side
            && word.gap.trim() == "("
            && word.shouting()
            && naming.at[place.to].is_none()
            && initials(words, place.from, place.to, word).is_some()
        {
            letters.insert(word.text, side);
        }
    }
    for (at, word) in words.iter().enumerate() {
        if let (Some(side), None) = (letters.get(word.text), naming.at[at]) {
            put(naming, Named::new(at, at + 1, Some(*side), Form::Name));
        }
    }
    index(naming);
}

/// True for an owner who is many: "the Workers'", "the Fishermen's".
fn owns_many(word: &Word<'_>) -> bool {
    word.text.ends_with('s')
        || ["men", "people", "peoples", "children"]
            .iter()
            .any(|end| word.fold.ends_with(end))
}

/// True for a day of the year in a name: "3 March".
fn is_day(words: &[Word<'_>], at: usize) -> bool {
    let follows = |at: usize| words.get(at).filter(|word| word.follows());
    follows(at).is_some_and(|word| word.text.chars().all(|c| c.is_ascii_digit()))
        && follows(at + 1).is_some_and(Word::capital)
}

/// The first word of the name of which a word in brackets holds the initials.
fn initials(words: &[Word<'_>], from: usize, to: usize, short: &Word<'_>) -> Option<usize> {
    let letters: Vec<char> = short.text.chars().filter(|c| c.is_alphabetic()).collect();
    let starts = |from: usize| {
        words[from..to]
            .iter()
            .filter(|word| word.capital())
            .filter_map(|word| word.text.chars().next())
            .eq(letters.iter().copied())
    };
    let from = from.max(to.saturating_sub(LONGEST));
    (from..to.saturating_sub(1)).find(|from| words[*from].capital() && starts(*from))
}
