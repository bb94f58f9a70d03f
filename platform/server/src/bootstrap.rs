//! The first start on an empty database: domain, root customer group, administrator with password and key, and the
//! file that holds them.

use std::path::PathBuf;

use argus_core::app::Platform;
use argus_core::audit::{Record, Target, outbox};
use argus_core::authentication::api_key::issue_for_bootstrap;
use argus_core::authentication::password::Passwords;
use argus_core::clock::{Clock, Ids};
use argus_core::config::Settings;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::module::Module;
use argus_identity::bootstrap;
use argus_identity::functions::{self, NewFunction};
use serde_json::json;

use crate::{ServerError, private};

/// Where the first credentials are kept.
#[must_use]
pub fn file(settings: &Settings) -> PathBuf {
    settings.data_dir.join("bootstrap.json")
}

/// Makes the modules' functions known.
///
/// # Errors
/// When the store fails.
pub async fn register_functions(db: &Db, modules: &[Module], clock: &Clock, ids: &Ids) -> Result<(), ServerError> {
    let known = modules.iter().flat_map(|module| module.functions);
    let known = known.map(|function| NewFunction {
        name: function.name,
        minimum_level: function.level.name(),
        read_only: function.read_only,
    });
    let transaction = db.begin().await?;
    functions::register(&transaction, &known.collect::<Vec<_>>(), || ids.uuid(), clock.now()).await?;
    Ok(transaction.commit().await?)
}

/// What the first start made, for tests; the server itself only writes it to the file.
pub struct First {
    /// The administrator's password.
    pub password: String,
    /// The administrator's key.
    pub api_key: String,
}

/// Makes the first rows when there are none. The file is written under another name before the commit and renamed
/// after it, so that no start leaves an administrator whose password nobody knows.
///
/// # Errors
/// When the store fails or the file cannot be written; then nothing was made.
pub async fn run(
    db: &Db,
    settings: &Settings,
    clock: &Clock,
    ids: &Ids,
    passwords: &Passwords,
) -> Result<Option<First>, ServerError> {
    let file = file(settings);
    if !bootstrap::is_empty(db.reader()).await? {
        if private::waiting(&file).exists() {
            private::keep(&file)?;
        }
        return Ok(None);
    }
    let password = new_password(ids);
    let hash = passwords.hash(&password).await?;
    let now = clock.now();
    let transaction = db.begin().await?;
    let made = bootstrap::create(&transaction, &settings.domain, hash, now).await?;
    let key = issue_for_bootstrap(&transaction, ids, &made.admin, now).await?;
    outbox::add(&transaction, &record(now, &made)).await?;
    let first = First { password, api_key: key.reveal() };
    let content = json!({
        "url": settings.public_addresses().first(),
        "domain": made.domain.name,
        "userName": made.admin.short_name,
        "password": first.password,
        "apiKey": first.api_key,
    });
    private::prepare(&file, format!("{content:#}\n").as_bytes())?;
    transaction.commit().await?;
    private::keep(&file)?;
    Ok(Some(first))
}

/// 24 random bytes as hexadecimal with all kinds of characters that rules ask for.
fn new_password(ids: &Ids) -> String {
    let hex: String = ids.bytes::<24>().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("Aa1-{hex}")
}

fn record(now: i64, made: &bootstrap::Bootstrapped) -> Record {
    let target = Target { kind: "DOMAIN".to_owned(), id: made.domain.name.clone(), before: None, after: None };
    let record = Record::of_argus(now, made.root.id, "argus_bootstrap_create", "CREATE");
    Record { request_id: "bootstrap".to_owned(), target: Some(target), ..record }
}

/// Whether requests can be served: what `/health` asks.
///
/// # Errors
/// 503 when the store does not answer.
pub async fn is_ready(platform: &Platform) -> Result<(), ApiError> {
    bootstrap::is_empty(platform.db.reader()).await?;
    Ok(())
}
