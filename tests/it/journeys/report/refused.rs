//! What cannot be asked for.

use argus_testing::stores;
use serde_json::{Value, json};

use super::{REPORT, SCHEDULE, asked};

#[tokio::test]
async fn every_bad_member_is_named() {
    stores(async |app| {
        let admin = app.admin();
        let period = |from: Value, to: Value| json!({ "period": { "from": from, "to": to } });
        for (changes, fields) in [
            (json!({ "reportType": "EVERYTHING" }), vec!["reportType"]),
            (json!({ "format": "PARQUET" }), vec!["format"]),
            (json!({ "period": null }), vec!["period"]),
            (period(json!("2026-02-01"), json!("2026-01-31")), vec!["period.to"]),
            (period(json!("2026-02-30"), json!("soon")), vec!["period.from", "period.to"]),
            (period(json!("2026-01-01"), Value::Null), vec!["period.to"]),
            (json!({ "customer": "nobody" }), vec!["customer"]),
            (json!({ "customer": {} }), vec!["customer"]),
            (json!({ "includeStats": "yes" }), vec!["includeStats"]),
            (json!({ "destination": { "type": "EMAIL" } }), vec!["destination.email"]),
            (json!({ "destination": { "type": "EMAIL", "email": "a@b, c@d" } }), vec!["destination.email"]),
            (json!({ "destination": { "type": "FAX" } }), vec!["destination.type"]),
        ] {
            let mut body = asked("PDF", json!({}));
            for (name, value) in changes.as_object().unwrap() {
                body[name] = value.clone();
            }
            let refused = admin.post(REPORT, body).await.expect(412);
            assert_eq!(refused.fields(), fields, "{changes}");
        }
        let both =
            json!({ "customer": "nobody", "includeStats": "yes", "period": { "from": "x", "to": "2026-01-31" } });
        let mut fields: Vec<String> = admin
            .post(REPORT, asked("PDF", both))
            .await
            .expect(412)
            .fields()
            .iter()
            .map(|field| (*field).to_owned())
            .collect();
        fields.sort_unstable();
        assert_eq!(fields, ["customer", "includeStats", "period.from"]);
        assert_eq!(admin.get(REPORT).await.expect(200)["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn schedules_are_checked_too() {
    stores(async |app| {
        let admin = app.admin();
        let good = json!({ "name": "n", "reportType": "COMPLIANCE_SUMMARY", "format": "PDF", "every": "DAILY" });
        for (name, value, field) in [
            ("name", json!(""), "name"),
            ("name", Value::Null, "name"),
            ("every", json!("HOURLY"), "every"),
            ("format", json!("XML"), "format"),
            ("customer", json!("nobody"), "customer"),
            ("destination", json!({ "type": "EMAIL", "email": "nobody" }), "destination.email"),
        ] {
            let mut body = good.clone();
            body[name] = value;
            assert_eq!(admin.post(SCHEDULE, body.clone()).await.expect(412).fields(), vec![field], "{body}");
        }
        let made = admin.post(SCHEDULE, good).await.expect(201);
        let path = format!("{SCHEDULE}/{}", made["data"]["id"].as_str().unwrap());
        for (name, value, field) in [
            ("name", json!("x".repeat(256)), "name"),
            ("every", json!(7), "every"),
            ("enabled", json!("no"), "enabled"),
            ("destination", json!({ "type": "EMAIL" }), "destination.email"),
        ] {
            assert_eq!(admin.put(&path, json!({ name: value })).await.expect(412).fields(), vec![field], "{name}");
        }
        assert_eq!(admin.get(&path).await.expect(200)["data"], made["data"]);
        for none in ["x", "019b7a00-0000-7000-8000-000000000000"] {
            admin.get(&format!("{SCHEDULE}/{none}")).await.expect(404);
            admin.delete(&format!("{SCHEDULE}/{none}")).await.expect(404);
            admin.get(&format!("{REPORT}/{none}")).await.expect(404);
        }
    })
    .await;
}
