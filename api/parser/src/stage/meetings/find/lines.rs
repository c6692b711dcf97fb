//! The lines of an article: its title and every sentence, with their places.
//!
//! They are read twice. Names that the first reading shows to be venues are recognised everywhere in
//! the second.

use super::home::town;
use super::{VENUE, today};
use crate::document::{Document, ParagraphKind};
use crate::stage::meetings::Finder;
use crate::stage::meetings::dates::Precision;
use crate::stage::meetings::line::{Line, Names};
use crate::stage::meetings::venues::fold;
use chrono::NaiveDate;
use plenary_domain::Span;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Reads them.
pub(in crate::stage::meetings) fn lines<'t>(
    document: &'t Document<'_>,
    finder: &Finder,
) -> Vec<Line<'t>> {
    let mut lines = read(document, finder);
    let people = people(document, finder, &lines);
    let mut names = Names {
        venues: namesakes(&lines, finder, &people),
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
    for line in &mut lines {
        line.find_places(finder, &names);
    }
    let venues = venues(&lines, finder, &names);
    names.venues.extend(venues);
    names.beacons = lines.iter().flat_map(|line| line.beacons()).collect();
    if !names.venues.is_empty() || !names.beacons.is_empty() {
        for line in &mut lines {
            line.find_places(finder, &names);
        }
    }
    raise_lists(&mut lines);
    lines
}

/// Folded names of actors and parties, which are no places.
fn people(document: &Document<'_>, finder: &Finder, lines: &[Line<'_>]) -> HashSet<String> {
    let mut people: HashSet<String> = HashSet::new();
    for actor in &document.speakers.actors {
        people.extend(actor.forms.iter().map(|form| fold(form)));
        people.insert(fold(&actor.name));
    }
    people.extend(document.sides.parties.iter().map(|party| fold(&party.name)));
    // "Negotiators from Norvia" do not meet in Norvia.
    for line in lines {
        people.extend(line.tokens.windows(3).filter_map(|words| {
            let [who, from, whence] = words else {
                return None;
            };
            let come = finder.words.at_table.contains(&who.lower) || who.lower == "ministers";
            (come && from.lower == "from" && whence.capital).then(|| fold(&whence.text))
        }));
    }
    people
}

/// Towns that begin with the name of a known one, by their folded names: talks "in Porto Serra" are not in Porto. The article
/// names the known one never without the same next word, and the two "in" them at least once.
fn namesakes(
    lines: &[Line<'_>],
    finder: &Finder,
    people: &HashSet<String>,
) -> HashMap<String, String> {
    // The words that follow each known name ("" for none), and whether "in" stands before it.
    let mut uses: HashMap<&str, (HashSet<&str>, bool)> = HashMap::new();
    for line in lines {
        for (at, token) in line.tokens.iter().enumerate() {
            if !token.capital || finder.venues.get(&fold(&token.text)).is_none() {
                continue;
            }
            let next = line.tokens.get(at + 1);
            let next = next.filter(|next| next.is_word && next.capital && !next.in_date);
            let (follow, within) = uses.entry(&token.text).or_default();
            follow.insert(next.map_or("", |next| &next.text));
            *within |= at > 0 && line.tokens[at - 1].lower == "in";
        }
    }
    let longer = |(town, (follow, within)): (&str, (HashSet<&str>, bool))| {
        let next = follow.iter().next().filter(|next| !next.is_empty())?;
        let name = format!("{town} {next}");
        let key = fold(&name);
        let taken = people.contains(&key) || finder.venues.get(&key).is_some();
        (follow.len() == 1 && within && !taken).then_some((key, name))
    };
    uses.into_iter().filter_map(longer).collect()
}

/// Unknown names that the lines show to be venues, and the town from which the article is written, by their folded
/// forms.
fn venues(lines: &[Line<'_>], finder: &Finder, names: &Names) -> HashMap<String, String> {
    let mut venues: HashMap<String, String> = HashMap::new();
    for hit in lines.iter().flat_map(|line| &line.hits) {
        if !hit.known && hit.strength >= VENUE {
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
    venues
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

/// The first reading: tokens, times and nouns of the title and of every sentence that is no furniture.
fn read<'t>(document: &'t Document<'_>, finder: &Finder) -> Vec<Line<'t>> {
    let today = today(document);
    let mut lines: Vec<Line<'t>> = title(document, finder, today).into_iter().collect();
    let mut anchor = None;
    for (index, sentence) in document.structure.sentences.iter().enumerate() {
        let paragraph = document.structure.paragraphs.get(sentence.paragraph);
        let kind = paragraph.map_or(ParagraphKind::Body, |paragraph| paragraph.kind);
        if kind == ParagraphKind::Furniture {
            continue;
        }
        let bytes = bytes_of(document, sentence.span);
        let words = &document.text.as_str()[bytes.clone()];
        let mut line = Line::read(finder, words, today, anchor);
        line.at = Some(bytes.start);
        line.sentence = Some(index);
        line.paragraph = sentence.paragraph;
        line.heading = kind != ParagraphKind::Body;
        line.contents = contents(document, sentence.span, &bytes);
        let mut told = line.dates.iter().rev();
        if let Some(told) = told.find(|date| date.when.precision == Precision::Day) {
            anchor = Some(told.when.start);
        }
        lines.push(line);
    }
    lines
}

/// The title, where the text does not begin with it.
fn title<'t>(
    document: &'t Document<'_>,
    finder: &Finder,
    today: Option<NaiveDate>,
) -> Option<Line<'t>> {
    let title = document.article.title.as_deref()?;
    let text = document.text.as_str().trim_start();
    if text.starts_with(title.trim()) {
        return None;
    }
    let mut line = Line::read(finder, title, today, None);
    line.heading = true;
    Some(line)
}

/// Byte ranges, in a sentence, of contents of statements.
fn contents(document: &Document<'_>, sentence: Span, bytes: &Range<usize>) -> Vec<Range<usize>> {
    document
        .attributions
        .iter()
        .flat_map(|attribution| &attribution.content)
        .filter(|span| span.overlaps(sentence))
        .map(|span| {
            let content = bytes_of(document, *span);
            content.start.saturating_sub(bytes.start)
                ..content.end.saturating_sub(bytes.start).min(bytes.len())
        })
        .collect()
}

/// Byte range of a span in the text.
fn bytes_of(document: &Document<'_>, span: Span) -> Range<usize> {
    let words = document.text.slice(span);
    let at = words.as_ptr() as usize - document.text.as_str().as_ptr() as usize;
    at..at + words.len()
}
