//! Names of parties in a text: those of the gazetteer and those that only this article knows.
//!
//! A country that no gazetteer knows gives itself away by its offices: whoever has a foreign
//! minister, a delegation or a capital is a side. Its adjective is linked to its name by the stem:
//! `the Norvian delegation` belongs to `Norvia`.

mod again;
mod bodies;

pub(super) use again::{add_again, add_foes, add_helpers, add_last};
pub(super) use bodies::add_titled;

use super::lexicon::Lexicon;
use super::people::sound;
use super::words::{Word, fold};
use plenary_domain::gazetteer::{Form, Gazetteer, Meaning};
use plenary_domain::{PartyKind, Span, slugify};
use std::collections::{HashMap, HashSet};

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
    /// Folded words that stand for it: name, adjective, abbreviation, capital.
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

/// Names of the gazetteer, as places over words.
pub(crate) fn known(text: &str, words: &[Word<'_>], gazetteer: &Gazetteer) -> Naming {
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
    // A political party of a country that the article does not name: "Social Democrats" are found in many.
    let absent = |party: usize| {
        let party = &gazetteer.parties[party];
        let country = party
            .country
            .as_deref()
            .filter(|_| party.kind() == PartyKind::Faction);
        country.is_some_and(|country| !named.contains(country))
    };
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
            } if absent(party) => {
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

/// Marks the agency that a dateline names between brackets, which is no side: "LINDAL (Norvian News) -".
pub(crate) fn add_agency(naming: &mut Naming, words: &[Word<'_>], dateline: Span) {
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
        put(
            naming,
            Named {
                from,
                to: to.min(end),
                side: None,
                form: Form::Name,
                ambiguous: false,
            },
        );
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

fn put(naming: &mut Naming, named: Named) {
    let index = naming.places.len();
    for at in &mut naming.at[named.from..named.to] {
        *at = Some(index);
    }
    naming.places.push(named);
}

/// True for an unknown capitalised word that could belong to a name.
pub(crate) fn is_name_word(word: &Word<'_>, lexicon: &Lexicon) -> bool {
    // "He'll", "We've", "I'd".
    let ending = word.fold.split_once(['\'', '’']).map(|(_, ending)| ending);
    let verb = matches!(ending, Some("ll" | "d" | "re" | "ve" | "m" | "t"));
    word.capital()
        && !verb
        && word.text.chars().any(char::is_alphabetic)
        && !word.text.chars().any(|c| c.is_ascii_digit())
        && !lexicon.names.openers.contains(&word.fold)
}

/// Those who sit in a parliament for a party.
const LEGISLATORS: [&str; 8] = [
    "senator",
    "mp",
    "mep",
    "lawmaker",
    "deputy",
    "congressman",
    "congresswoman",
    "legislator",
];
/// Words in a party's name at most.
const LONGEST_NAME: usize = 4;
/// What a party is called behind its name.
const MOVEMENTS: [&str; 4] = ["party", "movement", "bloc", "coalition"];
/// Last words of what tells where a party stands: "the right-wing", "the opposition".
const STRIPES: [&str; 9] = [
    "right",
    "left",
    "wing",
    "opposition",
    "ruling",
    "governing",
    "liberal",
    "conservative",
    "green",
];

/// First words of names of lands.
const LANDS: [&str; 12] = [
    "new", "lower", "upper", "north", "south", "east", "west", "northern", "southern", "eastern",
    "western", "greater",
];

/// Adds the parties that only this article knows.
///
/// `people` holds the folded words that are people's names here, which no country is.
pub(crate) fn add_local(
    naming: &mut Naming,
    words: &[Word<'_>],
    lexicon: &Lexicon,
    people: &HashSet<String>,
    sources: &HashSet<usize>,
) {
    let lower: HashSet<&str> = words
        .iter()
        .filter(|word| !word.capital())
        .map(|word| word.fold.as_str())
        .collect();
    let free = |naming: &Naming, at: usize| naming.at[at].is_none();
    let person = |word: &str| people.contains(word) || people.contains(&sound(word));
    // Organisations first: "Tarva River Commission" is no country called Tarva.
    bodies::add(naming, words, lexicon);

    // Names behind small words: "in Norvia", "for Norvia".
    let place: HashSet<&str> = words
        .windows(3)
        .filter(|three| three[0].fold != "according")
        .map(|three| &three[1..])
        .filter(|pair| {
            pair[1].capital()
                && matches!(
                    pair[0].fold.as_str(),
                    "in" | "of"
                        | "for"
                        | "with"
                        | "from"
                        | "to"
                        | "between"
                        | "and"
                        | "against"
                        | "would"
                        | "that"
                        | "wants"
                        | "by"
                )
        })
        .map(|pair| pair[1].fold.as_str())
        .collect();
    let mut nouns: HashMap<String, (String, usize)> = HashMap::new();
    let mut adjectives: HashMap<String, usize> = HashMap::new();
    let mut capitals: HashMap<String, usize> = HashMap::new();
    for (at, word) in words.iter().enumerate() {
        if word.heading || !free(naming, at) || !is_name_word(word, lexicon) {
            continue;
        }
        if person(&word.fold)
            || lexicon.is_role(&word.fold)
            || lexicon.is_title(&word.fold)
            || lexicon.is_organisation(&word.fold)
            || lexicon.bodies.organs.contains(&word.fold)
            || lexicon.roles.modifiers.contains(&word.fold)
            || word.opens && lower.contains(word.fold.as_str())
        {
            continue;
        }
        // "Norvia's Olaf Tveit", "Norvia's water commissioner": who owns people and offices is a side.
        if word.possessive && owns_people(words, at, lexicon, people) {
            let from = name_start(words, naming, lexicon, at);
            let name = written(words, from, at + 1);
            nouns.entry(fold(&name)).or_insert((name, 0)).1 += 1;
            continue;
        }
        let Some(head) = head_after(words, at, lexicon) else {
            if let Some(owner) = capital_of(words, at) {
                capitals.insert(word.fold.clone(), owner);
            }
            continue;
        };
        let state = is_state_head(&words[head].fold, lexicon);
        if word.possessive {
            if state {
                let from = name_start(words, naming, lexicon, at);
                let name = written(words, from, at + 1);
                let entry = nouns.entry(fold(&name)).or_insert((name, 0));
                entry.1 += 1;
            }
        } else if words[at + 1].follows() && is_adjective(&word.fold) && (state || head == at + 1) {
            *adjectives.entry(word.fold.clone()).or_default() += 1;
        } else if words[at + 1].follows()
            && at > 0
            && words[at - 1].fold == "the"
            && (state || head == at + 1)
            && (place.contains(word.fold.as_str())
                || matches!(
                    words[head].fold.as_str(),
                    "delegation" | "delegates" | "negotiators"
                ))
        {
            // "The Sundmark negotiator" of a text that also speaks of an offer "from Sundmark"; a delegation is
            // always somebody's.
            let entry = nouns
                .entry(word.fold.clone())
                .or_insert((word.text.to_owned(), 0));
            entry.1 += 1;
        }
    }
    // "of Norvia": an office may also name its country behind it.
    for (at, word) in words.iter().enumerate() {
        // "Premier Anatol Gurin of Tesk"
        let named = at >= 4 && words[at - 1].fold == "of" && word.follows() && {
            let name = words[..at - 1]
                .iter()
                .rev()
                .take(3)
                .take_while(|word| word.capital() && person(&word.fold))
                .count();
            name > 0
                && words[at - 1].follows()
                && (at - 1)
                    .checked_sub(name + 1)
                    .is_some_and(|office| lexicon.roles.official.contains(&words[office].fold))
        };
        let preceded = named
            || at >= 2
                && words[at - 1].fold == "of"
                && lexicon
                    .roles
                    .official
                    .contains(&words[office_before(words, lexicon, at - 2)].fold)
            || at >= 3
                && words[at - 1].fold == "of"
                && matches!(
                    words[at - 2].fold.as_str(),
                    "republic"
                        | "kingdom"
                        | "federation"
                        | "government"
                        | "governments"
                        | "army"
                        | "parliament"
                );
        // "Minister of Commerce": what an office is for owns nobody. "Of Lower Tamo" tells of a land.
        let land = LANDS.contains(&word.fold.as_str())
            && words
                .get(at + 1)
                .is_some_and(|next| next.follows() && is_name_word(next, lexicon));
        let subject = lexicon.roles.modifiers.contains(&word.fold) && !land;
        if preceded && !subject && !word.heading && free(naming, at) && is_name_word(word, lexicon)
        {
            let mut to = at + 1;
            while to < words.len() && words[to].follows() && is_name_word(&words[to], lexicon) {
                to += 1;
            }
            if !person(&words[to - 1].fold)
                && !lexicon.is_organisation(&words[to - 1].fold)
                && !lexicon.is_role(&word.fold)
            {
                let name = written(words, at, to);
                nouns.entry(fold(&name)).or_insert((name, 0)).1 += 1;
            }
        }
    }
    // "The leader of Civic Renewal"
    let mut factions: Vec<String> = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let start = at + 2;
        // Only here is looked for an end, so that time stays linear in a text of capitals.
        if !matches!(pair[0].fold.as_str(), "leader" | "co-leader" | "leaders")
            || pair[1].fold != "of"
        {
            continue;
        }
        let name = |at: usize| {
            words.get(at).is_some_and(|word| {
                word.follows() && free(naming, at) && is_name_word(word, lexicon)
            })
        };
        let to = (start..words.len())
            .find(|at| !name(*at))
            .unwrap_or(words.len());
        let known = |word: &Word<'_>| {
            LANDS.contains(&word.fold.as_str()) || lexicon.roles.modifiers.contains(&word.fold)
        };
        if (start + 2..start + 5).contains(&to) && !known(&words[start]) {
            factions.push(written(words, start, to));
        }
    }
    // "Of the right-wing Harbour Rally party": what is called a party is one, however short its name.
    for (at, word) in words.iter().enumerate() {
        if !MOVEMENTS.contains(&word.fold.as_str()) || word.capital() || !word.follows() {
            continue;
        }
        let name = |at: &usize| {
            let word = &words[*at];
            words[*at + 1].follows() && free(naming, *at) && is_name_word(word, lexicon)
        };
        let length = (at.saturating_sub(LONGEST_NAME)..at)
            .rev()
            .take_while(name)
            .count();
        let from = at - length;
        let led = |at: usize| match words[at].fold.as_str() {
            "the" | "his" | "her" | "their" => true,
            stripe => stripe.ends_with("ist") || STRIPES.contains(&stripe),
        };
        let known = |at: usize| lexicon.roles.modifiers.contains(&words[at].fold);
        if length > 0
            && from.checked_sub(1).is_some_and(led)
            && !known(from)
            && !person(&words[at - 1].fold)
            && words[from].follows()
        {
            factions.push(written(words, from, at));
        }
    }
    // "Of the right-wing Democratic Centre", "Senator Anna Moor of the Democratic Centre".
    for at in 1..words.len() {
        let before = |back: usize| at.checked_sub(back).map(|at| words[at].fold.as_str());
        let striped = matches!(before(1), Some("wing" | "right" | "left" | "opposition"));
        let seated = || {
            let of = before(1) == Some("the") && before(2) == Some("of");
            let mut offices = (4..8).filter_map(before);
            of && before(3).is_some_and(person) && offices.any(|word| LEGISLATORS.contains(&word))
        };
        if !striped && !seated() {
            continue;
        }
        let name = |at: &usize| {
            let follows = words.get(*at).is_some_and(|word| word.follows());
            follows && free(naming, *at) && is_name_word(&words[*at], lexicon)
        };
        let length = (at..at + LONGEST_NAME).take_while(name).count();
        let office = words[at..at + length]
            .iter()
            .any(|word| lexicon.is_role(&word.fold));
        let ended = words
            .get(at + length)
            .is_none_or(|next| !next.follows() || !next.capital());
        if length >= 2 && !office && ended && !person(&words[at + length - 1].fold) {
            factions.push(written(words, at, at + length));
        }
    }
    // "Talks between Kenya and Norvia": what stands beside a side there is one.
    for (at, word) in words.iter().enumerate() {
        let two = (word.fold == "between").then(|| pair(words, naming, lexicon, at + 1));
        let Some([(a, b), (c, d)]) = two.flatten() else {
            continue;
        };
        let meets = at > 0 && TALKS.contains(&words[at - 1].fold.as_str());
        if !(meets || !free(naming, a) || !free(naming, c)) {
            continue;
        }
        for (from, to) in [(a, b), (c, d)] {
            let unknown = (from..to).all(|i| free(naming, i) && !person(&words[i].fold));
            if unknown && !words[from].heading {
                let name = written(words, from, to);
                nouns.entry(fold(&name)).or_insert((name, 0)).1 += 1;
            }
        }
    }
    // A name that speaks by itself or owns an office ("Norvia … . Its prime minister …") is a side
    // where it is also a place: "in Norvia", "for Norvia".
    let mut first_of_sentence: Option<usize> = None;
    let mut candidates: Vec<usize> = sources
        .iter()
        .copied()
        .filter(|at| place.contains(words[*at].fold.as_str()))
        .collect();
    for (at, word) in words.iter().enumerate() {
        if at == 0 || word.sentence != words[at - 1].sentence {
            let subject = first_of_sentence.replace(at);
            if word.fold == "its" && head_after(words, at, lexicon).is_some() {
                candidates.extend(subject);
            }
        }
    }
    candidates.sort_unstable();
    for at in candidates {
        let word = &words[at];
        if free(naming, at)
            && is_name_word(word, lexicon)
            && word.text.chars().count() >= 4
            && !word.shouting()
            && !person(&word.fold)
            && !lexicon.is_role(&word.fold)
            && !lexicon.is_title(&word.fold)
            && !lexicon.is_organisation(&word.fold)
            && !lexicon.bodies.organs.contains(&word.fold)
            && !lower.contains(word.fold.as_str())
            && !lexicon.given.male.contains(&word.fold)
            && !lexicon.given.female.contains(&word.fold)
        {
            nouns
                .entry(word.fold.clone())
                .or_insert((word.text.to_owned(), 0))
                .1 += 1;
        }
    }
    // An adjective's country: a capitalised word of the same stem. What is written in capitals is a town of a dateline.
    let mut written_as: HashMap<&str, &str> = HashMap::new();
    for (at, word) in words.iter().enumerate() {
        if free(naming, at) && word.capital() && !word.shouting() && !person(&word.fold) {
            written_as.entry(&word.fold).or_insert(word.text);
        }
    }
    // "A Norvian paper" in a text that also speaks of Norvia: name and adjective prove each other.
    let stem = |word: &str| word.chars().take(4).collect::<String>();
    let mut by_stem: HashMap<String, Vec<&str>> = HashMap::new();
    for noun in written_as.keys() {
        by_stem.entry(stem(noun)).or_default().push(noun);
    }
    for (at, word) in words.iter().enumerate() {
        if word.capital()
            && !word.opens
            && free(naming, at)
            && !person(&word.fold)
            && is_adjective(&word.fold)
            && words
                .get(at + 1)
                .is_some_and(|next| next.follows() && !next.capital() && !word.possessive)
            && by_stem.get(&stem(&word.fold)).is_some_and(|nouns| {
                nouns.iter().any(|noun| {
                    *noun != word.fold
                        && noun.len() < word.fold.len()
                        && same_stem(noun, &word.fold)
                })
            })
        {
            *adjectives.entry(word.fold.clone()).or_default() += 1;
        }
    }
    let mut parties: Vec<LocalParty> = Vec::new();
    let mut noun_list: Vec<&(String, usize)> = nouns.values().collect();
    noun_list.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, _) in noun_list {
        if !is_adjective_of_any(&fold(name), &nouns) {
            let short = short_name(name);
            parties.push(LocalParty {
                name: short.to_owned(),
                kind: PartyKind::State,
                forms: HashSet::from([fold(name), fold(short)]),
            });
        }
    }
    factions.sort();
    factions.dedup();
    for name in factions {
        let forms = HashSet::from([fold(&name)]);
        if parties.iter().all(|party| party.forms.is_disjoint(&forms)) {
            let kind = PartyKind::Faction;
            parties.push(LocalParty { name, kind, forms });
        }
    }
    let mut adjective_list: Vec<&String> = adjectives.keys().collect();
    adjective_list.sort();
    for adjective in adjective_list {
        if let Some(party) = parties
            .iter_mut()
            .find(|party| party.forms.iter().any(|form| same_stem(form, adjective)))
        {
            party.forms.insert(adjective.clone());
            continue;
        }
        let mut nouns: Vec<&&str> = written_as
            .keys()
            .filter(|noun| {
                *noun != adjective && same_stem(noun, adjective) && !adjectives.contains_key(**noun)
            })
            .collect();
        nouns.sort_by_key(|noun| (noun.len(), noun.to_string()));
        match nouns.first() {
            Some(noun) => parties.push(LocalParty {
                name: written_as[**noun].to_owned(),
                kind: PartyKind::State,
                forms: HashSet::from([adjective.clone(), (**noun).to_owned()]),
            }),
            // An adjective whose country the article never names stands for it when it comes twice.
            // "Norvian" comes from "Norvia".
            None if adjective.ends_with("an") => {
                let written = written_as
                    .get(adjective.as_str())
                    .copied()
                    .unwrap_or(adjective);
                let name = written.strip_suffix('n').unwrap_or(written).to_owned();
                parties.push(LocalParty {
                    forms: HashSet::from([adjective.clone(), fold(&name)]),
                    name,
                    kind: PartyKind::State,
                });
            }
            None if adjectives[adjective] >= 2 => parties.push(LocalParty {
                name: written_as
                    .get(adjective.as_str())
                    .map_or(adjective.as_str(), |w| *w)
                    .to_owned(),
                kind: PartyKind::State,
                forms: HashSet::from([adjective.clone()]),
            }),
            None => {}
        }
    }
    let base = naming.local.len();
    naming.local.append(&mut parties);
    place_local(naming, words, base);
    // Capitals stand for their country: "the Norvian capital, Hest".
    let mut links: Vec<(&String, &usize)> = capitals.iter().collect();
    links.sort();
    for (town, owner) in links {
        if let Some(Side::Local(party)) = naming.side(*owner) {
            naming.local[party].forms.insert(format!("@{town}"));
        }
    }
    place_capitals(naming, words, base);
}

/// The usual short name of a state: "Norvia" for "Republic of Norvia".
fn short_name(name: &str) -> &str {
    match name.split_once(" of ") {
        Some((kind, short)) if STATES.contains(&fold(kind).as_str()) => short,
        _ => name,
    }
}

/// What states call themselves.
const STATES: [&str; 8] = [
    "republic",
    "kingdom",
    "emirate",
    "sultanate",
    "federation",
    "principality",
    "duchy",
    "commonwealth",
];

/// The office of which a word tells the last subject, "minister" for the "industry" of "minister of commerce and
/// industry", or the word itself.
fn office_before(words: &[Word<'_>], lexicon: &Lexicon, at: usize) -> usize {
    let inside =
        |word: &Word<'_>| lexicon.roles.modifiers.contains(&word.fold) || word.fold == "and";
    let subjects = words[..=at]
        .iter()
        .rev()
        .take(6)
        .take_while(|word| inside(word))
        .count();
    match (at - subjects.min(at), subjects) {
        (of, 1..) if of > 0 && matches!(words[of].fold.as_str(), "of" | "for") => of - 1,
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

/// Two names from a word on: "Kenya and Norvia".
fn pair(
    words: &[Word<'_>],
    naming: &Naming,
    lexicon: &Lexicon,
    from: usize,
) -> Option<[(usize, usize); 2]> {
    let name = |from: usize| {
        let from = from + usize::from(words.get(from)?.fold == "the");
        let mut to = from;
        while to < words.len()
            && to - from < 4
            && (to == from || words[to].follows())
            && (naming.at[to].is_some()
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

/// Marks where the local countries are named.
fn place_local(naming: &mut Naming, words: &[Word<'_>], base: usize) {
    let forms: Vec<(Vec<String>, usize)> = naming
        .local
        .iter()
        .enumerate()
        .skip(base)
        .flat_map(|(index, party)| {
            let mut forms: Vec<&String> = party.forms.iter().collect();
            forms.sort();
            forms
                .into_iter()
                .map(move |form| (form.split(' ').map(str::to_owned).collect(), index))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut by_first: HashMap<&str, Vec<&(Vec<String>, usize)>> = HashMap::new();
    for entry in &forms {
        by_first.entry(&entry.0[0]).or_default().push(entry);
    }
    for entries in by_first.values_mut() {
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.0.len()));
    }
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        // The plural of an adjective names the people: "the Norvians".
        let singular = word.fold.strip_suffix('s').unwrap_or(&word.fold);
        let hit = [word.fold.as_str(), singular]
            .iter()
            .filter_map(|key| by_first.get(key))
            .flatten()
            .find(|(form, _)| {
                word.capital()
                    && at + form.len() <= words.len()
                    && (0..form.len()).all(|i| {
                        naming.at[at + i].is_none()
                            && (words[at + i].fold == form[i]
                                || words[at + i].fold.strip_suffix('s') == Some(&form[i]))
                            && (i == 0 || words[at + i].joined())
                    })
            })
            .map(|(form, party)| (form.len(), *party, form[0].clone()));
        match hit {
            Some((count, party, first)) => {
                let demonym = count == 1 && fold(&naming.local[party].name) != first;
                put(
                    naming,
                    Named {
                        from: at,
                        to: at + count,
                        side: Some(Side::Local(party)),
                        form: if demonym { Form::Demonym } else { Form::Name },
                        ambiguous: false,
                    },
                );
                at += count;
            }
            None => at += 1,
        }
    }
    index(naming);
}

fn place_capitals(naming: &mut Naming, words: &[Word<'_>], base: usize) {
    let mut towns: HashMap<String, usize> = HashMap::new();
    for (index, party) in naming.local.iter().enumerate().skip(base) {
        for form in &party.forms {
            if let Some(town) = form.strip_prefix('@') {
                towns.insert(town.to_owned(), index);
            }
        }
    }
    for (at, word) in words.iter().enumerate() {
        if let (Some(party), true, None) = (towns.get(&word.fold), word.capital(), naming.at[at]) {
            put(
                naming,
                Named {
                    from: at,
                    to: at + 1,
                    side: Some(Side::Local(*party)),
                    form: Form::Metonym,
                    ambiguous: false,
                },
            );
        }
    }
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

/// The words from `from` to `to` as one name.
pub(crate) fn written(words: &[Word<'_>], from: usize, to: usize) -> String {
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

/// True when a possessive word stands before a person's name or, at most two unknown words between, an
/// office that serves somebody.
fn owns_people(words: &[Word<'_>], at: usize, lexicon: &Lexicon, people: &HashSet<String>) -> bool {
    let Some(next) = words.get(at + 1).filter(|next| next.follows()) else {
        return false;
    };
    if next.capital() {
        let after = words
            .get(at + 2)
            .filter(|after| after.joined() && after.capital());
        return after.is_some_and(|after| people.contains(&after.fold));
    }
    owns_office(words, at, lexicon)
}

/// True for a possessive before an office: "Costa Serena's undersecretary for fisheries".
pub(crate) fn owns_office(words: &[Word<'_>], at: usize, lexicon: &Lexicon) -> bool {
    let follows = words.get(at + 1).is_some_and(Word::follows);
    if !words[at].possessive || !follows {
        return false;
    }
    let mut unknown = 0;
    for (offset, word) in words[at + 1..(at + 6).min(words.len())].iter().enumerate() {
        if (offset > 0 && !word.joined()) || word.possessive {
            return false;
        }
        if lexicon.is_role(&word.fold) {
            return !lexicon.roles.private.contains(&word.fold);
        }
        if !lexicon.roles.modifiers.contains(&word.fold) {
            unknown += 1;
            if unknown > 2 || word.capital() || lexicon.names.stops.contains(&word.fold) {
                return false;
            }
        }
    }
    false
}

/// The office or body that follows a word, over words that modify it.
fn head_after(words: &[Word<'_>], at: usize, lexicon: &Lexicon) -> Option<usize> {
    let mut next = at + 1;
    while next < words.len() && next <= at + 6 && words[next].joined() {
        let word = &words[next];
        let is_head = (lexicon.is_role(&word.fold) || lexicon.bodies.organs.contains(&word.fold))
            && !lexicon.roles.private.contains(&word.fold);
        // "prime" or "foreign" only lead to the head; "chief negotiator" ends in its last word.
        let more = words.get(next + 1).is_some_and(|after| {
            after.follows()
                && (lexicon.is_role(&after.fold) || lexicon.bodies.organs.contains(&after.fold))
        });
        if is_head && !more {
            return Some(next);
        }
        if !(is_head || lexicon.roles.modifiers.contains(&word.fold)) {
            return None;
        }
        if word.possessive {
            return None;
        }
        next += 1;
    }
    None
}

/// Offices and bodies that only a state or a state-like side has.
fn is_state_head(word: &str, lexicon: &Lexicon) -> bool {
    matches!(
        word,
        "minister"
            | "ministers"
            | "president"
            | "premier"
            | "chancellor"
            | "ambassador"
            | "envoy"
            | "king"
            | "queen"
            | "emir"
            | "sultan"
            | "government"
            | "ministry"
            | "parliament"
            | "army"
            | "military"
            | "delegation"
            | "side"
            | "embassy"
            | "cabinet"
            | "negotiator"
            | "negotiators"
            | "delegates"
            | "representative"
            | "diplomats"
            | "diplomat"
            | "capital"
            | "authorities"
            | "foreign"
            | "forces"
            | "navy"
            | "president-elect"
            | "secretary"
            | "officials"
            | "official"
            | "spokesman"
            | "spokeswoman"
            | "spokesperson"
            | "junta"
    ) && !lexicon.names.stops.contains(word)
}

/// True for a word with the ending of an adjective made from a country's name.
fn is_adjective(word: &str) -> bool {
    word.len() >= 5
        && [
            "an", "ian", "ish", "ese", "i", "ic", "ine", "er", "en", "ene", "ite", "ar", "ard",
            "ot", "aise", "ois",
        ]
        .iter()
        .any(|ending| word.ends_with(ending))
}

fn is_adjective_of_any(word: &str, nouns: &HashMap<String, (String, usize)>) -> bool {
    is_adjective(word)
        && nouns.keys().any(|noun| {
            noun != word && noun.len() <= word.len() && same_stem(noun, word) && !is_adjective(noun)
        })
}

/// True when an adjective comes from a name: they share all but the endings.
fn same_stem(noun: &str, adjective: &str) -> bool {
    if noun.contains(' ') || noun.starts_with('@') {
        return false;
    }
    let common = noun
        .chars()
        .zip(adjective.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let (noun, adjective) = (noun.chars().count(), adjective.chars().count());
    common >= 4 && common + 2 >= noun && common + 4 >= adjective && adjective + 3 >= noun
}

/// Where a name of several words begins: `New Halden's minister`.
fn name_start(words: &[Word<'_>], naming: &Naming, lexicon: &Lexicon, at: usize) -> usize {
    let mut from = at;
    while from > 0
        && words[from].follows()
        && words[from].sentence == words[from - 1].sentence
        && !words[from - 1].possessive
        && naming.at[from - 1].is_none()
        && words[from - 1].capital()
        && (is_name_word(&words[from - 1], lexicon)
            || matches!(
                words[from - 1].fold.as_str(),
                "new" | "north" | "south" | "east" | "west" | "upper" | "lower"
            ))
        && !lexicon.is_role(&words[from - 1].fold)
    {
        from -= 1;
    }
    from
}

/// For a town told to be a capital, the word that names the country: `the Norvian capital, Hest`.
fn capital_of(words: &[Word<'_>], at: usize) -> Option<usize> {
    let before = at.checked_sub(1)?;
    if words[before].fold == "capital" && (words[at].follows() || words[at].gap.trim() == ",") {
        return before.checked_sub(1);
    }
    let rest = &words[at + 1..(at + 8).min(words.len())];
    let capital = rest.iter().position(|word| word.fold == "capital")?;
    if rest[0].gap.trim() != "," || rest[..=capital].iter().any(|word| word.opens) {
        return None;
    }
    match rest.get(capital + 1) {
        Some(of) if of.fold == "of" => Some(at + 1 + capital + 2),
        _ => (at + capital).checked_sub(0),
    }
    .filter(|owner| *owner < words.len())
}

/// The code points from one word to another.
pub(crate) fn span(words: &[Word<'_>], from: usize, to: usize) -> Span {
    words[from].span.cover(words[to.max(from + 1) - 1].span)
}
