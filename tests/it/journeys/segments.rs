//! Events of long ago are found as quickly as those of now: what is known of a stretch of the log is not widened by the requests
//! that brought them.

use argus_testing::{START, Store, TestApp};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

#[tokio::test]
async fn requests_do_not_widen_the_segments_of_what_they_bring() {
    let app = TestApp::start().await;
    assert_eq!(app.store, Store::Sqlite, "PostgreSQL has no segments");
    let events: Vec<Value> = (0..50)
        .map(|n| json!({ "action": "read", "actorID": "old", "timestamp": format!("2020-01-01T00:00:{n:02}Z") }))
        .collect();
    app.admin().post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201);
    let bounds = async |table: &str| {
        let sql = format!("SELECT min(first_timestamp), max(last_timestamp) FROM {table}");
        let db = app.platform.db.reader();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        (row.try_get_by_index::<i64>(0).unwrap(), row.try_get_by_index::<i64>(1).unwrap())
    };
    let second = 1_000_000_000;
    let first = 1_577_836_800 * second;
    assert_eq!(bounds("event_segment_foreign").await, (first, first + 49 * second));
    assert_eq!(bounds("event_segment").await.1, START, "the request itself");
    let path = "/audit/v1/event?actorID=old&limit=3";
    let newest = app.admin().get(path).await.expect(200);
    let times: Vec<&str> = newest.list().iter().map(|event| event["timestampISO"].as_str().unwrap()).collect();
    assert_eq!(times, ["2020-01-01T00:00:49Z", "2020-01-01T00:00:48Z", "2020-01-01T00:00:47Z"]);
    let with = app.admin().get("/audit/v1/event?includeInternal=true&limit=1").await.expect(200);
    assert_eq!(with.list()[0]["timestamp"], START / 1_000_000, "what is asked for with them is found with them");
    app.stop().await;
}
