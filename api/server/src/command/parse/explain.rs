//! What each stage of the parser found, layer by layer: `plenary parse --explain`.

use super::line::words;
use plenary_domain::NewArticle;
use plenary_parser::Parser;
use plenary_parser::document::{Choice, Document};
use plenary_parser::legible;
use std::fmt::Write;

/// Every layer of an article's document, in the order of the stages.
pub(super) fn explain(parser: &Parser, place: &str, article: &NewArticle) -> String {
    let legible = legible::read_as(article);
    let document = parser.document(&legible.article);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{place}");
    structure(&mut out, &document);
    attributions(&mut out, &document);
    actors(&mut out, &document);
    parties(&mut out, &document);
    meetings(&mut out, &document);
    codings(&mut out, &document);
    heard(&mut out, &document);
    out
}

fn heading(out: &mut String, stage: &str, found: String) {
    let _ = writeln!(out, "\n== {stage}: {found}");
}

fn structure(out: &mut String, document: &Document<'_>) {
    let layer = &document.structure;
    heading(
        out,
        "segment",
        format!(
            "{} paragraphs, {} sentences, {} quotations; title {:?}, outlet {:?}, published {}, language {}",
            layer.paragraphs.len(),
            layer.sentences.len(),
            layer.quotations.len(),
            document.article.title.as_deref().unwrap_or("unknown"),
            document.article.outlet.as_deref().unwrap_or("unknown"),
            document
                .article
                .published
                .map_or_else(|| "unknown".to_owned(), |day| day.to_string()),
            document.language.unwrap_or("unknown"),
        ),
    );
    if let Some(dateline) = &layer.dateline {
        let _ = writeln!(out, "dateline  {:?}", document.text.slice(dateline.span));
    }
    for note in &document.notes {
        let _ = writeln!(out, "note      {note}");
    }
    for (index, paragraph) in layer.paragraphs.iter().enumerate() {
        let sentences = layer.sentences.iter().filter(|s| s.paragraph == index);
        let _ = writeln!(
            out,
            "{index:>4} {:<9} {:>2} sentences  {}",
            format!("{:?}", paragraph.kind).to_lowercase(),
            sentences.count(),
            clip(document.text.slice(paragraph.span)),
        );
    }
}

fn attributions(out: &mut String, document: &Document<'_>) {
    let found = document.attributions.len();
    heading(out, "attribute", format!("{found} attributions"));
    for (index, attribution) in document.attributions.iter().enumerate() {
        let part = |spans| clip(&words(&document.text, spans));
        let _ = writeln!(
            out,
            "{index:>4} {} {:.2} {}\n       source  {}\n       cue     {}\n       content {}",
            attribution.mode,
            attribution.confidence,
            attribution.rule,
            part(&attribution.source),
            part(&attribution.cue),
            part(&attribution.content),
        );
    }
}

/// Why a choice was made: its rule, how sure it is, and the words on which it rests.
fn why<T>(document: &Document<'_>, choice: &Choice<T>) -> String {
    let on = choice.words.map_or_else(String::new, |span| {
        format!(" on {:?}", document.text.slice(span))
    });
    format!("{} {:.2}{on}", choice.rule, choice.confidence)
}

fn actors(out: &mut String, document: &Document<'_>) {
    let layer = &document.speakers;
    heading(out, "actors", format!("{} actors", layer.actors.len()));
    for (index, actor) in layer.actors.iter().enumerate() {
        let _ = writeln!(
            out,
            "{index:>4} {} {}; forms {}; role {}",
            actor.kind,
            actor.name,
            actor.forms.join(", "),
            actor.role.as_deref().unwrap_or("unknown"),
        );
    }
    for (index, choices) in layer.of.iter().enumerate() {
        for choice in choices {
            let name = layer
                .actors
                .get(choice.value)
                .map_or("?", |a| a.name.as_str());
            let _ = writeln!(
                out,
                "     attribution {index}: {name}  ({})",
                why(document, choice)
            );
        }
    }
}

fn parties(out: &mut String, document: &Document<'_>) {
    let layer = &document.sides;
    heading(out, "parties", format!("{} parties", layer.parties.len()));
    for party in &layer.parties {
        let known = if party.known {
            "known"
        } else {
            "introduced here"
        };
        let _ = writeln!(out, "     {} {} ({known})", party.kind, party.name);
    }
    let name = |index: Option<usize>| {
        index
            .and_then(|index| layer.parties.get(index))
            .map_or("none", |party| party.name.as_str())
    };
    for (index, choices) in layer.of.iter().enumerate() {
        for choice in choices {
            let _ = writeln!(
                out,
                "     attribution {index}: {}  ({})",
                name(choice.value),
                why(document, choice)
            );
        }
    }
}

fn meetings(out: &mut String, document: &Document<'_>) {
    let layer = &document.gatherings;
    heading(
        out,
        "meetings",
        format!("{} meetings", layer.meetings.len()),
    );
    for meeting in &layer.meetings {
        let main = if meeting.main { ", main" } else { "" };
        let _ = writeln!(
            out,
            "     {} {} ({}{main}; {} {:.2})",
            meeting.slug, meeting.name, meeting.status, meeting.rule, meeting.confidence
        );
    }
    for (index, choice) in layer.of.iter().enumerate() {
        placed(out, document, index, choice);
    }
}

/// The meetings that changed once the words were heard.
fn heard(out: &mut String, document: &Document<'_>) {
    let before = document.gatherings.of.iter();
    let moved: Vec<_> = document
        .heard
        .iter()
        .zip(before)
        .enumerate()
        .filter(|(_, (now, before))| now.value != before.value)
        .collect();
    heading(out, "heard", format!("{} moved", moved.len()));
    for (index, (now, _)) in moved {
        placed(out, document, index, now);
    }
}

fn placed(out: &mut String, document: &Document<'_>, index: usize, choice: &Choice<Option<usize>>) {
    let meetings = &document.gatherings.meetings;
    let slug = choice
        .value
        .and_then(|index| meetings.get(index))
        .map_or("none", |meeting| meeting.slug.as_str());
    let _ = writeln!(
        out,
        "     attribution {index}: {slug}  ({})",
        why(document, choice)
    );
}

fn codings(out: &mut String, document: &Document<'_>) {
    let found = document.codings.len();
    heading(out, "code", format!("{found} codings"));
    for coding in &document.codings {
        let _ = writeln!(
            out,
            "     attribution {}: {} {} {}  ({}; issue {:.2}, stance {:.2}, act {:.2})  {}",
            coding.attribution,
            coding.issue,
            coding.stance,
            coding.act,
            coding.rule,
            coding.issue_confidence,
            coding.stance_confidence,
            coding.act_confidence,
            clip(&words(&document.text, &coding.evidence)),
        );
    }
}

/// A long text by its beginning and its end.
fn clip(text: &str) -> String {
    let folded: Vec<&str> = text.split_whitespace().collect();
    if folded.len() <= 24 {
        return folded.join(" ");
    }
    let (begin, end) = (&folded[..16], &folded[folded.len() - 6..]);
    format!("{} […] {}", begin.join(" "), end.join(" "))
}
