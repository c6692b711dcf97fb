//! Meetings: rounds of talks, told by many articles and stored once.

use crate::cursor::{self, Cursor};
use crate::rows::{NamedRow, all_named, code, named};
use crate::select::{Ids, codes, contains, texts};
use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::filter::{MeetingFilter, Page, Paging};
use plenary_domain::record::{Counts, MeetingRecord, MeetingRef};
use sqlx::types::Json;
use uuid::Uuid;

const LIST: &str = "meetings";

struct MeetingRow {
    slug: String,
    name: String,
    venue: Option<String>,
    start_day: Option<NaiveDate>,
    end_day: Option<NaiveDate>,
    status: String,
    process_slug: Option<String>,
    process_name: Option<String>,
    previous_slug: Option<String>,
    previous_name: Option<String>,
    next_slug: Option<String>,
    next_name: Option<String>,
    parties: Json<Vec<NamedRow>>,
    merged_slug: Option<String>,
    merged_name: Option<String>,
    positions: i64,
    articles: i64,
}

impl TryFrom<MeetingRow> for MeetingRecord {
    type Error = crate::Error;

    fn try_from(row: MeetingRow) -> Result<MeetingRecord> {
        Ok(MeetingRecord {
            status: code("meeting", "status", &row.slug, &row.status)?,
            meeting: MeetingRef {
                slug: row.slug,
                name: row.name,
                venue: row.venue,
                start: row.start_day,
                end: row.end_day,
            },
            process: named(row.process_slug, row.process_name),
            previous: named(row.previous_slug, row.previous_name),
            next: named(row.next_slug, row.next_name),
            parties: all_named(row.parties.0),
            merged_into: named(row.merged_slug, row.merged_name),
            counts: Counts {
                positions: row.positions,
                articles: row.articles,
            },
        })
    }
}

impl Store {
    /// Meetings in time order, those without a day last, with their counts.
    pub async fn meetings(
        &self,
        filter: &MeetingFilter,
        paging: &Paging,
    ) -> Result<Page<MeetingRecord>> {
        let cursor = Cursor::<(Option<NaiveDate>, String)>::of(LIST, paging)?;
        let ids = self.meeting_ids(filter).await?;
        let total = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        let items = self
            .select_meetings(
                &ids,
                cursor.map(|cursor| cursor.after),
                cursor::rows_to_fetch(paging),
            )
            .await?;
        Ok(cursor::page(LIST, paging, 0, total, items, |item| {
            (item.meeting.start, item.meeting.slug.clone())
        }))
    }

    /// The meeting of that slug, with its counts; also one whose articles are all deleted.
    pub async fn meeting(&self, slug: &str) -> Result<Option<MeetingRecord>> {
        if slug.contains('\0') {
            return Ok(None);
        }
        let id = sqlx::query_scalar!("select meeting_id from meeting where slug = $1", slug)
            .fetch_optional(&self.read)
            .await?;
        match id {
            Some(id) => Ok(self.select_meetings(&[id], None, 1).await?.pop()),
            None => Ok(None),
        }
    }

