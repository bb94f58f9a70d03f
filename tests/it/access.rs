//! Nobody gets in who may not: every operation of the merged document is attacked without credentials, with a false
//! one, without functions, and at too low a level, with plausible and with senseless input.

pub(crate) mod requests;
pub(crate) mod untouched;

use std::collections::BTreeSet;

use argus_core::access::Level;
use argus_core::openapi::DocumentedOperation;
use argus_server::modules;
use argus_testing::{Actor, Answer, PASSWORD, TestApp, stores};

use requests::{Variant, document, operations};

/// Operations that answer anybody. A longer list is a decision, never a by-product: whoever adds a line says why in the
/// change that adds it.
const PUBLIC: &[&str] = &[
    // What proves the log is worth something only where everybody can have it; it tells nothing of any event.
    "audit_v1_log_checkpoint_get",
    "audit_v1_log_consistency_get",
    "audit_v1_log_key_get",
    "audit_v1_log_tile_get",
    "authentication_v1_client_get",
    // Logins by a directory server.
    "authentication_v1_ldap_authenticate",
    "authentication_v1_ldap_authentication",
    "authentication_v1_methods_list",
    // Logins by OpenID providers, and where they begin.
    "authentication_v1_openid_authentication",
    "authentication_v1_openid_authentication_get",
    "authentication_v1_password_authenticate",
    "authentication_v1_password_authentication",
    // By an authorization: a new user has no password to log in with.
    "authentication_v1_password_update",
    "authentication_v1_totp_authenticate",
    "authentication_v1_totp_authentication",
];

/// Operations that need no function, since they are about the caller itself or look closer on their own (keys of
/// others need a function there). The same holds for this list.
const ABOUT_ONESELF: &[&str] = &[
    "apikey_v1_apikey_add",
    "apikey_v1_apikey_delete",
    "apikey_v1_apikey_get",
    "apikey_v1_apikey_list",
    "apikey_v1_apikey_renew",
    "apikey_v1_apikey_rotate",
    "apikey_v1_apikey_search",
    "apikey_v1_apikey_update",
    "authentication_v1_apikey_add",
    "authentication_v1_apikey_index_renew",
    "authentication_v1_apikey_list",
    "authentication_v1_apikey_renew",
    "authentication_v1_apikey_revoke",
    "authentication_v1_authorization_validate",
    "authentication_v1_constrain",
    "authentication_v1_event_list",
    "authentication_v1_ldap_authorize",
    "authentication_v1_logout",
    "authentication_v1_password_authorize",
    "authentication_v1_password_test",
    "authentication_v1_session_cache_clear",
    "authentication_v1_session_constrain",
    "authentication_v1_session_customer_list",
    "authentication_v1_session_customer_permission_get",
    "authentication_v1_session_function_list",
    "authentication_v1_session_get",
    "authentication_v1_session_list",
    "authentication_v1_session_logout",
    "authentication_v1_session_method_list",
    "authentication_v1_session_permission_get",
    "authentication_v1_signature_add",
    "authentication_v1_signature_list",
    "authentication_v1_signature_revoke",
    "authentication_v1_totp_authorize",
    "authentication_v1_totp_initialize",
    "authentication_v1_totp_revoke",
    "authentication_v1_totp_update",
    "currentuser_v1_customer_list",
    "currentuser_v1_customer_permission_get",
    "currentuser_v1_function_list",
    "currentuser_v1_group_list",
    "currentuser_v1_method_list",
    "currentuser_v1_permission_list",
    "currentuser_v1_picture_get",
    "currentuser_v1_picture_set",
    "currentuser_v1_pref_get",
    "currentuser_v1_pref_remove",
    "currentuser_v1_preference_list",
    "currentuser_v1_prefs_list",
    "currentuser_v1_prefs_remove",
    "currentuser_v1_prefs_set",
    "currentuser_v1_user_get",
];

/// Operations whose whole answer may be 403: they tell whether the caller may do something.
const TELL_BY_STATUS: [&str; 3] = [
    "authentication_v1_session_customer_permission_get",
    "authentication_v1_session_permission_get",
    "currentuser_v1_customer_permission_get",
];

