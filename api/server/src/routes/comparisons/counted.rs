//! Stance counts as answers show them, with how sure they are.

use plenary_domain::measure::Cell;
use plenary_domain::measure::cell::{self, Intervals};
use serde::Serialize;
use utoipa::ToSchema;

/// Stance counts with the link to the records behind them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Counted {
    /// Positions: `support` + `neutral` + `oppose`.
    #[schema(minimum = 1)]
    pub count: u32,
    /// Positions that support the proposition.
    #[schema(minimum = 0)]
    pub support: u32,
    /// Positions that take no side.
    #[schema(minimum = 0)]
    pub neutral: u32,
    /// Positions that oppose it.
    #[schema(minimum = 0)]
    pub oppose: u32,
    /// Mean stance: (`support` − `oppose`) / `count`.
    #[schema(minimum = -1, maximum = 1)]
    pub stance: f64,
    /// The link that lists the positions behind the counts. Under another rule than `include` the
    /// list is longer than the count.
    #[schema(format = "uri-reference")]
    pub positions: String,
}

/// A 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Where a side stands when neutral positions are left aside, on a scale without ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Scaled {
    /// ln((support + ½)/(oppose + ½)): 0 where both weigh the same (Lowe, Benoit, Mikhaylov and Laver
    /// 2011).
    pub position: f64,
    /// 1/(support + ½) + 1/(oppose + ½).
    #[schema(minimum = 0)]
    pub variance: f64,
}

impl From<cell::Scaled> for Scaled {
    fn from(scaled: cell::Scaled) -> Self {
        Scaled {
            position: scaled.theta,
            variance: scaled.variance,
        }
    }
}

impl From<cell::Interval> for Interval {
    fn from(interval: cell::Interval) -> Self {
        Interval {
            low: interval.low,
            high: interval.high,
        }
    }
}

/// Stance counts with how sure their mean is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Estimated {
    /// What was said.
    #[serde(flatten)]
    pub counted: Counted,
    /// 95 % interval of the mean stance: what the side's stance is likely to be when so few positions
    /// tell of it.
    pub interval: Interval,
    /// True when the interval excludes one of the two signs; else the positions are too few, or too
    /// divided, to say on which side of the issue the side stands.
    pub sufficient: bool,
}

impl Counted {
    /// The counts of a cell; the mean of an empty one is 0.
    pub(crate) fn of(cell: Cell, positions: String) -> Counted {
        Counted {
            count: cell.count(),
            support: cell.support,
            neutral: cell.neutral,
            oppose: cell.oppose,
            stance: cell.mean().unwrap_or(0.0),
            positions,
        }
    }

    /// The cell counted.
    pub(crate) fn cell(&self) -> Cell {
        Cell {
            support: self.support,
            neutral: self.neutral,
            oppose: self.oppose,
        }
    }

    /// Names of [`Counted::fields`].
    pub(crate) const COLUMNS: [&'static str; 6] = [
        "count",
        "support",
        "neutral",
        "oppose",
        "stance",
        "positions",
    ];

    pub(crate) fn fields(&self) -> Vec<String> {
        vec![
            self.count.to_string(),
            self.support.to_string(),
            self.neutral.to_string(),
            self.oppose.to_string(),
            self.stance.to_string(),
            self.positions.clone(),
        ]
    }

    pub(crate) fn example() -> Counted {
        Counted::of(
            Cell {
                support: 0,
                neutral: 1,
                oppose: 2,
            },
            "/v1/positions?parties=russia&issues=alliance-membership&revision=4".to_owned(),
        )
    }
}

impl Estimated {
    /// The counts of a cell, whose interval is among those known; `None` for an empty one.
    pub(crate) fn of(cell: Cell, positions: String, known: &Intervals) -> Option<Estimated> {
        let interval = known.get(cell)?;
        Some(Estimated {
            counted: Counted::of(cell, positions),
            interval: interval.into(),
            sufficient: interval.sufficient(),
        })
    }

    /// Names of [`Estimated::fields`].
    pub(crate) fn columns() -> Vec<&'static str> {
        [&Counted::COLUMNS[..], &["low", "high", "sufficient"]].concat()
    }

    pub(crate) fn fields(&self) -> Vec<String> {
        let mut fields = self.counted.fields();
        fields.extend([
            self.interval.low.to_string(),
            self.interval.high.to_string(),
            self.sufficient.to_string(),
        ]);
        fields
    }

    pub(crate) fn example() -> Option<Estimated> {
        let counted = Counted::example();
        let (cell, link) = (counted.cell(), counted.positions);
        Estimated::of(cell, link, &Intervals::of([cell]))
    }
}
