//! Rules: what a body asks for.

use argus_audit_rules::rule::Model;
use argus_audit_rules::store::{NewRule, RuleChange};
use argus_audit_rules::{FIELDS, Window};
use argus_core::access::Caller;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::customer_of;
use serde_json::{Value, json};

use crate::json::Json;
use crate::model::rule::{self, RuleUpdate, Severity};
use crate::{ManageAuditRules, criteria};

/// Reads a rule to be made.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn read(
    caller: &Caller<ManageAuditRules>,
    new: rule::NewRule,
    errors: &mut FieldErrors,
) -> Result<NewRule, ApiError> {
    let customer = match &new.customer {
        Some(name) => customer_of(caller, &caller.scope(), "customer", name, errors).await?.map(|found| found.id),
        None => Some(own(caller, errors)?),
    };
    let criteria = new.criteria.map_or_else(|| json!({}), |Json(criteria)| criteria);
    // Of a customer that is not there nothing can be asked.
    if let Some(customer) = customer {
        check(caller, customer, &criteria, errors).await?;
    }
    check_fields(&new.group_by, errors);
    Ok(NewRule {
        customer_id: customer.unwrap_or_default(),
        name: new.name,
        criteria,
        group_by: new.group_by,
        threshold: new.threshold,
        window: window(Some(&new.window), errors).unwrap_or(Window::of(0)),
        severity: new.severity.unwrap_or(Severity::Warning).name().to_owned(),
        enabled: new.enabled.unwrap_or(true),
    })
}

/// Reads what is to be changed of a rule.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn read_change(
    caller: &Caller<ManageAuditRules>,
    found: &Model,
    update: RuleUpdate,
    errors: &mut FieldErrors,
) -> Result<RuleChange, ApiError> {
    let given = [
        ("name", update.name.is_some()),
        ("criteria", update.criteria.is_some()),
        ("groupBy", update.group_by.is_some()),
    ];
    for (field, _) in given.into_iter().filter(|(_, given)| *given && found.built_in.is_some()) {
        errors.add(field, "rule.built.in", "A built-in rule keeps it");
    }
    let criteria = update.criteria.map(|Json(criteria)| criteria);
    if let Some(criteria) = &criteria {
        check(caller, found.customer_id, criteria, errors).await?;
    }
    if let Some(fields) = &update.group_by {
        check_fields(fields, errors);
    }
    Ok(RuleChange {
        name: update.name,
        criteria,
        group_by: update.group_by,
        threshold: update.threshold,
        window: window(update.window.as_deref(), errors),
        severity: update.severity.map(|severity| severity.name().to_owned()),
        enabled: update.enabled,
    })
}

/// The caller's own customer, where the caller may have rules for it.
fn own(caller: &Caller<ManageAuditRules>, errors: &mut FieldErrors) -> Result<i64, ApiError> {
    let own = caller.principal()?.customer_id;
    if !caller.scope().contains(own) {
        errors.add(
            "customer",
            "invalid.field.value",
            "Needed, since you may not administer rules of your own customer",
        );
    }
    Ok(own)
}

/// Criteria of a rule are understood by those who see the events of its customer.
async fn check(
    context: &RequestContext,
    customer: i64,
    criteria: &Value,
    errors: &mut FieldErrors,
) -> Result<(), ApiError> {
    let scope = context.platform.directory.tree().await?.reach(customer);
    criteria::check_standing(context, scope, criteria, errors).await
}

fn check_fields(fields: &[String], errors: &mut FieldErrors) {
    let unknown = fields.iter().find(|field| !FIELDS.contains(&field.as_str()));
    let twice =
        fields.iter().enumerate().any(|(place, field)| fields.iter().skip(place + 1).any(|other| other == field));
    if fields.is_empty() && !errors.has("groupBy") {
        errors.add("groupBy", "invalid.field.value", "At least one field is needed");
    }
    if let Some(unknown) = unknown {
        errors.add(
            "groupBy",
            "invalid.field.value",
            format!("Unknown field {unknown}; known are {}", FIELDS.join(", ")),
        );
    } else if twice {
        errors.add("groupBy", "invalid.field.value", "A field stands twice");
    }
}

fn window(text: Option<&str>, errors: &mut FieldErrors) -> Option<Window> {
    let text = text?;
    let window = Window::parse(text);
    if window.is_none() && !errors.has("window") {
        errors.add("window", "invalid.field.value", "A whole number and a unit, from 1s to 30d: 2s, 5m, 1h, 7d");
    }
    window
}
