//! Senders who send, send again and hear nothing, while the log stops and starts: whatever was acknowledged is there once.

use std::collections::BTreeMap;
use std::sync::Arc;

use argus_audit_log::event::{Column, Entity};
use argus_audit_log::idempotency::{Key, Kind};
use argus_audit_log::{AuditLog, Hub, Mode, Outcome, Places, Submission, WriterTask, Written};
use argus_core::error::ApiError;
use argus_testing::{TestApp, stores};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::task::JoinSet;

use super::row;

const CASES: usize = 24;

/// By what a submission is known when it comes again.
#[derive(Debug, Clone, Copy)]
enum Name {
    Key,
    External,
    Both,
}

/// What somebody sends, any number of times.
#[derive(Debug, Clone, Copy)]
struct Sent {
    events: usize,
    name: Name,
    mode: Mode,
}

#[derive(Debug, Clone)]
enum Step {
    /// Something new, in so many copies at once.
    Send(Sent, usize),
    /// What was sent before.
    Again(prop::sample::Index),
    /// The log stops, with whatever is on its way, and starts.
    Restart,
    /// Everybody waits for the answers.
    Settle,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name = prop_oneof![Just(Name::Key), Just(Name::External), Just(Name::Both)];
    let mode = prop_oneof![Just(Mode::Atomic), Just(Mode::Partial)];
    let sent = (1_usize..6, name, mode).prop_map(|(events, name, mode)| Sent { events, name, mode });
    let step = prop_oneof![
        6 => (sent, 1_usize..4).prop_map(|(sent, copies)| Step::Send(sent, copies)),
        4 => any::<prop::sample::Index>().prop_map(Step::Again),
        1 => Just(Step::Restart),
        1 => Just(Step::Settle),
    ];
    prop::collection::vec(step, 1..40)
}

/// What a submission was answered: the places of its events.
type Told = (usize, Result<Vec<i64>, ApiError>);

struct World<'a> {
    app: &'a TestApp,
    case: usize,
    root: i64,
    log: Arc<AuditLog>,
    writer: WriterTask,
    sent: Vec<Sent>,
    open: JoinSet<Told>,
    told: BTreeMap<usize, Vec<i64>>,
}

impl<'a> World<'a> {
    async fn new(app: &'a TestApp, case: usize) -> Self {
        let root = app.platform.directory.tree().await.unwrap().root();
        let (log, writer) = start(app, root).await;
        Self { app, case, root, log, writer, sent: Vec::new(), open: JoinSet::new(), told: BTreeMap::new() }
    }

    fn name(&self, which: usize) -> String {
        format!("{}-{which}", self.case)
    }

    fn send(&mut self, which: usize) {
        let (Sent { events, name, mode }, title) = (self.sent[which], self.name(which));
        let rows = (0..events).map(|place| {
            let mut row = row(&self.app.platform.ids, self.root, &title);
            if !matches!(name, Name::Key) {
                row.external_id = Some(format!("{title}-{place}"));
                row.fingerprint = Some("the same".to_owned());
            }
            row
        });
        let key = (!matches!(name, Name::External)).then(|| Key::new(1, "POST", "/", &title, "the same".to_owned()));
        let submission = Submission { mode, ..Submission::atomic(rows.collect()) }.under(key);
        let log = self.log.clone();
        self.open.spawn(async move { (which, log.submit(submission).await.map(places)) });
    }

    async fn settle(&mut self) {
        while let Some(told) = self.open.join_next().await {
            let (which, told) = told.unwrap();
            match told {
                // All who are told of it are told of the same events.
                Ok(places) => assert_eq!(*self.told.entry(which).or_insert_with(|| places.clone()), places),
                Err(error) => assert_eq!(error.status.as_u16(), 503, "nobody is told that it cannot be: {error}"),
            }
        }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Send(sent, copies) => {
                self.sent.push(sent);
                (0..copies).for_each(|_| self.send(self.sent.len() - 1));
            }
            Step::Again(which) if !self.sent.is_empty() => self.send(which.index(self.sent.len())),
            Step::Again(_) => {}
            Step::Restart => {
                let (log, writer) = start(self.app, self.root).await;
                self.log = log;
                std::mem::replace(&mut self.writer, writer).finish().await;
            }
            Step::Settle => self.settle().await,
        }
    }

    /// Everybody sends everything once more, and then all of it is there, once.
    async fn end(mut self) {
        self.settle().await;
        let acknowledged = self.told.clone();
        (0..self.sent.len()).for_each(|which| self.send(which));
        self.settle().await;
        assert_eq!(self.told.len(), self.sent.len(), "everything can be written");
        for (which, places) in &acknowledged {
            assert_eq!(self.told[which], *places, "what was acknowledged stays");
        }
        for (which, sent) in self.sent.iter().enumerate() {
            let find = Entity::find().filter(Column::Action.eq(self.name(which)));
            let rows = find.all(self.app.platform.db.reader()).await.unwrap();
            let mut stored: Vec<i64> = rows.iter().map(|row| row.sequence).collect();
            stored.sort_unstable();
            assert_eq!((stored.len(), &stored), (sent.events, &self.told[&which]), "{sent:?}: each event once");
        }
        self.writer.finish().await;
    }
}

async fn start(app: &TestApp, root: i64) -> (Arc<AuditLog>, WriterTask) {
    let (db, hub) = (&app.platform.db, Hub::start(&app.platform.db, 0, 0));
    AuditLog::start(db, &app.clock, root, &app.platform.settings.audit, Places::default(), &hub, app.signer().await)
}

fn places(outcome: Outcome) -> Vec<i64> {
    match outcome {
        Outcome::Written(written) => written
            .into_iter()
            .map(|written| match written {
                Written::New(row, _) | Written::Known(row) => row.sequence,
                Written::Other => panic!("there is no other event of this identifier"),
            })
            .collect(),
        Outcome::Replay(earlier) => {
            assert!(earlier.runs.iter().all(|run| run.kind != Kind::Other));
            earlier.runs.iter().flat_map(|run| run.first..run.first + run.count).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_once() {
    stores(async |app| {
        let mut runner = TestRunner::new(Config::default());
        for case in 0..CASES {
            let steps = steps().new_tree(&mut runner).unwrap().current();
            let mut world = World::new(app, case).await;
            for step in steps {
                world.step(step).await;
            }
            world.end().await;
        }
    })
    .await;
}
