//! Meetings as far as they are known: which reports tell of one meeting, and which meetings follow one
//! another in one process.
//!
//! A report is what one article tells. Reports are of one meeting where nothing parts them (venue, days,
//! parties) and venue or days tie them. Meetings are of one process where the same sides go on about the
//! same subject: a wrong link would compare what a side said about one thing with what it said about
//! another, so where in doubt there is none.

use crate::parsed::Meeting;
use crate::{MeetingStatus, slugify};
use chrono::{Days, Months, NaiveDate};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Longest time between meetings of one process.
pub const PAUSE: Months = Months::new(18);
/// Longest time between meetings of one process where only their parties tie them.
const SHORT_PAUSE: Months = Months::new(6);
/// Longest time between meetings of which the larger one has all the sides of the smaller and more.
const SOON: Months = Months::new(1);
/// Longest time that one meeting can take.
const LONGEST: Days = Days::new(31);
/// Parties from which on a meeting is a conference: everybody meets everybody there, so that parties in
/// common tell nothing.
const CONFERENCE: usize = 7;
/// Positions on one domain or issue from which on a meeting is known to be about it.
const TELLING: u32 = 2;

/// A meeting as far as it is known, by one report or by many. `P` names a party.
#[derive(Debug, Clone, PartialEq)]
pub struct Known<P: Ord> {
    /// Name or description.
    pub name: String,
    /// Town of the venue.
    pub venue: Option<String>,
    /// First day; the first of the month where only the month is known.
    pub start: Option<NaiveDate>,
    /// Last day.
    pub end: Option<NaiveDate>,
    /// False where only the month is known.
    pub day_known: bool,
    /// Whether it took place.
    pub status: MeetingStatus,
    /// The parties that take part.
    pub parties: BTreeSet<P>,
    /// Number of positions taken at it by domain and slug of the issue, as far as they bear on a
    /// proposition.
    pub issues: BTreeMap<(String, String), u32>,
}

impl<P: Ord + Clone> Known<P> {
    /// What an article tells, its parties by their names among `parties`; `issues` is left empty.
    pub fn of(meeting: &Meeting, parties: &[P]) -> Known<P> {
        let start = meeting.start.or(meeting.end);
        // A slug without a day says that the first of the month only stands for the month.
        let day_known = start.is_some_and(|day| {
            meeting.end.is_some_and(|end| end != day) || meeting.slug.ends_with(&day.to_string())
        });
        Known {
            name: meeting.name.trim().to_owned(),
            venue: meeting
                .venue
                .clone()
                .filter(|venue| !venue.trim().is_empty()),
            start,
            end: meeting.end.or(start).max(start),
            day_known,
            status: meeting.status,
            parties: meeting
                .parties
                .iter()
                .map(|at| parties[*at].clone())
                .collect(),
            issues: BTreeMap::new(),
        }
    }

    /// First and last day on which it can have been.
    fn span(&self) -> Option<(NaiveDate, NaiveDate)> {
        let start = self.start?;
        let end = if self.day_known {
            self.end.unwrap_or(start)
        } else {
            start + Months::new(1) - Days::new(1)
        };
        Some((start, end.max(start)))
    }

    /// True when both tell of one meeting.
    pub fn is(&self, other: &Known<P>) -> bool {
        let venues = match (&self.venue, &other.venue) {
            (Some(a), Some(b)) => Some(slugify(a) == slugify(b)),
            _ => None,
        };
        let days = match (self.span(), other.span()) {
            (Some((start, end)), Some((other_start, other_end))) => {
                // The next day can be the second day of the same talks, in the same town only.
                let near = Days::new(u64::from(
                    venues == Some(true) && self.day_known && other.day_known,
                ));
                let first = self.start.min(other.start);
                let short = first.is_some_and(|first| end.max(other_end) <= first + LONGEST);
                Some(start <= other_end + near && other_start <= end + near && short)
            }
            _ => None,
        };
        let parties = (!self.parties.is_empty() && !other.parties.is_empty())
            .then(|| !self.parties.is_disjoint(&other.parties));
        match (venues, days) {
            (Some(false), _) | (_, Some(false)) => false,
            (Some(true), Some(true)) => parties != Some(false),
            // Days alone tie two meetings only where they are exact and the parties agree.
            (None, Some(true)) => self.day_known && other.day_known && parties == Some(true),
            // Without days, or without both, there is nothing to hold on to but the name.
            _ => slugify(&self.name) == slugify(&other.name) && parties != Some(false),
        }
    }

