//! The documents: one per module, and all of them merged.
//!
//! poem-openapi writes what it knows; here the gate of every operation (`access.rs`) becomes `security`, `x-function`
//! and `x-level`, criteria in the query become parameters, and module schemas get their module's prefix in the merged
//! document. A clash is an error, never an overwrite.

mod nullable;
mod shared;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::access::{GATE_MARKER, Level};
use crate::module::{Module, ModuleApi};

use shared::SHARED;

/// What went wrong when documents were put together; all are mistakes in the code.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// An operation without operation id.
    #[error("{0} has no operation id")]
    NoOperationId(String),
    /// An operation whose first parameter is no `Caller`.
    #[error("{0} has no gate: its first parameter must be a Caller")]
    NoGate(String),
    /// Two operations of one id, or one path and method.
    #[error("{0} stands twice")]
    Twice(String),
    /// Two shared schemas of one name that differ.
    #[error("the schema {0} differs between modules")]
    SchemaDiffers(String),
}

/// One operation, as the document tells it.
#[derive(Debug, Clone)]
pub struct DocumentedOperation {
    /// `GET`, ...
    pub method: String,
    /// Full path with `{name}` parameters.
    pub path: String,
    /// Operation id.
    pub id: String,
    /// A function's name, `self` or `public`.
    pub function: String,
    /// The least level.
    pub level: String,
    /// Names of path parameters, in the path's order.
    pub parameters: Vec<String>,
}

/// The finished document of one module; paths are full.
///
/// # Errors
/// When an operation has no id or no gate.
pub fn module_document(module: &Module, api: &ModuleApi) -> Result<Value, DocumentError> {
    let mut document = api.document.clone();
    let tag = module.tag();
    let mut paths = Map::new();
    for (path, mut item) in take_object(&mut document, "paths") {
        let full = format!("{}{path}", module.prefix());
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            finish_operation(&format!("{method} {full}"), operation)?;
            operation["tags"] = json!([tag]);
        }
        paths.insert(full, item);
    }
    if let Some(root) = document.as_object_mut() {
        root.remove("servers");
        root.insert("paths".into(), Value::Object(paths));
        root.insert("tags".into(), json!([{ "name": tag, "description": module.title }]));
    }
    expand_queries(&mut document);
    nullable::mark(&mut document);
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("securitySchemes".into(), security_schemes());
    }
    Ok(document)
}

/// Turns the gate's three markers into what readers know.
fn finish_operation(place: &str, operation: &mut Value) -> Result<(), DocumentError> {
    let Some(operation) = operation.as_object_mut() else { return Ok(()) };
    if !operation.get("operationId").is_some_and(Value::is_string) {
        return Err(DocumentError::NoOperationId(place.to_owned()));
    }
    let markers = operation.remove("security").unwrap_or_default();
    let markers: Vec<String> = markers.as_array().into_iter().flatten().filter_map(first_key).collect();
    let [marker, function, level] = markers.as_slice() else { return Err(DocumentError::NoGate(place.to_owned())) };
    if marker != GATE_MARKER {
        return Err(DocumentError::NoGate(place.to_owned()));
    }
    operation.insert("security".into(), security(function, level));
    operation.insert("x-function".into(), json!(function));
    operation.insert("x-level".into(), json!(level));
    Ok(())
}

fn first_key(entry: &Value) -> Option<String> {
    entry.as_object()?.keys().next().cloned()
}

/// The credentials that reach a level. API keys are external and reach nothing above.
fn security(function: &str, level: &str) -> Value {
    let sessions = [json!({ "session": [] }), json!({ "bearer": [] })];
    let mut schemes = Vec::new();
    if Level::parse(level) == Some(Level::External) {
        schemes.push(json!({ "apiKey": [] }));
    }
    schemes.extend(sessions);
    if function == "public" {
        schemes.push(json!({}));
    }
    Value::Array(schemes)
}

fn security_schemes() -> Value {
    json!({
        "apiKey": {
            "type": "apiKey", "in": "header", "name": "Argus-API-Key",
            "description": "An API key `<user>/<idx>/<secret>`; level external. Goes with every request once it is \
                            entered, and wins over a session."
        },
        "session": {
            "type": "apiKey", "in": "cookie", "name": "argus_session",
            "description": "The cookie that a login sets. Browsers send it by themselves."
        },
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "The token of a session."
        }
    })
}

