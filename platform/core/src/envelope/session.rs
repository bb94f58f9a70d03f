//! The answer of logins.

use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};

use super::{ResultSet, documented};

/// What a login came to (sdk-contract 1.3).
#[derive(Debug)]
pub enum SessionMade<T> {
    /// 201: a session.
    Usable(T),
    /// 221: a session that can only set another password until it has.
    PasswordDue(T),
}

/// The status of a session in which the password has to be changed first.
fn password_due() -> StatusCode {
    // A number between 100 and 999 is always one.
    StatusCode::from_u16(221).unwrap_or(StatusCode::CREATED)
}

impl<T: ParseFromJSON + ToJSON + Type> IntoResponse for SessionMade<T> {
    fn into_response(self) -> Response {
        let (status, session) = match self {
            Self::Usable(session) => (StatusCode::CREATED, session),
            Self::PasswordDue(session) => (password_due(), session),
        };
        ResultSet::one(status, session).respond(status)
    }
}

impl<T: ParseFromJSON + ToJSON + Type> ApiResponse for SessionMade<T> {
    fn meta() -> MetaResponses {
        let mut made = documented::<T>(201, "The session");
        let due = documented::<T>(221, "A session in which nothing can be done until another password is set");
        made.responses.extend(due.responses);
        made
    }

    fn register(registry: &mut Registry) {
        ResultSet::<T>::register(registry);
    }
}
