//! A path means one thing, or it is not found.

mod common;

use common::{Server, get};

#[tokio::test]
async fn ambiguous_paths_are_not_found_and_do_not_end_the_connection() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for (template, paths) in [
        (
            "http.path.ambiguous",
            &[
                "//",
                "//x",
                "/x//",
                "/x//y",
                "/.",
                "/..",
                "/./",
                "/../",
                "/x/.",
                "/x/..",
                "/x/./y",
                "/x/../y",
                "/%2e",
                "/%2E%2e/x",
                "/.%2e/x",
                "/x/%2e./y",
                "/x%2fy",
                "/x%2Fy",
                "/x%5cy",
                "/x%5Cy",
                "/x\\y",
                "/..\\x",
                "/%2e%2e%2fx",
            ][..],
        ),
        (
            "http.path.unreadable",
            &[
                "/%",
                "/%2",
                "/x%zz",
                "/%%20",
                "/%00",
                "/x%0a",
                "/x%0d%0ay",
                "/%1f",
                "/%7f",
                "/%ff",
                "/%c3",
                "/%c3x",
                "/%c0%af",
                "/%ed%a0%80",
            ],
        ),
    ] {
        for path in paths {
            client.send(get(path)).await;
            let answer = client.answer().await;
            assert!(answer.starts_with("HTTP/1.1 404 "), "{path} got {answer}");
            assert!(answer.ends_with(&format!("{{\"template\":\"{template}\"}}")), "{path} got {answer}");
            assert!(!answer.contains("connection: close"), "{path} got {answer}");
        }
    }
    assert_eq!(server.seen.hits(), 0);
}

#[tokio::test]
async fn other_paths_arrive_as_they_were_sent() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let paths = [
        "/",
        "/x",
        "/x/",
        "/...",
        "/x/.y",
        "/x/y.",
        "/.well-known/x",
        "/..x",
        "/%41",
        "/%252e%252e/",
        "/x%20y",
        "/%c3%a4",
        "/a:b@c;d=e,f!$&'()*+",
        "/x?a=//../%2f%00",
        "/%2e%2e%2e",
        "/x%2e",
        "/\u{e4}",
    ];
    for path in paths {
        client.send(get(path)).await;
        let answer = client.answer().await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{path} got {answer}");
        assert_eq!(*server.seen.requests.lock().unwrap().last().unwrap(), format!("GET {path}"));
    }
}

#[tokio::test]
async fn the_body_behind_a_refused_path_is_no_request() {
    let server = Server::start().await;
    let body = get("/smuggled");
    let request = format!("POST // HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let answer = server.talk(&request).await;
    assert!(answer.starts_with("HTTP/1.1 404 ") && answer.contains("connection: close\r\n"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    assert_eq!(server.seen.hits(), 0);
}
