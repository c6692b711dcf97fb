//! The position of one cell: side × issue × meeting.

use crate::Stance;
use foldhash::fast::FixedState;
use rayon::prelude::*;
use statrs::function::beta::beta_reg;
use std::collections::{HashMap, HashSet};

/// Weight of the symmetric Dirichlet prior for each of the three stances: a third, so that the
/// prior weighs as much as one position in all.
pub const PRIOR: f64 = 1.0 / 3.0;

/// Numbers of positions of one cell by stance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Cell {
    /// S: positions that support the proposition.
    pub support: u32,
    /// Z: positions that are neutral.
    pub neutral: u32,
    /// O: positions that oppose it.
    pub oppose: u32,
}

/// Scaled position θ = ln((S + ½)/(O + ½)) with its variance.
///
/// Lowe, Benoit, Mikhaylov and Laver, "Scaling Policy Preferences from Coded Political Texts",
/// Legislative Studies Quarterly 36(1), 2011. Neutral positions do not enter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaled {
    /// Logit position, unbounded, 0 where both sides weigh the same.
    pub theta: f64,
    /// 1/(S + ½) + 1/(O + ½).
    pub variance: f64,
}

/// A 95 % interval of the mean stance, in -1..=1, with what it allows to say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Cell {
    /// The counts of some stances.
    pub fn of(stances: impl IntoIterator<Item = Stance>) -> Cell {
        let mut cell = Cell::default();
        for stance in stances {
            cell.add(stance);
        }
        cell
    }

    /// Counts one more position.
    pub fn add(&mut self, stance: Stance) {
        match stance {
            Stance::Support => self.support += 1,
            Stance::Neutral => self.neutral += 1,
            Stance::Oppose => self.oppose += 1,
        }
    }

    /// Adds the positions of another cell.
    pub fn merge(&mut self, other: Cell) {
        self.support += other.support;
        self.neutral += other.neutral;
        self.oppose += other.oppose;
    }

    /// Number of positions.
    pub fn count(self) -> u32 {
        self.support + self.neutral + self.oppose
    }

    /// Counts as (stance value, number), from oppose to support.
    pub fn by_value(self) -> [(f64, f64); 3] {
        [
            (-1.0, f64::from(self.oppose)),
            (0.0, f64::from(self.neutral)),
            (1.0, f64::from(self.support)),
        ]
    }

    /// Mean stance: (S − O) / (S + O + Z), in -1..=1; `None` for an empty cell.
    ///
    /// The scale {-1, 0, +1} is fixed, so the mean of positions is the mean of their stances.
    pub fn mean(self) -> Option<f64> {
        let balance = f64::from(self.support) - f64::from(self.oppose);
        (self.count() > 0).then(|| balance / f64::from(self.count()))
    }

    /// Scaled position; `None` for an empty cell.
    pub fn scaled(self) -> Option<Scaled> {
        let (s, o) = (f64::from(self.support) + 0.5, f64::from(self.oppose) + 0.5);
        (self.count() > 0).then(|| Scaled {
            theta: (s / o).ln(),
            variance: 1.0 / s + 1.0 / o,
        })
    }

    /// Posterior of the mean stance.
    pub fn posterior(self) -> Posterior {
        Posterior::of(self)
    }

    /// The shortest interval that holds 95 % of the posterior of the mean stance.
    ///
    /// `None` for an empty cell. The posterior is Dirichlet with [`PRIOR`] added to each count. The
    /// coverage is that of a Bayesian interval: 95 % on average over true mixes of stances, not at
    /// each single mix, which no interval on so few discrete answers can reach (of two answers
    /// there are only five means).
    pub fn interval(self) -> Option<Interval> {
        (self.count() > 0).then(|| self.posterior().shortest(0.95))
    }
}

impl Interval {
    /// True when it excludes one of the two signs: the cell says on which side it stands.
    pub fn sufficient(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Steps into which the range -1..=1 of a [`Posterior`] is cut.
pub const STEPS: usize = 200;

/// Slices of the neutral share, and of the supporting share of what is not neutral, over which a
/// posterior is summed.
const NEUTRAL_SLICES: usize = 64;
const SUPPORT_SLICES: usize = 128;

/// Posterior of a cell's mean stance p(support) − p(oppose), as probabilities of [`STEPS`] equal
/// steps from -1 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    mass: Vec<f64>,
    /// Probability below the lower edge of each step, and 1 at the end.
    below: Vec<f64>,
}

impl Posterior {
    /// With Dirichlet(a, b, c) on (support, oppose, neutral), z = p(neutral) ~ Beta(c, a + b) and
    /// u = p(support)/(1 − z) ~ Beta(a, b) are independent, and the mean stance is (1 − z)(2u − 1).
    /// Both are cut into slices of exactly known mass, and each pair of slices lays its mass evenly
    /// over the means that it spans.
    fn of(cell: Cell) -> Posterior {
        let (a, b, c) = (
            f64::from(cell.support) + PRIOR,
            f64::from(cell.oppose) + PRIOR,
            f64::from(cell.neutral) + PRIOR,
        );
        let support = slices(a, b, SUPPORT_SLICES);
        let mut mass = vec![0.0; STEPS];
        for (low, high, neutral) in slices(c, a + b, NEUTRAL_SLICES) {
            let taken = 1.0 - (low + high) / 2.0;
            for &(low, high, share) in &support {
                let place = |u: f64| (taken * (2.0 * u - 1.0) + 1.0) * STEPS as f64 / 2.0;
                lay(&mut mass, place(low), place(high), neutral * share);
            }
        }
        let whole: f64 = mass.iter().sum();
        mass.iter_mut().for_each(|m| *m /= whole);
        let mut below = Vec::with_capacity(STEPS + 1);
        let mut sum = 0.0;
        below.push(sum);
        for m in &mass {
            sum += m;
            below.push(sum);
        }
        Posterior { mass, below }
    }

