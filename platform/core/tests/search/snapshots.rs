//! One state of the store under one time limit.

use std::time::{Duration, Instant};

use argus_core::error::ApiError;
use argus_core::search::Snapshot;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::store::Stores;
use crate::table::row;

fn counting(db: &DatabaseConnection, to: i64) -> Statement {
    let sql = format!(
        "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {to}) SELECT i FROM n"
    );
    Statement::from_string(db.get_database_backend(), sql)
}

async fn numbers(snapshot: &mut Snapshot, statement: Statement) -> Result<Vec<i64>, ApiError> {
    let mut numbers = Vec::new();
    let rows = snapshot.each(statement, |row| {
        numbers.push(row.try_get_by_index::<i64>(0)?);
        Ok(())
    });
    rows.await.map(|()| numbers)
}

fn all(db: &DatabaseConnection) -> Statement {
    let sql = "SELECT sequence FROM search_item ORDER BY sequence";
    Statement::from_string(db.get_database_backend(), sql)
}

#[tokio::test]
async fn statements_see_one_state() {
    let stores = Stores::with_connections(3).await;
    stores.fill(&[row(1)]).await;
    for db in &stores.all {
        let mut snapshot = Snapshot::begin(db, Duration::from_secs(20)).await.unwrap();
        assert_eq!(numbers(&mut snapshot, all(db)).await.unwrap(), [1]);
        let sql = "UPDATE search_item SET sequence = 2";
        db.execute_unprepared(sql).await.unwrap();
        assert_eq!(numbers(&mut snapshot, all(db)).await.unwrap(), [1]);
        drop(snapshot);
        let mut snapshot = Snapshot::begin(db, Duration::from_secs(20)).await.unwrap();
        assert_eq!(numbers(&mut snapshot, all(db)).await.unwrap(), [2]);
    }
}

#[tokio::test]
async fn long_work_is_interrupted_and_its_connection_is_free() {
    // One connection only: what is left on it, the next one finds.
    let stores = Stores::new().await;
    for db in &stores.all {
        for _ in 0..3 {
            let began = Instant::now();
            let mut snapshot = Snapshot::begin(db, Duration::from_millis(300)).await.unwrap();
            assert_eq!(numbers(&mut snapshot, counting(db, 10)).await.unwrap().len(), 10);
            let error = numbers(&mut snapshot, counting(db, i64::MAX)).await.unwrap_err();
            assert_eq!(error.to_string(), "503 service.too.slow");
            assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
            let error = numbers(&mut snapshot, counting(db, 1)).await.unwrap_err();
            assert_eq!(error.to_string(), "503 service.too.slow");
            drop(snapshot);
            // It does its next work at once, and without the limit.
            let rows = db.query_all_raw(counting(db, 300_000)).await.unwrap();
            assert_eq!(rows.len(), 300_000);
        }
    }
}

#[tokio::test]
async fn who_takes_rows_may_stop() {
    let stores = Stores::new().await;
    for db in &stores.all {
        let mut snapshot = Snapshot::begin(db, Duration::from_secs(20)).await.unwrap();
        let mut taken = 0;
        let rows = snapshot.each(counting(db, 100_000), |_| {
            taken += 1;
            if taken < 5 { Ok(()) } else { Err(ApiError::not_found("more")) }
        });
        assert_eq!(rows.await.unwrap_err().to_string(), "404 object.not.found");
        assert_eq!(taken, 5);
        drop(snapshot);
        assert_eq!(db.query_all_raw(counting(db, 10)).await.unwrap().len(), 10);
    }
}
