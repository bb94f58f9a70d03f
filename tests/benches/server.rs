//! The servers that are compared. Each runs in a process of its own, on one core, as `argus` itself would: the same
//! runtime, the same allocator, the same log lines.
#![allow(clippy::disallowed_types, reason = "a handler of bare poem-openapi is what Argus is compared with")]

use std::io::BufRead;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use argus_core::clock::Clock;
use argus_core::config::Settings;
use argus_core::{audit, telemetry};
use argus_server::{build, serve};
use poem::http::header;
use poem::listener::{Acceptor, Listener};
use poem::{Endpoint, IntoResponse, Response, Route, handler};
use poem_openapi::param::Path as PathParameter;
use poem_openapi::payload::{Json, PlainText};
use poem_openapi::{Object, OpenApi, OpenApiService};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{machine, one_by_one};

/// Which server a process is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A handler of poem, and nothing else.
    Poem,
    /// A handler of poem-openapi, and nothing else.
    PoemOpenapi,
    /// Argus.
    Argus,
    /// Argus' log without a server, to be written one event after the other.
    OneByOne,
}

impl Role {
    const ALL: [Self; 4] = [Self::Poem, Self::PoemOpenapi, Self::Argus, Self::OneByOne];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Poem => "poem",
            Self::PoemOpenapi => "poem-openapi",
            Self::Argus => "argus",
            Self::OneByOne => "one-by-one",
        }
    }
}

/// `gate serve <role> <core> <folder>`: what [`crate::child::Child`] starts.
pub fn main(arguments: &[String]) {
    let role = Role::ALL.into_iter().find(|role| role.name() == arguments[0]).unwrap();
    // Before there is a second thread: the runtime then makes one worker, for there is one core.
    machine::pin(arguments[1].parse().unwrap());
    let settings = settings(&PathBuf::from(&arguments[2]));
    telemetry::init(&settings.log);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        match role {
            Role::Poem => bare(Route::new().at(PATH, poem::get(permission))).await,
            Role::PoemOpenapi => bare(OpenApiService::new(Permissions, "Bare", "1")).await,
            Role::Argus => argus(settings).await,
            Role::OneByOne => one_by_one::answer(settings).await,
        }
    });
}

/// Argus' settings in every measurement: the defaults, but that successful reads leave no record.
pub fn settings(folder: &Path) -> Settings {
    let mut settings = Settings { data_dir: folder.to_owned(), ..Settings::default() };
    settings.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    settings.audit.requests = audit::Requests::Changes;
    settings
}

/// The one operation that is asked of all three: may the caller use a function?
pub const PATH: &str = "/authentication/v1/session/permission/:function";

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
    meta_data: poem_openapi::types::Any<serde_json::Value>,
    messages: Vec<String>,
    data: Option<String>,
    current_page: i32,
}

#[OpenApi]
impl Permissions {
    /// May the caller use a function?
    #[oai(path = "/authentication/v1/session/permission/:function", method = "get")]
    async fn permission(&self, function: PathParameter<String>) -> Json<Answer> {
        let data = function.0.is_empty().then_some(function.0);
        let meta_data = poem_openapi::types::Any(serde_json::Value::Object(serde_json::Map::new()));
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

async fn bare<E>(endpoint: impl poem::IntoEndpoint<Endpoint = E>)
where
    E: Endpoint + 'static,
{
    let listener = poem::listener::TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = listener.local_addr().remove(0);
    say(address.as_socket_addr().unwrap());
    let server = poem::Server::new_with_acceptor(listener);
    server.run_with_graceful_shutdown(endpoint, end_of_input(), None).await.unwrap();
}

async fn argus(mut settings: Settings) {
    let listener = TcpListener::bind(settings.listen).await.unwrap();
    settings.listen = listener.local_addr().unwrap();
    let address = settings.listen;
    let argus = build(settings, Clock::system()).await.unwrap();
    say(&address);
    serve(argus, listener, end_of_input()).await;
}

/// Answers the process that started this one.
pub fn say(line: &dyn std::fmt::Display) {
    println!("{line}");
}

/// Ready when the process that started this one ends it, or has ended itself.
fn end_of_input() -> impl Future<Output = ()> {
    let (ended, end) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        std::io::stdin().lock().lines().for_each(drop);
        drop(ended);
    });
    async move {
        let _ = end.await;
    }
}
