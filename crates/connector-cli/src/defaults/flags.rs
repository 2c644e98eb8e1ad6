//! The default flags that this program reads, each with the type it is read as.

use connector_core::shrink::MaxShrink;
use connector_core::spec::{Export, Field, Rule, SettingValue};
use secrecy::SecretString;

/// A text that may be left out.
type Text = Option<String>;

const FILE_RULES: &[Rule] = &[Rule::File];

pub(crate) const C1Z_TEMP_DIR: Field<Text> = hide(
    "c1z-temp-dir",
    "Existing writable directory for temporary files",
);
pub(crate) const CLIENT_ID: Field<Text> = show(
    "client-id",
    "ConductorOne client id; runs as a service that syncs when ConductorOne asks for it",
);
pub(crate) const CLIENT_SECRET: Field<Option<SecretString>> = show(
    "client-secret",
    "ConductorOne client secret, for service mode",
);
pub(crate) const EVENT_FEED: Field<Text> = hide("event-feed", "Print events instead of syncing");
pub(crate) const EVIDENCE: Field<Text> = show(
    "evidence",
    "Write evidence of the sync to this file: hashes, settings without secrets, completeness, requests",
)
.rules(FILE_RULES);
pub(crate) const EVIDENCE_KEY: Field<Text> = show(
    "evidence-key",
    "File with the private key that signs the evidence",
);
pub(crate) const FAIL_ON_PARTIAL: Field<bool> = show(
    "fail-on-partial",
    "Exit with 13 when not all that the vendor lists is in the file, which is written all the same",
);
pub(crate) const FILE: Field<String> = show("file", "Path of the c1z file to write")
    .short('f')
    .default("sync.c1z")
    .rules(FILE_RULES);

pub(crate) const RECORD: Field<Text> = show(
    "record",
    "File to record the run into, with people replaced, for a support case; see docs/recording.md",
)
.rules(FILE_RULES);
pub(crate) const REPLAY: Field<Text> = show(
    "replay",
    "Recording to take all answers from, without network and credentials",
);
pub(crate) const REDACTION_KEY: Field<Text> = show(
    "redaction-key",
    "File with the key by which a recording replaces people; one of this run alone when not set",
);

pub(crate) const LOG_FORMAT: Field<Text> = show(
    "log-format",
    "Format of log lines: json or console; console when standard output is a terminal",
);
pub(crate) const LOG_PATH: Field<Vec<String>> = show(
    "log-path",
    "Where log lines go instead of stderr: stdout, stderr or files",
);
pub(crate) const LOG_LEVEL: Field<String> = ops(
    "log-level",
    "Least severe log level that is written: debug, info, warn or error",
)
.default("info");
pub(crate) const LOG_LEVEL_DEBUG_EXPIRES_AT: Field<Text> = ops(
    "log-level-debug-expires-at",
    "Time after which the log level debug falls back to info (RFC 3339)",
);

pub(crate) const SKIP_FULL_SYNC: Field<bool> = show(
    "skip-full-sync",
    "Do not sync when asked to by the service; no effect on a single run",
);
pub(crate) const SYNC_RESOURCES: Field<Vec<String>> = show(
    "sync-resources",
    "Resources to sync instead of everything, each as bid:r:<type>/<id>",
);
pub(crate) const SYNC_RESOURCE_TYPES: Field<Vec<String>> = show(
    "sync-resource-types",
    "Resource types to sync instead of all",
);
pub(crate) const SKIP_ENTITLEMENTS_AND_GRANTS: Field<bool> =
    show("skip-entitlements-and-grants", "Sync resources only");
pub(crate) const SKIP_GRANTS: Field<bool> =
    hide("skip-grants", "Skip grants in a sync of single resources");
pub(crate) const WORKERS: Field<i64> = show(
    "workers",
    "Independent listings that run at once; 0 or 1 one at a time, -1 one per processor up to 4; no connector so far has independent listings, so it changes nothing yet",
)
.default(0)
.rules(&[Rule::AtLeast(-1)]);
pub(crate) const PARALLEL_SYNC: Field<bool> =
    show("parallel-sync", "Deprecated: the same as --workers -1");
