//! `argus watch`: somebody outside, who does not trust the server.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Instant;

use common::{ARGUS, BOUND, Place, Server, pause, stores, text};
use serde_json::json;

const STATE: &str = "argus-watch.checkpoint";

/// A folder from which a log is watched.
struct Watcher(Place);

impl Watcher {
    fn new() -> Self {
        Self(Place::bare())
    }

    /// One look; fails unless it ends as it should. Gives what was printed: to standard output, and as an error.
    #[track_caller]
    fn once(&self, server: &Server, more: &[&str], code: i32) -> (String, String) {
        let done = self.0.run(&[&["watch", "--once", &server.url], more].concat());
        assert_eq!(done.status.code(), Some(code), "{}", text(&done));
        (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }
}

async fn add(place: &Place, server: &Server) {
    let admin = server.client().admin(&place.bootstrap());
    admin.post("/audit/v1/event", &json!({"action": "read"})).await.unwrap().expect(201);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[tokio::test]
async fn what_was_kept_is_compared_with_what_is_there() {
    for (place, database) in stores().await {
        let (server, watcher) = (place.start().await, Watcher::new());
        add(&place, &server).await;
        let (said, warned) = watcher.once(&server, &[], 0);
        assert!(said.ends_with(" leaves, the first that is kept\n"), "{said}");
        assert!(warned.contains("no --key was given"), "{warned}");
        add(&place, &server).await;
        let (said, warned) = watcher.once(&server, &[], 0);
        assert!(said.contains(" leaves, consistent with ") && said.lines().count() == 1, "{said}");
        assert_eq!(warned, "");
        // What was kept is something to verify with, whatever stands before it.
        let url = database.as_ref().map(|database| database.url.clone());
        let url = url.unwrap_or_else(|| format!("sqlite://{}", place.data("argus.db").display()));
        let verified = watcher.0.run(&["verify", "--database-url", &url, "--checkpoint", STATE]);
        assert!(verified.status.success(), "{}", text(&verified));
        // With nobody there, nobody can say.
        let (url, kept) = (server.url.clone(), watcher.read(STATE));
        server.stop().await;
        for arguments in [&["watch", "--once", &url][..], &["watch", &url, "--key", "none"], &["watch", "example.org"]]
        {
            let done = watcher.0.run(arguments);
            assert_eq!(done.status.code(), Some(2), "{}", text(&done));
            assert!(!text(&done).contains("ALARM"), "{}", text(&done));
        }
        assert_eq!(watcher.read(STATE), kept);
        std::fs::write(watcher.0.path().join(STATE), "something else\n").unwrap();
        let done = watcher.0.run(&["watch", "--once", &url]);
        assert!(done.status.code() == Some(2) && text(&done).contains("holds no checkpoint"), "{}", text(&done));
    }
}

#[tokio::test]
async fn a_database_that_was_replaced_by_an_older_copy_is_alarmed() {
    let (place, watcher) = (Place::new(), Watcher::new());
    let server = place.start().await;
    add(&place, &server).await;
    server.stop().await;
    let (data, older) = (place.data(""), place.path().join("older"));
    copy(&data, &older);
    let server = place.start().await;
    for _ in 0..3 {
        add(&place, &server).await;
    }
    watcher.once(&server, &[], 0);
    let kept = watcher.read(STATE);
    server.stop().await;
    std::fs::rename(&data, place.path().join("newer")).unwrap();
    std::fs::rename(&older, &data).unwrap();
    let server = place.start().await;
    let (said, alarm) = watcher.once(&server, &[], 1);
    assert!(said.is_empty() && alarm.starts_with("ALARM ") && alarm.contains("rolled back"), "{alarm}");
    // It grows beyond what it was, and is another one.
    let mut looks = 0;
    loop {
        add(&place, &server).await;
        let (_, alarm) = watcher.once(&server, &[], 1);
        assert_eq!((watcher.read(STATE), alarm.lines().count()), (kept.clone(), 1), "{alarm}");
        if alarm.contains("not consistent") {
            break;
        }
        looks += 1;
        assert!(looks < 10 && (alarm.contains("rolled back") || alarm.contains("forked")), "{alarm}");
    }
    let seen = watcher.read(&format!("{STATE}.alarm"));
    assert_eq!(seen.lines().next(), kept.lines().find(|line| line.ends_with("/audit/v1/log")));
    server.stop().await;
    // The log that was kept is still there, and goes on.
    std::fs::rename(&data, place.path().join("other")).unwrap();
    std::fs::rename(place.path().join("newer"), &data).unwrap();
    let server = place.start().await;
    add(&place, &server).await;
    watcher.once(&server, &[], 0);
}

#[tokio::test]
async fn another_key_is_an_alarm_until_it_is_given() {
    for (place, _database) in stores().await {
        let watcher = Watcher::new();
        let server = place.start().await;
        add(&place, &server).await;
        watcher.once(&server, &[], 0);
        let kept = watcher.read(STATE);
        let old = kept.lines().next().unwrap().to_owned();
        std::fs::write(watcher.0.path().join("old"), &old).unwrap();
        server.stop().await;
        let rotated = place.run(&["rotate-log-key"]);
        assert!(rotated.status.success(), "{}", text(&rotated));
        std::fs::write(watcher.0.path().join("new"), &rotated.stdout).unwrap();
        let server = place.start().await;
        add(&place, &server).await;
        for more in [&[][..], &[], &["--key", "old"]] {
            let (_, alarm) = watcher.once(&server, more, 1);
            assert!(alarm.starts_with("ALARM ") && alarm.contains("unknown key"), "{alarm}");
            assert!(alarm.contains("--key FILE"), "{alarm}");
        }
        assert_eq!(watcher.read(STATE), kept);
        let (said, _) = watcher.once(&server, &["--key", "new"], 0);
        assert!(said.contains("consistent with"), "{said}");
        // It was given once, and is kept; the old one is not.
        let (_, warned) = watcher.once(&server, &[], 0);
        assert!(warned.is_empty() && !watcher.read(STATE).contains(&old), "{warned}");
    }
}

/// The program, watching until it is asked to end.
struct Watching<'a>(Child, &'a Watcher);

impl<'a> Watching<'a> {
    fn of(watcher: &'a Watcher, server: &Server) -> Self {
        let into = |name| File::create(watcher.0.path().join(name)).unwrap();
        let mut command = watcher.0.command(ARGUS, &["watch", &server.url, "--interval", "1"]);
        Self(command.stdout(into("said")).stderr(into("complained")).spawn().unwrap(), watcher)
    }

