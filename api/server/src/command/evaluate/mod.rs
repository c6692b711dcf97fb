//! `plenary evaluate`: how good the parser is on hand-coded texts, step by step.
//!
//! Every set of a folder is parsed and scored: attributions, positions with their meetings, and
//! single sentences with a class each. With `--predictions` nothing is parsed and predictions of any
//! program are scored instead. The definitions are those of the benchmark's scorers.

mod assignment;
mod attribution;
mod calibration;
mod figures;
mod names;
mod positions;
mod sets;
mod stance;

use super::database;
use super::logs;
use crate::config::LogConfig;
use crate::routes::parse::{actor_name, meeting_slug};
use anyhow::{Context, bail};
use clap::Args;
use plenary_domain::parsed::{ParsedArticle, Position};
use plenary_domain::{NewArticle, Span};
use plenary_parser::Parser;
use plenary_parser::stage::segment::Text;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;
use sets::{Gold, GoldArticle, GoldText, Guess, GuessedArticle, GuessedText, MeetingEntry, Spans};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Fields of stance sets that are scored, where a set has them.
const CLASSES: [&str; 2] = ["polarity", "act"];

/// Options of `plenary evaluate`.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// Folder of hand-coded sets (`*.jsonl`, `*.jsonl.gz`), searched with the folders in it. Files
    /// whose name begins with `train` are left out.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// Score the predictions in this folder, under the names of the sets, instead of parsing.
    #[arg(long, value_name = "FOLDER")]
    predictions: Option<PathBuf>,

    /// Print one JSON object with the scores of every set instead of tables.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    logs: LogConfig,
}

