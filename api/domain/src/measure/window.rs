//! Windows of time and along meetings, through which a comparison is repeated.
//!
//! A window is `width` periods long and ends with a period: with a width of one the windows are those
//! of the calendar, with a greater one they move on by one period each and overlap.

use super::{Cell, Observation};
use crate::Stance;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// What a window is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// Days.
    Day,
    /// Weeks from Monday to Sunday (ISO 8601).
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
    /// Meetings of one process, in time order.
    Meeting,
}

impl Per {
    /// Every kind with its spelling in requests.
    pub const ALL: [(Per, &'static str); 5] = [
        (Per::Day, "day"),
        (Per::Week, "week"),
        (Per::Month, "month"),
        (Per::Year, "year"),
        (Per::Meeting, "meeting"),
    ];

    /// First day of the period that holds a day.
    fn start(self, day: NaiveDate) -> NaiveDate {
        match self {
            Per::Day | Per::Meeting => day,
            Per::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Per::Month => day.with_day0(0).unwrap_or(day),
            Per::Year => day.with_ordinal0(0).unwrap_or(day),
        }
    }

    /// First day of the period that comes `steps` after the one that begins with `start`; the end of
    /// the calendar where it has none.
    fn after(self, start: NaiveDate, steps: u32) -> NaiveDate {
        let days = |days: u64| start.checked_add_days(Days::new(days * u64::from(steps)));
        match self {
            Per::Day | Per::Meeting => days(1),
            Per::Week => days(7),
            Per::Month => start.checked_add_months(Months::new(steps)),
            Per::Year => start.checked_add_months(Months::new(12 * steps)),
        }
        .unwrap_or(NaiveDate::MAX)
    }

    /// First day of the period that comes `steps` before; the beginning of the calendar where it has
    /// none.
    fn before(self, start: NaiveDate, steps: u32) -> NaiveDate {
        let days = |days: u64| start.checked_sub_days(Days::new(days * u64::from(steps)));
        match self {
            Per::Day | Per::Meeting => days(1),
            Per::Week => days(7),
            Per::Month => start.checked_sub_months(Months::new(steps)),
            Per::Year => start.checked_sub_months(Months::new(12 * steps)),
        }
        .unwrap_or(NaiveDate::MIN)
    }
}

/// What a window spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// From the first to the last day.
    Days(NaiveDate, NaiveDate),
    /// These meetings, in time order: at least one.
    Meetings(Vec<u32>),
}

/// One window: what it spans and which groups of observations it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Window {
    span: Span,
    groups: Vec<usize>,
}

/// The windows of some observations, in time order, those without any observation left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    /// Indices of the observations by period.
    groups: Vec<Vec<u32>>,
    windows: Vec<Window>,
    /// Observations in no window: without a day, or without a meeting.
    pub outside: usize,
}

/// Stance counts of each side on each issue, by side, then by issue.
pub type Cells = Vec<((u32, u32), Cell)>;

impl Windows {
    /// The windows of `width` periods that hold any of `observations`.
    ///
    /// `processes` tells the process of each meeting; meetings are numbered in time order. Windows of
    /// meetings reach back along one process; a meeting of none has a window of its own.
    pub fn of(
        observations: &[Observation],
        per: Per,
        width: u32,
        processes: &[Option<u32>],
    ) -> Windows {
        let width = width.max(1);
        let mut outside = 0;
        let mut days: BTreeMap<NaiveDate, Vec<u32>> = BTreeMap::new();
        let mut meetings: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (at, o) in (0u32..).zip(observations) {
            match (per, o.meeting, o.day) {
                (Per::Meeting, Some(meeting), _) => meetings.entry(meeting).or_default().push(at),
                (Per::Meeting, None, _) | (_, _, None) => outside += 1,
                (_, _, Some(day)) => days.entry(per.start(day)).or_default().push(at),
            }
        }
        let windows = if per == Per::Meeting {
            along(&meetings, width as usize, processes)
        } else {
            over(&days, per, width)
        };
        let groups = days.into_values().chain(meetings.into_values()).collect();
        Windows {
            groups,
            windows,
            outside,
        }
    }

