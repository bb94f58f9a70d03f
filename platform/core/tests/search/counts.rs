//! More rows than an answer may hold, and counts that are given up.

use std::time::{Duration, Instant};

use argus_core::search::{Criteria, Options, run};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use crate::store::{Stores, is_postgres};
use crate::table::{Column, Everybody, Item, NOW};

/// 100,001 rows, of which the first ones hold a word.
async fn fill(db: &DatabaseConnection) {
    let id = if is_postgres(db) { "'00000000-0000-0000-0000-000000000000'::uuid" } else { "zeroblob(16)" };
    let sql = format!(
        "INSERT INTO search_item (sequence, id, label, active, customer_id, created, created_by)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)
         SELECT i, {id}, CASE WHEN i < 4 THEN 'needle' ELSE 'hay' END, true, 1, i, 10 FROM n"
    );
    db.execute_unprepared(&sql).await.unwrap();
    db.execute_unprepared("ANALYZE").await.unwrap();
}

async fn criteria(body: Value) -> Criteria<Item> {
    Criteria::from_json(&body, NOW).resolve(&Everybody).await.ok().unwrap()
}

fn within(timeout: u64) -> Options {
    Options { count_timeout: Duration::from_millis(timeout) }
}

/// Work for seconds, after the first rows.
fn slow() -> Value {
    let words: Vec<_> = (0..300).map(|i| format!("word {i}")).chain(["needle".to_owned()]).collect();
    json!({"keywords": words, "keywordMatchStrategy": "any", "sortBy": "sequence", "limit": 1})
}

/// A statement that takes longer than the counts below may.
async fn work(db: &DatabaseConnection) {
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT count(*) FROM n";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 500_000);
}

#[tokio::test]
async fn no_limit_means_at_most_the_maximum() {
    let stores = Stores::new().await;
    for db in &stores.all {
        fill(db).await;
        let all = criteria(json!({"limit": 0})).await;
        let error = run(db, &all, Condition::all(), &Options::default()).await.err().unwrap();
        assert_eq!(error.to_string(), "412 invalid.field.value (limit)");
        let one_less = Condition::all().add(Column::Sequence.gt(1));
        let page = run(db, &all, one_less, &Options::default()).await.unwrap();
        assert_eq!((page.rows.len(), page.count, page.limit, page.next_cursor), (100_000, 100_000, 0, None));
        let skipped = criteria(json!({"limit": 0, "offset": 1, "sortBy": "sequence"})).await;
        let page = run(db, &skipped, Condition::all(), &Options::default()).await.unwrap();
        assert_eq!((page.rows.len(), page.count, page.rows[0].sequence), (100_000, 100_001, 2));
        let most = criteria(json!({"limit": 100_000})).await;
        let page = run(db, &most, Condition::all(), &Options::default()).await.unwrap();
        assert_eq!((page.rows.len(), page.count, page.next_cursor.is_some()), (100_000, 100_001, true));
    }
}

#[tokio::test]
async fn a_count_is_given_up_and_its_connection_is_free() {
    let stores = Stores::new().await;
    for db in &stores.all {
        fill(db).await;
        let slow = criteria(slow()).await;
        for timeout in [0, 50, 300] {
            let started = Instant::now();
            let page = run(db, &slow, Condition::all(), &within(timeout)).await.unwrap();
            assert_eq!((page.count, page.rows.len()), (-1, 1));
            assert!(page.next_cursor.is_some());
            assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
            // There is one connection only. It does its next work at once, and without the limit.
            work(db).await;
            assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
        }
        let quick = criteria(json!({"limit": 1, "keywords": "needle"})).await;
        let page = run(db, &quick, Condition::all(), &within(60_000)).await.unwrap();
        assert_eq!(page.count, 3);
    }
}

#[tokio::test]
async fn nobody_waiting_for_a_count_leaves_nothing_behind() {
    let stores = Stores::new().await;
    for db in &stores.all {
        fill(db).await;
        let slow = criteria(slow()).await;
        for _ in 0..3 {
            let options = within(300);
            let run = run(db, &slow, Condition::all(), &options);
            assert!(tokio::time::timeout(Duration::from_millis(150), run).await.is_err(), "the count is slow");
            let started = Instant::now();
            work(db).await;
            assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        }
    }
}
