//! The `actors` stage.

use crate::document::{Document, Speakers};

/// Computes the layer.
pub fn run(_document: &Document<'_>) -> Speakers {
    Default::default()
}
