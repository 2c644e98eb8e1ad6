//! Every fault does exactly what its documentation states.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::plain::{LISTS, Served};
use connector_core::clock::{ManualClock, TestClock};
use connector_sandbox::faults::{Answer, Fault, FaultSchedule, Rule, Wait, When};
use connector_sandbox::server::Sandbox;
use jiff::Timestamp;
use reqwest::{Method, Response};

/// The undisturbed answer to [`LISTS`].
async fn undisturbed() -> Vec<u8> {
    let served = Served::by(&Sandbox::new());
    served.get(LISTS).await.bytes().await.unwrap().to_vec()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|v| v.to_str().unwrap())
}

/// Reads until the body ends or breaks; true when it broke.
async fn read(mut response: Response) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, false),
            Err(_) => return (body, true),
        }
    }
}

#[tokio::test]
async fn a_made_up_answer_has_status_headers_and_body_and_ends_when_the_rule_says() {
    let answer = Answer::status(503)
        .header("X-Trace", "t1")
        .body(r#"{"error":"down"}"#);
    let faults: FaultSchedule = [Rule::always(answer)
        .method(Method::GET)
        .path("lists")
        .when(When::Range(1..=2))]
    .into_iter()
    .collect();
    let served = Served::faulty(&faults);
    for _ in 0..2 {
        let response = served.get(LISTS).await;
        assert_eq!(response.status(), 503);
        assert_eq!(header(&response, "x-trace"), Some("t1"));
        assert_eq!(header(&response, "content-type"), Some("application/json"));
        assert_eq!(response.text().await.unwrap(), r#"{"error":"down"}"#);
    }
    let body = served.get(LISTS).await.bytes().await.unwrap();
    assert_eq!(body, undisturbed().await);
    faults.add(Rule::always(Fault::status(404)));
    assert_eq!(
        served.get(LISTS).await.status(),
        404,
        "rules may come later"
    );
}

#[tokio::test]
async fn waits_are_stated_on_the_given_clock() {
    let clock = TestClock::at(Timestamp::from_second(1_800_000_000).unwrap());
    let faults = FaultSchedule::new();
    let waits = [
        Wait::Unsaid,
        Wait::Seconds(3),
        Wait::Date(30),
        Wait::Reset(20),
        Wait::Reset(-5),
    ];
    for (n, wait) in (1..).zip(waits) {
        faults.add(Rule::always(Fault::too_many_requests(wait)).when(When::Nth(n)));
    }
    let served = Served::by(&Sandbox::new().faults(&faults).clock(clock));
    let mut seen = Vec::new();
    for _ in 0..5 {
        let response = served.get(LISTS).await;
        assert_eq!(response.status(), 429);
        let text = |name| header(&response, name).map(str::to_owned);
        seen.push((text("retry-after"), text("x-ratelimit-reset")));
    }
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        seen,
        [
            (None, None),
            (some("3"), None),
            (some("Fri, 15 Jan 2027 08:00:30 GMT"), None),
            (None, some("1800000020")),
            (None, some("1799999995")),
        ]
    );
}

#[tokio::test]
async fn html_comes_with_200() {
    let served = Served::with_fault("-> html");
    let response = served.get(LISTS).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        header(&response, "content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        response
            .text()
            .await
            .unwrap()
            .starts_with("<!DOCTYPE html>")
    );
}

#[tokio::test]
async fn truncated_json_has_a_length_that_fits_the_cut() {
    let whole = undisturbed().await;
    let served = Served::with_fault("-> truncated");
    let response = served.get(LISTS).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.content_length(), Some(whole.len() as u64 / 2));
    let body = response.bytes().await.unwrap();
    assert_eq!(body, whole[..whole.len() / 2]);
}

#[test]
fn reset_sends_no_byte_and_a_tcp_reset() {
    let served = Served::with_fault("-> reset");
    let address = served.running.base_url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut body = Vec::new();
    let error = stream.read_to_end(&mut body).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(body.is_empty());
    let requests = served.running.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].status, requests[0].fault),
        (None, Some("reset"))
    );
}

#[tokio::test]
async fn drop_breaks_off_after_half_of_the_body() {
    let whole = undisturbed().await;
    let served = Served::with_fault("-> drop");
    let response = served.get(LISTS).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.content_length(), Some(whole.len() as u64));
    let (body, broke) = read(response).await;
    assert!(broke);
    assert_eq!(body, whole[..whole.len() / 2]);
}

