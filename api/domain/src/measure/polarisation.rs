//! How far sides stand in two opposed camps: on one issue, and in the whole network.

use super::agreement::Tie;
use super::{Cell, Observation, agreement};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Van der Eijk's agreement A of the stances on one issue, in -1..=1; `None` for an empty cell.
///
/// "Measuring Agreement in Ordered Rating Scales", Quality and Quantity 35, 2001 (doi
/// 10.1023/A:1010374114305), for the three categories of the scale: the counts are peeled into
/// layers of equal height, and each layer's pattern has a fixed value.
pub fn van_der_eijk(cell: Cell) -> Option<f64> {
    let mut left = cell.by_value().map(|(_, n)| n);
    let total: f64 = left.iter().sum();
    if total == 0.0 {
        return None;
    }
    let mut sum = 0.0;
    while let Some(height) = left
        .iter()
        .copied()
        .filter(|n| *n > 0.0)
        .min_by(f64::total_cmp)
    {
        let pattern = left.map(|n| n > 0.0);
        let filled = pattern.iter().filter(|p| **p).count() as f64;
        let value = match pattern {
            [true, true, true] => 0.0,
            [true, false, true] => -1.0,
            [true, true, false] | [false, true, true] => 0.5,
            _ => 1.0,
        };
        sum += value * filled * height;
        left = left.map(|n| (n - height).max(0.0));
    }
    Some(sum / total)
}

/// Polarisation of the stances on one issue: (1 − A)/2, in 0..=1; `None` for an empty cell.
pub fn of_issue(cell: Cell) -> Option<f64> {
    van_der_eijk(cell).map(|a| (1.0 - a) / 2.0)
}

/// Polarisation of a network of sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Polarisation {
    /// The index, in 0..=1: conflict that disappears when the sides are parted into two blocs, as a
    /// share of the largest weight that any parting could put between blocs. Two internally united,
    /// mutually opposed blocs of like size score 1, a consensus 0, a lone dissenter little.
    pub index: f64,
    /// Frustration of the best two blocs (Doreian and Mrvar 1996): conflict inside blocs plus
    /// congruence between them, as a share of C + F, in 0..=1.
    pub frustration: f64,
    /// Signed modularity of the blocs (Gómez, Jensen and Arenas, Physical Review E 80, 2009).
    pub modularity: f64,
    /// The bloc of each side, 0 or 1; the first side is in bloc 0.
    pub blocs: Vec<u8>,
    /// True when every parting was tried, false for the best found by seeded local search.
    pub exact: bool,
}

/// A symmetric matrix of weights between sides, with an empty diagonal.
#[derive(Debug, Clone)]
struct Matrix {
    n: usize,
    cells: Vec<f64>,
}

impl Matrix {
    fn of(n: usize, ties: &[(u32, u32, Tie)], weight: impl Fn(&Tie) -> f64) -> Matrix {
        let mut cells = vec![0.0; n * n];
        for (a, b, tie) in ties {
            let (a, b) = (*a as usize, *b as usize);
            cells[a * n + b] = weight(tie);
            cells[b * n + a] = weight(tie);
        }
        Matrix { n, cells }
    }

    fn row(&self, a: usize) -> &[f64] {
        &self.cells[a * self.n..(a + 1) * self.n]
    }

    fn sum(&self) -> f64 {
        self.cells.iter().sum::<f64>() / 2.0
    }

    /// Sum over the pairs of which the two sides lie in different blocs.
    fn between(&self, blocs: &[u8]) -> f64 {
        let mut sum = 0.0;
        for a in 0..self.n {
            for (b, weight) in self.row(a).iter().enumerate().skip(a + 1) {
                if blocs[a] != blocs[b] {
                    sum += weight;
                }
            }
        }
        sum
    }
}

/// Sides up to which every parting is tried.
const EXACT_UP_TO: usize = 14;

/// Starts of the local search.
const STARTS: usize = 24;

