//! Who agrees with whom: congruence and conflict between sides, with intervals.
//!
//! Leifeld, "Discourse Network Analysis", The Oxford Handbook of Political Networks, 2017. With
//! x[a,j,k] the number of positions of side a on issue j with stance k, and R = 2:
//! congruence C[a,b] = Σ over j,k,k' of x[a,j,k] x[b,j,k'] (1 − |k − k'|/R), conflict F[a,b] the same
//! with |k − k'|/R, agreement C/(C + F).

use super::{Cell, Observation};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

/// What a side said on each issue: stance counts, indexed by issue.
pub type Profile = Vec<Cell>;

/// Congruence and conflict of a pair of profiles.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tie {
    /// C, at least 0.
    pub congruence: f64,
    /// F, at least 0.
    pub conflict: f64,
}

impl Tie {
    /// The tie of two profiles over the same issues.
    pub fn between(a: &[Cell], b: &[Cell]) -> Tie {
        let mut tie = Tie::default();
        for (x, y) in a.iter().zip(b) {
            tie.add(weights(*x), weights(*y));
        }
        tie
    }

    fn add(&mut self, [o, z, s]: [f64; 3], [p, y, t]: [f64; 3]) {
        // A neutral beside a taken side is half congruent and half in conflict.
        let half = 0.5 * (z * (t + p) + y * (s + o));
        self.congruence += s * t + z * y + o * p + half;
        self.conflict += s * p + o * t + half;
    }

    /// C − F.
    pub fn subtract(self) -> f64 {
        self.congruence - self.conflict
    }

    /// C/(C + F), in 0..=1; `None` where the two share no issue.
    pub fn agreement(self) -> Option<f64> {
        let sum = self.congruence + self.conflict;
        (sum > 0.0).then(|| self.congruence / sum)
    }
}

fn weights(cell: Cell) -> [f64; 3] {
    cell.by_value().map(|(_, n)| n)
}

/// How a weight is freed from how much a side speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normalisation {
    /// Not at all.
    #[default]
    None,
    /// w/((n[a] + n[b])/2).
    Average,
    /// Tanimoto's form for counts: w/(C[a,a] + C[b,b] − C[a,b]).
    Jaccard,
    /// The true cosine: w/√(C[a,a] C[b,b]).
    Cosine,
    /// w/(n[a] n[b]), which the Discourse Network Analyzer calls cosine.
    DnaProduct,
}

impl Normalisation {
    /// Every normalisation with its spelling in requests.
    pub const ALL: [(Normalisation, &'static str); 5] = [
        (Normalisation::None, "none"),
        (Normalisation::Average, "average"),
        (Normalisation::Jaccard, "jaccard"),
        (Normalisation::Cosine, "cosine"),
        (Normalisation::DnaProduct, "dna_product"),
    ];

    /// A weight of a pair, normalised; `None` where the divisor is zero.
    ///
    /// `congruence` is C\[a,b\]; `a` and `b` are the extents of the two sides.
    pub fn of(self, weight: f64, congruence: f64, a: Extent, b: Extent) -> Option<f64> {
        let divisor = match self {
            Normalisation::None => 1.0,
            Normalisation::Average => (a.count + b.count) / 2.0,
            Normalisation::Jaccard => a.own + b.own - congruence,
            Normalisation::Cosine => (a.own * b.own).sqrt(),
            Normalisation::DnaProduct => a.count * b.count,
        };
        (divisor > 0.0).then(|| weight / divisor)
    }
}

/// How much a side speaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// n\[a\]: its positions.
    pub count: f64,
    /// C\[a,a\]: its congruence with itself.
    pub own: f64,
}

impl Extent {
    /// The extent of a profile.
    pub fn of(profile: &[Cell]) -> Extent {
        Extent {
            count: profile.iter().map(|cell| f64::from(cell.count())).sum(),
            own: Tie::between(profile, profile).congruence,
        }
    }
}

