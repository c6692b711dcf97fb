//! The town from which the article is written.

use crate::document::{Document, ParagraphKind};
use crate::stage::meetings::Finder;
use crate::stage::meetings::line::Line;
use crate::stage::meetings::venues::fold;

/// The town from which the article is written, and another that its dateline names: "BRUSSELS/GENEVA - ".
/// Without a dateline, the known town before a dash at the head of the body: "Lugano - The talks".
#[derive(Debug, Default)]
pub(in crate::stage::meetings) struct Home {
    pub(in crate::stage::meetings) town: Option<String>,
    pub(in crate::stage::meetings) other: Option<String>,
    /// True for a text that was written while the talks ran, entry by entry.
    pub(in crate::stage::meetings) live: bool,
}

/// Reads it from the dateline, a greeting, or the head of the body.
pub(in crate::stage::meetings) fn home(
    document: &Document<'_>,
    finder: &Finder,
    lines: &[Line<'_>],
) -> Home {
    let live = is_live(document);
    let town = town(document, finder);
    match document.structure.dateline {
        Some(_) => Home {
            town,
            other: other_town(document, finder),
            live,
        },
        None => Home {
            town: town.or_else(|| heading_town(lines)),
            other: None,
            live,
        },
    }
}

/// The town of the dateline, or from which listeners are greeted, by its usual name.
pub(super) fn town(document: &Document<'_>, finder: &Finder) -> Option<String> {
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

/// The known town that a dateline names behind a stroke: "BRUSSELS/GENEVA - ".
fn other_town(document: &Document<'_>, finder: &Finder) -> Option<String> {
    let dateline = document.structure.dateline.as_ref()?;
    dateline.place.as_ref()?;
    let (_, behind) = document.text.slice(dateline.span).split_once('/')?;
    let end = behind.find(|c: char| !c.is_alphabetic() && c != ' ');
    let name = &behind[..end.unwrap_or(behind.len())];
    Some(finder.venues.get(&fold(name))?.name.clone())
}

/// The known town before a dash at the head of the body: "Lugano - The talks".
fn heading_town(lines: &[Line<'_>]) -> Option<String> {
    let body = lines
        .iter()
        .find(|line| line.at.is_some() && !line.heading)?;
    let hit = body.hits.first().filter(|hit| hit.known)?;
    let next = body.tokens.get(hit.tokens.end)?;
    let heads = hit.tokens.start == 0 && matches!(next.text.as_str(), "-" | "–" | "—" | ":");
    heads.then(|| hit.name.clone())
}

/// True for a text that was written while the talks ran, entry by entry.
fn is_live(document: &Document<'_>) -> bool {
    const STAMPS: usize = 3;
    let paragraphs = &document.structure.paragraphs;
    let stamped = paragraphs
        .iter()
        .filter(|paragraph| opens_with_time(document.text.slice(paragraph.span)));
    stamped.count() >= STAMPS
}

/// True for a paragraph that opens with the time of day: "[14:05] The delegations".
fn opens_with_time(paragraph: &str) -> bool {
    let figures = |part: &str| part.chars().take_while(char::is_ascii_digit).count();
    let text = paragraph.trim_start_matches(['*', '[', '(', ' ']);
    text.split_once([':', '.']).is_some_and(|(hour, rest)| {
        matches!(hour.len(), 1 | 2) && figures(hour) == hour.len() && figures(rest) == 2
    })
}
