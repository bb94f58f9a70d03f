//! What became of an object, change by change, and how it was at a moment.

use std::time::Duration;

use argus_testing::{Actor, Answer, TestApp, stores};
use serde_json::{Value, json};

use super::{FIRST, all, column, encoded, look, refuses, send, sender};
use crate::refusals::support::bad_fields;

/// An identifier that no path takes as it stands.
const ID: &str = "d 1%?#ü+&=;:@\"'<>|{}^`~\u{1F600}..";

fn path(kind: &str, id: &str) -> String {
    format!("/audit/v1/history/{}/{}", encoded(kind), encoded(id))
}

fn change(action: &str, second: i64, more: Value) -> Value {
    let mut event = json!({"action": action, "targetType": "My Doc", "targetID": ID});
    event["timestamp"] = (FIRST + second * 1_000).into();
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

/// The life of an object, sent out of order.
async fn live(sender: &Actor) {
    let first = json!({"a": 1, "b": {"c": 1, "d": [1]}, "n": null, "keep": true});
    let second = json!({"a": null, "b": {"c": 2, "d": [1]}, "keep": true, "new": "x"});
    for event in [
        change("DELETED", 8, json!({"before": {"a": 2, "keep": true, "n": null}})),
        change("DOC_CREATED", 1, json!({"after": first})),
        change("view", 2, json!({})),
        change("update", 3, json!({"before": first, "after": second})),
        change("export", 4, json!({})),
        change("login", 4, json!({})),
        change("logout", 4, json!({})),
        change("approve", 5, json!({"timestamp": "2026-01-01T00:00:05.000999999Z"})),
        change("frobnicate", 6, json!({"changes": {"a": {"from": null, "to": 2}}})),
        change("update", 7, json!({"before": second, "after": {"a": 2, "keep": true, "n": null}})),
        // At the same time, and sent later: it comes after.
        change("reject", 7, json!({"before": {"a": 2}, "after": {"a": 2}})),
        change("create", 10, json!({"before": null, "after": {"again": [1, null]}})),
        change("update", 11, json!({"before": {"again": [1, null]}, "after": null})),
    ] {
        send(sender, event).await;
    }
}

#[tokio::test]
async fn changes_are_told_field_by_field_oldest_first() {
    stores(async |app| {
        let red = sender(app, "red").await;
        live(&red).await;
        let history = all(&red, &path("My Doc", ID)).await;
        let verbs = ["CREATE", "UPDATE", "APPROVE", "-", "UPDATE", "REJECT", "DELETE", "CREATE", "UPDATE"];
        assert_eq!(column(&history, "verb"), verbs);
        let changes: Vec<&Value> = history.iter().map(|event| &event["changes"]).collect();
        let expected = [
            json!(null),
            json!({
                "a": {"from": 1, "to": null},
                "b": {"from": {"c": 1, "d": [1]}, "to": {"c": 2, "d": [1]}},
                "new": {"from": null, "to": "x"},
            }),
            json!(null),
            json!({"a": {"from": null, "to": 2}}),
            json!({
                "a": {"from": null, "to": 2},
                "b": {"from": {"c": 2, "d": [1]}, "to": null},
                "new": {"from": "x", "to": null},
            }),
            json!(null),
            json!({"a": {"from": 2, "to": null}, "keep": {"from": true, "to": null}}),
            json!(null),
            json!({"again": {"from": [1, null], "to": null}}),
        ];
        assert_eq!(changes, expected.iter().collect::<Vec<_>>());
        assert_eq!(history[1]["before"]["b"]["d"], json!([1]));
        assert_eq!(history[0]["targetID"], ID);
        assert!(history[8]["after"].is_null() && history[8].get("after").is_some());
        let whole = red.get(&path("My Doc", ID)).await.expect(200);
        assert!(whole["metaData"].get("state").is_none(), "nobody asked");
        for (kind, id) in [("My Doc", "d"), ("my doc", ID), ("Doc", ID), ("My Doc", "%"), ("ü", "ü")] {
            assert!(all(&red, &path(kind, id)).await.is_empty(), "{kind} {id}");
        }
        let down = red.get(&format!("{}?sortBy=-timestamp&limit=1", path("My Doc", ID))).await.expect(200);
        assert_eq!(down.list()[0], history[8]);
    })
    .await;
}

async fn as_of(actor: &Actor, moment: &str, more: &str) -> Answer {
    let path = format!("{}?asOf={}{more}", path("My Doc", ID), encoded(moment));
    actor.get(&path).await.expect(200)
}

#[tokio::test]
async fn a_moment_cuts_the_history_and_has_a_state() {
    stores(async |app| {
        let red = sender(app, "red").await;
        live(&red).await;
        app.advance(Duration::from_secs(60));
        let second = json!({"a": null, "b": {"c": 2, "d": [1]}, "keep": true, "new": "x"});
        let first = json!({"a": 1, "b": {"c": 1, "d": [1]}, "n": null, "keep": true});
        let ms = |second: i64| (FIRST + second * 1_000).to_string();
        for (moment, changes, state) in [
            (ms(0), 0, json!(null)),
            ((FIRST + 999).to_string(), 0, json!(null)),
            (ms(1), 1, first.clone()),
            ("2026-01-01T00:00:02Z".to_owned(), 1, first),
            ("2026-01-01T00:00:03.000000000Z".to_owned(), 2, second.clone()),
            ("now - 57 s".to_owned(), 2, second.clone()),
            ((FIRST + 4_999).to_string(), 2, second.clone()),
            // All of its millisecond, unless it is written finer.
            (ms(5), 3, second.clone()),
            ("2026-01-01T00:00:05.000999998Z".to_owned(), 2, second.clone()),
            ("2026-01-01T00:00:05.000999999Z".to_owned(), 3, second.clone()),
            (ms(6), 4, second),
            (ms(7), 6, json!({"a": 2})),
            (ms(8), 7, json!(null)),
            (ms(9), 7, json!(null)),
            (ms(10), 8, json!({"again": [1, null]})),
            (ms(11), 9, json!(null)),
            ("now + 1 year".to_owned(), 9, json!(null)),
            ("9999-12-31T00:00:00Z".to_owned(), 9, json!(null)),
        ] {
            let cut = as_of(&red, &moment, "").await;
            assert_eq!((&cut["count"], cut.list().len()), (&json!(changes), changes), "{moment}");
            assert_eq!(cut["metaData"].get("state"), Some(&state), "{moment}");
        }
        // It is the state of the moment, not that of a page.
        let page = as_of(&red, &ms(7), "&limit=1&offset=1").await;
        assert_eq!((page.list().len(), &page["metaData"]["state"]), (1, &json!({"a": 2})));
        let down = as_of(&red, &ms(7), "&sortBy=-timestamp&limit=1").await;
        assert_eq!((&down.list()[0]["verb"], &down["metaData"]["state"]), (&json!("REJECT"), &json!({"a": 2})));
        all(&red, &format!("{}?asOf={}", path("My Doc", ID), ms(7))).await;
    })
    .await;
}

#[tokio::test]
async fn a_relative_moment_stands_still_while_a_client_pages() {
    stores(async |app| {
        let red = sender(app, "red").await;
        live(&red).await;
        app.advance(Duration::from_secs(9));
        let first = as_of(&red, "now - 6 s", "&limit=1").await;
        let cursor = first["metaData"]["nextCursor"].as_str().unwrap().to_owned();
        app.advance(Duration::from_secs(3_600));
        let next = as_of(&red, "now - 6 s", &format!("&limit=9&count=true&cursor={cursor}")).await;
        assert_eq!((&next["count"], next.list().len()), (&json!(2), 1));
        assert_eq!(next["metaData"]["state"]["new"], "x");
        for (other, what) in [
            (format!("{}?asOf=now%20-%207%20s&limit=1&cursor={cursor}", path("My Doc", ID)), "another moment"),
            (format!("{}?limit=1&cursor={cursor}", path("My Doc", ID)), "no moment"),
            (format!("{}?asOf=now%20-%206%20s&limit=1&cursor={cursor}", path("My Doc", "d")), "another object"),
        ] {
            bad_fields(red.get(&other).await, &["cursor"], what);
        }
    })
    .await;
}

#[tokio::test]
async fn everybody_sees_the_history_of_the_own_customers_object() {
    stores(async |app| {
        let (red, blue) = (sender(app, "red").await, sender(app, "blue").await);
        live(&red).await;
        send(&blue, change("create", 7, json!({"after": {"whose": "blue"}}))).await;
        assert_eq!(all(&red, &path("My Doc", ID)).await.len(), 9);
        assert_eq!(all(&blue, &path("My Doc", ID)).await.len(), 1);
        assert_eq!(all(&app.admin(), &path("My Doc", ID)).await.len(), 10);
        let moment = (FIRST + 7_000).to_string();
        assert_eq!(as_of(&blue, &moment, "").await["metaData"]["state"], json!({"whose": "blue"}));
        assert_eq!(as_of(&red, &moment, "").await["metaData"]["state"], json!({"a": 2}));
    })
    .await;
}

#[tokio::test]
async fn bad_moments_are_refused_beside_everything_else_that_is_bad() {
    stores(async |app| {
        let admin = app.admin();
        let path = path("My Doc", ID);
        for bad in ["yesterday", "", "2026-01-01", "2026-01-01T00:00:00+01:00", "1e3", "%FF", "now - x"] {
            bad_fields(admin.get(&format!("{path}?asOf={bad}")).await, &["asOf"], bad);
        }
        let twins = format!("{path}?asOf=x&limit=x&sortBy=action&includeInternal=2");
        bad_fields(admin.get(&twins).await, &["asOf", "limit", "sortBy", "includeInternal"], "all in one answer");
        refuses(app, &path, true).await;
    })
    .await;
}

/// Of Argus' own objects there is a history too, for who asks for it.
#[tokio::test]
async fn changes_made_to_argus_itself_are_shown_when_they_are_asked_for() {
    stores(async |app: &TestApp| {
        let anna = app.new_user("anna", "root", &[]).await;
        let admin = app.admin();
        admin.put("/authentication/v1/user/anna/block", json!({})).await.expect(200);
        let own = format!("/audit/v1/history/USER/{anna}");
        let shown = look(&admin, &format!("{own}?includeInternal=true"), 1).await;
        assert_eq!(shown.list()[0]["action"], "authentication_v1_user_block");
        assert!(all(&admin, &own).await.is_empty());
    })
    .await;
}
