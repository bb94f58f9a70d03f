//! The server under test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use argus_core::app::Platform;
use argus_core::clock::Clock;
use argus_core::config::Settings;
use argus_core::directory::Changed;
use argus_identity::customers::{self, NewCustomer};
use argus_identity::users::{self, NewUser, method};
use argus_identity::{functions, keys};
use argus_server::log_key::{self, Signer};
use argus_server::{build, serve};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::actor::{Actor, Answer};
use crate::store::{Store, drop_postgres, new_postgres};

/// What a test's clock shows first: 2026-01-01T00:00:00Z, in ns.
pub const START: i64 = 1_767_225_600_000_000_000;

/// Everybody's password in tests; the administrator has another.
pub const PASSWORD: &str = "Correct-horse-7";

/// A running server with a clock that stands still until it is moved.
pub struct TestApp {
    /// Which store it runs on.
    pub store: Store,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its clock.
    pub clock: Clock,
    /// What it runs on.
    pub platform: Arc<Platform>,
    /// The administrator's password.
    pub admin_password: String,
    admin_key: String,
    password_hash: String,
    next: AtomicU32,
    folder: TempDir,
    database: Option<String>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl TestApp {
    /// On the embedded store.
    pub async fn start() -> Self {
        Self::start_on(Store::Sqlite, &|_| {}).await.unwrap()
    }

    /// On a store, with other settings; nothing where the store is not there.
    pub async fn start_on(store: Store, change: &impl Fn(&mut Settings)) -> Option<Self> {
        let database = match store {
            Store::Sqlite => None,
            Store::Postgres => Some(new_postgres().await?),
        };
        let (url, name) = database.unzip();
        let folder = tempfile::tempdir().unwrap();
        let mut app = Self::launch(store, url, Clock::manual(START), folder, change).await;
        app.database = name;
        Some(app)
    }

    /// Another node on the same PostgreSQL, with the same clock and settings, but for where it listens and has its files. To
    /// be stopped before the first one.
    pub async fn another_node(&self) -> Self {
        assert_eq!(self.store, Store::Postgres, "an embedded store takes one process");
        let url = self.platform.settings.database_url.reveal().to_owned();
        let key = log_key::file(&self.platform.settings);
        let same = |settings: &mut Settings| {
            let (listen, data_dir) = (settings.listen, std::mem::take(&mut settings.data_dir));
            *settings = Settings { listen, data_dir, ..(*self.platform.settings).clone() };
            settings.log.key.clone_from(&key);
        };
        let folder = tempfile::tempdir().unwrap();
        let mut node = Self::launch(self.store, Some(url), self.clock.clone(), folder, &same).await;
        node.admin_key.clone_from(&self.admin_key);
        node.admin_password.clone_from(&self.admin_password);
        node
    }

    /// The same server after an orderly end and a start, on the same store and at the same time, but listening elsewhere.
    pub async fn restarted(self) -> Self {
        let _ = self.stop.send(());
        self.served.await.unwrap();
        let settings = self.platform.settings.clone();
        drop(self.platform);
        let same = |new: &mut Settings| *new = Settings { listen: new.listen, ..(*settings).clone() };
        let mut app = Self::launch(self.store, None, self.clock, self.folder, &same).await;
        app.admin_key = self.admin_key;
        app.admin_password = self.admin_password;
        app.next = self.next;
        app.database = self.database;
        app
    }

    async fn launch(
        store: Store,
        database_url: Option<String>,
        clock: Clock,
        folder: TempDir,
        change: &impl Fn(&mut Settings),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut settings = Settings { listen: address, data_dir: folder.path().join("data"), ..Settings::default() };
        if let Some(url) = database_url {
            settings.database_url = argus_core::config::Secret::new(url);
        }
        change(&mut settings);
        let mut argus = build(settings, clock.clone()).await.unwrap();
        let first = argus.first.take();
        let platform = argus.app.platform().clone();
        let password_hash = platform.passwords.hash(PASSWORD).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(argus, listener, async move {
            let _ = stopped.await;
        }));
        let (admin_password, admin_key) = first.map(|first| (first.password, first.api_key)).unwrap_or_default();
        Self {
            store,
            address,
            clock,
            platform,
            admin_password,
            admin_key,
            password_hash,
            next: AtomicU32::new(0),
            folder,
            database: None,
            stop,
            served,
        }
    }

    /// What signs its log.
    pub async fn signer(&self) -> Arc<Signer> {
        let platform = &self.platform;
        let signer = log_key::load(&platform.db, &platform.settings, &self.clock, &platform.ids).await;
        Arc::new(signer.unwrap())
    }

    /// The folder of its data.
    pub fn data_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Nobody.
    pub fn anonymous(&self) -> Actor {
        Actor::new(self.url())
    }

    /// The administrator, by key.
    pub fn admin(&self) -> Actor {
        self.by_key(&self.admin_key)
    }

