//! Actors: who speaks, with every name form and office that articles told.

use crate::{Error, Result, Store};
use plenary_domain::filter::{ActorFilter, Page, Paging};
use plenary_domain::record::ActorRecord;

impl Store {
    /// Actors by slug, with their offices and counts.
    pub async fn actors(&self, filter: &ActorFilter, paging: &Paging) -> Result<Page<ActorRecord>> {
        let _ = (filter, paging);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// The actor of that slug, with its counts.
    pub async fn actor(&self, slug: &str) -> Result<Option<ActorRecord>> {
        let _ = slug;
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
