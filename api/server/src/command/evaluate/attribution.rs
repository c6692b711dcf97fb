//! Scores of attributions against a gold file.
//!
//! Tokens are runs of letters, digits and underscores of the text; a fragment covers a token when
//! they share a character. A predicted and a gold content match when the Jaccard index of their
//! tokens is at least [`ENOUGH`]; matching is one to one, from the highest index down. The headline
//! asks for the source too: the same by Jaccard index, or by its head or last token. Counts are
//! summed over the articles.

use super::figures::{Prf, head, row, share};
use super::sets::{GoldText, Spans};
use rayon::prelude::*;
use regex::Regex;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::ops::AddAssign;
use std::sync::LazyLock;

/// Jaccard index from which two spans count as one.
const ENOUGH: f64 = 0.5;
const KINDS: [&str; 3] = ["direct", "mixed", "indirect"];
const ROLES: [&str; 3] = ["source", "cue", "content"];

/// What ends the first noun phrase of a source.
static HEAD_END: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?i)[,;:()\[\]\u{2013}\u{2014}]|\s-\s|\b(?:of|for|at|in|on|from|with|to|by|near|about|against|who|whom|whose|which|that)\b";
    Regex::new(pattern).unwrap_or_else(|error| panic!("the pattern of heads is broken: {error}"))
});

/// The scores of one set.
#[derive(Debug, Serialize)]
pub(super) struct Scores {
    articles: usize,
    articles_missing: usize,
    gold: usize,
    predicted: usize,
    /// Content and source right.
    headline: Prf,
    content_relaxed: Prf,
    content_exact: Prf,
    content_tokens: Prf,
    /// Content, source and cue right.
    triple: Prf,
    source_given_content: f64,
    cue_given_content: f64,
    matched: usize,
    by_type: BTreeMap<&'static str, Prf>,
    fragments_exact: BTreeMap<&'static str, Prf>,
}

#[derive(Debug, Default, Clone)]
struct Counts {
    gold: usize,
    predicted: usize,
    relaxed: usize,
    exact: usize,
    source: usize,
    cue: usize,
    triple: usize,
    /// Gold, predicted and right ones of each kind of quotation.
    kinds: [[usize; 3]; 3],
    /// Gold, predicted and right tokens.
    tokens: [usize; 3],
    /// Gold, predicted and right fragments of each role.
    fragments: [[usize; 3]; 3],
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.gold += other.gold;
        self.predicted += other.predicted;
        self.relaxed += other.relaxed;
        self.exact += other.exact;
        self.source += other.source;
        self.cue += other.cue;
        self.triple += other.triple;
        let sum = |a: &mut [usize; 3], b: [usize; 3]| {
            for (a, b) in a.iter_mut().zip(b) {
                *a += b;
            }
        };
        sum(&mut self.tokens, other.tokens);
        for at in 0..3 {
            sum(&mut self.kinds[at], other.kinds[at]);
            sum(&mut self.fragments[at], other.fragments[at]);
        }
    }
}

/// Indices of tokens; marks have numbers below 0, so that they never equal a word.
type Tokens = BTreeSet<i64>;

/// The text of one article, cut into tokens. Offsets are code points.
struct Article {
    text: Vec<char>,
    words: Vec<(usize, usize)>,
    marks: Vec<(usize, usize)>,
    quoted: Vec<(usize, usize)>,
}

/// One attribution as tokens, in the order of [`ROLES`].
struct Roles {
    of: [Tokens; 3],
}

impl Article {
    fn new(text: &str) -> Article {
        let text: Vec<char> = text.chars().collect();
        let mut words = Vec::new();
        let mut marks = Vec::new();
        let mut from = None;
        let word = |c: char| c.is_alphanumeric() || c == '_';
        for (at, c) in text.iter().copied().chain([' ']).enumerate() {
            if word(c) {
                from.get_or_insert(at);
                continue;
            }
            words.extend(from.take().map(|from| (from, at)));
            if !c.is_whitespace() {
                marks.push((at, at + 1));
            }
        }
        let quoted = quoted(&text);
        Article {
            text,
            words,
            marks,
            quoted,
        }
    }

    fn covered(spans: &[(usize, usize)], fragments: &[[usize; 2]]) -> Vec<usize> {
        let mut found = BTreeSet::new();
        for [from, to] in fragments {
            let first = spans.partition_point(|span| span.1 <= *from);
            let last = spans.partition_point(|span| span.0 < *to);
            found.extend(first..last);
        }
        found.into_iter().collect()
    }

    fn tokens(&self, fragments: &[[usize; 2]]) -> Tokens {
        let words = Self::covered(&self.words, fragments);
        if words.is_empty() {
            let marks = Self::covered(&self.marks, fragments);
            return marks.into_iter().map(|at| -1 - at as i64).collect();
        }
        words.into_iter().map(|at| at as i64).collect()
    }

