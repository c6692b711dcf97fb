//! Every line of SQL of Plenary, and the private Postgres.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use plenary_domain::{Codebook, Gazetteer, PositionFilter, record::By};
//! use plenary_store::{Options, Store, postgres};
//!
//! let server = postgres::Private::start(&postgres::Options::default()).await?;
//! let store = Store::connect(&Options::new(server.url()))?;
//! store.migrate().await?;
//! store.sync_gazetteer(&Gazetteer::builtin()).await?;
//! store.sync_codebook(&Codebook::builtin()).await?;
//! let observed = store.observations(&PositionFilter::default(), By::Party, false).await?;
//! store.close().await;
//! server.stop().await;
//! # Ok(()) }
//! ```
//!
//! One file (or folder) holds one resource: its private row, the conversion to `plenary_domain::record`, and its
//! queries, which are checked against the migrations when `.sqlx` is written (`api/store/prepare.sh`).
//!
//! # Revisions
//! Every change of the record set has a number. Positions are valid from the revision that brought
//! them to the one that superseded them, so a list, a grid and an export with the same `revision` see
//! the same records, now and later. A read without one is answered from the newest revision at its
//! start; a cursor carries that revision on, so all pages of a list show one state.
//!
//! # Order of changes
//! A change first claims its content (so that the same article stored twice at once becomes one),
//! then takes the next revision number, which is a row lock and lets one change at a time resolve
//! its speakers, parties and meetings against what is stored. Every change takes these locks in this
//! order and each only once: changes cannot wait for one another in a circle, and whoever sees
//! revision N sees every revision before it.
//!
//! # Names
//! Names are drawn from what articles tell (`article_actor`, `article_meeting`), so a deleted article takes
//! along what only it told. What an earlier revision shows is kept: an actor, party or meeting of a
//! superseded position keeps its slug and name. What people say of names is in [`ruling`].
//!
//! # Aggregates
//! What the lists show (positions and articles per party, actor, meeting, process and issue) is kept in
//! the table `tally`, in the transaction that changes the records. Comparisons select positions by index
//! and count them in Rust: they filter by more than a fixed cube has, and counting rules and distinct
//! articles do not add up over cells. What that costs over a million positions is told by
//! `cargo bench -p plenary-server --bench comparisons`.

mod actor;
mod article;
mod cursor;
mod error;
mod inspect;
mod issue;
mod key;
mod meeting;
mod observation;
mod party;
mod pool;
mod position;
pub mod postgres;
mod process;
mod quote;
mod resolve;
mod revision;
mod rows;
mod ruling;
mod select;
mod similar;
mod tally;
#[doc(hidden)]
pub mod testing;
mod track;

use pool::Pool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::str::FromStr;
use std::time::Duration;

pub use article::Added;
pub use error::Error;
pub use inspect::{Inspection, Schema};
pub use key::NewKey;
pub use pool::PoolUse;
pub use revision::Maker;
pub use ruling::{Ruler, SplitInto};

/// What every call of the store returns.
pub type Result<T> = std::result::Result<T, Error>;

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address for everything that changes records, e.g. `postgres://user:password@host/plenary`.
    pub url: String,
    /// Address of a replica for lists, comparisons and exports; `None`: the same as `url`.
    pub read_url: Option<String>,
    /// Most connections to each address.
    pub max_connections: u32,
    /// How long a call waits for a connection before it fails as [`Error::Unavailable`].
    pub acquire_timeout: Duration,
    /// How long one SQL statement may run before it fails as [`Error::TimedOut`].
    pub statement_timeout: Duration,
}

impl Options {
    /// The default settings for an address: 10 connections, 5 s for a connection, 30 s a statement.
    pub fn new(url: impl Into<String>) -> Options {
        Options {
            url: url.into(),
            read_url: None,
            max_connections: 10,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
        }
    }
}

/// The record set in a database. Cheap to clone; every clone shares the same connections.
#[derive(Debug, Clone)]
pub struct Store {
    write: Pool,
    read: Pool,
    reads_where_it_writes: bool,
    most_observed: usize,
}

/// The tables of this version, embedded in the binary.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

impl Store {
    /// A store on a database. Connections are made when they are needed, so that a server can start
    /// while the database is away; only an address that cannot be understood fails here.
    ///
    /// Must be called inside a Tokio runtime.
    pub fn connect(options: &Options) -> Result<Store> {
        let write = connect(options, &options.url)?;
        let read = match &options.read_url {
            Some(url) => connect(options, url)?,
            None => write.clone(),
        };
        Ok(Store {
            write,
            read,
            reads_where_it_writes: options.read_url.is_none(),
            most_observed: usize::MAX,
        })
    }

    /// The same store, whose comparisons fail as [`Error::TooMany`] once they would hold more positions
    /// than this in memory (some 150 bytes each).
    pub fn observing_at_most(mut self, positions: usize) -> Store {
        self.most_observed = positions;
        self
    }

    /// Brings the tables up to this version. Safe to call from many processes at once: an advisory
    /// lock lets one at a time through. [`Error::Schema`] where the database is newer than the binary.
    pub async fn migrate(&self) -> Result<()> {
        // A role that may not change tables can still find them up to date.
        if self.schema().await? == Schema::Current {
            return Ok(());
        }
        let mut connection = self.write.acquire().await?.detach();
        // A migration may rebuild an index over everything that is stored.
        sqlx::query("set statement_timeout = 0")
            .execute(&mut connection)
            .await?;
        MIGRATIONS.run(&mut connection).await?;
        sqlx::Connection::close(connection).await?;
        Ok(())
    }

    /// Succeeds when the database answers and its tables are those of this version.
    pub async fn ready(&self) -> Result<()> {
        let schema = self.schema().await?;
        if schema != Schema::Current {
            return Err(Error::Schema(schema.to_string()));
        }
        if !self.read.is_closed() {
            sqlx::query("select 1").execute(&self.read).await?;
        }
        Ok(())
    }

    /// How the connections for changes are used, and those for reading where they are others.
    pub fn usage(&self) -> (PoolUse, Option<PoolUse>) {
        let read = (!self.reads_where_it_writes).then(|| self.read.usage());
        (self.write.usage(), read)
    }

    /// Waits for running calls and closes every connection.
    pub async fn close(&self) {
        self.write.close().await;
        self.read.close().await;
    }
}

fn connect(options: &Options, url: &str) -> Result<Pool> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(Error::Address(
            "it must begin with postgres:// or postgresql://".to_owned(),
        ));
    }
    let connect = PgConnectOptions::from_str(url)
        .map_err(|error| Error::Address(error.to_string()))?
        .application_name("plenary")
        .options([
            (
                "statement_timeout",
                options.statement_timeout.as_millis().to_string(),
            ),
            // Filters read `$1 is null or column = any($1)`: only a plan made for the values at hand
            // sees which conditions fall away and which index helps.
            ("plan_cache_mode", "force_custom_plan".to_owned()),
            // Joins and sorts over a large record set are twice as fast in memory.
            ("work_mem", "64MB".to_owned()),
            // Compiling a query takes longer than any of these queries run.
            ("jit", "off".to_owned()),
            // Notices such as "text-search query contains only stop words" are no concern of a log.
            ("client_min_messages", "warning".to_owned()),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .connect_lazy_with(connect);
    Ok(Pool::new(pool))
}
