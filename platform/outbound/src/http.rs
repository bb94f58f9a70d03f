//! One HTTP request to somebody outside: no redirects, and everything about it bounded but for the time, which the caller
//! bounds.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::HOST;
use http::uri::Authority;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;

/// The longest answer, in bytes, where nobody says less.
const MOST: usize = 512 * 1024;

/// Why there is no answer, for a person.
#[derive(Debug)]
pub struct HttpError(String);

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HttpError {}

pub(crate) fn failed(error: impl fmt::Display) -> HttpError {
    HttpError(error.to_string())
}

/// Who to believe, and whether plain HTTP will do.
#[derive(Clone)]
pub struct Http {
    /// TLS.
    pub tls: Arc<ClientConfig>,
    /// Whether addresses without TLS are refused, whoever names them.
    pub only_https: bool,
}

impl Http {
    /// Sends a request on a connection of its own.
    ///
    /// # Errors
    /// When it cannot be sent, or the answer is too long or none.
    pub async fn send(self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        self.send_for(request, MOST).await
    }

    /// The same, for an answer of so many bytes at most.
    ///
    /// # Errors
    /// As [`Http::send`].
    pub async fn send_for(self, request: Request<Vec<u8>>, most: usize) -> Result<Response<Vec<u8>>, HttpError> {
        let uri = request.uri().clone();
        let authority = uri.authority().ok_or_else(|| failed("an address without host"))?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if !self.only_https => false,
            _ => return Err(failed(format!("the address {uri} is not https"))),
        };
        let host = authority.host();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let port = authority.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let stream = TcpStream::connect((bare, port)).await.map_err(failed)?;
        let request = in_origin_form(request, authority, &uri)?;
        if !is_https {
            return exchange(stream, request, most).await;
        }
        let name = ServerName::try_from(bare.to_owned()).map_err(failed)?;
        exchange(TlsConnector::from(self.tls).connect(name, stream).await.map_err(failed)?, request, most).await
    }
}

fn in_origin_form(
    request: Request<Vec<u8>>,
    authority: &Authority,
    uri: &Uri,
) -> Result<Request<Full<Bytes>>, HttpError> {
    let (mut head, body) = request.into_parts();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    head.uri = path.parse().map_err(failed)?;
    head.headers.insert(HOST, HeaderValue::from_str(authority.as_str()).map_err(failed)?);
    Ok(Request::from_parts(head, Full::new(body.into())))
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
    most: usize,
) -> Result<Response<Vec<u8>>, HttpError> {
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(failed)?;
    let _driven = AbortOnDropHandle::new(tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    }));
    let (head, body) = sender.send_request(request).await.map_err(failed)?.into_parts();
    let body = Limited::new(body, most).collect().await.map_err(failed)?;
    Ok(Response::from_parts(head, body.to_bytes().to_vec()))
}
