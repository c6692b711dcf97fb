//! Processes: meetings that follow one another.

use crate::cursor::{self, Cursor};
use crate::rows::{NamedRow, all_named};
use crate::select::{Ids, contains, texts};
use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::filter::{Page, Paging, ProcessFilter};
use plenary_domain::record::{Counts, MeetingRef, Named, ProcessRecord};
use serde::Deserialize;
use sqlx::types::Json;

const LIST: &str = "processes";

#[derive(Debug, Deserialize)]
struct MeetingRow {
    slug: String,
    name: String,
    venue: Option<String>,
    start_day: Option<NaiveDate>,
    end_day: Option<NaiveDate>,
}

struct ProcessRow {
    slug: String,
    name: String,
    meetings: Json<Vec<MeetingRow>>,
    parties: Json<Vec<NamedRow>>,
    positions: i64,
    articles: i64,
}

impl From<ProcessRow> for ProcessRecord {
    fn from(row: ProcessRow) -> ProcessRecord {
        ProcessRecord {
            named: Named {
                slug: row.slug,
                name: row.name,
            },
            meetings: row
                .meetings
                .0
                .into_iter()
                .map(|row| MeetingRef {
                    slug: row.slug,
                    name: row.name,
                    venue: row.venue,
                    start: row.start_day,
                    end: row.end_day,
                })
                .collect(),
            parties: all_named(row.parties.0),
            counts: Counts {
                positions: row.positions,
                articles: row.articles,
            },
        }
    }
}

impl Store {
    /// Processes by slug, with their meetings and counts.
    pub async fn processes(
        &self,
        filter: &ProcessFilter,
        paging: &Paging,
    ) -> Result<Page<ProcessRecord>> {
        let after = Cursor::<String>::of(LIST, paging)?.map(|cursor| cursor.after);
        let known = texts([&filter.parties]);
        let parties: Ids<String> = Ids::of(&filter.parties, |slug| {
            known
                .iter()
                .filter(|known| *known == slug)
                .cloned()
                .collect()
        });
        let slugs: Vec<String> = sqlx::query_scalar!(
            r#"select pr.slug as "slug!" from process pr
            where exists (select from meeting m join article_meeting am on am.meeting_id = m.meeting_id
                where m.process_id = pr.process_id and am.until_revision is null)
            and ($1::text[] is null or exists (select from meeting m
                join meeting_participant mp on mp.meeting_id = m.meeting_id
                join party pa on pa.party_id = mp.party_id
                where m.process_id = pr.process_id and pa.slug = any($1)))
            and not exists (select from meeting m
                join meeting_participant mp on mp.meeting_id = m.meeting_id
                join party pa on pa.party_id = mp.party_id
                where m.process_id = pr.process_id and pa.slug = any($2))
            and ($3::text is null or pr.slug like $3 or lower(pr.name) like $3)
            order by pr.slug"#,
            parties.any.as_deref() as Option<&[String]>,
            parties.not.as_deref() as Option<&[String]>,
            contains(&filter.q)
        )
        .fetch_all(&self.read)
        .await?;
        let total = i64::try_from(slugs.len()).unwrap_or(i64::MAX);
        // Slugs are sorted by their bytes in the database too.
        let start = after.map_or(0, |after| slugs.partition_point(|slug| *slug <= after));
        let wanted: Vec<String> = slugs
            .into_iter()
            .skip(start)
            .take(paging.limit.max(1) as usize + 1)
            .collect();
        let items = self.select_processes(&wanted).await?;
        Ok(cursor::page(LIST, paging, 0, total, items, |process| {
            process.named.slug.clone()
        }))
    }

    /// The process of that slug, with its meetings and counts.
    pub async fn process(&self, slug: &str) -> Result<Option<ProcessRecord>> {
        if slug.contains('\0') {
            return Ok(None);
        }
        Ok(self.select_processes(&[slug.to_owned()]).await?.pop())
    }

    async fn select_processes(&self, slugs: &[String]) -> Result<Vec<ProcessRecord>> {
        let rows = sqlx::query_as!(
            ProcessRow,
            r#"select pr.slug as "slug!", pr.name,
                (select coalesce(jsonb_agg(jsonb_build_object('slug', m.slug, 'name', m.name, 'venue', m.venue,
                        'start_day', m.start_day, 'end_day', m.end_day) order by m.start_day nulls last, m.slug), '[]')
                    from meeting m where m.process_id = pr.process_id
                    and exists (select from article_meeting am
                        where am.meeting_id = m.meeting_id and am.until_revision is null)
                ) as "meetings!: Json<Vec<MeetingRow>>",
                (select coalesce(jsonb_agg(jsonb_build_object('slug', pa.slug, 'name', pa.name) order by pa.name, pa.slug), '[]')
                    from party pa where pa.party_id in (select mp.party_id from meeting_participant mp
                        join meeting m on m.meeting_id = mp.meeting_id where m.process_id = pr.process_id)
                ) as "parties!: Json<Vec<NamedRow>>",
                coalesce(t.support + t.neutral + t.oppose, 0) as "positions!",
                coalesce(t.articles, 0) as "articles!"
            from process pr
            left join tally t on t.kind = 'process' and t.subject_id = pr.process_id
            where pr.slug = any($1) order by pr.slug"#,
            slugs
        )
        .fetch_all(&self.read)
        .await?;
        Ok(rows.into_iter().map(ProcessRecord::from).collect())
    }
}
