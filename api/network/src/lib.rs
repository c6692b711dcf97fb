//! Running the trained networks: pure Rust, one row of tokens on one thread, the same bits on every processor.
//!
//! All of them are encoders of one kind, so they are put together of few parts: [`Table`]s of vectors, [`Layers`] of
//! attention, [`Linear`] maps at 8 bits and [`Dense`] ones. Their products of matrices are a library's, which has
//! kernels for each processor. A product of whole numbers is exact, and one of floats adds up from the first addend to
//! the last with each kernel; every other sum of floats is `numerics::sum`, which adds up in one order.
//!
//! A row is run by itself, never padded and never in a batch with others, so that its result depends on nothing else.
//! Rows are shared out to *lanes* ([`map`]).

mod lanes;
mod layer;
mod linear;
mod numerics;
mod table;
mod weights;

pub use lanes::map;
pub use layer::{Layers, Names};
pub use linear::{Dense, Linear, times};
pub use numerics::{Norm, pooled, tanh, unit};
pub use table::Table;
pub use weights::{Unreadable, Weights};
