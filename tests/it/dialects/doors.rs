//! Nobody gets in who may not: every operation of every dialect is asked without a credential, with a false one, and without
//! functions, and answers in its own words.

use argus_core::config::{Anonymous, Settings};
use argus_core::openapi::{DocumentedOperation, operations};
use argus_server::{documents, modules};
use argus_testing::{Actor, Answer, stores_with};

/// Operations that answer anybody. A longer list is a decision.
const PUBLIC: &[&str] = &[
    "dialect_argus0_health_get",
    "dialect_argus0_version_get",
    // Who signs up, or forgot a password, has nothing to show yet but the key of a link.
    "dialect_spectra_account_activate",
    "dialect_spectra_account_add",
    "dialect_spectra_account_authenticate",
    "dialect_spectra_activation_add",
    "dialect_spectra_health_get",
    "dialect_spectra_password_forgot",
    "dialect_spectra_password_reset",
    "dialect_spectra_password_reset_get",
];

fn all() -> Vec<DocumentedOperation> {
    let dialects: Vec<String> = modules::all()
        .iter()
        .filter(|module| module.dialect.is_some())
        .map(|module| format!("{}.{}.json", module.name, module.version))
        .collect();
    let documents = documents::all().unwrap().into_iter().filter(|(name, _)| dialects.contains(name));
    documents.flat_map(|(_, document)| operations(&document)).collect()
}

async fn ask(actor: &Actor, operation: &DocumentedOperation) -> Answer {
    let path: Vec<&str> =
        operation.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
    Answer::of(actor.request(&operation.method, &path.join("/"))).await
}

#[tokio::test]
async fn who_may_not_is_refused() {
    let change = |settings: &mut Settings| {
        let dialects = &mut settings.dialects;
        (dialects.argus0.anonymous, dialects.rail.anonymous) = (Anonymous::Off, Anonymous::Off);
    };
    stores_with(change, async |app| {
        let powerless = app.user("powerless", &[]).await;
        let events = app.events(false).await;
        let mut public = Vec::new();
        for operation in all() {
            let id = &operation.id;
            if operation.function == "public" {
                public.push(id.clone());
                continue;
            }
            for (actor, expected) in
                [(app.anonymous(), 401), (app.by_key("1/1/argus_wrong"), 401), (powerless.clone(), 403)]
            {
                if operation.function == "self" && expected == 403 {
                    continue;
                }
                let refused = ask(&actor, &operation).await;
                assert!(
                    refused.status == expected || (refused.status == 403 && expected == 401 && id.contains("spectra")),
                    "{id}: {} {}",
                    refused.status,
                    refused.text
                );
                assert!(refused["responseCode"].is_null(), "{id} speaks natively: {}", refused.text);
                assert!(!refused["error"].is_null() || !refused["detail"].is_null(), "{id}: {}", refused.text);
            }
        }
        public.sort_unstable();
        assert_eq!(public, PUBLIC);
        assert_eq!(app.events(false).await, events, "nothing was kept");
    })
    .await;
}
