//! What makes an article this article: its content, which one article holds at a time.
//!
//! The claim to it is the first lock of every change, so the same content stored twice at once becomes one article.

use super::Added;
use crate::{Result, Store};
use plenary_domain::NewArticle;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// SHA-256 over what makes an article this article: its text in Unicode form C with every run of white
/// space as one space, its title and outlet likewise (the outlet without case), and its day.
///
/// Only what the caller gives counts, so that known content is recognised without parsing. Whoever
/// gives another title, outlet or day gives another article, which is grouped with the first as a copy.
pub(super) fn content_hash(article: &NewArticle) -> [u8; 32] {
    let folded = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .nfc()
            .collect::<String>()
    };
    let fields = [
        Some(folded(&article.text)),
        article.title.as_deref().map(folded),
        article
            .outlet
            .as_deref()
            .map(|outlet| folded(outlet).to_lowercase()),
        article.published.map(|day| day.to_string()),
    ];
    let mut hash = Sha256::new();
    for field in fields {
        let field = field.unwrap_or_default();
        // The length goes before each field, so that none can run into the next.
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().into()
}

impl Store {
    /// The article that already holds this content, so that it need not be parsed again.
    ///
    /// Content is what the caller gives: text (white space folded), title, outlet and day of
    /// publication. The address does not count, as one page has many.
    pub async fn find_known(&self, article: &NewArticle) -> Result<Option<Added>> {
        known(&mut *self.write.acquire().await?, &content_hash(article)).await
    }
}

/// The article that holds this content; `None` once the new one has claimed it.
pub(super) async fn known_or_claimed(
    connection: &mut PgConnection,
    hash: &[u8],
    article_id: Uuid,
) -> Result<Option<Added>> {
    // Whoever claims the same content waits here until this transaction ends. It may end by
    // taking the content back, or the content may be freed meanwhile: then the claim is free.
    while !claim(connection, hash, article_id).await? {
        if let Some(known) = known(connection, hash).await? {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// True where nobody held this content, which is now this article's.
async fn claim(connection: &mut PgConnection, hash: &[u8], article_id: Uuid) -> Result<bool> {
    let claimed = sqlx::query!(
        "insert into article_content (content_hash, article_id) values ($1, $2)
        on conflict (content_hash) do nothing",
        hash,
        article_id
    )
    .execute(connection)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

async fn known(connection: &mut PgConnection, hash: &[u8]) -> Result<Option<Added>> {
    let row = sqlx::query!(
        "select a.article_id, a.since_revision, a.group_id from article_content c
        join article a on a.article_id = c.article_id where c.content_hash = $1",
        hash
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Added {
        article_id: row.article_id,
        known: true,
        revision: row.since_revision,
        group_id: row.group_id,
    }))
}
