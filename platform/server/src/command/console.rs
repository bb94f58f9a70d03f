//! What the command line says to a person.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_macros, reason = "this is the command line")]

/// To standard output.
pub fn say(text: &str) {
    println!("{text}");
}

/// To standard error: what nobody is to miss.
pub fn alarm(text: &str) {
    eprintln!("ALARM {text}");
}

/// To standard error.
pub fn complain(text: &str) {
    eprintln!("argus: {text}");
}