    fn span(&self, token: i64) -> (usize, usize) {
        match usize::try_from(token) {
            Ok(word) => self.words[word],
            Err(_) => self.marks[(-1 - token) as usize],
        }
    }

    /// The last token before whatever ends the first noun phrase.
    fn head(&self, tokens: &Tokens) -> Option<i64> {
        let (first, last) = (*tokens.first()?, *tokens.last()?);
        if first < 0 {
            return Some(first);
        }
        let (from, to) = (self.span(first).1, self.span(last).1);
        let rest: String = self.text[from..to].iter().collect();
        // A pattern sees only the rest; a word that ends right before it is no start of a new one.
        let end = HEAD_END
            .find(&rest)
            .map_or(to, |found| from + rest[..found.start()].chars().count());
        tokens
            .iter()
            .copied()
            .rfind(|token| self.span(*token).0 < end || *token == first)
    }

    /// 0: direct, 1: mixed, 2: indirect.
    fn kind(&self, tokens: &Tokens) -> usize {
        let inside = tokens
            .iter()
            .filter(|token| {
                let (from, to) = self.span(**token);
                let after = self.quoted.partition_point(|region| region.0 <= from);
                after > 0 && to <= self.quoted[after - 1].1
            })
            .count();
        match inside {
            0 => 2,
            n if n == tokens.len() => 0,
            _ => 1,
        }
    }

    /// Fragments cut at line breaks, without white space at the ends.
    fn lines(&self, fragments: &[[usize; 2]]) -> BTreeSet<(usize, usize)> {
        let mut pieces = BTreeSet::new();
        for [from, to] in fragments {
            let mut at = *from;
            for line in self.text[*from..*to].split(|c| matches!(c, '\r' | '\n')) {
                let left = line.iter().take_while(|c| c.is_whitespace()).count();
                let right = line.iter().rev().take_while(|c| c.is_whitespace()).count();
                if left < line.len() {
                    pieces.insert((at + left, at + line.len() - right));
                }
                at += line.len() + 1;
            }
        }
        pieces
    }
}

/// Stretches inside double quotation marks, marks included. Each paragraph is read on its own; a
/// quotation that its paragraph does not close ends with the paragraph.
fn quoted(text: &[char]) -> Vec<(usize, usize)> {
    let mut regions = Vec::new();
    let mut at = 0;
    for paragraph in text.split(|c| matches!(c, '\r' | '\n')) {
        let mut opened = None;
        for (offset, mark) in paragraph.iter().enumerate() {
            let (opens, closes) = match mark {
                '"' => (true, true),
                '\u{201c}' | '\u{201e}' | '«' => (true, false),
                '\u{201d}' | '»' => (false, true),
                _ => continue,
            };
            match opened {
                None if opens => opened = Some(at + offset),
                Some(from) if closes => {
                    regions.push((from, at + offset + 1));
                    opened = None;
                }
                _ => {}
            }
        }
        regions.extend(opened.map(|from| (from, at + paragraph.len())));
        at += paragraph.len() + 1;
    }
    regions
}

fn jaccard(one: &Tokens, other: &Tokens) -> f64 {
    let common = one.intersection(other).count();
    share(common, one.len() + other.len() - common)
}

fn source_right(article: &Article, gold: &Roles, predicted: &Roles) -> bool {
    let (g, p) = (&gold.of[0], &predicted.of[0]);
    if g.is_empty() || p.is_empty() {
        return g.is_empty() && p.is_empty();
    }
    if jaccard(g, p) >= ENOUGH {
        return true;
    }
    if p.iter()
        .any(|token| gold.of[1].contains(token) || gold.of[2].contains(token))
    {
        return false;
    }
    let ends = |tokens: &Tokens| [article.head(tokens), tokens.last().copied()];
    ends(g).iter().any(|token| ends(p).contains(token))
}

fn cue_right(gold: &Roles, predicted: &Roles) -> bool {
    let (g, p) = (&gold.of[1], &predicted.of[1]);
    if g.is_empty() || p.is_empty() {
        return g.is_empty() && p.is_empty();
    }
    jaccard(g, p) >= ENOUGH || g.last() == p.last()
}

/// Pairs of gold and predicted contents.
fn matches(gold: &[Roles], predicted: &[Roles]) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for (i, one) in gold.iter().enumerate() {
        for (j, other) in predicted.iter().enumerate() {
            let overlap = jaccard(&one.of[2], &other.of[2]);
            if overlap >= ENOUGH {
                candidates.push((overlap, i, j));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut used_gold, mut used_predicted) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, i, j) in candidates {
        if !used_gold.contains(&i) && !used_predicted.contains(&j) {
            used_gold.insert(i);
            used_predicted.insert(j);
            pairs.push((i, j));
        }
    }
    pairs
}

fn roles(spans: &Spans) -> [&[[usize; 2]]; 3] {
    [&spans.source, &spans.cue, &spans.content]
}

