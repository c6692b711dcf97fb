//! Sides tied to the issues on which they speak.

use super::super::Side;
use super::super::basis::{Basis, Measured};
use super::super::counted::Counted;
use super::super::network::{Edge, Graph, Node, Value};
use super::super::windows::{self, Asked, Part, PerCode, Window};
use super::{Line, NetworkMode, NormalisationCode, lines_of};
use crate::http::answer::Comparison;
use crate::shape::{IssueRef, Row, code};
use plenary_domain::measure::affiliation::{self, Normalisation};
use plenary_domain::measure::agreement;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The ties between sides and the issues on which they spoke, over everything or window by window.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Affiliations::example()))]
pub struct Affiliations {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// Sides are tied to issues.
    #[schema(schema_with = super::twomode)]
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

impl Comparison for Affiliations {
    type Line = Line<AffiliationTie>;

    fn about(&self) -> Vec<(&'static str, String)> {
        let drawing = [
            ("network", code(&self.network)),
            ("normalisation", code(&self.normalisation)),
        ];
        let windows = windows::about(self.per, self.width);
        [self.basis.about_with(drawing), windows].concat()
    }

    fn lines(self) -> Vec<Self::Line> {
        let windows = self.windows.into_iter();
        windows
            .flat_map(|of| lines_of(of.window, of.ties.into_iter()))
            .collect()
    }
}

impl From<Normalisation> for NormalisationCode {
    fn from(normalisation: Normalisation) -> Self {
        match normalisation {
            Normalisation::None => NormalisationCode::None,
            Normalisation::Activity => NormalisationCode::Activity,
            Normalisation::Prominence => NormalisationCode::Prominence,
        }
    }
}

impl Affiliations {
    pub(super) fn example() -> Affiliations {
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
    pub(super) fn graph(&self, mut nodes: Vec<Node>) -> Graph {
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
            about: [self.about(), vec![("list", self.basis.list.clone())]].concat(),
        }
    }
}

/// Slugs of parties and issues may be the same word; ids of nodes must not.
fn issue_node(issue: &IssueRef) -> String {
    format!("issue:{}", issue.slug)
}

pub(super) fn affiliations(
    measured: &Measured,
    asked: Option<Asked>,
    normalisation: Normalisation,
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
