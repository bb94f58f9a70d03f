//! What of customers and their domains can be searched.

use std::sync::LazyLock;

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::info::DomainInfo;
use argus_core::names::CallerNames;
use argus_core::search::{Draft, Fields, Kind, Page, Searchable};
use argus_identity::customers::{flag, of_domain, with_all_below};
use argus_identity::entity::{customer, domain};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ColumnTrait, EntityTrait};

use crate::flags::{disabled, marked};

/// Customers, as the search criteria see them.
pub struct Customers;

impl Searchable for Customers {
    type Entity = customer::Entity;
    const NAME: &'static str = "Customer";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            use customer::Column;
            Fields::new("id", Column::Id)
                .filter("customer", Column::Id, Kind::Customer, "Just these, by number or short name")
                .filter("parent", Column::ParentId, Kind::Customer, "What is right below, by number or short name")
                .filter(
                    "ancestor",
                    Column::Id,
                    Kind::CustomerThat(|id, _| Column::Id.in_subquery(with_all_below(id))),
                    "These and all below, by number or short name",
                )
                .filter(
                    "domain",
                    Column::DomainId,
                    Kind::Custom(|text| Ok(of_domain(Column::DomainId, text))),
                    "The domain",
                )
                .filter("type", Column::Kind, Kind::Words(&["group", "leaf"]), "Groups or leaves")
                .keyword("id", Column::Id)
                .keyword("name", Column::Name)
                .keyword("shortName", Column::ShortName)
                .time("createdTimestamp", Column::CreatedAt)
                .time("lastUpdatedTimestamp", Column::UpdatedAt)
                .time("deletedTimestamp", Column::DeletedAt)
                .user("createdByUser", Column::CreatedBy)
                .user("lastUpdatedByUser", Column::UpdatedBy)
                .user("deletedByUser", Column::DeletedBy)
                .flag("disabled", |_| disabled())
                .flag("denySubmitForAnonymousUser", |_| marked(flag::DENY_SUBMIT_FOR_ANONYMOUS_USER))
                .flag("allowGlobalData", |_| marked(flag::ALLOW_GLOBAL_DATA))
                .flag("excludeFromProduction", |_| marked(flag::EXCLUDE_FROM_PRODUCTION))
                .flag("networkBaseCustomer", |_| marked(flag::NETWORK_BASE_CUSTOMER))
                .flag("singleNetworkDomain", |_| marked(flag::SINGLE_NETWORK_DOMAIN))
                .flag("customerDataDeleted", |_| marked(flag::DATA_DELETED))
                .flag("rootCustomerGroup", |_| Column::ParentId.is_null())
                // Known to clients; what it would mark is not offered here, so that no customer has it.
                .flag("denyNewMembers", |_| Expr::cust("FALSE"))
                .hidden("includeDeleted", Some("disabled"), |_| disabled())
                .sort("name", Column::Name)
                .sort("shortName", Column::ShortName)
                .sort("createdTimestamp", Column::CreatedAt)
                .sort("lastUpdatedTimestamp", Column::UpdatedAt)
                .default_sort(&["id"])
        });
        &FIELDS
    }
}

/// Domains, as the search criteria see them.
pub struct Domains;

impl Searchable for Domains {
    type Entity = domain::Entity;
    const NAME: &'static str = "Domain";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> =
            LazyLock::new(|| Fields::new("id", domain::Column::Id).sort("name", domain::Column::Name));
        &FIELDS
    }
}

/// One page of the customers within a scope.
///
/// # Errors
/// 412 as the criteria say.
pub async fn customers(
    context: &RequestContext,
    draft: &Draft<Customers>,
    scope: CustomerSet,
) -> Result<Page<customer::Model>, ApiError> {
    let rows = scope.condition(customer::Column::Id);
    page(context, draft, scope, rows).await
}

/// One page of the domains that customers within a scope are of.
///
/// # Errors
/// 412 as the criteria say.
pub async fn domains(
    context: &RequestContext,
    draft: &Draft<Domains>,
    scope: CustomerSet,
) -> Result<Many<DomainInfo>, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let reached = tree.customers().filter(|customer| scope.contains(customer.id));
    let reached: std::collections::BTreeSet<i64> = reached.map(|customer| customer.domain_id).collect();
    let rows = Condition::all().add(domain::Column::Id.is_in(reached));
    let page = page(context, draft, scope, rows).await?;
    let data = page.rows.iter().map(|row| DomainInfo { id: row.id, name: row.name.clone() }).collect();
    Ok(Many::of(page, data))
}

/// Finds one page of what criteria select within `rows`; names in them are those of customers and users in the scope.
///
/// # Errors
/// 412 as the criteria say.
pub async fn page<S: Searchable>(
    context: &RequestContext,
    draft: &Draft<S>,
    scope: CustomerSet,
    rows: Condition,
) -> Result<Page<<S::Entity as EntityTrait>::Model>, ApiError> {
    let domain = context.principal().map(|principal| principal.domain_id);
    let criteria = draft.resolve(&CallerNames { platform: &context.platform, scope, domain }).await?;
    context.page(&criteria, rows).await
}
