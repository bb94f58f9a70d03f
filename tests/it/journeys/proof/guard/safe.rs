//! Somebody outside who keeps one text, and takes another only from who knows the one that is there.

use std::sync::{Arc, Mutex};

use poem::http::{StatusCode, header};
use poem::listener::TcpAcceptor;
use poem::{Endpoint, Request, Response, Server};
use tokio::net::TcpListener;

/// What is kept: the text, and how often it was replaced.
type Kept = Arc<Mutex<(Option<String>, u64)>>;

/// The server. Ends with the test.
pub struct Safe {
    port: u16,
    kept: Kept,
}

struct Door {
    word: String,
    kept: Kept,
}

impl Safe {
    pub async fn start(token: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Kept::default();
        let door = Door { word: format!("Bearer {token}"), kept: kept.clone() };
        let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
        tokio::spawn(async move { Server::new_with_acceptor(acceptor).run(door).await });
        Self { port, kept }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/kept", self.port)
    }

    /// What it keeps.
    pub fn note(&self) -> Option<String> {
        self.kept.lock().unwrap().0.clone()
    }
}

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let text = |name: header::HeaderName| {
            request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        if text(header::AUTHORIZATION).as_deref() != Some(&self.word) {
            return Ok(StatusCode::UNAUTHORIZED.into());
        }
        let (matches, none) = (text(header::IF_MATCH), text(header::IF_NONE_MATCH));
        let body = request.take_body().into_string().await?;
        let mut kept = self.kept.lock().unwrap();
        let (note, version) = &mut *kept;
        let tag = format!("\"{version}\"");
        if request.method() == "GET" {
            return Ok(match note {
                Some(note) => Response::builder().header(header::ETAG, tag).body(note.clone()),
                None => StatusCode::NOT_FOUND.into(),
            });
        }
        let knows = match note {
            Some(_) => matches.as_deref() == Some(&tag),
            None => none.as_deref() == Some("*"),
        };
        if !knows {
            return Ok(StatusCode::PRECONDITION_FAILED.into());
        }
        *note = Some(body);
        *version += 1;
        Ok(StatusCode::NO_CONTENT.into())
    }
}
