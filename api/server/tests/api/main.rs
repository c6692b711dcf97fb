//! The API, tested through its front door: the real application on a port, with a database of its
//! own for each test.

mod access;
mod articles;
mod briefing;
mod comparisons;
mod contract;
mod corpus;
mod filters;
mod head;
mod helpers;
mod limits;
mod manners;
mod measures;
mod metrics;
mod names;
mod openapi;
mod operations;
mod parse;
mod pinned;
mod positions;
mod rulings;
