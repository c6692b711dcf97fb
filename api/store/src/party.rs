//! Parties: the sides for which actors speak.

use crate::cursor::{self, Cursor};
use crate::rows::{NamedRow, all_named, code, named};
use crate::select::{codes, contains};
use crate::{Result, Store};
use plenary_domain::Gazetteer;
use plenary_domain::filter::{Page, Paging, PartyFilter};
use plenary_domain::record::{Counts, Named, PartyRecord};
use sqlx::types::Json;
use std::collections::HashSet;
use uuid::Uuid;

const LIST: &str = "parties";

struct PartyRow {
    slug: String,
    name: String,
    kind: String,
    iso: Option<String>,
    known: bool,
    aliases: Vec<String>,
    actors: Json<Vec<NamedRow>>,
    merged_slug: Option<String>,
    merged_name: Option<String>,
    positions: i64,
    articles: i64,
}

impl TryFrom<PartyRow> for PartyRecord {
    type Error = crate::Error;

    fn try_from(row: PartyRow) -> Result<PartyRecord> {
        Ok(PartyRecord {
            kind: code("party", "kind", &row.slug, &row.kind)?,
            named: Named {
                slug: row.slug,
                name: row.name,
            },
            iso: row.iso,
            known: row.known,
            aliases: row.aliases,
            actors: all_named(row.actors.0),
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

/// A [`PartyFilter`] as its conditions take it.
struct Chosen {
    kinds: (Option<Vec<String>>, Option<Vec<String>>),
    q: Option<String>,
    recorded: Option<bool>,
}

/// A checked query over the parties that a [`Chosen`] admits: what stands before, the condition, what
/// stands after. Parameters $1 to $4 are the choice's; further ones follow. Inside, `p` is the party.
///
/// A party that articles introduced is listed as long as a stored article tells of it.
macro_rules! select_parties {
    ($row:ty, $chosen:expr, { $($head:tt)+ }, { $($tail:tt)+ } $(, $extra:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            $($head)+ + r#"
from party p left join tally t on t.kind = 'party' and t.subject_id = p.party_id
where ($1::text[] is null or p.kind = any($1)) and ($2::text[] is null or p.kind <> all($2))
and ($3::text is null or p.slug like $3 or lower(p.name) like $3
    or exists (select from party_alias al join party m on m.party_id = al.party_id
        where p.party_id in (m.party_id, m.merged_into) and lower(al.alias) like $3))
and ($4::boolean is null or $4 = (coalesce(t.articles, 0) > 0))
and p.merged_into is null
and (p.known or t.articles > 0
    or exists (select from affiliation f join article_actor aa on aa.actor_id = f.actor_id
        where f.party_id = p.party_id)
    or exists (select from meeting_participant mp
        join article_meeting am on am.meeting_id = mp.meeting_id and am.until_revision is null
        where mp.party_id = p.party_id))
"# + $($tail)+,
            $chosen.kinds.0.as_deref() as Option<&[String]>,
            $chosen.kinds.1.as_deref() as Option<&[String]>,
            $chosen.q,
            $chosen.recorded,
            $($extra),*
        )
    };
}

impl Store {
    /// Parties by slug, with their counts.
    pub async fn parties(
        &self,
        filter: &PartyFilter,
        paging: &Paging,
    ) -> Result<Page<PartyRecord>> {
        let cursor = Cursor::<String>::of(LIST, paging)?;
        let chosen = Chosen {
            kinds: codes(&filter.kinds, |kind| kind.as_str()),
            q: contains(&filter.q),
            recorded: filter.recorded,
        };
        let total = select_parties!(CountRow, chosen, { r#"select count(*) as "count!""# }, {
            ""
        })
        .fetch_one(&self.read)
        .await?
        .count;
        let slugs: Vec<String> = select_parties!(
            SlugRow,
            chosen,
            { r#"select p.slug as "slug!""# },
            { "and ($5::text is null or p.slug > $5) order by p.slug limit $6" },
            cursor.map(|cursor| cursor.after),
            cursor::rows_to_fetch(paging)
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(|row| row.slug)
        .collect();
        let items = self.party_records(&slugs).await?;
        Ok(cursor::page(LIST, paging, 0, total, items, |party| {
            party.named.slug.clone()
        }))
    }

    /// The party of that slug, with its counts; also one that was merged into another.
    pub async fn party(&self, slug: &str) -> Result<Option<PartyRecord>> {
        if slug.contains('\0') {
            return Ok(None);
        }
        Ok(self.party_records(&[slug.to_owned()]).await?.pop())
    }

    /// Parties by slug, each with the aliases of those that were merged into it, and their names.
    async fn party_records(&self, slugs: &[String]) -> Result<Vec<PartyRecord>> {
        sqlx::query_as!(
            PartyRow,
            r#"select p.slug as "slug!", p.name, p.kind, p.iso, p.known,
                array(select al.alias from party_alias al join party m on m.party_id = al.party_id
                    where p.party_id in (m.party_id, m.merged_into)
                    union select m.name from party m where m.merged_into = p.party_id
                    order by 1) as "aliases!",
                (select coalesce(jsonb_agg(jsonb_build_object('slug', ac.slug, 'name', ac.name)
                        order by s.positions desc, ac.slug), '[]')
                    from (select actor_id, count(*) as positions from party_position
                        where party_id = p.party_id and until_revision is null group by actor_id) s
                    join actor ac on ac.actor_id = s.actor_id) as "actors!: Json<Vec<NamedRow>>",
                into_.slug as "merged_slug?", into_.name as "merged_name?",
                coalesce(t.support + t.neutral + t.oppose, 0) as "positions!",
                coalesce(t.articles, 0) as "articles!"
            from party p
            left join party into_ on into_.party_id = p.merged_into
            left join tally t on t.kind = 'party' and t.subject_id = p.party_id
            where p.slug = any($1)
            order by p.slug"#,
            slugs
        )
        .fetch_all(&self.read)
        .await?
        .into_iter()
        .map(PartyRecord::try_from)
        .collect()
    }

    /// Stores the parties of a gazetteer with their aliases. Call it at every start; the same
    /// gazetteer again changes nothing. Parties that articles introduced before become known ones.
    pub async fn sync_gazetteer(&self, gazetteer: &Gazetteer) -> Result<()> {
        // In order of slug, as every other writer of parties does: two starts at once then wait for
        // one another in turn, not in a circle.
        let mut parties: Vec<_> = gazetteer.parties.iter().collect();
        parties.sort_by(|a, b| a.slug.cmp(&b.slug));
        let ids: Vec<Uuid> = parties.iter().map(|_| Uuid::now_v7()).collect();
        let slugs: Vec<String> = parties.iter().map(|p| p.slug.clone()).collect();
        let names: Vec<String> = parties.iter().map(|p| p.name.clone()).collect();
        let kinds: Vec<String> = parties.iter().map(|p| p.kind().to_string()).collect();
        let isos: Vec<Option<String>> = parties.iter().map(|p| p.iso.clone()).collect();
        let mut alias_slugs = Vec::new();
        let mut aliases = Vec::new();
        for party in &parties {
            let mut seen = HashSet::from([party.name.as_str()]);
            for alias in [
                &party.aliases,
                &party.demonyms,
                &party.metonyms,
                &party.bodies,
            ]
            .into_iter()
            .flatten()
            {
                if seen.insert(alias) {
                    alias_slugs.push(party.slug.clone());
                    aliases.push(alias.clone());
                }
            }
        }
        let mut transaction = self.write.begin().await?;
        sqlx::query!(
            "insert into party (party_id, slug, name, kind, iso, known)
            select *, true from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
            on conflict (slug) do update
                set name = excluded.name, kind = excluded.kind, iso = excluded.iso, known = true
                where (party.name, party.kind, party.iso, party.known)
                    is distinct from (excluded.name, excluded.kind, excluded.iso, true)",
            &ids,
            &slugs,
            &names,
            &kinds,
            &isos as &[Option<String>]
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query!(
            "insert into party_alias (party_id, alias)
            select p.party_id, l.alias from unnest($1::text[], $2::text[]) l (slug, alias)
            join party p on p.slug = l.slug
            order by 1, 2
            on conflict do nothing",
            &alias_slugs,
            &aliases
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}
