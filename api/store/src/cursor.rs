//! Where a page ended, in an opaque form.

use crate::{Error, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plenary_domain::filter::{Page, Paging};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A place in a list: the key of the last item before it, and what must stay the same on later pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor<K> {
    /// Name of the list, so that another list's cursor is refused.
    list: String,
    /// State from which the first page was answered; 0 for lists that have no revisions.
    pub(crate) revision: i64,
    /// Items on all pages, counted for the first one.
    pub(crate) total: i64,
    /// Key of the last item.
    pub(crate) after: K,
}

impl<K: Serialize + DeserializeOwned> Cursor<K> {
    /// The place that a caller names; `None` is the start.
    pub(crate) fn of(list: &str, paging: &Paging) -> Result<Option<Cursor<K>>> {
        let Some(text) = &paging.cursor else {
            return Ok(None);
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::BadCursor)?;
        // Postgres stores no NUL, so no key of ours has one and none may reach a query.
        if bytes.windows(6).any(|escape| escape == b"\\u0000") {
            return Err(Error::BadCursor);
        }
        let cursor: Cursor<K> = serde_json::from_slice(&bytes).map_err(|_| Error::BadCursor)?;
        if cursor.list != list || cursor.revision < 0 || cursor.total < 0 {
            return Err(Error::BadCursor);
        }
        Ok(Some(cursor))
    }
}

/// Rows to ask for: one more than the page holds shows whether another page follows.
pub(crate) fn rows_to_fetch(paging: &Paging) -> i64 {
    i64::from(paging.limit.max(1)) + 1
}

/// Cuts the surplus row off and says where the next page begins.
pub(crate) fn page<T, K: Serialize>(
    list: &str,
    paging: &Paging,
    revision: i64,
    total: i64,
    mut items: Vec<T>,
    key: impl Fn(&T) -> K,
) -> Page<T> {
    let limit = paging.limit.max(1) as usize;
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).and_then(|last| {
        let cursor = Cursor {
            list: list.to_owned(),
            revision,
            total,
            after: key(last),
        };
        // Keys are strings, numbers, dates and ids, which JSON can always hold.
        serde_json::to_vec(&cursor)
            .ok()
            .map(|json| URL_SAFE_NO_PAD.encode(json))
    });
    Page {
        items,
        next_cursor,
        total,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(cursor: Option<String>) -> Paging {
        Paging { limit: 2, cursor }
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let page = page("letters", &paging(None), 7, 3, vec!["a", "b", "c"], |k| {
            (*k).to_owned()
        });
        assert_eq!(page.items, ["a", "b"]);
        let cursor = Cursor::<String>::of("letters", &paging(page.next_cursor.clone()))
            .unwrap()
            .unwrap();
        assert_eq!((cursor.revision, cursor.total), (7, 3));
        assert_eq!(cursor.after, "b");
        let other = Cursor::<String>::of("numbers", &paging(page.next_cursor));
        assert!(matches!(other, Err(Error::BadCursor)));
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let page = page("letters", &paging(None), 7, 2, vec!["a", "b"], |k| {
            (*k).to_owned()
        });
        assert_eq!(page.next_cursor, None);
    }

    #[test]
    fn nonsense_is_refused() {
        let nul = URL_SAFE_NO_PAD
            .encode(r#"{"list":"letters","revision":1,"total":1,"after":"a\u0000"}"#);
        let negative =
            URL_SAFE_NO_PAD.encode(r#"{"list":"letters","revision":-1,"total":1,"after":"a"}"#);
        for text in ["", "!", "bm9uc2Vuc2U", &nul, &negative] {
            let cursor = Cursor::<String>::of("letters", &paging(Some(text.to_owned())));
            assert!(matches!(cursor, Err(Error::BadCursor)), "{text}");
        }
    }
}
