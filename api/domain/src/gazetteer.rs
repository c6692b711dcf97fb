//! The gazetteer: parties and bodies that Plenary knows beforehand, as data, and how to find their
//! names in a text.
//!
//! Names are compared word by word without accents. Capitals count, because `us`, `turkey`,
//! `polish` and `who` are words too: a capital in the data asks for a capital in the text, an
//! abbreviation for capitals throughout (or, from four letters on, for the `Nato` spelling).
//! The longest name wins, so `South Sudan` is never `Sudan`.

use crate::PartyKind;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Known parties with every way to name them.
///
/// Parties that the gazetteer lacks are named and typed from how an article introduces them.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    /// The parties in the order of the data files.
    pub parties: Vec<KnownParty>,
    /// By the folded first word of a name: every name that begins with it, longest first.
    names: HashMap<String, Vec<Name>>,
}

/// One party of the gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownParty {
    /// Slug, e.g. `united-states`.
    pub slug: String,
    /// Usual short English name, e.g. `United States`.
    pub name: String,
    /// Kind of side, one of [`PartyKind`]'s codes.
    pub kind: String,
    /// ISO 3166-1 alpha-2 code of a state.
    #[serde(default)]
    pub iso: Option<String>,
    /// True for a state that is no more, e.g. the Soviet Union.
    #[serde(default)]
    pub historic: bool,
    /// Slug of the state inside or against which a movement, faction or region acts.
    #[serde(default)]
    pub country: Option<String>,
    /// Other full names, abbreviations and spellings: `US`, `United States of America`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Adjectives and names of its people: `American`, `Americans`.
    #[serde(default)]
    pub demonyms: Vec<String>,
    /// Capitals, seats of government and buildings that stand for it: `Washington`, `White House`.
    #[serde(default)]
    pub metonyms: Vec<String>,
    /// Bodies that always speak for it: `Pentagon`, `State Department`.
    #[serde(default)]
    pub bodies: Vec<String>,
    /// Offices whose holder usually speaks for it where no other party is named: `High Representative`.
    #[serde(default)]
    pub offices: Vec<String>,
    /// Full names of people who have led it or spoken for it, for texts that do not say so.
    #[serde(default)]
    pub leaders: Vec<String>,
    /// Slugs of the states of a bloc, where membership is small and stable.
    #[serde(default)]
    pub members: Vec<String>,
    /// Those of its names that are also names of persons or other things: `Jordan`, `Washington`.
    #[serde(default)]
    pub ambiguous: Vec<String>,
}

/// In which way a name stands for a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// The name or an alias: `Russia`, `EU`.
    Name,
    /// An adjective or a name of its people: `Russian`, `Russians`.
    Demonym,
    /// A capital or a building: `Moscow`, `Kremlin`.
    Metonym,
    /// A body of it: `State Duma`.
    Body,
    /// An office that speaks for it: `Taoiseach`.
    Office,
}

/// What a name found in a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A party of the gazetteer.
    Party {
        /// Index into [`Gazetteer::parties`].
        party: usize,
        /// How it is named.
        form: Form,
        /// True when the words may also be a person's name or another thing.
        ambiguous: bool,
    },
    /// A newspaper, broadcaster or agency: it takes no side.
    Medium,
    /// A place, treaty or company whose name only holds a party's name.
    Lookalike,
}

/// A name found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Byte offset of the first character of the name.
    pub start: usize,
    /// Byte offset after its last character; a possessive `'s` is left out.
    pub end: usize,
    /// What it means.
    pub meaning: Meaning,
}

