//! How far sides stand in two opposed camps: on one issue, and in the whole network.

use super::Cell;
use super::agreement::{Network, Profile};
use super::cut::{self, Matrix, greatest_cut};
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

/// Polarisation of a network; `None` where no two sides share an issue.
///
/// `seed` steers the local search for networks of more than 14 sides.
pub fn of_network(network: &Network, seed: u64) -> Option<Polarisation> {
    let sides = network.sides();
    let all = Matrix::of(sides, |a, b| {
        let tie = network.tie(a, b);
        tie.congruence + tie.conflict
    });
    let whole = all.sum();
    if whole <= 0.0 {
        return None;
    }
    // Conflict minus congruence between blocs is what a parting takes away from frustration.
    let gained = Matrix::of(sides, |a, b| -network.tie(a, b).subtract());
    let (blocs, exact) = greatest_cut(&gained, seed);
    let parted = gained.between(&blocs);
    let conflict: f64 = network.ties().map(|(_, _, tie)| tie.conflict).sum();
    let (widest, _) = greatest_cut(&all, seed);
    Some(Polarisation {
        index: (parted / all.between(&widest).max(all.between(&blocs))).clamp(0.0, 1.0),
        frustration: ((conflict - parted) / whole).clamp(0.0, 1.0),
        modularity: signed_modularity(network, &blocs),
        blocs,
        exact,
    })
}

