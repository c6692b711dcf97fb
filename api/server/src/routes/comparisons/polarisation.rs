//! `/v1/comparisons/polarisation`: how far sides stand in two camps.

use super::Side;
use super::basis::{Basis, Measured, measure};
use super::counted::Counted;
use super::counting::{CountingQuery, too_large};
use super::windows::{self, Part, PerCode, Window, WindowQuery};
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query, scalar};
use crate::shape::{IssueRef, Row, text};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::agreement::{self, Network};
use plenary_domain::measure::{Cell, Observation, polarisation};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// How what is drawn at random is seeded.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SeedQuery {
    /// Seed of what is drawn at random; the same seed gives the same answer.
    #[param(value_type = u64, required = false)]
    pub seed: Option<String>,
}

impl SeedQuery {
    pub(super) fn seed(&self) -> Result<u64, Problem> {
        Ok(scalar("seed", &self.seed)?.unwrap_or(1))
    }
}

/// Polarisation on each issue and of the network of sides, over everything or window by window.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Polarisations::example()))]
pub struct Polarisations {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// Seed of the search for blocs and of the random networks (ChaCha8).
    pub seed: u64,
    /// What windows are counted in; null for one comparison over everything.
    #[schema(required = true)]
    pub per: Option<PerCode>,
    /// Periods in one window.
    #[schema(minimum = 1)]
    pub width: u32,
    /// The windows in time order; one over everything where `per` is not given.
    pub windows: Vec<WindowPolarisation>,
}

/// Polarisation in one window.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WindowPolarisation {
    /// The window; null over everything.
    #[schema(required = true)]
    pub window: Option<Window>,
    /// The link that lists the positions measured here.
    #[schema(format = "uri-reference")]
    pub positions: String,
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

/// A line of CSV or NDJSON: the network of a window, or one of its issues.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    window: Option<Window>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<NetworkPolarisation>,
    #[serde(flatten)]
    issue: Option<IssuePolarisation>,
    #[serde(skip)]
    positions: String,
}

impl Row for Line {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["of"];
        columns.extend(Window::COLUMNS);
        columns.extend(["issue", "domain", "polarisation"]);
        columns.extend([
            "frustration",
            "modularity",
            "exact",
            "bloc",
            "other_bloc",
            "random_mean",
            "random_deviation",
            "p_value",
        ]);
        columns.extend(Counted::COLUMNS);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let mut fields = vec![
            if self.issue.is_some() {
                "issue"
            } else {
                "network"
            }
            .to_owned(),
        ];
        fields.extend(Window::fields(self.window.as_ref()));
        let none = |count: usize| std::iter::repeat_n(String::new(), count);
        match (&self.issue, &self.network) {
            (Some(issue), _) => {
                fields.extend([
                    issue.issue.slug.clone(),
                    issue.issue.domain.clone(),
                    issue.polarisation.to_string(),
                ]);
                fields.extend(none(8));
                fields.extend(issue.counted.fields());
            }
            (None, network) => {
                fields.extend(none(2));
                let number = |of: &dyn Fn(&NetworkPolarisation) -> Option<f64>| {
                    text(&network.as_ref().and_then(of))
                };
                let random = |of: fn(&RandomNetworks) -> f64| {
                    number(&|network| network.random.as_ref().map(of))
                };
                let sides = |at: usize| {
                    let bloc = network.as_ref().and_then(|network| network.blocs.get(at));
                    let sides = bloc.iter().flat_map(|bloc| &bloc.sides);
                    let slugs: Vec<&str> = sides.map(Side::slug).collect();
                    slugs.join("; ")
                };
                fields.extend([
                    number(&|network| Some(network.polarisation)),
                    number(&|network| Some(network.frustration)),
                    number(&|network| Some(network.modularity)),
                    text(&network.as_ref().map(|network| network.exact)),
                    sides(0),
                    sides(1),
                    random(|random| random.mean),
                    random(|random| random.deviation),
                    random(|random| random.p_value),
                ]);
                fields.extend(none(Counted::COLUMNS.len() - 1));
                fields.push(self.positions.clone());
            }
        }
        fields
    }
}

impl Comparison for Polarisations {
    type Line = Line;

    fn about(&self) -> Vec<(&'static str, String)> {
        let seed = [("seed", self.seed.to_string())];
        let windows = windows::about(self.per, self.width);
        [self.basis.about_with(seed), windows].concat()
    }

