//! Traces as files: what is written comes back, also of a run that failed or a file that was cut.

use std::path::{Path, PathBuf};

use connector_core::entropy::SeededEntropy;
use connector_core::tape::{Fault, Head, Player, Recorder, Request, Retry};
use connector_core::{Error, ErrorKind};
use connector_redact::{RedactionKey, Tokens};
use connector_trace::{Trace, TraceWriter, Value};
use tempfile::TempDir;

const READABLE: &str = "email email\ncursor next ?cursor\nword ?status";

fn writer(place: &Path) -> TraceWriter {
    let tokens = Tokens::new(&RedactionKey::fleeting(&SeededEntropy::new(1)));
    let started = "2026-11-01T09:00:00Z".parse().unwrap();
    let settings = [("example-flag".to_owned(), Value::Bool(true))];
    TraceWriter::create(place, tokens, ("baton-example", "1.2.3"), started, settings).unwrap()
}

fn request(query: &[(&str, &str)]) -> Request {
    Request {
        class: "people".to_owned(),
        method: "GET".to_owned(),
        path: vec![("people".to_owned(), true)],
        query: query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: Vec::new(),
        mints: false,
    }
}

fn head(status: u16) -> Head {
    Head {
        status,
        headers: vec![("retry-after".to_owned(), "7".to_owned())],
        to: None,
    }
}

fn place() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let place = directory.path().join("run.trace");
    (directory, place)
}

fn fault() -> Fault {
    Fault {
        kind: ErrorKind::Upstream,
        retry: Retry::WhenHarmless,
        message: "the connection broke off".to_owned(),
    }
}

#[test]
fn exchanges_come_back_by_their_content() {
    let (_directory, place) = place();
    let writer = writer(&place);
    let first = request(&[("status", "active")]);
    let mut failed = writer.begin(first.clone(), READABLE);
    failed.ended(Some(fault()));
    drop(failed);
    let mut answered = writer.begin(first.clone(), READABLE);
    answered.answered(head(200));
    answered.received(br#"{"email":"anna@acme.test","next":"anna:"#);
    answered.received(br#"2","x":"Anna"}"#);
    answered.ended(None);
    drop(answered);
    drop(writer.begin(request(&[("cursor", "anna:2")]), READABLE));
    assert!(!place.exists(), "it is put there at the end");
    writer.finish(None).unwrap();

    let trace = Trace::read(&place).unwrap();
    assert_eq!((trace.failure(), trace.left()), (None, 3));
    assert_eq!(trace.start().program, "baton-example");
    assert_eq!(trace.start().settings["example-flag"], Value::Bool(true));
    assert!(!trace.start().joinable);
    let played = trace.play(&first, READABLE).unwrap();
    assert_eq!(
        (played.head, played.fault, played.unread),
        (None, Some(fault()), false)
    );
    assert!(trace.goes_on(&first, READABLE));
    let played = trace.play(&first, READABLE).unwrap();
    assert_eq!(played.head, Some(head(200)));
    assert!(!trace.goes_on(&first, READABLE));
    let body: serde_json::Value = serde_json::from_slice(&played.body).unwrap();
    assert_eq!(body["x"], "");
    assert!(body["email"].as_str().unwrap().ends_with(".example"));
    // The cursor of the answer leads to the next request.
    let next = request(&[("cursor", body["next"].as_str().unwrap())]);
    let played = trace.play(&next, READABLE).unwrap();
    assert!(played.head.is_none() && played.unread);
    let error = trace.play(&next, READABLE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(
        error.to_string(),
        "the recording holds no further answer to GET people"
    );
}

#[test]
fn a_token_is_given_as_often_as_it_is_asked_for() {
    let (_directory, place) = place();
    let writer = writer(&place);
    let mint = Request {
        mints: true,
        ..request(&[])
    };
    let mut exchange = writer.begin(mint.clone(), "secret access_token\nplain expires_in");
    exchange.answered(head(200));
    exchange.received(br#"{"access_token":"s3cr3t","expires_in":60}"#);
    exchange.ended(None);
    drop(exchange);
    writer.finish(None).unwrap();
    let trace = Trace::read(&place).unwrap();
    for _ in 0..3 {
        let played = trace.play(&mint, "").unwrap();
        assert_eq!(
            played.body,
            br#"{"access_token":"replaced","expires_in":60}"#
        );
    }
    assert_eq!(trace.left(), 0);
}

#[test]
fn a_failed_run_leaves_its_trace() {
    let (_directory, place) = place();
    let writer = writer(&place);
    let error = Error::new(ErrorKind::Credential, "Anna's token is refused");
    writer.finish(Some(&error)).unwrap();
    let trace = Trace::read(&place).unwrap();
    assert_eq!(trace.failure(), Some("credential"));
    // What the recorded run did not ask any more is not an error of its own.
    let played = trace.play(&request(&[]), READABLE).unwrap();
    assert!(played.unread && played.head.is_none());
}

#[test]
fn a_run_that_is_dropped_leaves_its_trace() {
    let (_directory, place) = place();
    let writer = writer(&place);
    drop(writer.begin(request(&[]), READABLE));
    drop(writer);
    assert_eq!(Trace::read(&place).unwrap().failure(), Some("cut off"));
}

#[cfg(unix)]
#[test]
fn its_owner_alone_may_read_it() {
    use std::os::unix::fs::PermissionsExt;

    let (_directory, place) = place();
    writer(&place).finish(None).unwrap();
    let mode = std::fs::metadata(&place).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_no_trace_is_refused() {
    let (directory, place) = place();
    let refused = |bytes: &[u8]| {
        std::fs::write(&place, bytes).unwrap();
        let error = Trace::read(&place).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
        error
            .to_string()
            .replace(&format!("{}/", directory.path().display()), "")
    };
    let packed = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
    let none = "reading the recording: run.trace: it is no recording of a run";
    assert_eq!(refused(b""), none);
    assert_eq!(refused(b"Anna"), none);
    assert_eq!(refused(&packed("{}\n")), none);
    assert_eq!(refused(&packed("")), none);
    let other = r#"{"line":"start","format":2,"program":"p","version":"v","started":"2026-11-01T09:00:00Z","key":"k","joinable":true,"settings":{}}"#;
    assert_eq!(
        refused(&packed(&format!("{other}\n"))),
        "reading the recording: run.trace: it has the format 2, and this version reads 1"
    );
}

#[test]
fn a_file_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
    let (_directory, place) = place();
    let writer = writer(&place);
    for _ in 0..3 {
        drop(writer.begin(request(&[]), READABLE));
    }
    writer.finish(None).unwrap();
    let whole = std::fs::read(&place).unwrap();
    for end in 0..whole.len() {
        std::fs::write(&place, &whole[..end]).unwrap();
        if let Ok(trace) = Trace::read(&place) {
            assert!(trace.left() <= 3);
        }
    }
}
