//! A log over HTTP, as anybody can read it: answers of bounded length and time, no redirects.

use std::path::Path;
use std::time::Duration;

use argus_audit_proof::Hash;
use argus_audit_proof::note::PublicKey;
use argus_outbound::{Http, Target, tls_client};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Request, StatusCode};
use serde_json::Value;
use tokio::time::timeout;

use super::judge::Proof;
use crate::log_key::PATH;

/// The longest answer, in bytes.
const MOST: usize = 64 * 1024;

/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a log is read, and how.
pub struct Log {
    http: Http,
    /// Up to and with [`PATH`].
    address: String,
}

impl Log {
    /// The log at an address: that of a server, or its own.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn at(url: &str) -> Result<Self, String> {
        let target = Target::parse(url).map_err(|problem| format!("{url}: {problem}"))?;
        if target.path.contains('?') {
            return Err(format!("{url}: Has a query (?), which no log has"));
        }
        let bare = url.trim_end_matches('/');
        let address = if bare.ends_with(PATH) { bare.to_owned() } else { format!("{bare}{PATH}") };
        // Whoever listens in learns what everybody may know, and what is changed on the way is not signed.
        Ok(Self { http: Http { tls: tls_client(Path::new(""))?, only_https: false }, address })
    }

    /// The note of the newest checkpoint.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn checkpoint(&self) -> Result<String, String> {
        self.text("checkpoint").await
    }

    /// The keys that the log names.
    ///
    /// # Errors
    /// Why there are none.
    pub async fn keys(&self) -> Result<Vec<PublicKey>, String> {
        let text = self.text("key").await?;
        let keys: Option<Vec<_>> = text.lines().map(PublicKey::parse).collect();
        keys.filter(|keys| !keys.is_empty()).ok_or_else(|| format!("{}/key: there are no public keys", self.address))
    }

    /// What the log says for its tree of `from` leaves being the beginning of that of `to`.
    ///
    /// # Errors
    /// Why nobody was asked, or nobody could answer now.
    pub async fn consistency(&self, from: u64, to: u64) -> Result<Proof, String> {
        let (status, body) = self.get(&format!("consistency?from={from}&to={to}")).await?;
        if status == StatusCode::OK {
            return Ok(
                hashes(&body).map_or_else(|| Proof::Refused("what it gave is no proof".to_owned()), Proof::Hashes)
            );
        }
        let is_later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        if status.is_client_error() && !is_later {
            return Ok(Proof::Refused(format!("asked from {from} to {to}, it answered {}", status.as_u16())));
        }
        Err(self.unexpected("consistency", status))
    }

    async fn text(&self, what: &str) -> Result<String, String> {
        let (status, body) = self.get(what).await?;
        if status != StatusCode::OK {
            return Err(self.unexpected(what, status));
        }
        String::from_utf8(body).map_err(|_| format!("{}/{what}: what was answered is no text", self.address))
    }

    fn unexpected(&self, what: &str, status: StatusCode) -> String {
        let followed = if status.is_redirection() { "; redirects are not followed" } else { "" };
        format!("{}/{what}: answered {}{followed}", self.address, status.as_u16())
    }

    async fn get(&self, what: &str) -> Result<(StatusCode, Vec<u8>), String> {
        let address = format!("{}/{what}", self.address);
        let failed = |error: &dyn std::fmt::Display| format!("{address}: {error}");
        let request = Request::get(&address).body(Vec::new()).map_err(|error| failed(&error))?;
        let sent = timeout(PATIENCE, self.http.clone().send_for(request, MOST)).await;
        let answer = sent.map_err(|_| failed(&"took too long"))?.map_err(|error| failed(&error))?;
        Ok((answer.status(), answer.into_body()))
    }
}

fn hashes(body: &[u8]) -> Option<Vec<Hash>> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let list = answer.pointer("/data/proof")?.as_array()?;
    list.iter().map(|hash| STANDARD.decode(hash.as_str()?).ok()?.try_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that gives one answer; what it was asked for comes back.
    async fn answering(answer: String) -> (Log, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let log = Log::at(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            // Whoever has read enough hangs up.
            let _ = stream.write_all(answer.as_bytes()).await;
            String::from_utf8(head).unwrap()
        });
        (log, asked)
    }

    fn answer(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nLocation: http://127.0.0.1:1/\r\n\r\n{body}", body.len())
    }

    #[test]
    fn a_log_is_found_by_its_server_and_by_itself() {
        for (url, address) in [
            ("https://example.org", "https://example.org/audit/v1/log"),
            ("https://example.org/", "https://example.org/audit/v1/log"),
            ("http://127.0.0.1:8080/audit/v1/log/", "http://127.0.0.1:8080/audit/v1/log"),
            ("https://example.org/below", "https://example.org/below/audit/v1/log"),
        ] {
            assert_eq!(Log::at(url).unwrap().address, address);
        }
        for wrong in
            ["example.org", "ftp://example.org", "https://a@example.org", "https://example.org?a", "https://a/#b"]
        {
            assert!(Log::at(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn what_is_given_is_taken_and_nothing_too_long() {
        let (log, asked) = answering(answer("200 OK", "text")).await;
        assert_eq!(log.checkpoint().await.as_deref(), Ok("text"));
        assert!(asked.await.unwrap().starts_with("GET /audit/v1/log/checkpoint HTTP/1.1\r\n"));
        let (log, _) = answering(answer("200 OK", &"x".repeat(MOST + 1))).await;
        assert!(log.checkpoint().await.unwrap_err().contains("/checkpoint: "));
        for (status, said) in [("302 Found", "redirects are not followed"), ("404 Not Found", "answered 404")] {
            let (log, _) = answering(answer(status, "text")).await;
            let problem = log.checkpoint().await.unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
        let (log, _) = answering(answer("200 OK", "no key\n")).await;
        assert!(log.keys().await.unwrap_err().contains("no public keys"));
    }

    #[tokio::test]
    async fn a_log_that_does_not_prove_itself_is_told_from_one_that_cannot_be_asked() {
        let body = format!(r#"{{"data":{{"proof":["{}"]}}}}"#, STANDARD.encode([7; 32]));
        let (log, asked) = answering(answer("200 OK", &body)).await;
        assert_eq!(log.consistency(3, 4).await, Ok(Proof::Hashes(vec![[7; 32]])));
        assert!(asked.await.unwrap().starts_with("GET /audit/v1/log/consistency?from=3&to=4 HTTP/1.1\r\n"));
        for body in ["", "{}", r#"{"data":{"proof":["AAAA"]}}"#, r#"{"data":{"proof":[7]}}"#] {
            let (log, _) = answering(answer("200 OK", body)).await;
            assert!(matches!(log.consistency(3, 4).await, Ok(Proof::Refused(_))), "{body}");
        }
        for (status, refused) in [("412 No", true), ("404 No", true), ("429 No", false), ("503 No", false)] {
            let (log, _) = answering(answer(status, "")).await;
            assert_eq!(matches!(log.consistency(3, 4).await, Ok(Proof::Refused(_))), refused, "{status}");
        }
    }
}
