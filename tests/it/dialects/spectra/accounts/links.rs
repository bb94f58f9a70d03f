//! Links are good once, for one purpose, for a minute.

use std::time::Duration;

use argus_core::config::{Settings, Span};
use argus_testing::{stores, stores_with};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{PASSWORD, activate, gone, key, log_in, places, refused, send, sign_up, somebody};

const MINUTE: Duration = Duration::from_secs(60);
const NEW: &str = "newPassword=Another%4012345&repeatPassword=Another%4012345";

/// S1-22, S1-26, S1-28, S1-29
#[tokio::test]
async fn a_link_to_an_account_is_good_once_and_for_a_minute() {
    stores(async |app| {
        let late = key(&sign_up(app, "username").await.expect(201));
        app.advance(MINUTE);
        gone(&activate(app, &late).await);
        let resend = async || {
            let address = "email=username%40example.org";
            key(&send(&app.anonymous(), "POST", "/auth/activate/resend", address).await.expect(200))
        };
        let earlier = resend().await;
        app.advance(Duration::from_secs(30));
        let later = resend().await;
        app.advance(Duration::from_millis(29_999));
        assert_eq!(activate(app, &earlier).await.expect(200)["msg"], "User account username activated.");
        gone(&activate(app, &earlier).await);
        activate(app, &later).await.expect(200);
        log_in(app, "username", PASSWORD).await.expect(202);
        for key in ["", "x", "fb347dae-522d-406d-b1d3-34c5e0580d88", &late] {
            gone(&activate(app, key).await);
        }
        let missing = app.anonymous().get("/auth/activate").await.expect(422);
        assert_eq!(places(&missing), ["query/key"]);
        let unknown = send(&app.anonymous(), "POST", "/auth/activate/resend", "email=x%40example.org").await;
        refused(&unknown, 404, "x@example.org is not registered.");
        let malformed = send(&app.anonymous(), "POST", "/auth/activate/resend", "email=x").await.expect(422);
        assert_eq!(places(&malformed), ["body/email"]);
    })
    .await;
}

