//! `plenary openapi`: prints the OpenAPI document, or what clients may rely on in it.

use crate::http::{contract, openapi};
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// Options of `plenary openapi`.
#[derive(Debug, Args)]
pub struct Openapi {
    /// Print one line for each promise and demand instead, which `openapi/released.txt` keeps.
    #[arg(long)]
    contract: bool,
}

impl Openapi {
    /// Prints the document; `openapi/openapi.json` is its output.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut text = openapi::text(&openapi::document())?;
        if self.contract {
            let lines = contract::lines(&serde_json::from_str(&text)?);
            text = lines.into_iter().map(|line| line + "\n").collect();
        }
        std::io::stdout().write_all(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}
