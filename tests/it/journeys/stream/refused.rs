//! Who does not get to listen.

use argus_testing::{stores, stores_with};
use std::time::Duration;

use super::client::{Listener, STREAM};
use super::ear;

#[tokio::test]
async fn refusals_come_before_the_stream() {
    stores(async |app| {
        let key = ear(app, "listener", "root").await;
        app.anonymous().get(STREAM).await.expect(401);
        app.user("powerless", &[]).await.get(&format!("{STREAM}?limit=-1")).await.expect(403);
        let bad = "?verb=JUMP&startTimestamp=soon&clientIP=10.0.0.1%2F8&customer=nobody&count=2";
        let answer = app.by_key(&key).get(&format!("{STREAM}{bad}")).await.expect(412);
        let mut fields = answer.fields();
        fields.sort_unstable();
        assert_eq!(fields, ["clientIP", "count", "customer", "startTimestamp", "verb"]);
        app.by_key(&key).get(&format!("{STREAM}?includeDeleted=true")).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn no_more_listen_than_allowed_and_whoever_leaves_makes_room() {
    stores_with(
        |settings| settings.audit.listeners = 2,
        async |app| {
            let key = ear(app, "listener", "root").await;
            let first = Listener::open(app, &key, "").await.begun().await;
            let mut second = Listener::open(app, &key, "").await.begun().await;
            let refused = app.by_key(&key).get(STREAM).await.expect(503);
            assert!(refused.headers.contains_key("retry-after"));
            drop(first);
            // That a client is gone shows when it is written to; comments see to it.
            let mut looks = 0;
            let third = loop {
                app.advance(Duration::from_secs(15));
                second.next().await.unwrap();
                let third = Listener::open(app, &key, "").await;
                if third.status == 200 {
                    break third;
                }
                looks += 1;
                assert!(looks < 100, "the place is not free");
            };
            third.begun().await;
        },
    )
    .await;
}
