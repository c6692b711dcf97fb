//! The one filter of positions, as SQL: every list, grid and export selects through it.
//!
//! Slugs are turned into ids first, by one small query. The condition itself stands once, in
//! [`select_positions!`], so that two queries under the same filter cannot differ in what they count.

use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::PositionFilter;
use plenary_domain::filter::{Choice, NONE};
use std::collections::HashSet;
use uuid::Uuid;

/// A choice as its condition takes it: `None` where nothing is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids<T> {
    /// Admit only these.
    pub(crate) any: Option<Vec<T>>,
    /// Admit what has no value too.
    pub(crate) or_none: bool,
    /// Leave these out.
    pub(crate) not: Option<Vec<T>>,
    /// Leave out what has no value.
    pub(crate) not_none: bool,
}

impl<T> Ids<T> {
    /// Sorts `none` out and turns the other values into what `find` gives for each.
    pub(crate) fn of<S: AsRef<str>>(choice: &Choice<S>, find: impl Fn(&str) -> Vec<T>) -> Ids<T> {
        let side = |values: &[S]| {
            let none = values.iter().any(|value| value.as_ref() == NONE);
            let found: Vec<T> = values
                .iter()
                .filter(|value| value.as_ref() != NONE)
                .flat_map(|value| find(value.as_ref()))
                .collect();
            ((!values.is_empty()).then_some(found), none)
        };
        let (any, or_none) = side(&choice.any);
        let (not, not_none) = side(&choice.none);
        Ids {
            any,
            or_none,
            not,
            not_none,
        }
    }
}

/// Text that Postgres can take: it knows no NUL, and nothing stored holds one.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', " ")
}

/// A pattern for `like` that finds a text anywhere.
pub(crate) fn contains(text: &Option<String>) -> Option<String> {
    text.as_deref().map(|text| {
        let escaped = without_nul(text.trim())
            .to_lowercase()
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        format!("%{escaped}%")
    })
}

/// The codes of a choice, `None` where nothing is asked.
pub(crate) fn codes<T: Copy>(
    choice: &Choice<T>,
    code: impl Fn(T) -> &'static str,
) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let side = |values: &[T]| {
        (!values.is_empty()).then(|| values.iter().map(|value| code(*value).to_owned()).collect())
    };
    (side(&choice.any), side(&choice.none))
}

/// The texts of a choice that can be compared with stored ones.
pub(crate) fn texts<'a>(choices: impl IntoIterator<Item = &'a Choice<String>>) -> Vec<String> {
    choices
        .into_iter()
        .flat_map(|choice| choice.any.iter().chain(&choice.none))
        .filter(|text| !text.contains('\0'))
        .cloned()
        .collect()
}

/// A [`PositionFilter`] with ids for slugs and a revision.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    pub(crate) revision: i64,
    pub(crate) parties: Ids<Uuid>,
    pub(crate) actors: Ids<Uuid>,
    pub(crate) meetings: Ids<Uuid>,
    /// Meetings of the processes asked for.
    pub(crate) processes: Ids<Uuid>,
    pub(crate) issues: Ids<Uuid>,
    pub(crate) outlets: Ids<String>,
    pub(crate) stances: (Option<Vec<i16>>, Option<Vec<i16>>),
    pub(crate) acts: (Option<Vec<String>>, Option<Vec<String>>),
    pub(crate) modes: (Option<Vec<String>>, Option<Vec<String>>),
    pub(crate) articles: (Option<Vec<Uuid>>, Option<Vec<Uuid>>),
    pub(crate) days: Days,
    pub(crate) min_confidence: Option<f32>,
    pub(crate) q: Option<String>,
}

/// The days asked for. A position counts for the first day of its meeting, else for the day of its
/// article.
#[derive(Debug, Clone, Default)]
pub(crate) struct Days {
    /// Meetings with a first day among them; `None` where nothing is asked.
    pub(crate) within: Option<Vec<Uuid>>,
    /// Meetings without a day.
    pub(crate) undated: Vec<Uuid>,
    pub(crate) from: Option<NaiveDate>,
    pub(crate) to: Option<NaiveDate>,
}

