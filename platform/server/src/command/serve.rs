//! Boot, readable from top to bottom.

use argus_core::clock::Clock;
use argus_core::config::{Loaded, Settings};
use argus_core::telemetry;
use argus_server::{bootstrap, build, serve};
use tokio::net::TcpListener;

use super::console::say;
use super::stop_signal;

/// Serves until SIGTERM or SIGINT.
pub fn run(loaded: Loaded) -> Result<(), String> {
    telemetry::init(&loaded.settings.log);
    for variable in &loaded.unknown_variables {
        tracing::warn!(%variable, "not a setting; it is ignored");
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(start(loaded.settings))
}

async fn start(mut settings: Settings) -> Result<(), String> {
    // The address first: a second Argus on it must not touch the store.
    let address = settings.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    // Port 0 means one that the system chose.
    settings.listen = listener.local_addr().map_err(|error| error.to_string())?;
    let address = settings.listen;
    let stop = stop_signal()?;
    let argus = build(settings.clone(), Clock::system()).await.map_err(|error| error.to_string())?;
    tracing::info!(%address, "listening");
    greet(&settings, argus.first.is_some());
    serve(argus, listener, stop).await;
    tracing::info!("stopped");
    Ok(())
}

/// Where to go from here. Never a secret.
fn greet(settings: &Settings, first: bool) {
    let url = settings.public_addresses().into_iter().next().unwrap_or_default();
    let file = bootstrap::file(settings);
    say(&format!("Argus listens on http://{}", settings.listen));
    say(&format!("  explore:     {url}/swagger-ui"));
    if file.exists() {
        let what = if first { "first credentials, just made" } else { "first credentials" };
        say(&format!("  {what}: {}", file.display()));
        say("  try:");
        say(&format!("    KEY=$(sed -n 's/.*\"apiKey\": \"\\(.*\\)\".*/\\1/p' '{}')", file.display()));
        say(&format!("    curl -s {url}/audit/v1/event -H \"Argus-API-Key: $KEY\" \\"));
        say("      -H 'Content-Type: application/json' -d '{\"action\":\"hello_created\",\"targetID\":\"world\"}'");
    }
}