    /// Takes over what another report knows better, but for what was said. True when something changed.
    pub fn learn(&mut self, other: &Known<P>) -> bool {
        let before = self.clone();
        if self.venue.is_none() {
            self.venue.clone_from(&other.venue);
        }
        match (self.day_known, other.day_known) {
            (false, true) => {
                (self.start, self.end, self.day_known) = (other.start, other.end, true);
            }
            (true, true) => {
                self.start = self.start.min(other.start);
                self.end = self.end.max(other.end);
            }
            (false, false) if self.start.is_none() => {
                (self.start, self.end) = (other.start, other.end);
            }
            _ => {}
        }
        let certainty = |status| match status {
            MeetingStatus::Planned => 0,
            MeetingStatus::Cancelled => 1,
            MeetingStatus::Held => 2,
        };
        if certainty(other.status) > certainty(self.status) {
            self.status = other.status;
        }
        self.parties.extend(other.parties.iter().cloned());
        *self != before
    }

    /// True when one follows the other in one process.
    ///
    /// Never where more than 18 months lie between them, where their names or what was said at them
    /// tell of different subjects, or where fewer than two parties, or less than most of the smaller
    /// one's, are at both. Names that tell of one series or topic then tie them. Otherwise, on the same main
    /// subject, those at both must be half of the larger one's parties: of those who met at a summit, two may
    /// meet about anything. They may be fewer where all of the smaller one's are there within a month: two
    /// states go on before a council in which both sit. The very same parties are tied by one issue in common.
    /// Where the main subjects differ, those at both must be most of the larger one's parties; and where
    /// nothing shows that they have a subject in common, the time must be short (six months).
    /// Conferences must be of one series by name, or have a topic by name or an issue in common.
    pub fn continues(&self, other: &Known<P>) -> bool {
        let (Some(a), Some(b)) = (self.start, other.start) else {
            return false;
        };
        let within = |pause| a.max(b) <= a.min(b) + pause;
        let words = Words::builtin();
        let series = shared(&words.series(&self.name), &words.series(&other.name));
        let topics = shared(&words.topics(&self.name), &words.topics(&other.name));
        let main = shared(&self.domains(words, 2), &other.domains(words, 2));
        let all = u32::MAX;
        let any = shared(&self.domains(words, all), &other.domains(words, all));
        if !within(PAUSE) || topics == Some(false) || any == Some(false) {
            return false;
        }
        let common = self.parties.intersection(&other.parties).count();
        let smaller = self.parties.len().min(other.parties.len());
        let larger = self.parties.len().max(other.parties.len());
        let conferences = smaller >= CONFERENCE;
        // Of everybody who was there an article names a few, and the next article others.
        if conferences && (series == Some(true) || topics == Some(true)) {
            return true;
        }
        if common < 2 || common * 2 <= smaller {
            return false;
        }
        if larger >= CONFERENCE {
            return series == Some(true)
                || (larger <= smaller * 2
                    && shared(&self.said(words), &other.said(words)) == Some(true));
        }
        // Whoever else came must not outnumber those who are at both.
        let most = common * 2 >= larger;
        let touched = || shared(&self.touched(words), &other.touched(words)) == Some(true);
        [series, topics].contains(&Some(true))
            || (main == Some(true) && (most || (common == smaller && within(SOON))))
            || (self.parties == other.parties && touched())
            || ((any == Some(true) || within(SHORT_PAUSE)) && common * 2 > larger)
    }

    /// A name for the process that begins with this meeting: of its topic where its name tells one, and of
    /// its `sides`, the names of those who speak there, the one who speaks most first.
    pub fn process_name(&self, sides: &[String]) -> String {
        let words = Words::builtin();
        let talks = match words.topics(&self.name).first() {
            Some(topic) => format!("{} talks", words.topic[*topic].name),
            None => "talks".to_owned(),
        };
        let upper = |text: &str| {
            let mut letters = text.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect()
        };
        if self.parties.len() >= CONFERENCE && talks != "talks" {
            return upper(&talks);
        }
        match sides {
            [] => upper(&talks),
            [a] => format!("{a} {talks}"),
            [a, b] => format!("{a}–{b} {talks}"),
            [a, b, c] => format!("{a}–{b}–{c} {talks}"),
            [a, b, rest @ ..] => {
                format!("{} of {a}, {b} and {} more", upper(&talks), rest.len())
            }
        }
    }

