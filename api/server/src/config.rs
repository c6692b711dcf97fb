//! Everything that can be configured: options of the command line with their environment variables.
//!
//! `plenary COMMAND --help` is the reference; each option stands here once.

use crate::app::Limits;
use crate::http::access::Access;
use crate::http::head::{HeadLimits, LONGEST_ADDRESS, LONGEST_FIELDS};
use crate::http::query::MAX_LIMIT;
use crate::http::rate::Rate;
use clap::builder::Resettable;
use clap::{Args, Command, ValueEnum};
use ipnet::IpNet;
use plenary_store::postgres;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

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

    /// Seconds that one query may take before the request is answered with 503.
    #[arg(long, env = "PLENARY_QUERY_SECONDS", value_name = "SECONDS", default_value_t = 30,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub query_seconds: u32,
}

impl DatabaseConfig {
    /// How to run the private Postgres.
    pub fn private(&self) -> postgres::Options {
        let mut options = postgres::Options::default();
        if let Some(folder) = &self.data_dir {
            options.data_dir.clone_from(folder);
        }
        options
    }
}

/// Where the API listens and how much it takes on.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "HTTP")]
pub struct HttpConfig {
    /// Address to listen on. 0.0.0.0 or :: opens the API to the network.
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

    /// Longest line of a batch, in bytes.
    #[arg(long, env = "PLENARY_MAX_LINE_BYTES", value_name = "BYTES", default_value_t = 4 << 20,
          value_parser = clap::value_parser!(u64).range(1024..=1 << 30))]
    pub max_line_bytes: u64,

    /// Longest address of a request, in bytes: path and query, as sent.
    #[arg(long, env = "PLENARY_MAX_ADDRESS_BYTES", value_name = "BYTES", default_value_t = LONGEST_ADDRESS,
          value_parser = clap::value_parser!(u32).range(256..=i64::from(LONGEST_ADDRESS)))]
    pub max_address_bytes: u32,

    /// Longest header fields of a request, in bytes, all together.
    #[arg(long, env = "PLENARY_MAX_HEADER_BYTES", value_name = "BYTES", default_value_t = 32 << 10,
          value_parser = clap::value_parser!(u32).range(1024..=i64::from(LONGEST_FIELDS)))]
    pub max_header_bytes: u32,

    /// Seconds that a client may take to send its headers and to send its body (of a batch: to go on
    /// sending), and to read some more of its answer.
    #[arg(long, env = "PLENARY_CLIENT_SECONDS", value_name = "SECONDS", default_value_t = 20,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub client_seconds: u32,

    /// Most items on the page of a list.
    #[arg(long, env = "PLENARY_MAX_PAGE_ITEMS", value_name = "N", default_value_t = MAX_LIMIT,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_LIMIT)))]
    pub max_page_items: u32,

    /// Most positions that one comparison may be about; a million take some 150 MB of memory.
    #[arg(
        long,
        env = "PLENARY_MAX_COMPARISON_POSITIONS",
        value_name = "N",
        default_value_t = 1_000_000
    )]
    pub max_comparison_positions: u32,

    /// Requests under way at once; more are answered with 503.
    #[arg(long, env = "PLENARY_MAX_REQUESTS", value_name = "N", default_value_t = 256,
          value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    pub max_requests: u32,

    /// Requests a second that one address may send in the long run; 0: as many as it likes. Without it:
    /// 100, and no limit where everything is open.
    #[arg(long, env = "PLENARY_ADDRESS_RATE", value_name = "N")]
    pub address_rate: Option<u32>,

    /// Requests that one address may send at once.
    #[arg(long, env = "PLENARY_ADDRESS_BURST", value_name = "N", default_value_t = 400,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub address_burst: u32,

    /// Requests a second that may be sent with one key in the long run; 0: as many as its holder likes.
    #[arg(
        long,
        env = "PLENARY_KEY_RATE",
        value_name = "N",
        default_value_t = 100
    )]
    pub key_rate: u32,

    /// Requests that may be sent with one key at once.
    #[arg(long, env = "PLENARY_KEY_BURST", value_name = "N", default_value_t = 400,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub key_burst: u32,

    /// Whether reading needs a key; changing anything always does. Without it: open on a loopback
    /// address, else closed.
    #[arg(long, env = "PLENARY_READING", value_name = "WHO")]
    pub reading: Option<Reading>,

    /// Origins whose pages may call the API from a browser, e.g. https://desk.example; * for all.
    #[arg(long, env = "PLENARY_CORS_ORIGINS", value_name = "ORIGIN,…", value_delimiter = ',',
          value_parser = origin)]
    pub cors_origins: Vec<String>,

    /// Proxies whose X-Forwarded-For tells the client's address, e.g. 10.0.0.0/8.
    #[arg(long, env = "PLENARY_TRUSTED_PROXIES", value_name = "NETWORK,…", value_delimiter = ',',
          value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Seconds that requests under way have to finish when the server is told to stop.
    #[arg(
        long,
        env = "PLENARY_SHUTDOWN_SECONDS",
        value_name = "SECONDS",
        default_value_t = 10
    )]
    pub shutdown_seconds: u64,
}

