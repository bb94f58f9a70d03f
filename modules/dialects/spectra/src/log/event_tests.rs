//! What is kept of what was sent.

use argus_audit_log::record::empty;
use serde_json::json;

use super::*;

fn sound() -> Value {
    json!({
        "category": "event_name",
        "source_information": {"application": "app_name", "environment": "staging"},
        "method": "POST", "status": "success", "level": "info",
        "event": {
            "name": "Login", "type": "Authentication", "total_duration": 0.1, "affected_resources": 1,
            "latency": 0.05, "cpu_usage": 0.5, "memory_usage": 0.2,
        },
        "actor": {"origin": "127.0.0.1", "detail": {"username": "johndoe"}},
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut sent = sound();
    let (above, name) = pointer.rsplit_once('/').unwrap();
    sent.pointer_mut(above).unwrap()[name] = value;
    sent
}

fn kept(sent: &Value) -> Model {
    rows(sent, &empty(), false).unwrap().pop().unwrap()
}

fn wrong(sent: &Value, lenient: bool) -> Vec<(String, String)> {
    let messages = rows(sent, &empty(), lenient).map_or_else(|error| error.messages, |_| Vec::new());
    messages.into_iter().map(|message| (message.field.unwrap(), message.template.into_owned())).collect()
}

#[test]
fn both_names_of_a_member_are_taken() {
    // S1-02
    let mut sent = sound();
    sent["sourceInformation"] = sent["source_information"].take();
    sent.as_object_mut().unwrap().remove("source_information");
    for (snake, camel) in [TOTAL_DURATION, AFFECTED_RESOURCES, CPU_USAGE, MEMORY_USAGE] {
        let value = sent["event"].as_object_mut().unwrap().remove(snake).unwrap();
        sent["event"][camel] = value;
    }
    assert_eq!(kept(&sent), kept(&sound()));
    let twice = with("/event/cpuUsage", json!(1));
    assert_eq!(wrong(&twice, false), [("body/event/cpu_usage".to_owned(), "value_error.extra".to_owned())]);
}

#[test]
fn verbs_come_from_the_name_or_the_method() {
    for (method, name, expected) in [
        ("POST", "Login", Some("LOGIN")),
        ("post", "user-account", Some("CREATE")),
        ("GET", "user-updated", Some("READ")),
        ("PUT", "x", Some("UPDATE")),
        ("PATCH", "x", Some("UPDATE")),
        ("delete", "x", Some("DELETE")),
        ("POST", "Logout", Some("LOGOUT")),
        ("cli", "user-created", Some("CREATE")),
        ("cli", "x", None),
    ] {
        assert_eq!(verb(Some(method), Some(name)), expected, "{method} {name}");
    }
}

#[test]
fn the_actor_is_found_in_its_detail() {
    let row = kept(&sound());
    assert_eq!((row.actor_id.as_deref(), row.actor_name.as_deref()), (Some("johndoe"), Some("johndoe")));
    assert_eq!(row.actor_detail.as_deref(), Some("{\"username\":\"johndoe\"}"));
    let detail = json!({"id": 7, "username": "x", "user_agent": "curl/8"});
    let row = kept(&with("/actor/detail", detail));
    assert_eq!((row.actor_id.as_deref(), row.actor_name.as_deref()), (Some("7"), Some("x")));
    assert_eq!(row.user_agent.as_deref(), Some("curl/8"));
    let row = kept(&with("/actor/detail", json!({"id": "x".repeat(256), "username": ["x"]})));
    assert_eq!((row.actor_id, row.actor_name), (None, None), "what is no name is only detail");
}

#[test]
fn metrics_are_numbers_and_the_list_stays() {
    // S1-58
    let list = json!([
        {"is_metric": true, "name": "b", "value": 1},
        {"is_metric": true, "name": "a", "value": "text"},
        {"name": "c", "value": null},
        {"isMetric": false, "name": "b", "value": [2]},
        {"is_metric": true, "name": "b", "value": 3.5},
    ]);
    let row = kept(&with("/metadata", list.clone()));
    assert_eq!(row.metrics.as_deref(), Some("{\"b\":3.5}"));
    assert_eq!(row.metadata.as_deref(), Some("{\"a\":\"text\",\"b\":[2],\"c\":null}"));
    assert_eq!(serde_json::from_str::<Value>(row.metadata_list.as_deref().unwrap()).unwrap(), list);
    assert_eq!(Value::Object(merged(&row)), json!({"a": "text", "b": 3.5, "c": null}), "S1-69: the last counts");
    let foreign = Model { metadata_list: None, ..row };
    assert_eq!(Value::Object(merged(&foreign)), json!({"a": "text", "b": 3.5, "c": null}));
    assert_eq!(kept(&with("/metadata", json!([]))).metrics, None);
}

#[test]
fn lenient_is_as_the_original_takes_it() {
    // S1-55
    let mut sent = sound();
    for name in ["total_duration", "latency", "cpu_usage", "memory_usage", "affected_resources"] {
        sent["event"].as_object_mut().unwrap().remove(name);
    }
    sent["event"]["stage"] = json!(5);
    assert_eq!(wrong(&sent, false).len(), 6);
    let row = rows(&sent, &empty(), true).unwrap().pop().unwrap();
    assert_eq!((row.latency, row.affected_resources, row.stage), (None, Some(0), None));
    sent["event"]["latency"] = json!("x");
    sent["event"]["stage"] = json!("x");
    let fields: Vec<String> = wrong(&sent, true).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["body/event/latency", "body/event/stage"]);
}
