//! argus.service.

use std::process::Command;

use argus_core::config::Settings;

use crate::common::{ARGUS, Place, say, text};
use crate::deployed;

/// Section, key and value of each line.
fn entries() -> Vec<(String, String, String)> {
    let mut section = String::new();
    let mut entries = Vec::new();
    for line in deployed("argus.service").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
        } else {
            let (key, value) = line.split_once('=').unwrap();
            entries.push((section.clone(), key.to_owned(), value.to_owned()));
        }
    }
    entries
}

fn service(key: &str) -> Vec<String> {
    let entries = entries().into_iter().filter(|(section, found, _)| section == "Service" && found == key);
    entries.map(|(_, _, value)| value).collect()
}

#[test]
fn everything_that_can_be_shut_is_shut() {
    for (key, value) in [
        ("DynamicUser", "yes"),
        ("StateDirectory", "argus"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("AmbientCapabilities", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("PrivateUsers", "yes"),
        ("ProtectClock", "yes"),
        ("ProtectControlGroups", "yes"),
        ("ProtectHostname", "yes"),
        ("ProtectKernelLogs", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("RestrictNamespaces", "yes"),
        ("RestrictRealtime", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("LockPersonality", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("SystemCallArchitectures", "native"),
    ] {
        assert_eq!(service(key), [value], "{key}");
    }
    assert_eq!(service("SystemCallFilter"), ["@system-service", "~@privileged @resources"]);
}

#[test]
fn it_starts_and_stops_as_the_program_does() {
    assert_eq!(service("ExecStart"), ["/usr/local/bin/argus serve --config /etc/argus/argus.toml"]);
    assert_eq!(service("Environment"), ["ARGUS_DATA_DIR=/var/lib/argus"]);
    assert_eq!(
        (service("Restart"), service("KillSignal")),
        (vec!["on-failure".to_owned()], vec!["SIGTERM".to_owned()])
    );
    let seconds: u64 = service("TimeoutStopSec").remove(0).parse().unwrap();
    assert!(seconds > 10, "the drain alone may take 10 s");
    let files: usize = service("LimitNOFILE").remove(0).parse().unwrap();
    assert!(files > Settings::default().edge.max_connections + 1_000, "each connection is an open file");
    let installed = entries().into_iter().any(|(section, key, _)| section == "Install" && key == "WantedBy");
    assert!(installed);
}

#[test]
fn systemd_takes_it() {
    let place = Place::bare();
    let unit = place.path().join("argus.service");
    // The program is not where it will be; the one under test stands in for it.
    std::fs::write(&unit, deployed("argus.service").replace("/usr/local/bin/argus", ARGUS)).unwrap();
    let unit = unit.to_str().unwrap();
    let analyze = |arguments: &[&str]| Command::new("systemd-analyze").args(arguments).output();
    let Ok(verified) = analyze(&["verify", unit]) else {
        say("left out: what systemd says of the unit, since there is no systemd-analyze");
        return;
    };
    // Other units of the machine may have faults of their own.
    let said = text(&verified);
    assert!(!said.lines().any(|line| line.contains("argus.service")), "{said}");
    let exposed = analyze(&["security", "--offline=true", "--threshold=15", unit]).unwrap();
    let said = text(&exposed);
    // Systemd before version 250 cannot judge a unit that is not running.
    assert!(exposed.status.success() || said.contains("unrecognized option"), "{said}");
}
