use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{CertificateParams, date_time_ymd};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::fault::tests::identity;
use crate::host::Host;

/// A channel whose connections end in memory, and their other ends.
fn in_memory(quiet: Duration) -> (Channel, mpsc::UnboundedReceiver<DuplexStream>) {
    let (arrived, connections) = mpsc::unbounded_channel();
    let connector = tower::service_fn(move |_: Uri| {
        let (here, there) = duplex(1 << 16);
        arrived.send(there).unwrap();
        async { Ok::<_, io::Error>(TokioIo::new(here)) }
    });
    let endpoint = Endpoint::from_static("http://peer.test");
    let channel = watched(&endpoint, quiet).connect_with_connector_lazy(connector);
    (channel, connections)
}

async fn call(channel: &Channel) -> Result<(), CallError> {
    unary(channel, "/test.Service/Call", Request::new(())).await
}

/// Reads until the other side closes the connection.
async fn closed(mut peer: impl AsyncRead + Unpin) {
    let mut sink = [0; 1024];
    while peer.read(&mut sink).await.is_ok_and(|read| read > 0) {}
}

#[tokio::test(start_paused = true)]
async fn a_call_on_a_dead_connection_ends_after_15_seconds() {
    let (channel, mut connections) = in_memory(QUIET);
    let (start, mut peers) = (Instant::now(), Vec::new());
    for ends in [15, 30] {
        let error = call(&channel).await.unwrap_err();
        assert_eq!(error.code, Code::Unavailable, "{error}");
        assert!(error.is_connection);
        assert_eq!(start.elapsed().as_secs(), ends);
        // The next call is made on a connection of its own.
        peers.push(connections.try_recv().unwrap());
        assert!(connections.try_recv().is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_that_is_dead_is_closed_after_15_seconds() {
    let (channel, mut connections) = in_memory(QUIET);
    let start = Instant::now();
    timeout(Duration::from_secs(1), call(&channel))
        .await
        .unwrap_err();
    closed(connections.recv().await.unwrap()).await;
    assert_eq!(start.elapsed().as_secs(), 15);
}

/// Answers the pings of a connection, and no call.
async fn alive(peer: DuplexStream, accepted: &AtomicUsize) {
    let mut connection = h2::server::handshake(peer).await.unwrap();
    let mut calls = Vec::new();
    while let Some(call) = connection.accept().await {
        accepted.fetch_add(1, Ordering::Relaxed);
        calls.push(call.unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_pings_may_take_its_time() {
    let (channel, mut connections) = in_memory(QUIET);
    let accepted = AtomicUsize::new(0);
    let serving = async {
        while let Some(peer) = connections.recv().await {
            alive(peer, &accepted).await;
        }
    };
    tokio::select! {
        () = serving => panic!("the connection ended"),
        answer = call(&channel) => panic!("an answer came: {answer:?}"),
        () = sleep(Duration::from_secs(3_600)) => {}
    }
    assert_eq!(accepted.into_inner(), 1);
}

#[tokio::test]
async fn a_server_that_takes_pings_for_an_attack_gets_few_from_then_on() {
    let host = Host::parse("peer.test").unwrap();
    let (roots, agent) = (Roots::system(), "test".to_owned());
    let route = Route::direct(host);
    let channels = Channels::new(route, Some(&roots), agent, Watch::Closely).unwrap();
    let (here, there) = duplex(1 << 16);
    let observed = Observed::new(here, channels.calm.clone());
    let client = async {
        let (_calls, connection) = h2::client::handshake(observed).await.unwrap();
        let _ = connection.await;
    };
    let server = async {
        let mut connection = h2::server::handshake(there).await.unwrap();
        connection.abrupt_shutdown(h2::Reason::ENHANCE_YOUR_CALM);
        // The connection ends with the error that it has sent.
        let _ = std::future::poll_fn(|cx| connection.poll_closed(cx)).await;
    };
    drop(channels.channel());
    assert_eq!(channels.current().quiet, QUIET);
    tokio::join!(client, server);
    drop(channels.channel());
    assert_eq!(channels.current().quiet, LONG_QUIET);
    channels.renew();
    assert_eq!(channels.current().quiet, LONG_QUIET);
}

/// Why a call to `localhost` fails for a client that trusts `authority`, where `serve` answers the connection.
async fn unconnected<F: Future<Output = ()>>(
    authority: &str,
    serve: impl FnOnce(TcpStream) -> F,
) -> CallError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let host = Host::parse(&format!("localhost:{port}")).unwrap();
    let roots = Roots::only(authority.as_bytes()).unwrap();
    let (route, agent) = (Route::direct(host), "test".to_owned());
    let channels = Channels::new(route, Some(&roots), agent, Watch::Closely).unwrap();
    let serving = async { serve(listener.accept().await.unwrap().0).await };
    let channel = channels.channel();
    tokio::join!(call(&channel), serving).0.unwrap_err()
}

#[tokio::test]
async fn a_connection_that_is_not_trusted_has_the_words_that_vendors_have() {
    let expire = |p: &mut CertificateParams| p.not_after = date_time_ymd(2020, 1, 1);
    let (trusted, expired) = identity("localhost", expire);
    let (_, unknown) = identity("localhost", |_| ());
    let (of_other, other) = identity("other.test", |_| ());
    for (trusted, server, what) in [
        (
            &trusted,
            expired,
            "the certificate has expired; check the clock",
        ),
        (
            &trusted,
            unknown,
            "the certificate is from an authority that is not trusted; a proxy",
        ),
        (
            &of_other,
            other,
            "the certificate is for another host; check the host",
        ),
    ] {
        let error = unconnected(trusted, async |stream| {
            let _ = TlsAcceptor::from(Arc::new(server)).accept(stream).await;
        })
        .await;
        let message = format!("transport error: no trusted connection to localhost: {what}");
        assert!(error.message.starts_with(&message), "{error}");
        assert_eq!((error.code, error.is_connection), (Code::Unavailable, true));
    }
    let error = unconnected(&trusted, async |mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        closed(stream).await;
    })
    .await;
    assert_eq!(
        error.message,
        "transport error: no trusted connection to localhost: what answers there does not speak TLS; check host and port: this \
         may be a port for plain HTTP, or a proxy may stand in between"
    );
}
