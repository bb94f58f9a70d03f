//! Sessions made from the caller's own credential: narrower ones, and those of somebody else. Neither can do what the
//! credential it was made from cannot do, and neither outlives it.

use std::sync::Arc;

use argus_core::access::{Caller, Level};
use argus_core::authentication::session::{self, MOST_DEEP, NewSession, new_token};
use argus_core::authentication::{AuthMethod, parent_of};
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::{domain_of, find_user};
use argus_core::rights::CustomerSet;
use argus_identity::entity::subject;
use argus_identity::{sessions, users};
use poem::http::HeaderMap;
use poem_openapi::types::Any;
use serde_json::{Value, json};

use crate::Impersonate;
use crate::login::LoggedIn;
use crate::model::{Constraints, Impersonation};

/// Sessions that a user may have at the same time; logins are not counted against it.
const MOST_SESSIONS: u64 = 10_000;

/// Makes a narrower session for the caller.
///
/// # Errors
/// 412 naming every bad field, or when sessions were made from each other too often.
pub async fn constrain(
    context: &RequestContext,
    headers: &HeaderMap,
    request: &Constraints,
    errors: &mut FieldErrors,
) -> Result<LoggedIn, ApiError> {
    let principal = context.caller()?;
    let cut = Cut::read(context, request, &principal.rights.customers(), errors).await?;
    std::mem::take(errors).finish()?;
    let user = context.platform.directory.user(principal.user_id).await?;
    let new = NewSession {
        user_id: principal.user_id,
        method: principal.method,
        level: principal.level,
        from: context.client_ip,
        functions: cut.functions,
        customers: cut.customers,
        read_only: principal.read_only || request.read_only == Some(true),
        impersonator_id: principal.impersonator.as_ref().map(|who| who.user_id),
        parent: Some(parent_of(context, headers).await?),
        lifetime: None,
    };
    make(context, user.ok_or_else(|| ApiError::not_found("user"))?, new).await
}

/// Makes a session in which the caller acts as another user: with what both may do, and no more than asked for.
///
/// # Errors
/// 403 for a caller who acts as somebody else already; 412 naming every bad field.
pub async fn impersonate(
    caller: &Caller<Impersonate>,
    headers: &HeaderMap,
    request: &Impersonation,
    errors: &mut FieldErrors,
) -> Result<LoggedIn, ApiError> {
    let principal = caller.principal()?;
    if principal.impersonator.is_some() {
        let text = "Whoever acts as another user cannot act as a third one";
        return Err(ApiError::forbidden("impersonate.nested", text));
    }
    let user = other_user(caller, request, errors).await?;
    let level = level(request.security_level.as_deref(), principal.level, errors);
    let constraints = Constraints {
        customer: request.customer.clone(),
        function: request.function.clone(),
        ..Constraints::default()
    };
    let cut = Cut::read(caller, &constraints, &principal.rights.customers(), errors).await?;
    std::mem::take(errors).finish()?;
    let user = user.ok_or_else(|| ApiError::internal("a user was lost"))?;
    let new = NewSession {
        user_id: user.id,
        method: AuthMethod::Impersonated,
        level,
        from: caller.client_ip,
        functions: cut.functions,
        customers: cut.customers,
        read_only: principal.read_only,
        impersonator_id: Some(principal.user_id),
        parent: Some(parent_of(caller, headers).await?),
        lifetime: None,
    };
    make(caller, user, new).await
}

async fn make(context: &RequestContext, user: Arc<subject::Model>, new: NewSession) -> Result<LoggedIn, ApiError> {
    let platform = &context.platform;
    if context.principal().is_some_and(|principal| principal.depth >= MOST_DEEP) {
        let text = format!("At most {MOST_DEEP} sessions can be made one from the other");
        return Err(ApiError::unmet("session.too.deep", text));
    }
    let (token, now) = (new_token(&platform.ids), platform.clock.now());
    // A user's last impersonation is part of the user.
    let changed = if new.impersonator_id.is_some() { Changed::Everything } else { Changed::Sessions };
    let session = context.change_identity(changed, async |transaction| {
        if sessions::count_of(transaction, user.id, now).await? >= MOST_SESSIONS {
            let text = format!("A user can have {MOST_SESSIONS} sessions");
            return Err(ApiError::unmet("session.too.many", text));
        }
        if new.impersonator_id.is_some() {
            users::note_impersonation(transaction, user.id, now).await?;
        }
        let made = session::begin(transaction, platform, new.clone(), &token).await?;
        let after = json!({
            "userID": made.user_id, "level": made.level, "readOnly": made.read_only, "functions": made.functions,
            "customers": made.customers, "impersonatingUserID": made.impersonator_id, "validUntil": made.valid_until,
        });
        let record = context.record().about("SESSION", made.id.to_string(), None, Some(after));
        Ok((made, record))
    });
    Ok(LoggedIn { session: session.await?, user, token, authorizations: Vec::new() })
}

