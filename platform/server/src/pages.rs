//! Pages outside the modules: no envelope, no credential, no record.

mod landing;
mod swagger;

use std::sync::Arc;

use argus_core::app::{Page, Platform};
use argus_core::envelope;
use argus_core::module::Module;
use argus_core::openapi::{merge, module_document};
use poem::endpoint::{BoxEndpoint, make, make_sync};
use poem::http::StatusCode;
use poem::{EndpointExt, Response};
use serde_json::{Value, json};

use crate::{ServerError, bootstrap};

/// Every page.
///
/// # Errors
/// When the modules' documents clash.
pub fn all(platform: &Arc<Platform>, modules: &[Module]) -> Result<Vec<Page>, ServerError> {
    let mut documents = Vec::new();
    for module in modules {
        documents.push((module, module_document(module, &(module.api)())?));
    }
    let pairs: Vec<_> = documents.iter().map(|(module, document)| (*module, document)).collect();
    let merged = merge(&pairs, env!("CARGO_PKG_VERSION"))?;
    let mut pages = vec![
        page("/", fixed("text/html; charset=utf-8", landing::html(modules))),
        page("/openapi.json", fixed(envelope::JSON, merged.to_string())),
        page("/health", fixed(envelope::JSON, json!({ "service": "argus", "status": "healthy" }).to_string())),
        page("/health/ready", ready(platform.clone())),
        page("/version", fixed(envelope::JSON, version().to_string())),
        page("/metrics", metrics(platform.clone())),
    ];
    for (module, document) in &documents {
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

/// What this is and what it was built from.
fn version() -> Value {
    json!({
        "service": "argus",
        "version": env!("CARGO_PKG_VERSION"),
        "buildTime": option_env!("ARGUS_BUILD_TIME").unwrap_or("unknown"),
        "gitCommit": option_env!("ARGUS_GIT_COMMIT").unwrap_or("unknown"),
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
