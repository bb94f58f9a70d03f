//! Events as services send them: about 600 bytes each, none like another, the same in every run.

use std::fmt::Write;

/// Actors, of which each does as much as any other.
pub const ACTORS: u64 = 10_000;

/// Objects.
pub const TARGETS: u64 = 500_000;

/// Events of one flow.
const FLOW: u64 = 5;

/// Every so many events one says the rare word.
const RARE: u64 = 1_000_003;

/// The rare word.
pub const RARE_WORD: &str = "quagga";

const ACTIONS: [&str; 8] = [
    "contract_updated",
    "document_read",
    "invoice_created",
    "user_deleted",
    "export_started",
    "permission_granted",
    "payment_released",
    "address_changed",
];

const KINDS: [&str; 6] = ["CONTRACT", "DOCUMENT", "INVOICE", "USER", "PAYMENT", "ADDRESS"];

const PLACES: [&str; 8] = ["north", "south", "east", "west", "harbour", "station", "market", "castle"];

/// Over how long events are spread, in ms: 30 days.
pub const PERIOD: i64 = 30 * 86_400_000;

/// Numbers without a pattern that an index could profit from (splitmix64).
pub fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The actor of that number.
pub fn actor(number: u64) -> String {
    format!("user-{:05}@example.org", number % ACTORS)
}

/// The object of that number.
pub fn target(number: u64) -> String {
    format!("C-{:06}", number % TARGETS)
}

/// The flow that an event belongs to.
pub fn trace(event: u64) -> String {
    let flow = event / FLOW;
    format!("{:016x}{:016x}", scatter(flow), scatter(flow ^ 0xffff_ffff))
}

/// Appends the event of that number to a text, as one line of JSON. It happened at `at`, in ms.
pub fn line(text: &mut String, number: u64, at: i64) {
    let chance = scatter(number);
    let pick = |shift: u32, most: u64| (chance >> shift) % most;
    let (actor, target, trace) = (actor(chance >> 7), target(chance >> 23), trace(number));
    let (action, kind) = (ACTIONS[pick(3, 8) as usize], KINDS[pick(9, 6) as usize]);
    let (place, other) = (PLACES[pick(13, 8) as usize], PLACES[pick(17, 8) as usize]);
    let (status, severity) = if pick(20, 20) == 0 { ("FAILURE", "error") } else { ("SUCCESS", "info") };
    let (rent, ticket) = (500 + pick(5, 2_000), pick(11, 100_000));
    let rare = if number % RARE == RARE - 1 { RARE_WORD } else { "lease" };
    let (a, b) = (pick(31, 250), pick(37, 250));
    writeln!(
        text,
        r#"{{"action":"{action}","actorID":"{actor}","actorType":"USER","targetType":"{kind}","targetID":"{target}","targetName":"Lease of the {place} wing","traceID":"{trace}","timestamp":{at},"category":"contracts","application":"backoffice","status":"{status}","severity":"{severity}","clientIP":"10.20.{a}.{b}","description":"The end of the {rare} in the {other} was moved by {actor}","before":{{"until":"2026-12-31","rent":{rent}}},"after":{{"until":"2027-12-31","rent":{}}},"metadata":{{"ticket":"T-{ticket:05}","region":"{place}"}}}}"#,
        rent + 50
    )
    .unwrap();
}

/// When the event of that number happened, of so many: in order but for some seconds.
pub fn at(number: u64, of: u64, end: i64) -> i64 {
    let done = (number as i128 * i128::from(PERIOD) / i128::from(of.max(1))) as i64;
    end - PERIOD + done - (scatter(number) >> 40) as i64 % 5_000
}

/// A request with many events, a line each.
pub fn bulk(key: &str, numbers: std::ops::Range<u64>, of: u64, end: i64) -> Vec<u8> {
    let mut body = String::with_capacity(700 * numbers.clone().count());
    for number in numbers {
        line(&mut body, number, at(number, of, end));
    }
    let head = format!(
        "POST /audit/v1/event/bulk HTTP/1.1\r\nHost: 127.0.0.1\r\nArgus-API-Key: {key}\r\n\
         Content-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}
