//! Positions that a ruling moves: superseded at its revision, and written anew where they belong.

use crate::resolve::ruling::Rulings;
use crate::{Result, tally};
use plenary_domain::NameKind;
use sqlx::PgConnection;
use uuid::Uuid;

/// Positions that stand elsewhere by the rulings: one entry each in every list.
#[derive(Default)]
struct Moves {
    positions: Vec<Uuid>,
    /// The name for which it stands now.
    into: Vec<Uuid>,
    /// The name that was found in the article.
    found: Vec<Uuid>,
}

/// Moves the current positions of these names. Of two that become one by it the surer stays.
pub(super) async fn settle_positions(
    connection: &mut PgConnection,
    kind: NameKind,
    ids: &[Uuid],
    rulings: &Rulings,
    revision: i64,
) -> Result<()> {
    let moves = moves(connection, kind, ids, rulings).await?;
    let ended = end(connection, kind, &moves, revision).await?;
    renew(connection, kind, &moves, ended, revision).await?;
    recount(connection, ids, revision).await
}

/// Which positions of these names the rulings put elsewhere.
async fn moves(
    connection: &mut PgConnection,
    kind: NameKind,
    ids: &[Uuid],
    rulings: &Rulings,
) -> Result<Moves> {
    let rows = sqlx::query!(
        r#"select p.position_id, a.content_hash,
            case $1 when 'actor' then p.actor_id when 'party' then p.party_id else p.meeting_id end as "now!",
            case $1 when 'actor' then coalesce(p.found_actor_id, p.actor_id)
                when 'party' then coalesce(p.found_party_id, p.party_id)
                else coalesce(p.found_meeting_id, p.meeting_id) end as "found!"
        from party_position p join article a on a.article_id = p.article_id
        where p.until_revision is null
        and (($1 = 'actor' and p.actor_id = any($2)) or ($1 = 'party' and p.party_id = any($2))
            or ($1 = 'meeting' and p.meeting_id = any($2)))"#,
        kind.as_str(),
        ids
    )
    .fetch_all(connection)
    .await?;
    let mut moves = Moves::default();
    for row in rows {
        let there = rulings.place(row.found, &row.content_hash).stands_for;
        if there != row.now {
            moves.positions.push(row.position_id);
            moves.into.push(there);
            moves.found.push(row.found);
        }
    }
    Ok(moves)
}

/// Ends the moved ones, and those that would then be the same record. Says how many.
async fn end(
    connection: &mut PgConnection,
    kind: NameKind,
    moves: &Moves,
    revision: i64,
) -> Result<usize> {
    let ended = sqlx::query_scalar!(
        "with target as (
            select p.article_id, p.statement_id, p.issue_id, p.stance,
                case when $1 = 'actor' then m.into_id else p.actor_id end as actor_id,
                case when $1 = 'party' then m.into_id else p.party_id end as party_id,
                case when $1 = 'meeting' then m.into_id else p.meeting_id end as meeting_id
            from unnest($2::uuid[], $3::uuid[]) m (position_id, into_id)
            join party_position p on p.position_id = m.position_id
        )
        update party_position p set until_revision = $4
        where p.until_revision is null and (p.position_id = any($2) or exists (
            select from target t where t.article_id = p.article_id and t.statement_id = p.statement_id
            and t.actor_id = p.actor_id and t.party_id is not distinct from p.party_id
            and t.meeting_id is not distinct from p.meeting_id and t.issue_id = p.issue_id and t.stance = p.stance))
        returning p.position_id",
        kind.as_str(),
        &moves.positions,
        &moves.into,
        revision
    )
    .fetch_all(connection)
    .await?;
    Ok(ended.len())
}

/// Writes what has ended anew, where it belongs now; of records that become one the surest. So there are at most as
/// many new ones as have `ended`.
async fn renew(
    connection: &mut PgConnection,
    kind: NameKind,
    moves: &Moves,
    ended: usize,
    revision: i64,
) -> Result<()> {
    let fresh: Vec<Uuid> = std::iter::repeat_with(Uuid::now_v7).take(ended).collect();
    sqlx::query!(
        "with ended as (
            select p.*,
                case when $1 = 'actor' then coalesce(m.into_id, p.actor_id) else p.actor_id end as to_actor,
                case when $1 = 'party' then coalesce(m.into_id, p.party_id) else p.party_id end as to_party,
                case when $1 = 'meeting' then coalesce(m.into_id, p.meeting_id) else p.meeting_id end as to_meeting,
                m.found_id
            from party_position p
            left join unnest($2::uuid[], $3::uuid[], $4::uuid[]) m (position_id, into_id, found_id)
                on m.position_id = p.position_id
            where p.until_revision = $5
        ), best as (
            select distinct on (article_id, statement_id, to_actor, to_party, to_meeting, issue_id, stance) *
            from ended
            order by article_id, statement_id, to_actor, to_party, to_meeting, issue_id, stance,
                confidence desc, position_id
        ), numbered as (
            select *, row_number() over (order by position_id) as place from best
        )
        insert into party_position (article_id, position_id, statement_id, actor_id, role, party_id, meeting_id,
            issue_id, stance, act, mode, evidence, confidence, speaker_confidence, party_confidence,
            meeting_confidence, issue_confidence, stance_confidence, act_confidence, speaker_rule, party_rule,
            meeting_rule, coding_rule, parser_version, codebook_id, since_revision,
            found_actor_id, found_party_id, found_meeting_id)
        select article_id, ($6::uuid[])[place], statement_id, to_actor, role, to_party, to_meeting,
            issue_id, stance, act, mode, evidence, confidence, speaker_confidence, party_confidence,
            meeting_confidence, issue_confidence, stance_confidence, act_confidence, speaker_rule, party_rule,
            meeting_rule, coding_rule, parser_version, codebook_id, $5,
            case when $1 = 'actor' and found_id is not null then nullif(found_id, to_actor) else found_actor_id end,
            case when $1 = 'party' and found_id is not null then nullif(found_id, to_party) else found_party_id end,
            case when $1 = 'meeting' and found_id is not null then nullif(found_id, to_meeting)
                else found_meeting_id end
        from numbered",
        kind.as_str(),
        &moves.positions,
        &moves.into,
        &moves.found,
        revision,
        &fresh
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts these names and all that the changed records were counted under anew.
async fn recount(connection: &mut PgConnection, ids: &[Uuid], revision: i64) -> Result<()> {
    // Where records became one, everything that they were counted under has fewer.
    let mut subjects: Vec<Uuid> = sqlx::query_scalar!(
        r#"select distinct k.id as "id!" from party_position p left join meeting m on m.meeting_id = p.meeting_id
        cross join lateral (values (p.actor_id), (p.party_id), (p.meeting_id), (m.process_id), (p.issue_id)) k (id)
        where k.id is not null and (p.since_revision = $1 or p.until_revision = $1)"#,
        revision
    )
    .fetch_all(&mut *connection)
    .await?;
    subjects.extend(ids);
    tally::recount(connection, &subjects).await
}
