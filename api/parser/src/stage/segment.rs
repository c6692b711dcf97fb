//! Segmentation: paragraphs, sentences, quotations, dateline, site furniture.

use crate::document::{Paragraph, ParagraphKind, Structure};
use plenary_domain::{Mode, Span};

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
}

/// Finds the parts of the text.
pub fn run(text: &Text<'_>, _title: Option<&str>) -> Structure {
    let mut structure = Structure::default();
    let mut start = 0;
    for line in text.as_str().split_inclusive('\n') {
        let length = line.chars().count() as u32;
        let lead = line.chars().take_while(|c| c.is_whitespace()).count() as u32;
        let words = line.trim().chars().count() as u32;
        if words > 0 {
            let span = Span::new(start + lead, start + lead + words);
            structure.paragraphs.push(Paragraph {
                span,
                kind: ParagraphKind::Body,
            });
        }
        start += length;
    }
    structure
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
