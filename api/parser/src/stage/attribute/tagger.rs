//! The trained tagger: scores of tags and pointers for every token.
//!
//! Tags: 0 outside; 1 and 2 begin and inside of a source, 3 and 4 of a cue, 5 and 6 of a content.
//! Pointer: how well a content fits to a cue, and a cue to a source or to none, each span named by its
//! first token.

use super::crf::Crf;
use super::network::{TagNetwork, Told};
use super::token::{Token, Window, inputs, tokenizer, windows};
use crate::context::ParserError;
use plenary_network::map;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use tokenizers::Tokenizer;

/// Number of tags.
pub const TAGS: usize = 7;
/// Number of signs from which the confidence of an attribution is told.
pub const SIGNS: usize = 9;

static TOKENIZER: &[u8] = include_bytes!("../../../model/attribution/tokenizer.json");
static CRF: &str = include_str!("../../../model/attribution/crf.json");
static DECODING: &str = include_str!("../../../model/attribution/decoding.json");

/// A begin tag is kept as a possible end of a pointer from this share of a token's scores on. Pointers
/// between all tokens of a long text would not fit into memory; the best path does not begin below this.
const LEAST_BEGIN: f32 = 0.002;
/// What several windows say of a token counts by the token's depth in each, up to this one.
const DEEP: usize = 16;

/// The tagger with its weights and its vocabulary.
#[derive(Debug)]
pub struct Tagger {
    network: TagNetwork,
    /// Cuts text into the network's word pieces.
    pub tokenizer: Tokenizer,
    /// How tags follow each other.
    pub crf: Crf,
    /// How sure an attribution is.
    pub confidence: Confidence,
    /// An attribution that is less sure is left out: best for the headline on articles kept from training.
    pub least: f32,
}

/// From the signs of an attribution to the probability that it is right: a logistic regression.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confidence {
    weights: [f64; SIGNS],
    bias: f64,
}

/// The numbers that belong to the weights.
#[derive(Deserialize)]
struct Decoding {
    confidence: Confidence,
    least: f32,
}

impl Confidence {
    /// Probability 0..=1.
    pub fn of(&self, signs: [f64; SIGNS]) -> f32 {
        let sum: f64 = self.weights.iter().zip(signs).map(|(w, x)| w * x).sum();
        (1.0 / (1.0 + (-(self.bias + sum)).exp())) as f32
    }
}

/// What the tagger thinks of each token.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scores {
    /// Scores of the tags, one row for each token; the chain is not in them.
    pub tags: Vec<[f32; TAGS]>,
    /// Pointers in the order of `from`, then of `to`; "none" is first.
    pub pointers: Vec<Pointer>,
}

impl Scores {
    /// Lets no span that was begun before token `at` go on with it.
    pub fn close(&mut self, at: usize) {
        for inside in [2, 4, 6] {
            self.tags[at][inside] = f32::from(i16::MIN);
        }
    }
}

/// How well a content fits to a cue or a cue to a source; comparable among the pointers of one `from`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pointer {
    /// First token of a content or cue.
    pub from: usize,
    /// First token of a cue or source; `None` stands for none.
    pub to: Option<usize>,
    /// The score.
    pub score: f32,
}

