//! The `attribute` stage.

use crate::context::Context;
use crate::document::{Attribution, Document};

/// Computes the layer.
pub fn run(_document: &Document<'_>, _context: &Context) -> Vec<Attribution> {
    Default::default()
}
