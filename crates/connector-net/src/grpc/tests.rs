use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use super::*;

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
async fn closed(mut peer: DuplexStream) {
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
    let channels = Channels::new(host, &Roots::system(), "test".to_owned()).unwrap();
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
