//! The pages, as a person in front of a browser meets them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod chromium;

use std::time::Duration;

use argus_testing::{PASSWORD, TestApp};
use chromium::Browser;
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// The longest that a whole test may take.
const AT_MOST: Duration = Duration::from_secs(180);

/// Runs a test in a browser of its own, one after the other: two at a time are not faster.
async fn browse(test: impl AsyncFn(&TestApp, &Browser)) {
    static ONE: Mutex<()> = Mutex::const_new(());
    let _one = ONE.lock().await;
    let Some(browser) = Browser::start().await else { return };
    let app = TestApp::start().await;
    tokio::time::timeout(AT_MOST, test(&app, &browser)).await.expect("the test takes too long");
    // Refused requests are errors to the console, too, and what some tests are about.
    let errors = browser.errors().await.into_iter().filter(|error| !error.contains("Failed to load resource"));
    assert_eq!(errors.collect::<Vec<_>>(), Vec::<String>::new());
    drop(browser);
    app.stop().await;
}

macro_rules! operation {
    ($method:literal, $path:literal) => {
        concat!(".opblock-", $method, ":has([data-path='", $path, "'])")
    };
}

/// `GET /audit/v1/event`, as Swagger UI shows it.
const LIST_EVENTS: &str = operation!("get", "/audit/v1/event");

/// Asks for a key of its own, for which an API key is never enough.
const ADD_KEY: &str = operation!("post", "/apikey/v1/apikey");

#[tokio::test]
async fn swagger_ui_opens_whole_without_a_network() {
    browse(async |app, browser| {
        browser.open(&format!("{}/swagger-ui", app.url())).await;
        browser.until("document.querySelectorAll('.opblock').length > 10").await;
        assert_eq!(browser.eval("document.querySelector('.info .title').firstChild.textContent").await, "Argus");
        let choice = "Array.from(document.querySelectorAll('#select option'), (option) => option.textContent)";
        let offered: Vec<String> = serde_json::from_value(browser.eval(choice).await).unwrap();
        let mut expected = vec!["All modules".to_owned()];
        expected.extend(argus_server::modules::all().iter().map(|module| module.prefix()[1..].to_owned()));
        assert_eq!(offered, expected);
        browser.screenshot("swagger-all").await;

        browser.click("#select option[value='/apikey/v1/openapi.json']").await;
        browser.until("document.querySelector('.info .title')?.textContent.startsWith('apikey/v1')").await;
        browser.until("document.querySelectorAll('.opblock').length > 3").await;
        assert_eq!(paths_outside(browser, "/apikey/v1/").await, json!([]));
        browser.screenshot("swagger-module").await;
        browser.open(&format!("{}/swagger-ui/?urls.primaryName=audit%2Fv1", app.url())).await;
        browser.until("document.querySelectorAll('.opblock').length > 3").await;
        assert_eq!(paths_outside(browser, "/audit/v1/").await, json!([]));
        for (parts, opened) in [
            (".opblock-summary-control", ".execute"),
            (".tablinks[data-name='model']", ".model-box"),
            (".models-control", ".models.is-open"),
        ] {
            browser.eval(&format!("document.querySelectorAll(`{parts}`).forEach((part) => part.click())")).await;
            browser.until(&format!("document.querySelector(`{opened}`) !== null")).await;
        }
        browser.screenshot("swagger-opened").await;

        assert_eq!(browser.errors().await, Vec::<String>::new());
        let exchanges = browser.exchanges().await;
        assert!(exchanges.len() >= 10, "{exchanges:#?}");
        for exchange in exchanges {
            let ours = exchange.url.starts_with(&app.url()) || exchange.url.starts_with("data:");
            assert!(ours && matches!(exchange.status, 200 | 304), "{exchange:#?}");
        }
    })
    .await;
}

#[tokio::test]
async fn operations_are_found_by_what_they_are_for() {
    browse(async |app, browser| {
        browser.open(&format!("{}/swagger-ui", app.url())).await;
        browser.until("document.querySelectorAll('.opblock').length > 10").await;
        browser.type_into(".operation-filter-input", "EVENT/SEARCH").await;
        browser.until("document.querySelectorAll('.opblock').length === 1").await;
        browser.screenshot("swagger-filter").await;
    })
    .await;
}

