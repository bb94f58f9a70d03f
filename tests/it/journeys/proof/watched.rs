//! Whoever watches a log from outside finds out when it is not what it was.

use std::path::PathBuf;

use argus_audit_proof::path::Head;
use argus_server::watch::{Seen, Watch, note_in};
use argus_testing::{TestApp, stores};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tempfile::TempDir;

use super::{LOG, keys, newest};

/// A watch, begun anew for each look: what it knows stands in its file.
struct Watcher<'a> {
    app: &'a TestApp,
    folder: TempDir,
}

impl Watcher<'_> {
    fn file(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    async fn look(&self) -> Seen {
        Watch::new(&self.app.url(), &self.file(), Vec::new(), self.app.clock.clone()).unwrap().look().await
    }

    async fn holds(&self) -> (String, Option<String>) {
        match self.look().await {
            Seen::Holds { line, warning } => (line, warning),
            other => panic!("{other:?}"),
        }
    }

    async fn alarm(&self) -> String {
        match self.look().await {
            Seen::Alarm(line) => line,
            other => panic!("{other:?}"),
        }
    }

    fn kept(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap()
    }

    fn evidence(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("kept.alarm")).unwrap()
    }
}

async fn add(app: &TestApp) {
    app.admin().post("/audit/v1/event", json!({ "action": "read" })).await.expect(201);
}

async fn note(app: &TestApp) -> String {
    app.anonymous().get(&format!("{LOG}/checkpoint")).await.expect(200).text
}

/// Has the log say another newest checkpoint than it made.
async fn say(app: &TestApp, note: &str) {
    let sql = format!(
        "UPDATE log_checkpoint SET note = '{note}' WHERE size = (SELECT max(size) FROM (SELECT size FROM log_checkpoint) AS those)"
    );
    app.platform.db.writer().execute_unprepared(&sql).await.unwrap();
}

#[tokio::test]
async fn a_log_that_only_grows_is_followed() {
    stores(async |app| {
        let watcher = Watcher { app, folder: tempfile::tempdir().unwrap() };
        add(app).await;
        let (line, warning) = watcher.holds().await;
        let first = newest(&app.anonymous()).await.size;
        assert_eq!(line, format!("2026-01-01T00:00:00Z {first} leaves, the first that is kept"));
        let key = keys(&app.anonymous()).await[0].text();
        assert!(warning.unwrap().contains(&key));
        assert!(watcher.kept().starts_with(&key));
        for _ in 0..3 {
            let before = newest(&app.anonymous()).await.size;
            add(app).await;
            let size = newest(&app.anonymous()).await.size;
            let line = format!("2026-01-01T00:00:00Z {size} leaves, consistent with {before}");
            assert_eq!(watcher.holds().await, (line, None));
            assert_eq!(note_in(&watcher.kept()), note(app).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_log_that_says_something_else_by_its_own_key_is_alarmed_as_long_as_it_does() {
    stores(async |app| {
        let watcher = Watcher { app, folder: tempfile::tempdir().unwrap() };
        add(app).await;
        watcher.holds().await;
        let (kept, head, honest, signer) =
            (watcher.kept(), newest(&app.anonymous()).await, note(app).await, app.signer().await);
        for (head, said) in [
            (Head { root: [7; 32], ..head }, "forked"),
            (Head { size: head.size - 1, ..head }, "rolled back"),
            // Longer than the log is: it cannot prove anything.
            (Head { size: head.size + 1, ..head }, "not proved"),
        ] {
            let other = signer.checkpoint(head);
            say(app, &other).await;
            for _ in 0..2 {
                let line = watcher.alarm().await;
                assert!(line.contains(said) && line.contains("; seen: ") && !line.contains('\n'), "{line}");
            }
            assert_eq!((watcher.kept(), watcher.evidence()), (kept.clone(), other));
        }
        // Another root for what was added since: its proof shows something else.
        add(app).await;
        let grown = newest(&app.anonymous()).await;
        let (truth, other) = (note(app).await, signer.checkpoint(Head { root: [7; 32], ..grown }));
        say(app, &other).await;
        let line = watcher.alarm().await;
        assert!(line.contains("not consistent"), "{line}");
        assert_eq!((watcher.kept(), watcher.evidence()), (kept.clone(), other.clone()));
        // What nobody signed does not take the place of what the log did.
        say(app, &truth.replace(&format!("\n{}\n", grown.size), &format!("\n{}\n", grown.size + 1))).await;
        let line = watcher.alarm().await;
        assert!(line.contains("wrong signature"), "{line}");
        assert_eq!((watcher.kept(), watcher.evidence()), (kept, other.clone()));
        // No checkpoint at all is no reason for an alarm.
        say(app, "nothing").await;
        assert!(matches!(watcher.look().await, Seen::Trouble(_)));
        say(app, &truth).await;
        watcher.holds().await;
        assert_ne!(note_in(&watcher.kept()), honest);
        assert_eq!(watcher.evidence(), other, "what was seen stays seen");
    })
    .await;
}
