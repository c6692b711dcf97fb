//! Parties: for whom every speaker speaks.
//!
//! A person's party comes from the offices told of him or her; those who preside over an
//! organisation speak for it. A body's party is named in its name. Experts, journalists and
//! private persons speak for nobody. Whose office names no side is weighed ([`likely`]).

mod likely;
mod served;

use crate::context::Context;
use crate::document::{Choice, Document, Sides};
use crate::stage::actors::{Cast, Office, Person, Side, Word, fold};
use crate::stage::weigh::Features;
use likely::{Likely, Speaker};
use plenary_domain::gazetteer::Form;
use plenary_domain::parsed::{Actor, Party};
use plenary_domain::{ActorKind, Gazetteer, PartyKind, Span};
use served::{Served, served};
use std::collections::HashMap;

/// How many words back a description may point, so that time stays linear in the text's length.
const REACH: usize = 3000;

/// What tells of an official that he belongs to one of many countries, and not to which.
const VAGUE: [&str; 6] = [
    "western", "european", "arab", "regional", "african", "asian",
];

/// How many of a speaker's offices are looked at where the party is weighed.
const OFFICES: usize = 8;

/// What a rule decided: the side, the rule, how sure.
type Verdict = (Option<Side>, &'static str, f32);

/// Finds the party of every speaker of every attribution.
pub fn run(document: &Document<'_>, context: &Context) -> Sides {
    let cast = Cast::read(document, context);
    let mut sides = Sides::default();
    let speakers = Speakers::read(document, context, &cast);
    let usual: Vec<Verdict> = (0..speakers.told.len())
        .map(|actor| speakers.verdict(actor))
        .collect();
    for verdict in &usual {
        let party = verdict
            .0
            .map(|side| party(&mut sides, context, &cast, side));
        sides.of_actor.push(party);
    }
    for (choices, attribution) in document.speakers.of.iter().zip(&document.attributions) {
        let chosen = choices
            .iter()
            .map(|choice| {
                let mut verdict =
                    usual
                        .get(choice.value)
                        .copied()
                        .unwrap_or((None, "parties/none", 0.5));
                // "On behalf of the G77" holds for this statement alone.
                if let Some(side) = attribution
                    .source
                    .first()
                    .and_then(|span| behalf(&cast, cast.range(*span)))
                {
                    verdict = (Some(side), "parties/behalf", 0.85);
                }
                let told = cast
                    .people
                    .list
                    .get(choice.value)
                    .and_then(|person| told_by(&cast, person, verdict));
                Choice {
                    value: verdict
                        .0
                        .map(|side| party(&mut sides, context, &cast, side)),
                    rule: verdict.1,
                    words: told.or(choice.words),
                    confidence: verdict.2,
                }
            })
            .collect();
        sides.of.push(chosen);
    }
    sides
}

/// What speaks for each party of a speaker whose office names none; `None` stands for no party.
pub type Ballot = Vec<(Option<String>, Features)>;

/// What is weighed in a document, for fitting the weights: see `training/choices`. The speaker's name with its
/// ballot, for each speaker whose party is weighed.
pub fn weighed(document: &Document<'_>, context: &Context) -> Vec<(String, Ballot)> {
    let cast = Cast::read(document, context);
    let speakers = Speakers::read(document, context, &cast);
    let open = (0..speakers.told.len()).filter(|actor| speakers.told[*actor].is_none());
    open.filter(|actor| !speakers.said[*actor].is_empty())
        .filter_map(|actor| {
            let ballots = speakers.likely.ballots(&speakers.speaker(actor)?);
            let name = |side| cast.naming.name(&context.gazetteer, side).to_owned();
            Some((
                document.speakers.actors[actor].name.clone(),
                ballots
                    .into_iter()
                    .map(|(side, facts)| (side.map(name), facts))
                    .collect(),
            ))
        })
        .collect()
}

/// The speakers of a document.
struct Speakers<'a, 'd> {
    actors: &'a [Actor],
    cast: &'a Cast<'d>,
    /// For each actor what its office or name tells.
    told: Vec<Option<Verdict>>,
    /// For each actor whom it serves: "its spokesman", "Hassan's office".
    served: Vec<Option<Served>>,
    /// For each actor its attributions.
    said: Vec<Vec<usize>>,
    /// For each actor the descriptions by which it is a source: "the foreign minister".
    roles: Vec<Vec<(usize, usize)>>,
    likely: Likely<'a, 'd>,
}

impl<'a, 'd> Speakers<'a, 'd> {
    fn read(
        document: &'a Document<'d>,
        context: &'a Context,
        cast: &'a Cast<'d>,
    ) -> Speakers<'a, 'd> {
        let actors = &document.speakers.actors;
        let mut told: Vec<Option<Verdict>> = Vec::new();
        for (index, actor) in actors.iter().enumerate() {
            let verdict = match cast.people.list.get(index) {
                Some(person) => of_person(context, cast, person),
                None => of_body(context, cast, actor, &told),
            };
            told.push(verdict);
        }
        let served = actors.iter().enumerate().map(|(index, actor)| {
            let person = cast.people.list.get(index);
            let mention = match person {
                Some(person) => person.mentions.first().copied(),
                None => actor.mentions.first().map(|span| cast.range(*span)),
            };
            served(context, cast, mention?, person.map(|_| index))
        });
        let served: Vec<_> = served.collect();
        let mut said = vec![Vec::new(); actors.len()];
        let mut roles = vec![Vec::new(); actors.len()];
        for (index, choices) in document.speakers.of.iter().enumerate() {
            for choice in choices {
                said[choice.value].push(index);
                if matches!(choice.rule, "actors/role" | "actors/called") {
                    roles[choice.value].extend(choice.words.map(|span| cast.range(span)));
                }
            }
        }
        // "The Norvian president promised" tells of the person who is meant.
        for (actor, roles) in roles.iter().enumerate().take(cast.people.list.len()) {
            if told[actor].is_none() {
                let side = roles.iter().find_map(|&(from, to)| {
                    let words = cast.words.get(from..to)?;
                    let official = words.iter().any(|word| context.lexicon.is_role(&word.fold));
                    let first = from + usize::from(words.first()?.fold == "the");
                    let place = cast
                        .naming
                        .place(first)
                        .filter(|place| place.from == first)?;
                    place.side.filter(|_| official)
                });
                told[actor] = side.map(|side| (Some(side), "parties/called", 0.85));
            }
        }
        let sides: Vec<Option<Side>> = told
            .iter()
            .map(|verdict| verdict.and_then(|verdict| verdict.0))
            .collect();
        Speakers {
            actors,
            cast,
            likely: Likely::new(document, context, cast, &sides),
            told,
            served,
            said,
            roles,
        }
    }

    /// An actor as one whose party is weighed; `None` for one that is nowhere named.
    fn speaker(&self, actor: usize) -> Option<Speaker<'_>> {
        let person = self.cast.people.list.get(actor);
        let first = match person {
            Some(person) => *person.mentions.first()?,
            None => {
                let mut ranges = self.actors[actor]
                    .mentions
                    .iter()
                    .map(|span| self.cast.range(*span));
                ranges.find(|(from, to)| from < to)?
            }
        };
        Some(Speaker {
            first,
            offices: match person {
                Some(person) => person
                    .offices
                    .iter()
                    .filter(|office| !office.heads.is_empty() && !office.private)
                    .map(|office| office.range)
                    .chain(self.roles[actor].iter().copied())
                    .take(OFFICES)
                    .collect(),
                None => vec![first],
            },
            body: person.is_none(),
            said: &self.said[actor],
        })
    }

    /// The party of whom an actor serves. Of those who serve people who serve others nothing is told.
    fn of_served(&self, actor: usize) -> Option<Verdict> {
        let side = match self.served[actor]? {
            Served::Side(side) => side,
            Served::Person(person) => self.told[person]?.0?,
        };
        Some((Some(side), "parties/served", 0.85))
    }

    /// The usual party of an actor.
    fn verdict(&self, actor: usize) -> Verdict {
        // "Whose chief mediator, former president Olaf Tveit": what he serves now counts.
        let told = self.told[actor].filter(|told| told.0.is_some());
        if let Some(told) = told.or_else(|| self.of_served(actor)).or(self.told[actor]) {
            return told;
        }
        // Nobody asks for the party of those who say nothing.
        let speaker = self
            .speaker(actor)
            .filter(|speaker| !speaker.said.is_empty());
        speaker.map_or((None, "parties/none", 0.5), |speaker| {
            self.likely.choose(&speaker)
        })
    }
}