/// Who may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reading {
    /// Everybody who reaches the server.
    Open,
    /// Holders of a key.
    Closed,
}

impl HttpConfig {
    /// Who may do what. `everything`: no key is needed for anything.
    pub fn access(&self, everything: bool) -> Access {
        let loopback = self.bind.to_canonical().is_loopback();
        let usual = if loopback {
            Reading::Open
        } else {
            Reading::Closed
        };
        Access {
            reading: self.reading.unwrap_or(usual) == Reading::Open,
            everything,
            loopback,
            origins: self.cors_origins.clone(),
            proxies: self.trusted_proxies.clone(),
        }
    }

    /// How much the server takes on; a server that is open to everything is for trying Plenary out and
    /// does not count requests unless it is told to.
    pub fn limits(&self, everything: bool) -> Limits {
        let usual = Limits::default();
        // Options are checked to fit when they are read.
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let count = |given: Option<u32>, usual: usize| given.map_or(usual, |n| n as usize);
        let rate = |per_second: u32, burst: u32| {
            let (per_second, burst) = (NonZeroU32::new(per_second), NonZeroU32::new(burst));
            let (per_second, burst) = per_second.zip(burst)?;
            Some(Rate { per_second, burst })
        };
        let usual_rate = if everything { 0 } else { 100 };
        Limits {
            http_threads: count(self.http_threads, usual.http_threads),
            parses: count(self.max_parses, usual.parses),
            waiting_parses: self.max_waiting_parses as usize,
            max_body_bytes: size(self.max_body_bytes),
            max_article_bytes: size(self.max_article_bytes),
            max_line_bytes: size(self.max_line_bytes),
            max_page_items: self.max_page_items,
            max_comparison_positions: self.max_comparison_positions as usize,
            requests: self.max_requests as usize,
            address_rate: rate(self.address_rate.unwrap_or(usual_rate), self.address_burst),
            key_rate: rate(self.key_rate, self.key_burst),
            head: HeadLimits {
                address: self.max_address_bytes as usize,
                fields: self.max_header_bytes as usize,
            },
            client_patience: Duration::from_secs(self.client_seconds.into()),
            shutdown: Duration::from_secs(self.shutdown_seconds),
        }
    }
}

/// An origin as browsers send it: scheme and authority, and nothing after them.
fn origin(text: &str) -> Result<String, String> {
    let authority = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
    match authority {
        Some(authority) if !authority.is_empty() && authority.chars().all(plain) => {}
        _ if text == "*" => {}
        _ => return Err("an origin reads like https://desk.example, or is *".to_owned()),
    }
    Ok(text.to_owned())
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "a network reads like 10.0.0.0/8, or is one address".to_owned())
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

/// Where traces go.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Traces")]
pub struct TraceConfig {
    /// OpenTelemetry collector to which a span for each request is sent, by OTLP over HTTP, e.g.
    /// http://127.0.0.1:4318. Without it, nothing is traced.
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        value_name = "URL",
        hide_env_values = true
    )]
    pub traces_endpoint: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_and_networks_are_read_or_refused() {
        for good in [
            "https://desk.example",
            "http://localhost:3000",
            "http://[::1]:80",
            "*",
        ] {
            assert_eq!(origin(good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "desk.example",
            "https://",
            "https://desk.example/",
            "https://a,b",
            "null",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
        assert_eq!(network("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network("fd00::/8").unwrap().to_string(), "fd00::/8");
        assert!(network("10.0.0.0/40").is_err());
    }
}
