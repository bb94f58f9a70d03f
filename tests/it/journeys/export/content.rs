//! The file of an export is fetched: whole, in parts, compressed; and the log knows.

use argus_core::audit::Requests;
use argus_testing::{Actor, Answer, stores, stores_with};
use async_compression::tokio::bufread::{GzipDecoder, ZstdDecoder};
use serde_json::json;
use tokio::io::AsyncReadExt;

use super::{add, ask, file, until};
use crate::journeys::look;

/// An answer as it came: status, header by name, bytes.
async fn fetched(actor: &Actor, path: &str, headers: &[(&str, &str)]) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let request = actor.request("GET", path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn parts_make_the_whole() {
    stores(async |app| {
        let admin = app.admin();
        add(&admin, "created", 500).await;
        let (path, text) = file(&admin, json!({ "format": "CSV" })).await;
        let (path, size) = (format!("{path}/content"), text.len());
        let (status, headers, bytes) = fetched(&admin, &path, &[]).await;
        assert_eq!((status, &*bytes), (200, text.as_bytes()));
        assert_eq!(headers["content-length"], size.to_string());
        assert_eq!(headers["content-type"], "text/csv; charset=utf-8; header=present");
        let name = headers["content-disposition"].to_str().unwrap();
        assert!(name.starts_with("attachment; filename=\"argus-export-20260101T000000Z-"), "{name}");
        assert!(name.ends_with(".csv\""), "{name}");
        assert_eq!(headers["accept-ranges"], "bytes");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let tag = headers["etag"].to_str().unwrap().to_owned();

        let (mut whole, mut at) = (Vec::new(), 0);
        while at < size {
            let range = format!("bytes={at}-{}", at + 9_999);
            let (status, headers, bytes) = fetched(&admin, &path, &[("range", &range), ("if-range", &tag)]).await;
            let last = (at + 9_999).min(size - 1);
            assert_eq!((status, bytes.len()), (206, last - at + 1));
            assert_eq!(headers["content-range"], format!("bytes {at}-{last}/{size}"));
            assert_eq!(headers["etag"], tag);
            whole.extend(bytes);
            at = last + 1;
        }
        assert!(whole == text.as_bytes());
        let (status, _, bytes) = fetched(&admin, &path, &[("range", "bytes=-100"), ("accept-encoding", "gzip")]).await;
        assert_eq!((status, &*bytes), (206, &text.as_bytes()[size - 100..]));
        let (status, _, bytes) = fetched(&admin, &path, &[("range", "bytes=1-"), ("if-range", "\"other\"")]).await;
        assert_eq!((status, bytes.len()), (200, size));
        let (status, headers, _) = fetched(&admin, &path, &[("range", &format!("bytes={size}-"))]).await;
        assert_eq!((status, &headers["content-range"]), (416, &format!("bytes */{size}").parse().unwrap()));
        let (status, _, bytes) = fetched(&admin, &path, &[("if-none-match", &tag)]).await;
        assert_eq!((status, bytes.len()), (304, 0));
        let head = Answer::of(admin.request("HEAD", &path)).await;
        assert_eq!((head.status, &head.headers["etag"], head.text.len()), (200, &tag.parse().unwrap(), 0));
        assert_eq!(head.headers["content-length"], size.to_string());
    })
    .await;
}

#[tokio::test]
async fn texts_are_compressed_on_their_way() {
    stores(async |app| {
        let admin = app.admin();
        add(&admin, "created", 500).await;
        for (format, media_type) in [("NDJSON", "application/x-ndjson"), ("JSON", "application/json")] {
            let (path, text) = file(&admin, json!({ "format": format })).await;
            let path = format!("{path}/content");
            let (_, headers, bytes) = fetched(&admin, &path, &[("accept-encoding", "gzip")]).await;
            let gzip = (&headers["content-encoding"], &headers["content-type"], &headers["vary"]);
            assert_eq!(
                gzip,
                (&"gzip".parse().unwrap(), &media_type.parse().unwrap(), &"accept-encoding".parse().unwrap())
            );
            assert!(bytes.len() * 4 < text.len() && headers["etag"].to_str().unwrap().ends_with("-gzip\""));
            let mut back = String::new();
            GzipDecoder::new(&*bytes).read_to_string(&mut back).await.unwrap();
            assert!(back == text);
            let (_, headers, bytes) = fetched(&admin, &path, &[("accept-encoding", "gzip, zstd")]).await;
            assert_eq!(headers["content-encoding"], "zstd");
            back.clear();
            ZstdDecoder::new(&*bytes).read_to_string(&mut back).await.unwrap();
            assert!(back == text);
        }
        let path = ask(&admin, json!({ "format": "PARQUET" })).await;
        until(&admin, &path, "COMPLETED").await;
        let (_, headers, bytes) = fetched(&admin, &format!("{path}/content"), &[("accept-encoding", "gzip")]).await;
        assert!(!headers.contains_key("content-encoding") && bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
        assert_eq!(headers["content-type"], "application/vnd.apache.parquet");
    })
    .await;
}

/// Whatever else the log does not want to know.
#[tokio::test]
async fn exports_and_downloads_are_events() {
    stores_with(
        |settings| settings.audit.requests = Requests::Off,
        async |app| {
            let user = app.user("anna", &[("exportAuditEvents", "root"), ("viewAuditEvents", "root")]).await;
            let (path, text) = file(&user, json!({ "format": "CSV" })).await;
            user.get(&format!("{path}/content")).await;
            user.get("/audit/v1/event").await.expect(200);
            let id = path.rsplit('/').next().unwrap();
            let about = format!("/audit/v1/event?includeInternal=true&targetType=EXPORT&targetID={id}");
            let all = look(&user, &about, 4).await;
            let of = |action: &str| all.list().iter().filter(|event| event["action"] == action).collect::<Vec<_>>();
            assert_eq!(of("audit_v1_export_add").len(), 1);
            assert_eq!(of("audit_v1_export_download").len(), 2);
            for event in all.list() {
                assert_eq!((&event["verb"], &event["actorID"]), (&json!("EXPORT"), &json!("anna")), "{event}");
                assert_eq!(event["flags"], json!(["EXPORT", "INTERNAL"]));
            }
            let completed = of("audit.export.completed");
            let metadata = &completed[0]["metadata"];
            assert_eq!(completed[0]["eventType"], "audit.export.completed");
            assert_eq!((&metadata["format"], &metadata["sizeBytes"]), (&json!("CSV"), &json!(text.len())));
            assert_eq!(metadata["sha256"], user.get(&path).await.expect(200)["data"]["sha256"]);
            // Looking at it is none.
            assert_eq!(user.get("/audit/v1/event?includeInternal=true&action=audit_v1_export_get").await["count"], 0);
        },
    )
    .await;
}
