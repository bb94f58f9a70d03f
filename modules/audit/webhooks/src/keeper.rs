//! Which subscriptions this node delivers. Each is leased by one node at a time, which says again and again that it is
//! still there; when it does not, another one takes over. On an embedded store there is one node.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use argus_core::clock::{NANOS_PER_SECOND, Nanos, after};
use argus_core::error::ApiError;
use sea_orm::DbBackend;
use sea_orm::prelude::Uuid;
use tokio::sync::Notify;
use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::dispatcher::Dispatcher;
use crate::{delivery, redelivery, store, worker};

/// How often a node looks at what it has, and says that it is there.
const LOOK: Duration = Duration::from_secs(5);

/// How long a subscription stays with a node that does not say so.
const LEASE: Nanos = 20 * NANOS_PER_SECOND;

/// From one time that old tries are taken away to the next.
const PRUNING: Nanos = 3_600 * NANOS_PER_SECOND;

/// A subscription that is at work.
struct Running {
    version: i64,
    stop: CancellationToken,
    again: Arc<Notify>,
    task: Id,
}

/// All of them.
#[derive(Default)]
struct Workers {
    running: HashMap<Uuid, Running>,
    tasks: JoinSet<()>,
}

/// Keeps subscriptions at work until the server stops.
pub(crate) async fn run(dispatcher: Arc<Dispatcher>) {
    let stop = dispatcher.platform.tasks.stopping();
    let (mut workers, mut pruned) = (Workers::default(), Nanos::MIN);
    loop {
        let next = after(dispatcher.platform.clock.now(), LOOK);
        if let Err(error) = look(&dispatcher, &mut workers, &mut pruned).await {
            tracing::warn!(%error, "it cannot be seen which subscriptions there are");
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = dispatcher.webhooks.was_changed() => {}
            () = dispatcher.platform.clock.sleep_until(next) => {}
            Some(ended) = workers.tasks.join_next_with_id() => {
                let task = ended.map_or_else(|error| error.id(), |(task, ())| task);
                workers.running.retain(|_, it| it.task != task);
            }
        }
    }
    workers.running.values().for_each(|it| it.stop.cancel());
    while workers.tasks.join_next().await.is_some() {}
    // For other nodes to take at once.
    if let Err(error) = store::release(&dispatcher.platform.db, &dispatcher.node, None).await {
        tracing::debug!(%error, "the leases of subscriptions run out by themselves");
    }
}

async fn look(dispatcher: &Arc<Dispatcher>, workers: &mut Workers, pruned: &mut Nanos) -> Result<(), ApiError> {
    let (db, now) = (&dispatcher.platform.db, dispatcher.platform.clock.now());
    let until = if db.backend() == DbBackend::Sqlite { Nanos::MAX } else { now.saturating_add(LEASE) };
    store::lease(db, &dispatcher.node, now, until).await?;
    let mine: HashMap<Uuid, i64> = store::mine(db, &dispatcher.node).await?.into_iter().collect();
    for (id, it) in &workers.running {
        if mine.get(id) != Some(&it.version) {
            // When it has ended, what is to go on begins anew.
            it.stop.cancel();
        }
    }
    dispatcher.leased_until.send_replace(until);
    for (id, version) in mine {
        let Workers { running, tasks } = &mut *workers;
        running.entry(id).or_insert_with(|| begin(dispatcher, tasks, id, version));
    }
    let waiting: HashSet<Uuid> = redelivery::waiting(db.reader()).await?.into_iter().collect();
    workers.running.iter().filter(|(id, _)| waiting.contains(id)).for_each(|(_, it)| it.again.notify_one());
    if now.saturating_sub(*pruned) >= PRUNING {
        delivery::forget(db.writer(), now.saturating_sub(delivery::KEPT_FOR)).await?;
        *pruned = now;
    }
    Ok(())
}

fn begin(dispatcher: &Arc<Dispatcher>, tasks: &mut JoinSet<()>, id: Uuid, version: i64) -> Running {
    let (stop, again) = (CancellationToken::new(), Arc::new(Notify::new()));
    let task = tasks.spawn(worker::run(dispatcher.clone(), id, stop.clone(), again.clone())).id();
    Running { version, stop, again, task }
}
