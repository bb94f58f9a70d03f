//! The answer of changes that tell whether there was anything to change.

use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};

use super::{ResultSet, documented};

/// What changing an object came to.
#[derive(Debug)]
pub enum Updated<T> {
    /// 200: it is another than before.
    Changed(T),
    /// 220: it was like that already.
    Same(T),
}

impl<T> Updated<T> {
    /// What a change left, and whether it changed anything.
    pub fn of(data: T, changed: bool) -> Self {
        if changed { Self::Changed(data) } else { Self::Same(data) }
    }
}

/// The status of a change that changed nothing.
fn nothing_changed() -> StatusCode {
    // A number between 100 and 999 is always one.
    StatusCode::from_u16(220).unwrap_or(StatusCode::OK)
}

impl<T: ParseFromJSON + ToJSON + Type> IntoResponse for Updated<T> {
    fn into_response(self) -> Response {
        let (status, object) = match self {
            Self::Changed(object) => (StatusCode::OK, object),
            Self::Same(object) => (nothing_changed(), object),
        };
        ResultSet::one(status, object).respond(status)
    }
}

impl<T: ParseFromJSON + ToJSON + Type> ApiResponse for Updated<T> {
    fn meta() -> MetaResponses {
        let mut changed = documented::<T>(200, "The object as it is now");
        changed.responses.extend(documented::<T>(220, "The object, in which nothing was to change").responses);
        changed
    }

    fn register(registry: &mut Registry) {
        ResultSet::<T>::register(registry);
    }
}