    fn lines(self) -> Vec<Line> {
        let of = |measured: WindowPolarisation| {
            let network = Line {
                window: measured.window.clone(),
                network: measured.network,
                issue: None,
                positions: measured.positions,
            };
            let issues = measured.issues.into_iter().map(move |issue| Line {
                window: measured.window.clone(),
                network: None,
                issue: Some(issue),
                positions: String::new(),
            });
            std::iter::once(network).chain(issues)
        };
        self.windows.into_iter().flat_map(of).collect()
    }
}

/// Most pairs of sides in the windows of one answer: each is weighed some fifty times.
const MAX_PAIRS: usize = 100_000_000;

/// Measures one part. `budget` bounds the work on random networks.
fn polarise(measured: &Measured, part: Part, seed: u64, budget: usize) -> WindowPolarisation {
    let observations = &part.observations;
    // Sides that say nothing here stand nowhere; without them the search for blocs stays exact longer.
    let present = part.sides();
    let dense: Vec<Observation> = observations
        .iter()
        .map(|o| Observation {
            side: present.partition_point(|side| *side < o.side) as u32,
            ..*o
        })
        .collect();
    let (sides, issues) = (present.len(), measured.observed.issues.len());
    let profiles = agreement::profiles(&dense, sides, issues);
    let found = polarisation::of_network(&Network::of(&profiles), seed);
    let network = found.map(|found| NetworkPolarisation {
        polarisation: found.index,
        frustration: found.frustration,
        modularity: found.modularity,
        exact: found.exact,
        blocs: [0, 1]
            .map(|bloc| Bloc {
                sides: present
                    .iter()
                    .zip(&found.blocs)
                    .filter(|(_, of)| **of == bloc)
                    .map(|(side, _)| measured.side(*side))
                    .collect(),
            })
            .into(),
        random: polarisation::null(&profiles, found.index, seed, budget).map(|null| {
            RandomNetworks {
                draws: null.draws,
                mean: null.mean,
                deviation: null.deviation,
                p_value: null.p_value,
            }
        }),
    });
    let mut cells: BTreeMap<u32, Cell> = BTreeMap::new();
    for o in observations {
        cells.entry(o.issue).or_default().add(o.stance);
    }
    let shown = cells
        .into_iter()
        .filter(|(_, cell)| cell.count() >= measured.least());
    let issues = shown.filter_map(|(issue, cell)| {
        Some(IssuePolarisation {
            issue: measured.issue(issue),
            polarisation: polarisation::of_issue(cell)?,
            counted: Counted::of(cell, part.link(measured, None, Some(issue))),
        })
    });
    WindowPolarisation {
        issues: issues.collect(),
        network,
        positions: part.link(measured, None, None),
        window: part.window,
    }
}

impl Polarisations {
    fn example() -> Polarisations {
        Polarisations {
            basis: Basis::example(),
            seed: 1,
            per: None,
            width: 1,
            windows: vec![WindowPolarisation::example()],
        }
    }
}

impl WindowPolarisation {
    fn example() -> WindowPolarisation {
        WindowPolarisation {
            window: None,
            positions: "/v1/positions?revision=4".to_owned(),
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
/// much of the conflict two opposed blocs explain; with `per` for each window or meeting. It tells
/// whether reported positions form camps. It does not tell that the camps are allies. Compare
/// `polarisation` with `random`: with few sides, chance alone makes camps. As CSV and NDJSON there is
/// one line for each network and one for each issue.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, WindowQuery, SeedQuery),
    responses(
        (status = 200, description = "Polarisation; as CSV or NDJSON one line a network and an issue.",
            content(
                (Polarisations = "application/json", example = json!(Polarisations::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Polarisations::example().lines()))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Polarisations::example().lines()))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/polarisation")]
pub(crate) async fn compare_polarisation(
    _: MayRead,
    format: Format,
    state: web::Data<State>,
    Query((query, counting, windows, seed)): Query<(
        FilterQuery,
        CountingQuery,
        WindowQuery,
        SeedQuery,
    )>,
) -> Result<HttpResponse, Problem> {
    let (asked, seed) = (windows.asked()?, seed.seed()?);
    let measured = measure(&state, &query, &counting).await?;
    answer::comparison(format, move || {
        let parts = Part::all(&measured, asked);
        let budget = polarisation::BUDGET / parts.len().max(1);
        let pairs = parts.par_iter().map(|part| part.sides().len().pow(2) / 2);
        if pairs.sum::<usize>() > MAX_PAIRS {
            return Err(too_large("query.per", "pairs of sides", MAX_PAIRS));
        }
        Ok(Polarisations {
            windows: parts
                .into_par_iter()
                .map(|part| polarise(&measured, part, seed, budget))
                .collect(),
            basis: measured.basis,
            seed,
            per: asked.map(|asked| asked.per.into()),
            width: asked.map_or(1, |asked| asked.width),
        })
    })
    .await
}
