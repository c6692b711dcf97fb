//! Times the tagger for `training/attribution/speed.py`, which compares it with ONNX Runtime.
//!
//! `speed windows < ARTICLES.jsonl` prints the network's input: `{"ids":[…],"shape":[…]}` for each window.
//! `speed network ROUNDS` runs the network over these windows and `speed articles ROUNDS` goes from text to
//! attributions, as many articles at a time as there are cores; each prints `{"count":…,"seconds":…,"processor":…}`,
//! where the count is of tokens or of articles and `processor` the seconds that all threads together were at work, in
//! hundredths, or null where the system does not tell. What comes first is run once untimed.

use plenary_domain::{Codebook, Gazetteer};
use plenary_parser::Context;
use plenary_parser::document::Document;
use plenary_parser::stage::attribute;
use plenary_parser::stage::attribute::token::{self, Token};
use plenary_parser::stage::segment::{self, Text};
use rayon::prelude::*;
use std::error::Error;
use std::io;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let rounds: usize = arguments.next().map_or(Ok(1), |rounds| rounds.parse())?;
    let texts: Vec<String> = io::stdin()
        .lines()
        .map(|line| {
            let article: serde_json::Value = serde_json::from_str(&line?)?;
            Ok(article["text"].as_str().unwrap_or_default().to_owned())
        })
        .collect::<Result<_, Box<dyn Error>>>()?;
    let context = Context::new(Codebook::builtin(), Gazetteer::builtin())?;
    let tagger = context.tagger;
    let tokens: Vec<Vec<Token>> = texts
        .iter()
        .map(|text| {
            let text = Text::new(text);
            let structure = segment::run(&text, None, None);
            token::tokens(&tagger.tokenizer, &text, &structure)
        })
        .collect();
    let inputs = tokens.iter().flat_map(|tokens| {
        token::windows(tokens)
            .into_iter()
            .map(|window| token::inputs(&tokens[window.start..window.end]))
    });
    match what.as_str() {
        "windows" => {
            for [ids, shape] in inputs {
                println!("{}", serde_json::json!({ "ids": ids, "shape": shape }));
            }
        }
        "network" => {
            let read = inputs.map(|[ids, _]| ids.len()).sum();
            let run = || {
                tokens.par_iter().for_each(|tokens| {
                    std::hint::black_box(tagger.scores(tokens));
                });
            };
            time(read, rounds, run);
        }
        "articles" => {
            let run = || {
                texts.par_iter().for_each(|text| {
                    std::hint::black_box(attributions(&context, text));
                });
            };
            time(texts.len(), rounds, run);
        }
        _ => return Err("say `windows`, `network` or `articles`".into()),
    }
    Ok(())
}

/// Prints how long `rounds` runs over `count` things take.
fn time(count: usize, rounds: usize, run: impl Fn()) {
    run();
    let (begun, before) = (Instant::now(), processor());
    for _ in 0..rounds {
        run();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let processor = processor()
        .zip(before)
        .map(|(after, before)| after - before);
    println!(
        "{}",
        serde_json::json!({ "count": count * rounds, "seconds": seconds, "processor": processor })
    );
}

/// Seconds of processor that this process has used, in hundredths.
fn processor() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/self/stat").ok()?;
    // User and system time are the 12th and 13th field after the name, which may hold spaces.
    let ticks = told
        .rsplit_once(')')?
        .1
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<f64>().ok())
        .sum::<Option<f64>>()?;
    Some(ticks / 100.0)
}

/// Number of attributions found in a text.
fn attributions(context: &Context, text: &str) -> usize {
    let text = Text::new(text);
    let structure = segment::run(&text, None, None);
    let document = Document::new(text, structure);
    attribute::run(&document, context).len()
}