#[tokio::test]
async fn a_key_goes_with_every_request_until_it_is_taken_back() {
    browse(async |app, browser| {
        let key = reader_key(app, "reader").await;
        browser.open(&format!("{}/swagger-ui", app.url())).await;
        assert_eq!(try_out(browser, LIST_EVENTS).await["responseCode"], 401);
        browser.screenshot("swagger-401").await;

        authorize(browser, &key).await;
        let listed = try_out(browser, LIST_EVENTS).await;
        assert_eq!((&listed["responseCode"], listed["data"].is_array()), (&json!(200), true), "{listed:#}");
        let top = "document.querySelector('.live-responses-table').getBoundingClientRect().top";
        assert_eq!(browser.eval(&format!("{top} >= 0 && {top} < innerHeight")).await, true, "the answer is in view");
        browser.screenshot("swagger-200").await;
        let refused = try_out(browser, ADD_KEY).await;
        assert_eq!(refused["responseCode"], 403, "the key is sent where it is not enough, too: {refused:#}");

        browser.click("#select option[value='/audit/v1/openapi.json']").await;
        browser.until("document.querySelector('.info .title')?.textContent.startsWith('audit/v1')").await;
        assert_eq!(try_out(browser, LIST_EVENTS).await["responseCode"], 200, "another document, the same caller");
        let sent = browser.exchanges().await;
        let asked = sent.iter().filter(|it| it.url.contains("/audit/v1/event"));
        assert_eq!(
            asked.map(|it| &it.headers["Argus-API-Key"]).collect::<Vec<_>>(),
            [&Value::Null, &json!(key), &json!(key)]
        );
        assert_eq!(
            browser.eval("[localStorage.length, sessionStorage.length, document.cookie]").await,
            json!([0, 0, ""])
        );

        browser.click(".btn.authorize").await;
        browser.click(".modal-btn[aria-label='Remove authorization']").await;
        browser.click(".modal-ux .close-modal").await;
        assert_eq!(try_out(browser, LIST_EVENTS).await["responseCode"], 401);
    })
    .await;
}

#[tokio::test]
async fn a_session_is_enough_and_a_key_wins_over_it() {
    browse(async |app, browser| {
        app.new_user("bob", "root", &[("viewAuditEvents", "root")]).await;
        app.new_user("mallory", "root", &[]).await;
        let key = reader_key(app, "reader").await;
        let page = format!("{}/swagger-ui", app.url());

        log_in(app, browser, "bob").await;
        assert_eq!(try_out(browser, LIST_EVENTS).await["responseCode"], 200, "the session serves without a key");
        assert_eq!(browser.eval("document.cookie").await, "", "no script reads the session");
        browser.screenshot("swagger-session").await;
        let (wrong, _) = key.rsplit_once('/').unwrap();
        authorize(browser, &format!("{wrong}/wrong")).await;
        assert_eq!(try_out(browser, LIST_EVENTS).await["responseCode"], 401, "a wrong key beside a good session");

        browser.open(&page).await;
        log_in(app, browser, "mallory").await;
        assert_eq!(try_out(browser, LIST_EVENTS).await["responseCode"], 403);
        authorize(browser, &key).await;
        assert_eq!(try_out(browser, LIST_EVENTS).await["responseCode"], 200, "a good key beside a powerless session");
    })
    .await;
}

#[tokio::test]
async fn the_landing_page_leads_everywhere() {
    browse(async |app, browser| {
        for (name, width, scheme) in
            [("landing", 1280, "light"), ("landing-dark", 1280, "dark"), ("landing-phone", 360, "light")]
        {
            look_as(browser, width, scheme).await;
            browser.open(&app.url()).await;
            assert_eq!(browser.eval("document.documentElement.scrollWidth <= innerWidth").await, true, "{name}");
            browser.screenshot(name).await;
        }
        let links = browser.eval("Array.from(document.links, (link) => link.pathname + link.search)").await;
        for link in links.as_array().unwrap() {
            app.anonymous().get(link.as_str().unwrap()).await.expect(200);
        }
        assert_eq!(browser.errors().await, Vec::<String>::new());
        for (name, width, scheme) in [("swagger-dark", 1280, "dark"), ("swagger-phone", 360, "light")] {
            look_as(browser, width, scheme).await;
            browser.open(&format!("{}/swagger-ui", app.url())).await;
            browser.until("document.querySelectorAll('.opblock').length > 10").await;
            browser.screenshot(name).await;
        }
    })
    .await;
}

