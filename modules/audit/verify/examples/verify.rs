//! Verifies a log, and says how long it took: `verify URL|FILE.ndjson`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a tool for trials"
)]

use std::path::Path;
use std::time::Instant;

use argus_audit_verify::{Options, database, export};

fn main() {
    let what = std::env::args().nth(1).unwrap();
    let started = Instant::now();
    let report = if what.contains("://") {
        database(&what, &Options::default(), |_, _| {})
    } else {
        export(Path::new(&what), &Options::default(), |_, _| {})
    };
    let report = report.unwrap();
    let took = started.elapsed();
    report.warnings.iter().for_each(|warning| println!("warning: {warning}"));
    report.faults.iter().for_each(|fault| println!("{fault}"));
    let rate = report.leaves as f64 / took.as_secs_f64();
    println!("{} leaves, {} faults, {took:?}, {rate:.0} leaves a second", report.leaves, report.found);
}
