//! How united a party or bloc stands on an issue.

use super::Cell;

/// Cohesion: the agreement index of Hix, Noury and Roland, "Power to the Parties", British Journal
/// of Political Science 35(2), 2005: [max(Y,N,A) − ½(T − max(Y,N,A))]/T.
///
/// In 0..=1: one where all positions of the party's members are the same, zero where they split into
/// three equal thirds; `None` for an empty cell.
pub fn cohesion(cell: Cell) -> Option<f64> {
    let total = f64::from(cell.count());
    let largest = f64::from(cell.support.max(cell.neutral).max(cell.oppose));
    (total > 0.0).then(|| (largest - 0.5 * (total - largest)) / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let of = |support, neutral, oppose| {
            cohesion(Cell {
                support,
                neutral,
                oppose,
            })
        };
        assert_eq!(of(0, 0, 0), None);
        assert_eq!(of(5, 0, 0), Some(1.0));
        assert_eq!(of(2, 2, 2), Some(0.0));
        assert_eq!(of(3, 0, 1), Some(0.625));
        assert_eq!(of(1, 0, 1), Some(0.25));
    }
}
