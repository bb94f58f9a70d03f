//! Servers with the events of both customers, or of one.

use std::collections::HashMap;
use std::time::Duration;

use argus_audit_log::event::Model;
use argus_core::audit::Requests;
use argus_testing::{Answer, Store, TestApp};

use super::ask::Question;
use super::events::{Name, SIDES, all, send};
use crate::dice::Dice;
use crate::numbers::taken_away::take_away;

/// A server, and who asks it.
pub struct Log {
    pub app: TestApp,
    /// Of somebody of each side.
    pub keys: Vec<String>,
    /// The numbers of each side's customers, and of its users who send events.
    customers: Vec<Vec<i64>>,
    users: Vec<Vec<i64>>,
    /// Where the events are.
    places: HashMap<Name, i64>,
}

impl Log {
    async fn start(store: Store) -> Option<Self> {
        let app = TestApp::start_on(store, &|settings| settings.audit.requests = Requests::Off).await?;
        // What they find depends on whose events are there together.
        for rule in app.admin().get("/audit/v1/rule").await.expect(200)["data"].as_array().unwrap() {
            let off = serde_json::json!({ "enabled": false });
            app.admin().put(&format!("/audit/v1/rule/{}", rule["id"]), off).await.expect(200);
        }
        let mut log = Self { app, keys: Vec::new(), customers: Vec::new(), users: Vec::new(), places: HashMap::new() };
        for side in &SIDES {
            let [own, branch] = side.customers;
            let customers = vec![log.app.customer(own, "root").await, log.app.customer(branch, own).await];
            let mut users = Vec::new();
            for name in ["sender", "helper"] {
                users.push(log.app.new_user(&format!("{own}-{name}"), own, &[]).await);
            }
            let rights = [("viewAuditEvents", own), ("manageAuditRetention", own)];
            // Of the root: what is refused is recorded as an event of who asked.
            let reader = log.app.new_user(&format!("{own}-reader"), "root", &rights).await;
            log.keys.push(log.app.new_key(reader).await);
            log.customers.push(customers);
            log.users.push(users);
        }
        Some(log)
    }

    /// Writes those events that are of these sides, or nobody's; in batches that are received as they would be with all.
    pub async fn write(&mut self, rows: &[(Option<Name>, Model)], sides: &[usize]) {
        let root = self.app.platform.directory.tree().await.unwrap().find_customer("root").unwrap().id;
        for batch in rows.chunks(50) {
            let of_sides = |name: &Option<Name>| name.is_none_or(|(side, _)| sides.contains(&side));
            let (mut names, mut models) = (Vec::new(), Vec::new());
            for (name, row) in batch.iter().filter(|(name, _)| of_sides(name)) {
                let mut row = row.clone();
                row.customer_id = name.map_or(root, |(side, _)| self.customers[side][row.customer_id as usize]);
                let user = row.created_by_user.zip(*name);
                row.created_by_user = user.map(|(place, (side, _))| self.users[side][place as usize]);
                names.push(*name);
                models.push(row);
            }
            let places = send(&self.app, models).await;
            self.places.extend(names.into_iter().zip(places).filter_map(|(name, place)| Some((name?, place))));
            self.app.advance(Duration::from_millis(1_700));
        }
    }

    /// How many each side has, where both are there.
    pub fn events(&self) -> [usize; 2] {
        [0, 1].map(|side| self.places.keys().filter(|(whose, _)| *whose == side).count())
    }

    /// Where an event is; far behind the end where it is not there.
    pub fn place(&self, name: Name) -> i64 {
        self.places.get(&name).copied().unwrap_or(1_000_000)
    }

    /// Where the last event is that is in both logs, and in the other one not behind the place of an event there.
    pub fn place_before(&self, other: &Self, name: Name) -> i64 {
        let place = other.place(name);
        let before = self.places.iter().filter(|(name, _)| other.place(**name) <= place);
        before.map(|(_, place)| *place).max().unwrap_or(0)
    }

    /// Asks as somebody of a side.
    pub async fn ask(&self, side: usize, question: &Question, cursor: Option<&str>) -> Answer {
        let (mut path, mut body) = (question.address(self.place(question.event)), question.body.clone());
        match (cursor, &mut body) {
            (Some(cursor), Some(body)) => body["cursor"] = cursor.into(),
            (Some(cursor), None) => path.push_str(&format!("&cursor={cursor}")),
            (None, _) => {}
        }
        let mut request = self.app.by_key(&self.keys[side]).request(&question.method, &path);
        if let Some(body) = &body {
            request = request.json(body);
        }
        Answer::of(request).await
    }

    /// The whole list with the filters of a stream, in the order of the log.
    pub async fn list_of(&self, side: usize, question: &Question) -> Answer {
        let paging = ["limit", "offset", "sortBy", "count"];
        let mut query = question.query.clone();
        query.retain(|(name, _)| !paging.contains(&name.as_str()));
        query.extend([("limit", "0"), ("sortBy", "sequence")].map(|(name, value)| (name.to_owned(), value.to_owned())));
        let (method, path, body) = ("GET".to_owned(), "/audit/v1/event".to_owned(), None);
        self.ask(side, &Question { method, path, query, body, ..*question }, None).await
    }
}

/// Runs a test on both stores: with a log of both sides, and one of each side alone.
pub async fn logs(number: usize, test: impl AsyncFn(&mut Log, &[Log])) {
    let rows = all(&mut Dice::new(), number);
    for store in [Store::Sqlite, Store::Postgres] {
        let mut logs = Vec::new();
        for sides in [&[0, 1][..], &[0], &[1]] {
            let Some(mut log) = Log::start(store).await else { break };
            log.write(&rows, sides).await;
            // As retention does it.
            take_away(&log.app, "retired").await;
            logs.push(log);
        }
        let Some((both, alone)) = logs.split_first_mut() else { continue };
        test(both, alone).await;
        for log in logs {
            log.app.stop().await;
        }
    }
}
