//! What speaks for a statement's being made at one meeting.
//!
//! The meeting that the article is about has most of its statements; another one must be told. Each step below adds
//! the facts of one kind: where the meeting is named, which day is told, whether words look ahead or back.

use super::chain::Chain;
use super::clause::{is_aside, is_fronted};
use super::reader::Reader;
use super::{AROUND, PARAGRAPH};
use crate::stage::meetings::course::ANNOUNCED_RULE;
use crate::stage::meetings::dates::Precision;
use crate::stage::meetings::find::{Found, announces};
use crate::stage::meetings::line::{Hit, Line};
use crate::stage::meetings::venues::fold;
use crate::stage::weigh::Features;

/// Lines before a statement in which the last meeting that was named is looked for.
const LAST: usize = 5;

/// A statement that is held against a meeting.
pub(super) struct AtMeeting<'r> {
    reader: &'r Reader<'r>,
    attribution: usize,
    meeting: usize,
    found: &'r Found,
    /// The line of the statement.
    at: usize,
    line: &'r Line<'r>,
    /// The article is about this meeting.
    main: bool,
    /// The meeting is to come.
    ahead: bool,
    /// The line names the meeting outside what is said.
    beside: bool,
    /// The line tells place and day of the meeting itself.
    told: bool,
}

impl<'r> AtMeeting<'r> {
    /// Holds a statement, which stands in the line `at`, against a meeting.
    pub(super) fn new(
        reader: &'r Reader<'r>,
        attribution: usize,
        at: usize,
        meeting: usize,
    ) -> AtMeeting<'r> {
        let (line, found) = (&reader.lines[at], &reader.found[meeting]);
        AtMeeting {
            reader,
            attribution,
            meeting,
            found,
            at,
            line,
            main: found.meeting.main,
            ahead: found.is_ahead(line.today),
            beside: reader.mentions.named[at].contains(&(meeting, false)),
            told: hits(found, at, line).any(|hit| hit.date.is_some()),
        }
    }

    /// All that speaks for the meeting.
    pub(super) fn features(&self, chain: &Chain) -> Features {
        let mut features = Features::default();
        self.of_meeting(&mut features);
        self.named(&mut features);
        self.day(&mut features);
        self.named_near(&mut features);
        self.looks_ahead(&mut features);
        self.opens(&mut features);
        let dated = !self.ahead && !self.main && self.told && self.beside;
        features.when("told with its day", dated);
        self.points_back(&mut features);
        self.of_speaker(&mut features);
        chain.features(&mut features, Some(self.meeting), self.main);
        features
    }

    /// Whether the article is about the meeting, and when it is.
    fn of_meeting(&self, features: &mut Features) {
        let (main, ahead) = (self.main, self.ahead);
        let announced = self.found.meeting.rule == ANNOUNCED_RULE;
        let old = self.found.is_old(self.line.today);
        features.when("main", main);
        features.when("main, dateline", main && self.at_home());
        features.when("main, only", main && self.reader.found.len() == 1);
        features.when("main, ahead", main && ahead && !announced);
        features.when("main, announced", main && ahead && announced);
        features.when("main, old", main && old);
        if main {
            features.of("main, sure", self.found.meeting.confidence);
        }
        features.when("another, ahead", !main && ahead);
        features.when("another, old", !main && old);
    }

    /// True where the meeting is held in the town from which the article is reported.
    fn at_home(&self) -> bool {
        let dateline = self.reader.document.structure.dateline.as_ref();
        dateline
            .and_then(|dateline| dateline.place.as_deref())
            .zip(self.found.meeting.venue.as_deref())
            .is_some_and(|(home, venue)| fold(home) == fold(venue))
    }

    /// Whether the line names the meeting, or is about it without its name.
    fn named(&self, features: &mut Features) {
        let mentions = &self.reader.mentions;
        let (at, meeting, main) = (self.at, self.meeting, self.main);
        let named = &mentions.named[at];
        let alone = self.beside && named.iter().all(|(other, _)| *other == meeting);
        let pointed = mentions.pointed[at] == Some(meeting);
        let inside = named.contains(&(meeting, true));
        features.when("named beside", self.beside);
        features.when("named beside, alone", alone && !main || pointed);
        features.when("under its heading", mentions.headed[at] == Some(meeting));
        features.when("named aside", mentions.aside[at].contains(&meeting));
        features.when("named inside", inside);
        features.when("named inside, another", inside && !main);
    }

    /// Whether the line tells a day of the meeting.
    fn day(&self, features: &mut Features) {
        let inside = self.day_fits(true);
        features.when("day beside", self.day_fits(false));
        features.when("day inside", inside);
        features.when("day inside, another", !self.main && inside);
    }

    /// True when the line tells a day outside (or inside) what is said that fits the meeting.
    fn day_fits(&self, inside: bool) -> bool {
        let line = self.line;
        line.dates.iter().any(|date| {
            date.when.precision == Precision::Day
                && line.in_content(date.bytes.start) == inside
                && (inside || !is_aside(line, line.tokens_of(&date.bytes).start))
                && self.found.when.is_some_and(|when| {
                    when.precision <= Precision::Week && when.distance(&date.when) <= AROUND
                })
        })
    }

    /// Whether the meeting is named in the paragraph so far, right after, or last of all.
    fn named_near(&self, features: &mut Features) {
        let mentions = &self.reader.mentions;
        let (at, beside, main) = (self.at, self.beside, self.main);
        let named = |other: usize| {
            self.reader.in_paragraph_of(at, other) && mentions.names(other, self.meeting)
        };
        let before = at.checked_sub(1).is_some_and(named);
        features.when("named before", !beside && before);
        features.when("named before, another", !beside && !main && before);
        features.when(
            "named in the paragraph",
            !beside && at > 1 && (at.saturating_sub(PARAGRAPH)..at - 1).any(named),
        );
        let after = at + 1 < self.reader.lines.len() && named(at + 1);
        features.when("named after", after);
        let mut back = (at.saturating_sub(LAST)..at).rev();
        let last = back.find_map(|other| mentions.last(other)) == Some(self.meeting);
        features.when("named last", !beside && last);
        features.when("named last, another", !beside && !main && last);
    }

    /// Whether what is said looks ahead to the meeting.
    fn looks_ahead(&self, features: &mut Features) {
        let line = self.line;
        let another = self.ahead && !self.main;
        let coming = announces(line, &self.reader.finder.words);
        let again = line.tokens.iter().any(|token| {
            line.in_content(token.bytes.start)
                && matches!(
                    token.lower.as_str(),
                    "again" | "resume" | "reconvene" | "return" | "come" | "attend" | "next"
                )
        });
        features.when("coming round", another && coming);
        features.when("again", another && again);
        let dated = self.day_fits(true) || self.day_fits(false);
        features.when("announced here", another && (coming && dated || self.told));
    }

    /// Whether the line opens with a meeting that is not the main one: "At Lindal she had still asked …", "“In Lindal
    /// nobody would say the word,” she recalls".
    fn opens(&self, features: &mut Features) {
        let line = self.line;
        let opens = |inside: bool| {
            hits(self.found, self.at, line).any(|hit| {
                let first = hit.tokens.start;
                line.in_content(line.tokens[first].bytes.start) == inside && is_fronted(line, first)
            })
        };
        features.when("fronted", !self.main && opens(false));
        features.when("fronted inside", !self.main && opens(true));
    }

    /// Whether the line points back to the meeting of the line before: "The forum meets in Lugano in May. She expected
    /// a date from it, and would be there."
    fn points_back(&self, features: &mut Features) {
        let named = |before: usize| self.reader.mentions.names(before, self.meeting);
        let pointing = &self.reader.finder.words.pointing;
        let mut tokens = self.line.tokens.iter();
        let points = self.at.checked_sub(1).is_some_and(named)
            && tokens.any(|token| pointing.contains(&token.lower))
            && !self.beside
            && !self.main;
        features.when("points back", points);
        features.when("points back, ahead", points && self.ahead);
    }

    /// Whether the speaker and his party belong to the meeting.
    fn of_speaker(&self, features: &mut Features) {
        let main = self.main;
        if let Some(party) = self.reader.party[self.attribution] {
            let parties = &self.reader.parties;
            let with = parties.with[self.meeting].contains(&party);
            features.when("party named with it", with && main);
            features.when("party named with another", with && !main);
            features.when(
                "party in the lead",
                main && parties.leading.contains(&party),
            );
        }
        let table = self.reader.standing[self.attribution].table;
        features.when("at the table", main && table);
        features.when("at the table of another", !main && table);
        let often = self.reader.often[self.attribution] > 2;
        features.when("speaks often", main && often);
    }
}

/// The places by which a line names a meeting.
fn hits<'r>(found: &'r Found, at: usize, line: &'r Line<'_>) -> impl Iterator<Item = &'r Hit> {
    let here = found.hits.iter().filter(move |(line, _)| *line == at);
    here.map(|(_, hit)| &line.hits[*hit])
}
