//! Rulings: people merge, split and restore actors, parties and meetings.
//!
//! A ruling is applied at once to what is stored, and by [`crate::resolve::ruling`] to every article that
//! comes later. Positions that move are superseded at the revision of the ruling, so every answer pinned
//! to an earlier revision stays as it was; of two positions that become one by it the surer stays. What
//! is moved remembers what was found, so a merge can be taken back, also for articles that came after it.

use crate::cursor::{self, Cursor};
use crate::pool::Pool;
use crate::resolve::ruling::Rulings;
use crate::resolve::{self, free_slug, slug_of};
use crate::revision::{self, Maker, Making};
use crate::rows::code;
use crate::select::{FoundRow, codes};
use crate::{Error, Result, Store, tally};
use chrono::{DateTime, NaiveDate, Utc};
use plenary_domain::filter::{Page, Paging, RulingFilter};
use plenary_domain::record::{Named, RulingRecord};
use plenary_domain::{Change, NameKind};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

const LIST: &str = "rulings";

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

/// Where the split part of a name goes.
#[derive(Debug, Clone)]
pub enum SplitInto {
    /// To a stored name of that slug.
    Slug(String),
    /// To a new one of that name; without one it is named as the articles name it.
    New(Option<String>),
}

/// A stored name.
#[derive(Debug, Clone)]
struct Subject {
    id: Uuid,
    slug: String,
    merged_into: Option<Uuid>,
}

struct RulingRow {
    revision: i64,
    kind: String,
    from_slug: Option<String>,
    from_name: Option<String>,
    into_slug: Option<String>,
    into_name: Option<String>,
    is_merge: bool,
    articles: Vec<Uuid>,
    positions: i64,
    made_by: String,
    key_name: Option<String>,
    made_at: DateTime<Utc>,
    reason: Option<String>,
    until_revision: Option<i64>,
}

impl TryFrom<RulingRow> for RulingRecord {
    type Error = Error;

    fn try_from(row: RulingRow) -> Result<RulingRecord> {
        // What a ruling names is never deleted.
        let named = |slug: Option<String>, name: Option<String>| Named {
            slug: slug.unwrap_or_default(),
            name: name.unwrap_or_default(),
        };
        Ok(RulingRecord {
            revision: row.revision,
            kind: code("ruling", "kind", row.revision, &row.kind)?,
            from: named(row.from_slug, row.from_name),
            into: named(row.into_slug, row.into_name),
            articles: (!row.is_merge).then_some(row.articles),
            positions: row.positions,
            made_by: row.made_by,
            key: row.key_name,
            made_at: row.made_at,
            reason: row.reason,
            until_revision: row.until_revision,
        })
    }
}

fn refused<T>(field: &'static str, why: impl Into<String>) -> Result<T> {
    Err(Error::Refused {
        field,
        why: why.into(),
    })
}

impl Store {
    /// Says that `from` is `into`: everything recorded under `from` goes to `into`, now and later.
    ///
    /// `None` where there is no `from`. [`Error::Refused`] where `into` is unknown or the same, and where
    /// one of the two is merged into another already.
    pub async fn merge_names(
        &self,
        kind: NameKind,
        from: &str,
        into: &str,
        ruler: &Ruler,
    ) -> Result<Option<RulingRecord>> {
        let mut transaction = self.write.begin().await?;
        let revision = start(&mut transaction, Change::Merged, ruler).await?;
        let Some(from) = subject(&mut transaction, kind, from).await? else {
            return Ok(None);
        };
        let into = target(&mut transaction, kind, into, &from).await?;
        unmerged(&mut transaction, kind, &from, "slug").await?;
        let theirs = group(&mut transaction, kind, from.id).await?;
        let ours = group(&mut transaction, kind, into.id).await?;
        // Parts that were split off before and now come back.
        sqlx::query!(
            "update ruling set until_revision = $4
            where kind = $1 and until_revision is null and content_hash is not null
            and ((into_id = any($2) and from_id = any($3)) or (into_id = any($3) and from_id = any($2)))",
            kind.as_str(),
            &theirs,
            &ours,
            revision
        )
        .execute(&mut *transaction)
        .await?;
        insert(&mut transaction, kind, from.id, into.id, None, revision).await?;
        if kind == NameKind::Meeting {
            sqlx::query!(
                "update meeting m set process_id = f.process_id from meeting f
                where m.meeting_id = $2 and m.process_id is null and f.meeting_id = $1",
                from.id,
                into.id
            )
            .execute(&mut *transaction)
            .await?;
        }
        let both = [theirs, ours].concat();
        settle(&mut transaction, kind, &both, revision).await?;
        transaction.commit().await?;
        self.ruling(revision).await
    }

