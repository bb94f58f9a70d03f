//! Settings of the mail server.

use serde::{Deserialize, Serialize};

use super::Secret;

/// The mail server that sends what Argus has to tell. Without one, mails are kept until there is one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// `smtps://USER:PASSWORD@HOST:PORT`, or `smtp://` with `?tls=required` (STARTTLS) or without TLS; empty for none.
    pub url: Secret,
    /// The sender: `Argus <argus@example.org>`.
    pub from: String,
    /// The largest file that is sent along, in bytes; of larger ones only the address is told.
    pub attachment_bytes: u64,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self { url: Secret::default(), from: String::new(), attachment_bytes: 10 << 20 }
    }
}

impl MailSettings {
    /// Whether there is a mail server.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.url.reveal().is_empty()
    }

    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        let url = self.url.reveal();
        match () {
            () if !self.is_on() => None,
            () if !url.starts_with("smtp://") && !url.starts_with("smtps://") => {
                Some(("mail.url", "must begin with smtp:// or smtps://"))
            }
            () if !self.from.contains('@') => Some(("mail.from", "must be an address of e-mail where mail.url is set")),
            () => None,
        }
    }
}
