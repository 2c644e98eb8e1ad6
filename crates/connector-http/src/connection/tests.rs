use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use connector_net::{Host, Roots, http_client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// What a request to a vendor comes to when `HTTPS_PROXY` is `value`.
async fn failure_through(value: &str) -> Failure {
    let host = Host::parse("tenant.example.com").unwrap();
    let variable = |name: &str| (name == "HTTPS_PROXY").then(|| value.into());
    let roots = Roots::system();
    let route = Route::of(host, &roots, variable).unwrap();
    let time = Duration::from_secs(5);
    let client = http_client(&roots, route.proxy(), "test/1", time, |b| b).unwrap();
    let connection = Connection {
        vendor: "Vendor",
        route,
        unread_roots: Vec::new(),
    };
    let request = client.get("https://tenant.example.com/v1?token=hunter2");
    let failure = connection.failure(request.send().await.unwrap_err()).await;
    assert!(!failure.message.contains("oar") && !failure.message.contains("hunter2"));
    failure
}

/// A proxy that sends `answer` on each connection, and how many there were.
async fn proxy(answer: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let value = format!("http://maja:oar@{}", listener.local_addr().unwrap());
    let count: Arc<AtomicUsize> = Arc::default();
    let seen = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            seen.fetch_add(1, Ordering::Relaxed);
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(client.read_u8().await.unwrap());
            }
            client.write_all(answer.as_bytes()).await.unwrap();
            // What is behind an open tunnel speaks no TLS.
            if client.read_u8().await.is_ok() {
                let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            }
        }
    });
    (value, count)
}

/// The proxy's address as messages have it.
fn public(value: &str) -> String {
    format!("the proxy {} (HTTPS_PROXY)", value.replace("maja:oar@", ""))
}

#[tokio::test]
async fn a_proxy_that_refuses_is_a_setting_of_the_operator_and_not_asked_again() {
    for (answer, end, kind, cause) in [
        (
            "HTTP/1.1 407 Auth\r\n\r\n",
            "answered 407",
            ErrorKind::Setting,
            Cause::Final,
        ),
        (
            "HTTP/1.1 403 Forbidden\r\n\r\n",
            "answered 403",
            ErrorKind::Setting,
            Cause::Final,
        ),
        (
            "HTTP/1.1 503 Later\r\n\r\n",
            "answered 503",
            ErrorKind::Upstream,
            Cause::Unsent,
        ),
        (
            "MYSQL\r\n\r\n",
            "does not answer in HTTP",
            ErrorKind::Setting,
            Cause::Final,
        ),
    ] {
        let (value, count) = proxy(answer).await;
        let failure = failure_through(&value).await;
        let expected = format!(
            "{} {end} when asked for tenant.example.com:443",
            public(&value)
        );
        assert_eq!(failure.message, expected);
        assert_eq!((failure.kind, failure.cause), (kind, cause), "{answer}");
        // Once for the request, and once for the status.
        assert_eq!(count.load(Ordering::Relaxed), 2);
    }
    let (value, _) = proxy("HTTP/1.1 407 Auth\r\n\r\n").await;
    let hint = failure_through(&value).await.hint.unwrap();
    assert_eq!(
        hint,
        "the proxy does not accept the user and password in the variable"
    );
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_named_instead_of_the_vendor() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let value = format!("http://maja:oar@{}", listener.local_addr().unwrap());
    drop(listener);
    let failure = failure_through(&value).await;
    let expected = format!("cannot connect to {}: connection refused", public(&value));
    assert_eq!(failure.message, expected);
    assert_eq!(
        (failure.kind, failure.cause),
        (ErrorKind::Setting, Cause::Unsent)
    );
}

#[tokio::test]
async fn a_vendor_that_fails_behind_a_proxy_is_still_the_vendor() {
    let (value, _) = proxy("HTTP/1.1 200 OK\r\n\r\n").await;
    let failure = failure_through(&value).await;
    assert_eq!(
        failure.message,
        "no trusted connection to tenant.example.com: what answers there does not speak TLS"
    );
    assert_eq!(
        (failure.kind, failure.cause),
        (ErrorKind::Upstream, Cause::Final)
    );
}

#[test]
fn a_trust_store_that_was_not_read_is_named_where_trust_is_missing() {
    let connection = Connection {
        vendor: "Vendor",
        route: Route::direct(Host::parse("tenant.example.com").unwrap()),
        unread_roots: vec!["SSL_CERT_FILE names /ca, a directory, not a file".to_owned()],
    };
    let fault = Fault {
        what: "the certificate is from an authority that is not trusted",
        hint: "add it",
    };
    let failure = connection.untrusted(fault);
    assert_eq!(
        failure.hint.unwrap(),
        "add it; SSL_CERT_FILE names /ca, a directory, not a file"
    );
}