/// The profiles of `sides` sides over `issues` issues.
pub fn profiles(observations: &[Observation], sides: usize, issues: usize) -> Vec<Profile> {
    let mut profiles = vec![vec![Cell::default(); issues]; sides];
    for o in observations {
        profiles[o.side as usize][o.issue as usize].add(o.stance);
    }
    profiles
}

/// Most elementary steps that the bootstraps of one answer may take together, so that it stays within
/// seconds.
pub const BUDGET: usize = 1_000_000_000;

/// Number of replicates asked for by default.
pub const REPLICATES: usize = 1_000;

/// Fewest replicates from which a 95 % interval is read.
const FEWEST: usize = 100;

/// Bootstrap intervals of agreement.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap {
    /// Replicates drawn: fewer than asked for where the network is large, 0 where it is too large.
    pub replicates: usize,
    /// 95 % interval of the agreement of each pair (a < b); a pair that shares no issue in half of the
    /// replicates or more has none.
    pub intervals: HashMap<(u32, u32), (f64, f64)>,
}

/// Percentile intervals of agreement from a bootstrap over articles.
///
/// Whole articles are drawn with replacement, because positions of one article are not independent.
/// The generator is ChaCha8 with `seed`; `budget` bounds the elementary steps (see [`BUDGET`]).
pub fn bootstrap(
    observations: &[Observation],
    sides: usize,
    issues: usize,
    replicates: usize,
    seed: u64,
    budget: usize,
) -> Bootstrap {
    let base = profiles(observations, sides, issues);
    let pairs: Vec<(u32, u32, Vec<u32>)> = (0..sides as u32)
        .flat_map(|a| (a + 1..sides as u32).map(move |b| (a, b)))
        .filter_map(|(a, b)| {
            let (p, q) = (&base[a as usize], &base[b as usize]);
            let shared: Vec<u32> = (0..issues)
                .filter(|&j| p[j].count() > 0 && q[j].count() > 0)
                .map(|j| j as u32)
                .collect();
            (!shared.is_empty()).then_some((a, b, shared))
        })
        .collect();
    let steps = observations.len() + pairs.iter().map(|p| p.2.len() * 8).sum::<usize>();
    let replicates = replicates.min(budget / steps.max(1));
    if replicates < FEWEST || pairs.is_empty() {
        return Bootstrap {
            replicates: 0,
            intervals: HashMap::new(),
        };
    }

    let mut numbers: HashMap<u32, usize> = HashMap::new();
    let article: Vec<usize> = observations
        .iter()
        .map(|o| {
            let next = numbers.len();
            *numbers.entry(o.article).or_insert(next)
        })
        .collect();
    let articles = numbers.len();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut draws: Vec<Vec<f32>> = vec![Vec::with_capacity(replicates); pairs.len()];
    let mut x = vec![[0.0f64; 3]; sides * issues];
    let mut times = vec![0.0f64; articles];
    for _ in 0..replicates {
        times.fill(0.0);
        for _ in 0..articles {
            times[rng.random_range(0..articles as u32) as usize] += 1.0;
        }
        x.fill([0.0; 3]);
        for (o, a) in observations.iter().zip(&article) {
            let at = o.side as usize * issues + o.issue as usize;
            x[at][(o.stance.value() + 1) as usize] += times[*a];
        }
        for ((a, b, shared), draws) in pairs.iter().zip(&mut draws) {
            let mut tie = Tie::default();
            for j in shared {
                tie.add(
                    x[*a as usize * issues + *j as usize],
                    x[*b as usize * issues + *j as usize],
                );
            }
            if let Some(agreement) = tie.agreement() {
                draws.push(agreement as f32);
            }
        }
    }
    let intervals = pairs
        .iter()
        .zip(draws)
        .filter(|(_, draws)| draws.len() * 2 > replicates)
        .map(|((a, b, _), mut draws)| {
            draws.sort_by(f32::total_cmp);
            // Draws are kept as short floats; further digits would say nothing.
            let at = |share: f64| {
                let place = ((draws.len() - 1) as f64 * share).round() as usize;
                (f64::from(draws[place]) * 1e6).round() / 1e6
            };
            ((*a, *b), (at(0.025), at(0.975)))
        })
        .collect();
    Bootstrap {
        replicates,
        intervals,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stance;
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
        let (a, b) = (
            [cell(2, 0, 0), cell(1, 0, 1)],
            [cell(1, 0, 1), cell(0, 2, 0)],
        );
        // Issue 1: 2·1 alike, 2·1 opposite. Issue 2: 2 positions beside 2 neutrals, half each.
        let tie = Tie::between(&a, &b);
        assert_eq!((tie.congruence, tie.conflict), (4.0, 4.0));
        assert_eq!(tie.agreement(), Some(0.5));
        let (m, n) = (Extent::of(&a), Extent::of(&b));
        assert_eq!((m.count, m.own, n.count, n.own), (4.0, 6.0, 4.0, 6.0));
        let of = |normalisation: Normalisation| normalisation.of(4.0, 4.0, m, n);
        assert_eq!(of(Normalisation::None), Some(4.0));
        assert_eq!(of(Normalisation::Average), Some(1.0));
        assert_eq!(of(Normalisation::Jaccard), Some(0.5));
        assert_eq!(of(Normalisation::Cosine), Some(4.0 / 6.0));
        assert_eq!(of(Normalisation::DnaProduct), Some(0.25));
        let nothing = Extent::of(&[cell(0, 0, 0)]);
        assert_eq!(Normalisation::Average.of(0.0, 0.0, nothing, nothing), None);
        assert_eq!(Tie::between(&a[..0], &b[..0]).agreement(), None);
        // A side is exactly as congruent with itself as the true measures of likeness can say.
        assert_eq!(Normalisation::Cosine.of(m.own, m.own, m, m), Some(1.0));
        assert_eq!(Normalisation::Jaccard.of(m.own, m.own, m, m), Some(1.0));
    }

    fn observations() -> impl Strategy<Value = Vec<Observation>> {
        prop::collection::vec((0u32..4, 0u32..3, -1i8..=1, 0u32..10), 1..60).prop_map(|rows| {
            rows.into_iter()
                .map(|(side, issue, stance, article)| Observation {
                    side,
                    actor: side,
                    issue,
                    stance: Stance::from_value(stance),
                    article,
                    group: article,
                    meeting: None,
                    day: None,
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn it_is_the_double_sum_symmetric_and_in_range(all in observations()) {
            let p = profiles(&all, 4, 3);
            for a in 0..4 {
                for b in 0..4 {
                    let tie = Tie::between(&p[a], &p[b]);
                    let (mut c, mut f) = (0.0, 0.0);
                    for (x, y) in p[a].iter().zip(&p[b]) {
                        for (k, n) in x.by_value() {
                            for (l, m) in y.by_value() {
                                c += n * m * (1.0 - (k - l).abs() / 2.0);
                                f += n * m * (k - l).abs() / 2.0;
                            }
                        }
                    }
                    prop_assert!((tie.congruence - c).abs() < 1e-9 && (tie.conflict - f).abs() < 1e-9);
                    let other = Tie::between(&p[b], &p[a]);
                    prop_assert!((tie.congruence - other.congruence).abs() < 1e-9);
                    prop_assert!((tie.conflict - other.conflict).abs() < 1e-9);
                    if let Some(agreement) = tie.agreement() {
                        prop_assert!((0.0..=1.0).contains(&agreement));
                    }
                }
            }
        }

        #[test]
        fn a_bootstrap_repeats_itself_and_holds_what_is_certain(all in observations(), seed in 0u64..9) {
            let one = bootstrap(&all, 4, 3, 200, seed, BUDGET);
            prop_assert_eq!(&one, &bootstrap(&all, 4, 3, 200, seed, BUDGET));
            let p = profiles(&all, 4, 3);
            for ((a, b), (low, high)) in &one.intervals {
                let tie = Tie::between(&p[*a as usize], &p[*b as usize]);
                prop_assert!(0.0 <= *low && low <= high && *high <= 1.0);
                if tie.conflict == 0.0 {
                    prop_assert_eq!((*low, *high), (1.0, 1.0));
                }
            }
        }
    }
}
