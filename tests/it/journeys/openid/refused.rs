//! Tokens that are not the provider's, not for us, not good now, or about nobody; and what makes each of them good.

use std::collections::BTreeSet;

use crate::refusals::support::without_times;

use super::provider::{symmetric, unsigned};
use super::*;

/// A change of the claims.
type Change = fn(&mut Value, i64);

const CLAIMS: [(&str, Change); 14] = [
    ("another nonce", |it, _| it["nonce"] = json!("AAAA")),
    ("no nonce", |it, _| _ = it.as_object_mut().unwrap().remove("nonce")),
    ("another audience", |it, _| it["aud"] = json!("other")),
    ("one more audience", |it, _| it["aud"] = json!(["argus", "other"])),
    ("another party", |it, _| it["azp"] = json!("other")),
    ("another issuer", |it, _| it["iss"] = json!("https://example.org")),
    ("a slash more", |it, _| it["iss"] = json!(format!("{}/", it["iss"].as_str().unwrap()))),
    ("expired", |it, now| it["exp"] = json!(now - 30)),
    ("no end", |it, _| _ = it.as_object_mut().unwrap().remove("exp")),
    ("not yet", |it, now| it["iat"] = json!(now + 31)),
    ("no name", |it, _| _ = it.as_object_mut().unwrap().remove("preferred_username")),
    ("an empty name", |it, _| it["preferred_username"] = json!("")),
    ("a long name", |it, _| it["preferred_username"] = json!("a".repeat(256))),
    ("no subject", |it, _| _ = it.as_object_mut().unwrap().remove("sub")),
];

/// What our clock and the provider's may differ by, and other claims that do not matter.
const GOOD: [Change; 4] = [
    |it, now| it["exp"] = json!(now - 29),
    |it, now| it["iat"] = json!(now + 30),
    |it, _| it["aud"] = json!(["argus"]),
    |it, _| _ = it.as_object_mut().unwrap().remove("azp"),
];

#[tokio::test]
async fn only_a_token_that_is_right_in_everything() {
    let (keys, rsa, stranger) = (Keys::ec("ec"), Keys::rsa("rsa"), Keys::ec("ec"));
    let provider = Provider::start(&[&keys, &rsa]).await;
    let configure = |settings: &mut Settings| {
        by(&provider)(settings);
        settings.openid.insert("twin".to_owned(), settings_of(&provider));
    };
    stores_with(configure, async |app| {
        person(app, "anna", "Anna@Example").await;
        let nonce = nonce(app).await;
        let (good, now) = (claims(app, &provider, &nonce), app.clock.now_millis() / 1_000);
        let mut tokens: Vec<(&str, String)> = Vec::new();
        for (what, change) in CLAIMS {
            let mut bad = good.clone();
            change(&mut bad, now);
            tokens.push((what, keys.token(&bad)));
        }
        let token = keys.token(&good);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let other = claims(app, &provider, &nonce).to_string().replace("Anna", "Eva");
        let other = unsigned(&json!({ "alg": "ES256", "kid": "ec" }), &serde_json::from_str(&other).unwrap());
        let rsa_public = rsa.public();
        let modulus = rsa_public["n"].as_str().unwrap();
        let none = unsigned(&json!({ "alg": "none" }), &good);
        for (what, token) in [
            ("nothing", String::new()),
            ("no token", "a.b.c".to_owned()),
            ("two parts", signed.to_owned()),
            ("no signature", format!("{signed}.")),
            ("another's signature", stranger.token(&good)),
            ("the signature of other claims", format!("{other}.{signature}")),
            ("alg none", format!("{none}.")),
            ("alg none, signed", format!("{none}.{signature}")),
            ("HS256 by the client's secret", symmetric(CLIENT.1.as_bytes(), &good)),
            ("HS256 by the public key", symmetric(modulus.as_bytes(), &good)),
            ("HS256 by the public key as it is published", symmetric(rsa_public.to_string().as_bytes(), &good)),
            ("RS256 by the other kind of key", keys.token_under(&json!({ "alg": "RS256", "kid": "rsa" }), &good)),
            ("ES384", keys.token_under(&json!({ "alg": "ES384", "kid": "ec" }), &good)),
            ("PS256", rsa.token_under(&json!({ "alg": "PS256", "kid": "rsa" }), &good)),
            (
                "what must be understood",
                keys.token_under(&json!({ "alg": "ES256", "kid": "ec", "crit": ["x"] }), &good),
            ),
            ("an unknown key", keys.token_under(&json!({ "alg": "ES256", "kid": "other" }), &good)),
        ] {
            tokens.push((what, token));
        }
        let twin = app.anonymous().get(&PATH.replace("idp", "twin")).await.expect(200);
        let twin = twin["data"]["nonce"].as_str().unwrap().to_owned();
        tokens.push(("a nonce for another provider", keys.token(&claims(app, &provider, &twin))));
        let mut answers = BTreeSet::new();
        for (what, token) in &tokens {
            let answer = super::refused(log_in(app, token).await, 401, what);
            assert!(!answer.headers.contains_key("set-cookie"), "{what}");
            assert_eq!(answer.template(), "authentication.failed", "{what}");
            answers.insert(without_times(&answer).to_string());
        }
        assert_eq!(answers.len(), 1, "{answers:#?}");
        // None of them used the nonce up.
        log_in(app, &token).await.expect(201);
        for change in GOOD {
            let mut claims = claims(app, &provider, &super::nonce(app).await);
            change(&mut claims, now);
            log_in(app, &keys.token(&claims)).await.expect(201);
        }
    })
    .await;
}