    /// Probabilities of the steps, from -1 to 1.
    pub fn mass(&self) -> &[f64] {
        &self.mass
    }

    /// Probability of the first `steps` steps; beyond the ends that of none or of all.
    pub fn below(&self, steps: i64) -> f64 {
        self.below[steps.clamp(0, STEPS as i64) as usize]
    }

    /// Probability that the mean stance is above 0.
    pub fn positive(&self) -> f64 {
        self.mass[STEPS / 2..].iter().sum()
    }

    /// The shortest run of steps that holds at least `share` of the probability.
    pub fn shortest(&self, share: f64) -> Interval {
        let (mut best, mut from, mut held) = ((0, STEPS), 0, 0.0);
        for to in 0..STEPS {
            held += self.mass[to];
            while held - self.mass[from] >= share {
                held -= self.mass[from];
                from += 1;
            }
            if held >= share && to + 1 - from < best.1 - best.0 {
                best = (from, to + 1);
            }
        }
        let edge = |step: usize| -1.0 + step as f64 * 2.0 / STEPS as f64;
        Interval {
            low: edge(best.0),
            high: edge(best.1),
        }
    }
}

/// Slices of 0..=1 as (lower edge, upper edge, mass under Beta(a, b)), those without mass left out.
///
/// They are finer near both ends, where Beta densities with small counts pile up.
fn slices(a: f64, b: f64, count: usize) -> Vec<(f64, f64, f64)> {
    let edge = |i: usize| {
        let x = i as f64 / count as f64;
        x * x * (3.0 - 2.0 * x)
    };
    let mut below = 0.0;
    (1..=count)
        .map(|i| {
            let upto = if i == count {
                1.0
            } else {
                beta_reg(a, b, edge(i))
            };
            let mass = upto - below;
            below = upto;
            (edge(i - 1), edge(i), mass)
        })
        .filter(|(_, _, mass)| *mass > 1e-12)
        .collect()
}

/// Lays `mass` evenly over the places from `low` to `high`, counted in steps.
fn lay(steps: &mut [f64], low: f64, high: f64, mass: f64) {
    let last = steps.len() - 1;
    let (first, end) = ((low as usize).min(last), (high as usize).min(last));
    if first == end {
        steps[first] += mass;
        return;
    }
    let density = mass / (high - low);
    steps[first] += ((first + 1) as f64 - low) * density;
    for step in &mut steps[first + 1..end] {
        *step += density;
    }
    steps[end] += (high - end as f64) * density;
}

/// The 95 % intervals of many cells, of which those with the same counts share one.
#[derive(Debug, Clone, Default)]
pub struct Intervals(HashMap<Cell, Interval, FixedState>);

impl Intervals {
    /// Of these cells; empty ones have none.
    pub fn of(cells: impl IntoIterator<Item = Cell>) -> Intervals {
        let distinct: HashSet<Cell, FixedState> = cells.into_iter().collect();
        let found = distinct
            .into_par_iter()
            .filter_map(|cell| Some((cell, cell.interval()?)));
        Intervals(found.collect())
    }

