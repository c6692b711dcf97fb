//! Positions as the measures read them: no words, only who, on what, which way, where and when.

use crate::rows::{Code, NamedRow, all_named, named, stance};
use crate::select::select_positions;
use crate::{Error, Result, Store};
use chrono::NaiveDate;
use foldhash::fast::FixedState;
use futures_util::TryStreamExt;
use plenary_domain::measure::Observation;
use plenary_domain::observed::{Observed, ObservedMeeting, ObservedPosition};
use plenary_domain::record::{By, IssueRef, MeetingRef, Named, Track};
use plenary_domain::{Act, Mode, PositionFilter};
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

struct ObservationRow {
    position_id: Uuid,
    article_id: Uuid,
    party_id: Option<Uuid>,
    actor_id: Uuid,
    issue_id: Uuid,
    meeting_id: Option<Uuid>,
    stance: i16,
    act: Code<Act>,
    mode: Code<Mode>,
    confidence: f32,
    parser_version: String,
}

struct ArticleRow {
    article_id: Uuid,
    group_id: Uuid,
    published: Option<NaiveDate>,
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

struct MeetingRow {
    meeting_id: Uuid,
    slug: String,
    name: String,
    venue: Option<String>,
    start_day: Option<NaiveDate>,
    end_day: Option<NaiveDate>,
    process_slug: Option<String>,
    process_name: Option<String>,
}

/// Numbers ids from 0 in the order in which they first come.
#[derive(Default)]
struct Numbers {
    known: HashMap<Uuid, u32, FixedState>,
    ids: Vec<Uuid>,
    last: Option<(Uuid, u32)>,
}

impl Numbers {
    fn of(&mut self, id: Uuid) -> u32 {
        // Positions of one article come one after the other.
        if let Some((last, number)) = self.last
            && last == id
        {
            return number;
        }
        let number = *self.known.entry(id).or_insert_with(|| {
            self.ids.push(id);
            (self.ids.len() - 1) as u32
        });
        self.last = Some((id, number));
        number
    }

