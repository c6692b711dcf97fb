//! `plenary serve`: the API on a database.

use super::database::{self, Database};
use super::logs;
use super::stop::Stop;
use crate::app::{self, Limits};
use crate::config::{DatabaseConfig, HttpConfig, LogConfig, TraceConfig};
use crate::http::access::Access;
use crate::http::traces::Traces;
use anyhow::anyhow;
use clap::Args;
use plenary_parser::Parser;
use plenary_store::Store;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;

/// Options of `plenary serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Let everybody who reaches the server read and change everything, without a key. For trying things
    /// out: it is refused on any but a loopback address.
    #[arg(long, env = "PLENARY_OPEN")]
    pub(super) open: bool,
    #[command(flatten)]
    pub(super) http: HttpConfig,
    #[command(flatten)]
    pub(super) database: DatabaseConfig,
    #[command(flatten)]
    pub(super) logs: LogConfig,
    #[command(flatten)]
    pub(super) traces: TraceConfig,
}

impl Serve {
    /// Who may do what.
    ///
    /// # Errors
    /// When everything would be open to more than this machine.
    pub(super) fn access(&self) -> anyhow::Result<Access> {
        let access = self.http.access(self.open);
        if access.everything && !access.loopback {
            return Err(anyhow!(
                "--open lets everybody who reaches {} change everything, so it is for a loopback address; \
                 make keys with `plenary keys create` and leave it out",
                self.http.bind
            ));
        }
        Ok(access)
    }

    /// Serves until it is told to stop.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        // The HTTP library tells its own start and end, which ours says in one line.
        logs::start(&self.logs, "info,actix_server=warn")?;
        let access = self.access()?;
        let endpoint = self.traces.traces_endpoint.as_deref();
        let traces = endpoint.map(Traces::start).transpose()?;
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
                tracing::info!(
                    address = %address,
                    private_postgres = database.is_private(),
                    reading = if access.reading { "open" } else { "with keys" },
                    changing = if access.everything { "open" } else { "with keys" },
                    "serving"
                );
                let limits = self.http.limits(self.open);
                let store = database.store.clone();
                run_server(listener, store, parser, &limits, access, &stop).await
            }
        };
        database.close().await;
        if let Some(traces) = traces {
            traces.close().await;
        }
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
    limits: &Limits,
    access: Access,
    stop: &Stop,
) -> anyhow::Result<()> {
    let server = app::server(listener, store, parser, limits, access)?;
    let handle = server.handle();
    let mut running = std::pin::pin!(server);
    tokio::select! {
        ended = &mut running => return Ok(ended?),
        () = stop.asked() => {}
    }
    tokio::join!(handle.stop(true), running).1?;
    Ok(())
}
