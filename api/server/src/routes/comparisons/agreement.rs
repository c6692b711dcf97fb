//! `/v1/comparisons/agreement`: who agrees with whom, and who speaks on what.

use super::Side;
use super::basis::{Basis, Counted, CountingQuery, Interval, Measured, measure, unknown};
use super::network::{Edge, Graph, Node, Value};
use super::windows::{Asked, Part, PerCode, Window, WindowQuery};
use crate::http::answer::{self, Comparison};
use crate::http::negotiate::{Format, NetworkFormat};
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query, scalar};
use crate::shape::{IssueRef, Row, code, text};
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::affiliation;
use plenary_domain::measure::agreement::{self, Extent, Normalisation, Tie};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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

impl From<Normalisation> for NormalisationCode {
    fn from(normalisation: Normalisation) -> Self {
        match normalisation {
            Normalisation::None => NormalisationCode::None,
            Normalisation::Average => NormalisationCode::Average,
            Normalisation::Jaccard => NormalisationCode::Jaccard,
            Normalisation::Cosine => NormalisationCode::Cosine,
            Normalisation::DnaProduct => NormalisationCode::DnaProduct,
        }
    }
}

impl From<affiliation::Normalisation> for NormalisationCode {
    fn from(normalisation: affiliation::Normalisation) -> Self {
        match normalisation {
            affiliation::Normalisation::None => NormalisationCode::None,
            affiliation::Normalisation::Activity => NormalisationCode::Activity,
            affiliation::Normalisation::Prominence => NormalisationCode::Prominence,
        }
    }
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

/// The ties between sides that spoke on a common issue, over everything or window by window.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Agreements::example()))]
pub struct Agreements {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// Sides are tied to sides.
    pub network: NetworkMode,
    /// How the weights are normalised.
    pub normalisation: NormalisationCode,
    /// Bootstrap replicates drawn over articles, the fewest of any window; fewer than asked for where
    /// the network is large, and 0 where it is too large for intervals.
    #[schema(minimum = 0)]
    pub replicates: usize,
    /// Seed of the bootstrap (ChaCha8).
    pub seed: u64,
    /// What windows are counted in; null for one network over everything.
    #[schema(required = true)]
    pub per: Option<PerCode>,
    /// Periods in one window.
    #[schema(minimum = 1)]
    pub width: u32,
    /// The windows in time order; one over everything where `per` is not given.
    pub windows: Vec<WindowAgreement>,
}

/// The ties of one window.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WindowAgreement {
    /// The window; null over everything.
    #[schema(required = true)]
    pub window: Option<Window>,
    /// The ties, in the order of the sides' slugs.
    pub ties: Vec<AgreementTie>,
}

/// The ties between sides and the issues on which they spoke, over everything or window by window.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Affiliations::example()))]
pub struct Affiliations {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// Sides are tied to issues.
    pub network: NetworkMode,
    /// How the weights are normalised.
    pub normalisation: NormalisationCode,
    /// What windows are counted in; null for one network over everything.
    #[schema(required = true)]
    pub per: Option<PerCode>,
    /// Periods in one window.
    #[schema(minimum = 1)]
    pub width: u32,
    /// The windows in time order; one over everything where `per` is not given.
    pub windows: Vec<WindowAffiliation>,
}

/// The two-mode ties of one window.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WindowAffiliation {
    /// The window; null over everything.
    #[schema(required = true)]
    pub window: Option<Window>,
    /// The ties, by side, then in the codebook's order of issues.
    pub ties: Vec<AffiliationTie>,
}

/// How much, and which way, a side speaks on an issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AffiliationTie {
    /// The side.
    #[serde(flatten)]
    pub side: Side,
    /// The issue.
    pub issue: IssueRef,
    /// `count`, normalised.
    #[schema(minimum = 0)]
    pub weight: f64,
    /// `support` − `oppose`, normalised.
    pub subtract: f64,
    /// The positions behind the tie.
    #[serde(flatten)]
    pub counted: Counted,
}

/// How two sides stand to each other.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgreementTie {
    /// One side.
    pub a: Side,
    /// The other.
    pub b: Side,
    /// Congruence: pairs of positions on a common issue, weighed by how like their stances are.
    #[schema(required = true)]
    pub congruence: Option<f64>,
    /// Conflict: the same, weighed by how unlike they are.
    #[schema(required = true)]
    pub conflict: Option<f64>,
    /// `congruence` − `conflict`.
    #[schema(required = true)]
    pub subtract: Option<f64>,
    /// Congruence as a share of both, before any normalisation.
    #[schema(required = true, minimum = 0, maximum = 1)]
    pub agreement: Option<f64>,
    /// 95 % interval of `agreement`; null where too few replicates have a common issue.
    #[schema(required = true)]
    pub interval: Option<Interval>,
    /// The link that lists the positions of `a`.
    #[schema(format = "uri-reference")]
    pub positions_a: String,
    /// The link that lists the positions of `b`.
    #[schema(format = "uri-reference")]
    pub positions_b: String,
}

