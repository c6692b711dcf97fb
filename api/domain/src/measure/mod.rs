//! Numbers that are computed from positions, one file a measure.

mod mean_stance;

pub use mean_stance::mean_stance;
