//! The private Postgres: found or fetched, started, kept alive and stopped.

use std::path::{Path, PathBuf};

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
            pg_bin: std::env::var_os("PG_BIN").map(PathBuf::from),
            durable: true,
        }
    }
}

/// Where Plenary keeps its data when nobody says: `PLENARY_DATA_DIR`, else `/var/lib/plenary` for
/// root, else `plenary` in the XDG data folder (`~/.local/share`).
pub fn default_data_dir() -> PathBuf {
    PathBuf::from("/var/lib/plenary")
}

/// Why the private Postgres cannot run: one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PostgresError(String);

/// A private Postgres: started by this process, or found running because another one started it.
///
/// One started by this process ends with it, however that ends. When the process that started it
/// ends, another process that uses it starts it again within a second or so.
#[derive(Debug)]
pub struct Private {
    url: String,
}

impl Private {
    /// Finds (or fetches), prepares and starts Postgres on a Unix socket, or finds it running, and
    /// returns when it answers.
    pub async fn start(options: &Options) -> Result<Private, PostgresError> {
        let _ = options;
        Err(PostgresError("not built yet".to_owned()))
    }

    /// Address of its database `plenary`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server, if this process runs it, and waits until it is down. Dropping does the same.
    pub async fn stop(self) {}

    /// Folder of its server log, for people.
    pub fn log(&self) -> &Path {
        Path::new("")
    }
}
