//! Everything that can be configured: options of the command line with their environment variables.
//!
//! `plenary COMMAND --help` is the reference; each option stands here once.

use clap::builder::Resettable;
use clap::{Args, Command, ValueEnum};
use std::net::IpAddr;
use std::path::PathBuf;

/// The command with every empty environment variable read as unset, because that is how container
/// files and service managers clear one.
pub fn blank_is_unset(command: Command) -> Command {
    let is_blank = |name: &std::ffi::OsStr| {
        std::env::var_os(name).is_some_and(|value| value.to_string_lossy().trim().is_empty())
    };
    command
        .mut_args(|arg| match arg.get_env().is_some_and(is_blank) {
            true => arg.env(Resettable::Reset),
            false => arg,
        })
        .mut_subcommands(blank_is_unset)
}

/// Which Postgres holds the records.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct DatabaseConfig {
    /// Postgres to use, e.g. postgres://user:password@host/plenary. Without it, Plenary runs a
    /// private Postgres of its own in the data directory.
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Postgres from which lists and comparisons are read, e.g. a replica. Without it, they are
    /// read where records are written.
    #[arg(
        long,
        env = "DATABASE_READ_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_read_url: Option<String>,

    /// Folder of the private Postgres. Without it: $XDG_DATA_HOME/plenary, ~/.local/share/plenary,
    /// or /var/lib/plenary for root.
    #[arg(long, env = "PLENARY_DATA_DIR", value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,

    /// Most connections to each Postgres.
    #[arg(long, env = "PLENARY_DATABASE_CONNECTIONS", value_name = "N", default_value_t = 16,
          value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub database_connections: u32,
}

/// Where the API listens and how much it takes on.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "HTTP")]
pub struct HttpConfig {
    /// Address to listen on. 0.0.0.0 or :: opens the API, which has no access control yet, to the
    /// network.
    #[arg(
        long,
        env = "PLENARY_BIND",
        value_name = "ADDRESS",
        default_value = "127.0.0.1"
    )]
    pub bind: IpAddr,

    /// Port to listen on; 0 takes a free one.
    #[arg(
        long,
        env = "PLENARY_PORT",
        value_name = "PORT",
        default_value_t = 8080
    )]
    pub port: u16,

    /// Longest body of a request, in bytes.
    #[arg(long, env = "PLENARY_MAX_BODY_BYTES", value_name = "BYTES", default_value_t = 4 << 20,
          value_parser = clap::value_parser!(u64).range(1024..=1 << 30))]
    pub max_body_bytes: u64,

    /// Longest article, in bytes of text.
    #[arg(long, env = "PLENARY_MAX_ARTICLE_BYTES", value_name = "BYTES", default_value_t = 1 << 20,
          value_parser = clap::value_parser!(u64).range(1024..=1 << 26))]
    pub max_article_bytes: u64,

    /// Articles parsed at once. Without it: as many as there are cores.
    #[arg(long, env = "PLENARY_MAX_PARSES", value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub max_parses: Option<u32>,

    /// Articles that may wait to be parsed before requests are answered with 503.
    #[arg(
        long,
        env = "PLENARY_MAX_WAITING_PARSES",
        value_name = "N",
        default_value_t = 64
    )]
    pub max_waiting_parses: u32,

    /// Threads that serve HTTP. Without it: as many as there are cores.
    #[arg(long, env = "PLENARY_HTTP_THREADS", value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub http_threads: Option<u32>,

    /// Seconds that requests under way have to finish when the server is told to stop.
    #[arg(
        long,
        env = "PLENARY_SHUTDOWN_SECONDS",
        value_name = "SECONDS",
        default_value_t = 10
    )]
    pub shutdown_seconds: u64,
}

/// What is logged, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Logs")]
pub struct LogConfig {
    /// Form of the log on standard error: `auto` is pretty on a terminal and JSON otherwise.
    #[arg(
        long,
        env = "PLENARY_LOG_FORMAT",
        value_name = "FORM",
        default_value = "auto"
    )]
    pub log_format: LogFormat,

    /// What to log, in tracing's syntax: `warn,plenary_server=debug`. Without it: `info` for
    /// `serve`, warnings only for other commands.
    #[arg(long, env = "PLENARY_LOG", value_name = "FILTER")]
    pub log: Option<String>,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}
