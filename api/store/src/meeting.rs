//! Meetings: rounds of talks, told by many articles and stored once.

use crate::{Error, Result, Store};
use plenary_domain::filter::{MeetingFilter, Page, Paging};
use plenary_domain::record::MeetingRecord;

impl Store {
    /// Meetings in time order, those without a day last, with their counts.
    pub async fn meetings(
        &self,
        filter: &MeetingFilter,
        paging: &Paging,
    ) -> Result<Page<MeetingRecord>> {
        let _ = (filter, paging);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// The meeting of that slug, with its counts.
    pub async fn meeting(&self, slug: &str) -> Result<Option<MeetingRecord>> {
        let _ = slug;
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