fn count(text: &str, gold_spans: &[Spans], predicted_spans: &[Spans]) -> Counts {
    let article = Article::new(text);
    let read = |spans: &[Spans]| -> Vec<Roles> {
        let mut ordered: Vec<&Spans> = spans.iter().collect();
        ordered.sort_by_key(|spans| spans.content.iter().min().copied());
        ordered
            .into_iter()
            .map(|spans| Roles {
                of: roles(spans).map(|fragments| article.tokens(fragments)),
            })
            .collect()
    };
    let (gold, predicted) = (read(gold_spans), read(predicted_spans));
    let kinds = |list: &[Roles]| -> Vec<usize> {
        list.iter()
            .map(|roles| article.kind(&roles.of[2]))
            .collect()
    };
    let (gold_kinds, mut predicted_kinds) = (kinds(&gold), kinds(&predicted));
    let mut counts = Counts {
        gold: gold.len(),
        predicted: predicted.len(),
        ..Counts::default()
    };
    for kind in &gold_kinds {
        counts.kinds[*kind][0] += 1;
    }
    for (i, j) in matches(&gold, &predicted) {
        // A match has the kind of its gold content.
        predicted_kinds[j] = gold_kinds[i];
        let source = source_right(&article, &gold[i], &predicted[j]);
        let cue = cue_right(&gold[i], &predicted[j]);
        counts.relaxed += 1;
        counts.exact += usize::from(gold[i].of[2] == predicted[j].of[2]);
        counts.source += usize::from(source);
        counts.cue += usize::from(cue);
        counts.triple += usize::from(source && cue);
        counts.kinds[gold_kinds[i]][2] += usize::from(source);
    }
    for kind in predicted_kinds {
        counts.kinds[kind][1] += 1;
    }
    let all = |list: &[Roles]| -> Tokens { list.iter().flat_map(|r| r.of[2].clone()).collect() };
    let (in_gold, in_predicted) = (all(&gold), all(&predicted));
    counts.tokens = [
        in_gold.len(),
        in_predicted.len(),
        in_gold.intersection(&in_predicted).count(),
    ];
    for role in 0..ROLES.len() {
        let pieces = |spans: &[Spans]| -> BTreeSet<(usize, usize)> {
            spans
                .iter()
                .flat_map(|one| article.lines(roles(one)[role]))
                .collect()
        };
        let (g, p) = (pieces(gold_spans), pieces(predicted_spans));
        counts.fragments[role] = [g.len(), p.len(), g.intersection(&p).count()];
    }
    counts
}

/// Scores every article; one that has no prediction counts as predicted empty.
pub(super) fn score(gold: &[GoldText], predicted: &HashMap<String, Vec<Spans>>) -> Scores {
    let counts: Vec<Counts> = gold
        .par_iter()
        .map(|article| {
            let found = predicted.get(&article.id).map_or(&[][..], Vec::as_slice);
            count(&article.text, &article.attributions, found)
        })
        .collect();
    let mut sum = Counts::default();
    for one in counts {
        sum += one;
    }
    let whole = |right: usize| Prf::new(right, sum.predicted, sum.gold);
    let three = |[gold, predicted, right]: [usize; 3]| Prf::new(right, predicted, gold);
    Scores {
        articles: gold.len(),
        articles_missing: gold
            .iter()
            .filter(|one| !predicted.contains_key(&one.id))
            .count(),
        gold: sum.gold,
        predicted: sum.predicted,
        headline: whole(sum.source),
        content_relaxed: whole(sum.relaxed),
        content_exact: whole(sum.exact),
        content_tokens: three(sum.tokens),
        triple: whole(sum.triple),
        source_given_content: share(sum.source, sum.relaxed),
        cue_given_content: share(sum.cue, sum.relaxed),
        matched: sum.relaxed,
        by_type: KINDS.into_iter().zip(sum.kinds.map(three)).collect(),
        fragments_exact: ROLES.into_iter().zip(sum.fragments.map(three)).collect(),
    }
}

impl Scores {
    /// The scores as a table for people.
    pub(super) fn table(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{} articles ({} without prediction), {} gold attributions, {} predicted",
            self.articles, self.articles_missing, self.gold, self.predicted
        );
        head(&mut out);
        row(&mut out, "content and source", &self.headline);
        for kind in KINDS {
            if let Some(figures) = self.by_type.get(kind) {
                row(&mut out, &format!("  {kind}"), figures);
            }
        }
        row(&mut out, "content, half or more", &self.content_relaxed);
        row(&mut out, "content, exact", &self.content_exact);
        row(&mut out, "content, tokens", &self.content_tokens);
        row(&mut out, "content, source and cue", &self.triple);
        for role in ROLES {
            if let Some(figures) = self.fragments_exact.get(role) {
                row(&mut out, &format!("fragments exact: {role}"), figures);
            }
        }
        let _ = writeln!(
            out,
            "right, given content: source {:.3}  cue {:.3}",
            self.source_given_content, self.cue_given_content
        );
        out
    }
}