pub(crate) const HTTP_TIMEOUT_SECONDS: Field<i64> = ops(
    "http-timeout-seconds",
    "Time limit of one HTTP request in seconds, at most 1800",
)
.default(300)
.rules(&[Rule::AtMost(1800), Rule::AtLeast(1)]);
pub(crate) const STORAGE_ENGINE: Field<Text> = show(
    "storage-engine",
    "Storage engine: sqlite (version 1 files) or pebble (version 3)",
)
.rules(&[Rule::OneOf(&["", "sqlite", "pebble"])]);
pub(crate) const MAX_SHRINK: Field<MaxShrink> = show(
    "max-shrink",
    "Share of the enabled people of the earlier sync that may be gone or disabled before the new one is held back: such as 20%, or off",
)
.default("20%");
pub(crate) const MAX_SHRINK_GRANTS: Field<MaxShrink> = show(
    "max-shrink-grants",
    "The same for groups, such as departments, and for grants, such as memberships",
)
.default("20%");
pub(crate) const ACCEPT_SHRINK: Field<bool> = show(
    "accept-shrink",
    "Accept a sync that --max-shrink would hold back; for one run, a service accepts one",
);
pub(crate) const DRY_RUN: Field<bool> = show(
    "dry-run",
    "Read everything and print what would change in the file, but write nothing",
);
pub(crate) const STATE_DIR: Field<Text> = show(
    "state-dir",
    "Directory in which the service keeps the counts of its last sync, so that --max-shrink works there",
);
pub(crate) const TASK_CONCURRENCY: Field<i64> = show(
    "task-concurrency",
    "Tasks that the service runs at once; no effect on a single run",
)
.default(3)
.rules(&[Rule::AtLeast(1), Rule::AtMost(100)]);

pub(crate) const HEALTH_CHECK: Field<bool> = ops(
    "health-check",
    "Answer HTTP health checks while running as a service",
);
pub(crate) const HEALTH_CHECK_PORT: Field<i64> =
    ops("health-check-port", "Port of the HTTP health check").default(8081);
pub(crate) const HEALTH_CHECK_BIND_ADDRESS: Field<String> = hidden_ops(
    "health-check-bind-address",
    "Address of the HTTP health check",
)
.default("127.0.0.1");

pub(crate) const OTEL_ENDPOINT: Field<Text> = ops(
    "otel-collector-endpoint",
    "OpenTelemetry collector that traces and logs are sent to: host:port, for OTLP over gRPC",
);
pub(crate) const OTEL_CERT_PATH: Field<Text> = hidden_ops(
    "otel-collector-endpoint-tls-cert-path",
    "PEM file with the only authorities trusted for the OpenTelemetry collector",
);
pub(crate) const OTEL_CERT: Field<Text> = hidden_ops(
    "otel-collector-endpoint-tls-cert",
    "The same as text, in PEM form or as base64 of it",
)
.lines();
pub(crate) const OTEL_INSECURE: Field<bool> = hidden_ops(
    "otel-collector-endpoint-tls-insecure",
    "Do not use TLS towards the OpenTelemetry collector",
);
pub(crate) const OTEL_TRACING_DISABLED: Field<bool> = hidden_ops(
    "otel-tracing-disabled",
    "Do not send traces to the OpenTelemetry collector",
);
pub(crate) const OTEL_LOGGING_DISABLED: Field<bool> = hidden_ops(
    "otel-logging-disabled",
    "Do not send logs to the OpenTelemetry collector",
);

/// A flag of the command line alone, shown in help.
pub(super) const fn show<T: SettingValue>(
    name: &'static str,
    description: &'static str,
) -> Field<T> {
    Field::new(name)
        .description(description)
        .export(Export::None)
}

/// A flag of the command line alone, left out of help.
pub(super) const fn hide<T: SettingValue>(
    name: &'static str,
    description: &'static str,
) -> Field<T> {
    show(name, description).hidden()
}

/// A flag that the `config` schema shows as a setting of operations.
const fn ops<T: SettingValue>(name: &'static str, description: &'static str) -> Field<T> {
    Field::new(name)
        .description(description)
        .export(Export::Ops)
}

/// The same, left out of help.
pub(super) const fn hidden_ops<T: SettingValue>(
    name: &'static str,
    description: &'static str,
) -> Field<T> {
    ops(name, description).hidden()
}
