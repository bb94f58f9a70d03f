//! The handler of `POST /audit/v1/event`, but for the log: what all of the gate, the checks and the answer cost.

use argus_audit_log::record;
use argus_audit_v1::input::Sender;
use argus_audit_v1::model::{EVENT_LIMIT, Event, NewEvent};
use argus_audit_v1::{SubmitAuditEvents, output};
use argus_core::access::Caller;
use argus_core::envelope::Added;
use argus_core::error::ApiError;
use argus_core::module::{Module, ModuleApi};
use argus_core::wire::BodyDraft;
use poem_openapi::OpenApi;

/// Mounted beside the others.
pub fn module() -> Module {
    Module {
        name: "unstored",
        version: "v1",
        title: "Events that are not stored",
        functions: &[],
        migrations: Vec::new,
        dialect: None,
        api: || ModuleApi::of(Unstored, "unstored/v1", "v1"),
    }
}

#[derive(Clone, Copy)]
struct Unstored;

#[OpenApi]
impl Unstored {
    /// Answers as if an event had been added.
    #[oai(path = "/event", method = "post", operation_id = "unstored_v1_event_add")]
    async fn add_event(
        &self,
        caller: Caller<SubmitAuditEvents>,
        body: BodyDraft<NewEvent, EVENT_LIMIT>,
    ) -> Result<Added<Event>, ApiError> {
        let (new, mut errors) = body.into_parts();
        let row = Sender::of(&caller, caller.scope()).await?.row(new, &mut errors);
        errors.finish()?;
        let record = record::wanted(&caller, &row);
        drop(std::hint::black_box(record));
        caller.mark_recorded();
        Ok(Added::New(output::one(&caller, row).await?))
    }
}
