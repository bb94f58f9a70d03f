//! Pictures of users go out as they came in, with their type and no other.

use argus_testing::{Actor, Answer, stores};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const OWN: &str = "/currentuser/v1/picture";
const USERS: &str = "/useradmin/v2/user";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and whatever follows \x00\xfe";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0 and whatever follows";

fn upload(bytes: &[u8], mime_type: &str) -> Value {
    json!({"image": STANDARD.encode(bytes), "mimeType": mime_type})
}

/// The bytes of a picture, its type, and whether browsers may guess another one.
async fn picture(by: &Actor, path: &str) -> (Vec<u8>, String, bool) {
    let response = by.request("GET", path).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{path}");
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (mime_type, guess) = (header("content-type").unwrap(), header("x-content-type-options"));
    (response.bytes().await.unwrap().to_vec(), mime_type, guess.as_deref() != Some("nosniff"))
}

#[tokio::test]
async fn one_sets_ones_own_picture() {
    stores(async |app| {
        let id = app.new_user("anna", "root", &[]).await;
        let anna = app.by_key(&app.new_key(id).await);
        refused(anna.get(OWN).await, 404, "none yet");
        let (neutral, mime_type, guess) = picture(&anna, &format!("{OWN}?default=True&size=small&width=64")).await;
        assert!(neutral.starts_with(b"\x89PNG\r\n\x1a\n") && neutral.ends_with(b"IEND\xae\x42\x60\x82"));
        assert_eq!((mime_type.as_str(), guess), ("image/png", false));
        for (bytes, given, kept) in
            [(PNG, "image/png", "image/png"), (JPEG, "image/jpg", "image/jpeg"), (JPEG, "image/jpeg", "image/jpeg")]
        {
            let set = anna.put(OWN, upload(bytes, given)).await.expect(200);
            assert_eq!(
                (&set["data"]["userName"], &set["data"]["imageURL"]),
                (&json!("anna"), &json!(format!("{}{OWN}", app.url())))
            );
            assert_eq!(picture(&anna, &format!("{OWN}?default=true")).await, (bytes.to_vec(), kept.to_owned(), false));
        }
        let head = Answer::of(anna.request("HEAD", OWN)).await.expect(200);
        assert_eq!((&head.headers["content-type"], head.text.as_str()), (&"image/jpeg".parse().unwrap(), ""));
        let path = format!("/audit/v1/event?includeInternal=true&targetType=PICTURE&targetID={id}&sortBy=sequence");
        // Records come to the log right after their changes; every look takes a round trip, which is time enough.
        for look in 0.. {
            let records = app.admin().get(&path).await.expect(200);
            if records.list().len() < 3 {
                assert!(look < 100, "{}", records.text);
                continue;
            }
            let (first, second) = (&records.list()[0], &records.list()[1]);
            assert_eq!((&first["action"], &first["before"]), (&json!("currentuser_v1_picture_set"), &Value::Null));
            assert_eq!(
                (&first["after"]["mimeType"], &first["after"]["bytes"]),
                (&json!("image/png"), &json!(PNG.len()))
            );
            assert_eq!(second["before"], first["after"]);
            assert_ne!(second["after"]["sha256"], first["after"]["sha256"]);
            assert!(!records.text.contains(&STANDARD.encode(PNG)));
            break;
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    stores(async |app| {
        let anna = app.user("anna", &[]).await;
        anna.put(OWN, upload(PNG, "image/png")).await.expect(200);
        let mut refusals = Refusals::begin(app).await;
        for (body, fields) in [
            (upload(JPEG, "image/png"), &["image"][..]),
            (upload(PNG, "image/jpeg"), &["image"]),
            (upload(b"<svg onload='alert(1)'/>", "image/png"), &["image"]),
            (upload(b"GIF89a", "image/gif"), &["mimeType"]),
            (upload(b"<svg/>", "image/svg+xml"), &["mimeType"]),
            (json!({"image": "not base64!", "mimeType": "image/png"}), &["image"]),
            (json!({"image": "", "mimeType": "image/png"}), &["image"]),
            (json!({"image": 1, "mimeType": "text/html"}), &["image", "mimeType"]),
            (json!({}), &["image", "mimeType"]),
        ] {
            bad_fields(refusals.of(&anna).put(OWN, body.clone()).await, fields, &body.to_string());
        }
        let too_long = json!({"image": "A".repeat((10 << 20) + 4), "mimeType": "image/png"});
        bad_fields(refusals.of(&anna).put(OWN, too_long).await, &["image"], "longer than 10 MiB");
        let too_large = json!({"image": "A".repeat(11 << 20), "mimeType": "image/png"});
        refused(refusals.of(&anna).put(OWN, too_large).await, 413, "too large");
        let wrong = format!("{OWN}?default=perhaps&size=huge&width=0&height=x");
        bad_fields(refusals.of(&anna).get(&wrong).await, &["default", "height", "size", "width"], "parameters");
        let session = app.by_password("anna", argus_testing::PASSWORD).await;
        let reader = app.constrained(&session, json!({"readOnly": true})).await;
        refused(refusals.of(&reader).put(OWN, upload(PNG, "image/png")).await, 403, "reads only");
        refusals.end().await;
        assert_eq!(picture(&reader, OWN).await.0, PNG);
        // As large as may be.
        let largest = [PNG, &vec![7; (10 << 20) / 4 * 3 - PNG.len()]].concat();
        anna.put(OWN, upload(&largest, "image/png")).await.expect(200);
        assert_eq!(picture(&anna, OWN).await.0, largest);
    })
    .await;
}

#[tokio::test]
async fn administrators_set_those_of_their_users() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.customer("blue", "root").await;
        let anna = app.user_of("anna", "red", &[]).await;
        app.user_of("bert", "blue", &[]).await.put(OWN, upload(PNG, "image/png")).await.expect(200);
        let rights = [("viewUsers", "red"), ("updateUser", "red")];
        let (red, viewer) = (app.user_of("red-admin", "red", &rights).await, app.user("viewer", &rights[..1]).await);
        let path = format!("{USERS}/anna/picture");
        let set = red.put(&path, upload(JPEG, "image/jpeg")).await.expect(200);
        assert_eq!((&set["data"]["shortName"], &set["data"]["type"]), (&json!("anna"), &json!("user")));
        for (by, path) in [(&anna, OWN), (&red, path.as_str()), (&viewer, &path)] {
            assert_eq!(picture(by, path).await, (JPEG.to_vec(), "image/jpeg".to_owned(), false));
        }
        assert_eq!(picture(&red, &format!("{USERS}/red-admin/picture?default=true")).await.1, "image/png");
        let mut refusals = Refusals::begin(app).await;
        refused(refusals.of(&red).get(&format!("{USERS}/red-admin/picture")).await, 404, "none");
        for name in ["bert", "admin", "no-such"] {
            let path = format!("{USERS}/{name}/picture");
            refused(refusals.of(&red).get(&format!("{path}?default=true")).await, 404, name);
            refused(refusals.of(&red).put(&path, upload(PNG, "image/png")).await, 404, name);
        }
        refused(refusals.of(&viewer).put(&path, upload(PNG, "image/png")).await, 403, "views only");
        refused(refusals.of(&anna).get(&path).await, 403, "no function");
        bad_fields(refusals.of(&red).put(&path, upload(PNG, "image/jpeg")).await, &["image"], "another type");
        refusals.end().await;
        app.admin().delete(&format!("{USERS}/anna")).await.expect(200);
        refused(red.put(&path, upload(PNG, "image/png")).await, 412, "deleted");
        assert_eq!(picture(&red, &path).await.0, JPEG);
    })
    .await;
}
