//! What is refused, in the words of its clients, and that nothing is stored.

use argus_testing::{Answer, stores};
use serde_json::{Value, json};

use super::{BASE, HOME, example, operator, send};

/// S3-02: who does not say who it is, or is not believed.
#[tokio::test]
async fn nobody_comes_in_without_a_credential() {
    stores(async |app| {
        send(&operator(app).await, example()).await;
        let anonymous = app.anonymous();
        for actor in [&anonymous, &anonymous.with("Authorization", "Bearer x.y.z"), &app.by_key("1/1/argus_wrong")] {
            for base in [BASE, HOME] {
                for path in [
                    "/machine_001",
                    "/machine_001/stats",
                    "/machine_001/errors",
                    "/machine_001/x",
                    "/machine_001/actor/a",
                ] {
                    let answer = actor.get(&format!("{base}{path}")).await.expect(401);
                    assert_eq!(answer.json, json!({"detail": "Not authenticated"}), "{path}");
                }
                // S3-18: 501 is for those who came in.
                actor.post(&format!("{base}/machine_001/export"), json!({})).await.expect(401);
            }
        }
        let powerless = app.user("powerless", &[("submitAuditEvents", "root")]).await;
        for path in ["/machine_001", "/machine_001/user/u", "/machine_001?limit=0"] {
            let answer = powerless.get(&format!("{BASE}{path}")).await.expect(403);
            assert!(answer["detail"].as_str().unwrap().contains("viewAuditEvents"), "{}", answer.text);
        }
        powerless.post(&format!("{BASE}/machine_001/export"), json!({})).await.expect(403);
    })
    .await;
}

/// S3-04, S3-10
#[tokio::test]
async fn bad_parameters_are_told_one_by_one() {
    stores(async |app| {
        let operator = operator(app).await;
        let wrong = |field: &str, kind: &str| json!({"loc": ["query", field], "type": kind});
        for (query, expected) in [
            ("limit=0", vec![wrong("limit", "greater_than_equal")]),
            ("limit=-1", vec![wrong("limit", "greater_than_equal")]),
            ("limit=1001", vec![wrong("limit", "less_than_equal")]),
            ("limit=ten", vec![wrong("limit", "int_parsing")]),
            ("limit=1.5", vec![wrong("limit", "int_parsing")]),
            ("limit=", vec![wrong("limit", "int_parsing")]),
            ("start_time=yesterday", vec![wrong("start_time", "datetime_parsing")]),
            ("start_time=1737801000", vec![wrong("start_time", "datetime_parsing")]),
            ("start_time=", vec![wrong("start_time", "datetime_parsing")]),
            ("end_time=2025-02-30", vec![wrong("end_time", "datetime_parsing")]),
            ("end_time=2025-01-25T25:00:00Z", vec![wrong("end_time", "datetime_parsing")]),
            ("action=%ff", vec![wrong("action", "value_error")]),
            (
                "limit=x&end_time=y&start_time=z",
                vec![
                    wrong("start_time", "datetime_parsing"),
                    wrong("end_time", "datetime_parsing"),
                    wrong("limit", "int_parsing"),
                ],
            ),
        ] {
            for path in ["/m", "/m/actor/a", "/m/user/a"] {
                let answer = operator.get(&format!("{BASE}{path}?{query}")).await.expect(422);
                assert_eq!(kinds(&answer), expected, "{path} {query}");
            }
            if !query.contains("limit") && !query.contains("action") {
                for path in ["/m/stats", "/m/errors"] {
                    let answer = operator.get(&format!("{BASE}{path}?{query}")).await.expect(422);
                    assert_eq!(kinds(&answer), expected, "{path} {query}");
                }
            }
        }
        assert_eq!(app.events(false).await, 0);
    })
    .await;
}

/// What is wrong, without the texts for a person, which are there.
fn kinds(answer: &Answer) -> Vec<Value> {
    let wrong = answer["detail"].as_array().unwrap_or_else(|| panic!("{}", answer.text)).iter();
    let kind = |wrong: &Value| {
        assert!(wrong["msg"].as_str().is_some_and(|text| !text.is_empty()), "{wrong}");
        json!({"loc": wrong["loc"], "type": wrong["type"]})
    };
    wrong.map(kind).collect()
}

/// What leads nowhere wears the dialect's words on its ground, and nowhere else.
#[tokio::test]
async fn what_leads_nowhere_is_told_in_its_words() {
    stores(async |app| {
        let operator = operator(app).await;
        for path in ["", "/m/x/y", "/m/actor", "/m/actor/a/b", "/m/user/a/b/c"] {
            // `/m/actor` is an entry that is not there.
            for base in [BASE, HOME] {
                let answer = operator.get(&format!("{base}{path}")).await.expect(404);
                assert!(answer["detail"].is_string() && answer.json.as_object().unwrap().len() == 1, "{}", answer.text);
            }
        }
        for (method, path, allow) in [
            ("DELETE", "/m", "GET, HEAD"),
            ("POST", "/m/stats", "GET, HEAD"),
            ("GET", "/m/export", "POST"),
            ("PUT", "/m/user/a", "GET, HEAD"),
        ] {
            let answer = Answer::of(operator.request(method, &format!("{BASE}{path}"))).await.expect(405);
            assert!(answer["detail"].is_string(), "{}", answer.text);
            assert_eq!(answer.headers["allow"], allow, "{method} {path}");
        }
        for path in ["/api/v1/auditor", "/api/v1", "/dialect/machines/api/v1/audit/m"] {
            let answer = operator.get(path).await.expect(404);
            assert_eq!(answer["responseCode"], 404, "{path}");
        }
    })
    .await;
}
