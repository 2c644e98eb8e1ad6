use std::sync::{Arc, Mutex as StdMutex};

use connector_core::clock::TestClock;
use connector_core::entropy::SeededEntropy;
use futures_util::future::join_all;
use jiff::Timestamp;

use super::*;

/// Requests so far, and the answers.
type State = Arc<StdMutex<(usize, Vec<(u16, &'static str)>)>>;

/// Answers from a list; the last answer is repeated.
struct Script(State);

impl TokenTransport for Script {
    async fn post(&self, form: String) -> Result<(u16, Vec<u8>), String> {
        assert!(form.starts_with("client_assertion=ey"), "{form}");
        tokio::task::yield_now().await;
        let mut state = self.0.lock().unwrap();
        let (sent, answers) = &mut *state;
        *sent += 1;
        let (status, body) = answers[(*sent - 1).min(answers.len() - 1)];
        match status {
            0 => Err(body.to_owned()),
            _ => Ok((status, body.as_bytes().to_vec())),
        }
    }
}

struct Bench {
    source: TokenSource<Script>,
    clock: Arc<TestClock>,
    sent: State,
}

impl Bench {
    fn new(answers: &[(u16, &'static str)]) -> Self {
        let clock = TestClock::at(Timestamp::UNIX_EPOCH);
        let sent = Arc::new(StdMutex::new((0, answers.to_vec())));
        let source = TokenSource::new(
            Script(sent.clone()),
            crate::testing::credential(),
            clock.clone(),
            Arc::new(SeededEntropy::new(1)),
        );
        Self {
            source,
            clock,
            sent,
        }
    }

    async fn header(&self) -> String {
        self.source.header().await.unwrap().0
    }

    fn sent(&self) -> usize {
        self.sent.lock().unwrap().0
    }
}

#[tokio::test]
async fn a_token_is_used_until_ten_seconds_before_its_end() {
    let bench = Bench::new(&[
        (200, r#"{"access_token":"a","expires_in":12}"#),
        (200, r#"{"access_token":"b","expires_in":3600}"#),
    ]);
    assert_eq!(bench.header().await, "Bearer a");
    bench.clock.advance(Duration::from_millis(1999));
    assert_eq!(bench.header().await, "Bearer a");
    bench.clock.advance(Duration::from_millis(1));
    assert_eq!(bench.header().await, "Bearer b");
    assert_eq!(bench.sent(), 2);
}

#[tokio::test]
async fn without_a_lifetime_each_call_fetches() {
    for body in [
        r#"{"access_token":"a"}"#,
        r#"{"access_token":"a","expires_in":0}"#,
        r#"{"access_token":"a","expires_in":-5}"#,
        r#"{"access_token":"a","expires_in":-9223372036854775808}"#,
    ] {
        let bench = Bench::new(&[(200, body)]);
        bench.header().await;
        bench.header().await;
        assert_eq!(bench.sent(), 2, "{body}");
    }
}

#[tokio::test]
async fn an_absurd_lifetime_is_a_long_one() {
    for seconds in ["9223372036854775807", "18446744073709551615", "1e300"] {
        let body = format!(r#"{{"access_token":"a","expires_in":{seconds}}}"#);
        let bench = Bench::new(&[(200, body.leak())]);
        bench
            .clock
            .advance(Duration::from_secs(u64::from(u32::MAX)));
        bench.header().await;
        bench.clock.advance(Duration::from_secs(86_400));
        bench.header().await;
        assert_eq!(bench.sent(), 1, "{seconds}");
    }
}

#[tokio::test]
async fn many_callers_one_request() {
    let bench = Bench::new(&[(200, r#"{"access_token":"a","expires_in":60}"#)]);
    let all = join_all((0..20).map(|_| bench.header())).await;
    assert!(all.into_iter().all(|h| h == "Bearer a"));
    assert_eq!(bench.sent(), 1);
}

#[tokio::test]
async fn schemes() {
    for (kind, shown) in [
        ("bearer", "Bearer"),
        ("BEARER", "Bearer"),
        ("", "Bearer"),
        ("mac", "MAC"),
        ("Basic", "Basic"),
        ("DPoP", "DPoP"),
    ] {
        assert_eq!(scheme(kind), shown);
    }
}

#[tokio::test]
async fn failures_by_who_must_act() {
    for (answer, code) in [
        ((400, ""), Code::Unauthenticated),
        ((401, ""), Code::Unauthenticated),
        ((403, ""), Code::Unauthenticated),
        ((429, ""), Code::Unavailable),
        ((503, ""), Code::Unavailable),
        ((0, "refused"), Code::Unavailable),
        ((200, "<html>"), Code::Internal),
        ((200, r#"{"access_token":""}"#), Code::Internal),
    ] {
        let bench = Bench::new(&[answer]);
        let error = bench.source.header().await.unwrap_err();
        assert_eq!(error.code, code, "{answer:?}");
        // Failures are not remembered.
        bench.source.header().await.unwrap_err();
        assert_eq!(bench.sent(), 2);
    }
}

#[tokio::test]
async fn a_refused_token_is_forgotten_once() {
    let bench = Bench::new(&[
        (200, r#"{"access_token":"a","expires_in":60}"#),
        (200, r#"{"access_token":"b","expires_in":60}"#),
    ]);
    let (_, first) = bench.source.header().await.unwrap();
    bench.source.forget(first);
    assert_eq!(bench.header().await, "Bearer b");
    // Another call that still had the old one changes nothing.
    bench.source.forget(first);
    assert_eq!(bench.header().await, "Bearer b");
    assert_eq!(bench.sent(), 2);
}
