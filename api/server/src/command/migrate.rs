//! `plenary migrate`: brings the tables up to this version.

use super::database::Database;
use super::logs;
use crate::config::{DatabaseConfig, LogConfig};
use clap::Args;
use plenary_domain::{Codebook, Gazetteer};
use std::process::ExitCode;

/// Options of `plenary migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    database: DatabaseConfig,
    #[command(flatten)]
    logs: LogConfig,
}

impl Migrate {
    /// Migrates, and stores the shipped codebook and gazetteer.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        logs::start(&self.logs, "warn")?;
        let database = Database::open(&self.database).await?;
        let prepared = database
            .prepare(&Codebook::builtin(), &Gazetteer::builtin())
            .await;
        database.close().await;
        prepared?;
        println!(
            "The tables are those of Plenary {}.",
            env!("CARGO_PKG_VERSION")
        );
        Ok(ExitCode::SUCCESS)
    }
}
