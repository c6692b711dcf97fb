//! `/v1/comparisons/polarisation`: how far sides stand in two camps.

use super::Side;
use super::basis::{Basis, Counted, CountingQuery, measure};
use crate::http::answer;
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query, scalar};
use crate::shape::{IssueRef, Row};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::{Cell, agreement, polarisation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// How the search and the random networks are seeded.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SeedQuery {
    /// Seed of the search for blocs and of the random networks.
    #[param(value_type = u64, required = false)]
    pub seed: Option<String>,
}

/// Polarisation on each issue and of the network of sides.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Polarisations::example()))]
pub struct Polarisations {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// Seed of the search for blocs and of the random networks (ChaCha8).
    pub seed: u64,
    /// The network of sides; null where no two share an issue.
    #[schema(required = true)]
    pub network: Option<NetworkPolarisation>,
    /// Each issue, in the codebook's order.
    pub issues: Vec<IssuePolarisation>,
}

/// Polarisation of the network of sides.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NetworkPolarisation {
    /// Conflict that parting the sides into two blocs explains: 1 for two united, opposed blocs of
    /// like size, 0 for a consensus.
    #[schema(minimum = 0, maximum = 1)]
    pub polarisation: f64,
    /// Conflict inside the blocs plus congruence between them, as a share of all.
    #[schema(minimum = 0, maximum = 1)]
    pub frustration: f64,
    /// Signed modularity of the blocs.
    pub modularity: f64,
    /// True when every parting was tried; false for the best found by seeded search.
    pub exact: bool,
    /// The two blocs. The second is empty where no parting explains anything.
    pub blocs: Vec<Bloc>,
    /// What polarisation is when the stances on each issue are dealt out at random; null where the
    /// network is too large to draw enough.
    #[schema(required = true)]
    pub random: Option<RandomNetworks>,
}

/// Sides that stand together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Bloc {
    /// The sides.
    pub sides: Vec<Side>,
}

/// Random networks to hold the observed one against.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RandomNetworks {
    /// Networks drawn.
    #[schema(minimum = 1)]
    pub draws: usize,
    /// Mean of their polarisation.
    #[schema(minimum = 0, maximum = 1)]
    pub mean: f64,
    /// Standard deviation of their polarisation.
    #[schema(minimum = 0)]
    pub deviation: f64,
    /// Share of networks, the observed one among them, that are at least as polarised.
    #[schema(minimum = 0, maximum = 1)]
    pub p_value: f64,
}

/// Polarisation of the stances on one issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IssuePolarisation {
    /// The issue.
    pub issue: IssueRef,
    /// (1 − A)/2 with van der Eijk's agreement A: 1 for two opposed halves, 0 for one stance.
    #[schema(minimum = 0, maximum = 1)]
    pub polarisation: f64,
    /// The stances behind it.
    #[serde(flatten)]
    pub counted: Counted,
}

impl Row for IssuePolarisation {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["issue", "domain", "polarisation"];
        columns.extend(Counted::COLUMNS);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let mut fields = vec![
            self.issue.slug.clone(),
            self.issue.domain.clone(),
            self.polarisation.to_string(),
        ];
        fields.extend(self.counted.fields());
        fields
    }
}

impl Polarisations {
    fn example() -> Polarisations {
        Polarisations {
            basis: Basis::example(),
            seed: 1,
            network: Some(NetworkPolarisation {
                polarisation: 1.0,
                frustration: 0.0,
                modularity: 0.5,
                exact: true,
                blocs: vec![
                    Bloc {
                        sides: vec![Side::example()],
                    },
                    Bloc {
                        sides: vec![Side::other_example()],
                    },
                ],
                random: Some(RandomNetworks {
                    draws: polarisation::DRAWS,
                    mean: 0.4,
                    deviation: 0.3,
                    p_value: 0.21,
                }),
            }),
            issues: vec![IssuePolarisation {
                issue: IssueRef::example(),
                polarisation: 0.25,
                counted: Counted::example(),
            }],
        }
    }
}

/// See how far the sides stand in two camps.
///
/// Measures on each issue how far the stances split into opposites, and in the network of sides how
/// much of the conflict two opposed blocs explain. It tells whether reported positions form camps; it
/// does not tell that the camps are allies. Compare `polarisation` with `random`: with few sides,
/// chance alone makes camps. As CSV and NDJSON there is one line an issue.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, SeedQuery),
    responses(
        (status = 200, description = "Polarisation; as CSV or NDJSON one line an issue.",
            content(
                (Polarisations = "application/json", example = json!(Polarisations::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Polarisations::example().issues))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Polarisations::example().issues))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/polarisation")]
pub(crate) async fn compare_polarisation(
    format: Format,
    state: web::Data<State>,
    Query((query, counting, seed)): Query<(FilterQuery, CountingQuery, SeedQuery)>,
) -> Result<HttpResponse, Problem> {
    let seed: u64 = scalar("seed", &seed.seed)?.unwrap_or(1);
    let measured = measure(&state, &query, &counting).await?;
    let found = web::block(move || {
        let observations = measured.observations();
        let (sides, issues) = (
            measured.observed.sides.len(),
            measured.observed.issues.len(),
        );
        let profiles = agreement::profiles(&observations, sides, issues);
        let found = polarisation::of_network(sides, &polarisation::ties(&profiles), seed);
        let network = found.map(|found| NetworkPolarisation {
            polarisation: found.index,
            frustration: found.frustration,
            modularity: found.modularity,
            exact: found.exact,
            blocs: [0, 1]
                .map(|bloc| Bloc {
                    // A side whose positions do not count stands nowhere.
                    sides: (0..sides)
                        .filter(|side| found.blocs[*side] == bloc)
                        .filter(|side| profiles[*side].iter().any(|cell| cell.count() > 0))
                        .map(|side| measured.side(side as u32))
                        .collect(),
                })
                .into(),
            random: polarisation::null(&observations, sides, issues, found.index, seed).map(
                |null| RandomNetworks {
                    draws: null.draws,
                    mean: null.mean,
                    deviation: null.deviation,
                    p_value: null.p_value,
                },
            ),
        });
        let mut cells: BTreeMap<u32, Cell> = BTreeMap::new();
        for o in &observations {
            cells.entry(o.issue).or_default().add(o.stance);
        }
        let issues = cells
            .into_iter()
            .filter_map(|(issue, cell)| {
                Some(IssuePolarisation {
                    issue: measured.issue(issue),
                    polarisation: polarisation::of_issue(cell)?,
                    counted: Counted::of(cell, measured.link(None, Some(issue), None)),
                })
            })
            .collect();
        Polarisations {
            basis: measured.basis,
            seed,
            network,
            issues,
        }
    })
    .await
    .map_err(Problem::internal)?;
    match format {
        Format::Json => answer::json(&found),
        lines => answer::lines(lines, &found.issues),
    }
}
