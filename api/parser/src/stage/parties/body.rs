//! A body's party: what its name and the phrase by which it is a source tell.
//!
//! "Norvia" and "Norvian foreign ministry" name it; "the bloc" and "Hassan's aides" point back; a paper, a
//! "Western diplomat" and private persons speak for nobody. Each rule is asked only where those before it told nothing.

use super::leaders::called_leader;
use super::{REACH, Verdict};
use crate::context::Context;
use crate::stage::actors::{Cast, Side, Word};
use plenary_domain::gazetteer::{Form, Meaning};
use plenary_domain::parsed::Actor;
use plenary_domain::{ActorKind, PartyKind};

/// What tells of an official that he belongs to one of many countries, and not to which.
const VAGUE: [&str; 6] = [
    "western", "european", "arab", "regional", "african", "asian",
];

/// The party of a body, or that it has none; `None` where it is to be weighed. `earlier` holds what is told of the
/// actors before it, people first.
pub(super) fn of_body(
    context: &Context,
    cast: &Cast<'_>,
    actor: &Actor,
    earlier: &[Option<Verdict>],
) -> Option<Verdict> {
    let named = by_name(context, cast, actor).or_else(|| ministry(context, cast, actor));
    if named.is_some() {
        return named;
    }
    let Some(body) = Body::read(context, cast, actor) else {
        return Some((None, "parties/none", 0.4));
    };
    body.private()
        .or_else(|| body.host())
        .or_else(|| body.vague())
        .or_else(|| body.medium())
        .or_else(|| body.owner())
        .or_else(|| body.of_somebody(earlier))
        .or_else(|| body.again())
        .or_else(|| body.nobodys())
}

/// A party by its own name, as joint statements give it, or by its leader's: "Zelensky said".
fn by_name(context: &Context, cast: &Cast<'_>, actor: &Actor) -> Option<Verdict> {
    let leader = || called_leader(context, &actor.name);
    whole(context, cast, &actor.name)
        .map(|side| (Some(side), "parties/name", 0.95))
        .or_else(|| {
            let side = leader().filter(|_| actor.kind != ActorKind::Unnamed)?;
            Some((Some(side), "parties/leader", 0.8))
        })
}

/// The party whose whole name this is.
fn whole(context: &Context, cast: &Cast<'_>, name: &str) -> Option<Side> {
    let mut local = cast.naming.local.iter();
    if let Some(local) = local.position(|party| party.name == name) {
        return Some(Side::Local(local));
    }
    match context.gazetteer.meaning(name) {
        Some(Meaning::Party { party, .. }) => Some(Side::Known(party)),
        _ => None,
    }
}

/// The owner of a ministry with whom its name begins: "Kenyan foreign ministry".
fn ministry(context: &Context, cast: &Cast<'_>, actor: &Actor) -> Option<Verdict> {
    let name = &actor.name;
    if !(name.ends_with("inistry") || name.contains("inistry of")) {
        return None;
    }
    let mentions = context.gazetteer.find(name);
    let known = mentions
        .into_iter()
        .find_map(|mention| match mention.meaning {
            Meaning::Party { party, .. } if mention.start == 0 => Some(Side::Known(party)),
            _ => None,
        });
    let begins = || {
        let mut places = cast.naming.places.iter();
        let place = places.find(|place| {
            place.side.is_some()
                && place.form == Form::Demonym
                && cast.words[place.from..place.to].len() == 1
                && name.split(' ').next() == Some(cast.words[place.from].text)
        })?;
        place.side
    };
    let side = known.or_else(begins)?;
    Some((Some(side), "parties/ministry", 0.85))
}

/// A body by the words of its first mention.
struct Body<'a, 'd> {
    context: &'a Context,
    cast: &'a Cast<'d>,
    from: usize,
    to: usize,
    collective: bool,
    /// True where one of the words is an office, a mouthpiece or an organ.
    official: bool,
}

impl<'a, 'd> Body<'a, 'd> {
    /// `None` for a body that is nowhere mentioned.
    fn read(context: &'a Context, cast: &'a Cast<'d>, actor: &Actor) -> Option<Body<'a, 'd>> {
        let (from, to) = cast.range(*actor.mentions.first()?);
        let lexicon = &context.lexicon;
        Some(Body {
            context,
            cast,
            from,
            to,
            collective: actor.kind == ActorKind::Collective,
            official: cast.words[from..to].iter().any(|word| {
                lexicon.roles.official.contains(&word.fold)
                    || lexicon.roles.mouthpiece.contains(&word.fold)
                    || lexicon.bodies.organs.contains(&word.fold)
            }),
        })
    }

