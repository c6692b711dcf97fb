//! What the numbers of positions stand for: parties, actors, issues and meetings, each in the order of its list.

use super::Numbered;
use crate::rows::named;
use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::observed::ObservedMeeting;
use plenary_domain::record::{IssueRef, MeetingRef, Named};
use uuid::Uuid;

/// The names of everything that was numbered.
pub(super) struct Names {
    pub(super) parties: Vec<SideRow>,
    pub(super) actors: Vec<SideRow>,
    pub(super) issues: Vec<IssueRow>,
    pub(super) meetings: Vec<MeetingRow>,
}

pub(super) struct SideRow {
    pub(super) id: Uuid,
    slug: String,
    name: String,
}

pub(super) struct IssueRow {
    pub(super) issue_id: Uuid,
    slug: String,
    name: String,
    domain: String,
}

pub(super) struct MeetingRow {
    pub(super) meeting_id: Uuid,
    slug: String,
    name: String,
    venue: Option<String>,
    pub(super) start_day: Option<NaiveDate>,
    end_day: Option<NaiveDate>,
    process_slug: Option<String>,
    process_name: Option<String>,
}

/// Parties or actors as the answer names them.
pub(super) fn sides(rows: Vec<SideRow>) -> Vec<Named> {
    rows.into_iter()
        .map(|SideRow { slug, name, .. }| Named { slug, name })
        .collect()
}

impl From<IssueRow> for IssueRef {
    fn from(row: IssueRow) -> IssueRef {
        IssueRef {
            slug: row.slug,
            name: row.name,
            domain: row.domain,
        }
    }
}

impl From<MeetingRow> for ObservedMeeting {
    fn from(row: MeetingRow) -> ObservedMeeting {
        ObservedMeeting {
            meeting: MeetingRef {
                slug: row.slug,
                name: row.name,
                venue: row.venue,
                start: row.start_day,
                end: row.end_day,
            },
            process: named(row.process_slug, row.process_name),
        }
    }
}

impl Store {
    /// Names everything that was numbered, as known at a revision.
    pub(super) async fn name_all(&self, read: &Numbered, revision: i64) -> Result<Names> {
        // Together, as a small answer waits longer for each than it takes.
        let (parties, actors, issues, meetings) = tokio::try_join!(
            self.named_parties(&read.parties.ids),
            self.named_actors(&read.actors.ids, revision),
            self.named_issues(&read.issues.ids),
            self.named_meetings(&read.meetings.ids, revision),
        )?;
        Ok(Names {
            parties,
            actors,
            issues,
            meetings,
        })
    }

    async fn named_parties(&self, ids: &[Uuid]) -> Result<Vec<SideRow>> {
        Ok(sqlx::query_as!(
            SideRow,
            r#"select party_id as id, slug as "slug!", name from party where party_id = any($1) order by slug"#,
            ids
        )
        .fetch_all(&self.read)
        .await?)
    }

    async fn named_actors(&self, ids: &[Uuid], revision: i64) -> Result<Vec<SideRow>> {
        Ok(sqlx::query_as!(
            SideRow,
            r#"select a.actor_id as id, a.slug as "slug!", v.name from actor a
            join actor_version v on v.actor_id = a.actor_id
                and v.since_revision <= $2 and (v.until_revision is null or v.until_revision > $2)
            where a.actor_id = any($1) order by a.slug"#,
            ids,
            revision
        )
        .fetch_all(&self.read)
        .await?)
    }

    async fn named_issues(&self, ids: &[Uuid]) -> Result<Vec<IssueRow>> {
        Ok(sqlx::query_as!(
            IssueRow,
            r#"select issue_id, slug as "slug!", name, domain from issue where issue_id = any($1)
            order by ordinal, slug"#,
            ids
        )
        .fetch_all(&self.read)
        .await?)
    }

    async fn named_meetings(&self, ids: &[Uuid], revision: i64) -> Result<Vec<MeetingRow>> {
        Ok(sqlx::query_as!(
            MeetingRow,
            r#"select m.meeting_id, m.slug as "slug!", v.name, v.venue, v.start_day, v.end_day,
                pr.slug as "process_slug?", pr.name as "process_name?"
            from meeting m
            join meeting_version v on v.meeting_id = m.meeting_id
                and v.since_revision <= $2 and (v.until_revision is null or v.until_revision > $2)
            left join process pr on pr.process_id = v.process_id
            where m.meeting_id = any($1) order by v.start_day nulls last, m.slug"#,
            ids,
            revision
        )
        .fetch_all(&self.read)
        .await?)
    }
}
