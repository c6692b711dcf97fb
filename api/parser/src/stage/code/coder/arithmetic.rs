//! Arithmetic on the outputs of the networks.

pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The first index of the greatest number; 0 for an empty list.
pub(super) fn greatest(numbers: &[f32]) -> usize {
    (1..numbers.len()).fold(0, |best, at| {
        if numbers[at] > numbers[best] {
            at
        } else {
            best
        }
    })
}

pub(super) fn log_softmax(numbers: &[f32]) -> Vec<f32> {
    let most = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum = numbers.iter().map(|x| (x - most).exp()).sum::<f32>().ln() + most;
    numbers.iter().map(|x| x - sum).collect()
}

pub(super) fn softmax(numbers: &[f32]) -> Vec<f32> {
    log_softmax(numbers).into_iter().map(f32::exp).collect()
}
