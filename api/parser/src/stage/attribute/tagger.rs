//! The trained tagger: scores of tags and pointers for every token.
//!
//! Tags: 0 outside; 1 and 2 begin and inside of a source, 3 and 4 of a cue, 5 and 6 of a content.
//! Pointer: how well the span that begins at one token fits to the cue that begins at another.

use super::token::{Token, Window, ids, tokenizer, windows};
use crate::context::ParserError;
use crate::network::{Column, Network, Output};
use std::sync::OnceLock;
use tokenizers::Tokenizer;

/// Number of tags.
pub const TAGS: usize = 7;

static NETWORK: &[u8] = include_bytes!("../../../model/attribution/tagger.onnx");
static TOKENIZER: &[u8] = include_bytes!("../../../model/attribution/tokenizer.json");

/// A begin tag is kept as a possible end of a pointer from this probability on. Pointers between all
/// tokens of a long text would not fit into memory; the best path hardly ever begins below this.
const LEAST_BEGIN: f32 = 0.02;

/// The tagger with its weights and its vocabulary.
#[derive(Debug)]
pub struct Tagger {
    network: Network,
    /// Cuts text into the network's word pieces.
    pub tokenizer: Tokenizer,
}

/// What the tagger thinks of each token.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scores {
    /// Logarithms of the tags' probabilities, one row for each token.
    pub tags: Vec<[f32; TAGS]>,
    /// Pointers in the order of `from`.
    pub pointers: Vec<Pointer>,
}

/// How well a span fits to a cue; comparable among the pointers of one `from`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pointer {
    /// First token of a source or content.
    pub from: usize,
    /// First token of a cue.
    pub to: usize,
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
        let tagger = Tagger {
            network: Network::load("attribution", NETWORK, &["ids"], &["tags", "pointer"])?,
            tokenizer: tokenizer("attribution", TOKENIZER)?,
        };
        Ok(TAGGER.get_or_init(|| tagger))
    }

    /// Runs the network over all tokens.
    pub fn scores(&'static self, tokens: &[Token]) -> Scores {
        let windows = windows(tokens.len());
        let rows: Vec<_> = windows
            .iter()
            .map(|window| vec![Column::Numbers(ids(&tokens[window.start..window.end]))])
            .collect();
        let found = {
            let windows = windows.clone();
            self.network
                .map(rows, move |nth, outputs| reduce(windows[nth], outputs))
        };
        let mut scores = Scores::default();
        for (window, found) in windows.iter().zip(found) {
            match found.flatten() {
                Some(found) => {
                    scores.tags.extend(found.tags);
                    scores.pointers.extend(found.pointers);
                }
                // The network refuses no window; if it did, its tokens would lie outside everything.
                None => scores
                    .tags
                    .extend((window.from..window.to).map(|_| OUTSIDE)),
            }
        }
        scores
    }
}

const OUTSIDE: [f32; TAGS] = [0.0, -50.0, -50.0, -50.0, -50.0, -50.0, -50.0];

/// Keeps of a window's outputs what counts; `None` where they have not the promised shape.
fn reduce(window: Window, outputs: Vec<Output>) -> Option<Scores> {
    let [tags, pointer] = <[Output; 2]>::try_from(outputs).ok()?;
    // `[CLS]` and `[SEP]` stand around the tokens.
    let length = window.end - window.start + 2;
    if tags.shape != [length, TAGS] || pointer.shape != [length, length] {
        return None;
    }
    let rows: Vec<[f32; TAGS]> = tags.data.as_chunks::<TAGS>().0[1..length - 1]
        .iter()
        .map(log_softmax)
        .collect();
    let begins = |tags: &'static [usize]| {
        rows.iter()
            .enumerate()
            .filter(move |(_, row)| tags.iter().any(|tag| row[*tag] > LEAST_BEGIN.ln()))
            .map(|(at, _)| at)
    };
    let cues: Vec<usize> = begins(&[3]).collect();
    let pointers = begins(&[1, 5])
        .filter(|at| (window.from..window.to).contains(&(window.start + at)))
        .flat_map(|from| cues.iter().map(move |&to| (from, to)))
        .map(|(from, to)| Pointer {
            from: window.start + from,
            to: window.start + to,
            score: pointer.data[(from + 1) * length + to + 1],
        })
        .collect();
    Some(Scores {
        tags: rows[window.from - window.start..window.to - window.start].to_vec(),
        pointers,
    })
}

fn log_softmax(row: &[f32; TAGS]) -> [f32; TAGS] {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum = row.iter().map(|x| (x - most).exp()).sum::<f32>().ln() + most;
    row.map(|x| x - sum)
}
