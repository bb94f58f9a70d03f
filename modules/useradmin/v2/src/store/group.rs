//! Groups: what a body asks for, and doing it.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::{customer_of, home_domain};
use argus_identity::entity::subject;
use argus_identity::marks;
use argus_identity::users::{NewUser, flag};
use sea_orm::Set;

use super::subject::{change, check_names, folded, touched};
use crate::model::group::{GroupAdd, GroupUpdate};

/// Reads what a group is to be.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn read(
    context: &RequestContext,
    scope: &CustomerSet,
    add: GroupAdd,
    errors: &mut FieldErrors,
) -> Result<NewUser, ApiError> {
    let home = customer_of(context, scope, "customer", &add.customer, errors).await?;
    let domain = home_domain(context, add.domain.as_deref(), home.as_ref(), errors).await?;
    let names = (Some(add.name.as_str()), Some(add.short_name.as_str()), add.description.as_deref());
    check_names(context, names, domain, None, errors).await?;
    let marks = [(flag::DAEMON_ACCOUNT, add.daemon_account), (flag::EXTERNALLY_MANAGED, add.externally_managed)];
    Ok(NewUser {
        domain_id: domain.unwrap_or(0),
        customer_id: home.map_or(0, |home| home.id),
        folded: folded(&add.short_name, &add.name, None, None),
        short_name: add.short_name,
        name: add.name,
        description: add.description,
        flags: marks::changed(0, &marks),
        created_by: Some(context.caller()?.user_id),
        ..NewUser::default()
    })
}

/// Checks what is to change about a group.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn check(
    context: &RequestContext,
    found: &subject::Model,
    update: GroupUpdate,
    errors: &mut FieldErrors,
) -> Result<GroupUpdate, ApiError> {
    let names = (update.name.as_deref(), update.short_name.as_deref(), update.description.as_deref());
    check_names(context, names, Some(found.domain_id), Some(found.id), errors).await?;
    Ok(update)
}

/// Changes a group.
///
/// # Errors
/// 412.
pub async fn update(
    context: &RequestContext,
    found: &subject::Model,
    update: GroupUpdate,
) -> Result<subject::Model, ApiError> {
    let done = change(context, found, false, async |_, before| {
        let mut row = touched(context, before.id)?;
        let name = update.name.unwrap_or_else(|| before.name.clone());
        let short_name = update.short_name.unwrap_or_else(|| before.short_name.clone());
        let marks =
            [(flag::DAEMON_ACCOUNT, update.daemon_account), (flag::EXTERNALLY_MANAGED, update.externally_managed)];
        row.folded = Set(folded(&short_name, &name, None, None));
        row.short_name_key = Set(short_name.to_lowercase());
        (row.name, row.short_name) = (Set(name), Set(short_name));
        row.flags = Set(marks::changed(before.flags, &marks));
        row.description = Set(update.description.or_else(|| before.description.clone()));
        Ok(row)
    });
    done.await
}
