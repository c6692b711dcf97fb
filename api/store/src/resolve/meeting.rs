//! Which stored meeting an article's meeting is, and of which process.
//!
//! A meeting is the same where nothing parts the two (venue, days, parties) and venue or days tie
//! them. Each article can add to what is known of it; its slug stays, because addresses hold it.

use super::ruling::Rulings;
use super::{free_slug, slug_of};
use crate::rows::code;
use crate::{Result, tally};
use plenary_domain::NameKind;
use plenary_domain::meeting::Known;
use plenary_domain::parsed::ParsedArticle;
use sqlx::PgConnection;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// A stored meeting.
#[derive(Debug, Clone)]
struct Stored {
    meeting_id: Uuid,
    process_id: Option<Uuid>,
    /// False where every article that told of it is deleted.
    told: bool,
    known: Known<Uuid>,
}

/// What the article tells of each of its meetings, in its order.
pub(crate) async fn told(
    connection: &mut PgConnection,
    parsed: &ParsedArticle,
    parties: &[Uuid],
) -> Result<Vec<Known<Uuid>>> {
    let slugs: Vec<String> = parsed.positions.iter().map(|p| p.issue.clone()).collect();
    let domains: BTreeMap<String, String> = sqlx::query!(
        r#"select slug as "slug!", domain from issue where slug = any($1) and proposition is not null"#,
        &slugs
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(|row| (row.slug, row.domain))
    .collect();
    let mut all: Vec<Known<Uuid>> = parsed
        .meetings
        .iter()
        .map(|meeting| Known::of(meeting, parties))
        .collect();
    for position in &parsed.positions {
        if let (Some(at), Some(domain)) = (position.meeting, domains.get(&position.issue)) {
            let issue = (domain.clone(), position.issue.clone());
            *all[at].issues.entry(issue).or_default() += 1;
        }
    }
    Ok(all)
}

/// The id of each meeting, in the article's order. New ones are stored and chained to their process, and
/// known ones that were alone in theirs where more parties are now known to take part.
///
/// `told` is what [`told`] gives for the same article.
pub(crate) async fn resolve(
    connection: &mut PgConnection,
    parsed: &ParsedArticle,
    told: &[Known<Uuid>],
) -> Result<Vec<Uuid>> {
    let mut ids = Vec::with_capacity(told.len());
    let mut moved: HashSet<Uuid> = HashSet::new();
    for (at, (meeting, wanted)) in parsed.meetings.iter().zip(told).enumerate() {
        let stored = near(connection, wanted).await?;
        let found = stored
            .iter()
            // An article that tells of two meetings means two.
            .find(|stored| !ids.contains(&stored.meeting_id) && stored.known.is(wanted))
            .cloned();
        let mut grew = false;
        let one = match found {
            Some(mut stored) => {
                let before = stored.known.parties.len();
                let changed = if stored.told {
                    stored.known.learn(wanted)
                } else {
                    // What deleted articles told of it is forgotten; only its address stays.
                    stored.known = wanted.clone();
                    true
                };
                if changed {
                    update(connection, stored.meeting_id, &stored.known).await?;
                }
                grew = stored.known.parties.len() > before;
                stored.known.issues.clone_from(&wanted.issues);
                stored
            }
            None => insert(connection, &meeting.slug, wanted).await?,
        };
        // A meeting of which an article only said that it would be stands alone until another tells who
        // came: then it may be of a process that is known.
        let alone = match one.process_id {
            Some(process) => grew && stands_alone(connection, process, one.meeting_id).await?,
            None => true,
        };
        if alone && one.known.parties.len() >= 2 {
            let mut others: Vec<Stored> = stored
                .into_iter()
                .filter(|other| other.meeting_id != one.meeting_id && other.process_id.is_some())
                .filter(|other| other.told || ids.contains(&other.meeting_id))
                .collect();
            read_issues(connection, &mut others).await?;
            let process = others
                .iter()
                .filter(|other| other.known.continues(&one.known))
                .filter_map(|other| {
                    Some((days_between(&other.known, &one.known), other.process_id?))
                })
                .min_by_key(|(days, _)| *days);
            let process = match (process, one.process_id) {
                (Some((_, process)), _) | (None, Some(process)) => process,
                (None, None) => new_process(connection, &one.known, &sides(parsed, at)).await?,
            };
            sqlx::query!(
                "update meeting set process_id = $2 where meeting_id = $1",
                one.meeting_id,
                process
            )
            .execute(&mut *connection)
            .await?;
            moved.insert(process);
            moved.extend(one.process_id);
        }
        ids.push(one.meeting_id);
    }
    if !moved.is_empty() {
        let moved: Vec<Uuid> = moved.into_iter().collect();
        tally::recount(connection, &moved).await?;
    }
    Ok(ids)
}

fn days_between(a: &Known<Uuid>, b: &Known<Uuid>) -> i64 {
    match (a.start, b.start) {
        (Some(a), Some(b)) => (a - b).num_days().abs(),
        _ => i64::MAX,
    }
}

/// True when a process has no other meeting.
async fn stands_alone(
    connection: &mut PgConnection,
    process_id: Uuid,
    meeting_id: Uuid,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select not exists (select from meeting where process_id = $1 and meeting_id <> $2) as "alone!""#,
        process_id,
        meeting_id
    )
    .fetch_one(connection)
    .await?)
}

