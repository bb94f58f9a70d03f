//! What hyper reads.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};

use super::{After, Reading, Wire};
use crate::chunks::Chunks;
use crate::error::BodyError;
use crate::refusal;
use crate::scan::{Framing, Head, Scan};
use crate::turn::Step;

impl Reading {
    /// How many of these bytes belong to the body that is being read. Its end is followed by a head.
    fn own(&mut self, bytes: &[u8]) -> Result<usize, BodyError> {
        let (own, done) = match self {
            Self::Length(left) => {
                let own = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= own as u64;
                (own, *left == 0)
            }
            Self::Chunked(chunks) => (chunks.feed(bytes)?, chunks.is_done()),
            Self::Head | Self::Pass(..) | Self::Nothing => (0, false),
        };
        if done {
            *self = Self::Head;
        }
        Ok(own)
    }
}

impl<S> Wire<S> {
    fn begin(&mut self, framing: Framing) {
        self.reading = match framing {
            Framing::Length(0) => Reading::Head,
            Framing::Length(length) => Reading::Length(length),
            Framing::Chunked => Reading::Chunked(Chunks::new(self.limits.max_body_bytes)),
        };
        self.scan = Scan::default();
        self.served = true;
        self.reader.end();
        self.turn.set_partial(false);
        self.turn.go(Step::Handed);
    }

    /// Gives hyper what is left to pass of `ahead`, at most `limit` bytes.
    fn give(&mut self, buf: &mut ReadBuf<'_>, limit: usize) -> usize {
        let size = limit.min(self.ahead.len()).min(buf.remaining());
        buf.put_slice(self.ahead.get(..size).unwrap_or_default());
        self.ahead.advance(size);
        if self.ahead.is_empty() {
            // An idle connection holds no memory here.
            self.ahead = BytesMut::new();
        }
        size
    }

    fn pass(&mut self, buf: &mut ReadBuf<'_>, left: usize, after: After) {
        let left = left - self.give(buf, left);
        if left > 0 {
            self.reading = Reading::Pass(left, after);
            return;
        }
        match after {
            After::Body(framing) => self.begin(framing),
            After::Nothing => {
                self.reading = Reading::Nothing;
                self.turn.go(Step::Handed);
            }
        }
    }
}

impl<S: AsyncRead + Unpin> Wire<S> {
    /// Waits for a head. True if hyper has it, false if what to read next has changed.
    fn poll_head(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        match self.turn.step() {
            Step::Between => {}
            Step::InFlight | Step::Answered => {
                self.waiting = true;
                return Poll::Pending;
            }
            // hyper has the whole head and wants more of it: where two readers differ, neither is to be trusted.
            Step::Handed => {
                self.refuse(refusal::MALFORMED);
                return Poll::Ready(Ok(false));
            }
        }
        loop {
            if !self.ahead.is_empty() {
                match self.scan.feed(&self.ahead, &self.limits) {
                    Ok(Some(Head { len, framing })) => {
                        self.reading = Reading::Pass(len, After::Body(framing));
                        return Poll::Ready(Ok(false));
                    }
                    Ok(None) => self.turn.set_partial(true),
                    Err(fault) => {
                        self.refuse(fault);
                        return Poll::Ready(Ok(false));
                    }
                }
            }
            let idle = self.served && self.ahead.is_empty();
            self.reader.begin(if idle { self.limits.idle_timeout } else { self.limits.header_read_timeout });

            let before = buf.filled().len();
            if Pin::new(&mut self.io).poll_read(cx, buf)?.is_pending() {
                ready!(self.reader.poll(cx));
                self.give_up();
                return Poll::Ready(Ok(false));
            }
            let fresh = buf.filled().get(before..).unwrap_or_default();
            if fresh.is_empty() {
                self.reading = Reading::Nothing;
                return Poll::Ready(Ok(false));
            }
            if let Some(fault) = self.doom {
                self.ahead.extend_from_slice(fresh);
                buf.set_filled(before);
                self.refuse(fault);
                return Poll::Ready(Ok(false));
            }
            if self.ahead.is_empty() {
                if self.served {
                    // The wait for a request is over, the wait for its head begins.
                    self.reader.end();
                }
                if let Ok(Some(Head { len, framing })) = self.scan.feed(fresh, &self.limits) {
                    self.ahead.extend_from_slice(fresh.get(len..).unwrap_or_default());
                    buf.set_filled(before + len);
                    self.begin(framing);
                    return Poll::Ready(Ok(true));
                }
                self.scan = Scan::default();
            }
            self.ahead.extend_from_slice(fresh);
            buf.set_filled(before);
        }
    }

    /// The peer took too long: to begin a request, which needs no answer, or to end a head, which gets one.
    fn give_up(&mut self) {
        if self.ahead.is_empty() {
            self.reading = Reading::Nothing;
        } else {
            self.refuse(refusal::HEAD_LATE);
        }
    }

    fn poll_body(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.ahead.is_empty() {
            let here = self.ahead.get(..self.ahead.len().min(buf.remaining())).unwrap_or_default();
            return match self.reading.own(here) {
                Ok(own) => {
                    self.give(buf, own);
                    Poll::Ready(Ok(()))
                }
                Err(error) => self.fail(error.into()),
            };
        }
        let before = buf.filled().len();
        match Pin::new(&mut self.io).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => self.reader.end(),
            Poll::Ready(Err(error)) => return self.fail(error),
            Poll::Pending => {
                self.reader.begin(self.limits.body_idle_timeout);
                ready!(self.reader.poll(cx));
                return self.fail(BodyError::Idle.into());
            }
        }
        let fresh = buf.filled().get(before..).unwrap_or_default();
        if fresh.is_empty() {
            return self.fail(BodyError::Truncated.into());
        }
        match self.reading.own(fresh) {
            Ok(own) => {
                self.ahead.extend_from_slice(fresh.get(own..).unwrap_or_default());
                buf.set_filled(before + own);
                Poll::Ready(Ok(()))
            }
            Err(error) => self.fail(error.into()),
        }
    }

    fn fail(&mut self, error: io::Error) -> Poll<io::Result<()>> {
        self.reading = Reading::Nothing;
        self.turn.set_last();
        Poll::Ready(Err(error))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            match this.reading {
                Reading::Head => {
                    if ready!(this.poll_head(cx, buf))? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Reading::Pass(left, after) => {
                    this.pass(buf, left, after);
                    return Poll::Ready(Ok(()));
                }
                Reading::Length(_) | Reading::Chunked(_) => return this.poll_body(cx, buf),
                // hyper takes nothing for the end.
                Reading::Nothing => return Poll::Ready(Ok(())),
            }
        }
    }
}
