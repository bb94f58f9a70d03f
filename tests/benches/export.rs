//! A million events as a file, beside reading the same rows by plain SQL in the same order.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use argus_audit_log::idempotency::hex;
use ring::digest::{Context, SHA256};

use crate::large::{Side, store};
use crate::load::{Connection, on_this_thread};
use crate::parts::Plan;
use crate::seed;
use crate::table::{Table, median};

/// Events that are exported, of the whole measurement.
const EVENTS: u64 = 1_000_000;

/// How often a job is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// What an export came to.
struct Exported {
    seconds: f64,
    /// The most memory that the server had meanwhile, beyond what it had before, in bytes.
    memory: u64,
}

/// Each format.
pub fn measure(plan: &Plan, folder: &Path, table: &mut Table) {
    let events = EVENTS.min(plan.events);
    let folder = folder.join("export");
    let mut side = Side::start(&folder, None, events);
    side.fill(events);
    let mut formats = [
        ("csv", "CSV", Vec::new()),
        ("ndjson", "NDJSON", Vec::new()),
        ("json", "JSON", Vec::new()),
        ("parquet", "PARQUET", Vec::new()),
    ];
    let (mut plain, mut memory) = (Vec::new(), 0);
    for round in 1..=plan.rounds {
        plain.push(events as f64 / read(&folder));
        for (extension, format, rates) in &mut formats {
            let done = export(&side, &folder, format, extension, events);
            rates.push(events as f64 / done.seconds);
            memory = memory.max(done.memory);
        }
        let told: Vec<_> =
            formats.iter().map(|(_, format, rates)| format!("{format} {:.0}/s", rates[round - 1])).collect();
        println!("round {round}: plain SQL {:.0}/s, {}", plain[round - 1], told.join(", "));
    }
    let plain = median(plain.into_iter());
    table.add("    plain SQL, all columns", format!("{plain:.0} rows/s"), String::new(), "1.00".to_owned(), "");
    for (_, format, rates) in formats {
        let rate = median(rates.into_iter());
        let aim = if format == "CSV" { ">= 0.5" } else { "" };
        let what = format!("p   export of {events} events, {format}");
        table.add(&what, format!("{rate:.0} rows/s"), String::new(), format!("{:.2}", rate / plain), aim);
    }
    let figure = format!("{:.0} MB", memory as f64 / 1e6);
    table.add("q   memory beyond idle while exporting", figure, String::new(), String::new(), "<= 128 MiB");
}

/// Has a file made, and looks that it is what it is said to be.
fn export(side: &Side, folder: &Path, format: &str, extension: &str, events: u64) -> Exported {
    let before = side.argus.resident();
    let credential = format!("Argus-API-Key: {}", side.key);
    // Many exports by one are found suspicious, and what is found is an event like others.
    let body = serde_json::json!({ "format": format, "criteria": { "dialect": "native" } }).to_string();
    let request = seed::request("POST /audit/v1/export", &credential, &body);
    let started = Instant::now();
    let mut answer = Vec::new();
    on_this_thread(async {
        let mut connection = Connection::open(side.argus.address).await;
        connection.exchange(&request, 201).await;
        answer = std::mem::take(&mut connection.answer);
    });
    let id = member(&String::from_utf8(answer).unwrap(), "id");
    let mut most = before;
    let job = loop {
        most = most.max(side.argus.resident());
        let job = side.get(&format!("export/{id}"));
        match member(&job, "state").as_str() {
            "COMPLETED" => break job,
            "PENDING" | "RUNNING" => std::thread::sleep(LOOK),
            _ => panic!("{job}"),
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    assert!(job.contains(&format!("\"rows\":{events},")), "{job}");
    let path = folder.join("exports").join(format!("{id}.{extension}"));
    let (digest, lines) = look(&path);
    assert_eq!(member(&job, "sha256"), digest);
    match extension {
        "csv" => assert_eq!(lines, events + 1, "a header, and a line for each event: none of these has line breaks"),
        "ndjson" => assert_eq!(lines, events),
        _ => {}
    }
    std::fs::remove_file(path).unwrap();
    Exported { seconds, memory: most - before }
}

/// The text of a member of an answer, as it is printed.
fn member(answer: &str, name: &str) -> String {
    let (_, rest) = answer.split_once(&format!("\"{name}\":\"")).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// The SHA-256 of a file, and how many lines it has.
fn look(path: &Path) -> (String, u64) {
    let (mut file, mut digest, mut lines) = (File::open(path).unwrap(), Context::new(&SHA256), 0);
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut piece).unwrap();
        if read == 0 {
            break;
        }
        digest.update(&piece[..read]);
        lines += piece[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    (hex(digest.finish().as_ref()), lines)
}

/// Reads every column of every row, newest first; in seconds.
fn read(folder: &Path) -> f64 {
    let store = store(folder);
    let started = Instant::now();
    let select = "SELECT * FROM event WHERE flags & 48 = 0 ORDER BY timestamp DESC, sequence DESC";
    let mut statement = store.prepare(select).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut bytes = 0;
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            bytes += row.get_ref(column).unwrap().as_bytes_or_null().map_or(8, |bytes| bytes.map_or(0, <[u8]>::len));
        }
    }
    assert!(bytes > 0);
    started.elapsed().as_secs_f64()
}