    fn words(&self) -> &'a [Word<'d>] {
        &self.cast.words[self.from..self.to]
    }

    /// Private persons and those who held an office speak for nobody.
    fn private(&self) -> Option<Verdict> {
        let roles = &self.context.lexicon.roles;
        let private = |word: &Word<'_>| {
            roles.private.contains(&word.fold) || roles.former.contains(&word.fold)
        };
        (self.words().iter().any(private) && !(self.official && self.collective)).then_some((
            None,
            "parties/private",
            0.85,
        ))
    }

    /// "The host country", "the hosts": where the report was written.
    fn host(&self) -> Option<Verdict> {
        let host = |word: &Word<'_>| matches!(word.fold.as_str(), "host" | "hosts");
        if !self.collective || !self.words().iter().any(host) {
            return None;
        }
        let mut places = self.cast.naming.places.iter();
        let side = places.find_map(|place| place.side.filter(|_| self.cast.in_dateline(place)))?;
        Some((Some(side), "parties/host", 0.7))
    }

    /// "A Western diplomat": of one of many countries.
    fn vague(&self) -> Option<Verdict> {
        let vague = |word: &Word<'_>| VAGUE.contains(&word.fold.as_str());
        let told = |at: usize| self.cast.naming.side(at).is_some();
        let vague =
            self.official && self.words().iter().any(vague) && !(self.from..self.to).any(told);
        vague.then_some((None, "parties/vague", 0.7))
    }

    /// A medium is nobody's voice.
    fn medium(&self) -> Option<Verdict> {
        let first = (self.from..self.to).find_map(|at| self.cast.naming.place(at))?;
        first
            .side
            .is_none()
            .then_some((None, "parties/medium", 0.9))
    }

    /// The side named in the phrase: "Norvian officials".
    fn owner(&self) -> Option<Verdict> {
        let at = (self.from..self.to).find(|&at| {
            self.cast
                .naming
                .place(at)
                .is_some_and(|place| place.from == at && place.side.is_some())
                && !self.only_near(at)
        })?;
        let plain = self.official || self.to - self.from <= 3;
        let sure = if plain { 0.93 } else { 0.75 };
        Some((self.cast.naming.side(at), "parties/owner", sure))
    }

    /// "Ambassador to Moscow" is not Moscow's: what follows "to", "in" or "with" owns nothing.
    fn only_near(&self, at: usize) -> bool {
        if at == self.from {
            return false;
        }
        let mut before = self.cast.words[at - 1].fold.as_str();
        if before == "the" && at >= self.from + 2 {
            before = self.cast.words[at - 2].fold.as_str();
        }
        matches!(before, "to" | "in" | "with" | "against" | "near" | "on")
    }

    /// "Hassan's aides": the person's party.
    fn of_somebody(&self, earlier: &[Option<Verdict>]) -> Option<Verdict> {
        let person = (self.from..self.to).find_map(|at| self.cast.people.at[at])?;
        let side = earlier.get(person).copied().flatten();
        Some((side.and_then(|verdict| verdict.0), "parties/person", 0.8))
    }

    /// "The bloc", "the alliance", "the foreign ministry": the last party of that description.
    fn again(&self) -> Option<Verdict> {
        let lexicon = &self.context.lexicon;
        let words = self.words().iter().map(|word| word.fold.as_str());
        let heads: Vec<&str> = words
            .filter(|word| word.len() > 3 && lexicon.is_organisation(word))
            .collect();
        let side = (0..self.from)
            .rev()
            .take(REACH)
            .filter_map(|at| self.cast.naming.side(at))
            .find(|side| heads.iter().any(|head| self.named_as(*side, head)))?;
        Some((Some(side), "parties/body-again", 0.8))
    }

    /// True where a noun stands in a side's name.
    fn named_as(&self, side: Side, noun: &str) -> bool {
        let holds = |name: &String| name.to_lowercase().split_whitespace().any(|w| w == noun);
        match side {
            Side::Known(i) => {
                let party = &self.context.gazetteer.parties[i];
                party.aliases.iter().chain([&party.name]).any(holds)
                    || noun == "bloc"
                        && matches!(party.kind(), PartyKind::Organisation | PartyKind::Bloc)
            }
            Side::Local(i) => holds(&self.cast.naming.local[i].name),
        }
    }

    /// Somebody who serves is weighed; groups, and what serves nobody that is told, have no party.
    fn nobodys(&self) -> Option<Verdict> {
        let last = self.words().last();
        let many = last.is_some_and(|word| word.fold.ends_with('s'));
        (!self.official || many).then_some((None, "parties/none", 0.6))
    }
}
