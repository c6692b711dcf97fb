//! The `actors` stage.

use crate::context::Context;
use crate::document::{Document, Speakers};

/// Computes the layer.
pub fn run(_document: &Document<'_>, _context: &Context) -> Speakers {
    Default::default()
}
