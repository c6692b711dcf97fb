//! How a side's position moved between two meetings.

use super::cell::{Cell, Interval, Posterior, STEPS};
use statrs::function::factorial::ln_factorial;
use std::collections::HashMap;

/// Difference of mean stance below which a side has not moved.
pub const DELTA: f64 = 0.25;

/// Probability from which a move, or its absence, is named.
pub const SURE: f64 = 0.95;

/// Share of false discoveries among the shifts called significant.
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// Name of a shift. A move is named where it is sure and, among the shifts of its grid, a discovery
/// ([`settle`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The side kept its sign, or had none, and stands further from zero.
    Hardened,
    /// The side kept its sign, or lost it, and stands nearer to zero.
    Softened,
    /// The sign turned.
    Reversed,
    /// With probability [`SURE`] it moved by no more than [`DELTA`].
    Unchanged,
    /// The positions are too few to say either.
    Insufficient,
}

impl Direction {
    /// Its spelling in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::Hardened => "hardened",
            Direction::Softened => "softened",
            Direction::Reversed => "reversed",
            Direction::Unchanged => "unchanged",
            Direction::Insufficient => "insufficient",
        }
    }
}

/// The move between an earlier and a later cell of one side and issue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Mean stance at the later minus at the earlier meeting, in -2..=2.
    pub difference: f64,
    /// 95 % interval of the difference under the posteriors of both cells, equal-tailed, and stretched to the
    /// difference where that lies outside, as it can at the ends of the scale.
    pub interval: Interval,
    /// P(|difference| > δ), δ = [`DELTA`], under the same posteriors.
    pub probability: f64,
    /// Exact permutation p-value of "no difference", in 0..=1.
    pub p_value: f64,
    /// True where it is a discovery among the shifts with which it was settled ([`settle`]).
    pub significant: bool,
    /// Its name.
    pub direction: Direction,
}

/// Shifts by stance counts: pairs of cells with the same counts are computed once.
#[derive(Debug, Default)]
pub struct Shifts {
    posteriors: HashMap<Cell, Posterior>,
    known: HashMap<(Cell, Cell), Shift>,
}

impl Shifts {
    /// The shift between two cells; `None` where one of them is empty.
    pub fn between(&mut self, earlier: Cell, later: Cell) -> Option<Shift> {
        if earlier.count() == 0 || later.count() == 0 {
            return None;
        }
        if let Some(known) = self.known.get(&(earlier, later)) {
            return Some(*known);
        }
        for cell in [earlier, later] {
            let posterior = || cell.posterior();
            self.posteriors.entry(cell).or_insert_with(posterior);
        }
        let [before, after] = [earlier, later].map(|cell| &self.posteriors[&cell]);
        let shift = compute(earlier, later, before, after)?;
        self.known.insert((earlier, later), shift);
        Some(shift)
    }
}

/// The shift between two cells; `None` where one of them is empty.
pub fn shift(earlier: Cell, later: Cell) -> Option<Shift> {
    Shifts::default().between(earlier, later)
}

fn compute(earlier: Cell, later: Cell, before: &Posterior, after: &Posterior) -> Option<Shift> {
    let (from, to) = (earlier.mean()?, later.mean()?);
    let difference = to - from;
    // Differences are whole steps; those up to this many are within δ.
    let within = ((DELTA + 1e-9) * STEPS as f64 / 2.0) as i64;
    let probability = (1.0 - at_most(before, after, within) + at_most(before, after, -within - 1))
        .clamp(0.0, 1.0);
    let direction = if probability >= SURE && difference.abs() > DELTA {
        if from * to < 0.0 {
            Direction::Reversed
        } else if to.abs() > from.abs() {
            Direction::Hardened
        } else {
            Direction::Softened
        }
    } else if probability <= 1.0 - SURE {
        Direction::Unchanged
    } else {
        Direction::Insufficient
    };
    Some(Shift {
        difference,
        interval: Interval {
            low: quantile(before, after, 0.025).min(difference),
            high: quantile(before, after, 0.975).max(difference),
        },
        probability,
        p_value: p_value(earlier, later),
        significant: false,
        direction,
    })
}

/// Probability that the later mean stance lies at most `steps` steps above the earlier one, the two
/// being independent.
fn at_most(earlier: &Posterior, later: &Posterior, steps: i64) -> f64 {
    let places = earlier.mass().iter().enumerate();
    places
        .filter(|(_, mass)| **mass > 1e-12)
        .map(|(place, mass)| mass * later.below(place as i64 + steps + 1))
        .sum()
}

