//! A directory server of Debian's package `slapd`, with a folder, a port and an end of its own.
#![allow(clippy::print_stderr, clippy::disallowed_macros, reason = "says what a run leaves out")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const SLAPD: &str = "/usr/sbin/slapd";
const SLAPADD: &str = "/usr/sbin/slapadd";

/// The longest that a start may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// It takes binds without password on purpose: whoever asks it must know better. Entries are shown to one account only.
const CONFIG: &str = r#"
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
allow bind_anon_cred
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
maxsize 16777216
suffix "dc=example,dc=org"
directory {folder}/db
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=argus,dc=example,dc=org" read by anonymous auth by * none
"#;

/// Who is there, each with a password of its own.
const ENTRIES: &str = r"
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: example

dn: cn=argus,dc=example,dc=org
objectClass: organizationalRole
objectClass: simpleSecurityObject
userPassword: service

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit

dn: uid=anna,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Anna
sn: A
mail: people@example.org
userPassword: annas

dn: uid=b.erta,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Berta
sn: B
mail: people@example.org
userPassword: bertas

dn: uid=odd\, \28name\29*,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Odd
sn: O
userPassword: odds

dn: ou=inner,ou=people,dc=example,dc=org
objectClass: organizationalUnit

dn: uid=deep,ou=inner,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Deep
sn: D
userPassword: deeps
";

/// A running server. Ends with this.
pub struct Slapd {
    child: Child,
    folder: TempDir,
    port: u16,
    tls_port: u16,
}

impl Slapd {
    /// Nothing where none is installed, with a word on standard error; with `CI` set that fails instead.
    pub fn start() -> Option<Self> {
        if !Path::new(SLAPD).exists() {
            assert!(std::env::var_os("CI").is_none(), "CI needs {SLAPD} (package slapd)");
            eprintln!("left out: a directory test, since there is no {SLAPD} (package slapd)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        fs::create_dir(folder.path().join("db")).unwrap();
        fs::write(folder.path().join("slapd.conf"), CONFIG.replace("{folder}", &path)).unwrap();
        fs::write(folder.path().join("entries.ldif"), ENTRIES).unwrap();
        certify(folder.path());
        run(Command::new(SLAPADD).args(["-f", "slapd.conf", "-l", "entries.ldif"]).current_dir(folder.path()));
        let (port, tls_port) = (free_port(), free_port());
        let child = serve(folder.path(), port, tls_port);
        let mut server = Self { child, folder, port, tls_port };
        server.wait();
        Some(server)
    }

    /// Its address, without TLS.
    pub fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.port)
    }

    /// Its address with TLS; by a name that its certificate has.
    pub fn tls_url(&self) -> String {
        format!("ldaps://localhost:{}", self.tls_port)
    }

    /// The certificate of the authority that vouches for it.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Takes connections, and says nothing.
    pub fn fall_silent(&self) {
        self.signal(Signal::STOP);
    }

    /// Says what it was asked meanwhile.
    pub fn speak_again(&self) {
        self.signal(Signal::CONT);
    }

    /// Ends; connections are refused.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Is there again, at the same address.
    pub fn start_again(&mut self) {
        self.child = serve(self.folder.path(), self.port, self.tls_port);
        self.wait();
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    fn wait(&mut self) {
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.tls_port)).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && began.elapsed() < PATIENCE, "slapd does not start: {ended:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(folder: &Path, port: u16, tls_port: u16) -> Child {
    let addresses = format!("ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{tls_port}/");
    let config = folder.join("slapd.conf");
    // With any level of words for a person it stays in the foreground.
    let mut command = Command::new(SLAPD);
    command.args(["-d", "0", "-h", &addresses, "-f"]).arg(config);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An authority, and a certificate of it for this machine. The library looks at them by the machine's own clock.
fn certify(folder: &Path) {
    const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    fs::write(folder.join("server.ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
    let openssl = |arguments: &[&str]| run(Command::new("openssl").args(arguments).current_dir(folder));
    let ca = ["req", "-x509", "-days", "2", "-subj", "/CN=Argus tests", "-keyout", "ca.key", "-out", "ca.pem"];
    openssl(&[&ca[..], &KEY].concat());
    let request = ["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
    openssl(&[&request[..], &KEY].concat());
    let sign = ["x509", "-req", "-days", "2", "-in", "server.csr", "-out", "server.pem", "-extfile", "server.ext"];
    openssl(&[&sign[..], &["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]].concat());
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}
