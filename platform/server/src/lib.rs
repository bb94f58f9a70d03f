//! Argus, put together: used by the command line and by tests alike.

mod background;
pub mod bootstrap;
pub mod documents;
pub mod guard;
pub mod import;
pub mod log_key;
pub mod migrate;
pub mod modules;
pub mod pages;
mod private;
mod secret;
mod serve;
mod store;
pub mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use argus_audit_jobs::Jobs;
use argus_audit_log::{AuditLog, Hub, Places, WriterTask};
use argus_audit_rules::Changes;
use argus_audit_webhooks::Webhooks;
use argus_authentication_v1::Outside;
use argus_core::app::{AllTries, App, Platform, Services, mount};
use argus_core::authentication::access_key;
use argus_core::authentication::password::Passwords;
use argus_core::authentication::signature::{KEPT, Used};
use argus_core::clock::{Clock, Ids};
use argus_core::config::Settings;
use argus_core::directory::Directory;
use argus_core::module::Module;
use argus_core::tasks::Tasks;
use argus_core::telemetry::Metrics;
use argus_core::usage::Usage;

use self::guard::Guard;

pub use serve::serve;

/// How often last uses are written and metrics folded.
const HOUSEKEEPING: Duration = Duration::from_secs(10);

/// Sessions that are over are taken away once an hour.
const ROUNDS_A_PRUNING: u64 = 360;

/// How long a session that is over stays in the store.
const KEPT_SESSION: Duration = Duration::from_secs(24 * 3_600);

