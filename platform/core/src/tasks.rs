//! What goes on beside requests, until the server stops.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Nanos;

/// How long tasks have to end by themselves.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before something that failed is tried again: `first`, and with every try before twice as long, but no
/// longer than `most`.
#[must_use]
pub fn wait(first: Nanos, tries: i32, most: Nanos) -> Nanos {
    let doublings = u32::try_from(tries).unwrap_or(0).min(16);
    first.saturating_mul(1 << doublings).min(most)
}

/// The tasks of one server. Each ends soon after [`Tasks::stopping`] is ready, in a state from which the next start goes on.
#[derive(Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Begins one.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(task);
    }

    /// What tells tasks that the server stops.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Ends all of them. They may use the store and the log until this returns.
    pub async fn finish(&self) {
        self.stop.cancel();
        self.tracker.close();
        if tokio::time::timeout(PATIENCE, self.tracker.wait()).await.is_err() {
            tracing::warn!(tasks = self.tracker.len(), "what goes on beside requests did not end in time");
        }
    }
}
