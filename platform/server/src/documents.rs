//! The OpenAPI documents: what is served, and what lies in `openapi/`.

use std::path::Path;

use argus_core::build;
use argus_core::module::Module;
use argus_core::openapi::{DocumentError, merge, module_document};
use serde_json::Value;

use crate::{ServerError, modules};

/// File name (`argus.json`, `audit.v1.json`) and document of each.
///
/// # Errors
/// When modules clash.
pub fn all() -> Result<Vec<(String, Value)>, ServerError> {
    let mounted = modules::all();
    let mut single = Vec::new();
    for module in &mounted {
        single.push((module, module_document(module, &(module.api)())?));
    }
    let mut documents = vec![("argus.json".to_owned(), merged(&single)?)];
    documents.extend(single.into_iter().map(|(it, document)| (format!("{}.{}.json", it.name, it.version), document)));
    Ok(documents)
}

/// The document of all modules with their own. Dialects speak as others do, and are not a part of it.
///
/// # Errors
/// When modules clash.
pub fn merged(single: &[(&Module, Value)]) -> Result<Value, DocumentError> {
    let native = single.iter().filter(|(module, _)| module.dialect.is_none());
    let native: Vec<_> = native.map(|(module, document)| (*module, document)).collect();
    merge(&native, build::VERSION)
}

/// Writes every document into a folder.
///
/// # Errors
/// When modules clash or the folder cannot be written.
pub fn write(folder: &Path) -> Result<(), ServerError> {
    std::fs::create_dir_all(folder).map_err(|error| ServerError::file(folder, &error))?;
    for (name, document) in all()? {
        let path = folder.join(name);
        std::fs::write(&path, text(&document)).map_err(|error| ServerError::file(&path, &error))?;
    }
    Ok(())
}

/// The names of documents in a folder that are not what the code says.
///
/// # Errors
/// When modules clash.
pub fn stale(folder: &Path) -> Result<Vec<String>, ServerError> {
    let known = all()?;
    let differs = |name: &String, document: &Value| {
        std::fs::read_to_string(folder.join(name)).map_or(true, |found| found != text(document))
    };
    let mut stale: Vec<String> =
        known.iter().filter(|(name, document)| differs(name, document)).map(|(name, _)| name.clone()).collect();
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = listed.filter_map(|entry| entry.file_name().into_string().ok());
    stale.extend(names.filter(|name| name.ends_with(".json") && !known.iter().any(|(file, _)| file == name)));
    Ok(stale)
}

fn text(document: &Value) -> String {
    format!("{document:#}\n")
}
