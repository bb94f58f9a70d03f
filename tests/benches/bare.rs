//! What Argus is measured against: the same exchange without Argus.
#![allow(clippy::disallowed_types, reason = "a handler of bare poem-openapi is what Argus is compared with")]

use poem::http::header;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Endpoint, IntoEndpoint, IntoResponse, Response, Route, Server, get, handler};
use poem_openapi::param::Path;
use poem_openapi::payload::{Json, PlainText};
use poem_openapi::types::Any;
use poem_openapi::{Object, OpenApi, OpenApiService};
use serde_json::{Map, Value};

use crate::server::{end_of_input, say};

/// A handler of poem, and nothing else.
pub async fn poem() {
    serve(Route::new().at("/authentication/v1/session/permission/:function", get(permission))).await;
}

/// Two handlers of poem-openapi, and nothing else.
pub async fn poem_openapi() {
    serve(OpenApiService::new(Permissions, "Bare", "1")).await;
}

/// What Argus answers, word for word.
const ANSWER: &str = r#"{"responseCode":200,"limit":0,"offset":0,"count":0,"size":0,"metaData":{},"messages":[],"data":null,"currentPage":0}"#;

/// Poem alone: a text that stands there already.
#[handler]
fn permission() -> Response {
    ANSWER.with_header(header::CONTENT_TYPE, "application/json").into_response()
}

/// poem-openapi alone: the same operation with the same parameter, and an object of the same members.
struct Permissions;

/// The members of the envelope.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct Answer {
    response_code: i32,
    limit: i64,
    offset: i64,
    count: i64,
    size: i64,
    meta_data: Any<Value>,
    messages: Vec<String>,
    data: Option<String>,
    current_page: i32,
}

#[OpenApi]
impl Permissions {
    /// May the caller use a function?
    #[oai(path = "/authentication/v1/session/permission/:function", method = "get")]
    async fn permission(&self, function: Path<String>) -> Json<Answer> {
        let data = function.0.is_empty().then_some(function.0);
        let meta_data = Any(Value::Object(Map::new()));
        Json(Answer {
            response_code: 200,
            limit: 0,
            offset: 0,
            count: 0,
            size: 0,
            meta_data,
            messages: Vec::new(),
            data,
            current_page: 0,
        })
    }

    /// The least that poem-openapi can do: no parameter, a word as text.
    #[oai(path = "/hello", method = "get")]
    async fn hello(&self) -> PlainText<&'static str> {
        PlainText("hello")
    }
}

async fn serve<E: Endpoint + 'static>(endpoint: impl IntoEndpoint<Endpoint = E>) {
    let listener = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    say(listener.local_addr()[0].as_socket_addr().unwrap());
    let server = Server::new_with_acceptor(listener);
    server.run_with_graceful_shutdown(endpoint, end_of_input(), None).await.unwrap();
}
