//! No seam: what stands before a text does not change what is said in it, apart from a small share.
//!
//! The network reads windows of 254 word pieces. Other paragraphs in front move their edges, and give the first
//! paragraphs another context, so that a doubtful statement can fall to the other side; most must not move.

use plenary_domain::{Codebook, Gazetteer, NewArticle, Span};
use plenary_parser::{Parser, intake};
use std::collections::BTreeSet;
use std::path::Path;

/// Largest share of statements that may differ. Measured: 0.089, 0.078 and 0.066 with the three fronts.
const MAY_DIFFER: f64 = 0.12;

/// Source, cue and content of a statement.
type Parts = [Vec<Span>; 3];

#[test]
fn paragraphs_in_front_leave_the_statements_behind_them_as_they_are() {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    let articles = corpus();
    assert!(articles.len() >= 20);
    let (mut same, mut all) = (0, 0);
    for (at, article) in articles.iter().enumerate() {
        let alone = statements(&parser, article, 0);
        // As much as a paragraph, half of a window, and several windows.
        for (step, letters) in [(5, 200), (8, 600), (11, 10_000)] {
            let front = front(&articles[(at + step) % articles.len()].text, letters);
            let moved = NewArticle {
                text: format!("{front}{}", article.text),
                ..article.clone()
            };
            let moved = statements(&parser, &moved, front.chars().count() as u32);
            same += alone.intersection(&moved).count();
            all += alone.len().max(moved.len());
        }
    }
    let differ = 1.0 - same as f64 / all as f64;
    println!("{same} of {all} statements are the same, {differ:.3} differ");
    assert!(all > 500 && differ <= MAY_DIFFER, "{differ:.3} differ");
}

/// The articles of the sample corpus, which is no part of this crate.
fn corpus() -> Vec<NewArticle> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| intake::from_markdown(&std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// The first paragraphs of a text, at least so many letters where it has them, and the empty line after them.
fn front(text: &str, letters: usize) -> String {
    let mut front = String::new();
    for paragraph in text.trim().split("\n\n") {
        front.push_str(paragraph);
        front.push_str("\n\n");
        if front.chars().count() >= letters {
            break;
        }
    }
    front
}

/// The statements behind the first `front` letters, as if these were not there.
fn statements(parser: &Parser, article: &NewArticle, front: u32) -> BTreeSet<Parts> {
    let document = parser.uncoded(article);
    document
        .attributions
        .iter()
        .filter(|statement| statement.content[0].start >= front)
        .map(|statement| {
            [&statement.source, &statement.cue, &statement.content].map(|spans| {
                let back = |span: &Span| {
                    Span::new(
                        span.start.saturating_sub(front),
                        span.end.saturating_sub(front),
                    )
                };
                spans.iter().map(back).collect()
            })
        })
        .collect()
}
