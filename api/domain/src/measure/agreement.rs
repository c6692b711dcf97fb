//! Who agrees with whom: congruence and conflict between sides.
//!
//! Leifeld, "Discourse Network Analysis", The Oxford Handbook of Political Networks, 2017. With
//! x[a,j,k] the number of positions of side a on issue j with stance k, and R = 2:
//! congruence C[a,b] = Σ over j,k,k' of x[a,j,k] x[b,j,k'] (1 − |k − k'|/R), conflict F[a,b] the same
//! with |k − k'|/R, agreement C/(C + F).

use super::{Cell, Observation};

/// What a side said on each issue: stance counts, indexed by issue.
pub type Profile = Vec<Cell>;

/// Congruence and conflict of a pair of profiles.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tie {
    /// C, at least 0.
    pub congruence: f64,
    /// F, at least 0.
    pub conflict: f64,
}

impl Tie {
    /// The tie of two profiles over the same issues.
    pub fn between(a: &[Cell], b: &[Cell]) -> Tie {
        let mut tie = Tie::default();
        for (x, y) in a.iter().zip(b) {
            tie.add(weights(*x), weights(*y));
        }
        tie
    }

    fn add(&mut self, [o, z, s]: [f64; 3], [p, y, t]: [f64; 3]) {
        // A neutral beside a taken side is half congruent and half in conflict.
        let half = 0.5 * (z * (t + p) + y * (s + o));
        self.congruence += s * t + z * y + o * p + half;
        self.conflict += s * p + o * t + half;
    }

    /// C − F.
    pub fn subtract(self) -> f64 {
        self.congruence - self.conflict
    }

    /// C/(C + F), in 0..=1; `None` where the two share no issue.
    pub fn agreement(self) -> Option<f64> {
        let sum = self.congruence + self.conflict;
        (sum > 0.0).then(|| self.congruence / sum)
    }
}

fn weights(cell: Cell) -> [f64; 3] {
    cell.by_value().map(|(_, n)| n)
}

/// How a weight is freed from how much a side speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normalisation {
    /// Not at all.
    #[default]
    None,
    /// w/((n[a] + n[b])/2).
    Average,
    /// Tanimoto's form for counts: w/(C[a,a] + C[b,b] − C[a,b]).
    Jaccard,
    /// The true cosine: w/√(C[a,a] C[b,b]).
    Cosine,
    /// w/(n[a] n[b]), which the Discourse Network Analyzer calls cosine.
    DnaProduct,
}

impl Normalisation {
    /// Every normalisation with its spelling in requests.
    pub const ALL: [(Normalisation, &'static str); 5] = [
        (Normalisation::None, "none"),
        (Normalisation::Average, "average"),
        (Normalisation::Jaccard, "jaccard"),
        (Normalisation::Cosine, "cosine"),
        (Normalisation::DnaProduct, "dna_product"),
    ];

    /// A weight of a pair, normalised; `None` where the divisor is zero.
    ///
    /// `congruence` is C\[a,b\]; `a` and `b` are the extents of the two sides.
    pub fn of(self, weight: f64, congruence: f64, a: Extent, b: Extent) -> Option<f64> {
        let divisor = match self {
            Normalisation::None => 1.0,
            Normalisation::Average => (a.count + b.count) / 2.0,
            Normalisation::Jaccard => a.own + b.own - congruence,
            Normalisation::Cosine => (a.own * b.own).sqrt(),
            Normalisation::DnaProduct => a.count * b.count,
        };
        (divisor > 0.0).then(|| weight / divisor)
    }
}

/// How much a side speaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// n\[a\]: its positions.
    pub count: f64,
    /// C\[a,a\]: its congruence with itself.
    pub own: f64,
}

impl Extent {
    /// The extent of a profile.
    pub fn of(profile: &[Cell]) -> Extent {
        Extent {
            count: profile.iter().map(|cell| f64::from(cell.count())).sum(),
            own: Tie::between(profile, profile).congruence,
        }
    }
}

/// The profiles of `sides` sides over `issues` issues.
pub fn profiles(observations: &[Observation], sides: usize, issues: usize) -> Vec<Profile> {
    let mut profiles = vec![vec![Cell::default(); issues]; sides];
    for o in observations {
        profiles[o.side as usize][o.issue as usize].add(o.stance);
    }
    profiles
}

/// The ties of all pairs of sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    sides: usize,
    /// Congruence of the pair (a, b), a < b, at place a × sides + b; nothing elsewhere.
    congruence: Vec<f64>,
    /// Conflict, likewise.
    conflict: Vec<f64>,
}

