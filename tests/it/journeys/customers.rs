//! One customer knows nothing of another's events.

use argus_testing::{Actor, TestApp, stores};
use serde_json::{Value, json};

use crate::journeys::as_read;
use crate::refusals::support::{Refusals, bad_fields, refused, without_times};

const EVENTS: &str = "/audit/v1/event";

async fn both(app: &TestApp, name: &str, home: &str, on: &str) -> Actor {
    app.user_of(name, home, &[("viewAuditEvents", on), ("submitAuditEvents", on)]).await
}

fn found(listed: &argus_testing::Answer) -> Vec<&str> {
    let mut actions: Vec<&str> = listed.list().iter().filter_map(|event| event["action"].as_str()).collect();
    actions.sort_unstable();
    actions
}

#[tokio::test]
async fn anothers_event_is_not_there_by_any_name() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.customer("blue", "root").await;
        let (red, blue) = (both(app, "red-user", "red", "red").await, both(app, "blue-user", "blue", "blue").await);
        let event = json!({"action": "blue-only", "externalID": "blue-1", "actorID": "secret-agent", "traceID": "t-1", "seriesID": "0198c0de-0000-7000-8000-000000000001"});
        let theirs = as_read(&blue.post(EVENTS, event).await.expect(201)["data"]);
        red.post(EVENTS, json!({"action": "red-only"})).await.expect(201);
        let (id, sequence) = (theirs["id"].as_str().unwrap(), theirs["sequence"].as_i64().unwrap());
        let names = [
            id.to_owned(),
            id.to_uppercase(),
            id.replace('-', ""),
            format!("log_{}", id.replace('-', "")),
            format!("audit_20260101_{sequence}"),
            "blue-1".to_owned(),
        ];
        let mut refusals = Refusals::begin(app).await;
        let unknown = refused(refusals.of(&red).get(&format!("{EVENTS}/no-such")).await, 404, "unknown");
        for name in &names {
            let hidden = refused(refusals.of(&red).get(&format!("{EVENTS}/{name}")).await, 404, name);
            assert_eq!(without_times(&hidden), without_times(&unknown), "{name}");
        }
        refusals.end().await;
        for name in names.iter().filter(|name| !name.starts_with("audit")) {
            assert_eq!(blue.get(&format!("{EVENTS}/{name}")).await.expect(200)["data"], theirs, "{name}");
        }
        for query in [
            "", "limit=0", "action=blue-only", "keywords=blue", "actorID=secret-agent", "traceID=t-1", "sortBy=id",
            "seriesID=0198c0de-0000-7000-8000-000000000001", "offset=0&count=true", "startTimestamp=0",
            "excludeFlags=INTERNAL", "clientIP=0.0.0.0/0",
        ] {
            let listed = red.get(&format!("{EVENTS}?{query}")).await.expect(200);
            assert!(!listed.text.contains("blue"), "{query}: {}", listed.text);
            assert_eq!(listed["count"].as_i64().unwrap(), listed.list().len() as i64, "{query}");
        }
        for body in [
            json!({}),
            json!({"subCriteria": [{"action": "blue-only"}, {"actorID": "secret-agent"}]}),
            json!({"subCriteria": [{"exclude": true, "action": "red-only"}]}),
            json!({"subCriteria": [{"required": true, "keywords": ["BLUE"]}]}),
            json!({"includeInternal": true, "limit": 0}),
        ] {
            let listed = red.post(&format!("{EVENTS}/search"), body.clone()).await.expect(200);
            // Of requests to Argus itself too, only those of its own people.
            assert!(listed.list().iter().all(|event| event["customer"]["shortName"] == "red"), "{body}: {}", listed.text);
        }
        bad_fields(red.get(&format!("{EVENTS}?customer=blue")).await, &["customer"], "by name");
        bad_fields(red.post(EVENTS, json!({"action": "a", "customer": "blue"})).await, &["customer"], "into it");
        // Who may do nothing anywhere hears so before a word on what there is.
        let powerless = app.user_of("nobody-much", "blue", &[]).await;
        for path in [EVENTS.to_owned(), format!("{EVENTS}/{id}"), format!("{EVENTS}/no-such"), format!("{EVENTS}?limit=-1")] {
            assert_eq!(refused(powerless.get(&path).await, 403, &path).template(), "access.denied");
        }
    })
    .await;
}

#[tokio::test]
async fn a_permission_on_a_group_reaches_what_is_below_it_now() {
    stores(async |app| {
        for (name, parent) in [("group", "root"), ("member", "group"), ("leaf", "member"), ("beside", "root")] {
            app.customer(name, parent).await;
        }
        let admin = app.admin();
        for customer in ["root", "group", "member", "leaf", "beside"] {
            admin.post(EVENTS, json!({"action": customer, "customer": customer})).await.expect(201);
        }
        for (on, reached) in [
            ("root", &["beside", "group", "leaf", "member", "root"][..]),
            ("group", &["group", "leaf", "member"]),
            ("member", &["leaf", "member"]),
            ("leaf", &["leaf"]),
            ("beside", &["beside"]),
        ] {
            // Whose user it is does not matter, only where it was given the right.
            let reader = app.user_of(&format!("reader-{on}"), "beside", &[("viewAuditEvents", on)]).await;
            assert_eq!(found(&reader.get(EVENTS).await.expect(200)), reached, "{on}");
            for customer in ["root", "group", "member", "leaf", "beside"] {
                let listed = reader.get(&format!("{EVENTS}?customer={customer}")).await;
                if reached.contains(&customer) {
                    assert_eq!(found(&listed.expect(200)), [customer], "exactly that customer");
                } else {
                    bad_fields(listed, &["customer"], customer);
                }
            }
        }
        // Two rights are two reaches: reading here and writing there is neither reading there nor writing here.
        let rights = [("viewAuditEvents", "leaf"), ("submitAuditEvents", "beside")];
        let mixed = app.user_of("mixed", "beside", &rights).await;
        mixed.post(EVENTS, json!({"action": "by-mixed"})).await.expect(201);
        assert_eq!(found(&mixed.get(EVENTS).await.expect(200)), ["leaf"]);
        bad_fields(mixed.post(EVENTS, json!({"action": "a", "customer": "leaf"})).await, &["customer"], "leaf");
        // A customer that is made later is below the group from its first moment.
        let reader = app.user_of("early", "root", &[("viewAuditEvents", "group")]).await;
        app.customer("late", "leaf").await;
        admin.post(EVENTS, json!({"action": "late", "customer": "late"})).await.expect(201);
        assert_eq!(found(&reader.get(&format!("{EVENTS}?customer=late")).await.expect(200)), ["late"]);
        let seen: Vec<Value> = reader.get("/authentication/v1/session/customer").await.expect(200).list().clone();
        let mut names: Vec<&str> = seen.iter().filter_map(|customer| customer["shortName"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["group", "late", "leaf", "member"]);
    })
    .await;
}
