//! Products of states with weights: at 8 bits, and of floats where bits would cost accuracy.

use crate::{Unreadable, Weights};
use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::{Isa, SimdOp};
use rten_tensor::{Layout, Matrix, NdTensorView};
use rten_vecmath::{MinMax, Quantize};
use std::mem::MaybeUninit;

thread_local! {
    static BYTES: GemmExecutor<u8, i8, i32> = GemmExecutor::new();
    static FLOATS: GemmExecutor<f32> = GemmExecutor::new();
}

/// Rows that are multiplied at a time: what they become stays in a core's cache.
pub(crate) const BLOCK: usize = 32;

/// A linear map whose weights have 8 bits and one scale for each column of its result.
///
/// What it is applied to is turned to 8 bits as well, each row by itself between its least and its greatest number, as
/// ONNX's `DynamicQuantizeLinear` does it for a whole tensor.
pub struct Linear {
    weights: PackedBMatrix<i8>,
    /// Sums of the columns: what a row's zero point adds to its products.
    sums: Vec<i32>,
    scale: Vec<f32>,
    bias: Vec<f32>,
}

impl std::fmt::Debug for Linear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rows, columns) = (self.weights.rows(), self.weights.cols());
        write!(f, "Linear({rows} × {columns})")
    }
}

impl Linear {
    /// The maps called `names` side by side, as one.
    ///
    /// # Errors
    /// When the file has not all of them, or their rows differ.
    pub fn read(weights: &Weights, names: &[&str]) -> Result<Linear, Unreadable> {
        let (mut parts, mut scale, mut bias) = (Vec::new(), Vec::new(), Vec::new());
        for name in names {
            let matrix = format!("{name}.W_quantized");
            parts.push((weights.bytes(&matrix)?.0, weights.columns(&matrix)?));
            scale.extend(weights.floats(&format!("{name}.W_scale"))?);
            bias.extend(weights.floats(&format!("{name}.B"))?);
        }
        let rows = parts[0].0.len() / parts[0].1;
        let columns = parts.iter().map(|(_, columns)| columns).sum();
        if scale.len() != columns || bias.len() != columns {
            return Err(weights.broken(format!("{names:?} lack a scale or a bias")));
        }
        let mut beside: Vec<i8> = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for (bytes, columns) in &parts {
                let row = bytes.chunks_exact(*columns).nth(row);
                beside.extend(row.unwrap_or_default().iter().map(|&byte| byte as i8));
            }
        }
        let matrix = Matrix::try_from_data([rows, columns], beside.as_slice())
            .map_err(|_| weights.broken(format!("{names:?} differ in their rows")))?;
        let mut sums = vec![0; columns];
        for row in beside.chunks_exact(columns) {
            let parts = sums.iter_mut().zip(row);
            parts.for_each(|(sum, weight)| *sum += i32::from(*weight));
        }
        Ok(Linear {
            weights: BYTES.with(|kernel| kernel.prepack_b(matrix)),
            sums,
            scale,
            bias,
        })
    }

    /// Multiplies the first `columns` columns of the result by `factor`.
    pub fn scale(&mut self, columns: usize, factor: f32) {
        for numbers in [&mut self.scale, &mut self.bias] {
            numbers[..columns].iter_mut().for_each(|x| *x *= factor);
        }
    }

    /// How many numbers a row of the result has.
    pub fn columns(&self) -> usize {
        self.weights.cols()
    }

    /// Applies the map to each row of `rows`.
    ///
    /// # Panics
    /// When these are no whole rows.
    pub fn apply(&self, rows: &[f32]) -> Vec<f32> {
        let depth = self.weights.rows();
        let mut result = vec![0.0; rows.len() / depth * self.columns()];
        self.apply_to(&Levels::of(rows, depth), &mut result);
        result
    }

    /// Writes the map of each row into `result`.
    ///
    /// # Panics
    /// When the shapes do not fit.
    pub(crate) fn apply_to(&self, rows: &Levels, result: &mut [f32]) {
        let (depth, columns) = (self.weights.rows(), self.columns());
        let blocks = rows.blocks().zip(result.chunks_mut(BLOCK * columns));
        for ((bytes, zero, scale), result) in blocks {
            let left = NdTensorView::from_data([zero.len(), depth], bytes);
            let left = GemmInputA::Unpacked(left);
            let right = GemmInputB::Packed(&self.weights);
            // Whole numbers first, in the same place: room of their own would take the weights' in the cache.
            let products: &mut [i32] = bytemuck::cast_slice_mut(result);
            BYTES
                .with(|kernel| kernel.gemm(products, left, right, GemmOptions::default()))
                .expect("shapes fit");
            Finish {
                map: self,
                zero,
                scale,
                result,
            }
            .dispatch();
        }
    }
}

/// Rows at 8 bits. A number is (byte - zero) × scale of its row.
pub(crate) struct Levels {
    width: usize,
    bytes: Vec<u8>,
    scale: Vec<f32>,
    zero: Vec<u8>,
}

