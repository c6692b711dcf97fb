//! Precision, recall and F1, and tables of them.

use serde::Serialize;
use std::fmt::Write;

/// Precision, recall and F1 of counts; each 0 where it has no ground.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Prf {
    /// Number of right ones.
    pub(super) tp: usize,
    /// `tp` of all predicted, 0..=1.
    pub(super) precision: f64,
    /// `tp` of all gold, 0..=1.
    pub(super) recall: f64,
    /// Harmonic mean of the two, 0..=1.
    pub(super) f1: f64,
}

impl Prf {
    /// Of `tp` right ones among `predicted`, where there are `gold` to find.
    pub(super) fn new(tp: usize, predicted: usize, gold: usize) -> Prf {
        let precision = share(tp, predicted);
        let recall = share(tp, gold);
        let f1 = if precision + recall > 0.0 {
            2.0 * precision * recall / (precision + recall)
        } else {
            0.0
        };
        Prf {
            tp,
            precision,
            recall,
            f1,
        }
    }
}

/// `part` of `whole`, 0 of nothing.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// One line of a table of precision, recall and F1, with the number of right ones.
pub(super) fn row(out: &mut String, label: &str, figures: &Prf) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{label:<24} {:>9.3} {:>9.3} {:>9.3} {:>7}",
        figures.precision, figures.recall, figures.f1, figures.tp
    );
}

/// The head of such a table.
pub(super) fn head(out: &mut String) {
    let _ = writeln!(
        out,
        "{:<24} {:>9} {:>9} {:>9} {:>7}",
        "", "precision", "recall", "F1", "right"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_nothing_are_nought() {
        assert_eq!(Prf::new(0, 0, 0).f1, 0.0);
        let figures = Prf::new(1, 2, 4);
        assert_eq!((figures.precision, figures.recall), (0.5, 0.25));
        assert!((figures.f1 - 1.0 / 3.0).abs() < 1e-12);
    }
}
