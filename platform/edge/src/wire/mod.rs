//! The connection as hyper sees it: one sound request at a time.

use std::sync::Arc;

use bytes::BytesMut;
use http::StatusCode;

use crate::chunks::Chunks;
use crate::limits::Limits;
use crate::patience::Patience;
use crate::refusal::Fault;
use crate::scan::{Framing, Scan};
use crate::turn::{Step, Turn};

mod read;
mod write;

/// Read by hyper in place of a request that is refused, so that the service answers and hyper writes the answer.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n";
const STAND_IN_FOR_HEAD: &[u8] = b"HEAD / HTTP/1.1\r\nconnection: close\r\n\r\n";

#[derive(Debug)]
enum Reading {
    /// Wait for a head until all of it is here.
    Head,
    /// Hand over this many bytes of `ahead`, then go on with what follows.
    Pass(usize, After),
    Length(u64),
    Chunked(Chunks),
    Nothing,
}

#[derive(Debug, Clone, Copy)]
enum After {
    Body(Framing),
    Nothing,
}

/// A transport between the peer and hyper.
///
/// Reading: it holds a head back until it is complete and passes [`Scan`]; then it lets through exactly that head and
/// its body, and nothing of the next request before the answer has left. So hyper's view of where requests end is
/// checked by a second one, a refusal never overtakes an answer, and each wait has its own limit. A head that comes in
/// one piece is scanned where hyper wants it, without a copy.
///
/// Writing: it lets through what answers a request. What hyper writes of its own accord (400, 414 or 431 with an empty
/// body to a head that it cannot parse) is kept back, for the connection to answer as all refusals are.
#[derive(Debug)]
pub(crate) struct Wire<S> {
    io: S,
    limits: Limits,
    turn: Arc<Turn>,
    reading: Reading,
    scan: Scan,
    /// Bytes from the peer that hyper must not see yet.
    ahead: BytesMut,
    /// Whether hyper waits for a head that it may not have before its answer is written.
    waiting: bool,
    served: bool,
    doom: Option<Fault>,
    held_back: Option<StatusCode>,
    reader: Patience,
    writer: Patience,
}

impl<S> Wire<S> {
    pub(crate) fn new(io: S, turn: Arc<Turn>, limits: Limits) -> Self {
        Self {
            io,
            limits,
            turn,
            reading: Reading::Head,
            scan: Scan::default(),
            ahead: BytesMut::new(),
            waiting: false,
            served: false,
            doom: None,
            held_back: None,
            reader: Patience::default(),
            writer: Patience::default(),
        }
    }

    /// Refuses whatever the peer begins to send.
    pub(crate) fn doomed(mut self, fault: Fault) -> Self {
        self.doom = Some(fault);
        self
    }

    /// The status that hyper wanted to answer without the service.
    pub(crate) fn held_back(&mut self) -> Option<StatusCode> {
        self.held_back.take()
    }

    /// Ends reading, and has the service answer `fault`.
    pub(crate) fn refuse(&mut self, fault: Fault) {
        let start = self.ahead.iter().position(|&byte| byte != b'\r' && byte != b'\n').unwrap_or(0);
        let is_head = self.ahead.get(start..).is_some_and(|head| head.starts_with(b"HEAD "));
        let stand_in = if is_head { STAND_IN_FOR_HEAD } else { STAND_IN };
        self.ahead = BytesMut::from(stand_in);
        self.reading = Reading::Pass(stand_in.len(), After::Nothing);
        self.turn.refuse(fault);
        self.turn.set_partial(false);
        self.turn.go(Step::Between);
        self.reader.end();
    }

    /// Whether the peer may have sent something that nobody has read.
    pub(crate) fn has_unread(&self) -> bool {
        !matches!(self.reading, Reading::Head) || !self.ahead.is_empty() || self.turn.refusal().is_some()
    }

    pub(crate) fn into_inner(self) -> S {
        self.io
    }
}
