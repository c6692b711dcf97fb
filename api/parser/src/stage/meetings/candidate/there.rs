//! What the words around one mention tell of a place: talks were held there, something was agreed there, or somebody
//! only spoke to the press.
//!
//! Each question looks back over a few words of the same line, and is answered with no where none of them is found.

use crate::stage::meetings::course::unit_days;
use crate::stage::meetings::line::{Hit, Line, Role, Token, is_saying};

/// True for a place of which only is told that somebody spoke there to the press or to a parliament: "told
/// reporters in Brussels".
pub(super) fn told_there(line: &Line<'_>, hit: &Hit) -> bool {
    // "Officials here said"
    let next = line.tokens.get(hit.tokens.end);
    // "Have left parliament here divided"
    let before = hit.tokens.start.checked_sub(1).map(|at| &line.tokens[at]);
    let state = [
        "parliament",
        "government",
        "opposition",
        "capital",
        "cabinet",
    ];
    let here = hit.role == Role::Here
        && (next.is_some_and(|next| is_saying(&next.lower))
            || before.is_some_and(|before| state.contains(&before.lower.as_str())));
    here || hit.noun.is_none() && held_after(line, hit, AUDIENCE, &AUDIENCES)
}

/// True for a place where, as the article says, talks were held: "the talks were held in Lugano".
pub(super) fn held_there(line: &Line<'_>, hit: &Hit) -> bool {
    let nouns = line
        .nouns
        .iter()
        .any(|noun| !noun.verb && noun.tokens.end <= hit.tokens.start);
    nouns
        && held_after(
            line,
            hit,
            3,
            &["held", "hosted", "place", "convened", "staged"],
        )
}

/// True for the place of talks that the reader is taken to know: "the talks, in a hotel in Lugano, ended".
pub(super) fn the_talks_there(line: &Line<'_>, hit: &Hit) -> bool {
    const BETWEEN: usize = 3;
    hit.role == Role::At
        && hit.noun.is_some_and(|noun| {
            let noun = &line.nouns[noun];
            let before = noun.tokens.start.saturating_sub(BETWEEN)..noun.tokens.start;
            !noun.verb
                && noun.tokens.end <= hit.tokens.start
                && line.tokens[before.clone()]
                    .iter()
                    .any(|token| matches!(token.lower.as_str(), "the" | "these"))
                && !line.tokens[before].iter().any(|token| {
                    matches!(
                        token.lower.as_str(),
                        "last" | "next" | "first" | "previous" | "earlier" | "second" | "coming"
                    )
                })
        })
}

/// True for a place in a headline that tells what came out there: "Sides sign deal in Lugano".
pub(super) fn outcome_there(line: &Line<'_>, hit: &Hit) -> bool {
    const SIGNED: [&str; 8] = [
        "sign", "signs", "seal", "seals", "strike", "reach", "clinch", "agree",
    ];
    hit.role == Role::At
        && line.tokens[..hit.tokens.start].iter().any(|token| {
            let word = token.lower.as_str();
            AGREED.contains(&word) || SIGNED.contains(&word)
        })
}

/// True for a place to which somebody came home: "was back in Lugano after the talks".
pub(super) fn back_there(line: &Line<'_>, hit: &Hit) -> bool {
    hit.role == Role::At
        && hit.tokens.start >= 2
        && matches!(
            line.tokens[hit.tokens.start - 2].lower.as_str(),
            "back" | "home"
        )
}

/// True for a place in what something comes after by days or hours: "a day after the sides failed in Lugano".
pub(super) fn after_it(line: &Line<'_>, hit: &Hit) -> bool {
    let before = &line.tokens[hit.tokens.start.saturating_sub(AFTER)..hit.tokens.start];
    // "Signed the night before in Lugano"
    let tail = before.len().saturating_sub(3);
    if hit.role == Role::At
        && let [time, order, _] = &before[tail..]
        && matches!(time.lower.as_str(), "night" | "day" | "evening" | "week")
        && matches!(order.lower.as_str(), "before" | "earlier")
    {
        return true;
    }
    // "After two days of talks in Lugano that ended on Tuesday"
    if let Some(noun) = hit.noun.map(|noun| &line.nouns[noun])
        && hit.role == Role::At
        && noun.tokens.end <= hit.tokens.start
        && let [after, _, unit, of, ..] =
            &line.tokens[noun.tokens.start.saturating_sub(4)..noun.tokens.start]
        && after.lower == "after"
        && of.lower == "of"
        && unit_days(&unit.lower).is_some()
    {
        return true;
    }
    // "Three days after a summit in Lugano" may tell of one that came before.
    let counts = |pair: &[Token]| {
        pair[1].lower == "after"
            && matches!(
                pair[0].lower.as_str(),
                "day" | "hours" | "night" | "morning"
            )
    };
    matches!(hit.role, Role::At | Role::Modifier)
        && before
            .windows(2)
            .rposition(counts)
            .is_some_and(|at| before[at + 2..].iter().all(|token| token.lower != ","))
}

/// Words behind "a day after" in which a place is looked for.
const AFTER: usize = 18;

/// True for a place where something was agreed: "an understanding reached in Lugano last week".
pub(super) fn agreed_there(line: &Line<'_>, hit: &Hit) -> bool {
    held_after(line, hit, OUTCOME, &AGREED)
}

/// True for a place behind "in" or "at" and, up to so many words before it and no mark between, one of a list.
fn held_after(line: &Line<'_>, hit: &Hit, reach: usize, list: &[&str]) -> bool {
    let before = hit.tokens.start.saturating_sub(reach)..hit.tokens.start;
    hit.role == Role::At
        && line.tokens[before]
            .iter()
            .rev()
            .take_while(|token| token.is_word)
            .any(|token| list.contains(&token.lower.as_str()))
}

/// Words before a place in which an outcome of talks is looked for.
const OUTCOME: usize = 9;
/// Words of what talks bring about.
const AGREED: [&str; 21] = [
    "agreed",
    "reached",
    "signed",
    "sealed",
    "brokered",
    "concluded",
    "struck",
    "initialled",
    "initialed",
    "adopted",
    "hammered",
    "negotiated",
    "approved",
    "endorsed",
    "deal",
    "accord",
    "agreement",
    "pact",
    "understanding",
    "memorandum",
    "declaration",
];

/// For a place that somebody left, or to which somebody goes: whether it is left.
pub(super) fn way_of(line: &Line<'_>, hit: &Hit) -> Option<bool> {
    if hit.role != Role::Way {
        return None;
    }
    let before = line.tokens[..hit.tokens.start].last()?.lower.as_str();
    Some(!matches!(
        before,
        "to" | "into" | "for" | "via" | "hosts" | "before" | "reach"
    ))
}

/// Words before a place in which the audience is looked for.
const AUDIENCE: usize = 4;
/// Those who are told things where no talks are held.
const AUDIENCES: [&str; 11] = [
    "reporters",
    "journalists",
    "meps",
    "mps",
    "lawmakers",
    "parliament",
    "interview",
    "radio",
    "television",
    "broadcaster",
    "newspaper",
];
