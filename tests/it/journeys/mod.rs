//! What users do, from one end to the other.

mod audit_views;
mod bulk;
mod csrf;
mod currentuser;
mod customeradmin_belongings;
mod customeradmin_customers;
mod customeradmin_described;
mod customeradmin_descriptor_values;
mod customeradmin_descriptors;
mod customeradmin_disabled;
mod customeradmin_logos;
mod customeradmin_moves;
mod customeradmin_prune;
mod customers;
mod customers_basic;
mod derived;
mod events;
pub mod export;
mod external_id;
mod found;
mod idempotency;
mod ingest;
mod key_owners;
mod keys;
mod ldap;
mod login;
mod login_history;
mod methods;
mod nodes;
mod openid;
mod password_due;
mod passwords;
mod pictures;
mod preferences;
mod proof;
mod report;
mod revocation;
mod rules;
mod second_factor;
pub mod secrets;
mod segments;
mod sessions;
mod signature;
mod step_up;
pub mod stream;
mod totp;
mod useradmin_function_rules;
mod useradmin_functions;
mod useradmin_groups;
mod useradmin_permissions;
mod useradmin_searches;
mod useradmin_users;
mod users_basic;
mod webhooks;

use std::time::{Duration, Instant};

use argus_testing::{Actor, Answer};
use serde_json::Value;

/// How long a test waits for records.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An event as its sender heard of it, as everybody reads it: without the receipt.
pub fn as_read(added: &Value) -> Value {
    let mut event = added.clone();
    let receipt = event.as_object_mut().and_then(|event| event.remove("receipt"));
    assert!(receipt.is_some(), "no receipt in {added}");
    event
}

/// Records come to the log right after their requests; every look takes a round trip, which is time enough for others.
pub async fn look(actor: &Actor, path: &str, count: usize) -> Answer {
    let began = Instant::now();
    loop {
        let answer = actor.get(path).await.expect(200);
        if answer["count"] == count {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "not {count}: {}", answer.text);
    }
}
