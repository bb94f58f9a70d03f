//! An account such as people make for themselves.

use argus_identity::entity::one_time_key;
use argus_identity::one_time_keys;
use argus_identity::spectra_accounts::{self, NewAccount};
use argus_testing::TestApp;

/// An account for people who make theirs by themselves, and a link to it.
pub async fn sign_up(app: &TestApp, user: &str, user_id: i64) {
    let (db, now, ids) = (app.platform.db.writer(), app.clock.now(), &app.platform.ids);
    let access_key_hash = ids.bytes::<32>().to_vec();
    let email = format!("{user}@example.org");
    let account = NewAccount { user_id, email, access_key_hash, activated_at: None };
    spectra_accounts::insert(db, account, now).await.unwrap();
    let link = one_time_key::Model {
        id: ids.uuid(),
        key_hash: ids.bytes::<32>().to_vec(),
        user_id,
        purpose: one_time_keys::purpose::ACTIVATE.to_owned(),
        created_at: now,
        expires_at: now + 1,
        used_at: None,
    };
    one_time_keys::insert(db, link).await.unwrap();
}
