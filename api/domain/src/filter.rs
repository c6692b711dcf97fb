//! The one filter that lists, comparisons and exports share.

use crate::{Act, ActorKind, Change, MeetingStatus, Mode, NameKind, PartyKind, Stance};
use chrono::NaiveDate;
use uuid::Uuid;

/// A choice of values with its negative twin: `parties=a,b` and `not_parties=c`.
///
/// An empty `any` admits everything; a value of `none` is never admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// Admit only these; empty: all.
    pub any: Vec<T>,
    /// Never admit these.
    pub none: Vec<T>,
}

// Derived `Default` would ask `T: Default`, which codes have no use for.
impl<T> Default for Choice<T> {
    fn default() -> Self {
        Choice {
            any: Vec::new(),
            none: Vec::new(),
        }
    }
}

/// Which positions are meant. The default admits every current position.
///
/// A position without a party, meeting, process or outlet is admitted by an empty `any`, never by a
/// filled one, except where `NONE` (`"none"`) is listed; `not_…=none` leaves such positions out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PositionFilter {
    /// Slugs of parties.
    pub parties: Choice<String>,
    /// Slugs of actors.
    pub actors: Choice<String>,
    /// Slugs of meetings.
    pub meetings: Choice<String>,
    /// Slugs of processes.
    pub processes: Choice<String>,
    /// Slugs of issues.
    pub issues: Choice<String>,
    /// Domains of issues.
    pub domains: Choice<String>,
    /// Stances.
    pub stances: Choice<Stance>,
    /// Acts.
    pub acts: Choice<Act>,
    /// Modes.
    pub modes: Choice<Mode>,
    /// Articles by id.
    pub articles: Choice<Uuid>,
    /// Outlets by name, compared without case.
    pub outlets: Choice<String>,
    /// Said or published on this day or later: the meeting's first day, else the publication day.
    pub from: Option<NaiveDate>,
    /// On this day or earlier.
    pub to: Option<NaiveDate>,
    /// Least confidence of the record, 0..=1.
    pub min_confidence: Option<f32>,
    /// Full-text query over the evidence, in web-search syntax.
    pub q: Option<String>,
    /// State of the record set to answer from; `None`: the newest.
    pub revision: Option<i64>,
}

/// Which articles are meant. The default admits every article that is not deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleFilter {
    /// Outlets by name, compared without case; `NONE`: articles of no known outlet.
    pub outlets: Choice<String>,
    /// Slugs of meetings of which the article speaks.
    pub meetings: Choice<String>,
    /// Slugs of parties for which somebody speaks in it.
    pub parties: Choice<String>,
    /// Near-duplicate groups.
    pub groups: Choice<Uuid>,
    /// Published on this day or later; articles without a day are left out.
    pub from: Option<NaiveDate>,
    /// Published on this day or earlier; articles without a day are left out.
    pub to: Option<NaiveDate>,
    /// Full-text query over title and text, in web-search syntax.
    pub q: Option<String>,
    /// State of the record set to answer from; `None`: the newest.
    pub revision: Option<i64>,
}

/// Which parties are meant. The default admits every party that the store knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartyFilter {
    /// Kinds of side.
    pub kinds: Choice<PartyKind>,
    /// Words that slug, name or alias contain, compared without case.
    pub q: Option<String>,
    /// `Some(true)`: only those with current positions; `Some(false)`: only those without.
    pub recorded: Option<bool>,
}

/// Which actors are meant. The default admits every actor with a current position.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActorFilter {
    /// Kinds of speaker.
    pub kinds: Choice<ActorKind>,
    /// Slugs of parties for which the actor has spoken; `NONE`: for no party.
    pub parties: Choice<String>,
    /// Words that slug, name or alias contain, compared without case.
    pub q: Option<String>,
}

/// Which meetings are meant. The default admits every meeting of which a stored article speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MeetingFilter {
    /// Slugs of processes; `NONE`: meetings of no process.
    pub processes: Choice<String>,
    /// Slugs of parties that take part; `NONE`: meetings whose parties are unknown.
    pub parties: Choice<String>,
    /// Whether it took place.
    pub statuses: Choice<MeetingStatus>,
    /// Ends on this day or later; meetings without a day are left out.
    pub from: Option<NaiveDate>,
    /// Starts on this day or earlier; meetings without a day are left out.
    pub to: Option<NaiveDate>,
    /// Words that slug, name or venue contain, compared without case.
    pub q: Option<String>,
}

/// Which processes are meant. The default admits every process with a meeting of which a stored
/// article speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProcessFilter {
    /// Slugs of parties that take part in one of its meetings.
    pub parties: Choice<String>,
    /// Words that slug or name contain, compared without case.
    pub q: Option<String>,
}

/// Which issues are meant. The default admits every issue of the codebook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IssueFilter {
    /// Groups of issues.
    pub domains: Choice<String>,
    /// Words that slug, name or proposition contain, compared without case.
    pub q: Option<String>,
}

/// Which rulings are meant. The default admits every ruling, also those that hold no longer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulingFilter {
    /// Kinds of names.
    pub kinds: Choice<NameKind>,
    /// `true`: only those that hold; `false`: only those that hold no longer.
    pub current: Option<bool>,
}

/// Which changes of the record set are meant. The default admits every change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// What was done.
    pub changes: Choice<Change>,
    /// Names of keys; `NONE`: changes made without one.
    pub keys: Choice<String>,
    /// Made on this day (UTC) or later.
    pub from: Option<NaiveDate>,
    /// Made on this day (UTC) or earlier.
    pub to: Option<NaiveDate>,
}

/// The slug that stands for "has no value" in [`PositionFilter`].
pub const NONE: &str = "none";

/// One page of a list: at most `limit` items after `cursor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Most items on the page, 1..=1000.
    pub limit: u32,
    /// Where the page before ended, as that page said; `None`: from the start.
    pub cursor: Option<String>,
}

/// Items of one page and where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items in the list's total order.
    pub items: Vec<T>,
    /// `None` on the last page.
    pub next_cursor: Option<String>,
    /// Number of items on all pages together.
    pub total: i64,
}
