//! Positions as the measures read them: no words, only who, on what, which way, where and when.

use crate::rows::stance;
use crate::select::select_positions;
use crate::{Result, Store};
use chrono::NaiveDate;
use plenary_domain::PositionFilter;
use plenary_domain::measure::Observation;
use plenary_domain::observed::{Observed, ObservedPosition};
use plenary_domain::record::{By, IssueRef, Named};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

struct ObservationRow {
    position_id: Uuid,
    article_id: Uuid,
    group_id: Uuid,
    party_id: Option<Uuid>,
    actor_id: Uuid,
    issue_id: Uuid,
    meeting_id: Option<Uuid>,
    stance: i16,
    day: Option<NaiveDate>,
    confidence: f32,
    parser_version: String,
}

struct SideRow {
    id: Uuid,
    slug: String,
    name: String,
}

struct IssueRow {
    issue_id: Uuid,
    slug: String,
    name: String,
    domain: String,
}

/// Numbers things in the order in which they are listed.
fn numbers(ids: impl IntoIterator<Item = Uuid>) -> HashMap<Uuid, u32> {
    (0..).zip(ids).map(|(number, id)| (id, number)).collect()
}

impl Store {
    /// Everything that the filter admits, numbered for the measures of [`plenary_domain::measure`].
    pub async fn observations(&self, filter: &PositionFilter, by: By) -> Result<Observed> {
        let selection = self.selection(filter).await?;
        let rows = select_positions!(
            ObservationRow,
            selection,
            {
                r#"select p.position_id, p.article_id, a.group_id as "group_id!", p.party_id, p.actor_id,
                p.issue_id, p.meeting_id, p.stance, coalesce(m.start_day, a.published) as "day?",
                p.confidence, p.parser_version"#
            },
            { "order by p.position_id" }
        )
        .fetch_all(&self.read)
        .await?;

        let distinct = |id: &dyn Fn(&ObservationRow) -> Option<Uuid>| -> Vec<Uuid> {
            let ids: BTreeSet<Uuid> = rows.iter().filter_map(id).collect();
            ids.into_iter().collect()
        };
        let parties = sqlx::query_as!(
            SideRow,
            "select party_id as id, slug, name from party where party_id = any($1) order by slug",
            &distinct(&|row| row.party_id)
        )
        .fetch_all(&self.read)
        .await?;
        let actors = sqlx::query_as!(
            SideRow,
            "select actor_id as id, slug, name from actor where actor_id = any($1) order by slug",
            &distinct(&|row| Some(row.actor_id))
        )
        .fetch_all(&self.read)
        .await?;
        let issues = sqlx::query_as!(
            IssueRow,
            "select issue_id, slug, name, domain from issue where issue_id = any($1) order by ordinal, slug",
            &distinct(&|row| Some(row.issue_id))
        )
        .fetch_all(&self.read)
        .await?;
        let meetings = self
            .select_meetings(&distinct(&|row| row.meeting_id), None, i64::MAX)
            .await?;
        let meeting_ids = sqlx::query_as!(
            SideRow,
            "select meeting_id as id, slug, name from meeting where meeting_id = any($1)",
            &distinct(&|row| row.meeting_id)
        )
        .fetch_all(&self.read)
        .await?;

        let party_numbers = numbers(parties.iter().map(|row| row.id));
        let actor_numbers = numbers(actors.iter().map(|row| row.id));
        let issue_numbers = numbers(issues.iter().map(|row| row.issue_id));
        let by_slug: HashMap<&str, u32> = (0..)
            .zip(&meetings)
            .map(|(number, meeting)| (meeting.meeting.slug.as_str(), number))
            .collect();
        let meeting_numbers: HashMap<Uuid, u32> = meeting_ids
            .iter()
            .filter_map(|row| Some((row.id, *by_slug.get(row.slug.as_str())?)))
            .collect();
        let article_numbers = numbers(distinct(&|row| Some(row.article_id)));
        let group_numbers = numbers(distinct(&|row| Some(row.group_id)));
        let parser_versions: BTreeSet<&str> =
            rows.iter().map(|row| row.parser_version.as_str()).collect();

        let mut positions = Vec::with_capacity(rows.len());
        for row in &rows {
            let actor = actor_numbers[&row.actor_id];
            let side = match by {
                By::Actor => Some(actor),
                By::Party => row.party_id.map(|id| party_numbers[&id]),
            };
            let Some(side) = side else { continue };
            positions.push(ObservedPosition {
                position_id: row.position_id,
                observation: Observation {
                    side,
                    actor,
                    issue: issue_numbers[&row.issue_id],
                    stance: stance(row.position_id, row.stance)?,
                    article: article_numbers[&row.article_id],
                    group: group_numbers[&row.group_id],
                    meeting: row
                        .meeting_id
                        .and_then(|id| meeting_numbers.get(&id).copied()),
                    day: row.day,
                },
                confidence: row.confidence,
            });
        }
        let without_side = rows.len() - positions.len();
        let parser_versions = parser_versions.into_iter().map(str::to_owned).collect();
        let named = |rows: Vec<SideRow>| -> Vec<Named> {
            rows.into_iter()
                .map(|row| Named {
                    slug: row.slug,
                    name: row.name,
                })
                .collect()
        };
        let actors = named(actors);
        Ok(Observed {
            revision: selection.revision,
            sides: match by {
                By::Actor => actors.clone(),
                By::Party => named(parties),
            },
            actors,
            issues: issues
                .into_iter()
                .map(|row| IssueRef {
                    slug: row.slug,
                    name: row.name,
                    domain: row.domain,
                })
                .collect(),
            meetings,
            parser_versions,
            positions,
            without_side,
        })
    }
}
