use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use tokio::io::AsyncWriteExt;

use super::*;

fn whole(head: &[u8]) -> Result<Option<Head>, Fault> {
    Scan::default().feed(head, &Limits::default())
}

#[test]
fn a_head_ends_with_its_empty_line() {
    let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    assert_eq!(whole(head), Ok(Some(Head { len: head.len(), framing: Framing::Length(0) })));
    for end in 0..head.len() {
        assert_eq!(whole(&head[..end]), Ok(None), "{end}");
    }
    let more = [&head[..], b"GET /next HTTP/1.1\r\n\r\n"].concat();
    assert_eq!(whole(&more).map(|head| head.map(|head| head.len)), Ok(Some(head.len())));
}

#[test]
fn the_framing_is_what_the_lines_say() {
    let framing =
        |lines: &str| whole(format!("POST / HTTP/1.1\r\n{lines}\r\n\r\n").as_bytes()).unwrap().unwrap().framing;
    assert_eq!(framing("content-LENGTH: \t007 "), Framing::Length(7));
    assert_eq!(framing("Transfer-encoding:Chunked"), Framing::Chunked);
    assert_eq!(framing("X-Content-Length: 7\r\nContent-Length2: 7"), Framing::Length(0));
    assert_eq!(framing("Content-Length: 16777216"), Framing::Length(16_777_216));
}

#[test]
fn a_head_of_the_greatest_size_passes() {
    let frame = "GET / HTTP/1.1\r\nX: \r\n\r\n";
    let head = |size: usize| frame.replace("X: ", &format!("X: {}", "y".repeat(size - frame.len())));
    let limits = Limits::default();
    assert!(matches!(whole(head(limits.max_head_bytes).as_bytes()), Ok(Some(_))));
    assert_eq!(whole(head(limits.max_head_bytes + 1).as_bytes()), Err(refusal::HEAD_TOO_LARGE));
    assert_eq!(whole(&vec![b'G'; limits.max_head_bytes]), Err(refusal::HEAD_TOO_LARGE));
}

/// Heads that are almost sound: lines from a few that matter, joined and disturbed.
fn heads() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just("Host: a"),
        Just("Content-Length: 5"),
        Just("Content-Length: 0"),
        Just("Transfer-Encoding: chunked"),
        Just("X: y"),
        Just("X:"),
        Just(" folded"),
        Just("X : y"),
        Just(""),
        Just("\r"),
        Just("X: \u{e4}\t"),
    ];
    let end = prop_oneof![8 => Just("\r\n"), 1 => Just("\n"), 1 => Just("\r"), 1 => Just("\r\r\n"), 1 => Just("")];
    let start =
        prop_oneof![4 => Just("GET / HTTP/1.1"), 1 => Just("GET / HTTP/1.0"), 1 => Just(""), 1 => Just("GET /")];
    (start, end.clone(), prop::collection::vec((line, end), 0..5)).prop_map(|(start, end, lines)| {
        let lines = lines.into_iter().map(|(line, end)| format!("{line}{end}")).collect::<String>();
        format!("{start}{end}{lines}\r\n").into_bytes()
    })
}

/// What bare hyper makes of a head and nothing behind it.
async fn hyper_on(head: &[u8]) -> (usize, hyper::Result<()>) {
    let (mut client, server) = tokio::io::duplex(64 * 1024);
    client.write_all(head).await.unwrap();
    client.shutdown().await.unwrap();
    let calls = AtomicUsize::new(0);
    let service = service_fn(|_| {
        calls.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, Infallible>(http::Response::new(String::new())) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.half_close(true).header_read_timeout(None);
    let ended = http.serve_connection(TokioIo::new(server), service).await;
    (calls.into_inner(), ended)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// What the scan takes for a whole head, hyper takes for a whole head or for none.
    #[test]
    fn hyper_sees_the_same_end(head in heads()) {
        if let Ok(Some(found)) = whole(&head) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (calls, ended) = runtime.block_on(hyper_on(&head[..found.len]));
            let refused = ended.as_ref().is_err_and(hyper::Error::is_parse);
            prop_assert!(calls == 1 && ended.is_ok() || calls == 0 && refused, "{calls} {ended:?}");
        }
    }

    /// How a head is cut into pieces makes no difference.
    #[test]
    fn pieces_make_no_difference(head in heads(), cuts in prop::collection::vec(0_usize..200, 0..5)) {
        let mut cuts = cuts.into_iter().map(|cut| cut.min(head.len())).collect::<Vec<_>>();
        cuts.sort_unstable();
        cuts.push(head.len());
        let mut scan = Scan::default();
        let mut found = Ok(None);
        for cut in cuts {
            found = scan.feed(&head[..cut], &Limits::default());
            if found != Ok(None) {
                break;
            }
        }
        prop_assert_eq!(found, whole(&head));
    }
}