    /// For each number, the place of its id in another order.
    fn places(&self, order: impl Iterator<Item = Uuid>) -> Vec<u32> {
        let mut places = vec![0; self.ids.len()];
        for (place, id) in (0..).zip(order) {
            if let Some(number) = self.known.get(&id) {
                places[*number as usize] = place;
            }
        }
        places
    }
}

impl Store {
    /// Everything that the filter admits, numbered for the measures of [`plenary_domain::measure`].
    ///
    /// `copies` tells whether copies of one article are to be known as such: only then is the group of an
    /// observation that of its article, else each article is a group of its own.
    ///
    /// A million positions take some 150 MB while they are read and 80 MB afterwards;
    /// [`Error::TooMany`] where there are more than [`Store::observing_at_most`] allows.
    pub async fn observations(
        &self,
        filter: &PositionFilter,
        by: By,
        copies: bool,
    ) -> Result<Observed> {
        let selection = self.selection(filter).await?;
        let mut rows = select_positions!(
            ObservationRow,
            selection,
            {
                r#"select p.position_id as "position_id!", p.article_id as "article_id!",
                p.party_id as "party_id?", p.actor_id as "actor_id!", p.issue_id as "issue_id!",
                p.meeting_id as "meeting_id?", p.stance as "stance!", p.act as "act!: Code<Act>",
                p.mode as "mode!: Code<Mode>", p.confidence as "confidence!", p.parser_version as "parser_version!""#
            },
            { "" }
        )
        .fetch(&self.read);

        let (mut parties, mut actors, mut issues) =
            (Numbers::default(), Numbers::default(), Numbers::default());
        let (mut meetings, mut articles) = (Numbers::default(), Numbers::default());
        let mut parser_versions: BTreeSet<String> = BTreeSet::new();
        let mut positions: Vec<ObservedPosition> = Vec::new();
        while let Some(row) = rows.try_next().await? {
            if positions.len() == self.most_observed {
                return Err(Error::TooMany {
                    most: self.most_observed,
                });
            }
            let id = row.position_id;
            let actor = actors.of(row.actor_id);
            if !parser_versions.contains(&row.parser_version) {
                parser_versions.insert(row.parser_version);
            }
            positions.push(ObservedPosition {
                position_id: id,
                observation: Observation {
                    side: match by {
                        By::Actor => actor,
                        By::Party => row.party_id.map_or(u32::MAX, |party| parties.of(party)),
                    },
                    actor,
                    issue: issues.of(row.issue_id),
                    stance: stance(id, row.stance)?,
                    article: articles.of(row.article_id),
                    group: 0,
                    meeting: row.meeting_id.map(|meeting| meetings.of(meeting)),
                    day: None,
                },
                act: row.act.known("party_position", "act", id)?,
                mode: row.mode.known("party_position", "mode", id)?,
                confidence: row.confidence,
            });
        }
        drop(rows);

        let revision = selection.revision;
        // Together, as a small answer waits longer for each than it takes.
        let (named_parties, named_actors, named_issues, named_meetings) = tokio::try_join!(
            self.named_parties(&parties.ids),
            self.named_actors(&actors.ids, revision),
            self.named_issues(&issues.ids),
            self.named_meetings(&meetings.ids, revision),
        )?;

        // Sorting here is faster than there, where whole rows would be moved.
        positions.sort_unstable_by_key(|position| position.position_id);
        let party_places = parties.places(named_parties.iter().map(|row| row.id));
        let actor_places = actors.places(named_actors.iter().map(|row| row.id));
        let issue_places = issues.places(named_issues.iter().map(|row| row.issue_id));
        let meeting_places = meetings.places(named_meetings.iter().map(|row| row.meeting_id));
        let mut article_places = Renumbered::new(articles.ids.len());
        for ObservedPosition { observation: o, .. } in &mut positions {
            o.actor = actor_places[o.actor as usize];
            o.side = match by {
                By::Actor => o.actor,
                By::Party => party_places
                    .get(o.side as usize)
                    .copied()
                    .unwrap_or(named_parties.len() as u32),
            };
            o.issue = issue_places[o.issue as usize];
            o.article = article_places.of(o.article);
            o.group = o.article;
            o.meeting = o.meeting.map(|meeting| meeting_places[meeting as usize]);
            // The day of a position is that of the meeting, else that of the article.
            let meeting = o.meeting.map(|meeting| &named_meetings[meeting as usize]);
            o.day = meeting.and_then(|meeting| meeting.start_day);
        }
        let mut article_ids = vec![Uuid::nil(); articles.ids.len()];
        for (id, place) in articles.ids.iter().zip(article_places.places) {
            article_ids[place as usize] = *id;
        }
        self.add_articles(&mut positions, &article_ids, copies)
            .await?;
        let sides = |rows: Vec<SideRow>| -> Vec<Named> {
            rows.into_iter()
                .map(|SideRow { slug, name, .. }| Named { slug, name })
                .collect()
        };
        let actors = sides(named_actors);
        Ok(Observed {
            revision,
            sides: match by {
                By::Actor => actors.clone(),
                By::Party => sides(named_parties),
            },
            actors,
            issues: named_issues
                .into_iter()
                .map(|row| IssueRef {
                    slug: row.slug,
                    name: row.name,
                    domain: row.domain,
                })
                .collect(),
            meetings: named_meetings
                .into_iter()
                .map(|row| ObservedMeeting {
                    meeting: MeetingRef {
                        slug: row.slug,
                        name: row.name,
                        venue: row.venue,
                        start: row.start_day,
                        end: row.end_day,
                    },
                    process: named(row.process_slug, row.process_name),
                })
                .collect(),
            parser_versions: parser_versions.into_iter().collect(),
            positions,
        })
    }

    /// Adds what only the articles know: the day of positions that have none of a meeting and, where it
    /// is asked for, which articles are copies. `ids` are those of the articles, by number.
    async fn add_articles(
        &self,
        positions: &mut [ObservedPosition],
        ids: &[Uuid],
        copies: bool,
    ) -> Result<()> {
        let mut wanted = vec![copies; ids.len()];
        for ObservedPosition { observation: o, .. } in positions.iter() {
            wanted[o.article as usize] |= o.day.is_none();
        }
        let asked: Vec<Uuid> = ids
            .iter()
            .zip(wanted)
            .filter_map(|(id, wanted)| wanted.then_some(*id))
            .collect();
        if asked.is_empty() {
            return Ok(());
        }
        let rows = sqlx::query_as!(
            ArticleRow,
            "select article_id, group_id, published from article where article_id = any($1)",
            &asked
        )
        .fetch_all(&self.read)
        .await?;
        let numbers: HashMap<Uuid, u32, FixedState> = ids.iter().copied().zip(0..).collect();
        let mut groups = Numbers::default();
        let mut known: Vec<Option<(u32, Option<NaiveDate>)>> = vec![None; ids.len()];
        for row in rows {
            if let Some(number) = numbers.get(&row.article_id) {
                known[*number as usize] = Some((groups.of(row.group_id), row.published));
            }
        }
        let mut group_places = Renumbered::new(groups.ids.len());
        for ObservedPosition { observation: o, .. } in positions {
            if let Some((group, published)) = known[o.article as usize] {
                o.day = o.day.or(published);
                if copies {
                    o.group = group_places.of(group);
                }
            }
        }
        Ok(())
    }

    async fn named_parties(&self, ids: &[Uuid]) -> Result<Vec<SideRow>> {
        Ok(sqlx::query_as!(
            SideRow,
            r#"select party_id as id, slug as "slug!", name from party where party_id = any($1) order by slug"#,
            ids
        )
        .fetch_all(&self.read)
        .await?)
    }

