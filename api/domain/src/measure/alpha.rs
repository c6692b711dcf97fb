//! How far repeated codings of the same thing agree beyond chance: Krippendorff's alpha.
//!
//! Krippendorff, "Content Analysis", 4th edition, 2018, chapter 12; Hayes and Krippendorff, "Answering
//! the Call for a Standard Reliability Measure for Coding Data", Communication Methods and Measures
//! 1(1), 2007. With o\[c,k\] the coincidences of the values c and k within units, n\[c\] their sums and
//! n the sum of these: α = 1 − (n − 1) Σ o\[c,k\] δ²\[c,k\] / Σ n\[c\] n\[k\] δ²\[c,k\].

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How unlike two values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Values are the same or not: δ² is 0 or 1.
    Nominal,
    /// Values are ordered: δ²\[c,k\] is the square of how many codings lie from c to k, those of c and
    /// k themselves counted half.
    Ordinal,
}

/// Why there is no alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// No unit was coded twice.
    NoPairs,
    /// Every pairable coding is the same, so that chance agreement cannot be told from any other.
    NoVariation,
}

/// Alpha with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alpha {
    /// At most 1, which is perfect agreement; 0 is what chance gives; less is systematic disagreement.
    pub alpha: f64,
    /// 95 % percentile interval from a bootstrap over units; `None` where more than a twentieth of the
    /// replicates have no alpha or where the units are too many to draw enough.
    pub interval: Option<(f64, f64)>,
}

/// Replicates of the bootstrap.
pub const REPLICATES: usize = 1_000;

/// Fewest replicates from which an interval is read.
const FEWEST: usize = 100;

/// Most pairs of values that are looked at over all replicates.
const BUDGET: usize = 100_000_000;

/// Units that were coded at least twice; the others cannot agree or disagree.
pub fn pairable<const N: usize>(units: &[[u32; N]]) -> Vec<[u32; N]> {
    let twice = |unit: &&[u32; N]| unit.iter().sum::<u32>() >= 2;
    units.iter().filter(twice).copied().collect()
}

/// Krippendorff's alpha of some units.
///
/// A unit is how often it was given each of N values, in the order of their scale. Units with fewer
/// than two codings do not count.
pub fn alpha<const N: usize>(units: &[[u32; N]], metric: Metric) -> Result<f64, Undefined> {
    let mut coincidences = [[0.0; N]; N];
    for unit in units {
        let codings: f64 = unit.iter().map(|n| f64::from(*n)).sum();
        if codings < 2.0 {
            continue;
        }
        for (c, row) in coincidences.iter_mut().enumerate() {
            for (k, cell) in row.iter_mut().enumerate() {
                let others = f64::from(unit[k]) - if c == k { 1.0 } else { 0.0 };
                *cell += f64::from(unit[c]) * others / (codings - 1.0);
            }
        }
    }
    let sums = coincidences.map(|row| row.iter().sum::<f64>());
    let n: f64 = sums.iter().sum();
    if n == 0.0 {
        return Err(Undefined::NoPairs);
    }
    let (mut observed, mut expected) = (0.0, 0.0);
    for (c, row) in coincidences.iter().enumerate() {
        for (k, together) in row.iter().enumerate() {
            let distance = match metric {
                Metric::Nominal => f64::from(u8::from(c != k)),
                Metric::Ordinal => {
                    let between: f64 = sums[c.min(k)..=c.max(k)].iter().sum();
                    (between - (sums[c] + sums[k]) / 2.0).powi(2)
                }
            };
            observed += together * distance;
            expected += sums[c] * sums[k] * distance;
        }
    }
    if expected == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(1.0 - (n - 1.0) * observed / expected)
}

