//! Events that belong together, newest first.

use argus_testing::stores;
use serde_json::json;

use super::{FIRST, all, column, refuses, send, sender};
use crate::refusals::support::bad_fields;

const ONE: &str = "0192f0c1-2d3e-7a4b-8c5d-6e7f80910a1b";
const OTHER: &str = "5f0c1d2e-0000-4000-8000-000000000001";

fn path(series: &str) -> String {
    format!("/audit/v1/series/{series}")
}

#[tokio::test]
async fn a_series_is_shown_newest_first_to_those_who_may_see_it() {
    stores(async |app| {
        let (red, blue) = (sender(app, "red").await, sender(app, "blue").await);
        // Sent out of order; of equal times the later sent is the newer.
        for (action, series, at) in
            [("b", ONE, 2), ("d", ONE, 4), ("x", OTHER, 3), ("a", ONE, 1), ("c1", ONE, 3), ("c2", ONE, 3)]
        {
            send(&red, json!({"action": action, "seriesID": series, "timestamp": FIRST + at})).await;
        }
        send(&blue, json!({"action": "blue", "seriesID": ONE, "timestamp": FIRST + 9})).await;
        send(&red, json!({"action": "none"})).await;
        let shown = all(&red, &path(ONE)).await;
        assert_eq!(column(&shown, "action"), ["d", "c2", "c1", "b", "a"]);
        let id = shown[0]["id"].as_str().unwrap();
        assert_eq!(red.get(&format!("/audit/v1/event/{id}")).await.expect(200)["data"], shown[0], "the same shape");
        assert_eq!(column(&all(&red, &path(OTHER)).await, "action"), ["x"]);
        assert_eq!(column(&all(&blue, &path(ONE)).await, "action"), ["blue"]);
        assert!(all(&blue, &path(OTHER)).await.is_empty(), "another customer's series is like none");
        assert_eq!(all(&app.admin(), &path(ONE)).await.len(), 6);
        let up = red.get(&format!("{}?sortBy=timestamp&limit=1", path(ONE))).await.expect(200);
        assert_eq!(up.list()[0]["action"], "a");
        let cased = path(&ONE.to_uppercase());
        assert_eq!(all(&red, &cased).await, shown);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_series_is_refused_and_an_unknown_one_is_empty() {
    stores(async |app| {
        let admin = app.admin();
        assert!(all(&admin, &path("00000000-0000-0000-0000-000000000000")).await.is_empty());
        for bad in ["x", "123", "0192f0c1-2d3e-7a4b-8c5d-6e7f80910a1", "%20", "%C3%BC", &format!("{ONE}1")] {
            bad_fields(admin.get(&path(bad)).await, &["seriesID"], bad);
        }
        let twins = format!("{}?limit=-1&sortBy=action", path("x"));
        bad_fields(admin.get(&twins).await, &["seriesID", "limit", "sortBy"], "all in one answer");
        refuses(app, &path(ONE), true).await;
    })
    .await;
}

#[tokio::test]
async fn a_cursor_belongs_to_its_series() {
    stores(async |app| {
        let admin = app.admin();
        for series in [ONE, ONE, ONE, OTHER, OTHER] {
            send(&admin, json!({"action": "a", "seriesID": series})).await;
        }
        let first = admin.get(&format!("{}?limit=1", path(ONE))).await.expect(200);
        let cursor = first["metaData"]["nextCursor"].as_str().unwrap();
        admin.get(&format!("{}?limit=1&cursor={cursor}", path(ONE))).await.expect(200);
        let other = admin.get(&format!("{}?limit=1&cursor={cursor}", path(OTHER))).await;
        bad_fields(other, &["cursor"], "of another series");
    })
    .await;
}
