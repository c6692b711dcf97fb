//! How large answers are written: parts that stand in one many times are written once, long lists are
//! drawn while they are written.

use rayon::prelude::*;
use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A value with its JSON. Clones share both.
///
/// A network of a thousand sides names each of them in a thousand ties.
#[derive(Debug, Clone)]
pub struct Rendered<T>(Arc<(T, Box<RawValue>)>);

impl<T: Serialize> From<T> for Rendered<T> {
    fn from(value: T) -> Self {
        // Our shapes are strings, numbers and lists of them, which always serialise.
        let json = to_raw_value(&value);
        Rendered(Arc::new((value, json.unwrap_or_default())))
    }
}

impl<T> Deref for Rendered<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.0
    }
}

impl<T> Serialize for Rendered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.1.serialize(serializer)
    }
}

/// Items that are drawn at once.
const BATCH: usize = 4_096;

/// A list whose items are drawn while it is written, on all processors, a batch at a time: a large answer
/// never stands in memory as a whole.
pub struct Drawn<T> {
    count: usize,
    draw: Arc<dyn Fn(usize) -> T + Send + Sync>,
}

impl<T> Drawn<T> {
    /// Of `count` items, each drawn by its number.
    pub(crate) fn new(count: usize, draw: impl Fn(usize) -> T + Send + Sync + 'static) -> Drawn<T> {
        let draw = Arc::new(draw);
        Drawn { count, draw }
    }

    /// Number of items.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The items, drawn as they are asked for.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> {
        (0..self.count).map(|at| (self.draw)(at))
    }
}

impl<T> Clone for Drawn<T> {
    fn clone(&self) -> Self {
        let draw = self.draw.clone();
        Drawn { draw, ..*self }
    }
}

impl<T> fmt::Debug for Drawn<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} items", self.count)
    }
}

impl<T: Serialize> Serialize for Drawn<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.count))?;
        for first in (0..self.count).step_by(BATCH) {
            let batch = first..(first + BATCH).min(self.count);
            let written = batch.into_par_iter();
            let written: Vec<_> = written
                .map(|at| to_raw_value(&(self.draw)(at)))
                .collect::<Result<_, _>>()
                .map_err(S::Error::custom)?;
            for item in written {
                list.serialize_element(&item)?;
            }
        }
        list.end()
    }
}
