//! Keys of the API, and the list of who changed what.

use crate::sample::*;
use chrono::{Duration, Utc};
use plenary_domain::filter::{AuditFilter, Choice, NONE, Paging};
use plenary_domain::{Change, NameKind, Scope};
use plenary_store::testing::Database;
use plenary_store::{Error, Maker, NewKey, Ruler, Store};
use sqlx::{Connection, PgConnection, Row};

fn new_key(name: &str) -> NewKey {
    NewKey {
        name: name.to_owned(),
        scope: Scope::Ingest,
        expires_at: None,
    }
}

async fn is_known(store: &Store, key: &str) -> bool {
    store.recognise(key).await.unwrap().is_some()
}

#[tokio::test]
async fn a_key_is_recognised_until_it_is_taken_back_or_expires() {
    let database = Database::new().await;
    let store = &database.store;
    let (made, key) = store.create_key(&new_key("desk")).await.unwrap();
    assert!(key.starts_with(&made.prefix) && key.len() > made.prefix.len() + 60);
    assert_eq!(made.last_used_at, None);
    let known = store.recognise(&key).await.unwrap().unwrap();
    assert_eq!((known.name.as_str(), known.scope), ("desk", Scope::Ingest));

    // One wrong character anywhere, and the prefix of another key.
    let (other, _) = store.create_key(&new_key("other")).await.unwrap();
    let flipped = |at: usize| {
        let mut letters = key.clone().into_bytes();
        letters[at] = if letters[at] == b'0' { b'1' } else { b'0' };
        String::from_utf8(letters).unwrap()
    };
    let crossed = key.replace(&made.prefix, &other.prefix);
    let last = key.len() - 1;
    for wrong in [
        &flipped(last),
        &flipped(30),
        &flipped(10),
        &crossed,
        "",
        "x\0",
    ] {
        assert!(!is_known(store, wrong).await, "{wrong}");
    }

    let past = NewKey {
        expires_at: Some(Utc::now() - Duration::seconds(1)),
        ..new_key("past")
    };
    let future = NewKey {
        expires_at: Some(Utc::now() + Duration::hours(1)),
        ..new_key("future")
    };
    let (_, past) = store.create_key(&past).await.unwrap();
    let (_, future) = store.create_key(&future).await.unwrap();
    assert!(!is_known(store, &past).await);
    assert!(is_known(store, &future).await);

    let revoked = store.revoke_key("desk").await.unwrap().unwrap();
    assert!(!is_known(store, &key).await);
    // Again changes nothing, and what never was is none.
    assert_eq!(store.revoke_key("desk").await.unwrap(), Some(revoked));
    assert_eq!(store.revoke_key("nobody").await.unwrap(), None);
    let names: Vec<_> = store.keys().await.unwrap();
    let names: Vec<_> = names.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["desk", "other", "past", "future"]);
}

#[tokio::test]
async fn the_key_itself_is_nowhere_in_the_database() {
    let database = Database::new().await;
    let (made, key) = database.store.create_key(&new_key("desk")).await.unwrap();
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    let row = sqlx::query("select api_key::text as all_of_it, hash from api_key")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let text: String = row.get("all_of_it");
    let secret = &key[made.prefix.len() + 1..];
    assert!(text.contains(&made.prefix) && !text.contains(secret));
    assert_eq!(row.get::<Vec<u8>, _>("hash").len(), 32);
}

#[tokio::test]
async fn a_name_is_given_once_and_can_be_listed() {
    let database = Database::new().await;
    let store = &database.store;
    store.create_key(&new_key("desk")).await.unwrap();
    store.revoke_key("desk").await.unwrap();
    let long = "x".repeat(101);
    for name in ["desk", "", " desk", "a,b", "a\nb", "a\0", NONE, &long] {
        let error = store.create_key(&new_key(name)).await.unwrap_err();
        let is_about_it = matches!(error, Error::Refused { field: "name", .. });
        assert!(is_about_it, "{name}: {error:?}");
    }
}

