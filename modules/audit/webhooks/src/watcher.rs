//! Listens to the log for all subscriptions of the node that rest (see `board.rs`), while there are any.

use std::sync::Arc;
use std::time::Duration;

use argus_audit_log::Hub;
use argus_audit_log::stream::{Listener, Piece, Wave};
use argus_core::error::ApiError;
use tokio::sync::watch;

use crate::dispatcher::Dispatcher;
use crate::{place, store};

/// How long to wait before the hub is asked again.
const RETRY: Duration = Duration::from_secs(1);

/// Listens until the server stops.
pub(crate) async fn run(dispatcher: Arc<Dispatcher>, hub: Arc<Hub>) {
    let stop = dispatcher.platform.tasks.stopping();
    let mut members = dispatcher.board.members();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            // Fails only without a board.
            () = until(&mut members, |members| members > 0) => {}
        }
        let listened = tokio::select! {
            () = stop.cancelled() => return,
            listened = listen(&dispatcher, &hub) => listened,
            () = until(&mut members, |members| members == 0) => Ok(()),
        };
        dispatcher.board.begin(None);
        if let Err(error) = listened {
            tracing::debug!(%error, "subscriptions look at the log themselves");
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(RETRY) => {}
            }
        }
    }
}

async fn until(members: &mut watch::Receiver<usize>, holds: impl Fn(usize) -> bool) {
    let _ = members.wait_for(|members| holds(*members)).await;
}

/// Listens until it is too slow, or the hub is closed.
async fn listen(dispatcher: &Dispatcher, hub: &Arc<Hub>) -> Result<(), ApiError> {
    let directory = &dispatcher.platform.directory;
    let mut listener = hub.listen(None).await?;
    // After the listener has its place: everything from here on comes to it.
    let head = place::head(&dispatcher.platform.db).await?;
    dispatcher.board.begin(Some(head));
    let mut seen = directory.changes();
    while let Some(pieces) = wave(&mut listener).await? {
        directory.sync().await?;
        if directory.changes() != seen {
            seen = directory.changes();
            dispatcher.board.wake_all();
        }
        let far = dispatcher.board.look(&pieces);
        if !far.is_empty() {
            store::skip(&dispatcher.platform.db, &dispatcher.node, &far).await?;
        }
    }
    Err(ApiError::unavailable())
}

/// The next events; none when it fell behind, since it has no place of its own to go on from: who rests looks for itself.
async fn wave(listener: &mut Listener) -> Result<Option<Vec<Arc<Piece>>>, ApiError> {
    match listener.wave().await {
        Some(Wave::Live(pieces)) => Ok(Some(pieces)),
        Some(Wave::Behind(_) | Wave::Lost) => Ok(None),
        None => Err(ApiError::unavailable()),
    }
}
