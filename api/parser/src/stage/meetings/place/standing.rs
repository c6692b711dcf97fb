//! Where somebody speaks, as the words for him tell: a delegate sits at the table, an opposition comments from home.

use crate::document::Document;
use crate::stage::meetings::Finder;
use plenary_domain::ActorKind;
use std::collections::HashSet;

/// What the words of a source, and the office of the speaker, tell of where he speaks.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::stage::meetings) struct Standing {
    /// "The chief negotiator": sits at the table.
    pub(in crate::stage::meetings) table: bool,
    /// "The opposition", "a ministry": comments from home.
    pub(super) home: bool,
    /// The same, in the words of this source and not only in an office told before.
    pub(super) home_here: bool,
    /// "A diplomat": nobody who was introduced.
    pub(super) indefinite: bool,
}

/// What the source of a statement and the office of its speaker tell of where he speaks.
pub(in crate::stage::meetings) fn standing(
    document: &Document<'_>,
    finder: &Finder,
    attribution: usize,
) -> Standing {
    let words = &finder.words;
    let lower = |text: &str| -> Vec<String> {
        finder
            .tokens
            .find_iter(text)
            .map(|token| token.as_str().to_lowercase())
            .collect()
    };
    let source = &document.attributions[attribution].source;
    let source: Vec<String> = source
        .iter()
        .flat_map(|span| lower(document.text.slice(*span)))
        .collect();
    let speaker = document.speakers.of[attribution].first();
    let actor = speaker.and_then(|speaker| document.speakers.actors.get(speaker.value));
    let person = actor.is_some_and(|actor| actor.kind == ActorKind::Person);
    let told = actor.map_or(Vec::new(), |actor| {
        let name = if person { "" } else { actor.name.as_str() };
        lower(&format!(
            "{} {name}",
            actor.role.as_deref().unwrap_or_default()
        ))
    });
    let is = |list: &HashSet<String>, of: &[String]| of.iter().any(|word| list.contains(word));
    let home_here = is(&words.at_home, &source);
    Standing {
        table: is(&words.at_table, &source) || is(&words.at_table, &told),
        home: home_here || is(&words.at_home, &told),
        home_here,
        indefinite: source
            .first()
            .is_some_and(|word| matches!(word.as_str(), "a" | "an" | "one" | "another")),
    }
}
