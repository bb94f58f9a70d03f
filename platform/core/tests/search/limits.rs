//! The largest criteria that are allowed: no store may stumble over them.

use std::time::Instant;

use argus_core::search::{Criteria, Options, run};
use sea_orm::sea_query::Condition;
use sea_orm::sqlx::Connection;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use crate::store::{Stores, is_postgres};
use crate::table::{Everybody, Item, NOW, row};

fn list(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("value {i} ß")).collect()
}

fn chain(levels: usize, mut wrap: impl FnMut(Value) -> Value) -> Value {
    (0..levels).fold(json!({"amount": 1}), |below, _| wrap(below))
}

#[tokio::test]
async fn the_largest_criteria_run_on_both_stores() {
    let stores = Stores::new().await;
    stores.fill(&(1..=3).map(row).collect::<Vec<_>>()).await;
    let networks: Vec<_> = (0..1_000).map(|i| format!("10.{}.{}.0/24", i / 250, i % 250)).collect();
    let times =
        json!({"startTimestamp": 1, "endTimestamp": "now", "timeFieldStrategy": "all", "timeMatchStrategy": "all"});
    let flags = json!({"includeFlags": ["ACTIVE", "EXPIRED"], "excludeFlags": ["INTERNAL", "EXPIRED"]});
    let mut every = times.clone();
    every.as_object_mut().unwrap().extend(flags.as_object().unwrap().clone());
    every["keywords"] = json!(["a", "ß"]);
    every["user"] = json!(["u10", "u11"]);
    let nest = |below: Value| {
        let mut node = every.clone();
        node["subCriteria"] = json!([below, {"exclude": true, "label": "x"}, {"required": true, "amount": 3}]);
        node
    };
    let cases = [
        ("keywords", json!({"keywords": list(1_000)})),
        ("any keyword", json!({"keywords": list(1_000), "keywordMatchStrategy": "any"})),
        ("values", json!({"label": list(1_000), "title": list(1_000), "amount": (0..1_000).collect::<Vec<_>>()})),
        ("networks", json!({"clientIP": networks, "subCriteria": {"clientIP": networks, "exclude": true}})),
        ("plain", json!({"subCriteria": vec![every.clone(); 500]})),
        ("excluded", json!({"subCriteria": vec![json!({"exclude": true, "label": list(19)}); 500]})),
        ("required", json!({"subCriteria": vec![json!({"required": true, "label": list(19)}); 500]})),
        ("deep", json!({"subCriteria": chain(7, |below| json!({"exclude": true, "subCriteria": [below]}))})),
        ("deep and wide", chain(8, nest)),
        (
            "deep, then wide",
            chain(7, |below| json!({"subCriteria": [below, {"subCriteria": vec![json!({"amount": 1}); 60]}]})),
        ),
        (
            "all together",
            json!({"keywords": list(1_000), "label": list(1_000), "title": list(1_000), "clientIP": networks}),
        ),
        ("long", json!({"keywords": ["ß".repeat(65_536), "\\%_'\"".repeat(10_000)], "label": "é".repeat(65_536)})),
    ];
    for db in &stores.all {
        for (name, body) in &cases {
            let mut body = body.clone();
            // The default would hide a mistake in the order of sorting.
            body["sortBy"] =
                json!(["title", "-label", "amount", "-score", "id", "active", "-updated", "created", "kind"]);
            let started = Instant::now();
            for sort in [0, 1] {
                let draft = Criteria::<Item>::from_json(&body, NOW);
                let criteria = match draft.resolve(&Everybody).await {
                    Ok(criteria) => criteria,
                    Err(error) => panic!("{name} is refused: {:?}", error.messages),
                };
                let options = Options { count_timeout: std::time::Duration::from_secs(30) };
                let page = run(db, &criteria, Condition::all(), &options).await;
                let page = page.unwrap_or_else(|error| panic!("{name} on {:?}: {error}", db.get_database_backend()));
                assert!(page.count >= 0, "{name} {sort}");
                body["limit"] = json!(0);
            }
            let took = started.elapsed();
            assert!(took.as_secs() < 20, "{name} on {:?} took {took:?}", db.get_database_backend());
        }
    }
}

/// How many statements the only connection keeps, and the length of the longest, where that can be known.
async fn kept(db: &DatabaseConnection) -> (usize, i64) {
    if !is_postgres(db) {
        let connection = db.get_sqlite_connection_pool().acquire().await.unwrap();
        return (connection.cached_statements_size(), 0);
    }
    let sql = "SELECT count(*), coalesce(max(length(statement)), 0)::bigint FROM pg_prepared_statements";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap().unwrap();
    let count: i64 = row.try_get_by_index(0).unwrap();
    (count.try_into().unwrap(), row.try_get_by_index(1).unwrap())
}

#[tokio::test]
async fn connections_do_not_keep_long_statements() {
    let stores = Stores::new().await;
    stores.fill(&(1..=30).map(row).collect::<Vec<_>>()).await;
    for db in &stores.all {
        kept(db).await;
        let before = kept(db).await;
        for words in 300..310 {
            for limit in [0, 1] {
                let mut body = json!({"keywords": list(words), "limit": limit, "keywordMatchStrategy": "any"});
                body["keywords"][0] = json!("item");
                let criteria = Criteria::<Item>::from_json(&body, NOW).resolve(&Everybody).await.ok().unwrap();
                let page = run(db, &criteria, Condition::all(), &Options::default()).await.unwrap();
                assert_eq!((page.count, page.rows.len()), (30, if limit == 0 { 30 } else { 1 }));
            }
        }
        let after = kept(db).await;
        assert_eq!(after.0, before.0);
        assert!(after.1 < 16_385);
    }
}
