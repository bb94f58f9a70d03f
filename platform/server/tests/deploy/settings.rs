//! argus.toml: every setting, with its default.

use std::collections::BTreeMap;

use argus_core::config::settings_keys;

use crate::common::{Place, text};
use crate::{deployed, root};

/// Key to value and source, as `argus config` prints them.
fn effective(arguments: &[&str]) -> BTreeMap<String, (String, String)> {
    let place = Place::bare();
    let done = place.run(&[&["config"], arguments].concat());
    assert!(done.status.success(), "{}", text(&done));
    let printed = String::from_utf8(done.stdout).unwrap();
    let lines = printed.lines().map(|line| {
        let (key, rest) = line.split_once(" = ").unwrap();
        let (value, source) = rest.rsplit_once("  # ").unwrap();
        (key.to_owned(), (value.to_owned(), source.to_owned()))
    });
    lines.collect()
}

#[test]
fn the_file_as_it_stands_changes_nothing() {
    let file = root().join("deploy/argus.toml");
    let file = file.to_str().unwrap();
    let (defaults, with_file) = (effective(&[]), effective(&["--config", file]));
    assert_eq!(defaults.keys().cloned().collect::<Vec<_>>(), settings_keys());
    for (key, (value, source)) in &defaults {
        assert_eq!(source, "default", "{key}");
        assert_eq!(with_file.get(key), Some(&(value.clone(), file.to_owned())), "{key} is to be in the file");
    }
    assert_eq!(with_file.len(), defaults.len());
}

#[test]
fn every_setting_is_explained_with_its_variable() {
    let (mut section, mut comment, mut seen) = (String::new(), String::new(), Vec::new());
    for line in deployed("argus.toml").lines() {
        if let Some(words) = line.strip_prefix('#') {
            comment += words;
            comment.push('\n');
        } else if let Some(name) = line.strip_prefix('[') {
            assert!(!comment.trim().is_empty(), "[{name} is not explained");
            section = format!("{}.", name.trim_end_matches(']'));
            comment.clear();
        } else if let Some((name, _)) = line.split_once(" = ") {
            let key = format!("{section}{name}");
            let variable = format!(" Environment: ARGUS_{}\n", key.replace('.', "__").to_uppercase());
            let explained = comment.strip_suffix(&variable);
            assert!(explained.is_some_and(|words| words.len() > 20), "{key} is not explained, with {variable}");
            seen.push(key);
            comment.clear();
        } else {
            assert_eq!(line, "", "a line that is nothing");
            comment.clear();
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, settings_keys());
}

#[test]
fn every_variable_of_the_file_is_one() {
    for key in settings_keys() {
        let variable = format!("ARGUS_{}", key.replace('.', "__").to_uppercase());
        // Taken or refused, the program says that it has seen it.
        let value = if key == "domain" || key == "data_dir" { "[]" } else { "/" };
        let done = Place::bare().with(&variable, value).run(&["config"]);
        let said = text(&done);
        let taken = said.contains(&format!("environment {variable}"));
        assert!(taken, "{variable}: {said}");
    }
}
