//! One active subscription, on the node that has it.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use argus_core::error::ApiError;
use argus_outbound::Target;
use sea_orm::EntityTrait;
use sea_orm::prelude::Uuid;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::dispatcher::Dispatcher;
use crate::filter::Trouble;
use crate::lane::{End, Lane, Work};
use crate::secret::Signer;
use crate::subscription::{Model, state};
use crate::{redelivery, store};

/// How long to wait after the store failed.
const RETRY: Duration = Duration::from_secs(1);

/// Delivers what a subscription asks for until it is stopped; `again` tells that something is to be delivered again.
pub(crate) async fn run(dispatcher: Arc<Dispatcher>, id: Uuid, stop: CancellationToken, again: Arc<Notify>) {
    let _member = dispatcher.board.join();
    if let Err(error) = work(&dispatcher, id, &stop, &again).await {
        tracing::warn!(%error, subscription = %id, "a subscription waits for the store");
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(RETRY) => {}
        }
    }
    if let Err(error) = store::release(&dispatcher.platform.db, &dispatcher.node, Some(id)).await {
        tracing::debug!(%error, subscription = %id, "its lease runs out by itself");
    }
}

async fn work(
    dispatcher: &Arc<Dispatcher>,
    id: Uuid,
    stop: &CancellationToken,
    again: &Notify,
) -> Result<(), ApiError> {
    let Some(row) = store::held(&dispatcher.platform.db, &dispatcher.node, id).await? else { return Ok(()) };
    let end = match understood(dispatcher, &row).await {
        Ok(work) => deliver(&work, stop, again).await,
        Err(trouble) => Err(trouble),
    };
    let (to, reason) = match end {
        Ok(End::Ended(reason)) => (state::ENDED, reason),
        Err(Trouble::Pause(reason)) => (state::PAUSED, reason),
        Ok(End::Changed | End::Finished) => return Ok(()),
        Err(Trouble::Store(error)) => return Err(error),
    };
    tracing::warn!(subscription = %id, state = to, reason, "a subscription stops");
    store::stop(&dispatcher.platform, &dispatcher.node, &row, to, &reason).await
}

async fn understood(dispatcher: &Arc<Dispatcher>, row: &Model) -> Result<Work, Trouble> {
    let target = Target::parse(&row.url).map_err(|problem| Trouble::Pause(format!("Its url: {problem}")))?;
    let signer = Signer::of(&dispatcher.platform, row).map_err(|_| {
        Trouble::Pause("Its secret was stored under another secret_key of the server: renew it".to_owned())
    })?;
    let reached = AtomicI64::new(row.position);
    Ok(Work { dispatcher: dispatcher.clone(), row: row.clone(), target, signer, reached })
}

async fn deliver(work: &Work, stop: &CancellationToken, again: &Notify) -> Result<End, Trouble> {
    let mut running = Lane::running(work).await?;
    let end = tokio::select! {
        end = running.run() => end,
        end = deliver_again(work, again) => end,
        () = stop.cancelled() => Ok(End::Changed),
    };
    // What was taken is written down, whatever happened.
    let written = running.write().await;
    let end = end?;
    match written {
        Ok(true) => Ok(end),
        Ok(false) => Ok(End::Changed),
        Err(error) => Err(Trouble::Store(error)),
    }
}

/// One part of the log after the other.
async fn deliver_again(work: &Work, bell: &Notify) -> Result<End, Trouble> {
    let db = &work.dispatcher.platform.db;
    loop {
        let Some(waiting) = redelivery::first(db.reader(), work.row.id).await? else {
            bell.notified().await;
            continue;
        };
        let mut lane = Lane::again(work, &waiting).await?;
        match lane.run().await? {
            End::Finished => {}
            other => return Ok(other),
        }
        lane.write().await?;
        redelivery::Entity::delete_by_id(waiting.id).exec(db.writer()).await?;
    }
}
