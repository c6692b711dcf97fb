//! Parties: the sides for which actors speak.

use crate::{Error, Result, Store};
use plenary_domain::filter::{Page, Paging, PartyFilter};
use plenary_domain::record::PartyRecord;

impl Store {
    /// Parties by slug, with their counts.
    pub async fn parties(
        &self,
        filter: &PartyFilter,
        paging: &Paging,
    ) -> Result<Page<PartyRecord>> {
        let _ = (filter, paging);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// The party of that slug, with its counts.
    pub async fn party(&self, slug: &str) -> Result<Option<PartyRecord>> {
        let _ = slug;
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
