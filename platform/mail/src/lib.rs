//! E-mail. Whoever has something to send puts it into the outbox, in the transaction of what it is about; one task sends it,
//! again and again until the mail server has taken it. Without a mail server in the settings it is kept, and shown, until
//! there is one.

pub mod migration;
pub mod outbox;
mod sender;
mod smtp;

use std::sync::Arc;

use argus_core::app::Platform;

pub use outbox::{Attachment, Message};
pub use smtp::check;

use smtp::Smtp;

/// Begins to send what is in the outbox, where there is a mail server.
///
/// # Errors
/// Which setting cannot be used, and why.
pub fn start(platform: &Arc<Platform>) -> Result<(), String> {
    if let Some(smtp) = Smtp::of(&platform.settings.mail)? {
        platform.tasks.spawn(sender::run(platform.clone(), smtp));
    }
    Ok(())
}
