//! The database of a command: the one that is configured, or a private Postgres.

use crate::config::DatabaseConfig;
use anyhow::Context;
use plenary_domain::{Codebook, Gazetteer};
use plenary_parser::Parser;
use plenary_store::{Options, Store, postgres};
use std::sync::Arc;
use std::time::Duration;

/// A database with its store, and the private Postgres where there is one.
pub struct Database {
    /// The record set.
    pub store: Store,
    private: Option<postgres::Private>,
}

impl Database {
    /// Connects to the configured database, or starts the private Postgres.
    ///
    /// # Errors
    /// When the address cannot be understood or the private Postgres cannot run; the error says
    /// what to do.
    pub async fn open(config: &DatabaseConfig) -> anyhow::Result<Database> {
        let (url, private) = match &config.database_url {
            Some(url) => (url.clone(), None),
            None => {
                let private = postgres::Private::start(&config.private()).await?;
                (private.url().to_owned(), Some(private))
            }
        };
        let mut options = Options::new(url);
        options.read_url.clone_from(&config.database_read_url);
        options.max_connections = config.database_connections;
        options.statement_timeout = Duration::from_secs(u64::from(config.query_seconds));
        let store = Store::connect(&options).context("check DATABASE_URL and DATABASE_READ_URL")?;
        Ok(Database { store, private })
    }

    /// Brings the tables up to this version and stores what parser and records share.
    ///
    /// # Errors
    /// When the database does not answer or its tables belong to a newer version.
    pub async fn prepare(&self, codebook: &Codebook, gazetteer: &Gazetteer) -> anyhow::Result<()> {
        let store = &self.store;
        store
            .migrate()
            .await
            .context("the tables could not be brought up to this version")?;
        store.sync_gazetteer(gazetteer).await?;
        store.sync_codebook(codebook).await?;
        Ok(())
    }

    /// True when this is a private Postgres.
    pub fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// Waits for calls under way, closes the connections and stops what was started.
    pub async fn close(self) {
        self.store.close().await;
        if let Some(private) = self.private {
            private.stop().await;
        }
    }
}

/// The parser with the shipped codebook and gazetteer.
///
/// # Errors
/// When a model that is part of the binary cannot be read.
pub fn parser() -> anyhow::Result<Arc<Parser>> {
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin())?;
    Ok(Arc::new(parser))
}
