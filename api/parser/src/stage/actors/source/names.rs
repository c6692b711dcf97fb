//! Speakers whose names stand in the source.
//!
//! Not everybody named there speaks: "the envoy of Joe Biden" is another, and so is who is told of behind a comma.

use super::{Answer, Found, Reading};
use crate::stage::actors::Cast;
use crate::stage::actors::naming::written;
use plenary_domain::ActorKind;
use plenary_domain::gazetteer::Form;

/// Words in a name that stands behind a description at most.
const LONGEST: usize = 7;

/// More people than this do not speak together; only the first is then meant.
const MOST: usize = 4;

/// The name that stands behind a description: "a campaign group, Public Citizen,", "the commander, known as Timo,".
pub(super) fn apposed(reading: Reading<'_>, from: usize, end: usize, to: usize) -> Option<Answer> {
    let (cast, lexicon) = (reading.cast, &reading.context.lexicon);
    let words = &cast.words;
    let described = words[from..end].iter().any(|word| {
        lexicon.is_role(&word.fold)
            || lexicon.bodies.organs.contains(&word.fold)
            || lexicon.is_organisation(&word.fold)
    });
    if !described || end >= to || words[from].capital() && !words[from].opens {
        return None;
    }
    let called = end + 2 < to && words[end].fold == "known" && words[end + 1].fold == "as";
    let indefinite = matches!(words[from].fold.as_str(), "a" | "an" | "one" | "another");
    if !called && !indefinite {
        return None;
    }
    let start = if called { end + 2 } else { end };
    if !named_alone(cast, start, to, if called { 1 } else { 2 }) {
        return None;
    }
    let official = &lexicon.roles.official;
    let mut before = words[from..end].iter();
    let body = !before.any(|word| official.contains(&word.fold));
    let found = Found::told(written(words, start, to), body, ActorKind::Person);
    Some((found, "actors/apposition", 0.8))
}

/// True when words are one name that nobody knows, with so many capital words at least.
fn named_alone(cast: &Cast<'_>, start: usize, to: usize, least: usize) -> bool {
    let words = &cast.words;
    let inside = |at: usize| {
        let word = &words[at];
        (at == start || word.joined())
            && (word.capital() || matches!(word.fold.as_str(), "of" | "for" | "the" | "and"))
    };
    let name = &words[start..to];
    let known = (start..to).any(|at| cast.naming.at[at].is_some())
        || (start..to).all(|at| cast.people.at[at].is_some());
    (start..to).all(inside)
        && name.len() <= LONGEST
        && name.iter().filter(|word| word.capital()).count() >= least
        && words[start].capital()
        && !known
}

/// The people whose names head the phrase.
pub(super) fn heads(reading: Reading<'_>, from: usize, end: usize, to: usize) -> Option<Answer> {
    let mut heads = named(reading, from, end, to);
    heads.dedup();
    if heads.len() > MOST {
        heads.truncate(1);
    }
    let rule = match heads.len() {
        0 => return None,
        1 => "actors/name",
        _ => "actors/names",
    };
    Some((Found::People(heads), rule, 0.95))
}

/// People whose names head the phrase: no preposition or possessive ties them to another noun.
fn named(reading: Reading<'_>, from: usize, end: usize, to: usize) -> Vec<usize> {
    let cast = reading.cast;
    let words = &cast.words;
    // Where the titles of a name reach into the name before, nothing stands between the two.
    let and = |from: usize, to: usize| {
        let between = words.get(from..to);
        between.is_some_and(|words| words.iter().any(|word| word.fold == "and"))
    };
    let mut heads: Vec<usize> = Vec::new();
    // Where the name before ends, and whether a comma stands behind it.
    let mut seen = from;
    let mut comma = false;
    let mut at = from;
    while at < to {
        // "The prime minister, who had last met Vucic": who is told of behind that does not speak.
        if heads.is_empty()
            && at > from
            && at == end
            && matches!(words[at].fold.as_str(), "who" | "whose" | "which")
        {
            break;
        }
        let Some(person) = cast.people.at[at] else {
            at += 1;
            continue;
        };
        let stop = name_end(cast, person, at);
        let before = title_start(reading, from, at);
        let joint = heads.is_empty() || and(seen, before);
        if joint && !comma && !words[stop - 1].possessive && !tied(reading, from, before) {
            heads.push(person);
        }
        seen = stop;
        // What stands behind a comma only describes the first name, unless an "and" goes on.
        comma =
            words.get(stop).is_some_and(|word| word.gap.trim() == ",") && !and(stop.min(to), to);
        at = stop;
    }
    heads
}

/// Where the name of a person ends that begins at a word.
fn name_end(cast: &Cast<'_>, person: usize, at: usize) -> usize {
    let words = &cast.words;
    let goes_on = |at: usize| cast.people.at[at] == Some(person) && words[at].joined();
    let end = (at + 1..words.len()).find(|at| !goes_on(*at));
    end.unwrap_or(words.len())
}

/// Where the titles and offices before a name begin.
fn title_start(reading: Reading<'_>, from: usize, at: usize) -> usize {
    let (words, naming) = (&reading.cast.words, &reading.cast.naming);
    let lexicon = &reading.context.lexicon;
    let mut start = at;
    while start > from && words[start].joined() {
        let word = &words[start - 1].fold;
        let place = naming.place(start - 1);
        let title = lexicon.is_title(word)
            || lexicon.is_role(word)
            || lexicon.roles.modifiers.contains(word)
            || place.is_some_and(|place| matches!(place.form, Form::Demonym | Form::Office));
        if !title {
            break;
        }
        // "Secretary of State" is one office, not an office of a state.
        start = match place {
            Some(place) if place.form == Form::Office => place.from.max(from),
            _ => start - 1,
        };
    }
    start
}

/// True for a name that a preposition ties to an office or organ before it: "the envoy of Joe Biden".
fn tied(reading: Reading<'_>, from: usize, before: usize) -> bool {
    let (words, lexicon) = (&reading.cast.words, &reading.context.lexicon);
    before > from
        && words[before].follows()
        && matches!(
            words[before - 1].fold.as_str(),
            "for" | "of" | "to" | "with" | "under" | "by" | "from" | "against"
        )
        && words[from..before]
            .iter()
            .any(|w| lexicon.is_role(&w.fold) || lexicon.bodies.organs.contains(&w.fold))
}
