//! `/v1/comparisons/agreement`: who agrees with whom, and who speaks on what.

mod one_mode;
mod two_mode;

use super::basis::{Measured, measure};
use super::counting::{CountingQuery, unknown};
use super::network::{Graph, Node, Value};
use super::windows::{Window, WindowQuery};
use crate::http::access::MayRead;
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::{Format, NetworkFormat};
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query, scalar};
use crate::shape::code;
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use one_mode::Agreements;
use plenary_domain::measure::agreement::Normalisation;
use plenary_domain::measure::{affiliation, bootstrap};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use two_mode::Affiliations;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};

/// Most bootstrap replicates.
const MAX_REPLICATES: usize = 10_000;

/// Which network is drawn, how its ties are weighed and how sure their agreement is made.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AgreementQuery {
    /// `onemode` ties sides to sides; `twomode` ties sides to the issues on which they speak.
    #[param(value_type = NetworkMode, required = false)]
    pub network: Option<String>,
    /// How weights are freed from how much is said.
    #[param(value_type = NormalisationCode, required = false)]
    pub normalisation: Option<String>,
    /// Bootstrap replicates behind the intervals; 0 for none.
    #[param(value_type = u32, required = false, minimum = 0, maximum = 10_000)]
    pub replicates: Option<String>,
    /// Seed of the bootstrap.
    #[param(value_type = u64, required = false)]
    pub seed: Option<String>,
}

/// What is tied to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NetworkMode {
    /// Sides to sides.
    OneMode,
    /// Sides to issues.
    TwoMode,
}

/// The schema of the field by which clients tell the two networks apart.
fn always(mode: NetworkMode) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([code(&mode)]))
        .build()
}

fn onemode() -> Object {
    always(NetworkMode::OneMode)
}

fn twomode() -> Object {
    always(NetworkMode::TwoMode)
}

/// What a weight w is divided by. In the one-mode network: `none` 1, `average` the mean of both sides'
/// positions, `jaccard` C(a,a) + C(b,b) − C(a,b), `cosine` √(C(a,a) C(b,b)), `dna_product` the product
/// of both sides' positions. In the two-mode network: `none` 1, `activity` the side's positions,
/// `prominence` the positions on the issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Documented above.
pub enum NormalisationCode {
    None,
    Average,
    Jaccard,
    Cosine,
    DnaProduct,
    Activity,
    Prominence,
}

/// Either network.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AgreementAnswer {
    /// With `network=onemode`.
    OneMode(Agreements),
    /// With `network=twomode`.
    TwoMode(Affiliations),
}

/// A tie with its window: what either network is in CSV and NDJSON.
#[derive(Debug, Clone, Serialize)]
pub struct Line<T> {
    window: Option<Window>,
    #[serde(flatten)]
    tie: T,
}

/// The ties of a window as lines.
fn lines_of<T>(
    window: Option<Window>,
    ties: impl Iterator<Item = T>,
) -> impl Iterator<Item = Line<T>> {
    ties.map(move |tie| Line {
        window: window.clone(),
        tie,
    })
}

/// The nodes of the sides that have positions which count.
fn side_nodes(measured: &Measured) -> Vec<Node> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for o in measured.observations() {
        *counts.entry(o.side).or_default() += 1;
    }
    let node = |(side, count): (u32, u32)| {
        let named = measured.side(side);
        let link = measured.links.to(Some(side), None, None);
        Node {
            id: named.slug().to_owned(),
            label: named.name().to_owned(),
            attributes: vec![
                ("kind", Some(Value::Text(code(&measured.by)))),
                ("bipartite", Some(Value::Count(0))),
                ("count", Some(Value::Count(count))),
                ("positions", Some(Value::Text(link))),
            ],
        }
    };
    counts.into_iter().map(node).collect()
}

/// How a request wants either network.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    OneMode(one_mode::Drawing),
    TwoMode(affiliation::Normalisation),
}

fn normalisation<T: Copy>(asked: &Option<String>, known: &[(T, &str)]) -> Result<T, Problem> {
    let name = asked.as_deref().unwrap_or("none");
    let found = known.iter().find(|(_, known)| *known == name);
    let names = known.iter().map(|(_, known)| *known);
    found
        .map(|(normalisation, _)| *normalisation)
        .ok_or_else(|| {
            let onemode = Normalisation::ALL.map(|(_, name)| name);
            let twomode = affiliation::Normalisation::ALL.map(|(_, name)| name);
            // A word of the other network is known, but has no meaning in this one.
            if onemode.contains(&name) || twomode.contains(&name) {
                let allowed = names.clone().collect::<Vec<_>>().join(", ");
                return Problem::conflict(
                    "query.normalisation",
                    format!("`{name}` is none of this network's; use one of: {allowed}"),
                );
            }
            unknown("normalisation", name, names.clone())
        })
}

