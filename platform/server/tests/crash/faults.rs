//! Calls of the system that fail, one kind after the other, and programs that are killed in the midst of one: what was
//! acknowledged is there, where its receipt says, and what was signed stays so.

use crate::common::Place;
use crate::random::Random;
use crate::round::{Moment, Prepared, round};
use crate::strace::{AHEAD, ALL, Calls, End, Fault, MAIN, STORE, is_here};

/// How many places of each kind of call are tried, unless `ARGUS_FAULTS` says otherwise.
const PLACES: usize = 1;

const OPEN: Calls = &["open", "openat"];
const STAT: Calls = &["stat", "lstat", "fstat", "newfstatat", "fstatat64"];
const READ: Calls = &["pread64"];
const READ_FILE: Calls = &["read"];
const WRITE: Calls = &["pwrite64"];
const WRITE_FILE: Calls = &["write"];
const SYNC: Calls = &["fsync", "fdatasync"];
const CUT: Calls = &["ftruncate"];
const LOCK: Calls = &["fcntl"];
const LOCK_FILE: Calls = &["flock"];
const MAP: Calls = &["mmap"];
const MAKE_FOLDER: Calls = &["mkdir", "mkdirat"];
const MOVE: Calls = &["rename", "renameat", "renameat2"];
const REMOVE: Calls = &["unlink", "unlinkat"];

/// Everything that is made to fail here.
const FAIL: &[Calls] =
    &[OPEN, STAT, READ, READ_FILE, WRITE, WRITE_FILE, SYNC, CUT, LOCK, LOCK_FILE, MAP, MAKE_FOLDER, MOVE, REMOVE];

/// Calls on the store's files of which nothing follows, or that nobody looks at the end of.
const LEFT_ALONE: Calls = &["close", "fchown", "fchown32", "statx", "lseek", "access", "faccessat", "faccessat2"];

const EIO: End = End::Error("EIO");
const ENOSPC: End = End::Error("ENOSPC");
const KILLED: End = End::Killed;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_the_store_may_fail_while_events_come_in() {
    let (true, mut random) = (is_here(), Random::new()) else { return };
    let prepared = Prepared::new(&mut random).await;
    for name in prepared.life().names() {
        let known = FAIL.iter().any(|calls| calls.contains(&name)) || LEFT_ALONE.contains(&name);
        assert!(known, "the store also calls {name}, which is not made to fail");
    }
    // Behind so many calls of a start, and of what comes after it. A batch can be hundreds of writes: to get through at all,
    // it must not meet two that fail.
    for (calls, end, more) in [
        (WRITE, EIO, 1_000),
        (WRITE, ENOSPC, 1_101),
        (WRITE, KILLED, 702),
        (SYNC, EIO, 12),
        (SYNC, ENOSPC, 15),
        (SYNC, KILLED, 14),
        (LOCK, EIO, 30),
        (LOCK, KILLED, 43),
        (READ, EIO, 100),
        (READ, KILLED, 50),
    ] {
        for place in 0..places() {
            let first = prepared.behind_start(calls, more + place);
            // A lock that cannot be given back is held until the program ends.
            let (step, goes_on) = ((end != KILLED).then_some(first), calls != LOCK);
            let fault = Fault { calls, files: STORE, end, first, step, goes_on, unreadable: calls == READ };
            round(prepared.place(), &fault, Moment::Service, &mut random).await;
        }
    }
}

/// What is written ahead is then copied into the store's file, and taken away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_the_store_may_fail_while_it_is_closed() {
    let (true, mut random) = (is_here(), Random::new()) else { return };
    let prepared = Prepared::new(&mut random).await;
    for (calls, files, end, first) in [
        (WRITE, MAIN, EIO, 1),
        (WRITE, MAIN, KILLED, 30),
        (SYNC, MAIN, EIO, 1),
        (SYNC, MAIN, KILLED, 1),
        (REMOVE, AHEAD, KILLED, 1),
    ] {
        // There are many writes, and one of everything else.
        for place in 0..if calls == WRITE { places() } else { 1 } {
            let (first, step) = (first + place, (end != KILLED).then_some(1));
            let fault = Fault { calls, files, end, first, step, goes_on: false, unreadable: false };
            round(prepared.place(), &fault, Moment::End, &mut random).await;
        }
    }
    // It is read, and opened, by the next start.
    for (calls, end, first) in [(READ_FILE, EIO, 1), (STAT, EIO, 8), (OPEN, EIO, 3)] {
        let fault = Fault { calls, files: ALL, end, first, step: None, goes_on: false, unreadable: false };
        round(prepared.place(), &fault, Moment::Start, &mut random).await;
    }
}

/// What is half made is made anew, or finished, by the next start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_may_fail_in_the_first_start() {
    let (true, mut random) = (is_here(), Random::new()) else { return };
    for (calls, end, first) in [
        (WRITE_FILE, ENOSPC, 1),
        (WRITE_FILE, KILLED, 2),
        (MOVE, KILLED, 1),
        (MOVE, EIO, 2),
        (MOVE, KILLED, 3),
        (MAKE_FOLDER, ENOSPC, 1),
        (WRITE, KILLED, 20),
        (WRITE, EIO, 30),
        (SYNC, KILLED, 2),
        (SYNC, EIO, 4),
        (LOCK_FILE, EIO, 1),
        (CUT, EIO, 1),
        (MAP, EIO, 1),
    ] {
        for place in 0..if [WRITE, SYNC].contains(&calls) { places() } else { 1 } {
            let fault =
                Fault { calls, files: ALL, end, first: first + place, step: None, goes_on: false, unreadable: false };
            round(Place::new(), &fault, Moment::Start, &mut random).await;
        }
    }
}

fn places() -> usize {
    std::env::var("ARGUS_FAULTS").map_or(PLACES, |text| text.parse().unwrap())
}
