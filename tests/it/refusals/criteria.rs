//! Lists and searches that are refused: each bad member by the name under which it was sent.

use argus_testing::stores;
use serde_json::{Value, json};

use super::support::{Refusals, bad_fields, refused};

const EVENTS: &str = "/audit/v1/event";
const KEYS: &str = "/apikey/v1/apikey";

/// Query strings, and the parameter that is wrong with each.
const QUERIES: [(&str, &str); 52] = [
    ("limit=-1", "limit"),
    ("limit=100001", "limit"),
    ("limit=ten", "limit"),
    ("limit=1e3", "limit"),
    ("limit=1.0", "limit"),
    ("limit=%2B1", "limit"),
    ("limit=", "limit"),
    ("limit=99999999999999999999", "limit"),
    ("limit=1&limit=2", "limit"),
    ("offset=-1", "offset"),
    ("offset=x", "offset"),
    ("offset=9223372036854775808", "offset"),
    ("count=2", "count"),
    ("cursor=garbage", "cursor"),
    ("cursor=", "cursor"),
    ("cursor=e30", "cursor"),
    ("sortBy=nothing", "sortBy"),
    ("sortBy=--createdTimestamp", "sortBy"),
    ("sortBy=CreatedTimestamp", "sortBy"),
    ("sortBy=createdTimestamp&sortBy=secret_hash", "sortBy"),
    ("sortBy=", "sortBy"),
    ("keywords=a&keywordFieldStrategy=nothing", "keywordFieldStrategy"),
    ("keywordField=secret", "keywordField"),
    ("keywordMatchStrategy=some", "keywordMatchStrategy"),
    ("keywordMatch=ALL", "keywordMatch"),
    ("keywords=%00", "keywords"),
    ("timeFieldStrategy=nothing", "timeFieldStrategy"),
    ("timeMatchStrategy=most", "timeMatchStrategy"),
    ("startTimestamp=yesterday", "startTimestamp"),
    ("startTimestamp=", "startTimestamp"),
    ("startTimestamp=2026-01-01", "startTimestamp"),
    ("startTimestamp=2026-01-01T00:00:00%2B01:00", "startTimestamp"),
    ("startTimestamp=1&startTimestamp=2", "startTimestamp"),
    ("endTimestamp=2026-02-30T00:00:00Z", "endTimestamp"),
    ("endTimestamp=now%20-%201", "endTimestamp"),
    ("endTimestamp=now%20%2B%20999999%20years", "endTimestamp"),
    ("endTimestamp=99999999999999999999", "endTimestamp"),
    ("userFieldStrategy=nothing", "userFieldStrategy"),
    ("user=nobody", "user"),
    ("user=999", "user"),
    ("includeFlags=NOTHING", "includeFlags"),
    ("includeFlag=internal", "includeFlag"),
    ("excludeFlags=", "excludeFlags"),
    ("includeDeleted=maybe", "includeDeleted"),
    ("exclude=true", "exclude"),
    ("excluded=true", "excluded"),
    ("required=TRUE", "required"),
    ("limit=%", "limit"),
    ("limit=%f", "limit"),
    ("limit=%zz", "limit"),
    ("keywords=%ff", "keywords"),
    ("what%c3%28=1", "what%c3%28"),
];

/// The same for what events alone have.
const EVENT_QUERIES: [(&str, &str); 18] = [
    ("customer=nobody", "customer"),
    ("customer=999", "customer"),
    ("customer=", "customer"),
    ("customer=root&customer=nobody", "customer"),
    ("clientIP=10.0.0.1/8", "clientIP"),
    ("clientIP=2001:db8::1/32", "clientIP"),
    ("clientIP=10.0.0.0/33", "clientIP"),
    ("clientIP=here", "clientIP"),
    ("clientIP=127.0.0.1&clientIP=10", "clientIP"),
    ("verb=DESTROY", "verb"),
    ("verb=create", "verb"),
    ("outcome=MAYBE", "outcome"),
    ("accessType=EXECUTE", "accessType"),
    ("dialect=klingon", "dialect"),
    ("seriesID=1", "seriesID"),
    ("includeInternal=1", "includeInternal"),
    ("action=%00", "action"),
    ("sortBy=before", "sortBy"),
];