/// The parting into two blocs with the greatest weight between them, and whether it is proven.
///
/// One empty bloc is allowed, so the weight is never negative. The first side is in bloc 0.
fn greatest_cut(weights: &Matrix, seed: u64) -> (Vec<u8>, bool) {
    let n = weights.n;
    let exact = n <= EXACT_UP_TO;
    let mut best = vec![0u8; n];
    let mut record = 0.0;
    let mut keep = |blocs: &[u8], weight: f64| {
        if weight > record + 1e-9 {
            record = weight;
            best.copy_from_slice(blocs);
        }
    };
    if exact {
        // Partings in Gray-code order differ in one side, whose gain updates the weight.
        let mut blocs = vec![0u8; n];
        let mut weight = 0.0;
        for step in 1u32..1 << n.saturating_sub(1) {
            let side = step.trailing_zeros() as usize + 1;
            weight += gain(weights, &blocs, side);
            blocs[side] ^= 1;
            keep(&blocs, weight);
        }
    } else {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for _ in 0..STARTS {
            let mut blocs: Vec<u8> = (0..n).map(|_| rng.random_range(0..2u32) as u8).collect();
            climb(weights, &mut blocs);
            keep(&blocs, weights.between(&blocs));
        }
    }
    if best.first() == Some(&1) {
        best.iter_mut().for_each(|bloc| *bloc ^= 1);
    }
    (best, exact)
}

/// What moving one side to the other bloc adds to the weight between blocs.
fn gain(weights: &Matrix, blocs: &[u8], side: usize) -> f64 {
    weights
        .row(side)
        .iter()
        .zip(blocs)
        .map(|(weight, bloc)| {
            if *bloc == blocs[side] {
                *weight
            } else {
                -*weight
            }
        })
        .sum()
}

/// Moves single sides while that gains; every gain is kept up to date, so a move costs n steps.
fn climb(weights: &Matrix, blocs: &mut [u8]) {
    let mut gains: Vec<f64> = (0..weights.n).map(|a| gain(weights, blocs, a)).collect();
    // Each move raises the weight, so the climb ends; the bound guards against rounding.
    for _ in 0..weights.n * 50 {
        let Some((side, _)) = gains
            .iter()
            .enumerate()
            .filter(|(_, gain)| **gain > 1e-9)
            .max_by(|a, b| a.1.total_cmp(b.1))
        else {
            return;
        };
        blocs[side] ^= 1;
        gains[side] = -gains[side];
        for (other, weight) in weights.row(side).iter().enumerate() {
            if other != side {
                let sign = if blocs[other] == blocs[side] {
                    2.0
                } else {
                    -2.0
                };
                gains[other] += sign * weight;
            }
        }
    }
}

/// The ties of all pairs that share an issue.
pub fn ties(profiles: &[agreement::Profile]) -> Vec<(u32, u32, Tie)> {
    let mut ties = Vec::new();
    for a in 0..profiles.len() {
        for b in a + 1..profiles.len() {
            let tie = Tie::between(&profiles[a], &profiles[b]);
            if tie.congruence + tie.conflict > 0.0 {
                ties.push((a as u32, b as u32, tie));
            }
        }
    }
    ties
}

/// Polarisation of a network of `sides` sides; `None` where no two share an issue.
///
/// `seed` steers the local search for networks of more than 14 sides.
pub fn of_network(sides: usize, ties: &[(u32, u32, Tie)], seed: u64) -> Option<Polarisation> {
    let all = Matrix::of(sides, ties, |t| t.congruence + t.conflict);
    let whole = all.sum();
    if whole <= 0.0 {
        return None;
    }
    // Conflict minus congruence between blocs is what a parting takes away from frustration.
    let gained = Matrix::of(sides, ties, |t| t.conflict - t.congruence);
    let (blocs, exact) = greatest_cut(&gained, seed);
    let parted = gained.between(&blocs);
    let conflict: f64 = ties.iter().map(|t| t.2.conflict).sum();
    let (widest, _) = greatest_cut(&all, seed);
    Some(Polarisation {
        index: (parted / all.between(&widest).max(all.between(&blocs))).clamp(0.0, 1.0),
        frustration: ((conflict - parted) / whole).clamp(0.0, 1.0),
        modularity: signed_modularity(sides, ties, &blocs),
        blocs,
        exact,
    })
}