#[tokio::test]
async fn only_users_who_may() {
    let keys = Keys::ec("ec");
    let provider = Provider::start(&[&keys]).await;
    stores_with(also_of_another_domain(&provider), async |app| {
        person(app, "anna", "Anna@Example").await;
        for (name, what) in [
            ("blocked", UserChange { blocked: Some(true), ..UserChange::default() }),
            ("deleted", UserChange { deleted_at: Some(Some(1)), ..UserChange::default() }),
            ("other", UserChange { methods: Some(method::PASSWORD), ..UserChange::default() }),
        ] {
            let user = person(app, name, name).await;
            change(app, user, what).await;
        }
        for name in ["blocked", "deleted", "other", "anna", "anna@example", "nobody", "admin"] {
            let nonce = nonce(app).await;
            let mut claims = claims(app, &provider, &nonce);
            claims["preferred_username"] = json!(name);
            super::refused(log_in(app, &keys.token(&claims)).await, 401, name);
            // Whoever it was about, the nonce is used up.
            let token = keys.token(&super::claims(app, &provider, &nonce));
            super::refused(log_in(app, &token).await, 401, "the same nonce");
        }
        // A provider that lets in another domain, to which this user does not belong.
        let path = PATH.replace("idp", "other");
        let asked = app.anonymous().get(&path).await.expect(200);
        let claims = claims(app, &provider, asked["data"]["nonce"].as_str().unwrap());
        let answer = app.anonymous().post(&path, json!({ "idToken": keys.token(&claims) })).await;
        super::refused(answer, 401, "another domain");
        // As often as an address may, and no more.
        let most = app.platform.settings.limits.password_address;
        for _ in 15..most {
            log_in(app, "x").await.expect(401);
        }
        super::refused(log_in(app, "x").await, 429, "too many");
        super::refused(app.anonymous().get(PATH).await, 429, "too many");
    })
    .await;
}

#[tokio::test]
async fn a_nonce_is_good_for_ten_minutes() {
    let keys = Keys::ec("ec");
    let provider = Provider::start(&[&keys]).await;
    stores_with(by(&provider), async |app| {
        person(app, "anna", "Anna@Example").await;
        let (first, second) = (nonce(app).await, nonce(app).await);
        app.advance(Duration::from_secs(600));
        log_in(app, &keys.token(&claims(app, &provider, &first))).await.expect(201);
        app.advance(Duration::from_secs(1));
        super::refused(log_in(app, &keys.token(&claims(app, &provider, &second))).await, 401, "late");
    })
    .await;
}