    /// The issues on which something was said, without those that are on talks as such.
    fn said(&self, words: &Words) -> BTreeSet<&str> {
        self.issues
            .iter()
            .filter(|((domain, _), count)| **count >= TELLING && !words.idle.contains(domain))
            .map(|((_, issue), _)| issue.as_str())
            .collect()
    }

    /// The issues that came up at all, without those that are on talks as such.
    fn touched(&self, words: &Words) -> BTreeSet<&str> {
        self.issues
            .keys()
            .filter(|(domain, _)| !words.idle.contains(domain))
            .map(|(_, issue)| issue.as_str())
            .collect()
    }

    /// The domains that something was said on, each with at least the `share`-th part of all positions.
    fn domains(&self, words: &Words, share: u32) -> BTreeSet<&str> {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for ((domain, _), count) in &self.issues {
            if !words.idle.contains(domain) {
                *counts.entry(domain).or_default() += count;
            }
        }
        let all: u32 = counts.values().sum();
        counts
            .into_iter()
            .filter(|(_, count)| *count >= TELLING && count.saturating_mul(share) >= all)
            .map(|(domain, _)| domain)
            .collect()
    }
}

/// Whether two sets have something in common; `None` where one is empty and tells nothing.
fn shared<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> Option<bool> {
    (!a.is_empty() && !b.is_empty()).then(|| !a.is_disjoint(b))
}

/// What words in names tell of subjects and series; the shipped data are `data/meetings.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Domains of issues that come up at all kinds of talks.
    idle: Vec<String>,
    series: Vec<String>,
    topic: Vec<Topic>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    /// What a process about it is called.
    name: String,
    words: Vec<String>,
}

impl Words {
    fn builtin() -> &'static Words {
        static WORDS: LazyLock<Words> = LazyLock::new(|| {
            toml::from_str(include_str!("../data/meetings.toml"))
                .unwrap_or_else(|error| panic!("the shipped words of meetings are broken: {error}"))
        });
        &WORDS
    }

    /// The topics that a name tells, by their numbers.
    fn topics(&self, name: &str) -> BTreeSet<usize> {
        let slug = without_numbers(&slugify(name));
        let words: BTreeSet<&str> = slug.split('-').collect();
        (0..)
            .zip(&self.topic)
            .filter(|(_, topic)| topic.words.iter().any(|word| words.contains(word.as_str())))
            .map(|(number, _)| number)
            .collect()
    }

    /// The series that a name tells, by their numbers.
    fn series(&self, name: &str) -> BTreeSet<usize> {
        let padded = format!("-{}-", without_numbers(&slugify(name)));
        let whole = format!("-{}-", slugify(name));
        (0..)
            .zip(&self.series)
            .filter(|(_, series)| {
                let wanted = format!("-{}-", slugify(series));
                padded.contains(&wanted) || whole.contains(&wanted)
            })
            .map(|(number, _)| number)
            .collect()
    }
}

