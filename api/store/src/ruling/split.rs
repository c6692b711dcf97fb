//! A part of a name is said to be another: what some articles tell of it.

use super::part::Part;
use super::settle::settle;
use super::subject::{Subject, group, subject, target, unmerged};
use super::{Ruler, insert, refused, start};
use crate::{Result, Store};
use plenary_domain::record::RulingRecord;
use plenary_domain::{Change, NameKind};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// Where the split part of a name goes.
#[derive(Debug, Clone)]
pub enum SplitInto {
    /// To a stored name of that slug.
    Slug(String),
    /// To a new one of that name; without one it is named as the articles name it.
    New(Option<String>),
}

impl Store {
    /// Says that what these articles tell of `from` belongs to another, now and whenever an article of
    /// the same content is stored again.
    ///
    /// `None` where there is no `from`. [`Error::Refused`] where `from` is merged into another, where
    /// an article is unknown or tells nothing of it, where nothing would be left, or where the other is
    /// unknown, merged, the same, or nameless.
    pub async fn split_name(
        &self,
        kind: NameKind,
        from: &str,
        articles: &[Uuid],
        into: &SplitInto,
        ruler: &Ruler,
    ) -> Result<Option<RulingRecord>> {
        let mut transaction = self.write.begin().await?;
        let revision = start(&mut transaction, Change::Split, ruler).await?;
        let Some(from) = subject(&mut transaction, kind, from).await? else {
            return Ok(None);
        };
        unmerged(&mut transaction, kind, &from, "slug").await?;
        let ours = group(&mut transaction, kind, from.id).await?;
        let telling = telling(&mut transaction, kind, &ours).await?;
        let chosen = chosen(articles, &telling, &from)?;
        let into = match into {
            SplitInto::Slug(slug) => target(&mut transaction, kind, slug, &from).await?.id,
            SplitInto::New(name) => {
                let part = Part {
                    kind,
                    from: from.id,
                    ours: &ours,
                    articles: &chosen,
                };
                part.new_name(&mut transaction, name.as_deref()).await?
            }
        };
        let theirs = group(&mut transaction, kind, into).await?;
        let contents: Vec<Vec<u8>> = sqlx::query_scalar!(
            "select content_hash from article where article_id = any($1) order by article_id",
            &chosen
        )
        .fetch_all(&mut *transaction)
        .await?;
        let before = end_earlier(
            &mut transaction,
            kind,
            from.id,
            &theirs,
            &contents,
            revision,
        )
        .await?;
        for content in &contents {
            insert(
                &mut transaction,
                kind,
                from.id,
                into,
                Some(content),
                revision,
            )
            .await?;
        }
        let all = [ours, theirs, before].concat();
        settle(&mut transaction, kind, &all, revision).await?;
        transaction.commit().await?;
        self.ruling(revision).await
    }
}

/// The stored articles that tell of these names.
async fn telling(
    connection: &mut PgConnection,
    kind: NameKind,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select aa.article_id as "id!" from article_actor aa where $1 = 'actor' and aa.actor_id = any($2)
        union select p.article_id from party_position p where p.until_revision is null
            and (($1 = 'actor' and p.actor_id = any($2)) or ($1 = 'party' and p.party_id = any($2))
                or ($1 = 'meeting' and p.meeting_id = any($2)))
        union select am.article_id from article_meeting am
            where $1 = 'meeting' and am.until_revision is null and am.meeting_id = any($2)"#,
        kind.as_str(),
        ids
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .collect())
}

/// The articles that are named, each once; they tell of the name, and others are left that do.
fn chosen(articles: &[Uuid], telling: &HashSet<Uuid>, from: &Subject) -> Result<Vec<Uuid>> {
    if articles.is_empty() {
        return refused("articles", "names no article");
    }
    if let Some(other) = articles.iter().find(|id| !telling.contains(id)) {
        return refused(
            "articles",
            format!("no article `{other}` tells of `{}`", from.slug),
        );
    }
    let chosen: BTreeSet<Uuid> = articles.iter().copied().collect();
    if chosen.len() == telling.len() {
        return refused(
            "articles",
            format!(
                "are all that tell of `{}`, so that nothing would be left; merge it instead",
                from.slug
            ),
        );
    }
    Ok(chosen.into_iter().collect())
}

/// Ends what was ruled on these articles before, and what would lead back in a circle. Says where that led.
async fn end_earlier(
    connection: &mut PgConnection,
    kind: NameKind,
    from: Uuid,
    theirs: &[Uuid],
    contents: &[Vec<u8>],
    revision: i64,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "update ruling set until_revision = $5
            where kind = $1 and until_revision is null and content_hash = any($2)
            and (from_id = $3 or from_id = any($4))
            returning into_id",
        kind.as_str(),
        contents,
        from,
        theirs,
        revision
    )
    .fetch_all(connection)
    .await?)
}
