//! Links from the numbers of an answer to the records behind them.

use super::RowKind;
use super::basis::Reads;
use crate::http::query::{FilterQuery, MAX_VALUES};
use chrono::NaiveDate;
use plenary_domain::codebook::OTHER;
use plenary_domain::filter::NONE;
use plenary_domain::measure::window::Span;
use plenary_domain::observed::Observed;

/// Links to the positions behind a number: the request's own filter, pinned to the revision and
/// narrowed to a side, an issue, a meeting.
///
/// Large answers hold hundreds of thousands, so each name is made ready for an address once.
pub(crate) struct Links {
    by: RowKind,
    sides: Vec<String>,
    actors: Vec<String>,
    issues: Vec<String>,
    meetings: Vec<String>,
    /// What the request itself asks of parties, actors, meetings and issues.
    asked: [Option<String>; 4],
    rest: String,
    pinned: FilterQuery,
}

const NARROWED: [&str; 4] = ["parties", "actors", "meetings", "issues"];

impl Links {
    /// `shown` holds the sides that a least count has left, where it has left some.
    pub(super) fn new(
        observed: &Observed,
        by: RowKind,
        mut pinned: FilterQuery,
        reads: Reads,
        shown: Option<Vec<u32>>,
    ) -> Links {
        // A filter takes so many values; nobody asks for a least count to see more sides.
        if let Some(shown) = shown.filter(|shown| (1..=MAX_VALUES).contains(&shown.len())) {
            let slug = |side: u32| {
                let named = observed.sides.get(side as usize);
                named.map_or(NONE, |named| named.slug.as_str())
            };
            let slugs: Vec<&str> = shown.into_iter().map(slug).collect();
            let asked = match by {
                RowKind::Party => &mut pinned.parties,
                RowKind::Actor => &mut pinned.actors,
            };
            *asked = Some(slugs.join(","));
        }
        // What the counts leave out must be left out of the lists, too.
        if by == RowKind::Party && reads != Reads::Everything {
            leave(&mut pinned.not_parties, NONE);
        }
        if reads == Reads::Stances {
            leave(&mut pinned.not_issues, OTHER);
        }
        let ready = |text: &str| {
            let pair = serde_urlencoded::to_string([("", text)]).unwrap_or_default();
            pair.trim_start_matches('=').replace("%2C", ",")
        };
        let all = |names: &[plenary_domain::record::Named]| -> Vec<String> {
            names.iter().map(|named| ready(&named.slug)).collect()
        };
        let mut sides = all(&observed.sides);
        sides.push(NONE.to_owned());
        let issues = observed.issues.iter().map(|issue| ready(&issue.slug));
        let meetings = observed.meetings.iter();
        let rest = FilterQuery {
            parties: None,
            actors: None,
            meetings: None,
            issues: None,
            ..pinned.clone()
        };
        let asked = [
            &pinned.parties,
            &pinned.actors,
            &pinned.meetings,
            &pinned.issues,
        ];
        Links {
            by,
            sides,
            actors: all(&observed.actors),
            issues: issues.collect(),
            meetings: meetings.map(|m| ready(&m.meeting.slug)).collect(),
            asked: asked.map(|asked| asked.as_deref().map(ready)),
            rest: rest.query_string(),
            pinned,
        }
    }

    /// To the positions of a side, an issue, a meeting: of each that is given. The meeting `None`
    /// stands for positions of no meeting.
    pub(crate) fn to(
        &self,
        side: Option<u32>,
        issue: Option<u32>,
        meeting: Option<Option<u32>>,
    ) -> String {
        let side = side.map(|side| self.sides[side as usize].as_str());
        let issue = issue.map(|issue| self.issues[issue as usize].as_str());
        let meeting = meeting.map(|meeting| {
            meeting.map_or(NONE, |meeting| self.meetings[meeting as usize].as_str())
        });
        match self.by {
            RowKind::Party => self.written([side, None, meeting, issue]),
            RowKind::Actor => self.written([None, side, meeting, issue]),
        }
    }

    /// To all positions of a meeting.
    pub(crate) fn placed(&self) -> String {
        let mut rest = self.pinned.clone();
        leave(&mut rest.not_meetings, NONE);
        format!("/v1/positions?{}", rest.query_string())
    }

    /// To an actor's positions for a party.
    pub(crate) fn to_actor(&self, party: u32, actor: u32) -> String {
        let party = self.sides[party as usize].as_str();
        let actor = self.actors[actor as usize].as_str();
        self.written([Some(party), Some(actor), None, None])
    }

    /// To the positions of a side and an issue, of each that is given, within a window.
    pub(crate) fn within(&self, side: Option<u32>, issue: Option<u32>, span: &Span) -> String {
        match span {
            Span::Meetings(meetings) if meetings.len() == 1 => {
                self.to(side, issue, Some(meetings.first().copied()))
            }
            Span::Meetings(meetings) => {
                let slugs: Vec<&str> = meetings
                    .iter()
                    .map(|meeting| self.meetings[*meeting as usize].as_str())
                    .collect();
                let slugs = slugs.join(",");
                let side = side.map(|side| self.sides[side as usize].as_str());
                let issue = issue.map(|issue| self.issues[issue as usize].as_str());
                match self.by {
                    RowKind::Party => self.written([side, None, Some(&slugs), issue]),
                    RowKind::Actor => self.written([None, side, Some(&slugs), issue]),
                }
            }
            Span::Days(from, to) => {
                // The request may itself ask for days; a window reaches beyond them without holding
                // anything there.
                let later = self.pinned.from.as_deref().and_then(|day| day.parse().ok());
                let earlier = self.pinned.to.as_deref().and_then(|day| day.parse().ok());
                let filter = FilterQuery {
                    parties: None,
                    actors: None,
                    meetings: None,
                    issues: None,
                    from: Some(
                        later
                            .map_or(*from, |day: NaiveDate| day.max(*from))
                            .to_string(),
                    ),
                    to: Some(
                        earlier
                            .map_or(*to, |day: NaiveDate| day.min(*to))
                            .to_string(),
                    ),
                    ..self.pinned.clone()
                };
                let narrowed = self.to(side, issue, None);
                let narrowed = narrowed
                    .strip_suffix(self.rest.as_str())
                    .unwrap_or(&narrowed);
                format!("{narrowed}{}", filter.query_string())
            }
        }
    }

    fn written(&self, narrowed: [Option<&str>; 4]) -> String {
        let mut link = String::with_capacity(160);
        link.push_str("/v1/positions?");
        for ((name, narrowed), asked) in NARROWED.iter().zip(narrowed).zip(&self.asked) {
            if let Some(value) = narrowed.or(asked.as_deref()) {
                link.push_str(name);
                link.push('=');
                link.push_str(value);
                link.push('&');
            }
        }
        // A revision is always among the rest.
        link.push_str(&self.rest);
        link
    }
}

/// Adds a slug to those that a request leaves out.
fn leave(asked: &mut Option<String>, slug: &str) {
    match asked {
        Some(asked) if asked.split(',').any(|one| one.trim() == slug) => {}
        Some(asked) => *asked = format!("{asked},{slug}"),
        None => *asked = Some(slug.to_owned()),
    }
}
