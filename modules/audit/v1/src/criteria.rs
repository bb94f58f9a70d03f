//! Criteria of events, understood for a caller.

use argus_audit_log::search::Events;
use argus_core::access::{Caller, CustomerSet, Gate};
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Draft, Names, Searchable};
use poem::http::StatusCode;
use serde_json::Value;

use crate::{ViewAuditEvents, output};

/// The criteria, with what they name found among what the caller may see.
///
/// # Errors
/// 403 when deleted events are asked for by whoever may not see them; 412 with every bad field.
pub async fn resolved<S: Searchable>(
    caller: &Caller<ViewAuditEvents>,
    draft: &Draft<S>,
) -> Result<Criteria<S>, ApiError> {
    output::refuse_deleted(caller, draft)?;
    draft.resolve(&names(caller)).await
}

/// What names mean to a caller, by the function of the operation.
pub fn names<G: Gate>(caller: &Caller<G>) -> CallerNames<'_> {
    let domain = caller.principal().map(|principal| principal.domain_id).ok();
    CallerNames { platform: &caller.platform, scope: caller.scope(), domain }
}

/// Members that say which part of an answer is wanted, or from when events are: of no sense where criteria stand for all
/// events to come.
const NOT_STANDING: [&str; 9] = [
    "limit",
    "offset",
    "sortBy",
    "cursor",
    "count",
    "startTimestamp",
    "endTimestamp",
    "timeFieldStrategy",
    "timeMatchStrategy",
];

/// Checks criteria that stand for all events to come, given in a body's member `criteria`. Customers and users are those of
/// a scope.
///
/// # Errors
/// When the store fails; what is wrong with them goes into `errors`, as `criteria.<member>`.
pub async fn check_standing(
    context: &RequestContext,
    scope: CustomerSet,
    criteria: &Value,
    errors: &mut FieldErrors,
) -> Result<(), ApiError> {
    let draft = Criteria::<Events>::from_json(criteria, context.received);
    for member in NOT_STANDING.into_iter().filter(|member| draft.has_anywhere(member)) {
        errors.add(format!("criteria.{member}"), "invalid.field.value", "Means nothing for events to come");
    }
    let domain = context.principal().map(|principal| principal.domain_id);
    check_member(&draft, &CallerNames { platform: &context.platform, scope, domain }, errors).await
}

/// Checks criteria that are a body's member `criteria`.
///
/// # Errors
/// When the store fails; what is wrong with them goes into `errors`, as `criteria.<member>`.
pub async fn check_member<S: Searchable>(
    draft: &Draft<S>,
    names: &dyn Names,
    errors: &mut FieldErrors,
) -> Result<(), ApiError> {
    match draft.resolve(names).await {
        Ok(_) => Ok(()),
        Err(error) if error.status == StatusCode::PRECONDITION_FAILED => {
            for message in error.messages {
                let field = message.field.map_or_else(|| "criteria".to_owned(), |field| format!("criteria.{field}"));
                if !errors.has(&field) {
                    errors.add(field, message.template, message.text);
                }
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}