/// The user that the caller wants to act as.
async fn other_user(
    caller: &Caller<Impersonate>,
    request: &Impersonation,
    errors: &mut FieldErrors,
) -> Result<Option<Arc<subject::Model>>, ApiError> {
    let Some(name) = request.user.as_deref().or(request.user_name.as_deref()) else {
        errors.add("user", "missing.field.value", "This field is required");
        return Ok(None);
    };
    let domain = match domain_of(caller, request.domain.as_deref()).await {
        Ok(domain) => domain,
        Err(error) => {
            errors.merge(error);
            return Ok(None);
        }
    };
    let (scope, own) = (caller.scope(), caller.principal()?.user_id);
    let found = find_user(&caller.platform, Some(domain), name).await?;
    let found = found.filter(|user| scope.contains(user.customer_id) && user.id != own);
    let shut_out = match &found {
        Some(user) => caller.platform.directory.shuts_out(user).await?,
        None => true,
    };
    let usable = found.filter(|_| !shut_out);
    if usable.is_none() {
        errors.add("user", "invalid.field.value", "Unknown user, or one that cannot be used");
    }
    Ok(usable)
}

/// The level that is asked for, which is never more than the caller's own.
fn level(asked: Option<&str>, own: Level, errors: &mut FieldErrors) -> Level {
    let Some(asked) = asked else { return own };
    let level = Level::parse(asked);
    if level.is_none() {
        errors.add("securityLevel", "invalid.field.value", "One of external, standard and administrative");
    }
    level.map_or(own, |level| level.min(own))
}

/// What a session is cut to; none is no cut.
struct Cut {
    functions: Option<Vec<String>>,
    customers: Option<Vec<i64>>,
}

impl Cut {
    /// Reads constraints; an unknown function, and a customer that is unknown or that the caller cannot see, are refused;
    /// an empty list is no cut.
    async fn read(
        context: &RequestContext,
        given: &Constraints,
        visible: &CustomerSet,
        errors: &mut FieldErrors,
    ) -> Result<Self, ApiError> {
        let tree = context.platform.directory.tree().await?;
        let (mut functions, mut customers) = (Vec::new(), Vec::new());
        let function_names = given.function.iter().flatten().map(|name| ("function", name.clone()));
        for (field, name) in function_names.chain(texts("functionID", given.function_id.as_ref())) {
            let by_number = || tree.function(name.parse().ok()?);
            match tree.find_function(&name).or_else(by_number) {
                Some(function) => functions.push(function.name.clone()),
                None => errors.add(field, "invalid.field.value", "Unknown function"),
            }
        }
        let customer_names = texts("customer", given.customer.as_ref());
        for (field, name) in customer_names.chain(texts("customerID", given.customer_id.as_ref())) {
            match tree.find_customer(&name).filter(|customer| visible.contains(customer.id)) {
                Some(customer) => customers.push(customer.id),
                None => errors.add(field, "invalid.field.value", "Unknown customer"),
            }
        }
        functions.sort();
        functions.dedup();
        customers.sort_unstable();
        customers.dedup();
        let functions = (!functions.is_empty()).then_some(functions);
        Ok(Self { functions, customers: (!customers.is_empty()).then_some(customers) })
    }
}

/// What a list of texts and numbers holds, as text, each with the field it stands in.
fn texts(field: &'static str, given: Option<&Vec<Any<Value>>>) -> impl Iterator<Item = (&'static str, String)> {
    let text = |value: &Any<Value>| value.0.as_str().map_or_else(|| value.0.to_string(), str::to_owned);
    given.into_iter().flatten().map(move |value| (field, text(value)))
}
