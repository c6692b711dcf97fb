//! Several who speak together: "Egypt and Sudan", "the two sides", "both", "a joint communiqué".
//!
//! A list names them; "both sides" means those of whom the text speaks as a pair or group, or of whom it
//! speaks most. Of more than four together nobody is singled out.

use super::Cast;
use super::naming::{Naming, Side};
use super::words::Word;
use crate::context::Context;
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Form;
use std::collections::HashMap;

/// Numbers of sides that may speak together.
pub(super) const COUNTS: [&str; 4] = ["two", "both", "three", "four"];

/// How many words back people may have been named whom "both ministers" means.
const REACH: usize = 150;

/// Small words before a name in a list at most.
const SMALL: usize = 2;

/// How much a naming in a group adds.
const TOGETHER: usize = 3;

/// Who speaks together.
#[derive(Debug, PartialEq)]
pub(super) enum Joint {
    Sides(Vec<Side>),
    People(Vec<usize>),
}

/// Words for sides when their names are not told.
const SIDES: [&str; 24] = [
    "sides",
    "countries",
    "parties",
    "governments",
    "states",
    "neighbours",
    "neighbors",
    "delegations",
    "capitals",
    "nations",
    "rivals",
    "powers",
    "armies",
    "teams",
    "camps",
    "foes",
    "adversaries",
    "partners",
    "signatories",
    "republics",
    "groups",
    "factions",
    "panels",
    "ministries",
];

/// Those of them that only states are.
const STATES: [&str; 9] = [
    "countries",
    "governments",
    "states",
    "neighbours",
    "neighbors",
    "capitals",
    "nations",
    "republics",
    "ministries",
];

/// Words for people who speak for their sides.
const PEOPLE: [&str; 10] = [
    "men",
    "women",
    "ministers",
    "leaders",
    "diplomats",
    "presidents",
    "negotiators",
    "envoys",
    "heads",
    "ambassadors",
];

/// Texts on which sides agree.
const TEXTS: [&str; 7] = [
    "communique",
    "statement",
    "declaration",
    "release",
    "note",
    "conclusions",
    "document",
];

/// Who is meant by the words of a source, the rule and how sure; `end` is where its noun phrase ends.
pub(super) fn read(
    context: &Context,
    cast: &Cast<'_>,
    from: usize,
    end: usize,
    to: usize,
) -> Option<(Joint, &'static str, f32)> {
    if from >= end {
        return None;
    }
    // "Two of them, Egypt and Sudan," have their names behind the comma.
    let counted = (from..end).any(|at| COUNTS.contains(&cast.words[at].fold.as_str()));
    let list = listed(context, cast, from, to)
        .or_else(|| listed(context, cast, end, to).filter(|sides| counted && !sides.is_empty()));
    if let Some(sides) = list {
        return Some((Joint::Sides(sides), "actors/list", 0.9));
    }
    let word = |at: usize| {
        cast.words
            .get(at)
            .filter(|_| at < end)
            .map_or("", |word| word.fold.as_str())
    };
    let mut at = from + usize::from(matches!(word(from), "the" | "all"));
    let told = match word(at) {
        "two" | "both" => Some(2),
        "three" => Some(3),
        "four" => Some(4),
        _ => None,
    };
    let definite = at > from || word(at) == "both";
    at += usize::from(told.is_some());
    at += usize::from(matches!(word(at), "the" | "of"));
    let adjective = |at: usize| {
        cast.words[at].follows()
            && !cast.words[at].capital()
            && cast.naming.place(at).is_none()
            && (word(at).ends_with("ing")
                || context.lexicon.roles.modifiers.contains(word(at))
                || word(at).len() > 3 && !word(at).ends_with('s'))
    };
    // "The three Europeans"
    let kin = || {
        let place = cast.naming.place(at);
        let whole = place.filter(|place| place.form == Form::Demonym && place.to == end);
        whole.is_some() && word(end - 1).ends_with('s')
    };
    if let Some(count) = told.filter(|told| *told > 2)
        && kin()
        && let Some(sides) = grouped(cast, from, count)
    {
        return Some((Joint::Sides(sides), "actors/group", 0.7));
    }
    if let Some(sides) = called(cast, from, end) {
        return Some((Joint::Sides(sides), "actors/group", 0.7));
    }
    let people = |at: usize| {
        let word = word(at);
        PEOPLE.contains(&word)
            || word.ends_with('s') && context.lexicon.roles.official.contains(word)
    };
    let head = (at..end.min(at + 3)).find(|head| SIDES.contains(&word(*head)) || people(*head));
    let reached = |head: usize| (at..head).all(adjective);
    match head.filter(|head| reached(*head)) {
        Some(head) if people(head) && word(head + 1) != "of" => {
            let people = named_last(cast, from, told.filter(|_| definite)?)?;
            Some((Joint::People(people), "actors/both", 0.65))
        }
        Some(head)
            if definite
                && (told.is_some()
                    || matches!(word(head), "sides" | "parties" | "delegations")) =>
        {
            let sides = principals(
                context,
                cast,
                from,
                told.unwrap_or(2),
                STATES.contains(&word(head)),
            )?;
            Some((Joint::Sides(sides), "actors/sides", 0.7))
        }
        None if definite && told.is_some() && at >= end => {
            let sides = principals(context, cast, from, told?, false)?;
            Some((Joint::Sides(sides), "actors/sides", 0.6))
        }
        None if (from..end).any(|at| word(at) == "joint")
            && TEXTS.contains(&word(end - 1))
            && (from..end).all(|at| cast.naming.place(at).is_none()) =>
        {
            let sides = principals(context, cast, from, 2, false)?;
            Some((Joint::Sides(sides), "actors/sides", 0.55))
        }
        _ => None,
    }
}