/// A query parameter whose schema is an object is that object's members, one parameter each (OpenAPI: style form,
/// explode): written out, so that every reader sees them.
fn expand_queries(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    let mut expanded = Vec::new();
    for item in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else { continue };
            *parameters = std::mem::take(parameters)
                .into_iter()
                .flat_map(|parameter| match members(&parameter, &schemas) {
                    Some((name, members)) => {
                        expanded.push(name);
                        members
                    }
                    None => vec![parameter],
                })
                .collect();
        }
    }
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        expanded.iter().for_each(|name| drop(schemas.remove(name)));
    }
}

fn members(parameter: &Value, schemas: &Value) -> Option<(String, Vec<Value>)> {
    let reference = parameter.pointer("/schema/$ref")?.as_str()?;
    let name = reference.rsplit('/').next()?;
    let schema = schemas.get(name).filter(|schema| schema["type"] == "object" && parameter["in"] == "query")?;
    let properties = schema.get("properties")?.as_object()?;
    let needed: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let parameters = properties.iter().map(|(name, schema)| {
        let (mut schema, required) = (schema.clone(), needed.contains(&name.as_str()));
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let mut parameter = json!({ "name": name, "in": "query", "required": required, "schema": schema });
        if let (Some(description), Some(parameter)) = (description, parameter.as_object_mut()) {
            parameter.insert("description".into(), description);
        }
        parameter
    });
    Some((name.to_owned(), parameters.collect()))
}

/// The operations of a finished document.
#[must_use]
pub fn operations(document: &Value) -> Vec<DocumentedOperation> {
    let text = |operation: &Value, key: &str| operation[key].as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let parameters = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let parameters: Vec<String> = parameters.map(str::to_owned).collect();
        for (method, operation) in item.as_object().into_iter().flatten() {
            found.push(DocumentedOperation {
                method: method.to_uppercase(),
                path: path.clone(),
                id: text(operation, "operationId"),
                function: text(operation, "x-function"),
                level: text(operation, "x-level"),
                parameters: parameters.clone(),
            });
        }
    }
    found
}

/// All modules in one document. Schemas that only one module has get its prefix (`audit_v1_Event`); those of the
/// platform, which several modules share, stay bare and must not differ.
///
/// # Errors
/// When operation ids, paths or shared schemas clash.
pub fn merge(documents: &[(&Module, &Value)], version: &str) -> Result<Value, DocumentError> {
    let mut all = Merged::default();
    for (module, document) in documents {
        all.add(module, document)?;
    }
    Ok(json!({
        "openapi": "3.0.0",
        "info": { "title": "Argus", "version": version, "description": "All modules of Argus." },
        "tags": all.tags,
        "paths": all.paths,
        "components": { "schemas": all.schemas, "securitySchemes": security_schemes() },
    }))
}

#[derive(Default)]
struct Merged {
    tags: Vec<Value>,
    paths: Map<String, Value>,
    schemas: Map<String, Value>,
    ids: BTreeMap<String, ()>,
}

impl Merged {
    fn add(&mut self, module: &Module, document: &Value) -> Result<(), DocumentError> {
        self.tags.push(json!({ "name": module.tag(), "description": module.title }));
        let prefix = format!("{}_{}_", module.name, module.version);
        let mut document = document.clone();
        prefix_references(&mut document, &prefix);
        for (path, item) in take_object(&mut document, "paths") {
            for operation in item.as_object().into_iter().flat_map(Map::values) {
                let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
                if self.ids.insert(id.clone(), ()).is_some() {
                    return Err(DocumentError::Twice(id));
                }
            }
            if self.paths.insert(path.clone(), item).is_some() {
                return Err(DocumentError::Twice(path));
            }
        }
        let schemas = document.get_mut("components").map(|components| take_object(components, "schemas"));
        for (name, schema) in schemas.unwrap_or_default() {
            let name = prefixed(&name, &prefix);
            if self.schemas.get(&name).is_some_and(|known| *known != schema) {
                return Err(DocumentError::SchemaDiffers(name));
            }
            self.schemas.insert(name, schema);
        }
        Ok(())
    }
}

fn prefixed(name: &str, prefix: &str) -> String {
    if SHARED.contains(&name) { name.to_owned() } else { format!("{prefix}{name}") }
}

fn prefix_references(value: &mut Value, prefix: &str) {
    const SCHEMAS: &str = "#/components/schemas/";
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(SCHEMAS)
            {
                *reference = format!("{SCHEMAS}{}", prefixed(name, prefix));
            }
            members.values_mut().for_each(|member| prefix_references(member, prefix));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| prefix_references(item, prefix)),
        _ => {}
    }
}

fn take_object(value: &mut Value, key: &str) -> Map<String, Value> {
    match value.get_mut(key).map(Value::take) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    }
}
