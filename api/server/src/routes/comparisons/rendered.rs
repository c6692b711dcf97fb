//! Parts that stand in one answer many times, and whose JSON is therefore written once.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
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
        let json = serde_json::value::to_raw_value(&value);
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
