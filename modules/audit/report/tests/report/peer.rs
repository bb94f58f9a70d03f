//! What poppler and qpdf read in a report.
#![allow(clippy::print_stderr, clippy::disallowed_macros, reason = "says what a run leaves out")]

use std::path::{Path, PathBuf};
use std::process::Command;

use argus_audit_report::facts::Facts;
use argus_audit_report::pdf;
use tempfile::TempDir;

use crate::samples::{empty, large, small, year};

struct Read {
    _folder: TempDir,
    file: PathBuf,
}

impl Read {
    fn of(facts: &Facts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.pdf");
        std::fs::write(&file, pdf::write(facts).unwrap()).unwrap();
        Self { _folder: folder, file }
    }

    fn ask(&self, program: &str, before: &[&str], after: &[&str]) -> String {
        let output = Command::new(program).args(before).arg(&self.file).args(after).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{program}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    fn text(&self) -> String {
        self.ask("pdftotext", &["-layout"], &["-"])
    }

    fn pages(&self) -> usize {
        let said = self.ask("pdfinfo", &[], &[]);
        let line = said.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
        line.trim().parse().unwrap()
    }
}

/// Whether the programs are here; where CI is, they have to be.
fn there() -> bool {
    let there = ["/usr/bin/pdftotext", "/usr/bin/pdfinfo", "/usr/bin/qpdf"].iter().all(|file| Path::new(file).exists());
    assert!(there || std::env::var_os("CI").is_none(), "CI needs poppler-utils and qpdf");
    if !there {
        eprintln!("left out: how others read a PDF, since poppler-utils and qpdf are not here");
    }
    there
}

fn all() -> [(&'static str, Facts); 5] {
    let plain = Facts { include_stats: false, ..large() };
    [("empty", empty()), ("small", small()), ("large", large()), ("year", year()), ("plain", plain)]
}

#[test]
fn files_are_sound_and_of_the_standards() {
    for (name, facts) in all().into_iter().filter(|_| there()) {
        let read = Read::of(&facts);
        let said = read.ask("qpdf", &["--check"], &[]);
        assert!(said.contains("No syntax or stream encoding errors found"), "{name}: {said}");
        let said = read.ask("pdfinfo", &[], &[]);
        for line in [
            "Tagged:          yes",
            "Creator:         Argus",
            "Author:          admin",
            "Page size:       595.28 x 841.89 pts (A4)",
        ] {
            assert!(said.contains(line), "{name}: {line}\n{said}");
        }
        assert!(
            said.contains(&format!("Title:           Compliance summary: {}", facts.subject.name)),
            "{name}: {said}"
        );
        let metadata = read.ask("pdfinfo", &["-meta"], &[]);
        assert!(metadata.contains("pdfuaid:part") && metadata.contains("pdfaid:part"), "{name}: {metadata}");
    }
}

#[test]
fn texts_are_there_to_be_read_and_copied() {
    if !there() {
        return;
    }
    let text = Read::of(&large()).text();
    for part in [
        "COMPLIANCE SUMMARY",
        "1 January 2026 \u{2013} 31 January 2026",
        "Key figures",
        "Activity by day",
        "Sat, 31 Jan 2026",
        "Ζωή Παπαδοπούλου",
        "Юлия Щербакова",
        "José Ñandú",
        "KIND_099",
        "20 kinds with fewer events are left out.",
        "38 addresses more are left out.",
        "37 keys more are left out.",
        "2001:db8::4",
        "São Paulo, BR",
        "1,234,567,890",
        "events are kept without end",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let events = argus_audit_log::numbers::Statistics::clone(&large().log.statistics).total.to_string();
    let grouped = format!("{},{},{}", &events[..1], &events[1..4], &events[4..]);
    assert!(text.contains(&grouped), "{grouped}");
    let text = Read::of(&empty()).text();
    for part in ["No events in this period.", "No login failed", "Nothing was exported", "No key was created", "1 of "]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn breakdowns_are_left_out_where_nobody_asked() {
    if !there() {
        return;
    }
    let text = Read::of(&Facts { include_stats: false, ..large() }).text();
    for part in ["Activity by", "What was done", "Most active actors", "Where they came from"] {
        assert!(!text.contains(part), "{part}");
    }
    assert!(text.contains("Breakdowns were not asked for"), "{text}");
}

#[test]
fn pages_are_numbered_and_heads_of_tables_come_again() {
    for (name, facts) in all().into_iter().filter(|_| there()) {
        let read = Read::of(&facts);
        let (pages, text) = (read.pages(), read.text());
        let each: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
        assert_eq!(each.len(), pages, "{name}");
        for (index, page) in each.iter().enumerate() {
            assert!(page.trim_end().ends_with(&format!("{} of {pages}", index + 1)), "{name}: {page}");
        }
        let heads = |head: &str| each.iter().filter(|page| page.contains(head)).count();
        match name {
            "large" => assert!(heads("Kind of object ") >= 3, "{text}"),
            "year" => assert!(heads("Week from ") >= 2, "{text}"),
            _ => assert!(pages <= 5, "{name}: {pages}"),
        }
    }
}

#[test]
fn tags_say_what_everything_is() {
    if !there() {
        return;
    }
    let tree = Read::of(&small()).ask("pdfinfo", &["-struct-text"], &[]);
    for part in ["H1", "H2", "H3", "Figure", "Table", "THead", "TBody", "TR", "TH", "TD", "\"alice", "Sect"] {
        assert!(tree.contains(part), "{part}\n{tree}");
    }
    let raw = Read::of(&small()).ask("qpdf", &["--qdf", "--object-streams=disable"], &["-"]);
    for part in
        ["Bar chart of events by day: 11 in all. Most of them, 7, on Sat, 3 Jan 2026.", "/Scope /Column", "/Lang (en)"]
    {
        assert!(raw.contains(part), "{part}");
    }
    for title in ["Key figures", "Activity by day", "What was done", "Failed logins", "API keys", "State of the log"] {
        assert!(raw.contains(&format!("/Title ({title})")), "{title}");
    }
}

/// For whoever wants to look at them.
#[test]
fn samples_can_be_kept() {
    let Some(folder) = std::env::var_os("ARGUS_KEEP_REPORTS").map(PathBuf::from) else { return };
    for (name, facts) in all() {
        std::fs::write(folder.join(format!("{name}.pdf")), pdf::write(&facts).unwrap()).unwrap();
    }
}
