//! A life in which calls of the system fail, and the one after it, in which they do not.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::time::Instant;

use argus_audit_verify::{Options, database};
use tempfile::TempDir;

use crate::common::{BOUND, Place, Server, pause, say};
use crate::load::Load;
use crate::random::Random;
use crate::receipts::keys;
use crate::strace::{Calls, End, Fault, STORE, Seen, faulty, watched};
use crate::told::Told;

/// The number of the signal that leaves no choice.
const KILL: i32 = 9;

/// Requests with events that are acknowledged before a program is told to stop, or is asked what it does.
const MANY: usize = 20;

/// Those that are acknowledged once calls failed, and in the life after it.
const SOME: usize = 5;

/// When calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// While the program starts, which it may give up.
    Start,
    /// While it takes events.
    Service,
    /// When it was told to stop, and closes the store.
    End,
}

/// A data folder as it is after one life, and what another one does with its store.
pub struct Prepared {
    folder: TempDir,
    start: Seen,
    life: Seen,
}

impl Prepared {
    /// Makes one, and looks at a life in which nothing fails.
    pub async fn new(random: &mut Random) -> Self {
        let (place, folder) = (Place::new(), tempfile::tempdir().unwrap());
        place.start().await.stop().await;
        copy(&place.data(""), folder.path());
        let starter = watched(&place, STORE);
        let place = started_by(place, &starter);
        let server = place.start().await;
        let start = Seen::of(&place);
        let load = Load::start(&server.client().admin(&place.bootstrap()), "watched", random);
        load.acknowledged(MANY).await;
        load.stop().await;
        server.stop().await;
        Self { folder, start, life: Seen::of(&place) }
    }

    /// A place with a copy of it.
    pub fn place(&self) -> Place {
        let place = Place::new();
        std::fs::create_dir(place.data("")).unwrap();
        copy(self.folder.path(), &place.data(""));
        place
    }

    /// Which of a thread's calls comes when so many more were made than a start makes.
    pub fn behind_start(&self, calls: Calls, more: usize) -> usize {
        let start = self.start.most(calls);
        // Not every start makes as many.
        start + start / 4 + more
    }

    /// What the store called in a life in which nothing failed.
    pub fn life(&self) -> &Seen {
        &self.life
    }
}

/// Lets calls fail, kills the program, and fails unless the next life has all that was acknowledged.
pub async fn round(place: Place, fault: &Fault, moment: Moment, random: &mut Random) {
    let (began, starter) = (Instant::now(), faulty(&place, fault));
    let place = started_by(place, &starter);
    let mut server = place.spawn();
    let mut life = Life::default();
    if serves(&mut server).await {
        life.serve(&place, &mut server, fault, moment, random).await;
    }
    let struck = life.struck(&place, &mut server, fault).await;
    server.kill();
    let (place, mut told) = (started_by(place, &[]), life.told);
    told.forget_reads();
    let (acknowledged, silent) = (told.events(), told.silent);
    after(&place, &mut told, random).await;
    say(&format!(
        "{moment:?}, {} {:?} at {}: {struck}; {acknowledged} events were acknowledged, {} requests behind a failure; {} \
         refused, {silent} unanswered; {:?}",
        fault.calls[0],
        fault.end,
        fault.first,
        life.behind,
        life.refused,
        began.elapsed(),
    ));
}

/// What was seen of a life in which calls fail.
#[derive(Default)]
struct Life {
    told: Told,
    /// Requests that were acknowledged when a call had failed.
    behind: usize,
    refused: usize,
}

impl Life {
    async fn serve(&mut self, place: &Place, server: &mut Server, fault: &Fault, moment: Moment, random: &mut Random) {
        let load = Load::start(&server.client().admin(&place.bootstrap()), "fault", random);
        if fault.unreadable {
            load.allow_unreadable();
        }
        let started = Instant::now();
        if moment == Moment::End {
            load.acknowledged(MANY).await;
            self.told = load.stop().await;
            server.signal("TERM");
            server.end().await;
            return;
        }
        let mut before = None;
        while server.ended().is_none() {
            if before.is_none() && Seen::of(place).failed() > 0 {
                before = Some(load.acknowledgements());
            }
            let now = load.acknowledgements();
            self.behind = before.map_or(0, |before| now - before);
            let stuck = before.is_some() && !fault.goes_on && load.refusals() > 0;
            let enough = self.behind >= SOME || stuck || (moment == Moment::Start && now >= SOME);
            // Of those who are killed by it the end is waited for.
            if enough && fault.end != End::Killed {
                server.kill();
                break;
            }
            let at = format!("{now} requests were acknowledged, {} of them behind a failure", self.behind);
            assert!(started.elapsed() < BOUND, "{fault:?}: {at}; {} were refused", load.refusals());
            pause().await;
        }
        if moment == Moment::Service {
            assert!(load.acknowledgements() > 0, "{fault:?}: nothing was acknowledged");
        }
        self.refused = load.refusals();
        self.told = load.gone().await;
    }

    /// Fails unless the fault was one; says what it was.
    async fn struck(&self, place: &Place, server: &mut Server, fault: &Fault) -> String {
        if fault.end == End::Killed {
            let status = server.end().await;
            assert_eq!(status.signal(), Some(KILL), "{fault:?}: ended otherwise\n{}", server.printed());
            return "killed".to_owned();
        }
        let failed = Seen::of(place).failed();
        assert!(failed > 0, "{fault:?}: nothing failed\n{}", server.printed());
        format!("{failed} calls failed")
    }
}

/// The life without faults: it has what was acknowledged, takes more, and what it leaves is what was signed.
async fn after(place: &Place, told: &mut Told, random: &mut Random) {
    let server = place.start().await;
    let admin = server.client().admin(&place.bootstrap());
    told.settle(&admin).await;
    let load = Load::start(&admin, "after", random);
    load.acknowledged(SOME).await;
    told.extend(load.stop().await);
    told.check(&admin).await;
    let checkpoints = told.receipts.checkpoints().into_iter().map(str::to_owned).collect();
    let options = Options { checkpoints, keys: keys(&admin).await, ..Options::default() };
    server.stop().await;
    let url = format!("sqlite://{}", place.data("argus.db").display());
    let report = tokio::task::spawn_blocking(move || database(&url, &options, |_, _| {})).await.unwrap().unwrap();
    assert!(report.holds() && report.warnings.is_empty(), "{report:?}");
    assert!(report.leaves >= told.events() as u64, "{report:?}");
}

/// Whether it serves; otherwise it has ended.
async fn serves(server: &mut Server) -> bool {
    let started = Instant::now();
    while server.ended().is_none() {
        if let Some(url) = server.listens() {
            server.url = url;
            if server.client().is_healthy().await {
                return true;
            }
        }
        assert!(started.elapsed() < BOUND, "neither serves nor ends: {}", server.printed());
        pause().await;
    }
    false
}

fn started_by(place: Place, starter: &[String]) -> Place {
    place.started_by(&starter.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The files of a folder; other folders in it are made anew by whoever needs them.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
