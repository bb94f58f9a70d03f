//! Reports that are made by themselves.

use std::time::Duration;

use argus_core::config::{Secret, Settings};
use argus_testing::{Actor, Store, TestApp, stores};
use serde_json::{Value, json};

use super::{REPORT, SCHEDULE, content, reports};

const DAY: Duration = Duration::from_secs(86_400);
/// 2026-01-01T00:00:00Z, a Thursday: what the clock shows first.
const JANUARY: i64 = 1_767_225_600_000;
const DAYS: i64 = 86_400_000;

async fn schedule(actor: &Actor, every: &str, changes: Value) -> Value {
    let mut body = json!({ "name": every, "reportType": "COMPLIANCE_SUMMARY", "format": "JSON", "every": every });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    actor.post(SCHEDULE, body).await.expect(201)["data"].clone()
}

fn path(schedule: &Value) -> String {
    format!("{SCHEDULE}/{}", schedule["id"].as_str().unwrap())
}

fn period(report: &Value) -> (i64, i64) {
    let day = |name: &str| report["period"][name].as_i64().unwrap();
    ((day("from") - JANUARY) / DAYS, (day("to") + 1 - JANUARY) / DAYS)
}

#[tokio::test]
async fn each_day_is_reported_once_when_it_is_over() {
    stores(async |app| {
        let admin = app.admin();
        let made = schedule(&admin, "DAILY", json!({ "includeStats": true })).await;
        assert_eq!((&made["nextTimestamp"], &made["enabled"]), (&json!(JANUARY + DAYS), &json!(true)));
        app.advance(DAY - Duration::from_secs(1));
        let event = json!({ "action": "created" });
        admin.post("/audit/v1/event", event.clone()).await.expect(201);
        assert_eq!(admin.get(REPORT).await.expect(200)["count"], 0);
        app.advance(Duration::from_secs(60));
        admin.post("/audit/v1/event", event).await.expect(201);
        let first = reports(&admin, 1).await[0].clone();
        assert_eq!((period(&first), &first["scheduleID"]), ((0, 1), &made["id"]));
        assert_eq!(content(&admin, &first).await.json["totalEvents"], 1);
        assert_eq!(admin.get(&path(&made)).await.expect(200)["data"]["nextTimestamp"], json!(JANUARY + 2 * DAYS));
        // However often it is looked.
        for _ in 0..5 {
            app.advance(Duration::from_secs(3_600));
        }
        assert_eq!(reports(&admin, 1).await.len(), 1);
        // Nobody looked for a week: the last day alone is reported.
        app.advance(7 * DAY);
        let two = reports(&admin, 2).await;
        assert_eq!(period(&two[0]), (7, 8));
        assert_eq!(admin.get(&path(&made)).await.expect(200)["data"]["nextTimestamp"], json!(JANUARY + 9 * DAYS));
    })
    .await;
}

#[tokio::test]
async fn weeks_are_from_monday_and_months_are_those_of_the_calendar() {
    stores(async |app| {
        let admin = app.admin();
        let week = schedule(&admin, "WEEKLY", json!({})).await;
        let month = schedule(&admin, "MONTHLY", json!({})).await;
        assert_eq!(
            (&week["nextTimestamp"], &month["nextTimestamp"]),
            (&json!(JANUARY + 4 * DAYS), &json!(JANUARY + 31 * DAYS))
        );
        app.advance(4 * DAY);
        let one = reports(&admin, 1).await;
        assert_eq!((period(&one[0]), &one[0]["scheduleID"]), ((-3, 4), &week["id"]));
        admin.delete(&path(&week)).await.expect(200);
        app.advance(27 * DAY);
        let two = reports(&admin, 2).await;
        assert_eq!((period(&two[0]), &two[0]["scheduleID"]), ((0, 31), &month["id"]));
    })
    .await;
}

#[tokio::test]
async fn a_schedule_is_changed_stopped_and_taken_away() {
    stores(async |app| {
        let admin = app.admin();
        let made = schedule(&admin, "DAILY", json!({ "enabled": false })).await;
        assert_eq!(made["nextTimestamp"], Value::Null);
        app.advance(3 * DAY);
        let change = json!({ "enabled": true, "name": "Für alle", "format": "CSV", "includeStats": true,
            "destination": { "type": "EMAIL", "email": "audit@example.org" } });
        let changed = admin.put(&path(&made), change).await.expect(200)["data"].clone();
        assert_eq!((&changed["nextTimestamp"], &changed["format"]), (&json!(JANUARY + 4 * DAYS), &json!("CSV")));
        assert_eq!(changed["destination"], json!({ "type": "EMAIL", "email": "audit@example.org" }));
        let found = admin.get(&format!("{SCHEDULE}?keywords=FÜR")).await.expect(200);
        assert_eq!((&found["count"], &found.list()[0]), (&json!(1), &changed));
        app.advance(DAY);
        let one = reports(&admin, 1).await;
        assert_eq!((period(&one[0]), &one[0]["delivery"]), ((3, 4), &json!("QUEUED")));
        let gone = admin.delete(&path(&made)).await.expect(200);
        assert_eq!(gone["data"]["id"], made["id"]);
        admin.get(&path(&made)).await.expect(404);
        app.advance(2 * DAY);
        assert_eq!(reports(&admin, 1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn others_neither_see_nor_change_it() {
    stores(async |app| {
        app.customer("red", "root").await;
        let red = app.user("red-auditor", &[("exportAuditEvents", "red")]).await;
        let other = app.user("other-auditor", &[("exportAuditEvents", "red")]).await;
        let made = schedule(&red, "DAILY", json!({})).await;
        other.get(&path(&made)).await.expect(404);
        other.put(&path(&made), json!({ "name": "mine" })).await.expect(404);
        other.delete(&path(&made)).await.expect(404);
        assert_eq!(other.get(SCHEDULE).await.expect(200)["count"], 0);
        assert_eq!(app.admin().get(SCHEDULE).await.expect(200)["count"], 1);
        for number in 1..100 {
            schedule(&red, "MONTHLY", json!({ "name": format!("{number}") })).await;
        }
        let more = json!({ "name": "more", "reportType": "COMPLIANCE_SUMMARY", "format": "PDF", "every": "DAILY" });
        assert_eq!(red.post(SCHEDULE, more.clone()).await.expect(412).template(), "too.many.objects");
        other.post(SCHEDULE, more).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn several_nodes_make_one() {
    let secret = |settings: &mut Settings| settings.secret_key = Secret::new("0123456789abcdef0123456789abcdef");
    let Some(app) = TestApp::start_on(Store::Postgres, &secret).await else { return };
    let other = app.another_node().await;
    let admin = app.admin();
    for number in 0..10 {
        schedule(&admin, "DAILY", json!({ "name": format!("{number}") })).await;
    }
    for day in 1..=3 {
        app.advance(DAY);
        let all = reports(&admin, day * 10).await;
        let mut made: Vec<String> = all.iter().take(10).map(|report| report["scheduleID"].to_string()).collect();
        made.sort_unstable();
        made.dedup();
        assert_eq!(made.len(), 10);
    }
    other.stop().await;
    app.stop().await;
}
