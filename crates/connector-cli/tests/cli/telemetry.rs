//! Telemetry: what the flags say, what a collector gets, and that a collector never matters to the run.

use std::time::Duration;

use connector_sandbox::otlp::{Collector, Fault, Refusal, attribute};

use crate::support::{Cli, Outcome, TOKEN, ready};

/// A run whose telemetry goes to `collector`.
fn traced(collector: &Collector, args: &[&str]) -> Cli {
    let environment = collector.environment().into_iter();
    environment.fold(Cli::ready(args), |cli, (name, value)| cli.env(name, &value))
}

/// The messages of the log records, in order.
fn messages(collector: &Collector) -> Vec<String> {
    let body = |record: connector_proto::opentelemetry::LogRecord| {
        let body = [connector_proto::opentelemetry::KeyValue {
            key: "body".to_owned(),
            value: record.body,
        }];
        attribute(&body, "body").unwrap_or_default()
    };
    collector.logs().into_iter().map(body).collect()
}

fn warnings(out: &Outcome) -> Vec<&str> {
    let lines = out.stderr.lines();
    lines.filter(|l| l.contains("\"level\":\"warn\"")).collect()
}

const ALL: &[&str] = &["phase", "resource_type", "page", "rows", "error.type"];

#[tokio::test]
async fn a_sync_is_a_tree_of_spans() {
    let collector = Collector::start().unwrap();
    let out = traced(&collector, &[]).run().await;
    assert_eq!((out.code, warnings(&out)), (0, vec![]));
    insta::assert_snapshot!(collector.tree(ALL), @r"
    sync
      validate
      phase phase=resources
        page phase=resources resource_type=user page=1 rows=1
        page phase=resources resource_type=user page=2 rows=1
        page phase=resources resource_type=group page=1 rows=1
      phase phase=entitlements
        page phase=entitlements resource_type=group page=1 rows=1
      phase phase=grants
        page phase=grants resource_type=group page=1 rows=1
      seal
      save
    ");
    assert_eq!(
        collector.resources(),
        ["service.name=baton-lake-server", "service.version=1.2.3"]
    );
    let spans = collector.spans();
    let sync = spans.iter().find(|span| span.name == "sync").unwrap();
    assert_eq!(sync.kind, 1);
    let value = |key| attribute(&sync.attributes, key).unwrap();
    assert_eq!(
        ["sync_type", "resources", "grants", "requests"].map(value),
        ["full", "3", "1", "7"]
    );
    assert!(out.stderr.contains(&value("sync_id")));
}

#[tokio::test]
async fn the_log_goes_to_the_collector_as_well_and_knows_the_span() {
    let collector = Collector::start().unwrap();
    let cli = traced(&collector, &["--script", "warn"]);
    let out = cli.run().await;
    let lines: Vec<serde_json::Value> = out
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let reported: Vec<_> = lines.iter().map(|l| l["msg"].as_str().unwrap()).collect();
    assert_eq!(messages(&collector), reported);
    assert!(reported.contains(&"Sync complete."));

    let logs = collector.logs();
    let warning = logs.iter().find(|r| r.severity_number == 13).unwrap();
    assert_eq!(warning.severity_text, "warn");
    assert_eq!(warning.time_unix_nano, 1_795_191_277_000_000_000);
    assert_eq!(
        attribute(&warning.attributes, "warnings").unwrap(),
        "[{code: leavers, message: leavers may be missing[2J, count: 1, examples: [unit 7]}]"
    );
    let begun = logs.iter().find(|record| {
        attribute(&record.attributes, "caller")
            .unwrap()
            .starts_with("connector-cli/progress.rs")
    });
    let spans = collector.spans();
    let sync = spans.iter().find(|span| span.name == "sync").unwrap();
    let begun = begun.unwrap();
    assert_eq!(
        (&begun.trace_id, &begun.span_id),
        (&sync.trace_id, &sync.span_id)
    );
}

#[tokio::test]
async fn validate_is_traced() {
    let collector = Collector::start().unwrap();
    let out = traced(&collector, &["validate"]).run().await;
    assert_eq!(out.code, 0);
    assert_eq!(collector.tree(ALL), "validate\n");
}

#[tokio::test]
async fn a_failure_reaches_the_collector_although_the_log_leaves_it_to_standard_error() {
    let collector = Collector::start().unwrap();
    let out = traced(&collector, &["--script", "fail:upstream"])
        .run()
        .await;
    assert_eq!(out.code, 14);
    assert_eq!(out.stderr.matches("the vendor answered").count(), 1);
    assert!(
        out.stderr.ends_with("hint: check the token\n"),
        "{}",
        out.stderr
    );
    let failure = collector.logs().pop().unwrap();
    assert_eq!(failure.severity_number, 17);
    assert_eq!(attribute(&failure.attributes, "kind").unwrap(), "upstream");
    insta::assert_snapshot!(collector.tree(ALL), @r"
    sync error.type=upstream
      validate
      phase phase=resources error.type=upstream
        page phase=resources resource_type=user page=1 rows=0 error.type=upstream
    ");
}

#[tokio::test]
async fn an_interrupted_run_is_traced_to_its_end() {
    let collector = Collector::start().unwrap();
    let cli = traced(
        &collector,
        &["--script", "hang-listing", "--log-path", "stdout"],
    );
    let stop = async {
        while !cli.stdout().contains("Syncing resources...") {
            tokio::task::yield_now().await;
        }
        // The listing has its turn, and hangs.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        cli.cancel.cancel();
    };
    let (out, ()) = tokio::join!(cli.run(), stop);
    assert_eq!(out.code, 1);
    insta::assert_snapshot!(collector.tree(ALL), @r"
    sync error.type=interrupted
      validate
      phase phase=resources error.type=interrupted
        page phase=resources resource_type=user page=1
    ");
}

#[tokio::test]
async fn at_a_terminal_the_collector_gets_what_is_not_printed() {
    let collector = Collector::start().unwrap();
    let out = traced(&collector, &[]).terminal().run().await;
    assert_eq!(out.code, 0);
    assert!(!out.stderr.contains("Sync complete."), "{}", out.stderr);
    assert!(messages(&collector).contains(&"Sync complete.".to_owned()));
}

#[tokio::test]
async fn either_signal_can_be_switched_off() {
    for (flag, traces, logs) in [
        ("--otel-tracing-disabled", false, true),
        ("--otel-logging-disabled", true, false),
    ] {
        let collector = Collector::start().unwrap();
        let out = traced(&collector, &[flag]).run().await;
        assert_eq!(out.code, 0);
        assert_eq!(!collector.spans().is_empty(), traces, "{flag}");
        assert_eq!(!collector.logs().is_empty(), logs, "{flag}");
        let in_a_trace = collector
            .logs()
            .iter()
            .any(|record| !record.trace_id.is_empty());
        assert!(!in_a_trace, "without traces there is none to name");
    }
}

#[tokio::test]
async fn the_level_holds_for_logs_and_not_for_spans() {
    let collector = Collector::start().unwrap();
    let out = traced(&collector, &["--log-level", "error"]).run().await;
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    assert_eq!(messages(&collector), [""; 0]);
    assert!(collector.spans().iter().any(|span| span.name == "page"));
}

#[tokio::test]
async fn nothing_is_sent_without_an_endpoint() {
    let collector = Collector::start().unwrap();
    let endpoint = format!("http://{}", collector.endpoint());
    let elsewhere = Cli::ready(&[]).env("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint);
    let off = traced(
        &collector,
        &["--otel-tracing-disabled", "--otel-logging-disabled"],
    );
    for cli in [elsewhere, off] {
        assert_eq!(cli.run().await.code, 0);
    }
    for args in [
        &["--help"][..],
        &["config"],
        &["capabilities"],
        &["--version"],
    ] {
        assert_eq!(traced(&collector, args).run().await.code, 0);
    }
    assert_eq!(collector.connections(), 0);
}

#[tokio::test]
async fn tls_with_a_given_authority() {
    let collector = Collector::start_with_tls().unwrap();
    let pem = collector.authority_pem().to_owned();
    let inline = traced(&collector, &[]);
    assert_eq!(inline.run().await.code, 0);
    let taken = collector.spans().len();
    assert!(taken > 0);

    let file = Cli::ready(&["--otel-collector-endpoint-tls-cert-path", "ca.pem"])
        .env("BATON_OTEL_COLLECTOR_ENDPOINT", &collector.endpoint());
    std::fs::write(file.path("ca.pem"), pem).unwrap();
    assert_eq!(file.run().await.code, 0);
    assert_eq!(collector.spans().len(), 2 * taken);
}

#[tokio::test]
async fn a_collector_of_another_authority_is_sent_nothing() {
    let collector = Collector::start_with_tls().unwrap();
    let other = Collector::start_with_tls().unwrap();
    let out = Cli::ready(&[])
        .env("BATON_OTEL_COLLECTOR_ENDPOINT", &collector.endpoint())
        .env(
            "BATON_OTEL_COLLECTOR_ENDPOINT_TLS_CERT",
            other.authority_pem(),
        )
        .run()
        .await;
    assert_eq!(out.code, 0);
    let reported = warnings(&out);
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert!(
        reported[0].contains("from an authority that is not trusted"),
        "{reported:?}"
    );
    assert!(collector.bytes().is_empty());
}

#[tokio::test]
async fn a_collector_that_is_away_costs_one_warning() {
    let gone = {
        let collector = Collector::start().unwrap();
        collector.endpoint()
    };
    let out = Cli::ready(&["--otel-collector-endpoint", &gone])
        .env("BATON_OTEL_COLLECTOR_ENDPOINT_TLS_INSECURE", "true")
        .run()
        .await;
    assert_eq!(out.code, 0);
    let reported = warnings(&out);
    assert_eq!(reported.len(), 1, "{reported:?}");
    let expected = "telemetry cannot be delivered, the run goes on without it";
    assert!(reported[0].contains(expected), "{reported:?}");
}

#[tokio::test]
async fn a_collector_that_never_answers_costs_the_time_limit_and_one_warning() {
    let collector = Collector::start().unwrap();
    collector.misbehave(Some(Fault::Hang));
    let mut cli = traced(&collector, &[]);
    cli.telemetry_limit = Some(Duration::from_millis(50));
    let out = cli.run().await;
    assert_eq!(out.code, 0);
    let reported = warnings(&out);
    assert_eq!(reported.len(), 1, "{reported:?}");
    let expected = "telemetry is not complete, the collector was too slow at the end";
    assert!(reported[0].contains(expected), "{reported:?}");
    assert!(
        reported[0].contains("not delivered within 50 ms"),
        "{reported:?}"
    );
}

#[tokio::test]
async fn a_collector_that_refuses_costs_one_warning() {
    let refusal = Refusal::new(7, "no such tenant");
    for (fault, why) in [
        (Fault::Refuse(refusal), "no such tenant (PermissionDenied)"),
        (Fault::Drop(3), "the collector refused 3 items: too many"),
    ] {
        let collector = Collector::start().unwrap();
        collector.misbehave(Some(fault));
        let out = traced(&collector, &[]).run().await;
        assert_eq!(out.code, 0);
        let reported = warnings(&out);
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert!(reported[0].contains(why), "{reported:?}");
    }
}

#[tokio::test]
async fn the_secret_is_not_among_what_is_sent() {
    let collector = Collector::start().unwrap();
    for script in ["warn", "fail:credential"] {
        let args = ["--log-level", "trace", "--script", script];
        traced(&collector, &args).run().await;
    }
    let bytes = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert!(bytes.contains("sending a request"), "details are sent");
    assert!(!bytes.contains(TOKEN));
}

#[tokio::test]
async fn endpoints_that_cannot_be_used() {
    let reported = ready(&["--otel-collector-endpoint", "me:pass@collector:4317"]).await;
    insta::assert_snapshot!(reported.report(), @r"
    exit 3
    baton-lake: --otel-collector-endpoint (BATON_OTEL_COLLECTOR_ENDPOINT): an address of a collector has no user name
    hint: it takes host:port, http://host:port or https://host:port, such as collector.example.com:4317
    ");
    let reported = ready(&["--otel-collector-endpoint", "collector"]).await;
    insta::assert_snapshot!(reported.report(), @r"
    exit 3
    baton-lake: --otel-collector-endpoint (BATON_OTEL_COLLECTOR_ENDPOINT): the port is missing or not a port
    hint: it takes host:port, http://host:port or https://host:port, such as collector.example.com:4317
    ");
}

#[tokio::test]
async fn certificates_that_cannot_be_used() {
    let endpoint = ["--otel-collector-endpoint", "collector:4317"];
    let with = |more: &[&str]| Cli::ready(&[&endpoint, more].concat());
    let missing = with(&["--otel-collector-endpoint-tls-cert-path", "ca.pem"]);
    insta::assert_snapshot!(missing.run().await.report(), @r"
    exit 3
    baton-lake: reading the certificate of the telemetry collector: --otel-collector-endpoint-tls-cert-path (BATON_OTEL_COLLECTOR_ENDPOINT_TLS_CERT_PATH): ca.pem cannot be read: No such file or directory (os error 2)
    hint: it names a file in PEM form
    ");
    let wrong = with(&["--otel-collector-endpoint-tls-cert", "no certificate"]);
    insta::assert_snapshot!(wrong.run().await.report(), @r"
    exit 3
    baton-lake: the certificate of the telemetry collector cannot be read
    hint: --otel-collector-endpoint-tls-cert-path (BATON_OTEL_COLLECTOR_ENDPOINT_TLS_CERT_PATH) names a PEM file, --otel-collector-endpoint-tls-cert (BATON_OTEL_COLLECTOR_ENDPOINT_TLS_CERT) holds its text or the base64 of it
    ");
    let both = with(&[
        "--otel-collector-endpoint-tls-cert",
        "a",
        "--otel-collector-endpoint-tls-cert-path",
        "b",
    ]);
    insta::assert_snapshot!(both.run().await.report(), @r"
    exit 2
    baton-lake: if any flags in the group [otel-collector-endpoint-tls-cert-path otel-collector-endpoint-tls-cert] are set none of the others can be; [otel-collector-endpoint-tls-cert otel-collector-endpoint-tls-cert-path] were all set
    hint: set at most one of --otel-collector-endpoint-tls-cert (BATON_OTEL_COLLECTOR_ENDPOINT_TLS_CERT), --otel-collector-endpoint-tls-cert-path (BATON_OTEL_COLLECTOR_ENDPOINT_TLS_CERT_PATH)
    ");
}

#[tokio::test]
async fn what_is_set_in_vain_is_reported() {
    let without = ready(&["--otel-collector-endpoint-tls-insecure"]).await;
    let collector = Collector::start().unwrap();
    let plain = traced(&collector, &["--otel-collector-endpoint-tls-cert=x"])
        .run()
        .await;
    let both = ["--otel-tracing-disabled", "--otel-logging-disabled"];
    let nothing = traced(&collector, &both).run().await;
    for (out, why) in [
        (
            without,
            "--otel-collector-endpoint-tls-insecure has no effect: --otel-collector-endpoint is not set",
        ),
        (
            plain,
            "--otel-collector-endpoint-tls-cert has no effect: the connection to the collector is not encrypted",
        ),
        (
            nothing,
            "--otel-collector-endpoint has no effect: traces and logs are both disabled",
        ),
    ] {
        let reported = warnings(&out);
        assert_eq!((out.code, reported.len()), (0, 1), "{reported:?}");
        assert!(reported[0].contains(why), "{reported:?}");
    }
}
