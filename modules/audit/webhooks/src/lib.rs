//! Webhooks of the audit log: events that are sent, in the order of the log, to addresses that clients give (Standard
//! Webhooks 1.0).
//!
//! Everything that a subscription delivers comes from events in the log, so one stored number says how far it is: order,
//! restarts and "at least once" follow from that. A message is delivered when the receiver answers 2xx, and only then the
//! next one is tried; what was delivered is written down at most once a second, so after a crash some messages come twice,
//! with the same `webhook-id`, and none is missing.
//!
//! - An event that the criteria select gives `audit.log.created`. A finding (flag SUSPICIOUS) gives
//!   `audit.suspicious.detected`, and an event of Argus itself (flag INTERNAL) of the types `audit.export.completed` and
//!   `audit.report.completed` a message of that type, whatever the criteria say.
//! - Delivered is what the subscription's maker may see at that moment, of the subscription's customer and those below it.
//!   A maker who may see nothing any more pauses the subscription.
//! - A message that is not taken is tried again after 5 s, 5 min, 30 min, 2 h, 5 h and then every 10 h. When that went on
//!   for `webhooks.give_up`, or the receiver answers 410, the subscription ends; its place stays, and it can go on there.
//! - What is asked for again (a part of the log) is delivered beside the running order, by calls of its own: neither waits
//!   for the other.

mod backoff;
mod board;
mod call;
pub mod delivery;
mod dispatcher;
mod filter;
mod keeper;
pub mod kind;
mod lane;
mod message;
pub mod migration;
pub mod place;
pub mod redelivery;
mod remove;
mod secret;
mod source;
mod store;
pub mod subscription;
mod watcher;
mod worker;

use std::sync::Arc;

use argus_audit_log::{EventPrinter, Hub};
use argus_core::app::Platform;
use argus_outbound::SystemResolver;
use tokio::sync::Notify;

pub use argus_outbound::Target;
pub use filter::{VIEW, delivered};
pub use kind::Kind;
pub use message::id as message_id;
pub use remove::{remove, remove_of};
pub use secret::Secret;

use call::Caller;
use dispatcher::Dispatcher;

/// What operations tell the tasks that deliver. One per process.
#[derive(Default)]
pub struct Webhooks {
    changed: Notify,
}

impl Webhooks {
    /// Says that subscriptions were added, changed or removed, or that something is to be delivered again.
    pub fn changed(&self) {
        self.changed.notify_one();
    }

    async fn was_changed(&self) {
        self.changed.notified().await;
    }
}

/// Begins to deliver. `printer` prints events as they are sent.
///
/// # Errors
/// Which setting cannot be used, and why.
pub fn start(platform: &Arc<Platform>, printer: Arc<dyn EventPrinter>) -> Result<(), String> {
    let caller = Caller::new(&platform.settings.webhooks, &platform.clock, Arc::new(SystemResolver))?;
    let services = &platform.services;
    let (Some(webhooks), Some(hub)) = (services.get::<Webhooks>(), services.get::<Hub>()) else {
        return Err("webhooks: a service is missing".to_owned());
    };
    let dispatcher = Arc::new(Dispatcher::new(platform, printer, webhooks, caller));
    platform.tasks.spawn(watcher::run(dispatcher.clone(), hub));
    platform.tasks.spawn(keeper::run(dispatcher));
    Ok(())
}
