//! `/v1/articles`: articles go in, alone or in batches, and are read back with their records.
//!
//! `send` stores one and `batch` many, whose `lines` are read while they arrive. They come back as a `list` or `one` by
//! one.

pub(super) mod batch;
mod lines;
pub(super) mod list;
pub(super) mod one;
pub(super) mod send;

use crate::shape::{List, Row, text};
use chrono::{DateTime, NaiveDate, Utc};
use plenary_domain::record::ArticleSummary;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use batch::{BatchResult, Outcome};
pub use list::ArticleQuery;
pub use one::{ArticleDetail, RevisionQuery};
pub use send::StoredArticle;

/// An article without its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Article::example()))]
pub struct Article {
    /// Id.
    pub id: Uuid,
    /// Headline.
    #[schema(required = true)]
    pub title: Option<String>,
    /// Outlet.
    #[schema(required = true)]
    pub outlet: Option<String>,
    /// Day of publication.
    #[schema(required = true)]
    pub published: Option<NaiveDate>,
    /// Where it can be read.
    #[schema(required = true)]
    pub url: Option<String>,
    /// ISO 639-1 code of the text's language, where it could be told.
    #[schema(required = true)]
    pub language: Option<String>,
    /// SHA-256 of the content, hexadecimal; the same content is the same article.
    pub content_hash: String,
    /// Near-duplicate group: articles of one group are copies of one text.
    pub group: Uuid,
    /// Number of articles in the group, this one included.
    #[schema(minimum = 1)]
    pub group_size: i64,
    /// When it was stored.
    pub stored_at: DateTime<Utc>,
    /// Version of the parser behind its records.
    pub parser_version: String,
    /// Length of the text in code points.
    #[schema(minimum = 1)]
    pub length: i32,
    /// Number of its current statements.
    #[schema(minimum = 0)]
    pub statements: i64,
    /// Number of its current positions.
    #[schema(minimum = 0)]
    pub positions: i64,
    /// What readers of the records should know.
    pub notes: Vec<String>,
}

impl From<ArticleSummary> for Article {
    fn from(summary: ArticleSummary) -> Self {
        Article {
            id: summary.article_id,
            title: summary.title,
            outlet: summary.outlet,
            published: summary.published,
            url: summary.url,
            language: summary.language,
            content_hash: summary.content_hash,
            group: summary.group_id,
            group_size: summary.group_size,
            stored_at: summary.stored_at,
            parser_version: summary.parser_version,
            length: summary.length,
            statements: summary.statements,
            positions: summary.positions,
            notes: summary.notes,
        }
    }
}

impl Row for Article {
    fn columns() -> Vec<&'static str> {
        vec![
            "id",
            "title",
            "outlet",
            "published",
            "url",
            "language",
            "content_hash",
            "group",
            "group_size",
            "stored_at",
            "parser_version",
            "length",
            "statements",
            "positions",
            "notes",
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            text(&self.title),
            text(&self.outlet),
            text(&self.published),
            text(&self.url),
            text(&self.language),
            self.content_hash.clone(),
            self.group.to_string(),
            self.group_size.to_string(),
            self.stored_at.to_rfc3339(),
            self.parser_version.clone(),
            self.length.to_string(),
            self.statements.to_string(),
            self.positions.to_string(),
            self.notes.join(" | "),
        ]
    }
}

impl Article {
    fn example() -> Article {
        let article = crate::shape::ArticleRef::example();
        Article {
            id: article.id,
            title: article.title,
            outlet: article.outlet,
            published: article.published,
            url: article.url,
            language: Some("en".to_owned()),
            content_hash: "9f2c1e7a".repeat(8),
            group: article.id,
            group_size: 1,
            stored_at: DateTime::from_timestamp(1_669_300_000, 0).unwrap_or_default(),
            parser_version: "1".to_owned(),
            length: 1874,
            statements: 9,
            positions: 8,
            notes: Vec::new(),
        }
    }

    fn example_list() -> List<Article> {
        List {
            items: vec![Article::example()],
            next_cursor: None,
            total: 1,
        }
    }
}
