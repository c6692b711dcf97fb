//! Which stored meeting an article's meeting is, and of which process.
//!
//! A meeting is the same where nothing parts the two (venue, days, parties) and venue or days tie
//! them. Each article can add to what is known of it; its slug stays, because addresses hold it.

use super::{free_slug, slug_of};
use crate::{Error, Result, tally};
use chrono::{Days, Months, NaiveDate};
use plenary_domain::parsed::Meeting;
use plenary_domain::{MeetingStatus, slugify};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// Longest time between meetings of one process.
const PAUSE: Months = Months::new(18);
/// Longest time that one meeting can take.
const LONGEST: Days = Days::new(31);

/// A meeting as far as it is known.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    meeting_id: Uuid,
    name: String,
    venue: Option<String>,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    /// False where only the month is known.
    day_known: bool,
    status: MeetingStatus,
    parties: BTreeSet<Uuid>,
    process_id: Option<Uuid>,
}

impl Known {
    fn of(meeting: &Meeting, parties: &[Uuid]) -> Known {
        let start = meeting.start.or(meeting.end);
        // A slug without a day says that the first of the month only stands for the month.
        let day_known = start.is_some_and(|day| {
            meeting.end.is_some_and(|end| end != day) || meeting.slug.ends_with(&day.to_string())
        });
        Known {
            meeting_id: Uuid::now_v7(),
            name: meeting.name.trim().to_owned(),
            venue: meeting
                .venue
                .clone()
                .filter(|venue| !venue.trim().is_empty()),
            start,
            end: meeting.end.or(start).max(start),
            day_known,
            status: meeting.status,
            parties: meeting.parties.iter().map(|at| parties[*at]).collect(),
            process_id: None,
        }
    }

    /// First and last day on which it can have been.
    fn span(&self) -> Option<(NaiveDate, NaiveDate)> {
        let start = self.start?;
        let end = if self.day_known {
            self.end.unwrap_or(start)
        } else {
            start + Months::new(1) - Days::new(1)
        };
        Some((start, end.max(start)))
    }

    /// True when both articles tell of one meeting.
    fn is(&self, other: &Known) -> bool {
        let venues = match (&self.venue, &other.venue) {
            (Some(a), Some(b)) => Some(slugify(a) == slugify(b)),
            _ => None,
        };
        let days = match (self.span(), other.span()) {
            (Some((start, end)), Some((other_start, other_end))) => {
                // The next day can be the second day of the same talks, in the same town only.
                let near = Days::new(u64::from(
                    venues == Some(true) && self.day_known && other.day_known,
                ));
                let first = self.start.min(other.start);
                let short = first.is_some_and(|first| end.max(other_end) <= first + LONGEST);
                Some(start <= other_end + near && other_start <= end + near && short)
            }
            _ => None,
        };
        let parties = (!self.parties.is_empty() && !other.parties.is_empty())
            .then(|| !self.parties.is_disjoint(&other.parties));
        let both = |known: &Known| known.day_known;
        match (venues, days) {
            (Some(false), _) | (_, Some(false)) => false,
            (Some(true), Some(true)) => parties != Some(false),
            // Days alone tie two meetings only where they are exact and the parties agree.
            (None, Some(true)) => both(self) && both(other) && parties == Some(true),
            // Without days, or without both, there is nothing to hold on to but the name.
            _ => slugify(&self.name) == slugify(&other.name) && parties != Some(false),
        }
    }

    /// Takes over what another article knows better. True when something changed.
    fn learn(&mut self, other: &Known) -> bool {
        let before = self.clone();
        if self.venue.is_none() {
            self.venue.clone_from(&other.venue);
        }
        match (self.day_known, other.day_known) {
            (false, true) => {
                (self.start, self.end, self.day_known) = (other.start, other.end, true);
            }
            (true, true) => {
                self.start = self.start.min(other.start);
                self.end = self.end.max(other.end);
            }
            (false, false) if self.start.is_none() => {
                (self.start, self.end) = (other.start, other.end);
            }
            _ => {}
        }
        let certainty = |status| match status {
            MeetingStatus::Planned => 0,
            MeetingStatus::Cancelled => 1,
            MeetingStatus::Held => 2,
        };
        if certainty(other.status) > certainty(self.status) {
            self.status = other.status;
        }
        self.parties.extend(&other.parties);
        *self != before
    }

    /// True when one follows the other in one process: two parties in common, not too far apart.
    fn continues(&self, other: &Known) -> bool {
        let near = match (self.start, other.start) {
            (Some(a), Some(b)) => a.max(b) <= a.min(b) + PAUSE,
            _ => false,
        };
        near && self.parties.intersection(&other.parties).count() >= 2
    }
}

/// The id of each meeting, in the article's order. New ones are stored and chained to their process.
pub(crate) async fn resolve(
    connection: &mut PgConnection,
    meetings: &[Meeting],
    parties: &[Uuid],
) -> Result<Vec<Uuid>> {
    let mut ids = Vec::with_capacity(meetings.len());
    let mut moved: HashSet<Uuid> = HashSet::new();
    for meeting in meetings {
        let wanted = Known::of(meeting, parties);
        let stored = near(connection, &wanted).await?;
        let found = stored
            .iter()
            // An article that tells of two meetings means two.
            .find(|known| !ids.contains(&known.meeting_id) && known.is(&wanted))
            .cloned();
        let mut known = match found {
            Some(mut known) => {
                if known.learn(&wanted) {
                    update(connection, &known).await?;
                }
                known
            }
            None => {
                insert(connection, meeting, &wanted).await?;
                wanted
            }
        };
        if known.process_id.is_none() && known.parties.len() >= 2 {
            let process = stored
                .iter()
                .filter(|other| other.process_id.is_some() && other.continues(&known))
                .min_by_key(|other| days_between(other, &known))
                .and_then(|other| other.process_id);
            let process = match process {
                Some(process) => process,
                None => new_process(connection, &known).await?,
            };
            sqlx::query!(
                "update meeting set process_id = $2 where meeting_id = $1",
                known.meeting_id,
                process
            )
            .execute(&mut *connection)
            .await?;
            known.process_id = Some(process);
            moved.insert(process);
        }
        ids.push(known.meeting_id);
    }
    if !moved.is_empty() {
        let moved: Vec<Uuid> = moved.into_iter().collect();
        tally::recount_processes(connection, &moved).await?;
    }
    Ok(ids)
}

