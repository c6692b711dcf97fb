//! Copies of one text: an article joins the group of the stored one that it resembles most.

use crate::Result;
use crate::similar::Signature;
use sqlx::PgConnection;
use uuid::Uuid;

/// The group of the most similar stored copy, else a group of its own.
pub(super) async fn group(
    connection: &mut PgConnection,
    article_id: Uuid,
    signature: &Signature,
) -> Result<Uuid> {
    let candidates = sqlx::query!(
        "select a.group_id, s.signature from article a
        join article_signature s on s.article_id = a.article_id
        where a.article_id in (select article_id from article_band where band = any($1))
        order by a.article_id",
        &signature.bands()
    )
    .fetch_all(connection)
    .await?;
    let mut best: Option<(f64, Uuid)> = None;
    for candidate in candidates {
        let stored = Signature::stored(candidate.signature);
        let resemblance = signature.resemblance(&stored);
        // The oldest of equally similar ones.
        if signature.is_copy_of(&stored) && best.is_none_or(|(most, _)| resemblance > most) {
            best = Some((resemblance, candidate.group_id));
        }
    }
    Ok(best.map_or(article_id, |(_, group_id)| group_id))
}

/// Keeps the signature and its bands, by which later copies find the article.
pub(super) async fn store_signature(
    connection: &mut PgConnection,
    article_id: Uuid,
    signature: &Signature,
) -> Result<()> {
    sqlx::query!(
        "insert into article_signature (article_id, signature) values ($1, $2)",
        article_id,
        signature.values()
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into article_band (band, article_id) select distinct unnest($2::bigint[]), $1::uuid",
        article_id,
        &signature.bands()
    )
    .execute(connection)
    .await?;
    Ok(())
}
