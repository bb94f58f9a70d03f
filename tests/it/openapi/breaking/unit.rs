//! Each kind of breaking change is seen, and nothing else is.

use serde_json::{Value, json};

use super::changes;

/// A document with a bit of everything.
fn released() -> Value {
    json!({
        "paths": {
            "/audit/v1/thing/{id}": {
                "get": {
                    "operationId": "thing_get", "x-function": "view", "x-level": "external",
                    "parameters": [
                        { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                        { "name": "limit", "in": "query", "required": false,
                          "schema": { "type": "integer", "format": "int64", "minimum": 0, "maximum": 100 } }
                    ],
                    "responses": { "200": answer("Thing"), "4XX": answer("Thing") }
                },
                "put": {
                    "operationId": "thing_update", "x-function": "edit", "x-level": "default",
                    "requestBody": {
                        "required": false,
                        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/NewThing" } } }
                    },
                    "responses": { "200": answer("Thing") }
                }
            }
        },
        "components": { "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id", "kind"],
                "properties": {
                    "id": { "type": "string", "format": "uuid" },
                    "kind": { "type": "string", "enum": ["A", "B"] },
                    "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } },
                    "owner": { "allOf": [{ "$ref": "#/components/schemas/Owner" }, { "description": "Whose." }] }
                }
            },
            "Owner": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
            "NewThing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": { "type": "string", "maxLength": 50 },
                    "kind": { "type": "string", "enum": ["A", "B"] },
                    "note": { "type": "string", "nullable": true }
                }
            }
        } }
    })
}

fn answer(schema: &str) -> Value {
    let schema = format!("#/components/schemas/{schema}");
    json!({ "description": "", "content": { "application/json": { "schema": { "$ref": schema } } } })
}

const GET: &str = "/paths/~1audit~1v1~1thing~1{id}/get";
const PUT: &str = "/paths/~1audit~1v1~1thing~1{id}/put";
const THING: &str = "/components/schemas/Thing";
const NEW_THING: &str = "/components/schemas/NewThing";

/// The document with one value set, or taken away where it is null.
fn with(pointer: &str, value: Value) -> Value {
    let mut document = released();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/");
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) if value.is_null() => drop(members.remove(&key).unwrap()),
        Value::Object(members) => drop(members.insert(key, value)),
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) if value.is_null() => drop(items.remove(key.parse().unwrap())),
        other => panic!("{pointer}: {other}"),
    }
    document
}

#[track_caller]
fn breaks(pointer: &str, value: Value, says: &str) {
    let found = changes(&released(), &with(pointer, value));
    assert!(found.iter().any(|it| it.contains(says)), "{pointer}: {found:?} does not say {says:?}");
}

#[track_caller]
fn gains(pointer: &str, value: Value) {
    assert_eq!(changes(&released(), &with(pointer, value)), Vec::<String>::new(), "{pointer}");
}

#[test]
fn what_is_gone_is_seen() {
    breaks("/paths/~1audit~1v1~1thing~1{id}", Value::Null, "PUT /audit/v1/thing/{id} is gone");
    breaks(PUT, Value::Null, "PUT /audit/v1/thing/{id} is gone");
    breaks(&format!("{GET}/parameters/1"), Value::Null, "parameter \"limit\" is gone");
    breaks(&format!("{PUT}/requestBody/content/application~1json"), Value::Null, "body is not application/json");
    breaks(&format!("{GET}/responses/4XX"), Value::Null, "answer 4XX is gone");
    breaks(&format!("{THING}/properties/parts"), Value::Null, "answer 200.parts is gone");
    breaks(&format!("{NEW_THING}/properties/note"), Value::Null, "body.note is gone");
    breaks("/components/schemas/Owner/properties/name", Value::Null, "answer 200.owner.name is gone");
}

