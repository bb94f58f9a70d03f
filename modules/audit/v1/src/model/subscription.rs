//! Subscriptions on the wire.

mod print;

use argus_core::info::{CustomerInfo, UserInfo};
use poem_openapi::types::Any;
use poem_openapi::{Enum, Object};
use sea_orm::prelude::Uuid;
use serde_json::Value;

use super::Json;

pub use print::{bits, printed_all, types};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
        pub enum $name {
            $($(#[$word_doc])* #[oai(rename = $text)] $word),*
        }

        impl $name {
            /// The name on the wire.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$word => $text),*
                }
            }

            /// What has that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                [$(Self::$word),*].into_iter().find(|known| known.name() == name)
            }
        }
    )*};
}

words! {
    /// Types of messages.
    MessageType {
        /// An event that the criteria select.
        LogCreated = "audit.log.created",
        /// An export is ready to be fetched.
        ExportCompleted = "audit.export.completed",
        /// A report is ready to be fetched.
        ReportCompleted = "audit.report.completed",
        /// A rule found suspicious activity.
        SuspiciousDetected = "audit.suspicious.detected",
    }

    /// What a subscription does.
    SubscriptionState {
        /// Events are delivered.
        Active = "ACTIVE",
        /// Somebody, or Argus, stopped it for now; `reason` says why Argus did.
        Paused = "PAUSED",
        /// Its receiver did not take a message for days, or answered 410.
        Ended = "ENDED",
    }

    /// What a subscription can be told to do.
    WantedState {
        /// To go on where it stood.
        Active = "ACTIVE",
        /// To stop for now.
        Paused = "PAUSED",
    }

    /// How messages are signed.
    SignatureKind {
        /// HMAC-SHA256 by a secret that you share with Argus (`v1` in `webhook-signature`).
        Hmac = "HMAC",
        /// Ed25519, checked by a public key (`v1a` in `webhook-signature`).
        Ed25519 = "ED25519",
    }
}

/// A subscription to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewSubscription {
    /// Name for people.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: String,
    /// Where messages are sent to, by POST: https, or http where nobody on the way may read along. No user, password or
    /// fragment. Addresses that are not of the public Internet are refused, unless the server's settings allow them.
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub url: String,
    /// Types of messages that are wanted, at least one.
    #[oai(default, validator(max_items = 100))]
    pub events: Vec<MessageType>,
    /// Of which events `audit.log.created` tells: the criteria of a search of events. Members about pages (limit, offset,
    /// sortBy, cursor, count) mean nothing; times must not be relative. All but requests to Argus itself when absent.
    pub criteria: Option<Json>,
    /// Whose it is, by number or short name; yours when absent. Events of this customer and of those below it are delivered,
    /// as far as you may see them at that time.
    pub customer: Option<Any<Value>>,
    /// How messages are signed; HMAC when absent.
    pub signature: Option<SignatureKind>,
}

/// What may change about a subscription. Only given members change.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct SubscriptionUpdate {
    /// Another name for people.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: Option<String>,
    /// Another address.
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub url: Option<String>,
    /// Other types of messages, all of them.
    #[oai(validator(max_items = 100))]
    pub events: Option<Vec<MessageType>>,
    /// Types of messages that are wanted too.
    #[oai(validator(max_items = 100))]
    pub add_events: Option<Vec<MessageType>>,
    /// Types of messages that are not wanted any more; at least one type is to stay.
    #[oai(validator(max_items = 100))]
    pub remove_events: Option<Vec<MessageType>>,
    /// Other criteria, all of them.
    pub criteria: Option<Json>,
    /// ACTIVE: goes on where it stood, also after it ended. PAUSED: stops for now, and misses nothing.
    pub state: Option<WantedState>,
}

/// A new secret.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct SecretRenewal {
    /// For how long, in s, messages are signed by the present secret as well; a day when absent, seven at most.
    #[oai(validator(minimum(value = "0"), maximum(value = "604800")))]
    pub grace_seconds: Option<i64>,
}

/// A part of the log that is to be delivered again.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RedeliveryWanted {
    /// Events that were received then or later: ms since the epoch, ISO-8601 ending in Z, or relative.
    pub from: Any<Value>,
    /// And not later than then; now when absent.
    pub to: Option<Any<Value>>,
}

/// A part of the log that is delivered again.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Redelivery {
    /// Identifier; null when there is nothing to deliver again.
    pub id: Option<Uuid>,
    /// Events that were received then or later, in ms.
    pub from: i64,
    /// And not later than then, in ms.
    pub to: i64,
}

/// A subscription. Its secret is printed once, when it is made.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Subscription {
    /// Identifier.
    pub id: Uuid,
    /// Whose it is.
    pub customer: Option<CustomerInfo>,
    /// Name for people.
    pub name: String,
    /// Where messages are sent to.
    pub url: String,
    /// Types of messages that are wanted.
    pub events: Vec<MessageType>,
    /// Of which events `audit.log.created` tells.
    pub criteria: Json,
    /// What it does.
    pub state: SubscriptionState,
    /// Why Argus paused or ended it.
    pub reason: Option<String>,
    /// How messages are signed.
    pub signature: SignatureKind,
    /// What signatures are checked with, of ED25519: `whpk_` and base64.
    pub public_key: Option<String>,
    /// What signatures are checked with, of HMAC: `whsec_` and base64. Only in the answer that it was made for.
    #[oai(default, skip_serializing_if_is_none)]
    pub secret: Option<String>,
    /// Until when messages are signed by the secret before as well, in ms.
    pub previous_secret_valid_until: Option<i64>,
    /// When a message was delivered last, in ms.
    pub last_delivery_timestamp: Option<i64>,
    /// When a try failed last, in ms.
    pub last_error_timestamp: Option<i64>,
    /// Why.
    pub last_error: Option<String>,
    /// How often the next message was tried to be delivered.
    pub attempts: i32,
    /// When it is tried again, in ms; null while nothing failed.
    pub next_timestamp: Option<i64>,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// By whom. What this user may not see is not delivered.
    pub created_by_user: Option<UserInfo>,
    /// When it was last changed, in ms.
    pub last_updated_timestamp: Option<i64>,
    /// By whom.
    pub last_updated_by_user: Option<UserInfo>,
}

/// A try to deliver a message.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Delivery {
    /// Number; later ones are greater.
    pub id: i64,
    /// Of which event.
    #[oai(rename = "eventID")]
    pub event_id: Uuid,
    /// The message, as `webhook-id` names it.
    #[oai(rename = "messageID")]
    pub message_id: String,
    /// Type of the message.
    #[oai(rename = "type")]
    pub kind: String,
    /// Which try it was, from 1.
    pub attempt: i32,
    /// Whether somebody asked for the event to be delivered again.
    pub redelivery: bool,
    /// DELIVERED; RETRYING: it failed, and is tried again; FAILED: it failed, and is not tried again by itself.
    pub state: String,
    /// The status that was answered.
    pub response_status: Option<i32>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was, in ms.
    pub created_timestamp: i64,
    /// When it is tried again, in ms.
    pub next_timestamp: Option<i64>,
}
