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

/// Why a file with these bytes is refused.
fn refused(place: &Path, bytes: &[u8]) -> String {
    std::fs::write(place, bytes).unwrap();
    let error = Trace::read(place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    let directory = place.parent().unwrap();
    let said = error
        .to_string()
        .replace(&format!("{}/", directory.display()), "");
    let said = said.strip_prefix("reading the recording: run.trace: ");
    format!("{} ({})", said.unwrap(), error.hint_text().unwrap())
}

fn packed(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 1).unwrap()
}

const START: &str = r#"{"line":"start","format":1,"program":"p","version":"v","started":"2026-11-01T09:00:00Z","key":"k","joinable":true,"settings":{}}"#;

#[test]
fn what_is_no_trace_is_refused() {
    let (directory, place) = place();
    let none = "it is no recording of a run (--record FILE makes one)";
    for bytes in [b"".to_vec(), b"Anna".to_vec(), packed("{}\n"), packed("")] {
        assert_eq!(refused(&place, &bytes), none);
    }
    let other = START.replace("\"format\":1", "\"format\":2");
    assert_eq!(
        refused(&place, &packed(&format!("{other}\n"))),
        "it has the format 2, and this version reads 1 (use the version of the program that recorded it, or a newer one)"
    );
    let error = Trace::read(directory.path()).unwrap_err();
    assert!(error.to_string().ends_with(": it is a directory"));
    let error = Trace::read(&directory.path().join("gone")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
}

#[test]
fn a_file_that_is_cut_or_damaged_anywhere_is_refused() {
    let (_directory, place) = place();
    let writer = writer(&place);
    for _ in 0..3 {
        drop(writer.begin(request(&[]), READABLE));
    }
    writer.finish(None).unwrap();
    let whole = std::fs::read(&place).unwrap();
    for end in 0..whole.len() {
        let said = refused(&place, &whole[..end]);
        let expected = match end {
            0..4 => "it is no recording of a run (--record FILE makes one)",
            _ if said.contains("3 exchanges") => {
                "it breaks off after 3 exchanges (copy the whole file again)"
            }
            _ => "it breaks off after 0 exchanges (copy the whole file again)",
        };
        assert_eq!(said, expected, "{end}");
    }
    std::fs::write(&place, &whole).unwrap();
    let start = Trace::read(&place).unwrap().start().clone();
    for at in 4..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&place, bytes).unwrap();
        // Some bits say nothing about the content, such as those of the window's size.
        if let Ok(trace) = Trace::read(&place) {
            assert_eq!((trace.start(), trace.left()), (&start, 3), "{at}");
        }
    }
}

#[test]
fn lines_that_are_missing_or_too_many_are_damage() {
    let (_directory, place) = place();
    let exchange =
        r#"{"line":"exchange","request":{"class":"c","method":"GET","path":["c"]},"unread":true}"#;
    let end = |count: u32| format!(r#"{{"line":"end","outcome":"complete","exchanges":{count}}}"#);
    let said = refused(&place, &packed(START));
    assert_eq!(
        said,
        "it breaks off after 0 exchanges (copy the whole file again)"
    );
    for (lines, what) in [
        (
            vec![START, exchange],
            "it breaks off after 1 exchange (copy the whole file again)",
        ),
        (
            vec![START, exchange, START],
            "it is damaged after 1 exchange (copy the whole file again)",
        ),
        (
            vec![START, exchange, "Anna"],
            "it is damaged after 1 exchange (copy the whole file again)",
        ),
        (
            vec![START, exchange, &end(2)],
            "it is damaged after 1 exchange (copy the whole file again)",
        ),
        (
            vec![START, &end(0), exchange],
            "it is damaged after 0 exchanges (copy the whole file again)",
        ),
    ] {
        let text = lines.join("\n") + "\n";
        assert_eq!(refused(&place, &packed(&text)), what, "{text}");
    }
    let text = [START, exchange, &end(1)].join("\n") + "\n";
    std::fs::write(&place, packed(&text)).unwrap();
    assert_eq!(Trace::read(&place).unwrap().left(), 1);
}

#[test]
fn only_a_recording_is_replaced() {
    let (directory, place) = place();
    let start = |place: &Path| {
        let tokens = Tokens::new(&RedactionKey::fleeting(&SeededEntropy::new(1)));
        let started = "2026-11-01T09:00:00Z".parse().unwrap();
        TraceWriter::create(place, tokens, ("baton-example", "1.2.3"), started, [])
    };
    std::fs::write(&place, "C1ZF").unwrap();
    let error = start(&place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert!(
        error.to_string().ends_with("is there and is no recording"),
        "{error}"
    );
    assert_eq!(std::fs::read(&place).unwrap(), b"C1ZF");
    std::fs::remove_file(&place).unwrap();
    for _ in 0..2 {
        start(&place).unwrap().finish(None).unwrap();
    }
    let names = std::fs::read_dir(directory.path()).unwrap();
    assert_eq!(names.count(), 1, "the recording and nothing else");
    let error = start(&directory.path().join("gone/run.trace")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
}

#[test]
fn a_recording_that_cannot_be_put_there_is_an_error() {
    let (directory, place) = place();
    let inside = directory.path().join("inside");
    std::fs::create_dir(&inside).unwrap();
    let writer = writer(&inside.join("run.trace"));
    std::fs::remove_dir_all(&inside).unwrap();
    let error = writer.finish(None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert!(error.to_string().starts_with("cannot write "), "{error}");
    assert!(!place.exists());
}
