//! Paragraphs and what they are.

use super::Text;
use crate::document::{Paragraph, ParagraphKind};
use plenary_domain::Span;
use regex::{Regex, RegexSet};
use serde::Deserialize;
use std::sync::LazyLock;

/// Longest furniture in characters; a longer paragraph is text, whatever it begins with.
const LONGEST_FURNITURE: usize = 300;
/// Most words of a heading.
const LONGEST_HEADING: usize = 16;
/// Most words of a headline.
const LONGEST_HEADLINE: usize = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Furniture {
    whole: Vec<String>,
    begins: Vec<String>,
}

/// One expression for each kind of furniture; matches a paragraph that is furniture.
pub(super) static FURNITURE: LazyLock<RegexSet> = LazyLock::new(|| {
    let furniture: Furniture = toml::from_str(include_str!("../../../data/furniture.toml"))
        .unwrap_or_else(|error| panic!("the shipped furniture is broken: {error}"));
    let whole = furniture.whole.iter().map(|e| format!("(?i)^(?:{e})$"));
    let begins = furniture.begins.iter().map(|e| format!("(?i)^(?:{e})"));
    RegexSet::new(whole.chain(begins))
        .unwrap_or_else(|error| panic!("the shipped furniture is broken: {error}"))
});

/// A mark that begins an item of a list, with the white space after it.
static BULLET: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"^(?:[-*•‣▪●◦·–—■□➤►✔]|\(?[0-9]{1,2}[.)]|\(?[a-z][)]|#{1,6})[ \t\u{a0}]+")
});

/// A time at the head of a live blog's entry, e.g. `14:32 GMT`, with a dash or colon after it.
static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^(?:\[?\(?[0-2]?[0-9][:.][0-5][0-9](?:[:.][0-5][0-9])?\]?\)?(?: ?[ap]\.?m\.?)?|[0-9]{1,2} ?[ap]\.?m\.?)(?: ?\(?(?:[A-Z]{2,4}|local time|[A-Z][a-z]+ time)\)?)?(?: ?[-–—:|][ \t]|[ \t]{2,}|[ \t]*$)",
    )
});

/// A time at the head of a line and nothing but a blank behind it: that of an entry where many lines have one.
static BARE_STAMP: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^[0-2]?[0-9][:.][0-5][0-9](?: [A-Z]{2,4})? "));

/// How many lines with a time at their head make a live blog.
const ENTRIES: usize = 3;

/// A day, with or without a weekday and a time, and nothing else.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^(?:(?:published|updated|posted|last updated|date|on)[: ]+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:[0-9]{1,2}(?:st|nd|rd|th)? [a-z]{3,9}\.?,? [0-9]{4}|[a-z]{3,9}\.? [0-9]{1,2}(?:st|nd|rd|th)?,? [0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4})(?:[T ,|·at-]+[0-2]?[0-9][:.][0-5][0-9].{0,20})?$",
    )
});

fn expression(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
}

/// Finds the paragraphs of the text.
pub(super) fn paragraphs(text: &Text<'_>, title: Option<&str>) -> Vec<Paragraph> {
    let lines = lines(text);
    let mut spans = if is_wrapped(text, &lines) {
        join(text, &lines)
    } else {
        lines.into_iter().flatten().collect()
    };
    spans.retain(|span| !span.is_empty());
    let mut paragraphs = Vec::with_capacity(spans.len());
    let stamped = |span: &&Span| BARE_STAMP.is_match(text.slice(**span));
    let live = spans.iter().filter(stamped).count() >= ENTRIES;
    for span in spans {
        split(text, span, live, &mut paragraphs);
    }
    let main = main_script(text.as_str());
    for at in 0..paragraphs.len() {
        if paragraphs[at].kind == ParagraphKind::Body {
            paragraphs[at].kind = kind(text, &paragraphs, at, main);
        }
    }
    between_furniture(text, &mut paragraphs);
    headline(text, &mut paragraphs, title);
    paragraphs
}

/// The lines without the white space at their ends; `None` for an empty line.
fn lines(text: &Text<'_>) -> Vec<Option<Span>> {
    let mut lines = Vec::new();
    let mut start = 0u32;
    let mut at = 0u32;
    for c in text.as_str().chars() {
        at += 1;
        if matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            lines.push(Some(text.trim(Span::new(start, at))));
            start = at;
        }
    }
    lines.push(Some(text.trim(Span::new(start, at))));
    lines
        .into_iter()
        .map(|line| line.filter(|line| !line.is_empty()))
        .collect()
}

/// True where lines are broken at a margin and paragraphs stand between empty lines: many lines then
/// go on with a small letter.
fn is_wrapped(text: &Text<'_>, lines: &[Option<Span>]) -> bool {
    let (mut breaks, mut small) = (0, 0);
    for pair in lines.windows(2) {
        if let [Some(_), Some(next)] = pair {
            breaks += 1;
            small += usize::from(text.at(next.start).is_some_and(char::is_lowercase));
        }
    }
    breaks >= 3 && small * 4 >= breaks
}

/// Joins the lines between empty lines; an item of a list begins anew.
fn join(text: &Text<'_>, lines: &[Option<Span>]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    let mut open = false;
    for line in lines {
        match line {
            None => open = false,
            Some(line) => {
                match joined.last_mut() {
                    Some(last) if open && !BULLET.is_match(text.slice(*line)) => {
                        last.end = line.end
                    }
                    _ => joined.push(*line),
                }
                open = true;
            }
        }
    }
    joined
}

