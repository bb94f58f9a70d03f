//! Whose events a report counts, and who sees it.

use argus_testing::{TestApp, stores};
use serde_json::{Value, json};

use super::{REPORT, asked, content, ended, made};

const EXPORT: &str = "exportAuditEvents";

async fn happen(app: &TestApp) {
    for customer in ["red", "blue"] {
        app.customer(customer, "root").await;
        for number in 0..if customer == "red" { 2 } else { 5 } {
            let body = json!({ "action": "created", "customer": customer, "actorID": format!("{customer}-{number}"),
                "timestamp": "2026-01-10T00:00:00Z" });
            app.admin().post("/audit/v1/event", body).await.expect(201);
        }
    }
}

#[tokio::test]
async fn a_report_is_about_what_its_maker_may_see() {
    stores(async |app| {
        happen(app).await;
        let red = app.user("red-auditor", &[(EXPORT, "red")]).await;
        let both = app.user("both-auditor", &[(EXPORT, "red"), (EXPORT, "blue")]).await;
        let total = async |actor, changes: Value| -> i64 {
            let report = made(actor, asked("JSON", changes)).await;
            content(actor, &report).await.json["totalEvents"].as_i64().unwrap()
        };
        assert_eq!(total(&red, json!({})).await, 2);
        assert_eq!(total(&both, json!({})).await, 7);
        assert_eq!(total(&both, json!({ "customer": "blue" })).await, 5);
        assert_eq!(total(&app.admin(), json!({ "customer": "red" })).await, 2);
        let refused = red.post(REPORT, asked("JSON", json!({ "customer": "blue" }))).await.expect(412);
        assert_eq!(refused.fields(), ["customer"]);
        let report = made(&both, asked("JSON", json!({ "customer": "blue" }))).await;
        assert_eq!(report["customer"]["shortName"], "blue");
        let file = content(&both, &report).await;
        assert_eq!((&file.json["customer"]["shortName"], &file.json["customers"]), (&json!("blue"), &json!("BLUE")));
    })
    .await;
}

#[tokio::test]
async fn others_do_not_see_it() {
    stores(async |app| {
        happen(app).await;
        let red = app.user("red-auditor", &[(EXPORT, "red")]).await;
        let blue = app.user("blue-auditor", &[(EXPORT, "blue")]).await;
        let report = made(&red, asked("PDF", json!({}))).await;
        let path = format!("{REPORT}/{}", report["id"].as_str().unwrap());
        blue.get(&path).await.expect(404);
        blue.delete(&path).await.expect(404);
        assert_eq!(content(&blue, &report).await.status, 404);
        assert_eq!(blue.get(REPORT).await.expect(200)["count"], 0);
        app.admin().get(&path).await.expect(200);
        // An export is no report, and the other way round.
        red.get(&path.replace("/report/", "/export/")).await.expect(404);
        let reader = app.user("reader", &[("viewAuditEvents", "root")]).await;
        reader.get(&path).await.expect(403);
        reader.post(REPORT, asked("PDF", json!({}))).await.expect(403);

        assert_eq!(red.delete(&path).await.expect(200)["data"]["state"], "EXPIRED");
        assert_eq!(content(&red, &report).await.status, 412);
        red.delete(&path).await.expect(412);
    })
    .await;
}

#[tokio::test]
async fn whoever_lost_the_function_gets_none() {
    stores(async |app| {
        happen(app).await;
        app.new_user("leaver", "root", &[(EXPORT, "red")]).await;
        let leaver = app.by_password("leaver", argus_testing::PASSWORD).await;
        let body = json!({ "name": "n", "reportType": "COMPLIANCE_SUMMARY", "format": "PDF", "every": "DAILY" });
        leaver.post(super::SCHEDULE, body).await.expect(201);
        app.by_password("admin", &app.admin_password)
            .await
            .put("/authentication/v1/user/leaver/block", json!({}))
            .await
            .expect(200);
        app.advance(std::time::Duration::from_secs(86_400));
        let began = std::time::Instant::now();
        let listed = loop {
            let listed = app.admin().get(REPORT).await.expect(200);
            if listed["count"] == 1 {
                break listed;
            }
            assert!(began.elapsed() < super::PATIENCE, "{}", listed.text);
        };
        let failed = ended(&app.admin(), &listed.list()[0]["id"]).await;
        assert_eq!(
            (&failed["state"], &failed["createdByUser"]["shortName"]),
            (&json!("FAILED"), &json!("leaver")),
            "{failed}"
        );
        assert!(failed["error"].as_str().unwrap().contains("not let in"), "{failed}");
    })
    .await;
}
