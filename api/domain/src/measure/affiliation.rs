//! The two-mode network: which side speaks on which issue, and which way.
//!
//! Leifeld, "Discourse Network Analysis", The Oxford Handbook of Political Networks, 2017: sides and
//! issues are the nodes, and an edge weighs the positions of a side on an issue.

use super::Cell;
use super::agreement::Profile;

/// How an edge's weight w is freed from how much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normalisation {
    /// Not at all.
    #[default]
    None,
    /// w/n\[a\], n\[a\] the positions of the side.
    Activity,
    /// w/n\[j\], n\[j\] the positions on the issue.
    Prominence,
}

impl Normalisation {
    /// Every normalisation with its spelling in requests.
    pub const ALL: [(Normalisation, &'static str); 3] = [
        (Normalisation::None, "none"),
        (Normalisation::Activity, "activity"),
        (Normalisation::Prominence, "prominence"),
    ];
}

/// One edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affiliation {
    /// The side.
    pub side: u32,
    /// The issue.
    pub issue: u32,
    /// Its positions on the issue, at least one.
    pub cell: Cell,
    /// S + Z + O, normalised; above 0.
    pub weight: f64,
    /// S − O, normalised.
    pub subtract: f64,
}

/// The edges of the network of `profiles`, which are indexed by issue; by side, then by issue.
pub fn affiliations(profiles: &[Profile], normalisation: Normalisation) -> Vec<Affiliation> {
    let issues = profiles.iter().map(Vec::len).max().unwrap_or(0);
    let count = |cell: &Cell| f64::from(cell.count());
    let mut on_issue = vec![0.0; issues];
    for profile in profiles {
        for (sum, cell) in on_issue.iter_mut().zip(profile) {
            *sum += count(cell);
        }
    }
    let mut edges = Vec::new();
    for (side, profile) in (0u32..).zip(profiles) {
        let of_side: f64 = profile.iter().map(count).sum();
        for (issue, cell) in (0u32..).zip(profile).filter(|(_, cell)| cell.count() > 0) {
            // Neither divisor is zero: this very cell is part of both.
            let divisor = match normalisation {
                Normalisation::None => 1.0,
                Normalisation::Activity => of_side,
                Normalisation::Prominence => on_issue[issue as usize],
            };
            edges.push(Affiliation {
                side,
                issue,
                cell: *cell,
                weight: count(cell) / divisor,
                subtract: (f64::from(cell.support) - f64::from(cell.oppose)) / divisor,
            });
        }
    }
    edges
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
        let profiles = [
            vec![cell(3, 0, 1), cell(0, 0, 0)],
            vec![cell(0, 1, 5), cell(2, 0, 0)],
        ];
        let of = |normalisation| -> Vec<(u32, u32, f64, f64)> {
            affiliations(&profiles, normalisation)
                .iter()
                .map(|e| (e.side, e.issue, e.weight, e.subtract))
                .collect()
        };
        assert_eq!(
            of(Normalisation::None),
            [(0, 0, 4.0, 2.0), (1, 0, 6.0, -5.0), (1, 1, 2.0, 2.0)]
        );
        assert_eq!(
            of(Normalisation::Activity),
            [(0, 0, 1.0, 0.5), (1, 0, 0.75, -0.625), (1, 1, 0.25, 0.25)]
        );
        assert_eq!(
            of(Normalisation::Prominence),
            [(0, 0, 0.4, 0.2), (1, 0, 0.6, -0.5), (1, 1, 1.0, 1.0)]
        );
        assert!(affiliations(&[], Normalisation::Activity).is_empty());
    }

    proptest! {
        #[test]
        fn shares_sum_to_one(rows in prop::collection::vec(prop::collection::vec((0u32..4, 0u32..4, 0u32..4), 3), 1..6)) {
            let profiles: Vec<Profile> = rows
                .into_iter()
                .map(|row| row.into_iter().map(|(s, z, o)| cell(s, z, o)).collect())
                .collect();
            for edge in affiliations(&profiles, Normalisation::None) {
                prop_assert_eq!(edge.weight, f64::from(edge.cell.count()));
                prop_assert!(edge.subtract.abs() <= edge.weight);
            }
            for (normalisation, key) in [(Normalisation::Activity, 0), (Normalisation::Prominence, 1)] {
                let mut sums = std::collections::BTreeMap::new();
                for edge in affiliations(&profiles, normalisation) {
                    *sums.entry([edge.side, edge.issue][key]).or_insert(0.0) += edge.weight;
                }
                prop_assert!(sums.values().all(|sum: &f64| (sum - 1.0).abs() < 1e-9));
            }
        }
    }
}
