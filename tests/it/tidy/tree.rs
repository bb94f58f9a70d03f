//! The files of the project.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The top of the tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// A file's text; nothing where it is not text.
pub fn read(path: &str) -> String {
    let bytes = std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    String::from_utf8(bytes).unwrap_or_default()
}

/// Every file that git knows, or is about to know; without git, every file that is not built.
pub fn tracked() -> Vec<String> {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    FILES.get_or_init(|| by_git().unwrap_or_else(by_walking)).clone()
}

/// Those of Rust.
pub fn rust_files() -> Vec<String> {
    let files: Vec<String> = tracked().into_iter().filter(|path| path.ends_with(".rs")).collect();
    assert!(files.len() > 50, "only {} files were found", files.len());
    files
}

/// Whether a file is part of tests or of measurements only.
pub fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("_tests.rs") || path.contains("/testing/")
}

/// Whether a file stands in a folder of that name.
pub fn ends_up_in(path: &str, folder: &str) -> bool {
    path.rsplit('/').nth(1) == Some(folder)
}

fn by_git() -> Option<Vec<String>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let listed = git.output().ok().filter(|output| output.status.success())?;
    let listed = String::from_utf8(listed.stdout).ok()?;
    // A file that was just taken away is listed until that is committed.
    let there = listed.lines().filter(|path| root().join(path).is_file());
    Some(there.map(str::to_owned).collect())
}

fn by_walking() -> Vec<String> {
    let (root, mut files) = (root(), Vec::new());
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_file() {
                files.push(path.strip_prefix(&root).unwrap().to_string_lossy().into_owned());
            } else if !["target", "argus-data", ".git"].contains(&name.as_str()) {
                folders.push(path);
            }
        }
    }
    files
}