    /// Takes a merge back: what was found as `merged` leaves `from` again.
    ///
    /// `None` where there is no `from`. [`Error::Refused`] where `merged` is not merged into it.
    pub async fn restore_name(
        &self,
        kind: NameKind,
        from: &str,
        merged: &str,
        ruler: &Ruler,
    ) -> Result<Option<RulingRecord>> {
        let mut transaction = self.write.begin().await?;
        let revision = start(&mut transaction, Change::Restored, ruler).await?;
        let Some(from) = subject(&mut transaction, kind, from).await? else {
            return Ok(None);
        };
        let merged = match subject(&mut transaction, kind, merged).await? {
            Some(merged) if merged.merged_into == Some(from.id) => merged,
            _ => {
                return refused(
                    "merged",
                    format!("no {kind} `{merged}` is merged into `{}`", from.slug),
                );
            }
        };
        let all = group(&mut transaction, kind, from.id).await?;
        let ended = sqlx::query_scalar!(
            "update ruling set until_revision = $3
            where kind = $1 and from_id = $2 and content_hash is null and until_revision is null
            returning since_revision",
            kind.as_str(),
            merged.id,
            revision
        )
        .fetch_one(&mut *transaction)
        .await?;
        settle(&mut transaction, kind, &all, revision).await?;
        transaction.commit().await?;
        self.ruling(ended).await
    }

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
        let chosen: Vec<Uuid> = chosen.into_iter().collect();
        let into = match into {
            SplitInto::Slug(slug) => target(&mut transaction, kind, slug, &from).await?.id,
            SplitInto::New(name) => {
                found(
                    &mut transaction,
                    kind,
                    from.id,
                    &ours,
                    &chosen,
                    name.as_deref(),
                )
                .await?
            }
        };
        let theirs = group(&mut transaction, kind, into).await?;
        let contents: Vec<Vec<u8>> = sqlx::query_scalar!(
            "select content_hash from article where article_id = any($1) order by article_id",
            &chosen
        )
        .fetch_all(&mut *transaction)
        .await?;
        // What was ruled on these articles before, and what would lead back in a circle.
        let before: Vec<Uuid> = sqlx::query_scalar!(
            "update ruling set until_revision = $5
            where kind = $1 and until_revision is null and content_hash = any($2)
            and (from_id = $3 or from_id = any($4))
            returning into_id",
            kind.as_str(),
            &contents,
            from.id,
            &theirs,
            revision
        )
        .fetch_all(&mut *transaction)
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

