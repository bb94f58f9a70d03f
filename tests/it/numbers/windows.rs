//! Where windows begin and end.

use argus_testing::stores;
use serde_json::json;

#[tokio::test]
async fn windows_follow_epoch_and_calendar_and_are_cut_to_the_range() {
    stores(async |app| {
        let admin = app.admin();
        for at in ["1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z", "1970-02-28T23:30:00Z", "1970-03-01T00:30:00Z"] {
            let event = json!({ "action": "a", "timestamp": at, "latency": 1 });
            admin.post("/audit/v1/event", event).await.expect(201);
        }
        let day = 86_400_000_i64;
        let range = "startTimestamp=1969-12-25T12:00:00Z&endTimestamp=1970-03-01T00:30:00.000000001Z";
        let start = -7 * day + day / 2;
        let end = 59 * day + day / 48;
        for (interval, expected) in [
            ("1mo", vec![(start, 0, 1), (0, 31 * day, 1), (31 * day, 59 * day, 1), (59 * day, end, 1)]),
            ("2mo", vec![(start, 0, 1), (0, 59 * day, 2), (59 * day, end, 1)]),
            ("1y", vec![(start, 0, 1), (0, end, 3)]),
            ("1w", vec![(start, 0, 1), (0, 7 * day, 1), (56 * day, end, 2)]),
            ("1h", {
                let hour = day / 24;
                let (last, next) = (59 * day - hour, 59 * day);
                vec![(-hour, 0, 1), (0, hour, 1), (last, next, 1), (next, end, 1)]
            }),
            ("90m", vec![(-day / 16, 0, 1), (0, day / 16, 1), (59 * day - day / 16, 59 * day, 1), (59 * day, end, 1)]),
        ] {
            for way in ["", "&outcome=SUCCESS"] {
                let query = format!("interval={interval}&{range}{way}");
                let counted = admin.get(&format!("/audit/v1/metric/action/count?{query}")).await.expect(200);
                let of = |(from, to, n): &(i64, i64, i64)| {
                    json!({ "startTimestamp": from, "endTimestamp": to, "data": { "a": n } })
                };
                assert_eq!(counted["data"], expected.iter().map(of).collect::<serde_json::Value>(), "{query}");
                for aggregate in ["sum", "count"] {
                    let path = format!("/audit/v1/metric/latency?aggregate={aggregate}&{query}");
                    let of = |(from, to, n): &(i64, i64, i64)| {
                        json!({ "startTimestamp": from, "endTimestamp": to, "value": *n as f64 })
                    };
                    let data: Vec<_> = expected.iter().map(of).collect();
                    assert_eq!(admin.get(&path).await.expect(200)["data"][0]["data"], json!(data), "{path}");
                }
            }
        }
    })
    .await;
}

/// Of a range, the start is in and the end is not, to the nanosecond.
#[tokio::test]
async fn the_end_of_a_range_is_not_in_it() {
    stores(async |app| {
        let admin = app.admin();
        for at in ["2025-12-01T10:00:00Z", "2025-12-01T10:59:59.999999999Z", "2025-12-01T11:00:00Z"] {
            admin.post("/audit/v1/event", json!({ "action": "a", "timestamp": at, "latency": 1 })).await.expect(201);
        }
        for (start, end, expected) in [
            ("2025-12-01T10:00:00Z", "2025-12-01T11:00:00Z", 2),
            ("2025-12-01T10:00:00.000000001Z", "2025-12-01T11:00:00Z", 1),
            ("2025-12-01T10:00:00Z", "2025-12-01T11:00:00.001Z", 3),
            ("2025-12-01T10:00:00Z", "2025-12-01T10:59:59.999999999Z", 1),
        ] {
            let range = format!("interval=1d&startTimestamp={start}&endTimestamp={end}");
            let counted = admin.get(&format!("/audit/v1/metric/action/count?{range}")).await.expect(200);
            assert_eq!(counted["data"][0]["data"]["a"], expected, "{range}");
            let summed = admin.get(&format!("/audit/v1/metric/latency?aggregate=sum&{range}")).await.expect(200);
            assert_eq!(summed["data"][0]["data"][0]["value"], f64::from(expected), "{range}");
        }
        // Statistics have the bounds of a list, in which both are.
        let range = "startTimestamp=2025-12-01T10:00:00Z&endTimestamp=2025-12-01T11:00:00Z";
        assert_eq!(admin.get(&format!("/audit/v1/statistics?{range}")).await.expect(200)["data"]["totalEvents"], 3);
    })
    .await;
}
