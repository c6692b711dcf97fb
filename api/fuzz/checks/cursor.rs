//! Cursors: whatever a client sends as one is refused as none, or leads to the database.

use plenary_domain::PositionFilter;
use plenary_domain::filter::{
    ActorFilter, ArticleFilter, IssueFilter, MeetingFilter, Paging, PartyFilter, RulingFilter,
};
use plenary_store::{Error, Options, Store};
use std::cell::LazyCell;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static NOWHERE: LazyCell<(Runtime, Store)> = LazyCell::new(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let _inside = runtime.enter();
        let store = Store::connect(&Options {
            acquire_timeout: Duration::from_millis(1),
            // A host without a name is reached over a socket, and this folder has none.
            ..Options::new("postgres://nobody@localhost/plenary?host=/nonexistent")
        });
        let store = store.expect("an address that can be understood");
        drop(_inside);
        (runtime, store)
    });
}

/// Gives the text to one of the lists, which the first byte chooses.
pub(crate) fn check(bytes: &[u8]) {
    let [list, text @ ..] = bytes else { return };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let paging = Paging {
        limit: 1,
        cursor: Some(text.to_owned()),
    };
    NOWHERE.with(|nowhere| {
        let (runtime, store) = &**nowhere;
        let refused = runtime.block_on(async {
            match list % 7 {
                0 => store
                    .positions(&PositionFilter::default(), &paging)
                    .await
                    .err(),
                1 => store
                    .articles(&ArticleFilter::default(), &paging)
                    .await
                    .err(),
                2 => store
                    .meetings(&MeetingFilter::default(), &paging)
                    .await
                    .err(),
                3 => store.actors(&ActorFilter::default(), &paging).await.err(),
                4 => store.parties(&PartyFilter::default(), &paging).await.err(),
                5 => store.issues(&IssueFilter::default(), &paging).await.err(),
                _ => store.rulings(&RulingFilter::default(), &paging).await.err(),
            }
        });
        match refused {
            Some(Error::BadCursor | Error::Unavailable(_)) => {}
            other => panic!("{other:?}"),
        }
    });
}
