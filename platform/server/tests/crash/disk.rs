//! A disk of its own that can be full, in a mount namespace of its own: it is gone when the test is.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::common::{Place, left_out};

/// What the disk holds.
const SIZE: &str = "48m";

/// The data folder of a place, as a file system in memory that holds little.
pub struct Disk {
    /// Has the namespace, and ends when its standard input does.
    keeper: Child,
    folder: PathBuf,
}

impl Disk {
    /// A disk for that place; nothing, and a word, where nobody may mount one.
    pub fn new(place: &Place) -> Option<Self> {
        let folder = place.path().join("argus-data");
        std::fs::create_dir(&folder).unwrap();
        let script = format!("mount -t tmpfs -o size={SIZE},mode=700 argus \"$0\" && echo mounted && exec cat");
        // Whoever may have a user namespace may mount in it, without being root.
        let mut keeper = place.command("unshare", &["--map-root-user", "--mount", "sh", "-c", &script]);
        let keeper = keeper.arg(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Ok(keeper) = keeper.spawn() {
            let (mut disk, mut word) = (Self { keeper, folder }, String::new());
            BufReader::new(disk.keeper.stdout.take().unwrap()).read_line(&mut word).unwrap();
            if word.trim() == "mounted" {
                return Some(disk);
            }
        }
        left_out("a full disk, since a file system cannot be mounted in a namespace here");
        None
    }

    /// The command that starts a program where the disk is.
    pub fn starter(&self) -> Vec<String> {
        let (home, target) = (self.folder.parent().unwrap(), format!("--target={}", self.keeper.id()));
        let enter = ["nsenter", &target, "--user", "--mount", "--preserve-credentials"];
        let go_on = ["sh", "-c", "cd \"$0\" && exec \"$@\"", home.to_str().unwrap()];
        enter.iter().chain(&go_on).map(|&word| word.to_owned()).collect()
    }

    /// A file on it.
    pub fn file(&self, name: &str) -> PathBuf {
        let seen = Path::new("/proc").join(self.keeper.id().to_string()).join("root");
        seen.join(self.folder.strip_prefix("/").unwrap()).join(name)
    }

    /// Takes all room that is left.
    pub fn fill(&self) {
        let mut file = File::create(self.file("filler")).unwrap();
        for bytes in [&[0; 65_536][..], &[0; 1_024]] {
            loop {
                match file.write_all(bytes) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    /// Gives it back.
    pub fn make_room(&self) {
        std::fs::remove_file(self.file("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}
