//! A mail server on loopback that takes what it gets, or refuses it, as it is told.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail as it came.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: String,
    pub text: String,
}

/// The server. Ends with the test.
pub struct Sink {
    pub port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    /// What it says to recipients; 250 takes them.
    says: Arc<Mutex<String>>,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (taken, says) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new("250 fine".to_owned())));
        let sink = Self { port, taken: taken.clone(), says: says.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, taken.clone(), says.clone()));
            }
        });
        sink
    }

    /// From now on it says that to recipients.
    pub fn say(&self, words: &str) {
        *self.says.lock().unwrap() = words.to_owned();
    }

    /// What it has taken.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, taken: Arc<Mutex<Vec<Taken>>>, says: Arc<Mutex<String>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await.ok()?;
    let (mut from, mut to) = (String::new(), String::new());
    loop {
        let line = line(&mut stream).await?;
        let word = line.split([' ', ':']).next()?.to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-sink\r\n250 8BITMIME".to_owned(),
            "MAIL" => {
                from = line;
                "250 fine".to_owned()
            }
            "RCPT" => {
                to = line;
                says.lock().unwrap().clone()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let mut text = String::new();
                loop {
                    let next = self::line(&mut stream).await?;
                    if next == "." {
                        break;
                    }
                    text += next.strip_prefix('.').unwrap_or(&next);
                    text += "\n";
                }
                taken.lock().unwrap().push(Taken { from: from.clone(), to: to.clone(), text });
                "250 taken".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 fine".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}
