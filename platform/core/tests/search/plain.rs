//! Criteria that say nothing but customers and times are told from those that say more.

use std::collections::HashSet;
use std::sync::Arc;

use argus_core::access::CustomerSet;
use argus_core::search::Criteria;
use serde_json::{Value, json};

use crate::table::{Everybody, Item, NOW};

async fn criteria(body: &Value) -> Criteria<Item> {
    Criteria::from_json(body, NOW).resolve(&Everybody).await.ok().unwrap()
}

#[tokio::test]
async fn customers_and_times_are_told_from_more() {
    let only = |ids: &[i64]| Some(CustomerSet::Only(Arc::new(HashSet::from_iter(ids.iter().copied()))));
    for (body, expected) in [
        (json!({}), Some(CustomerSet::All)),
        (json!({"limit": 3, "sortBy": "-label", "customer": []}), Some(CustomerSet::All)),
        (json!({"startTimestamp": 5, "endTimestamp": 7}), Some(CustomerSet::All)),
        (json!({"startTimestamp": 5, "timeFieldStrategy": "created"}), Some(CustomerSet::All)),
        (json!({"customer": ["1", "2"], "startTimestamp": 5}), only(&[1, 2])),
        (json!({"startTimestamp": 5, "timeFieldStrategy": "updated"}), None),
        (json!({"startTimestamp": 5, "timeFieldStrategy": "all"}), None),
        (json!({"label": "x"}), None),
        (json!({"customer": "1", "label": "x"}), None),
        (json!({"owner": "10"}), None),
        (json!({"keywords": "x"}), None),
        (json!({"user": "10"}), None),
        (json!({"includeDeleted": true}), None),
        (json!({"subCriteria": {"label": "x"}}), None),
    ] {
        assert_eq!(criteria(&body).await.only_customers(), expected, "{body}");
    }
}

#[tokio::test]
async fn the_range_holds_every_match() {
    let (min, max) = (i64::MIN, i64::MAX);
    for (body, expected) in [
        (json!({}), min..max),
        (json!({"startTimestamp": 5}), 5_000_000..max),
        (json!({"endTimestamp": 7, "label": "x"}), min..8_000_000),
        (json!({"endTimestamp": 7, "timeFieldStrategy": "updated"}), min..max),
        (json!({"endTimestamp": 7, "timeFieldStrategy": ["created", "updated"]}), min..max),
        (
            json!({"endTimestamp": 7, "timeFieldStrategy": ["created", "updated"], "timeMatchStrategy": "all"}),
            min..8_000_000,
        ),
        (json!({"endTimestamp": "9999-12-31T00:00:00Z"}), min..max),
    ] {
        assert_eq!(criteria(&body).await.range("created"), expected, "{body}");
    }
}
