//! Mean stance of a cell.

/// Mean stance of a cell: (S − O) / (S + O + Z), in -1..=1; `None` for an empty cell.
///
/// S, O and Z are the numbers of supporting, opposing and neutral positions. The scale {-1, 0, +1}
/// is fixed, so the mean of positions is the mean of their stances.
pub fn mean_stance(support: u64, neutral: u64, oppose: u64) -> Option<f64> {
    let count = support + neutral + oppose;
    (count > 0).then(|| (support as f64 - oppose as f64) / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_answers() {
        assert_eq!(mean_stance(0, 0, 0), None);
        assert_eq!(mean_stance(3, 0, 1), Some(0.5));
        assert_eq!(mean_stance(0, 4, 0), Some(0.0));
    }

    proptest! {
        #[test]
        fn turning_the_proposition_round_turns_the_sign(s in 0u64..100, z in 0u64..100, o in 0u64..100) {
            prop_assume!(s + z + o > 0);
            let mean = mean_stance(s, z, o).unwrap();
            prop_assert!((-1.0..=1.0).contains(&mean));
            prop_assert_eq!(mean_stance(o, z, s), Some(-mean + 0.0));
        }
    }
}