    async fn named_actors(&self, ids: &[Uuid], revision: i64) -> Result<Vec<SideRow>> {
        Ok(sqlx::query_as!(
            SideRow,
            r#"select a.actor_id as id, a.slug as "slug!", v.name from actor a
            join actor_version v on v.actor_id = a.actor_id
                and v.since_revision <= $2 and (v.until_revision is null or v.until_revision > $2)
            where a.actor_id = any($1) order by a.slug"#,
            ids,
            revision
        )
        .fetch_all(&self.read)
        .await?)
    }

    async fn named_issues(&self, ids: &[Uuid]) -> Result<Vec<IssueRow>> {
        Ok(sqlx::query_as!(
            IssueRow,
            r#"select issue_id, slug as "slug!", name, domain from issue where issue_id = any($1)
            order by ordinal, slug"#,
            ids
        )
        .fetch_all(&self.read)
        .await?)
    }

    async fn named_meetings(&self, ids: &[Uuid], revision: i64) -> Result<Vec<MeetingRow>> {
        Ok(sqlx::query_as!(
            MeetingRow,
            r#"select m.meeting_id, m.slug as "slug!", v.name, v.venue, v.start_day, v.end_day,
                pr.slug as "process_slug?", pr.name as "process_name?"
            from meeting m
            join meeting_version v on v.meeting_id = m.meeting_id
                and v.since_revision <= $2 and (v.until_revision is null or v.until_revision > $2)
            left join process pr on pr.process_id = v.process_id
            where m.meeting_id = any($1) order by v.start_day nulls last, m.slug"#,
            ids,
            revision
        )
        .fetch_all(&self.read)
        .await?)
    }
}

struct TrackRow {
    slug: String,
    name: String,
    venue: Option<String>,
    start_day: Option<NaiveDate>,
    end_day: Option<NaiveDate>,
    process_slug: Option<String>,
    process_name: Option<String>,
    parties: Json<Vec<NamedRow>>,
}

impl Store {
    /// A meeting with what led to it, as known at a revision, which must exist; `None` where no such
    /// meeting was known.
    pub async fn track(&self, slug: &str, revision: Option<i64>) -> Result<Option<Track>> {
        let revision = self.pinned(revision).await?;
        let mut rows = sqlx::query_as!(
            TrackRow,
            r#"with known as (
                select * from meeting_version
                where since_revision <= $2 and (until_revision is null or until_revision > $2)
            )
            select m.slug as "slug!", v.name as "name!", v.venue as "venue?", v.start_day as "start_day?",
                v.end_day as "end_day?", pr.slug as "process_slug?", pr.name as "process_name?",
                (select coalesce(jsonb_agg(jsonb_build_object('slug', pa.slug, 'name', pa.name)
                        order by pa.name, pa.slug), '[]')
                    from participant_version mp join party pa on pa.party_id = mp.party_id
                    where mp.meeting_id = m.meeting_id and mp.since_revision <= $2
                    and (mp.until_revision is null or mp.until_revision > $2)) as "parties!: Json<Vec<NamedRow>>"
            from meeting this
            join known t on t.meeting_id = this.meeting_id
            join known v on v.meeting_id = t.meeting_id or v.process_id = t.process_id
            join meeting m on m.meeting_id = v.meeting_id
            left join process pr on pr.process_id = v.process_id
            where this.slug = $1
            and (coalesce(v.start_day, 'infinity'), m.slug) <= (coalesce(t.start_day, 'infinity'), this.slug)
            order by v.start_day nulls last, m.slug"#,
            slug,
            revision
        )
        .fetch_all(&self.read)
        .await?;
        let Some(this) = rows.pop() else {
            return Ok(None);
        };
        let meeting = |row: &TrackRow| MeetingRef {
            slug: row.slug.clone(),
            name: row.name.clone(),
            venue: row.venue.clone(),
            start: row.start_day,
            end: row.end_day,
        };
        Ok(Some(Track {
            revision,
            meeting: meeting(&this),
            process: named(this.process_slug, this.process_name),
            parties: all_named(this.parties.0),
            earlier: rows.iter().map(meeting).collect(),
        }))
    }
}

/// Numbers anew in the order of first use, so that numbers do not depend on the order of rows.
struct Renumbered {
    places: Vec<u32>,
    next: u32,
}

impl Renumbered {
    fn new(count: usize) -> Renumbered {
        Renumbered {
            places: vec![u32::MAX; count],
            next: 0,
        }
    }

    fn of(&mut self, number: u32) -> u32 {
        let place = &mut self.places[number as usize];
        if *place == u32::MAX {
            *place = self.next;
            self.next += 1;
        }
        *place
    }
}