/// Stored meetings that can be the same or of the same process: those some weeks around, those of a
/// shared party some months around, and where one has no day those of the same name.
async fn near(connection: &mut PgConnection, wanted: &Known<Uuid>) -> Result<Vec<Stored>> {
    let parties: Vec<Uuid> = wanted.parties.iter().copied().collect();
    let rows = sqlx::query!(
        r#"select m.meeting_id, m.name, m.venue, m.start_day, m.end_day, m.day_known, m.status, m.process_id,
            exists (select from article_meeting am
                where am.meeting_id = m.meeting_id and am.until_revision is null) as "told!",
            array(select mp.party_id from meeting_participant mp where mp.meeting_id = m.meeting_id) as "parties!"
        from meeting m
        where m.start_day between $1::date - 62 and $1 + 62
            or (m.start_day between $1 - interval '19 months' and $1 + interval '19 months'
                and exists (select from meeting_participant mp
                    where mp.meeting_id = m.meeting_id and mp.party_id = any($2)))
            or ((m.start_day is null or $1 is null) and lower(m.name) = lower($3))
        order by m.start_day, m.meeting_id"#,
        wanted.start,
        &parties,
        wanted.name
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Stored {
                meeting_id: row.meeting_id,
                process_id: row.process_id,
                told: row.told,
                known: Known {
                    name: row.name,
                    venue: row.venue,
                    start: row.start_day,
                    end: row.end_day,
                    day_known: row.day_known,
                    status: code("meeting", "status", row.meeting_id, &row.status)?,
                    parties: row.parties.into_iter().collect(),
                    issues: BTreeMap::new(),
                },
            })
        })
        .collect()
}

/// Reads what was said at meetings, which only the choice of a process needs.
async fn read_issues(connection: &mut PgConnection, meetings: &mut [Stored]) -> Result<()> {
    let ids: Vec<Uuid> = meetings.iter().map(|one| one.meeting_id).collect();
    let rows = sqlx::query!(
        r#"select p.meeting_id as "meeting_id!", i.domain, i.slug as "slug!", count(*) as "positions!"
        from party_position p join issue i on i.issue_id = p.issue_id
        where p.meeting_id = any($1) and p.until_revision is null and i.proposition is not null
        group by p.meeting_id, i.domain, i.slug"#,
        &ids
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let of = meetings
            .iter_mut()
            .find(|one| one.meeting_id == row.meeting_id);
        if let Some(one) = of {
            let count = u32::try_from(row.positions).unwrap_or(u32::MAX);
            one.known.issues.insert((row.domain, row.slug), count);
        }
    }
    Ok(())
}

