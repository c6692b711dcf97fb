//! The binary itself: what it prints, what it refuses, and with which exit code.

use plenary_store::testing::Database;
use serde_json::Value;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

fn plenary(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_plenary"))
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env_remove("PLENARY_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that refuses its arguments never reads; that is its right.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn one_line_in_is_one_line_out_in_order() {
    let text = "“No,” said Ann Bell, France's foreign minister, on Saturday.";
    let lines: Vec<String> = (0..40)
        .map(|n| {
            serde_json::json!({"id": format!("a{n}"), "text": text.repeat(1 + n % 7)}).to_string()
        })
        .collect();
    let output = plenary(&["parse", "-", "--jobs", "3"], &lines.join("\n"));
    assert!(output.status.success(), "{}", err(&output));
    let results: Vec<Value> = out(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(results.len(), 40);
    for (n, result) in results.iter().enumerate() {
        assert_eq!(result["id"], format!("a{n}"));
        let keys: Vec<&String> = result.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "attributions", "meetings", "positions"]);
        for attribution in result["attributions"].as_array().unwrap() {
            let content = &attribution["content"][0];
            assert!(content[0].as_u64() < content[1].as_u64(), "{attribution}");
        }
    }
}

#[test]
fn a_malformed_line_is_an_error_line_and_the_rest_goes_on() {
    let input = "{\"id\":\"a\",\"text\":\"Bell said no.\"}\n{broken\n{\"id\":\"c\",\"text\":7}\n{\"id\":\"d\",\"text\":\"\"}\n";
    let output = plenary(&["parse", "-"], input);
    assert_eq!(output.status.code(), Some(1));
    let results: Vec<Value> = out(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(results.len(), 4);
    assert_eq!(results[0]["id"], "a");
    assert_eq!(results[1]["line"], 2);
    assert!(results[1]["error"].as_str().unwrap().contains("JSON"));
    assert_eq!(results[2]["id"], "c");
    assert!(results[2]["error"].is_string());
    assert_eq!(results[3]["positions"], serde_json::json!([]));
}

#[test]
fn files_are_read_by_their_kind_and_shown_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("round.md");
    std::fs::write(&path, "---\ntitle: \"Round ends\"\noutlet: \"Morning Wire\"\npublished: 2031-05-11\n---\nAnn Bell said that sanctions must stay.\n").unwrap();
    let path = path.to_str().unwrap();
    let json: Value =
        serde_json::from_str(&out(&plenary(&["parse", path, "--format", "json"], ""))).unwrap();
    assert_eq!(json["title"], "Round ends");
    assert_eq!(json["published"], "2031-05-11");
    let table = out(&plenary(&["parse", path, "--format", "table"], ""));
    assert!(
        table.contains("Round ends · Morning Wire · 2031-05-11"),
        "{table}"
    );
    let explained = out(&plenary(&["parse", path, "--explain"], ""));
    for stage in [
        "segment",
        "attribute",
        "actors",
        "parties",
        "meetings",
        "code",
        "heard",
    ] {
        assert!(explained.contains(&format!("== {stage}: ")), "{explained}");
    }
    let both: Value = serde_json::from_str(&out(&plenary(
        &["parse", path, path, "--format", "json"],
        "",
    )))
    .unwrap();
    assert_eq!(both.as_array().map(Vec::len), Some(2));
}

#[test]
fn the_document_is_printed_without_a_database() {
    let output = plenary(&["openapi"], "");
    assert!(output.status.success());
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");
    assert!(out(&output) == std::fs::read_to_string(kept).unwrap());
}

