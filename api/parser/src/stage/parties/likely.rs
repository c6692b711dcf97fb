//! The likeliest party of a speaker whose office names none.
//!
//! "Foreign minister Oyar Tenzin" is somebody's: of whom the sentence speaks, whose ministry was named
//! before, who has no other voice yet, of whom he says that it would not sign. Each side that the article
//! names is held against the speaker, and so is none; the facts are weighed with weights
//! from `weights.toml` (the recipe is `training/choices`).

use super::{REACH, Verdict};
use crate::context::Context;
use crate::document::Document;
use crate::stage::actors::{Cast, Named, Side};
use crate::stage::weigh::{Features, shares};
use plenary_domain::gazetteer::Form;
use plenary_domain::{Mode, PartyKind, Span};
use std::collections::HashMap;

/// Nouns of offices by what they serve: a state, a body, those who fight and who negotiate for them.
const OF_STATE: [&str; 9] = [
    "government",
    "minister",
    "ministry",
    "ambassador",
    "army",
    "undersecretary",
    "premier",
    "mp",
    "senator",
];
const OF_BODY: [&str; 2] = ["director", "commissioner"];
const OF_ARMED: [&str; 6] = [
    "commander",
    "leader",
    "colonel",
    "fighters",
    "rebels",
    "negotiator",
];
/// What a state has one of, by which it is meant: "the government's delegate".
const GOVERNMENT: [&str; 8] = [
    "government",
    "army",
    "military",
    "junta",
    "council",
    "regime",
    "presidency",
    "cabinet",
];
/// How many words of what is said are read, so that time stays linear in the text's length.
const SAID: usize = 200;
/// Below that share no side is chosen: a wrong one is worse than none.
const LEAST: f32 = 0.5;
/// What a side says of itself: "Norvia would not sign".
const OWN: [&str; 18] = [
    "would", "will", "wants", "wanted", "is", "was", "had", "has", "could", "can", "remains",
    "remained", "stands", "stood", "does", "did", "reserves", "reserved",
];
/// What a side says of another: "Norvia must leave".
const OTHERS: [&str; 5] = ["must", "should", "needs", "ought", "needed"];

/// A speaker whose party is looked for.
pub(super) struct Speaker<'a> {
    /// Word range of the first mention.
    pub(super) first: (usize, usize),
    /// Word ranges of the phrases that tell an office, the first one first.
    pub(super) offices: Vec<(usize, usize)>,
    /// True for a body, false for a person.
    pub(super) body: bool,
    /// Indices of the attributions whose speaker it is.
    pub(super) said: &'a [usize],
}

/// What is known of every side of the article.
pub(super) struct Likely<'a, 'd> {
    document: &'a Document<'d>,
    context: &'a Context,
    cast: &'a Cast<'d>,
    /// By side how many speak for it, and whether it speaks itself.
    voices: HashMap<Side, (usize, bool)>,
    /// How often the article names the side that it names most.
    most: usize,
    counts: HashMap<Side, usize>,
    /// The side whose speaker made each attribution, where it is told.
    of: Vec<Option<Side>>,
}

impl<'a, 'd> Likely<'a, 'd> {
    /// Gathers the sides. `told` holds the party of every actor for whom it is told.
    pub(super) fn new(
        document: &'a Document<'d>,
        context: &'a Context,
        cast: &'a Cast<'d>,
        told: &[Option<Side>],
    ) -> Likely<'a, 'd> {
        let mut counts: HashMap<Side, usize> = HashMap::new();
        let naming = &cast.naming;
        for side in naming
            .places
            .iter()
            .chain(&naming.hints)
            .filter_map(|place| place.side)
        {
            *counts.entry(side).or_default() += 1;
        }
        let mut voices: HashMap<Side, (usize, bool)> = HashMap::new();
        for (index, side) in told.iter().enumerate() {
            if let Some(side) = side {
                let (count, itself) = voices.entry(*side).or_default();
                let person = index < cast.people.list.len();
                *count += usize::from(person);
                *itself |= !person;
            }
        }
        let of = document.speakers.of.iter().map(|choices| {
            let choice = choices.first()?;
            told.get(choice.value).copied().flatten()
        });
        Likely {
            document,
            context,
            cast,
            voices,
            most: counts.values().copied().max().unwrap_or(1),
            counts,
            of: of.collect(),
        }
    }