    async fn until(&mut self, name: &str, what: &str, times: usize) {
        let started = Instant::now();
        while self.1.read(name).matches(what).count() < times {
            let ended = self.0.try_wait().unwrap();
            assert!(started.elapsed() < BOUND && ended.is_none(), "{}", self.1.read("complained"));
            pause().await;
        }
    }

    async fn end(mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", self.0.id())).status().unwrap();
        assert!(sent.success());
        let started = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            assert!(started.elapsed() < BOUND, "does not end");
            pause().await;
        }
    }
}

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn it_goes_on_until_it_is_asked_to_end_and_does_not_forget_an_alarm() {
    let (one, two, watcher) = (Place::new(), Place::new(), Watcher::new());
    let (first, second) = (one.start().await, two.start().await);
    add(&one, &first).await;
    add(&two, &second).await;
    let mut watching = Watching::of(&watcher, &first);
    watching.until("said", "leaves, consistent with", 2).await;
    assert_eq!(watching.end("INT").await, Some(0));
    // Where another log answers, it looks on, and says so each time.
    let kept = watcher.read(STATE);
    let mut watching = Watching::of(&watcher, &second);
    watching.until("complained", "ALARM ", 2).await;
    // Gone, it cannot be asked; that is no end either.
    second.stop().await;
    watching.until("complained", "argus: ", 2).await;
    assert_eq!(watching.end("TERM").await, Some(1));
    assert!(watcher.read("complained").contains("another log"));
    assert_eq!((watcher.read(STATE), watcher.read("said")), (kept, String::new()));
}
