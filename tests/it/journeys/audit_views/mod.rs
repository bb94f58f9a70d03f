//! Views of the log: series, histories, accesses, logins, machines.

mod access;
mod geoip;
mod history;
mod login;
mod machine;
mod mmdb;
mod series;

use argus_testing::{Actor, START, TestApp};
use serde_json::{Value, json};

use super::{as_read, look};
use crate::refusals::support::{bad_fields, refused};

const EVENT: &str = "/audit/v1/event";

/// The first moment of a test, in ms.
const FIRST: i64 = START / 1_000_000;

/// Somebody of a customer who sends and sees its events.
async fn sender(app: &TestApp, customer: &str) -> Actor {
    app.customer(customer, "root").await;
    let rights = [("submitAuditEvents", customer), ("viewAuditEvents", customer)];
    app.user_of(&format!("{customer}-sender"), customer, &rights).await
}

async fn send(sender: &Actor, event: Value) -> Value {
    as_read(&sender.post(EVENT, event).await.expect(201)["data"])
}

fn with(path: &str, query: &str) -> String {
    format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' })
}

/// A text, every byte of it percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A whole list, which is the same in one piece, in pages by offset and in pages by cursor.
async fn all(actor: &Actor, path: &str) -> Vec<Value> {
    let whole = actor.get(&with(path, "limit=0")).await.expect(200);
    let list = whole.list().clone();
    assert_eq!((&whole["count"], &whole["size"]), (&json!(list.len()), &json!(list.len())), "{path}");
    let (mut by_offset, mut by_cursor, mut cursor) = (Vec::new(), Vec::new(), None::<String>);
    for offset in (0..=list.len()).step_by(2) {
        let page = actor.get(&with(path, &format!("limit=2&offset={offset}"))).await.expect(200);
        assert_eq!(page["count"], list.len(), "{path}");
        by_offset.extend(page.list().clone());
    }
    loop {
        let next = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let page = actor.get(&with(path, &format!("limit=2{next}"))).await.expect(200);
        by_cursor.extend(page.list().clone());
        cursor = page["metaData"]["nextCursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((&by_offset, &by_cursor), (&list, &list), "{path}");
    list
}

/// What one member says along a list.
fn column<'a>(list: &'a [Value], member: &str) -> Vec<&'a str> {
    list.iter().map(|element| element[member].as_str().unwrap_or("-")).collect()
}

/// What every view refuses: bad paging, deleted events without the right to see them, and who may not look at all.
async fn refuses(app: &TestApp, path: &str, shows_events: bool) {
    let admin = app.admin();
    let twins = with(path, "limit=-1&offset=x&cursor=none&count=maybe&sortBy=nothing");
    bad_fields(admin.get(&twins).await, &["limit", "offset", "cursor", "count", "sortBy"], path);
    bad_fields(admin.get(&with(path, "limit=100001")).await, &["limit"], path);
    if shows_events {
        let watcher = app.user("watcher", &[("viewAuditEvents", "root")]).await;
        let deleted = with(path, "includeDeleted=true&limit=x");
        refused(watcher.get(&deleted).await, 403, "deleted events, before anything is told of the input");
    }
    refused(app.user("nosy", &[("submitAuditEvents", "root")]).await.get(path).await, 403, path);
    refused(app.anonymous().get(&with(path, "limit=x")).await, 401, path);
}