/// Cuts the mark of a list's item and the time of a live blog's entry off a line.
fn split(text: &Text<'_>, span: Span, live: bool, paragraphs: &mut Vec<Paragraph>) {
    let words = text.slice(span);
    let length = |text: &str| text.chars().count() as u32;
    if DAY.is_match(words) {
        paragraphs.push(Paragraph {
            span,
            kind: ParagraphKind::Heading,
        });
        return;
    }
    let mut start = span.start;
    let bare = || BARE_STAMP.find(words).filter(|_| live);
    if let Some(stamp) = STAMP.find(words).or_else(bare) {
        let end = span.start + length(stamp.as_str());
        paragraphs.push(Paragraph {
            span: text.trim(Span::new(span.start, end)),
            kind: ParagraphKind::Heading,
        });
        start = end;
    } else if let Some(bullet) = BULLET.find(words) {
        start += length(bullet.as_str());
    }
    let rest = text.trim(Span::new(start, span.end));
    if !rest.is_empty() {
        paragraphs.push(Paragraph {
            span: rest,
            kind: ParagraphKind::Body,
        });
    }
}

fn kind(
    text: &Text<'_>,
    paragraphs: &[Paragraph],
    at: usize,
    main: Option<Script>,
) -> ParagraphKind {
    let words = text.slice(paragraphs[at].span);
    // Longer texts are neither furniture nor headings; not to look at them keeps the time linear.
    if words.len() > 4 * LONGEST_FURNITURE {
        return ParagraphKind::Body;
    }
    let short = words.chars().count() <= LONGEST_FURNITURE;
    let foreign = matches!((main, main_script(words)), (Some(main), Some(own)) if own != main);
    // A quotation of several paragraphs repeats its mark before the furniture between them, too.
    let bare = words.trim_matches(['“', '”', '"', '«', '»']);
    if short && (foreign || FURNITURE.is_match(bare) || !words.chars().any(char::is_alphanumeric)) {
        return ParagraphKind::Furniture;
    }
    if at + 1 < paragraphs.len() && is_heading(words) {
        return ParagraphKind::Heading;
    }
    ParagraphKind::Body
}

/// Few words and no mark that ends a sentence.
fn is_heading(words: &str) -> bool {
    let bare = words.trim_end_matches(['"', '”', '’', '\'', '»', ')', ']']);
    let quoted = bare.len() < words.len() && words.starts_with(['"', '“', '‘', '«', '„']);
    !quoted
        && !bare.ends_with(['.', '!', '?', '…', ':', ';', ',', '-', '–', '—'])
        && words.split_whitespace().take(LONGEST_HEADING + 1).count() <= LONGEST_HEADING
}

/// Few words between two pieces of furniture belong to them: the name of a newsletter over its
/// description. So does a last line after furniture.
fn between_furniture(text: &Text<'_>, paragraphs: &mut [Paragraph]) {
    for at in 1..paragraphs.len() {
        let furniture = |at: usize| {
            paragraphs
                .get(at)
                .is_none_or(|p: &Paragraph| p.kind == ParagraphKind::Furniture)
        };
        let title = paragraphs[at].kind == ParagraphKind::Heading || at + 1 == paragraphs.len();
        let words = text.slice(paragraphs[at].span);
        if title
            && furniture(at - 1)
            && furniture(at + 1)
            && is_heading(words)
            && words.split_whitespace().take(7).count() <= 6
        {
            paragraphs[at].kind = ParagraphKind::Furniture;
        }
    }
}

/// The first paragraph is the headline where it is the given title or, without one, reads like one.
fn headline(text: &Text<'_>, paragraphs: &mut [Paragraph], title: Option<&str>) {
    let many = paragraphs.len() > 1;
    let Some(first) = paragraphs
        .iter_mut()
        .find(|paragraph| paragraph.kind != ParagraphKind::Furniture)
    else {
        return;
    };
    let words = text.slice(first.span);
    let is = match title {
        Some(title) => words.split_whitespace().eq(title.split_whitespace()),
        None => many && reads_like_headline(words),
    };
    if is {
        first.kind = ParagraphKind::Headline;
    }
}

fn reads_like_headline(words: &str) -> bool {
    let count = words.split_whitespace().take(LONGEST_HEADLINE + 1).count();
    (2..=LONGEST_HEADLINE).contains(&count)
        && !DAY.is_match(words)
        && !STAMP.is_match(words)
        && !words.ends_with(['.', ':', ';', ','])
}

/// Families of letters that tell a foreign line from the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Asian,
}

/// The script of most letters; `None` where too few letters tell one.
fn main_script(text: &str) -> Option<Script> {
    let mut counts = [0usize; 6];
    for c in text.chars() {
        let script = match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Script::Latin,
            '\u{370}'..='\u{3ff}' => Script::Greek,
            '\u{400}'..='\u{52f}' => Script::Cyrillic,
            '\u{590}'..='\u{5ff}' => Script::Hebrew,
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Script::Arabic,
            '\u{900}'..='\u{1fff}' | '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => {
                Script::Asian
            }
            _ => continue,
        };
        counts[script as usize] += 1;
    }
    let all: usize = counts.iter().sum();
    [
        Script::Latin,
        Script::Cyrillic,
        Script::Greek,
        Script::Hebrew,
        Script::Arabic,
        Script::Asian,
    ]
    .into_iter()
    .find(|script| all >= 3 && counts[*script as usize] * 10 > all * 6)
}
