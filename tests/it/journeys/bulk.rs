//! Many events with one request.

mod limits;

use argus_testing::{Actor, Answer, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const EVENT: &str = "/audit/v1/event";
const BULK: &str = "/audit/v1/event/bulk";
const LINES: &str = "application/x-ndjson";

/// Events that differ, as lines or in a list.
fn events(number: usize) -> Vec<Value> {
    (0..number).map(|n| json!({"action": "ITEM_CREATED", "targetType": "BULK", "targetID": format!("{n}")})).collect()
}

fn lines(events: &[Value]) -> String {
    events.iter().map(|event| format!("{event}\n")).collect()
}

/// Both forms of the same request.
async fn both(actor: &Actor, events: &[Value], mode: &str) -> [Answer; 2] {
    let document = actor.post(BULK, json!({"events": events, "mode": mode})).await;
    [document, actor.post_raw(&format!("{BULK}?mode={mode}"), LINES, lines(events)).await]
}

fn numbers(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|element| element["index"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn all_events_come_in_in_their_order() {
    stores(async |app| {
        let admin = app.admin();
        for mode in ["atomic", "partial"] {
            // The list has the last ones first: those of the lines, then those of the document.
            for (answer, offset) in both(&admin, &events(700), mode).await.into_iter().zip([700, 0]) {
                let answer = answer.expect(201);
                assert_eq!(answer["data"]["failed"], json!([]));
                assert_eq!(numbers(&answer["data"]["succeeded"]), (0..700).collect::<Vec<i64>>());
                let listed = admin
                    .get(&format!("{EVENT}?targetType=BULK&limit=700&offset={offset}&sortBy=-sequence"))
                    .await
                    .expect(200);
                let stored: Vec<_> =
                    listed.list().iter().rev().map(|event| (&event["id"], &event["targetID"])).collect();
                for (place, (id, target)) in stored.into_iter().enumerate() {
                    assert_eq!(*id, answer["data"]["succeeded"][place]["id"]);
                    assert_eq!(*target, place.to_string());
                }
            }
        }
        assert_eq!(app.events(false).await, 2_800);
        let records = admin.get(&format!("{EVENT}?includeFlags=INTERNAL&targetType=EVENTS&limit=0")).await.expect(200);
        assert_eq!(records.list().len(), 4, "one record a request");
        assert!(records.list().iter().all(|record| record["after"] == json!({"events": 700})));
    })
    .await;
}

#[tokio::test]
async fn one_bad_event_is_the_end_of_all_or_of_itself() {
    stores(async |app| {
        let (admin, mut refusals) = (app.admin(), Refusals::begin(app).await);
        let mut sent = events(5);
        sent[1] = json!({"targetID": "x", "latency": "fast"});
        sent[3]["customer"] = json!("nobody");
        let fields = ["events[1].action", "events[1].latency", "events[3].customer"];
        for form in [0, 1] {
            let actor = refusals.of(&admin);
            let answer = match form {
                0 => actor.post(BULK, json!({ "events": sent })).await,
                _ => actor.post_raw(BULK, LINES, lines(&sent)).await,
            };
            bad_fields(answer, &fields, "atomic is the default");
        }
        refusals.end().await;
        for answer in both(&admin, &sent, "partial").await {
            let answer = answer.expect(207);
            let data = &answer["data"];
            assert_eq!((numbers(&data["succeeded"]), numbers(&data["failed"])), (vec![0, 2, 4], vec![1, 3]));
            let named: Vec<_> =
                data["failed"][0]["messages"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
            assert_eq!(named, ["events[1].action", "events[1].latency"]);
            let id = data["succeeded"][1]["id"].as_str().unwrap();
            assert_eq!(admin.get(&format!("{EVENT}/{id}")).await.expect(200)["data"]["targetID"], "2");
        }
        assert_eq!(app.events(false).await, 6);
        let none = admin.post(BULK, json!({"events": [{}, 1, null], "mode": "partial"})).await.expect(207);
        assert_eq!((numbers(&none["data"]["failed"]), &none["data"]["succeeded"]), (vec![0, 1, 2], &json!([])));
        assert_eq!(app.events(false).await, 6, "207, even if none came in");
    })
    .await;
}

#[tokio::test]
async fn lines_are_read_each_on_its_own() {
    stores(async |app| {
        let (admin, path) = (app.admin(), format!("{BULK}?mode=partial"));
        let text = "{\"action\":\"a\"}\r\n\n  \n{\"action\":\n{\"action\":\"b\",\"action\":\"c\"}\n[1]\n{\"action\":\"\\u0000\"}\n{\"action\":\"d\"}";
        let answer = admin.post_raw(&path, LINES, text).await.expect(207);
        let data = &answer["data"];
        // Empty lines are none, and count as none; the last one needs no end.
        assert_eq!((numbers(&data["succeeded"]), numbers(&data["failed"])), (vec![0, 5], vec![1, 2, 3, 4]));
        for failed in data["failed"].as_array().unwrap() {
            assert_eq!(failed["messages"][0]["field"], format!("events[{}]", failed["index"]));
        }
        let atomic = admin.post_raw(BULK, LINES, text).await;
        bad_fields(atomic, &["events[1]", "events[2]", "events[3]", "events[4]"], "atomic");
        // What a line says twice in a document is found there too, without the others.
        let document = format!("{{\"mode\":\"partial\",\"events\":[{{\"action\":\"a\"}},{}]}}", r#"{"action":"b","action":"c"}"#);
        let answer = admin.post_raw(BULK, "application/json", document).await.expect(207);
        assert_eq!(numbers(&answer["data"]["failed"]), [1]);
        assert_eq!(app.events(false).await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_bulk_is_refused() {
    stores(async |app| {
        let (admin, mut refusals) = (app.admin(), Refusals::begin(app).await);
        for (body, fields) in [
            (json!({}), vec!["events"]),
            (json!({"events": null}), vec!["events"]),
            (json!({"events": {}}), vec!["events"]),
            (json!({"events": []}), vec!["events"]),
            (json!({"events": [], "mode": "both"}), vec!["events", "mode"]),
            (json!({"events": [{"action": "a"}], "mode": 1}), vec!["mode"]),
            (json!({"events": [{}], "mode": "ATOMIC"}), vec!["events[0].action", "mode"]),
        ] {
            bad_fields(refusals.of(&admin).post(BULK, body.clone()).await, &fields, &body.to_string());
        }
        for text in [
            "",
            "[]",
            "{\"events\":[}",
            "{\"events\":[],\"events\":[]}",
            "{\"events\":[{\"action\":\"a\"}],\"x\":{\"a\":1,\"a\":2}}",
        ] {
            let answer = refusals.of(&admin).post_raw(BULK, "application/json", text).await;
            refused(answer, 412, text);
        }
        bad_fields(refusals.of(&admin).post_raw(BULK, LINES, "\n\n").await, &["events"], "no line");
        let answer = refusals.of(&admin).post_raw(&format!("{BULK}?mode=some"), LINES, "{\"action\":\"a\"}").await;
        bad_fields(answer, &["mode"], "mode");
        refused(refusals.of(&admin).post_raw(BULK, "text/csv", "action\na").await, 405, "content type");
        let none = Answer::of(refusals.of(&admin).request("POST", BULK)).await;
        bad_fields(none, &["events"], "no body");
        refusals.end().await;
        let reader = app.user("reader", &[("viewAuditEvents", "root")]).await;
        refused(reader.post(BULK, json!({"events": []})).await, 403, "without the function");
    })
    .await;
}

#[tokio::test]
async fn senders_identifiers_hold_inside_a_request_and_beyond_it() {
    stores(async |app| {
        let admin = app.admin();
        let event = |id: &str, action: &str| json!({"externalID": id, "action": action});
        let first = admin.post(EVENT, event("a", "x")).await.expect(201);
        let sent = [event("a", "x"), event("b", "x"), event("b", "x"), event("c", "x")];
        for answer in both(&admin, &sent, "atomic").await {
            let answer = answer.expect(201);
            let id = |place: usize| answer["data"]["succeeded"][place]["id"].clone();
            assert_eq!((id(0), id(1)), (first["data"]["id"].clone(), id(2)));
        }
        assert_eq!(app.events(false).await, 3);
        let (mut refusals, clash) =
            (Refusals::begin(app).await, [event("d", "x"), event("a", "y"), event("d", "y"), event("e", "x")]);
        let answer = refusals.of(&admin).post(BULK, json!({ "events": clash })).await;
        bad_fields(answer, &["events[1].externalID", "events[2].externalID"], "atomic");
        refusals.end().await;
        for answer in both(&admin, &clash, "partial").await {
            let answer = answer.expect(207);
            let data = &answer["data"];
            assert_eq!((numbers(&data["succeeded"]), numbers(&data["failed"])), (vec![0, 3], vec![1, 2]));
            assert_eq!(data["failed"][1]["messages"][0]["field"], "events[2].externalID");
        }
        assert_eq!(app.events(false).await, 5);
    })
    .await;
}
