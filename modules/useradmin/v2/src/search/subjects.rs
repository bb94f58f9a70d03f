//! What of users and groups can be searched.

use std::sync::LazyLock;

use argus_core::access::{AtRoot, CustomerSet, pass};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::preferences::{wanted_preferences, with_preference};
use argus_core::search::{Draft, Fields, Kind, Page, Searchable};
use argus_identity::customers::of_domain;
use argus_identity::entity::subject::{Column, Entity, Model};
use argus_identity::entity::{customer, membership, permission};
use argus_identity::graph::{customers_above, customers_named, functions_named, just, members_below, roles_above};
use argus_identity::users::flag;
use argus_useradmin_store::search::list::page;
use argus_useradmin_store::search::subjects::{marked, subject_fields, with_type};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use serde_json::Value;

use crate::ViewPermissions;

/// Users, as the search criteria see them.
pub struct Users;

/// Groups, as the search criteria see them.
pub struct Groups;

/// Users and groups, as the search criteria see them.
pub struct Subjects;

/// By preferences.
const PREFERENCES: Kind =
    Kind::Members { condition: |key, wanted| with_preference(Column::Id, key, wanted), schema: wanted_preferences };

impl Searchable for Users {
    type Entity = Entity;
    const NAME: &'static str = "User";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            common()
                .filter(
                    "userPreferences",
                    Column::Id,
                    PREFERENCES,
                    "Users who have these preferences, by key, or have not",
                )
                .keyword("email", Column::Email)
                .keyword("phoneNumber", Column::PhoneNumber)
                .time("lastLoginTimestamp", Column::LastLoginAt)
                .time("lastImpersonationTimestamp", Column::LastImpersonatedAt)
                .flag("blocked", |_| Column::Blocked.eq(true))
                .flag("forcePasswordChange", |_| marked(flag::FORCE_PASSWORD_CHANGE))
                .flag("passwordNotSet", |_| Column::PasswordHash.is_null())
                .flag("notificationUser", |_| marked(flag::NOTIFICATION_USER))
                .sort("email", Column::Email)
                .sort("lastLoginTimestamp", Column::LastLoginAt)
        });
        &FIELDS
    }
}

impl Searchable for Groups {
    type Entity = Entity;
    const NAME: &'static str = "Group";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(common);
        &FIELDS
    }
}

impl Searchable for Subjects {
    type Entity = Entity;
    const NAME: &'static str = "Subject";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| with_type(common()));
        &FIELDS
    }
}

fn common() -> Fields {
    subject_fields()
        .filter("parent", Column::Id, Kind::UserThat(|id, _| in_group(id)), "The group that they are in directly")
        .filter(
            "ancestor",
            Column::Id,
            Kind::UserThat(|id, _| among(members_below(just(id)))),
            "The group that they are in, also by other groups",
        )
        .filter(
            "permissions",
            Column::Id,
            Kind::Object(having),
            "What they have by any of these, `{function, customer, domain}`, themselves or by groups, roles and customers \
             above; takes `viewPermissions` at the root customer",
        )
        .time("createdTimestamp", Column::CreatedAt)
        .time("lastUpdatedTimestamp", Column::UpdatedAt)
        .time("deletedTimestamp", Column::DeletedAt)
        .user("createdByUser", Column::CreatedBy)
        .user("lastUpdatedByUser", Column::UpdatedBy)
        .user("deletedByUser", Column::DeletedBy)
        .user("id", Column::Id)
        .flag("externallyManaged", |_| marked(flag::EXTERNALLY_MANAGED))
        .sort("createdTimestamp", Column::CreatedAt)
        .sort("lastUpdatedTimestamp", Column::UpdatedAt)
}

fn in_group(group: i64) -> Expr {
    let mut members = Query::select();
    members.column(membership::Column::MemberId).from(membership::Entity);
    members.and_where(membership::Column::RemovedAt.is_null());
    members.and_where(membership::Column::GroupId.eq(group));
    among(members)
}

fn among(subjects: SelectStatement) -> Expr {
    Expr::col(Column::Id.as_column_ref()).in_subquery(subjects)
}

/// Those who have a function, or something on a customer, or that function there.
fn having(value: &Value) -> Result<Expr, String> {
    let Some(members) = value.as_object() else { return Err("Not an object".to_owned()) };
    let text = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= 255 => Ok(Some(text.as_str())),
        Some(_) => Err(format!("{name} is no text of at most 255 bytes")),
    };
    let (function, customer, domain) = (text("function")?, text("customer")?, text("domain")?);
    if function.is_none() && customer.is_none() && domain.is_none() {
        return Err("Names neither a function nor a customer nor a domain".to_owned());
    }
    let mut held = Query::select();
    held.column(permission::Column::SubjectId).from(permission::Entity);
    held.and_where(permission::Column::RevokedAt.is_null());
    if let Some(named) = function.map(functions_named) {
        let itself = permission::Column::FunctionId.in_subquery(named.clone());
        held.and_where(itself.or(permission::Column::FunctionId.in_subquery(roles_above(named))));
    }
    if let Some(named) = customer.map(customers_named) {
        let itself = permission::Column::CustomerId.in_subquery(named.clone());
        held.and_where(itself.or(permission::Column::CustomerId.in_subquery(customers_above(named))));
    }
    if let Some(domain) = domain {
        let mut customers = Query::select();
        customers.column(customer::Column::Id.as_column_ref()).from(customer::Entity);
        customers.and_where(of_domain(customer::Column::DomainId, domain));
        held.and_where(permission::Column::CustomerId.in_subquery(customers));
    }
    Ok(among(held.clone()).or(among(members_below(held))))
}

/// Finds one page of users, groups, or both.
///
/// # Errors
/// 403 for searching by what others may do without seeing that; 412 as the criteria say.
pub async fn people<S: Searchable<Entity = Entity>>(
    context: &RequestContext,
    draft: &Draft<S>,
    scope: CustomerSet,
    rows: Condition,
) -> Result<Page<Model>, ApiError> {
    if draft.has_anywhere("permissions") {
        pass::<AtRoot<ViewPermissions>>(context, context.caller()?).await?;
    }
    page(context, draft, scope, rows).await
}
