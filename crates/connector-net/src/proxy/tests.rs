use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

fn route(host: &str, matcher: &Matcher) -> Route {
    Route::new(Host::parse(host).unwrap(), matcher)
}

/// A proxy that answers one client and hands over the head of its request.
async fn proxy(listener: TcpListener, answer: &'static str) -> String {
    let (mut client, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    client.write_all(answer.as_bytes()).await.unwrap();
    // In TLS the client speaks first; this server sends back whatever it receives.
    tokio::spawn(async move {
        let (mut from, mut to) = client.split();
        tokio::io::copy(&mut from, &mut to).await
    });
    String::from_utf8(head).unwrap()
}

async fn through(answer: &'static str) -> (String, io::Result<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let matcher = Matcher::builder()
        .https(format!("http://maja:oar@127.0.0.1:{port}"))
        .build();
    let route = route("tenant.example.com", &matcher);
    tokio::join!(proxy(listener, answer), route.connect())
}

#[tokio::test]
async fn a_tunnel_to_host_and_port() {
    let (head, stream) = through("HTTP/1.1 200 OK\r\n\r\n").await;
    assert!(head.starts_with("CONNECT tenant.example.com:443 HTTP/1.1\r\n"));
    // The user and password of the proxy's address.
    let auth = "proxy-authorization: basic bwfqytpvyxi=";
    assert!(head.to_ascii_lowercase().contains(auth), "{head}");
    assert!(!head.contains("tenant.example.com/"), "{head}");
    let mut stream = stream.unwrap();
    stream.write_all(b"inside").await.unwrap();
    let mut inside = [0; 6];
    stream.read_exact(&mut inside).await.unwrap();
    assert_eq!(&inside, b"inside");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_in_the_error() {
    let (_, stream) = through("HTTP/1.1 403 Forbidden\r\n\r\n").await;
    let error = stream.unwrap_err().to_string();
    assert!(error.starts_with("through the proxy: "), "{error}");
}

#[tokio::test]
async fn which_hosts_go_through_a_proxy() {
    let matcher = Matcher::builder()
        .https("http://proxy.example.com:3128")
        .no("near.example.com")
        .build();
    for (host, proxied) in [
        ("tenant.example.com", true),
        ("near.example.com", false),
        ("localhost:8443", false),
        ("127.0.0.1:8443", false),
    ] {
        assert_eq!(route(host, &matcher).proxy.is_some(), proxied, "{host}");
    }
    let none = Matcher::builder().build();
    assert!(route("tenant.example.com", &none).proxy.is_none());
    let tls = Matcher::builder().https("https://proxy.test:1").build();
    let error = route("tenant.test", &tls).connect().await.unwrap_err();
    assert!(error.to_string().contains("http://"), "{error}");
}
