//! Positions as the measures read them: numbered sides, actors, issues, meetings and articles.

use crate::measure::Observation;
use crate::record::{IssueRef, MeetingRecord, Named};
use uuid::Uuid;

/// The positions that a filter admits, ready to be measured. The numbers in each [`Observation`] are
/// indices into the lists here.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Revision from which it was answered.
    pub revision: i64,
    /// Parties or actors, by slug.
    pub sides: Vec<Named>,
    /// Actors, by slug.
    pub actors: Vec<Named>,
    /// Issues, in the codebook's order.
    pub issues: Vec<IssueRef>,
    /// Meetings, in time order.
    pub meetings: Vec<MeetingRecord>,
    /// Versions of the parser behind the positions.
    pub parser_versions: Vec<String>,
    /// The positions that have a side, in the order of storing.
    pub positions: Vec<ObservedPosition>,
    /// Positions under the filter that have none: they are counted here and measured nowhere.
    pub without_side: usize,
}

/// One position with its number and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ObservedPosition {
    /// Id of the record.
    pub position_id: Uuid,
    /// What the measures see.
    pub observation: Observation,
    /// Probability that the record is right, 0..=1.
    pub confidence: f32,
}
