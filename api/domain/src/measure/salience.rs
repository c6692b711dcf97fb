//! How much of what a side says is about an issue.

/// Weight λ with which each issue is thought to have been spoken of before anything is counted.
pub const LAMBDA: f64 = 0.5;

/// Salience of an issue for a side: (n[a,j] + λ)/(n[a] + λJ), with λ = [`LAMBDA`], in 0..1.
///
/// `on_issue` is n[a,j], `in_all` is n[a], `issues` is J. Over all issues the values sum to one.
/// `None` where there is no issue.
pub fn salience(on_issue: u64, in_all: u64, issues: u64) -> Option<f64> {
    (issues > 0).then(|| (on_issue as f64 + LAMBDA) / (in_all as f64 + LAMBDA * issues as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_answers() {
        assert_eq!(salience(3, 4, 2), Some(0.7));
        assert_eq!(salience(0, 0, 4), Some(0.25));
        assert_eq!(salience(0, 0, 0), None);
    }

    proptest! {
        #[test]
        fn the_shares_of_a_side_sum_to_one(counts in prop::collection::vec(0u64..50, 1..20)) {
            let all: u64 = counts.iter().sum();
            let sum: f64 = counts.iter().map(|n| salience(*n, all, counts.len() as u64).unwrap()).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9);
        }
    }
}
