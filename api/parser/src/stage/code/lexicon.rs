//! A linear model of word-piece n-grams, which steadies the network where words alone tell the issue.

use super::input::{EVIDENCE, Input, SENTENCE};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// The model.
#[derive(Debug)]
pub struct Lexicon {
    index: HashMap<Gram, usize>,
    idf: Vec<f32>,
    block_weights: Vec<f32>,
    bias: Vec<f32>,
    scale: Vec<f32>,
    /// 8-bit weights, one row for each n-gram.
    table: &'static [u8],
    issues: usize,
}

/// An n-gram: where it stands and its pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Gram {
    Evidence(i32),
    EvidencePair(i32, i32),
    Sentence(i32),
}

#[derive(Deserialize)]
struct File {
    grams: Vec<String>,
    idf: Vec<f32>,
    block_weights: Vec<f32>,
    bias: Vec<f32>,
    scale: Vec<f32>,
    issues: usize,
}

impl Lexicon {
    /// Reads the two files; the reason where they do not fit together.
    pub fn load(told: &str, table: &'static [u8]) -> Result<Lexicon, String> {
        let file: File = serde_json::from_str(told).map_err(|error| error.to_string())?;
        let fits = file.idf.len() == file.grams.len()
            && file.scale.len() == file.bias.len()
            && file.issues <= file.bias.len()
            && file.block_weights.len() >= 3
            && table.len() == file.grams.len() * file.bias.len();
        if !fits {
            return Err("the lexicon's numbers do not fit together".to_owned());
        }
        let index = file
            .grams
            .iter()
            .enumerate()
            .filter_map(|(row, gram)| Some((read(gram)?, row)))
            .collect();
        Ok(Lexicon {
            index,
            idf: file.idf,
            block_weights: file.block_weights,
            bias: file.bias,
            scale: file.scale,
            table,
            issues: file.issues,
        })
    }

    /// Scores of the issues and of the acts.
    pub fn scores(&self, input: &Input) -> (Vec<f32>, Vec<f32>) {
        let marked = |mark: i32| -> Vec<i32> {
            let pieces = input.ids.iter().zip(&input.marks);
            pieces
                .filter(|(_, m)| **m == mark)
                .map(|(id, _)| *id)
                .collect()
        };
        let evidence = marked(EVIDENCE);
        let blocks: [Vec<Gram>; 3] = [
            evidence.iter().map(|a| Gram::Evidence(*a)).collect(),
            evidence
                .windows(2)
                .map(|w| Gram::EvidencePair(w[0], w[1]))
                .collect(),
            marked(SENTENCE).into_iter().map(Gram::Sentence).collect(),
        ];
        let classes = self.bias.len();
        let mut total = self.bias.clone();
        for (block, weight) in blocks.iter().zip(&self.block_weights) {
            // An ordered map: sums come out the same in every run.
            let mut counts: BTreeMap<usize, f32> = BTreeMap::new();
            for row in block.iter().filter_map(|gram| self.index.get(gram)) {
                *counts.entry(*row).or_default() += 1.0;
            }
            let value = |(row, count): (&usize, &f32)| self.idf[*row] * (1.0 + count.ln());
            let length = counts.iter().map(|x| value(x).powi(2)).sum::<f32>().sqrt();
            for (row, count) in &counts {
                let value = weight * value((row, count)) / length;
                let weights = &self.table[row * classes..(row + 1) * classes];
                for ((total, weight), scale) in total.iter_mut().zip(weights).zip(&self.scale) {
                    *total += value * f32::from(*weight as i8) * scale;
                }
            }
        }
        let acts = total.split_off(self.issues);
        (total, acts)
    }
}

/// `e12`, `b12,34` or `s12`; other kinds of n-grams are not used.
fn read(gram: &str) -> Option<Gram> {
    let numbers = gram.get(1..)?;
    match gram.as_bytes().first()? {
        b'e' => Some(Gram::Evidence(numbers.parse().ok()?)),
        b's' => Some(Gram::Sentence(numbers.parse().ok()?)),
        b'b' => {
            let (a, b) = numbers.split_once(',')?;
            Some(Gram::EvidencePair(a.parse().ok()?, b.parse().ok()?))
        }
        _ => None,
    }
}
