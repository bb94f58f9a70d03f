//! One submission that the store will not have is the end of that one, and of no other in its batch.

use argus_audit_log::{AuditLog, Outcome, Submission, Written};
use argus_core::audit::AuditTrail;
use argus_testing::{Store, TestApp, stores};
use sea_orm::ConnectionTrait;

use super::row;

/// From now on the store refuses events of that action.
async fn poison(app: &TestApp) {
    let statements: &[&str] = match app.store {
        Store::Sqlite => &["CREATE TRIGGER poison BEFORE INSERT ON event WHEN NEW.action = 'poison'
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END"],
        Store::Postgres => &[
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'poisoned'; END $$",
            "CREATE TRIGGER poison BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.action = 'poison')
             EXECUTE FUNCTION poison()",
        ],
    };
    for statement in statements {
        app.platform.db.writer().execute_unprepared(statement).await.unwrap();
    }
}

#[tokio::test]
async fn one_bad_submission_refuses_no_other() {
    stores(async |app| {
        poison(app).await;
        let (log, ids) = (app.platform.services.get::<AuditLog>().unwrap(), &app.platform.ids);
        let root = app.platform.directory.tree().await.unwrap().root();
        let mut tasks = Vec::new();
        // All of them are sent before the writer has its turn: they are one batch.
        for number in 0..23 {
            let action = |place: usize| if (number, place) == (7, 2) { "poison" } else { "good" };
            let rows: Vec<_> = (0..4).map(|place| row(ids, root, action(place))).collect();
            let log = log.clone();
            tasks.push(tokio::spawn(async move { log.submit(Submission::atomic(rows)).await }));
        }
        let mut sequences = Vec::new();
        for (number, task) in tasks.into_iter().enumerate() {
            match task.await.unwrap() {
                Ok(Outcome::Written(written)) => sequences.extend(written.into_iter().map(|it| match it {
                    Written::New(row, _) => row.sequence,
                    other => panic!("{other:?}"),
                })),
                Ok(other) => panic!("{other:?}"),
                Err(error) => assert_eq!((number, error.status.as_u16()), (7, 500)),
            }
        }
        assert_eq!(sequences.len(), 22 * 4);
        assert!(log.is_writing(), "the store is well");
        assert_eq!(app.events(false).await, 22 * 4);
        let listed = app.admin().get("/audit/v1/event?limit=0&sortBy=sequence&action=good").await.expect(200);
        let stored: Vec<_> = listed.list().iter().map(|event| event["sequence"].as_i64().unwrap()).collect();
        sequences.sort_unstable();
        assert_eq!(stored, sequences);
    })
    .await;
}
