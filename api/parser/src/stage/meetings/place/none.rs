//! What speaks for a statement's being made at no meeting: from home, from another town, or on another day.

use super::chain::Chain;
use super::reader::Reader;
use super::{AROUND, PARAGRAPH};
use crate::stage::meetings::dates::Precision;
use crate::stage::meetings::line::{Line, Role, is_saying};
use crate::stage::meetings::venues::fold;
use crate::stage::weigh::Features;
use plenary_domain::ActorKind;
use std::collections::HashSet;

/// A statement that is held against no meeting.
pub(super) struct AtNone<'r> {
    reader: &'r Reader<'r>,
    attribution: usize,
    /// The line of the statement.
    at: usize,
    line: &'r Line<'r>,
}

impl<'r> AtNone<'r> {
    /// Holds a statement, which stands in the line `at`, against no meeting.
    pub(super) fn new(reader: &'r Reader<'r>, attribution: usize, at: usize) -> AtNone<'r> {
        AtNone {
            reader,
            attribution,
            at,
            line: &reader.lines[at],
        }
    }

    /// All that speaks for none.
    pub(super) fn features(&self, chain: &Chain) -> Features {
        let mut features = Features::default();
        self.words(&mut features);
        self.town(&mut features);
        features.when("none, other day", self.other_day());
        self.party(&mut features);
        self.actor(&mut features);
        self.article(&mut features);
        self.standing(&mut features);
        chain.features(&mut features, None, false);
        features
    }

    /// Whether words tell that it is said elsewhere, or about the talks.
    fn words(&self, features: &mut Features) {
        let words = &self.reader.finder.words;
        let tells = |list: &HashSet<String>, inside: bool| {
            self.line.tokens.iter().any(|token| {
                self.line.in_content(token.bytes.start) == inside && list.contains(&token.lower)
            })
        };
        features.when("none", true);
        features.when("none, no main", self.reader.main.is_none());
        features.when("none, about talks", tells(&words.about, true));
        features.when("none, elsewhere", tells(&words.elsewhere, false));
        features.when("none, from afar", tells(&words.reactions, false));
    }

    /// Whether another town than those of the meetings is told.
    fn town(&self, features: &mut Features) {
        let town = self.tells_other_town(self.line);
        let same = |other: &usize| self.reader.in_paragraph_of(self.at, *other);
        let mut earlier = (self.at.saturating_sub(PARAGRAPH)..self.at).filter(same);
        let opens = self.at.checked_sub(1).is_none_or(|before| !same(&before));
        // "In Warsaw, the minister said": the sentence begins with the place.
        let first = self.line.tokens.first();
        let begins =
            first.is_some_and(|token| matches!(token.lower.as_str(), "in" | "from" | "at"));
        features.when("none, other town", town);
        features.when(
            "none, other town before",
            !town && earlier.any(|other| self.tells_other_town(&self.reader.lines[other])),
        );
        features.when("none, other town first", opens && begins && town);
    }

    /// True for a line that tells outside what is said a town in which no meeting is held.
    fn tells_other_town(&self, line: &Line<'_>) -> bool {
        line.hits.iter().any(|hit| {
            let token = &line.tokens[hit.tokens.start];
            matches!(hit.role, Role::At)
                && !line.in_content(token.bytes.start)
                && !self.reader.venues.contains(&fold(&hit.name))
        })
    }

    /// True where it was said on a day on which, and around which, no meeting was held.
    fn other_day(&self) -> bool {
        let line = self.line;
        line.dates.iter().enumerate().any(|(index, date)| {
            let mut meetings = self.reader.found.iter().filter_map(|found| found.when);
            line.cue_dates[index]
                && date.when.precision == Precision::Day
                && !meetings.any(|when| when.distance(&date.when) <= AROUND + 1)
        })
    }

    /// Whether the speaker has a party, and how often it is heard.
    fn party(&self, features: &mut Features) {
        let sides = self.reader.document.sides.of.get(self.attribution);
        let side = sides.and_then(|sides| sides.first());
        let party = side.is_some_and(|side| side.value.is_some());
        let weight = self.reader.weight[self.attribution];
        features.when("none, private", side.is_some() && !party);
        features.when("none, nobody", side.is_none());
        features.when("none, outsider", weight == 1 && party);
        features.when("none, guest", weight == 2 && party);
    }

    /// Whether a body speaks, or a seat of government: "Moscow said" is said from home.
    fn actor(&self, features: &mut Features) {
        let document = self.reader.document;
        let speaker = self.reader.speaker[self.attribution];
        let actor = speaker.and_then(|speaker| document.speakers.actors.get(speaker));
        let body = actor.is_some_and(|actor| actor.kind != ActorKind::Person);
        let source = document.attributions[self.attribution].source.first();
        let seat = source.is_some_and(|source| {
            let place = fold(document.text.slice(*source));
            let venue = self.reader.finder.venues.get(&place);
            venue.is_some_and(|place| place.seat)
        });
        features.when("none, body", body);
        features.when("none, seat", seat);
    }

    /// Whether it stands late in the article, and whether the article's main meeting is held, and sure.
    fn article(&self, features: &mut Features) {
        let whole = self.reader.lines.len().max(1) as f32;
        features.of("none, late", (self.at as f32 / whole - 0.5).max(0.0) * 2.0);
        let main = self.reader.main.map(|main| &self.reader.found[main]);
        let ahead = main.is_some_and(|main| main.is_ahead(self.line.today));
        features.when("none, all ahead", ahead);
        let sure = main.map_or(0.0, |main| main.meeting.confidence);
        features.of("none, unsure main", 1.0 - sure);
    }

    /// Whether the speaker is one who comments from home, or who is hardly told of.
    fn standing(&self, features: &mut Features) {
        let standing = self.reader.standing[self.attribution];
        let home = standing.home && !standing.table;
        features.when("none, at home", home);
        features.when("none, at home here", home && standing.home_here);
        features.when("none, indefinite", standing.indefinite);
        let once = self.reader.often[self.attribution] == 1;
        features.when("none, speaks once", once);
        let party = self.reader.party[self.attribution];
        let apart = party.is_some_and(|party| !self.reader.parties.leading.contains(&party));
        features.when("none, not in the lead", apart);
        let mut tokens = self.line.tokens.iter();
        let spoke = tokens.any(|token| is_saying(&token.lower));
        features.when("none, no word of saying", !spoke);
    }
}
