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
const PAIRED: usize = 200;

/// The contradictions among `candidates`, strongest first, and how many there are in all.
///
/// At most `limit` are returned. Ties keep the order of the input.
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
    let mut found = Vec::new();
    for [mut supporting, mut opposing] in cells.into_values() {
        total += supporting.len() as u64 * opposing.len() as u64;
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
                found.push(pair(candidates, a, b));
            }
        }
    }
    found.sort_by(|a, b| {
        b.strength
            .total_cmp(&a.strength)
            .then((a.earlier, a.later).cmp(&(b.earlier, b.later)))
    });
    found.truncate(limit);
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

    #[test]
    fn opposite_signs_pair_within_a_side_and_an_issue_only() {
        let one = |side, actor, issue, stance, confidence, day: &str| Candidate {
            side,
            actor,
            issue,
            stance: Stance::from_value(stance),
            confidence,
            day: day.parse().ok(),
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
    }
}
