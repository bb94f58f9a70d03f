//! `argus verify`: whether a log is the one that was signed, without a server and without settings.

use std::io::{IsTerminal, stderr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use argus_audit_verify::{Options, Report, database, export};
use argus_server::watch::note_in;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{console, files};

/// Between two lines about progress, where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

/// What is verified, and with what.
#[derive(Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["database_url", "export"])))]
pub struct VerifyArgs {
    /// The database: sqlite://PATH or postgres://...
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// A file that was exported with proofs
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// A checkpoint that was kept elsewhere, also by argus watch; repeatable. Without one, an old copy is not told from the log
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// The log's public keys, one a line; repeatable. Without one, the log's own word is taken
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    /// The most faults that are told
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    most: usize,
}

impl VerifyArgs {
    fn options(&self) -> Result<Options, String> {
        // What a watch kept will do as well.
        let checkpoint = |file: &PathBuf| files::read(file).map(|text| note_in(&text).to_owned());
        let checkpoints = self.checkpoint.iter().map(checkpoint).collect::<Result<_, _>>()?;
        Ok(Options { checkpoints, keys: files::public_keys(&self.key)?, most: self.most })
    }
}

/// Verifies, and tells every fault on a line of its own. It fails unless all holds.
pub fn run(args: &VerifyArgs) -> Result<(), String> {
    let options = args.options()?;
    let mut progress = Progress::new();
    let report = match (&args.database_url, &args.export) {
        (Some(url), _) => database(url, &options, |done, of| progress.at(done, of)),
        (None, Some(file)) => export(file, &options, |done, of| progress.at(done, of)),
        // One of them is required.
        (None, None) => return Err("nothing to verify".to_owned()),
    };
    progress.end();
    tell(&report.map_err(|error| error.to_string())?)
}

fn tell(report: &Report) -> Result<(), String> {
    for warning in &report.warnings {
        console::complain(&format!("warning: {warning}"));
    }
    for fault in &report.faults {
        console::say(&fault.to_string());
    }
    if !report.holds() {
        let more = report.found - report.faults.len() as u64;
        let more = if more > 0 { format!(", of which {more} are not told") } else { String::new() };
        return Err(format!("{} leaves, {} faults{more}", report.leaves, report.found));
    }
    console::say(&format!("{} leaves, and all of it holds.", report.leaves));
    Ok(())
}

/// A bar where somebody looks, and else lines.
struct Progress {
    bar: Option<ProgressBar>,
    terminal: bool,
    last: Instant,
}

impl Progress {
    fn new() -> Self {
        Self { bar: None, terminal: stderr().is_terminal(), last: Instant::now() }
    }

    fn at(&mut self, done: u64, of: u64) {
        if self.terminal {
            let bar = self.bar.get_or_insert_with(|| {
                let bar = ProgressBar::new(of);
                // A form that cannot be read leaves the bar as it is.
                if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec}, {eta} left") {
                    bar.set_style(style);
                }
                bar
            });
            bar.set_length(of);
            bar.set_position(done);
        } else if self.last.elapsed() >= EVERY {
            self.last = Instant::now();
            console::complain(&format!("{done} of {of}"));
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
