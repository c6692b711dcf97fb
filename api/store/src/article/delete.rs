//! An article is deleted: it is hidden, its records are superseded, and what only it told of names is taken back.

use crate::revision::{Maker, Making};
use crate::{Result, Store, resolve, revision, tally};
use plenary_domain::Change;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Store {
    /// Hides an article and supersedes its records at a new revision, whose number is returned;
    /// `None` where there is no such article or it is deleted already. Earlier revisions keep it, with
    /// what its records name; whatever else only it told of names is gone.
    /// The same content can be stored again, as a new article.
    pub async fn delete_article(
        &self,
        article_id: Uuid,
        maker: impl Into<Maker<'_>>,
    ) -> Result<Option<i64>> {
        let maker = maker.into().checked()?;
        let mut transaction = self.write.begin().await?;
        // The content is the first lock of every change.
        let held = sqlx::query!(
            "delete from article_content where article_id = $1",
            article_id
        )
        .execute(&mut *transaction)
        .await?;
        if held.rows_affected() == 0 {
            return Ok(None);
        }
        let making = Making {
            change: Change::ArticleDeleted,
            article_id: Some(article_id),
            maker,
            reason: None,
        };
        let revision = revision::next(&mut transaction, making).await?;
        tally::subtract(&mut transaction, article_id).await?;
        supersede(&mut transaction, article_id, revision).await?;
        // Later copies are grouped with what can be seen.
        sqlx::query!("delete from article_band where article_id = $1", article_id)
            .execute(&mut *transaction)
            .await?;
        forget(&mut transaction, article_id, revision).await?;
        transaction.commit().await?;
        Ok(Some(revision))
    }
}

/// Ends what the article has: positions, statements, and the article itself.
async fn supersede(connection: &mut PgConnection, article_id: Uuid, revision: i64) -> Result<()> {
    sqlx::query!(
        "update party_position set until_revision = $2 where article_id = $1 and until_revision is null",
        article_id,
        revision
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update statement set until_revision = $2 where article_id = $1 and until_revision is null",
        article_id,
        revision
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update article set until_revision = $2 where article_id = $1",
        article_id,
        revision
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes back what a deleted article told of names. What earlier revisions show stays.
async fn forget(connection: &mut PgConnection, article_id: Uuid, revision: i64) -> Result<()> {
    let told = sqlx::query!(
        "delete from article_actor where article_id = $1 returning actor_id, found_actor_id, parties",
        article_id
    )
    .fetch_all(&mut *connection)
    .await?;
    let links = sqlx::query!(
        "update article_meeting set until_revision = $2
        where article_id = $1 and until_revision is null
        returning meeting_id, parties",
        article_id,
        revision
    )
    .fetch_all(&mut *connection)
    .await?;
    let actors: BTreeSet<Uuid> = told
        .iter()
        .flat_map(|row| [Some(row.actor_id), row.found_actor_id])
        .flatten()
        .collect();
    let meetings: Vec<Uuid> = links.iter().map(|row| row.meeting_id).collect();
    let parties: Vec<Uuid> = told
        .into_iter()
        .map(|row| row.parties)
        .chain(links.into_iter().filter_map(|row| row.parties))
        .flatten()
        .collect();
    let actors: Vec<Uuid> = actors.into_iter().collect();
    resolve::actor::refresh(connection, &actors).await?;
    resolve::meeting::refresh(connection, &meetings).await?;
    resolve::party::forget(connection, &parties).await
}
