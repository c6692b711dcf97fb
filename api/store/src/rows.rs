//! Parts that the rows of several resources share, and their conversion to the domain's words.

use crate::{Error, Result};
use plenary_domain::record::{Named, Words};
use plenary_domain::{Span, Stance};
use serde::{Deserialize, Serialize};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::{Decode, Postgres, Type};
use std::fmt::Display;
use std::str::FromStr;

/// A span with its words, as the JSON columns hold it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SpanRow {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) text: String,
}

/// A slug with its name, as the queries gather them.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct NamedRow {
    slug: String,
    name: String,
}

pub(crate) fn words(rows: Vec<SpanRow>) -> Vec<Words> {
    rows.into_iter()
        .map(|row| Words {
            span: Span::new(row.start, row.end),
            text: row.text,
        })
        .collect()
}

pub(crate) fn all_named(rows: Vec<NamedRow>) -> Vec<Named> {
    rows.into_iter()
        .map(|NamedRow { slug, name }| Named { slug, name })
        .collect()
}

/// The two columns of something that may be missing.
pub(crate) fn named(slug: Option<String>, name: Option<String>) -> Option<Named> {
    Some(Named {
        slug: slug?,
        name: name?,
    })
}

/// Reads a code; only a database changed behind our back can hold another one.
pub(crate) fn code<T: FromStr>(
    table: &'static str,
    column: &'static str,
    row: impl Display,
    value: &str,
) -> Result<T> {
    value.parse().map_err(|_| Error::Corrupt {
        table,
        column,
        row: row.to_string(),
        value: value.to_owned(),
    })
}

/// A code as its column holds it, read without a copy of its text; `Err` with a text that is none.
#[derive(Debug, Clone)]
pub(crate) struct Code<T>(pub(crate) std::result::Result<T, String>);

impl<T> Type<Postgres> for Code<T> {
    fn type_info() -> PgTypeInfo {
        <str as Type<Postgres>>::type_info()
    }

    fn compatible(info: &PgTypeInfo) -> bool {
        <str as Type<Postgres>>::compatible(info)
    }
}

impl<'r, T: FromStr> Decode<'r, Postgres> for Code<T> {
    fn decode(value: PgValueRef<'r>) -> std::result::Result<Self, BoxDynError> {
        let text = <&str as Decode<Postgres>>::decode(value)?;
        Ok(Code(text.parse().map_err(|_| text.to_owned())))
    }
}

impl<T> Code<T> {
    /// The code; only a database changed behind our back can hold another text.
    pub(crate) fn known(
        self,
        table: &'static str,
        column: &'static str,
        row: impl Display,
    ) -> Result<T> {
        self.0.map_err(|value| Error::Corrupt {
            table,
            column,
            row: row.to_string(),
            value,
        })
    }
}

pub(crate) fn stance(row: impl Display, value: i16) -> Result<Stance> {
    match value {
        -1 => Ok(Stance::Oppose),
        0 => Ok(Stance::Neutral),
        1 => Ok(Stance::Support),
        _ => Err(Error::Corrupt {
            table: "party_position",
            column: "stance",
            row: row.to_string(),
            value: value.to_string(),
        }),
    }
}
