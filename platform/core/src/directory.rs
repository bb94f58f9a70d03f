//! Who and what exists, read from memory: the customer tree, functions and roles, users' names and rights.
//!
//! Everything here is a cache of the identity tables that cannot outlive a change (`cache.rs`). On one SQLite file
//! this process makes every change itself. On PostgreSQL another node may: there, whoever is about to trust a cache
//! first sees that the database still counts the same epoch ([`Directory::sync`]); requests that wait for that at the
//! same moment share one look.

mod epoch;
mod tree;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argus_identity::entity::subject;
use argus_identity::{functions, users};
use sea_orm::DbErr;

pub use tree::Tree;

use self::epoch::Epoch;

use crate::authentication::api_key::{KeyCache, KeyId};
use crate::authentication::session::SessionCache;
use crate::authentication::signature::{Pins, SigningKeys};
use crate::cache::Cache;
use crate::db::Db;
use crate::error::ApiError;
use crate::rights::Rights;

/// Users whose names and rights are kept.
const USERS: usize = 100_000;

/// Public keys whose pins are kept.
const PINS: usize = 50_000;

/// What a change made of the identity tables touches.
#[derive(Debug, Clone)]
pub enum Changed {
    /// One API key.
    Key(KeyId),
    /// Public keys, or the pins of their clocks.
    PublicKeys,
    /// Sessions.
    Sessions,
    /// Users, groups, permissions, functions or customers.
    Everything,
}

/// The cached identity tables.
pub struct Directory {
    db: Db,
    tree: Cache<(), Arc<Tree>>,
    users: Cache<i64, Arc<subject::Model>>,
    rights: Cache<i64, Arc<Rights>>,
    pub(crate) keys: KeyCache,
    pub(crate) sessions: SessionCache,
    pub(crate) signing_keys: SigningKeys,
    pins: Arc<Pins>,
    epoch: Epoch,
    changes: AtomicU64,
}

impl Directory {
    /// An empty directory over a store.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self {
            epoch: Epoch::of(db.backend()),
            db,
            tree: Cache::new(1),
            users: Cache::new(USERS),
            rights: Cache::new(USERS),
            keys: KeyCache::default(),
            sessions: SessionCache::default(),
            signing_keys: SigningKeys::default(),
            pins: Arc::new(Cache::new(PINS)),
            changes: AtomicU64::new(0),
        }
    }

    /// Forgets what a committed change made wrong. To be called before the change is answered.
    pub fn forget(&self, changed: &Changed) {
        match changed {
            // Sessions know what they were made from, whether key or session, so those go along.
            Changed::Key(id) => {
                self.keys.forget(id);
                self.sessions.clear();
            }
            Changed::Sessions => self.sessions.clear(),
            Changed::PublicKeys => self.forget_public_keys(),
            Changed::Everything => self.clear(),
        }
        // After the caches: whoever sees the new count finds nothing old in them.
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// How many changes were heard of. While it stays the same after a [`Directory::sync`], so does what anybody may do,
    /// but for what ends by time.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    fn clear(&self) {
        self.tree.clear();
        self.users.clear();
        self.rights.clear();
        self.keys.clear();
        self.sessions.clear();
        self.forget_public_keys();
    }

    fn forget_public_keys(&self) {
        self.signing_keys.clear();
        self.pins.clear();
    }

    /// The cache of pinned clocks, for [`Used`](crate::authentication::signature::Used).
    #[must_use]
    pub fn pins(&self) -> Arc<Pins> {
        self.pins.clone()
    }

    /// Makes sure that nothing cached is older than this call.
    ///
    /// # Errors
    /// 503 when the store cannot be asked.
    pub async fn sync(&self) -> Result<(), ApiError> {
        self.epoch.look(&self.db, || self.forget(&Changed::Everything)).await
    }

    /// The tree of customers and functions.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tree(&self) -> Result<Arc<Tree>, DbErr> {
        if let Some(tree) = self.tree.get(&()) {
            return Ok(tree);
        }
        let ticket = self.tree.ticket();
        let tree = Arc::new(Tree::load(self.db.reader()).await?);
        self.tree.put(ticket, (), tree.clone());
        Ok(tree)
    }

    /// The user of that number, deleted ones too.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user(&self, id: i64) -> Result<Option<Arc<subject::Model>>, DbErr> {
        if let Some(user) = self.users.get(&id) {
            // Groups are kept here too, for their names; nobody is one.
            return Ok(Some(user).filter(|user| user.kind == "user"));
        }
        let ticket = self.users.ticket();
        let user = users::by_id(self.db.reader(), id).await?.map(Arc::new);
        if let Some(user) = &user {
            self.users.put(ticket, id, user.clone());
        }
        Ok(user)
    }

    /// Whether a user is kept out, whatever it proves: a deleted or blocked one, or one of a disabled customer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn shuts_out(&self, user: &subject::Model) -> Result<bool, DbErr> {
        let home = self.tree().await?.customer(user.customer_id).is_some_and(|home| home.deleted_at.is_none());
        Ok(!home || user.blocked || user.deleted_at.is_some())
    }

    /// The users and groups of those numbers.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn users(&self, ids: HashSet<i64>) -> Result<HashMap<i64, Arc<subject::Model>>, DbErr> {
        let mut found: HashMap<_, _> = ids.iter().filter_map(|id| Some((*id, self.users.get(id)?))).collect();
        let missing: HashSet<i64> = ids.into_iter().filter(|id| !found.contains_key(id)).collect();
        if !missing.is_empty() {
            let ticket = self.users.ticket();
            for user in users::by_ids(self.db.reader(), missing).await? {
                let user = Arc::new(user);
                self.users.put(ticket, user.id, user.clone());
                found.insert(user.id, user);
            }
        }
        Ok(found)
    }

    /// What a user may do now: own permissions and those of every group above, roles opened, customers with all below.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rights(&self, user: i64) -> Result<Arc<Rights>, DbErr> {
        if let Some(rights) = self.rights.get(&user) {
            return Ok(rights);
        }
        let ticket = self.rights.ticket();
        let tree = self.tree().await?;
        let subjects = users::with_groups(self.db.reader(), user).await?;
        let mut rights = Rights::default();
        let mut reaches = HashMap::new();
        for held in functions::held_by(self.db.reader(), subjects).await? {
            let reach = reaches.entry(held.customer_id).or_insert_with(|| tree.reach(held.customer_id));
            for name in tree.opened(held.function_id) {
                rights.add(name.clone(), reach);
            }
        }
        let rights = Arc::new(rights);
        self.rights.put(ticket, user, rights.clone());
        Ok(rights)
    }
}
