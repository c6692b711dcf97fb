//! From the paths of a command line to articles, one after another.
//!
//! Files are read when their turn comes and NDJSON line by line, so that neither a folder of a
//! million files nor a file of a million lines is ever in memory as a whole.

use crate::form::{self, TextForm};
use plenary_domain::NewArticle;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Longest text file and longest NDJSON line, in bytes.
const LONGEST: u64 = 64 << 20;

/// One article as it was found.
#[derive(Debug)]
pub struct Input {
    /// Where it was found, for people: `file` or `file:line`.
    pub place: String,
    /// What its result is called.
    pub label: Label,
    /// The article, or one line that says why there is none.
    pub article: Result<NewArticle, String>,
    /// Bytes of input that it took.
    pub bytes: u64,
}

/// What a result is called: the article's own id, or the number of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// `id` of an NDJSON line, or the name of a file.
    Id(String),
    /// Line without a readable `id`, from 1.
    Line(u64),
}

/// How input is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum From {
    /// By the name of the file, else by how the content begins.
    Auto,
    /// Plain text.
    Text,
    /// Markdown, with or without front matter.
    Markdown,
    /// Web pages.
    Html,
    /// One JSON object a line: `{"id","title","text","outlet","published","url"}`.
    Ndjson,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Article(TextForm),
    Lines,
}

/// Articles of files, folders (read recursively, known kinds of file only) and `-` for standard
/// input, in the order of the command line and of the names in a folder.
pub fn read(paths: Vec<PathBuf>, from: From) -> impl Iterator<Item = Input> + Send {
    paths.into_iter().flat_map(|path| files(&path)).flat_map(
        move |file| -> Box<dyn Iterator<Item = Input> + Send> {
            match file {
                Ok(path) => open(&path, from),
                Err(input) => Box::new(std::iter::once(*input)),
            }
        },
    )
}

/// What lies under the paths, before anything of it is read.
pub struct Survey {
    /// Bytes that `read` will read; `None` where standard input is among the paths.
    pub bytes: Option<u64>,
    /// Files in folders that it leaves out because of their kind.
    pub left_out: usize,
}

/// Looks at every file under the paths once.
pub fn survey(paths: &[PathBuf]) -> Survey {
    let (mut bytes, mut left_out) = (0, 0);
    let size = |file: &Path| file.metadata().map_or(0, |data| data.len());
    for path in paths.iter().filter(|path| !is_stdin(path)) {
        if !path.is_dir() {
            bytes += size(path);
            continue;
        }
        for entry in walk(path)
            .flatten()
            .filter(|entry| entry.file_type().is_file())
        {
            match by_name(entry.path()) {
                Some(_) => bytes += size(entry.path()),
                None => left_out += 1,
            }
        }
    }
    let known = !paths.iter().any(|path| is_stdin(path));
    Survey {
        bytes: known.then_some(bytes),
        left_out,
    }
}

/// True when the path stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The files behind a path. Inside a folder hidden files and unknown kinds are left out; a file
/// that is named is always read.
fn files(path: &Path) -> Box<dyn Iterator<Item = Result<PathBuf, Box<Input>>> + Send> {
    if is_stdin(path) || !path.is_dir() {
        return Box::new(std::iter::once(Ok(path.to_owned())));
    }
    Box::new(walk(path).filter_map(|entry| match entry {
        Ok(entry) => {
            let wanted = entry.file_type().is_file() && by_name(entry.path()).is_some();
            wanted.then(|| Ok(entry.into_path()))
        }
        Err(error) => {
            let place = error
                .path()
                .map_or_else(String::new, |p| p.display().to_string());
            Some(Err(Box::new(unreadable(place, &error.to_string()))))
        }
    }))
}

/// What lies in a folder, hidden files and folders left out, in the order of the names.
fn walk(folder: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> + Send + use<> {
    let hidden = |entry: &DirEntry| entry.file_name().to_string_lossy().starts_with('.');
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| entry.depth() == 0 || !hidden(entry))
}

fn by_name(path: &Path) -> Option<Content> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "txt" | "text" => Some(Content::Article(TextForm::Text)),
        "md" | "markdown" => Some(Content::Article(TextForm::Markdown)),
        "html" | "htm" | "xhtml" => Some(Content::Article(TextForm::Html)),
        "ndjson" | "jsonl" => Some(Content::Lines),
        _ => None,
    }
}

fn by_beginning(beginning: &[u8]) -> Content {
    let text = String::from_utf8_lossy(beginning);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = text.chars().take(15).collect::<String>().to_lowercase();
    if lower.starts_with('{') {
        Content::Lines
    } else if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        Content::Article(TextForm::Html)
    } else if text.starts_with("---\n") || text.starts_with("---\r\n") {
        Content::Article(TextForm::Markdown)
    } else {
        Content::Article(TextForm::Text)
    }
}

fn unreadable(place: String, why: &str) -> Input {
    Input {
        label: Label::Id(place.clone()),
        place,
        article: Err(why.to_owned()),
        bytes: 0,
    }
}

