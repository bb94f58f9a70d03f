//! Domains.

use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::info::DomainInfo;
use argus_core::wire::QueryCriteria;
use argus_customers_store::search::{Domains, domains};
use poem_openapi::OpenApi;

use crate::ViewCustomers;

/// Domains.
#[derive(Clone, Copy)]
pub struct DomainApi;

#[OpenApi]
impl DomainApi {
    /// List the domains of the customers that you may see.
    #[oai(path = "/domain", method = "get", operation_id = "customeradmin_v2_domain_list")]
    async fn list_domains(
        &self,
        caller: Caller<ViewCustomers>,
        criteria: QueryCriteria<Domains>,
    ) -> Result<Many<DomainInfo>, ApiError> {
        domains(&caller, &criteria.0, caller.scope()).await
    }
}