#[tokio::test]
async fn queries() {
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        for (query, field) in QUERIES {
            for path in [EVENTS, KEYS] {
                bad_fields(refusals.of(&admin).get(&format!("{path}?{query}")).await, &[field], query);
            }
        }
        for (query, field) in EVENT_QUERIES {
            bad_fields(refusals.of(&admin).get(&format!("{EVENTS}?{query}")).await, &[field], query);
        }
        let all =
            "limit=-1&offset=x&sortBy=x&customer=x&user=x&verb=x&clientIP=x&startTimestamp=x&includeFlags=x&a=%ff";
        let fields = [
            "limit",
            "offset",
            "sortBy",
            "customer",
            "user",
            "verb",
            "clientIP",
            "startTimestamp",
            "includeFlags",
            "a",
        ];
        bad_fields(refusals.of(&admin).get(&format!("{EVENTS}?{all}")).await, &fields, "all in one answer");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn bodies() {
    let both = [
        ("limit", json!([-1, 100_001, "25", 1.5, 1e3, true, [1], {}])),
        ("offset", json!([-1, "0", 0.5])),
        ("count", json!(["true", 1])),
        ("sortBy", json!(["nothing", ["createdTimestamp", 1], {}])),
        ("cursor", json!(["garbage", "", 1])),
        ("keywords", json!([1, ["a", {}]])),
        ("keywordFieldStrategy", json!(["nothing", 1])),
        ("keywordMatchStrategy", json!(["some", true])),
        ("startTimestamp", json!(["yesterday", true, 1.5, [1]])),
        ("timeFieldStrategy", json!(["nothing"])),
        ("timeMatchStrategy", json!(["ALL"])),
        ("user", json!(["nobody", 999, -1, true])),
        ("userFieldStrategy", json!(["nothing"])),
        ("includeFlags", json!(["NOTHING", 1])),
        ("excludeFlags", json!([["nothing"]])),
        ("includeDeleted", json!(["true", 1])),
        ("exclude", json!([true, "x"])),
        ("excluded", json!([true])),
        ("required", json!([true])),
        ("subCriteria", json!([1, "x", [[]], [null]])),
    ];
    let events = [
        ("customer", json!(["nobody", 999, "", true, ["root", 999]])),
        ("clientIP", json!(["10.0.0.1/8", "::1/64", 1])),
        ("verb", json!(["DESTROY", 1])),
        ("seriesID", json!(["x"])),
        ("action", json!([1, ["a", null]])),
    ];
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        for (paths, cases) in [(&[EVENTS, KEYS][..], &both[..]), (&[EVENTS], &events)] {
            for (field, values) in cases {
                for value in values.as_array().unwrap() {
                    for path in paths {
                        let answer =
                            refusals.of(&admin).post(&format!("{path}/search"), json!({ *field: value })).await;
                        bad_fields(answer, &[field], &format!("{field}: {value}"));
                    }
                }
            }
        }
        for path in [EVENTS, KEYS] {
            for body in ["[]", "null", "7", "\"limit\""] {
                let answer = refusals.of(&admin).post_raw(&format!("{path}/search"), "application/json", body).await;
                assert_eq!(refused(answer, 412, body).template(), "invalid.body", "{body}");
            }
            for body in ["{", r#"{"limit":1,"limit":2}"#, r#"{"keywords":"\u0000"}"#, r#"{"limit":1}}"#] {
                let answer = refusals.of(&admin).post_raw(&format!("{path}/search"), "application/json", body).await;
                assert_eq!(refused(answer, 412, body).template(), "invalid.json", "{body}");
            }
        }
        refusals.end().await;
    })
    .await;
}

/// Criteria that hold others, so many levels below the root.
fn deep(levels: usize) -> Value {
    (0..levels).fold(json!({"action": "a"}), |below, _| json!({ "subCriteria": [below] }))
}

#[tokio::test]
async fn sub_criteria() {
    stores(async |app| {
        let (mut refusals, admin, search) = (Refusals::begin(app).await, app.admin(), format!("{EVENTS}/search"));
        let many = |number: usize| json!({ "subCriteria": vec![json!({"action": "a"}); number] });
        let cases = [
            (deep(9), "subCriteria"),
            (many(501), "subCriteria"),
            (json!({"subCriteria": [many(250), many(250)]}), "subCriteria"),
            (json!({"subCriteria": [{"exclude": true, "required": true}]}), "subCriteria.required"),
            (json!({"subCriteria": [{"excluded": true, "required": true}]}), "subCriteria.required"),
            (json!({"subCriteria": [{"verb": "DESTROY"}, {"verb": "DESTROY"}]}), "subCriteria.verb"),
            (json!({"subCriteria": {"subCriteria": {"customer": "nobody"}}}), "subCriteria.subCriteria.customer"),
            (json!({"subCriteria": [{"clientIP": "10.0.0.1/8"}]}), "subCriteria.clientIP"),
            (json!({"keywords": vec!["k"; 1_001]}), "keywords"),
            (json!({"subCriteria": [{"action": "x".repeat(65_537)}]}), "subCriteria.action"),
        ];
        for (body, field) in cases {
            bad_fields(refusals.of(&admin).post(&search, body).await, &[field], field);
        }
        // Deeper than JSON may be.
        let answer = refused(refusals.of(&admin).post(&search, deep(20)).await, 412, "20 levels");
        assert_eq!(answer.template(), "invalid.json");
        refusals.end().await;
        for body in [deep(8), many(500), json!({"subCriteria": [], "exclude": false}), json!({"subCriteria": null})] {
            admin.post(&search, body).await.expect(200);
        }
    })
    .await;
}
