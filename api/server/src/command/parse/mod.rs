//! `plenary parse`: what is found in articles, without a database.
//!
//! Articles are parsed on every core and printed in the order in which they came. At most a few
//! for each core are in memory at once, however long the input is.

mod explain;
mod line;
mod table;

use super::database;
use super::input::{self, From, Input, Label};
use super::logs;
use crate::config::LogConfig;
use crate::routes::parse::Parsed;
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use plenary_parser::Parser;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

/// Options of `plenary parse`.
#[derive(Debug, Args)]
pub struct Parse {
    /// Files and folders to parse; `-` or nothing for standard input.
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,

    /// Form of the output. Without it: a table on a terminal, else ndjson.
    #[arg(long, value_name = "FORM")]
    format: Option<Format>,

    /// Show what each stage found, with the words or the rule behind it.
    #[arg(long)]
    explain: bool,

    /// How to read the input.
    #[arg(long, value_name = "KIND", default_value = "auto")]
    from: From,

    /// Articles parsed at once. Without it: as many as there are cores.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,

    #[command(flatten)]
    logs: LogConfig,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Meetings and positions for people.
    Table,
    /// What `POST /v1/parse` answers: one object for one article, else an array.
    Json,
    /// One line an article: `{"id","attributions","meetings","positions"}`.
    Ndjson,
}

/// How one article is shown.
#[derive(Clone, Copy)]
enum Show {
    Table,
    Explain,
    Json,
    Line,
}

/// What one article became.
struct Output {
    text: String,
    failed: bool,
}

impl Parse {
    /// Parses and prints everything; exit code 1 where an article could not be read.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        logs::start(&self.logs, "warn")?;
        let show = match (self.format, self.explain) {
            (Some(Format::Json | Format::Ndjson), true) => {
                bail!("--explain is for people and goes with --format table only")
            }
            (_, true) => Show::Explain,
            (Some(Format::Table), _) => Show::Table,
            (Some(Format::Json), _) => Show::Json,
            (Some(Format::Ndjson), _) => Show::Line,
            (None, _) if io::stdout().is_terminal() => Show::Table,
            (None, _) => Show::Line,
        };
        let paths = if self.paths.is_empty() {
            if io::stdin().is_terminal() {
                bail!("name files to parse, or `-` to read from standard input; see --help");
            }
            vec![PathBuf::from("-")]
        } else {
            self.paths
        };
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        let jobs = self.jobs.map_or(cores, usize::from);
        let inputs = input::read(paths, self.from);
        let parser = database::parser()?;
        let outputs = in_order(inputs, jobs, move |input| show_one(&parser, input, show))?;
        match print(outputs, show) {
            // Whoever reads the output has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            printed => match printed.context("the output cannot be written")? {
                0 => Ok(ExitCode::SUCCESS),
                _ => Ok(ExitCode::FAILURE),
            },
        }
    }
}

/// Applies `work` to every item on `jobs` threads and gives the results in the order of the items.
/// Reading stops while `8 × jobs` results wait to be taken.
fn in_order<I, T, R>(
    items: I,
    jobs: usize,
    work: impl Fn(T) -> R + Send + Sync + 'static,
) -> anyhow::Result<Receiver<Receiver<R>>>
where
    I: Iterator<Item = T> + Send + 'static,
    T: Send + 'static,
    R: Send + 'static,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?;
    let work = Arc::new(work);
    let (slots, results) = sync_channel(8 * jobs);
    std::thread::Builder::new()
        .name("read".to_owned())
        .spawn(move || {
            for item in items {
                let (sender, slot) = sync_channel(1);
                if slots.send(slot).is_err() {
                    break;
                }
                let work = work.clone();
                pool.spawn(move || {
                    // A slot that nobody waits for belongs to output that nobody reads.
                    let _ = sender.send(work(item));
                });
            }
        })?;
    Ok(results)
}

/// Prints results as they come; returns how many failed.
fn print(outputs: Receiver<Receiver<Output>>, show: Show) -> io::Result<usize> {
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let mut failed = 0;
    let mut outputs = outputs.into_iter().filter_map(|slot| slot.recv().ok());
    if let Show::Json = show {
        // One article is an object; only a second one makes it an array.
        let first = outputs.next();
        let second = outputs.next();
        let several = second.is_some();
        let all = first.into_iter().chain(second).chain(outputs);
        out.write_all(if several { b"[\n" } else { b"" })?;
        for (index, output) in all.enumerate() {
            failed += usize::from(output.failed);
            out.write_all(if index > 0 { b",\n" } else { b"" })?;
            out.write_all(output.text.as_bytes())?;
        }
        out.write_all(if several { b"\n]\n" } else { b"\n" })?;
    } else {
        for output in outputs {
            failed += usize::from(output.failed);
            writeln!(out, "{}", output.text)?;
        }
    }
    out.flush()?;
    Ok(failed)
}

fn show_one(parser: &Parser, input: Input, show: Show) -> Output {
    let Input {
        place,
        label,
        article,
        ..
    } = input;
    let shown = article.and_then(|article| {
        // The parser promises not to panic; should it break that promise, one article fails.
        catch_unwind(AssertUnwindSafe(|| match show {
            Show::Explain => Ok(explain::explain(parser, &place, &article)),
            Show::Table => Ok(table::table(&place, &article, &parser.parse(&article))),
            Show::Line => {
                line::line(&label, &article, &parser.parse(&article)).map_err(|e| e.to_string())
            }
            Show::Json => {
                let parsed = Parsed::new(&article.text, parser.parse(&article));
                serde_json::to_string_pretty(&parsed).map_err(|error| error.to_string())
            }
        }))
        .unwrap_or_else(|_| Err("the parser panicked; please report this article".to_owned()))
    });
    match shown {
        Ok(text) => Output {
            text,
            failed: false,
        },
        Err(error) => Output {
            text: match show {
                Show::Table | Show::Explain => format!("{place}: {error}"),
                Show::Json | Show::Line => match &label {
                    Label::Id(id) => serde_json::json!({"id": id, "error": error}).to_string(),
                    Label::Line(line) => {
                        serde_json::json!({"line": line, "error": error}).to_string()
                    }
                },
            },
            failed: true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let slow_first = |n: u64| {
            std::thread::sleep(std::time::Duration::from_millis(20 - n % 20));
            n
        };
        let results = in_order(0..200u64, 8, slow_first).unwrap();
        let numbers: Vec<u64> = results
            .into_iter()
            .map(|slot| slot.recv().unwrap())
            .collect();
        assert_eq!(numbers, (0..200).collect::<Vec<_>>());
    }
}
