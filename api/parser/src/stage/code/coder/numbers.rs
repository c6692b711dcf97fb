//! The numbers that mix what the networks say; they are fitted with the networks and stored beside them.

use serde::Deserialize;
use std::collections::HashMap;

#[derive(Debug, Deserialize)]
pub(super) struct Numbers {
    pub(super) issues: Vec<String>,
    pub(super) propositions: HashMap<String, String>,
    pub(super) scale: f32,
    pub(super) pairs: usize,
    pub(super) issue: IssueNumbers,
    pub(super) any: AnyNumbers,
    pub(super) article: ArticleNumbers,
    pub(super) act: ActNumbers,
    pub(super) stance: StanceNumbers,
    pub(super) counts: CountsNumbers,
    /// Probabilities of [`STANCES`](super::STANCES) for each of [`ACTS`](super::ACTS) where a statement bears on no
    /// proposition: who demands or offers something is for it.
    pub(super) unbound: [[f32; 3]; 8],
}

#[derive(Debug, Deserialize)]
pub(super) struct IssueNumbers {
    pub(super) deep: f32,
    pub(super) words: f32,
    pub(super) near: f32,
    pub(super) other: f32,
    pub(super) heat: f32,
    /// An issue that is less likely is not told.
    pub(super) least: f32,
}

#[derive(Debug, Deserialize)]
pub(super) struct AnyNumbers {
    pub(super) near: f32,
    pub(super) other: f32,
    pub(super) pair: f32,
    pub(super) heat: f32,
    pub(super) stance: f32,
}

#[derive(Debug, Deserialize)]
pub(super) struct ArticleNumbers {
    pub(super) weight: f32,
    pub(super) rounds: usize,
    pub(super) smooth: f32,
    pub(super) domain: f32,
    pub(super) smooth_domain: f32,
}

#[derive(Debug, Deserialize)]
pub(super) struct ActNumbers {
    pub(super) deep: f32,
    pub(super) words: f32,
}

#[derive(Debug, Deserialize)]
pub(super) struct StanceNumbers {
    pub(super) alone: f32,
    pub(super) pair: f32,
    pub(super) bias: [f32; 3],
}

#[derive(Debug, Deserialize)]
pub(super) struct CountsNumbers {
    pub(super) slope: f32,
    pub(super) bias: f32,
    pub(super) least: f32,
}
