//! What becomes of an article that is stored.

use crate::sample::*;
use plenary_domain::filter::{ActorFilter, ArticleFilter, MeetingFilter, PartyFilter};
use plenary_domain::record::By;
use plenary_domain::{Act, Mode, PositionFilter, Span, Stance};
use plenary_store::testing::Database;

#[tokio::test]
async fn records_come_back_as_they_went() {
    let database = Database::new().await;
    let store = &database.store;
    store.ready().await.unwrap();
    let (article, parsed) = talks("Herald");
    let added = store.add_article(&article, &parsed, "test").await.unwrap();
    assert!(!added.known);
    assert_eq!(added.revision, 1);

    let stored = store
        .article(added.article_id, None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.text, article.text);
    assert_eq!(stored.summary.length, 80);
    assert_eq!(
        (stored.summary.statements, stored.summary.positions),
        (2, 2)
    );
    assert_eq!(
        (stored.summary.group_id, stored.summary.group_size),
        (added.article_id, 1)
    );
    assert_eq!(stored.meetings[0].slug, "arden-2031-05-03");

    let page = store
        .positions(&PositionFilter::default(), &all())
        .await
        .unwrap();
    assert_eq!((page.total, page.items.len()), (2, 2));
    assert_eq!(page.next_cursor, None);
    let wants = &page.items[0];
    assert_eq!(wants.actor.slug, "mira-oland");
    assert_eq!(wants.party.as_ref().unwrap().slug, "borland");
    assert_eq!(
        wants.meeting.as_ref().unwrap().venue.as_deref(),
        Some("Arden")
    );
    assert_eq!(wants.process.as_ref().unwrap().slug, "borland-vaskia-talks");
    assert_eq!(
        (wants.issue.slug.as_str(), wants.stance),
        ("ceasefire", Stance::Support)
    );
    // Code points, not bytes: the text begins with Cyrillic letters.
    assert_eq!(wants.evidence[0].text, "We want a ceasefire now");
    assert_eq!(
        wants.evidence[0].span.slice(&article.text),
        wants.evidence[0].text
    );
    assert_eq!(wants.source[0].span, Span::new(0, 1));
    assert_eq!(wants.role.as_deref(), Some("envoy"));
    assert_eq!(wants.day, Some(day("2031-05-03")));
    assert_eq!((wants.since_revision, wants.until_revision), (1, None));
    assert_eq!(wants.fields, parsed.positions[0].fields);
    assert_eq!(wants.rules, parsed.positions[0].rules);
    assert_eq!(page.items[1].act, Act::Reject);
    assert_eq!(
        store.position(wants.position_id).await.unwrap().as_ref(),
        Some(wants)
    );

    let observed = store
        .observations(&PositionFilter::default(), By::Party, true)
        .await
        .unwrap();
    assert_eq!((observed.positions.len(), observed.revision), (2, 1));
    assert_eq!(observed.parser_versions, ["test-1"]);
    assert_eq!(observed.meetings.len(), 1);
    let refused = &observed.positions[1];
    let seen = &refused.observation;
    assert_eq!(observed.sides[seen.side as usize].slug, "vaskia");
    assert_eq!(observed.issues[seen.issue as usize].slug, "ceasefire");
    assert_eq!((seen.stance, seen.meeting), (Stance::Oppose, Some(0)));
    assert_eq!(seen.day, Some(day("2031-05-03")));
    assert_eq!((refused.act, refused.mode), (Act::Reject, Mode::Indirect));
    let quotes = store.quotes(&[refused.position_id], 1).await.unwrap();
    assert_eq!(quotes[0].evidence[0].text, "refused the ceasefire");
    assert_eq!(quotes[0].actor.slug, "teo-vask");

    let party = store.party("borland").await.unwrap().unwrap();
    assert_eq!((party.counts.positions, party.counts.articles), (1, 1));
    assert_eq!(party.actors[0].slug, "mira-oland");
    let actor = store.actor("teo-vask").await.unwrap().unwrap();
    assert_eq!(actor.affiliations[0].role.as_deref(), Some("envoy"));
    assert_eq!(actor.affiliations[0].from, Some(day("2031-05-04")));
    let issue = store.issue("ceasefire").await.unwrap().unwrap();
    assert_eq!((issue.support, issue.neutral, issue.oppose), (1, 0, 1));
    let process = store
        .process("borland-vaskia-talks")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((process.meetings.len(), process.parties.len()), (1, 2));
    assert_eq!(process.counts.positions, 2);
    assert_eq!(store.tally_errors().await.unwrap(), 0);
}

