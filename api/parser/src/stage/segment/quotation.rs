//! Quotations: typographic, straight and single marks, guillemets, low opening marks.
//!
//! Each paragraph is read by itself: a quotation that its paragraph does not close ends with it, and
//! one that goes on repeats its opening mark at the head of the next paragraph. Only the outermost
//! marks count.

use super::Text;
use crate::document::{Paragraph, ParagraphKind};
use plenary_domain::Span;

/// The marks that may close a quotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// “…”, “…", „…“, „…”, "…", "…”
    Double,
    /// «…»
    Guillemets,
    /// »…«
    Inward,
    /// ‘…’ and '…'
    Single,
}

/// The outermost quotations of all paragraphs but furniture, marks included.
pub(super) fn quotations(text: &Text<'_>, paragraphs: &[Paragraph]) -> Vec<Span> {
    let mut found = Vec::new();
    for paragraph in paragraphs {
        if paragraph.kind == ParagraphKind::Furniture {
            continue;
        }
        let chars: Vec<char> = text.slice(paragraph.span).chars().collect();
        let start = paragraph.span.start;
        found.extend(
            in_paragraph(&chars)
                .into_iter()
                .map(|(from, to)| Span::new(start + from as u32, start + to as u32)),
        );
    }
    found
}

/// Start and end of each quotation in one paragraph.
fn in_paragraph(chars: &[char]) -> Vec<(usize, usize)> {
    let singles = Singles::new(chars);
    let marks = next_marks(chars);
    let mut found = Vec::new();
    let mut open: Option<(Kind, usize, usize)> = None;
    // Marks still to come tell a nested quotation from one that was never closed.
    let mut openers_left = chars.iter().filter(|c| matches!(c, '“' | '«')).count();
    let mut closers_left = chars.iter().filter(|c| matches!(c, '”' | '»')).count();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        openers_left -= usize::from(matches!(c, '“' | '«'));
        closers_left -= usize::from(matches!(c, '”' | '»'));
        match open {
            None => {
                if let Some(kind) = opens(chars, at, &singles) {
                    open = Some((kind, at, 0));
                }
            }
            Some((kind, from, depth)) => {
                let nested = matches!((kind, c), (Kind::Double, '“') | (Kind::Guillemets, '«'));
                // „…“ closes with the mark that opens elsewhere.
                if nested && chars[from] != '„' {
                    if closers_left >= openers_left + depth + 2 {
                        open = Some((kind, from, depth + 1));
                    }
                } else if closes(kind, chars, from, at, &singles, &marks) {
                    if depth > 0 && matches!(c, '”' | '»') {
                        open = Some((kind, from, depth - 1));
                    } else {
                        found.push((from, at + 1));
                        open = None;
                    }
                }
            }
        }
        at += 1;
    }
    if let Some((_, from, _)) = open {
        found.push((from, chars.len()));
    }
    found
}

/// The kind of quotation that the mark at `at` opens, outside any other.
fn opens(chars: &[char], at: usize, singles: &Singles) -> Option<Kind> {
    let before = at.checked_sub(1).map(|before| chars[before]);
    let after = chars.get(at + 1).copied();
    match chars[at] {
        '“' | '„' | '‟' | '＂' | '「' => Some(Kind::Double),
        // 6" is a length.
        '"' if before.is_none_or(|c| !c.is_ascii_digit()) || is_letter(after) => Some(Kind::Double),
        '«' => Some(Kind::Guillemets),
        '»' if is_edge(before) && after.is_some_and(|c| !c.is_whitespace()) => Some(Kind::Inward),
        '‘' | '‚' | '\'' if singles.closer_of(at).is_some() => Some(Kind::Single),
        _ => None,
    }
}

/// True where the mark at `at` closes the quotation that began at `from`.
fn closes(
    kind: Kind,
    chars: &[char],
    from: usize,
    at: usize,
    singles: &Singles,
    marks: &[Option<char>],
) -> bool {
    match kind {
        Kind::Double => match chars[at] {
            '”' | '＂' | '」' => true,
            '“' => chars[from] == '„',
            // Straight marks inside typographic ones are a quotation within, if the closing mark follows.
            '"' => chars[from] != '“' || marks[at] != Some('”'),
            _ => false,
        },
        Kind::Guillemets => chars[at] == '»',
        Kind::Inward => chars[at] == '«',
        Kind::Single => singles.closer_of(from) == Some(at),
    }
}

/// For each character the next typographic double mark from it on.
fn next_marks(chars: &[char]) -> Vec<Option<char>> {
    let mut next = None;
    let mut marks: Vec<Option<char>> = chars
        .iter()
        .rev()
        .map(|&c| {
            next = if matches!(c, '“' | '”') {
                Some(c)
            } else {
                next
            };
            next
        })
        .collect();
    marks.reverse();
    marks
}

fn is_letter(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// True at the paragraph's start, after white space, a bracket or a dash.
fn is_edge(before: Option<char>) -> bool {
    before.is_none_or(|c| {
        c.is_whitespace() || matches!(c, '(' | '[' | '{' | '-' | '–' | '—' | ':' | '/')
    })
}

/// Single quotation marks, told from apostrophes: for each opening mark its closing one.
struct Singles {
    pairs: Vec<(usize, usize)>,
}

impl Singles {
    fn new(chars: &[char]) -> Singles {
        let mut pairs = Vec::new();
        // Opening mark and, once an apostrophe-like closing mark was seen, that mark.
        let mut open: Option<(usize, Option<usize>)> = None;
        let settle = |open: &mut Option<(usize, Option<usize>)>,
                      pairs: &mut Vec<(usize, usize)>| {
            if let Some((from, Some(to))) = open.take() {
                pairs.push((from, to));
            }
        };
        for at in 0..chars.len() {
            let before = at.checked_sub(1).map(|before| chars[before]);
            let after = chars.get(at + 1).copied();
            match chars[at] {
                '‘' | '\'' | '‚'
                    if is_edge(before) && is_letter(after) && !is_decade(chars, at) =>
                {
                    settle(&mut open, &mut pairs);
                    open = Some((at, None));
                }
                '’' | '\'' | '‘'
                    if before.is_some_and(|c| !c.is_whitespace()) && !is_letter(after) =>
                {
                    let Some((from, kept)) = open else { continue };
                    if at < from + 3 || !matches_opener(chars[from], chars[at]) {
                        continue;
                    }
                    // "the allies’ position": a possessive within the quotation, if it closes later.
                    let possessive = before.is_some_and(|c| matches!(c, 's' | 'S'))
                        && after.is_some_and(char::is_whitespace)
                        && chars.get(at + 2).is_some_and(|c| c.is_lowercase());
                    if possessive {
                        open = Some((from, kept.or(Some(at))));
                    } else {
                        pairs.push((from, at));
                        open = None;
                    }
                }
                _ => {}
            }
        }
        settle(&mut open, &mut pairs);
        Singles { pairs }
    }

    /// Where the quotation that begins at `from` closes.
    fn closer_of(&self, from: usize) -> Option<usize> {
        let at = self.pairs.binary_search_by_key(&from, |pair| pair.0).ok()?;
        Some(self.pairs[at].1)
    }
}

fn matches_opener(opener: char, closer: char) -> bool {
    match opener {
        '‘' => matches!(closer, '’' | '\''),
        '‚' => matches!(closer, '‘' | '’'),
        _ => closer == '\'',
    }
}

/// '90s
fn is_decade(chars: &[char], at: usize) -> bool {
    matches!(chars.get(at + 1..at + 4), Some([a, b, 's']) if a.is_ascii_digit() && b.is_ascii_digit())
}
