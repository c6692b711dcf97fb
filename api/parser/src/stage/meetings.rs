//! The `meetings` stage.

use crate::document::{Document, Gatherings};

/// Computes the layer.
pub fn run(_document: &Document<'_>) -> Gatherings {
    Default::default()
}