#[tokio::test]
async fn known_content_is_stored_once() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, parsed) = talks("Herald");
    assert_eq!(store.find_known(&article).await.unwrap(), None);
    let first = store.add_article(&article, &parsed, "test").await.unwrap();
    let mut again = article.clone();
    again.text = article.text.replace(' ', "\n  ");
    again.url = Some("https://example.org/1?from=mail".to_owned());
    again.outlet = Some(" HERALD".to_owned());
    let second = store.add_article(&again, &parsed, "test").await.unwrap();
    assert!(second.known);
    assert_eq!(
        (second.article_id, second.revision),
        (first.article_id, first.revision)
    );
    assert_eq!(store.find_known(&again).await.unwrap(), Some(second));
    assert_eq!(store.latest_revision().await.unwrap(), 1);

    let (other_day, parsed) = {
        let (mut article, parsed) = talks("Herald");
        article.published = Some(day("2031-05-05"));
        (article, parsed)
    };
    let third = store
        .add_article(&other_day, &parsed, "test")
        .await
        .unwrap();
    assert!(!third.known);
    assert_eq!(third.group_id, first.article_id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_article_at_once_becomes_one() {
    let database = Database::new().await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = database.store.clone();
            tokio::spawn(async move {
                let (article, parsed) = talks("Herald");
                store.add_article(&article, &parsed, "test").await.unwrap()
            })
        })
        .collect();
    let mut added = Vec::new();
    for task in tasks {
        added.push(task.await.unwrap());
    }
    assert_eq!(added.iter().filter(|added| !added.known).count(), 1);
    assert!(
        added
            .iter()
            .all(|one| one.article_id == added[0].article_id)
    );
    assert_eq!(database.store.latest_revision().await.unwrap(), 1);
    let page = database
        .store
        .positions(&PositionFilter::default(), &all())
        .await
        .unwrap();
    assert_eq!(page.total, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn articles_at_once_share_their_speakers_and_meetings() {
    let database = Database::new().await;
    let tasks: Vec<_> = (0..24)
        .map(|n| {
            let store = database.store.clone();
            tokio::spawn(async move {
                let (article, mut parsed) = talks(&format!("Herald {n}"));
                if n % 2 == 0 {
                    parsed.actors.reverse();
                    parsed.parties.reverse();
                    for position in &mut parsed.positions {
                        position.actor = 1 - position.actor;
                        position.party = position.party.map(|at| 1 - at);
                    }
                    // Reversed twice, each still speaks for its own side.
                    for actor in &mut parsed.actors {
                        actor.party = actor.party.map(|at| 1 - at);
                    }
                }
                let added = store.add_article(&article, &parsed, "test").await.unwrap();
                if n % 6 == 0 {
                    store
                        .delete_article(added.article_id, "test")
                        .await
                        .unwrap()
                        .unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let store = &database.store;
    assert_eq!(store.latest_revision().await.unwrap(), 28);
    assert_eq!(
        store
            .actors(&ActorFilter::default(), &all())
            .await
            .unwrap()
            .total,
        2
    );
    let meetings = store
        .meetings(&MeetingFilter::default(), &all())
        .await
        .unwrap();
    assert_eq!(meetings.total, 1);
    assert_eq!(meetings.items[0].counts.positions, 40);
    let recorded = PartyFilter {
        recorded: Some(true),
        ..PartyFilter::default()
    };
    assert_eq!(store.parties(&recorded, &all()).await.unwrap().total, 2);
    let articles = store
        .articles(&ArticleFilter::default(), &all())
        .await
        .unwrap();
    assert_eq!(articles.total, 20);
    assert!(articles.items.iter().all(|one| one.group_size == 20));
    assert_eq!(store.tally_errors().await.unwrap(), 0);
}

#[tokio::test]
async fn one_person_in_other_spellings_is_one_actor() {
    let database = Database::new().await;
    let store = &database.store;
    for (outlet, name, party_slug) in [
        ("A", "Serhii Dovhyy", "borland"),
        ("B", "Sergei Dovhiy", "borland"),
        ("C", "Dovhyi", "borland"),
        ("D", "Pavlo Dovhyy", "borland"),
        ("E", "Dovhyi", "vaskia"),
    ] {
        let article = new_article("Talks.", outlet);
        let mut parsed = empty(&article);
        parsed.parties = vec![party(party_slug)];
        parsed.actors = vec![person(name, Some(0))];
        parsed.statements = vec![statement(Span::new(0, 5))];
        let mut said = position(0, 0, "other", Stance::Neutral);
        said.party = Some(0);
        parsed.positions = vec![said];
        store.add_article(&article, &parsed, "test").await.unwrap();
    }
    let actors = store.actors(&ActorFilter::default(), &all()).await.unwrap();
    let slugs: Vec<_> = actors
        .items
        .iter()
        .map(|actor| actor.named.slug.as_str())
        .collect();
    assert_eq!(slugs, ["dovhyi", "pavlo-dovhyy", "serhii-dovhyy"]);
    assert_eq!(
        actors.items[2].aliases,
        ["Dovhyi", "Sergei Dovhiy", "Serhii Dovhyy"]
    );
    assert_eq!(actors.items[2].counts.positions, 3);
}

#[tokio::test]
async fn meetings_gain_details_and_are_chained() {
    let database = Database::new().await;
    let store = &database.store;
    let rounds = [
        ("A", meeting("Arden", "2031-05-03", &[0, 1])),
        // The second day of the same talks.
        ("B", meeting("Arden", "2031-05-04", &[0])),
        ("C", meeting("Bellport", "2031-07-01", &[0, 1])),
        // Other parties at the same place and time.
        ("D", meeting("Bellport", "2031-07-01", &[2])),
        // Years later: another process.
        ("E", meeting("Arden", "2034-01-09", &[0, 1])),
    ];
    for (outlet, round) in rounds {
        let article = new_article("Talks.", outlet);
        let mut parsed = empty(&article);
        parsed.parties = vec![party("borland"), party("vaskia"), party("ostmark")];
        parsed.meetings = vec![round];
        store.add_article(&article, &parsed, "test").await.unwrap();
    }
    let page = store
        .meetings(&MeetingFilter::default(), &all())
        .await
        .unwrap();
    let slugs: Vec<_> = page
        .items
        .iter()
        .map(|item| item.meeting.slug.as_str())
        .collect();
    assert_eq!(
        slugs,
        [
            "arden-2031-05-03",
            "bellport-2031-07-01",
            "bellport-2031-07-01-2",
            "arden-2034-01-09"
        ]
    );
    let first = &page.items[0];
    assert_eq!(first.meeting.end, Some(day("2031-05-04")));
    assert_eq!(first.previous, None);
    assert_eq!(first.next.as_ref().unwrap().slug, "bellport-2031-07-01");
    let second = &page.items[1];
    assert_eq!(second.previous.as_ref().unwrap().slug, "arden-2031-05-03");
    assert_eq!(second.next, None);
    assert_eq!(page.items[2].process, None);
    assert_eq!(
        page.items[3].process.as_ref().unwrap().slug,
        "borland-vaskia-talks-2"
    );
}
