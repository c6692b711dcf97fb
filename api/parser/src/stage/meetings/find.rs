//! From places that lines tie to talks to the meetings of the article.

use super::Finder;
use super::dates::{Precision, When};
use super::line::{Hit, Line, Role};
use super::venues::fold;
use crate::document::{Choice, Document, ParagraphKind};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use plenary_domain::parsed::Meeting;
use plenary_domain::{MeetingStatus, Span, slugify};
use std::collections::{HashMap, HashSet};

/// Strength from which a place is the venue of a meeting rather than a place in passing.
const VENUE: f32 = 0.5;

/// A meeting with the places that name it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) meeting: Meeting,
    /// Line and place of every mention.
    pub(super) hits: Vec<(usize, usize)>,
    /// First and last day, however exactly told.
    pub(super) when: Option<When>,
}

/// Reads the title and every sentence. Names that the first reading shows to be venues are recognised
/// everywhere in the second.
pub(super) fn lines<'t>(document: &'t Document<'_>, finder: &Finder) -> Vec<Line<'t>> {
    let here = document
        .structure
        .dateline
        .as_ref()
        .and_then(|dateline| dateline.place.clone());
    let mut people: HashSet<String> = HashSet::new();
    for actor in &document.speakers.actors {
        people.extend(actor.forms.iter().map(|form| fold(form)));
        people.insert(fold(&actor.name));
    }
    people.extend(document.sides.parties.iter().map(|party| fold(&party.name)));
    let mut lines = read(document, finder);
    let mut names: HashMap<String, String> = HashMap::new();
    for line in &mut lines {
        line.find_places(finder, &HashMap::new(), &people, here.as_deref());
        for hit in line
            .hits
            .iter()
            .filter(|hit| !hit.known && hit.strength >= VENUE)
        {
            names
                .entry(fold(&hit.name))
                .or_insert_with(|| hit.name.clone());
        }
    }
    if let Some(here) = &here {
        names.entry(fold(here)).or_insert_with(|| here.clone());
    }
    if !names.is_empty() {
        for line in &mut lines {
            line.find_places(finder, &names, &people, here.as_deref());
        }
    }
    raise_lists(&mut lines);
    lines
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
            let mut members = vec![last];
            while let Some(before) = members.last().and_then(|at| line.hits[*at].list) {
                members.push(before);
            }
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
    hits: Vec<(usize, usize)>,
    strength: f32,
    ahead: bool,
    cancelled: bool,
}

/// The meetings in time order.
pub(super) fn meetings(document: &Document<'_>, lines: &[Line<'_>]) -> Vec<Found> {
    let today = document.article.published;
    let mut venues: Vec<(String, Vec<Slot>)> = Vec::new();
    let mut undated: Vec<(usize, usize)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        for (index, hit) in line.hits.iter().enumerate() {
            if hit.strength < VENUE {
                continue;
            }
            let slots = slots_of(&mut venues, &hit.name);
            match told(line, hit) {
                Some((when, ahead)) => add(slots, when, ahead, line, (at, index), hit.strength),
                None => undated.push((at, index)),
            }
        }
    }
    for (at, index) in undated {
        let line = &lines[at];
        let hit = &line.hits[index];
        let slots = slots_of(&mut venues, &hit.name);
        // Words without a day mean the round nearest to the day of publication.
        let nearest = slots
            .iter_mut()
            .filter(|slot| slot.when.is_some())
            .min_by_key(|slot| distance(slot.when, today));
        match nearest {
            Some(slot) => {
                slot.hits.push((at, index));
                slot.strength = slot.strength.max(hit.strength);
                slot.cancelled |= line.cancelled;
            }
            None => match slots.first_mut() {
                Some(slot) => slot.hits.push((at, index)),
                None => slots.push(Slot {
                    when: None,
                    hits: vec![(at, index)],
                    strength: hit.strength,
                    ahead: intended(line, hit) || line.dates.iter().any(|date| date.ahead),
                    cancelled: line.cancelled,
                }),
            },
        }
    }
    at_home(document, lines, &mut venues);
    by_headline(document, lines, &mut venues);
    date_by_day_words(document, lines, &mut venues);
    spread_over_the_week(lines, &mut venues, today);
    build(document, lines, venues)
}

fn slots_of<'v>(venues: &'v mut Vec<(String, Vec<Slot>)>, name: &str) -> &'v mut Vec<Slot> {
    let at = match venues
        .iter()
        .position(|(venue, _)| fold(venue) == fold(name))
    {
        Some(at) => at,
        None => {
            venues.push((name.to_owned(), Vec::new()));
            venues.len() - 1
        }
    };
    &mut venues[at].1
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

