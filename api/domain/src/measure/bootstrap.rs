//! How sure an agreement is: a bootstrap over articles.
//!
//! Whole articles are drawn with replacement, as often as there are articles, because positions of one
//! article are not independent (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993).

use super::Observation;
use super::agreement::Network;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

/// Most elementary steps, of about a nanosecond each, that the bootstraps of one answer may take
/// together.
pub const BUDGET: usize = 300_000_000;

/// Number of replicates asked for by default.
pub const REPLICATES: usize = 1_000;

/// Fewest replicates from which a 95 % interval is read.
const FEWEST: usize = 100;

/// Replicates that are drawn side by side: positions are gone through once for all of them.
const LANES: usize = 8;

/// A number in each of the replicates drawn side by side.
type Lanes = [f64; LANES];

/// Bootstrap intervals of agreement.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap {
    /// Replicates drawn: fewer than asked for where the network is large, 0 where it is too large.
    pub replicates: usize,
    /// 95 % interval of the agreement of each pair (a < b); a pair that shares no issue in half of the
    /// replicates or more has none.
    pub intervals: HashMap<(u32, u32), (f64, f64)>,
}

/// Percentile intervals of agreement for the ties of `network`, the network of `observations` over
/// `issues` issues.
///
/// Each replicate has a generator of its own, ChaCha8 with `seed` and the replicate's number as its
/// stream. `budget` bounds the elementary steps (see [`BUDGET`]).
pub fn bootstrap(
    observations: &[Observation],
    network: &Network,
    issues: usize,
    replicates: usize,
    seed: u64,
    budget: usize,
) -> Bootstrap {
    let pairs = network.ties().count();
    let sample = Sample::of(observations, network.sides(), issues);
    let steps = 4 * sample.articles + observations.len() / 2 + pairs * (issues + 32);
    let replicates = replicates.min(budget / steps.max(1));
    if replicates < FEWEST || pairs == 0 {
        return Bootstrap {
            replicates: 0,
            intervals: HashMap::new(),
        };
    }

    let mut draws: Vec<Vec<f32>> = vec![Vec::with_capacity(replicates); pairs];
    let mut drawn = Drawn::new(&sample);
    for first in (0..replicates).step_by(LANES) {
        let lanes = LANES.min(replicates - first);
        drawn.draw(&sample, seed, first, lanes);
        for ((a, b, _), draws) in network.ties().zip(&mut draws) {
            let agreement = drawn.agreement(&sample, a, b);
            // A replicate in which the two share no issue says nothing.
            draws.extend(agreement[..lanes].iter().filter(|share| !share.is_nan()));
        }
    }
    let intervals = network
        .ties()
        .zip(draws)
        .filter(|(_, draws)| draws.len() * 2 > replicates)
        .map(|((a, b, _), mut draws)| {
            let mut at = |share: f64| {
                let place = ((draws.len() - 1) as f64 * share).round() as usize;
                let (_, value, _) = draws.select_nth_unstable_by(place, f32::total_cmp);
                // Draws are kept as short floats; further digits would say nothing.
                (f64::from(*value) * 1e6).round() / 1e6
            };
            ((a as u32, b as u32), (at(0.025), at(0.975)))
        })
        .collect();
    Bootstrap {
        replicates,
        intervals,
    }
}

/// Positions in the order of side, issue and stance.
struct Sample {
    issues: usize,
    /// Number of articles.
    articles: usize,
    /// The article of each position.
    article: Vec<u32>,
    /// Where the positions of each side × issue × stance end.
    ends: Vec<u32>,
    /// The issues of each side as bits, `words` words a side.
    spoken: Vec<u64>,
    words: usize,
}