impl Levels {
    /// No rows yet, but room for `count` of `width` numbers.
    pub(crate) fn with_capacity(count: usize, width: usize) -> Levels {
        Levels {
            width,
            bytes: Vec::with_capacity(count * width),
            scale: Vec::with_capacity(count),
            zero: Vec::with_capacity(count),
        }
    }

    /// Rows of `width` numbers.
    pub(crate) fn of(rows: &[f32], width: usize) -> Levels {
        let mut levels = Levels::with_capacity(rows.len() / width, width);
        levels.extend(rows);
        levels
    }

    /// Adds rows.
    pub(crate) fn extend(&mut self, rows: &[f32]) {
        let mut room = vec![MaybeUninit::uninit(); self.width];
        for row in rows.chunks_exact(self.width) {
            let (least, greatest) = MinMax::new(row).dispatch();
            let (least, greatest) = (least.min(0.0), greatest.max(0.0));
            // A row of zeros keeps any scale.
            let scale = ((greatest - least) / 255.0).max(f32::MIN_POSITIVE);
            let zero = (-least / scale).round_ties_even() as u8;
            let bytes = Quantize::new(row, &mut room, 1.0 / scale, zero).dispatch();
            self.bytes.extend_from_slice(bytes);
            self.scale.push(scale);
            self.zero.push(zero);
        }
    }

    /// Some rows at a time: bytes, zero points and scales.
    fn blocks(&self) -> impl Iterator<Item = (&[u8], &[u8], &[f32])> {
        let (zero, scale) = (self.zero.chunks(BLOCK), self.scale.chunks(BLOCK));
        let bytes = self.bytes.chunks(BLOCK * self.width);
        bytes
            .zip(zero)
            .zip(scale)
            .map(|((bytes, zero), scale)| (bytes, zero, scale))
    }
}

/// From whole numbers to the map's result. rten-gemm 0.27 takes zero points of rows too, and answers wrongly where they
/// differ behind the eighth row.
struct Finish<'a> {
    map: &'a Linear,
    zero: &'a [u8],
    scale: &'a [f32],
    /// The bits of whole numbers, then the result.
    result: &'a mut [f32],
}

impl SimdOp for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _isa: I) {
        let rows = self.result.chunks_exact_mut(self.map.columns());
        for (row, (zero, scale)) in rows.zip(self.zero.iter().zip(self.scale)) {
            finish(self.map, i32::from(*zero), *scale, row);
        }
    }
}

/// One row, in a function of its own: its arguments are known not to overlap, and the loop is vectorised.
#[inline(always)]
fn finish(map: &Linear, zero: i32, scale: f32, row: &mut [f32]) {
    let columns = map.sums.iter().zip(&map.scale).zip(&map.bias);
    for (x, ((sum, column), bias)) in row.iter_mut().zip(columns) {
        let product = x.to_bits() as i32;
        *x = (product - zero * sum) as f32 * (scale * column) + bias;
    }
}

/// A linear map of floats.
#[derive(Debug)]
pub struct Dense {
    weights: Vec<f32>,
    bias: Vec<f32>,
    columns: usize,
}

impl Dense {
    /// The map called `name`; without a bias in the file it adds nothing.
    ///
    /// # Errors
    /// When the file has no such map.
    pub fn read(weights: &Weights, name: &str) -> Result<Dense, Unreadable> {
        let matrix = format!("{name}.W");
        let columns = weights.columns(&matrix)?;
        let bias = weights.floats(&format!("{name}.B"));
        Ok(Dense {
            weights: weights.floats(&matrix)?,
            bias: bias.unwrap_or_else(|_| vec![0.0; columns]),
            columns,
        })
    }

    /// Applies the map to each row of `rows`.
    pub fn apply(&self, rows: &[f32]) -> Vec<f32> {
        let depth = self.weights.len() / self.columns;
        let rows = NdTensorView::from_data([rows.len() / depth, depth], rows);
        let weights = NdTensorView::from_data([depth, self.columns], &*self.weights);
        let mut result = vec![0.0; rows.size(0) * self.columns];
        product(
            &mut result,
            rows,
            weights,
            Some(BiasVector::Row(&self.bias)),
        );
        result
    }
}

/// The products of each row of `left` with each row of `right`, all of `width` numbers.
pub fn times(left: &[f32], right: &[f32], width: usize) -> Vec<f32> {
    let view = |rows| NdTensorView::from_data([<[f32]>::len(rows) / width, width], rows);
    let mut result = vec![0.0; left.len() / width * (right.len() / width)];
    product(&mut result, view(left), view(right).transposed(), None);
    result
}

