//! The `plenary` binary.

use clap::{CommandFactory, FromArgMatches, Parser};
use plenary_server::command::{Command, run};
use plenary_server::config;
use std::process::ExitCode;

/// Parsing allocates many small values on every core, where this allocator is markedly faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Party positions from news articles: who said what at which meeting, and how it compares.
#[derive(Parser)]
#[command(name = "plenary", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let matches = config::blank_is_unset(Arguments::command()).get_matches();
    match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => run(arguments.command),
        Err(error) => error.exit(),
    }
}
