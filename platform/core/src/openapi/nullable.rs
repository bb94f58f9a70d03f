//! Members that may be null. poem-openapi says that an `Option` need not be there; answers print it as null, and input may
//! send null for "not given", so the document says both.

use serde_json::{Map, Value, json};

/// Marks every member that is not required as nullable, in all schemas of a document.
pub fn mark(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for schema in schemas.into_iter().flat_map(Map::values_mut) {
        mark_members(schema);
    }
}

fn mark_members(schema: &mut Value) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| required.as_array().is_some_and(|names| names.iter().any(|known| known == name));
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (_, member) in members.into_iter().flatten().filter(|(name, _)| !is_required(name)) {
        let Some(object) = member.as_object_mut() else { continue };
        if let Some(reference) = object.remove("$ref") {
            // Beside a reference nothing else counts (OpenAPI 3.0).
            object.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
        }
        object.insert("nullable".to_owned(), json!(true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_required_may_be_null() {
        let mut document = json!({ "components": { "schemas": { "A": {
            "required": ["a"],
            "properties": { "a": { "type": "string" }, "b": { "type": "string" }, "c": { "$ref": "#/x" } },
        } } } });
        mark(&mut document);
        let members = &document["components"]["schemas"]["A"]["properties"];
        assert_eq!(members["a"], json!({ "type": "string" }));
        assert_eq!(members["b"], json!({ "type": "string", "nullable": true }));
        assert_eq!(members["c"], json!({ "allOf": [{ "$ref": "#/x" }], "nullable": true }));
    }
}
