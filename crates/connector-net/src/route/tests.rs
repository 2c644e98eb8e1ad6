use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::fault::reason;
use crate::fault::tests::identity;

/// What a proxy at an address with `user` does with one client: the head of the request, and what the client gets.
async fn through(user: &str, answer: &'static str) -> (String, io::Result<Stream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let value = format!("http://{user}{}", listener.local_addr().unwrap());
    let route = route(&value, &Roots::system());
    let proxy = async {
        let (client, _) = listener.accept().await.unwrap();
        serve(Box::new(client), answer).await
    };
    tokio::join!(proxy, route.connect())
}

fn route(proxy: &str, roots: &Roots) -> Route {
    let host = Host::parse("tenant.example.com").unwrap();
    Route::of(host, roots, |name| {
        (name == "HTTPS_PROXY").then(|| proxy.into())
    })
    .unwrap()
}

/// Answers one client, hands over the head of its request, and sends back whatever else it receives.
async fn serve(mut client: Stream, answer: &'static str) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    client.write_all(answer.as_bytes()).await.unwrap();
    client.flush().await.unwrap();
    tokio::spawn(async move {
        let (mut from, mut to) = tokio::io::split(client);
        tokio::io::copy(&mut from, &mut to).await
    });
    String::from_utf8(head).unwrap()
}

async fn echoes(stream: &mut Stream) {
    stream.write_all(b"inside").await.unwrap();
    stream.flush().await.unwrap();
    let mut inside = [0; 6];
    stream.read_exact(&mut inside).await.unwrap();
    assert_eq!(&inside, b"inside");
}

fn fault(stream: io::Result<Stream>) -> RouteFault {
    let error = stream.err().unwrap();
    find::<RouteFault>(&error).unwrap().clone()
}

#[tokio::test]
async fn a_tunnel_to_host_and_port() {
    let (head, stream) = through("maja:oar@", "HTTP/1.1 200 OK\r\n\r\n").await;
    assert!(head.starts_with("CONNECT tenant.example.com:443 HTTP/1.1\r\n"));
    // The user and password of the proxy's address.
    let auth = "proxy-authorization: basic bwfqytpvyxi=";
    assert!(head.to_ascii_lowercase().contains(auth), "{head}");
    assert!(!head.contains("tenant.example.com/"), "{head}");
    echoes(&mut stream.unwrap()).await;
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_with_its_status_and_without_its_password() {
    for (user, answer, says, hint, kind) in [
        (
            "maja:oar@",
            "HTTP/1.1 403 Forbidden\r\n\r\n",
            "answered 403",
            "ask whoever runs the proxy to allow this host, or add the host to NO_PROXY",
            ErrorKind::Setting,
        ),
        (
            "maja:oar@",
            "HTTP/1.0 407 Auth\r\nProxy-Authenticate: Basic\r\n\r\n",
            "answered 407",
            "the proxy does not accept the user and password in the variable",
            ErrorKind::Setting,
        ),
        (
            "",
            "HTTP/1.0 407 Auth\r\n\r\n",
            "answered 407",
            "the proxy wants a user and password: write them into the variable, as http://user:password@host:port",
            ErrorKind::Setting,
        ),
        (
            "maja:oar@",
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            "answered 502",
            "the proxy cannot reach the host; try again later, or ask whoever runs the proxy",
            ErrorKind::Upstream,
        ),
        (
            "maja:oar@",
            "SSH-2.0-OpenSSH\r\n\r\n",
            "does not answer in HTTP",
            "ask whoever runs the proxy to allow this host, or add the host to NO_PROXY",
            ErrorKind::Setting,
        ),
    ] {
        let (_, stream) = through(user, answer).await;
        let fault = fault(stream);
        let text = fault.to_string();
        assert!(text.starts_with("the proxy http://127.0.0.1:"), "{text}");
        let end = format!(" (HTTPS_PROXY) {says} when asked for tenant.example.com:443");
        assert!(text.ends_with(&end), "{text}");
        assert!(!text.contains("oar"), "{text}");
        assert_eq!((fault.hint, fault.kind), (hint, kind));
        assert_eq!(fault.may_pass, kind == ErrorKind::Upstream);
        let line = reason("tenant.example.com", &io::Error::other(fault));
        assert_eq!(line, format!("{text}; {hint}"));
    }
}

/// What a client that trusts `trusted` gets from a proxy that speaks TLS.
async fn encrypted(
    trusted: &str,
    server: rustls::ServerConfig,
    answer: &'static str,
) -> (u16, io::Result<Stream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let roots = Roots::only(trusted.as_bytes()).unwrap();
    let route = route(&format!("https://localhost:{port}"), &roots);
    let proxy = async {
        let (client, _) = listener.accept().await.unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(server));
        if let Ok(client) = acceptor.accept(client).await {
            serve(Box::new(client), answer).await;
        }
    };
    (port, tokio::join!(proxy, route.connect()).1)
}

#[tokio::test]
async fn a_proxy_behind_tls_is_reached_and_named_like_any_other() {
    let (trusted, server) = identity("localhost", |_| ());
    let (_, stream) = encrypted(&trusted, server.clone(), "HTTP/1.1 200 OK\r\n\r\n").await;
    echoes(&mut stream.unwrap()).await;
    for status in [403, 407] {
        let answer = match status {
            403 => "HTTP/1.1 403 No\r\n\r\n",
            _ => "HTTP/1.1 407 No\r\n\r\n",
        };
        let (port, stream) = encrypted(&trusted, server.clone(), answer).await;
        let expected = format!(
            "the proxy https://localhost:{port} (HTTPS_PROXY) answered {status} when asked for tenant.example.com:443"
        );
        assert_eq!(fault(stream).message, expected);
    }
    let (unknown, _) = identity("localhost", |_| ());
    let (port, stream) = encrypted(&unknown, server, "").await;
    let fault = fault(stream);
    let expected = format!(
        "no trusted connection to the proxy https://localhost:{port} (HTTPS_PROXY): \
         the certificate is from an authority that is not trusted"
    );
    assert_eq!((fault.message, fault.may_pass), (expected, false));
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let value = format!("http://maja:oar@{address}");
    let fault = fault(route(&value, &Roots::system()).connect().await);
    let expected =
        format!("cannot connect to the proxy http://{address} (HTTPS_PROXY): connection refused");
    assert_eq!((fault.message, fault.kind), (expected, ErrorKind::Setting));
}

#[test]
fn names_that_do_not_resolve() {
    for (causes, kind) in [
        (
            "failed to lookup address information: name or service not known",
            ErrorKind::Setting,
        ),
        (
            "failed to lookup address information: name does not resolve",
            ErrorKind::Setting,
        ),
        (
            "nodename nor servname provided, or not known",
            ErrorKind::Setting,
        ),
        (
            "failed to lookup address information: temporary failure in name resolution",
            ErrorKind::Upstream,
        ),
        (
            "failed to lookup address information: try again",
            ErrorKind::Upstream,
        ),
    ] {
        let fault = RouteFault::unresolved("the host x.test", "check it", causes);
        assert_eq!(fault.kind, kind, "{causes}");
    }
}
