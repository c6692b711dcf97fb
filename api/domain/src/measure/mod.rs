//! Numbers that are computed from positions, one file a measure.
//!
//! Every measure reads [`Observation`]s, or the stance counts of a [`Cell`], after a declared
//! duplicate rule ([`duplicates`]). The stance range R = 2 is fixed by the scale {-1, 0, +1} and
//! never taken from the observed values. Randomness is seeded: the same input and the same seed give
//! the same number on every machine.

pub mod affiliation;
pub mod agreement;
pub mod alpha;
pub mod bootstrap;
pub mod cell;
pub mod cohesion;
pub mod consistency;
pub mod contradiction;
mod cut;
pub mod duplicates;
pub mod loyalty;
pub mod polarisation;
pub mod salience;
pub mod shift;
pub mod window;

pub use cell::Cell;

use crate::Stance;
use chrono::NaiveDate;

/// One position as the measures see it. Indices are the caller's own, dense from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// Row of the comparison: a party or an actor.
    pub side: u32,
    /// The actor who spoke; the same as `side` where actors are compared.
    pub actor: u32,
    /// The issue.
    pub issue: u32,
    /// The stance taken.
    pub stance: Stance,
    /// The article.
    pub article: u32,
    /// The near-duplicate group of the article.
    pub group: u32,
    /// The meeting, where there is one.
    pub meeting: Option<u32>,
    /// The day for which it counts.
    pub day: Option<NaiveDate>,
}
