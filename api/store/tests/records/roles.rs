//! `docker/roles.sql`: what each role may and may not, on a server of its own.

use crate::sample::*;
use plenary_domain::{Codebook, Gazetteer, NameKind, Scope};
use plenary_store::postgres::{self, Private};
use plenary_store::{Error, NewKey, Options, Ruler, Schema, SplitInto, Store};
use sqlx::{Connection, PgConnection};
use std::os::unix::fs::PermissionsExt;

const ROLES: &str = include_str!("../../../../docker/roles.sql");

struct Server {
    private: Private,
    _folder: tempfile::TempDir,
}

impl Server {
    async fn start() -> Server {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let options = postgres::Options {
            data_dir: folder.path().join("data"),
            durable: false,
            ..postgres::Options::default()
        };
        Server {
            private: Private::start(&options).await.unwrap(),
            _folder: folder,
        }
    }

    /// The address of its database for a role.
    fn url(&self, role: &str) -> String {
        let url = self.private.url();
        assert!(url.contains("//plenary@"), "{url}");
        url.replace("//plenary@", &format!("//{role}@"))
    }

    fn store(&self, role: &str) -> Store {
        Store::connect(&Options::new(self.url(role))).unwrap()
    }

    /// Runs SQL as a role; `Err` with the message.
    async fn run(&self, role: &str, sql: &str) -> Result<(), String> {
        let mut connection = PgConnection::connect(&self.url(role)).await.unwrap();
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await;
        done.map(drop).map_err(|error| error.to_string())
    }

    async fn grant(&self) {
        self.run("plenary", ROLES).await.unwrap();
    }
}

#[tokio::test]
async fn each_role_may_do_its_work_and_nothing_else() {
    let server = Server::start().await;
    server.grant().await;
    let migrate = server.store("plenary_migrate");
    let service = server.store("plenary_service");

    // The tables are for one role to make.
    assert_eq!(service.inspect().await.unwrap().schema, Schema::Missing);
    let error = service.migrate().await.unwrap_err();
    assert!(matches!(error, Error::Denied(_)), "{error:?}");
    migrate.migrate().await.unwrap();
    // What exists now is granted by running the script again; until then the check tells what lacks.
    let error = service.inspect().await.unwrap_err();
    assert!(matches!(error, Error::Denied(_)), "{error:?}");
    server.grant().await;
    server.grant().await;
    let seen = service.inspect().await.unwrap();
    assert_eq!((seen.schema, seen.denied), (Schema::Current, Vec::new()));
    assert_eq!(
        (seen.role.as_str(), seen.keys),
        ("plenary_service", Some(0))
    );
    assert!(!seen.too_old && seen.missing_extensions.is_empty());

    // All that a server does: start, store, rule, delete, recognise keys.
    service.migrate().await.unwrap();
    service.sync_gazetteer(&Gazetteer::builtin()).await.unwrap();
    service.sync_codebook(&Codebook::builtin()).await.unwrap();
    let key = NewKey {
        name: "desk".to_owned(),
        scope: Scope::Read,
        expires_at: None,
    };
    let (_, secret) = migrate.create_key(&key).await.unwrap();
    assert!(service.recognise(&secret).await.unwrap().is_some());
    assert!(migrate.keys().await.unwrap()[0].last_used_at.is_some());
    let (article, parsed) = talks("Herald");
    let first = service
        .add_article(&article, &parsed, "test")
        .await
        .unwrap();
    let (article, parsed) = talks("Courier");
    let second = service
        .add_article(&article, &parsed, "test")
        .await
        .unwrap();
    let ruler = Ruler {
        made_by: "test".to_owned(),
        key: None,
        reason: None,
    };
    let (from, into) = ("teo-vask", "mira-oland");
    let kind = NameKind::Actor;
    service
        .merge_names(kind, from, into, &ruler)
        .await
        .unwrap()
        .unwrap();
    service
        .restore_name(kind, into, from, &ruler)
        .await
        .unwrap()
        .unwrap();
    let part = SplitInto::New(Some("Another".to_owned()));
    let articles = [second.article_id];
    let split = service
        .split_name(kind, into, &articles, &part, &ruler)
        .await;
    split.unwrap().unwrap();
    service
        .delete_article(first.article_id, "test")
        .await
        .unwrap()
        .unwrap();
    service
        .delete_article(second.article_id, "test")
        .await
        .unwrap()
        .unwrap();
    let (article, parsed) = talks("Herald");
    service
        .add_article(&article, &parsed, "test")
        .await
        .unwrap();
    assert_eq!(service.tally_errors().await.unwrap(), 0);

    // And what it does not.
    for sql in [
        "create table mine (n integer)",
        "create temporary table mine (n integer)",
        "drop table article",
        "alter table article add column mine integer",
        "truncate tally",
        "delete from article",
        "delete from revision",
        "delete from party_position",
        "update revision set made_by = 'somebody else'",
        "insert into api_key (key_id, name, prefix, hash, scope)
            values (gen_random_uuid(), 'me', 'me', sha256('me'), 'admin')",
        "update api_key set scope = 'admin'",
        "update api_key set revoked_at = null",
        "delete from api_key",
        "delete from _sqlx_migrations",
        "create role mine",
        "alter table party_position disable trigger all",
        "set session_replication_role = replica",
    ] {
        let refused = server.run("plenary_service", sql).await.unwrap_err();
        let is_so = refused.contains("permission denied") || refused.contains("must be owner");
        assert!(is_so, "{sql}: {refused}");
    }
    let error = service.create_key(&key).await.unwrap_err();
    assert!(matches!(error, Error::Denied(_)), "{error:?}");

    // A dashboard reads records, and only these.
    for sql in [
        "select body from article",
        "select count(*) from party_position join actor using (actor_id)",
        "select * from revision",
    ] {
        server.run("plenary_dashboard", sql).await.unwrap();
    }
    for sql in [
        "select hash from api_key",
        "select * from _sqlx_migrations",
        "begin read write; insert into process (process_id, slug, name) values (gen_random_uuid(), 'a', 'a')",
        "begin read write; update record_set set revision = 0",
        "begin read write; delete from tally",
        "begin read write; create table mine (n integer)",
    ] {
        let refused = server.run("plenary_dashboard", sql).await.unwrap_err();
        assert!(refused.contains("permission denied"), "{sql}: {refused}");
    }
    let refused = server.run("plenary_dashboard", "create table mine (n integer)");
    let refused = refused.await.unwrap_err();
    assert!(refused.contains("read-only"), "{refused}");
    // Whoever migrates is no superuser either.
    for sql in ["create role mine", "drop database postgres"] {
        assert!(server.run("plenary_migrate", sql).await.is_err(), "{sql}");
    }
    for store in [migrate, service] {
        store.close().await;
    }
}

#[tokio::test]
async fn tables_made_by_another_role_are_handed_over() {
    let server = Server::start().await;
    let before = server.store("plenary");
    before.migrate().await.unwrap();
    before.close().await;
    server.grant().await;
    for (role, what) in [("plenary_migrate", "owner"), ("plenary_service", "user")] {
        let store = server.store(role);
        store.migrate().await.unwrap();
        assert_eq!(store.inspect().await.unwrap().denied, [""; 0], "{what}");
        store.close().await;
    }
    let own = "alter table article add column mine integer; drop function spans_are_sound cascade;
        alter domain slug rename to address";
    server.run("plenary_migrate", own).await.unwrap();
}
