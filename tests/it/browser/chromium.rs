//! Headless Chromium, driven through ChromeDriver by the W3C WebDriver protocol, which is JSON over HTTP.
//!
//! Spoken here by hand, since it takes a page: the WebDriver crates would bring features of serde_json or licences that
//! the server itself does without, and what is tested should be what is shipped.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stderr, clippy::disallowed_macros, reason = "says what a run leaves out")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";

/// The longest that one command, or one condition of the page, is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// No browser may reach beyond this machine, nor try to.
const FLAGS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--window-size=1280,1000",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/// A request that the browser made, and what came of it.
#[derive(Debug)]
pub struct Exchange {
    pub url: String,
    /// The request's headers, as the page set them.
    pub headers: Value,
    /// 0 where no answer came.
    pub status: u64,
}

/// One window of a browser of its own.
pub struct Browser {
    client: Client,
    session: String,
    _driver: Driver,
}

impl Browser {
    /// Nothing where no browser is installed, with a word on standard error; with `CI` set that fails instead.
    pub async fn start() -> Option<Self> {
        if let Some(missing) = [CHROMIUM, CHROMEDRIVER].iter().find(|path| !Path::new(path).exists()) {
            assert!(std::env::var_os("CI").is_none(), "CI needs {missing} (packages chromium and chromium-driver)");
            eprintln!("left out: a browser test, since there is no {missing} (packages chromium and chromium-driver)");
            return None;
        }
        let driver = Driver::start();
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        let profile = format!("--user-data-dir={}", driver.folder.path().display());
        let flags: Vec<&str> = FLAGS.into_iter().chain([profile.as_str()]).collect();
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": { "binary": CHROMIUM, "args": flags },
        } } });
        let url = format!("http://{}/session", driver.address);
        let made = send(client.post(&url).json(&wanted)).await;
        let session = format!("{url}/{}", made["sessionId"].as_str().unwrap());
        Some(Self { client, session, _driver: driver })
    }

    pub async fn open(&self, url: &str) {
        self.command("url", json!({ "url": url })).await;
    }

    /// What an expression is in the page; a promise is awaited.
    pub async fn eval(&self, expression: &str) -> Value {
        self.command("execute/sync", json!({ "script": format!("return {expression}"), "args": [] })).await
    }

    /// Waits until an expression is true, and gives its value.
    pub async fn until(&self, expression: &str) -> Value {
        let started = Instant::now();
        loop {
            let value = self.eval(expression).await;
            if !matches!(value, Value::Null | Value::Bool(false)) && value != 0 && value != "" {
                return value;
            }
            if started.elapsed() > PATIENCE {
                self.screenshot("failed").await;
                panic!("waited in vain for {expression}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks as a person does: the element must be there, in view and not covered.
    pub async fn click(&self, selector: &str) {
        let element = self.find(selector).await;
        self.command(&format!("element/{element}/click"), json!({})).await;
    }

    pub async fn type_into(&self, selector: &str, text: &str) {
        let element = self.find(selector).await;
        self.command(&format!("element/{element}/value"), json!({ "text": text })).await;
    }

    async fn find(&self, selector: &str) -> String {
        self.until(&format!("document.querySelector(`{selector}`) !== null")).await;
        let found = self.command("element", json!({ "using": "css selector", "value": selector })).await;
        found["element-6066-11e4-a52e-4f735466cecf"].as_str().unwrap().to_owned()
    }

    /// The errors on the console since it was last asked: of scripts, of the network, of the page's policy.
    pub async fn errors(&self) -> Vec<String> {
        let log = self.log("browser").await;
        let errors = log.iter().filter(|entry| entry["level"] == "SEVERE");
        errors.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Every request that the page made since it was last asked.
    pub async fn exchanges(&self) -> Vec<Exchange> {
        let log = self.log("performance").await;
        let events: Vec<Value> = log
            .iter()
            .map(|entry| serde_json::from_str::<Value>(entry["message"].as_str().unwrap()).unwrap()["message"].take())
            .collect();
        let status_of = |request: &Value| {
            let answer = events.iter().find(|it| {
                it["method"] == "Network.responseReceived"
                    && it["params"]["requestId"] == request["params"]["requestId"]
            });
            answer.and_then(|it| it["params"]["response"]["status"].as_u64()).unwrap_or_default()
        };
        // The browser's own first page is no page of ours.
        let own = |it: &Value| it["params"]["documentURL"].as_str().is_some_and(|url| url.starts_with("chrome:"));
        let requests = events.iter().filter(|it| it["method"] == "Network.requestWillBeSent" && !own(it));
        requests
            .map(|it| {
                let request = &it["params"]["request"];
                let (url, headers) = (request["url"].as_str().unwrap().to_owned(), request["headers"].clone());
                Exchange { url, headers, status: status_of(it) }
            })
            .collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        self.command("se/log", json!({ "type": kind })).await.as_array().unwrap().clone()
    }

    /// A command of the DevTools protocol, such as for the size of the screen.
    pub async fn devtools(&self, command: &str, parameters: Value) {
        self.command("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await;
    }

    /// Leaves a picture of the window in `target/screenshots/`.
    pub async fn screenshot(&self, name: &str) {
        let picture = send(self.client.get(format!("{}/screenshot", self.session))).await;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.png")), BASE64.decode(picture.as_str().unwrap()).unwrap()).unwrap();
    }

    async fn command(&self, path: &str, body: Value) -> Value {
        send(self.client.post(format!("{}/{path}", self.session)).json(&body)).await
    }
}

async fn send(request: reqwest::RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let status = response.status();
    let mut answer: Value = response.json().await.unwrap();
    assert!(status.is_success(), "{:#}", answer["value"]["message"]);
    answer["value"].take()
}

/// ChromeDriver with all it starts, in a process group that ends with this value.
struct Driver {
    process: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Driver {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(CHROMEDRIVER);
        command.arg("--port=0").env("TMPDIR", folder.path()).env("HOME", folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut process = command.spawn().unwrap();
        // It chooses a free port by itself and says which: "ChromeDriver was started successfully on port 45678."
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut driver = Self { process, address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), folder };
        let mut line = String::new();
        while driver.address.port() == 0 {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "ChromeDriver ended");
            let port = line.trim_end().trim_end_matches('.').rsplit_once(" on port ").map(|(_, port)| port);
            driver.address.set_port(port.and_then(|port| port.parse().ok()).unwrap_or_default());
        }
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        driver
    }

    /// Asks it to end, which ends its browser too.
    fn ask_to_end(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /shutdown HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.ask_to_end();
        // Whatever became of that, nothing is left running: neither it nor a browser that does not answer.
        let group = format!("kill -KILL -- -{}", self.process.id());
        let _ = Command::new("sh").args(["-c", &group]).stderr(Stdio::null()).status();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