/// True for a round that is only intended: "agreed to meet again in Lugano".
fn intended(line: &Line<'_>, hit: &Hit) -> bool {
    hit.noun.map(|noun| &line.nouns[noun]).is_some_and(|noun| {
        let from = noun.tokens.start.saturating_sub(3);
        line.tokens[from..noun.tokens.start]
            .iter()
            .any(|token| matches!(token.lower.as_str(), "to" | "will" | "would" | "next"))
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
            hits: vec![at],
            strength,
            ahead,
            cancelled: line.cancelled,
        }),
    }
}

fn distance(when: Option<When>, today: Option<NaiveDate>) -> i64 {
    match (when, today) {
        (Some(when), Some(today)) => when.distance(&When::day(today)),
        _ => i64::MAX,
    }
}

/// The dateline's place is the venue where the article speaks of talks without naming another place.
fn at_home(document: &Document<'_>, lines: &[Line<'_>], venues: &mut Vec<(String, Vec<Slot>)>) {
    let Some(dateline) = &document.structure.dateline else {
        return;
    };
    let Some(place) = dateline.place.as_deref() else {
        return;
    };
    if venues
        .iter()
        .any(|(venue, slots)| fold(venue) == fold(place) && !slots.is_empty())
    {
        return;
    }
    let speaks = |line: &Line<'_>| {
        line.nouns.iter().any(|noun| noun.strength >= 0.6)
            && !line.hits.iter().any(|hit| hit.strength >= VENUE)
    };
    let early = lines.iter().take(6).filter(|line| speaks(line)).count();
    let nowhere_else = venues.iter().all(|(_, slots)| slots.is_empty());
    if (early == 0 && !nowhere_else)
        || venues
            .iter()
            .any(|(_, slots)| slots.iter().any(|slot| recent(slot, document)))
    {
        return;
    }
    venues.push((
        place.to_owned(),
        vec![Slot {
            when: dateline.day.map(When::day),
            hits: Vec::new(),
            strength: 0.5,
            ahead: false,
            cancelled: false,
        }],
    ));
}

/// Where nothing else tells of a venue, the headline's place is one: "Who said what in Lugano".
fn by_headline(document: &Document<'_>, lines: &[Line<'_>], venues: &mut Vec<(String, Vec<Slot>)>) {
    if venues
        .iter()
        .any(|(_, slots)| slots.iter().any(|slot| recent(slot, document)))
    {
        return;
    }
    let Some(line) = lines
        .first()
        .filter(|line| line.heading || line.sentence == Some(0))
    else {
        return;
    };
    let place = line
        .hits
        .iter()
        .enumerate()
        .find(|(_, hit)| hit.role == Role::At);
    if let Some((index, hit)) = place {
        venues.push((
            hit.name.clone(),
            vec![Slot {
                when: None,
                hits: vec![(0, index)],
                strength: 0.5,
                ahead: false,
                cancelled: false,
            }],
        ));
    }
}

/// True when the slot lies within the ten days before publication.
fn recent(slot: &Slot, document: &Document<'_>) -> bool {
    match (slot.when, document.article.published) {
        (Some(when), Some(today)) => when.start <= today && distance(Some(when), Some(today)) <= 10,
        _ => slot.when.is_none(),
    }
}

