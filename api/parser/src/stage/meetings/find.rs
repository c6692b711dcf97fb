//! From the places of the article to its meetings.
//!
//! The lines of the article are read twice, so that names shown to be venues are known everywhere
//! ([`lines`](mod@lines)). The times told of each likely place are its slots ([`slot`]); one is the meeting that
//! the article is about ([`main_meeting`]), and gets the days that are told of the talks. Rounds that
//! are announced ([`next_round`]) and those of one week ([`week`]) get their days last; then slots
//! become meetings ([`build`]).

mod build;
mod home;
mod lines;
mod main_meeting;
mod next_round;
mod slot;
mod week;

pub(super) use build::with_statements;
pub(super) use home::{Home, home};
pub(super) use lines::lines;
pub(super) use next_round::announces;

use super::Finder;
use super::candidate::Candidate;
use super::course::{Course, Report, course};
use super::dates::When;
use super::line::Line;
use super::venues::fold;
use crate::document::Document;
use chrono::NaiveDate;
use main_meeting::Main;
use plenary_domain::parsed::Meeting;
use slot::{Slot, Venue, part_from_far, slots};

/// Strength from which the name of an unknown place is known in the rest of the text.
const VENUE: f32 = 0.5;
/// Probability from which a place is a venue.
const SURE: f32 = 0.35;
/// Probability from which the likeliest place may be a venue.
const LIKELY: f32 = 0.15;
/// Probability from which the likeliest place is the venue of the article's main meeting.
const MAIN: f32 = 0.07;

/// A meeting with the places that name it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) meeting: Meeting,
    /// Line and place of every mention.
    pub(super) hits: Vec<(usize, usize)>,
    /// First and last day, however exactly told.
    pub(super) when: Option<When>,
    /// Probability that the first day is right, 0..=1.
    pub(super) sure: f32,
}

impl Found {
    /// True for a round of weeks ago.
    pub(super) fn is_old(&self, today: Option<NaiveDate>) -> bool {
        const OLD: i64 = 20;
        self.when
            .zip(today)
            .is_some_and(|(when, today)| (today - when.end).num_days() > OLD)
    }

    /// True for one whose first day is to come.
    pub(super) fn is_ahead(&self, today: Option<NaiveDate>) -> bool {
        is_ahead(self.when, today)
    }
}

/// What the meetings of one article are found from.
#[derive(Debug)]
struct Search<'a> {
    document: &'a Document<'a>,
    finder: &'a Finder,
    lines: &'a [Line<'a>],
    candidates: &'a [Candidate],
    home: &'a Home,
}

/// The meetings in time order.
pub(super) fn meetings(
    document: &Document<'_>,
    finder: &Finder,
    lines: &[Line<'_>],
    candidates: &[Candidate],
    home: &Home,
) -> Vec<Found> {
    let search = Search {
        document,
        finder,
        lines,
        candidates,
        home,
    };
    let today = today(document);
    let mut venues = search.venues(today);
    if let Some(today) = today {
        search.date(&mut venues, today);
    }
    build::build(document, lines, venues, today)
}

impl Search<'_> {
    /// The likely places with the times told of them.
    fn venues(&self, today: Option<NaiveDate>) -> Vec<Venue> {
        let all = || self.candidates.iter();
        let best = all().map(|one| one.probability).fold(LIKELY, f32::max);
        let likeliest = all().map(|one| one.main).fold(MAIN, f32::max);
        all()
            .filter(|one| {
                // Where somebody only spoke to the press nobody met.
                let facts = &one.features;
                let press = facts.has("told the press there") && facts.has("only bare");
                one.probability >= best.min(SURE)
                    || one.main >= likeliest && (!press || facts.has("dateline"))
            })
            .map(|one| Venue {
                name: one.name.clone(),
                probability: one.probability,
                main: one.main,
                slots: slots(self.lines, &one.hits, today),
            })
            .collect()
    }

    /// Gives the slots the days that are told elsewhere in the article, finds the main meeting, and adds the rounds
    /// that are told without a place.
    fn date(&self, venues: &mut Vec<Venue>, today: NaiveDate) {
        let (lines, words) = (self.lines, &self.finder.words);
        self.date_by_series(venues, today);
        let course = self.course(venues, today);
        if course.is_some_and(tells_days) {
            self.part_from_far(venues, today);
        }
        let main = Main::new(self, today).find(venues, course);
        if let Some((venue, _)) = main {
            next_round::add_next_rounds(words, lines, &mut venues[venue]);
        }
        week::spread_over_the_week(lines, venues, today);
    }

    /// Known conferences were held on known days.
    fn date_by_series(&self, venues: &mut [Venue], today: NaiveDate) {
        let title = self.document.article.title.as_deref().unwrap_or_default();
        let text = format!("{title}\n{}", self.document.text.as_str()).to_lowercase();
        for venue in venues {
            for slot in &mut venue.slots {
                let series = &self.finder.series;
                if let Some(held) = series.held(&venue.name, slot.when, today, &text) {
                    slot.when = Some(held.when);
                    slot.name = Some(format!("{} in {}", held.name, venue.name));
                    slot.rule = "meetings/series";
                    slot.sure = 0.9;
                }
            }
        }
    }

    /// The days of the talks, which most likely were in the likeliest of the venues.
    fn course(&self, venues: &[Venue], today: NaiveDate) -> Option<Course> {
        let likeliest = venues.iter().max_by(|a, b| a.main.total_cmp(&b.main));
        let dateline = self.document.structure.dateline.as_ref();
        course(&Report {
            lines: self.lines,
            words: &self.finder.words,
            venue: likeliest.map(|venue| venue.name.as_str()),
            today,
            dateline: dateline.and_then(|dateline| dateline.day),
            live: self.home.live,
        })
    }

    /// What a report from a town, or one on talks there, tells without a day happened these days.
    fn part_from_far(&self, venues: &mut [Venue], today: NaiveDate) {
        let town = self.home.town.as_deref().map(fold);
        let likeliest = venues.iter().map(|venue| venue.main).fold(0.0, f32::max);
        let undated = |slot: &Slot| {
            slot.hits
                .iter()
                .any(|hit| slot::is_undated(self.lines, *hit))
        };
        for venue in venues {
            let at_home = Some(fold(&venue.name)) == town;
            let likely = venue.main >= likeliest && venue.slots.iter().any(undated);
            if at_home || likely {
                part_from_far(self.lines, venue, today);
            }
        }
    }
}

/// True for a course that is over or under way, and of which words tell more than the days on which it is reported.
fn tells_days(course: Course) -> bool {
    course.announced.is_none()
        && !matches!(course.rule, "meetings/publication" | "meetings/dateline")
}

/// The day of publication, or that which the dateline tells.
fn today(document: &Document<'_>) -> Option<NaiveDate> {
    let dateline = document.structure.dateline.as_ref();
    document
        .article
        .published
        .or(dateline.and_then(|dateline| dateline.day))
}

/// True for a time whose first day is to come.
fn is_ahead(when: Option<When>, today: Option<NaiveDate>) -> bool {
    when.zip(today)
        .is_some_and(|(when, today)| when.start > today)
}