/// The words that tell a person's party: the office beside the name.
fn told_by(cast: &Cast<'_>, person: &Person, verdict: Verdict) -> Option<Span> {
    let office = match verdict.1 {
        "parties/chair" => person.offices.iter().find(|office| office.chair),
        "parties/private" => person.offices.iter().find(|office| office.private),
        _ => person
            .offices
            .iter()
            .find(|office| office.side.is_some() && office.side == verdict.0),
    }?;
    let (from, to) = office.range;
    let last = cast.words.get(to.checked_sub(1)?)?;
    Some(cast.words.get(from)?.span.cover(last.span))
}

/// The index of a side in the layer's list, added when it is new.
fn party(sides: &mut Sides, context: &Context, cast: &Cast<'_>, side: Side) -> usize {
    let slug = cast.naming.slug(&context.gazetteer, side);
    if let Some(index) = sides.parties.iter().position(|party| party.slug == slug) {
        return index;
    }
    sides.parties.push(Party {
        slug,
        name: cast.naming.name(&context.gazetteer, side).to_owned(),
        kind: cast.naming.kind(&context.gazetteer, side),
        known: matches!(side, Side::Known(_)),
    });
    sides.parties.len() - 1
}

/// What the offices told of a person say; `None` where they name no side.
fn of_person(context: &Context, cast: &Cast<'_>, person: &Person) -> Option<Verdict> {
    let (offices, name) = (person.offices.as_slice(), person.words.as_slice());
    if let Some(side) = sent_for(cast, person) {
        return Some((Some(side), "parties/for", 0.9));
    }
    // Whoever presides over an organisation speaks for it.
    if let Some(side) = offices.iter().find(|o| o.chair).and_then(|o| o.side) {
        return Some((Some(side), "parties/chair", 0.85));
    }
    let named = |o: &&Office| !o.private && o.side.is_some();
    // "Norvia's Olaf Tveit" was introduced as his country's before anything else was told of him.
    let private = offices.iter().position(|o| o.private && !o.text.is_empty());
    let sent = offices.iter().position(|o| named(&o) && o.heads.is_empty());
    if let Some(private) = private
        && sent.is_none_or(|sent| sent > private)
        && !offices
            .iter()
            .any(|o| !o.private && !o.heads.is_empty() && o.side.is_some())
    {
        return Some((None, "parties/private", 0.85));
    }
    if let Some(side) = offices
        .iter()
        .filter(named)
        .find(|o| !o.heads.is_empty())
        .and_then(|o| o.side)
    {
        // A state before the office of somebody who is known to lead another one, and no body of
        // states, belongs to something else: a dateline, the host of the talks.
        return Some(match leader(context, name) {
            Some(known) if cast.naming.kind(&context.gazetteer, side) == PartyKind::State => {
                (Some(known), "parties/leader", 0.9)
            }
            _ => (Some(side), "parties/office", 0.96),
        });
    }
    // "The Hassan administration", "the Hassan government" in the gazetteer's bodies.
    if let Some(side) = namesake(context, name) {
        return Some((Some(side), "parties/administration", 0.9));
    }
    if let Some(side) = offices.iter().find(named).and_then(|o| o.side) {
        return Some((Some(side), "parties/beside-name", 0.85));
    }
    if let Some(side) = owned(cast, person) {
        return Some((Some(side), "parties/owns", 0.85));
    }
    if let Some(side) = serves(context, cast, offices) {
        return Some((Some(side), "parties/serves", 0.8));
    }
    // "For Norvia, Minister Olaf Tveit": the sentence opens with whom the person speaks for.
    if let Some(side) = spoken_for(cast, person).or_else(|| briefing_for(context, cast, person)) {
        return Some((Some(side), "parties/for", 0.85));
    }
    if let Some(side) = leader(context, name) {
        return Some((Some(side), "parties/leader", 0.9));
    }
    None
}