impl Network {
    /// The network of some profiles over the same issues.
    ///
    /// Issue by issue, so that pairs which share none cost nothing. Sums of whole and half numbers are
    /// exact, hence the same in any order.
    pub fn of(profiles: &[Profile]) -> Network {
        let sides = profiles.len();
        let mut network = Network {
            sides,
            congruence: vec![0.0; sides * sides],
            conflict: vec![0.0; sides * sides],
        };
        let issues = profiles.iter().map(Vec::len).max().unwrap_or(0);
        for issue in 0..issues {
            let speakers: Vec<(usize, Cell)> = profiles
                .iter()
                .enumerate()
                .filter_map(|(side, profile)| Some((side, *profile.get(issue)?)))
                .filter(|(_, cell)| cell.count() > 0)
                .collect();
            for (at, (a, cell)) in speakers.iter().enumerate() {
                let row = a * sides..(a + 1) * sides;
                let congruence = &mut network.congruence[row.clone()];
                let conflict = &mut network.conflict[row];
                for (b, other) in &speakers[at + 1..] {
                    let mut tie = Tie::default();
                    tie.add(weights(*cell), weights(*other));
                    congruence[*b] += tie.congruence;
                    conflict[*b] += tie.conflict;
                }
            }
        }
        network
    }

    /// Number of sides.
    pub fn sides(&self) -> usize {
        self.sides
    }

    /// The tie of two sides, in either order; that of a side with itself is empty.
    pub fn tie(&self, a: usize, b: usize) -> Tie {
        let place = a.min(b) * self.sides + a.max(b);
        Tie {
            congruence: self.congruence[place],
            conflict: self.conflict[place],
        }
    }

    /// The pairs (a < b) that share an issue, with their ties, in the order of the sides.
    pub fn ties(&self) -> impl Iterator<Item = (usize, usize, Tie)> {
        (0..self.sides)
            .flat_map(move |a| (a + 1..self.sides).map(move |b| (a, b, self.tie(a, b))))
            .filter(|(_, _, tie)| tie.congruence + tie.conflict > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell(support: u32, neutral: u32, oppose: u32) -> Cell {
        Cell {
            support,
            neutral,
            oppose,
        }
    }

    #[test]
    fn known_answers() {
        let (a, b) = (
            [cell(2, 0, 0), cell(1, 0, 1)],
            [cell(1, 0, 1), cell(0, 2, 0)],
        );
        // Issue 1: 2·1 alike, 2·1 opposite. Issue 2: 2 positions beside 2 neutrals, half each.
        let tie = Tie::between(&a, &b);
        assert_eq!((tie.congruence, tie.conflict), (4.0, 4.0));
        assert_eq!(tie.agreement(), Some(0.5));
        let (m, n) = (Extent::of(&a), Extent::of(&b));
        assert_eq!((m.count, m.own, n.count, n.own), (4.0, 6.0, 4.0, 6.0));
        let of = |normalisation: Normalisation| normalisation.of(4.0, 4.0, m, n);
        assert_eq!(of(Normalisation::None), Some(4.0));
        assert_eq!(of(Normalisation::Average), Some(1.0));
        assert_eq!(of(Normalisation::Jaccard), Some(0.5));
        assert_eq!(of(Normalisation::Cosine), Some(4.0 / 6.0));
        assert_eq!(of(Normalisation::DnaProduct), Some(0.25));
        let nothing = Extent::of(&[cell(0, 0, 0)]);
        assert_eq!(Normalisation::Average.of(0.0, 0.0, nothing, nothing), None);
        assert_eq!(Tie::between(&a[..0], &b[..0]).agreement(), None);
        // A side is exactly as congruent with itself as the true measures of likeness can say.
        assert_eq!(Normalisation::Cosine.of(m.own, m.own, m, m), Some(1.0));
        assert_eq!(Normalisation::Jaccard.of(m.own, m.own, m, m), Some(1.0));
    }

    proptest! {
        #[test]
        fn it_is_the_double_sum_symmetric_and_in_range(
            rows in prop::collection::vec(prop::collection::vec((0u32..4, 0u32..4, 0u32..4), 3), 2..6)
        ) {
            let p: Vec<Profile> = rows
                .into_iter()
                .map(|row| row.into_iter().map(|(s, z, o)| cell(s, z, o)).collect())
                .collect();
            let network = Network::of(&p);
            let mut shared = 0;
            for a in 0..p.len() {
                for b in 0..p.len() {
                    let tie = Tie::between(&p[a], &p[b]);
                    let (mut c, mut f) = (0.0, 0.0);
                    for (x, y) in p[a].iter().zip(&p[b]) {
                        for (k, n) in x.by_value() {
                            for (l, m) in y.by_value() {
                                c += n * m * (1.0 - (k - l).abs() / 2.0);
                                f += n * m * (k - l).abs() / 2.0;
                            }
                        }
                    }
                    prop_assert!((tie.congruence - c).abs() < 1e-9 && (tie.conflict - f).abs() < 1e-9);
                    prop_assert_eq!(tie, Tie::between(&p[b], &p[a]));
                    if let Some(agreement) = tie.agreement() {
                        prop_assert!((0.0..=1.0).contains(&agreement));
                    }
                    if a != b {
                        prop_assert_eq!(network.tie(a, b), tie);
                        shared += usize::from(tie.agreement().is_some());
                    }
                }
            }
            prop_assert_eq!(network.ties().count() * 2, shared);
        }
    }
}
