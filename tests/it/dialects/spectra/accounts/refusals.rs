//! What is wrong is refused, field by field, and nothing is stored.

use argus_core::config::Settings;
use argus_testing::{Answer, stores, stores_with};
use serde_json::json;

use super::{PASSWORD, activate, key, log_in, places, refused, send, sign_up, somebody};
use crate::access::untouched;

/// S1-03, S1-15 to S1-19
#[tokio::test]
async fn bad_fields_of_a_signup_are_all_told() {
    stores(async |app| {
        let anonymous = app.anonymous();
        let before = untouched::state(app).await;
        let sound = [
            ("username", "username"),
            ("email", "address%40email.com"),
            ("password", "Password%4012345"),
            ("repeatPassword", "Password%4012345"),
        ];
        let long = "x".repeat(33);
        for (field, value) in [
            ("username", ""),
            ("username", "abcd"),
            ("username", "user+name"),
            ("username", "user%2fname"),
            ("username", "12345"),
            ("username", "%ff%ff%ff%ff%ff"),
            ("username", &long),
            ("email", ""),
            ("email", "address"),
            ("email", "address%40host"),
            ("email", "a%40b.org%0d%0aBcc:c%40d.org"),
            ("password", ""),
            ("password", "Pass%4012"),
            ("password", "password%4012345"),
            ("password", "PASSWORD%4012345"),
            ("password", "Password_12345"),
            ("password", "Password%20at%20one"),
            ("repeatPassword", ""),
        ] {
            let pairs = sound.map(|(name, good)| format!("{name}={}", if name == field { value } else { good }));
            let answer = send(&anonymous, "POST", "/auth/signup", &pairs.join("&")).await.expect(422);
            assert_eq!(places(&answer), [format!("body/{field}")], "{value}");
            let without: Vec<String> =
                pairs.iter().filter(|pair| !pair.starts_with(&format!("{field}="))).cloned().collect();
            let answer = send(&anonymous, "POST", "/auth/signup", &without.join("&")).await.expect(422);
            let missing = json!([{ "loc": ["body", field], "msg": "field required", "type": "value_error.missing" }]);
            assert_eq!(answer["detail"], missing);
        }
        let all = ["body/username", "body/email", "body/password", "body/repeatPassword"];
        assert_eq!(places(&send(&anonymous, "POST", "/auth/signup", "").await.expect(422)), all);
        // C-26: a body of another kind is one without fields.
        assert_eq!(places(&anonymous.post("/auth/signup", json!({ "username": "username" })).await.expect(422)), all);
        let differ = "username=username&email=a%40b.org&password=Password%4012345&repeatPassword=Password%4012346";
        refused(&send(&anonymous, "POST", "/auth/signup", differ).await, 422, "Passwords do not match.");
        let large = format!("username={}", "x".repeat(20_000));
        assert_eq!(send(&anonymous, "POST", "/auth/signup", &large).await.status, 413);
        untouched::assert_same(&before, &untouched::state(app).await);
    })
    .await;
}