/// What the sentences before a word speak of, back to the beginning of the paragraph before: the first
/// side named in its own sentence before it, else that of the sentence before, and so on. A side that a
/// preposition introduces counts only where no other is named.
fn subject(cast: &Cast<'_>, at: usize) -> Option<Side> {
    let words = &cast.words;
    let here = &words[at];
    let mut end = at;
    let mut weak = None;
    while end > 0 {
        let sentence = words[end - 1].sentence;
        let start = words[..end].partition_point(|word| word.sentence < sentence);
        if words[start].paragraph + 1 < here.paragraph {
            break;
        }
        for other in start..end {
            let Some(place) = cast.naming.hint(other).filter(|place| place.from == other) else {
                continue;
            };
            let Some(side) = place.side else { continue };
            let behind = |n: usize| {
                other
                    .checked_sub(n)
                    .filter(|i| *i >= start)
                    .map_or("", |i| words[i].fold.as_str())
            };
            let preposition = if behind(1) == "the" {
                behind(2)
            } else {
                behind(1)
            };
            let introduced = matches!(
                preposition,
                "in" | "at" | "to" | "from" | "with" | "against" | "on" | "by" | "of"
            );
            if introduced {
                weak = weak.or(Some(side));
            } else {
                return Some(side);
            }
        }
        end = start;
    }
    weak
}