#[test]
fn failures_are_one_line_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let file = tempfile::NamedTempFile::new().unwrap();
    let file = file.path().to_str().unwrap();
    for (arguments, part) in [
        (vec!["serve", "--port", &port], "--port"),
        (vec!["demo", "--port", &port], "--port"),
        (vec!["serve", "--port", "0", "--data-dir", file], file),
        (
            vec!["serve", "--port", "0", "--database-url", "nonsense"],
            "DATABASE_URL",
        ),
        (
            vec!["serve", "--port", "0", "--database-url", ""],
            "DATABASE_URL",
        ),
        (vec!["serve", "--open", "--bind", "0.0.0.0"], "--open"),
        (
            vec![
                "keys",
                "create",
                "--name",
                "a",
                "--scope",
                "read",
                "--expires",
                "2001-01-01",
                "--database-url",
                "postgres://127.0.0.1:9/none",
            ],
            "tables",
        ),
        (vec!["ingest", "/no/such/folder"], "/no/such/folder"),
        (
            vec!["parse", "--explain", "--format", "json", "-"],
            "--format table",
        ),
        (vec!["parse", "-", "--log", "=,="], "--log"),
    ] {
        let output = plenary(&arguments, "");
        let message = err(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
        let lines: Vec<&str> = message
            .lines()
            .filter(|line| line.starts_with("plenary: "))
            .collect();
        assert_eq!(lines.len(), 1, "{arguments:?}: {message}");
        assert!(lines[0].contains(part), "{arguments:?}: {message}");
    }
    for wrong in [
        vec!["frobnicate"],
        vec!["keys", "create", "--name", "a", "--scope", "owner"],
        vec!["serve", "--cors-origins", "desk.example"],
        vec!["serve", "--trusted-proxies", "10.0.0.0/40"],
        vec!["serve", "--max-page-items", "1001"],
    ] {
        assert_eq!(plenary(&wrong, "").status.code(), Some(2), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_shown_once_listed_and_taken_back() {
    let database = Database::new().await;
    let keys = |arguments: &[&str]| {
        let all = [&["keys"], arguments, &["--database-url", &database.url]].concat();
        tokio::task::block_in_place(|| plenary(&all, ""))
    };
    let create = ["create", "--name", "desk", "--scope", "ingest"];
    let made = keys(&create);
    assert!(made.status.success(), "{}", err(&made));
    let key = out(&made);
    let key = key.trim();
    let known = database.store.recognise(key).await.unwrap().unwrap();
    assert_eq!(
        (known.name.as_str(), known.scope.as_str()),
        ("desk", "ingest")
    );
    assert!(!err(&made).contains(key));
    // Nobody can make another of that name, nor one that has expired.
    let again = keys(&create);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("`desk` is taken"), "{}", err(&again));
    let past = keys(&[
        "create",
        "--name",
        "past",
        "--scope",
        "read",
        "--expires",
        "2001-01-01",
    ]);
    assert!(err(&past).contains("--expires"), "{}", err(&past));
    let soon = keys(&[
        "create",
        "--name",
        "soon",
        "--scope",
        "read",
        "--expires",
        "2999-12-31",
    ]);
    assert!(soon.status.success());

    let listed = out(&keys(&["list"]));
    assert!(
        !listed.contains(key) && listed.contains(&known.prefix),
        "{listed}"
    );
    assert!(listed.contains("works until 3000-01-01 00:00"), "{listed}");
    let revoked = keys(&["revoke", "desk"]);
    assert!(revoked.status.success());
    assert_eq!(database.store.recognise(key).await.unwrap(), None);
    let listed = out(&keys(&["list"]));
    assert!(
        listed.lines().nth(1).unwrap().contains("revoked"),
        "{listed}"
    );
    assert_eq!(keys(&["revoke", "nobody"]).status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_says_what_is_wrong_and_what_to_do() {
    let database = Database::new().await;
    let check = |arguments: &[&str]| {
        let all = [&["check", "--port", "0"], arguments].concat();
        let output = tokio::task::block_in_place(|| plenary(&all, ""));
        (output.status.code(), out(&output) + &err(&output))
    };
    let (code, told) = check(&["--database-url", &database.url]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("ok     migrations") && told.contains("plenary keys create"),
        "{told}"
    );

    // Nobody listens there.
    let away = "postgres://someone:secret@127.0.0.1:9/none";
    let (code, told) = check(&["--database-url", away, "--query-seconds", "1"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("WRONG  database") && told.contains("start the database"),
        "{told}"
    );
    assert!(!told.contains("secret"), "{told}");

    // A database without tables, one of another encoding, and an option that opens too much.
    let empty = database
        .another("encoding 'SQL_ASCII' template template0")
        .await;
    let (code, told) = check(&["--database-url", &empty.url, "--open", "--bind", "0.0.0.0"]);
    assert_eq!(code, Some(1), "{told}");
    for wrong in [
        "WRONG  access",
        "WRONG  database: its encoding is SQL_ASCII",
        "WRONG  migrations: there are no tables",
        "run `plenary migrate`",
        "3 things are wrong",
    ] {
        assert!(told.contains(wrong), "{wrong}: {told}");
    }

    // Nothing there yet: nothing is made.
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (code, told) = check(&["--data-dir", data.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("private Postgres") && !data.exists(),
        "{told}"
    );
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (code, told) = check(&["--data-dir", file.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("WRONG  data directory"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ingesting_twice_stores_once_and_says_why_the_rest_failed() {
    let database = Database::new().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("a.txt", "Ann Bell said that sanctions must stay.");
    write(
        "deeper/b.html",
        "<html><body><article><p>Omar Reyes said that sanctions must go, and nobody disagreed.</p></article></body></html>",
    );
    write(
        "deeper/c.ndjson",
        "{\"id\":1,\"text\":\"Bell said yes.\"}\n{\"id\":2,\"text\":\"Bell said no.\"}\n{oops\n",
    );
    write("deeper/d.txt", " \n");
    write("notes.pdf", "not for us");
    write(".hidden/e.txt", "not for us");
    let folder = folder.path().to_str().unwrap();
    for counts in ["4 stored", "0 stored"] {
        let arguments = ["ingest", folder, "--database-url", &database.url];
        let output = tokio::task::block_in_place(|| plenary(&arguments, ""));
        let (text, reasons) = (out(&output), err(&output));
        assert!(text.starts_with(counts), "{text}{reasons}");
        assert!(text.contains("2 failed"), "{text}");
        assert!(text.contains("1 file of another kind left out"), "{text}");
        assert!(reasons.contains("c.ndjson:3"), "{reasons}");
        assert!(reasons.contains("d.txt"), "{reasons}");
        assert_eq!(output.status.code(), Some(1));
    }
    let filter = plenary_domain::filter::ArticleFilter::default();
    let paging = plenary_domain::filter::Paging {
        limit: 10,
        cursor: None,
    };
    let list = database.store.articles(&filter, &paging).await.unwrap();
    assert_eq!(list.total, 4);
}
