//! What group commit is measured against: one transaction for each event, on the same store through the same code.
//!
//! It is the log itself, given the next event only when the one before is durable: then its writer never finds a second
//! one to take along. There is no HTTP, no key and no JSON here, all of which the other side pays for.

use std::io::BufRead;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use argus_audit_log::{AuditLog, Submission};
use argus_core::app::Platform;
use argus_core::clock::Clock;
use argus_core::config::Settings;
use argus_server::build;
use tokio::sync::Mutex;

use crate::seed::{self, CONNECTIONS};
use crate::server::say;

/// Answers each line of the input, a number of milliseconds, with how many events became durable in how many
/// microseconds.
pub async fn answer(settings: Settings) {
    let argus = build(settings, Clock::system()).await.unwrap();
    let platform = argus.app.platform().clone();
    say(&SocketAddr::from(([127, 0, 0, 1], 0)));
    for line in std::io::stdin().lock().lines() {
        let window = Duration::from_millis(line.unwrap().parse().unwrap());
        let (written, took) = write(&platform, window).await;
        say(&format!("{written} {}", took.as_micros()));
    }
    argus.finish().await;
}

/// As many tasks as the load has connections, of which one at a time has its event written.
async fn write(platform: &Arc<Platform>, window: Duration) -> (u64, Duration) {
    let turn = Arc::new(Mutex::new(()));
    let root = platform.directory.tree().await.unwrap().root();
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (platform, turn) = (platform.clone(), turn.clone());
        tasks.spawn(async move {
            let log = platform.services.get::<AuditLog>().unwrap();
            let mut written = 0;
            loop {
                let event = seed::event(&platform.ids, root, platform.clock.now());
                let request = seed::record_of(&event);
                let _turn = turn.lock().await;
                if started.elapsed() >= window {
                    return written;
                }
                log.submit(Submission::atomic(vec![event]).recorded(Some(request))).await.unwrap();
                written += 1;
            }
        });
    }
    let written = tasks.join_all().await.into_iter().sum();
    (written, started.elapsed())
}