async fn insert(connection: &mut PgConnection, slug: &str, known: &Known<Uuid>) -> Result<Stored> {
    let base = slug_of(if slug.is_empty() { &known.name } else { slug }, "meeting");
    let mut taken: HashSet<String> = sqlx::query_scalar!(
        r#"select slug as "slug!" from meeting where slug = $1 or slug ~ ('^' || $1 || '-[0-9]+$')"#,
        base
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .collect();
    let slug = free_slug(&base, &mut taken);
    let name = if known.name.is_empty() {
        &slug
    } else {
        &known.name
    };
    let meeting_id = Uuid::now_v7();
    sqlx::query!(
        "insert into meeting (meeting_id, slug, name, venue, start_day, end_day, day_known, status)
        values ($1, $2::text, $3, $4, $5, $6, $7, $8)",
        meeting_id,
        slug,
        name,
        known.venue,
        known.start,
        known.end,
        known.day_known,
        known.status.as_str()
    )
    .execute(&mut *connection)
    .await?;
    join(connection, meeting_id, known).await?;
    Ok(Stored {
        meeting_id,
        process_id: None,
        told: true,
        known: known.clone(),
    })
}

async fn update(
    connection: &mut PgConnection,
    meeting_id: Uuid,
    known: &Known<Uuid>,
) -> Result<()> {
    sqlx::query!(
        "update meeting set venue = $2, start_day = $3, end_day = $4, day_known = $5, status = $6
        where meeting_id = $1",
        meeting_id,
        known.venue,
        known.start,
        known.end,
        known.day_known,
        known.status.as_str()
    )
    .execute(&mut *connection)
    .await?;
    join(connection, meeting_id, known).await
}

/// Makes the parties of a meeting exactly those that are known.
async fn join(connection: &mut PgConnection, meeting_id: Uuid, known: &Known<Uuid>) -> Result<()> {
    let parties: Vec<Uuid> = known.parties.iter().copied().collect();
    sqlx::query!(
        "delete from meeting_participant where meeting_id = $1 and party_id <> all($2)",
        meeting_id,
        &parties
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into meeting_participant (meeting_id, party_id) select $1, unnest($2::uuid[])
        on conflict do nothing",
        meeting_id,
        &parties
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Draws the details of meetings anew from what articles tell of them now. Meetings of which no article
/// tells any more keep their last details, which answers pinned to an earlier revision still show.
pub(crate) async fn refresh(connection: &mut PgConnection, meetings: &[Uuid]) -> Result<()> {
    let rulings = Rulings::of(connection, NameKind::Party).await?;
    let rows = sqlx::query!(
        "select am.meeting_id, am.name, am.venue, am.start_day, am.end_day, am.day_known, am.status, am.parties,
            a.content_hash
        from article_meeting am join article a on a.article_id = am.article_id
        where am.meeting_id = any($1) and am.until_revision is null
        order by am.meeting_id, am.article_id, am.ordinal",
        meetings
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut drawn: BTreeMap<Uuid, Option<Known<Uuid>>> = BTreeMap::new();
    for row in rows {
        let told = match (row.name, row.day_known, row.status, row.parties) {
            (Some(name), Some(day_known), Some(status), Some(parties)) => Known {
                name,
                venue: row.venue,
                start: row.start_day,
                end: row.end_day,
                day_known,
                status: code("article_meeting", "status", row.meeting_id, &status)?,
                parties: parties
                    .iter()
                    .map(|party| rulings.place(*party, &row.content_hash).stands_for)
                    .collect(),
                issues: BTreeMap::new(),
            },
            // An article from before this was kept: nothing can be drawn without it.
            _ => {
                drawn.insert(row.meeting_id, None);
                continue;
            }
        };
        drawn
            .entry(row.meeting_id)
            .and_modify(|known| {
                if let Some(known) = known {
                    known.learn(&told);
                }
            })
            .or_insert(Some(told));
    }
    let silent: Vec<Uuid> = meetings
        .iter()
        .filter(|meeting| !drawn.contains_key(meeting))
        .copied()
        .collect();
    for (meeting_id, known) in drawn {
        if let Some(known) = known {
            update(connection, meeting_id, &known).await?;
        }
    }
    sqlx::query!(
        "delete from meeting_participant mp where mp.meeting_id = any($1)
        and not exists (select from party_position p where p.meeting_id = mp.meeting_id)",
        &silent
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Names of the sides of an article's meeting: of those who speak there about as much as anybody, who
/// speaks most first; where fewer than two speak, of all who take part.
fn sides(parsed: &ParsedArticle, meeting: usize) -> Vec<String> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for position in &parsed.positions {
        if let (true, Some(party)) = (position.meeting == Some(meeting), position.party) {
            *counts.entry(party).or_default() += 1;
        }
    }
    let most = counts.values().max().copied().unwrap_or_default();
    counts.retain(|_, count| *count * 2 >= most);
    if counts.len() < 2 {
        counts = parsed.meetings[meeting]
            .parties
            .iter()
            .map(|at| (*at, 0))
            .collect();
    }
    let mut sides: Vec<(Reverse<usize>, String)> = counts
        .into_iter()
        .map(|(at, count)| (Reverse(count), parsed.parties[at].name.clone()))
        .collect();
    sides.sort();
    sides.into_iter().map(|(_, name)| name).collect()
}

/// A process named after its first meeting and the sides there.
async fn new_process(
    connection: &mut PgConnection,
    known: &Known<Uuid>,
    sides: &[String],
) -> Result<Uuid> {
    let name = known.process_name(sides);
    let base = slug_of(&name.replace('–', " "), "process");
    let mut taken: HashSet<String> = sqlx::query_scalar!(
        r#"select slug as "slug!" from process where slug = $1 or slug ~ ('^' || $1 || '-[0-9]+$')"#,
        base
    )
    .fetch_all(&mut *connection)
    .await?
    .into_iter()
    .collect();
    let process_id = Uuid::now_v7();
    sqlx::query!(
        "insert into process (process_id, slug, name) values ($1, $2::text, $3)",
        process_id,
        free_slug(&base, &mut taken),
        name
    )
    .execute(connection)
    .await?;
    Ok(process_id)
}