    /// The meetings that a filter admits, in no order. A record set has few against its positions.
    async fn meeting_ids(&self, filter: &MeetingFilter) -> Result<Vec<Uuid>> {
        let known = texts([&filter.processes, &filter.parties]);
        let usable = |slug: &str| -> Vec<String> {
            known
                .iter()
                .filter(|known| *known == slug)
                .cloned()
                .collect()
        };
        let processes = Ids::of(&filter.processes, usable);
        let parties = Ids::of(&filter.parties, usable);
        let (statuses, not_statuses) = codes(&filter.statuses, |status| status.as_str());
        Ok(sqlx::query_scalar!(
            "select m.meeting_id from meeting m
            left join process pr on pr.process_id = m.process_id
            where exists (select from article_meeting am
                where am.meeting_id = m.meeting_id and am.until_revision is null)
            and ($1::text[] is null or pr.slug = any($1) or ($2 and m.process_id is null))
            and ($3::text[] is null or pr.slug is null or pr.slug <> all($3))
            and not ($4 and m.process_id is null)
            and ($5::text[] is null
                or exists (select from meeting_participant mp join party pa on pa.party_id = mp.party_id
                    where mp.meeting_id = m.meeting_id and pa.slug = any($5))
                or ($6 and not exists (select from meeting_participant mp where mp.meeting_id = m.meeting_id)))
            and not exists (select from meeting_participant mp join party pa on pa.party_id = mp.party_id
                where mp.meeting_id = m.meeting_id and pa.slug = any($7))
            and not ($8 and not exists (select from meeting_participant mp where mp.meeting_id = m.meeting_id))
            and ($9::text[] is null or m.status = any($9)) and ($10::text[] is null or m.status <> all($10))
            and ($11::date is null or coalesce(m.end_day, m.start_day) >= $11)
            and ($12::date is null or m.start_day <= $12)
            and ($13::text is null or m.slug like $13 or lower(m.name) like $13 or lower(m.venue) like $13)",
            processes.any.as_deref() as Option<&[String]>,
            processes.or_none,
            processes.not.as_deref() as Option<&[String]>,
            processes.not_none,
            parties.any.as_deref() as Option<&[String]>,
            parties.or_none,
            parties.not.as_deref() as Option<&[String]>,
            parties.not_none,
            statuses.as_deref() as Option<&[String]>,
            not_statuses.as_deref() as Option<&[String]>,
            filter.from,
            filter.to,
            contains(&filter.q)
        )
        .fetch_all(&self.read)
        .await?)
    }

    /// Meetings by id in time order, from after a place on.
    pub(crate) async fn select_meetings(
        &self,
        ids: &[Uuid],
        after: Option<(Option<NaiveDate>, String)>,
        limit: i64,
    ) -> Result<Vec<MeetingRecord>> {
        let (after_day, after_slug) = match after {
            Some((day, slug)) => (day, Some(slug)),
            None => (None, None),
        };
        // Neighbours are told among all meetings of a process of which a stored article speaks.
        sqlx::query_as!(
            MeetingRow,
            r#"with chained as (
                select m.meeting_id,
                    lag(m.slug) over process as previous_slug, lag(m.name) over process as previous_name,
                    lead(m.slug) over process as next_slug, lead(m.name) over process as next_name
                from meeting m
                where m.process_id in (select process_id from meeting where meeting_id = any($1))
                and (m.meeting_id = any($1) or exists (select from article_meeting am
                    where am.meeting_id = m.meeting_id and am.until_revision is null))
                window process as (partition by m.process_id order by m.start_day nulls last, m.slug)
            )
            select m.slug as "slug!", m.name, m.venue, m.start_day, m.end_day, m.status,
                pr.slug as "process_slug?", pr.name as "process_name?",
                c.previous_slug as "previous_slug?", c.previous_name as "previous_name?",
                c.next_slug as "next_slug?", c.next_name as "next_name?",
                into_.slug as "merged_slug?", into_.name as "merged_name?",
                (select coalesce(jsonb_agg(jsonb_build_object('slug', pa.slug, 'name', pa.name) order by pa.name, pa.slug), '[]')
                    from meeting_participant mp join party pa on pa.party_id = mp.party_id
                    where mp.meeting_id = m.meeting_id) as "parties!: Json<Vec<NamedRow>>",
                coalesce(t.support + t.neutral + t.oppose, 0) as "positions!",
                coalesce(t.articles, 0) as "articles!"
            from meeting m
            left join process pr on pr.process_id = m.process_id
            left join chained c on c.meeting_id = m.meeting_id
            left join meeting into_ on into_.meeting_id = m.merged_into
            left join tally t on t.kind = 'meeting' and t.subject_id = m.meeting_id
            where m.meeting_id = any($1)
            and ($3::text is null or (coalesce(m.start_day, 'infinity'), m.slug::text) > (coalesce($2::date, 'infinity'), $3))
            order by m.start_day nulls last, m.slug limit $4"#,
            ids,
            after_day,
            after_slug,
            limit
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(MeetingRecord::try_from)
        .collect()
    }
}
