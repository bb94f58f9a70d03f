//! The servers that are compared. Each runs in a process of its own, on one core, as `argus` itself would: the same
//! runtime, the same allocator, the same log lines.

use std::io::BufRead;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use argus_core::clock::Clock;
use argus_core::config::{Secret, Settings};
use argus_core::{audit, telemetry};
use argus_server::{build_with, modules, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{bare, handler, machine, one_by_one, rows};

/// What signatures name the server.
pub const PUBLIC: &str = "https://argus.example";

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
    /// rusqlite, to insert rows.
    Rows,
}

impl Role {
    const ALL: [Self; 5] = [Self::Poem, Self::PoemOpenapi, Self::Argus, Self::OneByOne, Self::Rows];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Poem => "poem",
            Self::PoemOpenapi => "poem-openapi",
            Self::Argus => "argus",
            Self::OneByOne => "one-by-one",
            Self::Rows => "rows",
        }
    }
}

/// `gate serve <role> <core> <folder>`: what [`crate::child::Child`] starts.
pub fn main(arguments: &[String]) {
    let role = Role::ALL.into_iter().find(|role| role.name() == arguments[0]).unwrap();
    // Before there is a second thread: the runtime then makes one worker, for there is one core.
    match arguments[1].parse() {
        Ok(core) => machine::pin(core),
        Err(_) => machine::free(),
    }
    let settings = settings(&PathBuf::from(&arguments[2]));
    telemetry::init(&settings.log);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        match role {
            Role::Poem => bare::poem().await,
            Role::PoemOpenapi => bare::poem_openapi().await,
            Role::Argus => argus(settings).await,
            Role::OneByOne => one_by_one::answer(settings).await,
            Role::Rows => rows::answer(&settings.data_dir),
        }
    });
}

/// The store of a server that is started with this; the embedded one without.
pub const DATABASE: &str = "ARGUS_BENCH_DATABASE";

/// Argus' settings in every measurement: the defaults, but that successful reads leave no record, and the name.
pub fn settings(folder: &Path) -> Settings {
    let mut settings = Settings { data_dir: folder.to_owned(), ..Settings::default() };
    settings.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    settings.audit.requests = audit::Requests::Changes;
    settings.public_urls = vec![PUBLIC.to_owned()];
    if let Ok(url) = std::env::var(DATABASE) {
        settings.database_url = Secret::new(&url);
    }
    settings
}

async fn argus(mut settings: Settings) {
    let listener = TcpListener::bind(settings.listen).await.unwrap();
    settings.listen = listener.local_addr().unwrap();
    let address = settings.listen;
    let mut mounted = modules::all();
    mounted.push(handler::module());
    let argus = build_with(settings, Clock::system(), mounted).await.unwrap();
    say(&address);
    serve(argus, listener, end_of_input()).await;
}

/// Answers the process that started this one.
pub fn say(line: &dyn std::fmt::Display) {
    println!("{line}");
}

/// Ready when the process that started this one ends it, or has ended itself.
pub fn end_of_input() -> impl Future<Output = ()> {
    let (ended, end) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        std::io::stdin().lock().lines().for_each(drop);
        drop(ended);
    });
    async move {
        let _ = end.await;
    }
}
