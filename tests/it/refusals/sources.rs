//! From where a key may be used, and whom to believe about it.

use argus_core::clock::Clock;
use argus_core::config::Settings;
use argus_testing::{Actor, START, TestApp, stores, stores_with};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::support::{Refusals, refused};

const EVENTS: &str = "/audit/v1/event";
const CLIENT: &str = "/authentication/v1/client";

/// A key of a new user who may read, usable from those networks alone.
async fn reader_from(app: &TestApp, name: &str, networks: &[&str]) -> Actor {
    app.new_user(name, "root", &[("viewAuditEvents", "root")]).await;
    let admin = app.by_password("admin", &app.admin_password).await;
    let request = json!({"description": "reader", "validSources": networks, "user": name});
    let made = admin.post("/apikey/v1/apikey", request).await.expect(201);
    app.by_key(made["data"]["apiKeyString"].as_str().unwrap())
}

#[tokio::test]
async fn a_stranger_cannot_say_where_it_comes_from() {
    stores(async |app| {
        let elsewhere = reader_from(app, "elsewhere", &["192.0.2.0/24", "2001:db8::/32"]).await;
        let here = reader_from(app, "here", &["127.0.0.1"]).await;
        let mut refusals = Refusals::begin(app).await;
        for header in ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP"]
        {
            for claim in ["192.0.2.1", "for=192.0.2.1", "2001:db8::1", "192.0.2.1, 127.0.0.1", "unknown", ""] {
                let answer = refused(refusals.of(&elsewhere.with(header, claim)).get(EVENTS).await, 401, claim);
                // Who has the secret hears what is wrong, and from where the request came in truth.
                assert_eq!(answer.template(), "apikey.invalid.source", "{header}: {claim}");
                assert!(answer.text.contains("127.0.0.1"), "{}", answer.text);
                here.with(header, claim).get(EVENTS).await.expect(200);
                let seen = app.anonymous().with(header, claim).get(CLIENT).await.expect(200);
                assert_eq!(seen["data"]["clientIP"], "127.0.0.1", "{header}: {claim}");
            }
        }
        refusals.end().await;
        let path = format!("{EVENTS}?includeInternal=true&limit=0&clientIP=192.0.2.0/24&clientIP=2001:db8::/32");
        assert_eq!(app.admin().get(&path).await.expect(200)["count"], 0, "the log believed a stranger");
    })
    .await;
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_from_the_right() {
    let trusted = |settings: &mut Settings| {
        settings.trusted_proxies = ["127.0.0.0/8", "10.0.0.0/8"].map(|text| text.parse().unwrap()).to_vec();
    };
    stores_with(trusted, async |app| {
        let reader = reader_from(app, "reader", &["192.0.2.0/24", "2001:db8::/32"]).await;
        let mut refusals = Refusals::begin(app).await;
        for (lines, client) in [
            (&["192.0.2.7"][..], "192.0.2.7"),
            (&["192.0.2.7, 10.1.1.1, 10.2.2.2"], "192.0.2.7"),
            (&["198.51.100.1, 192.0.2.7"], "192.0.2.7"),
            (&["nonsense, 192.0.2.7"], "192.0.2.7"),
            (&["nonsense", "192.0.2.7"], "192.0.2.7"),
            (&["192.0.2.7:4711"], "192.0.2.7"),
            (&["  192.0.2.7  "], "192.0.2.7"),
            (&["::ffff:192.0.2.7"], "192.0.2.7"),
            (&["[::ffff:192.0.2.7]:80"], "192.0.2.7"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["[2001:db8::7]"], "2001:db8::7"),
            (&["[2001:db8::7]:443, ::ffff:10.0.0.1"], "2001:db8::7"),
        ] {
            let through = lines.iter().fold(reader.clone(), |actor, line| actor.with("X-Forwarded-For", line));
            through.get(EVENTS).await.expect(200);
            let seen = lines.iter().fold(app.anonymous(), |actor, line| actor.with("X-Forwarded-For", line));
            assert_eq!(seen.get(CLIENT).await.expect(200)["data"]["clientIP"], client, "{lines:?}");
        }
        // The client wrote what stands further left; the last one that is no proxy counts.
        for claim in ["192.0.2.7, 198.51.100.1", "192.0.2.7, 198.51.100.1, 10.0.0.1", "10.0.0.1", "127.0.0.1", "::1"] {
            let answer = refusals.of(&reader.with("X-Forwarded-For", claim)).get(EVENTS).await;
            assert_eq!(refused(answer, 401, claim).template(), "apikey.invalid.source", "{claim}");
        }
        let answer = refused(refusals.of(&reader).get(EVENTS).await, 401, "no header");
        assert!(answer.text.contains("127.0.0.1"), "{}", answer.text);
        for unreadable in [
            "nonsense",
            "192.0.2.7, nonsense",
            "",
            "192.0.2.7,",
            "1.2.3",
            "192.0.2.7/24",
            "unknown",
            "[::1",
            "fe80::1%eth0",
        ] {
            for path in [EVENTS, CLIENT] {
                let answer = refusals.of(&reader.with("X-Forwarded-For", unreadable)).get(path).await;
                assert_eq!(refused(answer, 400, unreadable).template(), "http.forwarded.invalid", "{unreadable}");
            }
        }
        refusals.end().await;
        let path = format!("{EVENTS}?includeInternal=true&limit=0&clientIP=192.0.2.7");
        assert!(
            app.admin().with("X-Forwarded-For", "127.0.0.1").get(&path).await.expect(200)["count"].as_i64() > Some(9)
        );
    })
    .await;
}

/// A GET of a path by a key, over a connection made here; gives status and body.
async fn ask(to: &str, path: &str, key: &str) -> (u16, serde_json::Value) {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {to}\r\nArgus-API-Key: {key}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
}

/// A socket for both families gives IPv4 clients as `::ffff:a.b.c.d`; they are IPv4 clients all the same. The store does
/// not matter.
#[tokio::test]
async fn an_ipv4_client_of_an_ipv6_socket_is_an_ipv4_client() {
    let Ok(listener) = TcpListener::bind("[::]:0").await else {
        assert!(std::env::var_os("CI").is_none(), "CI needs IPv6");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let port = listener.local_addr().unwrap().port();
    let settings = Settings { data_dir: folder.path().to_owned(), ..Settings::default() };
    let mut argus = argus_server::build(settings, Clock::manual(START)).await.unwrap();
    // It is good from 127.0.0.0/8 and ::1.
    let key = argus.first.take().unwrap().api_key;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(argus_server::serve(argus, listener, async move {
        let _ = stopped.await;
    }));
    for (address, printed) in [(format!("127.0.0.1:{port}"), "127.0.0.1"), (format!("[::1]:{port}"), "::1")] {
        let (status, client) = ask(&address, CLIENT, &key).await;
        assert_eq!((status, client["data"]["clientIP"].as_str()), (200, Some(printed)), "{address}: {client}");
        let (status, events) = ask(&address, &format!("{EVENTS}?includeInternal=true&clientIP={printed}"), &key).await;
        assert_eq!(status, 200, "{address}: {events}");
    }
    stop.send(()).unwrap();
    served.await.unwrap();
}