/// Modularity with congruence as the positive and conflict as the negative layer.
fn signed_modularity(network: &Network, blocs: &[u8]) -> f64 {
    // Of each bloc the strengths of its sides in each layer, and of each layer the whole.
    let mut strength = [[0.0; 2]; 2];
    let mut whole = [0.0; 2];
    let mut inside = 0.0;
    for (a, b, tie) in network.ties() {
        let (a, b) = (blocs[a] as usize, blocs[b] as usize);
        for (layer, weight) in [tie.congruence, tie.conflict].into_iter().enumerate() {
            strength[a][layer] += weight;
            strength[b][layer] += weight;
            whole[layer] += 2.0 * weight;
        }
        if a == b {
            inside += 2.0 * tie.subtract();
        }
    }
    let mut expected = 0.0;
    for bloc in strength {
        for (layer, sign) in [(0, 1.0), (1, -1.0)] {
            if whole[layer] > 0.0 {
                expected += sign * bloc[layer] * bloc[layer] / whole[layer];
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

/// Most elementary steps, of about a nanosecond each, that the nulls of one answer may take together.
pub const BUDGET: usize = 300_000_000;

/// Fewest draws that say anything.
const FEWEST: usize = 20;

/// Compares an index with networks in which the stances on each issue are dealt out anew.
///
/// Each side keeps how often it speaks on each issue and each issue keeps its stances, which is a
/// degree-preserving null in the sense of Salloum, Chen and Kivelä, "Separating Polarization from
/// Noise", 2022 (doi 10.1145/3512962). The generator is ChaCha8 with `seed`. `None` where `budget`
/// elementary steps (see [`BUDGET`]) do not suffice for twenty draws.
pub fn null(profiles: &[Profile], observed: f64, seed: u64, budget: usize) -> Option<Null> {
    let draws = DRAWS.min(budget / steps(profiles).max(1));
    if draws < FEWEST {
        return None;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut dealt = profiles.to_vec();
    let mut drawn = Vec::with_capacity(draws);
    for draw in 0..draws {
        deal(profiles, &mut dealt, &mut rng);
        drawn.push(
            of_network(&Network::of(&dealt), seed.wrapping_add(draw as u64))
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

/// What one draw costs: dealing, weighing pairs on each issue, and searching for blocs twice.
fn steps(profiles: &[Profile]) -> usize {
    let sides = profiles.len();
    let issues = profiles.iter().map(Vec::len).max().unwrap_or(0);
    let positions = profiles.iter().flatten().map(|cell| cell.count() as usize);
    let search = if sides > cut::EXACT_UP_TO {
        10 * cut::starts(sides) * sides * sides
    } else {
        (2 * sides) << sides
    };
    6 * positions.sum::<usize>() + sides * sides * issues + search
}

/// Deals the stances on each issue out anew: to each side as many as it took.
fn deal(profiles: &[Profile], dealt: &mut [Profile], rng: &mut ChaCha8Rng) {
    let issues = profiles.iter().map(Vec::len).max().unwrap_or(0);
    for issue in 0..issues {
        let mut left = Cell::default();
        for profile in profiles {
            left.merge(profile[issue]);
        }
        for (profile, dealt) in profiles.iter().zip(dealt.iter_mut()) {
            let before = left;
            for _ in 0..profile[issue].count() {
                let at = rng.random_range(0..left.count());
                // Without branches, which nothing could predict.
                let support = u32::from(at < left.support);
                let neutral = u32::from(at < left.support + left.neutral) - support;
                left.support -= support;
                left.neutral -= neutral;
                left.oppose -= 1 - support - neutral;
            }
            dealt[issue] = Cell {
                support: before.support - left.support,
                neutral: before.neutral - left.neutral,
                oppose: before.oppose - left.oppose,
            };
        }
    }
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

    fn polarised(profiles: &[Profile]) -> Option<Polarisation> {
        of_network(&Network::of(profiles), 7)
    }

    fn index(profiles: &[Profile]) -> f64 {
        polarised(profiles).unwrap().index
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
        let found = polarised(&blocs).unwrap();
        assert_eq!((found.index, found.frustration), (1.0, 0.0));
        assert_eq!(found.blocs, [0, 0, 0, 1, 1, 1]);
        assert!(found.modularity > 0.4);
        let consensus = vec![for_it.clone(); 6];
        assert_eq!(index(&consensus), 0.0);
        let mut dissenter = consensus;
        dissenter[5] = against;
        // One of six: 5 pairs of 9 that the widest cut has.
        assert!((index(&dissenter) - 5.0 / 9.0).abs() < 1e-12);
        assert_eq!(polarised(&[vec![cell(1, 0, 0)]]), None);
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
        let found = polarised(&blocs).unwrap();
        assert!(!found.exact);
        assert_eq!((found.index, found.frustration), (1.0, 0.0));
    }

    #[test]
    fn the_search_from_few_starts_finds_large_blocs_among_noise() {
        // 400 sides in two camps of which each says the contrary one time in four.
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let camps: Vec<Profile> = (0..400)
            .map(|side| {
                let mut profile = vec![Cell::default(); 20];
                for cell in &mut profile {
                    let camp = if side % 2 == 0 { 1 } else { -1 };
                    let stance = if rng.random_range(0..4u32) == 0 {
                        -camp
                    } else {
                        camp
                    };
                    cell.add(crate::Stance::from_value(stance));
                }
                profile
            })
            .collect();
        assert!(cut::starts(400) < cut::starts(40));
        let found = polarised(&camps).unwrap();
        let sides = found.blocs.iter().zip((0..=1u8).cycle());
        let first = sides.filter(|(bloc, side)| *bloc == side).count();
        // A few speak more often like the other camp than like their own.
        let together = first.max(400 - first);
        assert!(together > 390, "{together}");
    }

    #[test]
    fn opposed_blocs_are_no_accident_and_noise_is() {
        let network = |mut stance: Box<dyn FnMut(u32) -> i8>| -> Vec<Profile> {
            let of = |side| {
                let issues = (0..10).map(|_| Cell::of([crate::Stance::from_value(stance(side))]));
                issues.collect()
            };
            (0..8).map(of).collect()
        };
        let compare = |all: &[Profile]| null(all, index(all), 3, BUDGET).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let ordered = network(Box::new(|side| (side % 2) as i8 * 2 - 1));
        let noise = network(Box::new(move |_| rng.random_range(0..2i32) as i8 * 2 - 1));
        assert!(compare(&ordered).p_value < 0.02);
        assert!(compare(&noise).p_value > 0.05);
        assert_eq!(null(&noise, 0.5, 3, BUDGET), null(&noise, 0.5, 3, BUDGET));
        assert_eq!(null(&noise, 0.5, 3, 1_000), None);
    }

    #[test]
    fn every_deal_of_the_stances_is_as_likely() {
        // Two supports and two opposes to two sides with two positions each: of the six ways to deal,
        // one gives the first side both supports.
        let profiles = [vec![cell(2, 0, 0)], vec![cell(0, 0, 2)]];
        let mut dealt = profiles.to_vec();
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let mut both = 0;
        for _ in 0..6_000 {
            deal(&profiles, &mut dealt, &mut rng);
            both += u32::from(dealt[0][0].support == 2);
        }
        assert!((900..1_100).contains(&both), "{both}");
    }

    proptest! {
        #[test]
        fn it_is_in_range_and_blind_to_names(rows in prop::collection::vec((0u32..5, 0u32..5, 0u32..5, 0u32..5), 2..9)) {
            let profiles: Vec<_> = rows.iter().map(|r| vec![cell(r.0, r.1, r.2), cell(r.3, 0, r.0)]).collect();
            let reversed: Vec<_> = profiles.iter().rev().cloned().collect();
            let (one, other) = (polarised(&profiles), polarised(&reversed));
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!((0.0..=1.0).contains(&one.index));
                prop_assert!((one.index - other.index).abs() < 1e-9);
                prop_assert!((one.frustration - other.frustration).abs() < 1e-9);
            }
        }

        #[test]
        fn dealing_keeps_who_speaks_and_what_is_said(rows in prop::collection::vec((0u32..5, 0u32..5, 0u32..5), 1..9), seed in 0u64..99) {
            let profiles: Vec<_> = rows.iter().map(|r| vec![cell(r.0, r.1, r.2), cell(r.1, 1, r.0)]).collect();
            let mut dealt = profiles.clone();
            deal(&profiles, &mut dealt, &mut ChaCha8Rng::seed_from_u64(seed));
            for issue in 0..2 {
                let (mut before, mut after) = (Cell::default(), Cell::default());
                for (was, is) in profiles.iter().zip(&dealt) {
                    prop_assert_eq!(was[issue].count(), is[issue].count());
                    before.merge(was[issue]);
                    after.merge(is[issue]);
                }
                prop_assert_eq!(before, after);
            }
        }
    }
}
