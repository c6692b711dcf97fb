//! The cases of `cases/dates` and `cases/meetings`: texts with what must and must not be found.

#[path = "meetings/dates.rs"]
mod dates;

#[path = "meetings/rounds.rs"]
mod rounds;
