//! Parties: the sides for which actors speak.

use crate::cursor::{self, Cursor};
use crate::rows::{NamedRow, all_named, code};
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
            counts: Counts {
                positions: row.positions,
                articles: row.articles,
            },
        })
    }
}

impl Store {
    /// Parties by slug, with their counts.
    pub async fn parties(
        &self,
        filter: &PartyFilter,
        paging: &Paging,
    ) -> Result<Page<PartyRecord>> {
        let cursor = Cursor::<String>::of(LIST, paging)?;
        let (kinds, not_kinds) = codes(&filter.kinds, |kind| kind.as_str());
        let q = contains(&filter.q);
        let total = sqlx::query_scalar!(
            r#"select count(*) as "count!" from party p
            left join tally t on t.kind = 'party' and t.subject_id = p.party_id
            where ($1::text[] is null or p.kind = any($1)) and ($2::text[] is null or p.kind <> all($2))
            and ($3::text is null or p.slug like $3 or lower(p.name) like $3
                or exists (select from party_alias a where a.party_id = p.party_id and lower(a.alias) like $3))
            and ($4::boolean is null or $4 = (coalesce(t.articles, 0) > 0))"#,
            kinds.as_deref() as Option<&[String]>,
            not_kinds.as_deref() as Option<&[String]>,
            q,
            filter.recorded
        )
        .fetch_one(&self.read)
        .await?;
        let rows = sqlx::query_as!(
            PartyRow,
            r#"select p.slug as "slug!", p.name, p.kind, p.iso, p.known,
                array(select a.alias from party_alias a where a.party_id = p.party_id order by a.alias) as "aliases!",
                (select coalesce(jsonb_agg(jsonb_build_object('slug', ac.slug, 'name', ac.name)
                        order by s.positions desc, ac.slug), '[]')
                    from (select actor_id, count(*) as positions from party_position
                        where party_id = p.party_id and until_revision is null group by actor_id) s
                    join actor ac on ac.actor_id = s.actor_id) as "actors!: Json<Vec<NamedRow>>",
                coalesce(t.support + t.neutral + t.oppose, 0) as "positions!",
                coalesce(t.articles, 0) as "articles!"
            from party p
            left join tally t on t.kind = 'party' and t.subject_id = p.party_id
            where ($1::text[] is null or p.kind = any($1)) and ($2::text[] is null or p.kind <> all($2))
            and ($3::text is null or p.slug like $3 or lower(p.name) like $3
                or exists (select from party_alias a where a.party_id = p.party_id and lower(a.alias) like $3))
            and ($4::boolean is null or $4 = (coalesce(t.articles, 0) > 0))
            and ($5::text is null or p.slug > $5)
            order by p.slug limit $6"#,
            kinds.as_deref() as Option<&[String]>,
            not_kinds.as_deref() as Option<&[String]>,
            q,
            filter.recorded,
            cursor.map(|cursor| cursor.after),
            cursor::rows_to_fetch(paging)
        )
        .fetch_all(&self.read)
        .await?;
        let items: Vec<PartyRecord> = rows
            .into_iter()
            .map(PartyRecord::try_from)
            .collect::<Result<_>>()?;
        Ok(cursor::page(LIST, paging, 0, total, items, |party| {
            party.named.slug.clone()
        }))
    }

    /// The party of that slug, with its counts.
    pub async fn party(&self, slug: &str) -> Result<Option<PartyRecord>> {
        if slug.contains('\0') {
            return Ok(None);
        }
        sqlx::query_as!(
            PartyRow,
            r#"select p.slug as "slug!", p.name, p.kind, p.iso, p.known,
                array(select a.alias from party_alias a where a.party_id = p.party_id order by a.alias) as "aliases!",
                (select coalesce(jsonb_agg(jsonb_build_object('slug', ac.slug, 'name', ac.name)
                        order by s.positions desc, ac.slug), '[]')
                    from (select actor_id, count(*) as positions from party_position
                        where party_id = p.party_id and until_revision is null group by actor_id) s
                    join actor ac on ac.actor_id = s.actor_id) as "actors!: Json<Vec<NamedRow>>",
                coalesce(t.support + t.neutral + t.oppose, 0) as "positions!",
                coalesce(t.articles, 0) as "articles!"
            from party p
            left join tally t on t.kind = 'party' and t.subject_id = p.party_id
            where p.slug = $1"#,
            slug
        )
        .fetch_optional(&self.read)
        .await?
        .map(PartyRecord::try_from)
        .transpose()
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
