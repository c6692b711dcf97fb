//! Processes: meetings that follow one another.

use crate::{Error, Result, Store};
use plenary_domain::filter::{Page, Paging, ProcessFilter};
use plenary_domain::record::ProcessRecord;

impl Store {
    /// Processes by slug, with their meetings and counts.
    pub async fn processes(
        &self,
        filter: &ProcessFilter,
        paging: &Paging,
    ) -> Result<Page<ProcessRecord>> {
        let _ = (filter, paging);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// The process of that slug, with its counts.
    pub async fn process(&self, slug: &str) -> Result<Option<ProcessRecord>> {
        let _ = slug;
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
