//! One try to deliver a message.

use std::sync::Arc;
use std::time::Duration;

use argus_core::clock::{Clock, NANOS_PER_SECOND, Nanos};
use argus_core::config::WebhookSettings;
use argus_outbound::{Answer, Connection, Dialer, HttpError, Resolve, Target, tls_client};
use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::Semaphore;

use crate::backoff;

/// How long a connection is used. Then the name is looked up again, since receivers move.
const LIFE: Nanos = 60 * NANOS_PER_SECOND;

/// The longest reason that is kept of a failure, in characters.
const LONGEST_REASON: usize = 500;

/// What came of a try.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The receiver took it, and answered that status.
    Delivered(u16),
    /// It did not.
    Failed(Failure),
}

/// Why a message was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The status that was answered, if any was.
    pub(crate) status: Option<u16>,
    /// In words.
    pub(crate) reason: String,
    /// For how long the receiver wants to hear nothing, in ns.
    pub(crate) wait: Option<Nanos>,
    /// Whether it wants nothing any more.
    pub(crate) gone: bool,
}

/// The connection that a subscription has to its receiver, while there is one, and since when.
#[derive(Default)]
pub(crate) struct Line(Option<(Connection, Nanos)>);

/// Makes calls, so many at the same time.
pub(crate) struct Caller {
    dialer: Dialer,
    clock: Clock,
    timeout: Duration,
    places: Semaphore,
}

impl Caller {
    /// By the settings.
    ///
    /// # Errors
    /// Which setting cannot be used, and why.
    pub(crate) fn new(settings: &WebhookSettings, clock: &Clock, resolver: Arc<dyn Resolve>) -> Result<Self, String> {
        let tls = tls_client(&settings.ca_file).map_err(|error| format!("webhooks.ca_file: {error}"))?;
        Ok(Self {
            dialer: Dialer::new(tls, settings.allowed_networks.clone(), resolver),
            clock: clock.clone(),
            timeout: settings.timeout.duration(),
            places: Semaphore::new(settings.calls as usize),
        })
    }

    /// Tries to deliver. May be dropped at any time; the receiver may have the message then. `message` makes the headers,
    /// for the time at which it is sent.
    pub(crate) async fn deliver(
        &self,
        line: &mut Line,
        target: &Target,
        message: impl FnOnce(Nanos) -> Option<HeaderMap>,
        body: Bytes,
    ) -> Outcome {
        // Never closed. Waiting for a place is no part of the receiver's time.
        let _place = self.places.acquire().await;
        let Some(headers) = message(self.clock.now()) else { return failed("The message cannot be signed") };
        let answer = tokio::select! {
            // An answer that is there counts, however late.
            biased;
            answer = self.exchange(line, target, headers, body) => answer,
            () = self.clock.sleep(self.timeout) => {
                return failed(format!("No answer within {} seconds", self.timeout.as_secs()));
            }
        };
        match answer {
            Ok(answer) => self.judge(&answer),
            Err(error) => failed(error),
        }
    }

    async fn exchange(
        &self,
        line: &mut Line,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, HttpError> {
        let now = self.clock.now();
        let kept = line.0.take().filter(|(open, since)| open.is_open() && now.saturating_sub(*since) < LIFE);
        if let Some((mut connection, since)) = kept
            && let Ok(answer) = connection.post(target, headers.clone(), body.clone()).await
        {
            line.0 = answer.reusable.then_some((connection, since));
            return Ok(answer);
        }
        // There was none, or the receiver had closed it, which is no failure yet.
        let mut connection = self.dialer.connect(target).await?;
        let answer = connection.post(target, headers, body).await?;
        line.0 = answer.reusable.then_some((connection, now));
        Ok(answer)
    }

    fn judge(&self, answer: &Answer) -> Outcome {
        let status = answer.status;
        let reason = match status {
            200..=299 => return Outcome::Delivered(status),
            300..=399 => format!("The receiver answered {status}; redirects are not followed"),
            410 => "The receiver answered 410: it wants no more messages".to_owned(),
            _ => format!("The receiver answered {status}"),
        };
        let may_ask = matches!(status, 429 | 503);
        let wait = answer.retry_after.as_deref().filter(|_| may_ask);
        let wait = wait.and_then(|asks| backoff::asked(asks, self.clock.now()));
        Outcome::Failed(Failure { status: Some(status), reason, wait, gone: status == 410 })
    }
}

fn failed(reason: impl ToString) -> Outcome {
    let reason = reason.to_string().chars().take(LONGEST_REASON).collect();
    Outcome::Failed(Failure { status: None, reason, wait: None, gone: false })
}
