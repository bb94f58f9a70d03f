//! Signed requests.

mod believed;
mod keys;
mod model;
mod nodes;
mod refused;

use argus_core::authentication::signature::Signer;
use argus_testing::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const SESSION: &str = "/authentication/v1/session";

/// A key of a user, and the clock of the machine that has it.
struct Client<'a> {
    app: &'a TestApp,
    signer: Signer,
    name: String,
    /// Its clock less the server's, in ms.
    skew: i64,
}

impl<'a> Client<'a> {
    /// A key pair made by the administrator, for a user who may sign.
    async fn new(app: &'a TestApp, user: &str, body: Value) -> Client<'a> {
        let admin = administrator(app).await;
        let path = format!("/authentication/v1/user/{user}/signature/create");
        let made = admin.post(&path, body).await.expect(201);
        let signer = Signer::from_pem(made["data"]["privateKey"].as_str().unwrap(), &app.platform.ids).unwrap();
        let name = made["data"]["keyIdentifier"].as_str().unwrap().to_owned();
        Client { app, signer, name, skew: 0 }
    }

    fn now(&self) -> i64 {
        self.app.clock.now_millis() + self.skew
    }

    fn header(&self, path: &str) -> String {
        self.signer.header(&self.name, &format!("{}{path}", self.app.url()), self.now()).unwrap()
    }

    async fn get(&self, path: &str) -> Answer {
        by(self.app, &self.header(path)).get(path).await
    }

    /// A request with other claims than its own.
    async fn claim(&self, claims: Value) -> Answer {
        self.send(&json!({ "alg": self.signer.algorithm().name() }), &claims.to_string()).await
    }

    async fn send(&self, header: &Value, payload: &str) -> Answer {
        let token = self.signer.token(header, payload).unwrap();
        by(self.app, &format!("{}:{token}", self.name)).get(SESSION).await
    }

    fn claims(&self, nonce: &str) -> Value {
        json!({ "uri": format!("{}{SESSION}", self.app.url()), "timestamp": self.now(), "nonce": nonce })
    }
}

fn by(app: &TestApp, header: &str) -> Actor {
    app.anonymous().with("Argus-Signature", header)
}

async fn administrator(app: &TestApp) -> Actor {
    app.by_password("admin", &app.admin_password).await
}

/// A user of whom signatures are taken.
async fn signing_user(app: &TestApp, name: &str) -> i64 {
    use argus_identity::users::{UserChange, method, update};
    let id = app.new_user(name, "root", &[("viewAuditEvents", "root")]).await;
    let methods = Some(method::PASSWORD | method::API_KEY | method::SIGNATURE);
    update(app.platform.db.writer(), id, UserChange { methods, ..UserChange::default() }).await.unwrap();
    app.platform.directory.forget(&argus_core::directory::Changed::Everything);
    id
}

async fn login_records(app: &TestApp) -> i64 {
    let path = "/audit/v1/event?limit=1&includeInternal=true&verb=LOGIN&outcome=FAILURE";
    app.admin().get(path).await.expect(200)["count"].as_i64().unwrap()
}