#[tokio::test]
async fn use_is_noted_but_not_for_every_request() {
    let database = Database::new().await;
    let store = &database.store;
    let (_, key) = store.create_key(&new_key("desk")).await.unwrap();
    let used = async || store.keys().await.unwrap()[0].last_used_at;
    store.recognise(&key).await.unwrap();
    let first = used().await;
    assert!(first.is_some());
    for _ in 0..5 {
        store.recognise(&key).await.unwrap();
    }
    assert_eq!(used().await, first);
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    sqlx::query("update api_key set last_used_at = now() - interval '2 minutes'")
        .execute(&mut connection)
        .await
        .unwrap();
    store.recognise(&key).await.unwrap();
    assert!(used().await > first);
}

#[tokio::test]
async fn the_audit_list_tells_who_changed_what() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, parsed) = talks("Herald");
    let desk = Maker {
        name: "desk",
        key: Some("desk"),
    };
    let first = store.add_article(&article, &parsed, desk).await.unwrap();
    let (article, parsed) = talks("Courier");
    store
        .add_article(&article, &parsed, "ingest")
        .await
        .unwrap();
    let ruler = Ruler {
        made_by: "j.doe".to_owned(),
        key: Some("institute".to_owned()),
        reason: Some("One person.".to_owned()),
    };
    let merge = store.merge_names(NameKind::Actor, "teo-vask", "mira-oland", &ruler);
    let merge = merge.await.unwrap().unwrap();
    assert_eq!(merge.key.as_deref(), Some("institute"));
    store.delete_article(first.article_id, desk).await.unwrap();

    let list = async |filter: AuditFilter| -> Vec<i64> {
        let page = store.revisions(&filter, &all()).await.unwrap();
        assert_eq!(page.total, page.items.len() as i64);
        page.items.iter().map(|one| one.revision).collect()
    };
    let everything = AuditFilter::default();
    let page = store.revisions(&everything, &all()).await.unwrap();
    let told: Vec<_> = page
        .items
        .iter()
        .map(|one| (one.change, one.made_by.as_str(), one.key.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (Change::ArticleAdded, "desk", Some("desk")),
            (Change::ArticleAdded, "ingest", None),
            (Change::Merged, "j.doe", Some("institute")),
            (Change::ArticleDeleted, "desk", Some("desk")),
        ]
    );
    assert_eq!(page.items[3].article_id, Some(first.article_id));
    assert_eq!(page.items[2].reason.as_deref(), Some("One person."));

    let keys = |any: &[&str], none: &[&str]| AuditFilter {
        keys: Choice {
            any: any.iter().map(|&name| name.to_owned()).collect(),
            none: none.iter().map(|&name| name.to_owned()).collect(),
        },
        ..AuditFilter::default()
    };
    assert_eq!(list(keys(&["desk"], &[])).await, [1, 4]);
    assert_eq!(list(keys(&["desk", NONE], &[])).await, [1, 2, 4]);
    assert_eq!(list(keys(&[], &["desk"])).await, [2, 3]);
    assert_eq!(list(keys(&[], &[NONE])).await, [1, 3, 4]);
    assert_eq!(list(keys(&["desk\0"], &[])).await, [0_i64; 0]);
    let mut changes = AuditFilter::default();
    changes.changes.any = vec![Change::ArticleAdded];
    assert_eq!(list(changes).await, [1, 2]);
    let today = Utc::now().date_naive();
    let days = |from: i64, to: i64| AuditFilter {
        from: Some(today + Duration::days(from)),
        to: Some(today + Duration::days(to)),
        ..AuditFilter::default()
    };
    assert_eq!(list(days(-1, 1)).await, [1, 2, 3, 4]);
    assert_eq!(list(days(2, 3)).await, [0_i64; 0]);
    assert_eq!(list(days(-3, -2)).await, [0_i64; 0]);

    // Pages hold still while changes go on.
    let mut paging = Paging {
        limit: 3,
        cursor: None,
    };
    let page = store.revisions(&everything, &paging).await.unwrap();
    assert_eq!((page.items.len(), page.total), (3, 4));
    let (article, parsed) = talks("Gazette");
    store.add_article(&article, &parsed, "late").await.unwrap();
    paging.cursor = page.next_cursor;
    let page = store.revisions(&everything, &paging).await.unwrap();
    assert_eq!((page.items.len(), page.total), (1, 4));
    assert_eq!(page.next_cursor, None);
}
