//! What an answer that goes on for long stands on: the credential that it was asked with, looked at again meanwhile.

use std::net::IpAddr;
use std::sync::Arc;

use poem::http::HeaderMap;

use super::api_key::{self, KeyId};
use super::session::{self, Parent, TokenHash};
use super::{Credential, Principal, SIGNATURE_HEADER, parent_of, signature, single};
use crate::access::{Gate, admit};
use crate::app::Platform;
use crate::context::RequestContext;
use crate::error::ApiError;

/// A credential that was believed once. It keeps no secret, but for hashes.
pub struct Standing {
    proof: Proof,
    from: IpAddr,
}

enum Proof {
    Key(KeyId, TokenHash),
    Session(TokenHash),
    /// The name of the public key, and its row: another key may come to bear the name.
    Signature(String, i64),
}

impl Standing {
    /// The credential of a request.
    ///
    /// # Errors
    /// 401 when it presents none, or the key is gone meanwhile.
    pub async fn of(context: &RequestContext, headers: &HeaderMap) -> Result<Self, ApiError> {
        let proof = match context.caller()?.credential {
            Credential::Signature(row) => {
                let name = single(headers, &SIGNATURE_HEADER)?.and_then(signature::key_name).ok_or_else(ended)?;
                Proof::Signature(name.to_owned(), row)
            }
            Credential::Dialect | Credential::Anonymous => return Err(ended()),
            Credential::ApiKey(_) | Credential::Session { .. } => match parent_of(context, headers).await? {
                Parent { key: Some(id), hash, .. } => Proof::Key(id, hash),
                Parent { key: None, hash, .. } => Proof::Session(hash),
            },
        };
        Ok(Self { proof, from: context.client_ip })
    }

    /// Who it stands for now, if the operation would still let the caller in. To be asked after a
    /// [`sync`](crate::directory::Directory::sync).
    ///
    /// # Errors
    /// 401 when the credential is not good any more, 403 when the gate is shut now; when the store fails.
    pub async fn look<G: Gate>(&self, context: &RequestContext) -> Result<Arc<Principal>, ApiError> {
        let platform = &*context.platform;
        let principal = match &self.proof {
            Proof::Key(id, hash) => by_key(platform, *id, hash, self.from).await?,
            Proof::Session(hash) => session::look(platform, *hash, self.from).await?,
            Proof::Signature(name, row) => signature::still(platform, name, *row, self.from).await?,
        };
        admit::<G>(context, &principal).await?;
        Ok(principal)
    }
}

async fn by_key(platform: &Platform, id: KeyId, hash: &TokenHash, from: IpAddr) -> Result<Arc<Principal>, ApiError> {
    let now = platform.clock.now();
    let entry = api_key::entry(platform, id).await?.ok_or_else(ended)?;
    if entry.good_until(hash).is_none_or(|until| now > until) {
        return Err(ended());
    }
    entry.check(now, from)?;
    Ok(entry.principal().clone())
}

fn ended() -> ApiError {
    ApiError::unauthorized("credential.ended", "The credential is not valid any more")
}
