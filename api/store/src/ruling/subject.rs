//! The names that a ruling is about: looked up by slug, with those merged into them.

use super::refused;
use crate::Result;
use plenary_domain::NameKind;
use sqlx::PgConnection;
use uuid::Uuid;

/// A stored name.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) id: Uuid,
    pub(super) slug: String,
    pub(super) merged_into: Option<Uuid>,
}

/// The name of that slug, whether or not it is merged into another.
pub(super) async fn subject(
    connection: &mut PgConnection,
    kind: NameKind,
    slug: &str,
) -> Result<Option<Subject>> {
    if slug.contains('\0') {
        return Ok(None);
    }
    Ok(sqlx::query_as!(
        Subject,
        r#"select actor_id as "id!", slug as "slug!", merged_into from actor where $1 = 'actor' and slug = $2
        union all select party_id, slug, merged_into from party where $1 = 'party' and slug = $2
        union all select meeting_id, slug, merged_into from meeting where $1 = 'meeting' and slug = $2"#,
        kind.as_str(),
        slug
    )
    .fetch_optional(connection)
    .await?)
}

/// The name to which something goes: a stored one, another one, and one that stands for itself.
pub(super) async fn target(
    connection: &mut PgConnection,
    kind: NameKind,
    slug: &str,
    from: &Subject,
) -> Result<Subject> {
    let Some(into) = subject(connection, kind, slug).await? else {
        return refused("into", format!("there is no {kind} `{slug}`"));
    };
    if into.id == from.id {
        return refused("into", format!("`{slug}` is the {kind} itself"));
    }
    unmerged(connection, kind, &into, "into").await?;
    Ok(into)
}

/// Refuses a name that is merged into another, which should be named in its place.
pub(super) async fn unmerged(
    connection: &mut PgConnection,
    kind: NameKind,
    subject: &Subject,
    field: &'static str,
) -> Result<()> {
    let Some(into) = subject.merged_into else {
        return Ok(());
    };
    let into = sqlx::query_scalar!(
        r#"select slug as "slug!" from actor where $1 = 'actor' and actor_id = $2
        union all select slug from party where $1 = 'party' and party_id = $2
        union all select slug from meeting where $1 = 'meeting' and meeting_id = $2"#,
        kind.as_str(),
        into
    )
    .fetch_one(connection)
    .await?;
    refused(
        field,
        format!("`{}` is merged into `{into}`; name that one", subject.slug),
    )
}

/// A name and those merged into it.
pub(super) async fn group(
    connection: &mut PgConnection,
    kind: NameKind,
    id: Uuid,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select actor_id as "id!" from actor where $1 = 'actor' and $2 in (actor_id, merged_into)
        union all select party_id from party where $1 = 'party' and $2 in (party_id, merged_into)
        union all select meeting_id from meeting where $1 = 'meeting' and $2 in (meeting_id, merged_into)"#,
        kind.as_str(),
        id
    )
    .fetch_all(connection)
    .await?)
}
