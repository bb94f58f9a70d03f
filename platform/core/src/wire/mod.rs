//! Input from the wire: strict JSON, checked against the schema that the document publishes, so that the document
//! and the behaviour cannot differ, and every bad field is named in one answer.

mod body;
mod criteria;
mod idempotency;
pub mod image;
mod json;
mod language;
mod path;
mod query;
mod safe;
mod schema;
mod server_sent;
mod stream;
mod switch;

pub use body::{BODY_LIMIT, Body, BodyDraft, read_body, read_bytes};
pub use criteria::{BodyCriteria, QueryCriteria};
pub use idempotency::IdempotencyKey;
pub use json::{MAX_DEPTH, parse};
pub use language::Language;
pub use path::Path;
pub use query::Query;
pub use safe::{check_safe, is_safe};
pub use schema::Validator;
pub use server_sent::ServerSentEvents;
pub use stream::{BodyStream, is_media_type};
pub use switch::Switch;