fn days_between(a: &Known, b: &Known) -> i64 {
    match (a.start, b.start) {
        (Some(a), Some(b)) => (a - b).num_days().abs(),
        _ => i64::MAX,
    }
}

/// Stored meetings that can be the same or of the same process: those some weeks around, those of a
/// shared party some months around, and where one has no day those of the same name.
async fn near(connection: &mut PgConnection, wanted: &Known) -> Result<Vec<Known>> {
    let parties: Vec<Uuid> = wanted.parties.iter().copied().collect();
    let rows = sqlx::query!(
        r#"select m.meeting_id, m.name, m.venue, m.start_day, m.end_day, m.day_known, m.status, m.process_id,
            array(select mp.party_id from meeting_participant mp where mp.meeting_id = m.meeting_id) as "parties!"
        from meeting m
        where m.start_day between $1::date - 62 and $1 + 62
            or (m.start_day between $1 - interval '19 months' and $1 + interval '19 months'
                and exists (select from meeting_participant mp
                    where mp.meeting_id = m.meeting_id and mp.party_id = any($2)))
            or ((m.start_day is null or $1 is null) and lower(m.name) = lower($3))
        order by m.start_day, m.meeting_id"#,
        wanted.start,
        &parties,
        wanted.name
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Known {
                meeting_id: row.meeting_id,
                name: row.name,
                venue: row.venue,
                start: row.start_day,
                end: row.end_day,
                day_known: row.day_known,
                status: row.status.parse().map_err(|_| Error::Corrupt {
                    table: "meeting",
                    column: "status",
                    row: row.meeting_id.to_string(),
                    value: row.status.clone(),
                })?,
                parties: row.parties.into_iter().collect(),
                process_id: row.process_id,
            })
        })
        .collect()
}

async fn insert(connection: &mut PgConnection, meeting: &Meeting, known: &Known) -> Result<()> {
    let base = slug_of(
        if meeting.slug.is_empty() {
            &meeting.name
        } else {
            &meeting.slug
        },
        "meeting",
    );
    let mut taken: HashSet<String> = sqlx::query_scalar!(
        r#"select slug as "slug!" from meeting where slug = $1 or slug ~ ('^' || $1 || '-[0-9]+$')"#,
        base
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .collect();
    let slug = free_slug(&base, &mut taken);
    let name = if known.name.is_empty() {
        &slug
    } else {
        &known.name
    };
    sqlx::query!(
        "insert into meeting (meeting_id, slug, name, venue, start_day, end_day, day_known, status)
        values ($1, $2::text, $3, $4, $5, $6, $7, $8)",
        known.meeting_id,
        slug,
        name,
        known.venue,
        known.start,
        known.end,
        known.day_known,
        known.status.as_str()
    )
    .execute(&mut *connection)
    .await?;
    join(connection, known).await
}

async fn update(connection: &mut PgConnection, known: &Known) -> Result<()> {
    sqlx::query!(
        "update meeting set venue = $2, start_day = $3, end_day = $4, day_known = $5, status = $6
        where meeting_id = $1",
        known.meeting_id,
        known.venue,
        known.start,
        known.end,
        known.day_known,
        known.status.as_str()
    )
    .execute(&mut *connection)
    .await?;
    join(connection, known).await
}

async fn join(connection: &mut PgConnection, known: &Known) -> Result<()> {
    let parties: Vec<Uuid> = known.parties.iter().copied().collect();
    sqlx::query!(
        "insert into meeting_participant (meeting_id, party_id) select $1, unnest($2::uuid[])
        on conflict do nothing",
        known.meeting_id,
        &parties
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A process named after the parties of its first meeting.
async fn new_process(connection: &mut PgConnection, known: &Known) -> Result<Uuid> {
    let parties: Vec<Uuid> = known.parties.iter().copied().collect();
    let names: Vec<String> = sqlx::query_scalar!(
        "select name from party where party_id = any($1) order by name, party_id",
        &parties
    )
    .fetch_all(&mut *connection)
    .await?;
    let name = match names.as_slice() {
        [a, b] => format!("{a}–{b} talks"),
        [a, b, c] => format!("{a}–{b}–{c} talks"),
        [a, b, rest @ ..] => format!("Talks of {a}, {b} and {} more", rest.len()),
        _ => "Talks".to_owned(),
    };
    let base = slug_of(&name.replace('–', " "), "process");
    let mut taken: HashSet<String> = sqlx::query_scalar!(
        r#"select slug as "slug!" from process where slug = $1 or slug ~ ('^' || $1 || '-[0-9]+$')"#,
        base
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .collect();
    let process_id = Uuid::now_v7();
    sqlx::query!(
        "insert into process (process_id, slug, name) values ($1, $2::text, $3)",
        process_id,
        free_slug(&base, &mut taken),
        name
    )
    .execute(connection)
    .await?;
    Ok(process_id)
}
