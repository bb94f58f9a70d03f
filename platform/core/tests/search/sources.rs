//! Criteria over rows that a statement makes.

use argus_core::search::{Criteria, Options, run_on};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Query};
use serde_json::json;

use crate::store::Stores;
use crate::table::{Entity, Everybody, Item, Model, NOW, row};

#[tokio::test]
async fn only_rows_of_the_source_are_found_counted_and_paged() {
    let stores = Stores::new().await;
    let rows = (1..=40).map(|number| Model { customer_id: number % 4, ..row(number) });
    stores.fill(&rows.collect::<Vec<_>>()).await;
    for db in &stores.all {
        let source = Query::select().column(Asterisk).from(Entity).and_where(Expr::col("customer_id").eq(2)).take();
        for (limit, pages) in [(0, 1), (3, 4), (5, 2), (100, 1)] {
            let (mut seen, mut cursor, mut turned) = (Vec::new(), None, 0);
            loop {
                let body = json!({"limit": limit, "sortBy": "-label", "count": true, "cursor": cursor});
                let criteria = Criteria::<Item>::from_json(&body, NOW).resolve(&Everybody).await.unwrap();
                let page = run_on(db, &criteria, source.clone(), &Options::default()).await.unwrap();
                assert_eq!(page.count, 10, "limit {limit}, page {turned}");
                seen.extend(page.rows.into_iter().map(|row| row.sequence));
                turned += 1;
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            // Labels sort as texts.
            assert_eq!(seen, [6, 38, 34, 30, 26, 22, 2, 18, 14, 10], "limit {limit}");
            assert_eq!(turned, pages, "limit {limit}");
        }
    }
}
