//! What the fuzz targets hold to (`api/fuzz`), over their seeds and over everything that they have found.
//!
//! Each file is also tried in a few changed forms, always the same ones: no search, but a net under every change.
//! `PLENARY_MUTATIONS` sets their number.

#[path = "../../fuzz/checks/article_body.rs"]
mod article_body;
#[path = "../../fuzz/checks/cursor.rs"]
mod cursor;
#[path = "../../fuzz/checks/dates.rs"]
mod dates;
#[path = "../../fuzz/checks/html.rs"]
mod html;
#[path = "../../fuzz/checks/parser.rs"]
mod parser;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

/// Bytes with some of them changed, doubled, left out or taken from another seed.
fn changed(random: &mut ChaCha8Rng, seed: &[u8], other: &[u8]) -> Vec<u8> {
    const ODD: &[&str] = &[
        "\0", "\u{301}", "”", "<", "&#", "\n\n", "31", "—", "Sept. ", "\u{2028}", "{",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..random.random_range(1..6) {
        let mut at = || random.random_range(0..=bytes.len());
        let (one, two) = (at(), at());
        let (start, end) = (one.min(two), one.max(two));
        let end = end.min(start + 40);
        match random.random_range(0..6) {
            0 if start < bytes.len() => bytes[start] = random.random(),
            1 => drop(bytes.drain(start..end)),
            2 => {
                let part = bytes[start..end].to_vec();
                bytes.splice(start..start, part);
            }
            3 => {
                let odd = ODD[random.random_range(0..ODD.len())];
                bytes.splice(start..start, odd.bytes());
            }
            4 => {
                let cut = random.random_range(0..=other.len());
                let part = other[cut..].iter().take(60).copied();
                bytes.splice(start..end, part);
            }
            _ => bytes.truncate(end.max(1)),
        }
    }
    bytes
}

/// Runs a check over the files of a target and over `mutations` changed forms of each; what it was run over is shown
/// where it fails.
fn run(target: &str, mutations: usize, check: fn(&[u8])) {
    let mutations =
        std::env::var("PLENARY_MUTATIONS").map_or(mutations, |count| count.parse().unwrap());
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let mut last = Vec::new();
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let mut ran = 0;
    for kind in ["seeds", "findings"] {
        // A target that has found nothing has no folder of findings.
        let Ok(files) = std::fs::read_dir(fuzz.join(kind).join(target)) else {
            assert_eq!(kind, "findings", "{target} has no seeds");
            continue;
        };
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        // The order of a folder is anybody's guess, and the changes shall be the same each time.
        paths.sort();
        for path in paths {
            println!("{}", path.display());
            let seed = std::fs::read(&path).unwrap();
            check(&seed);
            for _ in 0..mutations {
                let bytes = changed(&mut random, &seed, &last);
                println!("{}", String::from_utf8_lossy(&bytes).escape_debug());
                check(&bytes);
            }
            last = seed;
            ran += 1;
        }
    }
    assert!(ran >= 5, "{target}: {ran}");
}

#[test]
fn bodies_of_articles() {
    run("article_body", 30, article_body::check);
}

#[test]
fn cursors() {
    run("cursor", 100, cursor::check);
}

#[test]
fn times_in_texts() {
    run("dates", 100, dates::check);
}

#[test]
fn web_pages() {
    run("html", 100, html::check);
}

#[test]
fn texts() {
    run("parser", 2, parser::check);
}