/// Modularity with congruence as the positive and conflict as the negative layer.
fn signed_modularity(sides: usize, ties: &[(u32, u32, Tie)], blocs: &[u8]) -> f64 {
    let mut strength = [vec![0.0; sides], vec![0.0; sides]];
    let mut whole = [0.0; 2];
    let mut inside = 0.0;
    for (a, b, tie) in ties {
        let (a, b) = (*a as usize, *b as usize);
        for (layer, weight) in [tie.congruence, tie.conflict].into_iter().enumerate() {
            strength[layer][a] += weight;
            strength[layer][b] += weight;
            whole[layer] += 2.0 * weight;
        }
        if blocs[a] == blocs[b] {
            inside += 2.0 * tie.subtract();
        }
    }
    let mut expected = 0.0;
    for bloc in 0..2u8 {
        for (layer, sign) in [(0, 1.0), (1, -1.0)] {
            let sum: f64 = (0..sides)
                .filter(|a| blocs[*a] == bloc)
                .map(|a| strength[layer][a])
                .sum();
            if whole[layer] > 0.0 {
                expected += sign * sum * sum / whole[layer];
            }
        }
    }
    (inside - expected) / (whole[0] + whole[1])
}

/// What polarisation is without any order in who says what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Null {
    /// Random networks drawn.
    pub draws: usize,
    /// Mean of their index.
    pub mean: f64,
    /// Standard deviation of their index.
    pub deviation: f64,
    /// Share of draws (the observed one counted in) with an index at least as high as the observed.
    pub p_value: f64,
}

/// Most draws of [`null`].
pub const DRAWS: usize = 200;

/// Most elementary steps that the nulls of one answer may take together.
pub const BUDGET: usize = 1_000_000_000;