impl AgreementQuery {
    fn wanted(&self) -> Result<Wanted, Problem> {
        match self.network.as_deref() {
            None | Some("onemode") => {
                let replicates = scalar("replicates", &self.replicates)?;
                let replicates = replicates.unwrap_or(bootstrap::REPLICATES);
                if replicates > MAX_REPLICATES {
                    return Err(Problem::invalid(
                        "query.replicates",
                        format!("must lie in 0..={MAX_REPLICATES}"),
                    ));
                }
                Ok(Wanted::OneMode(one_mode::Drawing {
                    normalisation: normalisation(&self.normalisation, &Normalisation::ALL)?,
                    replicates,
                    seed: scalar("seed", &self.seed)?.unwrap_or(1),
                }))
            }
            Some("twomode") => {
                for (name, given) in [("replicates", &self.replicates), ("seed", &self.seed)] {
                    if given.is_some() {
                        return Err(Problem::conflict(
                            format!("query.{name}"),
                            "has no meaning in the two-mode network, which has no intervals",
                        ));
                    }
                }
                let known = &affiliation::Normalisation::ALL;
                Ok(Wanted::TwoMode(normalisation(&self.normalisation, known)?))
            }
            Some(other) => {
                let known = ["onemode", "twomode"].into_iter();
                Err(unknown("network", other, known))
            }
        }
    }
}

/// See who agrees with whom.
///
/// Weighs every pair of sides by the positions they took on common issues: alike ones make congruence,
/// unlike ones conflict; with `network=twomode` it ties sides to issues instead. It tells how alike the
/// reported positions are. It does not tell that sides act together, and sides that share no issue have
/// no tie. The interval comes from a bootstrap over articles, because positions of one article are not
/// independent. With `per` there is a network for each window or meeting. GraphML and GEXF hold one
/// network, so they take no `per`: ask for one meeting with `meetings`.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, WindowQuery, AgreementQuery),
    responses(
        (status = 200, description = "The ties; as CSV or NDJSON one line a tie; as GraphML or GEXF the network, which networkx and Gephi read.",
            content(
                (AgreementAnswer = "application/json", example = json!(Agreements::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Agreements::example().lines()))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Agreements::example().lines()))),
                (String = "application/graphml+xml", example = json!(Graph::example().graphml())),
                (String = "application/gexf+xml", example = json!(Graph::example().gexf())))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/agreement")]
pub(crate) async fn compare_agreement(
    _: MayRead,
    NetworkFormat(format): NetworkFormat,
    state: web::Data<State>,
    Query((query, counting, windows, asked)): Query<(
        FilterQuery,
        CountingQuery,
        WindowQuery,
        AgreementQuery,
    )>,
) -> Result<HttpResponse, Problem> {
    let (wanted, windows) = (asked.wanted()?, windows.asked()?);
    let draw: Option<fn(&Graph) -> String> = match format {
        Format::GraphMl => Some(Graph::graphml),
        Format::Gexf => Some(Graph::gexf),
        Format::Json | Format::Csv | Format::Ndjson | Format::Metrics => None,
    };
    if draw.is_some() && windows.is_some() {
        return Err(Problem::conflict(
            "query.per",
            "GraphML and GEXF hold one network; ask for one meeting with `meetings`",
        ));
    }
    let measured = measure(&state, &query, &counting).await?;
    match wanted {
        Wanted::OneMode(drawing) => {
            let compute = move |measured: &_| one_mode::agreements(measured, windows, drawing);
            answered(format, draw, measured, compute, Agreements::graph).await
        }
        Wanted::TwoMode(normalisation) => {
            let compute =
                move |measured: &_| Ok(two_mode::affiliations(measured, windows, normalisation));
            answered(format, draw, measured, compute, Affiliations::graph).await
        }
    }
}

/// Either network in the form asked for: its ties, or drawn as a file.
async fn answered<T: Comparison + 'static>(
    format: Format,
    draw: Option<fn(&Graph) -> String>,
    measured: Measured,
    compute: impl FnOnce(&Measured) -> Result<T, Problem> + Send + 'static,
    graph: fn(&T, Vec<Node>) -> Graph,
) -> Result<HttpResponse, Problem> {
    match draw {
        None => answer::comparison(format, move || compute(&measured)).await,
        Some(draw) => {
            answer::drawn(format, move || {
                let found = compute(&measured)?;
                Ok(draw(&graph(&found, side_nodes(&measured))))
            })
            .await
        }
    }
}
