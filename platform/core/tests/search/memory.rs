use crate::store::*;
use crate::table::*;
use argus_core::search::*;
use sea_orm::sea_query::Condition;
use sea_orm::*;
use serde_json::json;
fn rss() -> String {
    std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|l| l.starts_with("VmRSS")).unwrap().to_owned()
}
#[tokio::test]
async fn memory() {
    let stores = Stores::new().await;
    stores.fill(&(1..=3).map(row).collect::<Vec<_>>()).await;
    for db in &stores.all {
        println!("{:?} {}", db.get_database_backend(), rss());
        for i in 0..100 {
            let words = |n: usize| (0..n).map(|k| format!("w{k}")).collect::<Vec<_>>();
            let body = json!({"keywords": words(1000), "limit": 2, "subCriteria": [{"keywords": words(1000)}, {"keywords": words(1000 - i)}]});
            let criteria = Criteria::<Item>::from_json(&body, NOW).resolve(&()).await.unwrap_or_else(|e| panic!("{e}"));
            run(db, &criteria, Condition::all(), &Options::default()).await.unwrap();
            if i % 25 == 24 {
                println!("{i} {}", rss());
                if is_postgres(db) {
                    let r = db
                        .query_one_raw(Statement::from_string(
                            DbBackend::Postgres,
                            "select sum(total_bytes)::bigint from pg_backend_memory_contexts",
                        ))
                        .await
                        .unwrap()
                        .unwrap();
                    println!("pg {}", r.try_get_by_index::<i64>(0).unwrap());
                }
            }
        }
    }
}
