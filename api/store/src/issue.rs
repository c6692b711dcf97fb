//! Issues: the propositions of the codebook on which positions are taken.

use crate::cursor::{self, Cursor};
use crate::select::{Ids, contains, texts};
use crate::{Error, Result, Store};
use plenary_domain::Codebook;
use plenary_domain::codebook::{Issue, OTHER};
use plenary_domain::filter::{IssueFilter, Page, Paging};
use plenary_domain::record::{Counts, IssueRecord, IssueRef};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

const LIST: &str = "issues";

struct IssueRow {
    ordinal: i32,
    slug: String,
    name: String,
    domain: String,
    proposition: Option<String>,
    includes: Option<String>,
    excludes: Option<String>,
    codebook: String,
    version: i32,
    support: i64,
    neutral: i64,
    oppose: i64,
    articles: i64,
}

impl From<IssueRow> for IssueRecord {
    fn from(row: IssueRow) -> IssueRecord {
        IssueRecord {
            issue: IssueRef {
                slug: row.slug,
                name: row.name,
                domain: row.domain,
            },
            proposition: row.proposition,
            includes: row.includes,
            excludes: row.excludes,
            codebook: format!("{}@{}", row.codebook, row.version),
            support: row.support,
            neutral: row.neutral,
            oppose: row.oppose,
            counts: Counts {
                positions: row.support + row.neutral + row.oppose,
                articles: row.articles,
            },
        }
    }
}

impl Store {
    /// Issues in the order of the codebook, `other` last, with their counts.
    ///
    /// Issues that only an earlier edition or another codebook had are listed while they are there.
    pub async fn issues(&self, filter: &IssueFilter, paging: &Paging) -> Result<Page<IssueRecord>> {
        let after = Cursor::<(i32, String)>::of(LIST, paging)?.map(|cursor| cursor.after);
        let known = texts([&filter.domains]);
        let domains = Ids::of(&filter.domains, |domain| {
            known
                .iter()
                .filter(|known| *known == domain)
                .cloned()
                .collect()
        });
        // A codebook has some dozens of issues: all are read, and the page is cut here.
        let rows = sqlx::query_as!(
            IssueRow,
            r#"select i.ordinal, i.slug as "slug!", i.name, i.domain, i.proposition, i.includes, i.excludes,
                c.slug as "codebook!", c.version,
                coalesce(t.support, 0) as "support!", coalesce(t.neutral, 0) as "neutral!",
                coalesce(t.oppose, 0) as "oppose!", coalesce(t.articles, 0) as "articles!"
            from issue i
            join codebook c on c.codebook_id = i.codebook_id
            left join tally t on t.kind = 'issue' and t.subject_id = i.issue_id
            where ($1::text[] is null or i.domain = any($1)) and ($2::text[] is null or i.domain <> all($2))
            and ($3::text is null or i.slug like $3 or lower(i.name) like $3 or lower(i.proposition) like $3)
            order by i.ordinal, i.slug"#,
            domains.any.as_deref() as Option<&[String]>,
            domains.not.as_deref() as Option<&[String]>,
            contains(&filter.q)
        )
        .fetch_all(&self.read)
        .await?;
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let place = |row: &IssueRow| (row.ordinal, row.slug.clone());
        let start = after.map_or(0, |after| rows.partition_point(|row| place(row) <= after));
        let rows: Vec<IssueRow> = rows
            .into_iter()
            .skip(start)
            .take(paging.limit.max(1) as usize + 1)
            .collect();
        let page = cursor::page(LIST, paging, 0, total, rows, place);
        Ok(Page {
            items: page.items.into_iter().map(IssueRecord::from).collect(),
            next_cursor: page.next_cursor,
            total,
        })
    }

    /// The issue of that slug, with its counts.
    pub async fn issue(&self, slug: &str) -> Result<Option<IssueRecord>> {
        if slug.contains('\0') {
            return Ok(None);
        }
        let row = sqlx::query_as!(
            IssueRow,
            r#"select i.ordinal, i.slug as "slug!", i.name, i.domain, i.proposition, i.includes, i.excludes,
                c.slug as "codebook!", c.version,
                coalesce(t.support, 0) as "support!", coalesce(t.neutral, 0) as "neutral!",
                coalesce(t.oppose, 0) as "oppose!", coalesce(t.articles, 0) as "articles!"
            from issue i
            join codebook c on c.codebook_id = i.codebook_id
            left join tally t on t.kind = 'issue' and t.subject_id = i.issue_id
            where i.slug = $1"#,
            slug
        )
        .fetch_optional(&self.read)
        .await?;
        Ok(row.map(IssueRecord::from))
    }

