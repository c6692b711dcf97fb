//! Rules that mend what the network leaves open: shared sources, quotation marks, quotations that
//! run over paragraphs, and lines of the form `Name: …`.

use super::decode::{Draft, Found};
use super::token::Token;
use crate::document::{Attribution, Document, Paragraph, ParagraphKind};
use crate::stage::segment::quoted_share;
use plenary_domain::{Mode, Span};
use regex::Regex;
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Share of a quotation's words in a content from which on the content has all of it.
const MOST: f32 = 0.6;
/// Turns and questions that make a transcript, and how many paragraphs there are at most to each.
const TURNS: usize = 2;
const PARAGRAPHS: usize = 4;
/// Characters at the head of a line in which a speaker's name before a colon is looked for.
const REACH: u32 = 100;
/// How sure a line `Name: …` is one of that speaker.
const LINE_CONFIDENCE: f32 = 0.7;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    labels: HashSet<String>,
}

/// Labels of those who ask.
const QUESTIONS: [&str; 6] = [
    "q",
    "question",
    "reporter",
    "reporters",
    "press",
    "interviewer",
];

/// What they are called who tell the news in a broadcast.
const JOURNALISTS: [&str; 6] = [
    "correspondent",
    "reporter",
    "presenter",
    "editor",
    "newsreader",
    "colleague",
];
/// Words behind one of these among which a journalist's name ends.
const NAME: usize = 4;

static LABELS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    toml::from_str::<Labels>(include_str!("../../../data/labels.toml"))
        .unwrap_or_else(|error| panic!("the shipped labels are broken: {error}"))
        .labels
});

/// A name of one to eight words, most of them with a capital, and perhaps a party in brackets, before
/// a colon: `Ana Torvald:`, `SECRETARY TORVALD:`, `Mr. Bosko (Vardania):`.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(\p{Lu}[\p{L}\p{M}.'’&-]*(?:,? (?:\p{Lu}[\p{L}\p{M}.'’&-]*|of|the|for|and|to|de|van|von|al|bin|el)){0,7}(?: \([^()\n]{2,40}\)){0,2})(:)\s+\S")
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// A dash and a name, which may have an age or an office behind it, up to the end of the paragraph.
static SIGNATURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*([―—–-]{1,2})\s*(\p{Lu}[\p{L}\p{M}.'’-]*(?: [\p{L}\p{M}.'’-]+){0,4}(?:,[^.!?“”\x22]*)?)$")
        .unwrap_or_else(|error| panic!("a built-in expression is broken: {error}"))
});

/// Turns drafts into attributions, in the order of their contents.
pub fn run(document: &Document<'_>, tokens: &[Token], drafts: &[Draft]) -> Vec<Attribution> {
    let mut attributions: Vec<Attribution> = drafts
        .iter()
        .map(|draft| attribution(tokens, draft))
        .collect();
    keep_titles_apart(document, &mut attributions);
    keep_sections_apart(document, &mut attributions);
    order(&mut attributions);
    speak_on(document, &mut attributions);
    keep_marks(document, &mut attributions);
    go_on(document, &mut attributions);
    let journalists = journalists(document);
    name_lines(document, &journalists, &mut attributions);
    turns(document, &journalists, &mut attributions);
    signatures(document, &mut attributions);
    order(&mut attributions);
    keep_apart(document, &mut attributions);
    for attribution in &mut attributions {
        let quotations = &document.structure.quotations;
        attribution.mode = quoted_share(&document.text, quotations, &attribution.content);
    }
    attributions
}

fn order(attributions: &mut [Attribution]) {
    attributions.sort_by_key(|attribution| attribution.content.first().copied());
}

fn attribution(tokens: &[Token], draft: &Draft) -> Attribution {
    let span = |found: &Found| tokens[found.start].span.cover(tokens[found.end - 1].span);
    Attribution {
        mode: Mode::Indirect,
        source: draft.source.iter().map(span).collect(),
        cue: draft.cue.iter().map(span).collect(),
        content: draft.content.iter().map(span).collect(),
        rule: "attribute/tagger",
        confidence: draft.confidence,
    }
}