/// S1-20
#[tokio::test]
async fn names_and_addresses_are_nobody_elses() {
    stores(async |app| {
        sign_up(app, "UserName").await.expect(201);
        app.new_user("native-user", "root", &[]).await;
        app.customer("some-customer", "root").await;
        let sound = json!({ "shortName": "some-group", "name": "x", "customer": "root" });
        let admin = app.by_password("admin", &app.admin_password).await;
        admin.post("/useradmin/v2/group", sound).await.expect(201);
        let before = untouched::state(app).await;
        for name in ["username", "USERNAME", "native-user", "some-customer", "some-group", "admin"] {
            let fields = format!(
                "username={name}&email=UserName%40example.org&password={0}&repeatPassword={0}",
                "Password%4012345"
            );
            let answer = send(&app.anonymous(), "POST", "/auth/signup", &fields).await;
            refused(&answer, 400, &format!("The username {name} is already registered."));
        }
        for email in ["username@example.org", "USERNAME@EXAMPLE.ORG", "admin@argus.io"] {
            let fields = format!("username=another&email={email}&password={0}&repeatPassword={0}", "Password%4012345");
            let answer = send(&app.anonymous(), "POST", "/auth/signup", &fields.replace('@', "%40")).await;
            refused(&answer, 400, &format!("The email {email} is already registered."));
        }
        untouched::assert_same(&before, &untouched::state(app).await);
        // The bucket has the name, so nobody can take it afterwards.
        let customer = json!({ "shortName": "username", "name": "x", "parent": "root" });
        admin.post("/customeradmin/v2/customer", customer).await.expect(412);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_sign_up_at_once_one_is_the_first() {
    stores(async |app| {
        let tries = (0..3).map(|_| {
            let somebody = app.anonymous();
            let fields = "username=username&email=a%40b.org&password=Password%4012345&repeatPassword=Password%4012345";
            tokio::spawn(async move { send(&somebody, "POST", "/auth/signup", fields).await })
        });
        let mut statuses = Vec::new();
        for tried in tries.collect::<Vec<_>>() {
            statuses.push(tried.await.unwrap().status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 400, 400]);
    })
    .await;
}

/// S1-31
#[tokio::test]
async fn logins_are_refused_in_the_order_of_the_original() {
    stores(async |app| {
        let made = sign_up(app, "username").await.expect(201);
        app.new_user("native-user", "root", &[]).await;
        for name in ["nobody-here", "native-user"] {
            let text = format!("The username {name} is not registered.");
            refused(&log_in(app, name, PASSWORD).await, 404, &text);
        }
        let inactive = "The account for username username is not activated.";
        refused(&log_in(app, "username", "Wrong@12345").await, 403, inactive);
        refused(&log_in(app, "username", PASSWORD).await, 403, inactive);
        activate(app, &key(&made)).await.expect(200);
        refused(&log_in(app, "username", "Wrong@12345").await, 401, "Incorrect password.");
        log_in(app, "USERNAME", PASSWORD).await.expect(202);
        for (fields, wrong) in [
            ("", vec!["body/username", "body/password"]),
            ("username=abc&password=Password%4012345", vec!["body/username"]),
            ("username=username&password=weak", vec!["body/password"]),
        ] {
            let answer = send(&app.anonymous(), "POST", "/auth/login", fields).await.expect(422);
            assert_eq!(places(&answer), wrong);
        }
        let admin = app.by_password("admin", &app.admin_password).await;
        admin.put("/authentication/v1/user/username/block", json!({})).await.expect(200);
        refused(&log_in(app, "username", PASSWORD).await, 403, inactive);
        admin.put("/authentication/v1/user/username/unblock", json!({})).await.expect(200);
        log_in(app, "username", PASSWORD).await.expect(202);
        // Failed logins are in the trail, under the name as tried.
        let failed = "/audit/v1/login?outcome=FAILURE&limit=0";
        let failed = crate::journeys::look(&app.admin(), failed, 9).await;
        let names: Vec<_> = failed.list().iter().filter_map(|event| event["actorName"].as_str()).collect();
        assert!(names.contains(&"nobody-here") && names.contains(&"username"), "{names:?}");
    })
    .await;
}

#[tokio::test]
async fn failed_logins_say_the_same_where_the_settings_want_it() {
    let uniform = |settings: &mut Settings| settings.dialects.spectra.uniform_login_errors = true;
    stores_with(uniform, async |app| {
        let made = sign_up(app, "username").await.expect(201);
        let text = "The username or the password is not right.";
        refused(&log_in(app, "nobody-here", PASSWORD).await, 401, text);
        refused(&log_in(app, "username", PASSWORD).await, 401, text);
        activate(app, &key(&made)).await.expect(200);
        refused(&log_in(app, "username", "Wrong@12345").await, 401, text);
        log_in(app, "username", PASSWORD).await.expect(202);
    })
    .await;
}

#[tokio::test]
async fn passwords_cannot_be_guessed() {
    let few = |settings: &mut Settings| settings.limits.password_account = 2;
    stores_with(few, async |app| {
        somebody(app, "username").await;
        for _ in 0..2 {
            log_in(app, "username", "Wrong@12345").await.expect(401);
        }
        let refusal = log_in(app, "username", PASSWORD).await.expect(429);
        assert!(
            refusal.headers.contains_key("retry-after") && refusal["detail"]["msg"].is_string(),
            "{}",
            refusal.text
        );
        // At the native door too.
        let native = json!({ "userName": "username", "password": PASSWORD });
        app.anonymous().post("/authentication/v1/password/authentication", native).await.expect(429);
        app.advance(std::time::Duration::from_secs(300));
        log_in(app, "username", PASSWORD).await.expect(202);
    })
    .await;
}

/// S1-37, and what leads nowhere.
#[tokio::test]
async fn users_and_paths_that_there_are_not() {
    stores(async |app| {
        let user = somebody(app, "username").await;
        for (number, shown) in [("7", "7"), ("-1", "-1"), ("99999999999999999999", "99999999999999999999")] {
            let answer = user.get(&format!("/users/{number}")).await;
            refused(&answer, 404, &format!("User with ID {shown} does not exist."));
        }
        for wrong in ["x", "1.5", "0x1", "v1"] {
            let answer = user.get(&format!("/users/{wrong}")).await.expect(422);
            let entry = json!({ "loc": ["path", "user_id"], "msg": "value is not a valid integer", "type": "type_error.integer" });
            assert_eq!(answer["detail"], json!([entry]));
        }
        for path in ["/auth", "/auth/nowhere", "/users/1/nowhere", "/dialect/spectra/nowhere"] {
            let answer = user.get(path).await.expect(404);
            assert!(answer["detail"]["msg"].is_string(), "{}", answer.text);
        }
        let answer = Answer::of(user.request("DELETE", "/auth/login")).await.expect(405);
        assert_eq!(answer.headers["allow"], "POST");
        assert!(answer["detail"]["msg"].is_string(), "{}", answer.text);
        // The module's own words where the path is a module's.
        assert_eq!(user.get("/users/v2/nowhere").await.expect(404)["responseCode"], 404);
        for (method, path) in [("GET", "/users/me"), ("GET", "/users/1"), ("GET", "/users/access-key/me"), ("PATCH", "/auth/password/change")] {
            for actor in [app.anonymous(), app.anonymous().with("Authorization", "Basic eA==")] {
                let answer = Answer::of(actor.request(method, path)).await.expect(401);
                assert_eq!(answer.json, json!({ "detail": "Not authenticated" }), "S1-05");
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
            }
        }
        // S1-07, as ruled: no page of another origin may call.
        let preflight = user.request("OPTIONS", "/auth/login").header("Origin", "https://evil.example");
        let preflight = Answer::of(preflight).await.expect(200);
        assert!(!preflight.headers.contains_key("access-control-allow-origin"));
    })
    .await;
}
