//! What tests of the networks' bits have in common.

use sha2::{Digest, Sha256};

/// SHA-256 of the bits of numbers, its first 16 hexadecimal digits.
pub(crate) fn digest(outputs: &[&[f32]]) -> String {
    let numbers = outputs.iter().copied().flatten();
    let bytes: Vec<u8> = numbers.flat_map(|x| x.to_le_bytes()).collect();
    let digits = Sha256::digest(bytes);
    let digits = digits.iter().take(8).map(|byte| format!("{byte:02x}"));
    digits.collect()
}
