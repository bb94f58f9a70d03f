//! What hyper writes.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use http::StatusCode;
use tokio::io::AsyncWrite;

use super::Wire;
use crate::turn::Step;

impl<S> Wire<S> {
    /// Keeps back what answers no request: the head of hyper's own answer to a head that it cannot parse.
    fn hold_back(&mut self, bytes: &[u8]) -> bool {
        if !matches!(self.turn.step(), Step::Between | Step::Handed) {
            return false;
        }
        if self.held_back.is_none() {
            let status = bytes.get(9..12).and_then(|code| StatusCode::from_bytes(code).ok());
            self.held_back = Some(status.unwrap_or(StatusCode::BAD_REQUEST));
        }
        true
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    fn wait_to_write(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.writer.end();
            return written;
        }
        self.writer.begin(self.limits.write_idle_timeout);
        self.writer.poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.hold_back(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.wait_to_write(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.hold_back(slices.first().map(|slice| &**slice).unwrap_or_default()) {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        let written = Pin::new(&mut this.io).poll_write_vectored(cx, slices);
        this.wait_to_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    /// hyper flushes the transport only when nothing is left in its own buffers: an answer that it has whole has left.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        std::task::ready!(Pin::new(&mut this.io).poll_flush(cx))?;
        if this.turn.step() == Step::Answered {
            this.turn.go(Step::Between);
            if std::mem::take(&mut this.waiting) {
                // hyper asked for a head before it could have one, and will not ask again of its own accord.
                cx.waker().wake_by_ref();
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Left to the connection, which may have to answer or to read on first.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
