//! A small OpenID provider: discovery, keys, codes for tokens; and whatever tokens a test wants.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};

use argus_core::clock::{Clock, Ids};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use poem::http::{StatusCode, header};
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Request, Response};
use reqwest::Url;
use ring::hmac::{HMAC_SHA256, sign};
use ring::rsa::PublicKeyComponents;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// What Argus is called there, and its secret.
pub const CLIENT: (&str, &str) = ("argus", "s3cret");

/// How the provider behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Sound,
    /// Takes requests and does not answer.
    Silent,
    /// Sends elsewhere whoever asks who it is.
    Redirects,
    /// Talks without end.
    Endless,
    /// Says that it is somebody else.
    Another,
    /// Knows no client of that secret.
    Strict,
}

/// A pair of keys, and its name.
pub struct Keys {
    name: String,
    pair: Pair,
}

enum Pair {
    Ec(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl Keys {
    pub fn ec(name: &str) -> Self {
        let ids = Ids::new(Clock::system());
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, ids.random()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), ids.random()).unwrap();
        Self { name: name.to_owned(), pair: Pair::Ec(Box::new(pair)) }
    }

    /// By OpenSSL: ring makes none.
    pub fn rsa(name: &str) -> Self {
        let arguments = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
        let made = Command::new("openssl").args(arguments).output().expect("the package openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let pem = String::from_utf8(made.stdout).unwrap();
        let pkcs8: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(pkcs8).unwrap()).unwrap();
        Self { name: name.to_owned(), pair: Pair::Rsa(Box::new(pair)) }
    }

    pub fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Ec(_) => "ES256",
            Pair::Rsa(_) => "RS256",
        }
    }

    /// The public half, as it is published.
    pub fn public(&self) -> Value {
        match &self.pair {
            Pair::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.name, "x": base64(x), "y": base64(y) })
            }
            Pair::Rsa(pair) => {
                let PublicKeyComponents::<Vec<u8>> { n, e } = pair.public().into();
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.name, "n": base64(&n), "e": base64(&e) })
            }
        }
    }

    /// The claims, signed, under a header that names the key.
    pub fn token(&self, claims: &Value) -> String {
        self.token_under(&json!({ "alg": self.algorithm(), "kid": self.name }), claims)
    }

    /// The same, under any header.
    pub fn token_under(&self, header: &Value, claims: &Value) -> String {
        let ids = Ids::new(Clock::system());
        let text = unsigned(header, claims);
        let signature = match &self.pair {
            Pair::Ec(pair) => pair.sign(ids.random(), text.as_bytes()).unwrap().as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, ids.random(), text.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{text}.{}", base64(&signature))
    }
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Header and claims, as they are signed.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims.to_string().as_bytes()))
}

/// The claims, signed with a key that both sides have.
pub fn symmetric(key: &[u8], claims: &Value) -> String {
    let text = unsigned(&json!({ "alg": "HS256" }), claims);
    let signature = sign(&ring::hmac::Key::new(HMAC_SHA256, key), text.as_bytes());
    format!("{text}.{}", base64(signature.as_ref()))
}

struct State {
    manner: Manner,
    keys: Vec<Value>,
    tokens: HashMap<String, String>,
    redirects: Vec<String>,
    looks: usize,
}

/// A running provider. Ends with this.
pub struct Provider {
    pub url: String,
    state: Arc<Mutex<State>>,
    served: JoinHandle<()>,
}

impl Provider {
    pub async fn start(keys: &[&Keys]) -> Self {
        let keys = keys.iter().map(|keys| keys.public()).collect();
        let (tokens, redirects) = (HashMap::new(), Vec::new());
        let state = State { manner: Manner::Sound, keys, tokens, redirects, looks: 0 };
        let state = Arc::new(Mutex::new(state));
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
        let url = format!("http://{}", acceptor.local_addr()[0].as_socket_addr().unwrap());
        let (issuer, shared) = (url.clone(), state.clone());
        let endpoint = poem::endpoint::make(move |request| answer(request, issuer.clone(), shared.clone()));
        let served = tokio::spawn(async move {
            let _ = poem::Server::new_with_acceptor(acceptor).run(endpoint).await;
        });
        Self { url, state, served }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn behave(&self, manner: Manner) {
        self.state().manner = manner;
    }

    /// Publishes these keys, and no others.
    pub fn publish(&self, keys: &[&Keys]) {
        self.state().keys = keys.iter().map(|keys| keys.public()).collect();
    }

    /// A code for a token.
    pub fn give(&self, code: &str, token: String) {
        self.state().tokens.insert(code.to_owned(), token);
    }

    /// How often its keys were fetched.
    pub fn looks(&self) -> usize {
        self.state().looks
    }

    /// Where browsers were to come back to, as those said who brought codes.
    pub fn redirects(&self) -> Vec<String> {
        self.state().redirects.clone()
    }

    /// Refuses connections from now on.
    pub fn stop(&self) {
        self.served.abort();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn answer(mut request: Request, issuer: String, state: Arc<Mutex<State>>) -> Response {
    let manner = state.lock().unwrap().manner;
    if manner == Manner::Silent {
        std::future::pending::<()>().await;
    }
    match request.uri().path() {
        "/.well-known/openid-configuration" => discovery(&issuer, manner),
        "/elsewhere" => discovery(&issuer, Manner::Sound),
        "/keys" => {
            let mut state = state.lock().unwrap();
            state.looks += 1;
            said(StatusCode::OK, &json!({ "keys": state.keys }))
        }
        "/token" => {
            let form = request.take_body().into_string().await.unwrap();
            let expected = format!("Basic {}", STANDARD.encode(format!("{}:{}", CLIENT.0, CLIENT.1)));
            let known = request.header(header::AUTHORIZATION) == Some(expected.as_str()) && manner != Manner::Strict;
            token(&form, known, &mut state.lock().unwrap())
        }
        _ => said(StatusCode::NOT_FOUND, &json!({})),
    }
}

fn discovery(issuer: &str, manner: Manner) -> Response {
    if manner == Manner::Redirects {
        return Response::builder().status(StatusCode::FOUND).header(header::LOCATION, "/elsewhere").finish();
    }
    let named = if manner == Manner::Another { "http://127.0.0.1:1" } else { issuer };
    let filling = if manner == Manner::Endless { " ".repeat(1_000_000) } else { String::new() };
    let said_of_itself = json!({
        "issuer": named,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256", "none"],
        "filling": filling,
    });
    said(StatusCode::OK, &said_of_itself)
}

fn token(form: &str, known: bool, state: &mut State) -> Response {
    let form = Url::parse(&format!("http://form/?{form}")).unwrap();
    let form: HashMap<_, _> = form.query_pairs().into_owned().collect();
    assert_eq!(form["grant_type"], "authorization_code");
    state.redirects.push(form["redirect_uri"].clone());
    if !known {
        return said(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_client" }));
    }
    match state.tokens.remove(&form["code"]) {
        Some(token) => said(StatusCode::OK, &json!({ "access_token": "a", "token_type": "Bearer", "id_token": token })),
        None => said(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_grant" })),
    }
}

fn said(status: StatusCode, body: &Value) -> Response {
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}
