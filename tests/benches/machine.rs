//! The machine: what it is, which core runs what, and how long it takes to make something durable.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The cores of the two sides. On a machine with one core both have the same.
#[derive(Clone, Copy)]
pub struct Cores {
    /// The server's.
    pub server: usize,
    /// The load's.
    pub load: usize,
}

impl Cores {
    /// The first two that this process may use.
    pub fn choose() -> Self {
        let allowed = sched_getaffinity(None).unwrap();
        let mut cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
        let server = cores.next().unwrap();
        Self { server, load: cores.next().unwrap_or(server) }
    }

    /// Whether server and load are in each other's way.
    pub fn are_shared(self) -> bool {
        self.server == self.load
    }
}

/// Keeps this thread, and every thread that it starts, on one core.
pub fn pin(core: usize) {
    let mut only = CpuSet::new();
    only.set(core);
    sched_setaffinity(None, &only).unwrap();
}

/// Lets this thread, and every thread that it starts, run anywhere.
pub fn free() {
    let mut all = CpuSet::new();
    (0..CpuSet::MAX_CPU).for_each(|core| all.set(core));
    sched_setaffinity(None, &all).unwrap();
}

/// The time that a process has spent on a core, in its own code and in the kernel's for it.
pub fn cpu_time(process: Pid) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).unwrap();
    // The name, in parentheses, may hold blanks; user and system time are the 12th and 13th field behind it.
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 1_000 / rustix::param::clock_ticks_per_second())
}

/// The memory that a process has at this moment, in bytes.
pub fn resident(process: Pid) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1_024
}

/// The median time to append 4 KiB to a file in `folder` and have it on disk.
pub fn fsync_time(folder: &Path) -> Duration {
    let path = folder.join("fsync");
    let mut file = std::fs::File::create(&path).unwrap();
    let mut times: Vec<Duration> = (0..101)
        .map(|_| {
            let started = Instant::now();
            file.write_all(&[7; 4_096]).unwrap();
            file.sync_data().unwrap();
            started.elapsed()
        })
        .collect();
    std::fs::remove_file(path).unwrap();
    times.sort();
    times[times.len() / 2]
}

/// Cores, model and load of this machine, in one line.
pub fn describe() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = info.lines().filter(|line| line.starts_with("processor")).count();
    format!("{cores} cores, {model}, kernel {}, load {}", read("/proc/sys/kernel/osrelease").trim(), load_average())
}

/// The number of processes that want a core, over the last minute: with more than a few, what is measured is noise.
pub fn load_average() -> String {
    let all = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    all.split(' ').next().unwrap_or_default().to_owned()
}
