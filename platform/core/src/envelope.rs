//! The one result envelope (requirements S2-50..54, S2-61) and the answers that wear it.

mod partly;
mod print;
mod session;
mod updated;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::{Any, ParseFromJSON, ToJSON, Type};
use poem_openapi::{ApiResponse, Object};
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::search::Page;

pub use partly::AddedMany;
pub use print::{error_body, error_response};
pub use session::SessionMade;
pub use updated::Updated;

/// Content type of every envelope.
pub const JSON: &str = "application/json";

/// What every operation answers with.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ResultSet<T: ParseFromJSON + ToJSON + Type> {
    /// The HTTP status.
    pub response_code: i32,
    /// The effective maximum of elements in a list; 0 for a single object, or for "all".
    pub limit: i64,
    /// Elements skipped.
    pub offset: i64,
    /// All that match, whatever limit and offset; 0 where nothing is counted, -1 when counting passed its time limit.
    pub count: i64,
    /// Elements in `data`; 0 for a single object.
    pub size: i64,
    /// Extras, such as `nextCursor` of a list.
    pub meta_data: Any<Value>,
    /// Errors, warnings, notes.
    pub messages: Vec<WireMessage>,
    /// The result.
    pub data: T,
    /// Always 0; kept for older clients.
    pub current_page: i32,
}

/// A message as printed.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct WireMessage {
    /// Text for a person.
    pub message: String,
    /// Stable dotted key.
    pub message_template: String,
    /// `FIELD_ERROR`, `ACTION_ERROR`, `WARNING`, `NOTIFICATION` or `INFO`.
    #[oai(rename = "type")]
    pub kind: String,
    /// The offending field of a `FIELD_ERROR`.
    pub field: Option<String>,
    /// Always null: an offending value could be a secret.
    pub parameter: Option<String>,
    /// When it was said, in ms since the epoch.
    pub timestamp: i64,
}

impl<T: ParseFromJSON + ToJSON + Type> ResultSet<T> {
    /// An envelope around one object.
    pub fn one(status: StatusCode, data: T) -> Self {
        let response_code = i32::from(status.as_u16());
        let meta_data = Any(Value::Object(Map::new()));
        Self {
            response_code,
            limit: 0,
            offset: 0,
            count: 0,
            size: 0,
            meta_data,
            messages: vec![],
            data,
            current_page: 0,
        }
    }
}

/// 200 with one object.
#[derive(Debug)]
pub struct One<T>(pub T);

/// 201 with the object that was made.
#[derive(Debug)]
pub struct Created<T>(pub T);

/// What adding an object came to.
#[derive(Debug)]
pub enum Added<T> {
    /// 201 with the object that was made.
    New(T),
    /// 200 with the object that was there already, made by the same request.
    Known(T),
}

/// 200 with a list.
#[derive(Debug)]
pub struct Many<T> {
    /// The elements.
    pub data: Vec<T>,
    /// All that match, or -1.
    pub count: i64,
    /// The effective limit.
    pub limit: i64,
    /// The effective offset.
    pub offset: i64,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
    /// Further extras for `metaData`.
    pub extras: Map<String, Value>,
}

impl<T> Many<T> {
    /// A list that is whole: no paging.
    #[must_use]
    pub fn whole(data: Vec<T>) -> Self {
        let count = i64::try_from(data.len()).unwrap_or(i64::MAX);
        Self { data, count, limit: 0, offset: 0, next_cursor: None, extras: Map::new() }
    }

    /// The rows of a page, as they are printed.
    #[must_use]
    pub fn of<M>(page: Page<M>, data: Vec<T>) -> Self {
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let (limit, offset) = (number(page.limit), number(page.offset));
        Self { data, count: page.count, limit, offset, next_cursor: page.next_cursor, extras: Map::new() }
    }
}

/// An answer with headers or a status of its own.
pub struct With<A> {
    /// The answer.
    pub answer: A,
    /// Headers to add.
    pub headers: Vec<(header::HeaderName, HeaderValue)>,
}

impl<T: ParseFromJSON + ToJSON + Type> IntoResponse for One<T> {
    fn into_response(self) -> Response {
        ResultSet::one(StatusCode::OK, self.0).respond(StatusCode::OK)
    }
}