impl Sample {
    fn of(observations: &[Observation], sides: usize, issues: usize) -> Sample {
        let cell = |o: &Observation| {
            let place = o.side as usize * issues + o.issue as usize;
            place * 3 + (o.stance.value() + 1) as usize
        };
        let mut starts = vec![0u32; sides * issues * 3];
        let words = issues.div_ceil(64);
        let mut spoken = vec![0; sides * words];
        for o in observations {
            starts[cell(o)] += 1;
            spoken[o.side as usize * words + o.issue as usize / 64] |= 1u64 << (o.issue % 64);
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += std::mem::replace(start, sum);
        }
        let last = observations.iter().map(|o| o.article).max();
        let mut numbers = vec![u32::MAX; last.map_or(0, |last| last as usize + 1)];
        let mut articles = 0;
        let mut article = vec![0; observations.len()];
        for o in observations {
            let number = &mut numbers[o.article as usize];
            if *number == u32::MAX {
                *number = articles;
                articles += 1;
            }
            let place = &mut starts[cell(o)];
            article[*place as usize] = *number;
            *place += 1;
        }
        Sample {
            issues,
            articles: articles as usize,
            article,
            // Each start has moved to the end.
            ends: starts,
            spoken,
            words,
        }
    }
}

/// Replicates drawn side by side.
struct Drawn {
    /// How often each article was drawn. Of n draws among n articles none gets anywhere near 255.
    times: Vec<[u8; LANES]>,
    /// Of each side and issue the positions that oppose, are neutral, support, and all of them.
    cells: Vec<[Lanes; 4]>,
    /// The same, weighed by how like each stance is: what a position of each stance has of congruence
    /// with the cell, and of congruence and conflict together.
    like: Vec<[Lanes; 4]>,
}

impl Drawn {
    fn new(sample: &Sample) -> Drawn {
        let cells = sample.ends.len() / 3;
        Drawn {
            times: vec![[0; LANES]; sample.articles],
            cells: vec![[[0.0; LANES]; 4]; cells],
            like: vec![[[0.0; LANES]; 4]; cells],
        }
    }

    fn draw(&mut self, sample: &Sample, seed: u64, first: usize, lanes: usize) {
        self.times.fill([0; LANES]);
        for lane in 0..lanes {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream((first + lane) as u64);
            for _ in 0..sample.articles {
                let at = rng.random_range(0..sample.articles as u32) as usize;
                let times = &mut self.times[at][lane];
                *times = times.saturating_add(1);
            }
        }
        let mut from = 0;
        for ((cell, like), ends) in self
            .cells
            .iter_mut()
            .zip(&mut self.like)
            .zip(sample.ends.chunks_exact(3))
        {
            for (drawn, end) in cell.iter_mut().zip(ends) {
                let mut sum = [0u32; LANES];
                for article in &sample.article[from..*end as usize] {
                    let times = self.times[*article as usize];
                    for (sum, times) in sum.iter_mut().zip(times) {
                        *sum += u32::from(times);
                    }
                }
                *drawn = sum.map(f64::from);
                from = *end as usize;
            }
            let [o, z, s, n] = cell;
            for lane in 0..LANES {
                let (oppose, neutral, support) = (o[lane], z[lane], s[lane]);
                let all = oppose + neutral + support;
                n[lane] = all;
                // A neutral beside a taken side is half congruent.
                like[0][lane] = oppose + 0.5 * neutral;
                like[1][lane] = neutral + 0.5 * (oppose + support);
                like[2][lane] = support + 0.5 * neutral;
                like[3][lane] = all;
            }
        }
    }

