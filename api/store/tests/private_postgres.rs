//! The private Postgres, started and hurt for real.

use plenary_store::postgres::{Options, Private};
use sqlx::{Connection, PgConnection};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

fn options(dir: &Path) -> Options {
    // Postgres' own user must be able to pass the folder where the tests run as root.
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).unwrap();
    Options {
        data_dir: dir.join("data"),
        durable: false,
        ..Options::default()
    }
}

async fn run(url: &str, sql: &'static str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(sql).execute(&mut connection).await?;
    connection.close().await
}

async fn comes_back(url: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while let Err(error) = run(url, "select 1").await {
        assert!(Instant::now() < deadline, "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn postmaster(options: &Options) -> i32 {
    let file = options.data_dir.join("postgres/data/postmaster.pid");
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn data_outlive_the_server_and_the_server_does_not_outlive_us() {
    let dir = tempfile::tempdir().unwrap();
    let options = options(dir.path());
    let server = Private::start(&options).await.unwrap();
    run(server.url(), "create table kept (n int)")
        .await
        .unwrap();
    let (url, pid) = (server.url().to_owned(), postmaster(&options));
    server.stop().await;
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
    assert!(run(&url, "select 1").await.is_err());

    let server = Private::start(&options).await.unwrap();
    run(server.url(), "insert into kept values (1)")
        .await
        .unwrap();
    drop(server);
    assert!(run(&url, "select 1").await.is_err());
}

#[tokio::test]
async fn a_second_user_joins_and_takes_over_when_the_first_leaves() {
    let dir = tempfile::tempdir().unwrap();
    let options = options(dir.path());
    let first = Private::start(&options).await.unwrap();
    let pid = postmaster(&options);
    let second = Private::start(&options).await.unwrap();
    assert_eq!(first.url(), second.url());
    assert_eq!(postmaster(&options), pid);
    run(second.url(), "create table kept (n int)")
        .await
        .unwrap();
    first.stop().await;
    comes_back(second.url()).await;
    run(second.url(), "insert into kept values (1)")
        .await
        .unwrap();
    second.stop().await;
}

#[tokio::test]
async fn a_killed_server_comes_back_with_its_data() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        durable: true,
        ..options(dir.path())
    };
    let server = Private::start(&options).await.unwrap();
    run(server.url(), "create table kept (n int)")
        .await
        .unwrap();
    let status = std::process::Command::new("kill")
        .args(["-9", &postmaster(&options).to_string()])
        .status();
    assert!(status.unwrap().success());
    comes_back(server.url()).await;
    run(server.url(), "insert into kept values (1)")
        .await
        .unwrap();
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_work_is_one_line_that_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let blocked = Options {
        data_dir: file.join("below"),
        ..options(dir.path())
    };
    let no_binaries = Options {
        pg_bin: Some(dir.path().to_owned()),
        ..options(dir.path())
    };
    for (options, remedy) in [(blocked, "--data-dir"), (no_binaries, "PG_BIN")] {
        let error = Private::start(&options).await.unwrap_err().to_string();
        assert!(
            error.contains(remedy) && error.lines().count() == 1,
            "{error}"
        );
    }
}

#[tokio::test]
async fn data_of_another_version_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let options = options(dir.path());
    let data = options.data_dir.join("postgres/data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("PG_VERSION"), "9\n").unwrap();
    let error = Private::start(&options).await.unwrap_err().to_string();
    assert!(error.contains("PostgreSQL 9"), "{error}");
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1);
}
