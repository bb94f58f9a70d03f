//! Changes of keys that are refused: wider, revoked, without proof, out of bounds.

use argus_testing::{Actor, PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use super::support::{Refusals, bad_fields, refused};

const KEYS: &str = "/apikey/v1/apikey";

/// A key, its path, and a session of its owner, who is a plain user.
async fn made(app: &TestApp, owner: &Actor, changes: Value) -> (String, String) {
    let mut request =
        json!({"description": "key", "validSources": ["127.0.0.0/8", "10.0.0.0/8"], "password": PASSWORD});
    for (name, value) in changes.as_object().unwrap() {
        request[name] = value.clone();
    }
    let made = owner.post(KEYS, request).await.expect(201);
    let key = made["data"]["apiKeyString"].as_str().unwrap().to_owned();
    app.by_key(&key).get("/authentication/v1/session").await.expect(200);
    let path = format!("{KEYS}/{}", made["data"]["keyDescriptor"]["prefix"].as_str().unwrap());
    (key, path)
}

#[tokio::test]
async fn a_plain_user_only_narrows() {
    stores(async |app| {
        let red = app.customer("red", "root").await;
        let inner = app.customer("red-inner", "red").await;
        let blue = app.customer("blue", "root").await;
        app.new_user("plain", "red", &[("viewAuditEvents", "red"), ("submitAuditEvents", "red")]).await;
        let plain = app.by_password("plain", PASSWORD).await;
        let cut = json!({"function": ["viewAuditEvents"], "customerID": [red], "readOnly": true});
        let (_, path) = made(app, &plain, json!({ "sessionConstraints": cut })).await;
        let before = plain.get(&path).await.expect(200)["data"].clone();
        let mut refusals = Refusals::begin(app).await;
        let constrained = |name: &str, value: Value| {
            let mut cut = cut.clone();
            cut[name] = value;
            json!({ "sessionConstraints": cut })
        };
        for (change, field, template) in [
            (json!({"addValidSources": ["192.0.2.0/24"]}), "addValidSources", "apikey.widening"),
            (json!({"addValidSources": ["10.0.0.0/8", "11.0.0.0/8"]}), "addValidSources", "apikey.widening"),
            (json!({"addValidSources": ["127.0.0.1/8"]}), "addValidSources", "invalid.field.value"),
            (json!({"addValidSources": ["::ffff:10.0.0.0/104"]}), "addValidSources", "invalid.field.value"),
            (json!({"addValidSources": [7]}), "addValidSources", "invalid.field.type"),
            (json!({"removeValidSources": ["10.0.0.1/8"]}), "removeValidSources", "invalid.field.value"),
            (
                json!({"removeValidSources": ["10.0.0.0/8", "127.0.0.0/8"]}),
                "removeValidSources",
                "apikey.source.required",
            ),
            (
                constrained("function", json!(["viewAuditEvents", "submitAuditEvents"])),
                "sessionConstraints",
                "apikey.widening",
            ),
            (constrained("function", json!(["submitAuditEvents"])), "sessionConstraints", "apikey.widening"),
            (constrained("function", json!([])), "sessionConstraints", "apikey.widening"),
            (constrained("function", json!(null)), "sessionConstraints", "apikey.widening"),
            (constrained("customerID", json!([])), "sessionConstraints", "apikey.widening"),
            (constrained("readOnly", json!(false)), "sessionConstraints", "apikey.widening"),
            (json!({"sessionConstraints": {}}), "sessionConstraints", "apikey.widening"),
            (
                constrained("function", json!(["viewAuditEvents", "nothing"])),
                "sessionConstraints.function",
                "invalid.field.value",
            ),
            (json!({"description": ""}), "description", "missing.field.value"),
            (json!({"description": "x".repeat(256)}), "description", "invalid.field.length"),
            (json!({"description": "<"}), "description", "invalid.field.value"),
        ] {
            let answer =
                bad_fields(refusals.of(&plain).put(&path, change.clone()).await, &[field], &change.to_string());
            assert_eq!(answer.template(), template, "{change}");
        }
        for other in [json!([red, blue]), json!([1]), json!([999])] {
            let answer =
                refused(refusals.of(&plain).put(&path, constrained("customerID", other)).await, 412, "customer");
            assert!(answer.fields().contains(&"sessionConstraints.customerID"), "{}", answer.text);
        }
        let all = json!({"description": 7, "addValidSources": ["192.0.2.0/24"], "removeValidSources": ["::1/64"],
            "sessionConstraints": {"function": ["nothing"], "readOnly": true, "customerID": [red]}});
        let fields = [
            "description",
            "addValidSources",
            "removeValidSources",
            "sessionConstraints.function",
            "sessionConstraints",
        ];
        let answer = refused(refusals.of(&plain).put(&path, all).await, 412, "all");
        assert!(fields.iter().take(4).all(|field| answer.fields().contains(field)), "{}", answer.text);
        refusals.end().await;
        assert_eq!(plain.get(&path).await.expect(200)["data"], before);
        // Narrower is fine: a part of a network, a customer below, fewer functions; and nothing at all.
        assert_eq!(plain.put(&path, json!({})).await.expect(200)["data"], before);
        for change in [
            json!({"addValidSources": ["10.1.0.0/16"], "removeValidSources": ["10.0.0.0/8"]}),
            json!({"addValidSources": ["127.0.0.0/8", "10.1.0.0/16"]}),
            constrained("customerID", json!([red])),
            constrained("customerID", json!([inner])),
            json!({"description": "another"}),
        ] {
            plain.put(&path, change).await.expect(200);
        }
        let after = plain.get(&path).await.expect(200);
        let printed = |network: &Value| format!("{}/{}", network["address"].as_str().unwrap(), network["maskBits"]);
        let mut sources: Vec<_> = after["data"]["validSources"].as_array().unwrap().iter().map(printed).collect();
        sources.sort();
        assert_eq!(sources, ["10.1.0.0/16", "127.0.0.0/8"]);
        assert_eq!(after["data"]["constraints"]["customers"][0]["id"], inner);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_widens() {
    stores(async |app| {
        app.new_user("plain", "root", &[]).await;
        let (plain, admin) =
            (app.by_password("plain", PASSWORD).await, app.by_password("admin", &app.admin_password).await);
        let (key, path) =
            made(app, &plain, json!({"validSources": ["127.0.0.1"], "sessionConstraints": {"readOnly": true}})).await;
        let wide = json!({"addValidSources": ["0.0.0.0/0"], "sessionConstraints": {"readOnly": false}});
        bad_fields(
            plain.put(&path, wide.clone()).await,
            &["addValidSources", "addValidSources", "sessionConstraints"],
            "plain",
        );
        admin.put(&path, wide).await.expect(200);
        bad_fields(
            admin.put(&path, json!({"addValidSources": ["::ffff:0:0/96"]})).await,
            &["addValidSources"],
            "mapped",
        );
        admin.put(&format!("{path}/renew"), json!({"expirationDays": 4_000})).await.expect(200);
        admin.put(&format!("{path}/renew"), json!({"disableExpiration": true})).await.expect(200);
        assert_eq!(plain.get(&path).await.expect(200)["data"]["validUntil"], 0);
        app.by_key(&key).get("/authentication/v1/session").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn making_and_prolonging_take_a_proof() {
    stores(async |app| {
        app.new_user("plain", "root", &[]).await;
        app.new_user("other", "root", &[]).await;
        let plain = app.by_password("plain", PASSWORD).await;
        let (key, path) = made(app, &plain, json!({})).await;
        let calls = [
            ("POST", KEYS.to_owned()),
            ("PUT", format!("{path}/renew")),
            ("PUT", format!("{path}/rotate")),
            ("POST", "/authentication/v1/apikey".to_owned()),
            ("PUT", format!("/authentication/v1{}", path.strip_prefix("/apikey/v1").unwrap())),
        ];
        let mut refusals = Refusals::begin(app).await;
        for (method, path) in &calls {
            for (proof, field, template) in [
                (json!({}), "password", "missing.field.value"),
                (json!({"password": null}), "password", "missing.field.value"),
                (json!({"password": "wrong"}), "password", "invalid.password"),
                (json!({"authorization": "e30.e30.x"}), "authorization", "invalid.authorization"),
            ] {
                let mut body = json!({"description": "key", "validSources": ["127.0.0.1"]});
                body.as_object_mut().unwrap().extend(proof.as_object().unwrap().clone());
                let request = refusals.of(&plain).request(method, path).json(&body);
                let answer = bad_fields(argus_testing::Answer::of(request).await, &[field], path);
                assert_eq!(answer.template(), template, "{path}: {proof}");
                assert!(!answer.text.contains("wrong\""), "{}", answer.text);
            }
            // Other wrong tries would lock the account.
            app.advance(std::time::Duration::from_secs(301));
        }
        refusals.end().await;
        app.by_key(&key).get("/authentication/v1/session").await.expect(200);
        // Guessing the proof is guessing the password: it counts for the account, and locks it for a while.
        for _ in 0..10 {
            plain.put(&format!("{path}/renew"), json!({"password": "wrong"})).await.expect(412);
        }
        let locked = refused(plain.put(&format!("{path}/renew"), json!({ "password": PASSWORD })).await, 429, "locked");
        assert!(["300", "301"].contains(&locked.headers["retry-after"].to_str().unwrap()));
        let login = json!({"userName": "Plain", "password": PASSWORD});
        refused(app.anonymous().post("/authentication/v1/password/authentication", login).await, 429, "login");
        app.advance(std::time::Duration::from_secs(300));
        plain.put(&format!("{path}/renew"), json!({ "password": PASSWORD })).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_is_revoked_stays_revoked_and_grace_has_bounds() {
    stores(async |app| {
        app.new_user("plain", "root", &[]).await;
        let plain = app.by_password("plain", PASSWORD).await;
        let (_, path) = made(app, &plain, json!({})).await;
        let mut refusals = Refusals::begin(app).await;
        for (grace, template) in [
            (json!(-1), "invalid.field.range"),
            (json!(86_401), "invalid.field.range"),
            (json!(1.5), "invalid.field.type"),
            (json!("60"), "invalid.field.type"),
        ] {
            let body = json!({ "password": PASSWORD, "graceSeconds": grace });
            let answer = refusals.of(&plain).put(&format!("{path}/rotate"), body).await;
            assert_eq!(bad_fields(answer, &["graceSeconds"], "grace").template(), template, "{grace}");
        }
        for days in [json!(0), json!(366), json!(-1)] {
            let body = json!({ "password": PASSWORD, "expirationDays": days });
            let answer = refusals.of(&plain).put(&format!("{path}/renew"), body).await;
            bad_fields(answer, &["expirationDays"], "days");
        }
        plain.delete(&path).await.expect(200);
        let proof = json!({ "password": PASSWORD });
        refused(refusals.of(&plain).delete(&path).await, 404, "twice");
        refused(refusals.of(&plain).delete(&path.replace("/apikey/v1", "/authentication/v1")).await, 404, "twice");
        refused(refusals.of(&plain).put(&path, json!({"description": "x"})).await, 404, "update");
        for action in ["renew", "rotate"] {
            let answer = refusals.of(&plain).put(&format!("{path}/{action}"), proof.clone()).await;
            assert_eq!(refused(answer, 412, action).template(), "apikey.revoked");
        }
        refusals.end().await;
        let shown = plain.get(&path).await.expect(200);
        assert_eq!(shown["data"]["flags"], json!(["revoked"]));
        assert_eq!(plain.get(KEYS).await.expect(200).list().len(), 0);
        assert_eq!(plain.get(&format!("{KEYS}?includeDeleted=true")).await.expect(200).list().len(), 1);
    })
    .await;
}
