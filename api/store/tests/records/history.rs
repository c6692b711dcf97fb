//! Revisions: what was answered once can be answered again.

use crate::sample::*;
use futures_util::TryStreamExt;
use plenary_domain::filter::{ArticleFilter, Paging};
use plenary_domain::record::By;
use plenary_domain::{Change, PositionFilter};
use plenary_store::Error;
use plenary_store::testing::Database;

fn at(revision: i64) -> PositionFilter {
    PositionFilter {
        revision: Some(revision),
        ..PositionFilter::default()
    }
}

#[tokio::test]
async fn a_pinned_answer_stays_the_same() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, parsed) = talks("Herald");
    let first = store.add_article(&article, &parsed, "alice").await.unwrap();
    let list = store.positions(&at(1), &all()).await.unwrap();
    let grid = store.grid(&at(1), By::Actor, 2).await.unwrap();

    let (article, parsed) = talks("Courier");
    store.add_article(&article, &parsed, "bob").await.unwrap();
    assert_eq!(store.positions(&at(2), &all()).await.unwrap().total, 4);
    let deleted = store
        .delete_article(first.article_id, "carol")
        .await
        .unwrap();
    assert_eq!(deleted, Some(3));

    let now = store
        .positions(&PositionFilter::default(), &all())
        .await
        .unwrap();
    assert_eq!(now.total, 2);
    let mut then = store.positions(&at(1), &all()).await.unwrap();
    for position in &mut then.items {
        assert_eq!(position.until_revision.take(), Some(3));
    }
    assert_eq!(then, list);
    let mut grid_then = store.grid(&at(1), By::Actor, 2).await.unwrap();
    // What a meeting counts in all is told as of now.
    grid_then.meetings.clone_from(&grid.meetings);
    assert_eq!(grid_then, grid);
    assert_eq!(store.positions(&at(2), &all()).await.unwrap().total, 4);
    assert_eq!(store.positions(&at(0), &all()).await.unwrap().total, 0);

    let revision = store.revision(3).await.unwrap().unwrap();
    assert_eq!(
        (revision.change, revision.made_by.as_str()),
        (Change::ArticleDeleted, "carol")
    );
    for unknown in [-1, 4] {
        let error = store.positions(&at(unknown), &all()).await.unwrap_err();
        assert!(
            matches!(error, Error::UnknownRevision { latest: 3, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_deleted_article_is_hidden_and_its_content_free() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, parsed) = talks("Herald");
    let first = store.add_article(&article, &parsed, "test").await.unwrap();
    assert_eq!(
        store
            .delete_article(first.article_id, "test")
            .await
            .unwrap(),
        Some(2)
    );
    assert_eq!(
        store
            .delete_article(first.article_id, "test")
            .await
            .unwrap(),
        None
    );
    assert_eq!(store.article(first.article_id, None).await.unwrap(), None);
    assert!(
        store
            .article(first.article_id, Some(1))
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(store.find_known(&article).await.unwrap(), None);
    assert_eq!(
        store
            .issue("ceasefire")
            .await
            .unwrap()
            .unwrap()
            .counts
            .positions,
        0
    );
    assert_eq!(
        store
            .meetings(&Default::default(), &all())
            .await
            .unwrap()
            .total,
        0
    );
    assert_eq!(
        store
            .actors(&Default::default(), &all())
            .await
            .unwrap()
            .total,
        0
    );
    assert_eq!(store.tally_errors().await.unwrap(), 0);

    let second = store.add_article(&article, &parsed, "test").await.unwrap();
    assert!(!second.known && second.article_id != first.article_id);
    assert_eq!(store.tally_errors().await.unwrap(), 0);
}

#[tokio::test]
async fn pages_show_one_state_while_articles_come_in() {
    let database = Database::new().await;
    let store = &database.store;
    let mut added = Vec::new();
    for n in 0..5 {
        let (article, parsed) = talks(&format!("Herald {n}"));
        added.push(
            store
                .add_article(&article, &parsed, "test")
                .await
                .unwrap()
                .article_id,
        );
    }
    let expected: Vec<_> = store
        .stream_positions(PositionFilter::default())
        .map_ok(|position| position.position_id)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(expected.len(), 10);

    let mut seen = Vec::new();
    let mut paging = Paging {
        limit: 3,
        cursor: None,
    };
    let mut round = 0;
    loop {
        let page = store
            .positions(&PositionFilter::default(), &paging)
            .await
            .unwrap();
        assert_eq!(page.total, 10);
        seen.extend(page.items.iter().map(|position| position.position_id));
        paging.cursor = page.next_cursor;
        if paging.cursor.is_none() {
            break;
        }
        let (article, parsed) = talks(&format!("Courier {round}"));
        store.add_article(&article, &parsed, "test").await.unwrap();
        store.delete_article(added[round], "test").await.unwrap();
        round += 1;
    }
    assert_eq!(seen, expected);

    for cursor in ["nonsense", "bnVsbA"] {
        paging.cursor = Some(cursor.to_owned());
        let error = store
            .positions(&PositionFilter::default(), &paging)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::BadCursor), "{error}");
        let error = store
            .articles(&ArticleFilter::default(), &paging)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::BadCursor), "{error}");
    }
}