/// The body that alone has such an office, where the article names it: "Commissioner Anna Weber".
fn serves(context: &Context, cast: &Cast<'_>, offices: &[Office]) -> Option<Side> {
    let serving = &context.lexicon.roles.serving;
    let office = offices.iter().find(|office| !office.private)?;
    let slug = office.heads.iter().find_map(|head| serving.get(head))?;
    let parties = &context.gazetteer.parties;
    let side = Side::Known(parties.iter().position(|party| party.slug == *slug)?);
    cast.naming
        .places
        .iter()
        .any(|place| place.side == Some(side))
        .then_some(side)
}

/// The movement or faction that is told to be a person's: "Hassan's National Army".
fn owned(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    person.mentions.iter().find_map(|&(_, to)| {
        let place = cast.naming.place(to).filter(|place| place.from == to)?;
        let own = cast.words[to - 1].possessive && cast.words[to].follows();
        place.side.filter(|_| own && place.form == Form::Name)
    })
}

/// The side behind a person's first mention: "Minister Olaf Tveit for Norvia".
fn sent_for(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    let words = &cast.words;
    let &(_, to) = person.mentions.first()?;
    let behind = words
        .get(to)
        .filter(|word| word.fold == "for" && word.follows())?;
    let at = to + 1 + usize::from(words.get(to + 1)?.fold == "the");
    let place = cast.naming.place(at).filter(|place| place.from == at)?;
    // "Thanked Olaf Tveit for Norvia's help", "for Norvian help".
    let named = place.form == Form::Name && !words[place.to - 1].possessive;
    (named && words[at].sentence == behind.sentence && !words[to - 1].possessive)
        .then_some(place.side)
        .flatten()
}

