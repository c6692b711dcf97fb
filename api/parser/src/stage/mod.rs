//! The stages of the parser, in the order in which they run.

pub mod actors;
pub mod attribute;
pub mod code;
pub mod meetings;
pub mod parties;
pub mod segment;
pub mod weigh;
