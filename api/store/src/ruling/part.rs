//! The part of a name that is split off, and the new name that it gets.

use super::refused;
use crate::Result;
use crate::resolve::{free_slug, slug_of};
use chrono::NaiveDate;
use plenary_domain::NameKind;
use sqlx::PgConnection;
use std::collections::HashSet;
use uuid::Uuid;

/// The part of a name that goes: what these articles tell of it.
pub(super) struct Part<'a> {
    pub(super) kind: NameKind,
    pub(super) from: Uuid,
    /// `from` and those merged into it.
    pub(super) ours: &'a [Uuid],
    pub(super) articles: &'a [Uuid],
}

impl Part<'_> {
    /// Makes a new name for the part, named as given or as its articles name it.
    pub(super) async fn new_name(
        &self,
        connection: &mut PgConnection,
        name: Option<&str>,
    ) -> Result<Uuid> {
        if name.is_some_and(|name| name.contains('\0')) {
            return refused("name", "holds a NUL character");
        }
        let given = name.map(str::trim).filter(|name| !name.is_empty());
        let (name, slug) = match self.kind {
            NameKind::Party => match given {
                Some(name) => (name.to_owned(), slug_of(name, "party")),
                None => return refused("name", "is needed: articles do not name the new party"),
            },
            NameKind::Actor => self.actor(connection, given).await?,
            NameKind::Meeting => self.meeting(connection, given).await?,
        };
        let slug = free(connection, self.kind, &slug).await?;
        insert(connection, self.kind, self.from, &slug, &name).await
    }

    /// Name and slug of an actor.
    async fn actor(
        &self,
        connection: &mut PgConnection,
        given: Option<&str>,
    ) -> Result<(String, String)> {
        let told: Option<String> = sqlx::query_scalar!(
            "select name from article_actor where article_id = any($1) and actor_id = any($2) and name <> ''
                order by length(name) desc, name limit 1",
            self.articles,
            self.ours
        )
        .fetch_optional(connection)
        .await?;
        let Some(name) = given.map(str::to_owned).or(told) else {
            return refused("name", "is needed: the articles do not name the new actor");
        };
        let slug = slug_of(&name, "actor");
        Ok((name, slug))
    }

    /// Name and slug of a meeting.
    async fn meeting(
        &self,
        connection: &mut PgConnection,
        given: Option<&str>,
    ) -> Result<(String, String)> {
        let told = sqlx::query!(
            "select name, venue, start_day, day_known from article_meeting
                where article_id = any($1) and meeting_id = any($2) and until_revision is null
                order by day_known desc nulls last, venue is null, article_id limit 1",
            self.articles,
            self.ours
        )
        .fetch_optional(connection)
        .await?;
        let (told, venue, start, day_known) = match told {
            Some(row) => (row.name, row.venue, row.start_day, row.day_known),
            None => (None, None, None, None),
        };
        let told = told.filter(|name| !name.is_empty());
        let Some(name) = given.map(str::to_owned).or(told) else {
            return refused(
                "name",
                "is needed: the articles do not name the new meeting",
            );
        };
        Ok((name.clone(), meeting_slug(&name, venue, start, day_known)))
    }
}

/// `vienna-2022-01-13` where place and day are told, else the slug of the name.
fn meeting_slug(
    name: &str,
    venue: Option<String>,
    start: Option<NaiveDate>,
    day_known: Option<bool>,
) -> String {
    match (venue, start) {
        (Some(venue), Some(start)) if day_known == Some(true) => {
            slug_of(&format!("{venue} {start}"), "meeting")
        }
        (Some(venue), Some(start)) => {
            slug_of(&format!("{venue} {}", start.format("%Y-%m")), "meeting")
        }
        _ => slug_of(name, "meeting"),
    }
}

/// The slug, or the first number behind it that no name of the kind has.
async fn free(connection: &mut PgConnection, kind: NameKind, slug: &str) -> Result<String> {
    let mut taken: HashSet<String> = sqlx::query_scalar!(
        r#"select slug as "slug!" from (
            select slug::text from actor where $1 = 'actor' union all
            select slug::text from party where $1 = 'party' union all
            select slug::text from meeting where $1 = 'meeting'
        ) named where slug = $2 or slug ~ ('^' || $2 || '-[0-9]+$')"#,
        kind.as_str(),
        slug
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .collect();
    Ok(free_slug(slug, &mut taken))
}

/// Stores the new name. Whatever else is known of `from` holds for it at first.
async fn insert(
    connection: &mut PgConnection,
    kind: NameKind,
    from: Uuid,
    slug: &str,
    name: &str,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    match kind {
        NameKind::Actor => sqlx::query!(
            "insert into actor (actor_id, slug, name, kind)
            select $1, $2::text, $3, kind from actor where actor_id = $4",
            id,
            slug,
            name,
            from
        ),
        NameKind::Party => sqlx::query!(
            "insert into party (party_id, slug, name, kind, known)
            select $1, $2::text, $3, kind, false from party where party_id = $4",
            id,
            slug,
            name,
            from
        ),
        NameKind::Meeting => sqlx::query!(
            "insert into meeting (meeting_id, slug, name, venue, start_day, end_day, day_known, status, process_id)
            select $1, $2::text, $3, venue, start_day, end_day, day_known, status, process_id
            from meeting where meeting_id = $4",
            id,
            slug,
            name,
            from
        ),
    }
    .execute(connection)
    .await?;
    Ok(id)
}
