//! `plenary ingest`: stores articles from files and folders.
//!
//! Safe to repeat and to interrupt: an article is stored whole or not at all, and one whose content
//! is known is passed over before it is parsed.

use super::database::{self, Database};
use super::input::{self, From, Input, Survey};
use super::logs;
use super::serve::unless;
use super::stop::Stop;
use crate::config::{DatabaseConfig, LogConfig};
use crate::http::body;
use crate::http::cpu::ParsePool;
use crate::http::problem::{Kind, Problem};
use anyhow::bail;
use clap::Args;
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use plenary_domain::NewArticle;
use plenary_store::Store;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// How often a database that is away is asked again before the rest is given up.
const ATTEMPTS: u32 = 5;

/// Options of `plenary ingest`.
#[derive(Debug, Args)]
pub struct Ingest {
    /// Files, folders (read recursively) and `-` for standard input. Plain text, Markdown, HTML, and
    /// NDJSON with one object a line: {"id","title","text","outlet","published","url"}.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// How to read the input.
    #[arg(long, value_name = "KIND", default_value = "auto")]
    from: From,

    /// Longest article, in bytes of text.
    #[arg(
        long,
        env = "PLENARY_MAX_ARTICLE_BYTES",
        value_name = "BYTES",
        default_value_t = 1 << 20
    )]
    max_article_bytes: usize,

    #[command(flatten)]
    database: DatabaseConfig,
    #[command(flatten)]
    logs: LogConfig,
}

