//! Cursors: whose they are, and what comes with them.

use argus_core::search::{Criteria, Options, Page, run};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::DatabaseConnection;
use sea_orm::sea_query::Condition;
use serde_json::{Value, json};

use crate::store::Stores;
use crate::table::{Everybody, Item, Model, NOW, row};

async fn page(db: &DatabaseConnection, body: &Value, now: i64) -> Result<Page<Model>, String> {
    let draft = Criteria::<Item>::from_json(body, now);
    let criteria = draft.resolve(&Everybody).await.map_err(|error| error.to_string())?;
    Ok(run(db, &criteria, Condition::all(), &Options::default()).await.unwrap())
}

fn with(body: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut body = body.clone();
    body[name] = value.into();
    body
}

const FOREIGN: &str = "412 invalid.field.value (cursor)";

#[tokio::test]
async fn a_cursor_belongs_to_its_criteria_and_sort() {
    let stores = Stores::new().await;
    stores.fill(&(1..=20).map(row).collect::<Vec<_>>()).await;
    for db in &stores.all {
        let body = json!({"limit": 5, "customer": ["c1", 2], "sortBy": ["label"], "subCriteria": [{"active": true}]});
        let first = page(db, &body, NOW).await.unwrap();
        let cursor = first.next_cursor.unwrap();
        assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_eq!((first.count, first.rows.len()), (20, 5));

        let next = with(&body, "cursor", cursor.as_str());
        for same in [
            next.clone(),
            with(&next, "limit", 7),
            with(&next, "offset", 3),
            with(&next, "customer", json!(["2", "1", "c2"])),
            with(&next, "sortBy", "label"),
            with(&next, "sortBy", json!(["label", "sequence"])),
            with(&next, "unknown", 1),
            with(&next, "keywords", json!([])),
        ] {
            let page = page(db, &same, NOW + 5).await.unwrap();
            assert_eq!((page.count, page.offset), (-1, 0), "{same}");
            assert_eq!(page.rows[0].label, "item 14", "{same}");
        }
        assert_eq!(page(db, &with(&next, "count", true), NOW).await.unwrap().count, 20);
        for other in [
            with(&next, "customer", 1),
            with(&next, "sortBy", "-label"),
            with(&next, "sortBy", json!(["label", "-sequence"])),
            with(&next, "sortBy", json!(["label", "amount"])),
            with(&next, "includeDeleted", true),
            with(&next, "subCriteria", json!([])),
            with(&next, "subCriteria", json!([{"active": true, "required": true}])),
            with(&next, "startTimestamp", 0),
        ] {
            assert_eq!(page(db, &other, NOW).await.unwrap_err(), FOREIGN, "{other}");
        }
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_what_the_list_depends_on_beside_its_criteria() {
    let stores = Stores::new().await;
    stores.fill(&(1..=5).map(row).collect::<Vec<_>>()).await;
    for db in &stores.all {
        let resolved = async |body: &Value, what: &str| {
            let draft = Criteria::<Item>::from_json(body, NOW + 7).bound_to(what);
            draft.resolve(&Everybody).await.map_err(|error| error.to_string())
        };
        let body = json!({"limit": 2});
        let first = resolved(&body, "a").await.unwrap();
        assert_eq!(first.now(), NOW + 7);
        let cursor = run(db, &first, Condition::all(), &Options::default()).await.unwrap().next_cursor.unwrap();
        let next = with(&body, "cursor", cursor);
        let draft = Criteria::<Item>::from_json(&next, NOW + 9).bound_to("a");
        assert_eq!(draft.resolve(&Everybody).await.unwrap().now(), NOW + 7, "the first page's");
        for other in ["b", "", "a "] {
            assert_eq!(resolved(&next, other).await.err().unwrap(), FOREIGN, "{other}");
        }
        assert_eq!(page(db, &next, NOW).await.unwrap_err(), FOREIGN);
    }
}

#[tokio::test]
async fn forged_cursors_are_refused() {
    let stores = Stores::new().await;
    stores.fill(&(1..=9).map(row).collect::<Vec<_>>()).await;
    for db in &stores.all {
        for sort in ["label", "id", "amount", "score", "active", "created"] {
            let body = json!({"limit": 5, "sortBy": sort});
            let cursor = page(db, &body, NOW).await.unwrap().next_cursor.unwrap();
            let content: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&cursor).unwrap()).unwrap();
            for key in [json!({}), json!([]), json!("\u{0}"), json!("zz"), json!(-1.5), json!(null), json!(u64::MAX)] {
                let mut forged = content.clone();
                forged["k"][0] = key.clone();
                let forged = URL_SAFE_NO_PAD.encode(forged.to_string());
                // Fits, or is refused; never an error of the store.
                if let Err(error) = page(db, &with(&body, "cursor", forged), NOW).await {
                    assert_eq!(error, FOREIGN, "{sort} {key}");
                }
            }
            for keys in [json!([]), json!([1]), json!([1, 2, 3]), json!(null)] {
                let forged = URL_SAFE_NO_PAD.encode(with(&content, "k", keys).to_string());
                assert_eq!(page(db, &with(&body, "cursor", forged), NOW).await.unwrap_err(), FOREIGN);
            }
            let padded = format!("{cursor}=");
            assert_eq!(page(db, &with(&body, "cursor", padded), NOW).await.unwrap_err(), FOREIGN);
        }
    }
}

#[tokio::test]
async fn relative_times_stand_still_while_a_client_pages() {
    let stores = Stores::new().await;
    let second = 1_000_000_000;
    let rows: Vec<_> = (1..=10).map(|n| Model { created: NOW - n * second, ..row(n) }).collect();
    stores.fill(&rows).await;
    for db in &stores.all {
        let mut body = json!({"limit": 3, "startTimestamp": "now - 7 seconds", "endTimestamp": "now"});
        let (mut walked, mut now) = (Vec::new(), NOW);
        loop {
            let page = page(db, &body, now).await.unwrap();
            walked.extend(page.rows.iter().map(|row| row.sequence));
            now += 3 * second;
            match page.next_cursor {
                Some(cursor) => body["cursor"] = json!(cursor),
                None => break,
            }
        }
        assert_eq!(walked, [1, 2, 3, 4, 5, 6, 7]);
    }
}

#[tokio::test]
async fn rows_that_come_or_go_move_nobody_else() {
    let stores = Stores::new().await;
    stores.fill(&(1..=10).map(row).collect::<Vec<_>>()).await;
    for db in &stores.all {
        let mut body = json!({"limit": 4, "sortBy": "-sequence"});
        let first = page(db, &body, NOW).await.unwrap();
        assert_eq!(first.rows.last().unwrap().sequence, 7);
        use sea_orm::{EntityTrait, IntoActiveModel};
        crate::table::Entity::insert(row(11).into_active_model()).exec_without_returning(db).await.unwrap();
        crate::table::Entity::delete_by_id(7).exec(db).await.unwrap();
        body["cursor"] = json!(first.next_cursor);
        let second = page(db, &body, NOW).await.unwrap();
        assert_eq!(second.rows.iter().map(|row| row.sequence).collect::<Vec<_>>(), [6, 5, 4, 3]);
        body["cursor"] = json!(second.next_cursor);
        let third = page(db, &body, NOW).await.unwrap();
        assert_eq!((third.rows.len(), third.next_cursor), (2, None));
    }
}