#[test]
fn what_is_asked_for_anew_is_seen() {
    let needed = json!({ "name": "why", "in": "query", "required": true, "schema": { "type": "string" } });
    breaks(&format!("{GET}/parameters/-"), needed, "parameter \"why\" is new and required");
    breaks(&format!("{GET}/parameters/1/required"), json!(true), "parameter \"limit\" is required now");
    breaks(&format!("{PUT}/requestBody/required"), json!(true), "body is required now");
    breaks(&format!("{NEW_THING}/required/-"), json!("note"), "body.note is required now");
    breaks(&format!("{GET}/x-level"), json!("default"), "needs a higher level");
    breaks(&format!("{GET}/x-function"), json!("edit"), "another x-function");
    breaks(&format!("{GET}/operationId"), json!("thing_read"), "another operationId");
}

#[test]
fn narrower_input_is_seen() {
    breaks(&format!("{GET}/parameters/1/schema/type"), json!("string"), "another type");
    breaks(&format!("{GET}/parameters/1/schema/format"), json!("int32"), "another format");
    breaks(&format!("{GET}/parameters/1/schema/maximum"), json!(99), "tighter maximum");
    breaks(&format!("{GET}/parameters/1/schema/minimum"), json!(1), "tighter minimum");
    breaks(&format!("{GET}/parameters/0/schema/maxLength"), json!(99), "tighter maxLength");
    breaks(&format!("{GET}/parameters/0/schema/enum"), json!(["1"]), "takes fewer values");
    breaks(&format!("{NEW_THING}/properties/kind/enum/0"), Value::Null, "takes fewer values");
    breaks(&format!("{NEW_THING}/properties/note/nullable"), json!(false), "cannot be null");
    breaks(&format!("{NEW_THING}/properties/name/pattern"), json!("a"), "another pattern");
}

#[test]
fn wider_answers_are_seen() {
    breaks(&format!("{THING}/properties/kind/enum/-"), json!("C"), "values that nobody expects");
    breaks(&format!("{THING}/properties/kind/enum"), Value::Null, "values that nobody expects");
    breaks(&format!("{THING}/properties/id/nullable"), json!(true), "can be null now");
    breaks(&format!("{THING}/properties/id/type"), json!("integer"), "another type");
    breaks(&format!("{THING}/properties/parts/items"), json!({ "type": "string" }), "another type");
    breaks(&format!("{THING}/required/0"), Value::Null, "can be absent now");
    breaks(&format!("{THING}/properties/owner/allOf/-"), json!({}), "another number of allOf");
    breaks(&format!("{GET}/responses/207"), answer("Thing"), "answer 207 is new");
}

#[test]
fn gains_are_none() {
    gains("/info", json!({ "title": "Another" }));
    gains("/paths/~1audit~1v1~1more", json!({ "get": { "operationId": "more_get", "responses": {} } }));
    gains("/paths/~1audit~1v1~1thing~1{id}/delete", json!({ "operationId": "thing_delete", "responses": {} }));
    let optional = json!({ "name": "why", "in": "query", "required": false, "schema": { "type": "string" } });
    gains(&format!("{GET}/parameters/-"), optional);
    gains(&format!("{GET}/parameters/1/schema/maximum"), json!(1_000));
    gains(&format!("{GET}/parameters/1/schema/minimum"), Value::Null);
    gains(&format!("{PUT}/x-level"), json!("external"));
    gains(&format!("{PUT}/deprecated"), json!(true));
    gains(&format!("{NEW_THING}/properties/more"), json!({ "type": "string" }));
    gains(&format!("{NEW_THING}/properties/kind/enum/-"), json!("C"));
    gains(&format!("{NEW_THING}/required/0"), Value::Null);
    gains(&format!("{THING}/properties/more"), json!({ "type": "string" }));
    gains(&format!("{THING}/required/-"), json!("parts"));
    gains(&format!("{THING}/properties/kind/enum/0"), Value::Null);
    gains(&format!("{THING}/properties/id/description"), json!("In other words."));
}
