//! The documents say what is served, all of it and nothing else, and take nothing back.

mod breaking;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use argus_core::openapi::{DocumentedOperation, operations};
use argus_server::{documents, modules};
use argus_testing::TestApp;
use serde_json::{Map, Value};

/// What every operation of a document has.
const MEMBERS: [&str; 6] = ["operationId", "responses", "security", "summary", "x-function", "x-level"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../openapi")
}

fn all() -> Vec<(String, Value)> {
    documents::all().unwrap()
}

#[test]
fn the_documents_in_the_tree_are_current() {
    let stale = documents::stale(&folder()).unwrap();
    assert!(stale.is_empty(), "not current: {stale:?}; run `cargo run -- openapi` and look at what changed");
}

#[test]
fn what_a_released_version_promised_still_holds() {
    let current: BTreeMap<String, Value> = all().into_iter().collect();
    for entry in std::fs::read_dir(folder().join("released")).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name().into_string().unwrap())).unwrap();
        if name == "README.md" {
            continue;
        }
        let released: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let current = current.get(&name).unwrap_or_else(|| panic!("{name} was released and is gone"));
        let broken = breaking::changes(&released, current);
        assert!(broken.is_empty(), "{name} breaks what was released:\n{}", broken.join("\n"));
    }
}

#[test]
fn operation_ids_are_unique_and_begin_with_their_module() {
    for (file, document) in all() {
        let mut known = BTreeSet::new();
        for operation in operations(&document) {
            let prefix: Vec<_> = operation.path.split('/').skip(1).take(2).collect();
            let prefix = format!("{}_", prefix.join("_"));
            assert!(operation.id.starts_with(&prefix), "{} is not named {prefix}...", operation.id);
            assert!(known.insert(operation.id.clone()), "{file}: {} stands twice", operation.id);
        }
        assert!(!known.is_empty(), "{file}");
    }
}

#[test]
fn every_operation_is_complete() {
    for (file, document) in all() {
        for (place, operation) in each_operation(&document) {
            for member in MEMBERS {
                let found = &operation[member];
                let empty = found.as_str().is_some_and(|text| text.trim().is_empty());
                assert!(!found.is_null() && !empty, "{file}: {place} has no {member}");
            }
            let answers: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
            let has = |first: char| answers.iter().any(|status| status.starts_with(first));
            assert!(has('2') && has('4') && has('5'), "{file}: {place} answers only {answers:?}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    for (file, document) in all() {
        let mut references = BTreeSet::new();
        walk(&document, "", &mut |_, value| references.extend(value["$ref"].as_str().map(str::to_owned)));
        for reference in &references {
            let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
            assert!(target.is_some(), "{file}: {reference} leads nowhere");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(references.contains(&format!("#/components/schemas/{name}")), "{file}: {name} is used by nothing");
        }
    }
}

#[test]
fn everything_is_described() {
    for (file, document) in all() {
        let mut silent = Vec::new();
        let spoken = |value: &Value| value["description"].as_str().is_some_and(|text| !text.trim().is_empty());
        walk(&document, "", &mut |place, value| {
            // A property may itself be called so.
            let properties = value["properties"].as_object().filter(|_| value["type"] == "object");
            for (name, property) in properties.into_iter().flatten() {
                if property.is_object() && !spoken(property) {
                    silent.push(format!("{place}.{name}"));
                }
            }
            if value["in"].is_string() && value["name"].is_string() && !spoken(value) {
                silent.push(format!("{place} ({})", value["name"]));
            }
        });
        assert!(silent.is_empty(), "{file}: without a description:\n{}", silent.join("\n"));
    }
}

#[tokio::test]
async fn what_is_served_is_what_lies_in_the_tree() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for (file, _) in all() {
        let path = match file.trim_end_matches(".json") {
            "argus" => "/openapi.json".to_owned(),
            module => format!("/{}/openapi.json", module.replace('.', "/")),
        };
        let served = anonymous.get(&path).await.expect(200);
        let lies: Value = serde_json::from_str(&std::fs::read_to_string(folder().join(&file)).unwrap()).unwrap();
        assert_eq!(served.json, lies, "{path} is not {file}");
    }
    app.stop().await;
}

#[tokio::test]
async fn every_documented_operation_is_served() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let mut allowed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in operations(&all()[0].1) {
        let path = filled(&operation);
        let answer = argus_testing::Answer::of(anonymous.request(&operation.method, &path)).await;
        // An operation that anybody may call can say that there is no such object.
        let leads_nowhere = answer.status == 405 || answer.template() == "path.not.found";
        assert!(!leads_nowhere, "{}: {}", operation.id, answer.text);
        let methods = allowed.entry(path).or_default();
        methods.extend((operation.method == "GET").then(|| "HEAD".to_owned()));
        methods.insert(operation.method);
    }
    // Allow names what the router serves at a path.
    for (path, documented) in allowed {
        let answer = argus_testing::Answer::of(anonymous.request("PATCH", &path)).await.expect(405);
        let served = answer.headers["allow"].to_str().unwrap().split(", ").map(str::to_owned).collect();
        assert_eq!(documented, served, "{path}");
    }
    app.stop().await;
}

/// The modules' own endpoints, before they are mounted: none is left out of the documents.
#[test]
fn every_served_operation_is_documented() {
    for module in modules::all() {
        let api = (module.api)();
        let document = argus_core::openapi::module_document(&module, &api).unwrap();
        let documented: BTreeSet<(String, String)> = operations(&document)
            .into_iter()
            .map(|it| (it.method.clone(), unnamed(it.path.trim_start_matches(&module.prefix()))))
            .collect();
        let served: BTreeSet<(String, String)> = api
            .routes
            .iter()
            .flat_map(|(path, methods)| methods.keys().map(move |method| (method.to_string(), unnamed(path))))
            .collect();
        assert_eq!(documented, served, "{}", module.prefix());
    }
}

/// A path with its parameters' names taken away: `/event/{}`.
fn unnamed(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with(['{', ':']) { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// With a function for every parameter: one of the operations answers 403 to a name that is none.
fn filled(operation: &DocumentedOperation) -> String {
    crate::access::requests::path_of(operation, crate::access::requests::plausible)
}

fn each_operation(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = document["paths"].as_object().into_iter().flat_map(Map::iter);
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(Map::iter);
        methods.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    })
}

/// Calls `see` with every value of a document and its place.
fn walk(value: &Value, place: &str, see: &mut impl FnMut(&str, &Value)) {
    see(place, value);
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| walk(member, &format!("{place}/{name}"), see));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, &format!("{place}/{index}"), see));
        }
        _ => {}
    }
}