/// A tie with its window: what either network is in CSV and NDJSON.
#[derive(Debug, Clone, Serialize)]
pub struct Line<T> {
    window: Option<Window>,
    #[serde(flatten)]
    tie: T,
}

impl Row for Line<AgreementTie> {
    fn columns() -> Vec<&'static str> {
        let mut columns = Window::COLUMNS.to_vec();
        columns.extend(["a", "b", "congruence", "conflict", "subtract", "agreement"]);
        columns.extend(["low", "high", "positions_a", "positions_b"]);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let tie = &self.tie;
        let mut fields = Window::fields(self.window.as_ref()).to_vec();
        fields.extend([
            tie.a.slug().to_owned(),
            tie.b.slug().to_owned(),
            text(&tie.congruence),
            text(&tie.conflict),
            text(&tie.subtract),
            text(&tie.agreement),
            text(&tie.interval.map(|interval| interval.low)),
            text(&tie.interval.map(|interval| interval.high)),
            tie.positions_a.clone(),
            tie.positions_b.clone(),
        ]);
        fields
    }
}

impl Row for Line<AffiliationTie> {
    fn columns() -> Vec<&'static str> {
        let mut columns = Window::COLUMNS.to_vec();
        columns.extend(["side", "side_name", "issue", "weight", "subtract"]);
        columns.extend(Counted::COLUMNS);
        columns
    }

    fn fields(&self) -> Vec<String> {
        let tie = &self.tie;
        let mut fields = Window::fields(self.window.as_ref()).to_vec();
        fields.extend([
            tie.side.slug().to_owned(),
            tie.side.name().to_owned(),
            tie.issue.slug.clone(),
            tie.weight.to_string(),
            tie.subtract.to_string(),
        ]);
        fields.extend(tie.counted.fields());
        fields
    }
}

fn lines_of<T>(window: Option<Window>, ties: Vec<T>) -> impl Iterator<Item = Line<T>> {
    ties.into_iter().map(move |tie| Line {
        window: window.clone(),
        tie,
    })
}

impl Comparison for Agreements {
    type Line = Line<AgreementTie>;

    fn lines(self) -> Vec<Self::Line> {
        let windows = self.windows.into_iter();
        windows
            .flat_map(|of| lines_of(of.window, of.ties))
            .collect()
    }
}

impl Comparison for Affiliations {
    type Line = Line<AffiliationTie>;

    fn lines(self) -> Vec<Self::Line> {
        let windows = self.windows.into_iter();
        windows
            .flat_map(|of| lines_of(of.window, of.ties))
            .collect()
    }
}

impl Agreements {
    fn example() -> Agreements {
        let link = |slug: &str| format!("/v1/positions?parties={slug}&revision=4");
        Agreements {
            basis: Basis::example(),
            network: NetworkMode::OneMode,
            normalisation: NormalisationCode::None,
            replicates: agreement::REPLICATES,
            seed: 1,
            per: None,
            width: 1,
            windows: vec![WindowAgreement {
                window: None,
                ties: vec![AgreementTie {
                    a: Side::example(),
                    b: Side::other_example(),
                    congruence: Some(1.0),
                    conflict: Some(3.0),
                    subtract: Some(-2.0),
                    agreement: Some(0.25),
                    interval: Some(Interval {
                        low: 0.0,
                        high: 0.5,
                    }),
                    positions_a: link("russia"),
                    positions_b: link("united-states"),
                }],
            }],
        }
    }

    /// Each side that has positions is a node, each tie an edge of the weight `congruence`.
    fn graph(&self, nodes: Vec<Node>) -> Graph {
        let ties = self.windows.iter().flat_map(|window| &window.ties);
        let edges = ties.map(|tie| Edge {
            source: tie.a.slug().to_owned(),
            target: tie.b.slug().to_owned(),
            weight: tie.congruence.unwrap_or(0.0),
            attributes: vec![
                ("congruence", tie.congruence.map(Value::Number)),
                ("conflict", tie.conflict.map(Value::Number)),
                ("subtract", tie.subtract.map(Value::Number)),
                ("agreement", tie.agreement.map(Value::Number)),
                ("agreement_low", tie.interval.map(|i| Value::Number(i.low))),
                (
                    "agreement_high",
                    tie.interval.map(|i| Value::Number(i.high)),
                ),
            ],
        });
        Graph {
            edges: edges.collect(),
            nodes,
            about: [
                self.basis.about(),
                vec![
                    ("network", "onemode".to_owned()),
                    ("normalisation", code(&self.normalisation)),
                    ("replicates", self.replicates.to_string()),
                    ("seed", self.seed.to_string()),
                ],
            ]
            .concat(),
        }
    }
}

