//! How events become durable, whatever comes in between.

mod interleaved;
mod poison;
mod pressure;

use argus_audit_log::event::Model;
use argus_audit_log::record::empty;
use argus_core::clock::Ids;

/// A row of the root customer.
fn row(ids: &Ids, root: i64, action: &str) -> Model {
    let outcome = "SUCCESS".to_owned();
    Model { id: ids.uuid(), customer_id: root, action: Some(action.to_owned()), outcome, ..empty() }
}
