//! What is refused, and by which names (S2-61, S2-63): every bad field, in one answer.

use argus_core::error::{ApiError, MessageKind};
use argus_core::search::{Criteria, Draft};
use serde_json::{Value, json};

use crate::table::{Everybody, Item, NOW};

async fn refused(draft: Draft<Item>) -> Vec<String> {
    match draft.resolve(&Everybody).await {
        Ok(_) => Vec::new(),
        Err(ApiError { status, messages, .. }) => {
            assert_eq!(status.as_u16(), 412);
            assert!(messages.iter().all(|message| message.kind == MessageKind::FieldError));
            assert!(
                messages.iter().all(|message| message.template == "invalid.field.value" && !message.text.is_empty())
            );
            messages.into_iter().filter_map(|message| message.field).collect()
        }
    }
}

async fn body(body: Value) -> Vec<String> {
    refused(Criteria::from_json(&body, NOW)).await
}

async fn query(query: &str) -> Vec<String> {
    refused(Criteria::from_query(query, NOW)).await
}

#[tokio::test]
async fn bad_members_of_a_body() {
    let cases = [
        ("limit", json!([-1, 100_001, "25", 1.5, true, [1], {}, u64::MAX])),
        ("offset", json!([-1, "0", 0.5, u64::MAX, [0]])),
        ("count", json!(["true", 1, [true]])),
        ("sortBy", json!(["nothing", "--label", "+label", "label ", "-", "", 1, ["label", "x"], [null], {}])),
        ("cursor", json!(["", "garbage", "e30", 1, ["a"], "AAAA", "\u{0}"])),
        ("label", json!([1, true, {}, [null], [["a"]], "a\u{0}", ["a", "\u{0}"]])),
        ("kind", json!(["alpha", "DELTA", "", 1, ["ALPHA", "x"]])),
        ("amount", json!(["1", 1.5, true, [1, "2"], u64::MAX])),
        ("id", json!(["1", "", 1, "00000000-0000-0000-0000-00000000000g"])),
        ("active", json!(["true", 1, ["True"]])),
        ("customer", json!(["nobody", 9, "9", "", 1.5, true, ["c1", "c9"], "\u{0}", u64::MAX])),
        ("owner", json!(["c1", 1])),
        ("clientIP", json!(["10.0.0.1/8", "10.0.0", "", 1, "::ffff:10.0.0.1/104", "10.0.0.0/33", ["::1", "x"]])),
        ("parity", json!(["neither", 1])),
        ("keywords", json!([1, {}, ["a", 1], [null], "\u{0}", [["a"]]])),
        ("keyword", json!([1])),
        ("keywordFieldStrategy", json!(["nothing", ["label", "ALL"], 1, "created"])),
        ("keywordMatchStrategy", json!(["some", "ANY", 1, ["any"], ""])),
        ("startTimestamp", json!(["yesterday", "", true, 1.5, [1], "2024-01-01T00:00:00+01:00", "1day", i64::MAX])),
        ("endTimestamp", json!(["now + 9999 years", {}, "2024-02-30T00:00:00Z"])),
        ("timeFieldStrategy", json!(["nothing", ["created", 1]])),
        ("timeMatchStrategy", json!(["most", 0])),
        ("user", json!(["u9", 9, ["u10", "u99"], true])),
        ("userFieldStrategy", json!(["nothing"])),
        ("includeFlags", json!(["nothing", ["ACTIVE", "active"], 1, 3])),
        ("excludeFlags", json!(["nothing", [1]])),
        ("includeDeleted", json!(["true", 1, [true]])),
        ("includeInternal", json!(["x"])),
        ("exclude", json!([true, "false", 1])),
        ("excluded", json!([true])),
        ("required", json!([true, []])),
        ("subCriteria", json!([1, "x", [1], [[]], [null], true])),
    ];
    for (field, values) in cases {
        for value in values.as_array().unwrap() {
            assert_eq!(body(json!({ field: value })).await, [field], "{field}: {value}");
        }
    }
}

#[tokio::test]
async fn what_is_no_error() {
    let ok = json!({"limit": null, "label": [], "subCriteria": [], "sortBy": [], "keywords": null, "unknown": {"a": 1},
        "exclude": false, "required": false, "cursor": null, "startTimestamp": null, "includeFlags": [], "count": null});
    assert_eq!(body(ok).await, [""; 0]);
    assert_eq!(body(json!({})).await, [""; 0]);
    assert_eq!(body(json!({"limit": 0, "offset": i64::MAX})).await, [""; 0]);
    assert_eq!(
        body(json!({"limit": 100_000, "subCriteria": {"limit": -1, "sortBy": "x", "cursor": 1}})).await,
        [""; 0]
    );
    assert_eq!(query("").await, [""; 0]);
    assert_eq!(
        query("&&unknown=%41&subCriteria=x&active=TRUE&active=False&customer=c1&customer=2&label=").await,
        [""; 0]
    );
    for bad in [json!(null), json!([]), json!("x"), json!(1)] {
        let error = Criteria::<Item>::from_json(&bad, NOW).resolve(&Everybody).await.err().unwrap();
        assert_eq!((error.status.as_u16(), error.messages[0].kind), (412, MessageKind::ActionError));
    }
}

