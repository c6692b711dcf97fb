//! The log on standard error: pretty for people, one JSON object a line for machines.

use crate::config::{LogConfig, LogFormat};
use anyhow::Context;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging; `usual` is what is logged where nobody says.
///
/// # Errors
/// When the filter is not in tracing's syntax.
pub fn start(config: &LogConfig, usual: &str) -> anyhow::Result<()> {
    // Whoever fetches a Postgres tells in one line how that ended; each retry would be one more.
    let usual = format!("{usual},reqwest_retry=error");
    let filter = config.log.as_deref().unwrap_or(&usual);
    let filter = EnvFilter::try_new(filter)
        .with_context(|| format!("--log `{filter}` is no filter; write e.g. `info`"))?;
    let pretty = match config.log_format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Starting twice, as tests in one process do, keeps the first log.
    let _ = if pretty {
        log.with_target(false)
            .with_ansi(std::io::stderr().is_terminal())
            .try_init()
    } else {
        log.json()
            .with_span_list(false)
            .flatten_event(true)
            .try_init()
    };
    Ok(())
}