    /// The likeliest side of a speaker, or none.
    pub(super) fn choose(&self, speaker: &Speaker<'_>) -> Verdict {
        let ballots = self.ballots(speaker);
        let weights = &self.context.weights.side;
        let scores: Vec<f32> = ballots
            .iter()
            .map(|(_, facts)| weights.score(facts))
            .collect();
        let shares = shares(&scores);
        let best =
            (0..ballots.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b]).then(b.cmp(a)));
        match best.map(|best| (ballots[best].0, shares[best])) {
            Some((Some(side), share)) if share >= LEAST => {
                let trust = self.context.weights.trust.of(share);
                (Some(side), "parties/weighed", trust)
            }
            // Where no side is named, nothing tells that there is none.
            _ if shares.len() == 1 => (None, "parties/none", 0.5),
            _ => (None, "parties/none", shares[0]),
        }
    }

    /// None and every side with what speaks for it.
    pub(super) fn ballots(&self, speaker: &Speaker<'_>) -> Vec<(Option<Side>, Features)> {
        let here = self.here(speaker);
        let mut ballots = vec![(None, none(speaker, &here))];
        let near = |places: &'a [Named]| {
            let from = places.partition_point(|place| place.to + REACH < here.at);
            let to = places.partition_point(|place| place.from < here.at + REACH);
            &places[from..to]
        };
        let naming = &self.cast.naming;
        let mut sides: Vec<(Side, Vec<&Named>)> = Vec::new();
        let mut nth: HashMap<Side, usize> = HashMap::new();
        for place in near(&naming.places).iter().chain(near(&naming.hints)) {
            let Some(side) = place.side else { continue };
            let nth = *nth.entry(side).or_insert_with(|| {
                sides.push((side, Vec::new()));
                sides.len() - 1
            });
            sides[nth].1.push(place);
        }
        // Whoever serves a body serves no state.
        let body = self.serves_body(speaker);
        let state = |side| self.cast.naming.kind(&self.context.gazetteer, side) == PartyKind::State;
        for (side, places) in sides.iter().filter(|(side, _)| !(body && state(*side))) {
            ballots.push((Some(*side), self.facts(speaker, &here, *side, places)));
        }
        ballots
    }

    /// Whether the office is one of a state, of a body, of those who fight.
    fn serves(&self, speaker: &Speaker<'_>) -> (bool, bool, bool) {
        let has = |list: &[&str]| {
            speaker.offices.iter().any(|&(from, to)| {
                self.cast.words[from..to]
                    .iter()
                    .any(|word| list.contains(&word.fold.as_str()))
            })
        };
        let body = self.serves_body(speaker) || has(&OF_BODY);
        (has(&OF_STATE), body, has(&OF_ARMED))
    }

    /// True for a secretary-general or director-general.
    fn serves_body(&self, speaker: &Speaker<'_>) -> bool {
        speaker.offices.iter().any(|&(from, to)| {
            self.cast.words[from..to].windows(2).any(|two| {
                matches!(two[0].fold.as_str(), "secretary" | "director")
                    && two[1].fold == "general"
                    && two[1].joined()
            })
        })
    }

    /// True where a common noun owns the office: "the commission's secretary-general".
    fn owned(&self, speaker: &Speaker<'_>) -> bool {
        speaker.offices.iter().any(|&(from, to)| {
            self.cast.words[from..to]
                .iter()
                .any(|word| word.possessive && !word.capital())
        })
    }

    /// True where a side owns an office that leads to the speaker's name: "Norvia's delegate, Dr Olaf Tveit".
    fn owns_office(&self, place: &Named, here: &Here) -> bool {
        let words = &self.cast.words;
        let between = &words[place.to..here.from];
        words[place.to - 1].possessive
            && place.from >= here.start
            && between.len() <= 8
            && between
                .iter()
                .any(|word| self.context.lexicon.is_role(&word.fold))
            && !between.iter().any(|word| word.possessive)
    }

    /// True where the speaker's office is one of "the government", of nobody's in particular.
    fn of_the_government(&self, speaker: &Speaker<'_>, from: usize) -> bool {
        let words = &self.cast.words;
        let near = from.saturating_sub(6)..from;
        let own = near.filter(|at| words[*at].sentence == words[from].sentence);
        let offices = speaker.offices.iter().flat_map(|&(from, to)| from..to);
        // "The government's delegate", "who led the government team"
        own.chain(offices).any(|at| {
            let team = words.get(at + 1).is_some_and(|next| {
                next.follows()
                    && matches!(
                        next.fold.as_str(),
                        "team"
                            | "delegation"
                            | "side"
                            | "negotiator"
                            | "negotiators"
                            | "spokesman"
                            | "spokeswoman"
                            | "delegate"
                            | "delegates"
                    )
            });
            GOVERNMENT.contains(&words[at].fold.as_str()) && (words[at].possessive || team)
        })
    }

    /// What depends on the speaker alone.
    fn here(&self, speaker: &Speaker<'_>) -> Here {
        let words = &self.cast.words;
        let (from, to) = speaker.first;
        // An office in front belongs to the mention.
        let at = speaker
            .offices
            .first()
            .filter(|office| office.1 <= from && office.1 + 3 > from)
            .map_or(from, |office| office.0);
        let sentence = words[from].sentence;
        let start = words.partition_point(|word| word.sentence < sentence);
        let end = words.partition_point(|word| word.sentence <= sentence);
        let inside: Vec<Side> = {
            let mut sides: Vec<Side> = (start..end)
                .filter_map(|at| self.cast.naming.hint(at)?.side)
                .collect();
            sides.sort_unstable();
            sides.dedup();
            sides
        };
        let before: Vec<Side> = (0..from)
            .rev()
            .take(REACH)
            .take_while(|other| words[*other].paragraph + 1 >= words[at].paragraph)
            .filter(|other| !self.quoted(words[*other].span))
            .filter_map(|other| {
                let place = self.cast.naming.hint(other)?;
                (place.form != Form::Office).then_some(place.side)?
            })
            .fold(Vec::new(), |mut seen, side| {
                if !seen.contains(&side) {
                    seen.push(side);
                }
                seen
            });
        let first = speaker.said.first().copied();
        Here {
            at,
            from,
            to,
            start,
            end,
            inside,
            before,
            subject: subject(self.cast, at),
            its: speaker
                .offices
                .first()
                .map(|office| office.0)
                .into_iter()
                .chain([at])
                .any(|at| matches!(words[at].fold.as_str(), "its" | "their" | "our")),
            owned: self.owned(speaker),
            government: self.of_the_government(speaker, from),
            counterpart: words[start..at.max(start)]
                .iter()
                .chain(&words[at..to])
                .any(|word| matches!(word.fold.as_str(), "counterpart" | "colleague" | "opposite")),
            previous: first.and_then(|first| self.of[..first].iter().rev().find_map(|side| *side)),
            serves: self.serves(speaker),
            last_body: (0..at)
                .rev()
                .take(REACH)
                .filter_map(|other| self.cast.naming.side(other))
                .find(|side| self.cast.naming.is_body(&self.context.gazetteer, *side)),
        }
    }

    fn quoted(&self, span: Span) -> bool {
        let quotations = &self.document.structure.quotations;
        let after = quotations.partition_point(|quotation| quotation.end <= span.start);
        quotations
            .get(after)
            .is_some_and(|quotation| quotation.overlaps(span))
    }

    fn facts(&self, speaker: &Speaker<'_>, here: &Here, side: Side, places: &[&Named]) -> Features {
        let mut facts = Features::default();
        let (words, naming) = (&self.cast.words, &self.cast.naming);
        // Where it is named around the first mention.
        match here.before.iter().position(|other| *other == side) {
            Some(0) => facts.when("nearest before", true),
            Some(1) => facts.when("second before", true),
            _ => {}
        }
        let front = places
            .iter()
            .rev()
            .find(|place| place.from >= here.start && place.to <= here.from);
        let behind = places
            .iter()
            .find(|place| place.from >= here.to && place.to <= here.end);
        facts.when("in the sentence, before", front.is_some());
        facts.when("in the sentence, behind", behind.is_some());
        facts.when("alone in the sentence", here.inside == [side]);
        if let Some(place) = behind {
            let of = matches!(
                words[place.from - 1].fold.as_str(),
                "of" | "for" | "from" | "the"
            );
            let close = place.from <= here.to + 8;
            facts.when("close behind", close);
            facts.when("close behind of", close && of);
        }
        let touching = places.iter().rev().find(|place| place.to <= here.from);
        let mut lead = false;
        if let Some(place) =
            touching.filter(|place| place.from >= here.start && place.to + 5 > here.from)
        {
            let between = &words[place.to..=here.from];
            facts.when("touches the name", between.len() == 1);
            let leads = between.iter().all(|word| word.joined())
                && between[..between.len() - 1]
                    .iter()
                    .all(|word| !word.capital());
            lead = leads && between.len() > 1;
            facts.when("leads to the name", lead);
        }
        let led = words[here.at.saturating_sub(2)..here.at]
            .iter()
            .map(|word| word.fold.as_str());
        if let [how, "by" | "under"] = led.collect::<Vec<_>>()[..]
            && matches!(
                how,
                "led" | "headed" | "chaired" | "represented" | "delegation"
            )
        {
            let phrase = here.at.saturating_sub(10).max(here.start);
            facts.when(
                "led by",
                places
                    .iter()
                    .any(|place| place.from >= phrase && place.to < here.at),
            );
        }
        let nearest = touching;
        if let Some(place) = nearest {
            let start = words[place.from].sentence;
            let now = words[here.at].sentence;
            facts.when("sentence before", start + 1 == now);
            facts.when(
                "in the paragraph",
                words[place.from].paragraph == words[here.at].paragraph,
            );
            facts.when(
                "paragraph before",
                words[place.from].paragraph + 1 == words[here.at].paragraph,
            );
            if start + 1 >= now {
                facts.when("near as adjective", place.form == Form::Demonym);
                facts.when("near as place", place.form == Form::Metonym);
                facts.when("near, owning", words[place.to - 1].possessive);
                let preposition = place
                    .from
                    .checked_sub(1)
                    .map_or("", |at| words[at].fold.as_str());
                facts.when(
                    "near, behind a preposition",
                    matches!(
                        preposition,
                        "in" | "at" | "to" | "from" | "with" | "against" | "on" | "by"
                    ),
                );
                facts.when("near, as agent", preposition == "of");
            }
        } else {
            facts.when("only behind", true);
        }
        // "In Lindal, the foreign minister said": the capital opens the sentence, or the one before.
        let opens = |sentence: usize| {
            let start = words.partition_point(|word| word.sentence < sentence);
            let place = places.iter().find(|place| place.from == start + 1);
            words[start].fold == "in" && place.is_some_and(|place| place.form == Form::Metonym)
        };
        let sentence = words[here.from].sentence;
        facts.when("its capital opens the sentence", opens(sentence));
        facts.when(
            "its capital opens the sentence before",
            sentence > 0 && opens(sentence - 1),
        );
        facts.when("subject", here.subject == Some(side));
        facts.when("its", here.its && here.subject == Some(side));
        // Who else speaks for it.
        let (voices, itself) = self.voices.get(&side).copied().unwrap_or_default();
        facts.when("has no voice", voices == 0);
        facts.when("has voices", voices > 1);
        facts.when("speaks itself", itself);
        facts.when("of the speaker before", here.previous == Some(side));
        facts.when(
            "of the counterpart",
            here.counterpart && here.previous == Some(side),
        );
        let count = self.counts.get(&side).copied().unwrap_or(1);
        let share = |n: usize| (1.0 + n as f32).ln();
        let often = share(count) / share(self.most);
        let host = places.iter().any(|place| self.cast.in_dateline(place));
        // What it is, and what the office serves.
        let kind = naming.kind(&self.context.gazetteer, side);
        let (state, body, armed) = here.serves;
        let bare = !(state || body || armed);
        let is = |name: &'static str, facts: &mut Features| facts.when(name, true);
        match kind {
            PartyKind::State => {
                is("state", &mut facts);
                facts.when("state, owned", here.owned);
                facts.when("state, office of state", state);
                facts.when("state, office of body", body);
                facts.when("state, armed", armed);
                facts.of(
                    "state, often, office of state",
                    if state { often } else { 0.0 },
                );
                facts.of(
                    "state, often, of the government",
                    if here.government { often } else { 0.0 },
                );
                facts.when("state, host, of the government", here.government && host);
                facts.when("state, host, office of state", state && host);
            }
            PartyKind::Organisation | PartyKind::Bloc => {
                is("body", &mut facts);
                facts.when("body, owned", here.owned);
                facts.when("body, office of state", state);
                facts.when("body, office of body", body);
                facts.when("body, no such office", bare);
                facts.when("body, last", body && here.last_body == Some(side));
            }
            _ => {
                is("movement", &mut facts);
                facts.when("movement, office of state", state);
                facts.when("movement, armed", armed);
            }
        }
        facts.when("known only here", matches!(side, Side::Local(_)));
        let hint = places
            .first()
            .is_some_and(|place| naming.place(place.from).is_none());
        facts.when("a hint", hint);
        facts.when(
            "a hint, nearest",
            hint && here.before.first() == Some(&side),
        );
        facts.when("a hint, leads", hint && lead);
        facts.when(
            "owns the office",
            touching.is_some_and(|place| self.owns_office(place, here)),
        );
        facts.when(
            "a hint, in the sentence",
            hint && here.inside.contains(&side),
        );
        facts.of("often", often);
        facts.when("named once", count == 1);
        facts.when("host", host);
        facts.when(
            "same office elsewhere",
            self.elsewhere(speaker, here, places),
        );
        self.said(speaker, side, &mut facts);
        facts
    }

    /// True where the same kind of office stands behind the side's name somewhere else.
    fn elsewhere(&self, speaker: &Speaker<'_>, here: &Here, places: &[&Named]) -> bool {
        let words = &self.cast.words;
        let lexicon = &self.context.lexicon;
        let mut heads = speaker.offices.iter().flat_map(|&(from, to)| {
            words[from..to].iter().filter(|word| {
                lexicon.is_role(&word.fold) || lexicon.bodies.organs.contains(&word.fold)
            })
        });
        heads.any(|head| {
            places.iter().any(|place| {
                place.from.abs_diff(here.at) > 8
                    && words[place.to..(place.to + 4).min(words.len())]
                        .iter()
                        .any(|word| word.fold == head.fold)
            })
        })
    }

    /// How the speaker speaks of the side.
    fn said(&self, speaker: &Speaker<'_>, side: Side, facts: &mut Features) {
        let (mut own, mut others, mut opens, mut inside, mut quoted, mut we) = (0, 0, 0, 0, 0, 0);
        for &index in speaker.said.iter().take(8) {
            let attribution = &self.document.attributions[index];
            for span in &attribution.content {
                let (from, to) = self.cast.range(*span);
                let to = to.min(from + SAID);
                let words = &self.cast.words[from..to];
                let skip = words
                    .iter()
                    .take(3)
                    .take_while(|word| {
                        matches!(
                            word.fold.as_str(),
                            "that" | "the" | "if" | "whether" | "and" | "but"
                        )
                    })
                    .count();
                for at in from..to {
                    let Some(place) = self
                        .cast
                        .naming
                        .hint(at)
                        .filter(|place| place.from == at && place.side == Some(side))
                    else {
                        continue;
                    };
                    if attribution.mode == Mode::Direct || self.quoted(self.cast.words[at].span) {
                        quoted += 1;
                        continue;
                    }
                    let next = self
                        .cast
                        .words
                        .get(place.to)
                        .filter(|_| place.to < to)
                        .map_or("", |word| word.fold.as_str());
                    if OWN.contains(&next) {
                        own += 1;
                    } else if OTHERS.contains(&next) {
                        others += 1;
                    } else if at == from + skip {
                        opens += 1;
                    } else {
                        inside += 1;
                    }
                    we += usize::from(
                        place.to >= 2
                            && matches!(
                                self.cast.words[at - 1].fold.as_str(),
                                "his" | "her" | "our"
                            ),
                    );
                }
            }
        }
        let share = |n: usize| (n as f32).min(3.0).sqrt();
        facts.of("of itself", share(own));
        facts.of("of others", share(others));
        facts.of("opens what is said", share(opens));
        facts.of("in what is said", share(inside));
        facts.of("in what is quoted", share(quoted));
        facts.of("owned in what is said", share(we));
    }
}