#[test]
fn who_needs_no_function_stands_in_the_lists() {
    let of = |function: &str| -> BTreeSet<String> {
        operations().into_iter().filter(|it| it.function == function).map(|it| it.id).collect()
    };
    assert_eq!(of("public"), PUBLIC.iter().map(|id| (*id).to_owned()).collect());
    assert_eq!(of("self"), ABOUT_ONESELF.iter().map(|id| (*id).to_owned()).collect());
}

#[test]
fn every_operation_says_who_may() {
    let functions: Vec<_> = modules::all().iter().flat_map(|module| module.functions).collect();
    let document = document();
    for operation in operations() {
        let id = &operation.id;
        let level = Level::parse(&operation.level).unwrap_or_else(|| panic!("{id} has no x-level"));
        if !["public", "self"].contains(&operation.function.as_str()) {
            let function = functions.iter().find(|function| function.name == operation.function);
            let function = function.unwrap_or_else(|| panic!("{id} has no x-function that a module makes known"));
            assert_eq!(function.level, level, "{id} and its function differ in level");
        }
        let security = &document["paths"][&operation.path][operation.method.to_lowercase()]["security"];
        let schemes: Vec<_> = security.as_array().unwrap_or_else(|| panic!("{id} has no security")).iter().collect();
        let names = |name: &str| schemes.iter().any(|scheme| scheme.get(name).is_some());
        let nothing = schemes.iter().any(|scheme| scheme.as_object().is_some_and(serde_json::Map::is_empty));
        assert!(names("session") && names("bearer"), "{id}");
        assert_eq!(names("apiKey"), level == Level::External, "{id}: keys are external");
        assert_eq!(nothing, operation.function == "public", "{id}");
    }
}

/// Who attacks.
struct Attacker {
    name: &'static str,
    actor: Actor,
    /// None for somebody who does not say who it is.
    level: Option<Level>,
    every_function: bool,
    truthful: bool,
}

impl Attacker {
    async fn all(app: &TestApp) -> [Self; 5] {
        app.new_user("powerless-session", "root", &[]).await;
        let key = app.user("powerless-key", &[]).await;
        let session = app.by_password("powerless-session", PASSWORD).await;
        let of = |name, actor, level| Self { name, actor, level, every_function: false, truthful: true };
        [
            of("nobody", app.anonymous(), None),
            Self { truthful: false, ..of("a wrong key", app.by_key("1/1/argus_wrong"), None) },
            of("a key without functions", key, Some(Level::External)),
            of("a session without functions", session, Some(Level::Default)),
            Self { every_function: true, ..of("a key with every function", app.admin(), Some(Level::External)) },
        ]
    }

    /// How this one must be refused: status, and what the message must name. None where it may go in.
    fn refusal<'a>(&self, operation: &'a DocumentedOperation) -> Option<(u16, &'a str)> {
        let needed = Level::parse(&operation.level);
        let (open, own) = (operation.function == "public", operation.function == "self");
        match self.level {
            _ if !self.truthful => Some((401, "")),
            _ if open => None,
            None => Some((401, "credential")),
            Some(_) if !own && !self.every_function => Some((403, &operation.function)),
            level if level < needed => Some((403, &operation.level)),
            _ => None,
        }
    }

    async fn attack(&self, operation: &DocumentedOperation, variant: &Variant, head: bool, id: &str) -> Answer {
        let method = if head { "HEAD" } else { &operation.method };
        let request = variant.request(&self.actor, operation, method);
        Answer::of(request.header("X-Request-ID", id)).await
    }
}

/// A refused request, for the comparison with the trail.
struct Refused {
    request: String,
    operation: String,
    status: u16,
}

