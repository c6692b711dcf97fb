//! A database of its own for each test, on one private Postgres for each test program.
//!
//! Part of the crate, because the tests of other crates need it too. Nothing of it runs in the product.

pub mod bulk;
pub mod processor;

use crate::postgres::{self, Private};
use crate::{Options, Store};
use plenary_domain::{Codebook, Gazetteer};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::OnceCell;
use uuid::Uuid;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The server of a test program, made by the first test that needs it.
struct Server {
    /// Address of a database that is always there.
    url: String,
    /// Migrated, with codebook and gazetteer: every test's database is a copy of it.
    template: String,
    _private: Option<(Private, ChildStdin)>,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();

/// A database that is dropped with this value.
#[derive(Debug)]
pub struct Database {
    /// A store on it: migrated, with the shipped codebook and gazetteer.
    pub store: Store,
    /// Its address.
    pub url: String,
    name: String,
    admin: String,
}

impl Database {
    /// Makes a database for one test. `PLENARY_TEST_DATABASE_URL` names a server to use in place of
    /// a private one; only databases that were made here are touched on it.
    ///
    /// # Panics
    /// When it cannot be made: a test cannot go on without it.
    pub async fn new() -> Database {
        Database::made(false).await
    }

    /// Makes a database with nothing in it, as [`Database::new`] does.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn empty() -> Database {
        Database::made(true).await
    }

    #[allow(clippy::panic)]
    async fn made(empty: bool) -> Database {
        match Database::try_new(empty).await {
            Ok(database) => database,
            Err(error) => panic!("no database for the test: {error}"),
        }
    }

    async fn try_new(empty: bool) -> Result<Database> {
        let server = SERVER.get_or_try_init(server).await?;
        let name = format!("plenary_test_{}", Uuid::now_v7().simple());
        let template = if empty { "template1" } else { &server.template };
        execute(
            &server.url,
            format!("create database {name} template {template}"),
        )
        .await?;
        let url = with_database(&server.url, &name)?;
        let options = Options {
            max_connections: 5,
            ..patient(url.clone())
        };
        Ok(Database {
            store: Store::connect(&options)?,
            url,
            name,
            admin: server.url.clone(),
        })
    }
}

impl Database {
    /// An empty database beside it, made as `how` says, e.g. `encoding 'UTF8' template template0`.
    ///
    /// # Panics
    /// When it cannot be made.
    #[allow(clippy::panic)]
    pub async fn another(&self, how: &'static str) -> Database {
        let make = async {
            let name = format!("plenary_test_{}", Uuid::now_v7().simple());
            execute(&self.admin, format!("create database {name} {how}")).await?;
            let url = with_database(&self.admin, &name)?;
            Result::Ok(Database {
                store: Store::connect(&patient(url.clone()))?,
                url,
                name,
                admin: self.admin.clone(),
            })
        };
        match make.await {
            Ok(database) => database,
            Err(error) => panic!("no database for the test: {error}"),
        }
    }
}

/// A table that nobody else can use while this lives, as under a long migration.
#[derive(Debug)]
pub struct Held(PgConnection);

impl Database {
    /// Holds a table of ours.
    ///
    /// # Panics
    /// When it cannot.
    #[allow(clippy::panic)]
    pub async fn hold(&self, table: &'static str) -> Held {
        let hold = async {
            let mut connection = PgConnection::connect(&self.url).await?;
            let sql = format!("begin; lock table {table} in access exclusive mode");
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
                .execute(&mut connection)
                .await?;
            Ok::<_, sqlx::Error>(Held(connection))
        };
        match hold.await {
            Ok(held) => held,
            Err(error) => panic!("{table} cannot be held: {error}"),
        }
    }
}

impl Held {
    /// Lets it go.
    pub async fn let_go(self) {
        // Whatever went wrong, the connection is gone and its lock with it.
        let _ = self.0.close().await;
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Dropping a database is asynchronous and a runtime cannot be entered twice on one thread.
        let drop = format!("drop database if exists {} with (force)", self.name);
        let admin = self.admin.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(execute(&admin, drop))
        });
        if !matches!(thread.join(), Ok(Ok(()))) {
            eprintln!("the database {} was left behind", self.name);
        }
    }
}

/// A busy machine makes a test slow, not wrong. Changes wait for one another, and what waits in a test of
/// many at once waits for all the others: in the pool for a connection, or in a statement for the lock.
fn patient(url: String) -> Options {
    let patience = Duration::from_secs(600);
    Options {
        acquire_timeout: patience,
        statement_timeout: patience,
        ..Options::new(url)
    }
}

async fn server() -> Result<Server> {
    let (url, private) = match std::env::var("PLENARY_TEST_DATABASE_URL") {
        Ok(url) => (url, None),
        Err(_) => {
            let data_dir =
                std::env::temp_dir().join(format!("plenary-{}", Uuid::now_v7().simple()));
            let sweeper = sweep_after_us(&data_dir)?;
            let private = Private::start(&postgres::Options {
                data_dir,
                durable: false,
                ..postgres::Options::default()
            })
            .await?;
            (private.url().to_owned(), Some((private, sweeper)))
        }
    };
    let template = format!("plenary_template_{}", Uuid::now_v7().simple());
    execute(&url, format!("create database {template}")).await?;
    let store = Store::connect(&patient(with_database(&url, &template)?))?;
    store.migrate().await?;
    store.sync_gazetteer(&Gazetteer::builtin()).await?;
    store.sync_codebook(&Codebook::builtin()).await?;
    // A database with connections cannot be copied.
    store.close().await;
    Ok(Server {
        url,
        template,
        _private: private,
    })
}

/// Removes the folder when this process is gone, however it went: statics are not dropped, and a
/// killed process cleans nothing. The shell waits for the end of its input, which is ours to hold.
fn sweep_after_us(folder: &Path) -> Result<ChildStdin> {
    const SWEEP: &str = r#"cat >/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    pid=$(find "$1" -name postmaster.pid -exec head -n 1 {} \; 2>/dev/null | head -n 1)
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || break
    kill -INT "$pid"
    sleep 0.5
done
rm -rf -- "$1""#;
    let mut command = Command::new("sh");
    command
        .args(["-c", SWEEP, "sweep"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // An interrupt from the keyboard goes to the whole group of processes, and this one must stay.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut sweeper = command.spawn()?;
    sweeper
        .stdin
        .take()
        .ok_or_else(|| "the sweeper has no input".into())
}

/// The same server's address with another database.
fn with_database(url: &str, name: &str) -> Result<String> {
    let options = PgConnectOptions::from_str(url)?.database(name);
    Ok(options.to_url_lossy().to_string())
}

async fn execute(url: &str, sql: String) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    // Made of fixed words and an id of our own.
    connection.execute(sqlx::AssertSqlSafe(sql)).await?;
    connection.close().await?;
    Ok(())
}