    /// Rulings in the order in which they were made, also those that hold no longer.
    pub async fn rulings(
        &self,
        filter: &RulingFilter,
        paging: &Paging,
    ) -> Result<Page<RulingRecord>> {
        let after = Cursor::<i64>::of(LIST, paging)?.map(|cursor| cursor.after);
        let (kinds, not_kinds) = codes(&filter.kinds, |kind| kind.as_str());
        let revisions: Vec<i64> = sqlx::query_scalar!(
            r#"select since_revision from ruling
            where ($1::text[] is null or kind = any($1)) and ($2::text[] is null or kind <> all($2))
            group by since_revision
            having $3::boolean is null or $3 = bool_or(until_revision is null)
            order by since_revision"#,
            kinds.as_deref() as Option<&[String]>,
            not_kinds.as_deref() as Option<&[String]>,
            filter.current
        )
        .fetch_all(&self.read)
        .await?;
        let total = i64::try_from(revisions.len()).unwrap_or(i64::MAX);
        let wanted: Vec<i64> = revisions
            .into_iter()
            .filter(|revision| after.is_none_or(|after| *revision > after))
            .take(paging.limit.max(1) as usize + 1)
            .collect();
        let items = select(&self.read, &wanted).await?;
        Ok(cursor::page(LIST, paging, 0, total, items, |ruling| {
            ruling.revision
        }))
    }

    /// Names that a filter gives, as what they stood for at a revision.
    pub(crate) async fn follow(
        &self,
        mut found: Vec<FoundRow>,
        revision: i64,
    ) -> Result<Vec<FoundRow>> {
        if found.is_empty() {
            return Ok(found);
        }
        let rows = sqlx::query!(
            "select from_id, into_id from ruling where content_hash is null
            and since_revision <= $1 and (until_revision is null or until_revision > $1)",
            revision
        )
        .fetch_all(&self.read)
        .await?;
        // Ids are unique over all kinds.
        let merges = Rulings::merging(rows.into_iter().map(|row| (row.from_id, row.into_id)));
        for row in &mut found {
            row.id = merges.merged(row.id);
        }
        Ok(found)
    }

    /// The ruling that a revision brought.
    pub async fn ruling(&self, revision: i64) -> Result<Option<RulingRecord>> {
        // Read where it was written: a replica may not have it yet.
        Ok(select(&self.write, &[revision]).await?.pop())
    }
}

