//! Names of people: which spellings can be one person's.

use plenary_domain::slugify;

/// Spellings of one sound in transliterations, longest first: what stands left becomes what stands
/// right. After this, `Zelenskyy`, `Zelenskiy` and `Zelensky` are one word.
const SOUNDS: [(&str, &str); 14] = [
    ("shch", "sh"),
    ("tsch", "ch"),
    ("sch", "sh"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("ck", "k"),
    ("ks", "x"),
    ("ou", "u"),
    ("oo", "u"),
    ("w", "v"),
    ("j", "i"),
    ("y", "i"),
    ("q", "k"),
];

/// Least likeness (Jaro-Winkler) of two given names that may be one, e.g. `Serhii` and `Sergei`.
const ALIKE: f64 = 0.8;

/// A name folded for comparison: words in lower case without accents, transliterations unified.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Folded(Vec<String>);

impl Folded {
    /// Folds a name.
    pub(crate) fn of(name: &str) -> Folded {
        Folded(
            slugify(name)
                .split('-')
                .filter(|word| !word.is_empty())
                .map(fold)
                .collect(),
        )
    }

    /// A folded name read back.
    pub(crate) fn stored(folded: &str) -> Folded {
        Folded(folded.split_whitespace().map(str::to_owned).collect())
    }

    /// The words, joined.
    pub(crate) fn text(&self) -> String {
        self.0.join(" ")
    }

    /// The last word: the surname in the usual order.
    pub(crate) fn surname(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// True for a name of several words.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() > 1
    }

    /// True for a name whose first word is one letter.
    pub(crate) fn has_initial(&self) -> bool {
        self.given().is_some_and(|given| given.chars().count() == 1)
    }

    /// True when the two can be one person's: equal surnames, and given names that do not part them.
    pub(crate) fn is_compatible(&self, other: &Folded) -> bool {
        if self.surname().is_empty() || self.surname() != other.surname() {
            return false;
        }
        let (Some(a), Some(b)) = (self.given(), other.given()) else {
            return true;
        };
        let initial =
            |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
        a == b
            || initial(a, b)
            || initial(b, a)
            || (a.chars().next() == b.chars().next()
                && (a.starts_with(b) || b.starts_with(a) || strsim::jaro_winkler(a, b) >= ALIKE))
    }

    fn given(&self) -> Option<&str> {
        self.is_full().then(|| self.0[0].as_str())
    }
}

fn fold(word: &str) -> String {
    let mut word = word.to_owned();
    for (from, to) in SOUNDS {
        word = word.replace(from, to);
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        if !folded.ends_with(c) {
            folded.push(c);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compatible(a: &str, b: &str) -> bool {
        Folded::of(a).is_compatible(&Folded::of(b)) && Folded::of(b).is_compatible(&Folded::of(a))
    }

    #[test]
    fn spellings_of_one_person_are_compatible() {
        for (a, b) in [
            ("Volodymyr Zelenskyy", "Volodymyr Zelensky"),
            ("Volodymyr Zelenskiy", "Zelenskyy"),
            ("Aleksandr Petrovich", "Alexander Petrovych"),
            ("Sergei Ivanov", "Sergey Ivanov"),
            ("Serhii Ivanov", "Sergei Ivanov"),
            ("S. Ivanov", "Sergei Ivanov"),
            ("José Peña", "Jose Pena"),
            ("Chris Brown", "Christopher Brown"),
            ("Mohammed Khan", "Mohamed Khan"),
        ] {
            assert!(compatible(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn other_people_are_not() {
        for (a, b) in [
            ("Sergei Ivanov", "Dmitri Ivanov"),
            ("Olena Zelenska", "Volodymyr Zelenskyy"),
            ("John Brown", "John Green"),
            ("A. Brown", "John Brown"),
            ("", ""),
        ] {
            assert!(!compatible(a, b), "{a} / {b}");
        }
    }
}
