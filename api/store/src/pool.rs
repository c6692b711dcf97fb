//! Connections to one address, and how many calls wait for one.
//!
//! A pool of sqlx that counts who waits, which the library does not tell. It is used as the library's pool
//! is: `&pool` runs a query.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{
    Connection, Describe, Either, Execute, Executor, PgConnection, PgPool, Postgres, SqlStr,
    Transaction,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long one attempt to connect may take.
const ONCE: Duration = Duration::from_secs(1);

type Outcome<T> = Result<T, sqlx::Error>;

/// How the connections to one address are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// Connections that may be open.
    pub most: u32,
    /// Connections that are open.
    pub open: u32,
    /// Open connections that nobody uses.
    pub idle: u32,
    /// Calls that wait for a connection.
    pub waiting: u32,
}

/// A pool. Cheap to clone; every clone shares the connections.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    inner: PgPool,
    waiting: Arc<AtomicU32>,
}

/// One call that waits, until it is dropped: a caller who gives up waits no longer.
struct Waiting<'a>(&'a AtomicU32);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    pub(crate) fn new(inner: PgPool) -> Pool {
        Pool {
            inner,
            waiting: Arc::default(),
        }
    }

    fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.waiting)
    }

    pub(crate) async fn acquire(&self) -> Outcome<PoolConnection<Postgres>> {
        let _waiting = self.wait();
        match self.inner.acquire().await {
            Err(sqlx::Error::PoolTimedOut) if self.inner.size() == 0 => Err(self.obstacle().await),
            found => found,
        }
    }

    /// Why there is no connection at all: the library's pool keeps trying and then tells only that time is up.
    async fn obstacle(&self) -> sqlx::Error {
        let options = self.inner.connect_options();
        match tokio::time::timeout(ONCE, PgConnection::connect_with(&options)).await {
            Ok(Err(error)) => error,
            Ok(Ok(_)) | Err(_) => sqlx::Error::PoolTimedOut,
        }
    }

    /// A connection with a transaction begun on it.
    pub(crate) async fn begin(&self) -> Outcome<Transaction<'static, Postgres>> {
        let connection = self.acquire().await?;
        Transaction::begin(connection, None).await
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    pub(crate) async fn close(&self) {
        self.inner.close().await;
    }

    pub(crate) fn usage(&self) -> PoolUse {
        let open = self.inner.size();
        PoolUse {
            most: self.inner.options().get_max_connections(),
            open,
            // The two are read one after the other, while connections come and go.
            idle: u32::try_from(self.inner.num_idle())
                .unwrap_or(u32::MAX)
                .min(open),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }
}

impl<'p> Executor<'p> for &'_ Pool {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Outcome<Either<PgQueryResult, PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.clone();
        let rows = async_stream::try_stream! {
            let mut connection = pool.acquire().await?;
            let mut rows = connection.fetch_many(query);
            while let Some(row) = rows.try_next().await? {
                yield row;
            }
        };
        rows.boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Outcome<Option<PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.clone();
        Box::pin(async move { pool.acquire().await?.fetch_optional(query).await })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Outcome<PgStatement>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        Box::pin(async move { pool.acquire().await?.prepare_with(sql, parameters).await })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Outcome<Describe<Postgres>>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        Box::pin(async move { pool.acquire().await?.describe(sql).await })
    }
}
