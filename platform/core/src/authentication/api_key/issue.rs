//! Making keys, and the limits of what a key may be (requirements S2-11..16).

use argus_identity::entity::{api_key, subject};
use argus_identity::{keys, users};
use ipnet::IpNet;
use sea_orm::{ConnectionTrait, NotSet, Set};

use super::wire::{KeyRequest, SessionConstraints};
use super::{KeyId, KeyText, sources};
use crate::app::Platform;
use crate::authentication::Principal;
use crate::clock::{Ids, NANOS_PER_DAY, Nanos};
use crate::directory::Tree;
use crate::error::{ApiError, FieldErrors};
use crate::rights::CustomerSet;
use crate::search::folded_column;
use crate::wire::check_safe;

/// The longest period of a key that a plain user makes, in days.
pub const MAX_DAYS: i32 = 365;

/// The period of a key whose maker does not say, in days.
const DEFAULT_DAYS: i32 = 90;

/// Keys that a user may have at the same time.
const MOST_KEYS: usize = 10_000;

/// Makes a key for `owner` inside the transaction of the request. `administrator` may leave out expiry and sources.
/// `errors` has what is wrong with the request already.
///
/// # Errors
/// 412 naming every bad field, 403 when the owner may not use keys.
pub async fn issue(
    transaction: &impl ConnectionTrait,
    platform: &Platform,
    owner: &subject::Model,
    maker: &Principal,
    administrator: bool,
    request: &KeyRequest,
    errors: &mut FieldErrors,
) -> Result<(KeyText, api_key::Model), ApiError> {
    if owner.methods & users::method::API_KEY == 0 {
        let text = "API keys are not enabled for this user";
        return Err(ApiError::forbidden("apikey.not.enabled", text));
    }
    let (tree, now) = (platform.directory.tree().await?, platform.clock.now());
    check_description(&request.description, errors);
    let forever = request.disable_expiration == Some(true);
    let valid_until = period(request.expiration_days, forever, administrator, now, errors);
    let sources = sources::read(request, administrator, errors);
    let cut = Cut::read(request.session_constraints.as_ref(), &tree, &maker.rights.customers(), errors);
    std::mem::take(errors).finish()?;
    if keys::of_user(transaction, owner.id).await?.len() >= MOST_KEYS {
        return Err(ApiError::unmet("apikey.too.many", format!("A user can have {MOST_KEYS} keys")));
    }
    let id = KeyId { user: owner.id, idx: keys::next_index(transaction, owner.id).await? };
    let made = Made { id, maker: maker.user_id, description: &request.description, valid_until, sources, cut, now };
    made.insert(transaction, &platform.ids).await
}

/// Makes the first administrator's key: 90 days, loopback only.
///
/// # Errors
/// When the store fails.
pub async fn issue_for_bootstrap(
    transaction: &impl ConnectionTrait,
    ids: &Ids,
    owner: &subject::Model,
    now: Nanos,
) -> Result<KeyText, ApiError> {
    let loopback = ["127.0.0.0/8", "::1/128"].iter().filter_map(|network| network.parse().ok()).collect();
    let made = Made {
        id: KeyId { user: owner.id, idx: keys::next_index(transaction, owner.id).await? },
        maker: owner.id,
        description: "First key, made at the first start",
        valid_until: Some(now + i64::from(DEFAULT_DAYS) * NANOS_PER_DAY),
        sources: Some(loopback),
        cut: Cut::default(),
        now,
    };
    made.insert(transaction, ids).await.map(|(text, _)| text)
}

struct Made<'a> {
    id: KeyId,
    maker: i64,
    description: &'a str,
    valid_until: Option<Nanos>,
    sources: Option<Vec<IpNet>>,
    cut: Cut,
    now: Nanos,
}