/// Alpha with a bootstrap interval over units, from ChaCha8 with `seed`.
pub fn with_interval<const N: usize>(
    units: &[[u32; N]],
    metric: Metric,
    seed: u64,
) -> Result<Alpha, Undefined> {
    let units = pairable(units);
    let value = alpha(&units, metric)?;
    let replicates = REPLICATES.min(BUDGET / (units.len() * N * N).max(1));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut draws = Vec::with_capacity(replicates);
    let mut drawn = units.clone();
    if replicates >= FEWEST {
        for _ in 0..replicates {
            for place in &mut drawn {
                *place = units[rng.random_range(0..units.len() as u32) as usize];
            }
            draws.extend(alpha(&drawn, metric).ok());
        }
    }
    draws.sort_by(f64::total_cmp);
    let enough = replicates >= FEWEST && draws.len() * 20 >= replicates * 19;
    let at = |share: f64| draws[((draws.len() - 1) as f64 * share).round() as usize];
    Ok(Alpha {
        alpha: value,
        interval: enough.then(|| (at(0.025), at(0.975))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of Krippendorff's "Computing Krippendorff's Alpha-Reliability" (2011), section C:
    /// four observers, twelve units, missing values; here as counts of the values 1 to 5.
    const OBSERVED: [[u32; 5]; 12] = [
        [3, 0, 0, 0, 0],
        [0, 3, 1, 0, 0],
        [0, 0, 4, 0, 0],
        [0, 0, 4, 0, 0],
        [0, 4, 0, 0, 0],
        [1, 1, 1, 1, 0],
        [0, 0, 0, 4, 0],
        [3, 1, 0, 0, 0],
        [0, 4, 0, 0, 0],
        [0, 0, 0, 0, 3],
        [2, 0, 0, 0, 0],
        [0, 0, 1, 0, 0],
    ];

    #[test]
    fn published_answers() {
        let of = |metric| alpha(&OBSERVED, metric).unwrap();
        assert!(
            (of(Metric::Nominal) - 0.743).abs() < 5e-4,
            "{}",
            of(Metric::Nominal)
        );
        assert!(
            (of(Metric::Ordinal) - 0.815).abs() < 5e-4,
            "{}",
            of(Metric::Ordinal)
        );
    }

    #[test]
    fn known_answers() {
        for metric in [Metric::Nominal, Metric::Ordinal] {
            assert_eq!(alpha(&[[2, 0, 0], [0, 0, 2]], metric), Ok(1.0));
            assert_eq!(
                alpha(&[[1, 0, 0], [0, 0, 1]], metric),
                Err(Undefined::NoPairs)
            );
            assert_eq!(
                alpha(&[[2, 0, 0], [3, 0, 0]], metric),
                Err(Undefined::NoVariation)
            );
            // Two units, each coded both ways: o[c,k] = 2, n = 4, so 1 − 3·4/8.
            assert_eq!(alpha(&[[1, 0, 1], [1, 0, 1]], metric), Ok(-0.5));
        }
        // Beside a neighbour one errs less than beside the far end.
        let far = alpha(&[[9, 0, 1], [0, 5, 5]], Metric::Ordinal).unwrap();
        let near = alpha(&[[9, 1, 0], [0, 5, 5]], Metric::Ordinal).unwrap();
        assert!(near > far);
    }

    #[test]
    fn an_interval_holds_the_value_and_repeats_itself() {
        let found = with_interval(&OBSERVED, Metric::Ordinal, 3).unwrap();
        let (low, high) = found.interval.unwrap();
        assert!(low < found.alpha && found.alpha < high && high <= 1.0);
        assert_eq!(found, with_interval(&OBSERVED, Metric::Ordinal, 3).unwrap());
    }

    proptest! {
        #[test]
        fn it_never_exceeds_one_and_reads_the_scale_both_ways(units in prop::collection::vec((0u32..4, 0u32..4, 0u32..4), 1..20)) {
            let units: Vec<[u32; 3]> = units.into_iter().map(|(a, b, c)| [a, b, c]).collect();
            let reversed: Vec<[u32; 3]> = units.iter().map(|[a, b, c]| [*c, *b, *a]).collect();
            for metric in [Metric::Nominal, Metric::Ordinal] {
                match (alpha(&units, metric), alpha(&reversed, metric)) {
                    (Ok(one), Ok(other)) => {
                        prop_assert!(one <= 1.0 + 1e-12);
                        prop_assert!((one - other).abs() < 1e-9);
                    }
                    (one, other) => prop_assert_eq!(one, other),
                }
            }
        }
    }
}
