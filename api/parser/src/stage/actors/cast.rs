//! Everything that the text tells about who is who: words, parties, people.

use super::hints;
use super::joint;
use super::naming::{self, Named, Naming, Side};
use super::people::{self, People};
use super::words::{self, Word};
use crate::context::Context;
use crate::document::Document;
use crate::stage::parties;
use plenary_domain::Span;

/// The words of a text with the parties and people found in them.
#[derive(Debug)]
pub(crate) struct Cast<'a> {
    pub(crate) words: Vec<Word<'a>>,
    pub(crate) naming: Naming,
    pub(crate) people: People,
    /// Sides with how often the text names them, the most frequent first.
    pub(super) sides: Vec<(Side, usize)>,
    /// Where several sides are named together.
    pub(super) together: Vec<(usize, Vec<Side>)>,
    /// The words that tell where and when the article was written.
    pub(crate) dateline: Option<Span>,
}

impl<'a> Cast<'a> {
    /// Reads the text. The same text gives the same cast, so two stages may read it each for itself.
    pub(crate) fn read(document: &Document<'a>, context: &Context) -> Cast<'a> {
        let words = words::read(document);
        let mut naming = naming::known(document.text.as_str(), &words, &context.gazetteer);
        let dateline = document.structure.dateline.as_ref();
        if let Some(dateline) = dateline {
            naming::add_agency(&mut naming, &words, dateline.span);
        }
        if let Some(title) = document.article.title.as_deref() {
            naming::add_titled(&mut naming, title, &context.lexicon, &context.gazetteer);
        }
        naming::add_helpers(&mut naming, &words, |name| {
            parties::called_leader(context, name)
        });
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
        let other = |name: &str| {
            context.finder.knows(name) || parties::called_leader(context, name).is_some()
        };
        hints::add(
            &mut naming,
            &words,
            &people,
            &context.lexicon,
            &sources,
            dateline.map_or(0, |dateline| {
                words.partition_point(|word| word.span.start < dateline.span.end)
            }),
            other,
        );
        Cast {
            dateline: dateline.map(|dateline| dateline.span),
            sides: joint::by_mentions(&naming, context),
            together: joint::together(&naming, &words),
            words,
            naming,
            people,
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

    /// True for a name in the words that tell where and when the article was written.
    pub(crate) fn in_dateline(&self, place: &Named) -> bool {
        self.dateline
            .is_some_and(|told| told.overlaps(naming::span(&self.words, place.from, place.to)))
    }
}
