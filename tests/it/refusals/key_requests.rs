//! Keys that are not made: too wide, too long, for somebody else, or without proof of who is at the keyboard.

use argus_testing::{Actor, PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use super::support::{Refusals, bad_fields, refused, without_times};

const KEYS: &str = "/apikey/v1/apikey";
/// The same at the path of the existing client.
const SDK_KEYS: &str = "/authentication/v1/apikey";

/// A request that is good, with some members changed.
fn request(changes: &Value) -> Value {
    let mut request = json!({"description": "key", "validSources": ["127.0.0.0/8"], "password": PASSWORD});
    for (name, value) in changes.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

/// How many keys there are, revoked ones too.
async fn keys(app: &TestApp) -> usize {
    let admin = app.by_password("admin", &app.admin_password).await;
    let path = format!("{KEYS}?limit=0&includeDeleted=true&user=admin&user=plain&user=red&user=blue");
    admin.get(&path).await.expect(200).list().len()
}

async fn people(app: &TestApp) -> (Actor, i64, i64) {
    let (red, blue) = (app.customer("red-house", "root").await, app.customer("blue-house", "root").await);
    app.new_user("plain", "red-house", &[("viewAuditEvents", "red-house")]).await;
    app.new_user("red", "red-house", &[]).await;
    app.new_user("blue", "blue-house", &[]).await;
    (app.by_password("plain", PASSWORD).await, red, blue)
}

#[tokio::test]
async fn a_plain_users_key_has_limits() {
    stores(async |app| {
        let (plain, _, blue) = people(app).await;
        let before = keys(app).await;
        let mut refusals = Refusals::begin(app).await;
        let static_source =
            |networks: Value| json!({"source": {"provider": "staticIP", "staticOptions": {"ipAddresses": networks}}});
        let cases = [
            (json!({"expirationDays": 366}), "expirationDays", "apikey.expiration.too.long"),
            (json!({"expirationDays": 36_500}), "expirationDays", "apikey.expiration.too.long"),
            (json!({"expirationDays": 0}), "expirationDays", "apikey.expiration.required"),
            (json!({"disableExpiration": true}), "disableExpiration", "apikey.expiration.required"),
            (
                json!({"disableExpiration": true, "expirationDays": 30}),
                "disableExpiration",
                "apikey.expiration.required",
            ),
            (json!({"expirationDays": -1}), "expirationDays", "invalid.field.range"),
            (json!({"expirationDays": 36_501}), "expirationDays", "invalid.field.range"),
            (json!({"expirationDays": 1.5}), "expirationDays", "invalid.field.type"),
            (json!({"expirationDays": "30"}), "expirationDays", "invalid.field.type"),
            (json!({"validSources": null}), "validSources", "apikey.source.required"),
            (json!({"validSources": []}), "validSources", "apikey.source.required"),
            (json!({"disableSourceRestriction": true}), "disableSourceRestriction", "apikey.source.required"),
            (json!({"source": {"provider": "disabled"}}), "source", "apikey.source.required"),
            (json!({"validSources": ["126.0.0.0/7"]}), "validSources", "apikey.source.too.wide"),
            (json!({"validSources": ["127.0.0.1", "0.0.0.0/0"]}), "validSources", "apikey.source.too.wide"),
            (json!({"validSources": ["2001:db8::/31"]}), "validSources", "apikey.source.too.wide"),
            (json!({"validSources": ["::/0"]}), "validSources", "apikey.source.too.wide"),
            (json!({"validSources": "0.0.0.0/0"}), "validSources", "apikey.source.too.wide"),
            (
                json!({"validSources": [{"address": "126.0.0.0", "maskBits": 7}]}),
                "validSources",
                "apikey.source.too.wide",
            ),
            (static_source(json!(["126.0.0.0/7"])), "source", "apikey.source.too.wide"),
            (static_source(json!([])), "validSources", "apikey.source.required"),
            (json!({"validSources": ["127.0.0.1/8"]}), "validSources", "invalid.field.value"),
            (json!({"validSources": ["10.0.0.0/8", "::1/64"]}), "validSources", "invalid.field.value"),
            (json!({"validSources": [{"address": "127.0.0.1", "maskBits": 8}]}), "validSources", "invalid.field.value"),
            (static_source(json!(["127.0.0.1/8"])), "source", "invalid.field.value"),
            (json!({"validSources": ["::ffff:0:0/96"]}), "validSources", "invalid.field.value"),
            (json!({"validSources": ["::ffff:10.0.0.0/104"]}), "validSources", "invalid.field.value"),
            (json!({"validSources": ["::ffff:127.0.0.1/128"]}), "validSources", "invalid.field.value"),
            (json!({"validSources": ["localhost"]}), "validSources", "invalid.field.value"),
            (json!({"validSources": ["127.0.0.0/33"]}), "validSources", "invalid.field.value"),
            (json!({"validSources": [""]}), "validSources", "invalid.field.value"),
            (json!({"validSources": [127]}), "validSources", "invalid.field.value"),
            (json!({"validSources": 127}), "validSources", "invalid.field.value"),
            (json!({"validSources": [{"maskBits": 8}]}), "validSources", "invalid.field.value"),
            (
                json!({"validSources": [{"address": "127.0.0.0", "maskBits": "x"}]}),
                "validSources",
                "invalid.field.value",
            ),
            (json!({"source": {"provider": "aws"}}), "source", "invalid.field.value"),
            (
                json!({"source": {"provider": 1, "staticOptions": {"ipAddresses": ["::1"]}}}),
                "source.provider",
                "invalid.field.type",
            ),
            (
                json!({"sessionConstraints": {"function": ["nothing"]}}),
                "sessionConstraints.function",
                "invalid.field.value",
            ),
            (
                json!({"sessionConstraints": {"functionID": [0]}}),
                "sessionConstraints.functionID",
                "invalid.field.value",
            ),
            (
                json!({"sessionConstraints": {"customerID": [999]}}),
                "sessionConstraints.customerID",
                "invalid.field.value",
            ),
            // Known to others: the descriptor would tell its name.
            (
                json!({"sessionConstraints": {"customerID": [blue]}}),
                "sessionConstraints.customerID",
                "invalid.field.value",
            ),
            (
                json!({"sessionConstraints": {"customerID": [1]}}),
                "sessionConstraints.customerID",
                "invalid.field.value",
            ),
            (json!({"sessionConstraints": {"readOnly": "yes"}}), "sessionConstraints.readOnly", "invalid.field.type"),
            (json!({"sessionConstraints": []}), "sessionConstraints", "invalid.field.type"),
            (json!({"description": null}), "description", "missing.field.value"),
            (json!({"description": "  "}), "description", "missing.field.value"),
            (json!({"description": ""}), "description", "invalid.field.length"),
            (json!({"description": "x".repeat(256)}), "description", "invalid.field.length"),
            (json!({"description": "<b>key</b>"}), "description", "invalid.field.value"),
            (json!({"description": "a\u{1}"}), "description", "invalid.field.value"),
        ];
        for (changes, field, template) in &cases {
            let answer = refusals.of(&plain).post(KEYS, request(changes)).await;
            let answer = bad_fields(answer, &[field], &changes.to_string());
            assert_eq!(answer.template(), *template, "{changes}");
        }
        for (changes, field, _) in cases.iter().step_by(9) {
            bad_fields(refusals.of(&plain).post(SDK_KEYS, request(changes)).await, &[field], &changes.to_string());
        }
        // What the schema says and what it cannot say, in one answer.
        let bad = request(&json!({"description": "<>", "expirationDays": -1, "validSources": ["::1/64"],
            "sessionConstraints": {"function": ["x"], "customerID": [999], "readOnly": 1}}));
        let fields = [
            "description",
            "expirationDays",
            "validSources",
            "sessionConstraints.readOnly",
            "sessionConstraints.function",
            "sessionConstraints.customerID",
        ];
        let answer = bad_fields(refusals.of(&plain).post(KEYS, bad).await, &fields, "several");
        assert_eq!(answer["data"], Value::Null);
        refusals.end().await;
        assert_eq!(keys(app).await, before, "a refused request made a key");
    })
    .await;
}

#[tokio::test]
async fn what_is_just_within_the_limits_is_made() {
    stores(async |app| {
        let (plain, red, _) = people(app).await;
        for changes in [
            json!({"expirationDays": 365}),
            json!({"expirationDays": 1, "disableExpiration": false, "disableSourceRestriction": false}),
            json!({"validSources": ["127.0.0.0/8", "2001:db8::/32", "::1"]}),
            json!({"validSources": "127.0.0.1"}),
            json!({"validSources": [{"address": "127.0.0.0", "maskBits": 8}, {"address": "127.0.0.1"}]}),
            json!({"validSources": ["::ffff:127.0.0.1"]}),
            json!({"validSources": null, "source": {"provider": "staticIP", "staticOptions": {"ipAddresses": ["127.0.0.0/8"]}}}),
            json!({"description": "ä {}$-().[]\"'_/\\,*+#:@!?;= 7"}),
            json!({"sessionConstraints": {"customerID": [red], "function": ["viewAuditEvents", "submitAuditEvents"], "readOnly": true}}),
        ] {
            let made = plain.post(KEYS, request(&changes)).await.expect(201);
            let key = app.by_key(made["data"]["apiKeyString"].as_str().unwrap());
            key.get("/audit/v1/event").await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn an_administrator_has_fewer_limits_but_no_other_rules() {
    stores(async |app| {
        people(app).await;
        let admin = app.by_password("admin", &app.admin_password).await;
        let mut refusals = Refusals::begin(app).await;
        for (changes, field) in [
            (json!({"validSources": ["127.0.0.1/8"]}), "validSources"),
            (json!({"validSources": ["::ffff:0:0/96"]}), "validSources"),
            (json!({"sessionConstraints": {"function": ["nothing"]}}), "sessionConstraints.function"),
            (json!({"sessionConstraints": {"customerID": [999]}}), "sessionConstraints.customerID"),
            (json!({"expirationDays": 36_501}), "expirationDays"),
        ] {
            let mut body = request(&changes);
            body["user"] = "plain".into();
            bad_fields(refusals.of(&admin).post(KEYS, body.clone()).await, &[field], &changes.to_string());
            body["user"] = Value::Null;
            let answer = refusals.of(&admin).post("/authentication/v1/user/plain/apikey", body).await;
            bad_fields(answer, &[field], &changes.to_string());
        }
        for nobody in ["nobody", "999", ""] {
            let body = json!({"description": "key", "user": nobody});
            refused(refusals.of(&admin).post(KEYS, body).await, 404, nobody);
        }
        refusals.end().await;
        let forever =
            json!({"description": "key", "user": "plain", "expirationDays": 0, "source": {"provider": "disabled"}});
        let made = admin.post(KEYS, forever).await.expect(201);
        let descriptor = &made["data"]["keyDescriptor"];
        assert_eq!((&descriptor["validUntil"], &descriptor["validSources"]), (&json!(0), &json!([])));
        let wide = json!({"description": "key", "validSources": ["0.0.0.0/0", "::/0"], "expirationDays": 4_000});
        admin.post("/authentication/v1/user/plain/apikey", wide).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn keys_of_others_do_not_exist_and_no_key_makes_a_key() {
    stores(async |app| {
        let (plain, ..) = people(app).await;
        app.new_user("keeper", "red-house", &[("administrativeAuthenticationSetup-APIKEY", "red-house")]).await;
        let keeper = app.by_password("keeper", PASSWORD).await;
        let blue = app.new_key(app.new_user("blue-too", "blue-house", &[]).await).await;
        let blue = blue.rsplit_once('/').unwrap().0.to_owned();
        let before = keys(app).await;
        let mut refusals = Refusals::begin(app).await;
        for (actor, user) in
            [(&plain, "red"), (&plain, "blue"), (&plain, "admin"), (&plain, "1"), (&keeper, "blue"), (&keeper, "admin")]
        {
            let unknown = refusals.of(actor).post(KEYS, request(&json!({"user": "nobody"}))).await;
            let known = refused(refusals.of(actor).post(KEYS, request(&json!({ "user": user }))).await, 404, user);
            assert_eq!(without_times(&known), without_times(&unknown), "{user}");
        }
        for actor in [&plain, &keeper] {
            refused(refusals.of(actor).get(&format!("{KEYS}/{blue}")).await, 404, "get");
            refused(
                refusals.of(actor).put(&format!("{KEYS}/{blue}"), json!({"description": "mine"})).await,
                404,
                "put",
            );
            refused(refusals.of(actor).put(&format!("{KEYS}/{blue}/renew"), request(&json!({}))).await, 404, "renew");
            refused(refusals.of(actor).put(&format!("{KEYS}/{blue}/rotate"), request(&json!({}))).await, 404, "rotate");
            refused(refusals.of(actor).delete(&format!("{KEYS}/{blue}")).await, 404, "delete");
            refused(refusals.of(actor).delete(&format!("{SDK_KEYS}/{blue}")).await, 404, "delete");
        }
        for path in ["/nobody/1", "/plain/0", "/plain/-1", "/plain/x", "/plain/99", "/plain/99999999999999999999"] {
            refused(refusals.of(&plain).get(&format!("{KEYS}{path}")).await, 404, path);
        }
        let denied = refused(refusals.of(&plain).get("/authentication/v1/user/plain/apikey").await, 403, "no function");
        assert!(denied.text.contains("administrativeAuthenticationSetup-APIKEY"), "{}", denied.text);
        // A key is of level external; changing credentials needs more, and the answer says how much.
        let admin = app.admin();
        for (method, path) in [
            ("POST", KEYS.to_owned()),
            ("PUT", format!("{KEYS}/1/1")),
            ("PUT", format!("{KEYS}/1/1/renew")),
            ("PUT", format!("{KEYS}/1/1/rotate")),
            ("DELETE", format!("{KEYS}/1/1")),
            ("POST", SDK_KEYS.to_owned()),
            ("PUT", format!("{SDK_KEYS}/1")),
            ("PUT", format!("{SDK_KEYS}/1/1")),
            ("DELETE", format!("{SDK_KEYS}/1/1")),
            ("POST", "/authentication/v1/user/plain/apikey".to_owned()),
            ("GET", "/authentication/v1/user/plain/apikey".to_owned()),
        ] {
            let request = refusals.of(&admin).request(method, &path).json(&request(&json!({"validSources": 1})));
            let answer = refused(argus_testing::Answer::of(request).await, 403, &path);
            assert_eq!(answer.template(), "access.denied.level", "{path}");
            assert!(answer.text.contains("level default"), "{path}: {}", answer.text);
        }
        refusals.end().await;
        assert_eq!(keys(app).await, before);
        keeper.post(KEYS, json!({"description": "for red", "user": "red"})).await.expect(201);
    })
    .await;
}
