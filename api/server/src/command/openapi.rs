//! `plenary openapi`: prints the OpenAPI document.

use crate::http::openapi;
use std::io::Write;
use std::process::ExitCode;

/// Prints the document; `openapi/openapi.json` is its output.
pub fn run() -> anyhow::Result<ExitCode> {
    let text = openapi::text(&openapi::document())?;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
