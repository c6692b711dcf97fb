//! The `parties` stage.

use crate::document::{Document, Sides};

/// Computes the layer.
pub fn run(_document: &Document<'_>) -> Sides {
    Default::default()
}
