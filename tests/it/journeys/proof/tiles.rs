//! The tree, as it is published.

use argus_audit_proof::leaf_hash;
use argus_audit_proof::path::Head;
use argus_audit_proof::tile::{Tile, WIDTH, entries, entries_path};
use argus_audit_proof::tree::Edge;
use argus_testing::{Actor, stores};
use serde_json::{Value, json};

use super::{LOG, newest};

/// The bytes at a path of the log.
async fn bytes(actor: &Actor, path: &str) -> Vec<u8> {
    let response = actor.request("GET", &format!("{LOG}/{path}")).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    response.bytes().await.unwrap().to_vec()
}

async fn add(actor: &Actor, number: usize) {
    let events: Vec<Value> = (0..number).map(|_| json!({ "action": "read" })).collect();
    actor.post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201);
}

/// The root of the tree from its leaves, and every tile from the same.
async fn assert_is_published(root: &Actor, anybody: &Actor, head: Head) {
    let (mut edge, mut levels) = (Edge::empty(), vec![Vec::new(); 3]);
    for index in 0..head.size.div_ceil(WIDTH) {
        let width = Tile { level: 0, index }.width(head.size);
        let bundle = bytes(root, &entries_path(index, width)).await;
        let leaves = entries(&bundle).unwrap();
        assert_eq!(leaves.len() as u64, width);
        for leaf in leaves {
            edge.push(leaf_hash(leaf), |node, hash| {
                if node.level % 8 == 0 {
                    levels[usize::from(node.level / 8)].push(hash);
                }
            });
        }
    }
    assert_eq!(edge.root(), head.root);
    for (level, hashes) in (0_u8..).zip(&levels) {
        for (index, expected) in (0..).zip(hashes.chunks(256)) {
            let tile = Tile { level, index };
            assert_eq!(tile.width(head.size), expected.len() as u64);
            let path = tile.path(expected.len() as u64);
            assert_eq!(bytes(anybody, &path).await, expected.concat(), "{path}");
            // A beginning of it stays true.
            assert_eq!(bytes(anybody, &tile.path(1)).await, expected[0]);
        }
    }
}

#[tokio::test]
async fn tiles_and_leaves_are_those_of_the_checkpoint() {
    stores(async |app| {
        let (admin, anybody) = (app.admin(), app.anonymous());
        for number in [1, 255, 256, 3, 300] {
            add(&admin, number).await;
            // One who watches, and leaves nothing behind.
            let head = newest(&anybody).await;
            assert_eq!(newest(&anybody).await, head);
            assert_is_published(&admin, &anybody, head).await;
        }
        let head = newest(&anybody).await;
        anybody.get(&format!("{LOG}/consistency?from=0&to={}", head.size)).await.expect(200);
        anybody.get(&format!("{LOG}/tile/0/000")).await.expect(200);
        assert_eq!(newest(&anybody).await, head, "whoever watches adds nothing");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_yet_is_not_found_and_what_cannot_be_is_refused() {
    stores(async |app| {
        let (admin, anybody) = (app.admin(), app.anonymous());
        add(&admin, 3).await;
        for path in
            ["0/000", "0/001", "1/000.p/1", "0/000.p/255", "0/x000/000", "0/0", "0/000.p/0", "64/000", "0/000.p/256"]
        {
            anybody.get(&format!("{LOG}/tile/{path}")).await.expect(404);
        }
        admin.get(&format!("{LOG}/tile/entries/000")).await.expect(404);
        anybody.get(&format!("{LOG}/tile/entries/000.p/1")).await.expect(401);
        app.customer("red", "root").await;
        let red = app.user_of("red-auditor", "red", &[("viewAuditEvents", "red")]).await;
        red.get(&format!("{LOG}/tile/entries/000.p/1")).await.expect(403);
        let size = newest(&anybody).await.size;
        for (query, field) in [
            ("from=-1".to_owned(), "from"),
            ("from=2&to=1".to_owned(), "from"),
            (format!("from=0&to={}", size + 100_000), "to"),
            ("from=0&to=-1".to_owned(), "to"),
            ("from=x".to_owned(), "from"),
        ] {
            let answer = anybody.get(&format!("{LOG}/consistency?{query}")).await.expect(412);
            assert_eq!(answer.fields(), [field], "{query}");
        }
        for (from, to) in [(0, 0), (0, 2), (2, 2)] {
            let answer = anybody.get(&format!("{LOG}/consistency?from={from}&to={to}")).await.expect(200);
            assert_eq!(answer["data"], json!({ "from": from, "to": to, "proof": [] }));
        }
    })
    .await;
}
