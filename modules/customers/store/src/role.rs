//! Who has which role for a customer: whom to ask about it. Roles give no rights.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::info::{CustomerInfo, People, UserInfo};
use argus_core::names::find_user;
use argus_core::search::{Draft, Fields, Kind, Searchable};
use argus_identity::customers;
use argus_identity::entity::customer;
use poem_openapi::Object;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, QueryOrder, Set};
use serde_json::{Value, json};

use crate::entity::role::{ActiveModel, Column, Entity, Model};
use crate::find::in_use;
use crate::search::page;

/// The most roles that a customer has.
const MOST: usize = 100;

/// The longest name of a role, in characters.
const LONGEST: usize = 100;

/// The function of useradmin/v2 by which a caller may see users of a customer.
const VIEW_USERS: &str = "viewUsers";

/// A role that somebody has for a customer.
#[derive(Debug, Clone, Object)]
pub struct UserRole {
    /// For whom.
    pub customer: Option<CustomerInfo>,
    /// The role.
    pub role: String,
    /// Who has it.
    pub user: Option<UserInfo>,
}

/// A role to be given.
#[derive(Debug, Clone, Object)]
pub struct UserRoleGiven {
    /// The role: letters, digits, `_`, `-`, `.` and `:`.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub role: String,
    /// Who has it from now on, by number or short name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub user: String,
}

/// All roles of a customer, from now on.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UserRolesUpdate {
    /// Each role once; at most 100. One that is not named is nobody's any more.
    #[oai(validator(max_items = 100))]
    pub user_roles: Vec<UserRoleGiven>,
}

/// Roles, as the search criteria see them.
pub struct UserRoles;

impl Searchable for UserRoles {
    type Entity = Entity;
    const NAME: &'static str = "UserRole";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("customer", Column::CustomerId, Kind::Customer, "The customer, by number or short name")
                .filter(
                    "ancestor",
                    Column::CustomerId,
                    Kind::CustomerThat(|id, _| Column::CustomerId.in_subquery(customers::with_all_below(id))),
                    "These customers and all below",
                )
                .filter("role", Column::Role, Kind::Text, "The role")
                .user("user", Column::UserId)
                .hidden("includeDeleted", None, |_| Column::CustomerId.in_subquery(customers::disabled()))
                .sort("role", Column::Role)
        });
        &FIELDS
    }
}

/// One page of the roles for customers within a scope; for one of them, where that is given.
///
/// # Errors
/// 412 as the criteria say.
pub async fn roles(
    context: &RequestContext,
    draft: &Draft<UserRoles>,
    scope: CustomerSet,
    only: Option<i64>,
) -> Result<Many<UserRole>, ApiError> {
    let rows = scope.condition(Column::CustomerId);
    let rows = Condition::all().add(rows).add_option(only.map(|customer| Column::CustomerId.eq(customer)));
    let page = page(context, draft, scope, rows).await?;
    let data = described(context, &page.rows).await?;
    Ok(Many::of(page, data))
}

async fn described(context: &RequestContext, rows: &[Model]) -> Result<Vec<UserRole>, ApiError> {
    let people = People::of(&context.platform, rows.iter().map(|row| row.user_id).collect()).await?;
    let printed = rows.iter().map(|row| UserRole {
        customer: people.tree.customer_info(row.customer_id),
        role: row.role.clone(),
        user: people.info(Some(row.user_id)),
    });
    Ok(printed.collect())
}

/// Reads the roles that a customer is to have: of users that the caller may see, or who have one there already.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn read(
    context: &RequestContext,
    scope: &CustomerSet,
    customer: &customer::Model,
    update: &UserRolesUpdate,
    errors: &mut FieldErrors,
) -> Result<BTreeMap<String, i64>, ApiError> {
    let (caller, field) = (context.caller()?, "userRoles");
    let seen = scope.or(&caller.customers_for(VIEW_USERS));
    let known: BTreeSet<i64> =
        of(context.platform.db.reader(), customer.id).await?.into_iter().map(|row| row.user_id).collect();
    let mut read = BTreeMap::new();
    for UserRoleGiven { role, user } in update.user_roles.iter().take(MOST) {
        let sound = role.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:".contains(c));
        let found = find_user(&context.platform, Some(caller.domain_id), user).await?;
        let found = found.filter(|user| known.contains(&user.id) || seen.contains(user.customer_id));
        let found = found.filter(|user| known.contains(&user.id) || user.deleted_at.is_none());
        let problem = match &found {
            _ if !sound || role.len() > LONGEST => Some("A role holds letters, digits, _, -, . and : only"),
            None => Some("Unknown user, or not visible to you"),
            Some(_) if read.contains_key(role) => Some("The same role twice"),
            Some(_) => None,
        };
        if let Some(problem) = problem.filter(|_| !errors.has(field)) {
            errors.add(field, "invalid.field.value", problem);
        }
        read.extend(found.map(|user| (role.clone(), user.id)));
    }
    Ok(read)
}

/// Gives a customer's roles anew, in one transaction with its record.
///
/// # Errors
/// 412 for a disabled customer.
pub async fn set(
    context: &RequestContext,
    customer: &customer::Model,
    wanted: BTreeMap<String, i64>,
) -> Result<Many<UserRole>, ApiError> {
    let (now, by) = (context.platform.clock.now(), context.caller()?.user_id);
    let done = context.change(async |transaction| {
        in_use(transaction, customer).await?;
        let before = of(transaction, customer.id).await?;
        let stays = |row: &&Model| wanted.get(&row.role) == Some(&row.user_id);
        let gone: Vec<i64> = before.iter().filter(|row| !stays(row)).map(|row| row.id).collect();
        Entity::delete_many().filter(Column::Id.is_in(gone)).exec(transaction).await?;
        let given =
            |(role, user): &(&String, &i64)| before.iter().any(|row| row.role == **role && row.user_id == **user);
        let new: Vec<ActiveModel> = wanted
            .iter()
            .filter(|pair| !given(pair))
            .map(|(role, user)| ActiveModel {
                id: NotSet,
                customer_id: Set(customer.id),
                role: Set(role.clone()),
                user_id: Set(*user),
                given_at: Set(now),
                given_by: Set(by),
            })
            .collect();
        if !new.is_empty() {
            Entity::insert_many(new).exec_without_returning(transaction).await?;
        }
        let after = of(transaction, customer.id).await?;
        let (old, new) = (print(&before), print(&after));
        Ok((after, context.record().about("CUSTOMER", customer.id.to_string(), Some(old), Some(new))))
    });
    Ok(Many::whole(described(context, &done.await?).await?))
}

/// The roles of a customer.
async fn of(db: &impl ConnectionTrait, customer: i64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CustomerId.eq(customer)).order_by_asc(Column::Role).all(db).await
}

fn print(rows: &[Model]) -> Value {
    let roles: serde_json::Map<String, Value> = rows.iter().map(|row| (row.role.clone(), row.user_id.into())).collect();
    json!({ "userRoles": roles })
}