    /// Number of windows.
    pub fn len(&self) -> usize {
        self.windows.len()
    }

    /// True where no observation has a place in time.
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// Each window with the indices of its observations, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&Span, Vec<u32>)> {
        self.windows.iter().map(|window| {
            let groups = window.groups.iter().flat_map(|group| &self.groups[*group]);
            let mut members: Vec<u32> = groups.copied().collect();
            members.sort_unstable();
            (&window.span, members)
        })
    }

    /// Each window with its stance counts: the timeline. `observations` are those it was made of.
    pub fn cells(&self, observations: &[Observation]) -> Vec<(&Span, Cells)> {
        let groups: Vec<Cells> = self
            .groups
            .iter()
            .map(|group| {
                let mut placed: Vec<(u32, u32, Stance)> = group
                    .iter()
                    .map(|at| {
                        let o = &observations[*at as usize];
                        (o.side, o.issue, o.stance)
                    })
                    .collect();
                placed.sort_unstable();
                let cells = placed.chunk_by(|(a, i, _), (b, j, _)| (a, i) == (b, j));
                cells
                    .map(|cell| {
                        let (side, issue, _) = cell[0];
                        (
                            (side, issue),
                            Cell::of(cell.iter().map(|(.., stance)| *stance)),
                        )
                    })
                    .collect()
            })
            .collect();
        self.windows
            .iter()
            .map(|window| {
                let mut all: Cells = window
                    .groups
                    .iter()
                    .flat_map(|group| groups[*group].iter().copied())
                    .collect();
                if window.groups.len() > 1 {
                    all.sort_by_key(|(place, _)| *place);
                    all.dedup_by(|(place, cell), (before, sum)| {
                        let same = place == before;
                        if same {
                            sum.merge(*cell);
                        }
                        same
                    });
                }
                (&window.span, all)
            })
            .collect()
    }
}

/// Windows over the calendar; groups are numbered in the order of their days.
fn over(days: &BTreeMap<NaiveDate, Vec<u32>>, per: Per, width: u32) -> Vec<Window> {
    let starts: Vec<NaiveDate> = days.keys().copied().collect();
    let Some(last) = starts.last().copied() else {
        return Vec::new();
    };
    let ends: BTreeSet<NaiveDate> = starts
        .iter()
        .flat_map(|start| (0..width).map(|steps| per.after(*start, steps)))
        .filter(|end| *end <= last)
        .collect();
    ends.into_iter()
        .map(|end| {
            let from = per.before(end, width - 1);
            let to = per.after(end, 1).pred_opt().unwrap_or(end);
            let (low, high) = (
                starts.partition_point(|start| *start < from),
                starts.partition_point(|start| *start <= end),
            );
            Window {
                span: Span::Days(from, to),
                groups: (low..high).collect(),
            }
        })
        .collect()
}

