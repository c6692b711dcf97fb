//! The tagger gives what its recipe gave for texts that were written for this test
//! (`training/attribution/reference.py`).

use plenary_domain::Span;
use plenary_parser::stage::attribute::{decode, tagger::Tagger, token};
use plenary_parser::stage::segment::{self, Text};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<i32>,
    shapes: Vec<i32>,
    path: Vec<u8>,
    attributions: Vec<Attribution>,
}

#[derive(Deserialize)]
struct Attribution {
    source: Vec<(u32, u32)>,
    cue: Vec<(u32, u32)>,
    content: Vec<(u32, u32)>,
    confidence: f32,
}

#[test]
fn the_tagger_agrees_with_its_recipe() {
    let tagger = Tagger::shipped().unwrap();
    let mut off = Vec::new();
    let cases = include_str!("data/tagger_reference.jsonl").lines();
    for case in cases.map(|line| serde_json::from_str::<Case>(line).unwrap()) {
        let text = Text::new(&case.text);
        let structure = segment::run(&text, None, None);
        let tokens = token::tokens(&tagger.tokenizer, &text, &structure);
        let ids: Vec<i32> = tokens.iter().map(|token| token.id).collect();
        assert_eq!(ids, case.ids, "{}", case.text);
        let shapes: Vec<i32> = tokens.iter().map(|token| token.shape).collect();
        assert_eq!(shapes, case.shapes, "{}", case.text);
        let scores = tagger.scores(&tokens);
        assert_eq!(tagger.crf.path(&scores.tags), case.path, "{}", case.text);
        let drafts = decode::drafts(tagger, &tokens, &scores);
        assert_eq!(drafts.len(), case.attributions.len(), "{drafts:#?}");
        for (draft, expected) in drafts.iter().zip(case.attributions) {
            let spans = |found: &[decode::Found]| -> Vec<Span> {
                let span = |f: &decode::Found| tokens[f.start].span.cover(tokens[f.end - 1].span);
                found.iter().map(span).collect()
            };
            let given = |spans: Vec<(u32, u32)>| -> Vec<Span> {
                spans
                    .into_iter()
                    .map(|(from, to)| Span::new(from, to))
                    .collect()
            };
            assert_eq!(spans(draft.source.as_slice()), given(expected.source));
            assert_eq!(spans(draft.cue.as_slice()), given(expected.cue));
            assert_eq!(spans(&draft.content), given(expected.content));
            off.push((draft.confidence - expected.confidence).abs());
        }
    }
    // Another runtime rounds its 8-bit steps differently; a choice between two near sources feels it most.
    let mean = off.iter().sum::<f32>() / off.len() as f32;
    let most = off.iter().copied().fold(0.0, f32::max);
    assert!(mean < 0.03 && most < 0.2, "{off:?}");
}
