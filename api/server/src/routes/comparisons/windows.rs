//! Windows of time and along meetings, as requests ask for them and answers show them.

use super::basis::Measured;
use super::counting::unknown;
use crate::http::problem::Problem;
use crate::http::query::scalar;
use crate::shape::{MeetingRef, code, text};
use chrono::NaiveDate;
use plenary_domain::measure::Observation;
use plenary_domain::measure::window::{Per, Span, Windows};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Most periods in one window.
const MAX_WIDTH: u32 = 60;

/// Through which windows the comparison is repeated.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WindowQuery {
    /// Repeats the comparison for each day, week (from Monday), month, year, or meeting. Positions
    /// without a day, or without a meeting, are in no window.
    #[param(value_type = PerCode, required = false)]
    pub per: Option<String>,
    /// Periods in one window: 1 for those of the calendar; more for windows that end with each period
    /// and overlap. Windows of meetings reach back along one process.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 60)]
    pub width: Option<String>,
}

/// What windows are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The domain documents the values.
pub enum PerCode {
    Day,
    Week,
    Month,
    Year,
    Meeting,
}

impl From<Per> for PerCode {
    fn from(per: Per) -> Self {
        match per {
            Per::Day => PerCode::Day,
            Per::Week => PerCode::Week,
            Per::Month => PerCode::Month,
            Per::Year => PerCode::Year,
            Per::Meeting => PerCode::Meeting,
        }
    }
}

/// A window as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) per: Per,
    pub(crate) width: u32,
}

impl WindowQuery {
    /// The windows asked for; `None` for one comparison over everything.
    pub(crate) fn asked(&self) -> Result<Option<Asked>, Problem> {
        let width = scalar("width", &self.width)?;
        let Some(per) = self.per.as_deref() else {
            return match width {
                None => Ok(None),
                Some(_) => Err(Problem::conflict("query.per", "is missing beside `width`")),
            };
        };
        let known = Per::ALL.iter().find(|(_, name)| *name == per);
        let (per, _) =
            known.ok_or_else(|| unknown("per", per, Per::ALL.iter().map(|(_, name)| *name)))?;
        let width = width.unwrap_or(1);
        if !(1..=MAX_WIDTH).contains(&width) {
            return Err(Problem::invalid(
                "query.width",
                format!("must lie in 1..={MAX_WIDTH}"),
            ));
        }
        Ok(Some(Asked { per: *per, width }))
    }
}

/// One window.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Window {
    /// The meeting with which a window along meetings ends; null for windows of the calendar.
    #[schema(required = true)]
    pub meeting: Option<MeetingRef>,
    /// First day; along meetings the first day of the first one, where it is known.
    #[schema(required = true)]
    pub from: Option<NaiveDate>,
    /// Last day; along meetings the last day of the last one, where it is known.
    #[schema(required = true)]
    pub to: Option<NaiveDate>,
}

impl Window {
    pub(crate) fn of(measured: &Measured, span: &Span) -> Window {
        match span {
            Span::Days(from, to) => Window {
                meeting: None,
                from: Some(*from),
                to: Some(*to),
            },
            Span::Meetings(meetings) => {
                let first = meetings.first().map(|at| measured.meeting(*at));
                let last = meetings.last().map(|at| measured.meeting(*at));
                Window {
                    from: first.and_then(|meeting| meeting.start),
                    to: last.as_ref().and_then(|last| last.end.or(last.start)),
                    meeting: last,
                }
            }
        }
    }

    /// Names of [`Window::fields`].
    pub(crate) const COLUMNS: [&'static str; 3] = ["meeting", "from", "to"];

    /// The fields of a window; empty ones over everything.
    pub(crate) fn fields(window: Option<&Window>) -> [String; 3] {
        let meeting = window.and_then(|window| window.meeting.as_ref());
        [
            meeting
                .map(|meeting| meeting.slug.clone())
                .unwrap_or_default(),
            text(&window.and_then(|window| window.from)),
            text(&window.and_then(|window| window.to)),
        ]
    }

    pub(crate) fn example() -> Window {
        let meeting = MeetingRef::example();
        Window {
            from: meeting.start,
            to: meeting.end,
            meeting: Some(meeting),
        }
    }
}

/// The windows of an answer as names and values.
pub(super) fn about(per: Option<PerCode>, width: u32) -> Vec<(&'static str, String)> {
    match per {
        Some(per) => vec![("per", code(&per)), ("width", width.to_string())],
        None => Vec::new(),
    }
}

/// Positions that are measured together: those of a window, or all.
pub(super) struct Part {
    pub(super) window: Option<Window>,
    span: Option<Span>,
    pub(super) observations: Vec<Observation>,
}

impl Part {
    /// The parts that a request asks to be measured.
    pub(super) fn all(measured: &Measured, asked: Option<Asked>) -> Vec<Part> {
        let observations = measured.observations();
        let Some(Asked { per, width }) = asked else {
            return vec![Part {
                window: None,
                span: None,
                observations,
            }];
        };
        let windows = Windows::of(&observations, per, width, &measured.processes());
        windows
            .iter()
            .map(|(span, members)| Part {
                window: Some(Window::of(measured, span)),
                span: Some(span.clone()),
                observations: members
                    .iter()
                    .map(|at| observations[*at as usize])
                    .collect(),
            })
            .collect()
    }

    /// The sides that have positions here, in order.
    pub(super) fn sides(&self) -> Vec<u32> {
        let mut sides: Vec<u32> = self.observations.iter().map(|o| o.side).collect();
        sides.sort_unstable();
        sides.dedup();
        sides
    }

    /// The link to the positions of a side and an issue, of each that is given, in this part.
    pub(super) fn link(
        &self,
        measured: &Measured,
        side: Option<u32>,
        issue: Option<u32>,
    ) -> String {
        match &self.span {
            Some(span) => measured.links.within(side, issue, span),
            None => measured.links.to(side, issue, None),
        }
    }
}
