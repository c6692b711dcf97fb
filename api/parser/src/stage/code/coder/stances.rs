//! The stance of a statement, towards an issue or, where there is none, by its acts.

use super::arithmetic::{greatest, log_softmax, softmax};
use super::{Coder, STANCES, View};

/// Probabilities of [`STANCES`] where nothing was read.
const UNTOLD: [f32; 3] = [0.0, 0.0, 1.0];
/// How much likelier, as a weighted logarithm, the first network must hold one stance than the next for the second not
/// to be asked.
const SURE: f32 = 0.4;

impl Coder {
    /// The issue of the coder's own codebook that is read together with the statement: the likeliest, unless that is
    /// `other` or the first network is so sure of the stance that the second would not change it.
    pub(super) fn unsure(&self, view: &View, scores: &[f32], columns: &[usize]) -> Vec<usize> {
        let best = greatest(scores);
        let w = &self.numbers.stance;
        let Some(alone) = columns.get(best).and_then(|column| alone(view, *column)) else {
            return Vec::new();
        };
        let mut told: Vec<f32> = alone.iter().map(|alone| w.alone * alone).collect();
        told.sort_by(|a, b| b.total_cmp(a));
        if told[0] - told[1] > SURE {
            Vec::new()
        } else {
            vec![best]
        }
    }

    /// Probabilities of [`STANCES`] towards an issue that the first network was trained with: what it
    /// makes of the statement alone, and what the second makes of it beside the proposition.
    pub(super) fn known_stance(
        &self,
        view: &View,
        column: Option<usize>,
        read: Option<&[f32; 4]>,
    ) -> Vec<f32> {
        let w = &self.numbers.stance;
        let Some(alone) = column.and_then(|column| alone(view, column)) else {
            return UNTOLD.to_vec();
        };
        // Where the second was not asked, it is taken to say the same.
        let pair = read.map_or_else(|| alone.clone(), |read| log_softmax(&read[..3]));
        let mixed: Vec<f32> = alone
            .iter()
            .zip(pair)
            .zip(w.bias)
            .map(|((alone, pair), bias)| w.alone * alone + w.pair * pair + bias)
            .collect();
        softmax(&mixed)
    }

    /// Probabilities of [`STANCES`] where no proposition is borne on, from those of the acts.
    pub(super) fn unbound_stance(&self, acts: &[f32]) -> Vec<f32> {
        let table = &self.numbers.unbound;
        (0..STANCES.len())
            .map(|stance| {
                acts.iter()
                    .zip(table)
                    .map(|(act, row)| act * row[stance])
                    .sum()
            })
            .collect()
    }

    /// Probabilities of [`STANCES`] towards a proposition that was read with the statement.
    pub(super) fn pair_stance(&self, read: Option<&[f32; 4]>) -> Vec<f32> {
        let Some(read) = read else {
            return UNTOLD.to_vec();
        };
        let pair = log_softmax(&read[..3]);
        let heated: Vec<f32> = pair.iter().map(|x| self.numbers.any.stance * x).collect();
        softmax(&heated)
    }
}

/// Logarithms of the probabilities of [`STANCES`] towards an issue that the first network was trained with.
fn alone(view: &View, column: usize) -> Option<Vec<f32>> {
    Some(log_softmax(view.polar.get(3 * column..3 * column + 3)?))
}
