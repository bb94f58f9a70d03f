//! Keys that are not what they say: all refused alike, whatever is wrong with them, and recorded by their prefix.

use std::collections::BTreeSet;

use argus_core::authentication::api_key::{KeyId, KeyText};
use argus_testing::{TestApp, stores};

use super::support::{Refusals, refused, without_times};

const EVENTS: &str = "/audit/v1/event";

/// A key with a sound checksum and a secret that nobody was given.
fn made_up(app: &TestApp, user: i64, idx: i64) -> String {
    KeyText::generate(KeyId { user, idx }, &app.platform.ids).reveal()
}

/// The text with another character in one place.
fn slip(key: &str, place: usize) -> String {
    let mut bytes = key.as_bytes().to_vec();
    bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn whatever_is_wrong_with_a_key_is_told_alike() {
    stores(async |app| {
        let (red, blue) = (
            app.new_user("red", "root", &[("viewAuditEvents", "root")]).await,
            app.new_user("blue", "root", &[("viewAuditEvents", "root")]).await,
        );
        let (key, foreign) = (app.new_key(red).await, app.new_key(blue).await);
        let secret = key.rsplit('/').next().unwrap();
        let long = format!("{key}{}", "x".repeat(10_000));
        let unreadable = [
            "".to_owned(),
            "x".to_owned(),
            format!("{red}/1"),
            format!("{red}/1/"),
            format!("{red}/1/argus_"),
            format!("{red}/1/mysecretapikey"),
            secret.to_owned(),
            format!("{secret}/{red}/1"),
            format!("{red}//{secret}"),
            format!("0{key}"),
            format!("+{key}"),
            format!("-{key}"),
            format!("{red}/01/{secret}"),
            format!("99999999999999999999/1/{secret}"),
            format!("{red}/1/{}", secret.replace("argus_", "ARGUS_")),
            format!("{red}/1/{}", secret.to_uppercase()),
            format!("{red}/1/{}", &secret[..secret.len() - 1]),
            format!("{key}x"),
            format!("{key}/"),
            format!("\"{key}\""),
            format!("Bearer {key}"),
            format!("{key},{key}"),
            format!("{key} {key}"),
            // The secret of one key behind the prefix of another; the checksum covers both.
            format!("{blue}/1/{secret}"),
            format!("{red}/2/{secret}"),
            long,
        ];
        // A slip anywhere: in the prefix, the mark, the random part or the checksum.
        let slips = (0..key.len()).step_by(3).chain([key.len() - 1]).map(|place| slip(&key, place));
        let unreadable: Vec<String> = unreadable.into_iter().chain(slips).collect();
        // Sound, but of no such secret, index or user.
        let made_up =
            [made_up(app, red, 1), made_up(app, red, 99), made_up(app, 9_999, 1), made_up(app, i64::MAX, i64::MAX)];
        let mut refusals = Refusals::begin(app).await;
        let mut answers = BTreeSet::new();
        for bad in unreadable.iter().chain(&made_up) {
            let answer = refused(refusals.of(&app.by_key(bad)).get(EVENTS).await, 401, bad);
            assert_eq!(answer.template(), "apikey.invalid", "{bad}");
            answers.insert(without_times(&answer).to_string());
        }
        assert_eq!(answers.len(), 1, "{answers:#?}");
        refusals.end().await;
        for good in [&key, &foreign] {
            app.by_key(good).get(EVENTS).await.expect(200);
        }
        let log = app
            .admin()
            .get(&format!("{EVENTS}?includeFlags=INTERNAL&verb=LOGIN&outcome=FAILURE&limit=0"))
            .await
            .expect(200);
        assert_eq!(log.list().len(), unreadable.len() + made_up.len());
        assert!(log.list().iter().all(|event| event["authMethod"] == "APIKEY" && event["flags"][0] == "LOGIN"));
        let mut tried: Vec<&str> = log.list().iter().filter_map(|event| event["actorName"].as_str()).collect();
        tried.retain(|name| *name != "unreadable key");
        tried.sort_unstable();
        let mut expected =
            vec![format!("{red}/1"), format!("{red}/99"), "9999/1".to_owned(), format!("{0}/{0}", i64::MAX)];
        expected.sort_unstable();
        assert_eq!(tried, expected);
        for bad in unreadable.iter().chain(&made_up).chain([&key]) {
            let secret = bad.rsplit('/').next().unwrap();
            assert!(secret.len() < 12 || !log.text.contains(secret), "the log holds {bad}");
        }
    })
    .await;
}
