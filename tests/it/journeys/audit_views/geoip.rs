//! Where logins come from, by a file of the operator's.

use std::path::{Path, PathBuf};

use argus_core::clock::Clock;
use argus_core::config::Settings;
use argus_testing::{START, stores_with};
use serde_json::{Value, json};

use super::{look, mmdb, send};

const NETWORKS: [(&str, u8, Option<&str>, Option<&str>); 4] = [
    ("127.0.0.0", 8, Some("Oslo"), Some("NO")),
    ("81.2.69.160", 27, Some("Zürich"), Some("CH")),
    ("2001:db8::", 32, None, Some("DE")),
    ("198.51.100.0", 24, None, None),
];

fn written(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("places.mmdb");
    std::fs::write(&path, bytes).unwrap();
    path
}

#[tokio::test]
async fn logins_have_a_location_where_the_file_knows_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), &mmdb::file(&NETWORKS));
    let change = |settings: &mut Settings| {
        settings.audit.geoip.clone_from(&path);
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    stores_with(change, async |app| {
        let admin = app.admin();
        for (more, location) in [
            (json!({"clientIP": "81.2.69.161"}), Some("Zürich, CH")),
            (json!({"clientIP": "::ffff:81.2.69.191"}), Some("Zürich, CH")),
            (json!({"origin": "81.2.69.190:4711"}), Some("Zürich, CH")),
            (json!({"clientIP": "81.2.69.192"}), None),
            (json!({"clientIP": "2001:db8::1"}), Some("DE")),
            (json!({"clientIP": "198.51.100.1"}), None),
            (json!({"clientIP": "81.2.69.161", "location": "Home"}), Some("Home")),
            (json!({"origin": "nowhere"}), None),
            (json!({}), None),
        ] {
            let mut event = more.clone();
            event["action"] = "login".into();
            assert_eq!(send(&admin, event).await["location"].as_str(), location, "{more}");
        }
        let other = send(&admin, json!({"action": "view", "clientIP": "81.2.69.161"})).await;
        assert_eq!(other["location"], Value::Null);
        // Argus' own: through a proxy, and straight from this machine.
        for (from, location) in [("81.2.69.165", json!("Zürich, CH")), ("192.0.2.1", Value::Null)] {
            let login = json!({ "userName": from, "password": "wrong" });
            let client = app.anonymous().with("X-Forwarded-For", from);
            client.post("/authentication/v1/password/authentication", login).await.expect(401);
            let found = look(&admin, &format!("/audit/v1/login?actorName={from}"), 1).await;
            assert_eq!(found.list()[0]["location"], location, "{from}");
        }
        app.by_password("admin", &app.admin_password).await;
        let found = look(&admin, "/audit/v1/login?includeFlags=INTERNAL&outcome=SUCCESS", 1).await;
        assert_eq!(found.list()[0]["location"], "Oslo, NO");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_used_stops_the_start_by_the_name_of_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let good = mmdb::file(&NETWORKS);
    let bad = [
        folder.path().join("missing.mmdb"),
        folder.path().to_owned(),
        written(folder.path(), &good[..good.len() - 20]),
    ];
    for path in bad {
        let mut settings = Settings { data_dir: folder.path().join("data"), ..Settings::default() };
        settings.audit.geoip.clone_from(&path);
        let failed = argus_server::build(settings, Clock::manual(START)).await.err().unwrap().to_string();
        let says = format!("a setting cannot be used: audit.geoip: {}: ", path.display());
        assert!(failed.starts_with(&says), "{failed}");
        assert!(!folder.path().join("data").exists(), "before anything is made");
    }
}
