//! Positions as the measures read them: numbered sides, actors, issues, meetings and articles.

use crate::measure::Observation;
use crate::record::{IssueRef, MeetingRef, Named};
use crate::{Act, Mode};
use uuid::Uuid;

/// The positions that a filter admits, ready to be measured. The numbers in each [`Observation`] are
/// indices into the lists here.
///
/// Names, days and processes are those of the revision, so that an answer pinned to it never changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Revision from which it was answered.
    pub revision: i64,
    /// Parties or actors, by slug. A side's number equal to the length stands for "no party".
    pub sides: Vec<Named>,
    /// Actors, by slug.
    pub actors: Vec<Named>,
    /// Issues, in the codebook's order.
    pub issues: Vec<IssueRef>,
    /// Meetings, in time order.
    pub meetings: Vec<ObservedMeeting>,
    /// Versions of the parser behind the positions.
    pub parser_versions: Vec<String>,
    /// The positions, in the order of storing.
    pub positions: Vec<ObservedPosition>,
}

impl Observed {
    /// The number of the side "no party".
    pub fn no_side(&self) -> u32 {
        self.sides.len() as u32
    }
}

/// A meeting with the process to which it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedMeeting {
    /// Slug, name, venue and days.
    pub meeting: MeetingRef,
    /// Its process.
    pub process: Option<Named>,
}

/// One position with its number and what answers show of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ObservedPosition {
    /// Id of the record.
    pub position_id: Uuid,
    /// What the measures see.
    pub observation: Observation,
    /// What the speaker does with the words.
    pub act: Act,
    /// How much of the words is quoted.
    pub mode: Mode,
    /// Probability that the record is right, 0..=1.
    pub confidence: f32,
}
