//! Revisions: what was answered once can be answered again.

use crate::sample::*;
use futures_util::TryStreamExt;
use plenary_domain::filter::{ArticleFilter, Choice, NONE, Paging, PartyFilter};
use plenary_domain::record::By;
use plenary_domain::{Change, NameKind, PositionFilter};
use plenary_store::testing::Database;
use plenary_store::{Error, Ruler};

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
    let observed = store.observations(&at(1), By::Actor, true).await.unwrap();
    let ids: Vec<_> = list.items.iter().map(|item| item.position_id).collect();
    let quotes = store.quotes(&ids, 1).await.unwrap();

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
    let again = store.observations(&at(1), By::Actor, true).await.unwrap();
    assert_eq!(again, observed);
    assert_eq!(store.quotes(&ids, 1).await.unwrap(), quotes);
    assert_eq!(store.positions_by_id(&ids, 1).await.unwrap(), list.items);
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

/// Later articles tell of more days of a meeting, of its process and of fuller names; none of that
/// reaches back into an answer that was given before.
#[tokio::test]
async fn a_pinned_answer_keeps_names_days_and_processes() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, mut parsed) = talks("Herald");
    parsed.actors[0] = person("Oland", Some(0));
    parsed.meetings = vec![meeting("Arden", "2031-05-03", &[0])];
    store.add_article(&article, &parsed, "test").await.unwrap();
    let days = |from: &str| PositionFilter {
        from: Some(day(from)),
        ..at(1)
    };
    let process = |slug: &str, revision| PositionFilter {
        processes: Choice {
            any: vec![slug.to_owned()],
            none: Vec::new(),
        },
        revision,
        ..PositionFilter::default()
    };
    let observed = store.observations(&at(1), By::Actor, true).await.unwrap();
    let list = store.positions(&at(1), &all()).await.unwrap();
    let known = &observed.meetings[0];
    assert_eq!(known.meeting.end, Some(day("2031-05-03")));
    assert_eq!(known.process, None);

    let (article, mut parsed) = talks("Courier");
    parsed.meetings = vec![meeting("Arden", "2031-05-02", &[0, 1])];
    parsed.meetings[0].end = Some(day("2031-05-04"));
    store.add_article(&article, &parsed, "test").await.unwrap();

    assert_eq!(
        store.observations(&at(1), By::Actor, true).await.unwrap(),
        observed
    );
    let then = store.positions(&at(1), &all()).await.unwrap();
    assert_eq!(then.items, list.items);
    let count = async |filter| store.positions(&filter, &all()).await.unwrap().total;
    assert_eq!(count(days("2031-05-03")).await, 2);
    assert_eq!(count(process("borland-vaskia-talks", Some(1))).await, 0);
    assert_eq!(count(process(NONE, Some(1))).await, 2);

    let now = store.observations(&at(2), By::Actor, true).await.unwrap();
    let meeting = &now.meetings[0];
    assert_eq!(meeting.meeting.start, Some(day("2031-05-02")));
    assert_eq!(meeting.meeting.end, Some(day("2031-05-04")));
    assert_eq!(
        meeting.process.as_ref().unwrap().slug,
        "borland-vaskia-talks"
    );
    assert!(now.sides.iter().any(|side| side.name == "Mira Oland"));
    assert!(observed.sides.iter().any(|side| side.name == "Oland"));
    assert_eq!(count(process("borland-vaskia-talks", None)).await, 4);
    assert_eq!(
        count(PositionFilter {
            revision: None,
            ..days("2031-05-03")
        })
        .await,
        0
    );
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

