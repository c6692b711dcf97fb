//! The `meetings` stage.

use crate::context::Context;
use crate::document::{Document, Gatherings};

/// Computes the layer.
pub fn run(_document: &Document<'_>, _context: &Context) -> Gatherings {
    Default::default()
}
