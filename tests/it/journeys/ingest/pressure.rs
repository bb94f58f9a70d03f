//! When more comes in than can be written: requests wait, then they are told to come again, and nothing is lost.

use std::time::Duration;

use argus_audit_log::AuditLog;
use argus_core::config::{Settings, Span};
use argus_testing::{Answer, TestApp, stores_with};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::json;
use tokio::task::JoinSet;

use crate::refusals::support::refused;

const EVENT: &str = "/audit/v1/event";
const BULK: &str = "/audit/v1/event/bulk";

fn narrow(settings: &mut Settings) {
    settings.audit.event_queue = 8;
    settings.audit.bulk_bytes = 16 << 20;
    settings.audit.patience = Span::millis(300);
}

/// Holds up the writer until the transaction ends.
async fn hold_up(app: &TestApp) -> DatabaseTransaction {
    let transaction = app.platform.db.begin().await.unwrap();
    transaction.execute_unprepared("UPDATE audit_head SET next_sequence = next_sequence").await.unwrap();
    transaction
}

#[track_caller]
fn told_to_come_again(answer: Answer) {
    let answer = refused(answer, 503, "full");
    assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finds_no_place_is_refused_and_what_has_one_is_written() {
    stores_with(narrow, async |app| {
        let held = hold_up(app).await;
        let tasks: Vec<_> = (0..20)
            .map(|number| {
                let admin = app.admin();
                let event = json!({"action": "a", "externalID": format!("e{number}")});
                let bulk = json!({"events": [{"action": "a", "externalID": format!("e{number}")}, {"action": "a", "externalID": format!("f{number}")}]});
                async move {
                    let answer = if number % 2 == 0 { admin.post(EVENT, event).await } else { admin.post(BULK, bulk).await };
                    (number, answer)
                }
            })
            .collect();
        // Those without a place are answered while nothing at all can be written.
        let mut tasks: JoinSet<_> = tasks.into_iter().collect();
        for _ in 0..12 {
            told_to_come_again(tasks.join_next().await.unwrap().unwrap().1);
        }
        held.rollback().await.unwrap();
        let mut written = 0;
        for (number, answer) in tasks.join_all().await {
            match answer.status {
                201 => written += if number % 2 == 0 { 1 } else { 2 },
                _ => told_to_come_again(answer),
            }
        }
        assert!(written > 0, "what had a place was written");
        assert_eq!(app.events(false).await, written);
        // Now there is place for everybody, and what was refused is new.
        for number in 0..20 {
            let again = app.admin().post(EVENT, json!({"action": "a", "externalID": format!("e{number}")})).await;
            assert!([200, 201].contains(&again.status), "{}", again.text);
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_in_work_are_bounded_together() {
    stores_with(narrow, async |app| {
        let (admin, log) = (app.admin(), app.platform.services.get::<AuditLog>().unwrap());
        let bulk = json!({"events": [{"action": "a"}]});
        let place = log.bulk_place(16 << 20).await.unwrap();
        told_to_come_again(admin.post(BULK, bulk.clone()).await);
        // A single event needs none of it.
        admin.post(EVENT, json!({"action": "a"})).await.expect(201);
        let waits = tokio::spawn(async move { admin.post(BULK, bulk).await });
        drop(place);
        waits.await.unwrap().expect(201);
        assert_eq!(app.events(false).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_submission_of_more_than_there_is_place_for_is_written_alone() {
    stores_with(narrow, async |app| {
        let events = vec![json!({"action": "a"}); 600];
        let admin = app.admin();
        let sent = json!({ "events": events });
        let (one, two) = tokio::join!(admin.post(BULK, sent.clone()), admin.post(BULK, sent.clone()));
        let done = [one, two].into_iter().filter(|answer| answer.status == 201).count();
        assert!(done > 0);
        assert_eq!(app.events(false).await, 600 * done as i64);
        tokio::time::timeout(Duration::from_secs(60), admin.post(BULK, sent)).await.unwrap().expect(201);
    })
    .await;
}
