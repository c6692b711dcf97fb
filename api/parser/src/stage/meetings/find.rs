//! From the places of the article to its meetings.

use super::Finder;
use super::candidate::Candidate;
use super::course::{ANNOUNCED_RULE, Course, LONGEST_ROUND, Length, course, stretch};
use super::dates::{DateMention, Precision, When};
use super::line::{Hit, LIMITS, Line, Names, Noun, Role};
use super::place::Placed;
use super::venues::fold;
use super::words::Words;
use crate::document::{Document, ParagraphKind};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use plenary_domain::parsed::Meeting;
use plenary_domain::{MeetingStatus, Span, slugify};
use std::collections::{HashMap, HashSet};

/// Strength from which the name of an unknown place is known in the rest of the text.
const VENUE: f32 = 0.5;
/// Probability from which a place is a venue.
const SURE: f32 = 0.35;
/// Probability from which the likeliest place may be a venue.
const LIKELY: f32 = 0.15;
/// Probability from which the likeliest place is the venue of the article's main meeting.
const MAIN: f32 = 0.07;

/// Sentences in which an article tells where all its talks were.
const EARLY: usize = 4;
/// Days within which meetings in several towns share a week.
const SAME_WEEK: i64 = 8;

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

/// Reads the title and every sentence. Names that the first reading shows to be venues are recognised
/// everywhere in the second.
pub(super) fn lines<'t>(document: &'t Document<'_>, finder: &Finder) -> Vec<Line<'t>> {
    let mut lines = read(document, finder);
    let mut people: HashSet<String> = HashSet::new();
    for actor in &document.speakers.actors {
        people.extend(actor.forms.iter().map(|form| fold(form)));
        people.insert(fold(&actor.name));
    }
    people.extend(document.sides.parties.iter().map(|party| fold(&party.name)));
    // "Negotiators from Norvia" do not meet in Norvia.
    for line in &lines {
        people.extend(line.tokens.windows(3).filter_map(|words| {
            let [who, from, whence] = words else {
                return None;
            };
            let come = finder.words.at_table.contains(&who.lower) || who.lower == "ministers";
            (come && from.lower == "from" && whence.capital).then(|| fold(&whence.text))
        }));
    }
    let mut names = Names {
        venues: HashMap::new(),
        people,
        small: lines
            .iter()
            .flat_map(|line| &line.tokens)
            .filter(|token| token.is_word && !token.capital)
            .map(|token| fold(&token.text))
            .collect(),
        here: town(document, finder),
        beacons: HashSet::new(),
    };
    let mut venues: HashMap<String, String> = HashMap::new();
    for line in &mut lines {
        line.find_places(finder, &names);
        for hit in line
            .hits
            .iter()
            .filter(|hit| !hit.known && hit.strength >= VENUE)
        {
            venues
                .entry(fold(&hit.name))
                .or_insert_with(|| hit.name.clone());
        }
    }
    if let Some(here) = &names.here {
        venues.entry(fold(here)).or_insert_with(|| here.clone());
    }
    // "Met in Corvel City" and "the Corvel meeting" name one town.
    let cities: Vec<(String, String)> = venues
        .iter()
        .filter_map(|(key, name)| Some((key.strip_suffix(" city")?.to_owned(), name.clone())))
        .filter(|(short, _)| !names.people.contains(short) && !finder.names.contains_key(short))
        .collect();
    venues.extend(cities);
    let beacons: HashSet<String> = lines.iter().flat_map(|line| line.beacons()).collect();
    if !venues.is_empty() || !beacons.is_empty() {
        names.venues = venues;
        names.beacons = beacons;
        for line in &mut lines {
            line.find_places(finder, &names);
        }
    }
    raise_lists(&mut lines);
    lines
}

/// The town of the dateline, or from which listeners are greeted, by its usual name.
fn town(document: &Document<'_>, finder: &Finder) -> Option<String> {
    let place = match document.structure.dateline.as_ref() {
        Some(dateline) => dateline.place.as_deref()?,
        None => greeting(document, finder)?,
    };
    let known = finder.venues.of_dateline(&fold(place));
    Some(known.unwrap_or(place).to_owned())
}

/// The place from which a broadcast or a live text greets: "Good evening from Lugano.", "That's it from Lugano."
fn greeting<'d>(document: &'d Document<'_>, finder: &Finder) -> Option<&'d str> {
    const HEAD: usize = 3;
    let body = &document.structure.paragraphs;
    let mut head = body
        .iter()
        .filter(|part| part.kind == ParagraphKind::Body)
        .take(HEAD);
    head.find_map(|part| {
        let greeted = finder
            .words
            .greeting
            .captures(document.text.slice(part.span))?;
        Some(greeted.get(1)?.as_str())
    })
}

