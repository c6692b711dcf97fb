//! `/v1/comparisons/loyalty`: how far actors stand with the rest of their party.

use super::basis::{Basis, Measured, measure};
use super::counting::{CountingQuery, unknown};
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query};
use crate::shape::{Named, Row};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::{Cell, loyalty};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Loyalty of the actors of each party.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Loyalties::example()))]
pub struct Loyalties {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// The actors, by party.
    pub actors: Vec<Loyalty>,
}

/// How far one actor stands with the rest of the party.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Loyalty {
    /// The party.
    pub party: Named,
    /// The actor.
    pub actor: Named,
    /// Positions of the actor for the party.
    #[schema(minimum = 1)]
    pub count: u32,
    /// Agreement with the positions of all its other speakers; null where no issue is shared.
    #[schema(required = true, minimum = 0, maximum = 1)]
    pub loyalty: Option<f64>,
    /// The link that lists the actor's positions for the party.
    #[schema(format = "uri-reference")]
    pub positions: String,
}

impl Row for Loyalty {
    fn columns() -> Vec<&'static str> {
        vec![
            "party",
            "actor",
            "actor_name",
            "count",
            "loyalty",
            "positions",
        ]
    }

    fn fields(&self) -> Vec<String> {
        vec![
            self.party.slug.clone(),
            self.actor.slug.clone(),
            self.actor.name.clone(),
            self.count.to_string(),
            crate::shape::text(&self.loyalty),
            self.positions.clone(),
        ]
    }
}

impl Comparison for Loyalties {
    type Line = Loyalty;

    fn about(&self) -> Vec<(&'static str, String)> {
        self.basis.about()
    }

    fn lines(self) -> Vec<Loyalty> {
        self.actors
    }
}

impl Loyalties {
    fn example() -> Loyalties {
        Loyalties {
            basis: Basis::example(),
            actors: vec![Loyalty {
                party: Named::new("russia", "Russia"),
                actor: Named::new("alexander-lukashevich", "Alexander Lukashevich"),
                count: 3,
                loyalty: Some(0.75),
                positions: "/v1/positions?parties=russia&actors=alexander-lukashevich&revision=4"
                    .to_owned(),
            }],
        }
    }
}

/// See who stands apart from the own party.
///
/// Gives for each actor the agreement of its positions with those of all other speakers of its party,
/// the actor's own left out. It tells whose reported words differ from the party's. It does not tell
/// who is right, and a party with one speaker has no rest to agree with.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery),
    responses(
        (status = 200, description = "Loyalty; as CSV or NDJSON one line an actor.",
            content(
                (Loyalties = "application/json", example = json!(Loyalties::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Loyalties::example().actors))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Loyalties::example().actors))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/loyalty")]
pub(crate) async fn compare_loyalty(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting)): Query<(FilterQuery, CountingQuery)>,
) -> Result<HttpResponse, Problem> {
    // Loyalty is an actor's to a party: the one row kind that makes sense is fixed.
    if let Some(by) = counting.by.as_deref().filter(|by| *by != "party") {
        return Err(match by {
            "actor" => Problem::conflict("query.by", "has no other value than `party` here"),
            by => unknown("by", by, ["party"].into_iter()),
        });
    }
    let measured = measure(&state, &query, &counting).await?;
    answer::comparison(format, move || Ok(loyalties(measured))).await
}

/// The loyalty of every actor with at least as many positions as asked.
fn loyalties(measured: Measured) -> Loyalties {
    let issues = measured.observed.issues.len();
    let mut parties: BTreeMap<u32, BTreeMap<u32, Vec<Cell>>> = BTreeMap::new();
    for o in measured.observations() {
        parties
            .entry(o.side)
            .or_default()
            .entry(o.actor)
            .or_insert_with(|| vec![Cell::default(); issues])[o.issue as usize]
            .add(o.stance);
    }
    let mut actors = Vec::new();
    for (party, speakers) in &parties {
        let profiles: Vec<Vec<Cell>> = speakers.values().cloned().collect();
        for ((actor, profile), loyalty) in speakers.iter().zip(loyalty::loyalty(&profiles)) {
            let count = profile.iter().map(|cell| cell.count()).sum();
            if count < measured.least() {
                continue;
            }
            let named = measured.observed.actors[*actor as usize].clone();
            actors.push(Loyalty {
                party: measured.observed.sides[*party as usize].clone().into(),
                positions: measured.links.to_actor(*party, *actor),
                actor: named.into(),
                count,
                loyalty,
            });
        }
    }
    Loyalties {
        basis: measured.basis,
        actors,
    }
}
