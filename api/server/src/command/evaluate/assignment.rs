//! The best one-to-one pairing of two lists.

/// Maximum-weight one-to-one assignment by the Hungarian method, in whole numbers.
///
/// `weight[row][column]` is at least 0, and 0 stands for a pair that may not be; all rows are of one
/// length. Gives (row, column) of the chosen pairs, in the order of the rows. Takes cubic time.
pub(super) fn best(weight: &[Vec<i64>]) -> Vec<(usize, usize)> {
    let rows = weight.len();
    let columns = weight.first().map_or(0, Vec::len);
    if rows == 0 || columns == 0 {
        return Vec::new();
    }
    if rows > columns {
        // The method wants no more rows than columns.
        let flipped: Vec<Vec<i64>> = (0..columns)
            .map(|column| weight.iter().map(|row| row[column]).collect())
            .collect();
        let mut pairs: Vec<_> = best(&flipped).into_iter().map(|(j, i)| (i, j)).collect();
        pairs.sort_unstable();
        return pairs;
    }
    // Potentials of rows and columns, and the row of each column; all counted from 1, 0 is nobody.
    let mut row_potential = vec![0i64; rows + 1];
    let mut column_potential = vec![0i64; columns + 1];
    let mut row_of = vec![0usize; columns + 1];
    let mut way = vec![0usize; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut column = 0;
        let mut least = vec![i64::MAX; columns + 1];
        let mut used = vec![false; columns + 1];
        loop {
            used[column] = true;
            let at = row_of[column];
            let mut delta = i64::MAX;
            let mut next = 0;
            for j in 1..=columns {
                if used[j] {
                    continue;
                }
                let slack = -weight[at - 1][j - 1] - row_potential[at] - column_potential[j];
                if slack < least[j] {
                    least[j] = slack;
                    way[j] = column;
                }
                if least[j] < delta {
                    delta = least[j];
                    next = j;
                }
            }
            for j in 0..=columns {
                if used[j] {
                    row_potential[row_of[j]] += delta;
                    column_potential[j] -= delta;
                } else if least[j] != i64::MAX {
                    least[j] -= delta;
                }
            }
            column = next;
            if row_of[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let before = way[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut pairs: Vec<(usize, usize)> = (1..=columns)
        .filter(|j| row_of[*j] != 0 && weight[row_of[*j] - 1][j - 1] > 0)
        .map(|j| (row_of[j] - 1, j - 1))
        .collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(weight: &[Vec<i64>], pairs: &[(usize, usize)]) -> i64 {
        pairs.iter().map(|(i, j)| weight[*i][*j]).sum()
    }

    /// The best total by trying every pairing.
    fn by_trying(weight: &[Vec<i64>], row: usize, taken: &mut Vec<bool>) -> i64 {
        if row == weight.len() {
            return 0;
        }
        let mut most = by_trying(weight, row + 1, taken);
        for column in 0..weight[row].len() {
            if !taken[column] {
                taken[column] = true;
                most = most.max(weight[row][column] + by_trying(weight, row + 1, taken));
                taken[column] = false;
            }
        }
        most
    }

    #[test]
    fn the_greatest_total_beats_the_greatest_pair() {
        assert_eq!(best(&[vec![9, 8], vec![8, 0]]), [(0, 1), (1, 0)]);
        assert_eq!(best(&[vec![0, 0]]), []);
        assert_eq!(best(&[]), []);
    }

    proptest! {
        #[test]
        fn no_pairing_is_better(rows in 1usize..5, columns in 1usize..5, seed in prop::collection::vec(0i64..6, 25)) {
            let weight: Vec<Vec<i64>> =
                (0..rows).map(|i| (0..columns).map(|j| seed[i * 5 + j]).collect()).collect();
            let pairs = best(&weight);
            prop_assert_eq!(total(&weight, &pairs), by_trying(&weight, 0, &mut vec![false; columns]));
            let mut used: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), pairs.len());
        }
    }
}
