//! Several nodes on one store: one of them looks, at what all of them commit.

use argus_testing::{START, Store, TestApp};

use super::{failed, findings, settled};

#[tokio::test]
async fn what_several_nodes_commit_is_one_burst() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    let at = START / 1_000_000;
    for number in 0..6 {
        let node = if number % 2 == 0 { &app } else { &other };
        let event = failed("anna", &format!("192.0.2.{number}"), at + number);
        node.admin().post("/audit/v1/event", event).await.expect(201);
    }
    let found = findings(&app, 1).await;
    assert_eq!(found[0]["actorID"], "anna");
    // The first node looks; what is made on the other it knows within a second.
    assert_eq!(settled(&app, "mark").await, 1);
    other.stop().await;
    app.stop().await;
}