/// What a meeting was known to be at the revision.
struct MeetingRow {
    meeting_id: Uuid,
    process_id: Option<Uuid>,
    start_day: Option<NaiveDate>,
}

impl Days {
    fn of(filter: &PositionFilter, meetings: &[MeetingRow]) -> Days {
        let (from, to) = (filter.from, filter.to);
        if from.is_none() && to.is_none() {
            return Days::default();
        }
        let ids = |wanted: &dyn Fn(Option<NaiveDate>) -> bool| -> Vec<Uuid> {
            meetings
                .iter()
                .filter(|meeting| wanted(meeting.start_day))
                .map(|meeting| meeting.meeting_id)
                .collect()
        };
        let inside =
            |day: NaiveDate| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to);
        Days {
            within: Some(ids(&|day| day.is_some_and(inside))),
            undated: ids(&|day| day.is_none()),
            from,
            to,
        }
    }
}

/// The meetings of the processes asked for, at the revision. Where `none` is asked for, the meetings
/// of no process are among them, beside the positions of no meeting.
fn of_processes(processes: Ids<Uuid>, meetings: &[MeetingRow]) -> Ids<Uuid> {
    let side = |wanted: Option<Vec<Uuid>>, none: bool| {
        (wanted.is_some() || none).then(|| {
            let wanted = wanted.unwrap_or_default();
            meetings
                .iter()
                .filter(|meeting| meeting.process_id.map_or(none, |id| wanted.contains(&id)))
                .map(|meeting| meeting.meeting_id)
                .collect()
        })
    };
    Ids {
        any: side(processes.any, processes.or_none),
        not: side(processes.not, processes.not_none),
        ..processes
    }
}

/// Something with a slug, of one of the kinds that filters name.
pub(crate) struct FoundRow {
    pub(crate) kind: String,
    pub(crate) slug: String,
    pub(crate) id: Uuid,
}

struct IssueRow {
    issue_id: Uuid,
    slug: String,
    domain: String,
}

/// Every domain's issues and every slug's own, as sets of ids; `None` where nothing is asked.
fn issue_ids(filter: &PositionFilter, issues: &[IssueRow]) -> Ids<Uuid> {
    let ids = |wanted: &dyn Fn(&IssueRow) -> bool| -> HashSet<Uuid> {
        issues
            .iter()
            .filter(|issue| wanted(issue))
            .map(|issue| issue.issue_id)
            .collect()
    };
    let of_slugs = |slugs: &[String]| ids(&|issue| slugs.contains(&issue.slug));
    let of_domains = |domains: &[String]| ids(&|issue| domains.contains(&issue.domain));
    let any = match (filter.issues.any.is_empty(), filter.domains.any.is_empty()) {
        (true, true) => None,
        (false, true) => Some(of_slugs(&filter.issues.any)),
        (true, false) => Some(of_domains(&filter.domains.any)),
        (false, false) => Some(&of_slugs(&filter.issues.any) & &of_domains(&filter.domains.any)),
    };
    let not = &of_slugs(&filter.issues.none) | &of_domains(&filter.domains.none);
    Ids {
        any: any.map(|ids| ids.into_iter().collect()),
        or_none: false,
        not: (!not.is_empty()).then(|| not.into_iter().collect()),
        not_none: false,
    }
}

fn listed<T: Copy, U>(
    choice: &Choice<T>,
    convert: impl Fn(T) -> U,
) -> (Option<Vec<U>>, Option<Vec<U>>) {
    let side = |values: &[T]| {
        (!values.is_empty()).then(|| values.iter().map(|value| convert(*value)).collect())
    };
    (side(&choice.any), side(&choice.none))
}

/// The ids of one kind and slug.
pub(crate) fn ids(found: &[FoundRow], kind: &str, slug: &str) -> Vec<Uuid> {
    found
        .iter()
        .filter(|row| row.kind == kind && row.slug == slug)
        .map(|row| row.id)
        .collect()
}

