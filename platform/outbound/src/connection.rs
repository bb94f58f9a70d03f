//! Requests to addresses that clients give. A name is looked up for each connection, every address that it has is looked
//! at, and the connection is made to one of those, not to the name again: what the name means later changes nothing. No
//! redirect is followed, and no proxy asked.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{HOST, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use ipnet::IpNet;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;

use crate::address::may_be_called;
use crate::http::{HttpError, failed};
use crate::target::{Host, Target};

/// Addresses of one name that are tried.
const MOST_ADDRESSES: usize = 4;

/// How long one of them may take to answer at all.
const ONE_ADDRESS: Duration = Duration::from_secs(5);

/// Bytes of an answer's head.
const HEAD: usize = 16 * 1024;

/// Bytes of an answer's body that are read, so that the connection can be used again. Nobody looks at them.
const BODY: usize = 4 * 1024;

/// How long they may take.
const BODY_PATIENCE: Duration = Duration::from_secs(1);

/// What says which addresses a name has.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// The addresses of a name.
    ///
    /// # Errors
    /// When it has none, or nobody can say.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the system.
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Makes connections, to where it may.
pub struct Dialer {
    tls: Arc<ClientConfig>,
    allowed: Vec<IpNet>,
    resolver: Arc<dyn Resolve>,
}

/// A connection to whom a client named; good for one request after the other.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    _driven: AbortOnDropHandle<()>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The header `Retry-After`, as it came.
    pub retry_after: Option<String>,
    /// Whether the connection can be used again.
    pub reusable: bool,
}

impl Dialer {
    /// One that believes whom `tls` believes, and goes to the networks that are allowed beside the public Internet.
    #[must_use]
    pub fn new(tls: Arc<ClientConfig>, allowed: Vec<IpNet>, resolver: Arc<dyn Resolve>) -> Self {
        Self { tls, allowed, resolver }
    }

    /// Connects to a target. May be dropped at any time.
    ///
    /// # Errors
    /// When any of its addresses must not be called, and when none answers.
    pub async fn connect(&self, target: &Target) -> Result<Connection, HttpError> {
        let stream = self.reach(target).await?;
        // What is small is not to wait for an acknowledgement.
        let _ = stream.set_nodelay(true);
        if !target.tls {
            return shake(stream).await;
        }
        let name = match &target.host {
            Host::Name(name) => ServerName::try_from(name.clone()).map_err(failed)?,
            Host::Address(address) => ServerName::from(*address),
        };
        let connector = TlsConnector::from(self.tls.clone());
        shake(connector.connect(name, stream).await.map_err(|error| failed(format!("TLS: {error}")))?).await
    }

    async fn reach(&self, target: &Target) -> Result<TcpStream, HttpError> {
        let addresses = match &target.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => {
                let found = self.resolver.resolve(name).await;
                found.map_err(|error| failed(format!("the name {name} cannot be looked up: {error}")))?
            }
        };
        if !addresses.iter().all(|address| may_be_called(*address, &self.allowed)) {
            return Err(failed("the host has an address that is not public, and not in webhooks.allowed_networks"));
        }
        let mut last = failed("the host has no address");
        for address in addresses.into_iter().take(MOST_ADDRESSES) {
            let connecting = TcpStream::connect(SocketAddr::new(address.to_canonical(), target.port));
            match timeout(ONE_ADDRESS, connecting).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = failed(format!("no connection: {error}")),
                Err(_) => last = failed("no connection: it took too long"),
            }
        }
        Err(last)
    }
}

async fn shake(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Result<Connection, HttpError> {
    let (sender, connection) =
        Builder::new().max_buf_size(HEAD).handshake(TokioIo::new(stream)).await.map_err(failed)?;
    let driven = AbortOnDropHandle::new(tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to an address of a client ended");
        }
    }));
    Ok(Connection { sender, _driven: driven })
}