#[tokio::test]
async fn hangs_last_until_the_server_stops() {
    let whole = undisturbed().await;
    let served = Served::with_fault("#1 -> hang");
    let pending = served.request(Method::GET, LISTS).send();
    let nothing = tokio::time::timeout(Duration::from_millis(100), pending).await;
    assert!(nothing.is_err());

    let served = Served::with_fault("#1 -> hang-body");
    let mut response = served.get(LISTS).await;
    let mut body = Vec::new();
    while body.len() < whole.len() / 2 {
        body.extend_from_slice(&response.chunk().await.unwrap().unwrap());
    }
    assert_eq!(body, whole[..whole.len() / 2]);
    let nothing = tokio::time::timeout(Duration::from_millis(100), response.chunk()).await;
    assert!(nothing.is_err());
    served.running.stop();
    let (_, broke) = read(response).await;
    assert!(broke);
}

#[tokio::test]
async fn slow_sends_the_whole_body_in_pieces() {
    let whole = undisturbed().await;
    let served = Served::with_fault("-> slow chunks=4 delay-ms=20");
    let mut response = served.get(LISTS).await;
    let mut pieces = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        pieces.push(chunk);
    }
    assert!(pieces.len() >= 4, "{} pieces", pieces.len());
    assert_eq!(pieces.concat(), whole);
}

#[tokio::test]
async fn oversized_pads_the_body_and_may_announce_it() {
    let whole = undisturbed().await;
    for (rule, declared) in [
        ("-> oversized bytes=300000", None),
        (
            "-> oversized bytes=300000 declared=true",
            Some(300_000 + whole.len() as u64),
        ),
    ] {
        let served = Served::with_fault(rule);
        let response = served.get(LISTS).await;
        assert_eq!(response.content_length(), declared);
        let body = response.bytes().await.unwrap();
        assert_eq!(body.len(), 300_000 + whole.len());
        assert!(body[..300_000].iter().all(|b| *b == b' '));
        assert_eq!(body[300_000..], whole);
    }
}

#[tokio::test]
async fn redirect_points_to_the_given_url() {
    let served = Served::with_fault("-> redirect status=307 to=https://elsewhere.test/x");
    let response = served.get(LISTS).await;
    assert_eq!(response.status(), 307);
    assert_eq!(
        header(&response, "location"),
        Some("https://elsewhere.test/x")
    );
}

#[tokio::test]
async fn gzip_packs_the_body_without_being_asked() {
    let whole = undisturbed().await;
    let served = Served::with_fault("-> gzip");
    let response = served.get(LISTS).await;
    assert_eq!(header(&response, "content-encoding"), Some("gzip"));
    let packed = response.bytes().await.unwrap();
    assert!(packed.len() < whole.len() / 2);
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(packed.as_ref())
        .read_to_end(&mut body)
        .unwrap();
    assert_eq!(body, whole);
}

#[tokio::test]
async fn the_log_keeps_requests_and_nothing_secret() {
    let served = Served::with_fault("#2 -> 500");
    served.get("/v1/lists?includeArchived=true").await;
    let body = serde_json::json!({"fields": ["root.id"]});
    let search = served.request(Method::POST, "/v1/search").json(&body);
    assert_eq!(search.send().await.unwrap().status(), 500);
    let url = format!("{}/v1/private", served.running.base_url());
    served.client.get(url).send().await.unwrap();

    let requests = served.running.requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|r| {
            (
                r.method.as_str(),
                r.path.as_str(),
                r.status,
                r.had_auth,
                r.fault,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("GET", "/v1/lists", Some(200), true, None),
            ("POST", "/v1/search", Some(500), true, Some("answer")),
            ("GET", "/v1/private", Some(401), false, None),
        ]
    );
    assert_eq!(requests[0].query.as_deref(), Some("includeArchived=true"));
    assert_eq!(requests[0].content_type, None);
    assert_eq!(
        requests[1].content_type.as_deref(),
        Some("application/json")
    );
    assert_eq!(requests[1].content_length, Some(22));
    let everything = format!("{requests:?}");
    assert!(!everything.contains("Basic") && !everything.contains("root.id"));
    assert_eq!(served.running.peak_in_flight(), 1);
    served.running.clear_requests();
    assert!(served.running.requests().is_empty());
}

#[tokio::test]
async fn latency_delays_every_answer() {
    let hour = Duration::from_secs(3600);
    let clock = ManualClock::at(Timestamp::UNIX_EPOCH);
    let served = Served::by(&Sandbox::new().latency(hour).clock(clock.clone()));
    let asked = async {
        let first = served.get(LISTS).await;
        (first.status(), served.get("/v1/unknown").await.status())
    };
    let passed = async {
        for _ in 0..2 {
            while clock.waiting() != [hour] {
                tokio::task::yield_now().await;
            }
            let answered = served.running.requests();
            let pending = answered.iter().filter(|r| r.status.is_none());
            assert_eq!(pending.count(), 1, "an answer came before its time");
            clock.advance(hour);
        }
    };
    let ((first, second), ()) = tokio::join!(asked, passed);
    assert_eq!((first.as_u16(), second.as_u16()), (200, 404));
}
