//! What all routes share: problems, forms of answers, query strings, bodies, the parse pool.

pub mod answer;
pub mod body;
pub mod cpu;
pub mod middleware;
pub mod negotiate;
pub mod openapi;
pub mod problem;
pub mod query;
