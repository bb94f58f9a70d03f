//! Bringing a file of events into the log, without a server: by the same checks and the same writer as events that are
//! sent.
//!
//! How far an import is stands in the store, changed in the transaction that writes the events: as the number of bytes that
//! are done, and their SHA-256. So whatever was cut off goes on where the log ends, and a file that has grown since goes
//! on where it ended.

mod columns;
mod prefix;
mod records;
mod source;
mod steps;

use std::path::PathBuf;
use std::sync::Arc;

use argus_audit_log::{AuditLog, Hub};
use argus_audit_v1::SubmitAuditEvents;
use argus_audit_v1::input::Sender;
use argus_core::access::Gate;
use argus_core::clock::{Clock, Ids};
use argus_core::config::Settings;
use argus_core::db::Db;
use argus_core::directory::Directory;
use argus_identity::entity::subject;
use argus_identity::{bootstrap, users};
use tokio_util::sync::CancellationToken;

use crate::guard::Guard;
use crate::{ServerError, log_key, migrate, store};

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct Import {
    /// The file; none for standard input, of which nothing can be continued.
    pub file: Option<PathBuf>,
    /// How it is written.
    pub format: Format,
    /// Members of events and the columns they are taken from, where their names do not say so.
    pub map: Vec<(String, String)>,
    /// Whose events they are that name no customer, by number or short name; none for the user's customer.
    pub customer: Option<String>,
    /// Who sends them, by short name.
    pub user: String,
    /// Where lines go that cannot be imported; without one the first of them is the end.
    pub aside: Option<PathBuf>,
    /// Whether everything is only looked at.
    pub dry_run: bool,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A line of JSON an event.
    Ndjson,
    /// A head with the names of columns, and a record an event.
    Csv,
}

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lines that were done before this import began.
    pub before: u64,
    /// Lines that are done now.
    pub lines: u64,
    /// Events that were written; with `dry_run`, that could be.
    pub events: u64,
    /// Events that were in the log already.
    pub known: u64,
    /// Lines that were written aside.
    pub skipped: u64,
    /// The line at which it ended too early, and why.
    pub stopped: Option<(u64, String)>,
}

/// Who watches an import.
pub trait Watch {
    /// It begins, at that byte of so many.
    fn begin(&mut self, position: u64, of: Option<u64>);
    /// It came to that byte and that line.
    fn at(&mut self, position: u64, line: u64);
    /// It has something to say.
    fn say(&mut self, text: &str);
}

/// Imports a file into the store of these settings, until its end or until `stop`; then what was begun is finished.
///
/// # Errors
/// When the store or the file cannot be used, or the user may not do this.
pub async fn run(
    settings: &Settings,
    clock: &Clock,
    import: &Import,
    stop: &CancellationToken,
    watch: &mut impl Watch,
) -> Result<Summary, ServerError> {
    let (places, guard) = (crate::places(settings)?, Guard::of(settings)?);
    let (db, _lock) = store::open(settings).await?;
    store::in_turn(&db, async || Ok(migrate::run(&db).await?)).await?;
    let done = store::alone(&db, async || {
        let sender = sender(&db, settings, clock, import).await?;
        let root = sender.tree.root();
        let ids = Ids::new(clock.clone());
        let signer = log_key::open(&db, settings, clock, &ids, &guard).await?;
        // Nobody listens here.
        let hub = Hub::start(&db, 0, 0);
        let (log, writer) = AuditLog::start(&db, clock, root, &settings.audit, places, &hub, Arc::new(signer));
        let done = steps::run(&db, &log, clock, import, sender, stop, watch).await;
        writer.finish().await;
        done
    });
    let done = done.await;
    db.close().await;
    done
}

/// Who sends the events: a user who could send them to a server.
async fn sender(db: &Db, settings: &Settings, clock: &Clock, import: &Import) -> Result<Sender, ServerError> {
    if bootstrap::is_empty(db.reader()).await? {
        return Err(ServerError::File("nobody is there yet: start Argus once before".to_owned()));
    }
    let directory = Directory::new(db.clone());
    let tree = directory.tree().await?;
    let domain = tree.find_domain(Some(&settings.domain)).or_else(|| tree.find_domain(None));
    let user = users::by_name(db.reader(), domain.unwrap_or_default(), &import.user).await?;
    let user = user.filter(|user: &subject::Model| user.deleted_at.is_none());
    let user = user.ok_or_else(|| ServerError::File(format!("there is no user {}", import.user)))?;
    let scope = directory.rights(user.id).await?.customers_for(SubmitAuditEvents::NAME);
    let home = match &import.customer {
        None => Some(user.customer_id),
        Some(named) => {
            let found = tree.find_customer(named).filter(|customer| customer.deleted_at.is_none());
            found.map(|customer| customer.id)
        }
    };
    let home = home.filter(|home| scope.contains(*home));
    let home = home.ok_or_else(|| {
        let customer = import.customer.as_deref().unwrap_or("the user's own");
        ServerError::File(format!("{} may not send events of the customer: {customer}", import.user))
    })?;
    Ok(Sender {
        tree,
        scope,
        home,
        user_id: user.id,
        user_name: user.short_name,
        key: None,
        now: clock.now(),
        dialect: "import",
        reserved_machines: settings.dialects.reserved_machines(),
        ids: Ids::new(clock.clone()),
        named: None,
    })
}
