//! Which crate may import which: `identity <- core <- modules <- server <- tests`.

use std::process::Command;

use serde_json::Value;

use super::tree::{read, root};

/// Modules that are the face of identity tables, and what several of these stand on; they may import them.
const FACES_OF_IDENTITY: [&str; 10] = [
    "argus-apikey-v1",
    "argus-authentication-v1",
    "argus-currentuser-v1",
    "argus-customeradmin-v2",
    "argus-customers-store",
    "argus-customers-v2",
    "argus-dialect-spectra",
    "argus-useradmin-store",
    "argus-useradmin-v2",
    "argus-users-v2",
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Edge,
    Identity,
    Core,
    /// What several modules share, and the core need not know: `mail`, `outbound`.
    Shared,
    /// Unversioned, what several modules stand on: `audit/log`. With the folder of its modules.
    Store(String),
    /// A module; with its folder.
    Module(String),
    Server,
    Testing,
    Tests,
}

struct Crate {
    name: String,
    kind: Kind,
    manifest: String,
    /// Name, and whether for tests only.
    imports: Vec<(String, bool)>,
}

/// Whether a folder below `modules/` is a module: `audit/v1`, and not `audit/log`; each dialect is one.
pub fn is_version(folder: &str) -> bool {
    if folder.strip_prefix("dialects/").is_some_and(|dialect| dialect != "common") {
        return true;
    }
    let version = folder.rsplit('/').next().unwrap_or_default().strip_prefix('v');
    version.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn crates_import_in_one_direction() {
    let crates = all();
    for importer in &crates {
        for (name, for_tests) in &importer.imports {
            let Some(imported) = crates.iter().find(|it| it.name == *name) else { continue };
            let allowed = may_import(importer, &imported.kind) || (*for_tests && imported.kind == Kind::Testing);
            assert!(allowed, "{} must not import {name}", importer.name);
        }
    }
}

/// The whole rule. What is not listed is not allowed.
fn may_import(importer: &Crate, imported: &Kind) -> bool {
    use Kind::{Core, Edge, Identity, Module, Server, Shared, Store, Testing, Tests};
    match (&importer.kind, imported) {
        (Core, Identity) | (Shared | Store(_) | Module(_), Core) | (Store(_) | Module(_), Shared) => true,
        (Store(_) | Module(_), Identity) => FACES_OF_IDENTITY.contains(&importer.name.as_str()),
        // What dialects have in common is a part of each of them.
        (Store(one), Store(other)) => one == other || one == "dialects",
        (Module(_), Store(_)) => true,
        (Server, Edge | Identity | Core | Shared | Store(_) | Module(_)) => true,
        (Testing, Identity | Core | Server) => true,
        (Tests, kind) => *kind != Tests,
        _ => false,
    }
}

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    for it in all() {
        let manifest = read(&it.manifest);
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"), "{}", it.manifest);
        for shared in ["version", "edition", "rust-version", "license", "publish"] {
            assert!(manifest.contains(&format!("\n{shared}.workspace = true\n")), "{}: {shared}", it.manifest);
        }
    }
}

/// Versions stand in the workspace's manifest and nowhere else.
#[test]
fn every_dependency_has_the_version_of_the_workspace() {
    for it in all() {
        let manifest = read(&it.manifest);
        let sections = manifest
            .split("\n[")
            .filter(|section| section.split(']').next().is_some_and(|title| title.ends_with("dependencies")));
        for line in sections.flat_map(|section| section.lines().skip(1)) {
            let shared = line.contains("workspace = true") || line.trim_start().starts_with('#');
            assert!(shared || !line.contains('='), "{}: {line}", it.manifest);
        }
    }
}

/// The crates of the workspace, as cargo sees them; needs no network.
fn all() -> Vec<Crate> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(root());
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let crates: Vec<Crate> = metadata["packages"].as_array().unwrap().iter().map(crate_of).collect();
    assert!(crates.len() >= 9, "only {} crates", crates.len());
    crates
}

fn crate_of(package: &Value) -> Crate {
    let text = |key: &str| package[key].as_str().unwrap().to_owned();
    let (name, manifest) = (text("name"), text("manifest_path"));
    let manifest = manifest.strip_prefix(&format!("{}/", root().display())).unwrap().to_owned();
    let imports = package["dependencies"].as_array().unwrap().iter();
    let imports = imports.map(|it| (it["name"].as_str().unwrap().to_owned(), it["kind"] == "dev")).collect();
    let folder = manifest.trim_end_matches("/Cargo.toml");
    let kind = match folder {
        "platform/edge" => Kind::Edge,
        "platform/identity" => Kind::Identity,
        "platform/core" => Kind::Core,
        "platform/mail" | "platform/outbound" => Kind::Shared,
        "platform/server" => Kind::Server,
        "platform/testing" => Kind::Testing,
        "tests" => Kind::Tests,
        _ => {
            let place = folder.strip_prefix("modules/").unwrap_or_else(|| panic!("{folder} has no place in the tree"));
            let group = place.split('/').next().unwrap().to_owned();
            if is_version(place) { Kind::Module(group) } else { Kind::Store(group) }
        }
    };
    Crate { name, kind, manifest, imports }
}
