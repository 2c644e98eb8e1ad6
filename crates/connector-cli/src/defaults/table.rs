//! The rows of the table, in the order in which flags are documented.

use super::{DefaultFlag, Effect};
use crate::field::{Export, Field, Rule};

const READ_ONLY: &str = "the connector only reads";
const SERVICE: &str = "it matters only to a long-running service";
const MODE_DETAIL: &str = "it only qualifies a mode that was not asked for";

/// All rows.
pub(crate) fn table() -> Vec<DefaultFlag> {
    let mut flags = tickets_and_output();
    flags.extend(writing());
    flags.extend(running());
    flags.extend(files_and_actions());
    flags.extend(operations());
    flags
}

fn tickets_and_output() -> Vec<DefaultFlag> {
    use Effect::{Ignored, Works, WriteMode};
    vec![
        hide(
            Field::bool("create-ticket"),
            WriteMode,
            "Create one ticket from a template",
        ),
        hide(
            Field::bool("bulk-create-ticket"),
            WriteMode,
            "Create many tickets from a template",
        ),
        hide(
            Field::string("bulk-ticket-template-path"),
            Ignored(MODE_DETAIL),
            "JSON file with the tickets to create",
        ),
        hide(Field::bool("get-ticket"), WriteMode, "Fetch one ticket"),
        hide(
            Field::bool("list-ticket-schemas"),
            WriteMode,
            "List the schemas of tickets",
        ),
        show(
            Field::bool("provisioning").short('p'),
            Ignored(READ_ONLY),
            "Allow changes at the vendor; no effect, the connector only reads",
        ),
        show(
            Field::bool("ticketing"),
            Ignored(READ_ONLY),
            "Allow work on tickets; no effect, the connector only reads",
        ),
        hide(
            Field::string("c1z-temp-dir"),
            Works,
            "Existing writable directory for temporary files",
        ),
        show(
            Field::string("client-id"),
            Works,
            "ConductorOne client id; runs as a service that syncs when ConductorOne asks for it",
        ),
        show(
            Field::string("client-secret").secret(),
            Works,
            "ConductorOne client secret, for service mode",
        ),
    ]
}

fn writing() -> Vec<DefaultFlag> {
    use Effect::{Ignored, OtherMode, Single, Works, WriteMode};
    vec![
        hide(
            Field::string("create-account-email"),
            WriteMode,
            "E-mail address of an account to create",
        ),
        hide(
            Field::string("create-account-login"),
            WriteMode,
            "Login of an account to create",
        ),
        hide(
            Field::string("create-account-profile"),
            WriteMode,
            "JSON profile of an account to create",
        ),
        hide(
            Field::string("create-account-resource-type"),
            Ignored(MODE_DETAIL),
            "Resource type of an account to create",
        ),
        hide(
            Field::string("delete-resource"),
            WriteMode,
            "Id of a resource to delete",
        ),
        hide(
            Field::string("delete-resource-type"),
            Ignored(MODE_DETAIL),
            "Type of a resource to delete",
        ),
        hide(
            Field::string("event-feed"),
            OtherMode("the event feed"),
            "Print events instead of syncing",
        ),
        hide(
            Field::string("event-feed-id"),
            Ignored(MODE_DETAIL),
            "Event feed to print",
        ),
        hide(
            Field::string("event-feed-start-at"),
            Ignored(MODE_DETAIL),
            "Time from which events are printed (RFC 3339; one day ago when not set)",
        ),
        hide(
            Field::string("event-feed-cursor"),
            Ignored(MODE_DETAIL),
            "Cursor from which events are printed",
        ),
        show(
            Field::string("file").short('f').default("sync.c1z"),
            Single,
            "Path of the c1z file to write",
        ),
        hide(
            Field::string("grant-entitlement"),
            WriteMode,
            "Id of an entitlement to grant",
        ),
        hide(
            Field::string("grant-principal"),
            WriteMode,
            "Id of the principal to grant it to",
        ),
        hide(
            Field::string("grant-principal-type"),
            Ignored(MODE_DETAIL),
            "Resource type of the principal to grant it to",
        ),
        show(
            Field::string("log-format"),
            Works,
            "Format of log lines: json or console; console when standard output is a terminal",
        ),
        show(
            Field::list("log-path"),
            Works,
            "Where log lines go instead of stderr: stdout, stderr or files",
        ),
        hide(
            Field::string("revoke-grant"),
            WriteMode,
            "Id of a grant to revoke",
        ),
        hide(
            Field::string("rotate-credentials"),
            WriteMode,
            "Id of a resource whose credentials are rotated",
        ),
        hide(
            Field::string("rotate-credentials-type"),
            Ignored(MODE_DETAIL),
            "Type of a resource whose credentials are rotated",
        ),
        hide(
            Field::string("ticket-id"),
            Ignored(MODE_DETAIL),
            "Id of a ticket to fetch",
        ),
        hide(
            Field::string("ticket-template-path"),
            Ignored(MODE_DETAIL),
            "JSON file with the ticket to create",
        ),
    ]
}

