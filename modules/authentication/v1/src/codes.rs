//! Time-based codes of users: setting a generator up, presenting its codes, taking it away.
//!
//! A code serves once: the step of the last one is stored before it is believed. Wrong ones are counted in the store as
//! well, so that neither several nodes nor a restart give more tries.

use std::sync::Arc;

use argus_core::access::Level;
use argus_core::audit::Record;
use argus_core::authentication::AuthMethod;
use argus_core::authentication::authorization::INITIALIZE_TOTP;
use argus_core::authentication::proof::{Proof, prove};
use argus_core::authentication::totp::{ALGORITHM, DIGITS, Seed};
use argus_core::authentication::tries::too_many;
use argus_core::clock::{NANOS_PER_MILLI, Nanos};
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_core::rights::{refuse_mightier, require_administrator};
use argus_identity::entity::{subject, totp as row};
use argus_identity::users::{self, method};
use argus_identity::{administrators, sessions, totp};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::model::{TotpGenerator, TotpProof};

/// Wrong codes one after the other before none is looked at any more (NIST SP 800-63B section 5.2.2).
const MOST_WRONG: i32 = 100;

/// How long a generator waits for its first code: 15 minutes.
const WAITS: Nanos = 900_000 * NANOS_PER_MILLI;

/// What is to be said of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// It is right, and used up now.
    Good,
    /// It was right, and was used before.
    Used,
    /// It is not right, or the user has no generator.
    Wrong,
}

/// Looks at a code of a user's generator.
///
/// # Errors
/// 429 after too many wrong ones, 401 after far too many in a row; when the store fails.
pub async fn present(context: &RequestContext, user_id: i64, code: &str) -> Result<Presented, ApiError> {
    let (platform, now) = (&context.platform, context.platform.clock.now());
    let transaction = platform.db.begin().await?;
    let Some(row) = totp::active_locked(&transaction, user_id).await? else { return Ok(Presented::Wrong) };
    let row = within_limits(context, row, now)?;
    let found = Seed::open(platform, row.id, &row.seed)?.step_of(code, now);
    let (row, presented) = match found {
        Some(step) if step > row.last_step => {
            (row::Model { last_step: step, window_failed: 0, failed: 0, ..row }, Presented::Good)
        }
        Some(_) => (wrong(row), Presented::Used),
        None => (wrong(row), Presented::Wrong),
    };
    totp::note_try(&transaction, row).await?;
    transaction.commit().await?;
    Ok(presented)
}

/// The generator, in the window of now, if it may be tried.
fn within_limits(context: &RequestContext, row: row::Model, now: Nanos) -> Result<row::Model, ApiError> {
    let limits = &context.platform.settings.limits;
    if row.failed >= MOST_WRONG {
        let text =
            "Too many wrong codes in a row: an administrator has to let the user in again, or take the generator away";
        return Err(ApiError::unauthorized("totp.locked", text));
    }
    let end = row.window_began.saturating_add(limits.password_window.nanos());
    if end <= now {
        return Ok(row::Model { window_began: now, window_failed: 0, ..row });
    }
    if i64::from(row.window_failed) >= i64::from(limits.password_account) {
        return Err(too_many("Too many wrong codes; try again later", end - now));
    }
    Ok(row)
}

fn wrong(row: row::Model) -> row::Model {
    row::Model { window_failed: row.window_failed.saturating_add(1), failed: row.failed.saturating_add(1), ..row }
}

/// Makes a generator for the caller, which waits for its first code.
///
/// # Errors
/// 403 for whoever acts by a session made from another one, or may not use codes; 412 without proof.
pub async fn offer_own(context: &RequestContext, given: &TotpProof) -> Result<TotpGenerator, ApiError> {
    let user = own_above(context).await?;
    let proof = prove(context, given.password.as_deref(), given.authorization.as_deref(), INITIALIZE_TOTP).await?;
    offer(context, &user, &proof).await
}

