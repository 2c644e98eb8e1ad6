//! The `health-check` command against a listener with a fixed answer.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Cli, Outcome};

/// Runs the command against a listener with this answer; returns the outcome and the request line it got.
async fn ask(answer: Option<&'static str>, args: &[&str]) -> (Outcome, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 1024];
        let read = stream.read(&mut request).await.unwrap();
        request.truncate(read);
        match answer {
            Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
            None => std::future::pending().await,
        }
        String::from_utf8(request).unwrap()
    });
    let out = Cli::bare(args)
        .env("BATON_HEALTH_CHECK_PORT", &port)
        .run()
        .await;
    let request = match answer {
        Some(_) => server.await.unwrap().lines().next().unwrap().to_owned(),
        None => String::new(),
    };
    let stderr = out.stderr.replace(&port, "[port]");
    (Outcome { stderr, ..out }, request)
}

#[tokio::test]
async fn a_healthy_service() {
    for (args, line) in [
        (&["health-check"][..], "GET /health HTTP/1.1"),
        (
            &["health-check", "--endpoint", "ready"],
            "GET /ready HTTP/1.1",
        ),
        (
            &["health-check", "--endpoint=live", "--timeout", "2"],
            "GET /live HTTP/1.1",
        ),
    ] {
        let (out, request) = ask(Some("HTTP/1.1 200 OK\r\n\r\n{}"), args).await;
        assert_eq!(
            (out.code, out.stderr.as_str(), request.as_str()),
            (0, "", line)
        );
    }
}

#[tokio::test]
async fn a_service_that_is_not_well() {
    let (out, _) = ask(
        Some("HTTP/1.1 503 Service Unavailable\r\n\r\n"),
        &["health-check"],
    )
    .await;
    insta::assert_snapshot!(out.report(), @r#"
    exit 2
    baton-lake: health check returned status 503
    "#);
    let (out, _) = ask(Some("SSH-2.0-x\r\n"), &["health-check"]).await;
    insta::assert_snapshot!(out.report(), @r#"
    exit 14
    baton-lake: health check failed: the answer is not an HTTP response
    hint: nothing healthy listens on 127.0.0.1:[port]; see --health-check-port (BATON_HEALTH_CHECK_PORT)
    "#);
    let (out, _) = ask(Some(""), &["health-check"]).await;
    insta::assert_snapshot!(out.report(), @r#"
    exit 14
    baton-lake: health check failed: the answer is not an HTTP response
    hint: nothing healthy listens on 127.0.0.1:[port]; see --health-check-port (BATON_HEALTH_CHECK_PORT)
    "#);
}

#[tokio::test]
async fn nothing_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    drop(listener);
    let cli = Cli::bare(&["health-check", "--health-check-port", &port]);
    let out = cli.run().await;
    assert_eq!(out.code, 14, "{}", out.stderr);
    assert!(
        out.stderr.starts_with("baton-lake: health check failed: "),
        "{}",
        out.stderr
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs() {
    let (out, _) = ask(None, &["health-check", "--timeout", "1"]).await;
    insta::assert_snapshot!(out.report(), @r#"
    exit 4
    baton-lake: health check failed: no answer within 1 s
    "#);
}

#[tokio::test]
async fn a_port_that_is_none() {
    let out = Cli::bare(&["health-check", "--health-check-port", "70000"])
        .run()
        .await;
    insta::assert_snapshot!(out.report(), @r#"
    exit 3
    baton-lake: --health-check-port (BATON_HEALTH_CHECK_PORT): value must be a port but got 70000
    "#);
}
