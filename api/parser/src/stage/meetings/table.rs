//! Who sat at the table of a meeting, and who only spoke of it.
//!
//! A capital that reacts to talks is no party to them: meetings are chained by those who take part. Where
//! the article names the sides that met, these take part, with the members of a body among them, the host,
//! whoever is said to sit there, and whoever is heard before the first of the sides. Where it names fewer
//! than two, or a few of the many at a conference, everybody takes part who speaks there.

use super::Finder;
use super::find::Found;
use super::line::Line;
use super::place::{Standing, standing};
use super::venues::fold;
use crate::document::{Choice, Document};
use plenary_domain::Gazetteer;
use plenary_domain::gazetteer::Meaning;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Speaking sides from which on a meeting may be a conference.
const CONFERENCE: usize = 7;

/// For each meeting the parties (indices into the document's) that take part in it, in their order.
pub(super) fn participants(
    document: &Document<'_>,
    finder: &Finder,
    gazetteer: &Gazetteer,
    lines: &[Line<'_>],
    found: &[Found],
    of: &[Choice<Option<usize>>],
) -> Vec<BTreeSet<usize>> {
    let heard = |meeting: usize| {
        let made = of
            .iter()
            .enumerate()
            .filter(move |(_, choice)| choice.value == Some(meeting));
        made.flat_map(|(attribution, _)| {
            let sides = document.sides.of.get(attribution).into_iter().flatten();
            sides.filter_map(move |side| Some((attribution, side.value?)))
        })
    };
    let slug = |party: usize| document.sides.parties[party].slug.as_str();
    let mut all = Vec::with_capacity(found.len());
    for (at, meeting) in found.iter().enumerate() {
        let speaking: BTreeSet<usize> = heard(at).map(|(_, party)| party).collect();
        let named = named(document, gazetteer, lines, meeting);
        let host = meeting.meeting.venue.as_deref();
        let host = host
            .and_then(|venue| finder.venues.get(&fold(venue)))
            .and_then(|place| place.state.as_deref());
        // The side of the table for which a party speaks: itself, or a body of which it is a member.
        let side = |party: usize| {
            let own = named.get(slug(party));
            own.or_else(|| {
                named.iter().find(|body| {
                    let body = gazetteer.party(body);
                    body.is_some_and(|body| body.members.iter().any(|one| one == slug(party)))
                })
            })
        };
        // Of the many at a conference its report names two or three at its head.
        let told = speaking.iter().filter(|party| side(**party).is_some());
        let conference = speaking.len() >= CONFERENCE && told.count() * 2 < speaking.len();
        if named.len() < 2 || conference {
            all.push(speaking);
            continue;
        }
        let mut kept: BTreeMap<usize, bool> = BTreeMap::new();
        let mut sides: HashSet<&str> = HashSet::new();
        for (attribution, party) in heard(at) {
            let Standing { table, .. } = standing(document, finder, attribution);
            let own = side(party);
            let early = sides.is_empty();
            *kept.entry(party).or_default() |=
                own.is_some() || table || early || host == Some(slug(party));
            sides.extend(own.map(String::as_str));
        }
        all.push(
            kept.into_iter()
                .filter_map(|(party, kept)| kept.then_some(party))
                .collect(),
        );
    }
    all
}

/// Slugs of the parties that the title, the first sentence and the words that name the meeting name.
fn named(
    document: &Document<'_>,
    gazetteer: &Gazetteer,
    lines: &[Line<'_>],
    found: &Found,
) -> BTreeSet<String> {
    let mut telling: BTreeSet<usize> = found
        .hits
        .iter()
        .filter(|(at, hit)| {
            let (line, hit) = (&lines[*at], &lines[*at].hits[*hit]);
            hit.noun.is_some() && !line.in_content(line.tokens[hit.tokens.start].bytes.start)
        })
        .map(|(at, _)| *at)
        .collect();
    if found.meeting.main {
        telling.extend(lines.iter().position(|line| line.sentence.is_none()));
        telling.extend(lines.iter().position(|line| !line.heading));
    }
    let venue = found.meeting.venue.as_deref().map(fold);
    let mut named = BTreeSet::new();
    for line in telling.into_iter().map(|at| &lines[at]) {
        for mention in gazetteer.find(line.text) {
            // "The talks in Moscow" names no side.
            let place = venue == Some(fold(&line.text[mention.start..mention.end]));
            if let Meaning::Party { party, .. } = mention.meaning
                && !place
            {
                named.insert(gazetteer.parties[party].slug.clone());
            }
        }
        let text = format!(" {} ", fold(line.text));
        for party in &document.sides.parties {
            if text.contains(&format!(" {} ", fold(&party.name))) {
                named.insert(party.slug.clone());
            }
        }
    }
    named
}
