//! Prints what the stages weigh in articles, for `training/choices/fit.py`.
//!
//! Takes a file of weights and, with `--heard`, also lets the coder read what is said. Reads one article a
//! line (`{"id","text","title","published"}`) from standard input. A line may hold `attributions` as `plenary parse` prints them; those are then taken
//! instead of looking for some.

use plenary_domain::{Codebook, Gazetteer, Mode, NewArticle, Span};
use plenary_parser::Parser;
use plenary_parser::context::Context;
use plenary_parser::document::{Attribution, Gatherings};
use plenary_parser::stage::code;
use plenary_parser::stage::meetings::{heard, weighed};
use plenary_parser::stage::parties;
use plenary_parser::stage::weigh::{Features, Weights};
use serde_json::{Map, Value, json};
use std::io::{BufRead, Write};

fn object(features: &Features) -> Value {
    let sizes = features
        .0
        .iter()
        .map(|(name, size)| ((*name).to_owned(), json!(size)));
    Value::Object(sizes.collect::<Map<_, _>>())
}

/// Attributions from their spans.
fn attributions(given: &Value) -> Vec<Attribution> {
    let spans = |value: &Value| -> Vec<Span> {
        let pair = |pair: &Value| {
            Some(Span::new(
                pair[0].as_u64()? as u32,
                pair[1].as_u64()? as u32,
            ))
        };
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(pair)
            .collect()
    };
    given
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| Attribution {
            source: spans(&one["source"]),
            cue: spans(&one["cue"]),
            content: spans(&one["content"]),
            mode: Mode::Indirect,
            rule: "attribute/given",
            confidence: 1.0,
        })
        .collect()
}

/// For each attribution its speakers with their parties, each with its rule.
fn speakers(document: &plenary_parser::Document<'_>) -> Vec<Value> {
    let (speakers, sides) = (&document.speakers, &document.sides);
    speakers
        .of
        .iter()
        .zip(&sides.of)
        .map(|(of, parties)| {
            let rows = of.iter().zip(parties).map(|(speaker, side)| {
                json!({
                    "speaker": speakers.actors[speaker.value].name,
                    "speaker_rule": speaker.rule,
                    "speaker_confidence": speaker.confidence,
                    "party": side.value.map(|party| &sides.parties[party].name),
                    "party_rule": side.rule,
                    "party_confidence": side.confidence,
                })
            });
            Value::Array(rows.collect())
        })
        .collect()
}

/// For each speaker whose party is weighed, every party with what speaks for it.
fn sides(document: &plenary_parser::Document<'_>, context: &Context) -> Vec<Value> {
    parties::weighed(document, context)
        .into_iter()
        .map(|(speaker, ballot)| {
            let names: Vec<_> = ballot.iter().map(|(name, _)| name).collect();
            let facts: Vec<_> = ballot.iter().map(|(_, facts)| object(facts)).collect();
            json!({"speaker": speaker, "parties": names, "ballot": facts})
        })
        .collect()
}

/// The meetings that are kept, and for each attribution its choice among them.
fn placed(gatherings: &Gatherings) -> Value {
    let meetings = gatherings.meetings.iter().zip(&gatherings.sure);
    let meetings = meetings.map(|(meeting, sure)| {
        json!({
            "key": meeting.slug,
            "name": meeting.name,
            "venue": meeting.venue,
            "start": meeting.start.map(|day| day.to_string()),
            "end": meeting.end.map(|day| day.to_string()),
            "main": meeting.main,
            "rule": meeting.rule,
            "confidence": meeting.confidence,
            "sure": sure,
        })
    });
    let of = gatherings.of.iter().map(|choice| {
        json!({"meeting": choice.value, "rule": choice.rule, "confidence": choice.confidence})
    });
    json!({"meetings": meetings.collect::<Vec<_>>(), "of": of.collect::<Vec<_>>()})
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin())?;
    let file = std::env::args().nth(1).ok_or("name a file of weights")?;
    let listen = std::env::args().any(|word| word == "--heard");
    let weights = Weights::from_toml(&std::fs::read_to_string(file)?)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let field = |name: &str| line[name].as_str().map(str::to_owned);
        let article = NewArticle {
            text: field("text").unwrap_or_default(),
            title: field("title"),
            outlet: field("outlet"),
            published: field("published").and_then(|day| day.parse().ok()),
            url: None,
        };
        let document = match line.get("attributions") {
            Some(given) => parser.read(&article, |_, _| attributions(given)),
            None => parser.uncoded(&article),
        };
        let found = weighed(&document, parser.context(), &weights);
        let heard = if listen {
            code::run(&document, parser.context()).1
        } else {
            vec![None; document.attributions.len()]
        };
        let gatherings = &found.gatherings;
        let statements: Vec<Value> = document
            .attributions
            .iter()
            .zip(&found.statements)
            .zip(gatherings.shares.iter().zip(heard))
            .map(|((attribution, ballot), (shares, heard))| {
                let words: Vec<&str> = attribution
                    .content
                    .iter()
                    .map(|span| document.text.slice(*span))
                    .collect();
                json!({
                    "content": words.join(" "),
                    "ballot": ballot.iter().map(object).collect::<Vec<_>>(),
                    "shares": shares,
                    "heard": heard.map(|heard| {
                        let ballot = heard::ballot(&heard, &gatherings.meetings, document.article.published);
                        ballot.iter().map(object).collect::<Vec<_>>()
                    }),
                })
            })
            .collect();
        let venues: Vec<Value> = found
            .venues
            .iter()
            .map(|(name, features)| json!({"name": name, "features": object(features)}))
            .collect();
        let row = json!({
            "id": line["id"],
            "venues": venues,
            "meetings": found
                .meetings
                .iter()
                .map(|meeting| {
                    json!({
                        "venue": meeting.venue,
                        "start": meeting.start.map(|day| day.to_string()),
                        "main": meeting.main,
                    })
                })
                .collect::<Vec<_>>(),
            "statements": statements,
            "sides": sides(&document, parser.context()),
            "speakers": speakers(&document),
            "placed": placed(&found.gatherings),
        });
        writeln!(out, "{row}")?;
    }
    Ok(())
}
