//! Events as they come in, one after the other: each is checked and made into its row, and nothing else is kept of it.

use argus_audit_log::event::Model;
use argus_audit_log::idempotency::hex;
use argus_core::envelope::WireMessage;
use argus_core::error::{ApiError, FieldErrors, Message, MessageKind};
use argus_core::wire::{BodyDraft, parse};
use poem::http::StatusCode;
use ring::digest::{Context, SHA256, digest};

use super::{MOST, lines::Line};
use crate::input::{Sender, fingerprint};
use crate::model::{BulkMode, EVENT_LIMIT, FailedEvent, NewEvent};

/// Messages that one answer has. Beyond, further bad events of an atomic request are not named, and each failed event of a
/// partial one has one message.
const MOST_MESSAGES: usize = 1_000;

/// What has come in so far.
pub struct Gathering {
    sender: Sender,
    /// When the request came in, in ms.
    at: i64,
    mode: BulkMode,
    print: Option<Context>,
    /// Events so far, good and bad.
    seen: usize,
    rows: Vec<Model>,
    failed: Vec<FailedEvent>,
    /// What is wrong with an atomic request.
    errors: FieldErrors,
    messages: usize,
}

/// All that has come in.
pub struct Gathered {
    /// The rows of good events, in their order.
    pub rows: Vec<Model>,
    /// The bad events of a partial request, in their order.
    pub failed: Vec<FailedEvent>,
    /// What is wrong with the whole.
    pub errors: FieldErrors,
    /// Fingerprint of the body, where one was wanted.
    pub print: Option<String>,
}

impl Gathering {
    /// Nothing yet. The body's fingerprint is made only where it is wanted, since it costs as much as all the rest.
    pub fn new(sender: Sender, at: i64, mode: BulkMode, wants_print: bool) -> Self {
        let print = wants_print.then(|| {
            let mut context = Context::new(&SHA256);
            context.update(if mode == BulkMode::Atomic { b"atomic" } else { b"partial" });
            context
        });
        let (rows, failed, errors) = (Vec::new(), Vec::new(), FieldErrors::default());
        Self { sender, at, mode, print, seen: 0, rows, failed, errors, messages: 0 }
    }

    /// The next event of a line; an empty line is none.
    ///
    /// # Errors
    /// 413 when it is too large and the request is atomic; 412 when there are too many.
    pub fn line(&mut self, line: Line<'_>) -> Result<(), ApiError> {
        match line {
            Line::Text(text) if text.iter().all(u8::is_ascii_whitespace) => Ok(()),
            Line::Text(text) => self.event(text),
            Line::TooLong(digest) => {
                self.count()?;
                self.print(b'r', &digest);
                self.too_large()
            }
        }
    }

    /// The next event.
    ///
    /// # Errors
    /// As [`Gathering::line`].
    pub fn event(&mut self, text: &[u8]) -> Result<(), ApiError> {
        self.count()?;
        if text.len() > EVENT_LIMIT {
            self.print_raw(text);
            return self.too_large();
        }
        match self.read(text) {
            // Of an atomic request with a bad event nothing comes in.
            Ok(row) if self.errors.is_empty() => self.rows.push(row),
            Ok(_) => {}
            Err(error) => self.fail(&error),
        }
        Ok(())
    }

    fn read(&mut self, text: &[u8]) -> Result<Model, ApiError> {
        let draft = parse(text).and_then(BodyDraft::<NewEvent>::of).inspect_err(|_| self.print_raw(text))?;
        let (new, mut errors) = draft.into_parts();
        let wanted = errors.is_empty() && (self.print.is_some() || new.external_id.is_some());
        let print = wanted.then(|| fingerprint(&new));
        match &print {
            Some(print) => self.print(b'e', print),
            None if errors.is_empty() => {}
            None => self.print_raw(text),
        }
        let row = self.sender.row_as(new, print, &mut errors);
        errors.finish().map(|()| row)
    }

    fn count(&mut self) -> Result<(), ApiError> {
        self.seen += 1;
        if self.seen > MOST { Err(too_many()) } else { Ok(()) }
    }

    fn print_raw(&mut self, text: &[u8]) {
        if self.print.is_some() {
            self.print(b'r', &hex(digest(&SHA256, text).as_ref()));
        }
    }

    /// All that goes in has one length.
    fn print(&mut self, kind: u8, digest: &str) {
        if let Some(context) = &mut self.print {
            context.update(&[kind]);
            context.update(digest.as_bytes());
        }
    }

    fn too_large(&mut self) -> Result<(), ApiError> {
        let text = format!("events[{}] is larger than {EVENT_LIMIT} bytes", self.seen - 1);
        let error = ApiError::action(StatusCode::PAYLOAD_TOO_LARGE, "event.too.large", text);
        if self.mode == BulkMode::Atomic {
            return Err(error);
        }
        self.fail(&error);
        Ok(())
    }

    fn fail(&mut self, error: &ApiError) {
        let index = self.seen - 1;
        let left = MOST_MESSAGES.saturating_sub(self.messages).max(usize::from(self.mode == BulkMode::Partial));
        let messages = error.messages.iter().take(left).map(|message| placed(message, index));
        if self.mode == BulkMode::Partial {
            let messages: Vec<_> = messages.map(|message| WireMessage::of(&message, self.at)).collect();
            self.messages += messages.len();
            self.failed.push(FailedEvent { index: i64::try_from(index).unwrap_or(i64::MAX), messages });
            return;
        }
        self.rows = Vec::new();
        for message in messages {
            self.messages += 1;
            self.errors.add(message.field.unwrap_or_default(), message.template, message.text);
        }
    }

    /// The end of the body.
    pub fn finish(mut self) -> Gathered {
        if self.seen == 0 {
            self.errors.add("events", "invalid.field.length", "Must have at least one event");
        }
        let print = self.print.map(|context| hex(context.finish().as_ref()));
        Gathered { rows: self.rows, failed: self.failed, errors: self.errors, print }
    }
}

/// 412: more events than one request may bring.
pub fn too_many() -> ApiError {
    ApiError::field("events", "invalid.field.length", format!("Must have at most {MOST} events"))
}

/// A message about the event at a place.
fn placed(message: &Message, index: usize) -> Message {
    let field = match &message.field {
        Some(field) => format!("events[{index}].{field}"),
        None => format!("events[{index}]"),
    };
    Message { kind: MessageKind::FieldError, field: Some(field), ..message.clone() }
}
