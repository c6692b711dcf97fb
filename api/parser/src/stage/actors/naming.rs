//! Names of parties in a text: those of the gazetteer and those that only this article knows.
//!
//! A country that no gazetteer knows gives itself away by its offices: whoever has a foreign
//! minister, a delegation or a capital is a side. Its adjective is linked to its name by the stem:
//! `the Norvian delegation` belongs to `Norvia`.

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
    for mention in gazetteer.find(text) {
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
    add_organisations(naming, words, lexicon);

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
                    "republic" | "kingdom" | "federation"
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
    // An adjective's country: a capitalised word of the same stem.
    let mut written_as: HashMap<&str, &str> = HashMap::new();
    for (at, word) in words.iter().enumerate() {
        if free(naming, at) && word.capital() && !person(&word.fold) {
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

/// Marks where the helpers of a leader who is called by the surname are named as his country's: "Netanyahu
/// adviser Ron Dermer", "Zelensky's chief of staff".
pub(super) fn add_helpers(
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
            put(
                naming,
                Named {
                    from: at,
                    to: at + 1,
                    side: Some(side),
                    form: Form::Demonym,
                    ambiguous: false,
                },
            );
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

/// Finds names like `Tarva River Commission` and `People's Front of Hest`.
fn add_organisations(naming: &mut Naming, words: &[Word<'_>], lexicon: &Lexicon) {
    let kind = |word: &str| {
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
    };
    let mut found: Vec<Named> = Vec::new();
    let mut by_slug: HashMap<String, usize> = HashMap::new();
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
        let title = (from..to).any(|i| {
            let members = words[i].possessive && owns_many(&words[i]);
            lexicon.is_role(&words[i].fold) && !lexicon.is_organisation(&words[i].fold) && !members
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
        let name = written(words, from, to);
        let short = match head {
            PartyKind::State => short_name(&name),
            _ => &name,
        };
        let index = *by_slug.entry(slugify(short)).or_insert_with(|| {
            naming.local.push(LocalParty::new(short.to_owned(), head));
            naming.local.len() - 1
        });
        found.push(Named {
            from,
            to,
            side: Some(Side::Local(index)),
            form: Form::Name,
            ambiguous: false,
        });
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
            put(
                naming,
                Named {
                    from: at,
                    to: at + 1,
                    side: Some(*side),
                    form: Form::Name,
                    ambiguous: false,
                },
            );
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
    (from..to.saturating_sub(1)).find(|from| words[*from].capital() && starts(*from))
}

/// Marks `the alliance`, `this bloc`: the last body before it whose names hold that noun.
pub(crate) fn add_again(
    naming: &mut Naming,
    words: &[Word<'_>],
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
) {
    // Written small, only these mean a body rather than a thing of its kind.
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
    // How well a noun stands for a side: 2 where its name holds it, 1 where a description or the name of one of its
    // bodies does.
    let holds = |naming: &Naming, side: Side, noun: &str| {
        let has = |name: &String| fold(name).split_whitespace().any(|word| word == noun);
        // "UN refugee agency" only describes.
        let proper = |name: &String| {
            let large = |word: &str| word.starts_with(char::is_uppercase) && fold(word) == noun;
            name.split_whitespace().any(large)
        };
        match side {
            Side::Known(i) => {
                let party = &gazetteer.parties[i];
                let kind = party.kind();
                let bloc = matches!(kind, PartyKind::Organisation | PartyKind::Bloc);
                if noun == "bloc" && bloc {
                    2
                } else if kind == PartyKind::State {
                    0
                } else if has(&party.name) || party.aliases.iter().any(proper) {
                    2
                } else {
                    let described = party.bodies.iter().chain(&party.aliases).any(has);
                    u8::from(described)
                }
            }
            Side::Local(i) => 2 * u8::from(has(&naming.local[i].name)),
        }
    };
    // The last body seen for each noun.
    let nouns: HashSet<&str> = words
        .iter()
        .map(|word| word.fold.as_str())
        .filter(|word| lexicon.is_again(word) || SMALL.contains(word))
        .collect();
    let mut last: HashMap<&str, (Side, u8)> = HashMap::new();
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
        if !loud && (named || before_office) {
            added.push(Named {
                from: at,
                to: at + 1,
                side: Some(*side),
                form: Form::Name,
                ambiguous: false,
            });
        }
    }
    naming.places.extend(added);
    index(naming);
}

/// Marks "the rebels", "the government": in a text on one movement and the government of one state, whose they are.
pub(crate) fn add_foes(naming: &mut Naming, words: &[Word<'_>], gazetteer: &Gazetteer) {
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
    // The only one, or the one named more than twice as often as the next.
    let chief = |counts: &HashMap<Side, usize>| {
        let mut order: Vec<(usize, Side)> =
            counts.iter().map(|(side, count)| (*count, *side)).collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let next = order.get(1).map_or(0, |next| next.0);
        order
            .first()
            .filter(|first| first.0 > 2 * next)
            .map(|first| first.1)
    };
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
        } else if matches!(word(at), "government" | "army" | "military") && word(at - 1) == "the" {
            state
        } else {
            None
        };
        added.extend(side.map(|side| Named {
            from: at,
            to: at + 1,
            side: Some(side),
            form: Form::Demonym,
            ambiguous: false,
        }));
    }
    naming.places.extend(added);
    index(naming);
}

/// Marks "the Tigers" in a text on the Tamil Tigers: the last word of a movement's name, written large.
pub(crate) fn add_last(naming: &mut Naming, words: &[Word<'_>], gazetteer: &Gazetteer) {
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
            put(
                naming,
                Named {
                    from: at,
                    to: at + 1,
                    side: Some(*side),
                    form: Form::Name,
                    ambiguous: false,
                },
            );
        }
    }
    index(naming);
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