/// Gives a venue without a day the one that a line tells for the talks without naming a place: "the
/// round ended on Friday".
fn date_by_day_words(
    document: &Document<'_>,
    lines: &[Line<'_>],
    venues: &mut [(String, Vec<Slot>)],
) {
    let Some(today) = document.article.published else {
        return;
    };
    let mut days: Vec<(When, bool)> = Vec::new();
    for line in lines {
        if line
            .hits
            .iter()
            .any(|hit| hit.strength >= VENUE && hit.date.is_some())
        {
            continue;
        }
        for date in &line.dates {
            let near_noun = line.nouns.iter().any(|noun| {
                let words = line.tokens_of(&date.bytes);
                noun.tokens
                    .start
                    .abs_diff(words.end)
                    .min(words.start.abs_diff(noun.tokens.end))
                    <= 8
            });
            let early = line.sentence.is_none_or(|sentence| sentence <= 2);
            let fits = date.when.precision <= Precision::Week
                && !date.ahead
                && When::day(today).distance(&date.when) <= 10
                && (near_noun || early);
            if fits {
                days.push((date.when, near_noun));
            }
        }
    }
    // Days told beside the talks count before days told in the lead alone.
    days.sort_by_key(|(when, near_noun)| (!near_noun, when.precision));
    let best = days.first().copied().map(|(first, near_noun)| {
        // "opened on Sunday" and "ended on Tuesday" are the ends of one meeting.
        days.iter()
            .filter(|(when, near)| {
                near_noun
                    && *near
                    && when.precision == Precision::Day
                    && first.precision == Precision::Day
            })
            .fold(first, |whole, (when, _)| When {
                start: whole.start.min(when.start),
                end: whole.end.max(when.end),
                ..whole
            })
    });
    let dateline = document.structure.dateline.as_ref();
    let dateline_day = dateline.and_then(|dateline| dateline.day).map(When::day);
    let at_home = |venue: &str| {
        dateline
            .and_then(|dateline| dateline.place.as_deref())
            .is_some_and(|place| fold(place) == fold(venue))
    };
    let open = |slot: &Slot| slot.when.is_none() && !slot.ahead;
    let count = venues
        .iter()
        .flat_map(|(_, slots)| slots)
        .filter(|slot| open(slot))
        .count();
    let mut dated = false;
    for (venue, slots) in venues.iter_mut() {
        for slot in slots.iter_mut().filter(|slot| open(slot)) {
            if at_home(venue) || count == 1 {
                slot.when = best
                    .or(dateline_day)
                    .or_else(|| slot.hits.is_empty().then(|| When::day(today)));
                dated |= slot.when.is_some();
            }
        }
    }
    // Told at the very start and without any day: it is today's news.
    for slot in venues
        .iter_mut()
        .flat_map(|(_, slots)| slots)
        .filter(|slot| open(slot))
    {
        let early = slot
            .hits
            .iter()
            .any(|(at, _)| lines[*at].sentence.is_none_or(|sentence| sentence == 0));
        if early && best.is_none() {
            slot.when = Some(When::day(today));
            dated = true;
        }
    }
    // Several without a day: the one named first is the one that the days are told of.
    if !dated && count > 1 {
        let first = venues
            .iter_mut()
            .flat_map(|(_, slots)| slots)
            .filter(|slot| open(slot))
            .min_by_key(|slot| slot.hits.iter().min().copied().unwrap_or((usize::MAX, 0)));
        if let Some(slot) = first {
            slot.when = best;
        }
    }
}

/// Rounds of which only the week is told: the first of several on its Monday, the last on the day
/// before publication (not before its Monday), others between in the order of the text. A single one
/// on the day before publication. The rule is a guess within few days, and says so by its confidence.
fn spread_over_the_week(
    lines: &[Line<'_>],
    venues: &mut [(String, Vec<Slot>)],
    today: Option<NaiveDate>,
) {
    let Some(today) = today else { return };
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
    let Some(week) = venues.iter().flat_map(|(_, slots)| slots).find_map(week_of) else {
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
    for (venue, (name, slots)) in venues.iter().enumerate() {
        for (at, slot) in slots.iter().enumerate() {
            let in_week = slot.when.is_some_and(|when| when == week);
            let listed = slot.when.is_none() && order.contains(&fold(name));
            if in_week || listed {
                members.push((venue, at));
            }
        }
    }
    members.sort_by_key(|(venue, _)| {
        let name = fold(&venues[*venue].0);
        order
            .iter()
            .position(|listed| *listed == name)
            .unwrap_or(usize::MAX)
    });
    let days = (last - week.start).num_days().max(0) as u64;
    let count = members.len() as u64;
    for (nth, (venue, at)) in members.into_iter().enumerate() {
        let offset = if count <= 1 {
            days
        } else {
            // Halves are rounded up: of three rounds until Thursday the second is on Wednesday.
            (nth as u64 * days * 2 + (count - 1)) / (2 * (count - 1))
        };
        let mut day = week.start + Days::new(offset);
        if day.weekday() == Weekday::Sun {
            day = day - Days::new(1);
        }
        venues[venue].1[at].when = Some(When {
            start: day,
            end: day,
            precision: Precision::Week,
        });
    }
}

fn build(
    document: &Document<'_>,
    lines: &[Line<'_>],
    venues: Vec<(String, Vec<Slot>)>,
) -> Vec<Found> {
    let today = document.article.published;
    let mut found: Vec<Found> = Vec::new();
    // A place without any time is a meeting only where it is the only one.
    let alone = venues.iter().map(|(_, slots)| slots.len()).sum::<usize>() == 1;
    for (venue, slots) in venues {
        for slot in slots {
            let (when, rule, confidence) = match slot.when {
                Some(when) => match when.precision {
                    Precision::Day => (Some(when), "meetings/day", 0.85),
                    Precision::Week if when.start == when.end => {
                        (Some(when), "meetings/week", 0.55)
                    }
                    Precision::Week => (Some(when), "meetings/week", 0.4),
                    _ => (Some(when), "meetings/month", 0.5),
                },
                None if alone && !slot.hits.is_empty() => match today {
                    Some(today) => {
                        let month = today.with_day(1).unwrap_or(today);
                        let when = When {
                            start: month,
                            end: today,
                            precision: Precision::Month,
                        };
                        (Some(when), "meetings/publication", 0.3)
                    }
                    None => (None, "meetings/venue", 0.3),
                },
                None => continue,
            };
            let (start, end) = match when {
                Some(when) if when.precision <= Precision::Week => {
                    (Some(when.start), Some(when.end))
                }
                Some(when) => (Some(when.start), None),
                None => (None, None),
            };
            let slug = match when {
                Some(when) if when.precision <= Precision::Week => {
                    format!("{}-{}", slugify(&venue), when.start)
                }
                Some(when) => format!("{}-{}", slugify(&venue), when.start.format("%Y-%m")),
                None => format!("{}-undated", slugify(&venue)),
            };
            let ahead = slot.ahead || start.zip(today).is_some_and(|(start, today)| start > today);
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
                    name: name_of(lines, &slot.hits, &venue),
                    venue: Some(venue.clone()),
                    start,
                    end,
                    status: match (slot.cancelled, ahead) {
                        (true, _) => MeetingStatus::Cancelled,
                        (_, true) => MeetingStatus::Planned,
                        _ => MeetingStatus::Held,
                    },
                    parties: Vec::new(),
                    mentions,
                    main: false,
                    rule: rule.to_owned(),
                    confidence,
                },
                hits: slot.hits,
                when,
            });
        }
    }
    found.sort_by(|a, b| {
        (a.meeting.start.is_none(), a.meeting.start, &a.meeting.slug).cmp(&(
            b.meeting.start.is_none(),
            b.meeting.start,
            &b.meeting.slug,
        ))
    });
    found.dedup_by(|later, kept| later.meeting.slug == kept.meeting.slug);
    let dateline = document.structure.dateline.as_ref();
    let home = dateline.and_then(|dateline| dateline.place.as_deref());
    let weight = |found: &Found| {
        let venue = found.meeting.venue.as_deref();
        // Who reports from a town reports on what happens there.
        let at_home = home
            .zip(venue)
            .is_some_and(|(home, venue)| fold(home) == fold(venue));
        weight(found, lines, today) + if at_home { 3.0 } else { 0.0 }
    };
    let main = found
        .iter()
        .enumerate()
        .max_by(|(i, a), (j, b)| weight(a).total_cmp(&weight(b)).then(j.cmp(i)))
        .map(|(at, _)| at);
    if let Some(main) = main {
        found[main].meeting.main = true;
    }
    found
}

/// How much the article is about a meeting: early, often, and shortly before publication.
fn weight(found: &Found, lines: &[Line<'_>], today: Option<NaiveDate>) -> f32 {
    let told: f32 = found
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
            place * line.hits[*hit].strength
        })
        .sum();
    let fresh = match (found.when, today) {
        (Some(when), Some(today)) if when.start > today => 0.3,
        (Some(when), Some(today)) => {
            let days = (today - when.end.min(today)).num_days();
            if days <= 10 { 2.0 } else { 0.5 }
        }
        _ => 1.0,
    };
    (told + 0.3) * fresh
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

/// Leaves out meetings that are only announced and of which nobody speaks.
pub(super) fn with_statements(found: Vec<Found>, of: &mut [Choice<Option<usize>>]) -> Vec<Found> {
    let spoken: HashSet<usize> = of.iter().filter_map(|choice| choice.value).collect();
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let mut kept = Vec::new();
    for (at, found) in found.into_iter().enumerate() {
        if found.meeting.status != MeetingStatus::Planned || spoken.contains(&at) {
            numbers.insert(at, kept.len());
            kept.push(found);
        }
    }
    for choice in of {
        choice.value = choice.value.and_then(|at| numbers.get(&at).copied());
    }
    kept
}

/// Adds to each meeting the parties whose statements were made at it.
pub(super) fn with_parties(
    document: &Document<'_>,
    found: Vec<Found>,
    of: &[Choice<Option<usize>>],
) -> Vec<Meeting> {
    let mut meetings: Vec<Meeting> = found.into_iter().map(|found| found.meeting).collect();
    for (attribution, choice) in of.iter().enumerate() {
        let Some(meeting) = choice.value else {
            continue;
        };
        for side in document.sides.of.get(attribution).into_iter().flatten() {
            if let Some(party) = side.value
                && !meetings[meeting].parties.contains(&party)
            {
                meetings[meeting].parties.push(party);
            }
        }
    }
    for meeting in &mut meetings {
        meeting.parties.sort_unstable();
    }
    meetings
}
