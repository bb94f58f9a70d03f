//! Taking away, for good, what is kept for a customer and its users.
//!
//! The audit trail is never touched, and whatever it refers to stays: who was who, and who could do what. What users kept
//! here, what others kept about them, and all by which they could come in goes. [`TABLES`] says so of every table.

use argus_core::authentication::authorization::{CUSTOMER_ID, PRUNE_CUSTOMER_DATA};
use argus_core::authentication::proof::{Proof, prove_on};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_customers_store::prune::belongings;
use argus_identity::customers::flag;
use argus_identity::entity::customer;
use argus_identity::prune::people;
use sea_orm::Set;
use serde_json::{Map, Value};

use super::customer::{change_saying, touched};

/// What becomes of a table's rows when a customer is pruned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Those of the customer, or of its users and groups, are removed.
    Removed,
    /// They stay, with less in them.
    Emptied,
    /// They stay as they are.
    Kept,
}

/// Every table of Argus but those of the trail (`event...`, `audit_...` and `log_...`, which are kept), what becomes of its rows, and why.
pub const TABLES: [(&str, Fate, &str); 34] = [
    ("api_key", Fate::Emptied, "revoked, last use forgotten; the log names keys by their indexes"),
    ("customer", Fate::Emptied, "marked customerDataDeleted; the log and the tree refer to it"),
    ("customer_logo", Fate::Removed, ""),
    ("customer_property", Fate::Removed, "the customer's own; what it inherits is of others"),
    ("customer_role", Fate::Removed, "for this customer; that its users have a role for others is kept for those"),
    ("domain", Fate::Kept, "of all customers"),
    ("function", Fate::Kept, "of all customers"),
    ("function_child", Fate::Kept, "of all customers"),
    ("idempotency_key", Fate::Kept, "hashes; a sender is answered as the first time for the life of the log"),
    ("identity_epoch", Fate::Kept, "counts changes"),
    ("job", Fate::Kept, "who took what out of the log; files go when their time is over"),
    ("mail", Fate::Kept, "who was told what; gone a month after it was sent or given up"),
    ("membership", Fate::Kept, "who could do what"),
    ("one_time_key", Fate::Removed, ""),
    ("openid_link", Fate::Removed, ""),
    ("password_history", Fate::Removed, ""),
    ("permission", Fate::Kept, "who could do what"),
    ("property_descriptor", Fate::Kept, "of all customers"),
    ("property_descriptor_value", Fate::Kept, "of all customers"),
    ("public_key", Fate::Emptied, "as api_key"),
    (
        "report_schedule",
        Fate::Kept,
        "what somebody wanted to be reported; the customer being disabled, nothing is made by it",
    ),
    ("seaql_migrations", Fate::Kept, "says which tables there are"),
    ("session", Fate::Removed, "the customer being disabled, they are over"),
    ("signature_nonce", Fate::Kept, "a digest that nobody can be told by; gone within hours"),
    ("signature_pin", Fate::Kept, "a number of seconds"),
    ("spectra_account", Fate::Removed, "address and access key; its number is given to nobody else"),
    ("subject", Fate::Emptied, "number, names and rights stay; contact, password, methods and last login go"),
    ("subject_picture", Fate::Removed, ""),
    ("totp", Fate::Removed, ""),
    ("used_authorization", Fate::Kept, "says only that a token was used; gone within weeks"),
    ("user_preference", Fate::Removed, ""),
    ("webhook_delivery", Fate::Removed, ""),
    ("webhook_redelivery", Fate::Removed, ""),
    ("webhook_subscription", Fate::Removed, "addresses and secrets; that they were there the log says"),
];

/// Checks the authorization to take away what is kept for this customer.
///
/// # Errors
/// 412 on `token` for one that is missing, wrong, late, somebody else's, or for another customer.
pub async fn authorized(
    context: &RequestContext,
    customer: &customer::Model,
    token: Option<&str>,
) -> Result<Proof, ApiError> {
    let id = customer.id.to_string();
    prove_on(context, ("token", token), PRUNE_CUSTOMER_DATA, (CUSTOMER_ID, &id)).await
}

/// Takes it away. The record says how much of what there was.
///
/// # Errors
/// 412 for a customer that is not disabled, for one that was pruned and has nothing again, and for an authorization that
/// was used.
pub async fn prune(
    context: &RequestContext,
    found: &customer::Model,
    proof: Proof,
) -> Result<customer::Model, ApiError> {
    let now = context.platform.clock.now();
    let done = change_saying(context, found, true, async |transaction, before| {
        proof.spend(transaction).await?;
        let mut counts = belongings(transaction, before.id).await?;
        counts.extend(argus_audit_webhooks::remove_of(transaction, before.id).await?);
        counts.extend(people(transaction, before.id, now).await?);
        let pruned = before.flags & flag::DATA_DELETED != 0;
        if pruned && counts.iter().all(|(_, count)| *count == 0) {
            return Err(ApiError::unmet("customer.data.deleted", "The customer's data were removed already"));
        }
        let mut row = touched(context, before.id)?;
        row.flags = Set(before.flags | flag::DATA_DELETED);
        let counts: Map<String, Value> =
            counts.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
        Ok((row, Map::from_iter([("removed".to_owned(), counts.into())])))
    });
    done.await
}
