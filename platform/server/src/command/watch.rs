//! `argus watch`: whether a log only grows, seen from outside, again and again.

use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use argus_core::clock::{Clock, after};
use argus_server::watch::{Seen, Watch};
use clap::Args;

use super::{console, files, stop_signal};

/// What the program ends with after an alarm.
const ALARMED: u8 = 1;

/// What it ends with where nobody can say whether there is reason for one.
const UNKNOWN: u8 = 2;

/// What is watched, and how.
#[derive(Args)]
pub struct WatchArgs {
    /// The server (https://host), or its log (https://host/audit/v1/log)
    url: String,
    /// What keeps the last checkpoint that held
    #[arg(long, value_name = "FILE", default_value = "argus-watch.checkpoint")]
    state: PathBuf,
    /// The log's public keys, one a line; repeatable. Without one, those of the state, or else the log's own word is taken once
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    /// Seconds from one look to the next
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    interval: u32,
    /// Look once, and end
    #[arg(long)]
    once: bool,
}

/// Watches. What it ends with is of its own: an alarm must be told from everything that only hinders a look.
pub fn run(args: &WatchArgs) -> ExitCode {
    watch(args).unwrap_or_else(|problem| {
        console::complain(&problem);
        ExitCode::from(UNKNOWN)
    })
}

fn watch(args: &WatchArgs) -> Result<ExitCode, String> {
    let (keys, clock) = (files::public_keys(&args.key)?, Clock::system());
    let watch = Watch::new(&args.url, &args.state, keys, clock.clone()).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(go_on(args, watch, &clock))
}

async fn go_on(args: &WatchArgs, mut watch: Watch, clock: &Clock) -> Result<ExitCode, String> {
    let mut stop = pin!(stop_signal()?);
    let (mut alarmed, mut unknown) = (false, args.once);
    loop {
        let next = after(clock.now(), Duration::from_secs(args.interval.into()));
        let seen = tokio::select! { seen = watch.look() => seen, () = &mut stop => break };
        alarmed |= matches!(seen, Seen::Alarm(_));
        // One that goes on tries again, so at its end only alarms count.
        unknown &= matches!(seen, Seen::Trouble(_));
        tell(&seen);
        if args.once {
            break;
        }
        tokio::select! { () = clock.sleep_until(next) => {}, () = &mut stop => break }
    }
    Ok(match (alarmed, unknown) {
        (true, _) => ExitCode::from(ALARMED),
        (_, true) => ExitCode::from(UNKNOWN),
        _ => ExitCode::SUCCESS,
    })
}

fn tell(seen: &Seen) {
    match seen {
        Seen::Holds { line, warning } => {
            if let Some(warning) = warning {
                console::complain(&format!("warning: {warning}"));
            }
            console::say(line);
        }
        Seen::Alarm(line) => console::alarm(line),
        Seen::Trouble(line) => console::complain(line),
    }
}
