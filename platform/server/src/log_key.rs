//! The key that signs the log's checkpoints: a file that is given, or one beside the data that is made at the first start.
//! Its public half, and the name of the log, stand in the store.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use argus_audit_log::proof::{self, adopt, establish, keys};
use argus_audit_proof::note::{PublicKey, is_name};
use argus_core::audit::{Record, outbox};
use argus_core::clock::{Clock, Ids};
use argus_core::config::Settings;
use argus_core::db::Db;
use argus_core::directory::Directory;
use argus_core::pem::{pem, unpem};
use ring::signature::Ed25519KeyPair;
use serde_json::json;

use crate::guard::Guard;
use crate::{ServerError, migrate, private, store};

pub use argus_audit_log::proof::Signer;

/// What follows the host in the name of the log: where it is read.
pub(crate) const PATH: &str = "/audit/v1/log";

/// What its file says it is.
const LABEL: &str = "PRIVATE KEY";

/// A PKCS#8 document with an Ed25519 key (RFC 8410 section 7), up to the 32 bytes of the key.
const PREFIX: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// Where the key is.
#[must_use]
pub fn file(settings: &Settings) -> PathBuf {
    let given = &settings.log.key;
    if given.as_os_str().is_empty() { settings.data_dir.join("log.key") } else { given.clone() }
}

/// Reads the key; for a log that has none yet, makes it and names the log.
///
/// # Errors
/// When the key is not that of the log, cannot be read or made, or the settings give the log another name than it has.
pub async fn load(db: &Db, settings: &Settings, clock: &Clock, ids: &Ids) -> Result<Signer, ServerError> {
    let (file, known) = (file(settings), keys(db.reader()).await?);
    let Some(current) = known.first() else {
        let signer = Signer::new(origin(settings)?, read_or_make(&file, settings, ids)?);
        let transaction = db.begin().await?;
        establish(&transaction, &signer, clock.now()).await?;
        transaction.commit().await?;
        return Ok(signer);
    };
    let wanted = &settings.log.origin;
    if !wanted.is_empty() && *wanted != current.name {
        let text = format!("log.origin: the log is called {} for good, and not {wanted}", current.name);
        return Err(ServerError::Settings(text));
    }
    finish_rotation(&file, current)?;
    let key = read(&file)?.ok_or_else(|| ServerError::File(missing(&file, current)))?;
    let signer = Signer::new(current.name.clone(), key);
    if signer.public() != *current {
        let text = format!("{} is not the key of this log, whose public key is {}", file.display(), current.text());
        return Err(ServerError::File(text));
    }
    Ok(signer)
}

/// Opens the log to be gone on with: its key, whether it goes on from what the guard knows, and leaves for events of an earlier
/// version, which had none.
///
/// # Errors
/// As [`load`]; when the store is older than what was signed; when the store fails.
pub async fn open(
    db: &Db,
    settings: &Settings,
    clock: &Clock,
    ids: &Ids,
    guard: &Guard,
) -> Result<Signer, ServerError> {
    let signer = load(db, settings, clock, ids).await?;
    guard.check(db).await?;
    adopt(db, &signer, ids).await?;
    Ok(signer)
}

fn missing(file: &Path, current: &PublicKey) -> String {
    format!(
        "{} is not there, but the log has a key, whose public half is {}. Bring the file back, copy it from the node that \
         made the log, or name it with log.key",
        file.display(),
        current.text()
    )
}

/// The name of a new log: that of the settings, or host and port of the first public address, and where the log is read.
fn origin(settings: &Settings) -> Result<String, ServerError> {
    let given = settings.log.origin.clone();
    let addresses = settings.public_addresses();
    let host = addresses.first().and_then(|address| address.split_once("://")).map(|(_, rest)| rest);
    let host = host.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let origin = if given.is_empty() { format!("{host}{PATH}") } else { given };
    if !is_name(&origin) || origin.contains("://") || origin.ends_with('/') {
        let text = "log.origin: must have no scheme, no slash at its end, no white space and no +";
        return Err(ServerError::Settings(text.to_owned()));
    }
    Ok(origin)
}

fn read_or_make(file: &Path, settings: &Settings, ids: &Ids) -> Result<Ed25519KeyPair, ServerError> {
    if let Some(key) = read(file)? {
        return Ok(key);
    }
    if !settings.log.key.as_os_str().is_empty() {
        return Err(ServerError::File(format!("{} is not there", file.display())));
    }
    let key = make(file, ids)?;
    private::keep(file)?;
    Ok(key)
}

/// Puts a new key in the place of the current one, in the store and in its file. No node may run meanwhile. Gives the public
/// half.
///
/// # Errors
/// When the current key is not there, the store cannot be used, or the file cannot be written; then all is as it was, or is
/// finished by the next start.
pub async fn rotate(settings: &Settings, clock: &Clock) -> Result<PublicKey, ServerError> {
    let (db, _lock) = store::open(settings).await?;
    let (ids, file, guard) = (Ids::new(clock.clone()), file(settings), Guard::of(settings)?);
    let rotated = store::in_turn(&db, async || {
        migrate::run(&db).await?;
        let current = open(&db, settings, clock, &ids, &guard).await?.public();
        let root = Directory::new(db.clone()).tree().await?.root();
        let signer = Signer::new(current.name.clone(), make(&file, &ids)?);
        let (now, public) = (clock.now(), signer.public());
        let transaction = db.begin().await?;
        proof::rotate(&transaction, &signer, now).await?;
        let record = Record::of_argus(now, root, "argus_log_key_rotate", "UPDATE");
        let (before, after) = (json!({ "publicKey": current.text() }), json!({ "publicKey": public.text() }));
        outbox::add(&transaction, &record.about("LOGKEY", current.name, Some(before), Some(after))).await?;
        transaction.commit().await?;
        private::keep(&file)?;
        Ok(public)
    });
    let rotated = rotated.await;
    db.close().await;
    rotated
}

/// Makes a key, which waits beside its file.
fn make(file: &Path, ids: &Ids) -> Result<Ed25519KeyPair, ServerError> {
    let der = [&PREFIX[..], &ids.bytes::<32>()[..]].concat();
    private::prepare(file, pem(LABEL, &der).as_bytes())?;
    key_of(&der).ok_or_else(|| unreadable(file))
}

/// A rotation that was cut off behind its commit is finished: the key that waits is that of the log.
fn finish_rotation(file: &Path, current: &PublicKey) -> Result<(), ServerError> {
    let is_current = |key: Ed25519KeyPair| PublicKey::of(&current.name, &key) == *current;
    let waits = read(&private::waiting(file)).ok().flatten().is_some_and(is_current);
    if waits { private::keep(file) } else { Ok(()) }
}

/// The key in a file: Ed25519, PKCS#8, PEM. Nothing where there is no file.
fn read(file: &Path) -> Result<Option<Ed25519KeyPair>, ServerError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ServerError::file(file, &error)),
    };
    let der = unpem(LABEL, &text);
    der.and_then(|der| key_of(&der)).map(Some).ok_or_else(|| unreadable(file))
}

fn key_of(der: &[u8]) -> Option<Ed25519KeyPair> {
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()
}

fn unreadable(file: &Path) -> ServerError {
    ServerError::File(format!("{} does not hold an Ed25519 key (PKCS#8, PEM)", file.display()))
}
