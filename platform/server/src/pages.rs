//! Pages outside the modules: no envelope, no credential, no record.

mod landing;
mod swagger;

use std::sync::Arc;

use argus_core::app::{Page, Platform};
use argus_core::module::Module;
use argus_core::openapi::module_document;
use argus_core::{build, envelope};
use poem::endpoint::{BoxEndpoint, make, make_sync};
use poem::http::StatusCode;
use poem::{EndpointExt, Response};
use serde_json::{Value, json};

use crate::{ServerError, bootstrap, documents};

/// Every page.
///
/// # Errors
/// When the modules' documents clash.
pub fn all(platform: &Arc<Platform>, modules: &[Module]) -> Result<Vec<Page>, ServerError> {
    let mut single = Vec::new();
    for module in modules {
        single.push((module, module_document(module, &(module.api)())?));
    }
    let merged = documents::merged(&single)?;
    let mut pages = vec![
        page("/", fixed("text/html; charset=utf-8", landing::html(modules))),
        page("/openapi.json", fixed(envelope::JSON, merged.to_string())),
        page("/health", fixed(envelope::JSON, health().to_string())),
        page("/health/ready", ready(platform.clone())),
        page("/version", fixed(envelope::JSON, version().to_string())),
        page("/metrics", metrics(platform.clone())),
    ];
    for (module, document) in &single {
        pages.push(page(&format!("{}/openapi.json", module.prefix()), fixed(envelope::JSON, document.to_string())));
    }
    pages.extend(swagger::pages(modules));
    Ok(pages)
}

fn page(path: &str, endpoint: BoxEndpoint<'static>) -> Page {
    Page { path: path.to_owned(), endpoint }
}

fn fixed(content_type: &'static str, body: String) -> BoxEndpoint<'static> {
    let body = bytes::Bytes::from(body);
    make_sync(move |_| Response::builder().content_type(content_type).body(body.clone())).boxed()
}

/// That this runs, in the words of all whose clients ask at this path: two dialects have it too.
fn health() -> Value {
    json!({ "service": "argus", "status": "healthy", "appName": "Argus", "mode": "production", "debug": false })
}

/// What this is and what it was built from.
fn version() -> Value {
    json!({
        "service": "argus",
        "version": build::VERSION,
        "buildTime": build::TIME,
        "gitCommit": build::COMMIT,
    })
}

/// Whether requests that need the store can be served, in both directions: reading, and writing the trail.
fn ready(platform: Arc<Platform>) -> BoxEndpoint<'static> {
    make(move |_| {
        let platform = platform.clone();
        async move {
            let (status, word) = match bootstrap::is_ready(&platform).await {
                Ok(()) if platform.trail.is_writing() => (StatusCode::OK, "ready"),
                _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            };
            let body = json!({ "service": "argus", "status": word }).to_string();
            Response::builder().status(status).content_type(envelope::JSON).body(body)
        }
    })
    .boxed()
}

fn metrics(platform: Arc<Platform>) -> BoxEndpoint<'static> {
    const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
    make_sync(move |_| Response::builder().content_type(TEXT).body(platform.metrics.render())).boxed()
}