/// A slug whose words have lost the digits at their ends.
fn without_numbers(slug: &str) -> String {
    slug.split('-')
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, venue: &str, start: &str, parties: &[u32]) -> Known<u32> {
        let start: NaiveDate = start.parse().unwrap();
        Known {
            name: name.to_owned(),
            venue: Some(venue.to_owned()),
            start: Some(start),
            end: Some(start),
            day_known: true,
            status: MeetingStatus::Held,
            parties: parties.iter().copied().collect(),
            issues: BTreeMap::new(),
        }
    }

    fn about(mut meeting: Known<u32>, said: &[(&str, u32)]) -> Known<u32> {
        meeting.issues = said
            .iter()
            .map(|(issue, count)| {
                let domain = issue.split('/').next().unwrap_or_default();
                ((domain.to_owned(), (*issue).to_owned()), *count)
            })
            .collect();
        meeting
    }

    #[track_caller]
    fn follows(a: &Known<u32>, b: &Known<u32>, expected: bool) {
        assert_eq!(a.continues(b), expected, "{} / {}", a.name, b.name);
        assert_eq!(b.continues(a), expected, "{} / {}", b.name, a.name);
    }

    #[test]
    fn reports_of_one_meeting_are_told_from_others() {
        let first = known("Arden talks", "Arden", "2031-05-03", &[1, 2]);
        assert!(first.is(&known("talks", "Arden", "2031-05-04", &[1])));
        assert!(!first.is(&known("talks", "Arden", "2031-05-05", &[1])));
        assert!(!first.is(&known("talks", "Bellport", "2031-05-03", &[1, 2])));
        assert!(!first.is(&known("talks", "Arden", "2031-05-03", &[3])));
        let mut nowhere = known("talks", "", "2031-05-03", &[2]);
        nowhere.venue = None;
        assert!(first.is(&nowhere));
        nowhere.parties.clear();
        assert!(!first.is(&nowhere));
        let mut month = known("talks", "Arden", "2031-05-01", &[1]);
        month.day_known = false;
        assert!(first.is(&month));
    }

    #[test]
    fn a_meeting_learns_days_and_keeps_its_venue() {
        let mut first = known("talks", "Arden", "2031-05-01", &[1]);
        first.day_known = false;
        assert!(first.learn(&known("Arden talks", "Arden", "2031-05-03", &[2])));
        assert_eq!(first.start, NaiveDate::from_ymd_opt(2031, 5, 3));
        assert_eq!(first.parties, BTreeSet::from([1, 2]));
        let again = first.clone();
        assert!(!first.learn(&again.clone()), "{again:?}");
    }

    #[test]
    fn the_same_sides_go_on_about_the_same_subject() {
        let first = known("talks in Arden", "Arden", "2031-05-03", &[1, 2]);
        follows(
            &first,
            &known("second round", "Bellport", "2031-07-01", &[1, 2, 3]),
            true,
        );
        follows(
            &first,
            &known("second round", "Bellport", "2031-07-01", &[1, 3]),
            false,
        );
        // After a long pause something must say that it is the same subject.
        let late = known("talks in Bellport", "Bellport", "2032-07-01", &[1, 2]);
        follows(&first, &late, false);
        // One issue in common tells it where exactly the same sides meet.
        let once = |meeting: &Known<u32>| about(meeting.clone(), &[("arms", 1), ("talks", 8)]);
        follows(&once(&first), &once(&late), true);
        follows(
            &once(&first),
            &once(&known("talks", "Bellport", "2032-07-01", &[1, 2, 3])),
            false,
        );
        let trade = |meeting| about(meeting, &[("trade", 4), ("security", 1)]);
        follows(&trade(first.clone()), &trade(late.clone()), true);
        follows(
            &trade(first.clone()),
            &known("talks", "Bellport", "2032-12-01", &[1, 2]),
            false,
        );
        follows(
            &known("trade talks in Arden", "Arden", "2031-05-03", &[1, 2]),
            &known("tariff round", "Bellport", "2032-07-01", &[1, 2]),
            true,
        );
    }

    #[test]
    fn a_process_is_named_after_subject_and_sides() {
        let sides = ["Ostrovia", "Arden"].map(str::to_owned);
        let named = |name: &str, parties: &[u32], sides: &[String]| {
            known(name, "Arden", "2031-05-03", parties).process_name(sides)
        };
        assert_eq!(
            named("round in Arden", &[1, 2], &sides),
            "Ostrovia–Arden talks"
        );
        assert_eq!(
            named("tariff round", &[1, 2], &sides),
            "Ostrovia–Arden trade talks"
        );
        let many = [1, 2, 3, 4, 5, 6, 7];
        assert_eq!(named("COP31 in Arden", &many, &sides), "Climate talks");
        assert_eq!(named("", &[1, 2], &[]), "Talks");
        let more = ["A", "B", "C", "D"].map(str::to_owned);
        assert_eq!(
            named("fishing talks", &[1, 2, 3, 4], &more),
            "Fisheries talks of A, B and 2 more"
        );
    }

    #[test]
    fn two_of_six_are_not_the_same_sides() {
        let summit = known(
            "summit in Arden",
            "Arden",
            "2031-05-03",
            &[1, 2, 3, 4, 5, 6],
        );
        let two = known("talks in Bellport", "Bellport", "2031-08-03", &[1, 2]);
        follows(&summit, &two, false);
        let nuclear = |meeting: &Known<u32>| about(meeting.clone(), &[("nuclear", 3)]);
        follows(&nuclear(&summit), &nuclear(&two), false);
        let three = known("talks", "Bellport", "2031-08-03", &[1, 2, 3]);
        follows(&nuclear(&summit), &nuclear(&three), true);
        let named = |name: &str, of: &Known<u32>| Known {
            name: name.to_owned(),
            ..of.clone()
        };
        follows(
            &named("nuclear summit", &summit),
            &named("nuclear talks", &two),
            true,
        );
    }

    #[test]
    fn those_at_both_are_half_of_the_larger() {
        let arms = |parties: &[u32], day: &str| {
            about(known("talks", "Arden", day, parties), &[("security", 3)])
        };
        let three = arms(&[1, 2, 3], "2031-05-03");
        follows(&three, &arms(&[1, 2, 4, 5], "2031-07-03"), true);
        follows(&three, &arms(&[1, 2, 4, 5, 6], "2031-07-03"), false);
    }

    #[test]
    fn two_go_on_before_a_council_within_a_month() {
        let arms = |meeting: Known<u32>| about(meeting, &[("security", 3)]);
        let two = arms(known("talks in Arden", "Arden", "2031-05-03", &[1, 2]));
        let council = |day: &str, parties: &[u32]| known("council", "Bellport", day, parties);
        let many = [1, 2, 3, 4, 5];
        follows(&two, &arms(council("2031-05-06", &many)), true);
        follows(&two, &arms(council("2031-07-06", &many)), false);
        follows(&two, &arms(council("2031-05-06", &[1, 3, 4, 5, 6])), false);
        follows(
            &two,
            &about(council("2031-05-06", &many), &[("trade", 3)]),
            false,
        );
        follows(&two, &council("2031-05-06", &many), false);
    }

    #[test]
    fn other_subjects_are_other_processes() {
        let trade = known("trade talks in Arden", "Arden", "2031-05-03", &[1, 2]);
        let climate = known("climate talks in Arden", "Arden", "2031-06-03", &[1, 2]);
        follows(&trade, &climate, false);
        let unnamed = |day| known("talks", "Arden", day, &[1, 2]);
        follows(
            &about(unnamed("2031-05-03"), &[("trade", 5)]),
            &about(unnamed("2031-06-03"), &[("climate", 3), ("trade", 1)]),
            false,
        );
        // A second subject of both ties them, if nothing else parts them.
        follows(
            &about(unnamed("2031-05-03"), &[("trade", 5), ("climate", 2)]),
            &about(unnamed("2031-06-03"), &[("climate", 3), ("trade", 1)]),
            true,
        );
        // Talks about talks tell nothing, and one position is no subject.
        follows(
            &about(unnamed("2031-05-03"), &[("trade", 5), ("talks", 3)]),
            &about(unnamed("2032-05-03"), &[("climate", 1), ("talks", 9)]),
            false,
        );
        follows(
            &about(unnamed("2031-05-03"), &[("trade", 5)]),
            &about(unnamed("2031-06-03"), &[("climate", 1)]),
            true,
        );
    }

    #[test]
    fn conferences_follow_one_another_by_name_only() {
        let many = [1, 2, 3, 4, 5, 6, 7, 8];
        let cop = |name: &str, day: &str| known(name, "Arden", day, &many);
        follows(
            &cop("COP31 in Arden", "2031-11-03"),
            &cop("COP32", "2032-11-06"),
            true,
        );
        follows(
            &cop("UN climate conference", "2031-11-03"),
            &cop("climate talks in Bellport", "2032-11-06"),
            true,
        );
        follows(
            &cop("conference", "2031-11-03"),
            &cop("conference", "2032-01-06"),
            false,
        );
        // Two of the many meet about something else.
        follows(
            &cop("UN climate conference", "2031-11-03"),
            &known("talks in Bellport", "Bellport", "2031-12-01", &[1, 2]),
            false,
        );
        follows(
            &cop("G20 summit", "2031-11-03"),
            &cop("COP31", "2031-11-20"),
            false,
        );
    }
}
