//! Actors: who speaks, with every name form and office that articles told.

use crate::cursor::{self, Cursor};
use crate::rows::{NamedRow, all_named, code};
use crate::select::{Ids, codes, contains, texts};
use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::filter::{ActorFilter, Page, Paging};
use plenary_domain::record::{ActorRecord, AffiliationRecord, Counts, Named};
use serde::Deserialize;
use sqlx::types::Json;

const LIST: &str = "actors";

#[derive(Debug, Deserialize)]
struct AffiliationRow {
    /// No element or one.
    party: Vec<NamedRow>,
    role: Option<String>,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
}

struct ActorRow {
    slug: String,
    name: String,
    kind: String,
    aliases: Vec<String>,
    affiliations: Json<Vec<AffiliationRow>>,
    positions: i64,
    articles: i64,
}

impl TryFrom<ActorRow> for ActorRecord {
    type Error = crate::Error;

    fn try_from(row: ActorRow) -> Result<ActorRecord> {
        Ok(ActorRecord {
            kind: code("actor", "kind", &row.slug, &row.kind)?,
            named: Named {
                slug: row.slug,
                name: row.name,
            },
            aliases: row.aliases,
            affiliations: row
                .affiliations
                .0
                .into_iter()
                .map(|row| AffiliationRecord {
                    party: all_named(row.party).pop(),
                    role: row.role,
                    from: row.first_day,
                    to: row.last_day,
                })
                .collect(),
            counts: Counts {
                positions: row.positions,
                articles: row.articles,
            },
        })
    }
}

impl Store {
    /// Actors by slug, with their offices and counts.
    pub async fn actors(&self, filter: &ActorFilter, paging: &Paging) -> Result<Page<ActorRecord>> {
        let cursor = Cursor::<String>::of(LIST, paging)?;
        let (kinds, not_kinds) = codes(&filter.kinds, |kind| kind.as_str());
        let known = texts([&filter.parties]);
        let parties = Ids::of(&filter.parties, |slug| {
            known
                .iter()
                .filter(|known| *known == slug)
                .cloned()
                .collect()
        });
        let q = contains(&filter.q);
        let total = sqlx::query_scalar!(
            r#"select count(*) as "count!" from actor a
            join tally t on t.kind = 'actor' and t.subject_id = a.actor_id and t.articles > 0
            where ($1::text[] is null or a.kind = any($1)) and ($2::text[] is null or a.kind <> all($2))
            and ($3::text is null or a.slug like $3 or lower(a.name) like $3
                or exists (select from actor_alias al where al.actor_id = a.actor_id and lower(al.form) like $3))
            and ($4::text[] is null or exists (select from party_position p left join party pa on pa.party_id = p.party_id
                where p.actor_id = a.actor_id and p.until_revision is null
                and (pa.slug = any($4) or ($5 and p.party_id is null))))
            and not exists (select from party_position p left join party pa on pa.party_id = p.party_id
                where p.actor_id = a.actor_id and p.until_revision is null
                and (pa.slug = any($6) or ($7 and p.party_id is null)))"#,
            kinds.as_deref() as Option<&[String]>,
            not_kinds.as_deref() as Option<&[String]>,
            q,
            parties.any.as_deref() as Option<&[String]>,
            parties.or_none,
            parties.not.as_deref() as Option<&[String]>,
            parties.not_none
        )
        .fetch_one(&self.read)
        .await?;
        let rows = sqlx::query_as!(
            ActorRow,
            r#"select a.slug as "slug!", a.name, a.kind,
                array(select al.form from actor_alias al where al.actor_id = a.actor_id order by al.form) as "aliases!",
                (select coalesce(jsonb_agg(jsonb_build_object(
                        'party', case when pa.party_id is null then '[]'
                            else jsonb_build_array(jsonb_build_object('slug', pa.slug, 'name', pa.name)) end,
                        'role', f.role, 'first_day', f.first_day, 'last_day', f.last_day)
                        order by f.first_day, f.last_day, pa.slug, f.role), '[]')
                    from affiliation f left join party pa on pa.party_id = f.party_id
                    where f.actor_id = a.actor_id) as "affiliations!: Json<Vec<AffiliationRow>>",
                t.support + t.neutral + t.oppose as "positions!", t.articles as "articles!"
            from actor a
            join tally t on t.kind = 'actor' and t.subject_id = a.actor_id and t.articles > 0
            where ($1::text[] is null or a.kind = any($1)) and ($2::text[] is null or a.kind <> all($2))
            and ($3::text is null or a.slug like $3 or lower(a.name) like $3
                or exists (select from actor_alias al where al.actor_id = a.actor_id and lower(al.form) like $3))
            and ($4::text[] is null or exists (select from party_position p left join party pa on pa.party_id = p.party_id
                where p.actor_id = a.actor_id and p.until_revision is null
                and (pa.slug = any($4) or ($5 and p.party_id is null))))
            and not exists (select from party_position p left join party pa on pa.party_id = p.party_id
                where p.actor_id = a.actor_id and p.until_revision is null
                and (pa.slug = any($6) or ($7 and p.party_id is null)))
            and ($8::text is null or a.slug > $8)
            order by a.slug limit $9"#,
            kinds.as_deref() as Option<&[String]>,
            not_kinds.as_deref() as Option<&[String]>,
            q,
            parties.any.as_deref() as Option<&[String]>,
            parties.or_none,
            parties.not.as_deref() as Option<&[String]>,
            parties.not_none,
            cursor.map(|cursor| cursor.after),
            cursor::rows_to_fetch(paging)
        )
        .fetch_all(&self.read)
        .await?;
        let items: Vec<ActorRecord> = rows
            .into_iter()
            .map(ActorRecord::try_from)
            .collect::<Result<_>>()?;
        Ok(cursor::page(LIST, paging, 0, total, items, |actor| {
            actor.named.slug.clone()
        }))
    }

    /// The actor of that slug, with its counts; also one whose articles are all deleted.
    pub async fn actor(&self, slug: &str) -> Result<Option<ActorRecord>> {
        if slug.contains('\0') {
            return Ok(None);
        }
        sqlx::query_as!(
            ActorRow,
            r#"select a.slug as "slug!", a.name, a.kind,
                array(select al.form from actor_alias al where al.actor_id = a.actor_id order by al.form) as "aliases!",
                (select coalesce(jsonb_agg(jsonb_build_object(
                        'party', case when pa.party_id is null then '[]'
                            else jsonb_build_array(jsonb_build_object('slug', pa.slug, 'name', pa.name)) end,
                        'role', f.role, 'first_day', f.first_day, 'last_day', f.last_day)
                        order by f.first_day, f.last_day, pa.slug, f.role), '[]')
                    from affiliation f left join party pa on pa.party_id = f.party_id
                    where f.actor_id = a.actor_id) as "affiliations!: Json<Vec<AffiliationRow>>",
                coalesce(t.support + t.neutral + t.oppose, 0) as "positions!",
                coalesce(t.articles, 0) as "articles!"
            from actor a
            left join tally t on t.kind = 'actor' and t.subject_id = a.actor_id
            where a.slug = $1"#,
            slug
        )
        .fetch_optional(&self.read)
        .await?
        .map(ActorRecord::try_from)
        .transpose()
    }
}