/// What speaks for no party.
fn none(speaker: &Speaker<'_>, here: &Here) -> Features {
    let (state, body, armed) = here.serves;
    let mut facts = Features::default();
    facts.when("none", true);
    facts.when("none, no office", speaker.offices.is_empty());
    facts.when("none, a body", speaker.body);
    facts.when("none, said once", speaker.said.len() == 1);
    facts.when("none, of state", state);
    facts.when("none, of body", body);
    facts.when("none, armed", armed);
    facts.when("none, owned", here.owned);
    facts
}

/// What a speaker's surroundings tell.
struct Here {
    /// First word of the first mention, its office included.
    at: usize,
    /// First word of the name.
    from: usize,
    /// After the mention.
    to: usize,
    /// The sentence of the mention.
    start: usize,
    end: usize,
    /// Sides named in that sentence.
    inside: Vec<Side>,
    /// Sides named before, outside quotations, the nearest first, back to the paragraph before.
    before: Vec<Side>,
    subject: Option<Side>,
    its: bool,
    owned: bool,
    government: bool,
    counterpart: bool,
    /// The side of whoever spoke before.
    previous: Option<Side>,
    /// Whether the office is one of a state, of a body, of those who fight.
    serves: (bool, bool, bool),
    last_body: Option<Side>,
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