/// Makes a generator for a user, which waits for its first code.
///
/// # Errors
/// 403 for a caller who does not hold what that user holds, or where codes are not enabled.
pub async fn offer_to(context: &RequestContext, user: &subject::Model) -> Result<TotpGenerator, ApiError> {
    offer(context, user, &Proof::default()).await
}

async fn offer(context: &RequestContext, user: &subject::Model, proof: &Proof) -> Result<TotpGenerator, ApiError> {
    if user.methods & method::TOTP == 0 {
        return Err(ApiError::forbidden("totp.not.enabled", "Time-based codes are not enabled for this user"));
    }
    let platform = &context.platform;
    let (seed, id) = (Seed::new(&platform.ids), platform.ids.uuid());
    let cookie = URL_SAFE_NO_PAD.encode(platform.ids.bytes::<32>());
    let waiting = row::Model {
        id,
        user_id: user.id,
        seed: seed.seal(platform, id)?,
        cookie_hash: Some(hash(&cookie)),
        created_at: platform.clock.now(),
        last_step: 0,
        verified_in: None,
        window_began: 0,
        window_failed: 0,
        failed: 0,
    };
    let offered = context.change(async |transaction| {
        // Two at the same moment: one after the other.
        users::by_id_locked(transaction, user.id).await?;
        proof.spend(transaction).await?;
        refuse_mightier(context, transaction, user.id).await?;
        totp::offer(transaction, waiting).await?;
        Ok(((), recorded(context, user, None, Some("pending"))))
    });
    offered.await?;
    Ok(TotpGenerator {
        user_name: user.short_name.clone(),
        seed_base32: seed.base32(),
        seed_base64: STANDARD.encode(seed.bytes()),
        key_algorithm: ALGORITHM.to_owned(),
        pass_code_length: DIGITS,
        otpauth_uri: seed.uri("Argus", &user.short_name),
        cookie,
    })
}

/// Takes the caller's waiting generator into use, by its first code.
///
/// # Errors
/// 412 on `cookie` when none waits under it, on `verificationCode` for a wrong code.
pub async fn verify(context: &RequestContext, cookie: &str, code: &str) -> Result<(), ApiError> {
    let (user, now) = (own(context).await?, context.platform.clock.now());
    let Some(step) = first_step(context, user.id, cookie, code, now).await? else {
        return Err(ApiError::field("verificationCode", "invalid.field.value", "The code is not right"));
    };
    let done = context.change_identity(Changed::Sessions, async |transaction| {
        let waiting = totp::pending_locked(transaction, user.id).await?;
        // Taken into use, or replaced, by another request meanwhile.
        let waiting = waiting.filter(|row| is_of(row, cookie, now)).ok_or_else(no_such_cookie)?;
        let before = totp::active(transaction, user.id).await?;
        refuse_below(context, before.as_ref())?;
        totp::activate(transaction, waiting, step, session_of(context)?).await?;
        if before.is_some() {
            end_sessions(context, transaction, &user).await?;
        }
        Ok(((), recorded(context, &user, before.map(|_| "active"), Some("active"))))
    });
    done.await
}

/// The step of the first code, if it is right. A generator that saw too many wrong ones is withdrawn.
async fn first_step(
    context: &RequestContext,
    user_id: i64,
    cookie: &str,
    code: &str,
    now: Nanos,
) -> Result<Option<i64>, ApiError> {
    let platform = &context.platform;
    let transaction = platform.db.begin().await?;
    let waiting = totp::pending_locked(&transaction, user_id).await?;
    let waiting = waiting.filter(|row| is_of(row, cookie, now)).ok_or_else(no_such_cookie)?;
    let step = Seed::open(platform, waiting.id, &waiting.seed)?.step_of(code, now);
    if step.is_none() {
        let waiting = wrong(waiting);
        if i64::from(waiting.failed) >= i64::from(platform.settings.limits.password_account) {
            totp::withdraw(&transaction, waiting).await?;
        } else {
            totp::note_try(&transaction, waiting).await?;
        }
        transaction.commit().await?;
    }
    Ok(step)
}

