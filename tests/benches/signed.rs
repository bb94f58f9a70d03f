//! What signed requests cost: beside the bare check of a signature, beside requests by key, and in memory.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use argus_core::authentication::signature::Signer;
use argus_core::clock::{Clock, Ids};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm};

use crate::child::Child;
use crate::load::{self, Load};
use crate::machine;
use crate::parts::Plan;
use crate::seed::{self, CONNECTIONS};
use crate::server::{PUBLIC, Role};
use crate::table::{Rate, Table, median};

/// Keys of each algorithm, which take turns.
const KEYS: usize = 16;

/// Connections of the requests by key that others are in the way of.
const FEW: usize = 8;

/// Signed requests a second while memory is watched.
const PACE: u32 = 1_000;

const PATH: &str = "/authentication/v1/session/permission/viewAuditEvents";

/// The keys of one algorithm, as a client has them.
struct Client {
    name: &'static str,
    check: &'static dyn VerificationAlgorithm,
    signers: Vec<Signer>,
    /// The place of the first among all keys of the user.
    first: usize,
    /// Public keys in SPKI.
    public: Vec<Vec<u8>>,
    clock: Clock,
}

impl Client {
    fn new(name: &'static str, first: usize) -> Self {
        let es256 = name == "ES256";
        let options: [&str; 4] = if es256 {
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        } else {
            ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        };
        let clock = Clock::system();
        let ids = Ids::new(clock.clone());
        let made = (0..KEYS).map(|_| {
            let pem = openssl(&[&["genpkey"], options.as_slice()].concat(), b"");
            let public = openssl(&["pkey", "-pubout", "-outform", "DER"], &pem);
            (Signer::from_pem(&String::from_utf8(pem).unwrap(), &ids).unwrap(), public)
        });
        let (signers, public) = made.unzip();
        let check: &'static dyn VerificationAlgorithm =
            if es256 { &ECDSA_P256_SHA256_FIXED } else { &RSA_PKCS1_2048_8192_SHA256 };
        Self { name, check, signers, first, public, clock }
    }

    fn rows(&self) -> Vec<(&'static str, Vec<u8>)> {
        self.public.iter().map(|der| (self.name, der.clone())).collect()
    }

    /// The value of the header, `after` ms from now, by one key after the other.
    fn header(&self, number: usize, after: i64) -> String {
        let (key, uri) = (number % KEYS, format!("{PUBLIC}{PATH}"));
        let name = format!("ARGUS/signer/{}", self.first + key);
        self.signers[key].header(&name, &uri, self.clock.now_millis() + after).unwrap()
    }

    /// That many requests, `between` ms apart from now on; each is good once.
    fn requests(&self, number: usize, between: i64) -> Vec<Vec<u8>> {
        let line = format!("GET {PATH}");
        let request = |number: usize| {
            let header = self.header(number, number as i64 * between);
            seed::request(&line, &format!("Argus-Signature: {header}"), "")
        };
        (0..number).map(request).collect()
    }

    /// What ring alone takes to check one such signature on the server's core, in microseconds.
    fn bare(&self, plan: &Plan) -> f64 {
        let header = self.header(0, 0);
        let (signed, signature) = header.split_once(':').unwrap().1.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = UnparsedPublicKey::new(self.check, bare_key(&self.public[0]));
        machine::pin(plan.cores.server);
        let own = rustix::process::getpid();
        let rounds = (0..plan.rounds.max(3)).map(|_| {
            let (before, mut checked) = (machine::cpu_time(own), 0);
            // By the time on the core, so that nothing else that runs there counts.
            while machine::cpu_time(own) - before < Duration::from_secs(1) {
                for _ in 0..500 {
                    key.verify(signed.as_bytes(), &signature).unwrap();
                }
                checked += 500;
            }
            (machine::cpu_time(own) - before).as_secs_f64() * 1e6 / f64::from(checked)
        });
        let time = median(rounds);
        machine::pin(plan.cores.load);
        time
    }
}

