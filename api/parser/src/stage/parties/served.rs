//! Whom somebody serves, where a pronoun or a name tells it: "its spokesman, Olaf Tveit", "whose chief
//! mediator", "Ms Hassan's office".

use crate::context::Context;
use crate::stage::actors::{Cast, Person, Side, Word, fold};
use plenary_domain::PartyKind;

/// Words before a name in which the owner of an office is looked for.
const NEAR: usize = 14;
/// Words behind a name in which the owner of an office is looked for.
const BEHIND: usize = 4;
/// Words before "his" or "her" in which somebody is looked for, so that time stays linear in the text's length.
const BEFORE: usize = 400;
/// Words of a sentence among which "the opposition" stands before a party.
const OPPOSITION: usize = 6;
/// Words of other kinds in such a phrase: "her finance spokesman".
const UNKNOWN: usize = 2;

/// Who is called somebody's and serves another.
const OTHERS: [&str; 6] = [
    "counterpart",
    "colleague",
    "host",
    "rival",
    "opponent",
    "predecessor",
];

/// Whom somebody serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Served {
    Side(Side),
    /// A person by index.
    Person(usize),
}

/// Whom the actor of a first mention serves; `person` is its own index where it is a person.
pub(super) fn served(
    context: &Context,
    cast: &Cast<'_>,
    (from, to): (usize, usize),
    person: Option<usize>,
) -> Option<Served> {
    let actor = Actor {
        context,
        cast,
        person,
    };
    // "His office", "Hassan's aides": the owner is part of what speaks.
    if person.is_none() {
        return (from..to).find_map(|at| actor.owner(at));
    }
    actor.behind(to).or_else(|| actor.before(from))
}

/// The actor of whom is asked, in the text that mentions it.
struct Actor<'a> {
    context: &'a Context,
    cast: &'a Cast<'a>,
    person: Option<usize>,
}

impl Actor<'_> {
    /// True for a word that names the actor.
    fn is_own(&self, at: usize) -> bool {
        self.cast.people.at[at] == self.person && self.person.is_some()
    }

    /// Whom a word tells as the owner of an office or of a body.
    fn owner(&self, at: usize) -> Option<Served> {
        let (context, cast, body) = (self.context, self.cast, self.person.is_none());
        let possessive = cast.words[at].possessive;
        match cast.words[at].fold.as_str() {
            "his" | "her" => somebody(cast, at, |at| self.is_own(at)),
            "its" | "their" => opener(context, cast, at, body),
            "whose" => beside(cast, at),
            // "Norvia will not sign, said Olaf Tveit, the country's negotiator"
            "country" | "nation" | "kingdom" if possessive => last_state(context, cast, at),
            // "The Prime Minister's Office"
            role if possessive && body && context.lexicon.is_role(role) => holder(cast, at),
            _ if possessive && !self.is_own(at) => cast.people.at[at].map(Served::Person),
            _ => None,
        }
    }

    /// The owner of an office behind the name: "Olaf Tveit, Anna Hassan's adviser".
    fn behind(&self, to: usize) -> Option<Served> {
        let words = &self.cast.words;
        words.get(to).filter(|word| word.gap.trim() == ",")?;
        let (at, found) = (to..words.len().min(to + BEHIND))
            .take_while(|at| words[*at].joined() || *at == to)
            .find_map(|at| self.owner(at).map(|found| (at, found)))?;
        (at + 1..words.len().min(at + BEHIND))
            .any(|at| self.context.lexicon.is_role(&words[at].fold))
            .then_some(found)
    }

    /// The owner of the office before the name: "its spokesman, Olaf Tveit".
    fn before(&self, from: usize) -> Option<Served> {
        let (words, lexicon) = (&self.cast.words, &self.context.lexicon);
        let (mut office, mut former, mut unknown) = (false, false, 0);
        for at in (from.saturating_sub(NEAR)..from).rev() {
            let word = &words[at];
            let stops = lexicon.names.stops.contains(&word.fold) && word.fold != "his";
            if is_apart(word, &words[at + 1]) || stops {
                return None;
            }
            if office && let Some(owner) = self.owner(at) {
                return Some(owner);
            }
            former |= lexicon.roles.former.contains(&word.fold);
            // "His counterpart, Ambassador Ines Moor"
            if OTHERS.contains(&word.fold.as_str()) {
                return None;
            }
            let role = lexicon.is_role(&word.fold);
            office |= role && !lexicon.roles.private.contains(&word.fold);
            // Whose office is told beside it serves that side; what somebody was before does not count.
            let side = self.cast.naming.side(at).is_some();
            if side && !former && !behind_former(self.context, self.cast, at) {
                return None;
            }
            let fits = role
                || word.capital()
                || lexicon.roles.modifiers.contains(&word.fold)
                || lexicon.roles.former.contains(&word.fold)
                || matches!(word.fold.as_str(), "for" | "of" | "and" | "on");
            unknown += usize::from(!fits);
            if unknown > UNKNOWN {
                return None;
            }
        }
        None
    }
}

