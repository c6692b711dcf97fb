//! The private Postgres: found or fetched, started, kept alive and stopped.
//!
//! One process at a time owns the server of a data directory; a lock file says which, and the kernel
//! releases it however that process ends. Others on the same directory use the server meanwhile and
//! one of them takes over when the owner is gone. The server never outlives its owner: the owner's
//! supervisor thread stops it, and on Linux the kernel does where the owner is killed.

mod binaries;
mod cluster;

use cluster::Cluster;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How to run the private Postgres.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for everything that Plenary keeps; made where it does not exist.
    pub data_dir: PathBuf,
    /// Folder of `postgres` and `initdb`; `None`: looked for, and fetched where there is none.
    pub pg_bin: Option<PathBuf>,
    /// False only for throw-away data in tests: writes may be lost when the machine fails.
    pub durable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            data_dir: default_data_dir(),
            pg_bin: set("PG_BIN").map(PathBuf::from),
            durable: true,
        }
    }
}

/// Where Plenary keeps its data when nobody says: `PLENARY_DATA_DIR`, else `/var/lib/plenary` for
/// root, else `plenary` in the XDG data folder (`~/.local/share`).
pub fn default_data_dir() -> PathBuf {
    if let Some(dir) = set("PLENARY_DATA_DIR") {
        return dir.into();
    }
    if cluster::is_root() {
        return PathBuf::from("/var/lib/plenary");
    }
    set("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| Path::new(&home).join(".local/share")))
        .unwrap_or_else(std::env::temp_dir)
        .join("plenary")
}

/// A variable of the environment; an empty one counts as unset.
fn set(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// What a start would find; nothing is made or fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prospect {
    /// True where the data directory holds a database already.
    pub has_data: bool,
    /// Folder and major version of the installation that would run; `None`: it would have to be fetched.
    pub installation: Option<(PathBuf, u32)>,
}

impl Prospect {
    /// Looks.
    ///
    /// # Errors
    /// Where an installation cannot be used; the error says what to do.
    pub fn of(options: &Options) -> Result<Prospect> {
        let wanted = cluster::version_of(&options.data_dir);
        let found = binaries::installed(options.pg_bin.as_deref(), wanted, &options.data_dir)?;
        Ok(Prospect {
            has_data: wanted.is_some(),
            installation: found.map(|found| (found.folder, found.major)),
        })
    }
}

/// Why the private Postgres cannot run: one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PostgresError(pub(crate) String);

type Result<T> = std::result::Result<T, PostgresError>;

/// How long a server may take to answer, crash recovery included.
const START: Duration = Duration::from_secs(120);

/// How long a server may take to stop before it is told to drop everything.
const STOP: Duration = Duration::from_secs(20);

/// How often a process that uses another's server looks whether it has become ownerless.
const WATCH: Duration = Duration::from_millis(300);

/// A private Postgres: started by this process, or found running because another one started it.
///
/// One started by this process ends with it, however that ends. When the process that started it
/// ends, another process that uses it starts it again within a second or so.
#[derive(Debug)]
pub struct Private {
    url: String,
    log: PathBuf,
    supervisor: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Private {
    /// Finds (or fetches), prepares and starts Postgres on a Unix socket, or finds it running, and
    /// returns when it answers.
    pub async fn start(options: &Options) -> Result<Private> {
        let cluster = Cluster::prepare(options).await?;
        let (url, log) = (cluster.url(), cluster.log().to_owned());
        let (stop, stopped) = channel();
        let (ready, answers) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("postgres-supervisor".to_owned())
            .spawn(move || supervise(&cluster, &stopped, ready))
            .map_err(|error| PostgresError(format!("cannot start a thread: {error}")))?;
        let private = Private {
            url,
            log,
            supervisor: Some((stop, thread)),
        };
        match answers.await {
            Ok(Ok(())) => Ok(private),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(PostgresError(
                "the thread that watches Postgres ended unexpectedly".to_owned(),
            )),
        }
    }

    /// Address of its database `plenary`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server, if this process runs it, and waits until it is down. Dropping does the same.
    pub async fn stop(mut self) {
        let supervisor = self.supervisor.take();
        // A thread that panicked has nothing left to stop.
        let _ = tokio::task::spawn_blocking(move || finish(supervisor)).await;
    }

    /// The server's log, for people.
    pub fn log(&self) -> &Path {
        &self.log
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        finish(self.supervisor.take());
    }
}

fn finish(supervisor: Option<(Sender<()>, JoinHandle<()>)>) {
    if let Some((stop, thread)) = supervisor {
        drop(stop);
        let _ = thread.join();
    }
}

/// Runs until told to stop: owns the server while it holds the lock, else uses the owner's.
///
/// The server is started from this thread, because the kernel ties its death to that of the thread.
fn supervise(cluster: &Cluster, stopped: &Receiver<()>, ready: oneshot::Sender<Result<()>>) {
    let mut ready = Some(ready);
    let mut report = |outcome: Result<()>| match ready.take() {
        Some(ready) => {
            let failed = outcome.is_err();
            let _ = ready.send(outcome);
            !failed
        }
        None => {
            if let Err(error) = outcome {
                tracing::error!("the private Postgres does not start again: {error}");
            }
            true
        }
    };
    loop {
        match own(cluster) {
            Ok(Some((lock, child))) => {
                if !report(Ok(())) {
                    return;
                }
                let stop = guard(child, cluster, stopped);
                drop(lock);
                if stop {
                    return;
                }
                tracing::warn!("the private Postgres went away; starting it again");
                continue;
            }
            Ok(None) => {
                if !report(Ok(())) {
                    return;
                }
            }
            Err(error) => {
                if !report(Err(error)) {
                    return;
                }
            }
        }
        if !matches!(stopped.recv_timeout(WATCH), Err(RecvTimeoutError::Timeout)) {
            return;
        }
    }
}

/// The lock and a server with its database, or `None` where another process owns one.
fn own(cluster: &Cluster) -> Result<Option<(File, Child)>> {
    let lock = cluster.lock_file()?;
    let deadline = Instant::now() + START;
    loop {
        match lock.try_lock() {
            Ok(()) => {
                let mut child = cluster.spawn()?;
                while !cluster.answers() {
                    if let Ok(Some(status)) = child.try_wait() {
                        return Err(PostgresError(format!(
                            "Postgres ended at its start ({status}): {}; its log is {}",
                            cluster.last_words(),
                            cluster.log().display()
                        )));
                    }
                    if Instant::now() > deadline {
                        end(&mut child, cluster);
                        return Err(late(cluster));
                    }
                    std::thread::sleep(Duration::from_millis(30));
                }
                cluster.make_database()?;
                return Ok(Some((lock, child)));
            }
            Err(TryLockError::WouldBlock) if cluster.has_database() => return Ok(None),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(TryLockError::WouldBlock) => return Err(late(cluster)),
            Err(TryLockError::Error(error)) => {
                return Err(PostgresError(format!(
                    "cannot lock {}: {error}",
                    cluster.home().display()
                )));
            }
        }
    }
}

fn late(cluster: &Cluster) -> PostgresError {
    PostgresError(format!(
        "Postgres did not answer within {} s; see its log {}",
        START.as_secs(),
        cluster.log().display()
    ))
}

/// Waits until told to stop (true, the server is down) or until the server ends by itself (false).
fn guard(mut child: Child, cluster: &Cluster, stopped: &Receiver<()>) -> bool {
    loop {
        match stopped.recv_timeout(WATCH) {
            Err(RecvTimeoutError::Timeout) => {
                if !matches!(child.try_wait(), Ok(None)) {
                    return false;
                }
            }
            Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                end(&mut child, cluster);
                return true;
            }
        }
    }
}

/// Stops the server: fast shutdown first, an immediate one where that takes too long.
fn end(child: &mut Child, cluster: &Cluster) {
    let deadline = Instant::now() + STOP;
    cluster::signal(child.id(), libc::SIGINT);
    while matches!(child.try_wait(), Ok(None)) {
        if Instant::now() > deadline {
            tracing::warn!(
                log = %cluster.log().display(),
                "the private Postgres does not stop; it will recover at its next start"
            );
            cluster::signal(child.id(), libc::SIGQUIT);
            let _ = child.wait();
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
