//! A signature is used up before its request is let in, whatever becomes of the program.

use std::sync::Arc;

use argus_core::authentication::signature::Signer;
use argus_core::clock::{Clock, Ids};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::common::{Answer, Client, say, stores};

/// How often the program is killed on each store.
const ROUNDS: u32 = 3;

/// Signed requests that are on their way when the program is killed.
const SIGNED: usize = 48;

#[tokio::test]
async fn a_signature_is_good_once_also_across_kill_9() {
    for (place, _database) in stores().await {
        // The port is another after each start; what is signed is the name from outside.
        let place = place.with("ARGUS_PUBLIC_URLS", "https://argus.example");
        let mut server = place.start().await;
        let signed = Signed::new(&server.client(), &place.bootstrap()).await;
        for round in 0..ROUNDS {
            let (accepted, captured) = (signed.header(), signed.header());
            signed.send(&server.client(), &accepted).await.unwrap().expect(200);
            let mut load = JoinSet::new();
            for _ in 0..SIGNED {
                let (header, client, signed) = (signed.header(), server.client(), signed.clone());
                load.spawn(async move { (signed.send(&client, &header).await, header) });
            }
            // Some are answered, and others are not.
            let mut sent = vec![load.join_next().await.unwrap().unwrap()];
            server.kill();
            sent.extend(load.join_all().await);
            server = place.start().await;
            let client = server.client();
            used(signed.send(&client, &accepted).await);
            signed.send(&client, &captured).await.unwrap().expect(200);
            used(signed.send(&client, &captured).await);
            let answered = sent.iter().filter(|(answer, _)| answer.is_some()).count();
            say(&format!("round {round}: killed when {answered} of {SIGNED} signed requests were answered"));
            for (before, header) in sent {
                match (before, signed.send(&client, &header).await) {
                    // Whoever was not answered cannot know.
                    (None, Some(Answer { status: 200, .. })) => {}
                    (None, after) => used(after),
                    (Some(before), after) => {
                        before.expect(200);
                        used(after);
                    }
                }
                used(signed.send(&client, &header).await);
            }
        }
        server.stop().await;
    }
}

/// Refused, because it was accepted before.
#[track_caller]
fn used(answer: Option<Answer>) {
    let json = answer.unwrap().expect(401);
    assert_eq!(json["messages"][0]["messageTemplate"], "signature.nonce.used", "{json}");
}

/// Somebody who signs requests.
#[derive(Clone)]
struct Signed {
    signer: Arc<Signer>,
    name: String,
    clock: Clock,
}

impl Signed {
    const PATH: &str = "/authentication/v1/session";

    async fn new(client: &Client, first: &Value) -> Self {
        let (admin, _) = client.session(first).await;
        let user = first["userName"].as_str().unwrap();
        let path = format!("/authentication/v1/user/{user}/signature/create");
        let made = admin.post(&path, &json!({})).await.unwrap().expect(201);
        let text = |name: &str| made["data"][name].as_str().unwrap().to_owned();
        let clock = Clock::system();
        let signer = Signer::from_pem(&text("privateKey"), &Ids::new(clock.clone())).unwrap();
        Self { signer: Arc::new(signer), name: text("keyIdentifier"), clock }
    }

    fn header(&self) -> String {
        let uri = format!("https://argus.example{}", Self::PATH);
        self.signer.header(&self.name, &uri, self.clock.now_millis()).unwrap()
    }

    async fn send(&self, client: &Client, header: &str) -> Option<Answer> {
        client.with("Argus-Signature", header).get(Self::PATH).await
    }
}
