//! Places in an article's text.

/// A stretch of an article's text in Unicode code points: `start` inclusive, `end` exclusive.
///
/// Code points, not bytes and not UTF-16 units, so that any client language can slice the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index of the first code point.
    pub start: u32,
    /// Index after the last code point.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`; an inverted pair becomes the empty span at `start`.
    pub fn new(start: u32, end: u32) -> Self {
        Span {
            start,
            end: end.max(start),
        }
    }

    /// Number of code points.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// True when the span holds no code point.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// True when every code point of `other` lies in `self`.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// True when the two share at least one code point.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The words themselves: the code points of `text` that the span covers, cut at the text's end.
    pub fn slice(self, text: &str) -> &str {
        let mut bounds = text
            .char_indices()
            .map(|(at, _)| at)
            .chain(std::iter::once(text.len()));
        let from = bounds.nth(self.start as usize).unwrap_or(text.len());
        let to = match self.len() {
            0 => from,
            n => bounds.nth(n as usize - 1).unwrap_or(text.len()),
        };
        &text[from..to]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_slice_has_the_code_points_between_its_ends(text in ".{0,40}", a in 0u32..50, b in 0u32..50) {
            let span = Span::new(a.min(b), a.max(b));
            let expected: String = text.chars().skip(span.start as usize).take(span.len() as usize).collect();
            prop_assert_eq!(span.slice(&text), expected);
        }
    }
}
