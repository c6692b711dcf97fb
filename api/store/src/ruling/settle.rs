//! Everything recorded under some names is brought to where the rulings put it now.

use super::positions::settle_positions;
use crate::Result;
use crate::resolve;
use crate::resolve::ruling::Rulings;
use plenary_domain::NameKind;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Brings everything recorded under these names to where the rulings put it now.
pub(super) async fn settle(
    connection: &mut PgConnection,
    kind: NameKind,
    ids: &[Uuid],
    revision: i64,
) -> Result<()> {
    let rulings = Rulings::of(connection, kind).await?;
    for id in ids {
        let into = Some(rulings.merged(*id)).filter(|into| into != id);
        match kind {
            NameKind::Actor => sqlx::query!(
                "update actor set merged_into = $2 where actor_id = $1",
                *id,
                into
            ),
            NameKind::Party => sqlx::query!(
                "update party set merged_into = $2 where party_id = $1",
                *id,
                into
            ),
            NameKind::Meeting => {
                sqlx::query!(
                    "update meeting set merged_into = $2 where meeting_id = $1",
                    *id,
                    into
                )
            }
        }
        .execute(&mut *connection)
        .await?;
    }
    settle_positions(connection, kind, ids, &rulings, revision).await?;
    match kind {
        NameKind::Actor => settle_actors(connection, ids, &rulings).await,
        NameKind::Meeting => settle_meetings(connection, ids, &rulings, revision).await,
        NameKind::Party => settle_parties(connection, ids).await,
    }
}

/// What articles tell of these actors goes to those whose it is by the rulings. All of them are drawn anew.
async fn settle_actors(
    connection: &mut PgConnection,
    ids: &[Uuid],
    rulings: &Rulings,
) -> Result<()> {
    let rows = sqlx::query!(
        r#"select aa.article_id, aa.ordinal, aa.actor_id, coalesce(aa.found_actor_id, aa.actor_id) as "found!",
            a.content_hash
        from article_actor aa join article a on a.article_id = aa.article_id
        where aa.actor_id = any($1) or aa.found_actor_id = any($1)"#,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut changed: BTreeSet<Uuid> = BTreeSet::new();
    for row in rows {
        let owner = rulings.place(row.found, &row.content_hash).owner;
        if owner == row.actor_id {
            continue;
        }
        changed.extend([owner, row.actor_id]);
        sqlx::query!(
            "update article_actor set actor_id = $3, found_actor_id = nullif($4::uuid, $3)
            where article_id = $1 and ordinal = $2",
            row.article_id,
            row.ordinal,
            owner,
            row.found
        )
        .execute(&mut *connection)
        .await?;
    }
    let changed: Vec<Uuid> = changed.into_iter().collect();
    resolve::actor::refresh(connection, &changed).await
}

/// What articles tell of these meetings goes to those whose it is by the rulings; what was before is superseded.
/// All of them are drawn anew.
async fn settle_meetings(
    connection: &mut PgConnection,
    ids: &[Uuid],
    rulings: &Rulings,
    revision: i64,
) -> Result<()> {
    let rows = sqlx::query!(
        r#"select am.article_id, am.ordinal, am.meeting_id,
            coalesce(am.found_meeting_id, am.meeting_id) as "found!", a.content_hash
        from article_meeting am join article a on a.article_id = am.article_id
        where am.meeting_id = any($1) and am.until_revision is null"#,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let there = rulings.place(row.found, &row.content_hash).stands_for;
        if there == row.meeting_id {
            continue;
        }
        sqlx::query!(
            "with ended as (
                update article_meeting set until_revision = $3
                where article_id = $1 and ordinal = $2 and until_revision is null
                returning *
            )
            insert into article_meeting (article_id, ordinal, since_revision, meeting_id, found_meeting_id, main,
                mentions, rule, confidence, name, venue, start_day, end_day, day_known, status, parties)
            select article_id, ordinal, $3, $4, nullif($5::uuid, $4), main,
                mentions, rule, confidence, name, venue, start_day, end_day, day_known, status, parties
            from ended",
            row.article_id,
            row.ordinal,
            revision,
            there,
            row.found
        )
        .execute(&mut *connection)
        .await?;
    }
    resolve::meeting::refresh(connection, ids).await
}

/// Offices and participants name parties, too: they are drawn anew.
async fn settle_parties(connection: &mut PgConnection, ids: &[Uuid]) -> Result<()> {
    let actors: Vec<Uuid> = sqlx::query_scalar!(
        r#"select actor_id as "id!" from article_actor where parties && $1
        union select actor_id from affiliation where party_id = any($1)"#,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    resolve::actor::refresh(connection, &actors).await?;
    let meetings: Vec<Uuid> = sqlx::query_scalar!(
        r#"select meeting_id as "id!" from article_meeting where until_revision is null and parties && $1
        union select meeting_id from meeting_participant where party_id = any($1)"#,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    resolve::meeting::refresh(connection, &meetings).await
}
