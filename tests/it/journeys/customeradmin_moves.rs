//! Moving a customer gives rights on it and takes them: nobody gains by it, or lets others gain, what he does not hold.

use argus_testing::{Actor, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const CUSTOMERS: &str = "/customeradmin/v2/customer";
const EVENTS: &str = "/audit/v1/event";

/// `root > a > a1 > c > d` and `root > b > b1`.
async fn tree(app: &TestApp) {
    for (name, parent) in [("a", "root"), ("a1", "a"), ("c", "a1"), ("d", "c"), ("b", "root"), ("b1", "b")] {
        app.customer(name, parent).await;
    }
}

async fn sees(actor: &Actor, customer: &str) -> bool {
    actor.get(&format!("{EVENTS}?customer={customer}")).await.status == 200
}

#[tokio::test]
async fn rights_follow_a_customer_to_its_new_place() {
    stores(async |app| {
        tree(app).await;
        let admin = app.admin();
        let of_a = app.user_of("of-a", "root", &[("viewAuditEvents", "a")]).await;
        let of_b = app.user_of("of-b", "root", &[("viewAuditEvents", "b")]).await;
        let of_c = app.user_of("of-c", "c", &[("viewAuditEvents", "c")]).await;
        assert!(sees(&of_a, "d").await && !sees(&of_b, "d").await && sees(&of_c, "d").await);
        let moved =
            admin.put(&format!("{CUSTOMERS}/c/move"), json!({"parent": "b1"})).await.expect(200)["data"].clone();
        assert_eq!((&moved["parent"]["shortName"], &moved["lastUpdatedByUser"]["id"]), (&"b1".into(), &1.into()));
        assert!(!sees(&of_a, "d").await && sees(&of_b, "d").await && sees(&of_c, "d").await);
        let below = admin.get(&format!("{CUSTOMERS}?ancestor=b")).await.expect(200);
        let below: Vec<&str> = below.list().iter().filter_map(|it| it["shortName"].as_str()).collect();
        assert_eq!(below, ["c", "d", "b", "b1"]);
        // To where it is: nothing to be said against it.
        admin.put(&format!("{CUSTOMERS}/c/move"), json!({"parent": "b1"})).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn some_places_are_none() {
    stores(async |app| {
        tree(app).await;
        let admin = app.admin();
        admin.post(CUSTOMERS, json!({"name": "l", "shortName": "leaf", "parent": "b"})).await.expect(201);
        app.customer("gone", "root").await;
        admin.put(&format!("{CUSTOMERS}/gone/disable"), json!({})).await.expect(200);
        let mut refusals = Refusals::begin(app).await;
        for (customer, parent, template) in [
            ("c", "c", "customer.circle"),
            ("a", "d", "customer.circle"),
            ("c", "leaf", "invalid.field.value"),
            ("c", "gone", "invalid.field.value"),
            ("c", "nobody", "invalid.field.value"),
        ] {
            let path = format!("{CUSTOMERS}/{customer}/move");
            let moved =
                bad_fields(refusals.of(&admin).put(&path, json!({"parent": parent})).await, &["parent"], parent);
            assert_eq!(moved.template(), template, "{customer} to {parent}");
        }
        let root =
            refused(refusals.of(&admin).put(&format!("{CUSTOMERS}/1/move"), json!({"parent": "a"})).await, 412, "root");
        assert_eq!(root.template(), "customer.root");
        let gone = refused(
            refusals.of(&admin).put(&format!("{CUSTOMERS}/gone/move"), json!({"parent": "a"})).await,
            412,
            "disabled",
        );
        assert_eq!(gone.template(), "object.deleted");
        refusals.end().await;
        assert_eq!(admin.get(&format!("{CUSTOMERS}/c")).await.expect(200)["data"]["parent"]["shortName"], "a1");
    })
    .await;
}

#[tokio::test]
async fn nobody_moves_a_customer_away_from_others_or_to_himself() {
    stores(async |app| {
        tree(app).await;
        let to_b1 = json!({"parent": "b1"});
        let path = format!("{CUSTOMERS}/c/move");
        let mut refusals = Refusals::begin(app).await;
        // On the customer alone, or on the group right above it: whoever holds rights further up would lose them.
        for (name, on) in [("on-c", "c"), ("on-a1", "a1")] {
            let mover = app.user_of(name, "c", &[("moveCustomer", on), ("moveCustomer", "b1")]).await;
            let denied = refused(refusals.of(&mover).put(&path, to_b1.clone()).await, 403, on);
            assert_eq!(denied.template(), "access.denied", "{on}");
        }
        // On the place it goes to, he has to may it too.
        let away = app.user_of("away", "c", &[("moveCustomer", "a")]).await;
        bad_fields(refusals.of(&away).put(&path, to_b1.clone()).await, &["parent"], "out of reach");
        // Who reads what is below b would read the customer's events by this, and he does not.
        let both = [("moveCustomer", "a"), ("moveCustomer", "b")];
        let greedy = app.user_of("greedy", "b", &[both[0], both[1], ("viewAuditEvents", "b")]).await;
        let denied = refused(refusals.of(&greedy).put(&path, to_b1.clone()).await, 403, "for himself");
        assert_eq!(denied.template(), "access.denied.escalation");
        // Nor for somebody else: what anybody has on b counts.
        let kind = app.user_of("kind", "b", &both).await;
        refused(refusals.of(&kind).put(&path, to_b1.clone()).await, 403, "for somebody else");
        refusals.end().await;
        assert!(!sees(&greedy, "c").await);
        assert_eq!(app.admin().get(&format!("{CUSTOMERS}/c")).await.expect(200)["data"]["parent"]["shortName"], "a1");
        // Whoever holds it on the customer may hand it out.
        let rights = [both[0], both[1], ("viewAuditEvents", "a")];
        let rightful = app.user_of("rightful", "root", &rights).await;
        rightful.put(&path, to_b1).await.expect(200);
        assert!(sees(&greedy, "c").await);
    })
    .await;
}

/// Two moves that would make a circle together: the later one sees what the earlier one did.
#[tokio::test]
async fn no_circle_comes_of_two_moves_at_once() {
    stores(async |app| {
        let admin = app.admin();
        for round in 0..5 {
            let (left, right) = (format!("left-{round}"), format!("right-{round}"));
            app.customer(&left, "root").await;
            app.customer(&right, "root").await;
            let (one, two) = (format!("{CUSTOMERS}/{left}/move"), format!("{CUSTOMERS}/{right}/move"));
            let (one, two) =
                tokio::join!(admin.put(&one, json!({"parent": right})), admin.put(&two, json!({"parent": left})),);
            let mut statuses = [one.status, two.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412], "{} {}", one.text, two.text);
        }
        let all = admin.post(&format!("{CUSTOMERS}/search"), json!({"ancestor": "root"})).await.expect(200);
        assert_eq!(all["count"], 11, "whatever is there is below the root");
        let root = all.list().iter().filter(|customer| customer["parent"] == Value::Null).count();
        assert_eq!(root, 1);
    })
    .await;
}
