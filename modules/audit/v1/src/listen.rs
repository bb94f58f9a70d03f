//! What a listener gets: events that it may see and that match, as long as it may see them.

use std::collections::VecDeque;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use argus_audit_log::event::Model;
use argus_audit_log::search::Events;
use argus_audit_log::stream::{Listener, Piece, Wave};
use argus_core::access::{Caller, CustomerSet, Gate};
use argus_core::authentication::Standing;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Matcher};
use bytes::Bytes;
use futures_util::{Stream, stream};
use poem_openapi::types::ToJSON;

use crate::output::Printer;
use crate::{ManageAuditRetention, ViewAuditEvents};

/// How often a comment is sent, so that whoever is between sees that the stream is alive, and the server that the client
/// is. Rights that end by time alone are seen to have ended at the latest by then.
const BEAT: Duration = Duration::from_secs(15);

/// A line that clients pass over.
const COMMENT: Bytes = Bytes::from_static(b":\n\n");

/// What is wanted, for the store and for rows in memory.
pub struct Wanted {
    criteria: Criteria<Events>,
    matcher: Matcher<Events>,
    /// Whether deleted events are, which takes a function of its own.
    deleted: bool,
}

impl Wanted {
    /// What the criteria say.
    ///
    /// # Errors
    /// 500 when events cannot be judged in memory, which is a mistake in their description.
    pub fn of(criteria: Criteria<Events>) -> Result<Self, ApiError> {
        let matcher = criteria.matcher().ok_or_else(|| ApiError::internal("events cannot be judged in memory"))?;
        let deleted = criteria.wants("includeDeleted");
        Ok(Self { criteria, matcher, deleted })
    }
}

/// The stream's text, beginning with a comment, which tells the client that from now on nothing is missed.
pub fn pieces(
    caller: Caller<ViewAuditEvents>,
    standing: Standing,
    listener: Listener,
    wanted: Wanted,
) -> impl Stream<Item = Bytes> + Send + 'static {
    let ear = Ear {
        scope: caller.scope(),
        // No count that there is: the first event is not sent before a look.
        seen: u64::MAX,
        beat: beat(&caller),
        ready: VecDeque::from([COMMENT]),
        caller,
        standing,
        listener,
        wanted,
    };
    stream::unfold(ear, async |mut ear| {
        let piece = ear.next().await;
        match piece {
            Ok(piece) => Some((piece?, ear)),
            Err(error) => {
                tracing::debug!(%error, request_id = %ear.caller.request_id, "a stream of events ends");
                None
            }
        }
    })
}

type Beat = Pin<Box<dyn Future<Output = ()> + Send>>;

fn beat(caller: &Caller<ViewAuditEvents>) -> Beat {
    let clock = caller.platform.clock.clone();
    Box::pin(async move { clock.sleep(BEAT).await })
}

/// One listener, from the first to the last piece.
struct Ear {
    caller: Caller<ViewAuditEvents>,
    standing: Standing,
    listener: Listener,
    wanted: Wanted,
    /// The customers whose events it may see now.
    scope: CustomerSet,
    /// Changes of who may do what, when that was looked at last.
    seen: u64,
    beat: Beat,
    /// What the client has still to take. Of one wave at most.
    ready: VecDeque<Bytes>,
}

impl Ear {
    /// The next piece; none when the server stops or the client was too slow. Errors end the stream as well.
    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            if self.caller.platform.directory.changes() != self.seen {
                self.look().await?;
            }
            if let Some(piece) = self.ready.pop_front() {
                return Ok(Some(piece));
            }
            let wave = tokio::select! {
                biased;
                () = &mut self.beat => {
                    self.beat = beat(&self.caller);
                    self.look().await?;
                    self.ready.push_back(COMMENT);
                    continue;
                }
                wave = self.listener.wave() => wave,
            };
            match wave {
                Some(Wave::Live(pieces)) => self.take(pieces).await?,
                Some(Wave::Behind(behind)) => self.read(behind).await?,
                Some(Wave::Lost) | None => return Ok(None),
            }
        }
    }

    /// Looks whether the caller still may, and on which customers.
    async fn look(&mut self) -> Result<(), ApiError> {
        let directory = &self.caller.platform.directory;
        directory.sync().await?;
        let changes = directory.changes();
        let principal = self.standing.look::<ViewAuditEvents>(&self.caller).await?;
        if self.wanted.deleted && !principal.has(ManageAuditRetention::NAME) {
            return Err(ApiError::forbidden(
                "access.denied",
                "Access denied: deleted events are not for the caller now",
            ));
        }
        self.scope = principal.customers_for(ViewAuditEvents::NAME);
        self.seen = changes;
        Ok(())
    }

    /// Looks again if another node may have changed something. Listeners that look at the same time share one look.
    async fn keep_up(&mut self) -> Result<(), ApiError> {
        self.caller.platform.directory.sync().await?;
        if self.caller.platform.directory.changes() == self.seen { Ok(()) } else { self.look().await }
    }

    /// Events that were just committed.
    async fn take(&mut self, pieces: Vec<Arc<Piece>>) -> Result<(), ApiError> {
        self.keep_up().await?;
        let (scope, matcher) = (&self.scope, &self.wanted.matcher);
        let is_wanted =
            |piece: &Arc<Piece>| scope.contains(piece.row.model().customer_id) && matcher.matches(&piece.row);
        let pieces: Vec<_> = pieces.into_iter().filter(is_wanted).collect();
        let unprinted = pieces.iter().filter(|piece| piece.printed().is_none());
        let printer = Printer::of(&self.caller.platform, unprinted.map(|piece| piece.row.model())).await?;
        self.ready.extend(pieces.iter().map(|piece| piece.print(|row| text(printer.event(row.clone()))).clone()));
        Ok(())
    }

    /// Events that the listener has to catch up with.
    async fn read(&mut self, behind: Range<i64>) -> Result<(), ApiError> {
        self.keep_up().await?;
        let rows: Vec<Model> = self.listener.read(behind, &self.scope, &self.wanted.criteria).await?;
        let printer = Printer::of(&self.caller.platform, rows.iter()).await?;
        self.ready.extend(rows.into_iter().map(|row| text(printer.event(row))));
        Ok(())
    }
}

/// One event of the stream. JSON has no line breaks of its own, so it is one line.
fn text(event: crate::model::Event) -> Bytes {
    let sequence = event.sequence;
    Bytes::from(format!("id: {sequence}\ndata: {}\n\n", event.to_json_string()))
}
