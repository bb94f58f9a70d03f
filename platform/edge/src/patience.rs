//! A deadline that is set far more often than it passes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// How long to wait for a peer that does nothing.
///
/// The timer is made at the first wait and kept. A timer that would ring too early is left alone and, once it rang, set
/// again: moving it with every request would cost more than being woken for nothing once in a while.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    deadline: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// Starts to wait, unless it already does.
    pub(crate) fn begin(&mut self, limit: Duration) {
        if self.deadline.is_none() {
            self.deadline = Some(Instant::now() + limit);
        }
    }

    /// Stops to wait, because something happened.
    pub(crate) fn end(&mut self) {
        self.deadline = None;
    }

    /// Ready once the deadline has passed; pending forever without one.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline else {
            return Poll::Pending;
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if deadline < timer.deadline() {
            timer.as_mut().reset(deadline);
        }
        loop {
            ready!(timer.as_mut().poll(cx));
            if deadline <= timer.deadline() {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }
}
