//! The parties that the article names beside its meetings: whose party is named with a meeting is likely heard there.

use super::mentions::Mentions;
use crate::document::Document;
use crate::stage::meetings::Finder;
use crate::stage::meetings::find::Found;
use crate::stage::meetings::line::Line;
use crate::stage::meetings::venues::fold;
use std::collections::{HashMap, HashSet};

/// Lines, the title among them, that tell what the article is about.
const LEAD: usize = 4;
/// Most words of a name.
const LONGEST: usize = 4;

/// Where parties are named.
pub(super) struct Parties {
    /// For each meeting the parties that are named in a line with it.
    pub(super) with: Vec<HashSet<usize>>,
    /// The parties that the title and the first sentences name.
    pub(super) leading: HashSet<usize>,
}

impl Parties {
    pub(super) fn read(
        document: &Document<'_>,
        finder: &Finder,
        lines: &[Line<'_>],
        found: &[Found],
        mentions: &Mentions,
    ) -> Parties {
        let of = named(document, finder, lines);
        let with = found.iter().enumerate().map(|(meeting, found)| {
            let lines = found.hits.iter().map(|(line, _)| *line);
            let told = lines.filter(|line| !mentions.aside[*line].contains(&meeting));
            told.flat_map(|line| &of[line]).copied().collect()
        });
        Parties {
            with: with.collect(),
            leading: of.iter().take(LEAD).flatten().copied().collect(),
        }
    }
}

/// For each line the parties that it names.
fn named(document: &Document<'_>, finder: &Finder, lines: &[Line<'_>]) -> Vec<HashSet<usize>> {
    let parties = || document.sides.parties.iter().enumerate();
    let by_slug: HashMap<&str, usize> = parties()
        .map(|(at, party)| (party.slug.as_str(), at))
        .collect();
    let by_name: HashMap<String, usize> = parties()
        .map(|(at, party)| (fold(&party.name), at))
        .collect();
    let of = |line: &Line<'_>| {
        let words: Vec<String> = line.tokens.iter().map(|token| fold(&token.text)).collect();
        let mut named = HashSet::new();
        for from in (0..words.len()).filter(|at| line.tokens[*at].capital) {
            for to in from + 1..=(from + LONGEST).min(words.len()) {
                let name = words[from..to].join(" ");
                let known = finder.names.get(&name);
                let party = known.and_then(|slug| by_slug.get(slug.as_str()));
                named.extend(party.or_else(|| by_name.get(&name)));
            }
        }
        named
    };
    lines.iter().map(of).collect()
}
