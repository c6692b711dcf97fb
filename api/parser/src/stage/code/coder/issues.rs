//! The issue of a statement: scores of the codebook's issues, by words, by likeness and by the rest of the article.

use super::arithmetic::{dot, log_softmax, softmax};
use super::{Book, Coder, View};

/// Keeps logarithms of small probabilities finite.
const LEAST: f32 = 1e-3;

impl Coder {
    /// Scores of the codebook's issues and, at the end, of `other`.
    pub(super) fn issue_scores(&self, view: &View, words: &[f32], book: &Book) -> Vec<f32> {
        let likeness: Vec<f32> = book
            .right
            .iter()
            .map(|right| self.numbers.scale * dot(right, &view.left))
            .collect();
        let (deep, words) = (log_softmax(&view.issue), log_softmax(words));
        match &book.columns {
            Some(columns) if !deep.is_empty() => {
                let w = &self.numbers.issue;
                let near = log_softmax(&likeness);
                let mix = |column: usize| w.deep * deep[column] + w.words * words[column];
                columns
                    .iter()
                    .zip(&near)
                    .map(|(column, near)| mix(*column) + w.near * near)
                    .chain(std::iter::once(mix(deep.len() - 1) + w.other))
                    .collect()
            }
            _ => {
                let w = &self.numbers.any;
                likeness
                    .iter()
                    .map(|likeness| w.near * likeness)
                    .chain(std::iter::once(w.other))
                    .collect()
            }
        }
    }

    /// Lets the statements of an article tell one another what it is about.
    pub(super) fn share(&self, scores: &mut [Vec<f32>], book: &Book) {
        let a = &self.numbers.article;
        let count = book.domains.len();
        let groups = book.domains.last().map_or(0, |last| last + 1);
        let mut usual = vec![0.0f32; groups];
        for group in &book.domains {
            usual[*group] += 1.0 / count as f32;
        }
        let mut own = vec![0.0f32; count];
        for _ in 0..a.rounds {
            let mut mass = vec![0.0f32; count];
            for scores in scores.iter() {
                let sum: Vec<f32> = scores.iter().zip(&own).map(|(a, b)| a + b).collect();
                for (mass, p) in mass.iter_mut().zip(softmax(&sum)) {
                    *mass += p;
                }
            }
            let all: f32 = mass.iter().sum();
            let mut of_group = vec![0.0f32; groups];
            for (mass, group) in mass.iter().zip(&book.domains) {
                of_group[*group] += mass;
            }
            for (at, own) in own.iter_mut().enumerate() {
                let share = (mass[at] + a.smooth / count as f32) / (all + a.smooth);
                let group = book.domains[at];
                let of_group =
                    (of_group[group] + a.smooth_domain * usual[group]) / (all + a.smooth_domain);
                *own = a.weight * (share * count as f32).ln()
                    + a.domain * (of_group / usual[group]).ln();
            }
        }
        for scores in scores {
            for (score, own) in scores.iter_mut().zip(&own) {
                *score += own;
            }
        }
    }

    /// The issues that are read together with the statement, likeliest first; of equals the first.
    pub(super) fn likeliest(&self, scores: &[f32]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..scores.len() - 1).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        order.truncate(self.numbers.pairs);
        order
    }

    /// Scores of another codebook's issues and of `other` after the likeliest were read with the statement.
    pub(super) fn with_pairs(&self, scores: &[f32], top: &[usize], read: &[[f32; 4]]) -> Vec<f32> {
        let w = &self.numbers.any;
        let bear: Vec<f32> = read.iter().map(|read| 1.0 - softmax(read)[3]).collect();
        let least = bear.iter().copied().fold(1.0, f32::min);
        let other = scores.len() - 1;
        let bonus = |at: usize| {
            let nth = top.iter().position(|issue| *issue == at);
            let bears = nth.and_then(|nth| bear.get(nth)).copied().unwrap_or(least);
            if at == other {
                0.0
            } else {
                w.pair * (bears + LEAST).ln()
            }
        };
        scores
            .iter()
            .enumerate()
            .map(|(at, score)| w.heat * (score + bonus(at)))
            .collect()
    }
}
