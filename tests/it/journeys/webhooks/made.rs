//! What Argus makes of events is told too: findings of rules, exports and reports that are done.

use argus_testing::stores_with;
use serde_json::{Value, json};

use super::{Receiver, add, here, subscribe};

#[tokio::test]
async fn findings_exports_and_reports_are_told() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let events = ["audit.suspicious.detected", "audit.export.completed", "audit.report.completed"];
        subscribe(&admin, &receiver.url(), json!({ "events": events })).await;
        for number in 0..5 {
            let address = format!("192.0.2.{number}");
            add(&admin, json!({ "action": "login", "status": "FAILURE", "actorID": "anna", "clientIP": address }))
                .await;
        }
        let finding = receiver.wait(1).await[0].body.clone();
        assert_eq!((&finding["type"], &finding["data"]["actorID"]), (&json!(events[0]), &json!("anna")));
        assert_eq!(finding["data"]["metadata"]["count"], 5);

        let export = admin.post("/audit/v1/export", json!({ "format": "CSV" })).await.expect(201)["data"]["id"].clone();
        let told = receiver.wait(2).await[1].body.clone();
        assert_eq!((&told["type"], &told["data"]["targetID"]), (&json!(events[1]), &export));
        // The five, and the finding.
        assert_eq!(told["data"]["metadata"]["rows"], 6);

        let period = json!({ "from": "2026-01-01", "to": "2026-01-31" });
        let report = json!({ "reportType": "COMPLIANCE_SUMMARY", "period": period, "format": "JSON" });
        let report = admin.post("/audit/v1/report", report).await.expect(201)["data"]["id"].clone();
        let told = receiver.wait(3).await[2].body.clone();
        assert_eq!((&told["type"], &told["data"]["targetID"]), (&json!(events[2]), &report));
        let types: Vec<Value> = receiver.received().iter().map(|message| message.body["type"].clone()).collect();
        assert_eq!(types, events);
    })
    .await;
}