/// What a title attributes stands in it, and what the text attributes in the text.
fn keep_titles_apart(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let paragraphs = &document.structure.paragraphs;
    let title = |span: Span| {
        let at = paragraphs.partition_point(|p| p.span.end <= span.start);
        let is =
            |p: &&Paragraph| matches!(p.kind, ParagraphKind::Headline | ParagraphKind::Heading);
        paragraphs.get(at).filter(is).map(|_| at)
    };
    for attribution in attributions.iter_mut() {
        if let Some(cue) = attribution.cue.first() {
            let of = title(*cue);
            attribution.content.retain(|span| title(*span) == of);
        }
    }
    attributions.retain(|attribution| !attribution.content.is_empty());
}

/// The section in which a span stands: how many headings begin before it.
fn section(document: &Document<'_>, span: Span) -> usize {
    let paragraphs = &document.structure.paragraphs;
    let before = paragraphs.partition_point(|p| p.span.start <= span.start);
    let heading = |p: &&Paragraph| p.kind == ParagraphKind::Heading;
    paragraphs[..before].iter().filter(heading).count()
}

/// What is said under one heading, or in one entry of a live blog, was not told under another: contents in
/// another section than the cue become attributions without a source.
fn keep_sections_apart(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let mut apart = Vec::new();
    for attribution in attributions.iter_mut() {
        let anchor = attribution.cue.first().or(attribution.source.first());
        let Some(home) = anchor.map(|span| section(document, *span)) else {
            continue;
        };
        let (here, there): (Vec<Span>, Vec<Span>) = attribution
            .content
            .iter()
            .partition(|span| section(document, **span) == home);
        if here.is_empty() || there.is_empty() {
            continue;
        }
        attribution.content = here;
        apart.extend(there.into_iter().map(|span| Attribution {
            mode: Mode::Indirect,
            source: Vec::new(),
            cue: Vec::new(),
            content: vec![span],
            rule: "attribute/section",
            confidence: attribution.confidence / 2.0,
        }));
    }
    attributions.extend(apart);
}

/// A content with neither cue nor source has the source of the attribution before it, if that stands in the
/// same paragraph or in the one before: a reporter names a speaker once and lets him speak on. Words that
/// stand before the content in the sentence of another paragraph tell of somebody else.
fn speak_on(document: &Document<'_>, attributions: &mut [Attribution]) {
    let paragraphs = &document.structure.paragraphs;
    let paragraph = |span: Span| paragraphs.partition_point(|p| p.span.end <= span.start);
    let sentences = &document.structure.sentences;
    let opens = |span: Span| {
        let of = sentences.partition_point(|s| s.span.end <= span.start);
        let start = sentences.get(of).map_or(span.start, |s| s.span.start);
        start >= span.start || letters(document, Span::new(start, span.start)) == 0
    };
    for at in 1..attributions.len() {
        let (before, rest) = attributions.split_at_mut(at);
        let (before, here) = (&before[at - 1], &mut rest[0]);
        if here.cue.is_empty() && here.source.is_empty() {
            let (Some(last), Some(first)) = (before.content.last(), here.content.first()) else {
                continue;
            };
            let (now, then) = (paragraph(*first), paragraph(*last));
            let same = section(document, *first) == section(document, *last);
            if same && (now == then || now == then + 1 && opens(*first)) {
                here.source.clone_from(&before.source);
                here.rule = "attribute/speak_on";
            }
        }
    }
}

/// Gives a content its quotation marks back, and the rest of a quotation of which it has the most.
fn keep_marks(document: &Document<'_>, attributions: &mut [Attribution]) {
    let quotations = &document.structure.quotations;
    let taken: Vec<Span> = attributions
        .iter()
        .flat_map(|a| a.source.iter().chain(&a.cue).copied())
        .collect();
    for attribution in attributions {
        for fragment in &mut attribution.content {
            let first = quotations.partition_point(|quotation| quotation.end <= fragment.start);
            let inside = quotations[first..]
                .iter()
                .take_while(|q| q.start < fragment.end);
            let mut mended = *fragment;
            for quotation in inside {
                if fragment.contains(*quotation) {
                    continue;
                }
                let shared = Span::new(
                    fragment.start.max(quotation.start),
                    fragment.end.min(quotation.end),
                );
                let words = |span: Span| letters(document, span) as f32;
                let free = !taken.iter().any(|span| span.overlaps(*quotation));
                if free && words(shared) >= MOST * words(*quotation) {
                    mended = mended.cover(*quotation);
                }
            }
            *fragment = mended;
        }
        join(&mut attribution.content);
    }
}

