//! Time of the parser's stages by length of the text. Times per byte that stay level show that it is linear.
//!
//! `cargo bench -p plenary-parser`

use divan::counter::BytesCount;
use plenary_domain::{Codebook, Gazetteer};
use plenary_parser::stage::segment::{self, Text};
use plenary_parser::{Parser, intake};
use rayon::prelude::*;

fn main() {
    divan::main();
}

const PARAGRAPH: &str = "The envoys of both river states met in Lindal on Tuesday. “We will not sign this paper,” said Ana Torvald, the envoy of Vardania, adding that her government would wait until spring. Bosko called the offer “a step in the right direction” and urged Vardania to let the inspectors in, but ruled out any payment for the dam.\n\n";

/// News of about so many bytes.
fn news(bytes: usize) -> String {
    PARAGRAPH.repeat(bytes.div_ceil(PARAGRAPH.len()))
}

#[divan::bench(args = [1 << 10, 1 << 14, 1 << 17, 1 << 20])]
fn segmentation(bencher: divan::Bencher, bytes: usize) {
    let text = news(bytes);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| segment::run(&Text::new(&text), None, None));
}

#[divan::bench(args = [1 << 10, 1 << 14, 1 << 17, 1 << 20], sample_count = 3, sample_size = 1)]
fn whole_article(bencher: divan::Bencher, bytes: usize) {
    let parser = parser();
    let article = intake::from_text(&news(bytes));
    bencher
        .counter(BytesCount::of_str(&article.text))
        .bench(|| parser.parse(&article));
}

/// Articles of 5 kB, as many at a time as there are cores.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn articles(bencher: divan::Bencher) {
    let parser = parser();
    let articles = vec![intake::from_text(&news(5000)); 20];
    bencher
        .counter(divan::counter::ItemsCount::new(articles.len()))
        .bench(|| {
            articles
                .par_iter()
                .map(|article| parser.parse(article))
                .collect::<Vec<_>>()
        });
}

fn parser() -> Parser {
    match Parser::new(Codebook::builtin(), Gazetteer::builtin()) {
        Ok(parser) => parser,
        Err(error) => panic!("{error}"),
    }
}
