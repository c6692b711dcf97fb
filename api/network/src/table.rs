//! Vectors at 8 bits, one for each row: of words, of places in a text, of marks.

use crate::{Unreadable, Weights};
use bytes::Bytes;

/// A table of `width` columns. A number is (byte - zero) × scale.
#[derive(Debug)]
pub struct Table {
    bytes: Bytes,
    width: usize,
    /// What turns signed bytes into unsigned ones: their first bit.
    flip: u8,
    zero: f32,
    /// One for each row, or one for all.
    scale: Vec<f32>,
}

impl Table {
    /// The table whose bytes are called `bytes`, with a scale for each row called `scale`.
    ///
    /// # Errors
    /// When the file has no such tensors.
    pub fn by_rows(weights: &Weights, bytes: &str, scale: &str) -> Result<Table, Unreadable> {
        Table::read(weights, bytes, weights.floats(scale)?, 0)
    }

    /// The table `name` with one scale and one zero point.
    ///
    /// # Errors
    /// When the file has no such tensors.
    pub fn even(weights: &Weights, name: &str) -> Result<Table, Unreadable> {
        let (zero, _) = weights.bytes(&format!("{name}_zero_point"))?;
        let scale = weights.floats(&format!("{name}_scale"))?;
        Table::read(weights, &format!("{name}_quantized"), scale, zero[0])
    }

    fn read(weights: &Weights, name: &str, scale: Vec<f32>, zero: u8) -> Result<Table, Unreadable> {
        let width = weights.columns(name)?;
        let (bytes, signed) = weights.bytes(name)?;
        let flip = if signed { 0x80 } else { 0 };
        if ![1, bytes.len() / width].contains(&scale.len()) {
            return Err(weights.broken(format!("{name} has {} scales", scale.len())));
        }
        Ok(Table {
            zero: f32::from(zero ^ flip),
            bytes,
            width,
            flip,
            scale,
        })
    }

    /// How many numbers a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Adds row `at` to `sum`; beyond the last row it adds nothing.
    pub fn add(&self, at: usize, sum: &mut [f32]) {
        let scale = self.scale.get(at).unwrap_or(&self.scale[0]);
        let row = self.bytes.chunks_exact(self.width).nth(at);
        for (sum, byte) in sum.iter_mut().zip(row.unwrap_or_default()) {
            *sum += (f32::from(byte ^ self.flip) - self.zero) * scale;
        }
    }
}
