//! What the stores hold before anything is measured.

use std::path::Path;

use argus_audit_log::event::Model;
use argus_audit_log::{derive, record};
use argus_core::app::Platform;
use argus_core::audit::{Record, Target};
use argus_core::authentication::api_key::{KeyId, KeyText};
use argus_core::clock::{Clock, Ids, Nanos};
use argus_core::config::{Secret, Settings};
use argus_identity::entity::{api_key, customer, public_key};
use argus_identity::functions::grant;
use argus_identity::users::{self, NewUser, method};
use argus_server::build;
use sea_orm::{ConnectionTrait, EntityTrait, NotSet, Set};
use serde_json::{Value, json};

use crate::server::settings;

/// Connections of a full load.
pub const CONNECTIONS: usize = 64;

/// Keys of one user.
const KEYS_EACH: usize = 100;

/// A year in nanoseconds.
const YEAR: i64 = 365 * 86_400_000_000_000;

/// Makes a store with that many keys, and gives their texts.
pub fn store(folder: &Path, keys: usize) -> Vec<String> {
    store_with(folder, keys, &[])
}

/// The same with public keys, algorithm and SPKI each, of a user `signer`, who names them by their places from 1 on.
pub fn store_with(folder: &Path, keys: usize, public: &[(&str, Vec<u8>)]) -> Vec<String> {
    store_of(&settings(folder), keys, public)
}

/// The same on the store of a PostgreSQL.
pub fn store_on(folder: &Path, database: &str, keys: usize) -> Vec<String> {
    let settings = Settings { database_url: Secret::new(database), ..settings(folder) };
    store_of(&settings, keys, &[])
}

fn store_of(settings: &Settings, keys: usize, public: &[(&str, Vec<u8>)]) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let argus = build(settings.clone(), Clock::system()).await.unwrap();
        let platform = argus.app.platform().clone();
        let texts = add_keys(&platform, keys).await;
        add_public_keys(&platform, public).await;
        drop(platform);
        argus.finish().await;
        texts
    })
}

/// Keys as users make them: a hundred for each user, good for a year, from the user's own network.
async fn add_keys(platform: &Platform, number: usize) -> Vec<String> {
    let (db, now) = (platform.db.begin().await.unwrap(), platform.clock.now());
    let tree = platform.directory.tree().await.unwrap();
    let root = tree.customer(tree.root()).unwrap();
    let mut texts = Vec::with_capacity(number);
    for first in (0..number).step_by(KEYS_EACH) {
        let user = add_user(&db, root, format!("service-{first}"), method::API_KEY, now).await;
        let ids = (1..=KEYS_EACH.min(number - first)).map(|idx| KeyId { user, idx: idx as i64 });
        let keys: Vec<KeyText> = ids.map(|id| KeyText::generate(id, &platform.ids)).collect();
        let rows = keys.iter().map(|key| row(key, now));
        api_key::Entity::insert_many(rows).exec(&db).await.unwrap();
        texts.extend(keys.iter().map(KeyText::reveal));
    }
    db.commit().await.unwrap();
    texts
}

async fn add_user(db: &impl ConnectionTrait, of: &customer::Model, name: String, methods: i32, now: Nanos) -> i64 {
    let new = NewUser {
        domain_id: of.domain_id,
        customer_id: of.id,
        name: name.to_uppercase(),
        short_name: name,
        methods,
        ..NewUser::default()
    };
    let user = users::insert(db, new, now).await.unwrap().id;
    for function in ["submitAuditEvents", "viewAuditEvents", "exportAuditEvents"] {
        grant(db, user, function, of.id, now).await.unwrap();
    }
    user
}

async fn add_public_keys(platform: &Platform, keys: &[(&str, Vec<u8>)]) {
    let (db, now) = (platform.db.writer(), platform.clock.now());
    let tree = platform.directory.tree().await.unwrap();
    let root = tree.customer(tree.root()).unwrap();
    if keys.is_empty() {
        return;
    }
    let user = add_user(db, root, "signer".to_owned(), method::SIGNATURE, now).await;
    let rows = keys.iter().zip(1..).map(|((algorithm, der), idx)| public_key::ActiveModel {
        id: NotSet,
        user_id: Set(user),
        idx: Set(idx),
        kind: Set("upload".to_owned()),
        algorithm: Set((*algorithm).to_owned()),
        public_key: Set(der.clone()),
        description: Set("Batch".to_owned()),
        created_at: Set(now),
        created_by: Set(user),
        valid_until: Set(Some(now + YEAR)),
        sources: Set(None),
        functions: Set(None),
        customers: Set(None),
        read_only: Set(false),
        revoked_at: Set(None),
        last_used_at: Set(None),
        last_used_ip: Set(None),
    });
    public_key::Entity::insert_many(rows).exec(db).await.unwrap();
}

