//! `argus import`: a file of events into the log.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use argus_core::clock::Clock;
use argus_core::config::Loaded;
use argus_core::telemetry;
use argus_server::import::{Format, Import, Summary, Watch, run as import};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use super::{SettingsArgs, console};

/// Between two lines about progress, where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

/// What is imported, and how.
#[derive(Args)]
pub struct ImportArgs {
    /// The file; - for standard input
    file: PathBuf,
    /// How it is written; by its name when not given
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// A member of events and its column, such as actorID=who or metadata.site=site; repeatable. By the names of the columns
    /// where not given
    #[arg(long, value_name = "MEMBER=COLUMN", value_parser = mapped)]
    map: Vec<(String, String)>,
    /// Whose the events are that name no customer, by number or short name; the user's own when not given
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<String>,
    /// Who sends them; needs the function submitAuditEvents
    #[arg(long, value_name = "NAME", default_value = "admin")]
    user: String,
    /// Write lines that cannot be imported into this file and go on; without it the first of them is the end
    #[arg(long, value_name = "FILE")]
    skip_bad: Option<PathBuf>,
    /// Only look at every line, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub settings: SettingsArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    /// A line of JSON an event
    Ndjson,
    /// A head with the names of columns, and a record an event
    Csv,
}

fn mapped(text: &str) -> Result<(String, String), String> {
    let (member, column) = text.split_once('=').ok_or("must be MEMBER=COLUMN")?;
    Ok((member.to_owned(), column.to_owned()))
}

impl ImportArgs {
    fn import(&self) -> Import {
        let is_csv = self.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let format = match self.format {
            Some(FormatArg::Csv) => Format::Csv,
            Some(FormatArg::Ndjson) => Format::Ndjson,
            None if is_csv || !self.map.is_empty() => Format::Csv,
            None => Format::Ndjson,
        };
        Import {
            file: (self.file != Path::new("-")).then(|| self.file.clone()),
            format,
            map: self.map.clone(),
            customer: self.customer.clone(),
            user: self.user.clone(),
            aside: self.skip_bad.clone(),
            dry_run: self.dry_run,
        }
    }
}

/// Imports, and says what came of it.
pub fn run(args: &ImportArgs, loaded: &Loaded) -> Result<(), String> {
    telemetry::init(&loaded.settings.log);
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let (what, stop, mut progress) = (args.import(), CancellationToken::new(), Progress::new());
    let done = runtime.block_on(async {
        // After the step that is being written; a second time, at once.
        let asked = stop.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if asked.is_cancelled() {
                    std::process::exit(130);
                }
                asked.cancel();
            }
        });
        import(&loaded.settings, &Clock::system(), &what, &stop, &mut progress).await
    });
    progress.end();
    // A thread may still wait for standard input.
    runtime.shutdown_background();
    let done = done.map_err(|error| error.to_string())?;
    console::say(&summary(&done, args.dry_run));
    match done.stopped {
        Some((line, problem)) if args.dry_run => Err(format!("stopped at line {line}: {problem}")),
        Some((line, problem)) => Err(format!("stopped at line {line}: {problem}; the same command goes on from there")),
        None => Ok(()),
    }
}

fn summary(done: &Summary, dry_run: bool) -> String {
    let verb = if dry_run { "could be imported" } else { "imported" };
    let before = if done.before > 0 { format!(" (went on behind line {})", done.before) } else { String::new() };
    let Summary { lines, events, known, skipped, .. } = done;
    format!("{events} events {verb}, {known} were there already, {skipped} lines left out; {lines} lines done{before}")
}

/// A bar where somebody looks, and else lines.
struct Progress {
    bar: Option<ProgressBar>,
    terminal: bool,
    last: Option<Instant>,
    of: Option<u64>,
}

impl Progress {
    fn new() -> Self {
        Self { bar: None, terminal: stderr().is_terminal(), last: None, of: None }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Progress {
    fn begin(&mut self, position: u64, of: Option<u64>) {
        self.of = of;
        if !self.terminal {
            return;
        }
        let bar = of.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let form = match of {
            Some(_) => "{bar:40} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left; {msg}",
            None => "{spinner} {bytes} {bytes_per_sec}; {msg}",
        };
        // A form that cannot be read leaves the bar as it is.
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        bar.set_position(position);
        bar.reset_eta();
        self.bar = Some(bar);
    }

    fn at(&mut self, position: u64, line: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.set_message(format!("line {line}"));
        } else if self.last.is_none_or(|last| last.elapsed() >= EVERY) {
            self.last = Some(Instant::now());
            let of = self.of.map_or_else(String::new, |of| format!(" of {of}"));
            console::complain(&format!("line {line}, byte {position}{of}"));
        }
    }

    fn say(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => console::complain(text),
        }
    }
}
