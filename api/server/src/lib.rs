//! The HTTP API and the command line of Plenary.
//!
//! `routes/` holds one file a resource, `http/` what all routes share, `command/` one file a
//! subcommand. Only this crate knows HTTP, JSON shapes and OpenAPI.

pub mod app;
pub mod command;
pub mod config;
pub mod corpus;
pub mod form;
pub mod http;
pub mod routes;
pub mod shape;
pub mod state;
