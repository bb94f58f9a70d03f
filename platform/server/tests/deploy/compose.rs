//! compose.yaml, read as the part of YAML that it is written in: mappings, lists of texts, texts.

use std::process::Command;

use crate::common::{Place, say, text};
use crate::{deployed, root};

/// Path (`services.db.image`) and value of each leaf; elements of a list have their list's path.
fn leaves() -> Vec<(String, String)> {
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut leaves = Vec::new();
    for line in deployed("compose.yaml").lines() {
        let words = line.trim_start();
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        let depth = line.len() - words.len();
        assert!(!line.contains('\t') && depth % 2 == 0, "{line}");
        open.retain(|(above, _)| *above < depth);
        let path = |last: Option<&str>| {
            let names = open.iter().map(|(_, name)| name.as_str()).chain(last);
            names.collect::<Vec<_>>().join(".")
        };
        if let Some(element) = words.strip_prefix("- ") {
            leaves.push((path(None), scalar(element)));
        } else if let Some(name) = words.strip_suffix(':') {
            leaves.push((path(Some(name)), String::new()));
            open.push((depth, name.to_owned()));
        } else {
            let (name, value) = words.split_once(": ").unwrap();
            leaves.push((path(Some(name)), scalar(value)));
        }
    }
    leaves
}

/// A text, quoted or of signs that mean nothing else.
fn scalar(text: &str) -> String {
    if let Some(rest) = text.strip_prefix('"') {
        let inner = rest.strip_suffix('"').unwrap();
        assert!(!inner.contains(['"', '\\']), "{text}");
        return inner.to_owned();
    }
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./".contains(sign);
    let colon_inside = text.replace(":/", "/").replace(":true", "true").replace(":17", "17");
    assert!(colon_inside.chars().all(plain), "{text} is to be quoted");
    text.to_owned()
}

fn values(path: &str) -> Vec<String> {
    let found = leaves().into_iter().filter(|(found, value)| found == path && !value.is_empty());
    found.map(|(_, value)| value).collect()
}

#[test]
fn argus_waits_for_its_store_and_is_shut_in() {
    assert_eq!(values("services.argus.depends_on.db.condition"), ["service_healthy"]);
    let image = values("services.db.image").remove(0);
    let version: u32 = image.strip_prefix("postgres:").unwrap().parse().unwrap();
    assert!(version >= 15);
    assert!(values("services.db.healthcheck.test")[0].starts_with("pg_isready --host 127.0.0.1 "));
    for (path, value) in [
        ("services.argus.build.context", ".."),
        ("services.argus.build.dockerfile", "deploy/Dockerfile"),
        ("services.argus.read_only", "true"),
        ("services.argus.cap_drop", "ALL"),
        ("services.argus.security_opt", "no-new-privileges:true"),
        ("services.argus.volumes", "argus-data:/var/lib/argus"),
        ("services.db.volumes", "db-data:/var/lib/postgresql/data"),
    ] {
        assert_eq!(values(path), [value], "{path}");
    }
    let grace = values("services.argus.stop_grace_period").remove(0);
    assert!(grace.trim_end_matches('s').parse::<u32>().unwrap() > 10, "the drain alone may take 10 s");
    for volume in ["argus-data", "db-data"] {
        assert!(leaves().iter().any(|(path, _)| *path == format!("volumes.{volume}")), "{volume}");
    }
    let ports: Vec<_> = leaves().into_iter().filter(|(path, _)| path.ends_with(".ports")).collect();
    let published = ("services.argus.ports".to_owned(), "127.0.0.1:8080:8080".to_owned());
    assert_eq!(ports.iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>(), [&published]);
}

#[test]
fn no_password_stands_in_the_file() {
    let password = "${ARGUS_DB_PASSWORD:?see deploy/README.md}";
    assert_eq!(values("services.db.environment.POSTGRES_PASSWORD"), [password]);
    let url = values("services.argus.environment.ARGUS_DATABASE_URL");
    assert_eq!(url, [format!("postgres://argus:{password}@db:5432/argus")]);
    for name in ["POSTGRES_USER", "POSTGRES_DB"] {
        assert_eq!(values(&format!("services.db.environment.{name}")), ["argus"]);
    }
    let ignored = deployed(".gitignore");
    assert!(ignored.lines().any(|line| line == ".env"), "the file that holds it is never committed");
}

#[test]
fn the_program_takes_its_environment() {
    let mut place = Place::bare();
    for (path, value) in leaves() {
        let Some(name) = path.strip_prefix("services.argus.environment.") else { continue };
        place = place.with(name, &value.replace("${ARGUS_DB_PASSWORD:?see deploy/README.md}", "5ec4e7"));
    }
    let done = place.run(&["config"]);
    assert!(done.status.success(), "{}", text(&done));
    let said = text(&done);
    assert!(said.contains("database_url = \"postgres://argus:***@db:5432/argus\"") && !said.contains("not a setting"));
}

#[test]
fn docker_compose_takes_it() {
    let config = |password: Option<&str>| {
        let mut command = Command::new("docker");
        command.args(["compose", "--file"]).arg(root().join("deploy/compose.yaml")).args(["config", "--quiet"]);
        command.env_remove("ARGUS_DB_PASSWORD").envs(password.map(|it| ("ARGUS_DB_PASSWORD", it))).output()
    };
    let has_compose = Command::new("docker").args(["compose", "version"]).output().is_ok_and(|it| it.status.success());
    if !has_compose {
        say("left out: what docker compose says of compose.yaml, since it is not there");
        return;
    }
    let taken = config(Some("5ec4e7")).unwrap();
    assert!(taken.status.success(), "{}", text(&taken));
}
