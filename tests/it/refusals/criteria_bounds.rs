//! What lists do not show, whatever is asked: other customers, deleted rows, pages of another search.

use argus_testing::{Actor, stores};
use serde_json::{Value, json};

use super::support::{Refusals, bad_fields, refused, without_times};

const EVENTS: &str = "/audit/v1/event";

#[tokio::test]
async fn customers_and_users_that_the_caller_may_not_see_are_like_unknown_ones() {
    stores(async |app| {
        let (red, blue) = (app.customer("red", "root").await, app.customer("blue", "root").await);
        let reader = app.user_of("reader", "red", &[("viewAuditEvents", "red")]).await;
        let stranger = app.new_user("stranger", "blue", &[]).await;
        let mut refusals = Refusals::begin(app).await;
        for (field, unknown, hidden) in [
            ("customer", json!("nobody"), json!(["blue", "Blue", blue, blue.to_string(), "root", 1, ["red", "blue"]])),
            ("user", json!("nobody"), json!(["stranger", stranger, stranger.to_string(), "admin", 1])),
        ] {
            let search = format!("{EVENTS}/search");
            let expected = refusals.of(&reader).post(&search, json!({ field: unknown })).await;
            let expected = bad_fields(expected, &[field], "unknown");
            for value in hidden.as_array().unwrap() {
                let answer = refusals.of(&reader).post(&search, json!({ field: value })).await;
                let answer = bad_fields(answer, &[field], &value.to_string());
                assert_eq!(without_times(&answer), without_times(&expected), "{field}: {value}");
                let below = json!({"subCriteria": [{"exclude": true, field: value}]});
                let below = refusals.of(&reader).post(&search, below).await;
                bad_fields(below, &[&format!("subCriteria.{field}")], &value.to_string());
            }
        }
        bad_fields(refusals.of(&reader).get(&format!("{EVENTS}?customer=blue")).await, &["customer"], "by query");
        bad_fields(refusals.of(&reader).get(&format!("{EVENTS}?user=stranger")).await, &["user"], "by query");
        // Of keys, only administrators may name other people's.
        for path in ["user=stranger", "user=admin", "user=1", "owner=admin"] {
            let field = path.split('=').next().unwrap();
            bad_fields(refusals.of(&reader).get(&format!("/apikey/v1/apikey?{path}")).await, &[field], path);
        }
        refusals.end().await;
        reader.get(&format!("{EVENTS}?customer=red&customer={red}&user=reader")).await.expect(200);
        reader.get("/apikey/v1/apikey?user=Reader").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn deleted_events_take_a_privilege_which_is_asked_for_first() {
    stores(async |app| {
        let mut refusals = Refusals::begin(app).await;
        let (reader, admin) = (app.user("reader", &[("viewAuditEvents", "root")]).await, app.admin());
        for query in ["includeDeleted=true", "includeDeleted=True&limit=-1", "limit=-1&includeDeleted=TRUE&sortBy=x"] {
            let answer = refused(refusals.of(&reader).get(&format!("{EVENTS}?{query}")).await, 403, query);
            assert!(answer.template() == "access.denied" && answer.text.contains("manageAuditRetention"), "{query}");
        }
        for body in [json!({"includeDeleted": true}), json!({"includeDeleted": true, "limit": "x"})] {
            refused(refusals.of(&reader).post(&format!("{EVENTS}/search"), body).await, 403, "body");
        }
        refusals.end().await;
        reader.get(&format!("{EVENTS}?includeDeleted=false")).await.expect(200);
        admin.get(&format!("{EVENTS}?includeDeleted=true")).await.expect(200);
        // One's own revoked keys are nobody else's matter.
        reader.get("/apikey/v1/apikey?includeDeleted=true").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_belongs_to_its_criteria_and_sort() {
    stores(async |app| {
        let admin = app.admin();
        for number in 0..3 {
            admin.post(EVENTS, json!({"action": "paged", "targetID": number.to_string()})).await.expect(201);
        }
        let next = async |who: &Actor, query: &str| {
            let page = who.get(&format!("{EVENTS}?limit=1&{query}")).await.expect(200);
            page["metaData"]["nextCursor"].as_str().unwrap().to_owned()
        };
        let cursor = next(&admin, "action=paged").await;
        let sorted = next(&admin, "action=paged&sortBy=targetID").await;
        let mut refusals = Refusals::begin(app).await;
        let (cut, doubled) = (&cursor[..cursor.len() - 4], format!("{cursor}{cursor}"));
        let flipped = cursor.replacen(&cursor[..1], if cursor.starts_with('A') { "B" } else { "A" }, 1);
        for query in [
            format!("cursor={cursor}"),
            format!("cursor={cursor}&action=other"),
            format!("cursor={cursor}&action=paged&action=other"),
            format!("cursor={cursor}&action=paged&verb=READ"),
            format!("cursor={cursor}&action=paged&includeInternal=true"),
            format!("cursor={cursor}&action=paged&sortBy=timestamp"),
            format!("cursor={cursor}&action=paged&sortBy=action"),
            format!("cursor={sorted}&action=paged"),
            format!("cursor={cut}&action=paged"),
            format!("cursor={doubled}&action=paged"),
            format!("cursor={flipped}&action=paged"),
            format!("cursor={cursor}&cursor={cursor}&action=paged"),
        ] {
            bad_fields(refusals.of(&admin).get(&format!("{EVENTS}?{query}")).await, &["cursor"], &query);
        }
        bad_fields(
            refusals.of(&admin).get(&format!("/apikey/v1/apikey?cursor={cursor}")).await,
            &["cursor"],
            "of keys",
        );
        refusals.end().await;
        let second = admin.get(&format!("{EVENTS}?limit=1&action=paged&cursor={cursor}")).await.expect(200);
        assert_eq!((second.list()[0]["targetID"].as_str(), second["count"].as_i64()), (Some("1"), Some(-1)));
        let body = json!({"action": ["paged"], "sortBy": "targetID", "cursor": sorted, "limit": 5, "count": true});
        let rest = admin.post(&format!("{EVENTS}/search"), body).await.expect(200);
        let found: Vec<&str> = rest.list().iter().filter_map(|event| event["targetID"].as_str()).collect();
        assert_eq!((found, &rest["count"], &rest["metaData"]["nextCursor"]), (vec!["1", "2"], &json!(3), &Value::Null));
        // Another caller's cursor gives nothing that the caller could not list.
        app.customer("red", "root").await;
        let reader = app.user_of("reader", "red", &[("viewAuditEvents", "red")]).await;
        let stolen = reader.get(&format!("{EVENTS}?action=paged&cursor={cursor}")).await.expect(200);
        assert_eq!(stolen.list().len(), 0);
    })
    .await;
}
