//! Rules that the random test does not speak of.

use argus_core::error::ApiError;
use argus_core::search::{Criteria, Draft, Names, Options, run};
use async_trait::async_trait;
use sea_orm::DatabaseConnection;
use sea_orm::sea_query::Condition;
use serde_json::{Value, json};

use crate::store::Stores;
use crate::table::{Everybody, Item, Model, NOW, row};

async fn found(db: &DatabaseConnection, draft: Draft<Item>) -> Vec<i64> {
    let criteria = draft.resolve(&Everybody).await.unwrap();
    let page = run(db, &criteria, Condition::all(), &Options::default()).await.unwrap();
    page.rows.iter().map(|row| row.sequence).collect()
}

fn body(body: &Value) -> Draft<Item> {
    Criteria::from_json(body, NOW)
}

#[tokio::test]
async fn sorting() {
    let stores = Stores::new().await;
    let amounts = [(1, Some(1)), (2, None), (3, Some(1)), (4, None), (5, Some(0))];
    let rows: Vec<_> = amounts.iter().map(|(n, amount)| Model { amount: *amount, ..row(*n) }).collect();
    stores.fill(&rows).await;
    let cases = [
        (json!("amount"), vec![2, 4, 5, 1, 3]),
        (json!("-amount"), vec![3, 1, 5, 4, 2]),
        (json!(["amount", "-amount"]), vec![2, 4, 5, 1, 3]),
        (json!(["amount", "-sequence", "-label"]), vec![4, 2, 5, 3, 1]),
        (json!(["-sequence", "amount"]), vec![5, 4, 3, 2, 1]),
        (json!(["amount", "amount", "-label"]), vec![4, 2, 5, 3, 1]),
        (json!([]), vec![5, 4, 3, 2, 1]),
    ];
    for db in &stores.all {
        for (sort, expected) in &cases {
            assert_eq!(found(db, body(&json!({ "sortBy": sort }))).await, *expected, "{sort}");
        }
        assert_eq!(found(db, Criteria::from_query("sortBy=-amount&sortBy=label", NOW)).await, [1, 3, 5, 2, 4]);
    }
}

#[tokio::test]
async fn empty_keywords_are_none_and_special_signs_are_plain() {
    let stores = Stores::new().await;
    let titled = |n, title: &str| Model { title: Some(title.to_owned()), label: "x".into(), ..row(n) };
    let rows = [titled(1, "100%"), titled(2, "a_b"), titled(3, r"c:\d"), titled(4, "GRÜẞE"), titled(5, "'\"")];
    stores.fill(&rows).await;
    let cases = [
        (json!(""), vec![1, 2, 3, 4, 5]),
        (json!(["", "%"]), vec![1]),
        (json!("_"), vec![2]),
        (json!("\\"), vec![3]),
        (json!("grüsse"), vec![4]),
        (json!("'\""), vec![5]),
        (json!("[a-z]"), vec![]),
        (json!("%1"), vec![]),
    ];
    for db in &stores.all {
        for (keywords, expected) in &cases {
            let both = json!({"keywords": keywords, "keywordMatchStrategy": "any", "sortBy": "sequence"});
            assert_eq!(found(db, body(&both)).await, *expected, "{keywords}");
        }
    }
}

#[tokio::test]
async fn hidden_rows_are_shown_by_the_root_alone() {
    let stores = Stores::new().await;
    let deleted = Model { deleted: Some(NOW), ..row(2) };
    let internal = Model { internal: Some(true), ..row(3) };
    stores.fill(&[row(1), deleted, internal]).await;
    let cases = [
        (json!({}), vec![1]),
        (json!({"includeDeleted": true}), vec![1, 2]),
        (json!({"includeInternal": true}), vec![1, 3]),
        (json!({"includeFlags": "INTERNAL"}), vec![3]),
        (json!({"subCriteria": {"includeDeleted": true, "includeInternal": true}}), vec![1]),
        (json!({"subCriteria": {"includeFlags": "INTERNAL"}}), vec![]),
        (json!({"excludeFlags": ["INTERNAL"], "includeInternal": true, "includeDeleted": true}), vec![1, 2]),
        (json!({"subCriteria": {}}), vec![1]),
        (json!({"subCriteria": {"exclude": true}}), vec![]),
    ];
    for db in &stores.all {
        for (criteria, expected) in &cases {
            let mut criteria = criteria.clone();
            criteria["sortBy"] = json!("sequence");
            assert_eq!(found(db, body(&criteria)).await, *expected, "{criteria}");
        }
        assert_eq!(
            found(db, Criteria::from_query("includeDeleted=TRUE&sortBy=id&includeFlag=ACTIVE", NOW)).await,
            [1, 2]
        );
    }
}

#[tokio::test]
async fn a_draft_tells_what_it_wants_before_anything_is_refused() {
    assert!(body(&json!({"includeDeleted": true, "limit": -1})).wants_deleted());
    assert!(!body(&json!({"includeDeleted": "true"})).wants_deleted());
    assert!(!body(&json!({"subCriteria": {"includeDeleted": true}})).wants_deleted());
    assert!(!body(&json!(7)).wants_deleted());
    assert!(Criteria::<Item>::from_query("includeDeleted=True&limit=x", NOW).wants_deleted());
    assert!(!Criteria::<Item>::from_query("includeDeleted=false", NOW).wants_deleted());
    let criteria = body(&json!({"includeInternal": true})).resolve(&Everybody).await.unwrap();
    assert!(criteria.wants("includeInternal") && !criteria.wants("includeDeleted") && !criteria.wants("other"));
}

#[tokio::test]
async fn names_are_asked_once_and_their_failure_is_the_answer() {
    struct Down;
    #[async_trait]
    impl Names for Down {
        async fn customer(&self, _: &str) -> Result<Option<i64>, ApiError> {
            Err(ApiError::unavailable())
        }
        async fn user(&self, _: &str) -> Result<Option<i64>, ApiError> {
            Ok(Some(1))
        }
    }
    let error = body(&json!({"customer": "c1"})).resolve(&Down).await.err().unwrap();
    assert_eq!(error.status.as_u16(), 503);
    assert!(body(&json!({"user": "anybody"})).resolve(&Down).await.is_ok());
    assert!(body(&json!({"user": "anybody"})).resolve(&()).await.is_err());
}

#[tokio::test]
async fn limits_and_offsets_are_echoed() {
    let stores = Stores::new().await;
    stores.fill(&(1..=30).map(row).collect::<Vec<_>>()).await;
    for db in &stores.all {
        for (criteria, limit, offset, size, count, more) in [
            (json!({}), 25, 0, 25, 30, true),
            (json!({"offset": 10}), 25, 10, 20, 30, false),
            (json!({"limit": 30}), 30, 0, 30, 30, false),
            (json!({"limit": 0}), 0, 0, 30, 30, false),
            (json!({"limit": 0, "offset": 4}), 0, 4, 26, 30, false),
            (json!({"limit": 5, "offset": 40}), 5, 40, 0, 30, false),
            (json!({"offset": i64::MAX}), 25, i64::MAX as u64, 0, 30, false),
            (json!({"limit": 100_000, "count": false}), 100_000, 0, 30, -1, false),
        ] {
            let resolved = body(&criteria).resolve(&Everybody).await.unwrap();
            let page = run(db, &resolved, Condition::all(), &Options::default()).await.unwrap();
            let answer = (page.limit, page.offset, page.rows.len(), page.count, page.next_cursor.is_some());
            assert_eq!(answer, (limit, offset, size, count, more), "{criteria}");
        }
    }
}
