//! An article is added: resolved against what is stored and written with all its records, in one transaction.

use super::check::check;
use super::content::{content_hash, known_or_claimed};
use super::copies::{group, store_signature};
use super::cut::Cutter;
use super::names::Names;
use super::records::{store_positions, store_statements};
use super::told::{store_actors, store_meetings};
use super::{Added, given};
use crate::revision::{Maker, Making};
use crate::similar::Signature;
use crate::{Error, Result, Store, revision, tally};
use plenary_domain::parsed::ParsedArticle;
use plenary_domain::{Change, NewArticle};
use sqlx::PgConnection;
use uuid::Uuid;

/// What the rows of an article refer to, once it is resolved.
pub(super) struct Resolved {
    pub(super) article_id: Uuid,
    pub(super) revision: i64,
    pub(super) codebook_id: Uuid,
    pub(super) names: Names,
    /// The ids of its statements, in its order.
    pub(super) statements: Vec<Uuid>,
}

impl Store {
    /// Stores an article with everything found in it, in one transaction.
    ///
    /// Speakers, parties and meetings are matched with those stored before. Known content changes
    /// nothing, also when two callers store it at once.
    ///
    /// [`Error::Invalid`] for a NUL in a text, spans outside the text, or an issue that
    /// [`Store::sync_codebook`] has not stored.
    pub async fn add_article(
        &self,
        article: &NewArticle,
        parsed: &ParsedArticle,
        maker: impl Into<Maker<'_>>,
    ) -> Result<Added> {
        check(article, parsed)?;
        let maker = maker.into().checked()?;
        // What needs only the processor is done before the transaction, which others wait for.
        let coming = Coming::new(article, parsed);

        let mut transaction = self.write.begin().await?;
        if let Some(known) =
            known_or_claimed(&mut transaction, &coming.hash, coming.article_id).await?
        {
            return Ok(known);
        }
        let codebook_id = codebook(&mut transaction, &parsed.codebook).await?;
        let making = Making {
            change: Change::ArticleAdded,
            article_id: Some(coming.article_id),
            maker,
            reason: None,
        };
        let revision = revision::next(&mut transaction, making).await?;
        let group_id = group(&mut transaction, coming.article_id, &coming.signature).await?;
        coming
            .insert(&mut transaction, codebook_id, revision, group_id)
            .await?;
        store_signature(&mut transaction, coming.article_id, &coming.signature).await?;
        let resolved = Resolved {
            article_id: coming.article_id,
            revision,
            codebook_id,
            names: Names::resolve(&mut transaction, parsed, &coming.hash).await?,
            statements: parsed.statements.iter().map(|_| Uuid::now_v7()).collect(),
        };
        coming.store_records(&mut transaction, &resolved).await?;
        tally::add(&mut transaction, coming.article_id).await?;
        transaction.commit().await?;
        Ok(Added {
            article_id: coming.article_id,
            known: false,
            revision,
            group_id,
        })
    }
}

/// An article that is to be stored, with what can be known of it without the database.
struct Coming<'a> {
    article: &'a NewArticle,
    parsed: &'a ParsedArticle,
    hash: [u8; 32],
    signature: Signature,
    cutter: Cutter<'a>,
    article_id: Uuid,
}

impl<'a> Coming<'a> {
    fn new(article: &'a NewArticle, parsed: &'a ParsedArticle) -> Coming<'a> {
        Coming {
            article,
            parsed,
            hash: content_hash(article),
            signature: Signature::of(&article.text),
            cutter: Cutter::new(&article.text),
            article_id: Uuid::now_v7(),
        }
    }

    /// Stores the article itself. What was found in its text goes before what the caller gave.
    async fn insert(
        &self,
        connection: &mut PgConnection,
        codebook_id: Uuid,
        revision: i64,
        group_id: Uuid,
    ) -> Result<()> {
        let (article, parsed) = (self.article, self.parsed);
        let outlet = given(&parsed.outlet).or_else(|| given(&article.outlet));
        let outlet_key = outlet.as_deref().map(str::to_lowercase);
        sqlx::query!(
            "insert into article (article_id, title, outlet, published, url, language, body, length,
                content_hash, group_id, parser_version, codebook_id, notes, since_revision, outlet_key)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            self.article_id,
            given(&parsed.title).or_else(|| given(&article.title)),
            outlet,
            parsed.published.or(article.published),
            given(&article.url),
            given(&parsed.language),
            article.text,
            i32::try_from(self.cutter.length())
                .map_err(|_| Error::Invalid("the text is too long".to_owned()))?,
            self.hash.as_slice(),
            group_id,
            parsed.parser_version,
            codebook_id,
            &parsed.notes,
            revision,
            outlet_key
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Stores what refers to names: what the article tells of them, its statements and its positions.
    async fn store_records(
        &self,
        connection: &mut PgConnection,
        resolved: &Resolved,
    ) -> Result<()> {
        let (article, parsed, cutter) = (self.article, self.parsed, &self.cutter);
        store_actors(connection, article, parsed, resolved).await?;
        store_meetings(connection, cutter, parsed, resolved).await?;
        store_statements(connection, cutter, parsed, resolved).await?;
        store_positions(connection, cutter, parsed, resolved).await
    }
}

/// The edition that `id@version` names.
async fn codebook(connection: &mut PgConnection, name: &str) -> Result<Uuid> {
    let missing = || Error::Invalid(format!("codebook `{name}` is not stored; sync it first"));
    let (slug, version) = name.rsplit_once('@').ok_or_else(missing)?;
    let version: i32 = version.parse().map_err(|_| missing())?;
    sqlx::query_scalar!(
        "select codebook_id from codebook where slug = $1 and version = $2",
        slug,
        version
    )
    .fetch_optional(connection)
    .await?
    .ok_or_else(missing)
}
