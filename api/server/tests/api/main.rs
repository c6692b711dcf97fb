//! The API, tested through its front door: the real application on a port, with a database of its
//! own for each test.

mod articles;
mod comparisons;
mod corpus;
mod helpers;
mod manners;
mod names;
mod openapi;
mod operations;
mod parse;
mod positions;
mod rulings;
