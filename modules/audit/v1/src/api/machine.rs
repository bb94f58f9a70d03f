//! Known machines.

use argus_audit_log::machine::{self, Machines, Model};
use argus_core::access::Caller;
use argus_core::clock::millis;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::QueryCriteria;
use poem_openapi::OpenApi;

use crate::ViewAuditEvents;
use crate::criteria::names;
use crate::model::Machine;

/// Machines.
#[derive(Clone, Copy)]
pub struct MachineApi;

#[OpenApi]
impl MachineApi {
    /// List the machines that events are about, with how many and from when.
    ///
    /// A machine that several customers have events of stands once, with all of those that you may see. Requests to Argus
    /// itself do not count.
    #[oai(path = "/machine", method = "get", operation_id = "audit_v1_machine_list")]
    async fn list(
        &self,
        caller: Caller<ViewAuditEvents>,
        criteria: QueryCriteria<Machines>,
    ) -> Result<Many<Machine>, ApiError> {
        let criteria = criteria.0.resolve(&names(&caller)).await?;
        let mut page = machine::list(&caller.platform.db, &caller.scope(), &criteria, &caller.options()).await?;
        let data = std::mem::take(&mut page.rows).into_iter().map(shown).collect();
        Ok(Many::of::<Model>(page, data))
    }
}

fn shown(row: Model) -> Machine {
    Machine {
        machine_id: row.machine_id,
        count: row.events,
        first_timestamp: millis(row.first_timestamp),
        last_timestamp: millis(row.last_timestamp),
    }
}
