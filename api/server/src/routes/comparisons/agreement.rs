//! `/v1/comparisons/agreement`: who agrees with whom.

use super::Side;
use super::basis::{Basis, CountingQuery, Interval, measure, unknown};
use crate::http::answer;
use crate::http::negotiate::Format;
use crate::http::openapi::ListProblems;
use crate::http::problem::Problem;
use crate::http::query::{FilterQuery, Query, scalar};
use crate::shape::Row;
use crate::state::State;
use actix_web::{HttpResponse, get, web};
use plenary_domain::measure::agreement::{self, Normalisation, Tie};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Most bootstrap replicates.
const MAX_REPLICATES: usize = 10_000;

/// How ties are weighed and how sure their agreement is made.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AgreementQuery {
    /// How weights are freed from how much a side speaks.
    #[param(value_type = NormalisationCode, required = false)]
    pub normalisation: Option<String>,
    /// Bootstrap replicates behind the intervals; 0 for none.
    #[param(value_type = u32, required = false, minimum = 0, maximum = 10_000)]
    pub replicates: Option<String>,
    /// Seed of the bootstrap.
    #[param(value_type = u64, required = false)]
    pub seed: Option<String>,
}

/// What a weight w is divided by: `none` 1, `average` the mean of both sides' positions, `jaccard`
/// C(a,a) + C(b,b) − C(a,b), `cosine` √(C(a,a) C(b,b)), `dna_product` the product of both sides'
/// positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Documented above.
pub enum NormalisationCode {
    None,
    Average,
    Jaccard,
    Cosine,
    DnaProduct,
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

/// The ties between sides that spoke on a common issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!(Agreements::example()))]
pub struct Agreements {
    /// What the answer stands on.
    #[serde(flatten)]
    pub basis: Basis,
    /// How the weights are normalised.
    pub normalisation: NormalisationCode,
    /// Bootstrap replicates drawn over articles; fewer than asked for where the network is large,
    /// and 0 where it is too large for intervals.
    #[schema(minimum = 0)]
    pub replicates: usize,
    /// Seed of the bootstrap (ChaCha8).
    pub seed: u64,
    /// The ties, in the order of the sides' slugs.
    pub ties: Vec<AgreementTie>,
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

impl Row for AgreementTie {
    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["a", "b", "congruence", "conflict", "subtract", "agreement"];
        columns.extend(["low", "high", "positions_a", "positions_b"]);
        columns
    }

    fn fields(&self) -> Vec<String> {
        use crate::shape::text;
        vec![
            self.a.slug().to_owned(),
            self.b.slug().to_owned(),
            text(&self.congruence),
            text(&self.conflict),
            text(&self.subtract),
            text(&self.agreement),
            text(&self.interval.map(|interval| interval.low)),
            text(&self.interval.map(|interval| interval.high)),
            self.positions_a.clone(),
            self.positions_b.clone(),
        ]
    }
}

impl Agreements {
    fn example() -> Agreements {
        let link = |slug: &str| format!("/v1/positions?parties={slug}&revision=4");
        Agreements {
            basis: Basis::example(),
            normalisation: NormalisationCode::None,
            replicates: agreement::REPLICATES,
            seed: 1,
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
        }
    }
}

/// See who agrees with whom.
///
/// Weighs every pair of sides by the positions they took on common issues: alike ones make
/// congruence, unlike ones conflict. It tells how alike the reported positions are; it does not tell
/// that sides act together, and sides that share no issue have no tie. The interval comes from a
/// bootstrap over articles, because positions of one article are not independent.
#[utoipa::path(
    tag = "comparisons",
    params(FilterQuery, CountingQuery, AgreementQuery),
    responses(
        (status = 200, description = "The ties; as CSV or NDJSON one line a tie.",
            content(
                (Agreements = "application/json", example = json!(Agreements::example())),
                (String = "text/csv", example = json!(answer::text(Format::Csv, &Agreements::example().ties))),
                (String = "application/x-ndjson", example = json!(answer::text(Format::Ndjson, &Agreements::example().ties))))),
        ListProblems,
    )
)]
#[get("/v1/comparisons/agreement")]
pub(crate) async fn compare_agreement(
    format: Format,
    state: web::Data<State>,
    Query((query, counting, asked)): Query<(FilterQuery, CountingQuery, AgreementQuery)>,
) -> Result<HttpResponse, Problem> {
    let normalisation = match asked.normalisation.as_deref() {
        None => Normalisation::None,
        Some(name) => Normalisation::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(normalisation, _)| *normalisation)
            .ok_or_else(|| {
                unknown(
                    "normalisation",
                    name,
                    Normalisation::ALL.iter().map(|(_, known)| *known),
                )
            })?,
    };
    let replicates: usize =
        scalar("replicates", &asked.replicates)?.unwrap_or(agreement::REPLICATES);
    if replicates > MAX_REPLICATES {
        return Err(Problem::invalid(
            "query.replicates",
            format!("must lie in 0..={MAX_REPLICATES}"),
        ));
    }
    let seed: u64 = scalar("seed", &asked.seed)?.unwrap_or(1);
    let measured = measure(&state, &query, &counting).await?;
    let found = web::block(move || {
        let observations = measured.observations();
        let (sides, issues) = (
            measured.observed.sides.len(),
            measured.observed.issues.len(),
        );
        let profiles = agreement::profiles(&observations, sides, issues);
        let bootstrap = agreement::bootstrap(&observations, sides, issues, replicates, seed);
        let mut ties = Vec::new();
        for a in 0..sides {
            for b in a + 1..sides {
                let (p, q) = (&profiles[a], &profiles[b]);
                let tie = Tie::between(p, q);
                if tie.congruence + tie.conflict == 0.0 {
                    continue;
                }
                let (a, b) = (a as u32, b as u32);
                let interval = bootstrap.intervals.get(&(a, b));
                ties.push(AgreementTie {
                    a: measured.side(a),
                    b: measured.side(b),
                    congruence: normalisation.of(tie.congruence, p, q),
                    conflict: normalisation.of(tie.conflict, p, q),
                    subtract: normalisation.of(tie.subtract(), p, q),
                    agreement: tie.agreement(),
                    interval: interval.map(|&(low, high)| Interval { low, high }),
                    positions_a: measured.link(Some(a), None, None),
                    positions_b: measured.link(Some(b), None, None),
                });
            }
        }
        Agreements {
            basis: measured.basis,
            normalisation: normalisation.into(),
            replicates: bootstrap.replicates,
            seed,
            ties,
        }
    })
    .await
    .map_err(Problem::internal)?;
    match format {
        Format::Json => answer::json(&found),
        lines => answer::lines(lines, &found.ties),
    }
}