/// The sides of a list that heads a phrase: "Egypt, Sudan and Ethiopia", "ministers from Egypt and Sudan", "the
/// Egyptian and Sudanese delegations".
fn listed(context: &Context, cast: &Cast<'_>, from: usize, to: usize) -> Option<Vec<Side>> {
    let lexicon = &context.lexicon;
    let word = |at: usize| cast.words[at].fold.as_str();
    let official = |at: usize| {
        let word = word(at);
        lexicon.is_role(word) && !lexicon.roles.private.contains(word)
            || lexicon.bodies.organs.contains(word)
            || SIDES.contains(&word)
    };
    let mut at = from;
    let mut ahead = false;
    while at < to && cast.naming.hint(at).is_none() {
        let holder = official(at) || lexicon.roles.modifiers.contains(word(at));
        if !(holder || matches!(word(at), "the" | "both" | "of" | "from" | "for")) {
            return None;
        }
        ahead |= holder;
        at += 1;
    }
    if ahead && !matches!(word(at - 1), "of" | "from" | "for" | "the") {
        return None;
    }
    let mut sides: Vec<Side> = Vec::new();
    let mut demonym;
    let mut closed = false;
    let last = loop {
        let place = cast
            .naming
            .hint(at)
            .filter(|place| place.from == at && place.to <= to)?;
        if matches!(place.form, Form::Body | Form::Office) {
            return None;
        }
        if !sides.contains(&place.side?) {
            sides.push(place.side?);
        }
        demonym = place.form == Form::Demonym;
        at = place.to;
        // "The government of Norvia", "the rebel Patriotic Front": both words may be told as the same side's.
        let of = at + usize::from(at < to && word(at) == "of");
        let again = cast.naming.hint(of);
        if let Some(again) = again.filter(|again| again.to <= to && again.side == place.side) {
            at = again.to;
            demonym = again.form == Form::Demonym;
        }
        if closed || at >= to {
            break at - 1;
        }
        let comma = cast.words[at].gap.trim() == ",";
        let and = word(at) == "and" && (comma || cast.words[at].follows());
        closed = and;
        if !and && !comma {
            return None;
        }
        at += usize::from(and);
        at += usize::from(at < to && word(at) == "the");
        // "The government of Norvia and the rebel Patriotic Front", "the communist-led National Front"
        let small = |at: &usize| {
            cast.naming.hint(*at).is_none()
                && !cast.words[*at].capital()
                && !lexicon.names.stops.contains(word(*at))
                && (*at == to - 1 || cast.words[*at + 1].joined())
        };
        at += (at..to.min(at + SMALL)).take_while(small).count();
        if at >= to {
            return None;
        }
    };
    if !closed || !(2..=4).contains(&sides.len()) {
        return None;
    }
    let next = cast.words.get(at).filter(|_| at < to);
    let ends = next.is_none_or(|next| {
        next.gap.contains([',', '(', '–', '—'])
            || matches!(
                next.fold.as_str(),
                "who" | "which" | "all" | "both" | "together" | "jointly" | "themselves"
            )
    });
    let possessive = cast.words[last].possessive;
    let owners = demonym || possessive;
    // "The American and Russian delegations", but not "Egyptian and Sudanese farmers".
    let held = (at..to.min(at + 4))
        .find(|at| official(*at))
        .is_some_and(|head| (at..head).all(|at| lexicon.roles.modifiers.contains(word(at))));
    (ends && !possessive || owners && held).then_some(sides)
}

/// The sides that "they" means: those that are the subject of its sentence or of the one before it.
pub(super) fn before(cast: &Cast<'_>, at: usize) -> Option<Vec<Side>> {
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
fn grouped(cast: &Cast<'_>, from: usize, count: usize) -> Option<Vec<Side>> {
    let group = groups_before(cast, from).find(|(_, sides)| sides.len() == count)?;
    Some(group.1.clone())
}

/// The sides that were introduced by what they are called together: "the guarantors" after "the guarantor states, Norvia,
/// Sudria and Tesk".
fn called(cast: &Cast<'_>, from: usize, end: usize) -> Option<Vec<Side>> {
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

/// The people named last before a word, as many as told, if they are so many.
fn named_last(cast: &Cast<'_>, from: usize, count: usize) -> Option<Vec<usize>> {
    let mut last: Vec<usize> = Vec::new();
    for at in (from.saturating_sub(REACH)..from).rev() {
        if let Some(person) = cast.people.at[at]
            && !last.contains(&person)
            && last.len() < count
        {
            last.push(person);
        }
    }
    last.reverse();
    (last.len() == count).then_some(last)
}

/// The sides of a meeting when the text does not name them: those that it names most, a naming in a group with
/// others of as many counting for more.
fn principals(
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

/// Where the text names several sides together, each group sorted: "talks between Egypt and Sudan".
pub(super) fn together(naming: &Naming, words: &[Word<'_>]) -> Vec<(usize, Vec<Side>)> {
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

/// Sides by how often the text names them, the most frequent first. Bodies only count where they are sides of
/// the text's own, such as unions of states.
pub(super) fn by_mentions(naming: &Naming, context: &Context) -> Vec<(Side, usize)> {
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