fn row(key: &KeyText, now: Nanos) -> api_key::ActiveModel {
    api_key::ActiveModel {
        id: NotSet,
        user_id: Set(key.id.user),
        idx: Set(key.id.idx),
        prefix: Set(key.id.to_string()),
        secret_hash: Set(key.secret_hash()),
        previous_hash: Set(None),
        previous_until: Set(None),
        rotated_at: Set(None),
        description: Set("Nightly import".to_owned()),
        created_at: Set(now),
        created_by: Set(key.id.user),
        valid_until: Set(Some(now + YEAR)),
        sources: Set(Some(r#"["127.0.0.0/8"]"#.to_owned())),
        functions: Set(None),
        customers: Set(None),
        read_only: Set(false),
        revoked_at: Set(None),
        last_used_at: Set(None),
        last_used_ip: Set(None),
        folded: Set(None),
    }
}

/// A request of each key.
pub fn requests(keys: &[String], line: &str, body: Option<&Value>) -> Vec<Vec<u8>> {
    let body = body.map(Value::to_string).unwrap_or_default();
    keys.iter().map(|key| request(line, &format!("Argus-API-Key: {key}"), &body)).collect()
}

/// A request with the header line of a credential.
pub fn request(line: &str, credential: &str, body: &str) -> Vec<u8> {
    let about_body = match body.len() {
        0 => String::new(),
        length => format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"),
    };
    let text = format!(
        "{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: argus-gate/1\r\nAccept: application/json\r\n\
         {credential}\r\n{about_body}\r\n{body}"
    );
    text.into_bytes()
}

/// An event as a service sends it.
pub fn body() -> Value {
    json!({
        "action": "contract_updated",
        "actorID": "jane.doe@example.org",
        "actorType": "USER",
        "targetType": "CONTRACT",
        "targetID": "C-2026-004711",
        "targetName": "Lease of the north wing",
        "category": "contracts",
        "application": "backoffice",
        "clientIP": "192.0.2.17",
        "description": "The end of the lease was moved",
        "before": { "until": "2026-12-31", "rent": 1200 },
        "after": { "until": "2027-12-31", "rent": 1250 },
        "metadata": { "ticket": "T-815" },
    })
}

/// The same as the dialect `argus0` has it, with as much to say.
pub fn entry() -> Value {
    json!({
        "timestamp": "2026-01-20T10:00:00Z",
        "eventType": "MANAGEMENT_EVENT",
        "eventAction": "UPDATE",
        "status": "SUCCESS",
        "actorType": "MEMBER",
        "actorId": "jane.doe@example.org",
        "targetType": "RESOURCE",
        "targetId": "C-2026-004711",
        "requestMetadata": { "before": { "until": "2026-12-31", "rent": 1200 } },
        "responseMetadata": { "after": { "until": "2027-12-31", "rent": 1250 } },
        "additionalMetadata": { "ticket": "T-815", "application": "backoffice", "clientIP": "192.0.2.17" },
    })
}

/// The row of that event, as the operation makes it.
pub fn event(ids: &Ids, customer: i64, now: Nanos) -> Model {
    row_of(&body(), ids, customer, now)
}

/// The row of an event with those members.
pub fn row_of(body: &Value, ids: &Ids, customer: i64, now: Nanos) -> Model {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let object = |name: &str| Some(body[name].to_string());
    let changes = derive::changes(Some(&body["before"]), Some(&body["after"]));
    let mut row = Model {
        id: ids.uuid(),
        customer_id: customer,
        timestamp: now,
        created_by_user: Some(1),
        created_by_key: Some("1/1".to_owned()),
        action: text("action"),
        verb: Some("UPDATE".to_owned()),
        access_type: Some("WRITE".to_owned()),
        status: Some("SUCCESS".to_owned()),
        outcome: "SUCCESS".to_owned(),
        actor_id: text("actorID"),
        actor_type: text("actorType"),
        actor_email: text("actorID"),
        trace_id: text("traceID"),
        target_type: text("targetType"),
        target_id: text("targetID"),
        target_name: text("targetName"),
        category: text("category"),
        application: text("application"),
        client_ip: body["clientIP"].as_str().and_then(derive::address),
        description: text("description"),
        before: object("before"),
        after: object("after"),
        changes: changes.as_ref().map(Value::to_string),
        metadata: object("metadata"),
        ..record::empty()
    };
    row.folded = record::folded(&row);
    row
}

/// The record of the request that brought it, as the platform makes it.
pub fn record_of(event: &Model) -> Record {
    Record {
        timestamp: event.timestamp,
        customer_id: Some(event.customer_id),
        operation: "audit_v1_event_add".to_owned(),
        verb: Some("CREATE".to_owned()),
        method: "POST".to_owned(),
        path: "/audit/v1/event".to_owned(),
        parameters: Vec::new(),
        error_status: None,
        error_templates: Vec::new(),
        user_id: event.created_by_user,
        actor_name: Some("service-0".to_owned()),
        key: event.created_by_key.clone(),
        impersonator: None,
        auth_method: Some("APIKEY".to_owned()),
        client_ip: "127.0.0.1".to_owned(),
        user_agent: Some("argus-gate/1".to_owned()),
        request_id: "01234567-1".to_owned(),
        target: Some(Target { kind: "EVENT".to_owned(), id: event.id.to_string(), before: None, after: None }),
    }
}