#[tokio::test]
async fn all_bad_fields_in_one_answer() {
    let bad = json!({
        "limit": -1, "offset": "x", "sortBy": ["a", "b"], "kind": ["x", "y"], "customer": "nobody", "user": ["u99", "u98"],
        "startTimestamp": "x", "includeFlags": "x",
        "subCriteria": [
            {"kind": "x", "customer": "nobody"},
            {"kind": "x", "subCriteria": {"keywords": 1, "keywordMatchStrategy": "x"}},
            {"exclude": true, "required": true},
            {"excluded": true, "required": true, "endTimestamp": "x"},
            7,
        ],
    });
    let mut fields = body(bad).await;
    fields.sort();
    let expected = [
        "customer",
        "includeFlags",
        "kind",
        "limit",
        "offset",
        "sortBy",
        "startTimestamp",
        "subCriteria",
        "subCriteria.customer",
        "subCriteria.endTimestamp",
        "subCriteria.kind",
        "subCriteria.required",
        "subCriteria.subCriteria.keywordMatchStrategy",
        "subCriteria.subCriteria.keywords",
        "user",
    ];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn bad_parameters_of_a_query() {
    let cases = [
        ("limit=", "limit"),
        ("limit=-1", "limit"),
        ("limit=%2B1", "limit"),
        ("limit=100001", "limit"),
        ("limit=1&limit=1", "limit"),
        ("offset=x", "offset"),
        ("active=yes", "active"),
        ("active=", "active"),
        ("amount=1.0", "amount"),
        ("amount=1,2", "amount"),
        ("customer=", "customer"),
        ("keywordMatch=x", "keywordMatch"),
        ("keywordMatchStrategy=all&keywordMatch=all", "keywordMatch"),
        ("keywordField=x", "keywordField"),
        ("keywordFieldStrategy=label&keywordField=x", "keywordField"),
        ("includeFlag=x", "includeFlag"),
        ("excludeFlag=x", "excludeFlag"),
        ("includeDeleted=1", "includeDeleted"),
        ("startTimestamp=now+1day", "startTimestamp"),
        ("startTimestamp=1&startTimestamp=1", "startTimestamp"),
        ("exclude=True", "exclude"),
        ("cursor=a&cursor=b", "cursor"),
        ("count=2", "count"),
        ("label=%00", "label"),
        ("label=%", "label"),
        ("label=%f", "label"),
        ("label=%ff", "label"),
        ("other=%c3%28", "other"),
        ("%zz=1", "%zz"),
    ];
    for (text, field) in cases {
        assert_eq!(query(text).await, [field], "{text}");
    }
}

#[tokio::test]
async fn bounds() {
    let list = |n: usize| (0..n).map(|i| format!("v{i}")).collect::<Vec<_>>();
    assert_eq!(body(json!({"label": list(1_000)})).await, [""; 0]);
    assert_eq!(body(json!({"label": list(1_001)})).await, ["label"]);
    assert_eq!(body(json!({"subCriteria": {"keyword": list(1_001)}})).await, ["subCriteria.keyword"]);

    assert_eq!(body(json!({"label": "ß".repeat(65_536)})).await, [""; 0]);
    assert_eq!(body(json!({"keywords": "a".repeat(65_537)})).await, ["keywords"]);

    let nodes = |n: usize| json!({"subCriteria": vec![json!({"amount": 1}); n]});
    assert_eq!(body(nodes(500)).await, [""; 0]);
    assert_eq!(body(nodes(501)).await, ["subCriteria"]);
    let below = json!({"subCriteria": [nodes(249), nodes(250)]});
    assert_eq!(body(below).await, ["subCriteria"]);

    let deep = |levels: usize| (0..levels).fold(json!({"amount": 1}), |below, _| json!({"subCriteria": [below]}));
    assert_eq!(body(deep(8)).await, [""; 0]);
    assert_eq!(body(deep(9)).await, ["subCriteria"]);
    assert_eq!(body(deep(100)).await, ["subCriteria"]);

    // 3 fields for each keyword: 9,999 comparisons, 10,000, and one more.
    let levels = json!([{"keyword": list(1_000)}, {"keyword": list(1_000)}, {"keyword": list(1_000)}]);
    let with = |amounts: Value| json!({"subCriteria": levels, "keyword": list(333), "amount": amounts});
    assert_eq!(body(with(json!([1]))).await, [""; 0]);
    assert_eq!(body(with(json!([1, 1]))).await, [""; 0], "equal values are one");
    assert_eq!(body(with(json!([1, 2]))).await, ["subCriteria.keyword"]);

    let names = |n: i64| json!({"customer": (0..1_000).collect::<Vec<_>>(), "user": (0..n).collect::<Vec<_>>()});
    assert!(!body(names(1)).await.is_empty());
}
