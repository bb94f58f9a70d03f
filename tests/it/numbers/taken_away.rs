//! What is taken out of the log is no longer counted.

use argus_audit_log::event::{Column, Entity, Model, flag};
use argus_audit_log::{index, metric, rollup};
use argus_testing::{TestApp, stores};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::generate::EVERYTHING;

/// As retention does it: the flag, and the counts and what events are found by along with it.
pub async fn take_away(app: &TestApp, action: &str) {
    let transaction = app.platform.db.begin().await.unwrap();
    let rows = Entity::find().filter(Column::Action.eq(action)).all(&transaction).await.unwrap();
    assert!(!rows.is_empty());
    rollup::remove(&transaction, &rows).await.unwrap();
    metric::remove(&transaction, &rows).await.unwrap();
    let flagged: Vec<_> = rows.iter().map(|row| Model { flags: row.flags | flag::DELETED, ..row.clone() }).collect();
    index::replace(&transaction, &rows, &flagged).await.unwrap();
    let deleted = Expr::col(Column::Flags).bit_or(flag::DELETED);
    let update = Entity::update_many().col_expr(Column::Flags, deleted).filter(Column::Action.eq(action));
    update.exec(&transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn what_is_taken_away_counts_no_more() {
    stores(async |app| {
        let admin = app.admin();
        for number in 0..6 {
            let action = if number % 2 == 0 { "kept" } else { "login" };
            let event = json!({
                "action": action, "actorID": format!("{action}-{number}"), "status": "failed", "targetType": action,
                "timestamp": format!("now - {} minutes", number * 50), "metrics": { "load": number },
            });
            admin.post("/audit/v1/event", event).await.expect(201);
        }
        app.advance(std::time::Duration::from_secs(1));
        let paths = [
            "/audit/v1/statistics?",
            "/audit/v1/statistics/errors?",
            "/audit/v1/metric/load?interval=1h&aggregate=sum&",
            "/audit/v1/metric/action/count?interval=1d&startTimestamp=now - 2 days&",
        ];
        let mut before = Vec::new();
        for path in paths {
            before.push(admin.get(path).await.expect(200)["data"].clone());
        }
        take_away(app, "login").await;
        for (path, before) in paths.into_iter().zip(before) {
            let counted = admin.get(path).await.expect(200);
            assert_eq!(counted["data"], admin.get(&format!("{path}{EVERYTHING}")).await.expect(200)["data"], "{path}");
            assert_ne!(counted["data"], before, "{path}");
            assert!(!counted.text.contains("login"), "{}", counted.text);
        }
        let statistics = admin.get("/audit/v1/statistics").await.expect(200);
        let (total, logins) = (&statistics["data"]["totalEvents"], &statistics["data"]["failedLogins"]);
        assert_eq!((total, logins), (&json!(3), &json!(0)));
        let errors = admin.get("/audit/v1/statistics/errors").await.expect(200);
        assert_eq!(errors["data"]["recentErrors"].as_array().unwrap().len(), 3);
        // Its numbers are gone, its name is still known.
        take_away(app, "kept").await;
        assert_eq!(admin.get("/audit/v1/metric/load").await.expect(200)["data"], json!([]));
    })
    .await;
}
