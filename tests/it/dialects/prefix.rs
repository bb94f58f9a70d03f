//! Two dialects below one path: which of them answers, row by row of what was agreed.

use argus_testing::{Actor, Answer, TestApp, stores, stores_with};
use serde_json::{Value, json};

const BASE: &str = "/api/v1/audit";

/// In whose words an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Machine,
    Rail,
}
use Words::{Machine, Rail};

fn words(answer: &Answer) -> Words {
    let has = |member: &str| answer.json.get(member).is_some();
    match answer.status {
        200 | 202 if has("data") => Rail,
        200 => Machine,
        _ if has("error") => Rail,
        _ if has("detail") => Machine,
        _ => panic!("in nobody's words: {}", answer.text),
    }
}

async fn somebody(app: &TestApp) -> Actor {
    let rights = ["submitAuditEvents", "viewAuditEvents", "exportAuditEvents"].map(|function| (function, "root"));
    let actor = app.user("somebody", &rights).await;
    let event = json!({"externalID": "e1", "action": "tag_write", "machineID": "machine_001", "targetType": "tag", "targetID": "t"});
    actor.post("/audit/v1/event", event).await.expect(201);
    actor
}

async fn ask(actor: &Actor, method: &str, path: &str) -> Answer {
    Answer::of(actor.request(method, path).body(r#"{"format":"CSV"}"#)).await
}

#[tokio::test]
async fn each_request_has_one_reading() {
    stores(async |app| {
        let actor = somebody(app).await;
        for (method, path, status, whose) in [
            // The words of rail are rail's.
            ("GET", "/logs", 200, Rail),
            ("GET", "/access-logs", 200, Rail),
            ("GET", "/login-history", 200, Rail),
            ("GET", "/stats", 200, Rail),
            ("GET", "/logs/e1", 200, Rail),
            ("GET", "/logs/stats", 404, Rail),
            ("GET", "/logs/errors", 404, Rail),
            ("GET", "/logs/actor/a", 404, Rail),
            ("GET", "/logs/user/u", 404, Rail),
            ("POST", "/logs/export", 405, Rail),
            ("GET", "/stats/stats", 404, Rail),
            ("GET", "/stats/errors", 404, Rail),
            ("GET", "/access-logs/e1", 404, Rail),
            ("GET", "/login-history/user/u", 404, Rail),
            ("GET", "/entities/tag/t/history", 200, Rail),
            ("GET", "/entities", 404, Rail),
            ("GET", "/entities/stats", 404, Rail),
            ("GET", "/entities/tag/t", 404, Rail),
            ("POST", "/export", 202, Rail),
            ("POST", "/reports", 400, Rail),
            ("GET", "/export/exp_1", 404, Rail),
            ("GET", "/export/stats", 404, Rail),
            ("GET", "/reports/rep_1", 404, Rail),
            ("POST", "/reports/export", 405, Rail),
            ("GET", "/export", 405, Rail),
            ("DELETE", "/logs", 405, Rail),
            ("PUT", "/reports", 405, Rail),
            ("GET", "/logs/a/b/c/d", 404, Rail),
            // Everything else is a machine.
            ("GET", "/machine_001", 200, Machine),
            ("GET", "/machine_001/stats", 200, Machine),
            ("GET", "/machine_001/errors", 200, Machine),
            ("GET", "/machine_001/e1", 200, Machine),
            ("GET", "/machine_001/logs", 404, Machine),
            ("GET", "/machine_001/actor/somebody", 200, Machine),
            ("GET", "/machine_001/user/somebody", 200, Machine),
            ("POST", "/machine_001/export", 501, Machine),
            ("GET", "/logs2", 200, Machine),
            ("GET", "/Logs", 200, Machine),
            ("GET", "/log", 200, Machine),
            ("GET", "/errors", 200, Machine),
            ("POST", "/machine_001", 405, Machine),
            ("GET", "/machine_001/export", 405, Machine),
            ("GET", "/machine_001/a/b", 404, Machine),
            ("GET", "/machine_001/entities/tag/t/history", 404, Machine),
            ("GET", "", 404, Machine),
        ] {
            for slash in ["", "/"] {
                let answer = ask(&actor, method, &format!("{BASE}{path}{slash}")).await;
                assert_eq!((answer.status, words(&answer)), (status, whose), "{method} {path}{slash}: {}", answer.text);
            }
        }
    })
    .await;
}

/// Each at its home, where the other has nothing.
#[tokio::test]
async fn at_home_there_is_no_other() {
    stores(async |app| {
        let actor = somebody(app).await;
        for path in ["/logs", "/stats", "/reports", "/entities"] {
            let answer = actor.get(&format!("/dialect/machine{BASE}{path}")).await.expect(200);
            assert_eq!(answer.json, json!([]), "the machine of that name");
        }
        let answer = actor.get(&format!("/dialect/machine{BASE}/logs/stats")).await.expect(200);
        assert_eq!(answer["total_events"], 0);
        for path in ["/machine_001", "/machine_001/stats", "/machine_001/user/u"] {
            let answer = actor.get(&format!("/dialect/rail{BASE}{path}")).await.expect(404);
            assert_eq!(words(&answer), Rail);
        }
    })
    .await;
}

/// Without the other one, or with prefixes of their own, the words are names of machines.
#[tokio::test]
async fn what_is_apart_does_not_meet() {
    let away = |settings: &mut argus_core::config::Settings| "/rail".clone_into(&mut settings.dialects.rail.prefix);
    stores_with(away, async |app| {
        let actor = somebody(app).await;
        let event = json!({"action": "x", "machineID": "logs"});
        actor.post("/audit/v1/event", event).await.expect(201);
        let answer = actor.get(&format!("{BASE}/logs")).await.expect(200);
        assert_eq!((words(&answer), answer.json.as_array().map(Vec::len)), (Machine, Some(1)));
        let answer = actor.get(&format!("/rail{BASE}/logs")).await.expect(200);
        assert_eq!((words(&answer), &answer["pagination"]["total"]), (Rail, &json!(2)));
        let answer = actor.get(&format!("/rail{BASE}/machine_001")).await.expect(404);
        assert_eq!(answer["responseCode"], 404, "nobody's ground");
        let answer = actor.get(&format!("/rail{BASE}/logs/none")).await.expect(404);
        assert_eq!(answer["error"]["code"], Value::from("NOT_FOUND"));
    })
    .await;
    let alone = |settings: &mut argus_core::config::Settings| settings.dialects.machine.enabled = false;
    stores_with(alone, async |app| {
        let actor = somebody(app).await;
        assert_eq!(words(&actor.get(&format!("{BASE}/logs")).await.expect(200)), Rail);
        let answer = actor.get(&format!("{BASE}/machine_001")).await.expect(404);
        assert_eq!(answer["responseCode"], 404, "nobody's ground");
    })
    .await;
}