    /// The interval of one of them.
    pub fn get(&self, cell: Cell) -> Option<Interval> {
        self.0.get(&cell).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell(support: u32, neutral: u32, oppose: u32) -> Cell {
        Cell {
            support,
            neutral,
            oppose,
        }
    }

    #[test]
    fn known_answers() {
        assert_eq!(cell(0, 0, 0).mean(), None);
        assert_eq!(cell(3, 0, 1).mean(), Some(0.5));
        assert_eq!(cell(0, 4, 0).mean(), Some(0.0));
        let scaled = cell(3, 9, 0).scaled().unwrap();
        assert!((scaled.theta - 7f64.ln()).abs() < 1e-12);
        assert!((scaled.variance - (1.0 / 3.5 + 2.0)).abs() < 1e-12);
        assert_eq!(cell(0, 0, 0).scaled(), None);
        assert_eq!(cell(0, 0, 0).interval(), None);
    }

    #[test]
    fn few_positions_say_little_and_many_say_much() {
        let sufficient = |cell: Cell| cell.interval().unwrap().sufficient();
        assert!(!sufficient(cell(1, 0, 1)));
        assert!(!sufficient(cell(1, 0, 0)));
        assert!(sufficient(cell(12, 1, 0)));
        let wide = cell(2, 0, 1).interval().unwrap();
        let narrow = cell(20, 0, 10).interval().unwrap();
        assert!(narrow.high - narrow.low < wide.high - wide.low);
        assert!((narrow.low..narrow.high).contains(&(1.0 / 3.0)));
    }

    #[test]
    fn a_posterior_has_the_moments_of_its_dirichlet() {
        for seen in [
            cell(0, 0, 0),
            cell(1, 0, 0),
            cell(2, 1, 0),
            cell(7, 5, 9),
            cell(0, 40, 1),
        ] {
            let [a, b, c] = [seen.support, seen.oppose, seen.neutral].map(|n| f64::from(n) + PRIOR);
            let n = a + b + c;
            let mean = (a - b) / n;
            let variance = ((a + b) / n - mean * mean) / (n + 1.0);
            let posterior = seen.posterior();
            let at = |step: usize| -1.0 + (step as f64 + 0.5) * 2.0 / STEPS as f64;
            let moment = |of: &dyn Fn(f64) -> f64| -> f64 {
                let steps = posterior.mass().iter().enumerate();
                steps.map(|(step, mass)| mass * of(at(step))).sum()
            };
            let (found, spread) = (moment(&|x| x), moment(&|x| (x - mean) * (x - mean)));
            assert!((found - mean).abs() < 1e-3, "{seen:?}: {found} for {mean}");
            assert!(
                (spread - variance).abs() < 1e-3,
                "{seen:?}: {spread} for {variance}"
            );
            assert!((posterior.below(STEPS as i64) - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_posterior_without_neutrals_is_close_to_a_beta() {
        // With no neutral position the neutral share is small, and P(mean > 0) is close to
        // P(Beta(S + 1/3, O + 1/3) > 1/2), which for 5 against 1 is known to be about 0.96.
        let p = cell(5, 0, 1).posterior().positive();
        assert!((0.93..0.98).contains(&p), "{p}");
    }

    /// Coverage of the 95 % interval for cells of `n` positions, over true mixes from a prior.
    fn coverage(n: u32, trials: u32, concentration: f64, rng: &mut rand_chacha::ChaCha8Rng) -> f64 {
        use rand::Rng;
        let mut known: std::collections::HashMap<Cell, Interval> = std::collections::HashMap::new();
        let mut held = 0;
        for _ in 0..trials {
            // A Dirichlet draw as normalised gammas, by Johnk's and Marsaglia's way for small shapes.
            let mut gamma = || loop {
                let (u, v): (f64, f64) = (rng.random(), rng.random());
                let b = 1.0 + concentration / std::f64::consts::E;
                let p = b * u;
                if p <= 1.0 {
                    let x = p.powf(1.0 / concentration);
                    if v <= (-x).exp() {
                        break x;
                    }
                } else {
                    let x = -((b - p) / concentration).ln();
                    if v <= x.powf(concentration - 1.0) {
                        break x;
                    }
                }
            };
            let (s, z, o) = (gamma(), gamma(), gamma());
            let whole = s + z + o;
            let truth = (s - o) / whole;
            let mut seen = Cell::default();
            for _ in 0..n {
                let u: f64 = rng.random::<f64>() * whole;
                seen.add(Stance::from_value(if u < s {
                    1
                } else if u < s + z {
                    0
                } else {
                    -1
                }));
            }
            let interval = known
                .entry(seen)
                .or_insert_with(|| seen.interval().unwrap());
            held += u32::from(interval.low <= truth && truth <= interval.high);
        }
        f64::from(held) / f64::from(trials)
    }

    #[test]
    fn stated_coverage_holds_on_average_over_true_mixes() {
        use rand::SeedableRng;
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(11);
        for n in 2..=30 {
            let coverage = coverage(n, 6_000, PRIOR, &mut rng);
            // Shown with `--nocapture`.
            println!("n = {n}: {coverage:.4}");
            assert!((0.93..=0.97).contains(&coverage), "n = {n}: {coverage}");
        }
        // Over all mixes evenly, among which consensus is rarer than the prior has it, the smallest cells fall a
        // little short.
        for n in 2..=30 {
            let coverage = coverage(n, 6_000, 1.0, &mut rng);
            println!("even, n = {n}: {coverage:.4}");
            assert!((0.91..=0.97).contains(&coverage), "n = {n}: {coverage}");
        }
    }

    proptest! {
        #[test]
        fn turning_the_proposition_round_turns_everything_round(s in 0u32..40, z in 0u32..40, o in 0u32..40) {
            prop_assume!(s + z + o > 0);
            let (one, other) = (cell(s, z, o), cell(o, z, s));
            prop_assert_eq!(one.mean().unwrap(), -other.mean().unwrap() + 0.0);
            prop_assert!((one.scaled().unwrap().theta + other.scaled().unwrap().theta).abs() < 1e-12);
            let (p, q) = (one.posterior().positive(), other.posterior().positive());
            prop_assert!((p + q - 1.0).abs() < 1e-6, "{} {}", p, q);
            let i = one.interval().unwrap();
            prop_assert!(-1.0 <= i.low && i.low < i.high && i.high <= 1.0);
        }
    }
}