impl Ingest {
    /// Stores everything; exit code 1 where an article failed, 130 where Ctrl-C came first.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        logs::start(&self.logs, "warn")?;
        let stop = Stop::listen()?;
        for path in &self.paths {
            if !input::is_stdin(path) && !path.exists() {
                bail!("there is no file or folder `{}`", path.display());
            }
        }
        let parser = database::parser()?;
        let Some(database) = unless(&stop, Database::open(&self.database)).await else {
            return Ok(ExitCode::from(super::STOPPED));
        };
        let database = database?;
        let result = async {
            database
                .prepare(parser.codebook(), parser.gazetteer())
                .await?;
            let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
            let pool = ParsePool::new(parser, cores, cores)?;
            let Survey { bytes, left_out } = input::survey(&self.paths);
            let bar = progress(bytes);
            let inputs = input::read(self.paths, self.from);
            let loading = Loading {
                store: database.store.clone(),
                pool,
                width: cores * 2,
                max_article_bytes: self.max_article_bytes,
                made_by: "ingest",
            };
            let summary = loading.run(inputs, &bar, &stop).await?;
            anyhow::Ok((summary, left_out))
        }
        .await;
        database.close().await;
        let (summary, left_out) = result?;
        println!("{}", summary.text());
        match left_out {
            0 => {}
            1 => println!("  1 file of another kind left out; name it to have it read"),
            many => println!("  {many} files of other kinds left out; name them to have them read"),
        }
        Ok(if stop.is_asked() {
            eprintln!("Stopped before the end; run the same command again to go on.");
            ExitCode::from(super::STOPPED)
        } else if summary.failed() > 0 {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// A bar over the bytes of the input, or a mere counter where they are not known beforehand.
pub(super) fn progress(bytes: Option<u64>) -> ProgressBar {
    let (bar, template) = match bytes {
        Some(bytes) => (
            ProgressBar::new(bytes),
            "{bar:30} {percent:>3} %  {msg}  {eta} left",
        ),
        None => (ProgressBar::no_length(), "{spinner}  {msg}  {elapsed}"),
    };
    // The templates are constants that a test reads.
    bar.set_style(
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// What became of the articles.
#[derive(Debug, Default)]
pub(super) struct Summary {
    stored: u64,
    known: u64,
    positions: u64,
    /// Number of articles by the reason for which they failed.
    reasons: BTreeMap<String, u64>,
    took: Duration,
}

impl Summary {
    pub(super) fn failed(&self) -> u64 {
        self.reasons.values().sum()
    }

    fn done(&self) -> u64 {
        self.stored + self.known + self.failed()
    }

    fn rate(&self) -> f64 {
        self.done() as f64 / self.took.as_secs_f64().max(0.001)
    }

    /// The counts, and under them the reasons for failures.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "{} stored with {} positions, {} known, {} failed; {:.1} s, {:.1} articles/s",
            self.stored,
            self.positions,
            self.known,
            self.failed(),
            self.took.as_secs_f64(),
            self.rate(),
        );
        for (reason, count) in &self.reasons {
            text.push_str(&format!("\n  {count} failed: {reason}"));
        }
        text
    }
}

/// What became of one article.
enum Outcome {
    Stored(u64),
    Known,
    Failed(String),
    /// The database stays away: going on would only fail every other article, too.
    Away(String),
}

/// Loading articles: several are on their way at once, in no order.
pub(super) struct Loading {
    pub(super) store: Store,
    pub(super) pool: ParsePool,
    /// Articles on their way at once.
    pub(super) width: usize,
    pub(super) max_article_bytes: usize,
    /// Who is named in the revisions.
    pub(super) made_by: &'static str,
}

impl Loading {
    /// Stores every article, or stops taking new ones when asked to.
    pub(super) async fn run(
        &self,
        inputs: impl Iterator<Item = Input> + Send + 'static,
        bar: &ProgressBar,
        stop: &Stop,
    ) -> anyhow::Result<Summary> {
        let started = Instant::now();
        let mut summary = Summary::default();
        // Reading blocks, so it has a thread; the channel keeps it from running ahead.
        let (sender, mut receiver) = mpsc::channel(self.width);
        let asked = stop.clone();
        let reader = tokio::task::spawn_blocking(move || {
            for input in inputs {
                if asked.is_asked() || sender.blocking_send(input).is_err() {
                    break;
                }
            }
        });
        let inputs = async_stream::stream! {
            while let Some(Some(input)) = unless(stop, receiver.recv()).await {
                yield input;
            }
        };
        let work = inputs
            .map(|input| self.one(input))
            .buffer_unordered(self.width);
        let mut work = std::pin::pin!(work);
        let mut away = None;
        while let Some((place, bytes, outcome)) = work.next().await {
            match outcome {
                Outcome::Stored(positions) => {
                    summary.stored += 1;
                    summary.positions += positions;
                }
                Outcome::Known => summary.known += 1,
                Outcome::Failed(reason) => {
                    bar.suspend(|| eprintln!("{place}: {reason}"));
                    *summary.reasons.entry(reason).or_default() += 1;
                }
                Outcome::Away(reason) => {
                    away = Some(reason);
                    break;
                }
            }
            summary.took = started.elapsed();
            bar.inc(bytes);
            bar.set_message(format!(
                "{} articles, {:.1}/s",
                summary.done(),
                summary.rate()
            ));
        }
        bar.finish_and_clear();
        summary.took = started.elapsed();
        if let Some(reason) = away {
            bail!(
                "{} Until then {}. Run the same command again when it is back.",
                reason,
                summary.text()
            );
        }
        if stop.is_asked() {
            // The reader may hang in a terminal that nobody types into; it ends with the process.
            reader.abort();
        } else {
            reader.await?;
        }
        Ok(summary)
    }

    async fn one(&self, input: Input) -> (String, u64, Outcome) {
        let outcome = match input.article {
            Ok(article) => self.store_one(article).await,
            Err(reason) => Outcome::Failed(reason),
        };
        (input.place, input.bytes, outcome)
    }

    async fn store_one(&self, article: NewArticle) -> Outcome {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_store(&article).await {
                Ok(outcome) => return outcome,
                Err(problem) if problem.kind() != Kind::DatabaseUnavailable => {
                    let cause = problem.cause().map(|cause| format!(" ({cause})"));
                    return Outcome::Failed(problem.detail + &cause.unwrap_or_default());
                }
                Err(problem) if attempt == ATTEMPTS => return Outcome::Away(problem.detail),
                Err(_) => tokio::time::sleep(Duration::from_millis(200 << attempt)).await,
            }
        }
    }

    async fn try_store(&self, article: &NewArticle) -> Result<Outcome, Problem> {
        body::check(article, self.max_article_bytes)?;
        if self.store.find_known(article).await?.is_some() {
            return Ok(Outcome::Known);
        }
        let (article, parsed) = self.pool.parse_patiently(article.clone()).await?;
        let added = self
            .store
            .add_article(&article, &parsed, self.made_by)
            .await?;
        Ok(if added.known {
            Outcome::Known
        } else {
            Outcome::Stored(parsed.positions.len() as u64)
        })
    }
}
