//! A meeting with what led to it: the earlier ones of its process, as known at a revision.

use crate::rows::{NamedRow, all_named, named};
use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::record::{MeetingRef, Track};
use sqlx::types::Json;

struct TrackRow {
    slug: String,
    name: String,
    venue: Option<String>,
    start_day: Option<NaiveDate>,
    end_day: Option<NaiveDate>,
    process_slug: Option<String>,
    process_name: Option<String>,
    parties: Json<Vec<NamedRow>>,
}

impl Store {
    /// A meeting with what led to it, as known at a revision, which must exist; `None` where no such
    /// meeting was known.
    pub async fn track(&self, slug: &str, revision: Option<i64>) -> Result<Option<Track>> {
        let revision = self.pinned(revision).await?;
        let mut rows = sqlx::query_as!(
            TrackRow,
            r#"with known as (
                select * from meeting_version
                where since_revision <= $2 and (until_revision is null or until_revision > $2)
            )
            select m.slug as "slug!", v.name as "name!", v.venue as "venue?", v.start_day as "start_day?",
                v.end_day as "end_day?", pr.slug as "process_slug?", pr.name as "process_name?",
                (select coalesce(jsonb_agg(jsonb_build_object('slug', pa.slug, 'name', pa.name)
                        order by pa.name, pa.slug), '[]')
                    from participant_version mp join party pa on pa.party_id = mp.party_id
                    where mp.meeting_id = m.meeting_id and mp.since_revision <= $2
                    and (mp.until_revision is null or mp.until_revision > $2)) as "parties!: Json<Vec<NamedRow>>"
            from meeting this
            join known t on t.meeting_id = this.meeting_id
            join known v on v.meeting_id = t.meeting_id or v.process_id = t.process_id
            join meeting m on m.meeting_id = v.meeting_id
            left join process pr on pr.process_id = v.process_id
            where this.slug = $1
            and (coalesce(v.start_day, 'infinity'), m.slug) <= (coalesce(t.start_day, 'infinity'), this.slug)
            order by v.start_day nulls last, m.slug"#,
            slug,
            revision
        )
        .fetch_all(&self.read)
        .await?;
        let Some(this) = rows.pop() else {
            return Ok(None);
        };
        let meeting = |row: &TrackRow| MeetingRef {
            slug: row.slug.clone(),
            name: row.name.clone(),
            venue: row.venue.clone(),
            start: row.start_day,
            end: row.end_day,
        };
        Ok(Some(Track {
            revision,
            meeting: meeting(&this),
            process: named(this.process_slug, this.process_name),
            parties: all_named(this.parties.0),
            earlier: rows.iter().map(meeting).collect(),
        }))
    }
}
