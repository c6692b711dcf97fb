//! Parting a network into two blocs so that as much weight as can be lies between them.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A symmetric matrix of weights between sides, with an empty diagonal.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    n: usize,
    cells: Vec<f64>,
}

impl Matrix {
    /// Of `n` sides, by the weights of pairs (a < b).
    pub(super) fn of(n: usize, weight: impl Fn(usize, usize) -> f64) -> Matrix {
        let mut cells = vec![0.0; n * n];
        for a in 0..n {
            for b in a + 1..n {
                let weight = weight(a, b);
                cells[a * n + b] = weight;
                cells[b * n + a] = weight;
            }
        }
        Matrix { n, cells }
    }

    fn row(&self, a: usize) -> &[f64] {
        &self.cells[a * self.n..(a + 1) * self.n]
    }

    /// Sum over all pairs.
    pub(super) fn sum(&self) -> f64 {
        self.cells.iter().sum::<f64>() / 2.0
    }

    /// Sum over the pairs of which the two sides lie in different blocs.
    pub(super) fn between(&self, blocs: &[u8]) -> f64 {
        let mut sum = 0.0;
        for (a, bloc) in blocs.iter().enumerate() {
            for (weight, other) in self.row(a)[a + 1..].iter().zip(&blocs[a + 1..]) {
                if bloc != other {
                    sum += weight;
                }
            }
        }
        sum
    }
}

/// Sides up to which every parting is tried.
pub(super) const EXACT_UP_TO: usize = 14;

/// Starts of the local search among up to some 300 sides, and the fewest among more.
const STARTS: (usize, usize) = (24, 2);

/// Starts of the local search among n sides; each costs some n² steps.
pub(super) fn starts(n: usize) -> usize {
    let (most, fewest) = STARTS;
    (2_000_000 / (n * n).max(1)).clamp(fewest, most)
}

/// The parting into two blocs with the greatest weight between them, and whether it is proven.
///
/// One empty bloc is allowed, so the weight is never negative. The first side is in bloc 0. `seed`
/// steers the local search from random starts that stands for trying all among more than
/// [`EXACT_UP_TO`] sides.
pub(super) fn greatest_cut(weights: &Matrix, seed: u64) -> (Vec<u8>, bool) {
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
        for _ in 0..starts(n) {
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
