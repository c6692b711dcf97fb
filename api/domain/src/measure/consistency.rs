//! How much a side's positions on one issue agree with one another.

use super::Cell;

/// Consistency of a side on an issue: 1 − mean pairwise |k − k'|/R over its positions, R = 2.
///
/// In 0..=1; one where all stances are the same; `None` for fewer than two positions.
pub fn consistency(cell: Cell) -> Option<f64> {
    let n = f64::from(cell.count());
    if n < 2.0 {
        return None;
    }
    let (s, z, o) = (
        f64::from(cell.support),
        f64::from(cell.neutral),
        f64::from(cell.oppose),
    );
    // Only pairs of unlike stances differ: by R for opposite ones, by half of it beside a neutral.
    let distance = s * o + 0.5 * z * (s + o);
    Some(1.0 - distance / (n * (n - 1.0) / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stance;
    use proptest::prelude::*;

    #[test]
    fn known_answers() {
        let of = |support, neutral, oppose| {
            consistency(Cell {
                support,
                neutral,
                oppose,
            })
        };
        assert_eq!(of(1, 0, 0), None);
        assert_eq!(of(2, 0, 0), Some(1.0));
        assert_eq!(of(1, 0, 1), Some(0.0));
        assert_eq!(of(1, 1, 0), Some(0.5));
        assert_eq!(of(2, 0, 1), Some(1.0 - 2.0 / 3.0));
    }

    proptest! {
        #[test]
        fn it_is_the_mean_over_pairs(values in prop::collection::vec(-1i8..=1, 2..25)) {
            let cell = Cell::of(values.iter().map(|v| Stance::from_value(*v)));
            let mut sum = 0.0;
            let mut pairs = 0.0;
            for i in 0..values.len() {
                for j in i + 1..values.len() {
                    sum += f64::from((values[i] - values[j]).abs()) / 2.0;
                    pairs += 1.0;
                }
            }
            prop_assert!((consistency(cell).unwrap() - (1.0 - sum / pairs)).abs() < 1e-9);
        }
    }
}