impl Affiliations {
    fn example() -> Affiliations {
        let counted = Counted::example();
        Affiliations {
            basis: Basis::example(),
            network: NetworkMode::TwoMode,
            normalisation: NormalisationCode::None,
            per: None,
            width: 1,
            windows: vec![WindowAffiliation {
                window: None,
                ties: vec![AffiliationTie {
                    side: Side::example(),
                    issue: IssueRef::example(),
                    weight: f64::from(counted.count),
                    subtract: f64::from(counted.support) - f64::from(counted.oppose),
                    counted,
                }],
            }],
        }
    }

    /// Sides and issues are nodes, told apart by `kind` and `bipartite`; each tie is an edge of its
    /// weight.
    fn graph(&self, mut nodes: Vec<Node>) -> Graph {
        let ties: Vec<_> = self
            .windows
            .iter()
            .flat_map(|window| &window.ties)
            .collect();
        let issues: BTreeMap<&str, &IssueRef> = ties
            .iter()
            .map(|tie| (tie.issue.slug.as_str(), &tie.issue))
            .collect();
        nodes.extend(issues.into_values().map(|issue| Node {
            id: issue_node(issue),
            label: issue.name.clone(),
            attributes: vec![
                ("kind", Some(Value::Text("issue".to_owned()))),
                ("bipartite", Some(Value::Count(1))),
            ],
        }));
        let edges = ties.iter().map(|tie| Edge {
            source: tie.side.slug().to_owned(),
            target: issue_node(&tie.issue),
            weight: tie.weight,
            attributes: vec![
                ("subtract", Some(Value::Number(tie.subtract))),
                ("support", Some(Value::Count(tie.counted.support))),
                ("neutral", Some(Value::Count(tie.counted.neutral))),
                ("oppose", Some(Value::Count(tie.counted.oppose))),
                ("stance", Some(Value::Number(tie.counted.stance))),
                (
                    "positions",
                    Some(Value::Text(tie.counted.positions.clone())),
                ),
            ],
        });
        Graph {
            edges: edges.collect(),
            nodes,
            about: [
                self.basis.about(),
                vec![
                    ("network", "twomode".to_owned()),
                    ("normalisation", code(&self.normalisation)),
                ],
            ]
            .concat(),
        }
    }
}

/// Slugs of parties and issues may be the same word; ids of nodes must not.
fn issue_node(issue: &IssueRef) -> String {
    format!("issue:{}", issue.slug)
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
    OneMode {
        normalisation: Normalisation,
        replicates: usize,
        seed: u64,
    },
    TwoMode(affiliation::Normalisation),
}

fn normalisation<T: Copy>(asked: &Option<String>, known: &[(T, &str)]) -> Result<T, Problem> {
    let name = asked.as_deref().unwrap_or("none");
    let found = known.iter().find(|(_, known)| *known == name);
    found
        .map(|(normalisation, _)| *normalisation)
        .ok_or_else(|| unknown("normalisation", name, known.iter().map(|(_, known)| *known)))
}

