//! The meeting that the article is about: its venue, its slot there, and its days.
//!
//! It is the round that the article announces, or else the one that it reports. Where those who met
//! sat before screens it has no venue. Where no likely place has a round of these days there is none,
//! unless the article surely tells the days of talks.

use super::slot::{Slot, Venue, slots, take_undated};
use super::{SURE, Search};
use crate::stage::meetings::candidate::Candidate;
use crate::stage::meetings::course::{ANNOUNCED_RULE, Course, LONGEST_ROUND, Length, stretch};
use crate::stage::meetings::dates::{Precision, When};
use crate::stage::meetings::line::{Hit, Line};
use crate::stage::meetings::venues::fold;
use crate::stage::meetings::words::Words;
use chrono::NaiveDate;

/// Sentences in which an article tells where all its talks were.
const EARLY: usize = 4;
/// Days within which meetings in several towns share a week.
const SAME_WEEK: i64 = 8;

/// What the main meeting is found from.
#[derive(Debug)]
pub(super) struct Main<'a> {
    lines: &'a [Line<'a>],
    candidates: &'a [Candidate],
    today: NaiveDate,
    /// True where those who met sat before screens.
    remote: bool,
}

impl<'a> Main<'a> {
    pub(super) fn new(search: &Search<'a>, today: NaiveDate) -> Main<'a> {
        Main {
            lines: search.lines,
            candidates: search.candidates,
            today,
            remote: is_remote(search.lines, &search.finder.words),
        }
    }

    /// Finds its venue and slot, and gives it the days that the article tells of the talks. `None` where no venue has
    /// it; it is then added without one where its days are sure.
    pub(super) fn find(
        &self,
        venues: &mut Vec<Venue>,
        course: Option<Course>,
    ) -> Option<(usize, usize)> {
        let main = match course.filter(|course| course.announced.is_some()) {
            Some(course) => self.to_come(venues, course),
            None => self.reported(venues),
        };
        let main = match main {
            Some(at) if self.remote => Some(self.unplaced(venues, at)),
            main => main,
        };
        let least = if self.remote { 0.6 } else { 0.75 };
        match (main, course) {
            (Some((venue, slot)), Some(course)) => {
                let course = self.of_one_venue(venues, (venue, slot), course);
                date_by_course(&mut venues[venue].slots[slot], course, self.today);
            }
            (None, Some(course)) if course.confidence >= least => {
                venues.push(self.without_place(course));
            }
            _ => {}
        }
        main
    }

    /// Venue and slot of the meeting that the article reports: the likeliest place, and there the round that is told
    /// early, often, and shortly before publication.
    fn reported(&self, venues: &[Venue]) -> Option<(usize, usize)> {
        venues
            .iter()
            .enumerate()
            .flat_map(|(at, venue)| (0..venue.slots.len()).map(move |slot| (at, slot)))
            .filter(|(at, slot)| venues[*at].slots[*slot].is_fresh(self.today))
            .max_by(|a, b| {
                let likely = |(at, _): (usize, usize)| venues[at].main;
                let pull = |(at, slot): (usize, usize)| self.pull(&venues[at].slots[slot]);
                likely(*a)
                    .total_cmp(&likely(*b))
                    .then(pull(*a).total_cmp(&pull(*b)))
                    .then(b.cmp(a))
            })
    }

    /// How early, how often and how shortly before publication a round is told.
    fn pull(&self, slot: &Slot) -> f32 {
        let told = slot.hits.iter().map(|(at, hit)| {
            let line = &self.lines[*at];
            let place = match line.sentence {
                None => 3.0,
                Some(0) => 2.5,
                Some(1..=3) => 1.5,
                _ => 0.5,
            };
            place * line.hits[*hit].strength.max(0.2)
        });
        let days = slot
            .when
            .map_or(0, |when| (self.today - when.end.min(self.today)).num_days());
        let fresh = if days <= 10 { 2.0 } else { 1.0 };
        (told.sum::<f32>() + 0.3) * fresh
    }

    /// Venue and slot of a meeting that the article announces for a day: a round told for that day, or else a new one
    /// in the likeliest place.
    fn to_come(&self, venues: &mut Vec<Venue>, course: Course) -> Option<(usize, usize)> {
        let when = course.when;
        let told = |slot: &Slot| slot.when.is_some_and(|told| told.overlaps(&when));
        let dated = |at: &usize| venues[*at].slots.iter().any(told);
        if let Some(at) = likeliest(venues, (0..venues.len()).filter(dated)) {
            let slot = venues[at].slots.iter().position(told)?;
            venues[at].slots[slot].rule = ANNOUNCED_RULE;
            return Some((at, slot));
        }
        let named = course
            .announced
            .and_then(|line| bound_to(&self.lines[line]));
        let named = named.and_then(|name| self.named(venues, &name));
        let at = named.or_else(|| likeliest(venues, 0..venues.len()))?;
        let undated = take_undated(self.lines, &mut venues[at].slots);
        venues[at].slots.retain(|slot| !slot.hits.is_empty());
        venues[at].slots.push(Slot {
            when: Some(when),
            ahead: true,
            rule: ANNOUNCED_RULE,
            sure: 0.7,
            ..Slot::undated(undated, self.lines)
        });
        Some((at, venues[at].slots.len() - 1))
    }

    /// The venue of that folded name, or else a new one for the candidate of that name.
    fn named(&self, venues: &mut Vec<Venue>, name: &str) -> Option<usize> {
        if let Some(at) = venues.iter().position(|venue| fold(&venue.name) == name) {
            return Some(at);
        }
        let mut candidates = self.candidates.iter();
        let candidate = candidates.find(|one| fold(&one.name) == name)?;
        venues.push(Venue {
            name: candidate.name.clone(),
            probability: candidate.probability.max(SURE),
            main: candidate.main.max(SURE),
            slots: slots(self.lines, &candidate.hits, Some(self.today)),
        });
        Some(venues.len() - 1)
    }

    /// The meeting of an article on talks before screens, taken from the town where only the reporter sits. It stays
    /// with a town in which, as the article says, somebody met.
    fn unplaced(&self, venues: &mut Vec<Venue>, (venue, slot): (usize, usize)) -> (usize, usize) {
        let met = |&(at, hit): &(usize, usize)| {
            let (line, hit) = (&self.lines[at], &self.lines[at].hits[hit]);
            hit.noun.is_some() && !line.in_content(line.tokens[hit.tokens.start].bytes.start)
        };
        if venues[venue].slots[slot].hits.iter().any(met) {
            return (venue, slot);
        }
        let slot = venues[venue].slots.remove(slot);
        let (probability, main) = (venues[venue].probability, venues[venue].main);
        venues.push(Venue {
            name: String::new(),
            probability,
            main,
            slots: vec![Slot {
                hits: Vec::new(),
                ..slot
            }],
        });
        (venues.len() - 1, 0)
    }

    /// The course as far as it is that of one venue: "a week of talks in two capitals" tells how long neither took.
    fn of_one_venue(
        &self,
        venues: &[Venue],
        (venue, slot): (usize, usize),
        mut course: Course,
    ) -> Course {
        let spread = match course.length {
            Some(Length::Weeks(1)) => self.is_in_many(venues, |slot| self.is_of_talks(slot)),
            Some(Length::SameWeek) => self.is_in_many(venues, |_| true),
            _ => false,
        };
        if spread {
            course.length = None;
            // What is told for the place is all that is known of its days.
            let told = venues[venue].slots[slot].when;
            course.when = told
                .filter(|when| when.precision == Precision::Day)
                .unwrap_or(course.when);
        }
        course
    }

    /// True where rounds of the last days, among those that count, were held in several venues.
    fn is_in_many(&self, venues: &[Venue], counts: impl Fn(&Slot) -> bool) -> bool {
        let near = |slot: &Slot| {
            let day = slot.when.filter(|when| when.precision == Precision::Day);
            let back = day.map(|when| (self.today - when.end).num_days());
            back.is_some_and(|back| (0..=SAME_WEEK).contains(&back))
        };
        let held = |venue: &&Venue| venue.slots.iter().any(|slot| counts(slot) && near(slot));
        venues.iter().filter(held).count() > 1
    }

    /// True for a round that is told early, or called talks: what is told later in the article, and is called no talks,
    /// happened somewhere else by itself.
    fn is_of_talks(&self, slot: &Slot) -> bool {
        slot.hits.iter().any(|&(at, hit)| {
            let line = &self.lines[at];
            let noun = line.hits[hit].noun.map(|noun| &line.nouns[noun]);
            line.sentence.is_none_or(|sentence| sentence < EARLY)
                || noun.is_some_and(|noun| !noun.verb)
        })
    }

    /// Talks that are told of with their days, and of no place but perhaps a building where somebody spoke.
    fn without_place(&self, course: Course) -> Venue {
        let mut slot = Slot::undated(Vec::new(), self.lines);
        date_by_course(&mut slot, course, self.today);
        let building = self.candidates.iter().find(|candidate| {
            let facts = &candidate.features;
            facts.has("site") && facts.has("in or at") && (facts.has("lead") || facts.has("early"))
        });
        Venue {
            name: building.map_or(String::new(), |candidate| candidate.name.clone()),
            probability: 0.5,
            main: 0.5,
            slots: vec![slot],
        }
    }
}

/// True where the head of the article tells that those who met sat before screens, each at home.
fn is_remote(lines: &[Line<'_>], words: &Words) -> bool {
    const HEAD: usize = 3;
    lines.iter().take(HEAD).any(|line| {
        words.remote.find_iter(line.text).any(|told| {
            !line.in_quotation(told.start())
                && (!line.nouns.is_empty() || line.sentence.is_none_or(|at| at == 0))
        })
    })
}

/// The likeliest of those venues, of several the first.
fn likeliest(venues: &[Venue], mut among: impl Iterator<Item = usize>) -> Option<usize> {
    let first = among.next()?;
    let likelier = |best: usize, at: usize| {
        let more = venues[at].main.total_cmp(&venues[best].main).is_gt();
        if more { at } else { best }
    };
    Some(among.fold(first, likelier))
}

/// The folded name of the known place to which a line leads: "leads a team to Lugano on Wednesday".
fn bound_to(line: &Line<'_>) -> Option<String> {
    let bound = |hit: &&Hit| {
        let before = hit.tokens.start.checked_sub(1);
        let before = before.map_or("", |at| line.tokens[at].lower.as_str());
        hit.known && matches!(before, "to" | "in" | "at")
    };
    line.hits.iter().find(bound).map(|hit| fold(&hit.name))
}

/// Gives the main meeting the days that the article tells of the talks.
fn date_by_course(slot: &mut Slot, course: Course, today: NaiveDate) {
    slot.main = true;
    match slot.when {
        _ if slot.rule == "meetings/series" => {}
        // A day told for the place, and a length or an end told elsewhere: one course of talks.
        Some(known) if known.precision == Precision::Day => {
            // The day told for the place is an end of the course.
            let ends = known.start == course.when.start || known.end == course.when.end;
            let before = (known.start - course.when.start).num_days();
            if ends && course.confidence >= 0.6 {
                slot.when = Some(course.when);
            } else if course.opened && (1..=LONGEST_ROUND).contains(&before) {
                // "Signed in Lindal on Saturday, at the end of a conference that had opened on Tuesday"
                slot.when = Some(When {
                    start: course.when.start,
                    ..known
                });
            } else if let Some(length) = course.length {
                slot.when = stretch(known, length, false).or(slot.when);
            }
        }
        Some(known) if known.start <= today => {
            let sure = if known.precision == Precision::Week {
                0.75
            } else {
                0.6
            };
            if known.overlaps(&course.when) && course.confidence >= sure {
                slot.when = Some(course.when);
                slot.rule = course.rule;
                slot.sure = course.confidence;
            }
        }
        Some(_) => {}
        None => {
            slot.when = Some(course.when);
            slot.rule = course.rule;
            slot.sure = course.confidence;
        }
    }
}
