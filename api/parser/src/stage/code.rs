//! The `code` stage.

use crate::document::{Coding, Document};

/// Computes the layer.
pub fn run(_document: &Document<'_>) -> Vec<Coding> {
    Default::default()
}