fn running() -> Vec<DefaultFlag> {
    use Effect::{Ignored, Refused, Service, Single, Works};
    vec![
        ops(
            Field::string("log-level").default("info"),
            Works,
            "Least severe log level that is written: debug, info, warn or error",
        ),
        ops(
            Field::string("log-level-debug-expires-at"),
            Works,
            "Time after which the log level debug falls back to info (RFC 3339)",
        ),
        show(
            Field::bool("skip-full-sync"),
            Service,
            "Do not sync when asked to by the service; no effect on a single run",
        ),
        show(
            Field::list("sync-resources"),
            Single,
            "Resources to sync instead of everything, each as bid:r:<type>/<id>",
        ),
        show(
            Field::list("sync-resource-types"),
            Works,
            "Resource types to sync instead of all",
        ),
        show(
            Field::bool("skip-entitlements-and-grants"),
            Single,
            "Sync resources only",
        ),
        hide(
            Field::bool("skip-grants"),
            Single,
            "Skip grants in a sync of single resources",
        ),
        show(
            Field::string("external-resource-c1z"),
            Refused("leave it out; matching against another file is not in this version"),
            "File with principals from elsewhere; not in this version",
        ),
        show(
            Field::string("external-resource-entitlement-id-filter"),
            Ignored(MODE_DETAIL),
            "Entitlement that principals from elsewhere must hold",
        ),
        show(
            Field::list("external-resource-traits"),
            Ignored(MODE_DETAIL),
            "Traits of principals from elsewhere; user and group when not set",
        ),
        show(
            Field::bool("keep-previous-sync-c1z"),
            Ignored(SERVICE),
            "Keep the file of the previous sync as a spare; no effect on a single run",
        ),
    ]
}

fn files_and_actions() -> Vec<DefaultFlag> {
    use Effect::{Ignored, OtherMode, WriteMode};
    vec![
        hide(
            Field::bool("diff-syncs"),
            OtherMode("comparing syncs inside a file"),
            "Write the difference of two syncs into the file",
        ),
        hide(
            Field::string("base-sync-id"),
            Ignored(MODE_DETAIL),
            "Older sync of a difference",
        ),
        hide(
            Field::string("applied-sync-id"),
            Ignored(MODE_DETAIL),
            "Newer sync of a difference",
        ),
        hide(
            Field::list("compact-sync-ids"),
            Ignored(MODE_DETAIL),
            "Syncs to merge",
        ),
        hide(
            Field::list("compact-file-paths"),
            Ignored(MODE_DETAIL),
            "Files whose syncs are merged",
        ),
        hide(
            Field::string("compact-output-path"),
            Ignored(MODE_DETAIL),
            "Directory of the merged file",
        ),
        hide(
            Field::bool("compact-syncs"),
            OtherMode("merging files"),
            "Merge the syncs of several files",
        ),
        hide(
            Field::string("invoke-action"),
            WriteMode,
            "Action to invoke",
        ),
        hide(
            Field::string("invoke-action-args").default("{}"),
            Ignored(MODE_DETAIL),
            "JSON arguments of an action",
        ),
        hide(
            Field::string("invoke-action-resource-type"),
            Ignored(MODE_DETAIL),
            "Resource type of an action",
        ),
        hide(
            Field::bool("list-action-schemas"),
            WriteMode,
            "List the schemas of actions",
        ),
        hide(
            Field::string("list-action-schemas-resource-type"),
            Ignored(MODE_DETAIL),
            "Resource type whose actions are listed",
        ),
        hide(
            Field::string("list-resource-actions"),
            WriteMode,
            "Resource type whose actions are listed",
        ),
        hide(
            Field::string("invoke-resource-action"),
            WriteMode,
            "Action of a resource type to invoke",
        ),
        hide(
            Field::string("invoke-resource-action-resource-type"),
            Ignored(MODE_DETAIL),
            "Resource type of the action to invoke",
        ),
        hide(
            Field::string("invoke-resource-action-args").default("{}"),
            Ignored(MODE_DETAIL),
            "JSON arguments of the action to invoke",
        ),
    ]
}

