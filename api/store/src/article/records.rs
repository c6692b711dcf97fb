//! Statements and positions of an article, each written whole by one query: a column is one array.

use super::add::Resolved;
use super::cut::Cutter;
use super::given;
use super::names::Names;
use crate::{Error, Result};
use plenary_domain::Span;
use plenary_domain::parsed::{ParsedArticle, Position};
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Writes the statements with the words of their sources, cues and contents.
pub(super) async fn store_statements(
    connection: &mut PgConnection,
    cutter: &Cutter<'_>,
    parsed: &ParsedArticle,
    resolved: &Resolved,
) -> Result<()> {
    let statements = &parsed.statements;
    let ordinals: Vec<i32> = (0..).take(statements.len()).collect();
    let column = |spans: &dyn Fn(usize) -> Vec<Span>, what: &str| -> Result<Vec<Value>> {
        (0..statements.len())
            .map(|at| cutter.cut(&spans(at), what))
            .collect()
    };
    let sources = column(&|at| statements[at].source.clone(), "source")?;
    let cues = column(&|at| statements[at].cue.clone(), "cue")?;
    let contents = column(&|at| statements[at].content.clone(), "content")?;
    let modes: Vec<String> = statements.iter().map(|s| s.mode.to_string()).collect();
    let rules: Vec<String> = statements.iter().map(|s| s.rule.clone()).collect();
    let confidences: Vec<f32> = statements.iter().map(|s| s.confidence).collect();
    sqlx::query!(
        "insert into statement (article_id, statement_id, ordinal, source, cue, content, mode, rule, confidence,
            parser_version, since_revision)
        select $1, l.*, $2, $3 from unnest($4::uuid[], $5::integer[], $6::jsonb[], $7::jsonb[], $8::jsonb[], $9::text[],
            $10::text[], $11::real[]) l",
        resolved.article_id,
        parsed.parser_version,
        resolved.revision,
        &resolved.statements,
        &ordinals,
        &sources,
        &cues,
        &contents,
        &modes,
        &rules,
        &confidences
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Positions of one statement, actor, side, meeting, issue and stance are one: the evidence is joined,
/// the surer one's act and confidences stay.
fn merged(parsed: &ParsedArticle, names: &Names) -> Vec<Position> {
    type Key<'a> = (usize, Uuid, Option<Uuid>, Option<Uuid>, &'a str, i8);
    let mut places: HashMap<Key<'_>, usize> = HashMap::new();
    let mut kept: Vec<Position> = Vec::with_capacity(parsed.positions.len());
    for position in &parsed.positions {
        let key = (
            position.statement,
            names.actor(position.actor),
            names.party(position.party),
            names.meeting(position.meeting),
            position.issue.as_str(),
            position.stance.value(),
        );
        match places.get(&key) {
            Some(place) => {
                let mut evidence = std::mem::take(&mut kept[*place].evidence);
                evidence.extend(&position.evidence);
                if position.confidence > kept[*place].confidence {
                    kept[*place] = position.clone();
                }
                kept[*place].evidence = evidence;
            }
            None => {
                places.insert(key, kept.len());
                kept.push(position.clone());
            }
        }
    }
    kept
}

/// Writes the positions with their evidence, each once.
pub(super) async fn store_positions(
    connection: &mut PgConnection,
    cutter: &Cutter<'_>,
    parsed: &ParsedArticle,
    resolved: &Resolved,
) -> Result<()> {
    let names = &resolved.names;
    let positions = &merged(parsed, names);
    let issues = issues(connection, positions).await?;
    let evidence: Vec<Value> = positions
        .iter()
        .map(|p| cutter.cut(&p.evidence, "evidence"))
        .collect::<Result<_>>()?;
    sqlx::query!(
        "insert into party_position (article_id, parser_version, codebook_id, since_revision,
            position_id, statement_id, actor_id, role, party_id, meeting_id, issue_id, stance, act, mode, evidence,
            confidence, speaker_confidence, party_confidence, meeting_confidence, issue_confidence,
            stance_confidence, act_confidence, speaker_rule, party_rule, meeting_rule, coding_rule,
            found_actor_id, found_party_id, found_meeting_id)
        select $1, $2, $3, $4, l.* from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::uuid[], $10::uuid[],
            $11::uuid[], $12::smallint[], $13::text[], $14::text[], $15::jsonb[], $16::real[], $17::real[], $18::real[],
            $19::real[], $20::real[], $21::real[], $22::real[], $23::text[], $24::text[], $25::text[], $26::text[],
            $27::uuid[], $28::uuid[], $29::uuid[]) l",
        resolved.article_id,
        parsed.parser_version,
        resolved.codebook_id,
        resolved.revision,
        &column(positions, |_| Uuid::now_v7()),
        &column(positions, |p| resolved.statements[p.statement]),
        &column(positions, |p| names.actor(p.actor)),
        &column(positions, |p| given(&parsed.actors[p.actor].role)) as &[Option<String>],
        &column(positions, |p| names.party(p.party)) as &[Option<Uuid>],
        &column(positions, |p| names.meeting(p.meeting)) as &[Option<Uuid>],
        &issues,
        &column(positions, |p| i16::from(p.stance.value())),
        &column(positions, |p| p.act.to_string()),
        &column(positions, |p| p.mode.to_string()),
        &evidence,
        &column(positions, |p| p.confidence),
        &column(positions, |p| p.fields.speaker),
        &column(positions, |p| p.fields.party),
        &column(positions, |p| p.fields.meeting),
        &column(positions, |p| p.fields.issue),
        &column(positions, |p| p.fields.stance),
        &column(positions, |p| p.fields.act),
        &column(positions, |p| p.rules.speaker.clone()),
        &column(positions, |p| p.rules.party.clone()),
        &column(positions, |p| p.rules.meeting.clone()),
        &column(positions, |p| p.rules.coding.clone()),
        &column(positions, |p| names.actors[p.actor].overruled()) as &[Option<Uuid>],
        &column(positions, |p| names.parties[p.party?].overruled()) as &[Option<Uuid>],
        &column(positions, |p| names.meetings[p.meeting?].overruled()) as &[Option<Uuid>]
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The id of each position's issue; [`Error::Invalid`] where no stored codebook has one of them.
async fn issues(connection: &mut PgConnection, positions: &[Position]) -> Result<Vec<Uuid>> {
    let slugs = column(positions, |p| p.issue.clone());
    let known: HashMap<String, Uuid> = sqlx::query!(
        r#"select slug as "slug!", issue_id from issue where slug = any($1)"#,
        &slugs
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(|row| (row.slug, row.issue_id))
    .collect();
    positions
        .iter()
        .map(|p| {
            known.get(&p.issue).copied().ok_or_else(|| {
                Error::Invalid(format!("no stored codebook has the issue `{}`", p.issue))
            })
        })
        .collect()
}

/// One value of each position, in their order.
fn column<T>(positions: &[Position], value: impl Fn(&Position) -> T) -> Vec<T> {
    positions.iter().map(value).collect()
}
