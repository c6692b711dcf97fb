//! The layers of an encoder (Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>; normalised behind each half, as in
//! BERT): every token attends to all tokens, then each is transformed by itself.

use crate::linear::{BLOCK, Levels, Linear, product};
use crate::numerics::{Exponents, Norm, add};
use crate::{Unreadable, Weights};
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_tensor::NdTensorView;
use rten_vecmath::Gelu;

/// Numbers for each head of attention.
const HEAD: usize = 32;

/// What the parts of a layer are called in its file.
pub struct Names<'a> {
    /// Linear map from states to what asks.
    pub query: &'a str,
    /// Linear map from states to what is asked for.
    pub key: &'a str,
    /// Linear map from states to what is answered.
    pub value: &'a str,
    /// Linear map of the answers of all heads.
    pub mix: &'a str,
    /// Normalisation behind attention.
    pub attended: &'a str,
    /// Linear map to more columns.
    pub wide: &'a str,
    /// Linear map back.
    pub narrow: &'a str,
    /// Normalisation at the end.
    pub transformed: &'a str,
}

/// Layers one on top of the other.
#[derive(Debug)]
pub struct Layers(Vec<Layer>);

impl Layers {
    /// Reads `count` layers; the parts of layer n are called `prefix.n.` and their own names.
    ///
    /// # Errors
    /// When the file lacks a part.
    pub fn read(
        weights: &Weights,
        prefix: &str,
        count: usize,
        names: &Names,
    ) -> Result<Layers, Unreadable> {
        let layer = |nth| Layer::read(weights, &format!("{prefix}.{nth}."), names);
        (0..count).map(layer).collect::<Result<_, _>>().map(Layers)
    }

    /// Takes states [tokens, width] through all layers.
    pub fn run(&self, states: &mut [f32]) {
        for layer in &self.0 {
            layer.run(states);
        }
    }
}

#[derive(Debug)]
struct Layer {
    /// Query, key and value side by side.
    asked: Linear,
    mix: Linear,
    attended: Norm,
    wide: Linear,
    narrow: Linear,
    transformed: Norm,
}

impl Layer {
    fn read(weights: &Weights, prefix: &str, names: &Names) -> Result<Layer, Unreadable> {
        let full = |name: &str| format!("{prefix}{name}");
        let linear = |name: &str| Linear::read(weights, &[&full(name)]);
        let asked = [names.query, names.key, names.value].map(full);
        let mut asked = Linear::read(weights, &asked.each_ref().map(String::as_str))?;
        // Scores of attention are divided by the root of a head's width.
        asked.scale(asked.columns() / 3, 1.0 / (HEAD as f32).sqrt());
        Ok(Layer {
            asked,
            mix: linear(names.mix)?,
            attended: Norm::read(weights, &full(names.attended))?,
            wide: linear(names.wide)?,
            narrow: linear(names.narrow)?,
            transformed: Norm::read(weights, &full(names.transformed))?,
        })
    }

    fn run(&self, states: &mut [f32]) {
        let width = self.mix.columns();
        let answers = attend(&self.asked.apply(states), width);
        add(states, &self.mix.apply(&answers));
        self.attended.apply(states);
        add(states, &self.transform(states));
        self.transformed.apply(states);
    }

    /// Each state transformed. All pass the one map before any passes the other: the weights of one fit into a core's
    /// cache, those of both do not.
    fn transform(&self, states: &[f32]) -> Vec<f32> {
        let (width, columns) = (self.mix.columns(), self.wide.columns());
        let mut inner = Levels::with_capacity(states.len() / width, columns);
        let mut room = vec![0.0; BLOCK * columns];
        for states in states.chunks(BLOCK * width) {
            let wide = &mut room[..states.len() / width * columns];
            self.wide.apply_to(&Levels::of(states, width), wide);
            Gelu {}.map_mut(wide);
            inner.extend(wide);
        }
        let mut result = vec![0.0; states.len()];
        self.narrow.apply_to(&inner, &mut result);
        result
    }
}

/// From queries, keys and values [tokens, 3 × width] to the answers of all heads [tokens, width].
fn attend(asked: &[f32], width: usize) -> Vec<f32> {
    let tokens = asked.len() / (3 * width);
    let asked = NdTensorView::from_data([tokens, 3 * width], asked);
    let mut answers = vec![0.0; tokens * width];
    let (mut shares, mut sums) = (vec![0.0; tokens * tokens], vec![0.0; tokens]);
    let mut whole = vec![0.0; tokens * HEAD];
    for head in (0..width).step_by(HEAD) {
        let part = |nth: usize| {
            let from = nth * width + head;
            asked.slice((.., from..from + HEAD))
        };
        product(&mut shares, part(0), part(1).transposed(), None);
        let (rows, sums) = (&mut *shares, &mut *sums);
        Exponents { rows, sums }.dispatch();
        let shares = NdTensorView::from_data([tokens, tokens], &*shares);
        product(&mut whole, shares, part(2), None);
        let answers = answers.chunks_exact_mut(width).zip(sums);
        for ((answer, sum), whole) in answers.zip(whole.chunks_exact(HEAD)) {
            for (answer, whole) in answer[head..].iter_mut().zip(whole) {
                *answer = whole / *sum;
            }
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn answers_are_values_weighed_by_what_is_asked(tokens in 2usize..80, seed: u64) {
            let width = 2 * HEAD;
            let number = |at: usize| ((at as u64).wrapping_mul(seed | 1) >> 40) as f32 / (1 << 23) as f32 - 1.0;
            let asked: Vec<f32> = (0..tokens * 3 * width).map(number).collect();
            let found = attend(&asked, width);
            let part = |token: usize, nth: usize, head: usize| {
                let from = (3 * token + nth) * width + head * HEAD;
                &asked[from..from + HEAD]
            };
            for token in [0, tokens / 2, tokens - 1] {
                for head in 0..2 {
                    let score = |other| part(token, 0, head).iter().zip(part(other, 1, head)).map(|(q, k)| f64::from(q * k)).sum::<f64>();
                    let shares: Vec<f64> = (0..tokens).map(|other| score(other).exp()).collect();
                    let sum: f64 = shares.iter().sum();
                    for at in 0..HEAD {
                        let exact: f64 = (0..tokens).map(|other| shares[other] / sum * f64::from(part(other, 2, head)[at])).sum();
                        let found = f64::from(found[token * width + head * HEAD + at]);
                        prop_assert!((found - exact).abs() < 1e-4, "{found} instead of {exact}");
                    }
                }
            }
        }
    }
}