#[tokio::test]
async fn nobody_gets_in_who_may_not() {
    stores(async |app| {
        let attackers = Attacker::all(app).await;
        let (before, events) = (untouched::state(app).await, app.events(false).await);
        let mut refused = Vec::new();
        for operation in operations() {
            for attacker in &attackers {
                let Some((status, names)) = attacker.refusal(&operation) else { continue };
                for (number, variant) in Variant::all().enumerate() {
                    for head in [false, true] {
                        if head && operation.method != "GET" {
                            continue;
                        }
                        let id = format!("attack-{}", refused.len());
                        let answer = attacker.attack(&operation, &variant, head, &id).await;
                        let what = format!("{} at {} (variant {number}): {}", attacker.name, operation.id, answer.text);
                        assert_eq!(answer.status, status, "{what}");
                        assert!(head || answer.text.contains(names), "{what}");
                        refused.push(Refused { request: id, operation: operation.id.clone(), status });
                    }
                }
            }
        }
        assert!(refused.len() > 300, "only {} attacks were tried", refused.len());
        left_one_record_each(app, &refused).await;
        assert_eq!(app.events(false).await, events, "an attack left an event");
        untouched::assert_same(&before, &untouched::state(app).await);
    })
    .await;
}

/// Operations about oneself that name a user: what belongs to somebody else is refused, and stays as it is.
#[tokio::test]
async fn what_is_somebody_elses_stays_theirs() {
    stores(async |app| {
        let attackers = Attacker::all(app).await;
        let before = untouched::state(app).await;
        let mut refused = Vec::new();
        for operation in operations().iter().filter(|it| it.function == "self") {
            if !operation.parameters.iter().any(|name| name == "user") {
                continue;
            }
            for attacker in attackers.iter().filter(|it| it.truthful && it.level.is_some() && !it.every_function) {
                for variant in Variant::all() {
                    let id = format!("stranger-{}", refused.len());
                    let answer = attacker.attack(operation, &variant, false, &id).await;
                    let what = format!("{} at {}: {}", attacker.name, operation.id, answer.text);
                    assert!([403, 404, 405, 412].contains(&answer.status), "{what}");
                    refused.push(Refused { request: id, operation: operation.id.clone(), status: answer.status });
                }
            }
        }
        left_one_record_each(app, &refused).await;
        untouched::assert_same(&before, &untouched::state(app).await);
    })
    .await;
}

/// The gates are not simply shut: whoever has the function and the level hears about the input.
#[tokio::test]
async fn whoever_may_gets_in() {
    stores(async |app| {
        let senseless = Variant::senseless();
        for operation in operations().iter().filter(|it| !TELL_BY_STATUS.contains(&it.id.as_str())) {
            if Level::parse(&operation.level) > Some(Level::Default) {
                continue;
            }
            let actor = match operation.function.as_str() {
                "public" => app.anonymous(),
                // Each its own session: some of these operations end it.
                _ => app.by_password("admin", &app.admin_password).await,
            };
            let answer = Answer::of(senseless.request(&actor, operation, &operation.method)).await;
            assert!(![401, 403].contains(&answer.status), "{}: {}", operation.id, answer.text);
        }
    })
    .await;
}

/// Every refused request is in the trail exactly once, with its operation and its outcome.
async fn left_one_record_each(app: &TestApp, refused: &[Refused]) {
    let admin = app.admin();
    let first = refused.first().map(|it| it.request.split('-').next().unwrap_or_default()).unwrap_or_default();
    let ours = |event: &&serde_json::Value| {
        event["traceID"].as_str().is_some_and(|id| id.split('-').next().unwrap_or_default() == first)
    };
    // Records are written behind the requests; every look takes one more round trip, and that is enough time.
    for look in 0.. {
        let all = admin.get("/audit/v1/event?includeInternal=true&limit=0&count=false").await.expect(200);
        let records: Vec<_> = all.list().iter().filter(ours).collect();
        if records.len() < refused.len() {
            assert!(look < 100, "{} records of {} refused requests", records.len(), refused.len());
            continue;
        }
        assert_eq!(records.len(), refused.len(), "a request left more than one record");
        for request in refused {
            let mut found = records.iter().filter(|record| record["traceID"] == request.request.as_str());
            let record = found.next().unwrap_or_else(|| panic!("{} left no record", request.request));
            assert_eq!(record["action"], request.operation.as_str(), "{record}");
            assert_eq!(record["status"], "FAILURE", "{record}");
            assert_eq!(record["responseMetadata"]["responseCode"], request.status, "{record}");
            assert!(record["flags"].as_array().is_some_and(|flags| flags.contains(&"INTERNAL".into())), "{record}");
            assert_eq!(found.count(), 0, "{} left two records", request.request);
        }
        return;
    }
}
