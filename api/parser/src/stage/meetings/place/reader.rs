//! What is known of all statements before the first is placed.

use super::mentions::Mentions;
use super::parties::Parties;
use super::standing::{Standing, standing};
use crate::document::Document;
use crate::stage::meetings::Finder;
use crate::stage::meetings::find::Found;
use crate::stage::meetings::line::Line;
use crate::stage::meetings::venues::fold;
use plenary_domain::Span;
use std::collections::{HashMap, HashSet};

/// The article, and what is looked up in it again and again.
pub(super) struct Reader<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) finder: &'d Finder,
    pub(super) lines: &'d [Line<'d>],
    pub(super) found: &'d [Found],
    pub(super) main: Option<usize>,
    /// For each attribution the line that tells who speaks.
    pub(super) line_of: Vec<Option<usize>>,
    pub(super) mentions: Mentions,
    pub(super) parties: Parties,
    /// Folded names of the venues.
    pub(super) venues: HashSet<String>,
    /// For each attribution its first speaker: index into the actors.
    pub(super) speaker: Vec<Option<usize>>,
    /// For each attribution the party of its first speaker, where there is one.
    pub(super) party: Vec<Option<usize>>,
    /// For each attribution how many statements of the article are its party's.
    pub(super) weight: Vec<usize>,
    /// For each attribution how many statements of the article are its speaker's.
    pub(super) often: Vec<usize>,
    /// For each attribution what its speaker is.
    pub(super) standing: Vec<Standing>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(
        document: &'d Document<'d>,
        finder: &'d Finder,
        lines: &'d [Line<'d>],
        found: &'d [Found],
    ) -> Reader<'d> {
        let mentions = Mentions::read(lines, found);
        let all = || 0..document.attributions.len();
        let first = |one: usize| Some(document.speakers.of[one].first()?.value);
        let speaker: Vec<Option<usize>> = all().map(first).collect();
        let first = |one: usize| document.sides.of.get(one)?.first()?.value;
        let party: Vec<Option<usize>> = all().map(first).collect();
        let venues = found.iter().map(|found| found.meeting.venue.as_deref());
        Reader {
            document,
            finder,
            lines,
            found,
            main: found.iter().position(|found| found.meeting.main),
            line_of: all().map(|one| line_of(document, lines, one)).collect(),
            parties: Parties::read(document, finder, lines, found, &mentions),
            mentions,
            weight: alike(&party),
            often: alike(&speaker),
            speaker,
            party,
            venues: venues.filter_map(|venue| venue.map(fold)).collect(),
            standing: all().map(|one| standing(document, finder, one)).collect(),
        }
    }

    /// The words that name a meeting in the statement's sentence.
    pub(super) fn words(&self, attribution: usize, meeting: usize) -> Option<Span> {
        let line = self.line_of[attribution]?;
        let at = self.lines[line].sentence?;
        let sentence = self.document.structure.sentences[at].span;
        let mentions = &self.found[meeting].meeting.mentions;
        mentions
            .iter()
            .copied()
            .find(|mention| sentence.contains(*mention))
    }

    /// True for a line of the text in the paragraph of another line.
    pub(super) fn in_paragraph_of(&self, at: usize, other: usize) -> bool {
        let (line, other) = (&self.lines[at], &self.lines[other]);
        other.sentence.is_some() && other.paragraph == line.paragraph
    }
}

/// The line in which the cue of a statement stands, or where it has none the first words of what is said. None where
/// no line has them.
fn line_of(document: &Document<'_>, lines: &[Line<'_>], attribution: usize) -> Option<usize> {
    let attribution = &document.attributions[attribution];
    let content = attribution.content.first()?;
    let told: &Span = attribution.cue.first().unwrap_or(content);
    let span = |sentence: usize| document.structure.sentences[sentence].span;
    // Lines stand in text order, a headline that came beside the text before them all.
    let end = |line: &Line<'_>| line.sentence.map_or(0, |sentence| span(sentence).end);
    let at = lines.partition_point(|line| end(line) <= told.start);
    let sentence = lines.get(at)?.sentence?;
    span(sentence).overlaps(*told).then_some(at)
}

/// For each statement how many have the same speaker, or the same party; 1 where it has none.
fn alike(of: &[Option<usize>]) -> Vec<usize> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for one in of.iter().flatten() {
        *counts.entry(*one).or_default() += 1;
    }
    let count = |one: &usize| counts.get(one).copied();
    of.iter()
        .map(|one| one.as_ref().and_then(count).unwrap_or(1))
        .collect()
}