impl<T: ParseFromJSON + ToJSON + Type> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        ResultSet::one(StatusCode::CREATED, self.0).respond(StatusCode::CREATED)
    }
}

impl<T: ParseFromJSON + ToJSON + Type> IntoResponse for Added<T> {
    fn into_response(self) -> Response {
        match self {
            Self::New(object) => Created(object).into_response(),
            Self::Known(object) => One(object).into_response(),
        }
    }
}

/// Written element by element: as one tree of JSON, a hundred thousand elements would take ten times their text.
impl<T: ParseFromJSON + ToJSON + Type> IntoResponse for Many<T> {
    fn into_response(self) -> Response {
        let size = i64::try_from(self.data.len()).unwrap_or(i64::MAX);
        let mut extras = self.extras;
        extras.extend(self.next_cursor.map(|cursor| ("nextCursor".to_owned(), cursor.into())));
        let meta_data = Any(Value::Object(extras));
        let (limit, offset, count) = (self.limit, self.offset, self.count);
        let empty = ResultSet::one(StatusCode::OK, Vec::<T>::new());
        let empty = ResultSet { limit, offset, count, size, meta_data, ..empty }.to_json().unwrap_or_default();
        let mut body = String::from("{\"data\":[");
        for (index, element) in self.data.into_iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            body.push_str(&element.to_json().unwrap_or_default().to_string());
        }
        body.push(']');
        for (name, value) in empty.as_object().into_iter().flatten().filter(|(name, _)| *name != "data") {
            body.push_str(&format!(",{}:{value}", Value::from(name.as_str())));
        }
        body.push('}');
        Response::builder().status(StatusCode::OK).content_type(JSON).body(body)
    }
}

impl<A: IntoResponse> IntoResponse for With<A> {
    fn into_response(self) -> Response {
        let mut response = self.answer.into_response();
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

fn documented<T: ParseFromJSON + ToJSON + Type>(status: u16, description: &'static str) -> MetaResponses {
    let content = vec![MetaMediaType { content_type: JSON, schema: ResultSet::<T>::schema_ref() }];
    let response = MetaResponse { description, status: Some(status), status_range: None, content, headers: Vec::new() };
    MetaResponses { responses: vec![response] }
}

macro_rules! answer {
    ($answer:ident, $data:ty, $status:literal, $description:literal) => {
        impl<T: ParseFromJSON + ToJSON + Type> ApiResponse for $answer<T> {
            fn meta() -> MetaResponses {
                documented::<$data>($status, $description)
            }

            fn register(registry: &mut Registry) {
                ResultSet::<$data>::register(registry);
            }
        }
    };
}

answer!(One, T, 200, "The result");
answer!(Created, T, 201, "The object that was made");
answer!(Many, Vec<T>, 200, "The list");

impl<T: ParseFromJSON + ToJSON + Type> ApiResponse for Added<T> {
    fn meta() -> MetaResponses {
        let mut known = documented::<T>(200, "The object that the same request made before");
        known.responses.extend(Created::<T>::meta().responses);
        known
    }

    fn register(registry: &mut Registry) {
        ResultSet::<T>::register(registry);
    }
}

impl<A: ApiResponse> ApiResponse for With<A> {
    fn meta() -> MetaResponses {
        A::meta()
    }

    fn register(registry: &mut Registry) {
        A::register(registry);
    }
}

/// Every operation can be refused, and says so in the same envelope.
impl ApiResponse for ApiError {
    fn meta() -> MetaResponses {
        let refused = |range: &str, description| MetaResponse {
            description,
            status: None,
            status_range: Some(range.to_owned()),
            content: vec![MetaMediaType { content_type: JSON, schema: ResultSet::<Any<Value>>::schema_ref() }],
            headers: Vec::new(),
        };
        let client = refused("4XX", "Refused: 401, 403, 404, 405, 412 (one message per bad field), 413 or 429");
        let server = refused("5XX", "Cannot be served now (503), or our fault (500)");
        MetaResponses { responses: vec![client, server] }
    }

    fn register(registry: &mut Registry) {
        ResultSet::<Any<Value>>::register(registry);
    }
}