/// Why a gazetteer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GazetteerError {
    /// The text is no TOML of the gazetteer's form.
    #[error("the gazetteer is not readable: {0}")]
    Form(#[from] toml::de::Error),
    /// The content breaks a rule.
    #[error("the gazetteer is not usable: {0}")]
    Content(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartyFile {
    party: Vec<KnownParty>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookalikeFile {
    media: Vec<String>,
    phrases: Vec<String>,
}

/// One name, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    words: Vec<(String, Capitals)>,
    /// True when the name itself holds a comma; else no match reaches over one.
    comma: bool,
    meaning: Meaning,
}

/// Which capitals a word of a name asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Capitals {
    None,
    First,
    All,
}

impl KnownParty {
    /// The kind of side.
    pub fn kind(&self) -> PartyKind {
        self.kind.parse().unwrap_or(PartyKind::Other)
    }
}

impl Gazetteer {
    /// The gazetteer that Plenary ships.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped files.
    pub fn builtin() -> Gazetteer {
        Gazetteer::from_toml(
            &[
                include_str!("../data/states.toml"),
                include_str!("../data/bodies.toml"),
            ],
            Some(include_str!("../data/lookalikes.toml")),
        )
        .unwrap_or_else(|error| panic!("the shipped gazetteer is broken: {error}"))
    }

    /// Reads files of `[[party]]` tables and one of names that only look like parties.
    ///
    /// Checked are: slugs well-formed and unique, kinds known, names not empty, members and
    /// countries among the parties, ambiguous names among the party's names, and no name (an
    /// office excepted) standing for two parties.
    pub fn from_toml(
        files: &[&str],
        lookalikes: Option<&str>,
    ) -> Result<Gazetteer, GazetteerError> {
        let mut parties: Vec<KnownParty> = Vec::new();
        for file in files {
            parties.extend(toml::from_str::<PartyFile>(file)?.party);
        }
        let mut gazetteer = Gazetteer {
            parties: Vec::new(),
            names: HashMap::new(),
        };
        let slugs: HashSet<&str> = parties.iter().map(|party| party.slug.as_str()).collect();
        if slugs.len() != parties.len() {
            let mut seen = HashSet::new();
            let twice = parties.iter().find(|party| !seen.insert(&party.slug));
            let slug = twice.map_or("", |party| party.slug.as_str());
            return Err(GazetteerError::Content(format!(
                "party `{slug}` stands twice"
            )));
        }
        for (index, party) in parties.iter().enumerate() {
            check(party, &slugs)?;
            gazetteer.add_party(index, party)?;
        }
        if let Some(file) = lookalikes {
            let file: LookalikeFile = toml::from_str(file)?;
            for name in &file.media {
                gazetteer.add(name, Meaning::Medium)?;
            }
            for name in &file.phrases {
                gazetteer.add(name, Meaning::Lookalike)?;
            }
        }
        for names in gazetteer.names.values_mut() {
            names.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
        }
        gazetteer.parties = parties;
        Ok(gazetteer)
    }

    /// The party of that slug.
    pub fn party(&self, slug: &str) -> Option<&KnownParty> {
        self.index(slug).map(|index| &self.parties[index])
    }

    /// Index into [`Gazetteer::parties`] of the party of that slug.
    pub fn index(&self, slug: &str) -> Option<usize> {
        self.parties.iter().position(|party| party.slug == slug)
    }

    /// What a whole name means: `meaning("the Kremlin")` is Russia, by metonym.
    pub fn meaning(&self, name: &str) -> Option<Meaning> {
        let name = name.trim();
        let name = name
            .strip_prefix("the ")
            .or_else(|| name.strip_prefix("The "))
            .unwrap_or(name);
        let mention = self.find(name).into_iter().next()?;
        (mention.start == 0 && mention.end == name.len()).then_some(mention.meaning)
    }

    /// Every name in a text, in text order, without overlaps. Linear in the text's length.
    pub fn find(&self, text: &str) -> Vec<Mention> {
        let words = words(text);
        let folded: Vec<String> = words.iter().map(|word| fold(word.of(text))).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let candidates = self.names.get(&folded[at]).map_or(&[][..], Vec::as_slice);
            let hit = candidates
                .iter()
                .find(|name| name.matches(text, &words[at..], &folded[at..]));
            match hit {
                Some(name) => {
                    let last = words[at + name.words.len() - 1];
                    found.push(Mention {
                        start: words[at].start,
                        end: last.end,
                        meaning: name.meaning,
                    });
                    at += name.words.len();
                }
                None => at += 1,
            }
        }
        found
    }

    fn add_party(&mut self, index: usize, party: &KnownParty) -> Result<(), GazetteerError> {
        let own = std::slice::from_ref(&party.name);
        for (names, form) in [
            (own, Form::Name),
            (party.aliases.as_slice(), Form::Name),
            (party.demonyms.as_slice(), Form::Demonym),
            (party.metonyms.as_slice(), Form::Metonym),
            (party.bodies.as_slice(), Form::Body),
            (party.offices.as_slice(), Form::Office),
        ] {
            for name in names {
                let meaning = Meaning::Party {
                    party: index,
                    form,
                    ambiguous: party.ambiguous.contains(name),
                };
                self.add(name, meaning)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, written: &str, meaning: Meaning) -> Result<(), GazetteerError> {
        let name = Name::new(written, meaning);
        let Some((first, _)) = name.words.first() else {
            return Err(GazetteerError::Content(format!(
                "the name `{written}` has no word"
            )));
        };
        let same = self.names.entry(first.clone()).or_default();
        match same.iter_mut().find(|other| other.words == name.words) {
            None => same.push(name),
            Some(other) => match (other.meaning, meaning) {
                // A second spelling of one name, e.g. with and without an accent, adds nothing.
                (Meaning::Party { party: a, .. }, Meaning::Party { party: b, .. }) if a == b => {
                    other.comma |= name.comma;
                }
                (Meaning::Medium, Meaning::Medium) | (Meaning::Lookalike, Meaning::Lookalike) => {}
                _ => {
                    return Err(GazetteerError::Content(format!(
                        "the name `{written}` has two meanings"
                    )));
                }
            },
        }
        Ok(())
    }
}

fn check(party: &KnownParty, slugs: &HashSet<&str>) -> Result<(), GazetteerError> {
    let wrong = |what: String| {
        Err(GazetteerError::Content(format!(
            "party `{}` {what}",
            party.slug
        )))
    };
    if party.slug.is_empty() || crate::slugify(&party.slug) != party.slug {
        return wrong("has no well-formed slug".to_owned());
    }
    if party.name.trim().is_empty() {
        return wrong("has no name".to_owned());
    }
    if party.kind.parse::<PartyKind>().is_err() {
        return wrong(format!("has the unknown kind `{}`", party.kind));
    }
    for other in party.members.iter().chain(&party.country) {
        if !slugs.contains(other.as_str()) {
            return wrong(format!("names the unknown party `{other}`"));
        }
    }
    for name in &party.ambiguous {
        let lists = [
            &party.aliases,
            &party.demonyms,
            &party.metonyms,
            &party.bodies,
        ];
        if *name != party.name && !lists.iter().any(|list| list.contains(name)) {
            return wrong(format!(
                "calls `{name}` ambiguous, which is none of its names"
            ));
        }
    }
    Ok(())
}

impl Name {
    fn new(written: &str, meaning: Meaning) -> Name {
        let written = written.strip_prefix("the ").unwrap_or(written);
        let words = words(written)
            .into_iter()
            .map(|word| word.of(written))
            .map(|word| (fold(word), Capitals::asked_by(word)))
            .collect();
        Name {
            words,
            comma: written.contains(','),
            meaning,
        }
    }

    /// True when the text's words begin with this name.
    fn matches(&self, text: &str, words: &[Word], folded: &[String]) -> bool {
        self.words.len() <= words.len()
            && self.words.iter().zip(words.iter().zip(folded)).all(
                |((name, capitals), (word, folded))| {
                    name == folded && capitals.met_by(word.of(text))
                },
            )
            && words[..self.words.len()].windows(2).all(|pair| {
                let gap = &text[pair[0].end..pair[1].start];
                gap.chars().count() <= 3
                    && gap.chars().all(|c| {
                        c.is_whitespace() || "-–‑.'’&+/()".contains(c) || (c == ',' && self.comma)
                    })
            })
    }
}

impl Capitals {
    fn asked_by(word: &str) -> Capitals {
        let letters = word.chars().filter(|c| c.is_alphabetic());
        let upper = letters.clone().filter(|c| c.is_uppercase()).count();
        if upper >= 2 && upper == letters.count() {
            Capitals::All
        } else if word.chars().next().is_some_and(char::is_uppercase) {
            Capitals::First
        } else {
            Capitals::None
        }
    }

    fn met_by(self, word: &str) -> bool {
        let first = word.chars().next().is_some_and(char::is_uppercase);
        match self {
            Capitals::None => true,
            Capitals::First => first,
            Capitals::All => {
                let letters = word.chars().filter(|c| c.is_alphabetic());
                let all = letters.clone().all(char::is_uppercase);
                // Abbreviations of four letters and more are also written as words: Nato, Unicef.
                all || (first
                    && letters.clone().count() >= 4
                    && letters.skip(1).all(char::is_lowercase))
            }
        }
    }
}

/// A word of a text: byte offsets.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
}

impl Word {
    fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// Words: runs of letters and digits; `U.S.` and `OPEC+` are one word each.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if !c.is_alphanumeric() {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some(&(at, c)) = chars.peek() {
            if !(c.is_alphanumeric() || is_combining_mark(c)) {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        // A dotted abbreviation goes on with ".X" and takes its last dot.
        if c.is_uppercase() && end == start + c.len_utf8() {
            let mut letters = 1;
            let mut rest = text[end..].chars();
            while let (Some('.'), Some(letter)) = (rest.next(), rest.next()) {
                let single = !rest.clone().next().is_some_and(char::is_alphanumeric);
                if !(letter.is_uppercase() && single) {
                    break;
                }
                end += 1 + letter.len_utf8();
                letters += 1;
                chars.next();
                chars.next();
            }
            if letters > 1 && text[end..].starts_with('.') {
                end += 1;
                chars.next();
            }
        }
        if text[end..].starts_with('+') {
            end += 1;
            chars.next();
        }
        words.push(Word { start, end });
    }
    words
}

/// A word for comparison: lower case, without accents and dots.
fn fold(word: &str) -> String {
    word.to_lowercase()
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && *c != '.')
        .map(|c| match c {
            'ł' => 'l',
            'ø' => 'o',
            'ı' => 'i',
            'đ' => 'd',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The parties found in a text, each as `slug/form`.
    fn found(text: &str) -> Vec<String> {
        let gazetteer = Gazetteer::builtin();
        gazetteer
            .find(text)
            .into_iter()
            .filter_map(|mention| match mention.meaning {
                Meaning::Party { party, form, .. } => {
                    Some(format!("{}/{form:?}", gazetteer.parties[party].slug))
                }
                _ => None,
            })
            .collect()
    }

    #[test]
    fn every_name_leads_back_to_its_party() {
        let gazetteer = Gazetteer::builtin();
        for (index, party) in gazetteer.parties.iter().enumerate() {
            let lists = [
                &party.aliases,
                &party.demonyms,
                &party.metonyms,
                &party.bodies,
            ];
            for name in lists.into_iter().flatten().chain([&party.name]) {
                match gazetteer.meaning(name) {
                    Some(Meaning::Party { party, .. }) => assert_eq!(party, index, "{name}"),
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn there_is_a_state_or_territory_for_every_iso_code() {
        let gazetteer = Gazetteer::builtin();
        let codes: HashSet<&str> = gazetteer
            .parties
            .iter()
            .filter_map(|party| party.iso.as_deref())
            .collect();
        // ISO 3166-1 has 249 entries.
        assert_eq!(codes.len(), 249);
        assert!(codes.iter().all(|code| code.len() == 2));
    }

    #[test]
    fn names_are_found_in_running_text() {
        for (text, parties) in [
            (
                "Russia's delegation left Vienna.",
                vec!["russia/Name", "austria/Metonym"],
            ),
            (
                "U.S.-Russia talks",
                vec!["united-states/Name", "russia/Name"],
            ),
            ("the North\nKorean side", vec!["north-korea/Demonym"]),
            (
                "South Sudan and Sudan",
                vec!["south-sudan/Name", "sudan/Name"],
            ),
            (
                "Nato allies, OPEC+ and the P5+1",
                vec!["nato/Name", "opec-plus/Name", "p5-plus-1/Name"],
            ),
            (
                "The Élysée and Türkiye",
                vec!["france/Metonym", "turkey/Name"],
            ),
            ("They told us who would polish the turkey.", vec![]),
            ("The Washington Post reported from New Mexico.", vec![]),
            (
                "said in Washington, Moscow",
                vec!["united-states/Metonym", "russia/Metonym"],
            ),
            (
                "the Iranian supreme leader",
                vec!["iran/Demonym", "iran/Office"],
            ),
        ] {
            assert_eq!(found(text), parties, "{text}");
        }
    }

    #[test]
    fn a_name_of_two_parties_is_refused() {
        let party = |slug: &str| {
            format!("[[party]]\nslug='{slug}'\nname='{slug}'\nkind='state'\naliases=['Both']\n")
        };
        let error = Gazetteer::from_toml(&[&party("a"), &party("b")], None).unwrap_err();
        assert!(
            error.to_string().contains("`Both` has two meanings"),
            "{error}"
        );
        let error = Gazetteer::from_toml(&[&party("a"), &party("a")], None).unwrap_err();
        assert!(error.to_string().contains("`a` stands twice"), "{error}");
    }

    #[test]
    fn an_unknown_member_is_refused() {
        let text = "[[party]]\nslug='a'\nname='A'\nkind='bloc'\nmembers=['b']\n";
        let error = Gazetteer::from_toml(&[text], None).unwrap_err();
        assert!(error.to_string().contains("unknown party `b`"), "{error}");
    }

    proptest! {
        #[test]
        fn mentions_lie_on_character_boundaries_in_order(text in "(Russia|U\\.S\\.|N|é|\\.|\\+|'s| |\\PC){0,20}") {
            let gazetteer = Gazetteer::builtin();
            let mut last = 0;
            for mention in gazetteer.find(&text) {
                prop_assert!(mention.start >= last && mention.end > mention.start);
                prop_assert!(text.get(mention.start..mention.end).is_some());
                last = mention.end;
            }
        }
    }
}