/// True where another sentence begins between two words, or a mark stands there that parts an office from a name.
fn is_apart(word: &Word<'_>, next: &Word<'_>) -> bool {
    let inside = |c: char| c.is_whitespace() || matches!(c, ',' | '-' | '.' | '\'' | '’' | 's');
    word.sentence != next.sentence || !next.gap.chars().all(inside)
}

/// True where a word behind "former" tells what somebody was: "former Norvian president".
fn behind_former(context: &Context, cast: &Cast<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &cast.words[before].fold);
    before.is_some_and(|before| context.lexicon.roles.former.contains(before))
}

/// The body, and where `states` the state, with which the sentence of "its" or the one before begins: "The union has
/// joined in. Its chairwoman, …". A state's offices tell for themselves whom they serve.
fn opener(context: &Context, cast: &Cast<'_>, at: usize, states: bool) -> Option<Served> {
    let words = &cast.words;
    let sentence = words[at].sentence;
    let opens = |sentence: usize| {
        let start = words.partition_point(|word| word.sentence < sentence);
        let first = start + usize::from(words.get(start)?.fold == "the");
        // "At home the opposition Harbour Rally accused the government."
        let opposition =
            (start..at.min(start + OPPOSITION)).find(|at| words[*at].fold == "opposition");
        let place = [Some(first), opposition.map(|at| at + 1)]
            .into_iter()
            .flatten()
            .find_map(|first| cast.naming.place(first).filter(|place| place.from == first))?;
        place
            .side
            .filter(|_| place.to <= at && words[start].paragraph + 1 >= words[at].paragraph)
    };
    // "It is Qal that worries the Inspectorate. Its director …", "A sharp reply came from Norvia. Its envoy …"
    let start = words.partition_point(|word| word.sentence < sentence);
    let ends = || {
        let place = cast.naming.place(start.checked_sub(1)?)?;
        let side = place.side?;
        let near = words[place.from].paragraph == words[at].paragraph;
        near.then_some(side)
    };
    let state = |side: &Side| cast.naming.kind(&context.gazetteer, *side) == PartyKind::State;
    let fits = |side: &Side| states || !state(side);
    if at == start
        && let Some(side) = ends()
    {
        return Some(Served::Side(side));
    }
    let side = opens(sentence)
        .or_else(|| opens(sentence.checked_sub(1)?))
        .or_else(|| ends().filter(|side| !state(side)))?;
    fits(&side).then_some(Served::Side(side))
}

/// The state that is named last before a word of its paragraph or the one before.
fn last_state(context: &Context, cast: &Cast<'_>, at: usize) -> Option<Served> {
    let words = &cast.words;
    (at.saturating_sub(BEFORE)..at)
        .rev()
        .take_while(|before| words[*before].paragraph + 1 >= words[at].paragraph)
        .filter_map(|before| cast.naming.hint(before)?.side)
        .find(|side| cast.naming.kind(&context.gazetteer, *side) == PartyKind::State)
        .map(Served::Side)
}

/// The last of those before who hold the office of a word: "the Prime Minister's".
fn holder(cast: &Cast<'_>, at: usize) -> Option<Served> {
    let words = &cast.words;
    let first = at
        .checked_sub(1)
        .is_some_and(|before| words[before].fold == "prime");
    let holds = |person: &Person| {
        person.offices.iter().any(|office| {
            office.heads.contains(&words[at].fold)
                && (!first || fold(&office.text).contains("prime"))
        })
    };
    let before = |person: &Person| {
        let count = person
            .mentions
            .partition_point(|&(mention, _)| mention < at);
        count.checked_sub(1).map(|last| person.mentions[last].0)
    };
    let people = cast.people.list.iter().enumerate();
    people
        .filter(|(_, person)| holds(person))
        .filter_map(|(index, person)| Some((before(person)?, index)))
        .max()
        .map(|(_, index)| Served::Person(index))
}

/// The side or the person right before "whose".
fn beside(cast: &Cast<'_>, at: usize) -> Option<Served> {
    let before = at.checked_sub(1)?;
    let side = cast.naming.hint(before).and_then(|place| place.side);
    side.map(Served::Side)
        .or(cast.people.at[before].map(Served::Person))
}

/// The person of whom the words before "his" or "her" speak: the first of its own sentence, or of the one before.
fn somebody(cast: &Cast<'_>, at: usize, own: impl Fn(usize) -> bool) -> Option<Served> {
    let words: &[Word<'_>] = &cast.words;
    let male = words[at].fold == "his";
    let mut end = at;
    while end > at.saturating_sub(BEFORE) {
        let sentence = words[end - 1].sentence;
        let start = words[..end].partition_point(|word| word.sentence < sentence);
        if words[start].paragraph + 1 < words[at].paragraph {
            return None;
        }
        let found = (start..end)
            .filter(|at| !own(*at))
            .filter_map(|at| cast.people.at[at])
            .find(|person| cast.people.list[*person].male.is_none_or(|he| he == male));
        if found.is_some() {
            return found.map(Served::Person);
        }
        end = start;
    }
    None
}