fn is_of(row: &row::Model, cookie: &str, now: Nanos) -> bool {
    now <= row.created_at.saturating_add(WAITS) && row.cookie_hash.as_deref() == Some(hash(cookie).as_slice())
}

fn no_such_cookie() -> ApiError {
    ApiError::field("cookie", "invalid.field.value", "No generator waits for a code under this cookie, or not any more")
}

/// Takes the caller's generator away.
///
/// # Errors
/// 403 as for setting one up; 412 when nobody would be left to administer.
pub async fn revoke_own(context: &RequestContext) -> Result<(), ApiError> {
    let user = own_above(context).await?;
    revoke(context, &user).await
}

/// Takes the generator of a user away.
///
/// # Errors
/// 403 for a caller who does not hold what that user holds; 412 when nobody would be left to administer.
pub async fn revoke(context: &RequestContext, user: &subject::Model) -> Result<(), ApiError> {
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Sessions, async |transaction| {
        administrators::lock(transaction).await?;
        refuse_mightier(context, transaction, user.id).await?;
        let before = totp::revoke(transaction, user.id).await?.then_some("active");
        end_sessions(context, transaction, user).await?;
        require_administrator(transaction, now).await?;
        Ok(((), recorded(context, user, before, None)))
    });
    done.await
}

/// Whoever has a generator in use comes by it before it is replaced or taken away, or else the password alone would do: with a
/// session of level administrative, or that in which the generator was taken into use.
fn refuse_below(context: &RequestContext, active: Option<&row::Model>) -> Result<(), ApiError> {
    let Some(active) = active else { return Ok(()) };
    let same = active.verified_in.is_some() && active.verified_in == session_of(context)?;
    if same || context.caller()?.level >= Level::Administrative {
        return Ok(());
    }
    let text = "Access denied: the security level administrative is needed, by a code of the generator in use; or an \
                administrator takes that away";
    Err(ApiError::forbidden("access.denied.level", text))
}

/// The caller, as [`own`], who comes by the generator in use where there is one.
async fn own_above(context: &RequestContext) -> Result<Arc<subject::Model>, ApiError> {
    let user = own(context).await?;
    refuse_below(context, totp::active(context.platform.db.reader(), user.id).await?.as_ref())?;
    Ok(user)
}

/// The session that the caller comes by, as it is stored with a generator.
fn session_of(context: &RequestContext) -> Result<Option<String>, ApiError> {
    Ok(context.caller()?.session_id().map(|id| id.to_string()))
}

/// Sessions that were made by a generator end with it; not that of the caller.
async fn end_sessions(
    context: &RequestContext,
    transaction: &impl ConnectionTrait,
    user: &subject::Model,
) -> Result<(), ApiError> {
    let (own, now) = (context.caller()?.session_id(), context.platform.clock.now());
    Ok(sessions::end_made_by(transaction, user.id, AuthMethod::Totp.name(), own, now).await?)
}

/// The caller, who is here by a credential of its own: what is set up outlives the session that it is set up by.
async fn own(context: &RequestContext) -> Result<Arc<subject::Model>, ApiError> {
    let principal = context.caller()?;
    if principal.is_derived() || principal.impersonator.is_some() {
        let text = "A session that was made from another credential cannot do this";
        return Err(ApiError::forbidden("access.denied", text));
    }
    let user = context.platform.directory.user(principal.user_id).await?;
    user.ok_or_else(|| ApiError::not_found("user"))
}

fn recorded(context: &RequestContext, user: &subject::Model, before: Option<&str>, after: Option<&str>) -> Record {
    let state = |state: &str| json!({ "totp": state });
    context.record().about("USER", user.id.to_string(), before.map(state), after.map(state))
}

fn hash(cookie: &str) -> Vec<u8> {
    digest(&SHA256, cookie.as_bytes()).as_ref().to_vec()
}
