//! Who accessed what.

use argus_testing::stores;
use serde_json::json;

use super::{FIRST, all, column, look, refuses, send, sender};
use crate::refusals::support::bad_fields;

const ACCESS: &str = "/audit/v1/access";
/// Without requests to Argus itself, of which looking makes more.
const SENT: &str = "/audit/v1/access?excludeFlags=INTERNAL";

#[tokio::test]
async fn accesses_are_events_that_say_how() {
    stores(async |app| {
        let (red, blue) = (sender(app, "red").await, sender(app, "blue").await);
        for (second, (action, more)) in [
            ("view", json!({"targetType": "DOC", "targetID": "1"})),
            ("export", json!({"targetType": "DOC", "actorID": "anna"})),
            ("create", json!({"clientIP": "192.0.2.7"})),
            ("approve", json!({"status": "denied"})),
            ("delete", json!({"description": "Über alles"})),
            ("open", json!({"accessType": "READ"})),
            ("login", json!({})),
            ("logout", json!({})),
            ("frobnicate", json!({})),
        ]
        .into_iter()
        .enumerate()
        {
            let mut event = more;
            event["action"] = action.into();
            event["timestamp"] = (FIRST - 1_000_000 + second as i64).into();
            send(&red, event).await;
        }
        send(&blue, json!({"action": "read", "actorID": "anna"})).await;
        let newest = ["open", "delete", "approve", "create", "export", "view"];
        assert_eq!(column(&all(&red, SENT).await, "action"), newest);
        for (query, actions) in [
            ("accessType=READ", &["open", "export", "view"][..]),
            ("accessType=READ&accessType=DELETE", &["open", "delete", "export", "view"]),
            ("accessType=WRITE", &["approve", "create"]),
            ("verb=EXPORT", &["export"]),
            ("verb=LOGIN", &[]),
            ("actorID=anna", &["export"]),
            ("targetType=DOC&targetID=1", &["view"]),
            ("clientIP=192.0.2.0/24", &["create"]),
            ("outcome=FAILURE", &["approve"]),
            ("keywords=über", &["delete"]),
            ("customer=red&sortBy=timestamp&accessType=READ", &["view", "export", "open"]),
        ] {
            let path = format!("{SENT}&{query}");
            assert_eq!(column(&all(&red, &path).await, "action"), actions, "{query}");
        }
        assert_eq!(column(&all(&blue, SENT).await, "action"), ["read"]);
        assert_eq!(all(&app.admin(), SENT).await.len(), newest.len() + 1);
        bad_fields(red.get(&format!("{ACCESS}?customer=blue")).await, &["customer"], "not reached");
    })
    .await;
}

/// Requests to Argus are accesses too, and shown without being asked for.
#[tokio::test]
async fn requests_to_argus_are_accesses() {
    stores(async |app| {
        let red = sender(app, "red").await;
        let event = send(&red, json!({"action": "view"})).await;
        let id = event["id"].as_str().unwrap();
        let added = look(&red, &format!("{ACCESS}?action=audit_v1_event_add"), 1).await;
        let access = &added.list()[0];
        assert_eq!((&access["accessType"], &access["targetID"]), (&json!("WRITE"), &json!(id)));
        assert_eq!((&access["flags"], &access["actorName"]), (&json!(["INTERNAL"]), &json!("red-sender")));
        red.get(&format!("/audit/v1/event/{id}")).await.expect(200);
        let read = look(&red, &format!("{ACCESS}?action=audit_v1_event_get&includeFlags=INTERNAL"), 1).await;
        assert_eq!(read.list()[0]["accessType"], "READ");
        // A refused look was one as well.
        app.by_key("x").get(ACCESS).await.expect(401);
        red.get(&format!("{ACCESS}?limit=x")).await.expect(412);
        let refused = look(&red, &format!("{ACCESS}?outcome=FAILURE"), 1).await;
        assert_eq!(refused.list()[0]["action"], "audit_v1_access_list");
        assert_eq!(look(&red, &format!("{ACCESS}?verb=LOGIN"), 0).await.list().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn bad_filters_are_refused() {
    stores(async |app| {
        let admin = app.admin();
        for (query, fields) in [
            ("accessType=EXECUTE", &["accessType"][..]),
            ("accessType=read", &["accessType"]),
            ("accessType=READ&accessType=x&verb=SEE", &["accessType", "verb"]),
            ("clientIP=10.0.0.1/8&startTimestamp=x&customer=nobody", &["clientIP", "startTimestamp", "customer"]),
            ("includeFlags=NONE&user=nobody", &["includeFlags", "user"]),
        ] {
            bad_fields(admin.get(&format!("{ACCESS}?{query}")).await, fields, query);
        }
        refuses(app, ACCESS, true).await;
    })
    .await;
}