/// The least difference with at least `share` of the probability at or below it, by bisection.
fn quantile(earlier: &Posterior, later: &Posterior, share: f64) -> f64 {
    let (mut low, mut high) = (1 - STEPS as i64, STEPS as i64 - 1);
    while low < high {
        let middle = (low + high).div_euclid(2);
        if at_most(earlier, later, middle) >= share {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low as f64 * 2.0 / STEPS as f64
}

/// Largest number of splits that are enumerated; above it the normal approximation is close.
const EXACT: u64 = 20_000;

/// Probability, if the two cells are random parts of their union, of a difference of means at least
/// as large as the one seen (permutation test, exact; multivariate hypergeometric).
fn p_value(earlier: Cell, later: Cell) -> f64 {
    let (s, z, o) = (
        earlier.support + later.support,
        earlier.neutral + later.neutral,
        earlier.oppose + later.oppose,
    );
    let (n, m) = (earlier.count(), later.count());
    let seen = difference_of(later.support, later.oppose, m, s, o, n).abs();
    if (u64::from(s) + 1) * (u64::from(o) + 1) > EXACT {
        let all = f64::from(n + m);
        let mean = (f64::from(s) - f64::from(o)) / all;
        let variance = (f64::from(s) + f64::from(o)) / all - mean * mean;
        let error = (variance * (1.0 / f64::from(n) + 1.0 / f64::from(m))).sqrt();
        return if error > 0.0 {
            statrs::function::erf::erfc(seen / error / std::f64::consts::SQRT_2)
        } else {
            1.0
        };
    }
    let ln_choose = |n: u32, k: u32| {
        ln_factorial(n.into()) - ln_factorial(k.into()) - ln_factorial((n - k).into())
    };
    let all = ln_choose(n + m, m);
    let mut p = 0.0;
    for i in 0..=s.min(m) {
        for j in 0..=o.min(m - i) {
            let k = m - i - j;
            if k <= z && difference_of(i, j, m, s, o, n).abs() >= seen - 1e-9 {
                p += (ln_choose(s, i) + ln_choose(o, j) + ln_choose(z, k) - all).exp();
            }
        }
    }
    p.min(1.0)
}

/// Difference of means when `i` of `s` supporting and `j` of `o` opposing positions are in the later
/// part, which has `m` positions beside `n` in the earlier one.
fn difference_of(i: u32, j: u32, m: u32, s: u32, o: u32, n: u32) -> f64 {
    (f64::from(i) - f64::from(j)) / f64::from(m)
        - (f64::from(s - i) - f64::from(o - j)) / f64::from(n)
}

/// Tells which shifts of a grid are discoveries at [`FALSE_DISCOVERY_RATE`], and takes the name of a move from
/// those that are none, so that of the moves that are named no larger share is false.
pub fn settle<'a>(shifts: impl Iterator<Item = &'a mut Shift>) {
    let shifts: Vec<&mut Shift> = shifts.collect();
    let p_values: Vec<f64> = shifts.iter().map(|shift| shift.p_value).collect();
    let discovered = discoveries(&p_values, FALSE_DISCOVERY_RATE);
    for (shift, discovered) in shifts.into_iter().zip(discovered) {
        shift.significant = discovered;
        if !discovered && shift.direction != Direction::Unchanged {
            shift.direction = Direction::Insufficient;
        }
    }
}

/// Which p-values are discoveries at the false discovery rate `rate`.
///
/// Benjamini and Hochberg, "Controlling the False Discovery Rate", JRSS B 57(1), 1995.
pub fn discoveries(p_values: &[f64], rate: f64) -> Vec<bool> {
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let bound = sorted
        .iter()
        .enumerate()
        .rev()
        .find(|(i, p)| **p <= rate * (*i as f64 + 1.0) / sorted.len() as f64)
        .map(|(_, p)| *p);
    p_values
        .iter()
        .map(|p| bound.is_some_and(|bound| *p <= bound))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn cell(support: u32, neutral: u32, oppose: u32) -> Cell {
        Cell {
            support,
            neutral,
            oppose,
        }
    }

    #[test]
    fn directions_have_their_meaning() {
        let name = |a, b| shift(a, b).unwrap().direction;
        assert_eq!(name(cell(9, 0, 0), cell(0, 0, 9)), Direction::Reversed);
        assert_eq!(name(cell(0, 12, 0), cell(12, 0, 0)), Direction::Hardened);
        assert_eq!(name(cell(0, 0, 12), cell(0, 12, 1)), Direction::Softened);
        assert_eq!(name(cell(200, 0, 0), cell(200, 0, 0)), Direction::Unchanged);
        assert_eq!(name(cell(1, 0, 0), cell(0, 0, 1)), Direction::Insufficient);
        assert_eq!(shift(cell(0, 0, 0), cell(1, 0, 0)), None);
    }

    #[test]
    fn the_permutation_test_has_known_answers() {
        // Of the 20 ways to choose 3 of 6, two separate three supports from three opposes.
        assert!((p_value(cell(3, 0, 0), cell(0, 0, 3)) - 0.1).abs() < 1e-9);
        assert!((p_value(cell(3, 0, 0), cell(3, 0, 0)) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn benjamini_and_hochberg_step_up() {
        assert_eq!(
            discoveries(&[0.01, 0.04, 0.03, 0.5], 0.05),
            [true, false, false, false]
        );
        assert_eq!(discoveries(&[0.01, 0.02, 0.03, 0.04], 0.05), [true; 4]);
        assert!(discoveries(&[], 0.05).is_empty());
    }

    #[test]
    fn false_discoveries_stay_below_their_rate() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut draw = |n: u32, support: f64, neutral: f64| {
            let mut cell = Cell::default();
            for _ in 0..n {
                let u: f64 = rng.random();
                match u {
                    u if u < support => cell.support += 1,
                    u if u < support + neutral => cell.neutral += 1,
                    _ => cell.oppose += 1,
                }
            }
            cell
        };
        let grids = 300;
        let mut known = Shifts::default();
        // Of the significant ones and of those whose move is named.
        let mut shares = [0.0; 2];
        for grid in 0..grids {
            let mut shifts = Vec::new();
            for row in 0..40 {
                let n = 2 + (grid + row) % 29;
                let support = f64::from(row % 8) / 10.0;
                let earlier = draw(n, support, 0.2);
                // Every fifth row really moves.
                let moved = if row % 5 == 0 {
                    0.75 - support
                } else {
                    support
                };
                shifts.push(known.between(earlier, draw(n, moved, 0.2)).unwrap());
            }
            settle(shifts.iter_mut());
            let named = |shift: &Shift| {
                !matches!(
                    shift.direction,
                    Direction::Unchanged | Direction::Insufficient
                )
            };
            let told = [|shift: &Shift| shift.significant, named];
            for (share, told) in shares.iter_mut().zip(told) {
                let found = shifts.iter().enumerate().filter(|(_, shift)| told(shift));
                let (all, wrong) = found.fold((0, 0), |(all, wrong), (row, _)| {
                    (all + 1, wrong + u32::from(row % 5 != 0))
                });
                *share += f64::from(wrong) / f64::from(all.max(1));
            }
        }
        for share in shares {
            let rate = share / f64::from(grids);
            println!("false discovery rate: {rate:.4}");
            assert!(rate <= FALSE_DISCOVERY_RATE, "{rate}");
        }
    }

    proptest! {
        #[test]
        fn going_back_is_the_shift_turned_round(a in (0u32..12, 0u32..12, 0u32..12), b in (0u32..12, 0u32..12, 0u32..12)) {
            let (a, b) = (cell(a.0, a.1, a.2), cell(b.0, b.1, b.2));
            prop_assume!(a.count() > 0 && b.count() > 0);
            let (there, back) = (shift(a, b).unwrap(), shift(b, a).unwrap());
            prop_assert!((there.difference + back.difference).abs() < 1e-12);
            prop_assert!((there.probability - back.probability).abs() < 1e-9);
            prop_assert!((there.p_value - back.p_value).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&there.p_value));
            prop_assert!(there.interval.low <= there.interval.high);
        }

        /// The sum over all pairs of steps is what the cumulative sums abbreviate.
        #[test]
        fn it_is_the_difference_of_two_posteriors(a in (0u32..9, 0u32..9, 0u32..9), b in (0u32..9, 0u32..9, 0u32..9)) {
            let (a, b) = (cell(a.0, a.1, a.2), cell(b.0, b.1, b.2));
            prop_assume!(a.count() > 0 && b.count() > 0);
            let (before, after) = (a.posterior(), b.posterior());
            let mut moved = 0.0;
            for (i, p) in after.mass().iter().enumerate() {
                for (j, q) in before.mass().iter().enumerate() {
                    if (i as f64 - j as f64).abs() * 2.0 / STEPS as f64 > DELTA + 1e-9 {
                        moved += p * q;
                    }
                }
            }
            let shift = shift(a, b).unwrap();
            prop_assert!((shift.probability - moved).abs() < 1e-9);
            prop_assert!(at_most(&before, &after, (shift.interval.high * 100.0).round() as i64) >= 0.975 - 1e-9);
        }
    }
}