impl Store {
    /// What slugs stand for at a revision: a name that was merged by then has its records under another.
    pub(crate) async fn named(&self, slugs: &[String], revision: i64) -> Result<Vec<FoundRow>> {
        if slugs.is_empty() {
            return Ok(Vec::new());
        }
        let found = sqlx::query_as!(
            FoundRow,
            r#"select 'party' as "kind!", slug as "slug!", party_id as "id!" from party where slug = any($1)
            union all select 'actor', slug, actor_id from actor where slug = any($1)
            union all select 'meeting', slug, meeting_id from meeting where slug = any($1)
            union all select 'process', slug, process_id from process where slug = any($1)"#,
            slugs
        )
        .fetch_all(&self.read)
        .await?;
        self.follow(found, revision).await
    }

    /// Looks slugs up and fixes the revision.
    pub(crate) async fn selection(&self, filter: &PositionFilter) -> Result<Selection> {
        let revision = self.pinned(filter.revision).await?;
        let slugs = texts([
            &filter.parties,
            &filter.actors,
            &filter.meetings,
            &filter.processes,
        ]);
        let found = self.named(&slugs, revision).await?;
        let by_issue = [&filter.issues, &filter.domains]
            .iter()
            .any(|choice| !choice.any.is_empty() || !choice.none.is_empty());
        let issues = if by_issue {
            sqlx::query_as!(IssueRow, "select issue_id, slug, domain from issue")
                .fetch_all(&self.read)
                .await?
        } else {
            Vec::new()
        };
        let by_process = !filter.processes.any.is_empty() || !filter.processes.none.is_empty();
        let meetings = if by_process || filter.from.is_some() || filter.to.is_some() {
            sqlx::query_as!(
                MeetingRow,
                "select meeting_id, process_id, start_day from meeting_version
                where since_revision <= $1 and (until_revision is null or until_revision > $1)",
                revision
            )
            .fetch_all(&self.read)
            .await?
        } else {
            Vec::new()
        };
        Ok(Selection {
            revision,
            parties: Ids::of(&filter.parties, |slug| ids(&found, "party", slug)),
            actors: Ids::of(&filter.actors, |slug| ids(&found, "actor", slug)),
            meetings: Ids::of(&filter.meetings, |slug| ids(&found, "meeting", slug)),
            processes: of_processes(
                Ids::of(&filter.processes, |slug| ids(&found, "process", slug)),
                &meetings,
            ),
            issues: issue_ids(filter, &issues),
            outlets: Ids::of(&filter.outlets, |outlet| {
                vec![without_nul(outlet).to_lowercase()]
            }),
            stances: listed(&filter.stances, |stance| i16::from(stance.value())),
            acts: codes(&filter.acts, |act| act.as_str()),
            modes: codes(&filter.modes, |mode| mode.as_str()),
            articles: listed(&filter.articles, |id| id),
            days: Days::of(filter, &meetings),
            min_confidence: filter.min_confidence,
            q: filter.q.as_deref().map(without_nul),
        })
    }
}

