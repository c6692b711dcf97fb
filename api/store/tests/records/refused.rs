//! What the store and the database itself refuse.

use crate::sample::*;
use plenary_domain::{Codebook, Span};
use plenary_store::Error;
use plenary_store::testing::Database;
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn an_article_is_stored_whole_or_not_at_all() {
    let database = Database::new().await;
    let store = &database.store;
    let (article, good) = talks("Herald");
    type Harm = fn(&mut plenary_domain::parsed::ParsedArticle);
    let harms: [(&str, Harm); 9] = [
        ("span outside", |p| {
            p.positions[1].evidence = vec![Span::new(70, 81)]
        }),
        ("empty span", |p| {
            p.statements[0].content = vec![Span::new(3, 3)]
        }),
        ("no content", |p| p.statements[0].content.clear()),
        ("unknown issue", |p| {
            p.positions[1].issue = "weather".to_owned()
        }),
        ("no such actor", |p| p.positions[0].actor = 2),
        ("no such party", |p| p.actors[0].party = Some(7)),
        ("NUL", |p| p.actors[0].name = "Mira\0".to_owned()),
        ("no probability", |p| p.positions[1].confidence = f32::NAN),
        ("unknown codebook", |p| p.codebook = "default@99".to_owned()),
    ];
    for (what, harm) in harms {
        let mut parsed = good.clone();
        harm(&mut parsed);
        let error = store
            .add_article(&article, &parsed, "test")
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{what}: {error:?}");
        assert_eq!(store.latest_revision().await.unwrap(), 0, "{what}");
        assert_eq!(store.find_known(&article).await.unwrap(), None, "{what}");
    }
    assert!(
        !store
            .add_article(&article, &good, "test")
            .await
            .unwrap()
            .known
    );
}

#[tokio::test]
async fn the_database_refuses_bad_rows() {
    let database = Database::new().await;
    let (article, parsed) = talks("Herald");
    database
        .store
        .add_article(&article, &parsed, "test")
        .await
        .unwrap();
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    for sql in [
        "update party_position set stance = 1",
        "delete from party_position",
        "update statement set confidence = 0.1",
        "update party_position set until_revision = since_revision",
        "update party_position set until_revision = 99",
        "delete from actor",
        "delete from article",
        "delete from meeting",
        "update meeting set end_day = start_day - 1",
        "update article set length = length + 1",
        "update article set until_revision = since_revision",
        "insert into party (party_id, slug, name, kind, known) values (gen_random_uuid(), 'none', 'n', 'state', false)",
        "insert into party (party_id, slug, name, kind, known) values (gen_random_uuid(), 'A b', 'n', 'state', false)",
        "insert into party (party_id, slug, name, kind, known) values (gen_random_uuid(), 'new', 'n', 'planet', false)",
        "insert into issue (issue_id, slug, codebook_id, ordinal, name, domain)
            select gen_random_uuid(), 'new', codebook_id, 0, 'n', 'd' from codebook",
        "insert into record_set values (true, 5)",
        "insert into record_set values (false, 5)",
        "insert into revision values (99, 'article-lost', gen_random_uuid(), 'test')",
        "insert into affiliation (affiliation_id, actor_id, first_day, last_day)
            select gen_random_uuid(), actor_id, '2031-02-01', '2031-01-01' from actor",
        "update tally set articles = -1",
    ] {
        let result = sqlx::raw_sql(sql).execute(&mut connection).await;
        let code = result
            .err()
            .and_then(|e| Some(e.as_database_error()?.code()?.into_owned()));
        assert!(
            code.as_ref().is_some_and(|code| code.starts_with("23")),
            "{sql}: {code:?}"
        );
    }
    // One position for a statement, actor, side, meeting, issue and stance, and statements of a kind.
    let columns = "confidence, speaker_confidence, party_confidence, meeting_confidence, issue_confidence,
        stance_confidence, act_confidence, speaker_rule, party_rule, meeting_rule, coding_rule, parser_version,
        codebook_id, since_revision";
    for (what, stance, evidence, fails) in [
        ("a second one", "stance", "evidence", true),
        ("another stance", "0::smallint", "evidence", false),
        ("no evidence", "1::smallint", "'[]'::jsonb", true),
        (
            "bytes for code points",
            "1::smallint",
            r#"'[{"start": 1, "end": 9, "text": "Arden"}]'::jsonb"#,
            true,
        ),
        (
            "overlapping spans",
            "1::smallint",
            r#"'[{"start": 1, "end": 3, "text": "ab"}, {"start": 2, "end": 4, "text": "bc"}]'::jsonb"#,
            true,
        ),
        ("an impossible stance", "2::smallint", "evidence", true),
    ] {
        let sql = format!(
            "insert into party_position (article_id, position_id, statement_id, actor_id, party_id, meeting_id,
                issue_id, stance, act, mode, evidence, {columns})
            select article_id, gen_random_uuid(), statement_id, actor_id, party_id, meeting_id,
                issue_id, {stance}, act, mode, {evidence}, {columns} from party_position where stance = -1"
        );
        let result = sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&mut connection)
            .await;
        assert_eq!(result.is_err(), fails, "{what}: {result:?}");
    }
}

#[tokio::test]
async fn a_changed_proposition_needs_a_new_version() {
    let database = Database::new().await;
    let store = &database.store;
    let mut codebook = Codebook::builtin();
    store.sync_codebook(&codebook).await.unwrap();
    codebook.issues[0].proposition.push_str(" Always.");
    let error = store.sync_codebook(&codebook).await.unwrap_err();
    assert!(
        matches!(&error, Error::Conflict(text) if text.contains("raise")),
        "{error}"
    );
    codebook.version += 1;
    store.sync_codebook(&codebook).await.unwrap();
    let issue = store.issue(&codebook.issues[0].id).await.unwrap().unwrap();
    assert_eq!(
        issue.proposition.as_ref(),
        Some(&codebook.issues[0].proposition)
    );
    assert_eq!(issue.codebook, "default@2");

    codebook.id = "mine".to_owned();
    store.sync_codebook(&codebook).await.unwrap();
    codebook.issues[1].proposition.push('!');
    codebook.id = "theirs".to_owned();
    let error = store.sync_codebook(&codebook).await.unwrap_err();
    assert!(
        matches!(&error, Error::Conflict(text) if text.contains("mine")),
        "{error}"
    );
}

#[tokio::test]
async fn a_database_that_is_away_is_told_apart() {
    let database = Database::new().await;
    let mut options = plenary_store::Options::new("postgres://nobody@127.0.0.1:1/nothing");
    options.acquire_timeout = std::time::Duration::from_millis(300);
    let store = plenary_store::Store::connect(&options).unwrap();
    let error = store.ready().await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(matches!(
        plenary_store::Store::connect(&plenary_store::Options::new("mysql://x")),
        Err(Error::Address(_))
    ));

    let mut slow = plenary_store::Options::new(database.url.clone());
    slow.statement_timeout = std::time::Duration::from_millis(1);
    let store = plenary_store::Store::connect(&slow).unwrap();
    let mut locker = PgConnection::connect(&database.url).await.unwrap();
    let mut lock = locker.begin().await.unwrap();
    sqlx::raw_sql("lock table record_set")
        .execute(&mut *lock)
        .await
        .unwrap();
    let error = store.latest_revision().await.unwrap_err();
    assert!(matches!(error, Error::TimedOut), "{error:?}");
}
