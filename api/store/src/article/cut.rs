//! Quotes cut out of an article's text: spans come by code points, and the rows hold them with their words.

use crate::rows::SpanRow;
use crate::{Error, Result};
use plenary_domain::Span;
use serde_json::Value;

/// Cuts spans out of a text whose code points are indexed once.
pub(super) struct Cutter<'a> {
    text: &'a str,
    /// Byte at which each code point starts, and the text's length.
    starts: Vec<usize>,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(text: &'a str) -> Cutter<'a> {
        let starts = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        Cutter { text, starts }
    }

    /// The length of the text in code points.
    pub(super) fn length(&self) -> usize {
        self.starts.len() - 1
    }

    /// The JSON of spans with their words, in text order, those that overlap joined.
    pub(super) fn cut(&self, spans: &[Span], what: &str) -> Result<Value> {
        let mut sorted: Vec<Span> = spans.to_vec();
        sorted.sort();
        let mut joined: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            if span.is_empty() || span.end as usize > self.length() {
                return Err(Error::Invalid(format!(
                    "the {what} spans {}..{}, which is no place in a text of {} characters",
                    span.start,
                    span.end,
                    self.length()
                )));
            }
            match joined.last_mut() {
                Some(last) if span.start < last.end => *last = last.cover(span),
                _ => joined.push(span),
            }
        }
        let rows: Vec<SpanRow> = joined
            .into_iter()
            .map(|span| SpanRow {
                start: span.start,
                end: span.end,
                text: self.text[self.starts[span.start as usize]..self.starts[span.end as usize]]
                    .to_owned(),
            })
            .collect();
        serde_json::to_value(rows).map_err(|error| Error::Invalid(error.to_string()))
    }
}
