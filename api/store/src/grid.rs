//! The grid: positions counted per side × issue × meeting.

use crate::{Error, Result, Store};
use plenary_domain::PositionFilter;
use plenary_domain::record::{By, Grid};

impl Store {
    /// Counts the positions that the filter admits per party (or actor) × issue × meeting.
    ///
    /// The sum over all cells is the total of [`Store::positions`] under the same filter and revision.
    /// Each cell has its `quotes` strongest positions: most confident first, then whole quotations
    /// before partial ones, then the order of storing.
    pub async fn grid(&self, filter: &PositionFilter, by: By, quotes: u32) -> Result<Grid> {
        let _ = (filter, by, quotes);
        Err(Error::Unavailable("not built yet".to_owned()))
    }
}
