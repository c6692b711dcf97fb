//! From scores to attributions: the best path of tags, its spans, and the cue of each.

use super::tagger::{Pointer, Scores, TAGS};

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// What it is.
    pub role: Role,
    /// First token.
    pub start: usize,
    /// After the last token.
    pub end: usize,
    /// Mean probability of the role over its tokens.
    pub confidence: f32,
}

/// One attribution in spans of tokens, in text order within each role.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Who says it.
    pub source: Vec<Found>,
    /// The words that tie source and content: one span or none.
    pub cue: Vec<Found>,
    /// What is said; never empty.
    pub content: Vec<Found>,
    /// Probability that the spans belong together.
    pub link: f32,
}

/// The most probable path on which an inside tag follows its own begin or inside.
pub fn path(tags: &[[f32; TAGS]]) -> Vec<u8> {
    let allowed =
        |before: usize, tag: usize| !matches!(tag, 2 | 4 | 6) || before == tag || before == tag - 1;
    let Some((first, rest)) = tags.split_first() else {
        return Vec::new();
    };
    let mut score = *first;
    for inside in [2, 4, 6] {
        score[inside] = f32::NEG_INFINITY;
    }
    let mut back = Vec::with_capacity(rest.len());
    for row in rest {
        let mut next = [f32::NEG_INFINITY; TAGS];
        let mut came = [0u8; TAGS];
        for tag in 0..TAGS {
            for (before, &reached) in score.iter().enumerate() {
                if allowed(before, tag) && reached > next[tag] {
                    next[tag] = reached;
                    came[tag] = before as u8;
                }
            }
            next[tag] += row[tag];
        }
        // Only differences count; large sums would lose their last digits in a long text.
        let most = next.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        score = next.map(|x| x - most);
        back.push(came);
    }
    let mut tag = (1..TAGS).fold(
        0,
        |best, tag| if score[tag] > score[best] { tag } else { best },
    );
    let mut path = vec![tag as u8];
    for came in back.iter().rev() {
        tag = came[tag] as usize;
        path.push(tag as u8);
    }
    path.reverse();
    path
}

/// The spans on a path, in text order. A span ends where `breaks` says so, too.
pub fn spans(path: &[u8], tags: &[[f32; TAGS]], breaks: impl Fn(usize) -> bool) -> Vec<Found> {
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
        while end < path.len() && path[end] == inside && !breaks(end) {
            end += 1;
        }
        let sure = |row: &[f32; TAGS]| row[inside as usize - 1].exp() + row[inside as usize].exp();
        let confidence = tags[at..end].iter().map(sure).sum::<f32>() / (end - at) as f32;
        spans.push(Found {
            role,
            start: at,
            end,
            confidence: confidence.clamp(0.0, 1.0),
        });
        at = end;
    }
    spans
}

/// Gives each source and content to the cue that its pointer prefers. Attributions come in the order
/// of their cues, then contents without a cue in reach.
pub fn drafts(spans: &[Found], scores: &Scores) -> Vec<Draft> {
    let cues: Vec<&Found> = spans.iter().filter(|span| span.role == Role::Cue).collect();
    let mut drafts: Vec<Draft> = cues
        .iter()
        .map(|cue| Draft {
            cue: vec![**cue],
            link: 1.0,
            ..Draft::default()
        })
        .collect();
    let mut alone = Vec::new();
    for span in spans.iter().filter(|span| span.role != Role::Cue) {
        let first = scores.pointers.partition_point(|p| p.from < span.start);
        let near: Vec<(usize, &Pointer)> = scores.pointers[first..]
            .iter()
            .take_while(|pointer| pointer.from == span.start)
            .filter_map(|p| Some((cues.binary_search_by_key(&p.to, |cue| cue.start).ok()?, p)))
            .collect();
        let best = near
            .iter()
            .copied()
            .reduce(|a, b| if b.1.score > a.1.score { b } else { a });
        match best {
            Some((cue, best)) => {
                let sum: f32 = near.iter().map(|(_, p)| (p.score - best.score).exp()).sum();
                let draft = &mut drafts[cue];
                match span.role {
                    Role::Source => draft.source.push(*span),
                    _ => draft.content.push(*span),
                }
                draft.link = draft.link.min(1.0 / sum);
            }
            None if span.role == Role::Content => alone.push(Draft {
                content: vec![*span],
                link: 1.0,
                ..Draft::default()
            }),
            None => {}
        }
    }
    drafts.retain(|draft| !draft.content.is_empty());
    drafts.extend(alone);
    drafts
}