/// The side behind a person's first mention in "Olaf Tveit, speaking for Norvia, said", and the state in whose capital
/// its spokesman briefs: "the ministry's spokesman, Olaf Tveit, told a briefing in Moscow".
fn briefing_for(context: &Context, cast: &Cast<'_>, person: &Person) -> Option<Side> {
    const NEAR: usize = 9;
    let words = &cast.words;
    let &(_, to) = person.mentions.first()?;
    let sentence = words.get(to)?.sentence;
    let within = |at: &usize| words.get(*at).is_some_and(|word| word.sentence == sentence);
    let word = |at: usize| words.get(at).map_or("", |word| word.fold.as_str());
    let place = |at: usize| {
        cast.naming
            .place(at)
            .filter(|place| place.from == at && within(&at))
    };
    if word(to) == "speaking" && word(to + 1) == "for" {
        let at = to + 2 + usize::from(word(to + 2) == "the");
        return place(at)?.side;
    }
    let speaks = |office: &Office| office.heads.iter().any(|head| head.starts_with("spokes"));
    if !person.offices.iter().any(speaks) || !matches!(word(to), "told" | "said" | "says") {
        return None;
    }
    let briefs = (to..to + NEAR).take_while(within).find(|at| {
        matches!(
            word(*at),
            "briefing" | "conference" | "reporters" | "journalists"
        )
    })?;
    let at = (briefs + 1..briefs + 3).find(|at| word(*at) == "in")? + 1;
    let side = place(at)
        .filter(|place| place.form == Form::Metonym)?
        .side?;
    (cast.naming.kind(&context.gazetteer, side) == PartyKind::State).then_some(side)
}

/// The side that opens a sentence of a person's first ones: "For Norvia, …", "In Lindal, Norvia's capital, …".
fn spoken_for(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    let words = &cast.words;
    let capital = person.mentions.first().and_then(|&(from, _)| {
        let start = words.partition_point(|word| word.sentence < words[from].sentence);
        let at = (start..from).find(|at| words[*at].fold == "capital")?;
        let place = cast.naming.place(at.checked_sub(1)?)?;
        let owns = words[place.to - 1].possessive || place.form == Form::Demonym;
        (words[start].fold == "in" && at <= start + 5 && owns).then_some(place.side)?
    });
    if capital.is_some() {
        return capital;
    }
    person.mentions.iter().take(3).find_map(|&(from, _)| {
        let start = words.partition_point(|word| word.sentence < words[from].sentence);
        let at = start + 1 + usize::from(words.get(start + 1)?.fold == "the");
        let place = cast.naming.place(at).filter(|place| place.from == at)?;
        let apart = words
            .get(place.to)
            .is_some_and(|word| word.gap.contains(','));
        // Nobody else stands between.
        let next = (place.to..from).all(|at| cast.people.at[at].is_none());
        (words[start].fold == "for" && apart && next && place.to <= from)
            .then_some(place.side)
            .flatten()
    })
}

/// The party that a person of that full name is known to have led or spoken for.
pub(crate) fn leader(context: &Context, name: &[String]) -> Option<Side> {
    // Few names are any leader's; only those are compared whole.
    if !name.iter().any(|word| context.leaders.contains_key(word)) {
        return None;
    }
    let is = |leader: &String| {
        let words: Vec<String> = leader.split([' ', '-']).map(fold).collect();
        name.len() >= 2 && words == name
    };
    let parties = &context.gazetteer.parties;
    parties
        .iter()
        .position(|party| party.leaders.iter().any(is))
        .map(Side::Known)
}

/// By each name of a leader, folded, the party that alone has leaders of that name: family names come last, or
/// first as in "Xi".
pub(crate) fn leaders(gazetteer: &Gazetteer) -> HashMap<String, Option<usize>> {
    let mut found: HashMap<String, Option<usize>> = HashMap::new();
    for (at, party) in gazetteer.parties.iter().enumerate() {
        for leader in &party.leaders {
            let mut words = leader.split(' ').map(fold);
            for name in words.next().into_iter().chain(words.next_back()) {
                let party = found.entry(name).or_insert(Some(at));
                *party = party.filter(|party| *party == at);
            }
        }
    }
    found
}

