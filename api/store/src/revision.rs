//! Revisions: the numbered changes of the record set.

use crate::{Error, Result, Store};
use plenary_domain::record::RevisionRecord;

impl Store {
    /// The number of the newest revision; 0 for an empty record set.
    pub async fn latest_revision(&self) -> Result<i64> {
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// One revision.
    pub async fn revision(&self, revision: i64) -> Result<Option<RevisionRecord>> {
        let _ = revision;
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
