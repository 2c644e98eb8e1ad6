//! G and H3, H4: a control plane that fails, goes away, forgets, or is not the right one.

use std::time::Duration;

use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::{ControlPlane, Fault, Method, seconds};

use crate::bench::{Bench, secs};
use crate::work::{Act, Work};

#[tokio::test]
async fn g1_failed_polls_are_repeated_with_growing_pauses() {
    for code in [14, 12] {
        let mut bench = Bench::new(Work::default());
        bench.plane.next_poll(None, Some(seconds(2)));
        let failures = (0..10).map(|_| Some(Fault::status(code)));
        let then = [None, Some(Fault::status(code)), None];
        bench.plane.script(Method::GetTask, failures.chain(then));
        bench.start();
        bench.until(|b| b.calls(Method::GetTask) == 13).await;
        assert_eq!(
            bench.gaps(Method::GetTask),
            // A success resets the pauses.
            secs([1, 4, 9, 16, 25, 36, 49, 60, 60, 60, 2, 1])
        );
        bench.finish().await;
    }
}

#[tokio::test]
async fn g2_a_restart_while_idle_is_survived() {
    let bench = Bench::started(Work::default());
    bench.until(|b| b.calls(Method::GetTask) == 2).await;
    bench.plane.go_down();
    bench.pass(Duration::from_secs(70)).await;
    bench.plane.come_up().expect("the port is still free");
    let task = bench.plane.sync(SyncFullTask::default());
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    assert_eq!(bench.calls(Method::Hello), 1);
    bench.finish().await;
}

#[tokio::test]
async fn g3_a_restart_during_a_sync_is_survived() {
    let mut bench = Bench::new(Work::script([Act::Wait(10)]));
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.calls(Method::Heartbeat) == 2).await;
    bench.plane.go_down();
    bench.pass(Duration::from_secs(100)).await;
    bench.plane.come_up().expect("the port is still free");
    bench.until(|b| b.calls(Method::Heartbeat) == 3).await;
    bench.work.open(1);
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    bench.finish().await;
}

#[tokio::test]
async fn g4_a_forgotten_task_frees_its_slot() {
    let mut bench = Bench::new(Work::script([Act::Wait(10)]));
    bench.config.service.concurrency = 1;
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.work.seen().running == 1).await;
    bench.plane.forget(&task);
    bench.until(|b| b.calls(Method::Heartbeat) == 3).await;
    bench.work.open(1);
    bench.until(|b| b.calls(Method::FinishTask) == 1).await;
    let next = bench.plane.sync(SyncFullTask::default());
    bench.until(|b| b.is_over(&next)).await;
    bench.assert_success(&next);
    assert_eq!(bench.calls(Method::FinishTask), 2);
    bench.finish().await;
}

#[tokio::test]
async fn g5_a_task_that_comes_twice_runs_once() {
    let mut bench = Bench::new(Work::script([Act::Wait(10)]));
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.work.seen().running == 1).await;
    bench.plane.deliver_again(&task);
    bench.until(|b| b.task(&task).deliveries == 2).await;
    bench.pass(Duration::from_secs(5)).await;
    assert_eq!(bench.work.seen().wanted.len(), 1);
    bench.work.open(1);
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    bench.finish().await;
}

#[tokio::test]
async fn g6_a_connection_that_is_closed_is_made_again() {
    let bench = Bench::started(Work::default());
    bench.until(|b| b.calls(Method::GetTask) == 2).await;
    bench.plane.say_goodbye();
    bench.soon(|b| b.plane.open_connections() == 0).await;
    bench.until(|b| b.calls(Method::GetTask) == 4).await;
    assert_eq!(bench.gaps(Method::GetTask), secs([60; 3]));
    assert!(bench.plane.connections() > 2);
    bench.finish().await;
}

/// A service that must not get through to this control plane.
async fn kept_out(plane: ControlPlane, trusted: bool) -> Bench {
    let mut bench = Bench::with(plane, Work::default());
    if !trusted {
        bench.config.extra_roots = Vec::new();
    }
    bench.start();
    let waited = bench.clock.waits();
    bench.until(|b| b.clock.waits() > waited + 3).await;
    assert!(bench.plane.connections() > 0);
    assert_eq!(bench.calls(Method::Hello), 0);
    bench
}

#[tokio::test]
async fn h3_a_server_that_is_not_the_right_one_gets_no_credential() {
    let elsewhere = ControlPlane::new().names(&["other.test"]);
    for (plane, trusted) in [(elsewhere, true), (ControlPlane::new(), false)] {
        let mut bench = kept_out(plane, trusted).await;
        assert_eq!(bench.plane.token_requests(), 0);
        assert_eq!(bench.plane.events(), []);
        assert!(bench.plane.failed_handshakes() > 0);
        bench.stop().await.expect("a clean end");
    }
}

#[tokio::test]
async fn h3_calls_need_a_server_that_speaks_http_2() {
    for protocols in [&[][..], &["http/1.1"]] {
        let mut bench = kept_out(ControlPlane::new().alpn(protocols), true).await;
        assert!(bench.plane.token_requests() > 0, "tokens need HTTP only");
        bench.stop().await.expect("a clean end");
    }
}

#[tokio::test]
async fn h4_an_answer_that_is_too_long_is_a_failed_poll() {
    let mut bench = Bench::new(Work::default());
    let faults = (0..2).map(|_| Some(Fault::Oversized));
    bench.plane.script(Method::GetTask, faults);
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 4).await;
    assert_eq!(bench.gaps(Method::GetTask), secs([1, 4, 60]));
    bench.finish().await;
}

/// The first words of a server that knows nothing newer than TLS 1.1.
fn old_server_hello() -> Vec<u8> {
    let mut hello = vec![0x03, 0x02];
    hello.extend([7; 32]);
    // No session, ECDHE with RSA and AES-128-CBC, no compression.
    hello.extend([0x00, 0xc0, 0x13, 0x00]);
    let length = hello.len() as u8;
    let mut record = vec![0x16, 0x03, 0x02, 0, length + 4, 0x02, 0, 0, length];
    record.extend(hello);
    record
}

#[tokio::test]
async fn h3_an_old_version_of_tls_is_not_spoken() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = std::thread::spawn(move || {
        let (mut tcp, _) = listener.accept().expect("a client");
        let mut buffer = [0; 16 * 1024];
        let greeting = tcp.read(&mut buffer).expect("a greeting");
        tcp.write_all(&old_server_hello()).expect("an open socket");
        let mut rest = Vec::new();
        // A reset is as good as an end.
        let _ = tcp.read_to_end(&mut rest);
        (greeting, rest)
    });
    let mut bench = Bench::new(Work::default());
    bench.config.api_host = Some(format!("localhost:{}", address.port()));
    bench.start();
    let waited = bench.clock.waits();
    bench.until(|b| b.clock.waits() > waited).await;
    let (greeting, rest) = server.join().expect("no panic");
    assert!(greeting > 100);
    // Nothing but an alert.
    assert!(rest.is_empty() || rest[0] == 0x15, "{rest:?}");
    assert!(rest.len() <= 7, "{rest:?}");
    bench.stop().await.expect("a clean end");
}
