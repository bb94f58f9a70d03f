//! Customers: what a body asks for, and doing it in one transaction with its record.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use argus_core::access::CustomerSet;
use argus_core::audit::Record;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::{customer_of, home_domain};
use argus_core::rights::require_administrator;
use argus_core::search::folded_column;
use argus_core::wire::check_safe;
use argus_customers_store::flags::flags;
use argus_identity::customers::{self, NewCustomer, flag};
use argus_identity::entity::customer;
use argus_identity::{administrators, marks};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, Set, SqlErr};
use serde_json::{Map, Value, json};

use super::place::{check_depth, check_group, require_place};
use crate::model::customer::{CustomerAdd, CustomerType, CustomerUpdate};

/// Names of the IANA time zones, one a line.
static TIME_ZONES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| include_str!("../time_zones.txt").lines().collect());

/// Reads what a customer is to be, below a group in the scope.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn read(
    context: &RequestContext,
    scope: &CustomerSet,
    add: CustomerAdd,
    errors: &mut FieldErrors,
) -> Result<NewCustomer, ApiError> {
    let parent = customer_of(context, scope, "parent", &add.parent, errors).await?;
    check_group(parent.as_ref(), errors);
    let domain = home_domain(context, add.domain.as_deref(), parent.as_ref(), errors).await?;
    check_names(context, (Some(&add.name), Some(&add.short_name)), domain, None, errors).await?;
    check_time_zone(add.time_zone.as_deref(), errors);
    let marks = [
        (flag::EXCLUDE_FROM_PRODUCTION, add.exclude_from_production),
        (flag::NETWORK_BASE_CUSTOMER, add.network_base_customer),
        (flag::SINGLE_NETWORK_DOMAIN, add.single_network_domain),
    ];
    Ok(NewCustomer {
        domain_id: domain.unwrap_or(0),
        parent_id: parent.map(|parent| parent.id),
        group: add.kind == Some(CustomerType::Group),
        folded: folded(&add.name, &add.short_name),
        short_name: add.short_name,
        name: add.name,
        language: add.language.map(|language| language.name().to_owned()),
        time_zone: add.time_zone,
        flags: marks::changed(0, &marks),
        created_by: Some(context.caller()?.user_id),
    })
}

/// Makes a customer.
///
/// # Errors
/// 412 when somebody took the name meanwhile, or the group went away or is too deep down.
pub async fn create(context: &RequestContext, new: NewCustomer) -> Result<customer::Model, ApiError> {
    let now = context.platform.clock.now();
    let parent = new.parent_id.ok_or_else(|| ApiError::internal("a customer without a group above"))?;
    let done = context.change_identity(Changed::Everything, async |transaction| {
        // Whoever changes the tree waits here: the group stays what it is now until the end.
        administrators::lock(transaction).await?;
        let line = customers::line(transaction, parent).await?;
        require_place(&line)?;
        check_depth(line.len().saturating_add(1))?;
        let made = customers::insert(transaction, new, now).await.map_err(unless_taken)?;
        let record = recorded(context, None, &made, Map::new());
        Ok((made, record))
    });
    done.await
}

/// Checks what is to change about a customer.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn check(
    context: &RequestContext,
    found: &customer::Model,
    update: CustomerUpdate,
    errors: &mut FieldErrors,
) -> Result<CustomerUpdate, ApiError> {
    let names = (update.name.as_deref(), update.short_name.as_deref());
    check_names(context, names, Some(found.domain_id), Some(found.id), errors).await?;
    check_time_zone(update.time_zone.as_deref(), errors);
    Ok(update)
}

/// Changes a customer.
///
/// # Errors
/// 412.
pub async fn update(
    context: &RequestContext,
    found: &customer::Model,
    update: CustomerUpdate,
) -> Result<customer::Model, ApiError> {
    let done = change(context, found, false, async |_, before| {
        let mut row = touched(context, before.id)?;
        let name = update.name.unwrap_or_else(|| before.name.clone());
        let short_name = update.short_name.unwrap_or_else(|| before.short_name.clone());
        let marks = [
            (flag::ALLOW_GLOBAL_DATA, update.allow_global_data),
            (flag::DENY_SUBMIT_FOR_ANONYMOUS_USER, update.deny_submit_for_anonymous_user),
            (flag::EXCLUDE_FROM_PRODUCTION, update.exclude_from_production),
            (flag::NETWORK_BASE_CUSTOMER, update.network_base_customer),
            (flag::SINGLE_NETWORK_DOMAIN, update.single_network_domain),
            (flag::DATA_DELETED, update.data_deleted),
        ];
        row.folded = Set(folded(&name, &short_name));
        row.short_name_key = Set(short_name.to_lowercase());
        (row.name, row.short_name) = (Set(name), Set(short_name));
        row.flags = Set(marks::changed(before.flags, &marks));
        row.language = Set(update.language.map_or_else(|| before.language.clone(), |it| it.name().to_owned()));
        row.time_zone = Set(update.time_zone.unwrap_or_else(|| before.time_zone.clone()));
        Ok(row)
    });
    done.await
}

