//! `/v1/audit`: who changed what.

use crate::http::access::MayAdminister;
use crate::http::answer;
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{PageQuery, Query, list, scalar};
use crate::shape::{List, Row, text};
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use plenary_domain::Change;
use plenary_domain::filter::{AuditFilter, Choice};
use plenary_domain::record::RevisionRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What a change did to the record set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeCode {
    /// An article and its records were stored.
    ArticleAdded,
    /// An article was deleted.
    ArticleDeleted,
    /// Two names were merged.
    Merged,
    /// A name was split.
    Split,
    /// A merge was taken back.
    Restored,
}

impl From<Change> for ChangeCode {
    fn from(change: Change) -> Self {
        match change {
            Change::ArticleAdded => ChangeCode::ArticleAdded,
            Change::ArticleDeleted => ChangeCode::ArticleDeleted,
            Change::Merged => ChangeCode::Merged,
            Change::Split => ChangeCode::Split,
            Change::Restored => ChangeCode::Restored,
        }
    }
}

/// One change of the record set.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(AuditEntry::example()))]
pub struct AuditEntry {
    /// Its number, which is that of the revision it brought.
    #[schema(minimum = 1)]
    pub revision: i64,
    /// What it did.
    pub change: ChangeCode,
    /// Id of the article that it is about; null for merges and splits, which stand at
    /// `/v1/rulings/{revision}`.
    #[schema(required = true)]
    pub article: Option<Uuid>,
    /// Name of the key with which it was made; null where it was made without one, e.g. by the command
    /// line.
    #[schema(required = true)]
    pub key: Option<String>,
    /// Who made it, as the caller said; where nobody said, the name of the key.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Why, where somebody said so.
    #[schema(required = true)]
    pub reason: Option<String>,
}

impl From<RevisionRecord> for AuditEntry {
    fn from(record: RevisionRecord) -> Self {
        AuditEntry {
            revision: record.revision,
            change: record.change.into(),
            article: record.article_id,
            key: record.key,
            made_by: record.made_by,
            made_at: record.made_at,
            reason: record.reason,
        }
    }
}

impl Row for AuditEntry {
    fn columns() -> Vec<&'static str> {
        vec![
            "revision", "change", "article", "key", "made_by", "made_at", "reason",
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![
            self.revision.to_string(),
            crate::shape::code(&self.change),
            text(&self.article),
            text(&self.key),
            self.made_by.clone(),
            self.made_at.to_rfc3339(),
            text(&self.reason),
        ]
    }
}

impl AuditEntry {
    fn example() -> AuditEntry {
        AuditEntry {
            revision: 4,
            change: ChangeCode::ArticleAdded,
            article: Some(crate::shape::ArticleRef::example().id),
            key: Some("news-desk".to_owned()),
            made_by: "news-desk".to_owned(),
            made_at: DateTime::from_timestamp(1_669_300_000, 0).unwrap_or_default(),
            reason: None,
        }
    }

    fn example_list() -> List<AuditEntry> {
        List {
            items: vec![AuditEntry::example()],
            next_cursor: None,
            total: 1,
        }
    }
}

/// Which changes are meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// What was done.
    #[param(value_type = Vec<ChangeCode>, required = false, style = Form, explode = false)]
    pub changes: Option<String>,
    /// Leaves out what `changes` would admit.
    #[param(value_type = Vec<ChangeCode>, required = false, style = Form, explode = false)]
    pub not_changes: Option<String>,
    /// Names of keys. `none` stands for changes made without one.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub keys: Option<String>,
    /// Leaves out what `keys` would admit.
    #[param(value_type = Vec<String>, required = false, style = Form, explode = false)]
    pub not_keys: Option<String>,
    /// Made on this day (UTC) or later.
    #[param(value_type = chrono::NaiveDate, required = false)]
    pub from: Option<String>,
    /// Made on this day (UTC) or earlier.
    #[param(value_type = chrono::NaiveDate, required = false)]
    pub to: Option<String>,
}

impl AuditQuery {
    fn filter(&self) -> Result<AuditFilter, Problem> {
        let filter = AuditFilter {
            changes: Choice {
                any: list("changes", &self.changes)?,
                none: list("not_changes", &self.not_changes)?,
            },
            keys: Choice {
                any: list("keys", &self.keys)?,
                none: list("not_keys", &self.not_keys)?,
            },
            from: scalar("from", &self.from)?,
            to: scalar("to", &self.to)?,
        };
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from > to
        {
            return Err(Problem::conflict("query.from", "is later than `to`"));
        }
        Ok(filter)
    }
}

/// List who changed what.
///
/// Every change of the record set in the order in which they were made: articles stored and deleted,
/// names merged, split and restored, each with the key that made it. Nothing is ever taken out of this
/// list. It needs a key with the scope `admin`.
#[utoipa::path(
    tag = "access",
    security(("key" = ["admin"])),
    params(AuditQuery, PageQuery),
    responses(
        (status = 200, description = "The changes; as CSV or NDJSON the whole list unless `limit` or `cursor` is given.",
            content(
                (List<AuditEntry> = "application/json", example = json!(AuditEntry::example_list())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &[AuditEntry::example()]))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &[AuditEntry::example()]))))),
        ListProblems,
    )
)]
#[get("/v1/audit")]
pub(crate) async fn list_audit(
    _: MayAdminister,
    request: HttpRequest,
    format: Format,
    state: web::Data<State>,
    Query((query, page)): Query<(AuditQuery, PageQuery)>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    answer::list::<_, AuditEntry, _, _>(&request, format, &page, move |paging| {
        let (state, filter) = (state.clone(), filter.clone());
        async move { state.store.revisions(&filter, &paging).await }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_spelled_as_the_filter_reads_them() {
        for change in Change::ALL {
            let code = crate::shape::code(&ChangeCode::from(*change));
            assert_eq!(code, change.as_str());
        }
    }
}