#[tokio::test]
async fn a_deleted_article_takes_what_only_it_told() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, parsed) = talks("Herald");
    store.add_article(&article, &parsed, "test").await.unwrap();
    let (wrong, mut records) = talks("Courier");
    // Another spelling, office, side and day of the same, and somebody who only listens.
    records.actors[0].forms.push("M. Oland".to_owned());
    records.actors[0].role = Some("queen".to_owned());
    records.parties.push(party("narnia"));
    records.actors.push(person("Silent Bob", Some(2)));
    records.meetings[0].parties.push(2);
    records.meetings[0].end = Some(day("2031-05-09"));
    records
        .meetings
        .push(meeting("Caldera", "2031-06-01", &[2]));
    let added = store.add_article(&wrong, &records, "test").await.unwrap();
    let names = PartyFilter {
        q: Some("narnia".to_owned()),
        ..PartyFilter::default()
    };
    assert_eq!(store.parties(&names, &all()).await.unwrap().total, 1);
    assert!(store.actor("silent-bob").await.unwrap().is_some());

    let revision = store
        .delete_article(added.article_id, "test")
        .await
        .unwrap()
        .unwrap();
    let oland = store.actor("mira-oland").await.unwrap().unwrap();
    assert_eq!(oland.aliases, ["Mira Oland"]);
    let roles: Vec<_> = oland
        .affiliations
        .iter()
        .map(|one| one.role.as_deref())
        .collect();
    assert_eq!(roles, [Some("envoy")]);
    assert_eq!(store.actor("silent-bob").await.unwrap(), None);
    assert_eq!(store.party("narnia").await.unwrap(), None);
    let arden = store.meeting("arden-2031-05-03").await.unwrap().unwrap();
    assert_eq!(arden.meeting.end, Some(day("2031-05-03")));
    assert_eq!(arden.parties.len(), 2);
    let meetings = store.meetings(&Default::default(), &all()).await.unwrap();
    assert_eq!(meetings.total, 1);
    // Earlier revisions still name the meeting.
    let before = store
        .article(added.article_id, Some(revision - 1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(before.meetings.len(), 2);
    assert_eq!(store.tally_errors().await.unwrap(), 0);
}

#[tokio::test]
async fn an_article_stored_again_finds_its_names_at_their_addresses() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, parsed) = talks("Herald");
    let first = store.add_article(&article, &parsed, "test").await.unwrap();
    let actor = store.actor("mira-oland").await.unwrap().unwrap();
    let meeting = store.meeting("arden-2031-05-03").await.unwrap().unwrap();
    store
        .delete_article(first.article_id, "test")
        .await
        .unwrap();
    let silent = store.actor("mira-oland").await.unwrap().unwrap();
    assert_eq!(silent.aliases, ["Mira Oland"]);
    assert_eq!(silent.counts.positions, 0);
    store.add_article(&article, &parsed, "test").await.unwrap();
    assert_eq!(
        store.actor("mira-oland").await.unwrap().unwrap().counts,
        actor.counts
    );
    assert_eq!(
        store.meeting("arden-2031-05-03").await.unwrap(),
        Some(meeting)
    );
    assert_eq!(
        store
            .actors(&Default::default(), &all())
            .await
            .unwrap()
            .total,
        2
    );
    assert_eq!(
        store
            .meetings(&Default::default(), &all())
            .await
            .unwrap()
            .total,
        1
    );
    assert_eq!(store.tally_errors().await.unwrap(), 0);
}

#[tokio::test]
async fn of_records_that_a_merge_makes_one_the_surer_stays() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, mut parsed) = talks("Herald");
    // The parser took the pronoun for another speaker.
    let mut twice = parsed.positions[0].clone();
    twice.actor = 1;
    twice.confidence = 0.7;
    parsed.positions.push(twice);
    store.add_article(&article, &parsed, "test").await.unwrap();
    let ruler = Ruler {
        made_by: "test".to_owned(),
        key: None,
        reason: None,
    };
    let merge = store
        .merge_names(NameKind::Actor, "teo-vask", "mira-oland", &ruler)
        .await
        .unwrap()
        .unwrap();
    // Three were superseded by two.
    assert_eq!(merge.positions, 2);
    let now = store.positions(&at(2), &all()).await.unwrap();
    let sure: Vec<f32> = now.items.iter().map(|one| one.confidence).collect();
    assert_eq!(sure, [0.5, 0.7]);
    assert!(now.items.iter().all(|one| one.actor.slug == "mira-oland"));
    assert_eq!(store.positions(&at(1), &all()).await.unwrap().total, 3);
    assert_eq!(store.tally_errors().await.unwrap(), 0);
}
