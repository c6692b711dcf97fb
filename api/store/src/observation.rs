//! Positions as the measures read them: no words, only who, on what, which way, where and when.
//!
//! They are read in any order, with [`numbers`] for ids. When all are there, what is numbered is [`named`], and the
//! numbers are made places in the lists of names.

mod named;
mod numbers;

use crate::rows::{Code, stance};
use crate::select::{Selection, select_positions};
use crate::{Error, Result, Store};
use chrono::NaiveDate;
use foldhash::fast::FixedState;
use futures_util::TryStreamExt;
use named::Names;
use numbers::{Numbers, Renumbered};
use plenary_domain::measure::Observation;
use plenary_domain::observed::{Observed, ObservedPosition};
use plenary_domain::record::By;
use plenary_domain::{Act, Mode, PositionFilter};
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

/// Positions with numbers for ids, in the order in which they were read.
#[derive(Default)]
struct Numbered {
    parties: Numbers,
    actors: Numbers,
    issues: Numbers,
    meetings: Numbers,
    articles: Numbers,
    parser_versions: BTreeSet<String>,
    positions: Vec<ObservedPosition>,
}

impl Numbered {
    /// Adds a position. What only names and articles know is left open: its group and its day.
    fn add(&mut self, row: ObservationRow, by: By) -> Result<()> {
        let id = row.position_id;
        let actor = self.actors.of(row.actor_id);
        if !self.parser_versions.contains(&row.parser_version) {
            self.parser_versions.insert(row.parser_version);
        }
        self.positions.push(ObservedPosition {
            position_id: id,
            observation: Observation {
                side: match by {
                    By::Actor => actor,
                    By::Party => row
                        .party_id
                        .map_or(u32::MAX, |party| self.parties.of(party)),
                },
                actor,
                issue: self.issues.of(row.issue_id),
                stance: stance(id, row.stance)?,
                article: self.articles.of(row.article_id),
                group: 0,
                meeting: row.meeting_id.map(|meeting| self.meetings.of(meeting)),
                day: None,
            },
            act: row.act.known("party_position", "act", id)?,
            mode: row.mode.known("party_position", "mode", id)?,
            confidence: row.confidence,
        });
        Ok(())
    }

    /// Brings the positions into their order and turns numbers into places in the lists of names. Gives the ids
    /// of the articles, which have no names, in the order of their new numbers.
    fn place(&mut self, named: &Names, by: By) -> Vec<Uuid> {
        // Sorting here is faster than there, where whole rows would be moved.
        self.positions
            .sort_unstable_by_key(|position| position.position_id);
        let party_places = self.parties.places(named.parties.iter().map(|row| row.id));
        let actor_places = self.actors.places(named.actors.iter().map(|row| row.id));
        let issue_places = self
            .issues
            .places(named.issues.iter().map(|row| row.issue_id));
        let meeting_places = self
            .meetings
            .places(named.meetings.iter().map(|row| row.meeting_id));
        let mut article_places = Renumbered::new(self.articles.ids.len());
        for ObservedPosition { observation: o, .. } in &mut self.positions {
            o.actor = actor_places[o.actor as usize];
            o.side = match by {
                By::Actor => o.actor,
                By::Party => party_places
                    .get(o.side as usize)
                    .copied()
                    .unwrap_or(named.parties.len() as u32),
            };
            o.issue = issue_places[o.issue as usize];
            o.article = article_places.of(o.article);
            o.group = o.article;
            o.meeting = o.meeting.map(|meeting| meeting_places[meeting as usize]);
            // The day of a position is that of the meeting, else that of the article.
            let meeting = o.meeting.map(|meeting| &named.meetings[meeting as usize]);
            o.day = meeting.and_then(|meeting| meeting.start_day);
        }
        let mut article_ids = vec![Uuid::nil(); self.articles.ids.len()];
        for (id, place) in self.articles.ids.iter().zip(article_places.places) {
            article_ids[place as usize] = *id;
        }
        article_ids
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
        let revision = selection.revision;
        let mut read = self.numbered(&selection, by).await?;
        let named = self.name_all(&read, revision).await?;
        let article_ids = read.place(&named, by);
        self.add_articles(&mut read.positions, &article_ids, copies)
            .await?;
        let actors = named::sides(named.actors);
        Ok(Observed {
            revision,
            sides: match by {
                By::Actor => actors.clone(),
                By::Party => named::sides(named.parties),
            },
            actors,
            issues: named.issues.into_iter().map(Into::into).collect(),
            meetings: named.meetings.into_iter().map(Into::into).collect(),
            parser_versions: read.parser_versions.into_iter().collect(),
            positions: read.positions,
        })
    }

    /// Reads what the selection admits, as it comes.
    async fn numbered(&self, selection: &Selection, by: By) -> Result<Numbered> {
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

        let mut read = Numbered::default();
        while let Some(row) = rows.try_next().await? {
            if read.positions.len() == self.most_observed {
                return Err(Error::TooMany {
                    most: self.most_observed,
                });
            }
            read.add(row, by)?;
        }
        Ok(read)
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
}
