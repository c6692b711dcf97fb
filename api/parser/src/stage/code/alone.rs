//! A sentence read alone, outside any article: its act, and its stance towards somebody or something.
//!
//! Nothing in an article is read so. It is how the same models are measured on other people's sets, whose lines are
//! single sentences.

use super::input::{self, Input};
use crate::context::Context;
use crate::document::{Document, Structure};
use crate::stage::segment::Text;
use plenary_domain::codebook::Issue;
use plenary_domain::{Act, Codebook, Span, Stance};

/// The acts with their probabilities, which sum to 1; empty for an empty sentence.
pub fn acts(context: &Context, sentence: &str) -> Vec<(Act, f32)> {
    read(context, sentence).map_or(Vec::new(), |input| context.coder.acts_of(&input))
}

/// The stances towards what is named by `target`, to whether it deserves support, with their probabilities, which sum to
/// 1; empty for an empty sentence.
pub fn stances(context: &Context, sentence: &str, target: &str) -> Vec<(Stance, f32)> {
    let Some(input) = read(context, sentence) else {
        return Vec::new();
    };
    let issue = Issue {
        id: "target".to_owned(),
        label: target.to_owned(),
        domain: "target".to_owned(),
        proposition: format!("{target} deserves support."),
        includes: None,
        excludes: None,
    };
    let codebook = Codebook {
        id: "target".to_owned(),
        version: 1,
        title: target.to_owned(),
        issues: vec![issue],
    };
    let book = context.coder.book(&context.tagger.tokenizer, &codebook);
    context.coder.stances_of(&book, &input)
}

fn read(context: &Context, sentence: &str) -> Option<Input> {
    let text = Text::new(sentence);
    let whole = Span::new(0, text.as_str().chars().count() as u32);
    let document = Document::new(text, Structure::default());
    (!sentence.trim().is_empty())
        .then(|| input::statement(&context.tagger.tokenizer, &document, &[], whole, &[whole]))
}
