//! From scores to attributions: the spans on the best path of tags, the cue of each content and the source
//! of each cue, and how sure all of it is.

use super::tagger::{Pointer, Scores, TAGS, Tagger};
use super::token::Token;

/// What a pointer to a source in another paragraph than the cue's loses: one in two thousand is right.
const SOURCE_AWAY: f32 = 4.0;
/// What a pointer to a cue in another paragraph than the content's loses.
const CUE_AWAY: f32 = 2.0;
/// Least probability that is told from none.
const LEAST: f64 = 1e-6;

/// What a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who says it.
    Source,
    /// The words that tie source and content.
    Cue,
    /// What is said.
    Content,
}

/// A span of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub role: Role,
    /// First token.
    pub start: usize,
    /// After the last token.
    pub end: usize,
}

/// One attribution in spans of tokens.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Who says it.
    pub source: Option<Found>,
    /// The words that tie source and content; `None` where no cue is in reach of the content.
    pub cue: Option<Found>,
    /// What is said, in text order; never empty.
    pub content: Vec<Found>,
    /// Probability that it is right, 0..=1.
    pub confidence: f32,
}

/// The spans on a path, in text order.
pub fn spans(path: &[u8]) -> Vec<Found> {
    let mut spans = Vec::new();
    let mut at = 0;
    while at < path.len() {
        let role = match path[at] {
            1 | 2 => Role::Source,
            3 | 4 => Role::Cue,
            5 | 6 => Role::Content,
            _ => {
                at += 1;
                continue;
            }
        };
        let inside = path[at].next_multiple_of(2);
        let mut end = at + 1;
        while end < path.len() && path[end] == inside {
            end += 1;
        }
        spans.push(Found {
            role,
            start: at,
            end,
        });
        at = end;
    }
    spans
}

/// Attributions that are sure enough, in the order of their cues, then those without one.
pub fn drafts(tagger: &Tagger, tokens: &[Token], scores: &Scores) -> Vec<Draft> {
    let path = tagger.crf.path(&scores.tags);
    let reading = Reading {
        tagger,
        posteriors: tagger.crf.posteriors(&scores.tags),
        spans: spans(&path),
        path,
        tokens,
        scores,
    };
    let of = |role: Role| {
        reading
            .spans
            .iter()
            .copied()
            .filter(move |span| span.role == role)
    };
    let (sources, cues): (Vec<Found>, Vec<Found>) =
        (of(Role::Source).collect(), of(Role::Cue).collect());
    // For each cue its contents, each with the probability of the choice.
    let mut contents: Vec<Vec<(Found, f64)>> = vec![Vec::new(); cues.len()];
    let mut alone = Vec::new();
    for content in of(Role::Content) {
        match reading.choose(content, &cues, CUE_AWAY) {
            (Some(cue), sure) => contents[cue].push((content, sure)),
            (None, sure) => alone.push((content, sure)),
        }
    }
    let mut drafts = Vec::new();
    for (&cue, contents) in cues.iter().zip(contents) {
        if !contents.is_empty() {
            let (source, sure) = reading.choose(cue, &sources, SOURCE_AWAY);
            let source = source.map(|at| sources[at]);
            drafts.push(reading.draft(source, sure, Some(cue), &contents));
        }
    }
    for content in alone {
        // Without a cue, the last source before it in its paragraph speaks on.
        let first = content.0.start;
        let before = sources.partition_point(|source| source.end <= first);
        let source = sources[..before]
            .last()
            .copied()
            .filter(|source| tokens[source.start].paragraph == tokens[first].paragraph);
        drafts.push(reading.draft(source, 1.0, None, &[content]));
    }
    drafts.retain(|draft| draft.confidence >= tagger.least);
    drafts
}

/// The best path with all that speaks for it.
struct Reading<'a> {
    tagger: &'a Tagger,
    tokens: &'a [Token],
    scores: &'a Scores,
    path: Vec<u8>,
    posteriors: Vec<[f32; TAGS]>,
    spans: Vec<Found>,
}

impl Reading<'_> {
    /// The best of `candidates` for a span, or none where nothing fits better, with its probability. Of equal
    /// ones the earlier.
    fn choose(&self, span: Found, candidates: &[Found], away: f32) -> (Option<usize>, f64) {
        let line = |token: usize| self.tokens[token].paragraph;
        let pointers = &self.scores.pointers;
        let first = pointers.partition_point(|p| p.from < span.start);
        let scored = |p: &Pointer| match p.to {
            None => Some((None, p.score)),
            Some(to) => {
                let at = candidates.binary_search_by_key(&to, |c| c.start).ok()?;
                let away = if line(to) == line(span.start) {
                    0.0
                } else {
                    away
                };
                Some((Some(at), p.score - away))
            }
        };
        let choices: Vec<(Option<usize>, f32)> = pointers[first..]
            .iter()
            .take_while(|p| p.from == span.start)
            .filter_map(scored)
            .collect();
        let Some(best) = choices
            .iter()
            .copied()
            .reduce(|a, b| if b.1 > a.1 { b } else { a })
        else {
            return (None, 0.0);
        };
        let sum: f64 = choices.iter().map(|c| f64::from(c.1 - best.1).exp()).sum();
        (best.0, 1.0 / sum)
    }

    /// One attribution. `chosen` is the probability of the source, each content comes with that of its cue.
    fn draft(
        &self,
        source: Option<Found>,
        chosen: f64,
        cue: Option<Found>,
        contents: &[(Found, f64)],
    ) -> Draft {
        let log = |p: f64| p.max(LEAST).ln();
        let least = |of: &dyn Fn(&(Found, f64)) -> f64| {
            contents.iter().map(of).fold(f64::INFINITY, f64::min)
        };
        let length: usize = contents.iter().map(|(span, _)| span.end - span.start).sum();
        // `training/attribution/DECODING.md` names the signs.
        let signs = [
            least(&|(span, _)| self.sure(*span)),
            cue.map_or(0.0, |cue| self.sure(cue)),
            source.map_or(0.0, |source| self.sure(source)),
            log(chosen),
            least(&|(_, sure)| log(*sure)),
            f64::from(u8::from(source.is_some())),
            (length as f64).ln(),
            least(&|(span, _)| log(f64::from(self.posteriors[span.start][5]))),
            f64::from(u8::from(cue.is_some())),
        ];
        Draft {
            source,
            cue,
            content: contents.iter().map(|(span, _)| *span).collect(),
            confidence: self.tagger.confidence.of(signs),
        }
    }

    /// Mean logarithm of the probabilities of a span's tags.
    fn sure(&self, span: Found) -> f64 {
        let sum: f64 = (span.start..span.end)
            .map(|at| {
                f64::from(self.posteriors[at][self.path[at] as usize])
                    .max(LEAST)
                    .ln()
            })
            .sum();
        sum / (span.end - span.start) as f64
    }
}
