//! Rulings: people merge, split and restore actors, parties and meetings.
//!
//! A ruling is applied at once to what is stored, and by [`crate::resolve::ruling`] to every article that
//! comes later. Positions that move are superseded at the revision of the ruling, so every answer pinned
//! to an earlier revision stays as it was; of two positions that become one by it the surer stays. What
//! is moved remembers what was found, so a merge can be taken back, also for articles that came after it.
//!
//! A [`merge`] or a [`split`] looks up its [`subject`]s, says what holds from now on, and lets everything [`settle`]
//! where it belongs by that, the [`positions`] among it. What goes to a new name is a [`part`].

mod list;
mod merge;
mod part;
mod positions;
mod settle;
mod split;
mod subject;

use crate::revision::{self, Maker, Making};
use crate::{Error, Result};
use plenary_domain::{Change, NameKind};
use sqlx::PgConnection;
use uuid::Uuid;

pub use split::SplitInto;

/// Who rules, and why.
#[derive(Debug, Clone)]
pub struct Ruler {
    /// Who, e.g. the name of an analyst.
    pub made_by: String,
    /// Name of the key with which it is made.
    pub key: Option<String>,
    /// Why, for those who read it later.
    pub reason: Option<String>,
}

fn refused<T>(field: &'static str, why: impl Into<String>) -> Result<T> {
    Err(Error::Refused {
        field,
        why: why.into(),
    })
}

/// Takes the next revision, and with it the right to change names.
async fn start(connection: &mut PgConnection, change: Change, ruler: &Ruler) -> Result<i64> {
    let texts = [Some(&ruler.made_by), ruler.reason.as_ref()];
    if texts.into_iter().flatten().any(|text| text.contains('\0')) {
        return refused("reason", "holds a NUL character");
    }
    if ruler.made_by.trim().is_empty() {
        return refused(
            "made_by",
            "is empty; a change needs the name of who makes it",
        );
    }
    let making = Making {
        change,
        article_id: None,
        maker: Maker {
            name: &ruler.made_by,
            key: ruler.key.as_deref(),
        },
        reason: ruler.reason.as_deref(),
    };
    revision::next(connection, making).await
}

/// Writes a ruling down: on articles of this content, or on all.
async fn insert(
    connection: &mut PgConnection,
    kind: NameKind,
    from: Uuid,
    into: Uuid,
    content: Option<&[u8]>,
    revision: i64,
) -> Result<()> {
    sqlx::query!(
        "insert into ruling (ruling_id, kind, from_id, into_id, content_hash, since_revision)
        values ($1, $2, $3, $4, $5, $6)",
        Uuid::now_v7(),
        kind.as_str(),
        from,
        into,
        content,
        revision
    )
    .execute(connection)
    .await?;
    Ok(())
}
