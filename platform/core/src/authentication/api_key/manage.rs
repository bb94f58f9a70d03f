//! Changing keys: narrowing, renewing, rotating, revoking.

use argus_identity::entity::api_key;
use argus_identity::keys;
use ipnet::IpNet;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde_json::Value;

use super::issue::{Cut, check_description, folded, list, period};
use super::wire::{KeyRenewal, SessionConstraints};
use super::{KeyId, KeyText, parse_list, sources};
use crate::app::Platform;
use crate::authentication::Principal;
use crate::clock::NANOS_PER_MILLI;
use crate::directory::Tree;
use crate::error::{ApiError, FieldErrors};

/// The longest a rotated secret may live on, in seconds: a day.
const MOST_GRACE: i64 = 86_400;

/// What may change about a key. A plain user can only make it narrower.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Another description.
    pub description: Option<String>,
    /// Networks to add.
    pub add: Vec<String>,
    /// Networks to remove.
    pub remove: Vec<String>,
    /// Other constraints.
    pub constraints: Option<SessionConstraints>,
}

impl Narrow {
    /// Whether what the key can do, or from where, may change.
    pub(super) fn is_more_than_words(&self) -> bool {
        !self.add.is_empty() || !self.remove.is_empty() || self.constraints.is_some()
    }
}

/// The key with that id, revoked ones only where `revoked` says so.
///
/// # Errors
/// 404 when there is none.
pub async fn find(db: &impl ConnectionTrait, id: KeyId, revoked: bool) -> Result<api_key::Model, ApiError> {
    let found = keys::find(db, id.user, id.idx).await?;
    found.filter(|row| revoked || row.revoked_at.is_none()).ok_or_else(|| ApiError::not_found("API key"))
}

/// Changes description, sources and constraints. `errors` has what is wrong with the change already.
///
/// # Errors
/// 412 naming every bad field, also where a plain user would widen the key.
pub async fn update(
    transaction: &impl ConnectionTrait,
    platform: &Platform,
    row: &api_key::Model,
    caller: &Principal,
    administrator: bool,
    change: &Narrow,
    errors: &mut FieldErrors,
) -> Result<api_key::Model, ApiError> {
    let tree = platform.directory.tree().await?;
    let mut active = api_key::ActiveModel { id: Set(row.id), ..<api_key::ActiveModel as ActiveModelTrait>::default() };
    if let Some(description) = &change.description {
        check_description(description, errors);
        active.description = Set(description.clone());
        active.folded = Set(folded(description, &row.prefix));
    }
    if !change.add.is_empty() || !change.remove.is_empty() {
        let after = changed_sources(row, administrator, change, errors)?;
        active.sources = Set(list(after.as_ref())?);
    }
    if let Some(given) = &change.constraints {
        let cut = Cut::read(Some(given), &tree, &caller.rights.customers(), errors);
        if !administrator {
            check_narrower(row, &cut, &tree, errors)?;
        }
        active.functions = Set(list(cut.functions.as_ref())?);
        active.customers = Set(list(cut.customers.as_ref())?);
        active.read_only = Set(cut.read_only);
    }
    std::mem::take(errors).finish()?;
    Ok(keys::update(transaction, active).await?)
}

fn changed_sources(
    row: &api_key::Model,
    administrator: bool,
    change: &Narrow,
    errors: &mut FieldErrors,
) -> Result<Option<Vec<IpNet>>, ApiError> {
    let texts = |list: &[String]| list.iter().map(|text| Value::String(text.clone())).collect::<Vec<_>>();
    let add = sources::read_networks("addValidSources", &texts(&change.add), errors);
    let remove = sources::read_networks("removeValidSources", &texts(&change.remove), errors);
    let before: Option<Vec<IpNet>> = parse_list(row.sources.as_deref())?;
    let within = |new: &IpNet| before.as_ref().is_none_or(|old| old.iter().any(|known| known.contains(new)));
    if !administrator && !add.iter().all(within) {
        errors.add("addValidSources", "apikey.widening", "A key can only be made narrower");
    }
    if !administrator {
        sources::check_width("addValidSources", &add, errors);
    }
    let kept = before.unwrap_or_default().into_iter().filter(|network| !remove.contains(network));
    let mut after: Vec<IpNet> = kept.collect();
    for network in add {
        if !after.contains(&network) {
            after.push(network);
        }
    }
    if after.is_empty() && !administrator {
        errors.add("removeValidSources", "apikey.source.required", "At least one source must stay");
    }
    if after.len() > sources::MOST_SOURCES {
        errors.add(
            "addValidSources",
            "invalid.field.length",
            format!("A key can have at most {} sources", sources::MOST_SOURCES),
        );
    }
    Ok((!after.is_empty()).then_some(after))
}

