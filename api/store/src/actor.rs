//! Actors: who speaks, with every name form and office that articles told.

use crate::cursor::{self, Cursor};
use crate::rows::{NamedRow, all_named, code, named};
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
    merged_slug: Option<String>,
    merged_name: Option<String>,
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
            merged_into: named(row.merged_slug, row.merged_name),
            counts: Counts {
                positions: row.positions,
                articles: row.articles,
            },
        })
    }
}

struct CountRow {
    count: i64,
}

struct SlugRow {
    slug: String,
}

/// An [`ActorFilter`] as its conditions take it.
struct Chosen {
    kinds: (Option<Vec<String>>, Option<Vec<String>>),
    q: Option<String>,
    parties: Ids<String>,
}

/// A checked query over the actors with current positions that a [`Chosen`] admits: what stands before,
/// the condition, what stands after. Parameters $1 to $7 are the choice's; further ones follow. Inside,
/// `a` is the actor.
macro_rules! select_actors {
    ($row:ty, $chosen:expr, { $($head:tt)+ }, { $($tail:tt)+ } $(, $extra:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            $($head)+ + r#"
from actor a join tally t on t.kind = 'actor' and t.subject_id = a.actor_id and t.articles > 0
where ($1::text[] is null or a.kind = any($1)) and ($2::text[] is null or a.kind <> all($2))
and ($3::text is null or a.slug like $3 or lower(a.name) like $3
    or exists (select from actor_alias al join actor m on m.actor_id = al.actor_id
        where a.actor_id in (m.actor_id, m.merged_into) and lower(al.form) like $3))
and ($4::text[] is null or exists (select from party_position p left join party pa on pa.party_id = p.party_id
    where p.actor_id = a.actor_id and p.until_revision is null
    and (pa.slug = any($4) or ($5 and p.party_id is null))))
and not exists (select from party_position p left join party pa on pa.party_id = p.party_id
    where p.actor_id = a.actor_id and p.until_revision is null
    and (pa.slug = any($6) or ($7 and p.party_id is null)))
"# + $($tail)+,
            $chosen.kinds.0.as_deref() as Option<&[String]>,
            $chosen.kinds.1.as_deref() as Option<&[String]>,
            $chosen.q,
            $chosen.parties.any.as_deref() as Option<&[String]>,
            $chosen.parties.or_none,
            $chosen.parties.not.as_deref() as Option<&[String]>,
            $chosen.parties.not_none,
            $($extra),*
        )
    };
}

impl Store {
    /// Actors by slug, with their offices and counts.
    pub async fn actors(&self, filter: &ActorFilter, paging: &Paging) -> Result<Page<ActorRecord>> {
        let cursor = Cursor::<String>::of(LIST, paging)?;
        let known = texts([&filter.parties]);
        let chosen = Chosen {
            kinds: codes(&filter.kinds, |kind| kind.as_str()),
            q: contains(&filter.q),
            parties: Ids::of(&filter.parties, |slug| {
                known
                    .iter()
                    .filter(|known| *known == slug)
                    .cloned()
                    .collect()
            }),
        };
        let total = select_actors!(CountRow, chosen, { r#"select count(*) as "count!""# }, {
            ""
        })
        .fetch_one(&self.read)
        .await?
        .count;
        let slugs: Vec<String> = select_actors!(
            SlugRow,
            chosen,
            { r#"select a.slug as "slug!""# },
            { "and ($8::text is null or a.slug > $8) order by a.slug limit $9" },
            cursor.map(|cursor| cursor.after),
            cursor::rows_to_fetch(paging)
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(|row| row.slug)
        .collect();
        let items = self.actor_records(&slugs).await?;
        Ok(cursor::page(LIST, paging, 0, total, items, |actor| {
            actor.named.slug.clone()
        }))
    }

    /// The actor of that slug, with its counts; also one whose articles are all deleted, and one that
    /// was merged into another.
    pub async fn actor(&self, slug: &str) -> Result<Option<ActorRecord>> {
        if slug.contains('\0') {
            return Ok(None);
        }
        Ok(self.actor_records(&[slug.to_owned()]).await?.pop())
    }

    /// Actors by slug, each with the names and offices of those that were merged into it.
    async fn actor_records(&self, slugs: &[String]) -> Result<Vec<ActorRecord>> {
        sqlx::query_as!(
            ActorRow,
            r#"select a.slug as "slug!", a.name, a.kind,
                array(select distinct al.form from actor_alias al join actor m on m.actor_id = al.actor_id
                    where a.actor_id in (m.actor_id, m.merged_into) order by al.form) as "aliases!",
                (select coalesce(jsonb_agg(jsonb_build_object(
                        'party', case when o.slug is null then '[]'
                            else jsonb_build_array(jsonb_build_object('slug', o.slug, 'name', o.name)) end,
                        'role', o.role, 'first_day', o.first_day, 'last_day', o.last_day)
                        order by o.first_day, o.last_day, o.slug, o.role), '[]')
                    from (select pa.slug, pa.name, f.role, min(f.first_day) as first_day, max(f.last_day) as last_day
                        from affiliation f join actor m on m.actor_id = f.actor_id
                        left join party pa on pa.party_id = f.party_id
                        where a.actor_id in (m.actor_id, m.merged_into)
                        group by pa.slug, pa.name, f.role) o) as "affiliations!: Json<Vec<AffiliationRow>>",
                into_.slug as "merged_slug?", into_.name as "merged_name?",
                coalesce(t.support + t.neutral + t.oppose, 0) as "positions!",
                coalesce(t.articles, 0) as "articles!"
            from actor a
            left join actor into_ on into_.actor_id = a.merged_into
            left join tally t on t.kind = 'actor' and t.subject_id = a.actor_id
            where a.slug = any($1)
            order by a.slug"#,
            slugs
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(ActorRecord::try_from)
        .collect()
    }
}
