//! Articles: stored in one transaction or not at all, known by their content, grouped with copies.
//!
//! To [`add`] one is to [`check`] it, to claim its [`content`], to look for [`copies`], to resolve its [`names`], and to
//! write what it has [`told`] of them and its [`records`], whose quotes are [`cut`] out of its text. It can be read back
//! ([`list`]) and taken back ([`delete`]).

mod add;
mod check;
mod content;
mod copies;
mod cut;
mod delete;
mod list;
mod names;
mod records;
mod told;

use uuid::Uuid;

/// What became of an article that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// The article: the new one, or the one that already held this content.
    pub article_id: Uuid,
    /// True when the content was known and nothing was stored.
    pub known: bool,
    /// The revision that brought the article; of known content the revision that brought it then.
    pub revision: i64,
    /// Near-duplicate group; the same for every copy of a text.
    pub group_id: Uuid,
}

/// A text of which nothing is left without white space counts as missing.
fn given(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.trim().is_empty())
}
