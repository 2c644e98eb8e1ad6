//! No credential, token, query value or answer shows up in logs, errors or `Debug` output.

mod common;

use std::io::Write;
use std::sync::{Arc, Mutex};

use common::{SECRET, Server, json};
use connector_http::{ArrayAt, Auth, Call, ClientCredentials, Item};
use serde::Deserialize;
use serde_json::json as object;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

const TOKEN: &str = "tok-never-shown";
const PERSONAL: &str = "personal-never-shown";
/// Base64 of `user:` and the secret, and of the secret at the other two offsets, without their ends.
const ENCODED: &str = "aHVudGVyMi12ZXJ5LXNlY3JldA";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[derive(Debug, Deserialize)]
struct Person {
    #[expect(dead_code, reason = "only decoding counts")]
    id: u64,
}

fn ways() -> [Auth; 4] {
    [
        Auth::Basic {
            user: "abc".into(),
            password: SECRET.into(),
        },
        Auth::Bearer(SECRET.into()),
        Auth::Header {
            name: "x-token",
            value: SECRET.into(),
        },
        Auth::ClientCredentials(ClientCredentials::new("token", "client", SECRET.into())),
    ]
}

fn calls() -> [Call; 2] {
    let call = Call::get("people").query("cursor", PERSONAL);
    [
        call.clone(),
        Call::post("people")
            .json(&object!({"q": PERSONAL}))
            .query("cursor", PERSONAL),
    ]
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = subscriber.set_default();

    let mut shown = String::new();
    for auth in ways() {
        let server = Server::start(|n, hit| {
            // A vendor that repeats what it was sent.
            let sent = ["authorization", "x-token"].map(|name| hit.header(name).unwrap_or("-"));
            let echo = format!(r#"{{"message":"sent {}"}}"#, sent.join(" "));
            match (hit.uri.path(), n % 4) {
                ("/v1/token", _) => json(200, format!(r#"{{"access_token":"{TOKEN}"}}"#)),
                (_, 0) => json(500, echo),
                (_, 1) => json(400, echo),
                (_, 2) => json(
                    200,
                    format!(r#"{{"people":[{{"id":1}},{{"id":"{PERSONAL}"}}]}}"#),
                ),
                _ => json(200, format!(r#"[{PERSONAL}"#)),
            }
        })
        .await;
        let mut bench = server.bench();
        bench.options.auth = auth;
        shown += &format!("{:?}", bench.options);
        let client = bench.client();
        for call in calls().iter().cycle().take(8) {
            shown += &format!("{call:?} {client:?}");
            let error = client.json::<Person>(call.clone()).await.unwrap_err();
            shown += &format!("{error} {error:?} {:?}", error.hint_text());
            let mut stream = client.array::<Person>(call.clone(), ArrayAt::Key("people"));
            loop {
                shown += &format!("{stream:?}");
                match stream.next().await {
                    Ok(Some(Item::Row(_) | Item::Restarted)) => {}
                    Ok(None) => break,
                    Err(e) => shown += &format!("{e} {e:?}"),
                }
            }
            match client.response(call.clone()).await {
                Ok(response) => shown += &format!("{response:?} {:?}", response.message()),
                Err(e) => shown += &format!("{e} {e:?}"),
            }
        }
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in [
        "connector_http",
        "request",
        "status=400",
        "path=\"/v1/people\"",
    ] {
        assert!(
            log.contains(expected),
            "the log is there: {expected}\n{log}"
        );
    }
    assert!(
        shown.contains("[redacted]") && shown.contains("does not fit"),
        "{shown}"
    );
    for secret in [SECRET, TOKEN, PERSONAL, ENCODED, "YWJjOm"] {
        for (what, text) in [("log", &log), ("output", &shown)] {
            if let Some(at) = text.find(secret) {
                let near: String = text[at.saturating_sub(300)..].chars().take(500).collect();
                panic!("{secret} in the {what}: {near}");
            }
        }
    }
}