fn open(path: &Path, from: From) -> Box<dyn Iterator<Item = Input> + Send> {
    let place = if is_stdin(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    };
    let opened: io::Result<Box<dyn Read + Send>> = if is_stdin(path) {
        Ok(Box::new(io::stdin()))
    } else {
        File::open(path).map(|file| Box::new(file) as Box<dyn Read + Send>)
    };
    let begun = opened.and_then(|file| {
        let mut reader = BufReader::with_capacity(64 << 10, file);
        let beginning = by_beginning(reader.fill_buf()?);
        Ok((reader, beginning))
    });
    let (reader, beginning) = match begun {
        Ok(begun) => begun,
        Err(error) => return Box::new(std::iter::once(unreadable(place, &error.to_string()))),
    };
    let content = match from {
        From::Auto => by_name(path).unwrap_or(beginning),
        From::Text => Content::Article(TextForm::Text),
        From::Markdown => Content::Article(TextForm::Markdown),
        From::Html => Content::Article(TextForm::Html),
        From::Ndjson => Content::Lines,
    };
    match content {
        Content::Article(form) => Box::new(std::iter::once(whole(reader, place, form))),
        Content::Lines => Box::new(Lines {
            reader,
            place,
            number: 0,
            ended: false,
        }),
    }
}

/// The one article of a file.
fn whole(reader: impl Read, place: String, form: TextForm) -> Input {
    let mut bytes = Vec::new();
    let read = reader.take(LONGEST + 1).read_to_end(&mut bytes);
    let article = match read {
        Err(error) => Err(error.to_string()),
        Ok(length) if length as u64 > LONGEST => Err(format!("is longer than {LONGEST} bytes")),
        Ok(_) => match std::str::from_utf8(&bytes) {
            Ok(text) => form
                .article(text.trim_start_matches('\u{feff}'))
                .map_err(|error| error.to_string()),
            Err(error) => Err(format!("is not UTF-8: {error}")),
        },
    };
    Input {
        label: Label::Id(place.clone()),
        place,
        article,
        bytes: bytes.len() as u64,
    }
}

/// The articles of an NDJSON file. Empty lines are passed over.
struct Lines<R> {
    reader: BufReader<R>,
    place: String,
    number: u64,
    ended: bool,
}

impl<R: Read> Iterator for Lines<R> {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        while !self.ended {
            self.number += 1;
            let mut line = Vec::new();
            let mut limited = (&mut self.reader).take(LONGEST);
            let read = limited.read_until(b'\n', &mut line);
            let result = match read {
                Ok(0) => {
                    self.ended = true;
                    return None;
                }
                Ok(_) if line.len() as u64 == LONGEST && line.last() != Some(&b'\n') => {
                    skip_line(&mut self.reader, &mut self.ended);
                    Err((None, format!("is longer than {LONGEST} bytes")))
                }
                Ok(_) if line.trim_ascii().is_empty() => continue,
                Ok(_) => form::line(&line).map_err(|error| (error.id, error.why)),
                Err(error) => {
                    self.ended = true;
                    Err((None, error.to_string()))
                }
            };
            let number = Label::Line(self.number);
            let (label, article) = match result {
                Ok((id, article)) => (id.map_or(number, Label::Id), Ok(article)),
                Err((id, why)) => (id.map_or(number, Label::Id), Err(why)),
            };
            return Some(Input {
                place: format!("{}:{}", self.place, self.number),
                label,
                article,
                bytes: line.len() as u64,
            });
        }
        None
    }
}

/// Passes over the rest of a line that is too long.
fn skip_line(reader: &mut impl BufRead, ended: &mut bool) {
    loop {
        let (length, found) = match reader.fill_buf() {
            Ok(buffer) if !buffer.is_empty() => {
                match buffer.iter().position(|&byte| byte == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (buffer.len(), false),
                }
            }
            _ => {
                *ended = true;
                return;
            }
        };
        reader.consume(length);
        if found {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn lines(text: &str) -> Vec<(Label, Result<NewArticle, String>)> {
        let reader = BufReader::new(std::io::Cursor::new(text.as_bytes().to_vec()));
        Lines {
            reader,
            place: "x".to_owned(),
            number: 0,
            ended: false,
        }
        .map(|input| (input.label, input.article))
        .collect()
    }

    #[test]
    fn every_line_has_a_result_with_its_name() {
        let found = lines(concat!(
            "{\"id\":\"a\",\"text\":\"x\",\"published\":\"2022-01-14T10:00:00Z\",\"note\":1}\n",
            "\n",
            "{\"id\":7,\"text\":3}\n",
            "{\n",
            "{\"id\":\"c\",\"text\":\"x\",\"published\":\"soon\"}\n",
            "{\"text\":\"no id\"}",
        ));
        let labels: Vec<_> = found.iter().map(|(label, _)| label.clone()).collect();
        assert_eq!(
            labels,
            [
                Label::Id("a".into()),
                Label::Id("7".into()),
                Label::Line(4),
                Label::Id("c".into()),
                Label::Line(6)
            ]
        );
        let well: Vec<bool> = found.iter().map(|(_, article)| article.is_ok()).collect();
        assert_eq!(well, [true, false, false, false, true]);
        let day = found[0].1.as_ref().unwrap().published;
        assert_eq!(day, NaiveDate::from_ymd_opt(2022, 1, 14));
    }

    #[test]
    fn content_is_told_by_its_beginning() {
        assert_eq!(by_beginning(b"\n {\"text\""), Content::Lines);
        assert_eq!(
            by_beginning(b"<!DOCTYPE html><p>"),
            Content::Article(TextForm::Html)
        );
        assert_eq!(
            by_beginning(b"---\ntitle: x\n---\n"),
            Content::Article(TextForm::Markdown)
        );
        assert_eq!(
            by_beginning("\u{feff}Vienna".as_bytes()),
            Content::Article(TextForm::Text)
        );
    }
}
