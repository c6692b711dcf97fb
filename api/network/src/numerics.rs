//! Arithmetic on rows of floats that has the same bits on every processor.
//!
//! The loops are compiled for each kind of vector registers and chosen at run time ([`SimdOp`]); what they do to each
//! number is the same with all of them.

use crate::{Unreadable, Weights};
use rten_simd::functional::simd_apply;
use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, SimdOp, SimdUnaryOp};
use rten_vecmath::{Exp, Tanh};

/// Partial sums: as many as the widest registers have lanes. Narrower ones keep them in several registers.
const LANES: usize = 16;

/// Sum of what `each` makes of the numbers, in one order whatever the processor.
#[inline(always)]
pub(crate) fn sum(row: &[f32], each: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            *sum += each(*x);
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum += each(*x);
    }
    sums.iter().sum()
}

#[inline(always)]
fn greatest(row: &[f32]) -> f32 {
    let mut tops = [f32::MIN; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (top, x) in tops.iter_mut().zip(chunk) {
            *top = if *x > *top { *x } else { *top };
        }
    }
    tops.iter().chain(rest).copied().fold(f32::MIN, f32::max)
}

/// Puts e to the power of each number less the greatest of its row into `rows`, and each row's sum into `sums`.
pub(crate) struct Exponents<'a> {
    pub rows: &'a mut [f32],
    pub sums: &'a mut [f32],
}

impl SimdOp for Exponents<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let (ops, width) = (isa.f32(), self.rows.len() / self.sums.len());
        for (row, total) in self.rows.chunks_exact_mut(width).zip(self.sums) {
            let top = ops.splat(greatest(row));
            simd_apply::<_, _, _, 2>(
                ops,
                &mut *row,
                #[inline(always)]
                |x| Exp::apply(isa, ops.sub(x, top)),
            );
            *total = sum(row, |x| x);
        }
    }
}

/// Layer normalisation (Ba et al. 2016, <https://arxiv.org/abs/1607.06450>) with a gain and a shift for each column.
#[derive(Debug)]
pub struct Norm {
    gain: Vec<f32>,
    shift: Vec<f32>,
}

/// Added to a row's variance before it divides.
const LEAST_VARIANCE: f32 = 1e-12;

impl Norm {
    /// The normalisation called `name`.
    ///
    /// # Errors
    /// When the file has none.
    pub fn read(weights: &Weights, name: &str) -> Result<Norm, Unreadable> {
        let (gain, shift) = (format!("{name}.g"), format!("{name}.b"));
        Ok(Norm {
            gain: weights.floats(&gain)?,
            shift: weights.floats(&shift)?,
        })
    }

    /// Normalises each row.
    pub fn apply(&self, rows: &mut [f32]) {
        Normalise { norm: self, rows }.dispatch();
    }
}

struct Normalise<'a> {
    norm: &'a Norm,
    rows: &'a mut [f32],
}

impl SimdOp for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _isa: I) {
        let (gain, shift) = (&*self.norm.gain, &*self.norm.shift);
        let share = 1.0 / gain.len() as f32;
        for row in self.rows.chunks_exact_mut(gain.len()) {
            let mean = sum(row, |x| x) * share;
            row.iter_mut().for_each(|x| *x -= mean);
            let spread = sum(row, |x| x * x) * share;
            let level = 1.0 / (spread + LEAST_VARIANCE).sqrt();
            for ((x, gain), shift) in row.iter_mut().zip(gain).zip(shift) {
                *x = *x * level * gain + shift;
            }
        }
    }
}

/// Adds `more` to `rows`.
pub(crate) fn add(rows: &mut [f32], more: &[f32]) {
    for (x, more) in rows.iter_mut().zip(more) {
        *x += more;
    }
}

/// Attention pooling: the mean of those rows whose score is told, weighted by e to the power of their scores. Zeros where
/// none is.
pub fn pooled(rows: &[f32], width: usize, scores: &[Option<f32>]) -> Vec<f32> {
    let mut chosen: Vec<f32> = scores.iter().flatten().copied().collect();
    let mut total = [0.0];
    if !chosen.is_empty() {
        let (rows, sums) = (&mut *chosen, &mut total[..]);
        Exponents { rows, sums }.dispatch();
    }
    let mut mean = vec![0.0; width];
    let rows = rows.chunks_exact(width).zip(scores);
    let told = rows.filter_map(|(row, score)| score.map(|_| row));
    for (row, share) in told.zip(chosen) {
        let share = share / total[0];
        mean.iter_mut()
            .zip(row)
            .for_each(|(mean, x)| *mean += share * x);
    }
    mean
}

/// The row divided by its length.
pub fn unit(mut row: Vec<f32>) -> Vec<f32> {
    let length = sum(&row, |x| x * x).sqrt();
    row.iter_mut().for_each(|x| *x /= length);
    row
}

/// The hyperbolic tangent of each number.
pub fn tanh(mut row: Vec<f32>) -> Vec<f32> {
    Tanh {}.map_mut(&mut row);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::made::{floats, weights};
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_normalised_row_has_mean_0_and_variance_1(row in vec(-50f32..50.0, 40)) {
            let weights = weights(vec![floats("a.g", &[40], &[1.0; 40]), floats("a.b", &[40], &[0.0; 40])]);
            let mut rows = row.clone();
            Norm::read(&weights, "a").unwrap().apply(&mut rows);
            let mean = rows.iter().sum::<f32>() / 40.0;
            let variance = rows.iter().map(|x| x * x).sum::<f32>() / 40.0;
            prop_assert!(mean.abs() < 1e-3 && (variance - 1.0).abs() < 1e-3, "{mean} {variance}");
        }

        #[test]
        fn exponents_are_those_of_each_number(rows in vec(-30f32..30.0, 37..=37), twice: bool) {
            let mut found = if twice { [&*rows, &rows].concat() } else { rows.clone() };
            let mut sums = vec![0.0; found.len() / 37];
            let (all, each) = (&mut *found, &mut *sums);
            Exponents { rows: all, sums: each }.dispatch();
            let top = rows.iter().copied().fold(f32::MIN, f32::max);
            for (row, sum) in found.chunks(37).zip(sums) {
                let mut total = 0.0;
                for (found, x) in row.iter().zip(&rows) {
                    let exact = f64::from(x - top).exp();
                    prop_assert!((f64::from(*found) - exact).abs() <= 1e-6);
                    total += exact;
                }
                prop_assert!((f64::from(sum) - total).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn pooling_weighs_the_rows_that_are_told() {
        let rows = [1.0, 2.0, 30.0, 40.0, 5.0, 6.0];
        assert_eq!(pooled(&rows, 2, &[Some(7.0), None, Some(7.0)]), [3.0, 4.0]);
        assert_eq!(pooled(&rows, 2, &[None, Some(-3.0), None]), [30.0, 40.0]);
        assert_eq!(pooled(&rows, 2, &[None; 3]), [0.0, 0.0]);
        let leaning = pooled(&rows, 2, &[Some(3f32.ln()), None, Some(0.0)]);
        assert!((leaning[0] - 2.0).abs() < 1e-6 && (leaning[1] - 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_unit_row_has_length_1() {
        assert_eq!(unit(vec![3.0, 0.0, -4.0]), [0.6, 0.0, -0.8]);
    }
}