async fn select(pool: &Pool, revisions: &[i64]) -> Result<Vec<RulingRecord>> {
    sqlx::query_as!(
        RulingRow,
        r#"select r.since_revision as "revision!", r.kind as "kind!",
            coalesce(fa.slug, fp.slug, fm.slug)::text as from_slug, coalesce(fa.name, fp.name, fm.name) as from_name,
            coalesce(ia.slug, ip.slug, im.slug)::text as into_slug, coalesce(ia.name, ip.name, im.name) as into_name,
            r.is_merge as "is_merge!",
            array(select c.article_id from article_content c where c.content_hash = any(r.contents)
                order by c.article_id) as "articles!",
            (select count(*) from party_position p where p.since_revision = r.since_revision) as "positions!",
            v.made_by, v.key_name, v.made_at, v.reason, r.until_revision
        from (
            select since_revision, kind, from_id, into_id, bool_and(content_hash is null) as is_merge,
                array_agg(content_hash) as contents,
                case when bool_and(until_revision is not null) then max(until_revision) end as until_revision
            from ruling where since_revision = any($1)
            group by since_revision, kind, from_id, into_id
        ) r
        join revision v on v.revision = r.since_revision
        left join actor fa on r.kind = 'actor' and fa.actor_id = r.from_id
        left join actor ia on r.kind = 'actor' and ia.actor_id = r.into_id
        left join party fp on r.kind = 'party' and fp.party_id = r.from_id
        left join party ip on r.kind = 'party' and ip.party_id = r.into_id
        left join meeting fm on r.kind = 'meeting' and fm.meeting_id = r.from_id
        left join meeting im on r.kind = 'meeting' and im.meeting_id = r.into_id
        order by r.since_revision"#,
        revisions
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(RulingRecord::try_from)
    .collect()
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

async fn subject(
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
async fn target(
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

async fn unmerged(
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
async fn group(connection: &mut PgConnection, kind: NameKind, id: Uuid) -> Result<Vec<Uuid>> {
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

/// Makes a new name for the part that is split off, named as given or as its articles name it.
async fn found(
    connection: &mut PgConnection,
    kind: NameKind,
    from: Uuid,
    ours: &[Uuid],
    articles: &[Uuid],
    name: Option<&str>,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    if name.is_some_and(|name| name.contains('\0')) {
        return refused("name", "holds a NUL character");
    }
    let given = name.map(str::trim).filter(|name| !name.is_empty());
    let (name, slug) = match kind {
        NameKind::Party => match given {
            Some(name) => (name.to_owned(), slug_of(name, "party")),
            None => return refused("name", "is needed: articles do not name the new party"),
        },
        NameKind::Actor => {
            let told: Option<String> = sqlx::query_scalar!(
                "select name from article_actor where article_id = any($1) and actor_id = any($2) and name <> ''
                order by length(name) desc, name limit 1",
                articles,
                ours
            )
            .fetch_optional(&mut *connection)
            .await?;
            let Some(name) = given.map(str::to_owned).or(told) else {
                return refused("name", "is needed: the articles do not name the new actor");
            };
            let slug = slug_of(&name, "actor");
            (name, slug)
        }
        NameKind::Meeting => {
            let told = sqlx::query!(
                "select name, venue, start_day, day_known from article_meeting
                where article_id = any($1) and meeting_id = any($2) and until_revision is null
                order by day_known desc nulls last, venue is null, article_id limit 1",
                articles,
                ours
            )
            .fetch_optional(&mut *connection)
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
            (name.clone(), meeting_slug(&name, venue, start, day_known))
        }
    };
    let mut taken: HashSet<String> = sqlx::query_scalar!(
        r#"select slug as "slug!" from (
            select slug::text from actor where $1 = 'actor' union all
            select slug::text from party where $1 = 'party' union all
            select slug::text from meeting where $1 = 'meeting'
        ) named where slug = $2 or slug ~ ('^' || $2 || '-[0-9]+$')"#,
        kind.as_str(),
        slug
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .collect();
    let slug = free_slug(&slug, &mut taken);
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

/// Brings everything recorded under these names to where the rulings put it now.
async fn settle(
    connection: &mut PgConnection,
    kind: NameKind,
    ids: &[Uuid],
    revision: i64,
) -> Result<()> {
    let rulings = Rulings::of(connection, kind).await?;
    for id in ids {
        let into = Some(rulings.merged(*id)).filter(|into| into != id);
        match kind {
            NameKind::Actor => sqlx::query!(
                "update actor set merged_into = $2 where actor_id = $1",
                *id,
                into
            ),
            NameKind::Party => sqlx::query!(
                "update party set merged_into = $2 where party_id = $1",
                *id,
                into
            ),
            NameKind::Meeting => {
                sqlx::query!(
                    "update meeting set merged_into = $2 where meeting_id = $1",
                    *id,
                    into
                )
            }
        }
        .execute(&mut *connection)
        .await?;
    }
    settle_positions(connection, kind, ids, &rulings, revision).await?;
    match kind {
        NameKind::Actor => settle_actors(connection, ids, &rulings).await,
        NameKind::Meeting => settle_meetings(connection, ids, &rulings, revision).await,
        NameKind::Party => settle_parties(connection, ids).await,
    }
}

async fn settle_positions(
    connection: &mut PgConnection,
    kind: NameKind,
    ids: &[Uuid],
    rulings: &Rulings,
    revision: i64,
) -> Result<()> {
    let rows = sqlx::query!(
        r#"select p.position_id, a.content_hash,
            case $1 when 'actor' then p.actor_id when 'party' then p.party_id else p.meeting_id end as "now!",
            case $1 when 'actor' then coalesce(p.found_actor_id, p.actor_id)
                when 'party' then coalesce(p.found_party_id, p.party_id)
                else coalesce(p.found_meeting_id, p.meeting_id) end as "found!"
        from party_position p join article a on a.article_id = p.article_id
        where p.until_revision is null
        and (($1 = 'actor' and p.actor_id = any($2)) or ($1 = 'party' and p.party_id = any($2))
            or ($1 = 'meeting' and p.meeting_id = any($2)))"#,
        kind.as_str(),
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    let (mut moved, mut into, mut found) = (vec![], vec![], vec![]);
    for row in rows {
        let there = rulings.place(row.found, &row.content_hash).stands_for;
        if there != row.now {
            moved.push(row.position_id);
            into.push(there);
            found.push(row.found);
        }
    }
    // The moved ones, and those that would then be the same record.
    let ended = sqlx::query_scalar!(
        "with target as (
            select p.article_id, p.statement_id, p.issue_id, p.stance,
                case when $1 = 'actor' then m.into_id else p.actor_id end as actor_id,
                case when $1 = 'party' then m.into_id else p.party_id end as party_id,
                case when $1 = 'meeting' then m.into_id else p.meeting_id end as meeting_id
            from unnest($2::uuid[], $3::uuid[]) m (position_id, into_id)
            join party_position p on p.position_id = m.position_id
        )
        update party_position p set until_revision = $4
        where p.until_revision is null and (p.position_id = any($2) or exists (
            select from target t where t.article_id = p.article_id and t.statement_id = p.statement_id
            and t.actor_id = p.actor_id and t.party_id is not distinct from p.party_id
            and t.meeting_id is not distinct from p.meeting_id and t.issue_id = p.issue_id and t.stance = p.stance))
        returning p.position_id",
        kind.as_str(),
        &moved,
        &into,
        revision
    )
    .fetch_all(&mut *connection)
    .await?;
    let fresh: Vec<Uuid> = ended.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "with ended as (
            select p.*,
                case when $1 = 'actor' then coalesce(m.into_id, p.actor_id) else p.actor_id end as to_actor,
                case when $1 = 'party' then coalesce(m.into_id, p.party_id) else p.party_id end as to_party,
                case when $1 = 'meeting' then coalesce(m.into_id, p.meeting_id) else p.meeting_id end as to_meeting,
                m.found_id
            from party_position p
            left join unnest($2::uuid[], $3::uuid[], $4::uuid[]) m (position_id, into_id, found_id)
                on m.position_id = p.position_id
            where p.until_revision = $5
        ), best as (
            select distinct on (article_id, statement_id, to_actor, to_party, to_meeting, issue_id, stance) *
            from ended
            order by article_id, statement_id, to_actor, to_party, to_meeting, issue_id, stance,
                confidence desc, position_id
        ), numbered as (
            select *, row_number() over (order by position_id) as place from best
        )
        insert into party_position (article_id, position_id, statement_id, actor_id, role, party_id, meeting_id,
            issue_id, stance, act, mode, evidence, confidence, speaker_confidence, party_confidence,
            meeting_confidence, issue_confidence, stance_confidence, act_confidence, speaker_rule, party_rule,
            meeting_rule, coding_rule, parser_version, codebook_id, since_revision,
            found_actor_id, found_party_id, found_meeting_id)
        select article_id, ($6::uuid[])[place], statement_id, to_actor, role, to_party, to_meeting,
            issue_id, stance, act, mode, evidence, confidence, speaker_confidence, party_confidence,
            meeting_confidence, issue_confidence, stance_confidence, act_confidence, speaker_rule, party_rule,
            meeting_rule, coding_rule, parser_version, codebook_id, $5,
            case when $1 = 'actor' and found_id is not null then nullif(found_id, to_actor) else found_actor_id end,
            case when $1 = 'party' and found_id is not null then nullif(found_id, to_party) else found_party_id end,
            case when $1 = 'meeting' and found_id is not null then nullif(found_id, to_meeting)
                else found_meeting_id end
        from numbered",
        kind.as_str(),
        &moved,
        &into,
        &found,
        revision,
        &fresh
    )
    .execute(&mut *connection)
    .await?;
    // Where records became one, everything that they were counted under has fewer.
    let mut subjects: Vec<Uuid> = sqlx::query_scalar!(
        r#"select distinct k.id as "id!" from party_position p left join meeting m on m.meeting_id = p.meeting_id
        cross join lateral (values (p.actor_id), (p.party_id), (p.meeting_id), (m.process_id), (p.issue_id)) k (id)
        where k.id is not null and (p.since_revision = $1 or p.until_revision = $1)"#,
        revision
    )
    .fetch_all(&mut *connection)
    .await?;
    subjects.extend(ids);
    tally::recount(connection, &subjects).await
}

async fn settle_actors(
    connection: &mut PgConnection,
    ids: &[Uuid],
    rulings: &Rulings,
) -> Result<()> {
    let rows = sqlx::query!(
        r#"select aa.article_id, aa.ordinal, aa.actor_id, coalesce(aa.found_actor_id, aa.actor_id) as "found!",
            a.content_hash
        from article_actor aa join article a on a.article_id = aa.article_id
        where aa.actor_id = any($1) or aa.found_actor_id = any($1)"#,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut changed: BTreeSet<Uuid> = BTreeSet::new();
    for row in rows {
        let owner = rulings.place(row.found, &row.content_hash).owner;
        if owner == row.actor_id {
            continue;
        }
        changed.extend([owner, row.actor_id]);
        sqlx::query!(
            "update article_actor set actor_id = $3, found_actor_id = nullif($4::uuid, $3)
            where article_id = $1 and ordinal = $2",
            row.article_id,
            row.ordinal,
            owner,
            row.found
        )
        .execute(&mut *connection)
        .await?;
    }
    let changed: Vec<Uuid> = changed.into_iter().collect();
    resolve::actor::refresh(connection, &changed).await
}

async fn settle_meetings(
    connection: &mut PgConnection,
    ids: &[Uuid],
    rulings: &Rulings,
    revision: i64,
) -> Result<()> {
    let rows = sqlx::query!(
        r#"select am.article_id, am.ordinal, am.meeting_id,
            coalesce(am.found_meeting_id, am.meeting_id) as "found!", a.content_hash
        from article_meeting am join article a on a.article_id = am.article_id
        where am.meeting_id = any($1) and am.until_revision is null"#,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let there = rulings.place(row.found, &row.content_hash).stands_for;
        if there == row.meeting_id {
            continue;
        }
        sqlx::query!(
            "with ended as (
                update article_meeting set until_revision = $3
                where article_id = $1 and ordinal = $2 and until_revision is null
                returning *
            )
            insert into article_meeting (article_id, ordinal, since_revision, meeting_id, found_meeting_id, main,
                mentions, rule, confidence, name, venue, start_day, end_day, day_known, status, parties)
            select article_id, ordinal, $3, $4, nullif($5::uuid, $4), main,
                mentions, rule, confidence, name, venue, start_day, end_day, day_known, status, parties
            from ended",
            row.article_id,
            row.ordinal,
            revision,
            there,
            row.found
        )
        .execute(&mut *connection)
        .await?;
    }
    resolve::meeting::refresh(connection, ids).await
}

/// Offices and participants name parties, too: they are drawn anew.
async fn settle_parties(connection: &mut PgConnection, ids: &[Uuid]) -> Result<()> {
    let actors: Vec<Uuid> = sqlx::query_scalar!(
        r#"select actor_id as "id!" from article_actor where parties && $1
        union select actor_id from affiliation where party_id = any($1)"#,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    resolve::actor::refresh(connection, &actors).await?;
    let meetings: Vec<Uuid> = sqlx::query_scalar!(
        r#"select meeting_id as "id!" from article_meeting where until_revision is null and parties && $1
        union select meeting_id from meeting_participant where party_id = any($1)"#,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    resolve::meeting::refresh(connection, &meetings).await
}
