//! Who and what exists, read from memory: the customer tree, functions and roles, users' names and rights.
//!
//! Everything here is a cache of the identity tables that cannot outlive a change (`cache.rs`). On one SQLite file
//! this process makes every change itself. On PostgreSQL another node may: there, whoever is about to trust a cache
//! first sees that the database still counts the same epoch ([`Directory::sync`]); requests that wait for that at the
//! same moment share one look.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use argus_identity::entity::{customer, function, subject};
use argus_identity::{customers, functions, users};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::sync::Mutex;

use crate::authentication::api_key::{KeyCache, KeyId};
use crate::authentication::session::{SessionCache, TokenHash};
use crate::cache::Cache;
use crate::db::Db;
use crate::error::ApiError;
use crate::rights::{CustomerSet, Rights};

/// Users whose names and rights are kept.
const USERS: usize = 100_000;

/// What a change made of the identity tables touches.
#[derive(Debug, Clone)]
pub enum Changed {
    /// One API key.
    Key(KeyId),
    /// One session.
    Session(TokenHash),
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
    epoch: Epoch,
}

/// Customers, functions and domains, which are few and change rarely.
pub struct Tree {
    customers: HashMap<i64, customer::Model>,
    children: HashMap<i64, Vec<i64>>,
    by_name: HashMap<String, i64>,
    domains: HashMap<i64, String>,
    functions: HashMap<i64, function::Model>,
    roles: HashMap<i64, Vec<i64>>,
    root: i64,
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
        }
    }

    /// Forgets what a committed change made wrong. To be called before the change is answered.
    pub fn forget(&self, changed: &Changed) {
        match changed {
            Changed::Key(id) => self.keys.forget(id),
            Changed::Session(hash) => self.sessions.forget(hash),
            Changed::Everything => self.clear(),
        }
    }

    fn clear(&self) {
        self.tree.clear();
        self.users.clear();
        self.rights.clear();
        self.keys.clear();
        self.sessions.clear();
    }

    /// Makes sure that nothing cached is older than this call.
    ///
    /// # Errors
    /// 503 when the store cannot be asked.
    pub async fn sync(&self) -> Result<(), ApiError> {
        self.epoch.look(&self.db, || self.clear()).await
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
        let tree = Arc::new(Tree::load(&self.db).await?);
        self.tree.put(ticket, (), tree.clone());
        Ok(tree)
    }

    /// The user of that number, deleted ones too.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user(&self, id: i64) -> Result<Option<Arc<subject::Model>>, DbErr> {
        if let Some(user) = self.users.get(&id) {
            return Ok(Some(user));
        }
        let ticket = self.users.ticket();
        let user = users::by_id(self.db.reader(), id).await?.map(Arc::new);
        if let Some(user) = &user {
            self.users.put(ticket, id, user.clone());
        }
        Ok(user)
    }

    /// The users of those numbers.
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
                rights.add(name.as_str().into(), reach);
            }
        }
        let rights = Arc::new(rights);
        self.rights.put(ticket, user, rights.clone());
        Ok(rights)
    }
}

impl Tree {
    async fn load(db: &Db) -> Result<Self, DbErr> {
        let (reader, mut tree) = (db.reader(), Self::empty());
        for customer in customers::all(reader).await? {
            match customer.parent_id {
                Some(parent) => tree.children.entry(parent).or_default().push(customer.id),
                None => tree.root = customer.id,
            }
            tree.by_name.insert(customer.short_name.to_lowercase(), customer.id);
            tree.customers.insert(customer.id, customer);
        }
        tree.domains = customers::domains(reader).await?.into_iter().map(|row| (row.id, row.name)).collect();
        tree.functions = functions::all(reader).await?.into_iter().map(|row| (row.id, row)).collect();
        for link in functions::children(reader).await? {
            tree.roles.entry(link.parent_id).or_default().push(link.child_id);
        }
        Ok(tree)
    }

    fn empty() -> Self {
        Self {
            customers: HashMap::new(),
            children: HashMap::new(),
            by_name: HashMap::new(),
            domains: HashMap::new(),
            functions: HashMap::new(),
            roles: HashMap::new(),
            root: 0,
        }
    }

    /// The root customer group.
    #[must_use]
    pub fn root(&self) -> i64 {
        self.root
    }

    /// The customer of that number.
    #[must_use]
    pub fn customer(&self, id: i64) -> Option<&customer::Model> {
        self.customers.get(&id)
    }

    /// Every customer.
    pub fn customers(&self) -> impl Iterator<Item = &customer::Model> {
        self.customers.values()
    }

    /// The customer that a text names: its number or its short name, case aside.
    #[must_use]
    pub fn find_customer(&self, id_or_name: &str) -> Option<&customer::Model> {
        let by_number = id_or_name.parse().ok().and_then(|id| self.customers.get(&id));
        by_number.or_else(|| self.customers.get(self.by_name.get(&id_or_name.to_lowercase())?))
    }

    /// The name of a domain.
    #[must_use]
    pub fn domain(&self, id: i64) -> &str {
        self.domains.get(&id).map_or("", String::as_str)
    }

    /// The domain of that name, case aside; none given means the first.
    #[must_use]
    pub fn find_domain(&self, name: Option<&str>) -> Option<i64> {
        match name {
            None => self.domains.keys().min().copied(),
            Some(name) => self.domains.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(id, _)| *id),
        }
    }

    /// The function of that name.
    #[must_use]
    pub fn find_function(&self, name: &str) -> Option<&function::Model> {
        self.functions.values().find(|function| function.name == name)
    }

    /// The function of that number.
    #[must_use]
    pub fn function(&self, id: i64) -> Option<&function::Model> {
        self.functions.get(&id)
    }

    /// A customer and all below it.
    #[must_use]
    pub fn reach(&self, customer: i64) -> CustomerSet {
        if customer == self.root {
            return CustomerSet::All;
        }
        let (mut reached, mut frontier) = (HashSet::from([customer]), vec![customer]);
        while let Some(next) = frontier.pop() {
            let below = self.children.get(&next).into_iter().flatten();
            frontier.extend(below.copied().filter(|child| reached.insert(*child)));
        }
        CustomerSet::Only(Arc::new(reached))
    }

    /// A function's name, and those of every function that it stands for.
    fn opened(&self, function: i64) -> Vec<&String> {
        let (mut known, mut frontier) = (HashSet::from([function]), vec![function]);
        while let Some(next) = frontier.pop() {
            let below = self.roles.get(&next).into_iter().flatten();
            frontier.extend(below.copied().filter(|child| known.insert(*child)));
        }
        known.into_iter().filter_map(|id| Some(&self.functions.get(&id)?.name)).collect()
    }
}

/// The database's count of identity changes, as last seen by this node.
enum Epoch {
    /// One process owns the store.
    Own,
    /// Other nodes may change it.
    Shared { seen: AtomicI64, begun: AtomicU64, done: Mutex<u64> },
}

impl Epoch {
    fn of(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Postgres => {
                Self::Shared { seen: AtomicI64::new(-1), begun: AtomicU64::new(0), done: Mutex::new(0) }
            }
            _ => Self::Own,
        }
    }

    /// Looks whether the epoch moved, and forgets if it did before anybody else looks. A look that another request began
    /// after this call came in serves both.
    async fn look(&self, db: &Db, forget: impl Fn()) -> Result<(), ApiError> {
        let Self::Shared { seen, begun, done } = self else { return Ok(()) };
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
    }
}
