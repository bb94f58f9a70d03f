//! An event on its way into the log: its row, and all of its leaf that can be said before it has its place.

use argus_audit_proof::commitment::Salts;
use argus_audit_proof::leaf::Frame;
use argus_core::clock::Ids;
use argus_core::error::{ApiError, FieldErrors};
use ring::hmac::{HMAC_SHA256, Key, sign};

use crate::event::Model;
use crate::idempotency::hex;
use crate::proof::members;

/// Random bytes of which the salts of an event's fields are made. They never leave the server.
#[derive(Clone, PartialEq, Eq)]
pub struct EventSalt(pub(crate) [u8; 32]);

impl EventSalt {
    /// The salts of the event's fields.
    #[must_use]
    pub fn fields(&self) -> Salts {
        Salts::of(&self.0)
    }

    /// A body's fingerprint, as it is kept with the event: nobody can guess a body by it, and when the salt goes with what was
    /// erased, neither can this server.
    pub(crate) fn fingerprint(&self, body: &str) -> String {
        // No field has a name like that, so that no salt which is disclosed is one of these.
        let message = format!("body\0{body}");
        hex(sign(&Key::new(HMAC_SHA256, &self.0), message.as_bytes()).as_ref())
    }
}

/// An event on its way into the log.
#[derive(Clone)]
pub struct Entry {
    /// Its row, without place and time of receipt.
    pub row: Model,
    /// What its fields are salted with.
    pub salt: EventSalt,
    /// Its leaf around the time of receipt.
    pub frame: Frame,
    /// SHA-256 of the body it was sent as, where the sender gave it an identifier of its own.
    pub body: Option<String>,
}

impl Entry {
    /// The entry of a row that is complete but for its place. Takes some microseconds. Integers beyond 2^53 - 1, which only
    /// Argus itself writes, become texts: not every reader of JSON keeps them, so no proof can hold them.
    ///
    /// # Errors
    /// 412 where a text that every proof shows is too long; 500 for a row that holds what is no JSON.
    pub fn of(mut row: Model, ids: &Ids) -> Result<Self, ApiError> {
        let salt = EventSalt(ids.bytes());
        let body = row.fingerprint.take();
        row.fingerprint = body.as_ref().map(|body| salt.fingerprint(body));
        let frame = frame(&mut row, &salt)?;
        Ok(Self { row, salt, frame, body })
    }

    /// About how many bytes it takes in memory.
    pub fn weight(&self) -> usize {
        self.row.weight() + self.frame.len()
    }
}

/// The leaf of a row around the time of receipt.
fn frame(row: &mut Model, salt: &EventSalt) -> Result<Frame, ApiError> {
    let mut errors = FieldErrors::default();
    for name in members::too_long(row) {
        errors.add(name, "invalid.field.length", format!("Must have at most {} characters", members::LONGEST));
    }
    errors.finish()?;
    let salts = salt.fields();
    let leaf = members::leaf(row, &salts).or_else(|| {
        members::make_exact(row);
        members::leaf(row, &salts)
    });
    let leaf = leaf.ok_or_else(|| ApiError::internal("a row has no leaf"))?;
    let frame = leaf.frame().filter(Frame::fits);
    frame.ok_or_else(|| ApiError::unmet("event.too.large", "The event's leaf would have more than 65,535 bytes"))
}