/// Why Argus cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The store.
    #[error("the store cannot be used: {0}")]
    Store(#[from] sea_orm::DbErr),
    /// The store, from the beginning: its address without a password, and the reason.
    #[error("the store {0} does not answer: {1}")]
    NoStore(String, String),
    /// An operation of the platform.
    #[error("the start failed: {0}")]
    Platform(#[from] argus_core::error::ApiError),
    /// The modules do not fit together.
    #[error(transparent)]
    Mount(#[from] argus_core::app::MountError),
    /// The documents do not fit together.
    #[error(transparent)]
    Document(#[from] argus_core::openapi::DocumentError),
    /// A setting that only its user can judge.
    #[error("a setting cannot be used: {0}")]
    Settings(String),
    /// A file.
    #[error("{0}")]
    File(String),
}

impl ServerError {
    fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::File(format!("{}: {error}", path.display()))
    }
}

/// A running Argus, but for the socket.
pub struct Argus {
    /// What answers requests.
    pub app: Arc<App>,
    /// What the first start made, if this was one.
    pub first: Option<bootstrap::First>,
    log: WriterTask,
    _lock: Option<std::fs::File>,
}

/// Builds Argus on a store: migrates, makes functions known, makes the first rows, starts the log, mounts the modules.
///
/// # Errors
/// When the store cannot be used, or the data folder cannot be written.
pub async fn build(settings: Settings, clock: Clock) -> Result<Argus, ServerError> {
    build_with(settings, clock, modules::all()).await
}

/// As [`build`], with other modules than those of the mount list.
///
/// # Errors
/// As [`build`].
pub async fn build_with(settings: Settings, clock: Clock, mounted: Vec<Module>) -> Result<Argus, ServerError> {
    let mounted = enabled(mounted, &settings);
    let outside = Outside::new(&settings).map_err(ServerError::Settings)?;
    let (places, guard) = (places(&settings)?, Guard::of(&settings)?);
    let (db, lock) = store::open(&settings).await?;
    let ids = Ids::new(clock.clone());
    let passwords = Passwords::new(ids.clone())?;
    let secret = secret::load(&settings, &ids)?;
    let first = store::in_turn(&db, async || {
        migrate::run(&db).await?;
        bootstrap::register_functions(&db, &mounted, &clock, &ids).await?;
        let first = bootstrap::run(&db, &settings, &clock, &ids, &passwords).await?;
        // Also on a store that is older than the dialect which knows of accounts.
        let access_key = |user| access_key::hash(&access_key::of_user(&secret, user).to_string());
        argus_identity::spectra_accounts::ensure_first(db.writer(), access_key, clock.now()).await?;
        Ok((first, log_key::open(&db, &settings, &clock, &ids, &guard).await?))
    });
    let (first, signer) = first.await?;
    let directory = Directory::new(db.clone());
    let root = directory.tree().await?.root();
    argus_audit_rules::prepare(db.writer(), root, clock.now()).await?;
    let hub = Hub::start(&db, settings.audit.listeners, settings.audit.backlog);
    let (log, writer) = AuditLog::start(&db, &clock, root, &settings.audit, places, &hub, Arc::new(signer));
    let metrics = Metrics::new();
    let signatures = Used::start(&db, &clock, settings.signature.pin_tolerance.nanos(), directory.pins()).await?;
    let platform = Arc::new(Platform {
        directory,
        secret,
        passwords,
        tries: AllTries::new(&settings),
        signatures,
        public_addresses: settings.public_addresses(),
        usage: Usage::default(),
        metrics,
        services: Services::default()
            .with(log.clone())
            .with(hub)
            .with(Arc::new(outside))
            .with(Arc::<Changes>::default())
            .with(Arc::<Webhooks>::default())
            .with(Arc::<Jobs>::default()),
        tasks: Tasks::default(),
        trail: log,
        ids,
        clock,
        db,
        settings: Arc::new(settings),
    });
    let pages = pages::all(&platform, &mounted)?;
    let app = Arc::new(mount(platform.clone(), &mounted, pages)?);
    background::start(&platform).map_err(ServerError::Settings)?;
    platform.tasks.spawn(guard.run(platform.clone()));
    Ok(Argus { app, first, log: writer, _lock: lock })
}

/// The modules, without the dialects that the settings take away.
fn enabled(modules: Vec<Module>, settings: &Settings) -> Vec<Module> {
    let is_off = |module: &Module| {
        let mount = module.dialect.and_then(|dialect| settings.dialects.mount(dialect.name));
        mount.is_some_and(|mount| !mount.enabled)
    };
    modules.into_iter().filter(|module| !is_off(module)).collect()
}

/// What says where addresses are.
fn places(settings: &Settings) -> Result<Places, ServerError> {
    Places::open(&settings.audit.geoip).map_err(|error| ServerError::Settings(format!("audit.geoip: {error}")))
}

impl Argus {
    /// Runs what goes on beside requests, until it is dropped.
    pub async fn housekeeping(platform: Arc<Platform>) {
        let mut round: u64 = 0;
        loop {
            tokio::time::sleep(HOUSEKEEPING).await;
            platform.metrics.fold();
            if let Err(error) = platform.usage.flush(&platform.db).await {
                tracing::warn!(%error, "last uses could not be written");
            }
            platform.signatures.forget_late(platform.clock.now());
            if round.is_multiple_of(ROUNDS_A_PRUNING) {
                prune(&platform).await;
            }
            round += 1;
        }
    }

    /// Ends everything in order, once no request is being served: what goes on beside requests, what waits for the log, last
    /// uses, the store.
    pub async fn finish(self) {
        let platform = self.app.platform();
        platform.tasks.finish().await;
        self.log.finish().await;
        if let Err(error) = platform.usage.flush(&platform.db).await {
            tracing::warn!(%error, "last uses could not be written");
        }
        platform.db.clone().close().await;
    }
}

/// Keeps the tables of sessions, used nonces, used authorizations and one-time keys from growing for ever.
async fn prune(platform: &Platform) {
    let kept = i64::try_from(KEPT_SESSION.as_nanos()).unwrap_or(i64::MAX);
    let now = platform.clock.now();
    if let Err(error) = argus_identity::authorizations::prune(platform.db.writer(), now).await {
        tracing::warn!(%error, "used authorizations could not be taken away");
    }
    if let Err(error) = argus_identity::signatures::prune_nonces(platform.db.writer(), now.saturating_sub(KEPT)).await {
        tracing::warn!(%error, "used nonces could not be taken away");
    }
    if let Err(error) = argus_identity::one_time_keys::prune(platform.db.writer(), now).await {
        tracing::warn!(%error, "one-time keys that are late could not be taken away");
    }
    let before = now.saturating_sub(kept);
    if let Err(error) = argus_identity::sessions::prune(platform.db.writer(), before).await {
        tracing::warn!(%error, "sessions that are over could not be taken away");
    }
}
