//! How far an actor stands with the rest of its party.

use super::Cell;
use super::agreement::Tie;

/// Loyalty of each actor of one party: its agreement with the positions of all the others together.
///
/// `profiles` holds the stance counts of each actor over the same issues. Each value lies in 0..=1
/// and is `None` where the actor shares no issue with the rest. An actor is never compared with its
/// own words (leave-one-out).
pub fn loyalty(profiles: &[Vec<Cell>]) -> Vec<Option<f64>> {
    let issues = profiles.iter().map(Vec::len).max().unwrap_or(0);
    let mut whole = vec![Cell::default(); issues];
    for profile in profiles {
        for (sum, cell) in whole.iter_mut().zip(profile) {
            sum.merge(*cell);
        }
    }
    profiles
        .iter()
        .map(|profile| {
            let rest: Vec<Cell> = whole
                .iter()
                .zip(profile)
                .map(|(sum, own)| Cell {
                    support: sum.support - own.support,
                    neutral: sum.neutral - own.neutral,
                    oppose: sum.oppose - own.oppose,
                })
                .collect();
            Tie::between(profile, &rest).agreement()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let for_it = vec![Cell {
            support: 2,
            ..Cell::default()
        }];
        let against = vec![Cell {
            oppose: 1,
            ..Cell::default()
        }];
        assert_eq!(loyalty(std::slice::from_ref(&for_it)), [None]);
        assert_eq!(loyalty(&[for_it.clone(), for_it.clone()]), [Some(1.0); 2]);
        assert_eq!(
            loyalty(&[for_it.clone(), for_it, against]),
            [Some(2.0 / 3.0), Some(2.0 / 3.0), Some(0.0)]
        );
    }
}
