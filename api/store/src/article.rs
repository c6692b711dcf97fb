//! Articles: stored in one transaction or not at all, known by their content, grouped with copies.

use crate::{Error, Result, Store};
use futures_util::Stream;
use plenary_domain::NewArticle;
use plenary_domain::filter::{ArticleFilter, Page, Paging};
use plenary_domain::parsed::ParsedArticle;
use plenary_domain::record::{ArticleRecord, ArticleSummary};
use uuid::Uuid;

/// What became of an article that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// The article: the new one, or the one that already held this content.
    pub article_id: Uuid,
    /// True when the content was known and nothing was stored.
    pub known: bool,
    /// The revision that brought the article; of known content the revision that brought it then.
    pub revision: i64,
    /// Near-duplicate group; the same for every copy of a text.
    pub group_id: Uuid,
}

impl Store {
    /// The article that already holds this content, so that it need not be parsed again.
    ///
    /// Content is what the caller gives: text (white space folded), title, outlet and day of
    /// publication. The address does not count, as one page has many.
    pub async fn find_known(&self, article: &NewArticle) -> Result<Option<Added>> {
        let _ = article;
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// Stores an article with everything found in it, in one transaction.
    ///
    /// Speakers, parties and meetings are matched with those stored before. Known content changes
    /// nothing, also when two callers store it at once. `made_by` says who, e.g. `api` or `ingest`.
    ///
    /// [`Error::Invalid`] for a NUL in a text, spans outside the text, or an issue that
    /// [`Store::sync_codebook`] has not stored.
    pub async fn add_article(
        &self,
        article: &NewArticle,
        parsed: &ParsedArticle,
        made_by: &str,
    ) -> Result<Added> {
        let _ = (article, parsed, made_by);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// Hides an article and supersedes its records at a new revision, whose number is returned;
    /// `None` where there is no such article or it is deleted already. Earlier revisions keep it.
    /// The same content can be stored again, as a new article.
    pub async fn delete_article(&self, article_id: Uuid, made_by: &str) -> Result<Option<i64>> {
        let _ = (article_id, made_by);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// Articles in the order in which they were stored.
    pub async fn articles(
        &self,
        filter: &ArticleFilter,
        paging: &Paging,
    ) -> Result<Page<ArticleSummary>> {
        let _ = (filter, paging);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// Every article that the filter admits, in the same order, fetched as the reader takes them.
    ///
    /// The revision is fixed at the first item. No connection is held between items, so a slow
    /// reader costs the database nothing. The stream ends after its first error.
    pub fn stream_articles(
        &self,
        filter: ArticleFilter,
    ) -> impl Stream<Item = Result<ArticleSummary>> + Send + use<> {
        let _ = filter;
        futures_util::stream::empty()
    }

    /// One article with its text, as of a revision (`None`: the newest).
    pub async fn article(
        &self,
        article_id: Uuid,
        revision: Option<i64>,
    ) -> Result<Option<ArticleRecord>> {
        let _ = (article_id, revision);
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
