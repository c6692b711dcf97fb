//! Sides that the text names together, and words that mean the last such group: "they", "the guarantors".

use crate::stage::actors::Cast;
use crate::stage::actors::naming::{Naming, Side};
use crate::stage::actors::words::Word;

/// Where the text names several sides together, each group sorted: "talks between Egypt and Sudan".
pub(in crate::stage::actors) fn together(
    naming: &Naming,
    words: &[Word<'_>],
) -> Vec<(usize, Vec<Side>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let start = at;
        let mut sides: Vec<Side> = Vec::new();
        let mut closed = false;
        while let Some(place) = naming.hint(at).filter(|place| place.from == at)
            && let Some(side) = place.side
            && !words[place.to - 1].possessive
        {
            if !sides.contains(&side) {
                sides.push(side);
            }
            at = place.to;
            let Some(next) = words.get(at) else { break };
            if closed || next.sentence != words[start].sentence {
                break;
            }
            let comma = next.gap.trim() == ",";
            if next.fold == "and" && (comma || next.follows()) {
                closed = true;
                at += 1;
            } else if !comma {
                break;
            }
            at += usize::from(words.get(at).is_some_and(|word| word.fold == "the"));
        }
        if closed && sides.len() > 1 {
            sides.sort();
            found.push((start, sides));
        }
        at = at.max(start + 1);
    }
    found
}

/// The sides that "they" means: those that are the subject of its sentence or of the one before it.
pub(in crate::stage::actors) fn before(cast: &Cast<'_>, at: usize) -> Option<Vec<Side>> {
    let sentence = cast.words[at].sentence;
    let near = |first: usize| cast.words[first].sentence + 1 >= sentence;
    let heads = |first: usize| {
        let before = first.checked_sub(2);
        before.is_none_or(|before| cast.words[before].sentence < cast.words[first].sentence)
    };
    let near = groups_before(cast, at)
        .take_while(|(first, _)| near(*first))
        .find(|(first, _)| heads(*first));
    near.map(|(_, sides)| sides.clone())
        .filter(|sides| sides.len() <= 4)
}

/// The groups that are named together before a word, the last first.
fn groups_before<'c>(
    cast: &'c Cast<'_>,
    from: usize,
) -> impl Iterator<Item = &'c (usize, Vec<Side>)> {
    let end = cast.together.partition_point(|(first, _)| *first < from);
    cast.together[..end].iter().rev()
}

/// The sides of the last group of so many that is named together before a word.
pub(super) fn grouped(cast: &Cast<'_>, from: usize, count: usize) -> Option<Vec<Side>> {
    let group = groups_before(cast, from).find(|(_, sides)| sides.len() == count)?;
    Some(group.1.clone())
}

/// The sides that were introduced by what they are called together: "the guarantors" after "the guarantor states, Norvia,
/// Sudria and Tesk".
pub(super) fn called(cast: &Cast<'_>, from: usize, end: usize) -> Option<Vec<Side>> {
    const STEM: usize = 6;
    const NEXT: usize = 3;
    let words = &cast.words;
    let noun = &words[end - 1].fold;
    let alone = end == from + 2 && words[from].fold == "the" || end == from + 1;
    if !alone || !noun.ends_with('s') || noun.chars().count() <= STEM {
        return None;
    }
    let stem: String = noun.chars().take(noun.chars().count() - 1).collect();
    let told = |first: usize| {
        (first.saturating_sub(NEXT)..first).any(|at| {
            words[at].fold.starts_with(&stem) && words[at].sentence == words[first].sentence
        })
    };
    let group = groups_before(cast, from)
        .find(|(first, sides)| told(*first) && (2..=4).contains(&sides.len()))?;
    Some(group.1.clone())
}
