//! What all routes share: problems, forms of answers, query strings, bodies, access and limits, the parse
//! pool.

pub mod access;
pub mod answer;
pub mod body;
pub mod connection;
pub mod contract;
pub mod cpu;
mod exact;
pub mod gate;
pub mod head;
pub mod metrics;
pub mod middleware;
pub mod negotiate;
pub mod openapi;
pub mod problem;
pub mod query;
pub mod rate;
pub mod security;
pub mod traces;
