//! Issues: the propositions of the codebook on which positions are taken.

use crate::{Error, Result, Store};
use plenary_domain::filter::{IssueFilter, Page, Paging};
use plenary_domain::record::IssueRecord;

impl Store {
    /// Issues in the order of the codebook, `other` last, with their counts.
    pub async fn issues(&self, filter: &IssueFilter, paging: &Paging) -> Result<Page<IssueRecord>> {
        let _ = (filter, paging);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// The issue of that slug, with its counts.
    pub async fn issue(&self, slug: &str) -> Result<Option<IssueRecord>> {
        let _ = slug;
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
