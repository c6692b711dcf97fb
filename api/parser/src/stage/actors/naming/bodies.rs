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
    let kind = |word: &str| kind(lexicon, word);
    let mut found: Vec<Named> = Vec::new();
    let known = naming.local.iter().enumerate();
    let mut by_slug: HashMap<String, usize> = known
        .map(|(at, party)| (slugify(&party.name), at))
        .collect();
    // Names that stand by themselves: "Karvel agreed".
    let mut alone: HashMap<&str, usize> = HashMap::new();
    for (at, word) in words.iter().enumerate() {
        let ends = words
            .get(at + 1)
            .is_none_or(|next| !next.capital() || !next.follows() || word.possessive);
        if word.capital() && ends && (at == 0 || !words[at - 1].capital() || !word.follows()) {
            *alone.entry(word.fold.as_str()).or_default() += 1;
        }
    }
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        let starts = word.capital()
            && !word.heading
            && (!word.opens || !lexicon.names.openers.contains(&word.fold))
            && !matches!(word.fold.as_str(), "the" | "a" | "an")
            && naming.place(at).is_none_or(|place| place.from == at);
        if !starts {
            at += 1;
            continue;
        }
        // The run of capitalised words, small words only between two of them.
        let mut to = at + 1;
        while to < words.len() && words[to - 1].sentence == words[to].sentence {
            let before = &words[to - 1];
            // "The Rural Workers' Union": a plural inside a name owns what follows.
            let plural = before.possessive && owns_many(before) && naming.at[to - 1].is_none();
            let joined = words[to].joined() && (!before.possessive || plural);
            let linked = match words[to].fold.as_str() {
                "of" | "for" => kind(&before.fold).is_some(),
                // "Alliance of Sahel and Lake States", "the Farmers' and Regions' Party"; not "the Union and Norvia".
                "and" => {
                    plural
                        || words[at..to]
                            .iter()
                            .rev()
                            .take(LONGEST)
                            .any(|word| matches!(word.fold.as_str(), "of" | "for"))
                }
                _ => false,
            };
            if joined && words[to].capital() {
                to += 1;
            } else if joined
                && linked
                && to + 1 < words.len()
                && words[to + 1].follows()
                && (words[to + 1].capital() || words[to + 1].fold == "the")
            {
                to += if words[to + 1].capital() { 2 } else { 1 };
            } else if joined && words[to].fold == "of" && linked && is_day(words, to + 1) {
                // "The Movement of 3 March"
                to += 3;
            } else if joined
                && words[to].fold == "the"
                && matches!(words[to - 1].fold.as_str(), "of" | "for")
                && words
                    .get(to + 1)
                    .is_some_and(|word| word.capital() && word.follows())
            {
                to += 2;
            } else {
                break;
            }
        }
        let mut from = at;
        at = to;
        // "The Saudi-led coalition"
        if to - from == 1
            && words
                .get(to)
                .is_some_and(|word| word.fold == "led" && word.hyphened())
            && words
                .get(to + 1)
                .is_some_and(|word| word.follows() && kind(&word.fold).is_some())
        {
            to += 2;
            at = to;
        }
        // "The opposition PDI-P", "the opposition party Envol"
        let back = |n: usize| from.checked_sub(n).map_or("", |at| words[at].fold.as_str());
        let called = word.follows()
            && (back(1) == "opposition" || back(2) == "opposition" && back(1) == "party")
            && (from..to).all(|i| naming.at[i].is_none() && !lexicon.is_role(&words[i].fold))
            && to - from <= 4;
        if to - from < 2 && !called {
            continue;
        }
        // The gazetteer's own organisations and ministries of states are no new parties.
        let covered = (from..to).all(|i| naming.at[i].is_some());
        let organ = words[from..to].iter().any(|word| {
            matches!(
                word.fold.as_str(),
                "ministry" | "department" | "office" | "embassy"
            )
        });
        let letters = words
            .get(to)
            .filter(|word| word.gap.trim() == "(" && word.shouting());
        // "The New Democratic Party of Serbia" is a party as well as "the Union for Serbia".
        let complement = (from + 1..to)
            .find(|at| matches!(words[*at].fold.as_str(), "of" | "for"))
            .and_then(|of| kind(&words[of - 1].fold));
        let head = kind(&words[to - 1].fold)
            .or_else(|| kind(&words[from].fold))
            .or(complement);
        // "The opposition Democratic Centre party"
        let behind = words
            .get(to)
            .filter(|word| word.follows() && !word.capital());
        let unknown = (from..to).all(|i| naming.at[i].is_none());
        let head = head.or(called.then_some(PartyKind::Faction));
        let told = described(words, lexicon, from, to).filter(|_| unknown);
        let head = head.or(told);
        let head = head.or_else(|| {
            behind
                .filter(|word| {
                    unknown
                        && matches!(
                            word.fold.as_str(),
                            "party" | "movement" | "alliance" | "coalition" | "bloc" | "militia"
                        )
                })
                .and_then(|word| kind(&word.fold))
        });
        // "The Locomotive and Signal Union (LSU)"
        let longer = |from: usize| {
            let and = from
                .checked_sub(1)
                .filter(|at| words[*at].fold == "and" && words[from].follows())?;
            let first = and
                .checked_sub(1)
                .filter(|at| words[*at].capital() && words[and].follows())?;
            initials(words, first, to, letters?)
        };
        if head.is_some() && letters.is_some_and(|short| initials(words, from, to, short).is_none())
        {
            from = longer(from).unwrap_or(from);
        }
        // "The Harbour and Allied Workers' Union"
        let members = words[from..to]
            .iter()
            .any(|word| word.possessive && owns_many(word));
        let joined = from >= 3 && words[from].follows() && words[from - 1].fold == "and";
        if head.is_some() && members && joined {
            let first = &words[from - 2];
            let whole =
                first.capital() && words[from - 1].follows() && words[from - 3].fold == "the";
            from -= if whole && naming.at[from - 2].is_none() {
                2
            } else {
                0
            };
        }
        // "The Rapid Support Corps (RSC)": who has letters of its own is a body, whatever its name ends in.
        let head = head.or_else(|| {
            from = initials(words, from, to, letters?)?;
            Some(PartyKind::Organisation)
        });
        // "Planet Witness, a campaign group,"
        let title = told.is_none()
            && (from..to).any(|i| {
                let members = words[i].possessive && owns_many(&words[i]);
                lexicon.is_role(&words[i].fold)
                    && !lexicon.is_organisation(&words[i].fold)
                    && !members
            });
        let inside = naming.place(from).is_some_and(|place| place.to >= to);
        if covered && inside || organ || title {
            continue;
        }
        let first_known = naming.place(from).map(|place| place.form);
        // "Kenyan Parliament" and "Russian Army" are organs of a state; "Sudan Liberation Army" is not.
        if first_known == Some(Form::Demonym) && to - from <= 2 {
            continue;
        }
        // "The U.S. National Security Council" is an organ too; "UK Unionists" are a party.
        let letters_of = words[from]
            .text
            .chars()
            .filter(|c| c.is_alphabetic())
            .all(char::is_uppercase);
        if first_known == Some(Form::Name)
            && letters_of
            && kind(&words[to - 1].fold) == Some(PartyKind::Organisation)
        {
            continue;
        }
        let Some(head) = head else { continue };
        let last = words[to - 1].fold.as_str();
        // "The Karvel Maritime Authority", where Karvel is told of too.
        let state = alone
            .get(words[from].fold.as_str())
            .is_some_and(|count| *count > 1);
        if NUMBERED.contains(&words[from].fold.as_str()) {
            continue;
        }
        if AUTHORITIES.contains(&last) && state && to - from > 1 {
            let owner = &words[from];
            let known = naming
                .local
                .iter()
                .any(|party| party.forms.contains(&owner.fold));
            if !known && to - from > 2 && naming.at[from].is_none() {
                let mut state = LocalParty::new(owner.text.to_owned(), PartyKind::State);
                state.forms.insert(owner.fold.clone());
                naming.local.push(state);
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
        if let Some(short) = letters {
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
