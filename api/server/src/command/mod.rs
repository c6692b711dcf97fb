//! The command line: one file a subcommand.
//!
//! A command that fails prints one line that says what to do next. Exit codes: 0 done, 1 done in
//! part or not at all, 2 wrong use of the command line, 130 stopped by Ctrl-C.

pub mod check;
pub mod database;
pub mod demo;
pub mod evaluate;
pub mod ingest;
pub mod input;
pub mod keys;
pub mod logs;
pub mod migrate;
pub mod openapi;
pub mod parse;
pub mod serve;
pub mod stop;

use clap::Subcommand;
use std::process::ExitCode;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API on the records in the database.
    Serve(serve::Serve),
    /// Try Plenary: start a database, load sample articles, serve.
    Demo(demo::Demo),
    /// Say what is wrong with configuration and database, and what to do.
    Check(check::Check),
    /// Make, list and revoke keys of the API.
    Keys(keys::Keys),
    /// Bring the tables of the database up to this version.
    Migrate(migrate::Migrate),
    /// Print the OpenAPI document; needs no database.
    Openapi(openapi::Openapi),
    /// Print what is found in articles; needs no database.
    Parse(parse::Parse),
    /// Score the parser on hand-coded texts; needs no database.
    Evaluate(evaluate::Evaluate),
    /// Store articles from files and folders.
    Ingest(ingest::Ingest),
}

/// Exit code of a command that Ctrl-C or SIGTERM stopped before it was done.
const STOPPED: u8 = 130;

/// Runs a command to its end.
pub fn run(command: Command) -> ExitCode {
    let result = match command {
        Command::Serve(serve) => in_runtime(|| serve.run()),
        Command::Demo(demo) => in_runtime(|| demo.run()),
        Command::Check(check) => in_runtime(|| check.run()),
        Command::Keys(keys) => in_runtime(|| keys.run()),
        Command::Migrate(migrate) => in_runtime(|| migrate.run()),
        Command::Openapi(openapi) => openapi.run(),
        Command::Parse(parse) => parse.run(),
        Command::Evaluate(evaluate) => evaluate.run(),
        Command::Ingest(ingest) => in_runtime(|| ingest.run()),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            // Causes say what happened, the outermost line what was being done; all on one line.
            let line = format!("{error:#}").replace('\n', " ");
            eprintln!("plenary: {line}");
            ExitCode::FAILURE
        }
    }
}

/// Runs asynchronous work. The HTTP library needs its runtime on the calling thread; signals are
/// heard from the start.
fn in_runtime<F>(work: impl FnOnce() -> F) -> anyhow::Result<ExitCode>
where
    F: Future<Output = anyhow::Result<ExitCode>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    actix_web::rt::System::with_tokio_rt(|| runtime).block_on(work())
}
