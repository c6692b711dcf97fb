//! The `attribute` stage.

use crate::document::{Attribution, Document};

/// Computes the layer.
pub fn run(_document: &Document<'_>) -> Vec<Attribution> {
    Default::default()
}
