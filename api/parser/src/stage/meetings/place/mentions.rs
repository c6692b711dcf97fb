//! Which meetings each line is about: it names one, points back to one, goes on about one, or stands under a heading.

use super::back::points_back;
use super::clause::is_aside;
use crate::stage::meetings::dates::Precision;
use crate::stage::meetings::find::Found;
use crate::stage::meetings::line::Line;

/// Lines over which a paragraph goes on about a round of old.
const GOES_ON: usize = 8;
/// Lines before one that points back in which the meeting is named.
const POINTS: usize = 2;

/// The meetings of the lines.
pub(super) struct Mentions {
    /// For each line the meetings that it names, with whether inside what is said.
    pub(super) named: Vec<Vec<(usize, bool)>>,
    /// For each line the meetings that it names only in what it adds of the speaker.
    pub(super) aside: Vec<Vec<usize>>,
    /// For each line a meeting that it names with its day.
    dated: Vec<Option<usize>>,
    /// For each line the meeting before to which it points: "there".
    pub(super) pointed: Vec<Option<usize>>,
    /// For each line the meeting that the heading above it names with its day.
    pub(super) headed: Vec<Option<usize>>,
}

impl Mentions {
    pub(super) fn read(lines: &[Line<'_>], found: &[Found]) -> Mentions {
        let mut mentions = Mentions {
            named: vec![Vec::new(); lines.len()],
            aside: vec![Vec::new(); lines.len()],
            dated: vec![None; lines.len()],
            pointed: Vec::new(),
            headed: Vec::new(),
        };
        for (meeting, found) in found.iter().enumerate() {
            mentions.add(lines, meeting, found);
        }
        mentions.pointed = (0..lines.len())
            .map(|at| mentions.before(lines, found, at))
            .collect();
        mentions.headed = mentions.under_headings(lines);
        mentions
    }

    /// Adds the lines that name a meeting.
    fn add(&mut self, lines: &[Line<'_>], meeting: usize, found: &Found) {
        for (at, hit) in &found.hits {
            let line = &lines[*at];
            let hit = &line.hits[*hit];
            if hit.date.is_some() {
                self.dated[*at].get_or_insert(meeting);
            }
            let token = hit.tokens.start;
            let inside = line.in_content(line.tokens[token].bytes.start);
            if !inside && is_aside(line, token) {
                self.aside[*at].push(meeting);
            } else {
                self.named[*at].push((meeting, inside));
            }
        }
    }

    /// The meeting of the lines before to which a line belongs that names none: "Ms Moor threatened there to tax wine".
    /// So does what goes on in a paragraph that tells of a round of old.
    fn before(&self, lines: &[Line<'_>], found: &[Found], at: usize) -> Option<usize> {
        let mut before = (at.saturating_sub(GOES_ON)..at).rev();
        let (told, (meeting, inside)) =
            before.find_map(|before| Some((before, *self.named[before].last()?)))?;
        if !self.named[at].is_empty() || inside {
            return None;
        }
        let line = &lines[at];
        let meant = &found[meeting];
        let near = || !meant.is_ahead(line.today) && at - told <= POINTS && points_back(line);
        let mut dates = line.dates.iter();
        let own = dates.any(|date| date.when.precision <= Precision::Week);
        let goes_on = meant.is_old(line.today)
            && !meant.meeting.main
            && !own
            && lines[told].paragraph == line.paragraph;
        (goes_on || near()).then_some(meeting)
    }

    /// For each line the meeting that the last heading above it, or the line itself as one, names with its day.
    fn under_headings(&self, lines: &[Line<'_>]) -> Vec<Option<usize>> {
        let lines = lines.iter().zip(&self.dated);
        lines
            .scan(None, |heading, (line, dated)| {
                if line.heading && line.sentence.is_some() {
                    *heading = *dated;
                }
                Some(*heading)
            })
            .collect()
    }

    /// True for a line that names a meeting.
    pub(super) fn names(&self, line: usize, meeting: usize) -> bool {
        self.named[line].iter().any(|(named, _)| *named == meeting)
    }

    /// The meeting that a line names last.
    pub(super) fn last(&self, line: usize) -> Option<usize> {
        self.named[line].last().map(|(named, _)| *named)
    }
}