impl AgreementQuery {
    fn wanted(&self) -> Result<Wanted, Problem> {
        match self.network.as_deref() {
            None | Some("onemode") => {
                let replicates = scalar("replicates", &self.replicates)?;
                let replicates = replicates.unwrap_or(agreement::REPLICATES);
                if replicates > MAX_REPLICATES {
                    return Err(Problem::invalid(
                        "query.replicates",
                        format!("must lie in 0..={MAX_REPLICATES}"),
                    ));
                }
                Ok(Wanted::OneMode {
                    normalisation: normalisation(&self.normalisation, &Normalisation::ALL)?,
                    replicates,
                    seed: scalar("seed", &self.seed)?.unwrap_or(1),
                })
            }
            Some("twomode") => {
                for (name, given) in [("replicates", &self.replicates), ("seed", &self.seed)] {
                    if given.is_some() {
                        return Err(Problem::invalid(
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

fn one_mode(
    measured: &Measured,
    asked: Option<Asked>,
    normalisation: Normalisation,
    replicates: usize,
    seed: u64,
) -> Agreements {
    let issues = measured.observed.issues.len();
    let parts = Part::all(measured, asked);
    let budget = agreement::BUDGET / parts.len().max(1);
    let mut drawn = replicates;
    let mut windows = Vec::new();
    for part in parts {
        let sides = measured.observed.sides.len();
        let profiles = agreement::profiles(&part.observations, sides, issues);
        let extents: Vec<Extent> = profiles.iter().map(|profile| Extent::of(profile)).collect();
        let bootstrap =
            agreement::bootstrap(&part.observations, sides, issues, replicates, seed, budget);
        let link = |side: u32| part.link(measured, Some(side), None);
        let links: Vec<String> = (0..sides as u32).map(link).collect();
        let mut ties = Vec::new();
        for a in 0..sides {
            for b in a + 1..sides {
                let tie = Tie::between(&profiles[a], &profiles[b]);
                if tie.congruence + tie.conflict == 0.0 {
                    continue;
                }
                let of =
                    |weight: f64| normalisation.of(weight, tie.congruence, extents[a], extents[b]);
                let interval = bootstrap.intervals.get(&(a as u32, b as u32));
                ties.push(AgreementTie {
                    a: measured.side(a as u32),
                    b: measured.side(b as u32),
                    congruence: of(tie.congruence),
                    conflict: of(tie.conflict),
                    subtract: of(tie.subtract()),
                    agreement: tie.agreement(),
                    interval: interval.map(|&(low, high)| Interval { low, high }),
                    positions_a: links[a].clone(),
                    positions_b: links[b].clone(),
                });
            }
        }
        // A window without a tie has nothing to draw for.
        if !ties.is_empty() {
            drawn = drawn.min(bootstrap.replicates);
        }
        windows.push(WindowAgreement {
            window: part.window,
            ties,
        });
    }
    Agreements {
        basis: measured.basis.clone(),
        network: NetworkMode::OneMode,
        normalisation: normalisation.into(),
        replicates: drawn,
        seed,
        per: asked.map(|asked| asked.per.into()),
        width: asked.map_or(1, |asked| asked.width),
        windows,
    }
}

fn two_mode(
    measured: &Measured,
    asked: Option<Asked>,
    normalisation: affiliation::Normalisation,
) -> Affiliations {
    let (sides, issues) = (
        measured.observed.sides.len(),
        measured.observed.issues.len(),
    );
    let windows = Part::all(measured, asked).into_iter().map(|part| {
        let profiles = agreement::profiles(&part.observations, sides, issues);
        let edges = affiliation::affiliations(&profiles, normalisation).into_iter();
        let shown = edges.filter(|edge| edge.cell.count() >= measured.least());
        let ties = shown.map(|edge| AffiliationTie {
            side: measured.side(edge.side),
            issue: measured.issue(edge.issue),
            weight: edge.weight,
            subtract: edge.subtract,
            counted: Counted::of(
                edge.cell,
                part.link(measured, Some(edge.side), Some(edge.issue)),
            ),
        });
        WindowAffiliation {
            ties: ties.collect(),
            window: part.window,
        }
    });
    Affiliations {
        windows: windows.collect(),
        basis: measured.basis.clone(),
        network: NetworkMode::TwoMode,
        normalisation: normalisation.into(),
        per: asked.map(|asked| asked.per.into()),
        width: asked.map_or(1, |asked| asked.width),
    }
}

/// See who agrees with whom.
///
/// Weighs every pair of sides by the positions they took on common issues: alike ones make
/// congruence, unlike ones conflict; with `network=twomode` it ties sides to issues instead. It tells
/// how alike the reported positions are; it does not tell that sides act together, and sides that share
/// no issue have no tie. The interval comes from a bootstrap over articles, because positions of one
/// article are not independent. With `per` there is a network for each window or meeting. GraphML and
/// GEXF hold one network, so they take no `per`: ask for one meeting with `meetings`.
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
        Format::Json | Format::Csv | Format::Ndjson => None,
    };
    if draw.is_some() && windows.is_some() {
        return Err(Problem::invalid(
            "query.per",
            "GraphML and GEXF hold one network; ask for one meeting with `meetings`",
        ));
    }
    let measured = measure(&state, &query, &counting).await?;
    match wanted {
        Wanted::OneMode {
            normalisation,
            replicates,
            seed,
        } => {
            let compute = move || {
                let found = one_mode(&measured, windows, normalisation, replicates, seed);
                (found, measured)
            };
            match draw {
                None => answer::comparison(format, move || Ok(compute().0)).await,
                Some(draw) => {
                    answer::drawn(format, move || {
                        let (found, measured) = compute();
                        draw(&found.graph(side_nodes(&measured)))
                    })
                    .await
                }
            }
        }
        Wanted::TwoMode(normalisation) => {
            let compute = move || {
                let found = two_mode(&measured, windows, normalisation);
                (found, measured)
            };
            match draw {
                None => answer::comparison(format, move || Ok(compute().0)).await,
                Some(draw) => {
                    answer::drawn(format, move || {
                        let (found, measured) = compute();
                        draw(&found.graph(side_nodes(&measured)))
                    })
                    .await
                }
            }
        }
    }
}
