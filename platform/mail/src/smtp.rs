//! The mail server, by `lettre`.

use std::time::Duration;

use argus_core::config::MailSettings;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment, Body, Mailbox, Message, MultiPart, SinglePart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::outbox::Model;

/// How long the mail server has for each answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Whether a text is one address of e-mail.
#[must_use]
pub fn check(address: &str) -> bool {
    address.len() <= 254 && address.parse::<Address>().is_ok()
}

/// The mail server of the settings.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    largest: u64,
}

/// Why a mail was not sent.
pub enum Refused {
    /// It may be taken later.
    Now(String),
    /// It will never be taken.
    ForGood(String),
}

impl Smtp {
    /// From the settings; nothing where there is none.
    ///
    /// # Errors
    /// When they cannot be used, with a text without the password.
    pub fn of(settings: &MailSettings) -> Result<Option<Self>, String> {
        if !settings.is_on() {
            return Ok(None);
        }
        // The error may name the address with its password.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.url.reveal())
            .map_err(|_| "mail.url cannot be used".to_owned())?;
        let from = settings.from.parse().map_err(|error| format!("mail.from: {error}"))?;
        Ok(Some(Self { transport: transport.timeout(Some(TIMEOUT)).build(), from, largest: settings.attachment_bytes }))
    }

    /// Sends one mail.
    pub async fn send(&self, mail: &Model) -> Result<(), Refused> {
        let message = self.message(mail).await.map_err(Refused::ForGood)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Refused::ForGood(error.to_string())),
            Err(error) => Err(Refused::Now(error.to_string())),
        }
    }

    async fn message(&self, mail: &Model) -> Result<Message, String> {
        let to: Mailbox = mail.recipient.parse().map_err(|error| format!("{}: {error}", mail.recipient))?;
        let domain = self.from.email.domain();
        let message = Message::builder()
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject);
        let text = SinglePart::plain(mail.body.clone());
        let message = match self.attachment(mail).await {
            Some(attachment) => message.multipart(MultiPart::mixed().singlepart(text).singlepart(attachment)),
            None => message.singlepart(text),
        };
        message.map_err(|error| error.to_string())
    }

    /// The file that goes with a mail, where it is still there and small enough.
    async fn attachment(&self, mail: &Model) -> Option<SinglePart> {
        let (path, name) = (mail.attachment_path.as_ref()?, mail.attachment_name.clone()?);
        let size = tokio::fs::metadata(path).await.ok()?.len();
        if size > self.largest {
            return None;
        }
        let bytes = tokio::fs::read(path).await.ok()?;
        let media_type = mail.attachment_type.as_deref().unwrap_or("application/octet-stream");
        let media_type = ContentType::parse(media_type).ok()?;
        // Whatever it is, it arrives byte by byte as it is: line endings of texts are changed on the way.
        let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64).ok()?;
        Some(Attachment::new(name).body(body, media_type))
    }
}

#[cfg(test)]
mod tests {
    use argus_core::config::Secret;

    use super::*;

    #[test]
    fn settings_that_cannot_be_used_are_named_without_the_password() {
        let of = |url: &str, from: &str| {
            let settings = MailSettings { url: Secret::new(url), from: from.to_owned(), ..MailSettings::default() };
            Smtp::of(&settings).map(|smtp| smtp.is_some())
        };
        assert_eq!(of("", ""), Ok(false));
        assert_eq!(of("smtp://127.0.0.1:2525", "Argus <argus@example.org>"), Ok(true));
        assert_eq!(of("smtps://argus:hunter2@:port", "argus@example.org"), Err("mail.url cannot be used".to_owned()));
        let error = of("smtps://argus:hunter2@mail.example.org", "Argus <@>").expect_err("no address");
        assert!(error.starts_with("mail.from: ") && !error.contains("hunter2"), "{error}");
    }
}
