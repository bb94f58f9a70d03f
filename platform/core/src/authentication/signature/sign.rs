//! The client's side: making the header. For `argus sign`, and for whoever writes a client in Rust.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;

use super::token::Algorithm;
use crate::clock::Ids;
use crate::pem::unpem;

/// A private key that signs requests. It is never printed.
pub struct Signer {
    pair: Pair,
    ids: Ids,
}

enum Pair {
    Es256(Box<EcdsaKeyPair>),
    Rs256(Box<RsaKeyPair>),
}

impl Signer {
    /// Reads a private key: PKCS#8 in PEM, EC on P-256 or RSA.
    #[must_use]
    pub fn from_pem(pem: &str, ids: &Ids) -> Option<Self> {
        let der = unpem("PRIVATE KEY", pem)?;
        let curve = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, ids.random());
        let pair = match curve {
            Ok(pair) => Pair::Es256(Box::new(pair)),
            Err(_) => Pair::Rs256(Box::new(RsaKeyPair::from_pkcs8(&der).ok()?)),
        };
        Some(Self { pair, ids: ids.clone() })
    }

    /// What the key's type allows.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Es256(_) => Algorithm::Es256,
            Pair::Rs256(_) => Algorithm::Rs256,
        }
    }

    /// The value of `Argus-Signature` for one request to `uri`, by the key of that name (`<domain>/<user>/<idx>`), at
    /// that time in ms, with a nonce of its own.
    #[must_use]
    pub fn header(&self, key: &str, uri: &str, timestamp: i64) -> Option<String> {
        let nonce = URL_SAFE_NO_PAD.encode(self.ids.bytes::<32>());
        let claims = json!({ "uri": uri, "timestamp": timestamp, "nonce": nonce });
        Some(format!("{key}:{}", self.token(&json!({ "alg": self.algorithm().name() }), &claims.to_string())?))
    }

    /// A compact JWS over any header and payload; also over such as no server should take.
    #[must_use]
    pub fn token(&self, header: &serde_json::Value, payload: &str) -> Option<String> {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", part(&header.to_string()), part(payload));
        let signature = match &self.pair {
            Pair::Es256(pair) => pair.sign(self.ids.random(), signed.as_bytes()).ok()?.as_ref().to_vec(),
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, self.ids.random(), signed.as_bytes(), &mut signature).ok()?;
                signature
            }
        };
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