/// Compares an index with networks in which the stances on each issue are dealt out anew.
///
/// Each side keeps how often it speaks on each issue and each issue keeps its stances, which is a
/// degree-preserving null in the sense of Salloum, Chen and Kivelä, "Separating Polarization from
/// Noise", 2022 (doi 10.1145/3512962). `None` where
/// `budget` elementary steps (see [`BUDGET`]) do not suffice for twenty draws.
pub fn null(
    observations: &[Observation],
    sides: usize,
    issues: usize,
    observed: f64,
    seed: u64,
    budget: usize,
) -> Option<Null> {
    let search = if sides > EXACT_UP_TO {
        4 * STARTS * sides * sides
    } else {
        (2 * sides) << sides
    };
    let steps = 4 * observations.len() + sides * sides * issues + search;
    let draws = DRAWS.min(budget / steps.max(1));
    if draws < 20 {
        return None;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut shuffled = observations.to_vec();
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); issues];
    for (at, o) in observations.iter().enumerate() {
        places[o.issue as usize].push(at);
    }
    let mut drawn = Vec::with_capacity(draws);
    for draw in 0..draws {
        for places in &places {
            let mut stances: Vec<_> = places.iter().map(|at| observations[*at].stance).collect();
            stances.shuffle(&mut rng);
            for (at, stance) in places.iter().zip(stances) {
                shuffled[*at].stance = stance;
            }
        }
        let profiles = agreement::profiles(&shuffled, sides, issues);
        drawn.push(
            of_network(sides, &ties(&profiles), seed.wrapping_add(draw as u64))
                .map_or(0.0, |p| p.index),
        );
    }
    let n = drawn.len() as f64;
    let mean = drawn.iter().sum::<f64>() / n;
    let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    let at_least = drawn.iter().filter(|x| **x >= observed - 1e-12).count();
    Some(Null {
        draws,
        mean,
        deviation: variance.sqrt(),
        p_value: (at_least as f64 + 1.0) / (n + 1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::Rng;

    fn cell(support: u32, neutral: u32, oppose: u32) -> Cell {
        Cell {
            support,
            neutral,
            oppose,
        }
    }

    fn index(profiles: &[agreement::Profile]) -> f64 {
        of_network(profiles.len(), &ties(profiles), 7)
            .unwrap()
            .index
    }

    #[test]
    fn known_answers_on_one_issue() {
        assert_eq!(of_issue(cell(0, 0, 0)), None);
        assert_eq!(of_issue(cell(4, 0, 4)), Some(1.0));
        assert_eq!(of_issue(cell(4, 0, 0)), Some(0.0));
        assert_eq!(of_issue(cell(2, 2, 2)), Some(0.5));
        assert_eq!(van_der_eijk(cell(2, 2, 0)), Some(0.5));
        // A layer of three ones (6 of 10, value 0) under a layer of two opposed ones (4, value -1).
        assert_eq!(van_der_eijk(cell(4, 2, 4)), Some(-0.4));
    }

    #[test]
    fn known_answers_in_the_network() {
        let for_it = vec![cell(2, 0, 0), cell(0, 0, 2)];
        let against = vec![cell(0, 0, 2), cell(2, 0, 0)];
        let blocs: Vec<_> = (0..6)
            .map(|i| {
                if i < 3 {
                    for_it.clone()
                } else {
                    against.clone()
                }
            })
            .collect();
        let found = of_network(6, &ties(&blocs), 7).unwrap();
        assert_eq!((found.index, found.frustration), (1.0, 0.0));
        assert_eq!(found.blocs, [0, 0, 0, 1, 1, 1]);
        assert!(found.modularity > 0.4);
        let consensus = vec![for_it.clone(); 6];
        assert_eq!(index(&consensus), 0.0);
        let mut dissenter = consensus;
        dissenter[5] = against;
        // One of six: 5 pairs of 9 that the widest cut has.
        assert!((index(&dissenter) - 5.0 / 9.0).abs() < 1e-12);
        assert_eq!(of_network(1, &[], 7), None);
    }

    #[test]
    fn the_local_search_finds_large_blocs() {
        let blocs: Vec<_> = (0..40)
            .map(|i| {
                vec![if i % 2 == 0 {
                    cell(1, 0, 0)
                } else {
                    cell(0, 0, 1)
                }]
            })
            .collect();
        let found = of_network(40, &ties(&blocs), 7).unwrap();
        assert!(!found.exact);
        assert_eq!((found.index, found.frustration), (1.0, 0.0));
    }

    #[test]
    fn opposed_blocs_are_no_accident_and_noise_is() {
        let network = |mut stance: Box<dyn FnMut(u32) -> i8>| -> Vec<Observation> {
            let mut all = Vec::new();
            for side in 0..8 {
                for issue in 0..10 {
                    all.push(Observation {
                        side,
                        actor: side,
                        issue,
                        stance: crate::Stance::from_value(stance(side)),
                        article: side,
                        group: side,
                        meeting: None,
                        day: None,
                    });
                }
            }
            all
        };
        let compare = |all: &[Observation]| {
            let observed = index(&agreement::profiles(all, 8, 10));
            null(all, 8, 10, observed, 3, BUDGET).unwrap()
        };
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let ordered = network(Box::new(|side| (side % 2) as i8 * 2 - 1));
        let noise = network(Box::new(move |_| rng.random_range(0..2i32) as i8 * 2 - 1));
        assert!(compare(&ordered).p_value < 0.02);
        assert!(compare(&noise).p_value > 0.05);
    }

    proptest! {
        #[test]
        fn it_is_in_range_and_blind_to_names(rows in prop::collection::vec((0u32..5, 0u32..5, 0u32..5, 0u32..5), 2..9)) {
            let profiles: Vec<_> = rows.iter().map(|r| vec![cell(r.0, r.1, r.2), cell(r.3, 0, r.0)]).collect();
            let reversed: Vec<_> = profiles.iter().rev().cloned().collect();
            let (one, other) = (
                of_network(profiles.len(), &ties(&profiles), 7),
                of_network(reversed.len(), &ties(&reversed), 7),
            );
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!((0.0..=1.0).contains(&one.index));
                prop_assert!((one.index - other.index).abs() < 1e-9);
                prop_assert!((one.frustration - other.frustration).abs() < 1e-9);
            }
        }
    }
}
