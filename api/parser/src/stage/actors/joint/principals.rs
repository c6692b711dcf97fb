//! The sides of which the text speaks most: those that meet when a phrase such as "the two sides" names nobody.

use super::groups::grouped;
use crate::context::Context;
use crate::stage::actors::Cast;
use crate::stage::actors::naming::{Naming, Side};
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Form;
use std::collections::HashMap;

/// How much a naming in a group adds.
const TOGETHER: usize = 3;

/// The sides of a meeting when the text does not name them: those that it names most, a naming in a group with
/// others of as many counting for more.
pub(super) fn principals(
    context: &Context,
    cast: &Cast<'_>,
    from: usize,
    count: usize,
    states: bool,
) -> Option<Vec<Side>> {
    // Three or four are those that were named together last.
    if count > 2
        && let Some(sides) = grouped(cast, from, count)
    {
        return Some(sides);
    }
    let mut weights: HashMap<Side, usize> = cast.sides.iter().copied().collect();
    if count == 2 {
        for side in lead_pair(cast).into_iter().flatten() {
            *weights.entry(side).or_default() += TOGETHER * TOGETHER;
        }
    }
    for (_, sides) in &cast.together {
        if sides.len() == count {
            for side in sides {
                *weights.entry(*side).or_default() += TOGETHER;
            }
        }
    }
    let order = |side: &Side| cast.sides.iter().position(|(other, _)| other == side);
    let state = |side: Side| cast.naming.kind(&context.gazetteer, side) == PartyKind::State;
    let mut sides: Vec<(Side, usize)> = weights
        .into_iter()
        .filter(|(side, _)| !states || state(*side))
        .collect();
    sides.sort_by_key(|(side, weight)| (std::cmp::Reverse(*weight), order(side), *side));
    let sides: Vec<Side> = sides
        .into_iter()
        .map(|(side, _)| side)
        .take(count)
        .collect();
    (sides.len() == count).then_some(sides)
}

/// The two sides that one of the first sentences ties: "Norvia's government and the rebels of the Northern Front ended
/// a round in Lindal".
fn lead_pair(cast: &Cast<'_>) -> Option<[Side; 2]> {
    const LEAD: usize = 3;
    const BEFORE: usize = 4;
    const BEHIND: usize = 7;
    let words = &cast.words;
    let first = words.iter().find(|word| !word.heading)?.sentence;
    let named = |at: usize| {
        let place = cast
            .naming
            .place(at)
            .filter(|place| place.form != Form::Metonym)?;
        let before = place
            .from
            .checked_sub(1)
            .map_or("", |at| words[at].fold.as_str());
        let kept = !matches!(before, "in" | "at" | "to" | "from" | "near");
        place.side.filter(|_| kept).map(|side| (place.from, side))
    };
    // Words that stand between a name and "and": "'s government", "negotiators", "exiled leaders of the".
    let links = |from: usize, to: usize| {
        words.get(from..to).is_some_and(|between| {
            between.iter().all(|word| {
                !word.capital() && word.fold != "and" && (word.joined() || word.possessive)
            })
        })
    };
    (0..words.len())
        .skip_while(|at| words[*at].heading)
        .take_while(|at| words[*at].sentence < first + LEAD)
        .filter(|at| words[*at].fold == "and" && words[*at].follows())
        .find_map(|and| {
            let (_, left) = (and.saturating_sub(BEFORE)..and)
                .rev()
                .find_map(|at| Some((at, named(at)?.1)).filter(|(at, _)| links(at + 1, and)))?;
            let (_, right) = (and + 1..words.len().min(and + BEHIND))
                .find_map(|at| named(at).filter(|(from, _)| links(and + 1, *from)))?;
            let talks = words[and].sentence == words[and.saturating_sub(1)].sentence;
            (left != right && talks).then_some([left, right])
        })
}

/// Sides by how often the text names them, the most frequent first. Bodies only count where they are sides of
/// the text's own, such as unions of states.
pub(in crate::stage::actors) fn by_mentions(
    naming: &Naming,
    context: &Context,
) -> Vec<(Side, usize)> {
    let mut counts: HashMap<Side, (usize, usize)> = HashMap::new();
    for (nth, place) in naming.places.iter().chain(&naming.hints).enumerate() {
        if let Some(side) = place.side
            && !matches!(
                naming.kind(&context.gazetteer, side),
                PartyKind::Organisation
            )
        {
            counts.entry(side).or_insert((0, nth)).0 += 1;
        }
    }
    let mut sides: Vec<(Side, (usize, usize))> = counts.into_iter().collect();
    sides.sort_by_key(|(side, (count, first))| (std::cmp::Reverse(*count), *first, *side));
    sides
        .into_iter()
        .map(|(side, (count, _))| (side, count))
        .collect()
}
