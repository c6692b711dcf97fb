//! What can go wrong in the store, sorted by what a caller can do about it.

use std::borrow::Cow;

/// Why the store did not do what it was asked to. What does not exist is no error but `None`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database is away, starting, overloaded or full: the same call can succeed later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The statement ran longer than [`crate::Options::statement_timeout`] allows.
    #[error("the database took too long to answer")]
    TimedOut,
    /// The cursor is none that this list gave out.
    #[error("the cursor is not one that this list gave out")]
    BadCursor,
    /// A comparison is about more positions than [`crate::Store::observing_at_most`] allows.
    #[error("the comparison is about more than {most} positions")]
    TooMany {
        /// How many are allowed.
        most: usize,
    },
    /// The record set has no such revision.
    #[error("there is no revision {asked}; the newest is {latest}")]
    UnknownRevision {
        /// What was asked for.
        asked: i64,
        /// The newest.
        latest: i64,
    },
    /// What is stored contradicts what was to be stored; the text says what to do.
    #[error("{0}")]
    Conflict(String),
    /// What was to be stored breaks a rule of the record set, e.g. a NUL in a text or a position
    /// on an issue that no codebook has.
    #[error("{0}")]
    Invalid(String),
    /// A value that a caller gave cannot be meant, e.g. a merge of an actor with itself.
    #[error("{field}: {why}")]
    Refused {
        /// Which value: the name of a field of the request, e.g. `into`.
        field: &'static str,
        /// Why not.
        why: String,
    },
    /// The database holds something that the checks of its tables should have made impossible.
    #[error("`{table}`.`{column}` of row {row} holds `{value}`, which cannot be read")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Key of the row.
        row: String,
        /// What stands there.
        value: String,
    },
    /// The role with which Plenary connects may not do what was asked; see `docker/roles.sql`.
    #[error("the database role may not do this: {0}; docker/roles.sql tells which role may")]
    Denied(String),
    /// The tables are older or newer than this version of Plenary, or could not be brought up to it.
    #[error("the database's tables do not fit this version: {0}")]
    Schema(String),
    /// The address of the database cannot be understood.
    #[error("the database address is not usable: {0}")]
    Address(String),
    /// Anything else that the database reports: a defect of Plenary.
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
}

/// Conditions of Postgres that pass by themselves or by an operator's hand: connection trouble (08),
/// no resources left (53), an administrator's stop or a start (57P), a read-only standby (25006).
fn passes(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("53") || code.starts_with("57P") || code == "25006"
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Error::Unavailable(error.to_string()),
            sqlx::Error::Database(db) => match db.code().unwrap_or(Cow::Borrowed("")).as_ref() {
                "57014" => Error::TimedOut,
                code if passes(code) => Error::Unavailable(db.message().to_owned()),
                // A missing or wrong password, role or database is for the operator to mend.
                "28000" | "28P01" | "3D000" => Error::Unavailable(db.message().to_owned()),
                // A check of a table: what was to be stored breaks its rule.
                "23502" | "23514" => Error::Invalid(db.message().to_owned()),
                "42501" => Error::Denied(db.message().to_owned()),
                // No such table: the migrations have not run.
                "42P01" => Error::Schema(format!("{}; run `plenary migrate` first", db.message())),
                _ => Error::Database(error),
            },
            _ => Error::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Error {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            other => Error::Schema(other.to_string()),
        }
    }
}
