//! Who speaks in lines `Name: …` and in the turns of a transcript.

use super::line::Line;
use super::{LINE_CONFIDENCE, clear};
use crate::document::{Attribution, Document, Paragraph, ParagraphKind};
use plenary_domain::Mode;
use std::collections::HashSet;

/// Turns and questions that make a transcript, and how many paragraphs there are at most to each.
const TURNS: usize = 2;
const PARAGRAPHS: usize = 4;

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

/// Lines `Name: …`: headlines, transcripts, quotations after a colon; and what stands after a label, which
/// nobody says. Questions of reporters are no statements.
pub(super) fn name_lines(
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
pub(super) fn turns(
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
pub(super) fn journalists(document: &Document<'_>) -> HashSet<String> {
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
