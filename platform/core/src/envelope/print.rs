//! How envelopes become text.

use poem::Response;
use poem::http::{HeaderValue, StatusCode, header};
use poem_openapi::types::{Any, ParseFromJSON, ToJSON, Type};
use serde::Serialize;
use serde_json::Value;

use super::{JSON, ResultSet, WireMessage};
use crate::error::{ApiError, Message};

impl<T: ParseFromJSON + ToJSON + Type> ResultSet<T> {
    pub(super) fn respond(self, status: StatusCode) -> Response {
        json_response(status, self.text())
    }

    /// What `to_json` would print, but without making a tree of the envelope's own members first: around a small object
    /// that tree would cost more than all the rest of the answer.
    fn text(&self) -> String {
        let printed = Printed {
            count: self.count,
            current_page: self.current_page,
            data: self.data.to_json(),
            limit: self.limit,
            messages: self.messages.to_json(),
            meta_data: &self.meta_data.0,
            offset: self.offset,
            response_code: self.response_code,
            size: self.size,
        };
        serde_json::to_string(&printed).unwrap_or_default()
    }
}

impl WireMessage {
    /// A message as it is printed, said at that time.
    #[must_use]
    pub fn of(message: &Message, now_millis: i64) -> Self {
        Self {
            message: message.text.to_string(),
            message_template: message.template.to_string(),
            kind: message.kind.as_str().to_owned(),
            field: message.field.clone(),
            parameter: None,
            timestamp: now_millis,
        }
    }
}

/// The members of a [`ResultSet`], in the order in which a tree has them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed<'a> {
    count: i64,
    current_page: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    limit: i64,
    messages: Option<Value>,
    meta_data: &'a Value,
    offset: i64,
    response_code: i32,
    size: i64,
}

fn json_response(status: StatusCode, body: String) -> Response {
    let mut response = Response::builder().status(status).body(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

/// The envelope of an error.
#[must_use]
pub fn error_response(error: &ApiError, now_millis: i64) -> Response {
    let body = error_body(error, now_millis);
    let mut response = json_response(error.status, body);
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if error.status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Argus-API-Key, Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The envelope of an error, as text.
#[must_use]
pub fn error_body(error: &ApiError, now_millis: i64) -> String {
    let print = |message: &Message| WireMessage::of(message, now_millis);
    let messages = error.messages.iter().map(print).collect();
    let plain = ResultSet::one(error.status, Any(error.data.clone().unwrap_or_default()));
    ResultSet { messages, ..plain }.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_the_tree() {
        let messages = vec![WireMessage {
            message: "No".to_owned(),
            message_template: "invalid.field.value".to_owned(),
            kind: "FIELD_ERROR".to_owned(),
            field: Some("a".to_owned()),
            parameter: None,
            timestamp: 7,
        }];
        let plain = ResultSet::one(StatusCode::OK, vec![String::from("b")]);
        let set = ResultSet { limit: 25, offset: 1, count: -1, size: 1, messages, ..plain };
        assert_eq!(set.text(), set.to_json().unwrap().to_string());
        let nothing = ResultSet::one(StatusCode::OK, Any(Value::Null));
        assert_eq!(nothing.text(), nothing.to_json().unwrap().to_string());
    }
}