/// Signed requests beside the bare check, beside requests by key, and what they leave in memory.
pub fn measure(plan: &Plan, folder: &Path, table: &mut Table) {
    if Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_err() {
        println!("openssl is not here: signed requests are left out");
        return;
    }
    println!("{KEYS} keys of each algorithm ...");
    let clients = [Client::new("ES256", 1), Client::new("RS256", 1 + KEYS)];
    let data = folder.join("signed");
    let keys = seed::store_with(&data, 1_000.min(plan.keys), &clients.each_ref().map(Client::rows).concat());
    let argus = Child::start(Role::Argus, &data, plan.cores);
    // Signed right before they are sent, for a timestamp is good for a minute; and RSA signs a thousand a second at most.
    let numbers = [plan.window.as_millis() as usize * 5, plan.window.as_millis() as usize];
    let mut rates = Vec::new();
    for ((client, number), (what, aim)) in clients.iter().zip(numbers).zip([("e ", ">= 0.60"), ("e2", ">= 0.45")]) {
        let rate = rate(plan, &argus, client, number);
        argus.pause();
        let bare = client.bare(plan);
        argus.resume();
        let name = client.name;
        let figure = format!("{:.0}/s", 1e6 / bare);
        table.add(&format!("    ring alone, {name}"), figure, format!("{bare:.2} us"), "1.00".to_owned(), "");
        let cpu = format!("{:.2} us ({:.0} % busy)", rate.cpu, rate.busy * 100.0);
        let ratio = format!("{:.2} by core", bare / rate.cpu);
        table.add(&format!("{what}  signed, {name}"), format!("{:.0}/s", rate.wall), cpu, ratio, aim);
        rates.push(rate);
    }
    in_the_way(plan, &argus, &clients[0], rates[0], &keys, table);
    drop(argus);
    memory(plan, &folder.join("memory"), &clients[0], table);
}

fn rate(plan: &Plan, argus: &Child, client: &Client, number: usize) -> Rate {
    load::warm(argus, &plan.load(client.requests(CONNECTIONS * 4, 0), 200));
    let mut outcomes = Vec::new();
    for round in 1..=plan.rounds {
        let outcome = load::once(argus, &plan.load(client.requests(number, 0), 200), None);
        let (rate, cpu) = (outcome.rate(), outcome.cpu_micros());
        println!("round {round}, load {}: {} {rate:.0}/s {cpu:.2} us", machine::load_average(), client.name);
        outcomes.push(outcome);
    }
    Rate::of(&outcomes)
}

/// What requests by key wait for, when others saturate the server.
fn in_the_way(plan: &Plan, argus: &Child, client: &Client, rate: Rate, keys: &[String], table: &mut Table) {
    let by_key = seed::requests(keys, &format!("GET {PATH}"), None);
    let few = Rc::new(Load { requests: by_key.clone(), status: 200, connections: FEW });
    load::warm(argus, &few);
    let number = (rate.wall * plan.window.as_secs_f64()) as usize;
    let mut rounds = [const { Vec::new() }; 3];
    for round in 1..=plan.rounds {
        let many = by_key.iter().cycle().take(number * 3).cloned().collect();
        let outcomes = [
            load::run(argus, &few, plan.window),
            load::beside(argus, &few, &plan.load(many, 200), None),
            load::beside(argus, &few, &plan.load(client.requests(number, 0), 200), None),
        ];
        let told = outcomes.each_ref().map(|outcome| format!("{:.0} us", outcome.percentile(0.99)));
        println!("round {round}, load {}: p99 {}", machine::load_average(), told.join(", "));
        for (outcomes, outcome) in rounds.iter_mut().zip(outcomes) {
            outcomes.push(outcome.percentile(0.99));
        }
    }
    let [alone, keys, signed] = rounds.map(|times| median(times.into_iter()));
    for (what, time) in [
        ("f   p99 by key, alone", alone),
        ("f   beside 64 connections by key", keys),
        ("f   beside 64 connections, signed", signed),
    ] {
        table.add(what, format!("{time:.0} us"), String::new(), format!("{:.2}", time / alone), "");
    }
}

/// What a steady flow leaves in memory, over as long as nonces stay there: in a server that has accepted hardly any.
fn memory(plan: &Plan, data: &Path, client: &Client, table: &mut Table) {
    seed::store_with(data, 1, &client.rows());
    let argus = Child::start(Role::Argus, data, plan.cores);
    load::warm(&argus, &plan.load(client.requests(CONNECTIONS * 4, 0), 200));
    // Two tolerances; a short run only shows that it runs.
    let seconds = (plan.window.as_secs() * 12).max(2);
    let flow = plan.load(client.requests(seconds as usize * PACE as usize, 1_000 / i64::from(PACE)), 200);
    let before = argus.resident();
    let outcome = load::once(&argus, &flow, Some(PACE));
    let after = argus.resident();
    let figure = format!("{:.1} MB", (after as f64 - before as f64) / 1e6);
    let flow = format!("{seconds} s at {:.0}/s", outcome.rate());
    let from_to = format!("{:.1} to {:.1} MB", before as f64 / 1e6, after as f64 / 1e6);
    table.add("g   memory of signed requests", figure, flow, from_to, "< 20 MB");
}

/// What ring takes as a public key: what is in the bit string that ends an SPKI.
fn bare_key(spki: &[u8]) -> &[u8] {
    // P-256: a point of 65 bytes. RSA of 2048 bits: a sequence of 270 bytes.
    let length = if spki.len() < 100 { 65 } else { 270 };
    &spki[spki.len() - length..]
}

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut command = Command::new("openssl");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    process.stdin.take().unwrap().write_all(input).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl {arguments:?}");
    output.stdout
}