/// The town from which the article is written, and another that its dateline names: "BRUSSELS/GENEVA - ".
/// Without a dateline, the known town before a dash at the head of the body: "Lugano - The talks".
#[derive(Debug, Default)]
pub(super) struct Home {
    pub(super) town: Option<String>,
    pub(super) other: Option<String>,
    /// True for a text that was written while the talks ran, entry by entry.
    pub(super) live: bool,
}

pub(super) fn home(document: &Document<'_>, finder: &Finder, lines: &[Line<'_>]) -> Home {
    if let Some(dateline) = &document.structure.dateline {
        let words = document.text.slice(dateline.span);
        let other = words.split_once('/').and_then(|(_, behind)| {
            let end = behind.find(|c: char| !c.is_alphabetic() && c != ' ');
            let town = finder
                .venues
                .get(&fold(&behind[..end.unwrap_or(behind.len())]))?;
            Some(town.name.clone())
        });
        return Home {
            town: town(document, finder),
            other: other.filter(|_| dateline.place.is_some()),
            live: is_live(document),
        };
    }
    let body = lines.iter().find(|line| line.at.is_some() && !line.heading);
    let town = town(document, finder).or_else(|| {
        let line = body?;
        let hit = line.hits.first().filter(|hit| hit.known)?;
        let next = line.tokens.get(hit.tokens.end)?;
        let heads = hit.tokens.start == 0 && matches!(next.text.as_str(), "-" | "–" | "—" | ":");
        heads.then(|| hit.name.clone())
    });
    Home {
        town,
        other: None,
        live: is_live(document),
    }
}

