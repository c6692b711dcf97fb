//! What a speaker's surroundings tell: the sides named nearby, what the sentences before speak of, whom the office
//! serves.
//!
//! All of it depends on the speaker alone; which side it speaks for is asked of each side in [`super::facts`].

use super::{Likely, REACH, Speaker};
use crate::stage::actors::{Cast, Named, Side};
use plenary_domain::gazetteer::Form;

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

/// What a speaker's surroundings tell.
pub(super) struct Here {
    /// First word of the first mention, its office included.
    pub(super) at: usize,
    /// First word of the name.
    pub(super) from: usize,
    /// After the mention.
    pub(super) to: usize,
    /// The sentence of the mention, from its first word to after its last.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Sides named in that sentence.
    pub(super) inside: Vec<Side>,
    /// Sides named before, outside quotations, the nearest first, back to the paragraph before.
    pub(super) before: Vec<Side>,
    /// What the sentences before speak of.
    pub(super) subject: Option<Side>,
    /// True for "its spokesman".
    pub(super) its: bool,
    /// True where a common noun owns the office.
    pub(super) owned: bool,
    /// True for an office of "the government".
    pub(super) government: bool,
    /// True for a "counterpart" of somebody.
    pub(super) counterpart: bool,
    /// The side of whoever spoke before.
    pub(super) previous: Option<Side>,
    pub(super) serves: Serves,
    /// The body named last before.
    pub(super) last_body: Option<Side>,
}

/// Whether an office is one of a state, of a body, of those who fight.
pub(super) struct Serves {
    pub(super) state: bool,
    pub(super) body: bool,
    pub(super) armed: bool,
}

impl Likely<'_, '_> {
    /// What depends on the speaker alone.
    pub(super) fn here(&self, speaker: &Speaker<'_>) -> Here {
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
        let first = speaker.said.first().copied();
        Here {
            at,
            from,
            to,
            start,
            end,
            inside: self.inside(start, end),
            before: self.before(at, from),
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

    /// The sides named in a sentence.
    fn inside(&self, start: usize, end: usize) -> Vec<Side> {
        let mut sides: Vec<Side> = (start..end)
            .filter_map(|at| self.cast.naming.hint(at)?.side)
            .collect();
        sides.sort_unstable();
        sides.dedup();
        sides
    }

    /// The sides named before a name, outside quotations, the nearest first, back to the paragraph before that of `at`.
    fn before(&self, at: usize, from: usize) -> Vec<Side> {
        let words = &self.cast.words;
        (0..from)
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
            })
    }

    /// Whom the office serves, as its nouns tell.
    fn serves(&self, speaker: &Speaker<'_>) -> Serves {
        let has = |list: &[&str]| {
            speaker.offices.iter().any(|&(from, to)| {
                self.cast.words[from..to]
                    .iter()
                    .any(|word| list.contains(&word.fold.as_str()))
            })
        };
        Serves {
            state: has(&OF_STATE),
            body: self.serves_body(speaker) || has(&OF_BODY),
            armed: has(&OF_ARMED),
        }
    }

    /// True for a secretary-general or director-general.
    pub(super) fn serves_body(&self, speaker: &Speaker<'_>) -> bool {
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
            if !introduced(cast, start, place) {
                return Some(side);
            }
            weak = weak.or(Some(side));
        }
        end = start;
    }
    weak
}

/// True where a preposition stands before a name in the sentence that begins at `start`: "in Norvia", "with the G77".
fn introduced(cast: &Cast<'_>, start: usize, place: &Named) -> bool {
    let behind = |n: usize| {
        place
            .from
            .checked_sub(n)
            .filter(|i| *i >= start)
            .map_or("", |i| cast.words[i].fold.as_str())
    };
    let preposition = if behind(1) == "the" {
        behind(2)
    } else {
        behind(1)
    };
    matches!(
        preposition,
        "in" | "at" | "to" | "from" | "with" | "against" | "on" | "by" | "of"
    )
}
