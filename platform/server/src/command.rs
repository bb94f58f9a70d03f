//! `argus serve`, `migrate`, `import`, `openapi`, `config`, `sign`, `rotate-log-key`, `accept-rollback`, `verify`, `watch`.

mod console;
mod files;
mod import;
mod serve;
mod sign;
mod verify;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use argus_core::clock::Clock;
use argus_core::config::{self, Loaded};
use argus_server::{documents, guard, log_key, migrate};
use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

/// An API gateway that knows, and can prove, who did what.
#[derive(Parser)]
#[command(name = "argus", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: SettingsArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Serve requests (what `argus` alone does too)
    Serve(SettingsArgs),
    /// Bring the store to the form that this version needs, then stop
    Migrate(SettingsArgs),
    /// Bring a file of events into the log, without a server; what was cut off goes on where it ended
    Import(import::ImportArgs),
    /// Write the OpenAPI documents into a folder
    Openapi {
        /// Only say which documents are not current; fail if any
        #[arg(long)]
        check: bool,
        /// The folder
        #[arg(long, default_value = "openapi")]
        folder: PathBuf,
    },
    /// Print the effective settings and where each came from; secrets are hidden
    Config(SettingsArgs),
    /// Sign one request, and print the header for curl
    Sign(sign::SignArgs),
    /// Make another key for the log's checkpoints; no node may run meanwhile. What was signed stays as good as it was
    RotateLogKey(SettingsArgs),
    /// Go on from a store that is older than the checkpoint which was kept of it; no node may run meanwhile. The log will say so
    AcceptRollback {
        #[command(flatten)]
        settings: SettingsArgs,
        /// Why: for whoever reads the log
        #[arg(long)]
        reason: String,
    },
    /// Find out whether a log, or a file exported from one, is what was signed; changes nothing
    Verify(verify::VerifyArgs),
    /// See from outside, again and again, that a log only grows; ends with 1 after an alarm, with 2 when nobody can say
    Watch(watch::WatchArgs),
}

/// Settings on the command line win over the environment (ARGUS_X), the file and the defaults.
#[derive(Args, Clone, Default)]
struct SettingsArgs {
    /// Settings file (TOML)
    #[arg(long, value_name = "FILE", env = "ARGUS_CONFIG")]
    config: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, value_name = "IP:PORT")]
    listen: Option<String>,
    /// Folder of the embedded store and of bootstrap.json
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// sqlite://PATH or postgres://...
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl SettingsArgs {
    fn load(&self) -> Result<Loaded, String> {
        let given = [("listen", &self.listen), ("data_dir", &self.data_dir), ("database_url", &self.database_url)];
        let flags: Vec<_> = given.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect();
        // Without --config, a file in the working folder is taken when it is there.
        let usual = PathBuf::from("argus.toml");
        let file = self.config.clone().or_else(|| usual.is_file().then_some(usual));
        config::load(file.as_deref(), &flags).map_err(|error| error.to_string())
    }
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command.unwrap_or(Command::Serve(cli.settings)) {
        Command::Serve(args) => args.load().and_then(serve::run),
        Command::Migrate(args) => args.load().and_then(|loaded| migrate_store(&loaded)),
        Command::Import(args) => args.settings.load().and_then(|loaded| import::run(&args, &loaded)),
        Command::Openapi { check, folder } => openapi(check, &folder),
        Command::Sign(args) => sign::run(&args),
        Command::RotateLogKey(args) => args.load().and_then(|loaded| rotate_log_key(&loaded)),
        Command::AcceptRollback { settings, reason } => {
            settings.load().and_then(|loaded| accept_rollback(&loaded, &reason))
        }
        Command::Verify(args) => verify::run(&args),
        Command::Watch(args) => return watch::run(&args),
        Command::Config(args) => args.load().map(|loaded| print_settings(&loaded)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            console::complain(&problem);
            ExitCode::FAILURE
        }
    }
}

/// Ends when the program is asked to end: SIGTERM or SIGINT.
fn stop_signal() -> Result<impl Future<Output = ()>, String> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}

fn migrate_store(loaded: &Loaded) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(migrate::only(&loaded.settings)).map_err(|error| error.to_string())?;
    console::say("The store is current.");
    Ok(())
}

fn rotate_log_key(loaded: &Loaded) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let rotated = runtime.block_on(log_key::rotate(&loaded.settings, &Clock::system()));
    console::say(&rotated.map_err(|error| error.to_string())?.text());
    Ok(())
}

fn accept_rollback(loaded: &Loaded, reason: &str) -> Result<(), String> {
    if reason.trim().is_empty() {
        return Err("--reason: say why".to_owned());
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let accepted = runtime.block_on(guard::accept(&loaded.settings, &Clock::system(), reason));
    console::say(match accepted.map_err(|error| error.to_string())? {
        true => "The log goes on from this store.",
        false => "The store goes on from the checkpoint that was kept: there is nothing to accept.",
    });
    Ok(())
}

fn openapi(check: bool, folder: &std::path::Path) -> Result<(), String> {
    if !check {
        return documents::write(folder).map_err(|error| error.to_string());
    }
    let stale = documents::stale(folder).map_err(|error| error.to_string())?;
    if stale.is_empty() {
        console::say("The documents are current.");
        return Ok(());
    }
    Err(format!("not current: {}; run `argus openapi`", stale.join(", ")))
}

fn print_settings(loaded: &Loaded) {
    for (key, value, source) in &loaded.provenance {
        console::say(&format!("{key} = {value}  # {source}"));
    }
    for variable in &loaded.unknown_variables {
        console::say(&format!("# {variable} is not a setting"));
    }
}