/// A checked query over the positions of a [`Selection`]: what stands before, the joins and the
/// condition, what stands after. Parameters $1 to $35 are the selection's; further ones follow.
///
/// Inside, `p` is the position and `a` its article. The join is an outer one on the key, so that the
/// planner drops it where neither the condition nor the query needs a column of the article.
macro_rules! select_positions {
    ($row:ty, $selection:expr, { $($head:tt)+ }, { $($tail:tt)+ } $(, $extra:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            $($head)+ + r#"
from party_position p
left join article a on a.article_id = p.article_id
where p.since_revision <= $1 and (p.until_revision is null or p.until_revision > $1)
and ($2::uuid[] is null or p.party_id = any($2) or ($3 and p.party_id is null))
and ($4::uuid[] is null or p.party_id is null or p.party_id <> all($4))
and not ($5 and p.party_id is null)
and ($6::uuid[] is null or p.meeting_id = any($6) or ($7 and p.meeting_id is null))
and ($8::uuid[] is null or p.meeting_id is null or p.meeting_id <> all($8))
and not ($9 and p.meeting_id is null)
and ($10::uuid[] is null or p.meeting_id = any($10) or ($11 and p.meeting_id is null))
and ($12::uuid[] is null or p.meeting_id is null or p.meeting_id <> all($12))
and not ($13 and p.meeting_id is null)
and ($14::text[] is null or a.outlet_key = any($14) or ($15 and a.outlet is null))
and ($16::text[] is null or a.outlet is null or a.outlet_key <> all($16))
and not ($17 and a.outlet is null)
and ($18::uuid[] is null or p.actor_id = any($18))
and ($19::uuid[] is null or p.actor_id <> all($19))
and ($20::uuid[] is null or p.issue_id = any($20))
and ($21::uuid[] is null or p.issue_id <> all($21))
and ($22::smallint[] is null or p.stance = any($22))
and ($23::smallint[] is null or p.stance <> all($23))
and ($24::text[] is null or p.act = any($24))
and ($25::text[] is null or p.act <> all($25))
and ($26::text[] is null or p.mode = any($26))
and ($27::text[] is null or p.mode <> all($27))
and ($28::uuid[] is null or p.article_id = any($28))
and ($29::uuid[] is null or p.article_id <> all($29))
and ($30::uuid[] is null or p.meeting_id = any($30) or ((p.meeting_id is null or p.meeting_id = any($31))
    and coalesce(a.published >= $32, $32::date is null) and coalesce(a.published <= $33, $33::date is null)))
and ($34::real is null or p.confidence >= $34)
and ($35::text is null or p.words @@ websearch_to_tsquery('english', $35))
"# + $($tail)+,
            $selection.revision,
            $selection.parties.any.as_deref() as Option<&[uuid::Uuid]>,
            $selection.parties.or_none,
            $selection.parties.not.as_deref() as Option<&[uuid::Uuid]>,
            $selection.parties.not_none,
            $selection.meetings.any.as_deref() as Option<&[uuid::Uuid]>,
            $selection.meetings.or_none,
            $selection.meetings.not.as_deref() as Option<&[uuid::Uuid]>,
            $selection.meetings.not_none,
            $selection.processes.any.as_deref() as Option<&[uuid::Uuid]>,
            $selection.processes.or_none,
            $selection.processes.not.as_deref() as Option<&[uuid::Uuid]>,
            $selection.processes.not_none,
            $selection.outlets.any.as_deref() as Option<&[String]>,
            $selection.outlets.or_none,
            $selection.outlets.not.as_deref() as Option<&[String]>,
            $selection.outlets.not_none,
            $selection.actors.any.as_deref() as Option<&[uuid::Uuid]>,
            $selection.actors.not.as_deref() as Option<&[uuid::Uuid]>,
            $selection.issues.any.as_deref() as Option<&[uuid::Uuid]>,
            $selection.issues.not.as_deref() as Option<&[uuid::Uuid]>,
            $selection.stances.0.as_deref() as Option<&[i16]>,
            $selection.stances.1.as_deref() as Option<&[i16]>,
            $selection.acts.0.as_deref() as Option<&[String]>,
            $selection.acts.1.as_deref() as Option<&[String]>,
            $selection.modes.0.as_deref() as Option<&[String]>,
            $selection.modes.1.as_deref() as Option<&[String]>,
            $selection.articles.0.as_deref() as Option<&[uuid::Uuid]>,
            $selection.articles.1.as_deref() as Option<&[uuid::Uuid]>,
            $selection.days.within.as_deref() as Option<&[uuid::Uuid]>,
            &$selection.days.undated,
            $selection.days.from,
            $selection.days.to,
            $selection.min_confidence,
            $selection.q,
            $($extra),*
        )
    };
}
pub(crate) use select_positions;