impl Connection {
    /// Whether it was not closed, as far as anybody has heard.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Sends a POST and reads what is answered; of its body nothing is kept.
    ///
    /// # Errors
    /// When the connection ends before the answer's head is there, or what comes is no HTTP.
    pub async fn post(&mut self, target: &Target, headers: HeaderMap, body: Bytes) -> Result<Answer, HttpError> {
        self.sender.ready().await.map_err(failed)?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = target.path.parse().map_err(failed)?;
        *request.headers_mut() = headers;
        request.headers_mut().insert(HOST, HeaderValue::from_str(&target.authority).map_err(failed)?);
        let (head, body) = self.sender.send_request(request).await.map_err(failed)?.into_parts();
        let retry_after = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let read = timeout(BODY_PATIENCE, Limited::new(body, BODY).collect()).await;
        Ok(Answer { status: head.status.as_u16(), retry_after, reusable: matches!(read, Ok(Ok(_))) })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Says one list of addresses after the other, and the last one for ever.
    struct Script(Mutex<Vec<Vec<IpAddr>>>);

    #[async_trait]
    impl Resolve for Script {
        async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let mut left = self.0.lock().unwrap();
            Ok(if left.len() > 1 { left.remove(0) } else { left[0].clone() })
        }
    }

    fn dialer(answers: &[&[&str]], allowed: &[&str]) -> Dialer {
        let list = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        let script = Script(Mutex::new(answers.iter().map(list).collect()));
        let allowed = allowed.iter().map(|net| net.parse().unwrap()).collect();
        Dialer::new(crate::tls_client(std::path::Path::new("")).unwrap(), allowed, Arc::new(script))
    }

    async fn refused(dialer: &Dialer, url: &str) -> String {
        let connected = dialer.connect(&Target::parse(url).unwrap()).await;
        connected.err().unwrap_or_else(|| panic!("connected to {url}")).to_string()
    }

    #[tokio::test]
    async fn a_name_that_means_a_private_address_is_not_called() {
        for address in ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
            let problem = refused(&dialer(&[&[address]], &["192.168.0.0/16"]), "http://hooks.example/").await;
            assert!(problem.contains("webhooks.allowed_networks"), "{address}: {problem}");
        }
        // One of many is enough: which one is called is chance.
        let problem = refused(&dialer(&[&["1.1.1.1", "127.0.0.1"]], &[]), "http://hooks.example/").await;
        assert!(problem.contains("webhooks.allowed_networks"), "{problem}");
    }

    #[tokio::test]
    async fn a_name_is_asked_once_and_its_address_called() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = Target::parse(&format!("http://hooks.example:{}/in?a=b", listener.local_addr().unwrap().port()));
        let target = target.unwrap();
        let dialer = dialer(&[&["127.0.0.1"], &["127.0.0.99"]], &["127.0.0.1/32"]);
        let (connected, accepted) = tokio::join!(dialer.connect(&target), listener.accept());
        let (mut connection, mut stream) = (connected.unwrap(), accepted.unwrap().0);
        // The name was changed meanwhile, which is seen by whoever connects again, and by nobody else.
        let exchange = async {
            let mut text = String::new();
            while !text.ends_with("{}") {
                let mut bytes = [0; 512];
                let number = stream.read(&mut bytes).await.unwrap();
                assert!(number > 0, "{text}");
                text += std::str::from_utf8(&bytes[..number]).unwrap();
            }
            stream
                .write_all(b"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1/\r\nContent-Length: 2\r\n\r\nno")
                .await
                .unwrap();
            text
        };
        let sent = connection.post(&target, HeaderMap::new(), Bytes::from_static(b"{}"));
        let (answer, text) = tokio::join!(sent, exchange);
        assert_eq!(answer.unwrap(), Answer { status: 307, retry_after: None, reusable: true });
        assert!(text.starts_with("POST /in?a=b HTTP/1.1\r\n") && text.contains("host: hooks.example:"), "{text}");
        assert!(refused(&dialer, "http://hooks.example/").await.contains("webhooks.allowed_networks"));
    }
}
