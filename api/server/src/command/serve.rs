//! `plenary serve`: the API on a database.

use super::database::{self, Database};
use super::logs;
use super::stop::Stop;
use crate::app::{self, Limits};
use crate::config::{DatabaseConfig, HttpConfig, LogConfig};
use anyhow::anyhow;
use clap::Args;
use plenary_parser::Parser;
use plenary_store::Store;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Options of `plenary serve`.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    http: HttpConfig,
    #[command(flatten)]
    database: DatabaseConfig,
    #[command(flatten)]
    logs: LogConfig,
}

impl Serve {
    /// Serves until it is told to stop.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        // The HTTP library tells its own start and end, which ours says in one line.
        logs::start(&self.logs, "info,actix_server=warn")?;
        let stop = Stop::listen()?;
        let listener = listen(&self.http)?;
        let address = listener.local_addr()?;
        let parser = database::parser()?;
        let Some(database) = unless(&stop, Database::open(&self.database)).await else {
            return Ok(ExitCode::from(super::STOPPED));
        };
        let database = database?;
        let prepared = unless(
            &stop,
            database.prepare(parser.codebook(), parser.gazetteer()),
        )
        .await;
        let served = match prepared {
            None => Ok(()),
            Some(Err(error)) => Err(error),
            Some(Ok(())) => {
                tracing::info!(address = %address, private_postgres = database.is_private(), "serving");
                run_server(listener, database.store.clone(), parser, &self.http, &stop).await
            }
        };
        database.close().await;
        served?;
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    }
}

/// Does the work unless somebody asks to stop first.
pub(super) async fn unless<T>(stop: &Stop, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        () = stop.asked() => None,
    }
}

/// Takes the port. This comes before everything slow, so that a taken port is told at once and
/// nothing needs to be undone.
pub(super) fn listen(http: &HttpConfig) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(http.bind, http.port);
    TcpListener::bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!(
            "port {} of {} is taken; stop what uses it or choose another with --port",
            http.port,
            http.bind
        ),
        std::io::ErrorKind::AddrNotAvailable => anyhow!(
            "this machine has no address {}; choose another with --bind",
            http.bind
        ),
        std::io::ErrorKind::PermissionDenied => anyhow!(
            "port {} may not be used by this user; choose one from 1024 with --port",
            http.port
        ),
        _ => anyhow!("cannot listen on {address}: {error}; see --bind and --port"),
    })
}

/// Serves on a taken port until somebody asks to stop; requests under way are finished.
pub(super) async fn run_server(
    listener: TcpListener,
    store: Store,
    parser: Arc<Parser>,
    http: &HttpConfig,
    stop: &Stop,
) -> anyhow::Result<()> {
    let server = app::server(listener, store, parser, &limits(http))?;
    let handle = server.handle();
    let mut running = std::pin::pin!(server);
    tokio::select! {
        ended = &mut running => return Ok(ended?),
        () = stop.asked() => {}
    }
    tokio::join!(handle.stop(true), running).1?;
    Ok(())
}

fn limits(http: &HttpConfig) -> Limits {
    let usual = Limits::default();
    // Options are checked to fit when they are read.
    let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let count = |given: Option<u32>, usual: usize| given.map_or(usual, |n| n as usize);
    Limits {
        http_threads: count(http.http_threads, usual.http_threads),
        parses: count(http.max_parses, usual.parses),
        waiting_parses: http.max_waiting_parses as usize,
        max_body_bytes: size(http.max_body_bytes),
        max_article_bytes: size(http.max_article_bytes),
        shutdown: Duration::from_secs(http.shutdown_seconds),
    }
}