/// S1-41 to S1-44
#[tokio::test]
async fn a_link_is_for_one_purpose() {
    stores(async |app| {
        let anonymous = app.anonymous();
        let user = somebody(app, "username").await;
        let to_activate = key(&send(&anonymous, "POST", "/auth/activate/resend", "email=username%40example.org").await);
        let forgot =
            async || key(&send(&anonymous, "POST", "/auth/password/forgot", "email=username%40EXAMPLE.org").await);
        let to_reset = forgot().await;
        let path = |key: &str| format!("/auth/password/reset?key={key}");
        gone(&activate(app, &to_reset).await);
        gone(&anonymous.get(&path(&to_activate)).await);
        gone(&send(&anonymous, "PATCH", &path(&to_activate), NEW).await);
        // What is wrong with the input leaves the link as it is.
        let weak =
            send(&anonymous, "PATCH", &path(&to_reset), "newPassword=weak&repeatPassword=weak").await.expect(422);
        assert_eq!(places(&weak), ["body/newPassword"]);
        let fields = "newPassword=Another%4012345&repeatPassword=Other%4012345";
        refused(&send(&anonymous, "PATCH", &path(&to_reset), fields).await, 422, "Passwords do not match.");
        let nothing = send(&anonymous, "PATCH", "/auth/password/reset", "").await.expect(422);
        assert_eq!(places(&nothing), ["query/key", "body/newPassword", "body/repeatPassword"]);
        gone(&send(&anonymous, "PATCH", &path(""), NEW).await);
        assert_eq!(anonymous.get(&path(&to_reset)).await.expect(200)["msg"], "Allowed to reset password.");
        user.get("/users/me").await.expect(200);
        send(&anonymous, "PATCH", &path(&to_reset), NEW).await.expect(200);
        super::not_believed(&user.get("/users/me").await);
        gone(&send(&anonymous, "PATCH", &path(&to_reset), NEW).await);
        log_in(app, "username", "Another@12345").await.expect(202);
        let late = forgot().await;
        app.advance(MINUTE);
        gone(&send(&anonymous, "PATCH", &path(&late), NEW).await);
        gone(&anonymous.get(&path(&late)).await);
        let unknown = send(&anonymous, "POST", "/auth/password/forgot", "email=x%40example.org").await;
        refused(&unknown, 404, "x@example.org is not registered.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_use_a_link_at_once_one_is_the_first() {
    stores(async |app| {
        somebody(app, "username").await;
        for round in 0..3 {
            let forgot = send(&app.anonymous(), "POST", "/auth/password/forgot", "email=username%40example.org").await;
            let path = format!("/auth/password/reset?key={}", key(&forgot));
            let passwords = [0, 1, 2].map(|number| format!("Another@{round}{number}"));
            let uses = passwords.iter().map(|password| {
                let (somebody, path) = (app.anonymous(), path.clone());
                let fields = format!("newPassword={password}&repeatPassword={password}").replace('@', "%40");
                tokio::spawn(async move { send(&somebody, "PATCH", &path, &fields).await })
            });
            let mut statuses = Vec::new();
            for used in uses.collect::<Vec<_>>() {
                statuses.push(used.await.unwrap().status);
            }
            let first = statuses.iter().position(|status| *status == 200).unwrap();
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 410, 410]);
            log_in(app, "username", &passwords[first]).await.expect(202);
        }
    })
    .await;
}

/// An account is taken into use once: what an administrator took away later stays away.
#[tokio::test]
async fn activating_again_gives_nothing_back() {
    stores(async |app| {
        let user = somebody(app, "username").await;
        let id = user.get("/currentuser/v1/user").await.expect(200)["data"]["id"].as_i64().unwrap();
        let sql = format!("UPDATE subject SET methods = 0 WHERE id = {id}");
        app.platform.db.writer().execute_unprepared(&sql).await.unwrap();
        app.platform.directory.forget(&argus_core::directory::Changed::Everything);
        let again = send(&app.anonymous(), "POST", "/auth/activate/resend", "email=username%40example.org").await;
        activate(app, &key(&again)).await.expect(200);
        let refusal = log_in(app, "username", PASSWORD).await;
        refused(&refusal, 403, "The account for username username is not activated.");
    })
    .await;
}

/// Neither accounts, nor links, nor links of one user come without a bound; links that are over are forgotten.
#[tokio::test]
async fn accounts_and_links_are_bounded() {
    let change = |settings: &mut Settings| {
        settings.dialects.spectra.signups = 24;
        settings.dialects.spectra.link_lifetime = Span::seconds(600);
    };
    stores_with(change, async |app| {
        sign_up(app, "username").await.expect(201);
        let resend =
            async || send(&app.anonymous(), "POST", "/auth/activate/resend", "email=username%40example.org").await;
        for _ in 0..19 {
            resend().await.expect(200);
        }
        let many = resend().await.expect(429);
        assert_eq!(many.headers["retry-after"], "601");
        refused(&many, 429, "Too many links; try again later");
        sign_up(app, "user-2").await.expect(201);
        sign_up(app, "user-3").await.expect(201);
        sign_up(app, "user-3").await.expect(400);
        let too_many = "Too many accounts and links from this address; try again later";
        for refusal in [sign_up(app, "user-4").await, resend().await] {
            refused(&refusal, 429, too_many);
            assert!(refusal.headers.contains_key("retry-after"));
        }
        app.advance(MINUTE);
        sign_up(app, "user-4").await.expect(201);
        let db = app.platform.db.writer();
        argus_identity::one_time_keys::prune(db, app.clock.now() + 600_000_000_001).await.unwrap();
        let backend: DbBackend = app.platform.db.backend();
        let count = Statement::from_string(backend, "SELECT COUNT(*) FROM one_time_key");
        let count: i64 = db.query_one_raw(count).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        assert_eq!(count, 0);
    })
    .await;
}

/// A link to set a password is a way in, so it is told to trusted networks only.
#[tokio::test]
async fn strangers_do_not_hear_links_to_set_a_password() {
    let nowhere = |settings: &mut Settings| settings.trusted_networks = Vec::new();
    stores_with(nowhere, async |app| {
        somebody(app, "username").await;
        let refusal = send(&app.anonymous(), "POST", "/auth/password/forgot", "email=username%40example.org").await;
        refused(&refusal, 503, "Such links are sent by e-mail, and there is no mail server");
    })
    .await;
    stores(async |app| {
        let forwarded = app.anonymous().with("X-Forwarded-For", "192.0.2.1");
        send(&forwarded, "POST", "/auth/password/forgot", "email=admin%40argus.io").await.expect(503);
        send(&app.anonymous(), "POST", "/auth/password/forgot", "email=admin%40argus.io").await.expect(200);
    })
    .await;
}
