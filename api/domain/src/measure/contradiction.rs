//! Pairs of positions of one side that pull opposite ways.

use crate::Stance;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One position as a candidate for a contradiction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The party, or the actor where it has none.
    pub side: u32,
    /// The actor who spoke.
    pub actor: u32,
    /// The issue.
    pub issue: u32,
    /// The stance taken; neutral positions contradict nothing.
    pub stance: Stance,
    /// Probability that the record is right, 0..=1.
    pub confidence: f32,
    /// The day for which it counts.
    pub day: Option<NaiveDate>,
    /// Pairs are wanted in which at least one position is so marked.
    pub wanted: bool,
}

/// Whether a pair comes from one mouth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Both positions are of one actor.
    Itself,
    /// They are of two actors of one party.
    Split,
}

/// Two positions with opposite stances on one issue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contradiction {
    /// Index of the earlier position (of equal days the first in the input).
    pub earlier: usize,
    /// Index of the later position.
    pub later: usize,
    /// One mouth or two.
    pub kind: Kind,
    /// What it is ranked by, 0..=1: the product of the confidences, halved with every
    /// [`HALVING_DAYS`] that lie between the two.
    pub strength: f64,
}

/// Days after which a contradiction counts half: a quarter of a year.
pub const HALVING_DAYS: f64 = 91.0;

/// Most positions of each sign that are paired for one side and issue, the surest ones.
pub const PAIRED: usize = 200;

/// The contradictions among `candidates`, strongest first, and how many there are in all.
///
/// At most `limit` are returned. Equally strong ones keep the order of side, issue and confidence.
pub fn contradictions(candidates: &[Candidate], limit: usize) -> (Vec<Contradiction>, u64) {
    let mut cells: BTreeMap<(u32, u32), [Vec<usize>; 2]> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let sign = match candidate.stance {
            Stance::Support => 0,
            Stance::Oppose => 1,
            Stance::Neutral => continue,
        };
        cells.entry((candidate.side, candidate.issue)).or_default()[sign].push(at);
    }
    let mut total = 0;
    let mut found: Vec<Contradiction> = Vec::new();
    for [mut supporting, mut opposing] in cells.into_values() {
        let unwanted =
            |side: &[usize]| side.iter().filter(|at| !candidates[**at].wanted).count() as u64;
        total += supporting.len() as u64 * opposing.len() as u64
            - unwanted(&supporting) * unwanted(&opposing);
        for side in [&mut supporting, &mut opposing] {
            side.sort_by(|a, b| {
                candidates[*b]
                    .confidence
                    .total_cmp(&candidates[*a].confidence)
            });
            side.truncate(PAIRED);
        }
        for &a in &supporting {
            for &b in &opposing {
                // No pair is stronger than both are sure, and what follows is less sure.
                let sure =
                    f64::from(candidates[a].confidence) * f64::from(candidates[b].confidence);
                let weakest = found.last().map_or(0.0, |last| last.strength);
                if found.len() >= limit && sure <= weakest {
                    break;
                }
                if !candidates[a].wanted && !candidates[b].wanted {
                    continue;
                }
                let pair = pair(candidates, a, b);
                let place = found.partition_point(|other| other.strength >= pair.strength);
                if place < limit {
                    found.insert(place, pair);
                    found.truncate(limit);
                }
            }
        }
    }
    (found, total)
}

fn pair(candidates: &[Candidate], a: usize, b: usize) -> Contradiction {
    let (x, y) = (&candidates[a], &candidates[b]);
    let earlier_first = (x.day.is_none(), x.day, a) <= (y.day.is_none(), y.day, b);
    let apart = match (x.day, y.day) {
        (Some(x), Some(y)) => (x - y).num_days().abs() as f64,
        // An unknown day is thought to lie as far off as halves the strength.
        _ => HALVING_DAYS,
    };
    Contradiction {
        earlier: if earlier_first { a } else { b },
        later: if earlier_first { b } else { a },
        kind: if x.actor == y.actor {
            Kind::Itself
        } else {
            Kind::Split
        },
        strength: f64::from(x.confidence)
            * f64::from(y.confidence)
            * 0.5f64.powf(apart / HALVING_DAYS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn opposite_signs_pair_within_a_side_and_an_issue_only() {
        let one = |side, actor, issue, stance, confidence, day: &str| Candidate {
            side,
            actor,
            issue,
            stance: Stance::from_value(stance),
            confidence,
            day: day.parse().ok(),
            wanted: issue == 0,
        };
        let all = [
            one(0, 0, 0, 1, 0.9, "2022-03-01"),
            one(0, 0, 0, -1, 0.9, "2022-01-01"),
            one(0, 1, 0, -1, 0.8, "2022-03-01"),
            one(0, 0, 0, 0, 0.9, "2022-03-01"),
            one(0, 0, 1, -1, 0.9, "2022-03-01"),
            one(1, 2, 0, -1, 0.9, "2022-03-01"),
        ];
        let (found, total) = contradictions(&all, 10);
        assert_eq!(total, 2);
        let brief: Vec<_> = found.iter().map(|c| (c.earlier, c.later, c.kind)).collect();
        assert_eq!(brief, [(0, 2, Kind::Split), (1, 0, Kind::Itself)]);
        assert!((found[0].strength - 0.72).abs() < 1e-6);
        assert_eq!(contradictions(&all, 1).0.len(), 1);
        assert_eq!(contradictions(&all, 0).0.len(), 0);
    }

    proptest! {
        #[test]
        fn a_few_are_the_first_of_all(rows in prop::collection::vec((0u32..2, 0u32..2, -1i8..=1, 0u8..4, 0i64..400, any::<bool>()), 0..60), limit in 1usize..20) {
            let first = NaiveDate::default();
            let all: Vec<Candidate> = rows
                .into_iter()
                .map(|(side, issue, stance, confidence, day, wanted)| Candidate {
                    side,
                    actor: 0,
                    issue,
                    stance: Stance::from_value(stance),
                    confidence: f32::from(confidence) / 4.0,
                    day: first.checked_add_signed(chrono::Duration::days(day)),
                    wanted,
                })
                .collect();
            let (whole, total) = contradictions(&all, usize::MAX);
            prop_assert_eq!(whole.len() as u64, total);
            prop_assert!(whole.iter().all(|pair| all[pair.earlier].wanted || all[pair.later].wanted));
            prop_assert!(whole.windows(2).all(|pair| pair[0].strength >= pair[1].strength));
            let (some, same) = contradictions(&all, limit);
            prop_assert_eq!(same, total);
            prop_assert_eq!(&some[..], &whole[..limit.min(whole.len())]);
        }
    }
}