#[tokio::test]
async fn pages_are_guarded_and_cached_by_their_content() {
    let app = TestApp::start().await;
    let files = [
        ("", "text/html; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
        ("/swagger-ui.css", "text/css; charset=utf-8"),
        ("/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("/argus.svg", "image/svg+xml"),
        ("/LICENSE", "text/plain; charset=utf-8"),
    ];
    for (file, content_type) in files {
        let path = format!("/swagger-ui{file}");
        let answer = app.anonymous().get(&path).await.expect(200);
        assert_eq!(answer.headers["content-type"], content_type);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        let tag = answer.headers["etag"].to_str().unwrap();
        let again = app.anonymous().with("If-None-Match", &format!("\"other\", W/{tag}")).get(&path).await;
        assert_eq!((again.status, again.text.as_str(), &again.headers["etag"]), (304, "", &answer.headers["etag"]));
        app.anonymous().with("If-None-Match", "\"other\"").get(&path).await.expect(200);
        let head = app.anonymous().request("HEAD", &path).send().await.unwrap();
        assert_eq!(
            (head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()),
            (200, answer.text.len().to_string().as_str())
        );
    }
    app.anonymous().get("/swagger-ui/swagger-ui.css.map").await.expect(404);
    app.anonymous().post("/swagger-ui", json!({})).await.expect(405);
    app.stop().await;
}

/// A key of a new user who may read events.
async fn reader_key(app: &TestApp, name: &str) -> String {
    let reader = app.new_user(name, "root", &[("viewAuditEvents", "root")]).await;
    app.new_key(reader).await
}

/// Logs in from within the page, and loads it anew.
async fn log_in(app: &TestApp, browser: &Browser, user: &str) {
    let page = format!("{}/swagger-ui", app.url());
    browser.open(&page).await;
    let body = json!({ "userName": user, "password": PASSWORD }).to_string();
    let options = json!({ "method": "POST", "headers": { "Content-Type": "application/json" }, "body": body });
    let login =
        format!("fetch('/authentication/v1/password/authentication', {options}).then((answer) => answer.status)");
    assert_eq!(browser.eval(&login).await, 201);
    browser.open(&page).await;
}

/// Enters a key as a person does.
async fn authorize(browser: &Browser, key: &str) {
    browser.click(".btn.authorize").await;
    browser.type_into("#api_key_value", key).await;
    assert_eq!(browser.eval("document.querySelector('#api_key_value').autocomplete").await, "off");
    browser.screenshot("swagger-authorize").await;
    browser.click(".modal-btn.authorize").await;
    browser.until("document.querySelector('.modal-ux').textContent.includes('******')").await;
    browser.click(".modal-ux .close-modal").await;
    browser.until("document.querySelector('.modal-ux') === null").await;
}

/// Opens an operation, executes it as it stands, and gives the body of the answer, once Swagger UI shows the same status.
async fn try_out(browser: &Browser, operation: &str) -> Value {
    browser.until(&format!("document.querySelector(`{operation}`) !== null")).await;
    if browser.eval(&format!("document.querySelector(`{operation} .execute`) === null")).await == true {
        browser.click(&format!("{operation} .opblock-summary-control")).await;
    }
    if browser.eval(&format!("document.querySelector(`{operation} .btn-clear`) !== null")).await == true {
        browser.click(&format!("{operation} .btn-clear")).await;
        browser.until(&format!("document.querySelector(`{operation} .live-responses-table`) === null")).await;
    }
    browser.click(&format!("{operation} .execute")).await;
    let shown = |part: &str| {
        format!("document.querySelector(`{operation} .live-responses-table .response {part}`)?.textContent")
    };
    let status = browser.until(&shown(".response-col_status")).await;
    let body = browser.until(&shown(".highlight-code pre")).await;
    let body: Value = serde_json::from_str(body.as_str().unwrap()).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert!(status.as_str().unwrap().starts_with(&body["responseCode"].to_string()), "{status} {body:#}");
    body
}

async fn paths_outside(browser: &Browser, prefix: &str) -> Value {
    let paths = "Array.from(document.querySelectorAll('.opblock [data-path]'), (path) => path.dataset.path)";
    browser.eval(&format!("{paths}.filter((path) => !path.startsWith('{prefix}'))")).await
}

/// The screen of another device.
async fn look_as(browser: &Browser, width: u32, scheme: &str) {
    let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
    browser.devtools("Emulation.setDeviceMetricsOverride", size).await;
    let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
    browser.devtools("Emulation.setEmulatedMedia", media).await;
}