impl Tagger {
    /// The tagger that is part of the binary. It is read once a process.
    ///
    /// # Errors
    /// When the build put a broken file into the binary.
    pub fn shipped() -> Result<&'static Tagger, ParserError> {
        static TAGGER: OnceLock<Tagger> = OnceLock::new();
        if let Some(tagger) = TAGGER.get() {
            return Ok(tagger);
        }
        let broken = |error: serde_json::Error| ParserError::Model {
            model: "attribution",
            reason: error.to_string(),
        };
        let decoding: Decoding = serde_json::from_str(DECODING).map_err(broken)?;
        let tagger = Tagger {
            network: TagNetwork::shipped()?,
            tokenizer: tokenizer("attribution", TOKENIZER)?,
            crf: Crf::read(CRF).map_err(broken)?,
            confidence: decoding.confidence,
            least: decoding.least,
        };
        Ok(TAGGER.get_or_init(|| tagger))
    }

    /// Runs the network over all tokens: the mean of what each window says, weighted by depth.
    pub fn scores(&'static self, tokens: &[Token]) -> Scores {
        let windows = windows(tokens);
        let rows: Vec<_> = windows
            .iter()
            .map(|window| inputs(&tokens[window.start..window.end]))
            .collect();
        let found = map(rows, |[ids, shapes]| {
            reduce(&self.network, &self.network.read(&ids, &shapes))
        });
        let count = tokens.len();
        let weight =
            |window: &Window, at: usize| (window.depth(at, count).min(DEEP - 1) + 1) as f32;
        let mut tags = vec![([0.0; TAGS], 0.0); count];
        let mut pointers: BTreeMap<(usize, Option<usize>), (f32, f32)> = BTreeMap::new();
        for (window, found) in windows.iter().zip(found) {
            // No window fails; if one did, its tokens would lie outside everything.
            let Some(found) = found else {
                continue;
            };
            for (at, row) in (window.start..).zip(&found.tags) {
                let weight = weight(window, at);
                let (sum, weights) = &mut tags[at];
                *sum = std::array::from_fn(|tag| sum[tag] + weight * row[tag]);
                *weights += weight;
            }
            for pointer in found.pointers {
                let from = window.start + pointer.from;
                let to = pointer.to.map(|to| window.start + to);
                let weight = weight(window, from).min(to.map_or(f32::MAX, |to| weight(window, to)));
                let (sum, weights) = pointers.entry((from, to)).or_default();
                *sum += weight * pointer.score;
                *weights += weight;
            }
        }
        Scores {
            tags: tags
                .into_iter()
                .map(|(sum, weights)| {
                    if weights > 0.0 {
                        sum.map(|x| x / weights)
                    } else {
                        OUTSIDE
                    }
                })
                .collect(),
            pointers: pointers
                .into_iter()
                .map(|((from, to), (sum, weights))| Pointer {
                    from,
                    to,
                    score: sum / weights,
                })
                .collect(),
        }
    }
}

const OUTSIDE: [f32; TAGS] = [0.0, -50.0, -50.0, -50.0, -50.0, -50.0, -50.0];

/// Keeps of what is told of a window what counts. `[CLS]` and `[SEP]` stand around its tokens.
fn reduce(network: &TagNetwork, told: &Told) -> Scores {
    let length = told.tags.len();
    let tags = told.tags[1..length - 1].to_vec();
    let begins = |tag: usize| -> Vec<usize> {
        let likely = |row: &[f32; TAGS]| {
            let sum: f32 = row.iter().map(|x| (x - row[tag]).exp()).sum();
            1.0 / sum >= LEAST_BEGIN
        };
        (0..tags.len()).filter(|&at| likely(&tags[at])).collect()
    };
    let (sources, cues, contents) = (begins(1), begins(3), begins(5));
    // A pointer to `[CLS]` is one to none.
    let inner = [&sources, &cues, &contents].into_iter().flatten();
    let mut ends: Vec<usize> = inner.map(|at| at + 1).chain([0]).collect();
    ends.sort_unstable();
    ends.dedup();
    let scores = network.pointers(told, &ends);
    let of = |from: usize, to: Option<usize>| {
        let nth = |end: usize| ends.partition_point(|one| *one < end);
        Pointer {
            from,
            to,
            score: scores[nth(from + 1) * ends.len() + nth(to.map_or(0, |to| to + 1))],
        }
    };
    let mut pointers = Vec::new();
    for &from in &contents {
        pointers.push(of(from, None));
        pointers.extend(cues.iter().map(|&to| of(from, Some(to))));
    }
    for &from in &cues {
        pointers.push(of(from, None));
        pointers.extend(sources.iter().map(|&to| of(from, Some(to))));
    }
    Scores { tags, pointers }
}
