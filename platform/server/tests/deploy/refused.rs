//! Settings that cannot be used: the program says which key, from where, and shows no password.

use crate::common::{Place, text};

/// What `argus config` says of a file that it does not take.
fn of_file(content: &str) -> String {
    let place = Place::bare();
    std::fs::write(place.path().join("settings.toml"), content).unwrap();
    let done = place.run(&["config", "--config", "settings.toml"]);
    assert!(!done.status.success(), "{}", text(&done));
    // Nor does the server start with it.
    assert!(!place.run(&["serve", "--config", "settings.toml"]).status.success());
    assert!(!place.data("").exists());
    text(&done)
}

/// What it says of a variable that it does not take.
fn of_variable(name: &str, value: &str) -> String {
    let place = Place::bare().with(name, value);
    let done = place.run(&["config"]);
    assert!(!done.status.success(), "{}", text(&done));
    assert!(!place.run(&[]).status.success());
    assert!(!place.data("").exists());
    text(&done)
}

fn all_in(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
}

#[test]
fn a_file_names_key_and_file() {
    all_in(&of_file("lisen = \"127.0.0.1:1\""), &["lisen", "unknown field", "settings.toml"]);
    all_in(&of_file("[edge]\nhead_timout = \"1s\""), &["edge.head_timout", "unknown field", "settings.toml"]);
    all_in(&of_file("listen = \"nowhere\""), &["listen:", "settings.toml"]);
    all_in(&of_file("[edge]\nhead_timeout = \"1x\""), &["edge.head_timeout", "1x", "30d", "settings.toml"]);
    all_in(&of_file("[edge]\nmax_connections = 0"), &["edge.max_connections", "more than 0", "settings.toml"]);
    all_in(&of_file("[log]\nfilter = \"a=b=c\""), &["log.filter", "settings.toml"]);
    all_in(&of_file("listen ="), &["line 1", "settings.toml"]);
    let missing = Place::bare().run(&["config", "--config", "nowhere.toml"]);
    assert!(!missing.status.success());
    all_in(&text(&missing), &["nowhere.toml is not there"]);
}

#[test]
fn the_environment_names_key_and_variable() {
    for (name, value, key) in [
        ("ARGUS_LISTEN", "nowhere", "listen"),
        ("ARGUS_LIMITS__PASSWORD_ACCOUNT", "many", "limits.password_account"),
        ("ARGUS_LIMITS__KEY_ADDRESS", "0", "limits.key_address"),
        ("ARGUS_TRUSTED_PROXIES", "10.0.0.0/8,10.0.0.0/99", "trusted_proxies"),
        ("ARGUS_PUBLIC_URLS", "argus.example.org", "public_urls"),
        ("ARGUS_LOG__FORMAT", "loud", "log.format"),
        ("ARGUS_AUDIT__REQUESTS", "some", "audit.requests"),
        ("ARGUS_DOMAIN", "A/B", "domain"),
        ("ARGUS_DATABASE_URL", "mysql://db/argus", "database_url"),
    ] {
        all_in(&of_variable(name, value), &[key, &format!("environment {name}")]);
    }
    let flag = Place::bare().run(&["config", "--listen", "nowhere"]);
    all_in(&text(&flag), &["listen", "flag --listen"]);
}

#[test]
fn a_variable_that_is_no_setting_is_a_warning() {
    let place = Place::bare().with("ARGUS_LISTN", "127.0.0.1:1").with("ARGUS_LISTEN", "127.0.0.1:0");
    let done = place.run(&["config"]);
    assert!(done.status.success());
    all_in(&text(&done), &["ARGUS_LISTN is not a setting"]);
}

#[tokio::test]
async fn the_server_starts_with_that_warning() {
    let place = Place::new().with("ARGUS_LISTN", "127.0.0.1:1");
    let said = place.start().await.stop().await;
    let warned = said.lines().any(|line| line.contains("WARN") && line.contains("ARGUS_LISTN"));
    assert!(warned, "{said}");
}

/// What nobody but the database is to see.
const PASSWORD: &str = "geheim-7/8@9";

#[test]
fn no_password_of_the_store_is_shown() {
    // Nothing listens on port 1. The second address cannot be read as one; the others can, and are tried for a while.
    let urls = [
        "postgres://argus:geheim-7%2F8%409@127.0.0.1:1/argus".to_owned(),
        format!("postgres://argus:{PASSWORD}@127.0.0.1:1/argus"),
        "postgres://127.0.0.1:1/argus?user=argus&password=geheim-7".to_owned(),
    ];
    let tried = urls.map(|url| std::thread::spawn(move || shows_no_password(&url)));
    for one in tried {
        one.join().unwrap();
    }
    let flag = Place::bare().run(&["config", "--database-url", &format!("postgres://a:{PASSWORD}@db/argus")]);
    assert!(text(&flag).contains("database_url = \"postgres://a:***@db/argus\"  # flag --database-url"));
}

fn shows_no_password(url: &str) {
    let place = Place::new().with("ARGUS_DATABASE_URL", url).with("ARGUS_LOG__FILTER", "trace");
    let shown = text(&place.run(&["config"]));
    all_in(&shown, &["database_url = \"postgres://", "***", "environment ARGUS_DATABASE_URL"]);
    for command in ["serve", "migrate"] {
        let done = place.run(&[command]);
        assert!(!done.status.success());
        let said = text(&done);
        all_in(&said, &["the store postgres://", "127.0.0.1:1/argus", "does not answer"]);
        assert!(!said.contains("geheim"), "{said}");
    }
    assert!(!shown.contains("geheim"), "{shown}");
}

#[test]
fn an_error_shows_no_line_of_the_file() {
    for content in [
        format!("database_url = \"postgres://argus:{PASSWORD}@db/argus"),
        format!("database_url = [\"{PASSWORD}\"]"),
        format!("database_url = \"{PASSWORD}\""),
        format!("database_url = \"postgres://argus:{PASSWORD}@db/argus\"\nlisten = \"nowhere\""),
    ] {
        let said = of_file(&content);
        all_in(&said, &["settings.toml"]);
        assert!(!said.contains("geheim"), "{said}");
    }
}
