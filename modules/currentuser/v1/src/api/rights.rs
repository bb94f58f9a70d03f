//! What the caller may do.

use std::collections::HashSet;

use argus_core::access::{Caller, Level, Myself};
use argus_core::envelope::{Many, One};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::info::CustomerInfo;
use argus_core::rights::{among, require_use};
use argus_core::wire::{Path, Query, QueryCriteria, Switch};
use argus_identity::entity::{customer, function, permission};
use argus_identity::{functions, users};
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use sea_orm::ColumnTrait;
use serde_json::Value;

use crate::held::{Held, Use};
use crate::list::page;
use crate::model::{CurrentUserFunction, CurrentUserPermission, language_of, permissions};
use crate::search::{Customers, Functions, Permissions};

/// One's rights.
#[derive(Clone, Copy)]
pub struct RightsApi;

#[OpenApi]
impl RightsApi {
    /// The functions that you may use on any customer, by this credential.
    #[oai(path = "/functions", method = "get", operation_id = "currentuser_v1_function_list")]
    async fn functions(
        &self,
        caller: Caller<Myself>,
        /// Only roles; false when absent.
        #[oai(name = "onlyRoles")]
        roles: Query<Option<Switch>>,
        /// Only what you may use; true when absent. Else every function that there is.
        #[oai(name = "requirePermission")]
        permitted: Query<Option<Switch>>,
        /// Only what can be used at this level: `external`, `standard`, `administrative`, or `current`, that of this
        /// credential, when absent.
        #[oai(name = "maxSecurityLevel")]
        level: Query<Option<String>>,
        criteria: QueryCriteria<Functions>,
    ) -> Result<Many<CurrentUserFunction>, ApiError> {
        let (tree, principal) = (caller.platform.directory.tree().await?, caller.principal()?);
        let mut errors = FieldErrors::default();
        let most = read_level(level.0.as_deref(), principal.level, &mut errors);
        let (roles, permitted) =
            (roles.read("onlyRoles", false, &mut errors), permitted.read("requirePermission", true, &mut errors));
        let held = Held::of(principal, &tree);
        let wanted = |function: &&function::Model| {
            let within = Level::parse(&function.minimum_level).is_some_and(|level| level <= most);
            within && (function.role || !roles) && (!permitted || !held.customers(function).is_empty())
        };
        let ids = held.functions().filter(wanted).map(|function| function.id).collect();
        let page = page(&caller, &criteria.0, among(function::Column::Id, &ids), errors).await?;
        let language = language_of(&caller).await?;
        let data = page.rows.iter().map(|row| CurrentUserFunction::of(row, &language)).collect();
        Ok(Many::of(page, data))
    }

    /// The customers on which you may do anything, by this credential.
    #[oai(path = "/customers", method = "get", operation_id = "currentuser_v1_customer_list")]
    async fn customers(
        &self,
        caller: Caller<Myself>,
        /// Only customers on which you may use each of these functions, by name.
        #[oai(name = "requiredFunction")]
        required: Query<Vec<String>>,
        criteria: QueryCriteria<Customers>,
    ) -> Result<Many<CustomerInfo>, ApiError> {
        let (tree, principal) = (caller.platform.directory.tree().await?, caller.principal()?);
        let (held, mut errors) = (Held::of(principal, &tree), FieldErrors::default());
        let mut reached = held.reach();
        for name in &required.0 {
            match held.named(name) {
                Some(customers) => reached = reached.and(&customers),
                None if errors.has("requiredFunction") => {}
                None => errors.add("requiredFunction", "invalid.field.value", "Unknown function"),
            }
        }
        let rows = reached.condition(customer::Column::Id).add(customer::Column::DeletedAt.is_null());
        let page = page(&caller, &criteria.0, rows, errors).await?;
        let data = page.rows.iter().map(|row| tree.info(row)).collect();
        Ok(Many::of(page, data))
    }

    /// The permissions that give you what you may do.
    ///
    /// Of what was granted, those of which this credential can use anything; where it can use only a part, because it is
    /// cut to some functions or customers or only reads, the flag `CONSTRAINED` says so.
    #[oai(path = "/permissions", method = "get", operation_id = "currentuser_v1_permission_list")]
    async fn permissions(
        &self,
        caller: Caller<Myself>,
        /// Also what you have by groups; true when absent.
        #[oai(name = "includeInherited")]
        inherited: Query<Option<Switch>>,
        criteria: QueryCriteria<Permissions>,
    ) -> Result<Many<CurrentUserPermission>, ApiError> {
        let (tree, reader, principal) =
            (caller.platform.directory.tree().await?, caller.platform.db.reader(), caller.principal()?);
        let mut errors = FieldErrors::default();
        let subjects = if inherited.read("includeInherited", true, &mut errors) {
            users::with_groups(reader, principal.user_id).await?
        } else {
            vec![principal.user_id]
        };
        let held = Held::of(principal, &tree);
        let granted = functions::held_by(reader, subjects).await?;
        let used = granted.iter().filter(|row| held.use_of(row) != Use::Nothing);
        let ids: HashSet<i64> = used.map(|row| row.id).collect();
        let page = page(&caller, &criteria.0, among(permission::Column::Id, &ids), errors).await?;
        let data = permissions(&caller, &held, &page.rows).await?;
        Ok(Many::of(page, data))
    }

    /// Whether you may use a function on a customer: 200, or else 403; as `/authentication/v1/session/permission`.
    #[oai(
        path = "/permission/:function/:customer",
        method = "get",
        operation_id = "currentuser_v1_customer_permission_get",
        deprecated
    )]
    async fn permission(
        &self,
        caller: Caller<Myself>,
        /// The name of the function.
        function: Path<String>,
        /// The customer, by number or short name.
        customer: Path<String>,
    ) -> Result<One<Any<Value>>, ApiError> {
        require_use(&caller, &function, &customer).await?;
        Ok(One(Any(Value::Null)))
    }
}

fn read_level(given: Option<&str>, current: Level, errors: &mut FieldErrors) -> Level {
    match given {
        None | Some("current") => current,
        Some(name) => Level::parse(name).unwrap_or_else(|| {
            let text = "Must be one of current, external, standard, administrative";
            errors.add("maxSecurityLevel", "invalid.field.value", text);
            current
        }),
    }
}
