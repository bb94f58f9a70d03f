//! What is refused, what is told of it, and what it leaves.

use argus_testing::stores;
use serde_json::{Value, json};

use super::{Client, SESSION, by, login_records, signing_user};

#[tokio::test]
async fn what_is_not_rightly_signed_is_refused_alike_and_leaves_one_record() {
    stores(async |app| {
        signing_user(app, "sam").await;
        signing_user(app, "tom").await;
        let client = Client::new(app, "sam", json!({})).await;
        let good = |header: Value| (header, client.claims("n").to_string());
        let before = login_records(app).await;
        let mut tried = 0;
        for (header, payload) in [
            good(json!({ "alg": "none" })),
            good(json!({ "alg": "HS256" })),
            good(json!({ "alg": "RS256" })),
            good(json!({ "alg": "ES384" })),
            good(json!({ "alg": "ES256", "crit": ["exp"] })),
            good(json!({ "alg": "ES256", "jwk": {} })),
            good(json!({ "alg": "ES256", "jku": "http://127.0.0.1:1/" })),
            good(json!({ "alg": "ES256", "x5u": "http://127.0.0.1:1/" })),
        ] {
            let refused = client.send(&header, &payload).await.expect(401);
            assert_eq!(refused.template(), "signature.invalid", "{header}");
            assert!(refused["data"].is_null(), "{header}");
            tried += 1;
        }
        let token = client.header(SESSION).rsplit_once(':').unwrap().1.to_owned();
        let mut broken = token.clone();
        broken.replace_range(
            broken.len() - 6..broken.len() - 5,
            if token.as_bytes()[token.len() - 6] == b'A' { "B" } else { "A" },
        );
        for header in [
            format!("ARGUS/tom/1:{token}"),
            format!("ARGUS/sam/2:{token}"),
            format!("OTHER/sam/1:{token}"),
            format!("ARGUS/nobody/1:{token}"),
            format!("ARGUS/sam/1:{broken}"),
            format!("sam/1:{token}"),
            token.clone(),
            String::new(),
        ] {
            let refused = by(app, &header).get(SESSION).await.expect(401);
            assert_eq!(refused.template(), "signature.invalid", "{header}");
            tried += 1;
        }
        // None of them burnt the nonce or set the pin.
        by(app, &format!("ARGUS/sam/1:{token}")).get(SESSION).await.expect(200);
        assert_eq!(login_records(app).await, before + tried);
    })
    .await;
}

#[tokio::test]
async fn who_signs_rightly_hears_what_is_wrong() {
    stores(async |app| {
        signing_user(app, "sam").await;
        let client = Client::new(app, "sam", json!({})).await;
        let with = |name: &str, value: Value| {
            let mut claims = client.claims("n");
            claims[name] = value;
            claims
        };
        let before = login_records(app).await;
        let mut tried = 0;
        for (claims, template) in [
            (with("timestamp", json!(client.now().to_string())), "signature.claims"),
            (with("timestamp", json!(-1)), "signature.timestamp"),
            (with("timestamp", json!(client.now() / 1_000)), "signature.timestamp"),
            (with("timestamp", json!(9_223_372_036_854_775_808_u64)), "signature.claims"),
            (with("timestamp", json!(client.now() + 7_201_000)), "signature.timestamp"),
            (with("nonce", json!("")), "signature.nonce"),
            (with("nonce", json!(7)), "signature.claims"),
            (with("nonce", Value::Null), "signature.claims"),
            (with("nonce", json!("n".repeat(4_096))), "signature.nonce"),
            (with("uri", json!(SESSION)), "signature.uri"),
        ] {
            let refused = client.claim(claims.clone()).await.expect(401);
            assert_eq!(refused.template(), template, "{claims}");
            assert!(refused["data"]["serverTimestamp"].is_i64(), "{claims}");
            tried += 1;
        }
        let url = app.url();
        for uri in [
            format!("{url}{SESSION}/"),
            format!("{url}/authentication/v1/Session"),
            format!("{url}/authentication/v1/%73ession"),
            format!("{url}//authentication/v1/session"),
            format!("{url}/authentication/v1/./session"),
            format!("{url}/authentication/v2/session"),
            format!("{}{SESSION}", url.replace("http://", "https://")),
            format!("http://other:{}{SESSION}", app.address.port()),
            format!("http://127.0.0.1:1{SESSION}"),
            format!("http://me@127.0.0.1:{}{SESSION}", app.address.port()),
        ] {
            assert_eq!(client.claim(with("uri", json!(uri))).await.expect(401).template(), "signature.uri", "{uri}");
            tried += 1;
        }
        let local = format!("HTTP://LOCALHOST:{}{SESSION}?a=b#c", app.address.port());
        client.claim(with("uri", json!(local))).await.expect(200);
        assert_eq!(login_records(app).await, before + tried);
    })
    .await;
}
