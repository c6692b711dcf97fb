//! The record set on a real Postgres, one database a test.

mod adding;
mod filters;
mod history;
mod refused;
mod sample;