fn operations() -> Vec<DefaultFlag> {
    use Effect::{Ignored, Service, Works};
    let mut flags = vec![
        hidden_ops(
            Field::int("session-store-maximum-size").default(15_728_640),
            Ignored("the connector keeps no session store"),
            "Size of the in-memory session store in bytes; no effect",
        ),
        show(
            Field::int("workers").default(0).rule(Rule::AtLeast(-1)),
            Works,
            "Listings that run at once; 0 or 1 one at a time, -1 one per processor up to 4",
        ),
        show(
            Field::bool("parallel-sync"),
            Works,
            "Deprecated: the same as --workers -1",
        ),
    ];
    flags.extend(telemetry());
    flags.extend([
        show(
            Field::string("auth-method"),
            Ignored("the connector has one way to authenticate"),
            "Group of settings to authenticate with",
        ),
        ops(
            Field::bool("health-check"),
            Service,
            "Answer HTTP health checks while running as a service",
        ),
        ops(
            Field::int("health-check-port").default(8081),
            Works,
            "Port of the HTTP health check",
        ),
        hidden_ops(
            Field::string("health-check-bind-address").default("127.0.0.1"),
            Works,
            "Address of the HTTP health check",
        ),
        ops(
            Field::int("http-timeout-seconds")
                .default(300)
                .rule(Rule::AtMost(1800))
                .rule(Rule::AtLeast(1)),
            Works,
            "Time limit of one HTTP request in seconds, at most 1800",
        ),
        show(
            Field::string("storage-engine").rule(Rule::OneOf(&["", "sqlite", "pebble"])),
            Works,
            "Storage engine inside the file; only sqlite is supported",
        ),
        show(
            Field::int("task-concurrency")
                .default(3)
                .rule(Rule::AtLeast(1))
                .rule(Rule::AtMost(100)),
            Service,
            "Tasks that the service runs at once; no effect on a single run",
        ),
    ]);
    flags
}

fn telemetry() -> Vec<DefaultFlag> {
    use Effect::Works;
    vec![
        ops(
            Field::string("otel-collector-endpoint"),
            Works,
            "OpenTelemetry collector that traces and logs are sent to: host:port, for OTLP over gRPC",
        ),
        hidden_ops(
            Field::string("otel-collector-endpoint-tls-cert-path"),
            Works,
            "PEM file with the only authorities trusted for the OpenTelemetry collector",
        ),
        hidden_ops(
            Field::string("otel-collector-endpoint-tls-cert"),
            Works,
            "The same as text, in PEM form or as base64 of it",
        ),
        hidden_ops(
            Field::bool("otel-collector-endpoint-tls-insecure"),
            Works,
            "Do not use TLS towards the OpenTelemetry collector",
        ),
        hidden_ops(
            Field::bool("otel-tracing-disabled"),
            Works,
            "Do not send traces to the OpenTelemetry collector",
        ),
        hidden_ops(
            Field::bool("otel-logging-disabled"),
            Works,
            "Do not send logs to the OpenTelemetry collector",
        ),
    ]
}

fn flag(field: Field, effect: Effect, export: Export, description: &'static str) -> DefaultFlag {
    DefaultFlag {
        field: field.description(description).export(export),
        effect,
    }
}

fn show(field: Field, effect: Effect, description: &'static str) -> DefaultFlag {
    flag(field, effect, Export::None, description)
}

fn hide(field: Field, effect: Effect, description: &'static str) -> DefaultFlag {
    flag(field.hidden(), effect, Export::None, description)
}

fn ops(field: Field, effect: Effect, description: &'static str) -> DefaultFlag {
    flag(field, effect, Export::Ops, description)
}

fn hidden_ops(field: Field, effect: Effect, description: &'static str) -> DefaultFlag {
    flag(field.hidden(), effect, Export::Ops, description)
}
