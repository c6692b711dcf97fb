//! The `code` stage.

use crate::context::Context;
use crate::document::{Coding, Document};

/// Computes the layer.
pub fn run(_document: &Document<'_>, _context: &Context) -> Vec<Coding> {
    Default::default()
}