fn check_narrower(row: &api_key::Model, cut: &Cut, tree: &Tree, errors: &mut FieldErrors) -> Result<(), ApiError> {
    let functions: Option<Vec<String>> = parse_list(row.functions.as_deref())?;
    let customers: Option<Vec<i64>> = parse_list(row.customers.as_deref())?;
    let reached = |before: &[i64], customer: &i64| before.iter().any(|group| tree.reach(*group).contains(*customer));
    let wider = is_wider(functions.as_ref(), cut.functions.as_ref(), |before, function| before.contains(function))
        || is_wider(customers.as_ref(), cut.customers.as_ref(), reached)
        || (row.read_only && !cut.read_only);
    if wider {
        errors.add("sessionConstraints", "apikey.widening", "A key can only be made narrower");
    }
    Ok(())
}

fn is_wider<T>(before: Option<&Vec<T>>, after: Option<&Vec<T>>, within: impl Fn(&[T], &T) -> bool) -> bool {
    match (before, after) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(before), Some(after)) => !after.iter().all(|item| within(before, item)),
    }
}

/// Gives a key another period, from now.
///
/// # Errors
/// 412 for a revoked key or a period that is not allowed.
pub async fn renew(
    transaction: &impl ConnectionTrait,
    platform: &Platform,
    row: &api_key::Model,
    administrator: bool,
    request: &KeyRenewal,
) -> Result<api_key::Model, ApiError> {
    refuse_revoked(row)?;
    let mut errors = FieldErrors::default();
    let forever = request.disable_expiration == Some(true);
    let valid_until = period(request.expiration_days, forever, administrator, platform.clock.now(), &mut errors);
    errors.finish()?;
    let mut active = api_key::ActiveModel { id: Set(row.id), ..<api_key::ActiveModel as ActiveModelTrait>::default() };
    active.valid_until = Set(valid_until);
    Ok(keys::update(transaction, active).await?)
}

/// Gives a key another secret; the one it had lives on for `grace_seconds`, the one before it ends at once.
///
/// # Errors
/// 412 for a revoked key or a grace that is not allowed.
pub async fn rotate(
    transaction: &impl ConnectionTrait,
    platform: &Platform,
    row: &api_key::Model,
    grace_seconds: i64,
) -> Result<(KeyText, api_key::Model), ApiError> {
    refuse_revoked(row)?;
    if !(0..=MOST_GRACE).contains(&grace_seconds) {
        let text = format!("Must be between 0 and {MOST_GRACE}");
        return Err(ApiError::field("graceSeconds", "invalid.field.range", text));
    }
    let now = platform.clock.now();
    let text = KeyText::generate(KeyId { user: row.user_id, idx: row.idx }, &platform.ids);
    let lives_on = grace_seconds > 0;
    let mut active = api_key::ActiveModel { id: Set(row.id), ..<api_key::ActiveModel as ActiveModelTrait>::default() };
    active.secret_hash = Set(text.secret_hash());
    active.previous_hash = Set(lives_on.then(|| row.secret_hash.clone()));
    active.previous_until = Set(lives_on.then_some(now + grace_seconds * 1_000 * NANOS_PER_MILLI));
    active.rotated_at = Set(Some(now));
    Ok((text, keys::update(transaction, active).await?))
}

/// Revokes a key, for good.
///
/// # Errors
/// When the store fails.
pub async fn revoke(
    transaction: &impl ConnectionTrait,
    platform: &Platform,
    row: &api_key::Model,
) -> Result<api_key::Model, ApiError> {
    let mut active = api_key::ActiveModel { id: Set(row.id), ..<api_key::ActiveModel as ActiveModelTrait>::default() };
    active.revoked_at = Set(Some(platform.clock.now()));
    active.previous_hash = Set(None);
    active.previous_until = Set(None);
    Ok(keys::update(transaction, active).await?)
}

fn refuse_revoked(row: &api_key::Model) -> Result<(), ApiError> {
    if row.revoked_at.is_some() {
        return Err(ApiError::unmet("apikey.revoked", "A revoked key stays revoked; make another"));
    }
    Ok(())
}
