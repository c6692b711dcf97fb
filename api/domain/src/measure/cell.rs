//! The position of one cell: side × issue × meeting.

use crate::Stance;
use statrs::function::beta::beta_reg;

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

/// Mean stance of a cell: (S − O) / (S + O + Z), in -1..=1; `None` for an empty cell.
///
/// The scale {-1, 0, +1} is fixed, so the mean of positions is the mean of their stances.
pub fn mean_stance(support: u64, neutral: u64, oppose: u64) -> Option<f64> {
    let count = support + neutral + oppose;
    (count > 0).then(|| (support as f64 - oppose as f64) / count as f64)
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

    /// Mean stance, `None` for an empty cell.
    pub fn mean(self) -> Option<f64> {
        mean_stance(self.support.into(), self.neutral.into(), self.oppose.into())
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

    /// True when the interval excludes one of the two signs: the cell says on which side it stands.
    pub fn sufficient(self) -> bool {
        self.interval().is_some_and(|i| i.low > 0.0 || i.high < 0.0)
    }
}

/// Steps into which the range -1..=1 of a [`Posterior`] is cut.
pub const STEPS: usize = 200;

/// Posterior of a cell's mean stance p(support) − p(oppose), as probabilities of [`STEPS`] equal
/// steps from -1 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    mass: Vec<f64>,
}

impl Posterior {
    fn of(cell: Cell) -> Posterior {
        let (a, b, c) = (
            f64::from(cell.support) + PRIOR,
            f64::from(cell.oppose) + PRIOR,
            f64::from(cell.neutral) + PRIOR,
        );
        let below = cumulative(a, b, c);
        let mass = below
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).max(0.0))
            .collect::<Vec<_>>();
        let whole: f64 = mass.iter().sum();
        Posterior {
            mass: mass.into_iter().map(|m| m / whole).collect(),
        }
    }

    /// Probabilities of the steps, from -1 to 1.
    pub fn mass(&self) -> &[f64] {
        &self.mass
    }

    /// Middle of a step.
    pub fn at(step: usize) -> f64 {
        -1.0 + (step as f64 + 0.5) * 2.0 / STEPS as f64
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

/// P(mean stance ≤ t) at the edges t of the steps.
///
/// With Dirichlet(a, b, c) on (support, oppose, neutral), z = p(neutral) ~ Beta(c, a + b) and
/// u = p(support)/(1 − z) ~ Beta(a, b) are independent, and the mean stance is (1 − z)(2u − 1). The
/// outer integral runs over quantile-like slices of z, whose masses are exact.
fn cumulative(a: f64, b: f64, c: f64) -> Vec<f64> {
    const SLICES: usize = 96;
    // Slices are finer near both ends, where Beta densities with small counts pile up.
    let edge = |i: usize| {
        let x = i as f64 / SLICES as f64;
        x * x * (3.0 - 2.0 * x)
    };
    let slices: Vec<(f64, f64)> = (0..SLICES)
        .map(|i| {
            let (low, high) = (edge(i), edge(i + 1));
            let mass = regularised(c, a + b, high) - regularised(c, a + b, low);
            ((low + high) / 2.0, mass)
        })
        .filter(|(_, mass)| *mass > 1e-12)
        .collect();
    (0..=STEPS)
        .map(|step| {
            let t = -1.0 + step as f64 * 2.0 / STEPS as f64;
            slices
                .iter()
                .map(|&(z, mass)| mass * regularised(a, b, (t / (1.0 - z) + 1.0) / 2.0))
                .sum()
        })
        .collect()
}

/// Regularised incomplete beta function, with x cut to 0..=1.
fn regularised(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x >= 1.0 {
        1.0
    } else {
        beta_reg(a, b, x)
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
        assert_eq!(mean_stance(0, 0, 0), None);
        assert_eq!(mean_stance(3, 0, 1), Some(0.5));
        assert_eq!(mean_stance(0, 4, 0), Some(0.0));
        let scaled = cell(3, 9, 0).scaled().unwrap();
        assert!((scaled.theta - 7f64.ln()).abs() < 1e-12);
        assert!((scaled.variance - (1.0 / 3.5 + 2.0)).abs() < 1e-12);
        assert_eq!(cell(0, 0, 0).scaled(), None);
        assert_eq!(cell(0, 0, 0).interval(), None);
    }

    #[test]
    fn few_positions_say_little_and_many_say_much() {
        assert!(!cell(1, 0, 1).sufficient());
        assert!(!cell(1, 0, 0).sufficient());
        assert!(cell(12, 1, 0).sufficient());
        let wide = cell(2, 0, 1).interval().unwrap();
        let narrow = cell(20, 0, 10).interval().unwrap();
        assert!(narrow.high - narrow.low < wide.high - wide.low);
        assert!((narrow.low..narrow.high).contains(&(1.0 / 3.0)));
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
    fn stated_coverage_holds_from_consensus_to_even_split() {
        use rand::SeedableRng;
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(11);
        for n in [2, 3, 4, 5, 7, 10, 15, 20, 30] {
            let coverage = coverage(n, 6_000, PRIOR, &mut rng);
            assert!((0.93..=0.97).contains(&coverage), "n = {n}: {coverage}");
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
