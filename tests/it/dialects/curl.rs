//! The examples of the other systems' documents, run as they stand there, but for the address and for secrets.

use std::process::Command;

use argus_testing::TestApp;
use serde_json::Value;

/// What an example was answered with.
#[derive(Debug)]
pub struct Shown {
    /// HTTP status.
    pub status: u16,
    /// Body as text.
    pub text: String,
    /// Body as JSON; null where it is none.
    pub json: Value,
}

/// Runs an example by the shell. `base` is the address in it that this server takes the place of.
pub async fn curl(app: &TestApp, base: &str, example: &str) -> Shown {
    assert!(example.trim_start().starts_with("curl "), "{example}");
    let command = example.replacen("curl ", "curl --silent --show-error --write-out '\\n%{http_code}' ", 1);
    let command = command.replace(base, &app.url());
    let run = move || Command::new("sh").arg("-c").arg(command).output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let (text, status) =
        told.rsplit_once('\n').unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let json = serde_json::from_str(text).unwrap_or_default();
    Shown { status: status.parse().unwrap(), text: text.to_owned(), json }
}
