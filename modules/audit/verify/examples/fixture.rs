//! Writes a log to try the verifier on: `fixture PATH EVENTS [varied]`. The key is printed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a tool for trials"
)]

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::path::Path;

use fixture::{Log, erase, ordinary, varied};
use rusqlite::Connection;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let event = if arguments.len() > 3 { varied } else { ordinary };
    let log = Log { size: arguments[2].parse().unwrap(), batch: 100, seed: 1, event };
    log.write(Path::new(&arguments[1]));
    if arguments.len() > 3 && log.size > 20 {
        erase(&Connection::open(&arguments[1]).unwrap(), 10, &["description", "metadata"]);
    }
    println!("{}", log.key().text());
}
