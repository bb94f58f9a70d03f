//! Reading settings, and saying where each came from.

use std::collections::BTreeSet;
use std::path::Path;

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Profile};

use super::Settings;

/// Settings and where they came from.
pub struct Loaded {
    /// The effective settings.
    pub settings: Settings,
    /// Every key with its value (secrets hidden) and its source, sorted by key.
    pub provenance: Vec<(String, String, String)>,
    /// `ARGUS_` variables that mean nothing; to be warned of.
    pub unknown_variables: Vec<String>,
}

/// Settings that cannot be used: which key, from where, and why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

/// Loads settings: `flags` over environment over `file` over defaults.
///
/// # Errors
/// When the file cannot be read, has an unknown key, or any value cannot be used.
pub fn load(file: Option<&Path>, flags: &[(&str, String)]) -> Result<Loaded, SettingsError> {
    let keys = settings_keys();
    let names: BTreeSet<String> = keys.iter().map(|key| key.replace('.', "__")).collect();
    let mut figment = Figment::from(Serialized::defaults(Settings::default()));
    if let Some(file) = file {
        if !file.is_file() {
            return Err(SettingsError(format!("the settings file {} is not there", file.display())));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    let known = names.clone();
    figment =
        figment.merge(Env::prefixed("ARGUS_").filter(move |name| is_known(&known, &lower(name.as_str()))).split("__"));
    for (key, value) in flags {
        figment = figment.merge(Flag { key, value });
    }
    let settings: Settings = figment.extract().map_err(|error| SettingsError(explain(error)))?;
    if let Some((key, problem)) = settings.problem() {
        return Err(SettingsError(format!("{key} {problem} (from {})", source(&figment, key))));
    }
    let provenance = printable(&settings)
        .into_iter()
        .map(|(key, value)| {
            let from = source(&figment, &key);
            (key, value, from)
        })
        .collect();
    Ok(Loaded { settings, provenance, unknown_variables: unknown_variables(&names) })
}

/// Every key, with dots.
#[must_use]
pub fn settings_keys() -> Vec<String> {
    printable(&Settings::default()).into_iter().map(|(key, _)| key).collect()
}

/// Providers have names of their own: what stands below is looked at when it is read.
fn is_known(names: &BTreeSet<String>, name: &str) -> bool {
    names.contains(name) || name.starts_with("openid__")
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Tests and tools name their own variables `ARGUS_TEST_...`.
fn unknown_variables(known: &BTreeSet<String>) -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let ours =
        names.filter(|name| name.starts_with("ARGUS_") && !name.starts_with("ARGUS_TEST_") && name != "ARGUS_CONFIG");
    ours.filter(|name| !is_known(known, &lower(name.trim_start_matches("ARGUS_")))).collect()
}

fn explain(error: figment::Error) -> String {
    let lines = error.into_iter().map(|error| {
        let key = error.path.join(".");
        let from = error.metadata.as_ref().map_or_else(String::new, |from| format!(" (from {})", origin(from, &key)));
        let problem = without_excerpt(&error.kind.to_string());
        if key.is_empty() { format!("{problem}{from}") } else { format!("{key}: {problem}{from}") }
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// A TOML error in one line, without the lines of the file that it shows: one may hold a password.
fn without_excerpt(problem: &str) -> String {
    let is_excerpt = |line: &str| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).starts_with('|');
    let lines = problem.lines().filter(|line| !line.is_empty() && !is_excerpt(line));
    lines.collect::<Vec<_>>().join(", ")
}

fn source(figment: &Figment, key: &str) -> String {
    figment.find_metadata(key).map_or_else(|| "default".to_owned(), |from| origin(from, key))
}

/// Where a value came from, by a name under which it can be found and changed.
fn origin(from: &figment::Metadata, key: &str) -> String {
    match &from.source {
        _ if from.name.contains("Settings") => "default".to_owned(),
        Some(figment::Source::File(path)) => path.display().to_string(),
        _ if from.name.contains("environment") => {
            format!("environment ARGUS_{}", key.replace('.', "__").to_ascii_uppercase())
        }
        _ => from.name.to_string(),
    }
}

/// Keys and values as a person reads them; `Secret` hides itself.
fn printable(settings: &Settings) -> Vec<(String, String)> {
    fn walk(value: &serde_json::Value, key: String, found: &mut Vec<(String, String)>) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                    walk(member, key, found);
                }
            }
            other => found.push((key, other.to_string())),
        }
    }
    let mut found = Vec::new();
    walk(&serde_json::to_value(settings).unwrap_or_default(), String::new(), &mut found);
    found
}

/// One setting from the command line.
struct Flag<'a> {
    key: &'a str,
    value: &'a str,
}

impl figment::Provider for Flag<'_> {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named(format!("flag --{}", self.key.replace('_', "-")))
    }

    fn data(&self) -> Result<figment::value::Map<Profile, Dict>, figment::Error> {
        let mut dict = Dict::new();
        dict.insert(self.key.to_owned(), Value::from(self.value));
        Ok(Profile::Default.collect(dict))
    }
}
