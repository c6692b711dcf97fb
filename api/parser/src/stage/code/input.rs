//! What the coder reads: word pieces of a statement in its sentence, or of a proposition, with marks.

use crate::document::Document;
use plenary_domain::Span;
use tokenizers::Tokenizer;

const CLS: i32 = 101;
const SEP: i32 = 102;

/// The mark of the edges, `[CLS]` and `[SEP]`.
pub const EDGE: i32 = 0;
/// The mark of a piece of the title and of what stands before the sentence.
pub const CONTEXT: i32 = 1;
/// The mark of a piece of the sentence outside the evidence.
pub const SENTENCE: i32 = 2;
/// The mark of a piece of the evidence.
pub const EVIDENCE: i32 = 3;
/// The mark of a piece of a proposition.
pub const PROPOSITION: i32 = 4;

/// Most pieces of a sentence; of a longer one those around the evidence's beginning.
const LONGEST_SENTENCE: usize = 80;
/// Pieces before the evidence that are kept of a sentence that is too long.
const LEAD: usize = 12;
/// Most pieces of the title, from its beginning.
const LONGEST_TITLE: usize = 14;
/// Most pieces of what stands before the sentence, up to its end.
const LONGEST_BEFORE: usize = 34;
/// Sentences before the statement's own that are read with it.
const SENTENCES_BEFORE: usize = 2;
/// Most pieces of a proposition.
const LONGEST_PROPOSITION: usize = 46;
/// Characters of a sentence that are looked at on either side of the evidence's first character.
const REACH: u32 = 1200;

/// Pieces and their marks, of the same length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Numbers in the vocabulary.
    pub ids: Vec<i32>,
    /// What each piece belongs to.
    pub marks: Vec<i32>,
}

/// The pieces of an article's title that are read with each of its statements.
pub fn title(tokenizer: &Tokenizer, title: &str) -> Vec<i32> {
    let head: String = title.chars().take(REACH as usize).collect();
    let mut ids = numbers(tokenizer, &head);
    ids.truncate(LONGEST_TITLE);
    ids
}

/// The input of a statement: `evidence` (not empty, in text order) within `sentence`, after the
/// article's title and the end of what stands before the sentence.
pub fn statement(
    tokenizer: &Tokenizer,
    document: &Document<'_>,
    title: &[i32],
    sentence: Span,
    evidence: &[Span],
) -> Input {
    let first = evidence.first().map_or(sentence.start, |span| span.start);
    let before = before(tokenizer, document, sentence);
    // A megabyte without a sentence's end is not read for each statement in it.
    let sentence = Span::new(
        sentence.start.max(first.saturating_sub(REACH)),
        sentence.end.min(first + REACH),
    );
    let pieces = pieces(tokenizer, document.text.slice(sentence));
    let is_evidence = |&(from, to): &(u32, u32)| {
        let piece = Span::new(sentence.start + from, sentence.start + to);
        evidence.iter().any(|span| span.overlaps(piece))
    };
    let mut ids: Vec<i32> = pieces.iter().map(|piece| piece.0).collect();
    let mut marks: Vec<i32> = pieces
        .iter()
        .map(|piece| {
            if is_evidence(&piece.1) {
                EVIDENCE
            } else {
                SENTENCE
            }
        })
        .collect();
    if !marks.contains(&EVIDENCE) {
        marks.fill(EVIDENCE);
    }
    if ids.len() > LONGEST_SENTENCE {
        let first = marks.iter().position(|mark| *mark == EVIDENCE).unwrap_or(0);
        let start = first.saturating_sub(LEAD).min(ids.len() - LONGEST_SENTENCE);
        ids = ids[start..start + LONGEST_SENTENCE].to_vec();
        marks = marks[start..start + LONGEST_SENTENCE].to_vec();
    }
    let mut context: Vec<i32> = Vec::new();
    for part in [title, &before] {
        if !part.is_empty() {
            context.extend(part);
            context.push(SEP);
        }
    }
    marks.splice(0..0, std::iter::repeat_n(CONTEXT, context.len()));
    ids.splice(0..0, context);
    framed(ids, marks)
}

/// The last pieces of the sentences before `sentence`.
fn before(tokenizer: &Tokenizer, document: &Document<'_>, sentence: Span) -> Vec<i32> {
    let sentences = &document.structure.sentences;
    let own = sentences.partition_point(|other| other.span.end <= sentence.start);
    if own == 0 {
        return Vec::new();
    }
    let start = sentences[own.saturating_sub(SENTENCES_BEFORE)].span.start;
    let span = Span::new(
        start.max(sentence.start.saturating_sub(REACH)),
        sentence.start,
    );
    let ids = numbers(tokenizer, document.text.slice(span).trim());
    ids[ids.len().saturating_sub(LONGEST_BEFORE)..].to_vec()
}

/// The input of an issue.
pub fn proposition(tokenizer: &Tokenizer, label: &str, proposition: &str) -> Input {
    let mut ids = numbers(tokenizer, &format!("{label}: {proposition}"));
    ids.truncate(LONGEST_PROPOSITION);
    let marks = vec![PROPOSITION; ids.len()];
    framed(ids, marks)
}

/// Number and place, in code points, of each piece; none where the tokenizer refuses the text.
fn pieces(tokenizer: &Tokenizer, text: &str) -> Vec<(i32, (u32, u32))> {
    tokenizer
        .encode_char_offsets(text, false)
        .map(|encoding| {
            encoding
                .get_ids()
                .iter()
                .zip(encoding.get_offsets())
                .map(|(&id, &(from, to))| (id as i32, (from as u32, to as u32)))
                .collect()
        })
        .unwrap_or_default()
}

/// Number of each piece; none where the tokenizer refuses the text.
fn numbers(tokenizer: &Tokenizer, text: &str) -> Vec<i32> {
    let pieces = pieces(tokenizer, text);
    pieces.into_iter().map(|piece| piece.0).collect()
}

fn framed(ids: Vec<i32>, marks: Vec<i32>) -> Input {
    let frame = |edge: [i32; 2], inner: Vec<i32>| {
        std::iter::once(edge[0])
            .chain(inner)
            .chain(std::iter::once(edge[1]))
            .collect()
    };
    Input {
        ids: frame([CLS, SEP], ids),
        marks: frame([EDGE, EDGE], marks),
    }
}
