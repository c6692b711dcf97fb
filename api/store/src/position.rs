//! Positions: the records that lists, exports and comparisons count.

use crate::{Error, Result, Store};
use futures_util::Stream;
use plenary_domain::PositionFilter;
use plenary_domain::filter::{Page, Paging};
use plenary_domain::record::PositionRecord;
use uuid::Uuid;

impl Store {
    /// Positions in the order in which they were stored, which within an article is text order.
    ///
    /// For the positions of one article set `filter.articles.any`.
    pub async fn positions(
        &self,
        filter: &PositionFilter,
        paging: &Paging,
    ) -> Result<Page<PositionRecord>> {
        let _ = (filter, paging);
        Err(Error::Unavailable("not built yet".to_owned()))
    }

    /// Every position that the filter admits, in the same order, fetched as the reader takes them.
    ///
    /// The revision is fixed at the first item. No connection is held between items, so a slow
    /// reader costs the database nothing. The stream ends after its first error.
    pub fn stream_positions(
        &self,
        filter: PositionFilter,
    ) -> impl Stream<Item = Result<PositionRecord>> + Send + use<> {
        let _ = filter;
        futures_util::stream::empty()
    }

    /// One position, current or superseded: `until_revision` tells.
    pub async fn position(&self, position_id: Uuid) -> Result<Option<PositionRecord>> {
        let _ = position_id;
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
