//! Login histories: of one user, or of all users of some customers.

use std::collections::HashMap;
use std::sync::Arc;

use argus_audit_log::Authentication;
use argus_audit_log::authentication::{Authentications, history};
use argus_audit_log::event::{Column, Model};
use argus_core::access::CustomerSet;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Draft};
use argus_identity::entity::subject;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use serde_json::Value;

use crate::model::AuthenticationEvent;

/// The history of a user.
///
/// # Errors
/// 412 as the criteria say.
pub async fn of_user(
    context: &RequestContext,
    user: i64,
    draft: &Draft<Authentications>,
) -> Result<Many<AuthenticationEvent>, ApiError> {
    let criteria = read(context, draft).await?;
    find(context, Condition::all().add(Column::AuthUser.eq(user)), &criteria).await
}

/// The histories of all who are users of those customers now; of the caller's own when none is named.
///
/// # Errors
/// 412 as the criteria say, for an unknown domain, and for a customer that is unknown there or not in the scope.
pub async fn of_customers(
    context: &RequestContext,
    scope: &CustomerSet,
    names: &[String],
    domain: Option<&str>,
    draft: &Draft<Authentications>,
) -> Result<Many<AuthenticationEvent>, ApiError> {
    let mut errors = FieldErrors::default();
    let customers = customers(context, scope, names, domain, &mut errors).await?;
    let criteria = errors.beside(read(context, draft).await)?;
    let mut users = Query::select();
    users.column(subject::Column::Id).from(subject::Entity);
    users.cond_where(scope.and(&customers).condition(subject::Column::CustomerId));
    let whose = Expr::col(Column::AuthUser.as_column_ref()).in_subquery(users);
    find(context, Condition::all().add(whose), &criteria).await
}

async fn customers(
    context: &RequestContext,
    scope: &CustomerSet,
    names: &[String],
    domain: Option<&str>,
    errors: &mut FieldErrors,
) -> Result<CustomerSet, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let only = domain.and_then(|name| tree.find_domain(Some(name)));
    if domain.is_some() && only.is_none() {
        errors.add("domain", "invalid.field.value", "Unknown domain");
    }
    if names.is_empty() {
        return Ok(CustomerSet::Only(Arc::new([context.caller()?.customer_id].into())));
    }
    let known = |name: &String| {
        let found = match only {
            Some(domain) => tree.find_customer_in(domain, name).filter(|customer| customer.domain_id == domain),
            None => tree.find_customer(name),
        };
        found.filter(|customer| scope.contains(customer.id)).map(|customer| customer.id)
    };
    let found: Option<_> = names.iter().map(known).collect();
    if found.is_none() {
        errors.add("customer", "invalid.field.value", "Unknown customer");
    }
    Ok(found.map_or_else(CustomerSet::none, |ids| CustomerSet::Only(Arc::new(ids))))
}

/// Histories have no fields of users or customers, so that no name has to be looked up.
async fn read(context: &RequestContext, draft: &Draft<Authentications>) -> Result<Criteria<Authentications>, ApiError> {
    draft.resolve(&CallerNames { platform: &context.platform, scope: CustomerSet::none(), domain: None }).await
}

async fn find(
    context: &RequestContext,
    whose: Condition,
    criteria: &Criteria<Authentications>,
) -> Result<Many<AuthenticationEvent>, ApiError> {
    let platform = &context.platform;
    let page = history(&platform.db, whose, criteria, &context.options()).await?;
    let tree = platform.directory.tree().await?;
    let users = platform.directory.users(page.rows.iter().filter_map(|row| row.auth_user).collect()).await?;
    let data = page.rows.iter().map(|row| event(row, &tree, &users)).collect();
    Ok(Many::of(page, data))
}

/// An event, for people who may see the user but not all that the log has: not the name as tried, not who else took part.
fn event(row: &Model, tree: &Tree, users: &HashMap<i64, Arc<subject::Model>>) -> AuthenticationEvent {
    let user = row.auth_user.and_then(|id| users.get(&id));
    let what = Authentication::of(row).unwrap_or(Authentication::Login);
    let method = row.auth_method.as_deref().map(str::to_lowercase);
    let of_key = if row.target_type.as_deref() == Some("APIKEY") { "apikey" } else { "signature" };
    let (action, method, message) = match what {
        Authentication::Login => ("login", method, login(row)),
        Authentication::Impersonated => ("login", named("impersonated"), "Somebody else acts as the user".to_owned()),
        Authentication::KeyEnrolled => ("keyEnrolled", named(of_key), "A key was made".to_owned()),
        Authentication::TotpEnrolled => ("totpEnrolled", named("totp"), "Codes were set up".to_owned()),
        Authentication::UserBlocked => ("userBlocked", None, "The user was blocked".to_owned()),
        Authentication::UserUnblocked => ("userUnblocked", None, "The user was let in again".to_owned()),
    };
    AuthenticationEvent {
        id: row.id,
        timestamp: millis(row.timestamp),
        action: action.to_owned(),
        result: row.outcome.to_lowercase(),
        authentication_method: method,
        ip: row.origin.clone(),
        message,
        user: user.map(|user| tree.user_info(user)),
        customer: user.and_then(|user| tree.customer_info(user.customer_id)),
    }
}

fn named(method: &str) -> Option<String> {
    Some(method.to_owned())
}

/// How a try ended: with the templates that the client was told, which are the same whatever was wrong.
fn login(row: &Model) -> String {
    let told = row.response_metadata.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let templates = told.as_ref().and_then(|told| told.get("messages")?.as_array());
    match templates {
        None => "Logged in".to_owned(),
        Some(templates) => {
            let templates: Vec<&str> = templates.iter().filter_map(Value::as_str).collect();
            format!("Refused: {}", templates.join(", "))
        }
    }
}