    /// Somebody with that key.
    pub fn by_key(&self, key: &str) -> Actor {
        self.anonymous().with("Argus-API-Key", key)
    }

    /// Somebody logged in by password, with the token as Bearer.
    pub async fn by_password(&self, user: &str, password: &str) -> Actor {
        let login = serde_json::json!({ "userName": user, "password": password });
        let answer = self.anonymous().post("/authentication/v1/password/authentication", login).await.expect(201);
        self.by_session(&answer)
    }

    /// Somebody with the session that an answer made, with the token as Bearer.
    pub fn by_session(&self, made: &Answer) -> Actor {
        let token = made["data"]["credentials"]["requestCredentialsData"].as_str().unwrap();
        self.anonymous().with("Authorization", &format!("Bearer {token}"))
    }

    /// The same actor by a session that is narrower, as `cut` says.
    pub async fn constrained(&self, by: &Actor, cut: serde_json::Value) -> Actor {
        self.by_session(&by.post("/authentication/v1/session/constrain", cut).await.expect(201))
    }

    /// A customer below another, by short names.
    pub async fn customer(&self, short_name: &str, parent: &str) -> i64 {
        let tree = self.platform.directory.tree().await.unwrap();
        let parent = tree.find_customer(parent).unwrap();
        let new = NewCustomer {
            domain_id: parent.domain_id,
            parent_id: Some(parent.id),
            group: true,
            short_name: short_name.to_owned(),
            name: short_name.to_uppercase(),
            ..NewCustomer::default()
        };
        let made = customers::insert(self.platform.db.writer(), new, self.clock.now()).await.unwrap();
        self.platform.directory.forget(&Changed::Everything);
        made.id
    }

    /// A user of a customer with functions on customers, and the password [`PASSWORD`]; gives its number.
    pub async fn new_user(&self, name: &str, customer: &str, rights: &[(&str, &str)]) -> i64 {
        let tree = self.platform.directory.tree().await.unwrap();
        let home = tree.find_customer(customer).unwrap();
        let db = self.platform.db.writer();
        let new = NewUser {
            domain_id: home.domain_id,
            customer_id: home.id,
            short_name: name.to_owned(),
            name: name.to_uppercase(),
            email: None,
            password_hash: Some(self.password_hash.clone()),
            methods: method::PASSWORD | method::API_KEY | method::TOTP,
            ..NewUser::default()
        };
        let user = users::insert(db, new, self.clock.now()).await.unwrap();
        for (function, on) in rights {
            let on = tree.find_customer(on).unwrap().id;
            functions::grant(db, user.id, function, on, self.clock.now()).await.unwrap();
        }
        self.platform.directory.forget(&Changed::Everything);
        user.id
    }

    /// A user as [`TestApp::new_user`], of the root customer, who talks by a key that is good for a year from loopback.
    pub async fn user(&self, name: &str, rights: &[(&str, &str)]) -> Actor {
        self.user_of(name, "root", rights).await
    }

    /// The same, of another customer.
    pub async fn user_of(&self, name: &str, customer: &str, rights: &[(&str, &str)]) -> Actor {
        let id = self.new_user(name, customer, rights).await;
        self.by_key(&self.new_key(id).await)
    }

    /// A key of a user without limits, straight into the store.
    pub async fn new_key(&self, user: i64) -> String {
        use argus_core::authentication::api_key::{KeyId, KeyText};
        use sea_orm::{NotSet, Set};
        let db = self.platform.db.writer();
        let idx = keys::next_index(db, user).await.unwrap();
        let text = KeyText::generate(KeyId { user, idx }, &self.platform.ids);
        let row = argus_identity::entity::api_key::ActiveModel {
            id: NotSet,
            user_id: Set(user),
            idx: Set(idx),
            prefix: Set(format!("{user}/{idx}")),
            secret_hash: Set(text.secret_hash()),
            previous_hash: Set(None),
            previous_until: Set(None),
            rotated_at: Set(None),
            description: Set(format!("key {}", self.next.fetch_add(1, Ordering::Relaxed))),
            created_at: Set(self.clock.now()),
            created_by: Set(user),
            valid_until: Set(None),
            sources: Set(None),
            functions: Set(None),
            customers: Set(None),
            read_only: Set(false),
            revoked_at: Set(None),
            last_used_at: Set(None),
            last_used_ip: Set(None),
            folded: Set(None),
        };
        keys::insert(db, row).await.unwrap();
        text.reveal()
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// How many events the log has, requests to Argus itself included or not, and without findings: those come by themselves.
    pub async fn events(&self, internal: bool) -> i64 {
        let path = format!("/audit/v1/event?limit=1&includeInternal={internal}&excludeFlags=SUSPICIOUS");
        self.admin().get(&path).await.expect(200)["count"].as_i64().unwrap()
    }

    /// Drains the server and takes its store away.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        self.served.await.unwrap();
        drop(self.platform);
        if let Some(name) = &self.database {
            drop_postgres(name).await;
        }
    }
}
