//! Everything that the text tells about who is who: words, parties, people.

use super::hints;
use super::naming::{self, Naming, Side};
use super::people::{self, People};
use super::words::{self, Word};
use crate::context::Context;
use crate::document::Document;
use plenary_domain::{PartyKind, Span};
use std::collections::HashMap;

/// The words of a text with the parties and people found in them.
#[derive(Debug)]
pub(crate) struct Cast<'a> {
    pub(crate) words: Vec<Word<'a>>,
    pub(crate) naming: Naming,
    pub(crate) people: People,
    /// States and state-like sides by how often the text names them, the most frequent first.
    pub(crate) states: Vec<Side>,
    /// The words that tell where and when the article was written.
    pub(crate) dateline: Option<Span>,
}

impl<'a> Cast<'a> {
    /// Reads the text. The same text gives the same cast, so two stages may read it each for itself.
    pub(crate) fn read(document: &Document<'a>, context: &Context) -> Cast<'a> {
        let words = words::read(document);
        let mut naming = naming::known(document.text.as_str(), &words, &context.gazetteer);
        let sources = document
            .attributions
            .iter()
            .flat_map(|attribution| &attribution.source)
            .filter_map(|source| {
                let from = words.partition_point(|word| word.span.end <= source.start);
                let to = words.partition_point(|word| word.span.start < source.end);
                (to == from + 1).then_some(from)
            })
            .collect();
        let people = people::read(
            &words,
            &mut naming,
            &context.lexicon,
            &context.gazetteer,
            &sources,
        );
        let town = |name: &str| context.finder.knows(name);
        hints::add(
            &mut naming,
            &words,
            &people,
            &context.lexicon,
            &sources,
            town,
        );
        let states = states(&naming, context);
        let dateline = document.structure.dateline.as_ref();
        Cast {
            dateline: dateline.map(|dateline| dateline.span),
            words,
            naming,
            people,
            states,
        }
    }

    /// The words that lie in a span, as a range.
    pub(crate) fn range(&self, span: Span) -> (usize, usize) {
        let from = self
            .words
            .partition_point(|word| word.span.end <= span.start);
        let to = self
            .words
            .partition_point(|word| word.span.start < span.end);
        (from, to.max(from))
    }
}

fn states(naming: &Naming, context: &Context) -> Vec<Side> {
    let mut counts: HashMap<Side, (usize, usize)> = HashMap::new();
    for (nth, place) in naming.places.iter().enumerate() {
        if let Some(side) = place.side
            && matches!(naming.kind(&context.gazetteer, side), PartyKind::State)
        {
            counts.entry(side).or_insert((0, nth)).0 += 1;
        }
    }
    let mut sides: Vec<(Side, (usize, usize))> = counts.into_iter().collect();
    sides.sort_by_key(|(side, (count, first))| (std::cmp::Reverse(*count), *first, *side));
    sides.into_iter().map(|(side, _)| side).collect()
}
