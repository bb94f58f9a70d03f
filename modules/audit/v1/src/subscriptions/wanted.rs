//! What a body asks of a subscription.

use argus_audit_log::search::Events;
use argus_audit_webhooks::{Target, delivered};
use argus_core::access::{Caller, Gate};
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::CallerNames;
use argus_core::search::{Bound, Criteria, parse_time};
use serde_json::Value;

use crate::model::subscription::{MessageType, bits};
use crate::{ManageAuditSubscriptions, ViewAuditEvents, criteria as checks};

/// The longest criteria, in bytes.
const LONGEST_CRITERIA: usize = 64 * 1024;

/// Members of criteria that say nothing about events.
const OF_PAGES: [&str; 5] = ["limit", "offset", "sortBy", "cursor", "count"];

/// Notes what is wrong with an address.
pub fn check_url(caller: &Caller<ManageAuditSubscriptions>, url: &str, errors: &mut FieldErrors) {
    if errors.has("url") {
        return;
    }
    match Target::parse(url) {
        Err(problem) => errors.add("url", "invalid.field.value", problem),
        Ok(target) if target.is_forbidden(&caller.platform.settings.webhooks.allowed_networks) => {
            let text = "Its address is not of the public Internet, and not in webhooks.allowed_networks";
            errors.add("url", "invalid.field.value", text);
        }
        Ok(_) => {}
    }
}

/// The bits of types, at least one; notes it when there is none.
pub fn events(field: &str, wanted: &[MessageType], errors: &mut FieldErrors) -> i32 {
    some(field, bits(wanted), errors)
}

/// Those bits; notes it when there is none.
pub fn some(field: &str, bits: i32, errors: &mut FieldErrors) -> i32 {
    if bits == 0 && !errors.has(field) {
        errors.add(field, "missing.field.value", "At least one type of messages is to be there");
    }
    bits
}

/// Criteria as they are kept, if they are sound.
///
/// # Errors
/// When the store fails; what is wrong with them goes into `errors`, below `criteria`.
pub async fn criteria(
    caller: &Caller<ManageAuditSubscriptions>,
    mut given: Value,
    errors: &mut FieldErrors,
) -> Result<String, ApiError> {
    if let Some(members) = given.as_object_mut() {
        members.retain(|name, _| !OF_PAGES.contains(&name.as_str()));
    }
    let text = given.to_string();
    if text.len() > LONGEST_CRITERIA {
        errors.add("criteria", "invalid.field.length", format!("More than {LONGEST_CRITERIA} bytes"));
        return Ok(text);
    }
    check_times(&given, "criteria", caller.received, errors);
    if given.get("includeDeleted") == Some(&Value::Bool(true)) {
        let text = "What retention took away is not delivered";
        errors.add("criteria.includeDeleted", "invalid.field.value", text);
    }
    let principal = caller.principal()?;
    let scope = principal.customers_for(ViewAuditEvents::NAME);
    let names = CallerNames { platform: &caller.platform, scope, domain: Some(principal.domain_id) };
    checks::check_member(&Criteria::<Events>::from_json(&given, caller.received), &names, errors).await?;
    Ok(text)
}

/// Notes relative times: nobody could say what they count from, since the criteria stand for long.
fn check_times(level: &Value, path: &str, now: Nanos, errors: &mut FieldErrors) {
    // Far enough apart for any of their units.
    let later = now.saturating_add(1_000 * NANOS_PER_DAY);
    for name in ["startTimestamp", "endTimestamp"] {
        let Some(time) = level.get(name) else { continue };
        let at = |now| parse_time(time, now, Bound::Start).ok();
        if at(now) != at(later) {
            let text = "A relative time means nothing here: the subscription stands for long";
            errors.add(format!("{path}.{name}"), "invalid.field.value", text);
        }
    }
    let below = level.get("subCriteria").and_then(Value::as_array);
    for inner in below.into_iter().flatten() {
        // Deeper criteria than there may be are refused for that; a body has a bound of its own.
        check_times(inner, &format!("{path}.subCriteria"), now, errors);
    }
}

/// Sees that the caller may see whatever a subscription of that customer, made by that user, delivers. Who may not could
/// otherwise have it sent to itself.
///
/// # Errors
/// 403, or when the store fails.
pub async fn require_seen(
    caller: &Caller<ManageAuditSubscriptions>,
    maker: i64,
    customer: i64,
) -> Result<(), ApiError> {
    // Where nothing is delivered there is nothing to be seen; but nobody makes a subscription of that.
    let own = caller.principal()?.user_id == maker;
    let seen = caller.principal()?.customers_for(ViewAuditEvents::NAME);
    match delivered(&caller.platform, maker, customer).await? {
        Ok(scope) if seen.and(&scope) == scope => Ok(()),
        Err(_) if !own => Ok(()),
        _ => {
            let text = "Access denied: you do not hold viewAuditEvents on all customers whose events it delivers";
            Err(ApiError::forbidden("access.denied.escalation", text))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn relative_times_are_found_at_any_depth() {
        let now = 1_767_225_600_000_000_000;
        for (criteria, found) in [
            (json!({ "startTimestamp": "now - 1 day" }), vec!["criteria.startTimestamp"]),
            (json!({ "endTimestamp": "startOfYear" }), vec!["criteria.endTimestamp"]),
            (json!({ "startTimestamp": 1_767_225_600_000_i64, "endTimestamp": "2030-01-01T00:00Z" }), vec![]),
            (
                json!({ "subCriteria": [{ "subCriteria": [{ "endTimestamp": "now" }] }] }),
                vec!["criteria.subCriteria.subCriteria.endTimestamp"],
            ),
            // What is no time at all is told of by the criteria themselves.
            (json!({ "startTimestamp": "soon", "endTimestamp": null }), vec![]),
        ] {
            let mut errors = FieldErrors::default();
            check_times(&criteria, "criteria", now, &mut errors);
            let fields: Vec<String> =
                ApiError::from(errors).messages.into_iter().filter_map(|message| message.field).collect();
            assert_eq!(fields, found, "{criteria}");
        }
    }

    #[test]
    fn what_is_delivered_is_what_this_module_lets_see() {
        assert_eq!(argus_audit_webhooks::VIEW, ViewAuditEvents::NAME);
    }
}
