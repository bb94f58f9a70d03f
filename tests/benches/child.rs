//! The server's process, seen from the load's side.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::load::Server;
use crate::machine::{Cores, cpu_time, resident};
use crate::server::{DATABASE, Role};

/// A process of this program in the role of a server. Ends when it is dropped.
pub struct Child {
    process: Process,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Child {
    /// Starts a server on its core, with its data in `folder`.
    pub fn start(role: Role, folder: &Path, cores: Cores) -> Self {
        Self::start_at(role, folder, &cores.server.to_string(), None)
    }

    /// Starts a server that may run on every core, the load's too.
    pub fn start_free(role: Role, folder: &Path, database: Option<&str>) -> Self {
        Self::start_at(role, folder, "any", database)
    }

    /// The same, with its data in a PostgreSQL.
    pub fn start_on(role: Role, folder: &Path, cores: Cores, database: &str) -> Self {
        Self::start_at(role, folder, &cores.server.to_string(), Some(database))
    }

    fn start_at(role: Role, folder: &Path, core: &str, database: Option<&str>) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["serve", role.name(), core]).arg(folder);
        command.envs(database.map(|url| (DATABASE, url)));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (process.stdin.take(), BufReader::new(process.stdout.take().unwrap()));
        let mut child = Self { process, input, output, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        child.address = child.line().parse().unwrap();
        child
    }

    /// Asks for something and waits for the answer, a line each.
    pub fn ask(&mut self, question: &str) -> String {
        writeln!(self.input.as_mut().unwrap(), "{question}").unwrap();
        self.line()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "a server ended early");
        line.trim().to_owned()
    }

    /// The memory that it has at this moment, in bytes.
    pub fn resident(&self) -> u64 {
        resident(self.id())
    }

    /// Takes the core away from it, so that what it does by itself now and then stands on no other server's bill.
    pub fn pause(&self) {
        kill_process(self.id(), Signal::STOP).unwrap();
    }

    /// Lets it go on.
    pub fn resume(&self) {
        kill_process(self.id(), Signal::CONT).unwrap();
    }

    fn id(&self) -> Pid {
        Pid::from_child(&self.process)
    }
}

impl Server for Child {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn cpu_time(&self) -> Duration {
        cpu_time(self.id())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = kill_process(self.id(), Signal::CONT);
        // The end of its input is what a server waits for.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
