//! The chain of tags: its best path, and how probable each tag of each token is.

use super::tagger::TAGS;
use serde::Deserialize;

/// Scores of transitions and of the first tag, as natural logarithms; impossible ones are far below zero.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crf {
    /// From tag to tag.
    step: [[f64; TAGS]; TAGS],
    /// Of a first tag.
    start: [f64; TAGS],
}

/// What closes a transition, as in the recipe.
const NEVER: f64 = -10_000.0;

impl Crf {
    /// Reads what the recipe has written. A text begins with no span open.
    ///
    /// # Errors
    /// When it is no JSON object of `step` and `start`.
    pub fn read(json: &str) -> Result<Crf, serde_json::Error> {
        let mut crf: Crf = serde_json::from_str(json)?;
        for inside in [2, 4, 6] {
            crf.start[inside] = NEVER;
        }
        Ok(crf)
    }

    /// The best path through the tags' scores; of equal ones the lower tag.
    pub fn path(&self, tags: &[[f32; TAGS]]) -> Vec<u8> {
        let Some((first, rest)) = tags.split_first() else {
            return Vec::new();
        };
        let mut score: [f64; TAGS] =
            std::array::from_fn(|tag| self.start[tag] + f64::from(first[tag]));
        let mut back = Vec::with_capacity(rest.len());
        for row in rest {
            let mut next = [f64::NEG_INFINITY; TAGS];
            let mut came = [0u8; TAGS];
            for tag in 0..TAGS {
                for (before, (score, step)) in score.iter().zip(&self.step).enumerate() {
                    let reached = score + step[tag];
                    if reached > next[tag] {
                        next[tag] = reached;
                        came[tag] = before as u8;
                    }
                }
                next[tag] += f64::from(row[tag]);
            }
            // Only differences count; large sums would lose their last digits in a long text.
            let most = next.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            score = next.map(|x| x - most);
            back.push(came);
        }
        let mut tag = (1..TAGS).fold(
            0,
            |best, tag| if score[tag] > score[best] { tag } else { best },
        );
        let mut path = vec![tag as u8];
        for came in back.iter().rev() {
            tag = came[tag] as usize;
            path.push(tag as u8);
        }
        path.reverse();
        path
    }

    /// Probability of each tag of each token, by forward and backward sums that are scaled to 1 at each token.
    pub fn posteriors(&self, tags: &[[f32; TAGS]]) -> Vec<[f32; TAGS]> {
        let step = self.step.map(|row| row.map(f64::exp));
        let weights = |row: &[f32; TAGS]| {
            let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.map(|x| f64::from(x - most).exp())
        };
        let mut ahead: Vec<[f32; TAGS]> = Vec::with_capacity(tags.len());
        let mut now = self.start.map(f64::exp);
        for (nth, row) in tags.iter().enumerate() {
            if nth > 0 {
                let before = now;
                now = std::array::from_fn(|tag| (0..TAGS).map(|b| before[b] * step[b][tag]).sum());
            }
            let e = weights(row);
            now = scaled(std::array::from_fn(|tag| now[tag] * e[tag]));
            ahead.push(now.map(|x| x as f32));
        }
        let mut behind = [1.0; TAGS];
        for nth in (0..tags.len()).rev() {
            if let Some(after) = tags.get(nth + 1) {
                let e = weights(after);
                let reach: [f64; TAGS] = std::array::from_fn(|tag| e[tag] * behind[tag]);
                behind = scaled(std::array::from_fn(|tag| {
                    (0..TAGS).map(|to| step[tag][to] * reach[to]).sum()
                }));
            }
            let both: [f64; TAGS] =
                std::array::from_fn(|tag| f64::from(ahead[nth][tag]) * behind[tag]);
            ahead[nth] = scaled(both).map(|x| x as f32);
        }
        ahead
    }
}

fn scaled(row: [f64; TAGS]) -> [f64; TAGS] {
    let sum: f64 = row.iter().sum();
    row.map(|x| x / sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn crf() -> Crf {
        Crf::read(include_str!("../../../model/attribution/crf.json")).unwrap()
    }

    /// Score of one path.
    fn score(crf: &Crf, tags: &[[f32; TAGS]], path: &[usize]) -> f64 {
        let steps: f64 = path.windows(2).map(|pair| crf.step[pair[0]][pair[1]]).sum();
        let emitted: f64 = path
            .iter()
            .zip(tags)
            .map(|(&tag, row)| f64::from(row[tag]))
            .sum();
        crf.start[path[0]] + steps + emitted
    }

    proptest! {
        /// All paths of three tokens, counted out.
        #[test]
        fn path_and_posteriors_are_those_of_all_paths(tags in proptest::collection::vec(proptest::array::uniform7(-4f32..4.0), 3)) {
            let crf = crf();
            let mut best = (f64::NEG_INFINITY, Vec::new());
            let mut sums = [[0.0; TAGS]; 3];
            for nth in 0..TAGS.pow(3) {
                let path = [nth / TAGS / TAGS, nth / TAGS % TAGS, nth % TAGS];
                let score = score(&crf, &tags, &path);
                if score > best.0 {
                    best = (score, path.map(|tag| tag as u8).to_vec());
                }
                for (at, tag) in path.into_iter().enumerate() {
                    sums[at][tag] += score.exp();
                }
            }
            prop_assert_eq!(crf.path(&tags), best.1);
            for (row, sums) in crf.posteriors(&tags).iter().zip(sums) {
                for (found, expected) in row.iter().zip(scaled(sums)) {
                    prop_assert!((f64::from(*found) - expected).abs() < 1e-5);
                }
            }
        }
    }
}
