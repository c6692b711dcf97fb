//! Which stored party an article's party is: the one of its slug, else the one of its name or alias.

use super::{free_slug, slug_of};
use crate::Result;
use plenary_domain::parsed::Party;
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The id of each party, in the article's order; those that nobody knows are stored.
pub(crate) async fn resolve(connection: &mut PgConnection, parties: &[Party]) -> Result<Vec<Uuid>> {
    if parties.is_empty() {
        return Ok(Vec::new());
    }
    // A slug comes from the parser's gazetteer or from a name; only the latter can be malformed.
    let slugs: Vec<String> = parties
        .iter()
        .map(|party| {
            slug_of(
                if party.slug.is_empty() {
                    &party.name
                } else {
                    &party.slug
                },
                "party",
            )
        })
        .collect();
    let names: Vec<String> = parties
        .iter()
        .map(|party| party.name.to_lowercase())
        .collect();
    let mut by_slug: HashMap<String, Uuid> = sqlx::query!(
        r#"select slug as "slug!", party_id from party where slug = any($1)"#,
        &slugs
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .map(|row| (row.slug, row.party_id))
    .collect();
    // A name that two parties share decides nothing, hence the smaller id only where it is alone.
    let by_name: HashMap<String, Uuid> = sqlx::query!(
        r#"select name as "name!", (array_agg(party_id))[1] as "party_id!" from (
            select lower(name) as name, party_id from party where lower(name) = any($1)
            union select lower(alias), party_id from party_alias where lower(alias) = any($1)
        ) named group by name having count(distinct party_id) = 1"#,
        &names
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .map(|row| (row.name, row.party_id))
    .collect();
    let mut ids = Vec::with_capacity(parties.len());
    for ((party, slug), name) in parties.iter().zip(&slugs).zip(&names) {
        let stored = by_slug.get(slug).or_else(|| by_name.get(name)).copied();
        let id = match stored {
            Some(id) => id,
            None => {
                let id = Uuid::now_v7();
                // Only the reserved word can be taken here: a taken slug is the same party.
                let slug = free_slug(slug, &mut HashSet::new());
                let name = match party.name.trim() {
                    "" => slug.as_str(),
                    name => name,
                };
                sqlx::query!(
                    "insert into party (party_id, slug, name, kind, known) values ($1, $2::text, $3, $4, $5)",
                    id,
                    slug,
                    name,
                    party.kind.as_str(),
                    party.known
                )
                .execute(&mut *connection)
                .await?;
                id
            }
        };
        by_slug.insert(slug.clone(), id);
        ids.push(id);
    }
    Ok(ids)
}

/// Deletes those parties of deleted articles that articles introduced and nothing names any more, not
/// even an earlier revision.
pub(crate) async fn forget(connection: &mut PgConnection, parties: &[Uuid]) -> Result<()> {
    let gone: Vec<Uuid> = sqlx::query_scalar!(
        "delete from party pa where pa.party_id = any($1) and not pa.known
        and not exists (select from party_position p where p.party_id = pa.party_id)
        and not exists (select from affiliation f where f.party_id = pa.party_id)
        and not exists (select from meeting_participant mp where mp.party_id = pa.party_id)
        and not exists (select from party m where m.merged_into = pa.party_id)
        and not exists (select from ruling r where pa.party_id in (r.from_id, r.into_id))
        returning pa.party_id",
        parties
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from tally where kind = 'party' and subject_id = any($1)",
        &gone
    )
    .execute(connection)
    .await?;
    Ok(())
}
