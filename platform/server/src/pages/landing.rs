//! The page at `/`: what this is, and where to go.

use argus_core::module::Module;

/// The page.
pub fn html(modules: &[Module]) -> String {
    let rows = modules.iter().map(|module| {
        let (prefix, title) = (module.prefix(), module.title);
        format!("<tr><td><code>{prefix}</code></td><td>{title}</td><td><a href=\"{prefix}/openapi.json\">document</a></td></tr>")
    });
    let rows: String = rows.collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Argus</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>\
         body{{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#1c2733}}\
         a{{color:#0b5fa5}}td{{padding:.2rem 1rem .2rem 0}}code{{background:#eef2f6;padding:.1rem .3rem}}</style></head>\
         <body><h1>Argus</h1><p>An API gateway that knows, and can show, who did what.</p>\
         <p><a href=\"/swagger-ui\">Explore the API</a> · <a href=\"/openapi.json\">OpenAPI document</a> · \
         <a href=\"/health\">health</a> · <a href=\"/version\">version</a></p>\
         <table>{rows}</table></body></html>"
    )
}
