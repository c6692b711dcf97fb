//! The tally: how much is recorded under each party, actor, meeting, process and issue.
//!
//! Kept in the transaction that changes the records. It serves the lists; grids and comparisons count
//! positions by index instead, because they filter by more than a fixed cube has and count distinct
//! articles, which do not add up over cells.

use crate::{Result, Store};
use sqlx::PgConnection;
use uuid::Uuid;

/// Adds the current positions of an article. Its positions must be stored and its meetings placed.
pub(crate) async fn add(connection: &mut PgConnection, article_id: Uuid) -> Result<()> {
    change(connection, article_id, 1).await
}

/// Takes the current positions of an article away, before they are superseded.
pub(crate) async fn subtract(connection: &mut PgConnection, article_id: Uuid) -> Result<()> {
    change(connection, article_id, -1).await
}

async fn change(connection: &mut PgConnection, article_id: Uuid, sign: i64) -> Result<()> {
    // A row is made empty first: the checks of an insert would refuse a negative one even where an
    // update of an existing row is meant.
    sqlx::query!(
        "insert into tally (kind, subject_id, support, neutral, oppose, articles)
        select distinct k.kind, k.id, 0, 0, 0, 0
        from party_position p left join meeting m on m.meeting_id = p.meeting_id
        cross join lateral (values ('party', p.party_id), ('actor', p.actor_id), ('meeting', p.meeting_id),
            ('process', m.process_id), ('issue', p.issue_id)) k (kind, id)
        where p.article_id = $1 and p.until_revision is null and k.id is not null
        on conflict do nothing",
        article_id
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update tally t
        set support = t.support + $2 * c.support, neutral = t.neutral + $2 * c.neutral,
            oppose = t.oppose + $2 * c.oppose, articles = t.articles + $2
        from (select k.kind, k.id, count(*) filter (where p.stance = 1) as support,
                count(*) filter (where p.stance = 0) as neutral, count(*) filter (where p.stance = -1) as oppose
            from party_position p left join meeting m on m.meeting_id = p.meeting_id
            cross join lateral (values ('party', p.party_id), ('actor', p.actor_id), ('meeting', p.meeting_id),
                ('process', m.process_id), ('issue', p.issue_id)) k (kind, id)
            where p.article_id = $1 and p.until_revision is null and k.id is not null
            group by 1, 2) c
        where t.kind = c.kind and t.subject_id = c.id",
        article_id,
        sign
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts parties, actors, meetings, processes and issues anew, after records or meetings moved
/// between them.
pub(crate) async fn recount(connection: &mut PgConnection, subjects: &[Uuid]) -> Result<()> {
    sqlx::query!("delete from tally where subject_id = any($1)", subjects)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "insert into tally (kind, subject_id, support, neutral, oppose, articles)
        select k.kind, k.id, count(*) filter (where p.stance = 1), count(*) filter (where p.stance = 0),
            count(*) filter (where p.stance = -1), count(distinct p.article_id)
        from party_position p left join meeting m on m.meeting_id = p.meeting_id
        cross join lateral (values ('party', p.party_id), ('actor', p.actor_id), ('meeting', p.meeting_id),
            ('process', m.process_id), ('issue', p.issue_id)) k (kind, id)
        where p.until_revision is null and k.id = any($1)
        and (p.party_id = any($1) or p.actor_id = any($1) or p.issue_id = any($1)
            or p.meeting_id in (select meeting_id from meeting
                where meeting_id = any($1) or process_id = any($1)))
        group by k.kind, k.id",
        subjects
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Number of rows of the tally that differ from a recount of all positions: 0, always.
    ///
    /// For tests and for checking a database after a fault; it reads every current position.
    pub async fn tally_errors(&self) -> Result<i64> {
        Ok(sqlx::query_scalar!(
            r#"select count(*) as "count!" from
            (select * from tally where support + neutral + oppose + articles > 0) t
            full join (select k.kind, k.id as subject_id, count(*) filter (where p.stance = 1) as support,
                    count(*) filter (where p.stance = 0) as neutral,
                    count(*) filter (where p.stance = -1) as oppose, count(distinct p.article_id) as articles
                from party_position p left join meeting m on m.meeting_id = p.meeting_id
                cross join lateral (values ('party', p.party_id), ('actor', p.actor_id), ('meeting', p.meeting_id),
                    ('process', m.process_id), ('issue', p.issue_id)) k (kind, id)
                where p.until_revision is null and k.id is not null
                group by 1, 2) c using (kind, subject_id)
            where (t.support, t.neutral, t.oppose, t.articles)
                is distinct from (c.support, c.neutral, c.oppose, c.articles)"#
        )
        .fetch_one(&self.write)
        .await?)
    }
}