/// The party whose leader is called by that name alone: "Zelensky said" in a headline.
pub(crate) fn called_leader(context: &Context, name: &str) -> Option<Side> {
    let party = context.leaders.get(&fold(name)).copied().flatten();
    party.map(Side::Known)
}

/// The party one of whose bodies is called after a person: `Obama administration`.
pub(crate) fn namesake(context: &Context, name: &[String]) -> Option<Side> {
    let last = name.last()?;
    let parties = &context.gazetteer.parties;
    parties
        .iter()
        .position(|party| {
            party.bodies.iter().any(|body| {
                body.strip_suffix(" administration")
                    .is_some_and(|name| name.eq_ignore_ascii_case(last))
            })
        })
        .map(Side::Known)
}

fn of_body(
    context: &Context,
    cast: &Cast<'_>,
    actor: &Actor,
    earlier: &[Option<Verdict>],
) -> Option<Verdict> {
    let lexicon = &context.lexicon;
    // A party by its own name, as joint statements give it.
    if let Some(side) = whole(context, cast, &actor.name) {
        return Some((Some(side), "parties/name", 0.95));
    }
    if actor.kind != ActorKind::Unnamed
        && let Some(side) = called_leader(context, &actor.name)
    {
        return Some((Some(side), "parties/leader", 0.8));
    }
    // "Kenyan foreign ministry": the name begins with its owner.
    let begins = |name: &str| {
        cast.naming.places.iter().find(|place| {
            place.side.is_some()
                && place.form == Form::Demonym
                && cast.words[place.from..place.to].len() == 1
                && name.split(' ').next() == Some(cast.words[place.from].text)
        })
    };
    if actor.name.ends_with("inistry") || actor.name.contains("inistry of") {
        let known =
            context
                .gazetteer
                .find(&actor.name)
                .into_iter()
                .find_map(|mention| match mention.meaning {
                    plenary_domain::gazetteer::Meaning::Party { party, .. }
                        if mention.start == 0 =>
                    {
                        Some(Side::Known(party))
                    }
                    _ => None,
                });
        if let Some(side) = known.or_else(|| begins(&actor.name).and_then(|place| place.side)) {
            return Some((Some(side), "parties/ministry", 0.85));
        }
    }
    let Some(span) = actor.mentions.first() else {
        return Some((None, "parties/none", 0.4));
    };
    let (from, to) = cast.range(*span);
    let mut private = false;
    let mut official = false;
    for word in &cast.words[from..to] {
        private |=
            lexicon.roles.private.contains(&word.fold) || lexicon.roles.former.contains(&word.fold);
        official |= lexicon.roles.official.contains(&word.fold)
            || lexicon.roles.mouthpiece.contains(&word.fold)
            || lexicon.bodies.organs.contains(&word.fold);
    }
    if private && !(official && actor.kind == ActorKind::Collective) {
        return Some((None, "parties/private", 0.85));
    }
    // "The host country", "the hosts": where the report was written.
    let host = |word: &Word<'_>| matches!(word.fold.as_str(), "host" | "hosts");
    if actor.kind == ActorKind::Collective
        && cast.words[from..to].iter().any(host)
        && let Some(side) = cast
            .naming
            .places
            .iter()
            .find_map(|place| place.side.filter(|_| cast.in_dateline(place)))
    {
        return Some((Some(side), "parties/host", 0.7));
    }
    // "A Western diplomat": of one of many countries.
    let vague = |word: &Word<'_>| VAGUE.contains(&word.fold.as_str());
    let place = |at: usize| {
        cast.naming
            .place(at)
            .is_some_and(|place| place.side.is_some())
    };
    if official && cast.words[from..to].iter().any(vague) && !(from..to).any(place) {
        return Some((None, "parties/vague", 0.7));
    }
    // A medium is nobody's voice.
    let places: Vec<_> = (from..to).filter_map(|at| cast.naming.place(at)).collect();
    if places.first().is_some_and(|place| place.side.is_none()) {
        return Some((None, "parties/medium", 0.9));
    }
    // "Ambassador to Moscow" is not Moscow's: what follows "to", "in" or "with" owns nothing.
    let owner = (from..to).find(|&at| {
        cast.naming
            .place(at)
            .is_some_and(|p| p.from == at && p.side.is_some())
            && (at == from || {
                let before = cast.words[at - 1].fold.as_str();
                let before = if before == "the" && at >= from + 2 {
                    cast.words[at - 2].fold.as_str()
                } else {
                    before
                };
                !matches!(before, "to" | "in" | "with" | "against" | "near" | "on")
            })
    });
    if let Some(at) = owner {
        let plain = official || to - from <= 3;
        return Some((
            cast.naming.side(at),
            "parties/owner",
            if plain { 0.93 } else { 0.75 },
        ));
    }
    // "Hassan's aides": the person's party.
    if let Some(person) = (from..to).find_map(|at| cast.people.at[at]) {
        let side = earlier.get(person).copied().flatten();
        return Some((side.and_then(|verdict| verdict.0), "parties/person", 0.8));
    }
    // "The bloc", "the alliance", "the foreign ministry": the last party of that description.
    let named_as = |side: Side, word: &str| match side {
        Side::Known(i) => {
            let party = &context.gazetteer.parties[i];
            party
                .aliases
                .iter()
                .chain([&party.name])
                .any(|alias| alias.to_lowercase().split_whitespace().any(|w| w == word))
                || word == "bloc"
                    && matches!(party.kind(), PartyKind::Organisation | PartyKind::Bloc)
        }
        Side::Local(i) => cast.naming.local[i]
            .name
            .to_lowercase()
            .split_whitespace()
            .any(|w| w == word),
    };
    let heads: Vec<&str> = cast.words[from..to]
        .iter()
        .map(|w| w.fold.as_str())
        .filter(|w| w.len() > 3 && lexicon.is_organisation(w))
        .collect();
    let again = (0..from)
        .rev()
        .take(REACH)
        .filter_map(|at| cast.naming.side(at))
        .find(|side| heads.iter().any(|head| named_as(*side, head)));
    if let Some(side) = again {
        return Some((Some(side), "parties/body-again", 0.8));
    }
    // Somebody who serves is weighed; groups, and what serves nobody that is told, have no party.
    let many = to > from && cast.words[to - 1].fold.ends_with('s');
    (!official || many).then_some((None, "parties/none", 0.6))
}

/// The party whose whole name this is.
fn whole(context: &Context, cast: &Cast<'_>, name: &str) -> Option<Side> {
    use plenary_domain::gazetteer::Meaning;
    if let Some(local) = cast
        .naming
        .local
        .iter()
        .position(|party| party.name == name)
    {
        return Some(Side::Local(local));
    }
    match context.gazetteer.meaning(name) {
        Some(Meaning::Party { party, .. }) => Some(Side::Known(party)),
        _ => None,
    }
}

/// The party on whose behalf a source says that it speaks.
fn behalf(cast: &Cast<'_>, (from, to): (usize, usize)) -> Option<Side> {
    let words = &cast.words;
    (from + 2..to).find_map(|at| {
        let place = cast.naming.place(at).filter(|place| place.from == at)?;
        let back = at - usize::from(words[at - 1].fold == "the");
        let tail = |n: usize| {
            back.checked_sub(n)
                .filter(|i| *i >= from)
                .map_or("", |i| words[i].fold.as_str())
        };
        let speaks =
            tail(1) == "of" && tail(2) == "behalf" || tail(1) == "for" && tail(2) == "speaking";
        speaks.then_some(place.side).flatten()
    })
}
