//! From what one article tells to what is stored: which speaker, party or meeting it is.
//!
//! Runs inside the transaction of a change, after its revision number is taken, so nothing else adds
//! records meanwhile and two articles cannot both introduce the same actor.

pub(crate) mod actor;
pub(crate) mod meeting;
pub(crate) mod name;
pub(crate) mod party;
pub(crate) mod ruling;

use plenary_domain::filter::NONE;
use plenary_domain::slugify;
use std::collections::HashSet;

/// Longest slug made from a name, in bytes of whole groups; numbers come on top.
const LONGEST: usize = 80;

/// A slug for a name: its own, cut between words where it is long, or `fallback` where it has no
/// letter at all.
pub(crate) fn slug_of(name: &str, fallback: &str) -> String {
    let mut slug = slugify(name);
    while slug.len() > LONGEST {
        let cut = match slug.rfind('-') {
            Some(at) => at,
            // One endless word: cut between two letters.
            None => (0..=LONGEST)
                .rev()
                .find(|at| slug.is_char_boundary(*at))
                .unwrap_or(0),
        };
        slug.truncate(cut);
    }
    if slug.is_empty() {
        fallback.to_owned()
    } else {
        slug
    }
}

/// The slug itself, or the slug with the first free number from 2 on; it counts as taken afterwards.
pub(crate) fn free_slug(slug: &str, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|n| format!("{slug}-{n}"));
    let free = std::iter::once(slug.to_owned())
        .chain(numbered)
        .find(|slug| slug != NONE && !taken.contains(slug))
        // The numbers never run out.
        .unwrap_or_default();
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_slugs_are_numbered() {
        let mut taken = HashSet::from(["a-b".to_owned(), "a-b-2".to_owned()]);
        assert_eq!(free_slug("a-b", &mut taken), "a-b-3");
        assert_eq!(free_slug("a-b", &mut taken), "a-b-4");
        assert_eq!(free_slug("c", &mut taken), "c");
        assert_eq!(free_slug("none", &mut taken), "none-2");
    }

    #[test]
    fn slugs_are_short_and_never_empty() {
        assert_eq!(slug_of("…", "actor"), "actor");
        let long = slug_of(&"word ".repeat(50), "actor");
        assert!(long.len() <= LONGEST && long.ends_with("-word"), "{long}");
        assert!(slug_of(&"я".repeat(200), "actor").len() <= LONGEST);
    }
}
