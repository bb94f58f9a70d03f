//! Setting another password by the one until now.

use argus_core::config::Settings;
use argus_testing::{stores, stores_with};

use super::{PASSWORD, log_in, places, refused, send, somebody};

const PATH: &str = "/auth/password/change";

/// S1-40
#[tokio::test]
async fn only_who_knows_the_password_changes_it() {
    stores(async |app| {
        let user = somebody(app, "username").await;
        let fields = |password: &str, new: &str, repeated: &str| {
            format!("password={password}&newPassword={new}&repeatPassword={repeated}").replace('@', "%40")
        };
        for (sent, wrong) in [
            (String::new(), vec!["body/password", "body/newPassword", "body/repeatPassword"]),
            (fields(PASSWORD, "weak", "weak"), vec!["body/newPassword"]),
            (fields("", "Another@12345", "Another@12345"), vec!["body/password"]),
        ] {
            assert_eq!(places(&send(&user, "PATCH", PATH, &sent).await.expect(422)), wrong);
        }
        let differ = fields("Wrong@12345", "Another@12345", "Other@12345");
        refused(&send(&user, "PATCH", PATH, &differ).await, 422, "Passwords do not match.");
        let wrong = fields("Wrong@12345", "Another@12345", "Another@12345");
        refused(&send(&user, "PATCH", PATH, &wrong).await, 401, "Incorrect password.");
        // A key of Argus is too low, right password or not.
        let id = user.get("/currentuser/v1/user").await.expect(200)["data"]["id"].as_i64().unwrap();
        let by_key = app.by_key(&app.new_key(id).await);
        let right = fields(PASSWORD, "Another@12345", "Another@12345");
        send(&by_key, "PATCH", PATH, &right).await.expect(403);
        log_in(app, "username", PASSWORD).await.expect(202);
        send(&user, "PATCH", PATH, &right).await.expect(200);
        log_in(app, "username", "Another@12345").await.expect(202);
        refused(&log_in(app, "username", PASSWORD).await, 401, "Incorrect password.");
        app.by_password("username", "Another@12345").await;
    })
    .await;
}

#[tokio::test]
async fn it_cannot_be_guessed_there_either() {
    let few = |settings: &mut Settings| settings.limits.password_account = 2;
    stores_with(few, async |app| {
        let user = somebody(app, "username").await;
        let fields = "password=Wrong%4012345&newPassword=Another%4012345&repeatPassword=Another%4012345";
        for _ in 0..2 {
            send(&user, "PATCH", PATH, fields).await.expect(401);
        }
        send(&user, "PATCH", PATH, fields).await.expect(429);
    })
    .await;
}