/// The scores of one set.
#[derive(Serialize)]
#[serde(untagged)]
enum Scores {
    Attributions(Box<attribution::Scores>),
    Positions(Box<positions::Scores>),
    /// By field.
    Classes(BTreeMap<&'static str, stance::Scores>),
}

impl Evaluate {
    /// Scores every set and prints the tables.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        logs::start(&self.logs, "warn")?;
        if !self.folder.is_dir() {
            bail!(
                "{} is no folder; name one that holds hand-coded sets",
                self.folder.display()
            );
        }
        let sets = sets::read(&self.folder)?;
        if sets.is_empty() {
            bail!(
                "{} holds no hand-coded set (*.jsonl)",
                self.folder.display()
            );
        }
        let parser = match self.predictions {
            Some(_) => None,
            None => Some(database::parser()?),
        };
        let mut all: BTreeMap<String, Scores> = BTreeMap::new();
        for set in &sets {
            let file = self
                .predictions
                .as_deref()
                .map(|folder| folder.join(&set.name));
            let scores = match (&parser, &file) {
                (Some(parser), _) => Some(by_parsing(parser, &set.gold)),
                (None, Some(file)) if file.is_file() => Some(of_file(file, &set.gold)?),
                _ => None,
            };
            // A folder of predictions may lack those of some sets.
            let name = set.name.display().to_string();
            match scores.flatten() {
                Some(scores) => {
                    if !self.json {
                        println!("== {name}\n{}", scores.table());
                    }
                    all.insert(name, scores);
                }
                None if !self.json => println!("== {name}\nno predictions\n"),
                None => {}
            }
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&all)?);
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Scores {
    fn table(&self) -> String {
        match self {
            Scores::Attributions(scores) => scores.table(),
            Scores::Positions(scores) => scores.table(),
            Scores::Classes(fields) => fields.values().map(stance::Scores::table).collect(),
        }
    }
}

/// Parses the texts of a set and scores what is found.
fn by_parsing(parser: &Parser, gold: &Gold) -> Option<Scores> {
    match gold {
        Gold::Attributions(articles) => {
            let found: HashMap<String, Vec<Spans>> = articles
                .par_iter()
                .map(|article| (article.id.clone(), spans(parser, article)))
                .collect();
            Some(Scores::Attributions(Box::new(attribution::score(
                articles, &found,
            ))))
        }
        Gold::Positions(articles) => {
            let found: HashMap<String, GuessedArticle> = articles
                .par_iter()
                .filter_map(|article| Some((article.id.clone(), guess(parser, article)?)))
                .collect();
            Some(Scores::Positions(Box::new(positions::score(
                articles, &found,
            ))))
        }
        Gold::Classes(lines) => {
            let (lines, told) = stance::told(parser.context(), lines);
            let scores = classes(&lines, |id, field| told.get(id)?.get(field).cloned());
            (!scores.is_empty()).then_some(Scores::Classes(scores))
        }
    }
}

fn spans(parser: &Parser, article: &GoldText) -> Vec<Spans> {
    let article = NewArticle {
        text: article.text.clone(),
        ..NewArticle::default()
    };
    let pairs = |spans: &[Span]| -> Vec<[usize; 2]> {
        spans
            .iter()
            .map(|span| [span.start as usize, span.end as usize])
            .collect()
    };
    let document = parser.document(&article);
    let attributions = document.attributions.iter();
    attributions
        .map(|attribution| Spans {
            source: pairs(&attribution.source),
            cue: pairs(&attribution.cue),
            content: pairs(&attribution.content),
        })
        .collect()
}

fn guess(parser: &Parser, gold: &GoldArticle) -> Option<GuessedArticle> {
    let article = NewArticle {
        text: gold.text.clone()?,
        title: gold.title.clone(),
        outlet: gold.outlet.clone(),
        published: gold.published.as_deref().and_then(|day| day.parse().ok()),
        url: None,
    };
    let parsed = parser.parse(&article);
    let text = Text::new(&article.text);
    let meetings = parsed.meetings.iter().map(|meeting| MeetingEntry {
        key: meeting.slug.clone(),
        venue: meeting.venue.clone(),
        start: meeting.start.map(|day| day.to_string()),
    });
    Some(GuessedArticle {
        id: gold.id.clone(),
        meetings: meetings.collect(),
        positions: parsed
            .positions
            .iter()
            .map(|position| record(&parsed, &text, position))
            .collect(),
    })
}

fn record(parsed: &ParsedArticle, text: &Text<'_>, position: &Position) -> Guess {
    let party = position.party.and_then(|party| parsed.parties.get(party));
    let evidence: Vec<&str> = position
        .evidence
        .iter()
        .map(|span| text.slice(*span))
        .collect();
    let sure = &position.fields;
    Guess {
        speaker: Some(actor_name(parsed, position)),
        party: party.map(|party| party.name.clone()),
        meeting: meeting_slug(parsed, position),
        issue: position.issue.clone(),
        stance: position.stance.value(),
        act: Some(position.act.as_str().to_owned()),
        mode: Some(position.mode.as_str().to_owned()),
        evidence: evidence.join(" … "),
        confidence: Some(position.confidence),
        sure: Some([
            Some(sure.party),
            Some(sure.speaker),
            Some(sure.meeting),
            Some(sure.issue),
            Some(sure.stance),
            Some(sure.act),
            None,
        ]),
    }
}

/// Scores the predictions of a file.
fn of_file(file: &Path, gold: &Gold) -> anyhow::Result<Option<Scores>> {
    Ok(Some(match gold {
        Gold::Attributions(articles) => {
            let mut found = HashMap::new();
            for guess in sets::lines_of::<GuessedText>(file)? {
                let article = articles
                    .iter()
                    .find(|article| article.id == guess.id)
                    .with_context(|| {
                        format!("{}: nothing to score `{}` by", file.display(), guess.id)
                    })?;
                sets::check(file, &guess.id, &guess.attributions, &article.text)?;
                found.insert(guess.id, guess.attributions);
            }
            Scores::Attributions(Box::new(attribution::score(articles, &found)))
        }
        Gold::Positions(articles) => {
            let found = sets::lines_of::<GuessedArticle>(file)?
                .into_iter()
                .map(|guess| (guess.id.clone(), guess))
                .collect();
            Scores::Positions(Box::new(positions::score(articles, &found)))
        }
        Gold::Classes(lines) => {
            let found: Vec<Value> = sets::lines_of(file)?;
            let by_id: HashMap<&str, &Value> = found
                .iter()
                .filter_map(|line| Some((line.get("id")?.as_str()?, line)))
                .collect();
            Scores::Classes(classes(lines, |id, field| class(by_id.get(id)?.get(field))))
        }
    }))
}

/// A class as words: `-1`, `REJECT`.
fn class(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(class) => Some(class.clone()),
        Value::Number(class) => Some(class.to_string()),
        _ => None,
    }
}

/// Scores each field of [`CLASSES`] that the lines have and of which `found` tells anything.
fn classes(
    lines: &[Value],
    found: impl Fn(&str, &str) -> Option<String>,
) -> BTreeMap<&'static str, stance::Scores> {
    let mut scores = BTreeMap::new();
    for field in CLASSES {
        let mut skipped = 0;
        let mut pairs = Vec::new();
        for line in lines {
            let id = line.get("id").and_then(Value::as_str).unwrap_or_default();
            match class(line.get(field)) {
                Some(gold) => pairs.push((gold, found(id, field))),
                None => skipped += 1,
            }
        }
        if pairs.iter().any(|pair| pair.1.is_some()) {
            scores.insert(field, stance::score(field, &pairs, skipped));
        }
    }
    scores
}