/// Windows along the meetings of each process; groups are numbered in the order of the meetings.
fn along(
    meetings: &BTreeMap<u32, Vec<u32>>,
    width: usize,
    processes: &[Option<u32>],
) -> Vec<Window> {
    let numbers: Vec<u32> = meetings.keys().copied().collect();
    let mut tracks: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    numbers
        .iter()
        .enumerate()
        .map(|(group, meeting)| {
            let process = processes.get(*meeting as usize).copied().flatten();
            let groups = match process {
                None => vec![group],
                Some(process) => {
                    let track = tracks.entry(process).or_default();
                    track.push(group);
                    track[track.len().saturating_sub(width)..].to_vec()
                }
            };
            Window {
                span: Span::Meetings(groups.iter().map(|group| numbers[*group]).collect()),
                groups,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(day: &str, meeting: Option<u32>, stance: i8) -> Observation {
        Observation {
            side: 0,
            actor: 0,
            issue: 0,
            stance: Stance::from_value(stance),
            article: 0,
            group: 0,
            meeting,
            day: day.parse().ok(),
        }
    }

    fn spans(all: &[Observation], per: Per, width: u32) -> Vec<(String, usize)> {
        Windows::of(all, per, width, &[Some(0), None, Some(0), Some(0)])
            .iter()
            .map(|(span, members)| {
                let span = match span {
                    Span::Days(from, to) => format!("{from}..{to}"),
                    Span::Meetings(meetings) => format!("{meetings:?}"),
                };
                (span, members.len())
            })
            .collect()
    }

    #[test]
    fn calendars_and_processes_have_their_windows() {
        // 2022-01-31 is a Monday.
        let all = [
            said("2022-01-30", Some(0), 1),
            said("2022-01-31", Some(1), 1),
            said("2022-02-28", Some(2), -1),
            said("2022-04-01", Some(3), -1),
            said("", None, 0),
        ];
        let of = |per, width| spans(&all, per, width);
        let text = |list: &[(&str, usize)]| -> Vec<(String, usize)> {
            list.iter()
                .map(|(span, n)| ((*span).to_owned(), *n))
                .collect()
        };
        assert_eq!(of(Per::Day, 1).len(), 4);
        assert_eq!(
            of(Per::Week, 1)[..2],
            text(&[("2022-01-24..2022-01-30", 1), ("2022-01-31..2022-02-06", 1)])
        );
        assert_eq!(
            of(Per::Month, 1),
            text(&[
                ("2022-01-01..2022-01-31", 2),
                ("2022-02-01..2022-02-28", 1),
                ("2022-04-01..2022-04-30", 1)
            ])
        );
        // March has no position of its own, but its window of two months has February's.
        assert_eq!(
            of(Per::Month, 2),
            text(&[
                ("2021-12-01..2022-01-31", 2),
                ("2022-01-01..2022-02-28", 3),
                ("2022-02-01..2022-03-31", 1),
                ("2022-03-01..2022-04-30", 1)
            ])
        );
        assert_eq!(of(Per::Year, 1), text(&[("2022-01-01..2022-12-31", 4)]));
        assert_eq!(
            of(Per::Meeting, 2),
            text(&[("[0]", 1), ("[1]", 1), ("[0, 2]", 2), ("[2, 3]", 2)])
        );
        let windows = Windows::of(&all, Per::Month, 2, &[]);
        assert_eq!((windows.len(), windows.outside), (4, 1));
        let means: Vec<_> = windows
            .cells(&all)
            .into_iter()
            .map(|(_, cells)| cells[0].1.mean().unwrap())
            .collect();
        assert_eq!(means, [1.0, 1.0 / 3.0, -1.0, -1.0]);
        assert!(Windows::of(&all[4..], Per::Day, 3, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn calendar_windows_part_the_positions(days in prop::collection::vec(0u64..2_000, 0..60), at in 0usize..4, width in 1u32..5) {
            let per = Per::ALL[at].0;
            let all: Vec<Observation> = days
                .iter()
                .map(|day| Observation { day: Some(NaiveDate::default() + Days::new(*day)), ..said("", None, 1) })
                .collect();
            let plain = Windows::of(&all, per, 1, &[]);
            let members: usize = plain.iter().map(|(_, members)| members.len()).sum();
            prop_assert_eq!(members, all.len());
            // Each moving window holds exactly what was said in its days, and none is empty.
            for (span, members) in Windows::of(&all, per, width, &[]).iter() {
                let Span::Days(from, to) = span else { unreachable!() };
                let inside = all.iter().filter(|o| o.day >= Some(*from) && o.day <= Some(*to)).count();
                prop_assert_eq!(members.len(), inside);
                prop_assert!(inside > 0);
            }
        }
    }
}