impl Made<'_> {
    async fn insert(
        self,
        transaction: &impl ConnectionTrait,
        ids: &Ids,
    ) -> Result<(KeyText, api_key::Model), ApiError> {
        let text = KeyText::generate(self.id, ids);
        let prefix = self.id.to_string();
        let row = api_key::ActiveModel {
            id: NotSet,
            user_id: Set(self.id.user),
            idx: Set(self.id.idx),
            secret_hash: Set(text.secret_hash()),
            previous_hash: Set(None),
            previous_until: Set(None),
            rotated_at: Set(None),
            folded: Set(folded(self.description, &prefix)),
            description: Set(self.description.to_owned()),
            prefix: Set(prefix),
            created_at: Set(self.now),
            created_by: Set(self.maker),
            valid_until: Set(self.valid_until),
            sources: Set(list(self.sources.as_ref())?),
            functions: Set(list(self.cut.functions.as_ref())?),
            customers: Set(list(self.cut.customers.as_ref())?),
            read_only: Set(self.cut.read_only),
            revoked_at: Set(None),
            last_used_at: Set(None),
            last_used_ip: Set(None),
        };
        Ok((text, keys::insert(transaction, row).await?))
    }
}

pub(super) fn folded(description: &str, prefix: &str) -> Option<String> {
    folded_column(&[("description", Some(description)), ("prefix", Some(prefix))])
}

pub(crate) fn list<T: serde::Serialize>(items: Option<&Vec<T>>) -> Result<Option<String>, ApiError> {
    items.map(|items| serde_json::to_string(items).map_err(ApiError::internal)).transpose()
}

/// A description is needed, and SAFE.
pub(super) fn check_description(text: &str, errors: &mut FieldErrors) {
    check_text("description", text, errors);
}

/// The same of any field.
pub(crate) fn check_text(field: &str, text: &str, errors: &mut FieldErrors) {
    if text.trim().is_empty() {
        errors.add(field, "missing.field.value", "This field is required");
    } else {
        check_safe(field, Some(text), errors);
    }
}

/// The end of a period that begins now; none for no end.
pub(super) fn period(
    days: Option<i32>,
    forever: bool,
    administrator: bool,
    now: Nanos,
    errors: &mut FieldErrors,
) -> Option<Nanos> {
    let days = if forever { 0 } else { days.unwrap_or(DEFAULT_DAYS) };
    let field = if forever { "disableExpiration" } else { "expirationDays" };
    if !administrator && days == 0 {
        errors.add(field, "apikey.expiration.required", "Only an administrator can make a key that never expires");
    } else if !administrator && days > MAX_DAYS {
        errors.add(field, "apikey.expiration.too.long", format!("At most {MAX_DAYS} days"));
    }
    (days != 0).then(|| now.saturating_add(i64::from(days) * NANOS_PER_DAY))
}

/// Functions and customers that a key is cut to; none is no cut.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cut {
    pub(crate) functions: Option<Vec<String>>,
    pub(crate) customers: Option<Vec<i64>>,
    pub(crate) read_only: bool,
}

impl Cut {
    /// Reads constraints; an unknown function, and a customer that is unknown or that the caller cannot see, are refused;
    /// an empty list is no cut.
    pub(crate) fn read(
        given: Option<&SessionConstraints>,
        tree: &Tree,
        visible: &CustomerSet,
        errors: &mut FieldErrors,
    ) -> Self {
        let Some(given) = given else { return Self::default() };
        let mut functions = Vec::new();
        for name in given.function.iter().flatten() {
            match tree.find_function(name) {
                Some(function) => functions.push(function.name.clone()),
                None => errors.add("sessionConstraints.function", "invalid.field.value", "Unknown function"),
            }
        }
        for id in given.function_id.iter().flatten() {
            match tree.function(*id) {
                Some(function) => functions.push(function.name.clone()),
                None => errors.add("sessionConstraints.functionID", "invalid.field.value", "Unknown function"),
            }
        }
        let customers: Vec<i64> = given.customer_id.iter().flatten().copied().collect();
        if customers.iter().any(|id| tree.customer(*id).is_none() || !visible.contains(*id)) {
            errors.add("sessionConstraints.customerID", "invalid.field.value", "Unknown customer");
        }
        functions.sort();
        functions.dedup();
        Self {
            functions: (!functions.is_empty()).then_some(functions),
            customers: (!customers.is_empty()).then_some(customers),
            read_only: given.read_only == Some(true),
        }
    }
}
