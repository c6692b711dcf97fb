//! Which of the people named before a description means: "the envoy", "the brigadier", "the Frenchman".

use super::Reading;
use crate::stage::actors::people::Person;
use crate::stage::actors::{Cast, Side};
use crate::stage::parties;
use plenary_domain::gazetteer::Form;
use std::cmp::Reverse;

/// Endings of names of peoples in the plural: "the Chinese", "the British", "the Dutch", "the Russians".
const PEOPLES: [&str; 5] = ["s", "ese", "sh", "ch", "x"];

/// Offices of those who lead a country.
const LEADING: [&str; 5] = ["president", "leader", "premier", "chancellor", "pm"];

/// Offices of which nobody has two.
const OFFICES: [&str; 5] = [
    "minister",
    "president",
    "ambassador",
    "spokesman",
    "spokeswoman",
];

/// Nouns that fit whoever holds an office.
const GENERIC: [&str; 11] = [
    "diplomat",
    "official",
    "politician",
    "envoy",
    "representative",
    "negotiator",
    "leader",
    "chief",
    "head",
    "delegate",
    "counterpart",
];

/// The mentions of a person that begin before a word.
pub(super) fn mentions_before(person: &Person, word: usize) -> &[(usize, usize)] {
    let before = person.mentions.partition_point(|&(at, _)| at < word);
    &person.mentions[..before]
}

/// The person last named before a phrase beside whose name a word stood.
pub(super) fn called(
    cast: &Cast<'_>,
    from: usize,
    word: &str,
    owner: Option<Side>,
) -> Option<usize> {
    let words = &cast.words;
    let titled = |at: usize| at > 0 && words[at].follows() && words[at - 1].fold == word;
    let told = |person: &Person, mentions: &[(usize, usize)]| {
        let mut offices = person.offices.iter().map(|office| office.range);
        offices.any(|(start, end)| words[start..end].iter().any(|other| other.fold == word))
            || mentions.iter().any(|&(at, _)| titled(at))
    };
    let fits = |person: &Person, owner: Side| {
        let offices = person.offices.iter();
        let mut sides = offices.filter_map(|office| office.side).peekable();
        sides.peek().is_none() || sides.any(|other| other == owner)
    };
    let last = |(index, person): (usize, &Person)| {
        let mentions = mentions_before(person, from);
        let &(last, _) = mentions.last()?;
        let meant = told(person, mentions) && owner.is_none_or(|owner| fits(person, owner));
        meant.then_some((last, index))
    };
    let people = cast.people.list.iter().enumerate().filter_map(last);
    let nearest = people.min_by_key(|(last, _)| Reverse(*last));
    nearest.map(|(_, index)| index)
}

/// The speaker before, if he speaks for an organisation and a phrase names one of a nation: "the Frenchman", "the
/// German diplomat".
pub(super) fn compatriot(reading: Reading<'_>, from: usize, end: usize) -> Option<usize> {
    let (cast, memory) = (reading.cast, reading.memory);
    let words = &cast.words;
    let nation = (from..end).find_map(|at| cast.naming.place(at))?;
    let word = words[nation.to - 1].fold.as_str();
    let people = nation.to == end && PEOPLES.iter().any(|ending| word.ends_with(ending));
    if nation.form != Form::Demonym || people || words[nation.to - 1].possessive {
        return None;
    }
    let last = memory.only()?;
    let person = cast.people.list.get(last)?;
    let body = |side: Side| cast.naming.is_body(&reading.context.gazetteer, side);
    let mut sides = person.offices.iter().filter_map(|office| office.side);
    let near = words[from].paragraph <= memory.paragraph + 1;
    (near && sides.any(body)).then_some(last)
}

/// The person whom a description means, whose head is at `role`: the last one before it whose office fits.
pub(super) fn described(
    reading: Reading<'_>,
    from: usize,
    role: usize,
    owner: Option<Side>,
) -> Option<usize> {
    let noun = reading.cast.words[role].fold.as_str();
    let presidency = noun == "presidency";
    let description = Description {
        reading,
        from,
        owner,
        head: if presidency { "president" } else { noun },
        presidency,
    };
    let people = reading.cast.people.list.iter().enumerate();
    people
        .filter_map(|(index, person)| Some((description.distance(index, person)?, index)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, index)| index)
}

/// A description of somebody by an office.
struct Description<'a> {
    reading: Reading<'a>,
    from: usize,
    /// The side that it names.
    owner: Option<Side>,
    /// The noun for the office.
    head: &'a str,
    /// A presidency is its president's, and nobody else's who happened to speak.
    presidency: bool,
}

impl Description<'_> {
    /// How far a person is from being meant; `None` when the description does not fit.
    ///
    /// The nearer the better; the exact office and the last speaker count as being nearer.
    fn distance(&self, index: usize, person: &Person) -> Option<i64> {
        let (context, memory) = (self.reading.context, self.reading.memory);
        let &(at, _) = mentions_before(person, self.from).last()?;
        let heads = || person.offices.iter().flat_map(|office| &office.heads);
        let sides = || person.offices.iter().filter_map(|office| office.side);
        let led = self.led(person);
        let same = heads().any(|head| head == self.head)
            || led
            || self.head == "president" && parties::namesake(context, &person.words).is_some();
        let official = || {
            let official = &context.lexicon.roles.official;
            GENERIC.contains(&self.head) && heads().any(|head| official.contains(head))
        };
        let party = led
            || self
                .owner
                .is_none_or(|owner| sides().any(|side| side == owner));
        // An ambassador who spoke last is not meant by "the minister".
        let another =
            || OFFICES.contains(&self.head) && heads().any(|had| OFFICES.contains(&had.as_str()));
        let spoke = memory.last == [index] && !self.presidency && (same || !another());
        let private = !person.offices.is_empty() && person.offices.iter().all(|o| o.private);
        let fits = same || !private && (official() || spoke && self.owner.is_none());
        let nearer = 60 * (i64::from(same) + i64::from(spoke));
        (party && fits).then(|| (self.from - at) as i64 - nearer)
    }

    /// "The US president", of Joe Biden whom nobody calls so here: known to lead that party.
    fn led(&self, person: &Person) -> bool {
        LEADING.contains(&self.head)
            && parties::leader(self.reading.context, &person.words)
                .is_some_and(|led| self.owner.is_none_or(|owner| owner == led))
    }
}
