//! Changes that other nodes made.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::sync::Mutex;

use crate::db::Db;
use crate::error::ApiError;

/// The database's count of identity changes, as last seen by this node.
pub(super) enum Epoch {
    /// One process owns the store.
    Own,
    /// Other nodes may change it.
    Shared { seen: AtomicI64, begun: AtomicU64, done: Mutex<u64> },
}

impl Epoch {
    pub(super) fn of(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Postgres => {
                Self::Shared { seen: AtomicI64::new(-1), begun: AtomicU64::new(0), done: Mutex::new(0) }
            }
            _ => Self::Own,
        }
    }

    /// Looks whether the epoch moved, and forgets if it did before anybody else looks. A look that another request began
    /// after this call came in serves both.
    pub(super) async fn look(&self, db: &Db, forget: impl Fn()) -> Result<(), ApiError> {
        let Self::Shared { seen, begun, done } = self else { return Ok(()) };
        // Boxed, or else every request on an embedded store would carry the room for it about.
        Box::pin(async {
            let arrived = begun.load(Ordering::SeqCst);
            let mut done = done.lock().await;
            if *done > arrived {
                return Ok(());
            }
            let this = begun.fetch_add(1, Ordering::SeqCst) + 1;
            let query = Statement::from_string(DbBackend::Postgres, "SELECT epoch FROM identity_epoch WHERE id = 1");
            let row = db.reader().query_one_raw(query).await?.ok_or_else(|| ApiError::internal("no identity epoch"))?;
            let now: i64 = row.try_get_by_index(0)?;
            if seen.swap(now, Ordering::SeqCst) != now {
                forget();
            }
            *done = this;
            Ok(())
        })
        .await
    }
}
