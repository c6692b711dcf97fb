//! The tagger gives what its recipe gave for sentences that were written for this test.

use plenary_parser::stage::attribute::{decode, tagger::Tagger, token};
use plenary_parser::stage::segment::{self, Text};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<i32>,
    path: Vec<u8>,
}

#[test]
fn the_tagger_agrees_with_its_recipe() {
    let tagger = Tagger::shipped().unwrap();
    let cases = include_str!("data/tagger_reference.jsonl").lines();
    for case in cases.map(|line| serde_json::from_str::<Case>(line).unwrap()) {
        let text = Text::new(&case.text);
        let structure = segment::run(&text, None, None);
        let tokens = token::tokens(&tagger.tokenizer, &text, &structure);
        let ids: Vec<i32> = tokens.iter().map(|token| token.id).collect();
        assert_eq!(ids, case.ids, "{}", case.text);
        let path = decode::path(&tagger.scores(&tokens).tags);
        assert_eq!(path, case.path, "{}", case.text);
    }
}
