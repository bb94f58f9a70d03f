//! The load: keep-alive connections that each send one request after another, as fast as they are answered.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};

/// A server, as its load sees it.
pub trait Server {
    /// Where it listens.
    fn address(&self) -> SocketAddr;

    /// The time that it has spent on its core so far.
    fn cpu_time(&self) -> Duration;
}

/// What is sent, and by how many.
pub struct Load {
    /// Whole requests; each connection picks from them in an order of its own, without a pattern.
    pub requests: Vec<Vec<u8>>,
    /// The status that every answer must have.
    pub status: u16,
    /// Connections, each with one request on its way.
    pub connections: usize,
}

/// What came of a load.
pub struct Outcome {
    /// Answers.
    pub answers: u64,
    /// How long it took.
    pub wall: Duration,
    /// What the server spent on its core in that time.
    pub cpu: Duration,
    /// From request to whole answer, in ns, sorted.
    latencies: Vec<u64>,
}

impl Outcome {
    fn of(latencies: &Latencies, wall: Duration, cpu: Duration) -> Self {
        Self::from_times(latencies.take(), wall, cpu)
    }

    /// Of times from request to answer, in ns.
    pub fn from_times(mut latencies: Vec<u64>, wall: Duration, cpu: Duration) -> Self {
        latencies.sort_unstable();
        Self { answers: latencies.len() as u64, wall, cpu, latencies }
    }

    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.wall.as_secs_f64()
    }

    /// The server's time on its core for one answer, in microseconds.
    pub fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.answers as f64
    }

    /// The part of the time in which the server was on its core.
    pub fn busy(&self) -> f64 {
        self.cpu.as_secs_f64() / self.wall.as_secs_f64()
    }

    /// The time within which that part of the answers came, in microseconds; no number where none came.
    pub fn percentile(&self, part: f64) -> f64 {
        let position = (self.latencies.len() as f64 * part) as usize;
        let last = self.latencies.len().saturating_sub(1);
        self.latencies.get(position.min(last)).map_or(f64::NAN, |nanos| *nanos as f64 / 1e3)
    }
}

/// Sends every request once, so that what can be kept in memory is.
pub fn warm(child: &impl Server, load: &Rc<Load>) {
    once(child, load, None);
}

/// Sends every request once: as fast as they are answered, or so many a second.
pub fn once(child: &impl Server, load: &Rc<Load>, per_second: Option<u32>) -> Outcome {
    let latencies = Latencies::default();
    let (mut wall, mut cpu) = (Duration::ZERO, Duration::ZERO);
    on_this_thread(async {
        let (started, cpu_before) = (Instant::now(), child.cpu_time());
        send_each(child, load, per_second, &latencies).await.join_all().await;
        (wall, cpu) = (started.elapsed(), child.cpu_time() - cpu_before);
    });
    Outcome::of(&latencies, wall, cpu)
}

/// Loads a server for a while.
pub fn run(child: &impl Server, load: &Rc<Load>, window: Duration) -> Outcome {
    // Made within the runtime: a timer belongs to one.
    until(child, load, async move { tokio::time::sleep(window).await })
}

/// Loads a server for as long as it has another load, each of whose requests is sent once: as fast as they are answered,
/// or so many a second.
pub fn beside(child: &impl Server, load: &Rc<Load>, other: &Rc<Load>, per_second: Option<u32>) -> Outcome {
    until(child, load, async {
        send_each(child, other, per_second, &Latencies::default()).await.join_all().await;
    })
}

/// From request to whole answer, in ns.
type Latencies = Rc<RefCell<Vec<u64>>>;

async fn send_each(
    child: &impl Server,
    load: &Rc<Load>,
    per_second: Option<u32>,
    latencies: &Latencies,
) -> JoinSet<()> {
    let mut senders = JoinSet::new();
    let between = per_second.map(|number| Duration::from_secs(load.connections as u64) / number);
    for number in 0..load.connections {
        let (load, latencies) = (load.clone(), latencies.clone());
        let mut connection = Connection::open(child.address()).await;
        senders.spawn_local(async move {
            let mut pace = between.map(tokio::time::interval);
            for request in load.requests.iter().skip(number).step_by(load.connections) {
                if let Some(pace) = &mut pace {
                    pace.tick().await;
                }
                let started = Instant::now();
                connection.exchange(request, load.status).await;
                latencies.borrow_mut().push(started.elapsed().as_nanos() as u64);
            }
        });
    }
    senders
}

/// Loads a server until something has happened.
fn until(child: &impl Server, load: &Rc<Load>, happened: impl Future<Output = ()>) -> Outcome {
    let latencies = Latencies::default();
    let over = Rc::new(Cell::new(false));
    let (mut wall, mut cpu) = (Duration::ZERO, Duration::ZERO);
    on_this_thread(async {
        let mut senders = JoinSet::new();
        for number in 0..load.connections {
            let (load, latencies, over) = (load.clone(), latencies.clone(), over.clone());
            let mut connection = Connection::open(child.address()).await;
            senders.spawn_local(async move {
                let mut order = Order::new(number);
                while !over.get() {
                    let started = Instant::now();
                    connection.exchange(&load.requests[order.below(load.requests.len())], load.status).await;
                    if !over.get() {
                        latencies.borrow_mut().push(started.elapsed().as_nanos() as u64);
                    }
                }
            });
        }
        let (started, cpu_before) = (Instant::now(), child.cpu_time());
        happened.await;
        over.set(true);
        (wall, cpu) = (started.elapsed(), child.cpu_time() - cpu_before);
        senders.join_all().await;
    });
    Outcome::of(&latencies, wall, cpu)
}

/// Runs a load to its end.
pub fn on_this_thread(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, work);
}

/// Positions without a pattern that a cache could learn, the same in every run (xorshift).
struct Order(u64);

impl Order {
    fn new(number: usize) -> Self {
        Self(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(number as u64 + 1))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// One connection, and the answer that it is reading.
pub struct Connection {
    stream: TcpStream,
    /// What was answered last, head and body.
    pub answer: Vec<u8>,
}

impl Connection {
    /// Opens one.
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, answer: Vec::with_capacity(1 << 16) }
    }

    /// Sends a request and reads its answer to the end.
    pub async fn exchange(&mut self, request: &[u8], status: u16) {
        self.stream.write_all(request).await.unwrap();
        self.answer.clear();
        let mut whole = None;
        while whole.is_none_or(|whole| self.answer.len() < whole) {
            let read = self.stream.read_buf(&mut self.answer).await.unwrap();
            assert!(read > 0, "the server closed a connection: {}", String::from_utf8_lossy(&self.answer));
            whole = whole.or_else(|| length_of(&self.answer));
        }
        let given = std::str::from_utf8(&self.answer[9..12]).unwrap();
        assert_eq!(given, status.to_string(), "{}", String::from_utf8_lossy(&self.answer));
    }
}

/// The bytes of an answer, head and body, once its head is there.
fn length_of(answer: &[u8]) -> Option<usize> {
    const LENGTH: &[u8] = b"content-length: ";
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let at = answer[..head].windows(LENGTH.len()).position(|name| name.eq_ignore_ascii_case(LENGTH))? + LENGTH.len();
    let digits = answer[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(head + digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}
