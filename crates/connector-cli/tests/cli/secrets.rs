//! A secret is shown nowhere.

use connector_cli::{capabilities_json, config_json, flag_table, help_text};
use connector_core::spec::{App, Field};
use secrecy::SecretString;

use crate::app::Lake;
use crate::support::{Cli, TOKEN};

#[tokio::test]
async fn no_output_shows_a_secret() {
    let with_flag = ["--lake-token", TOKEN, "--lake-url=https://lake.example.com"];
    let tails: &[&[&str]] = &[
        &["--log-level", "trace"],
        &["--log-level", "trace", "--log-format", "console"],
        &["--log-level", "trace", "--script", "fail:credential"],
        &["--log-level", "trace", "--script", "settings"],
        &["--log-level", "debug", "--script", "echo"],
        &["--help"],
        &["validate"],
        &["config"],
        &["--workers", "x"],
        &["--nope"],
        &["--storage-engine", "pebble"],
    ];
    for tail in tails {
        let args: Vec<_> = with_flag.iter().chain(tail.iter()).copied().collect();
        for cli in [
            Cli::bare(&args),
            Cli::ready(tail),
            Cli::ready(tail).terminal(),
        ] {
            let out = cli.run().await;
            assert!(!out.stdout.contains(TOKEN), "{tail:?}: {}", out.stdout);
            assert!(!out.stderr.contains(TOKEN), "{tail:?}: {}", out.stderr);
            for file in cli.files() {
                let bytes = std::fs::read(cli.path(&file)).unwrap();
                let found = bytes.windows(TOKEN.len()).any(|w| w == TOKEN.as_bytes());
                assert!(!found, "{tail:?}: {file}");
            }
        }
    }
}

#[tokio::test]
async fn even_the_finest_log_level_shows_only_that_there_is_a_secret() {
    let out = Cli::ready(&["--log-level", "trace"]).run().await;
    let line = out.stderr.lines().find(|l| l.contains("probing")).unwrap();
    assert!(
        line.contains(r#""token":"SecretBox<str>([REDACTED])""#),
        "{line}"
    );
}

#[test]
fn a_default_of_a_secret_is_not_shown_either() {
    let mut spec = Lake::spec();
    let spare: Field<SecretString> = Field::new("spare").default(TOKEN);
    spec.fields.push(spare.spec());
    for text in [
        help_text(&spec),
        config_json(&spec),
        capabilities_json(&spec),
        flag_table(&spec),
    ] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn debug_output_of_an_invocation_shows_no_secret() {
    let invocation = connector_cli::Invocation {
        args: vec![TOKEN.into()],
        env: [("BATON_LAKE_TOKEN".to_owned(), TOKEN.into())].into(),
        current_dir: "here".into(),
        stdout: Box::new(std::io::sink()),
        stderr: Box::new(std::io::sink()),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        clock: connector_core::clock::SystemClock::shared(),
        entropy: std::sync::Arc::new(connector_core::entropy::SeededEntropy::new(1)),
        cancel: tokio_util::sync::CancellationToken::new(),
        http_timeout: None,
        telemetry_limit: None,
    };
    assert_eq!(
        format!("{invocation:?}"),
        r#"Invocation { current_dir: "here", .. }"#
    );
}