/// What stands in one list with a venue is a venue too: "voiced in Lugano, Ghent and here in Bern".
fn raise_lists(lines: &mut [Line<'_>]) {
    let venues: HashSet<String> = lines
        .iter()
        .flat_map(|line| &line.hits)
        .filter(|hit| hit.strength >= VENUE)
        .map(|hit| fold(&hit.name))
        .collect();
    for line in lines {
        for last in (0..line.hits.len()).rev() {
            let members = line.list_to(last);
            let known = |at: &&usize| venues.contains(&fold(&line.hits[**at].name));
            if members.len() >= 3 && members.iter().any(|at| known(&at)) {
                for at in members {
                    line.hits[at].strength = line.hits[at].strength.max(VENUE);
                }
            }
        }
    }
}

fn read<'t>(document: &'t Document<'_>, finder: &Finder) -> Vec<Line<'t>> {
    let dateline = document.structure.dateline.as_ref();
    let today = document
        .article
        .published
        .or(dateline.and_then(|dateline| dateline.day));
    let mut lines = Vec::new();
    let text = document.text.as_str();
    let bytes_of = |span: Span| {
        let words = document.text.slice(span);
        let at = words.as_ptr() as usize - text.as_ptr() as usize;
        at..at + words.len()
    };
    if let Some(title) = document.article.title.as_deref()
        && !text.trim_start().starts_with(title.trim())
    {
        let mut line = Line::read(finder, title, today, None);
        line.heading = true;
        lines.push(line);
    }
    let mut anchor = None;
    for (index, sentence) in document.structure.sentences.iter().enumerate() {
        let kind = document
            .structure
            .paragraphs
            .get(sentence.paragraph)
            .map_or(ParagraphKind::Body, |paragraph| paragraph.kind);
        if kind == ParagraphKind::Furniture {
            continue;
        }
        let bytes = bytes_of(sentence.span);
        let mut line = Line::read(finder, &text[bytes.clone()], today, anchor);
        line.at = Some(bytes.start);
        line.sentence = Some(index);
        line.paragraph = sentence.paragraph;
        line.heading = kind != ParagraphKind::Body;
        line.contents = document
            .attributions
            .iter()
            .flat_map(|attribution| &attribution.content)
            .filter(|span| span.overlaps(sentence.span))
            .map(|span| {
                let content = bytes_of(*span);
                content.start.saturating_sub(bytes.start)
                    ..content.end.saturating_sub(bytes.start).min(bytes.len())
            })
            .collect();
        if let Some(told) = line
            .dates
            .iter()
            .rev()
            .find(|date| date.when.precision == Precision::Day)
        {
            anchor = Some(told.when.start);
        }
        lines.push(line);
    }
    lines
}

/// A time of a venue with the places for which it is told.
#[derive(Debug)]
struct Slot {
    when: Option<When>,
    /// A name that is known rather than read.
    name: Option<String>,
    hits: Vec<(usize, usize)>,
    strength: f32,
    ahead: bool,
    cancelled: bool,
    /// What tells the time, and how surely.
    rule: &'static str,
    sure: f32,
    /// True for the meeting that the article is about.
    main: bool,
}

/// The meetings in time order.
pub(super) fn meetings(
    document: &Document<'_>,
    finder: &Finder,
    lines: &[Line<'_>],
    candidates: &[Candidate],
    home: &Home,
) -> Vec<Found> {
    let dateline = document.structure.dateline.as_ref();
    let today = document
        .article
        .published
        .or(dateline.and_then(|dateline| dateline.day));
    let best = candidates
        .iter()
        .map(|candidate| candidate.probability)
        .fold(LIKELY, f32::max);
    let likeliest = candidates
        .iter()
        .map(|candidate| candidate.main)
        .fold(0.0, f32::max);
    let mut venues: Vec<Venue> = candidates
        .iter()
        .filter(|candidate| {
            // Where somebody only spoke to the press nobody met.
            let facts = &candidate.features;
            let press = facts.has("told the press there") && facts.has("only bare");
            candidate.probability >= best.min(SURE)
                || candidate.main >= likeliest.max(MAIN) && (!press || facts.has("dateline"))
        })
        .map(|candidate| Venue {
            name: candidate.name.clone(),
            probability: candidate.probability,
            main: candidate.main,
            slots: slots(lines, &candidate.hits, today),
        })
        .collect();
    if let Some(today) = today {
        let title = document.article.title.as_deref().unwrap_or_default();
        let text = format!("{title}\n{}", document.text.as_str()).to_lowercase();
        for venue in &mut venues {
            for slot in &mut venue.slots {
                let held = finder.series.held(&venue.name, slot.when, today, &text);
                if let Some(held) = held {
                    slot.when = Some(held.when);
                    slot.name = Some(format!("{} in {}", held.name, venue.name));
                    slot.rule = "meetings/series";
                    slot.sure = 0.9;
                }
            }
        }
        let likeliest = venues.iter().max_by(|a, b| a.main.total_cmp(&b.main));
        let course = course(
            lines,
            &finder.words,
            likeliest.map(|venue| venue.name.as_str()),
            today,
            dateline.and_then(|dateline| dateline.day),
            home.live,
        );
        let told = course
            .filter(|course| course.announced.is_none())
            .filter(|course| !matches!(course.rule, "meetings/publication" | "meetings/dateline"));
        // What a report from a town, or one on talks there, tells without a day happened these days.
        let town = home.town.as_deref().map(fold);
        let likeliest = venues.iter().map(|venue| venue.main).fold(0.0, f32::max);
        for venue in &mut venues {
            let at_home = Some(fold(&venue.name)) == town;
            let here = at_home || venue.main >= likeliest;
            let undated = |slot: &Slot| {
                slot.hits
                    .iter()
                    .any(|&(at, index)| self::told(&lines[at], &lines[at].hits[index]).is_none())
            };
            if told.is_some() && here && (at_home || venue.slots.iter().any(undated)) {
                part_from_far(lines, venue, today);
            }
        }
        let remote = is_remote(lines, &finder.words);
        let announced = course.filter(|course| course.announced.is_some());
        let main = match announced {
            Some(course) => to_come(lines, &mut venues, candidates, course, today),
            None => main(lines, &venues, today),
        };
        let main = match main {
            Some(at) if remote => unplaced(lines, &mut venues, at),
            main => main,
        };
        let least = if remote { 0.6 } else { 0.75 };
        match (main, course) {
            (Some((venue, slot)), Some(mut course)) => {
                // "A week of talks in two capitals" tells how long neither took.
                let near = |slot: &Slot| {
                    let day = slot.when.filter(|when| when.precision == Precision::Day);
                    let back = day.map(|when| (today - when.end).num_days());
                    back.is_some_and(|back| (0..=SAME_WEEK).contains(&back))
                };
                // What is told later in the article, and is called no talks, happened somewhere else by itself.
                let talks = |slot: &&Slot| {
                    slot.hits.iter().any(|&(at, hit)| {
                        let line = &lines[at];
                        let noun = line.hits[hit].noun.map(|noun| &line.nouns[noun]);
                        line.sentence.is_none_or(|sentence| sentence < EARLY)
                            || noun.is_some_and(|noun| !noun.verb)
                    })
                };
                let many = |of: &dyn Fn(&&Slot) -> bool| {
                    let held = |venue: &&Venue| venue.slots.iter().filter(of).any(near);
                    venues.iter().filter(held).count() > 1
                };
                let spread = match course.length {
                    Some(Length::Weeks(1)) => many(&talks),
                    Some(Length::SameWeek) => many(&|_| true),
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
                date_by_course(&mut venues[venue].slots[slot], course, today);
            }
            // Talks are told of with their days, and of no place but perhaps a building where somebody spoke.
            (None, Some(course)) if course.confidence >= least => {
                let mut slot = Slot::undated(Vec::new(), lines);
                date_by_course(&mut slot, course, today);
                let building = candidates.iter().find(|candidate| {
                    let facts = &candidate.features;
                    facts.has("site")
                        && facts.has("in or at")
                        && (facts.has("lead") || facts.has("early"))
                });
                venues.push(Venue {
                    name: building.map_or(String::new(), |candidate| candidate.name.clone()),
                    probability: 0.5,
                    main: 0.5,
                    slots: vec![slot],
                });
            }
            _ => {}
        }
        if let Some((venue, _)) = main {
            add_next_rounds(finder, lines, &mut venues[venue]);
        }
        spread_over_the_week(lines, &mut venues, today);
    }
    build(document, lines, venues, today)
}

/// A report from a town is of what happens there now, even where only rounds of other months, or to come, are dated
/// there: words without a day then mean a round of their own.
fn part_from_far(lines: &[Line<'_>], venue: &mut Venue, today: NaiveDate) {
    const FAR: i64 = 7;
    let far = |slot: &Slot| {
        is_ahead(slot.when, Some(today))
            || distance(slot.when, Some(today)) > FAR && slot.when.is_some()
    };
    if !venue.slots.iter().all(far) {
        return;
    }
    let undated = take_undated(lines, &mut venue.slots);
    venue.slots.push(Slot::undated(undated, lines));
}

/// Takes the mentions that tell no time out of the slots.
fn take_undated(lines: &[Line<'_>], slots: &mut [Slot]) -> Vec<(usize, usize)> {
    let mut undated = Vec::new();
    for slot in slots {
        slot.hits.retain(|&(at, index)| {
            let dated = told(&lines[at], &lines[at].hits[index]).is_some();
            if !dated {
                undated.push((at, index));
            }
            dated
        });
    }
    undated
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

/// The meeting of an article on talks before screens, taken from the town where only the reporter sits. It stays
/// with a town in which, as the article says, somebody met.
fn unplaced(
    lines: &[Line<'_>],
    venues: &mut Vec<Venue>,
    (venue, slot): (usize, usize),
) -> Option<(usize, usize)> {
    let met = |&(at, hit): &(usize, usize)| {
        let (line, hit) = (&lines[at], &lines[at].hits[hit]);
        hit.noun.is_some() && !line.in_content(line.tokens[hit.tokens.start].bytes.start)
    };
    if venues[venue].slots[slot].hits.iter().any(met) {
        return Some((venue, slot));
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
    Some((venues.len() - 1, 0))
}

/// A venue with its times.
#[derive(Debug)]
struct Venue {
    /// Empty where the article does not tell it.
    name: String,
    /// Probability that it is one, 0..=1.
    probability: f32,
    /// Probability that what the article is about was held there, 0..=1.
    main: f32,
    slots: Vec<Slot>,
}

/// The times told of a place.
fn slots(lines: &[Line<'_>], hits: &[(usize, usize)], today: Option<NaiveDate>) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut undated = Vec::new();
    for &(at, index) in hits {
        let (line, hit) = (&lines[at], &lines[at].hits[index]);
        match told(line, hit) {
            Some((when, ahead)) => add(&mut slots, when, ahead, line, (at, index), hit.strength),
            None => undated.push((at, index)),
        }
    }
    // Words without a day mean the round nearest to the day of publication.
    let nearest = slots
        .iter_mut()
        .min_by_key(|slot| distance(slot.when, today));
    match nearest {
        Some(slot) => {
            let ahead = is_ahead(slot.when, today);
            for (at, index) in undated {
                // "Lindal had said": a government speaks there, and not the round that is planned in its town.
                let hit = &lines[at].hits[index];
                if ahead && hit.seat && hit.role == Role::Bare {
                    continue;
                }
                slot.hits.push((at, index));
                slot.strength = slot.strength.max(lines[at].hits[index].strength);
                slot.cancelled |= lines[at].cancelled;
            }
        }
        None => slots.push(Slot::undated(undated, lines)),
    }
    slots
}

impl Slot {
    fn undated(hits: Vec<(usize, usize)>, lines: &[Line<'_>]) -> Slot {
        let of = |(at, index): &(usize, usize)| (&lines[*at], &lines[*at].hits[*index]);
        let strength = hits.iter().map(|hit| of(hit).1.strength);
        let ahead = hits.iter().filter(|hit| {
            let (line, hit) = of(hit);
            let coming = |(index, date): (usize, &DateMention)| {
                date.ahead
                    && date.when.precision < Precision::Year
                    && !line.is_limit(index)
                    // "Talks end in Lugano; answers promised next week"
                    && line.in_one_clause(&hit.tokens, &line.tokens_of(&date.bytes))
            };
            let comes = line.dates.iter().enumerate().any(coming);
            intended(line, hit) || hit.role != Role::Bare && comes
        });
        Slot {
            when: None,
            name: None,
            strength: strength.fold(0.0, f32::max),
            ahead: ahead.count() * 2 > hits.len(),
            cancelled: hits.iter().any(|hit| of(hit).0.cancelled),
            rule: "meetings/venue",
            sure: 0.3,
            main: false,
            hits,
        }
    }

    /// True when the slot may be what the article reports: not ahead, not long ago.
    fn is_fresh(&self, today: NaiveDate) -> bool {
        const FRESH: i64 = 25;
        match self.when {
            Some(when) => when.start <= today && (today - when.end.min(today)).num_days() <= FRESH,
            None => !self.ahead,
        }
    }
}

/// True for a text that was written while the talks ran, entry by entry.
fn is_live(document: &Document<'_>) -> bool {
    let stamps = document
        .structure
        .paragraphs
        .iter()
        .filter(|paragraph| {
            let text = document
                .text
                .slice(paragraph.span)
                .trim_start_matches(['*', '[', '(', ' ']);
            let mut parts = text.splitn(2, [':', '.']);
            let digits = |part: Option<&str>, most: usize| {
                part.is_some_and(|part| {
                    let count = part.chars().take_while(char::is_ascii_digit).count();
                    (1..=most).contains(&count) && (most > 2 || count == part.len())
                })
            };
            digits(parts.next(), 2)
                && parts
                    .next()
                    .is_some_and(|rest| rest.chars().take_while(char::is_ascii_digit).count() == 2)
        })
        .count();
    stamps >= 3
}

/// Venue and slot of the meeting that the article is about: the likeliest place, and there the round that is told
/// early, often, and shortly before publication.
fn main(lines: &[Line<'_>], venues: &[Venue], today: NaiveDate) -> Option<(usize, usize)> {
    let pull = |slot: &Slot| {
        let told: f32 = slot
            .hits
            .iter()
            .map(|(at, hit)| {
                let line = &lines[*at];
                let place = match line.sentence {
                    None => 3.0,
                    Some(0) => 2.5,
                    Some(1..=3) => 1.5,
                    _ => 0.5,
                };
                place * line.hits[*hit].strength.max(0.2)
            })
            .sum();
        let days = slot
            .when
            .map_or(0, |when| (today - when.end.min(today)).num_days());
        let fresh = if days <= 10 { 2.0 } else { 1.0 };
        (told + 0.3) * fresh
    };
    venues
        .iter()
        .enumerate()
        .flat_map(|(at, venue)| (0..venue.slots.len()).map(move |slot| (at, slot)))
        .filter(|(at, slot)| venues[*at].slots[*slot].is_fresh(today))
        .max_by(|a, b| {
            let likely = |(at, _): (usize, usize)| venues[at].main;
            let pull = |(at, slot): (usize, usize)| pull(&venues[at].slots[slot]);
            likely(*a)
                .total_cmp(&likely(*b))
                .then(pull(*a).total_cmp(&pull(*b)))
                .then(b.cmp(a))
        })
}

/// Venue and slot of a meeting that the article announces for a day: a round told for that day, or else a new one in the
/// likeliest place.
fn to_come(
    lines: &[Line<'_>],
    venues: &mut Vec<Venue>,
    candidates: &[Candidate],
    course: Course,
    today: NaiveDate,
) -> Option<(usize, usize)> {
    let when = course.when;
    let told = |slot: &Slot| slot.when.is_some_and(|told| told.overlaps(&when));
    let likely = |venues: &[Venue], at: usize| venues[at].main;
    let all = 0..venues.len();
    let dated = all
        .clone()
        .filter_map(|at| Some((at, venues[at].slots.iter().position(told)?)))
        .max_by(|a, b| {
            likely(venues, a.0)
                .total_cmp(&likely(venues, b.0))
                .then(b.cmp(a))
        });
    if let Some((at, slot)) = dated {
        venues[at].slots[slot].rule = ANNOUNCED_RULE;
        return dated;
    }
    // "Leads a team to Lugano on Wednesday": the place that the same line names.
    let line = course.announced;
    let bound = |hit: &Hit| {
        let before = line.zip(hit.tokens.start.checked_sub(1));
        let before = before.map_or("", |(line, at)| lines[line].tokens[at].lower.as_str());
        hit.known && matches!(before, "to" | "in" | "at")
    };
    let there = line.and_then(|line| lines[line].hits.iter().find(|hit| bound(hit)));
    let named = there.map(|hit| fold(&hit.name));
    let at = all
        .clone()
        .find(|at| named.is_some() && named == Some(fold(&venues[*at].name)))
        .or_else(|| {
            let candidate = candidates
                .iter()
                .find(|one| Some(fold(&one.name)) == named)?;
            venues.push(Venue {
                name: candidate.name.clone(),
                probability: candidate.probability.max(SURE),
                main: candidate.main.max(SURE),
                slots: slots(lines, &candidate.hits, Some(today)),
            });
            Some(venues.len() - 1)
        })
        .or_else(|| {
            all.max_by(|a, b| {
                likely(venues, *a)
                    .total_cmp(&likely(venues, *b))
                    .then(b.cmp(a))
            })
        })?;
    let undated = take_undated(lines, &mut venues[at].slots);
    venues[at].slots.retain(|slot| !slot.hits.is_empty());
    venues[at].slots.push(Slot {
        when: Some(when),
        ahead: true,
        rule: ANNOUNCED_RULE,
        sure: 0.7,
        ..Slot::undated(undated, lines)
    });
    Some((at, venues[at].slots.len() - 1))
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

/// True when a line speaks of a coming round: "the next round", "a fourth session", "will reconvene".
pub(super) fn announces(line: &Line<'_>, words: &Words) -> bool {
    let coming = |noun: &Noun| {
        let from = noun.tokens.start.saturating_sub(3);
        let mut before = line.tokens[from..noun.tokens.start].iter();
        !noun.verb
            && noun.strength >= 0.6
            && before.any(|token| {
                words.again.contains(&token.lower) || words.ordinals.contains_key(&token.lower)
            })
    };
    line.nouns.iter().any(coming) || words.resuming.is_match(line.text)
}

/// Rounds that are announced with a day and no place meet where the talks are: "a fourth round is planned for
/// 12 February", "both sides will reconvene on Monday".
fn add_next_rounds(finder: &Finder, lines: &[Line<'_>], venue: &mut Venue) {
    let words = &finder.words;
    for line in lines.iter().filter(|line| !line.heading) {
        let placed = line.hits.iter().any(|hit| {
            matches!(hit.role, Role::At | Role::Modifier | Role::Way) && hit.name != venue.name
        });
        if placed || !announces(line, words) {
            continue;
        }
        for (index, date) in line.dates.iter().enumerate() {
            let taken = line.hits.iter().any(|hit| hit.date == Some(index));
            // "Talks go on until Sunday" tells when they end.
            let before = line.tokens_of(&date.bytes).start.checked_sub(1);
            let before = before.map_or("", |at| line.tokens[at].lower.as_str());
            let put_off = words
                .resuming
                .find_iter(line.text)
                .any(|told| told.end() < date.bytes.start && told.as_str().ends_with(before));
            let ends = (before == "to" || LIMITS.contains(&before)) && !put_off;
            // "Between June 20 and June 30" is no day.
            let open = date.when.start < date.when.end || matches!(before, "between" | "and");
            let known = venue
                .slots
                .iter()
                .any(|slot| slot.when.is_some_and(|when| when.distance(&date.when) <= 1));
            if date.ahead
                && date.when.precision == Precision::Day
                && !taken
                && !known
                && !ends
                && !open
            {
                venue.slots.push(Slot {
                    when: Some(date.when),
                    name: None,
                    hits: Vec::new(),
                    strength: VENUE,
                    ahead: true,
                    cancelled: line.cancelled,
                    rule: "meetings/next-round",
                    sure: 0.85,
                    main: false,
                });
            }
        }
    }
}

/// The time told for a place: its own, or that of the list in which it stands.
fn told(line: &Line<'_>, hit: &Hit) -> Option<(When, bool)> {
    let date = hit.date.or_else(|| {
        hit.list
            .and_then(|before| line.hits[before].date)
            .filter(|at| line.dates[*at].when.precision == Precision::Week)
    })?;
    let mention = &line.dates[date];
    (mention.when.precision < Precision::Year).then_some((mention.when, mention.ahead))
}

/// True for a round that is only intended: "agreed to meet again in Lugano", not "had come to the talks in Lugano".
fn intended(line: &Line<'_>, hit: &Hit) -> bool {
    const CAME: [&str; 9] = [
        "came",
        "come",
        "went",
        "gone",
        "travelled",
        "traveled",
        "flew",
        "brought",
        "sent",
    ];
    let lower = |at: usize| line.tokens[at].lower.as_str();
    hit.noun.map(|noun| &line.nouns[noun]).is_some_and(|noun| {
        let from = noun.tokens.start.saturating_sub(3);
        (from..noun.tokens.start).any(|at| match lower(at) {
            "will" | "would" | "next" => true,
            "to" => !at
                .checked_sub(1)
                .is_some_and(|before| CAME.contains(&lower(before))),
            _ => false,
        })
    })
}

/// Adds a dated mention to the slot of the same time, which gains exactness and days by it.
fn add(
    slots: &mut Vec<Slot>,
    when: When,
    ahead: bool,
    line: &Line<'_>,
    at: (usize, usize),
    strength: f32,
) {
    let same = slots.iter_mut().find(|slot| {
        slot.when.is_some_and(|known| {
            known.overlaps(&when)
                || (known.precision == Precision::Day
                    && when.precision == Precision::Day
                    && known.distance(&when) <= 1)
        })
    });
    match same {
        Some(slot) => {
            slot.hits.push(at);
            slot.strength = slot.strength.max(strength);
            slot.cancelled |= line.cancelled;
            slot.ahead &= ahead;
            if let Some(known) = slot.when.as_mut() {
                if when.precision < known.precision {
                    *known = when;
                } else if when.precision == known.precision && when.precision == Precision::Day {
                    known.start = known.start.min(when.start);
                    known.end = known.end.max(when.end);
                }
            }
        }
        None => slots.push(Slot {
            when: Some(when),
            name: None,
            hits: vec![at],
            strength,
            ahead,
            cancelled: line.cancelled,
            rule: "meetings/day",
            sure: 0.85,
            main: false,
        }),
    }
}

/// True for a time whose first day is to come.
fn is_ahead(when: Option<When>, today: Option<NaiveDate>) -> bool {
    when.zip(today)
        .is_some_and(|(when, today)| when.start > today)
}

fn distance(when: Option<When>, today: Option<NaiveDate>) -> i64 {
    match (when, today) {
        (Some(when), Some(today)) => when.distance(&When::day(today)),
        _ => i64::MAX,
    }
}

/// Rounds of which only the week is told: the first of several on its Monday, the last on the day
/// before publication (not before its Monday), others between in the order of the text. A single one
/// on the day before publication. The rule is a guess within few days, and says so by its confidence.
fn spread_over_the_week(lines: &[Line<'_>], venues: &mut [Venue], today: NaiveDate) {
    // A list shares its week: "voiced in Geneva, Brussels and here in Vienna".
    let mut order: Vec<String> = Vec::new();
    for line in lines {
        let listed: Vec<&Hit> = line
            .hits
            .iter()
            .enumerate()
            .filter(|(index, hit)| {
                hit.list.is_some() || line.hits.iter().any(|other| other.list == Some(*index))
            })
            .map(|(_, hit)| hit)
            .collect();
        if listed.len() > order.len() {
            order = listed.iter().map(|hit| fold(&hit.name)).collect();
        }
    }
    let week_of = |slot: &Slot| slot.when.filter(|when| when.precision == Precision::Week);
    let Some(week) = venues
        .iter()
        .flat_map(|venue| &venue.slots)
        .find_map(week_of)
    else {
        return;
    };
    if week.start > today {
        return;
    }
    let last = today
        .pred_opt()
        .unwrap_or(today)
        .clamp(week.start, week.end);
    let mut members: Vec<(usize, usize)> = Vec::new();
    for (venue, Venue { name, slots, .. }) in venues.iter().enumerate() {
        for (at, slot) in slots.iter().enumerate() {
            let in_week = slot.when.is_some_and(|when| when == week);
            let listed = slot.when.is_none() && order.contains(&fold(name));
            if in_week || listed {
                members.push((venue, at));
            }
        }
    }
    members.sort_by_key(|(venue, _)| {
        let name = fold(&venues[*venue].name);
        order
            .iter()
            .position(|listed| *listed == name)
            .unwrap_or(usize::MAX)
    });
    let days = (last - week.start).num_days().max(0) as u64;
    let count = members.len() as u64;
    for (nth, (venue, at)) in members.into_iter().enumerate() {
        let offset = if count <= 1 {
            // Talks of "this week" opened at its beginning more often than on its last day.
            days.min(1)
        } else {
            // Halves are rounded up: of three rounds until Thursday the second is on Wednesday.
            (nth as u64 * days * 2 + (count - 1)) / (2 * (count - 1))
        };
        let mut day = week.start + Days::new(offset);
        if day.weekday() == Weekday::Sun {
            day = day - Days::new(1);
        }
        venues[venue].slots[at].when = Some(When {
            start: day,
            end: day,
            precision: Precision::Week,
        });
    }
}

/// How often a first day is right that a rule told with so much trust, as it was on 400 coded articles with 650 meetings
/// whose venue was right.
fn right(rule: &str, sure: f32) -> f32 {
    let more = match rule {
        "meetings/day" | "meetings/next-round" => 0.04,
        "meetings/days-since" | ANNOUNCED_RULE => 0.08,
        "meetings/day-of-talks" | "meetings/closing" => 0.1,
        "meetings/publication" => 0.12,
        "meetings/dateline" => 0.15,
        _ => 0.0,
    };
    sure + more
}

fn build(
    document: &Document<'_>,
    lines: &[Line<'_>],
    venues: Vec<Venue>,
    today: Option<NaiveDate>,
) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for Venue {
        name: venue,
        probability,
        slots,
        ..
    } in venues
    {
        for slot in slots {
            let Some(when) = slot.when else { continue };
            let ahead = slot.ahead || is_ahead(slot.when, today);
            let (rule, sure) = match when.precision {
                Precision::Day => (slot.rule, right(slot.rule, slot.sure)),
                Precision::Week => ("meetings/week", 0.78),
                // Of a round that is only planned nobody knows more than the month.
                _ if ahead => ("meetings/month", 0.8),
                _ => ("meetings/month", 0.55),
            };
            let exact = when.precision <= Precision::Week;
            let place = match venue.as_str() {
                "" => "unknown".to_owned(),
                venue => slugify(venue),
            };
            let slug = if exact {
                format!("{place}-{}", when.start)
            } else {
                format!("{place}-{}", when.start.format("%Y-%m"))
            };
            let mut mentions: Vec<Span> = slot
                .hits
                .iter()
                .filter_map(|(line, hit)| span_of(document, &lines[*line], *hit))
                .collect();
            mentions.sort();
            mentions.dedup();
            found.push(Found {
                meeting: Meeting {
                    slug,
                    name: match (slot.name.clone(), venue.as_str()) {
                        (Some(name), _) => name,
                        (None, "") => "Talks".to_owned(),
                        (None, venue) => name_of(lines, &slot.hits, venue),
                    },
                    venue: (!venue.is_empty()).then(|| venue.clone()),
                    start: Some(when.start),
                    end: exact.then_some(when.end),
                    status: match (slot.cancelled, ahead) {
                        (true, _) => MeetingStatus::Cancelled,
                        (_, true) => MeetingStatus::Planned,
                        _ => MeetingStatus::Held,
                    },
                    parties: Vec::new(),
                    mentions,
                    main: slot.main,
                    rule: rule.to_owned(),
                    confidence: (probability * sure).clamp(0.0, 1.0),
                },
                hits: slot.hits,
                when: Some(when),
                sure,
            });
        }
    }
    found.sort_by(|a, b| {
        (a.meeting.start, &a.meeting.slug).cmp(&(b.meeting.start, &b.meeting.slug))
    });
    found.dedup_by(|later, kept| {
        let same = later.meeting.slug == kept.meeting.slug;
        kept.meeting.main |= same && later.meeting.main;
        same
    });
    // Where nothing is fresh, the likeliest of the announced ones is what the article is about.
    if !found.iter().any(|found| found.meeting.main) {
        let likeliest = found
            .iter()
            .enumerate()
            .max_by(|(i, a), (j, b)| {
                let sure = |found: &Found| found.meeting.confidence;
                sure(a).total_cmp(&sure(b)).then(j.cmp(i))
            })
            .map(|(at, _)| at);
        if let Some(at) = likeliest {
            found[at].meeting.main = true;
        }
    }
    found
}

fn span_of(document: &Document<'_>, line: &Line<'_>, hit: usize) -> Option<Span> {
    let at = line.at?;
    let hit = &line.hits[hit];
    let tokens = line.tokens.get(hit.tokens.clone())?;
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(
        document
            .text
            .span_of_bytes(at + first.bytes.start, at + last.bytes.end),
    )
}

/// The words that name the meeting where they name it best: "OSCE-Russia talks in Vienna".
fn name_of(lines: &[Line<'_>], hits: &[(usize, usize)], venue: &str) -> String {
    let mut best: Option<String> = None;
    for (at, index) in hits {
        let line = &lines[*at];
        let hit = &line.hits[*index];
        let Some(noun) = hit
            .noun
            .map(|noun| &line.nouns[noun])
            .filter(|noun| !noun.verb)
        else {
            continue;
        };
        let mut from = noun.tokens.start.min(hit.tokens.start);
        while from > 0 {
            let before = &line.tokens[from - 1];
            if !before.is_word || before.in_date || !before.capital {
                break;
            }
            from -= 1;
        }
        let to = noun.tokens.end.max(hit.tokens.end);
        let words = line.tokens.get(from..to);
        let Some((first, last)) = words.and_then(|words| Some((words.first()?, words.last()?)))
        else {
            continue;
        };
        let name = line.text[first.bytes.start..last.bytes.end]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let name = name
            .trim_end_matches("'s")
            .trim_end_matches("’s")
            .to_owned();
        let fits = (6..=70).contains(&name.chars().count());
        if fits
            && best.as_ref().is_none_or(|best| name.len() > best.len())
            && hit.role != Role::Bare
        {
            best = Some(name);
        }
    }
    match best {
        Some(name) if fold(&name).contains(&fold(venue)) => {
            let mut letters = name.chars();
            let first = letters.next().map(|c| c.to_uppercase().collect::<String>());
            first.unwrap_or_default() + letters.as_str()
        }
        _ => format!("Talks in {venue}"),
    }
}

/// Leaves out meetings of which nobody speaks, but for the main one and the rounds of one week.
pub(super) fn with_statements(found: Vec<Found>, placed: &mut [Placed]) -> Vec<Found> {
    let spoken: HashSet<usize> = placed.iter().filter_map(|one| one.choice.value).collect();
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let mut kept = Vec::new();
    for (at, found) in found.into_iter().enumerate() {
        let told = found.meeting.main || found.meeting.rule == "meetings/week";
        if told || spoken.contains(&at) {
            numbers.insert(at, kept.len());
            kept.push(found);
        }
    }
    for one in placed {
        let choice = &mut one.choice;
        choice.value = choice.value.and_then(|at| numbers.get(&at).copied());
        let mut at = 0;
        one.shares.retain(|_| {
            at += 1;
            at == 1 || numbers.contains_key(&(at - 2))
        });
    }
    kept
}
