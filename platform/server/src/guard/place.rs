//! Where a checkpoint is kept: in a file, or behind an address that takes a new one only in the place of the one that is known
//! (RFC 9110, sections 13.1.1 and 13.1.2), so that nodes do not undo what another one wrote.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use argus_core::config::{Secret, Settings};
use argus_outbound::{Http, tls_client};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tokio::task::spawn_blocking;

use crate::private;

/// How long somebody outside has to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The place.
pub enum Place {
    File(PathBuf),
    Url(Remote),
}

/// A place on another machine.
pub struct Remote {
    url: String,
    token: Secret,
    http: Http,
}

/// What is kept.
pub struct Kept {
    /// The checkpoint; none before the first.
    pub note: Option<String>,
    /// By what the place knows it.
    tag: Option<HeaderValue>,
}

/// Why it cannot be read or written.
#[derive(Debug)]
pub enum Failure {
    /// Somebody else wrote meanwhile.
    Taken,
    /// Something else, for a person.
    Other(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str("another node keeps its checkpoint there at the same time"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.display().fmt(f),
            Self::Url(remote) => f.write_str(&remote.url),
        }
    }
}

impl Place {
    /// As the settings say.
    ///
    /// # Errors
    /// Which of them cannot be used.
    pub fn of(settings: &Settings) -> Result<Self, String> {
        let log = &settings.log;
        if log.guard.is_empty() {
            return Ok(Self::File(settings.data_dir.join("log.checkpoint")));
        }
        let Some((scheme, rest)) = log.guard.split_once("://") else {
            return Ok(Self::File(PathBuf::from(&log.guard)));
        };
        if !matches!(scheme, "http" | "https") || rest.contains('@') || log.guard.parse::<http::Uri>().is_err() {
            return Err(
                "log.guard: must be a file, or an address of http or https without a name and password".to_owned()
            );
        }
        let tls = tls_client(&log.guard_ca_file).map_err(|error| format!("log.guard_ca_file: {error}"))?;
        let http = Http { tls, only_https: scheme == "https" };
        Ok(Self::Url(Remote { url: log.guard.clone(), token: log.guard_token.clone(), http }))
    }

    /// What is kept.
    ///
    /// # Errors
    /// When that cannot be known.
    pub async fn read(&self) -> Result<Kept, Failure> {
        match self {
            Self::File(file) => match tokio::fs::read_to_string(file).await {
                Ok(note) => Ok(Kept { note: Some(note), tag: None }),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(Kept { note: None, tag: None }),
                Err(error) => Err(Failure::Other(format!("{}: {error}", file.display()))),
            },
            Self::Url(remote) => remote.read().await,
        }
    }

    /// Puts a checkpoint in the place of what is kept.
    ///
    /// # Errors
    /// When something else is kept there by now, or it cannot be written.
    pub async fn write(&self, note: &str, instead_of: &Kept) -> Result<(), Failure> {
        match self {
            Self::File(file) => write(file, note).await,
            Self::Url(remote) => remote.write(note, instead_of).await,
        }
    }
}

async fn write(file: &Path, note: &str) -> Result<(), Failure> {
    let (file, note) = (file.to_owned(), note.to_owned());
    let written = spawn_blocking(move || private::write(&file, note.as_bytes())).await;
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Failure::Other(error.to_string())),
        Err(error) => Err(Failure::Other(error.to_string())),
    }
}

impl Remote {
    async fn read(&self) -> Result<Kept, Failure> {
        let answer = self.send(Method::GET, Vec::new(), None).await?;
        match answer.status() {
            StatusCode::OK => {
                let tag = answer.headers().get(header::ETAG).cloned();
                let tag =
                    tag.ok_or_else(|| self.failed("it answers without ETag, so that nothing can be replaced safely"))?;
                let note = String::from_utf8(answer.into_body()).map_err(|_| self.failed("what it has is no text"))?;
                Ok(Kept { note: Some(note), tag: Some(tag) })
            }
            StatusCode::NOT_FOUND => Ok(Kept { note: None, tag: None }),
            status => Err(self.failed(&format!("GET was answered with {status}"))),
        }
    }

    async fn write(&self, note: &str, instead_of: &Kept) -> Result<(), Failure> {
        let condition = match &instead_of.tag {
            Some(tag) => (header::IF_MATCH, tag.clone()),
            None => (header::IF_NONE_MATCH, HeaderValue::from_static("*")),
        };
        let answer = self.send(Method::PUT, note.as_bytes().to_vec(), Some(condition)).await?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT => Err(Failure::Taken),
            status => Err(self.failed(&format!("PUT was answered with {status}"))),
        }
    }

    async fn send(
        &self,
        method: Method,
        body: Vec<u8>,
        condition: Option<(header::HeaderName, HeaderValue)>,
    ) -> Result<Response<Vec<u8>>, Failure> {
        let mut request = Request::builder().method(method).uri(&self.url);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "text/plain; charset=utf-8");
        }
        if let Some((name, value)) = condition {
            request = request.header(name, value);
        }
        let token = self.token.reveal();
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(body).map_err(|error| self.failed(&error.to_string()))?;
        match tokio::time::timeout(PATIENCE, self.http.clone().send(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.failed(&error.to_string())),
            Err(_) => Err(self.failed("it does not answer")),
        }
    }

    fn failed(&self, why: &str) -> Failure {
        Failure::Other(format!("{}: {why}", self.url))
    }
}
