//! Keys on their way into the store.

use std::collections::HashSet;

use argus_identity::entity::{public_key, subject};
use argus_identity::{signatures, users};
use ipnet::IpNet;
use sea_orm::{DatabaseTransaction, NotSet, Set};
use serde_json::Value;

use super::service::recorded;
use crate::authentication::api_key::wire::SessionConstraints;
use crate::authentication::api_key::{Cut, check_text, list, read_networks};
use crate::clock::{NANOS_PER_DAY, Nanos};
use crate::context::RequestContext;
use crate::directory::Changed;
use crate::error::{ApiError, FieldErrors};
use crate::rights::require_held_by_all;

/// Keys that a user may have at the same time.
const MOST_KEYS: usize = 100;

/// What keys are called whose makers give no name.
const NAMELESS: &str = "Signature key";

/// What a key is to be, beside the key itself.
pub(super) struct Wanted {
    name: String,
    valid_until: Option<Nanos>,
    sources: Vec<IpNet>,
    cut: Cut,
}

impl Wanted {
    pub(super) async fn read(
        context: &RequestContext,
        name: Option<&str>,
        days: i32,
        sources: Option<&[String]>,
        constraints: Option<&SessionConstraints>,
        errors: &mut FieldErrors,
    ) -> Result<Self, ApiError> {
        let name = name.unwrap_or(NAMELESS);
        check_text("name", name, errors);
        let given: Vec<Value> = sources.unwrap_or_default().iter().cloned().map(Value::String).collect();
        let sources = read_networks("validSources", &given, errors);
        let tree = context.platform.directory.tree().await?;
        let cut = Cut::read(constraints, &tree, &context.caller()?.rights.customers(), errors);
        let until = context.platform.clock.now().saturating_add(i64::from(days) * NANOS_PER_DAY);
        Ok(Self { name: name.to_owned(), valid_until: (days != 0).then_some(until), sources, cut })
    }
}

/// A key.
pub(super) struct New {
    pub(super) kind: &'static str,
    pub(super) algorithm: &'static str,
    pub(super) der: Vec<u8>,
    /// None for the next free one.
    pub(super) index: Option<i64>,
}

/// Adds a key, or puts it in the place of the one that has its index.
///
/// # Errors
/// 403 for a maker who does not hold what the owner does, or where signatures are not enabled; 412 for too many.
pub(super) async fn add(
    context: &RequestContext,
    owner: &subject::Model,
    new: New,
    wanted: Wanted,
) -> Result<public_key::Model, ApiError> {
    if owner.methods & users::method::SIGNATURE == 0 {
        let text = "Signatures are not enabled for this user";
        return Err(ApiError::forbidden("signature.not.enabled", text));
    }
    let (maker, tree) = (context.caller()?, context.platform.directory.tree().await?);
    context
        .change_identity(Changed::PublicKeys, async |transaction| {
            // A key can do what its owner can; whoever makes it, also with a narrower credential, holds all of that.
            require_held_by_all(transaction, maker, &tree, owner.id).await?;
            let before = match new.index {
                Some(idx) => signatures::find(transaction, owner.id, idx).await?,
                None => None,
            };
            let row = row(context, transaction, owner, maker.user_id, &new, &wanted).await?;
            let row = match &before {
                Some(before) => {
                    // Another key under the same name starts with a clock of its own.
                    signatures::evict_pins(transaction, &HashSet::from([before.id]), context.platform.clock.now())
                        .await?;
                    signatures::update(transaction, public_key::ActiveModel { id: Set(before.id), ..row }).await?
                }
                None => signatures::insert(transaction, row).await?,
            };
            let record = recorded(context, before.as_ref(), Some(&row));
            Ok((row, record))
        })
        .await
}

async fn row(
    context: &RequestContext,
    transaction: &DatabaseTransaction,
    owner: &subject::Model,
    maker: i64,
    new: &New,
    wanted: &Wanted,
) -> Result<public_key::ActiveModel, ApiError> {
    let held = signatures::of_user(transaction, owner.id).await?;
    if held.iter().filter(|row| row.revoked_at.is_none()).count() >= MOST_KEYS {
        return Err(ApiError::unmet("signature.too.many", format!("A user can have {MOST_KEYS} signature keys")));
    }
    let idx = match new.index {
        Some(idx) => idx,
        None => signatures::next_index(transaction, owner.id).await?,
    };
    Ok(public_key::ActiveModel {
        id: NotSet,
        user_id: Set(owner.id),
        idx: Set(idx),
        kind: Set(new.kind.to_owned()),
        algorithm: Set(new.algorithm.to_owned()),
        public_key: Set(new.der.clone()),
        description: Set(wanted.name.clone()),
        created_at: Set(context.platform.clock.now()),
        created_by: Set(maker),
        valid_until: Set(wanted.valid_until),
        sources: Set(list((!wanted.sources.is_empty()).then_some(&wanted.sources))?),
        functions: Set(list(wanted.cut.functions.as_ref())?),
        customers: Set(list(wanted.cut.customers.as_ref())?),
        read_only: Set(wanted.cut.read_only),
        revoked_at: Set(None),
        last_used_at: Set(None),
        last_used_ip: Set(None),
    })
}
