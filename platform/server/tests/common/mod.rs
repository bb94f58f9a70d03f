//! The real program as a process: started in a folder of its own, asked over its socket, gone when the test is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(dead_code, reason = "each test program uses its part")]

mod database;
mod talk;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

#[allow(unused_imports, reason = "each test program uses its part")]
pub use database::{Database, stores};
#[allow(unused_imports, reason = "each test program uses its part")]
pub use talk::{Answer, Client};

/// The program.
pub const ARGUS: &str = env!("CARGO_BIN_EXE_argus");

/// How long anything may take: far more than it does, even unoptimised on a busy machine.
pub const BOUND: Duration = Duration::from_secs(60);

/// Of what the program printed, a test that fails shows so many lines.
const LAST_LINES: usize = 30;

/// A folder in which the program is started, with what it finds there and in its environment.
pub struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
    /// What the program is started by, where it is not started by us: a command that becomes it.
    starter: Vec<String>,
}

impl Place {
    /// An empty folder; the program listens on a port that the system chooses.
    pub fn new() -> Self {
        Self::bare().with("ARGUS_LISTEN", "127.0.0.1:0")
    }

    /// An empty folder and no settings at all.
    pub fn bare() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new(), starter: Vec::new() }
    }

    /// The same with one more variable of the environment.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, where the program is started by a command that becomes it.
    pub fn started_by(mut self, starter: &[&str]) -> Self {
        self.starter = starter.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file of the data folder.
    pub fn data(&self, name: &str) -> PathBuf {
        self.path().join("argus-data").join(name)
    }

    /// `bootstrap.json`.
    pub fn bootstrap(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.data("bootstrap.json")).unwrap()).unwrap()
    }

    /// A program that sees nothing of the settings of whoever runs the tests.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy().to_lowercase();
            if text.starts_with("argus_") || text.ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(ARGUS, arguments).output().unwrap()
    }

    /// Starts serving, and waits until it does.
    pub async fn start(&self) -> Server {
        let mut server = self.spawn();
        server.url = server.until("it says where it listens", Server::listens).await;
        let client = server.client();
        let started = Instant::now();
        while !client.is_healthy().await {
            assert!(started.elapsed() < BOUND && server.ended().is_none(), "{}", server.printed());
            pause().await;
        }
        server
    }

    /// Starts serving, and does not wait.
    pub fn spawn(&self) -> Server {
        let output = tempfile::tempdir().unwrap();
        let into = |name| File::create(output.path().join(name)).unwrap();
        let mut words: Vec<&str> = self.starter.iter().map(String::as_str).collect();
        words.push(ARGUS);
        let mut command = self.command(words[0], &words[1..]);
        let child = command.stdout(into("stdout")).stderr(into("stderr")).spawn().unwrap();
        Server { child, output, url: String::new() }
    }
}

/// The program, serving. It is killed when this is dropped, also by a test that fails.
pub struct Server {
    child: Child,
    output: TempDir,
    /// `http://127.0.0.1:<port>`.
    pub url: String,
}

impl Server {
    /// Somebody who talks to it, without credentials.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// Where it listens, as soon as it says so.
    pub fn listens(&self) -> Option<String> {
        address(&self.stdout())
    }

    /// Where it listens, without the scheme.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed to standard output.
    pub fn stdout(&self) -> String {
        std::fs::read_to_string(self.output.path().join("stdout")).unwrap()
    }

    /// What it has printed at all.
    pub fn printed(&self) -> String {
        self.stdout() + &std::fs::read_to_string(self.output.path().join("stderr")).unwrap()
    }

    /// Asks it to end.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.child.id())).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits for its end.
    pub async fn end(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(started.elapsed() < BOUND, "does not end: {}", self.printed());
            pause().await;
        }
    }

    /// Ends it as an operator does.
    pub async fn stop(mut self) -> String {
        self.signal("TERM");
        let status = self.end().await;
        assert!(status.success(), "{status}: {}", self.printed());
        self.printed()
    }

    /// Ends it without a word (SIGKILL).
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    async fn until<T>(&mut self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            let status = self.ended();
            assert!(started.elapsed() < BOUND && status.is_none(), "not so: {what} {status:?}\n{}", self.printed());
            pause().await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let printed = self.printed();
            let last = printed.lines().count().saturating_sub(LAST_LINES);
            printed.lines().skip(last).for_each(say);
        }
    }
}

/// Between two looks.
pub async fn pause() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}

/// Says what a run leaves out for want of a program; where CI wants everything, fails.
pub fn left_out(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI leaves nothing out: {what}");
    say(&format!("left out: {what}"));
}

/// A word to whoever runs the tests.
#[allow(clippy::print_stderr, clippy::disallowed_macros, reason = "tests have no other voice")]
pub fn say(text: &str) {
    eprintln!("{text}");
}

/// The text of both outputs.
pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn address(printed: &str) -> Option<String> {
    let line = printed.lines().find_map(|line| line.strip_prefix("Argus listens on "))?;
    Some(line.to_owned())
}
