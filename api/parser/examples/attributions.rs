//! The attributions of articles, without what follows from them: what the scorer of attributions reads.
//!
//! `cargo run --release -p plenary-parser --example attributions < ARTICLES.jsonl > PREDICTIONS.jsonl`
//!
//! A line of input has `id` and `text`; a line of output `id` and `attributions`, each with spans in code
//! points, the rule that made it and its confidence.

use plenary_domain::{Codebook, Gazetteer, Span};
use plenary_parser::Context;
use plenary_parser::document::Document;
use plenary_parser::stage::attribute;
use plenary_parser::stage::segment::{self, Text};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::io;

#[derive(Deserialize)]
struct Article {
    id: String,
    text: String,
}

#[derive(Serialize)]
struct Prediction {
    id: String,
    attributions: Vec<Attribution>,
}

#[derive(Serialize)]
struct Attribution {
    source: Vec<[u32; 2]>,
    cue: Vec<[u32; 2]>,
    content: Vec<[u32; 2]>,
    rule: &'static str,
    confidence: f32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(Codebook::builtin(), Gazetteer::builtin())?;
    let articles: Vec<Article> = io::stdin()
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<Result<_, Box<dyn Error>>>()?;
    let predictions: Vec<Prediction> = articles
        .into_par_iter()
        .map(|article| predict(&context, article))
        .collect();
    for prediction in predictions {
        println!("{}", serde_json::to_string(&prediction)?);
    }
    Ok(())
}

fn predict(context: &Context, article: Article) -> Prediction {
    let Article { id, text } = article;
    let text = Text::new(&text);
    let structure = segment::run(&text, None, None);
    let document = Document::new(text, structure);
    let pairs = |spans: &[Span]| spans.iter().map(|span| [span.start, span.end]).collect();
    let attributions = attribute::run(&document, context)
        .iter()
        .map(|attribution| Attribution {
            source: pairs(&attribution.source),
            cue: pairs(&attribution.cue),
            content: pairs(&attribution.content),
            rule: attribution.rule,
            confidence: attribution.confidence,
        })
        .collect();
    Prediction { id, attributions }
}