fn letters(document: &Document<'_>, span: Span) -> usize {
    let words = document.text.slice(span);
    words.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Sorts spans and joins those that touch or overlap.
fn join(spans: &mut Vec<Span>) {
    spans.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans.drain(..) {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    *spans = joined;
}

/// A quotation that its paragraph leaves open goes on where the next paragraph repeats the mark.
fn go_on(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let text = &document.text;
    let paragraphs: Vec<&Paragraph> = document
        .structure
        .paragraphs
        .iter()
        .filter(|paragraph| paragraph.kind == ParagraphKind::Body)
        .collect();
    let closes = |c: char| matches!(c, '”' | '"' | '»' | '’' | '\'' | '“' | '«');
    let first_in = |paragraph: &Paragraph| {
        let quotations = &document.structure.quotations;
        let at = quotations.partition_point(|q| q.start < paragraph.span.start);
        quotations
            .get(at)
            .filter(|q| q.start == paragraph.span.start)
            .copied()
    };
    for pair in paragraphs.windows(2) {
        let (before, after) = (pair[0].span, pair[1]);
        let quotations = &document.structure.quotations;
        let last = quotations.partition_point(|q| q.start < before.end);
        let Some(open) = last.checked_sub(1).map(|at| quotations[at]) else {
            continue;
        };
        let left_open = open.end == before.end
            && open.start >= before.start
            && !text.at(open.end - 1).is_some_and(closes);
        let Some(next) = first_in(after).filter(|_| left_open) else {
            continue;
        };
        let owner = attributions
            .iter()
            .position(|a| a.content.iter().any(|span| span.overlaps(open)));
        let other = attributions
            .iter()
            .position(|a| a.content.iter().any(|span| span.overlaps(next)));
        match (owner, other) {
            (Some(owner), None) => attributions[owner].content.push(next),
            (Some(owner), Some(other))
                if owner != other && attributions[other].source.is_empty() =>
            {
                let rest = std::mem::take(&mut attributions[other].content);
                attributions[owner].content.extend(rest);
                attributions[owner].content.push(next);
            }
            _ => continue,
        }
        if let Some(owner) = owner {
            join(&mut attributions[owner].content);
        }
    }
    attributions.retain(|attribution| !attribution.content.is_empty());
}

/// Lines `Name: …`: headlines, transcripts, quotations after a colon; and what stands after a label, which
/// nobody says. Questions of reporters are no statements.
fn name_lines(
    document: &Document<'_>,
    journalists: &HashSet<String>,
    attributions: &mut Vec<Attribution>,
) {
    for paragraph in &document.structure.paragraphs {
        if paragraph.kind == ParagraphKind::Furniture {
            continue;
        }
        let Some(line) = Line::read(document, paragraph, journalists) else {
            continue;
        };
        let inside = |a: &Attribution| a.content.iter().any(|span| paragraph.span.overlaps(*span));
        let colon = |a: &Attribution| a.cue == [line.colon];
        if line.question {
            clear(attributions, paragraph.span);
            continue;
        }
        if line.label {
            attributions.retain(|a| !(inside(a) && colon(a)));
            continue;
        }
        let agreed = attributions
            .iter()
            .any(|a| colon(a) && a.source == [line.name]);
        let believed = line.sure || (agreed && line.title);
        if !believed {
            continue;
        }
        // In running text, what the network found with a source of its own stands, unless it is the same
        // colon; a turn of a transcript is all its speaker's.
        let other = |a: &Attribution| inside(a) && !a.cue.is_empty() && !colon(a);
        if !line.turn && attributions.iter().any(other) {
            continue;
        }
        clear(attributions, paragraph.span);
        attributions.push(Attribution {
            mode: Mode::Indirect,
            source: vec![line.name],
            cue: vec![line.colon],
            content: vec![line.rest],
            rule: "attribute/name_line",
            confidence: LINE_CONFIDENCE,
        });
    }
}

/// A turn of a transcript goes on over the paragraphs behind its first line, up to the next turn, question or
/// heading; the last turn as long as the speaker speaks of himself.
fn turns(
    document: &Document<'_>,
    journalists: &HashSet<String>,
    attributions: &mut Vec<Attribution>,
) {
    let paragraphs = &document.structure.paragraphs;
    let read = |paragraph: &Paragraph| Line::read(document, paragraph, journalists);
    let body = |paragraph: &&Paragraph| paragraph.kind == ParagraphKind::Body;
    let lines: Vec<(usize, Line)> = paragraphs
        .iter()
        .enumerate()
        .filter(|(_, paragraph)| body(paragraph))
        .filter_map(|(at, paragraph)| Some((at, read(paragraph)?)))
        .filter(|(_, line)| line.turn || line.question)
        .collect();
    // One line in running text makes no transcript.
    let all = paragraphs.iter().filter(body).count();
    if lines.len() < TURNS || lines.len() * PARAGRAPHS < all {
        return;
    }
    let nexts = lines.iter().skip(1).map(|(at, _)| Some(*at)).chain([None]);
    for ((start, line), next) in lines.iter().zip(nexts) {
        let behind = &paragraphs[start + 1..next.unwrap_or(paragraphs.len())];
        for paragraph in behind.iter().take_while(body) {
            let words = document.text.slice(paragraph.span);
            let goes_on = next.is_some() || of_himself(words);
            if line.question || line.label || !goes_on || read(paragraph).is_some() {
                break;
            }
            let own = |a: &Attribution| a.source == [line.name] && a.cue == [line.colon];
            let inside = |a: &Attribution| a.content.iter().any(|s| paragraph.span.overlaps(*s));
            // "(CROSSTALK.)"
            let aside = words.trim_start_matches(['“', '"']).starts_with('(');
            if aside || attributions.iter().any(|a| own(a) && inside(a)) {
                continue;
            }
            clear(attributions, paragraph.span);
            if let Some(turn) = attributions.iter_mut().find(|a| own(a)) {
                turn.content.push(paragraph.span);
            }
        }
    }
}

/// The family names, in lower case, of those whom the text calls journalists: "our correspondent Ana Torvald". Their turns
/// tell what others said.
fn journalists(document: &Document<'_>) -> HashSet<String> {
    let words: Vec<&str> = document.text.as_str().split_whitespace().collect();
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let introduced = words.iter().enumerate().filter_map(|(at, word)| {
        let word = word.trim_end_matches(',');
        JOURNALISTS.contains(&word).then_some(at + 1)
    });
    introduced
        .filter_map(|from| {
            let to = words.len().min(from + NAME);
            let name = words[from..to]
                .iter()
                .take_while(|word| word.starts_with(char::is_uppercase));
            name.last().map(|name| plain(name).to_lowercase())
        })
        .collect()
}

/// True for words in the first person.
fn of_himself(words: &str) -> bool {
    words
        .split(|c: char| !c.is_alphabetic())
        .any(|word| matches!(word, "I" | "We" | "we" | "us" | "our" | "Our" | "my" | "My"))
}

/// Takes all contents out of a stretch of text.
fn clear(attributions: &mut Vec<Attribution>, from: Span) {
    for attribution in attributions.iter_mut() {
        let cut = |span: &Span| {
            let before = Span::new(span.start, span.end.min(from.start).max(span.start));
            let after = Span::new(span.start.max(from.end).min(span.end), span.end);
            [before, after].into_iter().filter(|part| !part.is_empty())
        };
        attribution.content = attribution.content.iter().flat_map(cut).collect();
    }
    attributions.retain(|attribution| !attribution.content.is_empty());
}

/// Quotations that are signed: `“…” ― Ana Torvald`, as in a list of voices.
fn signatures(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let text = &document.text;
    let quotations = &document.structure.quotations;
    for paragraph in &document.structure.paragraphs {
        let span = paragraph.span;
        let Ok(at) = quotations.binary_search_by_key(&span.start, |q| q.start) else {
            continue;
        };
        let quotation = quotations[at];
        let tail = Span::new(quotation.end, span.end.max(quotation.end));
        if paragraph.kind == ParagraphKind::Furniture || tail.len() > REACH {
            continue;
        }
        let words = text.slice(tail);
        let Some(found) = SIGNATURE.captures(words) else {
            continue;
        };
        let (Some(dash), Some(name)) = (found.get(1), found.get(2)) else {
            continue;
        };
        let at = |byte: usize| tail.start + words[..byte].chars().count() as u32;
        clear(attributions, span);
        attributions.push(Attribution {
            mode: Mode::Direct,
            source: vec![Span::new(at(name.start()), at(name.end()))],
            cue: vec![Span::new(at(dash.start()), at(dash.end()))],
            content: vec![quotation],
            rule: "attribute/signature",
            confidence: LINE_CONFIDENCE,
        });
    }
}

/// A paragraph of the form `Name: …`.
struct Line {
    name: Span,
    colon: Span,
    /// All that follows.
    rest: Span,
    /// The name is none but a label, as in `Photo: …`.
    label: bool,
    /// It is a reporter's question.
    question: bool,
    /// It stands in a title.
    title: bool,
    /// It is a speaker's line beyond doubt.
    sure: bool,
    /// It is a turn of a transcript: a name in capitals, or with its state in brackets.
    turn: bool,
}

impl Line {
    fn read(
        document: &Document<'_>,
        paragraph: &Paragraph,
        journalists: &HashSet<String>,
    ) -> Option<Line> {
        let text = &document.text;
        let mut span = paragraph.span;
        // A transcript that is quoted as a whole repeats the opening mark before each name.
        if text
            .at(span.start)
            .is_some_and(|c| matches!(c, '“' | '"' | '‘' | '«' | '„'))
        {
            span.start += 1;
        }
        let head = text.slice(Span::new(span.start, span.end.min(span.start + REACH)));
        let found = LINE.captures(head)?;
        let (name, mark) = (found.get(1)?, found.get(2)?);
        let length = |bytes: usize| head[..bytes].chars().count() as u32;
        let source = Span::new(span.start, span.start + length(name.end()));
        let colon = Span::new(source.end, span.start + length(mark.end()));
        let rest = text.trim(Span::new(colon.end, span.end));
        let name = name.as_str();
        let quotations = &document.structure.quotations;
        let quoted = quotations
            .binary_search_by_key(&rest.start, |q| q.start)
            .is_ok();
        let turn = name.len() > 2 && !name.chars().any(char::is_lowercase) || name.ends_with(')');
        let title = matches!(
            paragraph.kind,
            ParagraphKind::Headline | ParagraphKind::Heading
        );
        Some(Line {
            name: source,
            colon,
            rest,
            label: LABELS.contains(&name.to_lowercase())
                || is_numbered(&name.to_lowercase())
                || journalists.contains(&name.to_lowercase()),
            question: QUESTIONS.contains(&name.to_lowercase().as_str()),
            title,
            // "Two options: wait or go." is no speaker's line: in running text it takes a quotation, capitals
            // or a state in brackets, in a title two words at least.
            sure: quoted || turn || (title && name.contains(' ')),
            turn,
        })
    }
}

/// True for what numbers the parts of an article: "round two", "day 3".
fn is_numbered(name: &str) -> bool {
    const PARTS: [&str; 9] = [
        "round", "day", "session", "part", "phase", "stage", "week", "chapter", "step",
    ];
    const NUMBERS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    name.split_once(' ').is_some_and(|(part, number)| {
        let roman = |c: char| matches!(c, 'i' | 'v' | 'x');
        let figures = number.chars().all(|c| c.is_ascii_digit()) || number.chars().all(roman);
        PARTS.contains(&part) && (figures || NUMBERS.contains(&number))
    })
}

/// Cuts contents so that no two share a character and none lies in furniture; attributions come in
/// the order of their contents.
fn keep_apart(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let mut reached = 0;
    for attribution in attributions.iter_mut() {
        for fragment in &mut attribution.content {
            if fragment.start < reached {
                *fragment = Span::new(reached.min(fragment.end), fragment.end);
            }
            *fragment = document.text.trim(*fragment);
        }
        attribution
            .content
            .retain(|span| letters(document, *span) > 0);
        // A content in several pieces may enclose another one; only its first piece bars the way.
        reached = reached.max(attribution.content.first().map_or(0, |span| span.end));
    }
    attributions.retain(|attribution| !attribution.content.is_empty());
    order(attributions);
}
