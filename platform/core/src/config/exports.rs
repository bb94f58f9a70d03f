//! Settings of exports and reports.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Settings, Span};

/// Files that are made of the log: where they lie, for how long, and how many are made at the same time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportSettings {
    /// Folder of the files; empty for `exports` in the data folder. Nodes of one store share it.
    pub folder: PathBuf,
    /// How long a file is kept.
    pub kept: Span,
    /// Jobs that this node runs at the same time.
    pub parallel: usize,
    /// Jobs that may wait; one more is refused with 503.
    pub most_waiting: u64,
}

impl Default for ExportSettings {
    fn default() -> Self {
        Self { folder: PathBuf::new(), kept: Span::seconds(7 * 86_400), parallel: 2, most_waiting: 1_000 }
    }
}

impl ExportSettings {
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        match () {
            () if self.parallel == 0 => Some(("exports.parallel", "must be more than 0")),
            () if self.most_waiting == 0 => Some(("exports.most_waiting", "must be more than 0")),
            () if self.kept.nanos() == 0 => Some(("exports.kept", "must be more than 0")),
            () => None,
        }
    }
}

impl Settings {
    /// The folder of files that are made of the log.
    #[must_use]
    pub fn exports_folder(&self) -> PathBuf {
        if self.exports.folder.as_os_str().is_empty() {
            return self.data_dir.join("exports");
        }
        self.exports.folder.clone()
    }
}
