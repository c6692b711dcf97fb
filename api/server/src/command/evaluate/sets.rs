//! Sets of hand-coded texts, as they lie in a folder.
//!
//! What a file holds is told by its first line: `attributions`, `positions`, or a class a line
//! (`polarity`, `act`).

use anyhow::{Context, bail};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Fragments of one attribution: code points, end exclusive.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Spans {
    #[serde(default)]
    pub(super) source: Vec<[usize; 2]>,
    #[serde(default)]
    pub(super) cue: Vec<[usize; 2]>,
    pub(super) content: Vec<[usize; 2]>,
}

/// An article with hand-coded attributions.
#[derive(Debug, Deserialize)]
pub(super) struct GoldText {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) attributions: Vec<Spans>,
}

/// Predicted attributions of an article.
#[derive(Debug, Deserialize)]
pub(super) struct GuessedText {
    pub(super) id: String,
    pub(super) attributions: Vec<Spans>,
}

/// A meeting of an article.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct MeetingEntry {
    pub(super) key: String,
    #[serde(default)]
    pub(super) venue: Option<String>,
    #[serde(default)]
    pub(super) start: Option<String>,
}

/// An article with hand-coded positions.
#[derive(Debug, Deserialize)]
pub(super) struct GoldArticle {
    pub(super) id: String,
    /// Missing where the text may not be passed on; it then cannot be parsed, only be scored.
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) outlet: Option<String>,
    #[serde(default)]
    pub(super) published: Option<String>,
    pub(super) meetings: Vec<MeetingEntry>,
    pub(super) positions: Vec<GoldPosition>,
}

/// A hand-coded position.
#[derive(Debug, Deserialize)]
pub(super) struct GoldPosition {
    pub(super) speaker: String,
    pub(super) party: Option<String>,
    pub(super) meeting: Option<String>,
    pub(super) issue: String,
    #[serde(default)]
    pub(super) also: Vec<Also>,
    pub(super) stance: i8,
    pub(super) act: String,
    pub(super) mode: String,
    pub(super) evidence: String,
}

/// Another issue that is as right, with a stance of its own where that differs.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Also {
    Issue(String),
    WithStance { issue: String, stance: i8 },
}

impl Also {
    /// The issue with its stance, which is `usual` where it tells none.
    pub(super) fn with(&self, usual: i8) -> (&str, i8) {
        match self {
            Also::Issue(issue) => (issue, usual),
            Also::WithStance { issue, stance } => (issue, *stance),
        }
    }
}

/// Predicted meetings and positions of an article.
#[derive(Debug, Default, Deserialize)]
pub(super) struct GuessedArticle {
    #[serde(default)]
    pub(super) id: String,
    pub(super) meetings: Vec<MeetingEntry>,
    pub(super) positions: Vec<Guess>,
}

/// A predicted position.
#[derive(Debug, Deserialize)]
pub(super) struct Guess {
    pub(super) speaker: Option<String>,
    pub(super) party: Option<String>,
    pub(super) meeting: Option<String>,
    pub(super) issue: String,
    pub(super) stance: i8,
    #[serde(default)]
    pub(super) act: Option<String>,
    #[serde(default)]
    pub(super) mode: Option<String>,
    pub(super) evidence: String,
    #[serde(default)]
    pub(super) confidence: Option<f32>,
    /// Confidence of each field in the order of the tables; none of the mode.
    #[serde(skip)]
    pub(super) sure: Option<[Option<f32>; 7]>,
}

/// What a file holds.
#[derive(Debug)]
pub(super) enum Gold {
    Attributions(Vec<GoldText>),
    Positions(Vec<GoldArticle>),
    /// Lines with a class each.
    Classes(Vec<Value>),
}

/// A file of a folder.
#[derive(Debug)]
pub(super) struct Set {
    /// Path below the folder, without the ending of compressed files.
    pub(super) name: PathBuf,
    pub(super) gold: Gold,
}

/// The sets of a folder in the order of their names. Files of other kinds are passed over; so are files
/// whose name begins with `train`, which say nothing about quality.
///
/// # Errors
/// When a file cannot be read or a line of it is not of the set's form.
pub(super) fn read(folder: &Path) -> anyhow::Result<Vec<Set>> {
    let mut sets = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy();
        let plain = name.strip_suffix(".gz").unwrap_or(&name);
        if !entry.file_type().is_file() || !plain.ends_with(".jsonl") || name.starts_with("train") {
            continue;
        }
        let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let below = below.with_file_name(plain);
        if let Some(gold) = gold(entry.path())? {
            sets.push(Set { name: below, gold });
        }
    }
    Ok(sets)
}

fn gold(path: &Path) -> anyhow::Result<Option<Gold>> {
    let text = contents(path)?;
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else {
        return Ok(None);
    };
    let has = |value: &Value, key: &str| value.get(key).is_some();
    let Ok(first) = serde_json::from_str::<Value>(first) else {
        return Ok(None);
    };
    let gold = if has(&first, "attributions") && has(&first, "text") {
        let articles: Vec<GoldText> = lines(path, &text)?;
        for article in &articles {
            check(path, &article.id, &article.attributions, &article.text)?;
        }
        Gold::Attributions(articles)
    } else if has(&first, "positions") && has(&first, "meetings") {
        Gold::Positions(lines(path, &text)?)
    } else if has(&first, "text") && (has(&first, "polarity") || has(&first, "act")) {
        Gold::Classes(lines(path, &text)?)
    } else {
        return Ok(None);
    };
    Ok(Some(gold))
}

/// Refuses fragments that do not lie in the text.
pub(super) fn check(path: &Path, id: &str, spans: &[Spans], text: &str) -> anyhow::Result<()> {
    let length = text.chars().count();
    let outside = spans
        .iter()
        .flat_map(|one| one.source.iter().chain(&one.cue).chain(&one.content))
        .any(|[from, to]| from >= to || *to > length);
    if outside || spans.iter().any(|one| one.content.is_empty()) {
        bail!(
            "{}: article `{id}` has a fragment that does not lie in its text",
            path.display()
        );
    }
    Ok(())
}

/// The lines of a file, each of the form of `T`.
pub(super) fn lines_of<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    lines(path, &contents(path)?)
}

fn lines<T: DeserializeOwned>(path: &Path, text: &str) -> anyhow::Result<Vec<T>> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = || format!("{}:{}", path.display(), number + 1);
        let value: Value = serde_json::from_str(line).with_context(place)?;
        let id = value.get("id").and_then(Value::as_str).unwrap_or_default();
        if id.is_empty() || !seen.insert(id.to_owned()) {
            bail!("{}: every line needs an `id` of its own", place());
        }
        found.push(serde_json::from_value(value).with_context(place)?);
    }
    Ok(found)
}

fn contents(path: &Path) -> anyhow::Result<String> {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let mut text = String::new();
        if path.extension().is_some_and(|ending| ending == "gz") {
            MultiGzDecoder::new(file).read_to_string(&mut text)?;
        } else {
            file.read_to_string(&mut text)?;
        }
        Ok(text)
    };
    read().with_context(|| format!("{} cannot be read", path.display()))
}
