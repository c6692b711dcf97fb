//! Sides tied to sides by how alike their positions are.

use super::super::Side;
use super::super::basis::{Basis, Measured};
use super::super::counted::Interval;
use super::super::counting::too_large;
use super::super::network::{Edge, Graph, Node, Value};
use super::super::rendered::{Drawn, Rendered};
use super::super::windows::{self, Asked, Part, PerCode, Window};
use super::{Line, NetworkMode, NormalisationCode, lines_of};
use crate::http::answer::Comparison;
use crate::http::problem::Problem;
use crate::shape::{Row, code, text};
use plenary_domain::measure::agreement::{self, Extent, Network, Normalisation, Tie};
use plenary_domain::measure::bootstrap::{self, Bootstrap};
use rayon::prelude::*;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use utoipa::ToSchema;

/// The ties between sides that spoke on a common issue, over everything or window by window.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Agreements::example()))]
pub struct Agreements {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// Sides are tied to sides.
    #[schema(schema_with = super::onemode)]
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
    #[schema(value_type = Vec<AgreementTie>)]
    pub ties: Drawn<AgreementTie>,
}

/// How two sides stand to each other.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgreementTie {
    /// One side.
    #[schema(value_type = Side)]
    pub a: Rendered<Side>,
    /// The other.
    #[schema(value_type = Side)]
    pub b: Rendered<Side>,
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
    /// The link that lists the positions of `a`, by which the weights are normalised; `congruence` and `conflict`
    /// come from those on issues that `b` speaks on, too.
    #[schema(value_type = String, format = "uri-reference")]
    pub positions_a: Rendered<String>,
    /// The link that lists the positions of `b`, in the same way.
    #[schema(value_type = String, format = "uri-reference")]
    pub positions_b: Rendered<String>,
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
            tie.positions_a.to_string(),
            tie.positions_b.to_string(),
        ]);
        fields
    }
}

impl Comparison for Agreements {
    type Line = Line<AgreementTie>;

    fn about(&self) -> Vec<(&'static str, String)> {
        let drawing = [
            ("network", code(&self.network)),
            ("normalisation", code(&self.normalisation)),
            ("replicates", self.replicates.to_string()),
            ("seed", self.seed.to_string()),
        ];
        let windows = windows::about(self.per, self.width);
        [self.basis.about_with(drawing), windows].concat()
    }

    fn lines(self) -> Vec<Self::Line> {
        let windows = self.windows.iter();
        windows
            .flat_map(|of| lines_of(of.window.clone(), of.ties.iter()))
            .collect()
    }
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

impl Agreements {
    pub(super) fn example() -> Agreements {
        let link = |slug: &str| Rendered::from(format!("/v1/positions?parties={slug}&revision=4"));
        Agreements {
            basis: Basis::example(),
            network: NetworkMode::OneMode,
            normalisation: NormalisationCode::None,
            replicates: bootstrap::REPLICATES,
            seed: 1,
            per: None,
            width: 1,
            windows: vec![WindowAgreement {
                window: None,
                ties: Drawn::new(1, move |_| AgreementTie {
                    a: Side::example().into(),
                    b: Side::other_example().into(),
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
                }),
            }],
        }
    }

    /// Each side that has positions is a node, each tie an edge of the weight `congruence`.
    pub(super) fn graph(&self, nodes: Vec<Node>) -> Graph {
        let ties = self.windows.iter().flat_map(|window| window.ties.iter());
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
            about: [self.about(), vec![("list", self.basis.list.clone())]].concat(),
        }
    }
}

/// How the ties are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawing {
    pub(super) normalisation: Normalisation,
    pub(super) replicates: usize,
    pub(super) seed: u64,
}

pub(super) fn agreements(
    measured: &Measured,
    asked: Option<Asked>,
    drawing: Drawing,
) -> Result<Agreements, Problem> {
    let parts = Part::all(measured, asked);
    let budget = bootstrap::BUDGET / parts.len().max(1);
    let named: Arc<[Rendered<Side>]> = (0..measured.observed.sides.len() as u32)
        .map(|side| measured.side(side).into())
        .collect();
    let room = AtomicUsize::new(MAX_TIES);
    let found: Vec<(WindowAgreement, usize)> = parts
        .into_par_iter()
        .map(|part| {
            let (ties, replicates) = ties(measured, &part, &named, drawing, budget, &room)?;
            let window = part.window;
            Ok((WindowAgreement { window, ties }, replicates))
        })
        .collect::<Result<_, Problem>>()?;
    // A window without a tie has nothing to draw for.
    let tied = found.iter().filter(|(window, _)| window.ties.len() > 0);
    let replicates = tied.map(|(_, replicates)| *replicates).min();
    Ok(Agreements {
        basis: measured.basis.clone(),
        network: NetworkMode::OneMode,
        normalisation: drawing.normalisation.into(),
        replicates: replicates.unwrap_or(drawing.replicates),
        seed: drawing.seed,
        per: asked.map(|asked| asked.per.into()),
        width: asked.map_or(1, |asked| asked.width),
        windows: found.into_iter().map(|(window, _)| window).collect(),
    })
}

/// Most ties in one answer.
const MAX_TIES: usize = 1_000_000;

/// The ties of one part, and how many replicates stand behind their intervals. `room` is how many more
/// the answer has room for.
fn ties(
    measured: &Measured,
    part: &Part,
    named: &Arc<[Rendered<Side>]>,
    drawing: Drawing,
    budget: usize,
    room: &AtomicUsize,
) -> Result<(Drawn<AgreementTie>, usize), Problem> {
    let issues = measured.observed.issues.len();
    let profiles = agreement::profiles(&part.observations, named.len(), issues);
    let extents: Vec<Extent> = profiles.iter().map(|profile| Extent::of(profile)).collect();
    let network = Network::of(&profiles);
    let tied: Vec<(usize, usize, Tie)> = network.ties().collect();
    let order = Ordering::Relaxed;
    room.fetch_update(order, order, |room| room.checked_sub(tied.len()))
        .map_err(|_| too_large("query.by", "ties", MAX_TIES))?;
    let Bootstrap {
        replicates,
        intervals,
    } = bootstrap::bootstrap(
        &part.observations,
        &network,
        issues,
        drawing.replicates,
        drawing.seed,
        budget,
    );
    let links: Vec<Rendered<String>> = (0..named.len() as u32)
        .map(|side| part.link(measured, Some(side), None).into())
        .collect();
    let named = named.clone();
    let ties = Drawn::new(tied.len(), move |at| {
        let (a, b, tie) = tied[at];
        let normalised = |weight: f64| {
            let normalisation = drawing.normalisation;
            normalisation.of(weight, tie.congruence, extents[a], extents[b])
        };
        let interval = intervals.get(&(a as u32, b as u32));
        AgreementTie {
            a: named[a].clone(),
            b: named[b].clone(),
            congruence: normalised(tie.congruence),
            conflict: normalised(tie.conflict),
            subtract: normalised(tie.subtract()),
            agreement: tie.agreement(),
            interval: interval.map(|&(low, high)| Interval { low, high }),
            positions_a: links[a].clone(),
            positions_b: links[b].clone(),
        }
    });
    Ok((ties, replicates))
}
