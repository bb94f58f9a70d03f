//! Customers.

use argus_core::access::Caller;
use argus_core::context::RequestContext;
use argus_core::envelope::{Many, One};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::info::DomainInfo;
use argus_core::wire::{BodyCriteria, Path, Query, QueryCriteria, Switch};
use argus_customers_store::find::find;
use argus_customers_store::property::Properties;
use argus_customers_store::search::{Customers, Domains, customers, domains};
use argus_identity::entity::customer;
use poem_openapi::OpenApi;

use crate::ViewBasicCustomer;
use crate::model::BasicCustomer;

/// The most customers whose properties one answer holds.
const MOST_WITH_PROPERTIES: u64 = 100;

/// Customers.
#[derive(Clone, Copy)]
pub struct CustomersApi;

#[OpenApi]
impl CustomersApi {
    /// List customers.
    #[oai(path = "/customer", method = "get", operation_id = "customers_v2_customer_list")]
    async fn list_customers(
        &self,
        caller: Caller<ViewBasicCustomer>,
        /// Whether properties are shown; then `limit` is 1 to 100.
        #[oai(name = "includeProperties")]
        properties: Query<Option<Switch>>,
        /// Properties are shown, but only those whose key begins so; then `limit` is 1 to 100.
        #[oai(name = "includePropertiesWithPrefix")]
        prefix: Query<Option<String>>,
        criteria: QueryCriteria<Customers>,
    ) -> Result<Many<BasicCustomer>, ApiError> {
        let mut errors = FieldErrors::default();
        let wanted = Wanted::read(&properties, prefix, &mut errors);
        let page = errors.beside(customers(&caller, &criteria.0, caller.scope()).await)?;
        if wanted.some() && !(1..=MOST_WITH_PROPERTIES).contains(&page.limit) {
            let text = format!("Must be 1 to {MOST_WITH_PROPERTIES} with properties");
            return Err(ApiError::field("limit", "invalid.field.range", text));
        }
        let data = described(&caller, &page.rows, &wanted).await?;
        Ok(Many::of(page, data))
    }

    /// Search customers. Properties are not shown.
    #[oai(path = "/customer/search", method = "post", operation_id = "customers_v2_customer_search")]
    async fn search_customers(
        &self,
        caller: Caller<ViewBasicCustomer>,
        criteria: BodyCriteria<Customers>,
    ) -> Result<Many<BasicCustomer>, ApiError> {
        let page = customers(&caller, &criteria.0, caller.scope()).await?;
        let data = described(&caller, &page.rows, &Wanted::default()).await?;
        Ok(Many::of(page, data))
    }

    /// Get a customer; disabled ones too.
    #[oai(path = "/customer/:customer", method = "get", operation_id = "customers_v2_customer_get")]
    async fn get_customer(
        &self,
        caller: Caller<ViewBasicCustomer>,
        /// The customer, by number or short name.
        customer: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Whether properties are shown.
        #[oai(name = "includeProperties")]
        properties: Query<Option<Switch>>,
        /// Properties are shown, but only those whose key begins so.
        #[oai(name = "includePropertiesWithPrefix")]
        prefix: Query<Option<String>>,
    ) -> Result<One<BasicCustomer>, ApiError> {
        let mut errors = FieldErrors::default();
        let wanted = Wanted::read(&properties, prefix, &mut errors);
        let found = errors.beside(find(&caller, &caller.scope(), domain.0.as_deref(), &customer).await)?;
        let mut data = described(&caller, &[found], &wanted).await?;
        data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
    }

    /// List the domains of the customers that you may see.
    #[oai(path = "/domain", method = "get", operation_id = "customers_v2_domain_list")]
    async fn list_domains(
        &self,
        caller: Caller<ViewBasicCustomer>,
        criteria: QueryCriteria<Domains>,
    ) -> Result<Many<DomainInfo>, ApiError> {
        domains(&caller, &criteria.0, caller.scope()).await
    }
}

/// The properties that are to be shown.
#[derive(Default)]
struct Wanted {
    all: bool,
    prefix: Option<String>,
}

impl Wanted {
    fn read(all: &Query<Option<Switch>>, prefix: Query<Option<String>>, errors: &mut FieldErrors) -> Self {
        Self { all: all.read("includeProperties", false, errors), prefix: prefix.0 }
    }

    fn some(&self) -> bool {
        self.all || self.prefix.is_some()
    }
}

async fn described(
    context: &RequestContext,
    rows: &[customer::Model],
    wanted: &Wanted,
) -> Result<Vec<BasicCustomer>, ApiError> {
    let (tree, reached) = (context.platform.directory.tree().await?, context.caller()?.rights.customers());
    let ids = rows.iter().map(|row| row.id);
    let properties = match wanted.some() {
        true => Some(Properties::of(context, ids, &[], wanted.prefix.as_deref()).await?),
        false => None,
    };
    Ok(rows.iter().map(|row| BasicCustomer::of(row, &tree, &reached, properties.as_ref())).collect())
}
