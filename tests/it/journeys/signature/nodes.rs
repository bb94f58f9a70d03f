//! Several nodes on one store are one server: what one has seen, the others know.

use argus_core::config::Settings;
use argus_testing::{Actor, Store, TestApp};
use serde_json::json;
use tokio::task::JoinSet;

use super::{Client, SESSION, signing_user};

/// What both nodes are called from outside.
const PUBLIC: &str = "https://argus.example";

fn one_name(settings: &mut Settings) {
    settings.public_urls = vec![PUBLIC.to_owned()];
}

fn header(client: &Client<'_>) -> String {
    client.signer.header(&client.name, &format!("{PUBLIC}{SESSION}"), client.now()).unwrap()
}

fn signed(node: &TestApp, header: &str) -> Actor {
    super::by(node, header)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_good_once_on_all_nodes_together() {
    let Some(app) = TestApp::start_on(Store::Postgres, &one_name).await else { return };
    let other = app.another_node().await;
    signing_user(&app, "sam").await;
    let client = Client::new(&app, "sam", json!({})).await;
    // The first round also fixes the clock of the key, which both nodes want to do at once.
    for round in 0..4 {
        let header = header(&client);
        let mut copies = JoinSet::new();
        for number in 0..64 {
            let actor = signed(if number % 2 == 0 { &app } else { &other }, &header);
            copies.spawn(async move { actor.get(SESSION).await });
        }
        let answers = copies.join_all().await;
        let passed = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(passed, 1, "round {round}");
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!((refused.status, refused.template()), (401, "signature.nonce.used"), "{}", refused.text);
        }
    }
    other.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_clock_that_one_node_pinned_is_pinned_on_the_others() {
    let Some(app) = TestApp::start_on(Store::Postgres, &one_name).await else { return };
    let other = app.another_node().await;
    signing_user(&app, "sam").await;
    let mut client = Client::new(&app, "sam", json!({})).await;
    // The other node has the key in memory already, and has seen no pin.
    client.skew = 7_201_000;
    let refused = signed(&other, &header(&client)).get(SESSION).await.expect(401);
    assert_eq!(refused.template(), "signature.timestamp");
    client.skew = 1_800_000;
    signed(&app, &header(&client)).get(SESSION).await.expect(200);
    client.skew = 0;
    for node in [&other, &app] {
        let refused = signed(node, &header(&client)).get(SESSION).await.expect(401);
        assert_eq!(refused.template(), "signature.timestamp.jump");
    }
    client.skew = 1_800_000;
    signed(&other, &header(&client)).get(SESSION).await.expect(200);
    // And taken away on one, it is taken away on all.
    let admin = super::administrator(&other).await;
    admin.delete("/authentication/v1/user/sam/signature/session").await.expect(200);
    client.skew = 0;
    signed(&app, &header(&client)).get(SESSION).await.expect(200);
    client.skew = 1_800_000;
    let refused = signed(&other, &header(&client)).get(SESSION).await.expect(401);
    assert_eq!(refused.template(), "signature.timestamp.jump");
    other.stop().await;
    app.stop().await;
}
