//! From an article to its statements and positions.
//!
//! The parser is pure: it reads no clock, no disk and no network, never fails and never panics,
//! and gives the same records for the same text. Its stages (see [`stage`]) are ordered functions
//! over one [`Document`]; each adds a layer and none edits an earlier one.

pub mod context;
#[cfg(test)]
mod digest;
pub mod document;
pub mod intake;
pub mod language;
pub mod legible;
pub mod stage;

mod assemble;
mod parser;

pub use context::{Context, ParserError};
pub use document::Document;
pub use parser::{Parser, VERSION};
