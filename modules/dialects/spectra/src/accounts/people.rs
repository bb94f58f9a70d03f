//! Who there is.

use argus_core::authentication::access_key;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::{spectra_account, subject};
use argus_identity::{spectra_accounts, users};
use poem::http::StatusCode;

use super::model::User;
use crate::time::naive;

/// Digits of a number that are told back.
const LONGEST_NUMBER: usize = 40;

/// A user with an account.
pub struct Person {
    pub user: subject::Model,
    pub account: spectra_account::Model,
}

impl Person {
    async fn of(context: &RequestContext, account: spectra_account::Model) -> Result<Option<Self>, ApiError> {
        // Not from memory: whoever asks without a credential need not have seen what other nodes changed.
        let user = users::by_id(context.platform.db.reader(), account.user_id).await?;
        Ok(user.filter(|user| user.deleted_at.is_none()).map(|user| Self { user, account }))
    }

    /// As these clients see it (S1-36).
    pub fn printed(self) -> User {
        let Self { user, account } = self;
        User {
            username: user.short_name,
            email: account.email,
            id: account.id,
            created_at: naive(account.created_at, 'T'),
            last_updated_at: account.updated_at.map(|at| naive(at, 'T')),
        }
    }
}

/// Whoever has that name.
///
/// # Errors
/// When the store fails.
pub async fn by_name(context: &RequestContext, name: &str) -> Result<Option<Person>, ApiError> {
    let reader = context.platform.db.reader();
    let Some(domain) = context.platform.directory.tree().await?.find_domain(None) else { return Ok(None) };
    let Some(user) = users::by_name(reader, domain, name).await?.filter(|user| user.deleted_at.is_none()) else {
        return Ok(None);
    };
    Ok(spectra_accounts::of_user(reader, user.id).await?.map(|account| Person { user, account }))
}

/// Whoever has that e-mail address.
///
/// # Errors
/// 404, or when the store fails.
pub async fn by_address(context: &RequestContext, email: &str) -> Result<Person, ApiError> {
    let found = match spectra_accounts::by_email(context.platform.db.reader(), email).await? {
        Some(account) => Person::of(context, account).await?,
        None => None,
    };
    let unknown =
        || ApiError::action(StatusCode::NOT_FOUND, "spectra.email.unknown", format!("{email} is not registered."));
    found.ok_or_else(unknown)
}

/// The caller.
///
/// # Errors
/// 404 for one without an account.
pub async fn of_caller(context: &RequestContext) -> Result<Person, ApiError> {
    let caller = context.caller()?;
    let found = match spectra_accounts::of_user(context.platform.db.reader(), caller.user_id).await? {
        Some(account) => Person::of(context, account).await?,
        None => None,
    };
    found.ok_or_else(|| not_registered(&caller.user_name))
}

/// The user of a number, for callers with an account (S1-37).
///
/// # Errors
/// 404; 422 for what is no number.
pub async fn by_number(context: &RequestContext, text: &str) -> Result<Person, ApiError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ApiError::field("path/user_id", "type_error.integer", "value is not a valid integer"));
    }
    of_caller(context).await?;
    let account = match text.parse() {
        Ok(number) => spectra_accounts::by_id(context.platform.db.reader(), number).await?,
        // Nobody's number is that long.
        Err(_) => None,
    };
    let found = match account {
        Some(account) => Person::of(context, account).await?,
        None => None,
    };
    let shown: String = text.chars().take(LONGEST_NUMBER).collect();
    let text = format!("User with ID {shown} does not exist.");
    found.ok_or_else(|| ApiError::action(StatusCode::NOT_FOUND, "spectra.user.unknown", text))
}

/// The caller's access key. It outlives the session in which it is shown, so that has to be the user's own and whole.
///
/// # Errors
/// 403 in a session that was made from another credential; 404 for a caller without an account.
pub async fn access_key(context: &RequestContext) -> Result<String, ApiError> {
    let caller = context.caller()?;
    if caller.is_derived() || caller.impersonator.is_some() {
        let text = "The access key is shown in sessions of a login only";
        return Err(ApiError::forbidden("spectra.session.derived", text));
    }
    let person = of_caller(context).await?;
    let key = access_key::of_user(&context.platform.secret, person.user.id).to_string();
    let hash = access_key::hash(&key);
    if hash != person.account.access_key_hash {
        // The server has another secret than when the account was made.
        let changed = context.change(async |transaction| {
            spectra_accounts::set_access_key(transaction, person.account.id, hash).await?;
            let id = person.user.id.to_string();
            Ok(((), context.record().about("USER", id, None, Some(serde_json::json!({ "accessKey": "replaced" })))))
        });
        changed.await?;
    }
    Ok(key)
}

/// That nobody of that name is registered.
pub fn not_registered(name: &str) -> ApiError {
    let text = format!("The username {name} is not registered.");
    ApiError::action(StatusCode::NOT_FOUND, "spectra.username.unknown", text)
}
