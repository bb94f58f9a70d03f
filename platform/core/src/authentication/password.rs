//! Passwords: Argon2id with the parameters OWASP gives (19 MiB, 2 passes, 1 lane), on a small bounded pool, so that
//! logins never stall other requests and cannot take more memory than pool times 19 MiB.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use argus_identity::entity::subject;
use argus_identity::users::{self, UserChange, flag};
use argus_identity::{passwords, sessions};
use sea_orm::ConnectionTrait;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::Principal;
use crate::app::{AllTries, Platform};
use crate::clock::Ids;
use crate::error::ApiError;

/// Logins that may wait for the pool; more get 503 at once.
const WAITING: usize = 64;

/// The longest password that is looked at, in bytes.
pub const MAX_PASSWORD: usize = 1024;

/// The pool that hashes and verifies.
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Semaphore,
    ids: Ids,
    /// The hash of a password nobody has, verified where there is no user, so that this takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    /// A pool that uses half of the cores, at least one.
    ///
    /// # Errors
    /// Never with the fixed parameters.
    pub fn new(ids: Ids) -> Result<Self, ApiError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let running = (cores / 2).max(1);
        let nobody = hash_now(&ids.bytes::<16>(), &ids.bytes::<16>())?.into();
        Ok(Self { running: Arc::new(Semaphore::new(running)), waiting: Semaphore::new(running + WAITING), ids, nobody })
    }

    /// The PHC string of a password.
    ///
    /// # Errors
    /// 503 when too many wait for the pool.
    pub async fn hash(&self, password: &str) -> Result<String, ApiError> {
        let (password, salt) = (password.to_owned(), self.ids.bytes::<16>());
        self.run(move || hash_now(password.as_bytes(), &salt)).await?
    }

    /// Whether it is the password. Without a stored hash the answer is no, after the same time.
    ///
    /// # Errors
    /// 503 when too many wait for the pool.
    pub async fn verify(&self, stored: Option<&str>, password: &str) -> Result<bool, ApiError> {
        let exists = stored.is_some() && password.len() <= MAX_PASSWORD;
        let stored: Arc<str> = stored.map_or_else(|| self.nobody.clone(), Into::into);
        let password = password.to_owned();
        let right = self
            .run(move || algorithm().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &*stored).is_ok()));
        Ok(right.await? && exists)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let _place = self.waiting.try_acquire().map_err(|_| ApiError::unavailable())?;
        let permit = self.running.clone().acquire_owned().await.map_err(ApiError::internal)?;
        let task = tokio::task::spawn_blocking(move || {
            let done = work();
            // Held until the work is done, also when the client went away meanwhile.
            drop(permit);
            done
        });
        task.await.map_err(ApiError::internal)
    }
}

/// Whether it is the password of a caller who is known already. A wrong one counts as a failed try of the account.
///
/// # Errors
/// 429 after too many tries, 503 when too many wait for the pool.
pub async fn is_callers(platform: &Platform, principal: &Principal, password: &str) -> Result<bool, ApiError> {
    let account = AllTries::account(principal.domain_id, &principal.user_name);
    let look = async {
        let user = platform.directory.user(principal.user_id).await?;
        let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
        platform.passwords.verify(stored, password).await
    };
    platform.tries.accounts.counted(&account, platform.clock.now(), look).await
}

/// Writes a password, by its hash, inside the transaction of the request, for a user that this has locked. The one until now goes
/// into the history, and all sessions of the user end but that one.
///
/// # Errors
/// When the store fails.
pub async fn store(
    platform: &Platform,
    transaction: &impl ConnectionTrait,
    user: &subject::Model,
    hash: String,
    but: Option<Uuid>,
) -> Result<(), ApiError> {
    let now = platform.clock.now();
    if let Some(old) = user.password_hash.clone() {
        passwords::remember(transaction, platform.ids.uuid(), user.id, old, now).await?;
    }
    let change = UserChange {
        password_hash: Some(Some(hash)),
        // Never the same moment twice: earlier authorizations are told by it.
        password_changed_at: Some(Some(now.max(user.password_changed_at.map_or(now, |at| at.saturating_add(1))))),
        flags: Some(user.flags & !flag::FORCE_PASSWORD_CHANGE),
        ..UserChange::default()
    };
    users::update(transaction, user.id, change).await?;
    sessions::end_all(transaction, user.id, but, now).await?;
    Ok(())
}

fn algorithm() -> Result<Argon2<'static>, ApiError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(ApiError::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &[u8], salt: &[u8]) -> Result<String, ApiError> {
    let hash = algorithm()?.hash_password_with_salt(password, salt).map_err(ApiError::internal)?;
    Ok(hash.to_string())
}
