//! The parties that only the article knows.
//!
//! Each step looks for one way in which a text gives a side away. What the steps find is put together at the end,
//! when name and adjective of one country are known.

mod adjectives;
mod factions;
mod states;

use super::place::{place_capitals, place_local};
use super::{LocalParty, Naming, bodies, is_name_word};
use crate::stage::actors::lexicon::Lexicon;
use crate::stage::actors::people::sound;
use crate::stage::actors::words::{Word, fold, lower};
use plenary_domain::PartyKind;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Adds the parties that only this article knows.
///
/// `people` holds the folded words that are people's names here, which no country is.
pub(in crate::stage::actors) fn add_local(
    naming: &mut Naming,
    words: &[Word<'_>],
    lexicon: &Lexicon,
    people: &HashSet<String>,
    sources: &HashSet<usize>,
) {
    // Organisations first: "Tarva River Commission" is no country called Tarva.
    bodies::add(naming, words, lexicon);
    let text = Text::read(words, naming, lexicon, people);
    let mut clues = Clues::default();
    states::before_offices(&text, &mut clues);
    states::behind_of(&text, &mut clues);
    factions::led(&text, &mut clues);
    factions::called(&text, &mut clues);
    factions::striped(&text, &mut clues);
    states::between(&text, &mut clues);
    states::acting(&text, &mut clues, sources);
    let written = text.written();
    adjectives::proven(&text, &mut clues, &written);
    let mut parties = clues.parties(&written);
    let base = naming.local.len();
    naming.local.append(&mut parties);
    place_local(naming, words, base);
    place_capitals(naming, words, base, &clues.capitals);
}

/// The text in which is looked for parties.
struct Text<'a> {
    words: &'a [Word<'a>],
    naming: &'a Naming,
    lexicon: &'a Lexicon,
    /// Folded words that are people's names here.
    people: &'a HashSet<String>,
    /// Folded words that stand somewhere without a capital.
    lower: HashSet<&'a str>,
    /// Folded words with a capital behind small words: "in Norvia", "for Norvia".
    places: HashSet<&'a str>,
}

impl<'a> Text<'a> {
    fn read(
        words: &'a [Word<'a>],
        naming: &'a Naming,
        lexicon: &'a Lexicon,
        people: &'a HashSet<String>,
    ) -> Text<'a> {
        let small = |word: &str| {
            matches!(
                word,
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
        };
        let places = words.windows(3).filter(|three| {
            three[0].fold != "according" && small(&three[1].fold) && three[2].capital()
        });
        Text {
            words,
            naming,
            lexicon,
            people,
            lower: lower(words),
            places: places.map(|three| three[2].fold.as_str()).collect(),
        }
    }

    /// True where no party is named yet.
    fn free(&self, at: usize) -> bool {
        self.naming.at[at].is_none()
    }

    /// True for a folded word of a person's name, however it is transliterated.
    fn person(&self, word: &str) -> bool {
        self.people.contains(word) || self.people.contains(&sound(word))
    }

    /// True for a free word that could belong to a name.
    fn name(&self, at: usize) -> bool {
        self.free(at) && is_name_word(&self.words[at], self.lexicon)
    }

    /// True for such a word right behind another one.
    fn goes_on(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(Word::follows) && self.name(at)
    }

    /// How each free word with a capital is first written. What is written in capitals is a town of a dateline.
    fn written(&self) -> HashMap<&'a str, &'a str> {
        let mut written = HashMap::new();
        for (at, word) in self.words.iter().enumerate() {
            if self.free(at) && word.capital() && !word.shouting() && !self.person(&word.fold) {
                written.entry(word.fold.as_str()).or_insert(word.text);
            }
        }
        written
    }
}

/// What the text tells of parties that no gazetteer knows.
#[derive(Default)]
struct Clues {
    /// Names of states as they are first written, by their folded words.
    nouns: HashMap<String, String>,
    /// Folded adjectives with how often they stand where a side is named.
    adjectives: HashMap<String, usize>,
    /// Folded towns with the word that names the country: "the Norvian capital, Hest".
    capitals: HashMap<String, usize>,
    /// Names of political parties.
    factions: BTreeSet<String>,
}

impl Clues {
    /// Notes the name of a state.
    fn noun(&mut self, name: String) {
        self.nouns.entry(fold(&name)).or_insert(name);
    }

    /// Notes an adjective of a state.
    fn adjective(&mut self, word: &Word<'_>) {
        *self.adjectives.entry(word.fold.clone()).or_default() += 1;
    }

    /// The parties of which the clues tell. `written` holds how each word of the text is written.
    fn parties(&self, written: &HashMap<&str, &str>) -> Vec<LocalParty> {
        let mut parties = self.states();
        for name in &self.factions {
            let forms = HashSet::from([fold(name)]);
            if parties.iter().all(|party| party.forms.is_disjoint(&forms)) {
                parties.push(LocalParty {
                    name: name.clone(),
                    kind: PartyKind::Faction,
                    forms,
                });
            }
        }
        let mut adjectives: Vec<&String> = self.adjectives.keys().collect();
        adjectives.sort();
        for adjective in adjectives {
            let owner = parties.iter_mut().find(|party| {
                let mut forms = party.forms.iter();
                forms.any(|form| adjectives::same_stem(form, adjective))
            });
            match owner {
                Some(party) => {
                    party.forms.insert(adjective.clone());
                }
                None => parties.extend(adjectives::country(self, adjective, written)),
            }
        }
        parties
    }

    /// The states that are told of by name, in the order of their names.
    fn states(&self) -> Vec<LocalParty> {
        let mut names: Vec<&String> = self.nouns.values().collect();
        names.sort();
        names
            .into_iter()
            .filter(|name| !adjectives::of_any(&fold(name), &self.nouns))
            .map(|name| {
                let short = short_name(name);
                LocalParty {
                    name: short.to_owned(),
                    kind: PartyKind::State,
                    forms: HashSet::from([fold(name), fold(short)]),
                }
            })
            .collect()
    }
}

/// The usual short name of a state: "Norvia" for "Republic of Norvia".
pub(super) fn short_name(name: &str) -> &str {
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