    /// Stores an edition of a codebook, so that positions can be coded against it. Call it at every
    /// start; the same edition again changes nothing.
    ///
    /// [`Error::Conflict`] when the same id and version are stored with other propositions, or when
    /// an issue's slug belongs to another codebook with another proposition.
    pub async fn sync_codebook(&self, codebook: &Codebook) -> Result<()> {
        let version = i32::try_from(codebook.version).map_err(|_| {
            Error::Invalid(format!(
                "the codebook's version {} is too large",
                codebook.version
            ))
        })?;
        let mut transaction = self.write.begin().await?;
        // One start at a time, so that the checks below see what the others stored.
        sqlx::query!("lock table codebook in share row exclusive mode")
            .execute(&mut *transaction)
            .await?;
        let stored = sqlx::query_as!(
            StoredIssue,
            r#"select i.slug as "slug!", i.proposition, c.slug as "codebook!", c.version from issue i
            join codebook c on c.codebook_id = i.codebook_id"#
        )
        .fetch_all(&mut *transaction)
        .await?;
        check_stored(codebook, version, &stored)?;
        let codebook_id = store_edition(&mut transaction, codebook, version).await?;
        // A program of an earlier version adds what is missing and leaves the newer edition's words.
        let newer = stored
            .iter()
            .any(|row| row.codebook == codebook.id && row.version > version);
        store_issues(&mut transaction, codebook, codebook_id, newer).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// An issue that is stored, with the newest edition that has it.
struct StoredIssue {
    slug: String,
    proposition: Option<String>,
    codebook: String,
    version: i32,
}

/// Refuses an edition that would change a proposition under the same version, or another codebook's.
fn check_stored(codebook: &Codebook, version: i32, stored: &[StoredIssue]) -> Result<()> {
    for row in stored {
        let Some(issue) = codebook.issue(&row.slug) else {
            continue;
        };
        if row.proposition.as_deref() == Some(issue.proposition.as_str()) {
            continue;
        }
        if row.codebook != codebook.id {
            return Err(Error::Conflict(format!(
                "issue `{}` is stored with another proposition by codebook `{}`; give it another id in \
                 `{}`, or use another database",
                row.slug, row.codebook, codebook.id
            )));
        }
        if row.version == version {
            return Err(Error::Conflict(format!(
                "issue `{}` is stored with another proposition under `{}@{version}`; raise the \
                 codebook's version",
                row.slug, codebook.id
            )));
        }
    }
    Ok(())
}

/// Stores the edition itself, with its whole document.
async fn store_edition(
    connection: &mut PgConnection,
    codebook: &Codebook,
    version: i32,
) -> Result<Uuid> {
    let document = json!({
        "id": codebook.id,
        "version": codebook.version,
        "title": codebook.title,
        "issues": codebook.issues.iter().map(|issue| json!({
            "id": issue.id,
            "label": issue.label,
            "domain": issue.domain,
            "proposition": issue.proposition,
            "includes": issue.includes,
            "excludes": issue.excludes,
        })).collect::<Vec<_>>(),
    });
    Ok(sqlx::query_scalar!(
        "insert into codebook (codebook_id, slug, version, title, document)
            values ($1, $2::text, $3, $4, $5)
            on conflict (slug, version) do update set title = excluded.title, document = excluded.document
            returning codebook_id",
        Uuid::now_v7(),
        codebook.id,
        version,
        codebook.title,
        document
    )
    .fetch_one(connection)
    .await?)
}

/// Stores the issues of the edition, `other` last; `newer` tells that a newer edition's words are to stay.
async fn store_issues(
    connection: &mut PgConnection,
    codebook: &Codebook,
    codebook_id: Uuid,
    newer: bool,
) -> Result<()> {
    let issues = &codebook.issues;
    let ids: Vec<Uuid> = std::iter::repeat_with(Uuid::now_v7)
        .take(issues.len() + 1)
        .collect();
    let ordinals: Vec<i32> = (0..).take(issues.len()).chain([i32::MAX]).collect();
    let column =
        |value: &dyn Fn(&Issue) -> Option<String>, other: Option<&str>| -> Vec<Option<String>> {
            issues
                .iter()
                .map(value)
                .chain([other.map(str::to_owned)])
                .collect()
        };
    let slugs = column(&|issue| Some(issue.id.clone()), Some(OTHER));
    let names = column(&|issue| Some(issue.label.clone()), Some("Other"));
    let domains = column(&|issue| Some(issue.domain.clone()), Some(OTHER));
    let propositions = column(&|issue| Some(issue.proposition.clone()), None);
    let includes = column(&|issue| issue.includes.clone(), None);
    let excludes = column(&|issue| issue.excludes.clone(), None);
    sqlx::query!(
        "insert into issue (issue_id, codebook_id, ordinal, slug, name, domain, proposition, includes, excludes)
            select l.issue_id, $1, l.ordinal, l.slug, l.name, l.domain, l.proposition, l.includes, l.excludes
            from unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
                l (issue_id, ordinal, slug, name, domain, proposition, includes, excludes)
            on conflict (slug) do update
                set codebook_id = excluded.codebook_id, ordinal = excluded.ordinal, name = excluded.name,
                    domain = excluded.domain, proposition = excluded.proposition,
                    includes = excluded.includes, excludes = excluded.excludes
                where not $10 and (issue.codebook_id, issue.ordinal, issue.name, issue.domain, issue.proposition,
                        issue.includes, issue.excludes)
                    is distinct from (excluded.codebook_id, excluded.ordinal, excluded.name, excluded.domain,
                        excluded.proposition, excluded.includes, excluded.excludes)",
        codebook_id,
        &ids,
        &ordinals,
        &slugs as &[Option<String>],
        &names as &[Option<String>],
        &domains as &[Option<String>],
        &propositions as &[Option<String>],
        &includes as &[Option<String>],
        &excludes as &[Option<String>],
        newer
    )
    .execute(connection)
    .await?;
    Ok(())
}
