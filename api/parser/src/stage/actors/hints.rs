//! Names that might be a side's: "Marrick, downstream, came with an ultimatum", "for Norrland".
//!
//! Nothing proves that they are one, so they name nobody's owner. They only stand as candidates where the
//! party of a speaker is weighed.

use super::lexicon::Lexicon;
use super::naming::{LocalParty, Named, Naming, Side, is_name_word, written};
use super::people::People;
use super::words::{Word, fold, lower};
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Form;
use std::collections::{HashMap, HashSet};

/// The longest name, in words.
const LONGEST: usize = 5;

/// Adds such names, but for those of `other` things, such as towns, to the local parties, and their places to [`Naming::hints`].
/// Words before `dateline`, where it ends, name towns.
pub(crate) fn add(
    naming: &mut Naming,
    words: &[Word<'_>],
    people: &People,
    lexicon: &Lexicon,
    sources: &HashSet<usize>,
    dateline: usize,
    other: impl Fn(&str) -> bool,
) {
    let lower = lower(words);
    let runs: Vec<(usize, usize)> = runs(words, naming, people, lexicon, &lower)
        .into_iter()
        .filter(|run| run.0 >= dateline)
        .collect();
    let acting: HashSet<String> = runs
        .iter()
        .filter(|&&(from, to)| acts(words, naming, people, lexicon, sources, from, to))
        .map(|&(from, to)| fold(&written(words, from, to)))
        .collect();
    let mut index: HashMap<String, usize> = HashMap::new();
    for (from, to) in runs {
        let name = written(words, from, to);
        let key = fold(&name);
        if !acting.contains(&key) || other(&name) {
            continue;
        }
        let party = *index.entry(key).or_insert_with(|| {
            let kind = kind(words, lexicon, from, to);
            naming.local.push(LocalParty::new(name.clone(), kind));
            naming.local.len() - 1
        });
        // "NORVIA has a week", where a lead is written in capitals.
        let known = &mut naming.local[party].name;
        if known.chars().all(|c| !c.is_lowercase()) {
            *known = name;
        }
        naming.hints.push(Named {
            from,
            to,
            side: Some(Side::Local(party)),
            form: Form::Name,
            ambiguous: false,
        });
    }
    naming.index_hints(words.len());
}

/// What a name without an owner is, by its last or first word.
fn kind(words: &[Word<'_>], lexicon: &Lexicon, from: usize, to: usize) -> PartyKind {
    let is = |list: &HashSet<String>| {
        list.contains(&words[to - 1].fold) || list.contains(&words[from].fold)
    };
    let lists = &lexicon.organisations;
    if is(&lists.movement) {
        PartyKind::Movement
    } else if is(&lists.faction) {
        PartyKind::Faction
    } else if is(&lists.bloc) {
        PartyKind::Bloc
    } else if is(&lists.organisation) {
        PartyKind::Organisation
    } else {
        PartyKind::State
    }
}

/// Runs of capitalised words that are neither people nor parties.
fn runs(
    words: &[Word<'_>],
    naming: &Naming,
    people: &People,
    lexicon: &Lexicon,
    lower: &HashSet<&str>,
) -> Vec<(usize, usize)> {
    // "The Sable Coast" is nobody's full name.
    let person = |at: usize| {
        people.at[at].is_some_and(|person| {
            let known = &people.list[person];
            let (from, _) = known.mentions[0];
            !known.offices.is_empty() || from == 0 || words[from - 1].fold != "the"
        })
    };
    let usable = |at: usize| {
        let word = &words[at];
        !word.heading
            && is_name_word(word, lexicon)
            && naming.at[at].is_none()
            && !person(at)
            && !lexicon.is_role(&word.fold)
            && !lexicon.is_title(&word.fold)
            && !lexicon.names.stops.contains(&word.fold)
            && !lexicon.roles.modifiers.contains(&word.fold)
            && !lexicon.bodies.organs.contains(&word.fold)
            && !(word.opens && lower.contains(word.fold.as_str()))
            // "Releasing them would be a mistake"
            && !(word.opens && word.fold.ends_with("ing"))
    };
    let names: HashSet<&str> = people
        .list
        .iter()
        .flat_map(|person| person.words.iter().map(String::as_str))
        .collect();
    let given = |word: &str| {
        names.contains(word)
            || lexicon.given.male.contains(word)
            || lexicon.given.female.contains(word)
    };
    let mut runs = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if !usable(at) {
            at += 1;
            continue;
        }
        let from = at;
        let mut to = at + 1;
        while to < words.len()
            && to - from < LONGEST
            && words[to].joined()
            && words[to].sentence == words[from].sentence
            && !words[to - 1].possessive
        {
            if usable(to) {
                to += 1;
            } else if words[to].fold == "of"
                && to + 1 < words.len()
                && usable(to + 1)
                && words[to + 1].follows()
            {
                to += 2;
            } else {
                break;
            }
        }
        if to > from + 1 || words[from].text.chars().count() >= 3 && !given(&words[from].fold) {
            runs.push((from, to));
        }
        at = to;
    }
    runs
}

/// True where a name does what sides do: it speaks, opens a sentence, owns an office, stands for a speaker.
fn acts(
    words: &[Word<'_>],
    naming: &Naming,
    people: &People,
    lexicon: &Lexicon,
    sources: &HashSet<usize>,
    from: usize,
    to: usize,
) -> bool {
    let official = |at: usize| {
        words.get(at).is_some_and(|word| {
            lexicon.is_role(&word.fold) && !lexicon.roles.private.contains(&word.fold)
                || lexicon.bodies.organs.contains(&word.fold)
        })
    };
    if (from..to).any(|at| sources.contains(&at)) {
        return true;
    }
    let start = words[..from].partition_point(|word| word.sentence < words[from].sentence);
    let ahead = &words[start..from];
    let opens = ahead
        .iter()
        .all(|word| matches!(word.fold.as_str(), "the" | "for" | "but" | "and" | "in"));
    let next = words.get(to);
    let goes_on = next.is_some_and(|next| next.sentence == words[from].sentence && !next.capital());
    if opens && goes_on {
        return true;
    }
    if (to..to + 3).any(official) && next.is_some_and(Word::follows) {
        return true;
    }
    // "Prefect Ousmane Tall (Kor)", "the reeve of Kor", "Olaf Tveit of Norvia".
    let before = from.checked_sub(1).map_or("", |at| words[at].fold.as_str());
    let skip = usize::from(before == "the");
    let Some(at) = from.checked_sub(1 + skip) else {
        return false;
    };
    let named = |at: usize| people.at[at].is_some() || naming.side(at).is_some();
    let bracket = words[from].gap.contains('(') && named(at);
    let owner = matches!(
        words[at].fold.as_str(),
        "of" | "for" | "from" | "between" | "and"
    ) && at > 0
        && (named(at - 1)
            || official(at - 1)
            || matches!(words[at].fold.as_str(), "for" | "between" | "and"));
    // "Its steward" in the sentence behind it.
    let its = words[from..]
        .iter()
        .take(60)
        .position(|word| word.sentence == words[from].sentence + 1)
        .is_some_and(|second| {
            matches!(words[from + second].fold.as_str(), "its" | "their")
                && (from + second + 1..from + second + 5).any(official)
        });
    bracket || owner || its
}
