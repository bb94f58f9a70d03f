//! Logos of customers go out as they came in, with their type and no other.

use argus_testing::{Actor, stores};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const CUSTOMERS: &str = "/customeradmin/v2/customer";
const BASIC: &str = "/customers/v2/customer";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and whatever follows \x00\xfe";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0 and whatever follows";

fn upload(bytes: &[u8], mime_type: &str) -> Value {
    json!({"image": STANDARD.encode(bytes), "mimeType": mime_type})
}

async fn logo(by: &Actor, path: &str) -> (Vec<u8>, String) {
    let response = by.request("GET", path).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{path}");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
    let mime_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (response.bytes().await.unwrap().to_vec(), mime_type)
}

#[tokio::test]
async fn a_logo_is_shown_and_handed_down() {
    stores(async |app| {
        for (name, parent) in [("group", "root"), ("red", "group")] {
            app.customer(name, parent).await;
        }
        let admin = app.admin();
        let (own, basic) = (format!("{CUSTOMERS}/red/logo"), format!("{BASIC}/red/logo"));
        refused(admin.get(&own).await, 404, "none yet");
        refused(admin.get(&format!("{basic}?includeDefault=False")).await, 404, "none yet");
        let (neutral, mime_type) = logo(&admin, &basic).await;
        assert!(neutral.starts_with(b"\x89PNG\r\n\x1a\n") && neutral.ends_with(b"IEND\xae\x42\x60\x82"), "{mime_type}");
        let set = admin.put(&format!("{CUSTOMERS}/group/logo"), upload(JPEG, "image/jpeg")).await.expect(200);
        assert_eq!(set["data"]["shortName"], "group");
        assert_eq!(logo(&admin, &format!("{basic}?size=small")).await, (JPEG.to_vec(), "image/jpeg".to_owned()));
        refused(admin.get(&own).await, 404, "still none of its own");
        for (bytes, given, kept) in
            [(PNG, "image/png", "image/png"), (JPEG, "image/jpg", "image/jpeg"), (JPEG, "image/jpeg", "image/jpeg")]
        {
            admin.put(&own, upload(bytes, given)).await.expect(200);
            for path in [&own, &basic, &format!("{basic}?includeDefault=false")] {
                assert_eq!(logo(&admin, path).await, (bytes.to_vec(), kept.to_owned()), "{path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_logo_is_refused() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.customer("blue", "root").await;
        let admin = app.admin();
        let path = format!("{CUSTOMERS}/red/logo");
        let mut refusals = Refusals::begin(app).await;
        for (body, fields) in [
            (json!({}), &["image", "mimeType"][..]),
            (upload(PNG, "image/gif"), &["mimeType"]),
            (upload(b"<svg/>", "image/png"), &["image"]),
            (upload(b"", "image/png"), &["image"]),
            (upload(PNG, "image/svg+xml"), &["mimeType"]),
            (json!({"image": "not base64!", "mimeType": "image/png"}), &["image"]),
        ] {
            bad_fields(refusals.of(&admin).put(&path, body.clone()).await, fields, &body.to_string());
        }
        bad_fields(refusals.of(&admin).get(&format!("{BASIC}/red/logo?size=huge")).await, &["size"], "size");
        let reader = app.user_of("reader", "red", &[("viewBasicCustomer", "red"), ("viewCustomers", "red")]).await;
        refused(refusals.of(&reader).put(&path, upload(PNG, "image/png")).await, 403, "a reader");
        refused(refusals.of(&reader).get(&format!("{BASIC}/blue/logo")).await, 404, "out of reach");
        refused(refusals.of(&reader).get(&format!("{CUSTOMERS}/blue/logo")).await, 404, "out of reach");
        let large = vec![b'A'; 9 << 20];
        refused(refusals.of(&admin).put(&path, upload(&large, "image/png")).await, 413, "too large");
        admin.put(&format!("{CUSTOMERS}/blue/disable"), json!({})).await.expect(200);
        let disabled = refusals.of(&admin).put(&format!("{CUSTOMERS}/blue/logo"), upload(PNG, "image/png")).await;
        assert_eq!(refused(disabled, 412, "disabled").template(), "object.deleted");
        refusals.end().await;
        refused(admin.get(&path).await, 404, "none was stored");
        // As large as may be: the text takes a third more than the image.
        let mut largest = PNG.to_vec();
        largest.resize(7 << 20, b'.');
        admin.put(&path, upload(&largest, "image/png")).await.expect(200);
        assert_eq!(logo(&admin, &path).await.0, largest);
    })
    .await;
}
