//! The peer in Python (peers/app.py), as a server to be loaded like the others.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::load::Server;
use crate::machine::{self, Cores};

/// Uvicorn with two workers. Ends when it is dropped.
pub struct Peer {
    process: Child,
    address: SocketAddr,
}

/// The Python that has the peer's packages, if there is one.
fn python() -> Option<PathBuf> {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/peers/bin/python");
    let python = std::env::var_os("ARGUS_BENCH_PEERS").map_or_else(own, PathBuf::from);
    python.exists().then_some(python)
}

impl Peer {
    /// Starts it on the server's core with a store of its own; nothing where its packages are not there.
    pub fn start(database: &str, cores: Cores) -> Option<Self> {
        let python = python()?;
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
        let mut command = Command::new(python);
        command.args(["-m", "uvicorn", "app:app", "--workers", "2", "--no-access-log", "--log-level", "error"]);
        command.args(["--port", &free.port().to_string()]).current_dir(folder);
        command.env("DATABASE_URL", database).stdin(Stdio::null());
        // What is started inherits the core.
        machine::pin(cores.server);
        let process = command.spawn();
        machine::pin(cores.load);
        let peer = Self { process: process.unwrap(), address: free };
        let started = Instant::now();
        while TcpStream::connect(free).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "the peer does not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        Some(peer)
    }
}

impl Server for Peer {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn cpu_time(&self) -> Duration {
        self.processes().into_iter().map(machine::cpu_time).sum()
    }
}

impl Peer {
    /// The process that was started, and its workers.
    fn processes(&self) -> Vec<Pid> {
        let id = self.process.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let children = children.split_whitespace().filter_map(|id| Pid::from_raw(id.parse().ok()?));
        children.chain([Pid::from_child(&self.process)]).collect()
    }

    /// Takes the core away from it.
    pub fn pause(&self) {
        self.processes().into_iter().for_each(|id| kill_process(id, Signal::STOP).unwrap());
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.processes().into_iter().for_each(|id| kill_process(id, Signal::CONT).unwrap());
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.resume();
        let _ = kill_process(Pid::from_child(&self.process), Signal::TERM);
        let _ = self.process.wait();
    }
}
