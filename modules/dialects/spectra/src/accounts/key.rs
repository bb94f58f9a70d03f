//! The access key, in the header `api-key`: it opens one operation, and the bucket of its owner (S1-50).

use std::collections::HashSet;
use std::sync::Arc;

use argus_audit_log::access::SubmitAuditEvents;
use argus_core::access::{CustomerSet, Gate, Level};
use argus_core::app::Platform;
use argus_core::authentication::{AuthMethod, Credential, Principal, Refused, Tried, access_key, single};
use argus_core::dialect::{Asked, Asking};
use argus_core::error::ApiError;
use argus_identity::entity::subject;
use argus_identity::spectra_accounts;
use poem::http::{HeaderName, StatusCode};

use crate::SUBMIT;

/// Where it stands.
const HEADER: HeaderName = HeaderName::from_static("api-key");

/// Who asks by access key. The one operation that takes it asks for it, unless a credential of Argus is there.
///
/// # Errors
/// 401 without a key, 404 for one that is nobody's, 403 for one whose owner cannot use it now, 429 after too many from one address.
pub fn by_access_key(asked: Asked<'_>) -> Asking<'_> {
    Box::pin(async move {
        if asked.operation != SUBMIT {
            return Ok(None);
        }
        match single(asked.headers, &HEADER)?.filter(|key| !key.is_empty()) {
            Some(key) => owner(&asked, key).await.map(Some),
            None if asked.is_known => Ok(None),
            None => Err(ApiError::unauthorized("spectra.key.missing", "API Key is required.").into()),
        }
    })
}

async fn owner(asked: &Asked<'_>, key: &str) -> Result<Arc<Principal>, Refused> {
    let platform = asked.platform;
    platform.directory.sync().await?;
    let account = spectra_accounts::by_access_key(platform.db.reader(), &access_key::hash(key)).await?;
    let Some(account) = account else { return Err(unknown(asked)) };
    let user = platform.directory.user(account.user_id).await?;
    let user = user.filter(|user| user.deleted_at.is_none()).ok_or_else(|| unknown(asked))?;
    let is_enabled = account.activated_at.is_some() && user.methods & AuthMethod::ApiKey.bit() != 0;
    if !is_enabled || platform.directory.shuts_out(&user).await? {
        let error = ApiError::forbidden("spectra.account.inactive", "Inactive user");
        return Err(Refused { error, tried: Some(tried(user.short_name.clone(), Some(user.id))) });
    }
    Ok(Arc::new(principal(platform, &user).await?))
}

/// The owner, as far as the key goes: what the user may do now, cut to writing into its own bucket.
async fn principal(platform: &Platform, user: &subject::Model) -> Result<Principal, ApiError> {
    let rights = platform.directory.rights(user.id).await?;
    let functions: HashSet<Arc<str>> = [SubmitAuditEvents::NAME.into()].into();
    let bucket = CustomerSet::Only(Arc::new([user.customer_id].into()));
    let rights = Arc::new(rights.cut(Some(&functions), Some(&bucket)));
    Ok(Principal::new(user, AuthMethod::ApiKey, Level::External, false, rights, Credential::Dialect))
}

/// Nobody's key counts as one that was guessed, and is not told back.
fn unknown(asked: &Asked<'_>) -> Refused {
    let counted = asked.platform.tries.keys.begin(&asked.client_ip, asked.platform.clock.now());
    let text = "User with access key does not exist.";
    let error = ApiError::action(StatusCode::NOT_FOUND, "spectra.key.unknown", text);
    Refused { error: counted.err().unwrap_or(error), tried: Some(tried("unknown access key".to_owned(), None)) }
}

fn tried(name: String, user_id: Option<i64>) -> Tried {
    Tried { method: AuthMethod::ApiKey.name(), name, user_id }
}
