//! When two names of speakers or parties count as one, as the benchmark of positions defines it.

use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Canonical name: other ways to write it.
    aliases: HashMap<String, Vec<String>>,
    organisation_words: HashSet<String>,
    titles: HashSet<String>,
}

/// The tables of `names.toml`, ready for look-up.
struct Names {
    /// Canonical name by every name.
    canonical: HashMap<String, String>,
    organisation_words: HashSet<String>,
    titles: HashSet<String>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("names.toml"))
        .unwrap_or_else(|error| panic!("the scorer's names are broken: {error}"));
    let mut canonical = HashMap::new();
    for (name, others) in &file.aliases {
        for other in others.iter().chain([name]) {
            canonical.insert(plain(other), plain(name));
        }
    }
    Names {
        canonical,
        organisation_words: file.organisation_words,
        titles: file.titles,
    }
});

/// Lower case without diacritics, apostrophes made plain.
pub(super) fn fold(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{2019}' | '\u{2bc}' => '\'',
            c => c,
        })
        .nfkd()
        .filter(|c| canonical_combining_class(*c) == 0)
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ł' => 'l',
            'ø' => 'o',
            'ı' => 'i',
            'ς' => 'σ',
            c => c,
        })
        .collect::<String>()
        .replace('ß', "ss")
}

/// The words of a text: runs of letters and digits, folded.
pub(super) fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A name for comparison: folded, without dots, doubled blanks and a leading "the".
fn plain(name: &str) -> String {
    let kept: String = fold(name)
        .replace('.', "")
        .replace("'s", "s")
        .chars()
        .map(|c| match c {
            '+' | '&' | '/' => c,
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    let name = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.strip_prefix("the ") {
        Some(rest) => rest.to_owned(),
        None => name,
    }
}

/// The canonical form of a party's or organisation's name; `None` and blank names have none.
pub(super) fn canonical(name: Option<&str>) -> Option<String> {
    let name = plain(name.filter(|name| !name.trim().is_empty())?);
    Some(NAMES.canonical.get(&name).cloned().unwrap_or(name))
}

fn is_organisation(name: &str) -> bool {
    let name = plain(name);
    NAMES.canonical.contains_key(&name)
        || name
            .split(' ')
            .any(|word| NAMES.organisation_words.contains(word))
}

/// True when two names mean one speaker. Persons: the last names are equal, or a single name is the
/// first word of the other. Organisations and places: the whole names are equal after the aliases.
pub(super) fn same_speaker(gold: &str, predicted: Option<&str>) -> bool {
    let Some(predicted) = predicted else {
        return false;
    };
    if canonical(Some(gold)) == canonical(Some(predicted)) {
        return true;
    }
    if is_organisation(gold) || is_organisation(predicted) {
        return false;
    }
    let name = |name: &str| -> Vec<String> {
        let mut words = words(name);
        words.retain(|word| !NAMES.titles.contains(word));
        words
    };
    let (gold, predicted) = (name(gold), name(predicted));
    let (Some(last), Some(other)) = (gold.last(), predicted.last()) else {
        return false;
    };
    if last == other {
        return true;
    }
    let (short, long) = if gold.len() <= predicted.len() {
        (&gold, &predicted)
    } else {
        (&predicted, &gold)
    };
    short.len() == 1 && short[0] == long[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_told() {
        assert_eq!(canonical(Some("the U.S.")), canonical(Some("Washington")));
        assert_eq!(canonical(Some(" ")), None);
        assert!(same_speaker("Mr Björn Ås", Some("Bjorn As")));
        assert!(same_speaker("Xi", Some("Xi Jinping")));
        assert!(!same_speaker("Ann Bell", Some("Bell Ann Lee")));
        assert!(!same_speaker("Foreign ministry", Some("ministry")));
        assert!(!same_speaker("Ann Bell", None));
    }

    #[test]
    fn no_alias_stands_for_two() {
        let file: File = toml::from_str(include_str!("names.toml")).unwrap();
        let mut seen = HashMap::new();
        for (name, others) in &file.aliases {
            for other in others.iter().chain([name]) {
                let before = seen.insert(plain(other), name);
                assert!(before.is_none_or(|before| before == name), "{other}");
            }
        }
    }
}
