//! What a database looks like from here: for `plenary check`, and to know whether tables fit.

use crate::pool::Pool;
use crate::{Error, MIGRATIONS, Result, Store};
use std::fmt;

/// Extensions that the migrations need; all come with PostgreSQL itself.
const EXTENSIONS: [&str; 1] = ["plpgsql"];

/// Oldest server, as `server_version_num` counts.
const OLDEST: i32 = 150_000;

/// What a server does on each table, by first letters: select, insert, update, delete. `docker/roles.sql`
/// grants the same, and a test holds the two together.
const NEEDED: [(&str, &str); 27] = [
    ("_sqlx_migrations", "s"),
    ("actor", "siud"),
    ("actor_alias", "sid"),
    ("actor_version", "siu"),
    ("affiliation", "siud"),
    ("api_key", "s"),
    ("article", "siu"),
    ("article_actor", "siud"),
    ("article_band", "sid"),
    ("article_content", "sid"),
    ("article_meeting", "siu"),
    ("article_signature", "si"),
    ("codebook", "siu"),
    ("issue", "siu"),
    ("meeting", "siu"),
    ("meeting_participant", "sid"),
    ("meeting_version", "siu"),
    ("participant_version", "siud"),
    ("party", "siud"),
    ("party_alias", "si"),
    ("party_position", "siu"),
    ("process", "si"),
    ("record_set", "su"),
    ("revision", "si"),
    ("ruling", "siu"),
    ("statement", "siu"),
    ("tally", "siud"),
];

/// The rights that [`NEEDED`] abbreviates.
const RIGHTS: [(char, &str); 4] = [
    ('s', "SELECT"),
    ('i', "INSERT"),
    ('u', "UPDATE"),
    ('d', "DELETE"),
];

/// How the tables of a database fit this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// They are those of this version.
    Current,
    /// There are none.
    Missing,
    /// So many migrations have not run.
    Older(usize),
    /// A newer version has changed them; the number of its newest migration.
    Newer(i64),
    /// This migration has run in another form, or not to its end.
    Other(i64),
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schema::Current => write!(f, "the tables are those of this version"),
            Schema::Missing => write!(f, "there are no tables; run `plenary migrate`"),
            Schema::Older(count) => {
                write!(f, "{count} migrations have not run; run `plenary migrate`")
            }
            Schema::Newer(version) => write!(
                f,
                "the tables are of a newer version (migration {version}); use a newer Plenary"
            ),
            Schema::Other(version) => write!(
                f,
                "migration {version} has run in another form or not to its end; restore a backup"
            ),
        }
    }
}

/// What a database looks like.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Version as the server writes it, e.g. `15.18`.
    pub version: String,
    /// True when the server is old enough to lack what the tables need.
    pub too_old: bool,
    /// Encoding of the database; only `UTF8` holds every text.
    pub encoding: String,
    /// Role of the connection.
    pub role: String,
    /// True for a replica, on which nothing can be written.
    pub read_only: bool,
    /// How the tables fit.
    pub schema: Schema,
    /// Needed extensions that the server does not have.
    pub missing_extensions: Vec<String>,
    /// What the role would have to be granted in order to serve, e.g. `INSERT on article`.
    pub denied: Vec<String>,
    /// Keys that are neither revoked nor expired; `None` where the role may not look.
    pub keys: Option<i64>,
}

impl Store {
    /// How the tables fit this version.
    pub(crate) async fn schema(&self) -> Result<Schema> {
        schema(&self.write).await
    }

    /// Looks at the database in which records are written.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn inspect(&self) -> Result<Inspection> {
        inspect(&self.write, "siud").await
    }

    /// Looks at the database from which lists and comparisons are read; `None` where it is the same.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn inspect_replica(&self) -> Result<Option<Inspection>> {
        if self.reads_where_it_writes {
            return Ok(None);
        }
        inspect(&self.read, "s").await.map(Some)
    }
}

/// The migrator's own table, which no migration of ours makes: hence not checked offline.
async fn schema(pool: &Pool) -> Result<Schema> {
    let there: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(pool)
        .await?;
    if !there {
        return Ok(Schema::Missing);
    }
    let done: Vec<(i64, Vec<u8>, bool)> =
        sqlx::query_as("select version, checksum, success from _sqlx_migrations order by version")
            .fetch_all(pool)
            .await?;
    for (version, checksum, success) in &done {
        match MIGRATIONS.iter().find(|ours| ours.version == *version) {
            None => return Ok(Schema::Newer(*version)),
            Some(ours) if !success || *ours.checksum != **checksum => {
                return Ok(Schema::Other(*version));
            }
            Some(_) => {}
        }
    }
    Ok(match MIGRATIONS.iter().count() - done.len() {
        0 => Schema::Current,
        _ if done.is_empty() => Schema::Missing,
        pending => Schema::Older(pending),
    })
}

/// `rights` are those of [`NEEDED`] that matter on this server.
async fn inspect(pool: &Pool, rights: &str) -> Result<Inspection> {
    // All of the catalogue, which no migration of ours makes: hence not checked offline.
    let (version, number, encoding, role, read_only): (String, i32, String, String, bool) =
        sqlx::query_as(
            "select current_setting('server_version'), current_setting('server_version_num')::integer,
                pg_encoding_to_char(encoding)::text, current_user::text, pg_is_in_recovery()
            from pg_database where datname = current_database()",
        )
        .fetch_one(pool)
        .await?;
    let extensions = EXTENSIONS.map(str::to_owned);
    let missing_extensions: Vec<String> = sqlx::query_scalar(
        "select wanted.name from unnest($1::text[]) as wanted (name)
        where not exists (select from pg_available_extensions a where a.name = wanted.name)",
    )
    .bind(extensions.as_slice())
    .fetch_all(pool)
    .await?;
    let schema = match schema(pool).await {
        Err(Error::Denied(_)) => {
            return Err(Error::Denied(format!(
                "`{role}` may not see which migrations have run"
            )));
        }
        other => other?,
    };
    let denied = if schema == Schema::Current {
        let (tables, wanted): (Vec<&str>, Vec<&str>) = NEEDED
            .iter()
            .flat_map(|(table, letters)| {
                RIGHTS
                    .iter()
                    .filter(|(letter, _)| letters.contains(*letter) && rights.contains(*letter))
                    .map(move |(_, right)| (*table, *right))
            })
            .unzip();
        sqlx::query_scalar(
            "select wanted || ' on ' || name from unnest($1::text[], $2::text[]) as needed (name, wanted)
            where not coalesce(has_table_privilege(to_regclass(name), wanted), false)",
        )
        .bind(tables)
        .bind(wanted)
        .fetch_all(pool)
        .await?
    } else {
        Vec::new()
    };
    let keys = match schema {
        Schema::Current if denied.is_empty() => Some(
            sqlx::query_scalar!(
                r#"select count(*) as "count!" from api_key
                where revoked_at is null and (expires_at is null or expires_at > now())"#
            )
            .fetch_one(pool)
            .await?,
        ),
        _ => None,
    };
    Ok(Inspection {
        too_old: number < OLDEST,
        version,
        encoding,
        role,
        read_only,
        schema,
        missing_extensions,
        denied,
        keys,
    })
}