    /// C/(C + F) of two sides in each replicate; not a number where they share no issue.
    fn agreement(&self, sample: &Sample, a: usize, b: usize) -> [f32; LANES] {
        let (mut congruence, mut both) = ([0.0; LANES], [0.0; LANES]);
        for word in 0..sample.words {
            let of = |side: usize| sample.spoken[side * sample.words + word];
            let mut shared = of(a) & of(b);
            while shared != 0 {
                let issue = word * 64 + shared.trailing_zeros() as usize;
                shared &= shared - 1;
                let [lo, lz, ls, ln] = &self.like[a * sample.issues + issue];
                let [o, z, s, n] = &self.cells[b * sample.issues + issue];
                for lane in 0..LANES {
                    congruence[lane] +=
                        lo[lane] * o[lane] + lz[lane] * z[lane] + ls[lane] * s[lane];
                    both[lane] += ln[lane] * n[lane];
                }
            }
        }
        std::array::from_fn(|lane| (congruence[lane] / both[lane]) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::super::agreement::{Tie, profiles};
    use super::*;
    use crate::Stance;
    use proptest::prelude::*;

    fn said(side: u32, issue: u32, stance: i8, article: u32) -> Observation {
        Observation {
            side,
            actor: side,
            issue,
            stance: Stance::from_value(stance),
            article,
            group: article,
            meeting: None,
            day: None,
        }
    }

    #[test]
    fn the_spread_is_that_of_drawing_articles() {
        // Two sides, one issue, one position of each in each of 20 articles: in 10 they say the same.
        // The side b supports always, a in half of the articles, so agreement is the share of drawn
        // articles in which a supports: 20 draws with probability ½, of which 95 % lie in 6..=14.
        let all: Vec<Observation> = (0..20)
            .flat_map(|article| {
                let stance = if article % 2 == 0 { 1 } else { -1 };
                [said(0, 0, stance, article), said(1, 0, 1, article)]
            })
            .collect();
        let network = Network::of(&profiles(&all, 2, 1));
        let found = bootstrap(&all, &network, 1, 10_000, 5, BUDGET);
        assert_eq!(found.replicates, 10_000);
        assert_eq!(found.intervals[&(0, 1)], (0.3, 0.7));
        // As many replicates as the budget has room for, and none from too few.
        let fewer = bootstrap(&all, &network, 1, 4_000, 5, 200 * 133);
        assert_eq!(fewer.replicates, 200);
        let none = bootstrap(&all, &network, 1, 4_000, 5, 99 * 133);
        assert_eq!((none.replicates, none.intervals.len()), (0, 0));
    }

    fn observations() -> impl Strategy<Value = Vec<Observation>> {
        // More issues than one word of bits has.
        let rows = prop::collection::vec((0u32..4, 0u32..3, -1i8..=1, 0u32..10), 1..60);
        rows.prop_map(|rows| {
            rows.into_iter()
                .map(|(side, issue, stance, article)| said(side, issue * 40, stance, article))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn a_bootstrap_repeats_itself_and_holds_what_is_certain(all in observations(), seed in 0u64..9) {
            let p = profiles(&all, 4, 81);
            let network = Network::of(&p);
            let one = bootstrap(&all, &network, 81, 203, seed, BUDGET);
            prop_assert_eq!(&one, &bootstrap(&all, &network, 81, 203, seed, BUDGET));
            for ((a, b), (low, high)) in &one.intervals {
                let tie = Tie::between(&p[*a as usize], &p[*b as usize]);
                prop_assert!(0.0 <= *low && low <= high && *high <= 1.0);
                if tie.conflict == 0.0 {
                    prop_assert_eq!((*low, *high), (1.0, 1.0));
                }
            }
        }

        #[test]
        fn a_replicate_is_the_agreement_of_the_articles_drawn(all in observations(), seed in 0u64..9) {
            let network = Network::of(&profiles(&all, 4, 81));
            let sample = Sample::of(&all, 4, 81);
            let mut drawn = Drawn::new(&sample);
            drawn.draw(&sample, seed, 16, LANES);
            // Articles are numbered in the order in which they come.
            let mut numbers: Vec<u32> = Vec::new();
            for o in &all {
                if !numbers.contains(&o.article) {
                    numbers.push(o.article);
                }
            }
            for lane in 0..LANES {
                let times = drawn.times.iter().map(|times| usize::from(times[lane]));
                prop_assert_eq!(times.sum::<usize>(), numbers.len());
                let again: Vec<Observation> = all
                    .iter()
                    .flat_map(|o| {
                        let at = numbers.iter().position(|article| *article == o.article).unwrap();
                        std::iter::repeat_n(*o, drawn.times[at][lane].into())
                    })
                    .collect();
                let p = profiles(&again, 4, 81);
                for (a, b, _) in network.ties() {
                    let found = drawn.agreement(&sample, a, b)[lane];
                    match Tie::between(&p[a], &p[b]).agreement() {
                        Some(agreement) => prop_assert_eq!(found, agreement as f32),
                        None => prop_assert!(found.is_nan()),
                    }
                }
            }
        }
    }
}
