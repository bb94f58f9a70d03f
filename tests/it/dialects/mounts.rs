//! Where dialects are found: below `/dialect/<name>` always, at their prefix, at their host; and what browsers may read there.

use argus_core::config::Settings;
use argus_testing::{Actor, Answer, TestApp, stores, stores_with};
use serde_json::json;

async fn options(actor: &Actor, path: &str, origin: &str) -> Answer {
    let asked = actor.request("OPTIONS", path).header("origin", origin).header("access-control-request-method", "POST");
    Answer::of(asked).await
}

#[tokio::test]
async fn one_dialect_has_several_places() {
    stores(async |app| {
        let nobody = app.anonymous();
        for path in
            ["/api/audit-logs", "/dialect/argus0/api/audit-logs", "/api/audit-logs/", "/dialect/argus0/api/audit-logs/"]
        {
            assert_eq!(nobody.get(path).await.expect(200)["total"], 0, "{path}");
        }
        // A native path has one form.
        app.admin().get("/audit/v1/event/").await.expect(404);
        // What leads nowhere on its ground is told in its words; elsewhere natively.
        for path in ["/api/audit-logs/x/y", "/dialect/argus0/x", "/dialect/argus0/api"] {
            let refused = nobody.get(path).await.expect(404);
            assert!(refused["error"].is_string() && refused["responseCode"].is_null(), "{path}: {}", refused.text);
        }
        for path in ["/api", "/api/audit-logsx", "/dialect", "/dialect/argus00"] {
            assert_eq!(nobody.get(path).await.expect(404)["responseCode"], 404, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_prefix_moves_it() {
    let change = |settings: &mut Settings| settings.dialects.argus0.prefix = "/old/system".to_owned();
    stores_with(change, async |app| {
        let nobody = app.anonymous();
        assert_eq!(nobody.get("/old/system/api/audit-logs").await.expect(200)["total"], 0);
        let health = nobody.get("/old/system/health").await.expect(200);
        assert_eq!(health.json, json!({ "service": "argus", "status": "healthy" }), "exact where nobody else is");
        nobody.get("/dialect/argus0/api/audit-logs").await.expect(200);
        assert_eq!(nobody.get("/api/audit-logs").await.expect(404)["responseCode"], 404);
        assert!(nobody.get("/old/system/api/audit-logs/x/y").await.expect(404)["error"].is_string());
    })
    .await;
}

#[tokio::test]
async fn a_host_is_its_own() {
    let change = |settings: &mut Settings| settings.dialects.argus0.host = "logs.example.org".to_owned();
    stores_with(change, async |app| {
        let at = |host: &str, path: &str| Answer::of(app.anonymous().request("GET", path).header("host", host));
        let health = at("LOGS.example.org:3001", "/health").await.expect(200);
        assert_eq!(health.json, json!({ "service": "argus", "status": "healthy" }));
        assert_eq!(at("logs.example.org", "/api/audit-logs").await.expect(200)["total"], 0);
        assert!(
            at("logs.example.org", "/audit/v1/event").await.expect(404)["error"].is_string(),
            "nothing else is there"
        );
        assert!(at("example.org", "/health").await.expect(200)["appName"].is_string());
    })
    .await;
}

#[tokio::test]
async fn one_that_is_off_is_nowhere() {
    let change = |settings: &mut Settings| settings.dialects.argus0.enabled = false;
    stores_with(change, async |app| {
        for path in [
            "/api/audit-logs",
            "/dialect/argus0/api/audit-logs",
            "/dialect/argus0/health",
            "/dialect/argus0/openapi.json",
        ] {
            assert_eq!(app.anonymous().get(path).await.expect(404)["responseCode"], 404, "{path}");
        }
    })
    .await;
}

/// S0-05, C-31: pages of listed origins may call, with credentials; of no others; never of any.
#[tokio::test]
async fn browsers_hear_which_pages_may_call() {
    stores(async |app: &TestApp| {
        let nobody = app.anonymous();
        let allowed = options(&nobody, "/api/audit-logs", "http://localhost:5173").await.expect(200);
        for (name, value) in [
            ("access-control-allow-origin", "http://localhost:5173"),
            ("access-control-allow-credentials", "true"),
            ("access-control-max-age", "86400"),
            ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        ] {
            assert_eq!(allowed.headers[name], value);
        }
        let words = allowed.headers["access-control-allow-headers"].to_str().unwrap();
        for word in
            ["Origin", "Content-Type", "Accept", "Authorization", "X-Requested-With", "X-CSRF-Token", "X-Request-ID"]
        {
            assert!(words.split(", ").any(|it| it == word), "{word}");
        }
        let read = Answer::of(nobody.request("GET", "/api/audit-logs").header("origin", "http://localhost:5173")).await;
        assert_eq!(read.expect(200).headers["access-control-allow-origin"], "http://localhost:5173");
        for origin in ["https://evil.example", "null", "http://localhost:51730"] {
            let asked = options(&nobody, "/api/audit-logs", origin).await.expect(200);
            assert!(!asked.headers.contains_key("access-control-allow-origin"), "{origin}");
            assert_eq!(asked.headers["vary"], "Origin");
        }
        // Native paths know nothing of it.
        let native = options(&nobody, "/audit/v1/event", "http://localhost:5173").await.expect(405);
        assert!(!native.headers.contains_key("access-control-allow-origin"));
    })
    .await;
}

/// Each has its document, with its own errors, and stands in the list of the page.
#[tokio::test]
async fn each_has_its_document() {
    stores(async |app| {
        for module in argus_server::modules::all().iter().filter(|module| module.dialect.is_some()) {
            let document = app.anonymous().get(&format!("{}/openapi.json", module.prefix())).await.expect(200);
            let schemas = document["components"]["schemas"].as_object().unwrap();
            assert!(!schemas.keys().any(|name| name.starts_with("ResultSet")), "{}", module.version);
            let paths = document["paths"].as_object().unwrap();
            assert!(paths.keys().all(|path| path.starts_with(&module.prefix())), "{}", module.version);
        }
    })
    .await;
}