/// `result` = `left` × `right` (+ `bias`), each sum from its first addend to its last.
///
/// # Panics
/// When the shapes do not fit.
pub(crate) fn product(
    result: &mut [f32],
    left: Matrix,
    right: Matrix,
    bias: Option<BiasVector<f32>>,
) {
    let options = GemmOptions {
        bias,
        ..GemmOptions::default()
    };
    let (left, right) = (GemmInputA::Unpacked(left), GemmInputB::Unpacked(right));
    FLOATS
        .with(|kernel| kernel.gemm(result, left, right, options))
        .expect("shapes fit");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::made::{floats, signed, weights};
    use proptest::collection::vec;
    use proptest::prelude::*;

    const COLUMNS: usize = 3;

    fn linear(numbers: &[i8], scale: &[f32], bias: &[f32]) -> Linear {
        let dims = [numbers.len() / COLUMNS, COLUMNS];
        let weights = weights(vec![
            signed("a.W_quantized", &dims, numbers),
            floats("a.W_scale", &[COLUMNS], scale),
            floats("a.B", &[COLUMNS], bias),
        ]);
        Linear::read(&weights, &["a"]).unwrap()
    }

    /// A map with its weights as they are meant, and rows of numbers of quite different sizes.
    fn cases() -> impl Strategy<Value = (Vec<i8>, Vec<f32>, Vec<f32>, Vec<f32>)> {
        (1usize..50, 1usize..140).prop_flat_map(|(depth, rows)| {
            let row = (0.001f32..100.0, vec(-1f32..1.0, depth));
            let row = row.prop_map(|(size, row)| row.into_iter().map(move |x| size * x));
            (
                vec(-64i8..=64, depth * COLUMNS),
                vec(0.001f32..0.1, COLUMNS),
                vec(-1f32..1.0, COLUMNS),
                vec(row, rows).prop_map(|rows| rows.into_iter().flatten().collect()),
            )
        })
    }

    proptest! {
        #[test]
        fn a_row_comes_near_the_product_of_floats((numbers, scale, bias, rows) in cases()) {
            let found = linear(&numbers, &scale, &bias).apply(&rows);
            let depth = numbers.len() / COLUMNS;
            for (row, found) in rows.chunks(depth).zip(found.chunks(COLUMNS)) {
                let (least, greatest) = row.iter().fold((0f32, 0f32), |(a, b), x| (a.min(*x), b.max(*x)));
                // Each number of the row is off by half a level, and the zero point by as much.
                let off = (greatest - least) / 255.0;
                for column in 0..COLUMNS {
                    let weights = numbers.iter().skip(column).step_by(COLUMNS).map(|w| f32::from(*w) * scale[column]);
                    let exact: f32 = row.iter().zip(weights.clone()).map(|(x, w)| x * w).sum();
                    let bound: f32 = weights.map(|w| off * w.abs()).sum();
                    let error = (found[column] - exact - bias[column]).abs();
                    prop_assert!(error <= bound * 1.01 + 1e-4, "{error} above {bound}");
                }
            }
        }

        #[test]
        fn a_row_is_the_same_alone((numbers, scale, bias, rows) in cases()) {
            let map = linear(&numbers, &scale, &bias);
            let alone: Vec<f32> = rows.chunks(numbers.len() / COLUMNS).flat_map(|row| map.apply(row)).collect();
            prop_assert_eq!(map.apply(&rows), alone);
        }
    }

    #[test]
    fn maps_side_by_side_answer_as_each_by_itself() {
        let dims = [2, 1];
        let parts = |name: &str, numbers: [i8; 2]| {
            let name = |part| format!("{name}.{part}");
            [
                signed(&name("W_quantized"), &dims, &numbers),
                floats(&name("W_scale"), &[1], &[0.5]),
                floats(&name("B"), &[1], &[1.0]),
            ]
        };
        let weights = weights([parts("a", [2, 4]), parts("b", [6, -8])].concat());
        let rows = [1.0, 0.0, 0.0, 1.0];
        let mut both = Linear::read(&weights, &["a", "b"]).unwrap();
        let found: Vec<f32> = both.apply(&rows).iter().map(|x| x.round()).collect();
        assert_eq!(found, [2.0, 4.0, 3.0, -3.0]);
        both.scale(1, 2.0);
        let found: Vec<f32> = both.apply(&rows).iter().map(|x| x.round()).collect();
        assert_eq!(found, [4.0, 4.0, 6.0, -3.0]);
    }

    #[test]
    fn dense_maps_and_products_of_rows() {
        let matrix = floats("a.W", &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
        let plain = weights(vec![matrix.clone()]);
        let shifted = weights(vec![matrix, floats("a.B", &[2], &[0.5, -0.5])]);
        let rows = [1.0, 1.0, 0.0, 2.0];
        let apply = |weights| Dense::read(weights, "a").unwrap().apply(&rows);
        assert_eq!(apply(&plain), [4.0, 6.0, 6.0, 8.0]);
        assert_eq!(apply(&shifted), [4.5, 5.5, 6.5, 7.5]);
        assert_eq!(times(&rows, &[1.0, 2.0, 3.0, 4.0], 2), [3.0, 7.0, 4.0, 8.0]);
    }
}