/// Changes a customer in one transaction with its record. `change` is given the row as it is now.
///
/// # Errors
/// 412 for a disabled one, unless `disabled` is what the change is for, and when the last administrator would be gone; what
/// `change` fails with.
pub async fn change(
    context: &RequestContext,
    found: &customer::Model,
    disabled: bool,
    change: impl AsyncFnOnce(&DatabaseTransaction, &customer::Model) -> Result<customer::ActiveModel, ApiError>,
) -> Result<customer::Model, ApiError> {
    let done = change_saying(context, found, disabled, async |transaction, before| {
        Ok((change(transaction, before).await?, Map::new()))
    });
    done.await
}

/// As [`change`], of a change that has more to say in the record than the row shows: further members of what is after it.
///
/// # Errors
/// As [`change`].
pub async fn change_saying(
    context: &RequestContext,
    found: &customer::Model,
    disabled: bool,
    change: impl AsyncFnOnce(
        &DatabaseTransaction,
        &customer::Model,
    ) -> Result<(customer::ActiveModel, Map<String, Value>), ApiError>,
) -> Result<customer::Model, ApiError> {
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        // Where it stood when the caller was found to reach it, or else it is not there.
        let before = customers::by_id(transaction, found.id).await?;
        let before = before.filter(|before| before.parent_id == found.parent_id);
        let before = before.ok_or_else(|| ApiError::not_found("customer"))?;
        if before.deleted_at.is_some() != disabled {
            return Err(wrong_state(&before));
        }
        let (row, said) = change(transaction, &before).await?;
        let after = customers::update(transaction, row).await.map_err(unless_taken)?;
        require_administrator(transaction, now).await?;
        let record = recorded(context, Some(&before), &after, said);
        Ok((after, record))
    });
    done.await
}

/// A row in which nothing changes yet but who changed it and when.
pub fn touched(context: &RequestContext, id: i64) -> Result<customer::ActiveModel, ApiError> {
    let mut row = <customer::ActiveModel as ActiveModelTrait>::default();
    row.id = Set(id);
    row.updated_at = Set(Some(context.platform.clock.now()));
    row.updated_by = Set(Some(context.caller()?.user_id));
    Ok(row)
}

fn wrong_state(row: &customer::Model) -> ApiError {
    if row.deleted_at.is_some() {
        ApiError::unmet("object.deleted", "The customer is disabled")
    } else {
        ApiError::unmet("object.not.deleted", "The customer is not disabled")
    }
}

/// Checks the names that are given: what they are made of, and that no other customer of the domain has the short one.
async fn check_names(
    context: &RequestContext,
    (name, short_name): (Option<&str>, Option<&str>),
    domain: Option<i64>,
    own: Option<i64>,
    errors: &mut FieldErrors,
) -> Result<(), ApiError> {
    check_safe("name", name, errors);
    let Some(short_name) = short_name.filter(|_| !errors.has("shortName")) else { return Ok(()) };
    let sound = short_name.chars().all(|c| c.is_ascii_alphanumeric() || "_:-.".contains(c));
    if !sound || short_name.bytes().all(|byte| byte.is_ascii_digit()) {
        let text = "May hold letters, digits, _, :, - and . only, and must not be a number";
        errors.add("shortName", "invalid.field.value", text);
        return Ok(());
    }
    let Some(domain) = domain else { return Ok(()) };
    let taken = customers::by_name(context.platform.db.reader(), domain, short_name).await?;
    if taken.is_some_and(|other| Some(other.id) != own) {
        errors.merge(taken_name());
    }
    Ok(())
}

fn check_time_zone(name: Option<&str>, errors: &mut FieldErrors) {
    if name.is_some_and(|name| !TIME_ZONES.contains(name)) && !errors.has("timeZone") {
        errors.add("timeZone", "invalid.field.value", "Not the name of an IANA time zone, such as Europe/Oslo");
    }
}

fn taken_name() -> ApiError {
    ApiError::field("shortName", "object.exists", "A customer of the domain has this name")
}

/// A short name that somebody else took meanwhile is the client's to change, like one that was taken before.
fn unless_taken(error: DbErr) -> ApiError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken_name(),
        _ => error.into(),
    }
}

/// The keyword fields, folded.
fn folded(name: &str, short_name: &str) -> Option<String> {
    folded_column(&[("name", Some(name)), ("shortName", Some(short_name))])
}

fn recorded(
    context: &RequestContext,
    before: Option<&customer::Model>,
    after: &customer::Model,
    said: Map<String, Value>,
) -> Record {
    let mut printed = print(after);
    if let Some(members) = printed.as_object_mut() {
        members.extend(said);
    }
    context.record().about("CUSTOMER", after.id.to_string(), before.map(print), Some(printed))
}

fn print(row: &customer::Model) -> Value {
    json!({
        "shortName": row.short_name, "name": row.name, "type": row.kind, "parentID": row.parent_id, "language": row.language,
        "timeZone": row.time_zone, "flags": flags(row), "deletedTimestamp": row.deleted_at.map(millis),
    })
}
