//! Known machines.

use argus_testing::{Actor, Store, TestApp, stores};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{EVENT, FIRST, all, encoded, look, refuses, send, sender};
use crate::refusals::support::bad_fields;

const MACHINE: &str = "/audit/v1/machine";

async fn seen(sender: &Actor, machine: &str, at: i64) {
    send(sender, json!({"action": "a", "machineID": machine, "timestamp": FIRST + at})).await;
}

fn machine(id: &str, count: i64, first: i64, last: i64) -> Value {
    json!({"machineID": id, "count": count, "firstTimestamp": FIRST + first, "lastTimestamp": FIRST + last})
}

#[tokio::test]
async fn machines_stand_with_their_events_once() {
    stores(async |app| {
        let (red, blue) = (sender(app, "red").await, sender(app, "blue").await);
        assert!(all(&red, MACHINE).await.is_empty());
        let odd = "m\u{1}\"\\ü ✓";
        for (id, at) in [("m2", 5), ("m10", 7), ("m2", -3), (odd, 1), ("m2", 4), ("M1", 0), ("m10", 9), ("7", 8)] {
            seen(&red, id, at).await;
        }
        for (id, at) in [("m2", 50), ("only-blue", 2)] {
            seen(&blue, id, at).await;
        }
        let own = [
            machine("7", 1, 8, 8),
            machine("M1", 1, 0, 0),
            machine("m\u{1}\"\\ü ✓", 1, 1, 1),
            machine("m10", 2, 7, 9),
            machine("m2", 3, -3, 5),
        ];
        // By code point.
        assert_eq!(all(&red, MACHINE).await, own);
        assert_eq!(all(&blue, MACHINE).await, [machine("m2", 1, 50, 50), machine("only-blue", 1, 2, 2)]);
        let whole = all(&app.admin(), MACHINE).await;
        assert_eq!(whole.len(), 6, "each once, with the events of both: {whole:?}");
        assert!(whole.contains(&machine("m2", 4, -3, 50)), "{whole:?}");
        for (sort, order) in [
            ("-machineID", [4, 3, 2, 1, 0]),
            ("count", [0, 1, 2, 3, 4]),
            ("-count", [4, 3, 2, 1, 0]),
            ("count&sortBy=-machineID", [2, 1, 0, 3, 4]),
            ("-lastTimestamp", [3, 0, 4, 2, 1]),
        ] {
            let sorted = all(&red, &format!("{MACHINE}?sortBy={sort}")).await;
            assert_eq!(sorted, order.map(|place| own[place].clone()), "{sort}");
        }
        // Each has the events that its filter finds.
        for machine in &whole {
            let id = encoded(machine["machineID"].as_str().unwrap());
            let found = app.admin().get(&format!("{EVENT}?limit=1&machineID={id}")).await.expect(200);
            assert_eq!(found["count"], machine["count"], "{machine}");
        }
    })
    .await;
}

#[tokio::test]
async fn refused_and_repeated_events_do_not_count_and_the_table_can_be_made_again() {
    stores(async |app| {
        let admin = app.admin();
        for body in [
            json!({"action": "a", "machineID": "m", "externalID": "1"}),
            json!({"action": "a", "machineID": "m", "externalID": "1"}),
            json!({"action": "other", "machineID": "m", "externalID": "1"}),
            json!({"machineID": "m"}),
            json!({"action": "a", "machineID": null}),
            json!({"action": "a"}),
        ] {
            admin.post(EVENT, body).await;
        }
        // Asking Argus about a machine makes it no known one.
        look(&admin, "/audit/v1/event?includeFlags=INTERNAL&outcome=FAILURE", 2).await;
        let about = "UPDATE event SET machine_id = 'asked' WHERE flags = 16";
        app.platform.db.writer().execute_unprepared(about).await.unwrap();
        let known = all(&admin, MACHINE).await;
        assert_eq!(known, [machine("m", 1, 0, 0)]);
        // A store that was made before machines were counted.
        for sql in [
            "DROP TABLE event_machine",
            "DROP INDEX event_series_time",
            "DROP INDEX event_login_time",
            "DROP INDEX event_login_customer_time",
            "DELETE FROM seaql_migrations WHERE version = 'm20261126_000060_event_views'",
        ] {
            app.platform.db.writer().execute_unprepared(sql).await.unwrap();
        }
        argus_server::migrate::run(&app.platform.db).await.unwrap();
        assert_eq!(all(&admin, MACHINE).await, known);
    })
    .await;
}

/// Sends events of a few machines from many tasks at once, to those nodes.
async fn at_once(nodes: &[&TestApp]) {
    let tasks: Vec<_> = (0..60_i64)
        .map(|number| {
            let admin = nodes[number as usize % nodes.len()].admin();
            tokio::spawn(async move { seen(&admin, &format!("m{}", number % 3), number).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let expected = [machine("m0", 20, 0, 57), machine("m1", 20, 1, 58), machine("m2", 20, 2, 59)];
    assert_eq!(all(&nodes[0].admin(), MACHINE).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_exact_when_many_write() {
    stores(async |app| at_once(&[app]).await).await;
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    at_once(&[&app, &other]).await;
    other.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn bad_paging_is_refused() {
    stores(async |app| {
        bad_fields(app.admin().get(&format!("{MACHINE}?sortBy=firstTimestamp")).await, &["sortBy"], "no key");
        refuses(app, MACHINE, false).await;
    })
    .await;
}
