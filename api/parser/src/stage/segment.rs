//! Segmentation: paragraphs, sentences, quotations, dateline, site furniture.
//!
//! Every part is found in one pass over the text, whatever stands in it: a megabyte without a line
//! end or a full stop takes as long as a megabyte of news.

mod dateline;
mod paragraph;
mod quotation;
mod sentence;

pub use dateline::{month, resolve_day};

use crate::document::{ParagraphKind, Structure};
use chrono::NaiveDate;
use plenary_domain::{Mode, Span};
use std::sync::LazyLock;

/// A text that can be sliced by code points in constant time.
#[derive(Debug)]
pub struct Text<'a> {
    text: &'a str,
    /// Byte offset of every code point, and the length at the end.
    offsets: Vec<u32>,
}

impl<'a> Text<'a> {
    /// Indexes `text`; linear in its length.
    pub fn new(text: &'a str) -> Self {
        let mut offsets: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).collect();
        offsets.push(text.len() as u32);
        Text { text, offsets }
    }

    /// The whole text.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// Number of code points.
    pub fn len(&self) -> u32 {
        (self.offsets.len() - 1) as u32
    }

    /// True when there is no code point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The words of a span, cut at the text's end.
    pub fn slice(&self, span: Span) -> &'a str {
        let last = self.offsets.len() - 1;
        let from = self.offsets[(span.start as usize).min(last)] as usize;
        let to = self.offsets[(span.end as usize).min(last)] as usize;
        &self.text[from..to.max(from)]
    }

    /// The code-point span of a byte range that lies on character boundaries.
    pub fn span_of_bytes(&self, from: usize, to: usize) -> Span {
        let at = |byte: usize| self.offsets.partition_point(|&o| (o as usize) < byte) as u32;
        Span::new(at(from), at(to))
    }

    /// The code point at an index; `None` past the end.
    pub fn at(&self, index: u32) -> Option<char> {
        let from = *self.offsets.get(index as usize)? as usize;
        self.text[from..].chars().next()
    }

    /// The span without white space at its ends.
    pub fn trim(&self, span: Span) -> Span {
        let words = self.slice(span);
        let lead = words.chars().take_while(|c| c.is_whitespace()).count() as u32;
        let length = words.trim().chars().count() as u32;
        Span::new(span.start + lead, span.start + lead + length)
    }
}

/// Compiles the large expressions, for which the first text would wait.
pub fn prepare() {
    LazyLock::force(&paragraph::FURNITURE);
    LazyLock::force(&dateline::DATELINE);
}

/// Finds the parts of the text. `title` and `published` are what is known about the article.
pub fn run(text: &Text<'_>, title: Option<&str>, published: Option<NaiveDate>) -> Structure {
    let paragraphs = paragraph::paragraphs(text, title);
    let body = || {
        paragraphs
            .iter()
            .filter(|paragraph| paragraph.kind == ParagraphKind::Body)
    };
    // One name in capitals with a colon, and a report below it: "LINDAL: The talks ended."
    let mut labels = body()
        .map(|paragraph| dateline::is_labelled(text, paragraph.span))
        .skip(1)
        .peekable();
    let colon = labels.peek().is_some() && !labels.any(|label| label);
    let dateline = body()
        .take(3)
        .find_map(|paragraph| dateline::find(text, paragraph.span, published, colon));
    let after = dateline.as_ref().map(|dateline| dateline.span);
    let sentences = sentence::sentences(text, &paragraphs, after);
    let quotations = quotation::quotations(text, &paragraphs);
    Structure {
        paragraphs,
        sentences,
        quotations,
        dateline,
    }
}

/// How much of `spans` stands in `quotations` (both in text order): letters and digits count.
pub fn quoted_share(text: &Text<'_>, quotations: &[Span], spans: &[Span]) -> Mode {
    let (mut inside, mut outside) = (false, false);
    for span in spans {
        let first = quotations.partition_point(|quotation| quotation.end <= span.start);
        let mut quotations = quotations[first..].iter().peekable();
        for (at, c) in (span.start..span.end).zip(text.slice(*span).chars()) {
            while quotations
                .next_if(|quotation| quotation.end <= at)
                .is_some()
            {}
            if c.is_alphanumeric() {
                match quotations.peek() {
                    Some(quotation) if quotation.start <= at => inside = true,
                    _ => outside = true,
                }
            }
        }
    }
    match (inside, outside) {
        (true, false) => Mode::Direct,
        (true, true) => Mode::Mixed,
        (false, _) => Mode::Indirect,
    }
}
