//! The record set on a real Postgres, one database a test.

mod adding;
mod filters;
mod history;
mod keys;
mod refused;
mod roles;
mod sample;
