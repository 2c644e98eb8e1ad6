use futures_util::FutureExt;

use super::*;
use crate::causes::find;

const SECRET: &str = "http://maja:oar@";

/// What is read from an environment with these variables.
fn of(host: &str, variables: &[(&str, &str)]) -> Result<Option<Proxy>> {
    let host = Host::parse(host).unwrap();
    Proxy::of(&host, |name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.into())
    })
}

fn shown(host: &str, variables: &[(&str, &str)]) -> Option<String> {
    of(host, variables).unwrap().map(|proxy| proxy.to_string())
}

/// A proxy that answers one client and hands over the head of its request.
async fn serve(listener: tokio::net::TcpListener, answer: &'static str) -> String {
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
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let value = format!("{SECRET}{address}");
    let proxy = of("tenant.example.com", &[("HTTPS_PROXY", &value)]).unwrap();
    let route = Route {
        host: Host::parse("tenant.example.com").unwrap(),
        proxy,
    };
    tokio::join!(serve(listener, answer), route.connect())
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
async fn a_proxy_that_refuses_is_named_with_its_status_and_without_its_password() {
    for (answer, status) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", Some(403)),
        (
            "HTTP/1.0 407 Auth\r\nProxy-Authenticate: Basic\r\n\r\n",
            Some(407),
        ),
        ("SSH-2.0-OpenSSH\r\n\r\n", None),
    ] {
        let (_, stream) = through(answer).await;
        let error = stream.unwrap_err();
        assert_eq!(find::<Refused>(&error).unwrap().status, status);
        let text = error.to_string();
        assert!(text.starts_with("the proxy http://127.0.0.1:"), "{text}");
        let rest = status.map_or("does not answer in HTTP".to_owned(), |s| {
            format!("answered {s}")
        });
        assert!(text.ends_with(&format!(" (HTTPS_PROXY) {rest}")), "{text}");
        assert!(!text.contains("oar"), "{text}");
    }
}

#[test]
fn which_hosts_go_through_which_proxy() {
    let proxy = ("HTTPS_PROXY", "http://proxy.example.com:3128");
    let tenant = "tenant.example.com";
    let expected = "http://proxy.example.com:3128 (HTTPS_PROXY)";
    assert_eq!(shown(tenant, &[proxy]).as_deref(), Some(expected));
    for (host, exceptions) in [
        ("near.example.com", "near.example.com"),
        ("a.near.example.com", "other.test, .near.example.com"),
        (tenant, "*"),
        ("localhost:8443", ""),
        ("127.0.0.1:8443", ""),
    ] {
        assert_eq!(
            shown(host, &[proxy, ("NO_PROXY", exceptions)]),
            None,
            "{host}"
        );
    }
    assert_eq!(shown(tenant, &[]), None);
    assert_eq!(
        shown(
            tenant,
            &[("HTTPS_PROXY", ""), ("HTTP_PROXY", "http://a.test")]
        ),
        None
    );
    for (variables, expected) in [
        (
            [("https_proxy", "b.test:1"), ("ALL_PROXY", "c.test")],
            "http://b.test:1 (https_proxy)",
        ),
        (
            [("HTTPS_PROXY", ""), ("ALL_PROXY", "c.test")],
            "http://c.test (ALL_PROXY)",
        ),
        (
            [
                ("HTTPS_PROXY", "https://u:p@d.test:2"),
                ("https_proxy", "e.test"),
            ],
            "https://d.test:2 (HTTPS_PROXY)",
        ),
        (
            [
                ("HTTPS_PROXY", "http://[::1]:3128/"),
                ("NO_PROXY", "x.test"),
            ],
            "http://[::1]:3128 (HTTPS_PROXY)",
        ),
    ] {
        assert_eq!(shown(tenant, &variables).as_deref(), Some(expected));
    }
}

#[test]
fn a_value_that_is_no_address_is_refused_and_never_means_direct() {
    for odd in [
        " http://maja:oar@proxy.test:3128",
        "http://maja:oar@proxy.test:3128\r",
        "http://maja:oar@proxy.test:3128\n",
        "\"http://maja:oar@proxy.test:3128\"",
        "'http://maja:oar@proxy.test:3128'",
        "http://maja:oar@proxy .test",
        "http://maja:oar@proxy.test:port",
        "http://maja:oar@proxy.test:99999",
        "http://maja:oar@proxy.test:0",
        "http://maja:oar@",
        "http://",
        "socks5://maja:oar@proxy.test",
        "ftp://maja:oar@proxy.test",
        "http://maja:oar@pröxy.test",
    ] {
        for variable in VARIABLES {
            let error = of("tenant.example.com", &[(variable, odd)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Setting);
            assert_eq!(
                error.message(),
                format!("{variable} is not the address of a proxy"),
                "{odd:?}"
            );
        }
        // What is not used is not looked at.
        assert!(of("localhost", &[("HTTPS_PROXY", odd)]).unwrap().is_none());
    }
}

#[test]
fn a_proxy_behind_tls_is_refused_where_only_plain_ones_are_reached() {
    let proxy = of("tenant.test", &[("HTTPS_PROXY", "https://proxy.test:1")]).unwrap();
    let host = Host::parse("tenant.test").unwrap();
    let connecting = proxy.unwrap();
    let outcome = connecting.connect(&host).now_or_never().unwrap();
    assert_eq!(
        outcome.unwrap_err().to_string(),
        "the proxy https://proxy.test:1 (HTTPS_PROXY) must be reached by http://"
    );
}
