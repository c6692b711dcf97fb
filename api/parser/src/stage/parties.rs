//! Parties: for whom every speaker speaks.
//!
//! A person's party comes from the offices told of him or her; those who preside over an
//! organisation speak for it. A body's party is named in its name. Experts, journalists and
//! private persons speak for nobody.

use crate::context::Context;
use crate::document::{Choice, Document, Sides};
use crate::stage::actors::{Cast, Office, Person, Side, fold};
use plenary_domain::gazetteer::Form;
use plenary_domain::parsed::{Actor, Party};
use plenary_domain::{ActorKind, PartyKind, Span};

/// How many words back a description may point, so that time stays linear in the text's length.
const REACH: usize = 3000;

/// What a rule decided: the side, the rule, how sure.
type Verdict = (Option<Side>, &'static str, f32);

/// Finds the party of every speaker of every attribution.
pub fn run(document: &Document<'_>, context: &Context) -> Sides {
    let cast = Cast::read(document, context);
    let mut sides = Sides::default();
    let mut usual: Vec<Verdict> = Vec::new();
    for (index, actor) in document.speakers.actors.iter().enumerate() {
        let verdict = match cast.people.list.get(index) {
            Some(person) => of_person(document, context, &cast, person),
            None => of_body(context, &cast, actor, &usual),
        };
        usual.push(verdict);
    }
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

fn of_person(
    document: &Document<'_>,
    context: &Context,
    cast: &Cast<'_>,
    person: &Person,
) -> Verdict {
    let (offices, name) = (person.offices.as_slice(), person.words.as_slice());
    // Whoever presides over an organisation speaks for it.
    if let Some(side) = offices.iter().find(|o| o.chair).and_then(|o| o.side) {
        return (Some(side), "parties/chair", 0.85);
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
        return (None, "parties/private", 0.85);
    }
    if let Some(side) = offices
        .iter()
        .filter(named)
        .find(|o| !o.heads.is_empty())
        .and_then(|o| o.side)
    {
        // A state before the office of somebody who is known to lead another one, and no body of
        // states, belongs to something else: a dateline, the host of the talks.
        return match leader(context, name) {
            Some(known) if !cast.naming.is_body(&context.gazetteer, side) => {
                (Some(known), "parties/leader", 0.9)
            }
            _ => (Some(side), "parties/office", 0.96),
        };
    }
    // "The Hassan administration", "the Hassan government" in the gazetteer's bodies.
    if let Some(side) = namesake(context, name) {
        return (Some(side), "parties/administration", 0.9);
    }
    if let Some(side) = offices.iter().find(named).and_then(|o| o.side) {
        return (Some(side), "parties/beside-name", 0.85);
    }
    if let Some(side) = serves(context, cast, offices) {
        return (Some(side), "parties/serves", 0.8);
    }
    // "For Norvia, Minister Olaf Tveit": the sentence opens with whom the person speaks for.
    if let Some(side) = spoken_for(cast, person) {
        return (Some(side), "parties/for", 0.85);
    }
    // An office without an owner. A secretary-general serves a body, which no country can stand in for.
    let serves_body = |o: &Office| {
        o.heads
            .iter()
            .any(|head| matches!(head.as_str(), "secretary-general" | "general" | "director"))
    };
    if let Some(office) = offices.iter().find(|o| !o.heads.is_empty() && !o.private) {
        let at = office.range.0;
        let first = cast.words[at].fold.as_str();
        // "Its foreign secretary": what the sentence before it, or its own beginning, speaks of.
        if matches!(first, "its" | "their" | "our")
            && let Some(side) = subject(cast, at)
        {
            return (Some(side), "parties/its", 0.8);
        }
        let body = serves_body(office);
        // Ministers, and whoever negotiates for "the government", are a state's.
        let of_state = cast.words[at..office.range.1].iter().any(|word| {
            matches!(
                word.fold.as_str(),
                "government" | "minister" | "ambassador" | "army" | "undersecretary"
            )
        });
        let fits = |side: &Side| {
            let state = cast.naming.kind(&context.gazetteer, *side) == PartyKind::State;
            (state || !of_state)
                && (body == cast.naming.is_body(&context.gazetteer, *side)
                    || !body && matches!(side, Side::Local(_)))
        };
        if let Some(side) = before(document, cast, at).find(|side| fits(side)) {
            return (Some(side), "parties/nearest", 0.6);
        }
        if !body && let Some(side) = beside(cast, person).filter(|side| fits(side)) {
            return (Some(side), "parties/same-sentence", 0.7);
        }
        if let Some(side) = subject(cast, at).filter(|side| fits(side)) {
            return (Some(side), "parties/paragraph", 0.25);
        }
        if let Some(side) = leader(context, name) {
            return (Some(side), "parties/leader", 0.9);
        }
        if body {
            // Whoever serves a body serves the one that the text has named last.
            let last = (0..at)
                .rev()
                .take(REACH)
                .filter_map(|other| cast.naming.side(other))
                .find(|side| cast.naming.is_body(&context.gazetteer, *side));
            return (last, "parties/last-body", 0.5);
        }
        // Any other guess would be wrong more often than right, and a wrong side is worse than none.
        return (None, "parties/none", 0.4);
    }
    if let Some(side) = leader(context, name).filter(|_| offices.is_empty()) {
        return (Some(side), "parties/leader", 0.9);
    }
    // A name without any office: the one side that its first sentences speak of.
    if offices.is_empty()
        && let Some(side) = beside(cast, person)
    {
        return (Some(side), "parties/same-sentence", 0.7);
    }
    (None, "parties/none", 0.4)
}

/// Sides named before a word in its sentence and the one before it, outside quotations, the nearest
/// first.
fn before<'c>(
    document: &'c Document<'_>,
    cast: &'c Cast<'_>,
    at: usize,
) -> impl Iterator<Item = Side> + 'c {
    let words = &cast.words;
    let sentence = words[at].sentence;
    let quotations = &document.structure.quotations;
    (0..at)
        .rev()
        .take_while(move |other| words[*other].sentence + 1 >= sentence)
        .filter(move |other| {
            let span = words[*other].span;
            let after = quotations.partition_point(|quotation| quotation.end <= span.start);
            quotations
                .get(after)
                .is_none_or(|quotation| !quotation.overlaps(span))
        })
        .filter_map(|other| {
            cast.naming
                .place(other)
                .filter(|place| place.form != Form::Office)?
                .side
        })
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
            let Some(place) = cast.naming.place(other).filter(|place| place.from == other) else {
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

/// The side that opens a sentence of a person's first ones: "For Norvia, …".
fn spoken_for(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    let words = &cast.words;
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

/// The only side named in the first sentence of a person's that names one.
fn beside(cast: &Cast<'_>, person: &Person) -> Option<Side> {
    let words = &cast.words;
    person.mentions.iter().take(3).find_map(|&(from, _)| {
        let sentence = words[from].sentence;
        let start = words.partition_point(|word| word.sentence < sentence);
        let end = words.partition_point(|word| word.sentence <= sentence);
        let mut sides = (start..end).filter_map(|at| cast.naming.side(at));
        let side = sides.next()?;
        sides.all(|other| other == side).then_some(side)
    })
}

/// The party that a person of that full name is known to have led or spoken for.
fn leader(context: &Context, name: &[String]) -> Option<Side> {
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

fn of_body(context: &Context, cast: &Cast<'_>, actor: &Actor, earlier: &[Verdict]) -> Verdict {
    let lexicon = &context.lexicon;
    // A party by its own name, as joint statements give it.
    if let Some(side) = whole(context, cast, &actor.name) {
        return (Some(side), "parties/name", 0.95);
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
            return (Some(side), "parties/ministry", 0.85);
        }
    }
    let Some(span) = actor.mentions.first() else {
        return (None, "parties/none", 0.4);
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
        return (None, "parties/private", 0.85);
    }
    // A medium is nobody's voice.
    let places: Vec<_> = (from..to).filter_map(|at| cast.naming.place(at)).collect();
    if places.first().is_some_and(|place| place.side.is_none()) {
        return (None, "parties/medium", 0.9);
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
        return (
            cast.naming.side(at),
            "parties/owner",
            if plain { 0.93 } else { 0.75 },
        );
    }
    // "Hassan's aides": the person's party.
    if let Some(person) = (from..to).find_map(|at| cast.people.at[at]) {
        return (
            earlier.get(person).and_then(|verdict| verdict.0),
            "parties/person",
            0.8,
        );
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
        .filter(|w| w.len() > 3)
        .collect();
    let again = (0..from)
        .rev()
        .take(REACH)
        .filter_map(|at| cast.naming.side(at))
        .find(|side| heads.iter().any(|head| named_as(*side, head)));
    if let Some(side) = again {
        return (Some(side), "parties/body-again", 0.8);
    }
    if official {
        // The same body with its owner elsewhere: "the Kenyan trade ministry", later "the trade ministry".
        let head = cast.words[from..to]
            .iter()
            .rev()
            .find(|w| lexicon.bodies.organs.contains(&w.fold) || lexicon.is_role(&w.fold));
        if let Some(head) = head {
            let elsewhere = (1..from).rev().take(REACH).find_map(|at| {
                (cast.words[at].fold == head.fold)
                    .then(|| (at.saturating_sub(3)..at).find_map(|i| cast.naming.side(i)))
                    .flatten()
            });
            if let Some(side) = elsewhere {
                return (Some(side), "parties/owner-elsewhere", 0.7);
            }
        }
        let sentence = cast.words.get(from).map_or(0, |w| w.sentence);
        let nearest = (0..from)
            .rev()
            .take_while(|at| cast.words[*at].sentence + 1 >= sentence)
            .find_map(|at| cast.naming.side(at));
        return (nearest, "parties/nearest", 0.5);
    }
    (None, "parties/none", 0.6)
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
