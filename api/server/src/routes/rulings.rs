//! `/v1/rulings`, and the merges and splits that make them: what people say of names.

pub(super) mod list;
pub(super) mod merge;
pub(super) mod split;

use crate::http::access::Caller;
use crate::http::problem::Problem;
use crate::shape::{List, NameKindCode, Named, Row, code, text};
use chrono::{DateTime, Utc};
use plenary_domain::record::RulingRecord;
use plenary_store::Ruler;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use list::RulingQuery;
pub use merge::MergeBody;
pub use split::SplitBody;

/// What somebody said about two names: a merge, or a split.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Ruling::example()))]
pub struct Ruling {
    /// The revision that brought it, which names it. Answers pinned to an earlier one are as before.
    #[schema(minimum = 1)]
    pub revision: i64,
    /// What kind of names.
    pub kind: NameKindCode,
    /// The name of which something goes away.
    pub from: Named,
    /// The name to which it goes.
    pub into: Named,
    /// Null for a merge, which moves everything; of a split the stored articles of which it moves what
    /// they tell.
    #[schema(required = true)]
    pub articles: Option<Vec<Uuid>>,
    /// Number of positions that it changed when it was made.
    #[schema(minimum = 0)]
    pub positions: i64,
    /// Who made it, as the caller said; where nobody said, the name of the key.
    pub made_by: String,
    /// Name of the key with which it was made; null where it was made without one.
    #[schema(required = true)]
    pub key: Option<String>,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Why.
    #[schema(required = true)]
    pub reason: Option<String>,
    /// The revision that ended it; null while it holds.
    #[schema(required = true)]
    pub until_revision: Option<i64>,
}

impl From<RulingRecord> for Ruling {
    fn from(record: RulingRecord) -> Self {
        Ruling {
            revision: record.revision,
            kind: record.kind.into(),
            from: record.from.into(),
            into: record.into.into(),
            articles: record.articles,
            positions: record.positions,
            made_by: record.made_by,
            key: record.key,
            made_at: record.made_at,
            reason: record.reason,
            until_revision: record.until_revision,
        }
    }
}

impl Row for Ruling {
    fn columns() -> Vec<&'static str> {
        vec![
            "revision",
            "kind",
            "from",
            "into",
            "articles",
            "positions",
            "made_by",
            "key",
            "made_at",
            "reason",
            "until_revision",
        ]
    }

    fn fields(&self) -> Vec<String> {
        let articles: Vec<String> = self
            .articles
            .iter()
            .flatten()
            .map(Uuid::to_string)
            .collect();
        vec![
            self.revision.to_string(),
            code(&self.kind),
            self.from.slug.clone(),
            self.into.slug.clone(),
            articles.join("; "),
            self.positions.to_string(),
            self.made_by.clone(),
            text(&self.key),
            self.made_at.to_rfc3339(),
            text(&self.reason),
            text(&self.until_revision),
        ]
    }
}

impl Ruling {
    fn example() -> Ruling {
        Ruling {
            revision: 31,
            kind: NameKindCode::Actor,
            from: Named::new("oleksandr-lukashevych", "Oleksandr Lukashevych"),
            into: Named::new("alexander-lukashevich", "Alexander Lukashevich"),
            articles: None,
            positions: 2,
            made_by: "j.doe".to_owned(),
            key: Some("institute".to_owned()),
            made_at: DateTime::UNIX_EPOCH + chrono::Duration::days(19_000),
            reason: Some("One person in two transliterations.".to_owned()),
            until_revision: None,
        }
    }

    fn split_example() -> Ruling {
        Ruling {
            revision: 32,
            from: Named::new("kovalenko", "Kovalenko"),
            into: Named::new("petro-kovalenko", "Petro Kovalenko"),
            articles: Some(vec![crate::shape::ArticleRef::example().id]),
            positions: 1,
            reason: Some("The deputy of the same surname.".to_owned()),
            ..Ruling::example()
        }
    }

    fn example_list() -> List<Ruling> {
        List {
            items: vec![Ruling::example(), Ruling::split_example()],
            next_cursor: None,
            total: 2,
        }
    }
}

/// Who rules, and why, as the body says; where it names nobody, the caller's key does.
fn ruler(
    caller: &Caller,
    made_by: Option<String>,
    reason: Option<String>,
) -> Result<Ruler, Problem> {
    let short = |name: &str, value: &Option<String>, longest: usize| match value {
        Some(value) if value.chars().count() > longest => Err(Problem::invalid(
            format!("body.{name}"),
            format!("has more than {longest} characters"),
        )),
        _ => Ok(()),
    };
    short("made_by", &made_by, 200)?;
    short("reason", &reason, 2000)?;
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let made_by = filled(made_by);
    let maker = caller.maker(made_by.as_deref());
    Ok(Ruler {
        made_by: maker.name.to_owned(),
        key: maker.key.map(str::to_owned),
        reason: filled(reason),
    })
}
