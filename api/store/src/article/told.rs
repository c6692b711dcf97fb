//! What an article tells of its actors and meetings: kept beside the records, and added to what is known of the names.

use super::add::Resolved;
use super::cut::Cutter;
use super::given;
use crate::resolve::actor::Told;
use crate::{Result, resolve};
use plenary_domain::NewArticle;
use plenary_domain::parsed::ParsedArticle;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the article tells of its actors, and what that adds to what is known of them.
pub(super) async fn store_actors(
    connection: &mut PgConnection,
    article: &NewArticle,
    parsed: &ParsedArticle,
    resolved: &Resolved,
) -> Result<()> {
    let sides = sides(parsed);
    let names = &resolved.names;
    let name = |at: usize| parsed.actors[at].name.trim().to_owned();
    for (at, sides) in sides.iter().enumerate() {
        let actor = names.actors[at];
        let found: Vec<Uuid> = sides.iter().map(|at| names.parties[*at].found).collect();
        sqlx::query!(
            "insert into article_actor (article_id, ordinal, actor_id, found_actor_id, name, forms, role, parties)
            values ($1, $2, $3, $4, $5, $6, $7, $8)",
            resolved.article_id,
            i32::try_from(at).unwrap_or(i32::MAX),
            actor.placed.owner,
            (actor.found != actor.placed.owner).then_some(actor.found),
            name(at),
            &parsed.actors[at].forms,
            given(&parsed.actors[at].role),
            &found
        )
        .execute(&mut *connection)
        .await?;
    }
    let told: Vec<Told> = (0..sides.len())
        .map(|at| Told {
            actor_id: names.actors[at].placed.owner,
            name: name(at),
            forms: parsed.actors[at].forms.clone(),
            role: given(&parsed.actors[at].role),
            parties: sides[at]
                .iter()
                .filter_map(|at| names.party(Some(*at)))
                .collect(),
            day: parsed.published.or(article.published),
        })
        .collect();
    resolve::actor::attest(connection, &told).await
}

/// For each actor the parties for which it usually speaks, or does so in a position, by their places.
fn sides(parsed: &ParsedArticle) -> Vec<BTreeSet<usize>> {
    let mut sides: Vec<BTreeSet<usize>> = parsed
        .actors
        .iter()
        .map(|actor| actor.party.into_iter().collect())
        .collect();
    for position in &parsed.positions {
        sides[position.actor].extend(position.party);
    }
    sides
}

/// What the article tells of its meetings. Those for which they stand by a ruling are drawn anew.
pub(super) async fn store_meetings(
    connection: &mut PgConnection,
    cutter: &Cutter<'_>,
    parsed: &ParsedArticle,
    resolved: &Resolved,
) -> Result<()> {
    let names = &resolved.names;
    for (at, (meeting, told)) in parsed.meetings.iter().zip(&names.told).enumerate() {
        let name = names.meetings[at];
        let parties: Vec<Uuid> = meeting
            .parties
            .iter()
            .map(|at| names.parties[*at].found)
            .collect();
        sqlx::query!(
            "insert into article_meeting (article_id, ordinal, since_revision, meeting_id, found_meeting_id, main,
                mentions, rule, confidence, name, venue, start_day, end_day, day_known, status, parties)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            resolved.article_id,
            i32::try_from(at).unwrap_or(i32::MAX),
            resolved.revision,
            name.placed.stands_for,
            name.overruled(),
            meeting.main,
            cutter.cut(&meeting.mentions, "mention of a meeting")?,
            meeting.rule,
            meeting.confidence,
            told.name,
            told.venue,
            told.start,
            told.end,
            told.day_known,
            told.status.as_str(),
            &parties
        )
        .execute(&mut *connection)
        .await?;
    }
    // What was found knows already; what it stands for by a ruling does not.
    let overruled: Vec<Uuid> = names
        .meetings
        .iter()
        .filter(|name| name.overruled().is_some())
        .map(|name| name.placed.stands_for)
        .collect();
    resolve::meeting::refresh(connection, &overruled).await
}
