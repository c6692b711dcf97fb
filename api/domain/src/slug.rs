//! Slugs: what people type into an address to name a party, a meeting or an issue.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Letters that carry no separable accent, with their usual Latin spelling.
const FOLDED: [(char, &str); 10] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('œ', "oe"),
    ('ı', "i"),
    ('&', " and "),
];

/// The slug of a name: lower-case ASCII letters and digits in groups joined by single hyphens.
///
/// Accents are dropped (`Türkiye` → `turkiye`); apostrophes and full stops vanish (`U.S.` → `us`,
/// `People's` → `peoples`); a name without a single Latin letter or digit keeps its own letters.
/// The result is empty only for a name without letters and digits.
pub fn slugify(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    // Decomposing can bring capitals back (mathematical letters), and lowering them new accents.
    let decomposed: String = name.to_lowercase().nfkd().collect();
    for c in decomposed
        .to_lowercase()
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
    {
        match FOLDED.iter().find(|(from, _)| *from == c) {
            Some((_, to)) => folded.push_str(to),
            None if matches!(c, '.' | '\'' | '’' | '‘' | 'ʼ' | '`') => {}
            None => folded.push(c),
        }
    }
    let ascii = join_groups(&folded, |c| c.is_ascii_alphanumeric());
    if ascii.is_empty() {
        join_groups(&folded, char::is_alphanumeric)
    } else {
        ascii
    }
}

fn join_groups(text: &str, keep: impl Fn(char) -> bool) -> String {
    text.split(|c| !keep(c))
        .filter(|group| !group.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_become_slugs() {
        for (name, slug) in [
            ("Russia", "russia"),
            ("Côte d’Ivoire", "cote-divoire"),
            ("Volodymyr Zelenskyy", "volodymyr-zelenskyy"),
            ("U.S. Treasury", "us-treasury"),
            ("Türkiye", "turkiye"),
            ("G77 & China", "g77-and-china"),
            ("Łódź", "lodz"),
            ("\u{1d400}", "a"),
            ("  ", ""),
        ] {
            assert_eq!(slugify(name), slug, "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_its_own_slug(name in ".{0,40}") {
            let slug = slugify(&name);
            prop_assert_eq!(slugify(&slug), slug);
        }
    }
}
