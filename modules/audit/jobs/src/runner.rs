//! Running jobs: so many at a time, the longest waiting first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argus_core::app::Platform;
use argus_core::clock::{NANOS_PER_SECOND, Nanos, after};
use sea_orm::prelude::Uuid;
use sea_orm::{DbBackend, DbErr};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::attempt::Attempt;
use crate::file::make_folder;
use crate::kind::Kind;
use crate::{keeping, store};

/// How often the store is looked at without being told: what other nodes were asked for, and what time brings.
const LOOK: Duration = Duration::from_secs(5);

/// Looks from one time that old jobs are forgotten to the next.
const LOOKS_A_PRUNING: u64 = 720;

/// How long a job is a node's, unless it says so again.
pub const LEASE: Nanos = 20 * NANOS_PER_SECOND;

/// What operations and the runner have in common.
#[derive(Default)]
pub struct Jobs {
    wake: Notify,
    running: Mutex<HashMap<Uuid, CancellationToken>>,
}

impl Jobs {
    /// Says that there is a new job.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Ends a job that was cancelled, if it runs here; other nodes see it when they next say that they hold it.
    pub fn cancel(&self, id: Uuid) {
        if let Some(running) = self.running().get(&id) {
            running.cancel();
        }
    }

    fn is_running(&self, id: Uuid) -> bool {
        self.running().contains_key(&id)
    }

    /// Nothing panics while it is held.
    fn running(&self) -> MutexGuard<'_, HashMap<Uuid, CancellationToken>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs jobs until the server stops.
pub async fn run(platform: Arc<Platform>, jobs: Arc<Jobs>, kinds: Vec<Arc<dyn Kind>>) {
    let (stop, node) = (platform.tasks.stopping(), platform.ids.uuid());
    if let Err(error) = begin(&platform).await {
        tracing::error!(%error, "what was left of earlier jobs cannot be looked at");
    }
    let runner = Runner { platform, jobs, kinds, node };
    let mut running = JoinSet::new();
    for round in 0_u64.. {
        let next = after(runner.platform.clock.now(), LOOK);
        if let Err(error) = runner.look(&mut running).await {
            tracing::warn!(%error, "the jobs cannot be looked at");
        }
        keeping::keep(&runner.platform, &runner.kinds, round.is_multiple_of(LOOKS_A_PRUNING)).await;
        tokio::select! {
            () = stop.cancelled() => break,
            () = runner.jobs.wake.notified() => {}
            Some(ended) = running.join_next(), if !running.is_empty() => runner.leave(ended),
            () = runner.platform.clock.sleep_until(next) => {}
        }
    }
    // Each sees that the server stops, and gives its job back.
    while let Some(ended) = running.join_next().await {
        runner.leave(ended);
    }
}

/// What has to be done once.
async fn begin(platform: &Platform) -> Result<(), DbErr> {
    if let Err(error) = make_folder(&platform.settings.exports_folder()) {
        tracing::error!(%error, "the folder of exports cannot be made");
    }
    if platform.db.backend() == DbBackend::Sqlite {
        store::take_back(&platform.db).await?;
    }
    keeping::sweep(platform).await
}

struct Runner {
    platform: Arc<Platform>,
    jobs: Arc<Jobs>,
    kinds: Vec<Arc<dyn Kind>>,
    /// This run of this node.
    node: Uuid,
}

impl Runner {
    /// Begins as many jobs as there is room for.
    async fn look(&self, running: &mut JoinSet<Uuid>) -> Result<(), DbErr> {
        let (platform, most) = (&self.platform, self.platform.settings.exports.parallel);
        if running.len() >= most {
            return Ok(());
        }
        // Those that run here may be among them, when the clock went on faster than they could say that they do.
        let due = store::due(&platform.db, platform.clock.now(), 2 * most as u64).await?;
        for job in due {
            if running.len() >= most || platform.tasks.stopping().is_cancelled() {
                return Ok(());
            }
            let Some(kind) = store::kind_of(&self.kinds, &job) else { continue };
            if self.jobs.is_running(job.id) {
                continue;
            }
            let until = platform.clock.now().saturating_add(LEASE);
            let Some(job) = store::claim(&platform.db, job, self.node, until).await? else { continue };
            let (id, cancelled) = (job.id, CancellationToken::new());
            self.jobs.running().insert(id, cancelled.clone());
            let attempt = Attempt { platform: platform.clone(), kind: kind.clone(), job, holder: self.node, cancelled };
            running.spawn(async move {
                attempt.run().await;
                id
            });
        }
        Ok(())
    }

    fn leave(&self, ended: Result<Uuid, tokio::task::JoinError>) {
        match ended {
            Ok(id) => _ = self.jobs.running().remove(&id),
            // Which one it was is not said; its lease runs out.
            Err(error) => tracing::error!(%error, "a job broke down"),
        }
    }
}
