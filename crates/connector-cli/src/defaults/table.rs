//! The rows of the table, in the order in which flags are documented.

use connector_core::spec::{Field, SettingValue};

use super::Effect::{Ignored, OtherMode, Refused, Service, Single, Works, WriteMode};
use super::flags::{self, hidden_ops, hide, show};
use super::{DefaultFlag, Effect};

const READ_ONLY: &str = "the connector only reads";
const SERVICE: &str = "it matters only to a long-running service";
const MODE_DETAIL: &str = "it only qualifies a mode that was not asked for";

/// A text that may be left out.
type Text = Option<String>;

/// All rows.
pub(crate) fn table() -> Vec<DefaultFlag> {
    let mut flags = tickets_and_output();
    flags.extend(writing());
    flags.extend(running());
    flags.extend(files_and_actions());
    flags.extend(operations());
    flags
}

fn row<T: SettingValue>(field: &Field<T>, effect: Effect) -> DefaultFlag {
    DefaultFlag {
        field: field.spec(),
        effect,
    }
}

fn tickets_and_output() -> Vec<DefaultFlag> {
    vec![
        row(
            &hide::<bool>("create-ticket", "Create one ticket from a template"),
            WriteMode,
        ),
        row(
            &hide::<bool>("bulk-create-ticket", "Create many tickets from a template"),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "bulk-ticket-template-path",
                "JSON file with the tickets to create",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(&hide::<bool>("get-ticket", "Fetch one ticket"), WriteMode),
        row(
            &hide::<bool>("list-ticket-schemas", "List the schemas of tickets"),
            WriteMode,
        ),
        row(
            &show::<bool>(
                "provisioning",
                "Allow changes at the vendor; no effect, the connector only reads",
            )
            .short('p'),
            Ignored(READ_ONLY),
        ),
        row(
            &show::<bool>(
                "ticketing",
                "Allow work on tickets; no effect, the connector only reads",
            ),
            Ignored(READ_ONLY),
        ),
        row(&flags::C1Z_TEMP_DIR, Works),
        row(&flags::CLIENT_ID, Works),
        row(&flags::CLIENT_SECRET, Works),
    ]
}

fn writing() -> Vec<DefaultFlag> {
    vec![
        row(
            &hide::<Text>(
                "create-account-email",
                "E-mail address of an account to create",
            ),
            WriteMode,
        ),
        row(
            &hide::<Text>("create-account-login", "Login of an account to create"),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "create-account-profile",
                "JSON profile of an account to create",
            ),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "create-account-resource-type",
                "Resource type of an account to create",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>("delete-resource", "Id of a resource to delete"),
            WriteMode,
        ),
        row(
            &hide::<Text>("delete-resource-type", "Type of a resource to delete"),
            Ignored(MODE_DETAIL),
        ),
        row(&flags::EVENT_FEED, OtherMode("the event feed")),
        row(
            &hide::<Text>("event-feed-id", "Event feed to print"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>(
                "event-feed-start-at",
                "Time from which events are printed (RFC 3339; one day ago when not set)",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>("event-feed-cursor", "Cursor from which events are printed"),
            Ignored(MODE_DETAIL),
        ),
        row(&flags::EVIDENCE, Single),
        row(&flags::EVIDENCE_KEY, Single),
        row(&flags::FAIL_ON_PARTIAL, Single),
        row(&flags::FILE, Single),
        row(
            &hide::<Text>("grant-entitlement", "Id of an entitlement to grant"),
            WriteMode,
        ),
        row(
            &hide::<Text>("grant-principal", "Id of the principal to grant it to"),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "grant-principal-type",
                "Resource type of the principal to grant it to",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(&flags::LOG_FORMAT, Works),
        row(&flags::LOG_PATH, Works),
        row(
            &hide::<Text>("revoke-grant", "Id of a grant to revoke"),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "rotate-credentials",
                "Id of a resource whose credentials are rotated",
            ),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "rotate-credentials-type",
                "Type of a resource whose credentials are rotated",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>("ticket-id", "Id of a ticket to fetch"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>(
                "ticket-template-path",
                "JSON file with the ticket to create",
            ),
            Ignored(MODE_DETAIL),
        ),
    ]
}

fn running() -> Vec<DefaultFlag> {
    vec![
        row(&flags::LOG_LEVEL, Works),
        row(&flags::LOG_LEVEL_DEBUG_EXPIRES_AT, Works),
        row(&flags::SKIP_FULL_SYNC, Service),
        row(&flags::RECORD, Works),
        row(&flags::REPLAY, Works),
        row(&flags::REDACTION_KEY, Works),
        row(&flags::SYNC_RESOURCES, Single),
        row(&flags::SYNC_RESOURCE_TYPES, Works),
        row(&flags::SKIP_ENTITLEMENTS_AND_GRANTS, Single),
        row(&flags::SKIP_GRANTS, Single),
        row(
            &show::<Text>(
                "external-resource-c1z",
                "File with principals from elsewhere; not in this version",
            ),
            Refused("leave it out; matching against another file is not in this version"),
        ),
        row(
            &show::<Text>(
                "external-resource-entitlement-id-filter",
                "Entitlement that principals from elsewhere must hold",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(
            &show::<Vec<String>>(
                "external-resource-traits",
                "Traits of principals from elsewhere; user and group when not set",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(
            &show::<bool>(
                "keep-previous-sync-c1z",
                "Keep the file of the previous sync as a spare; no effect on a single run",
            ),
            Ignored(SERVICE),
        ),
    ]
}

fn files_and_actions() -> Vec<DefaultFlag> {
    vec![
        row(
            &hide::<bool>(
                "diff-syncs",
                "Write the difference of two syncs into the file",
            ),
            OtherMode("comparing syncs inside a file"),
        ),
        row(
            &hide::<Text>("base-sync-id", "Older sync of a difference"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>("applied-sync-id", "Newer sync of a difference"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Vec<String>>("compact-sync-ids", "Syncs to merge"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Vec<String>>("compact-file-paths", "Files whose syncs are merged"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>("compact-output-path", "Directory of the merged file"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<bool>("compact-syncs", "Merge the syncs of several files"),
            OtherMode("merging files"),
        ),
        row(
            &hide::<Text>("invoke-action", "Action to invoke"),
            WriteMode,
        ),
        row(
            &hide::<Text>("invoke-action-args", "JSON arguments of an action").default("{}"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>("invoke-action-resource-type", "Resource type of an action"),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<bool>("list-action-schemas", "List the schemas of actions"),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "list-action-schemas-resource-type",
                "Resource type whose actions are listed",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>(
                "list-resource-actions",
                "Resource type whose actions are listed",
            ),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "invoke-resource-action",
                "Action of a resource type to invoke",
            ),
            WriteMode,
        ),
        row(
            &hide::<Text>(
                "invoke-resource-action-resource-type",
                "Resource type of the action to invoke",
            ),
            Ignored(MODE_DETAIL),
        ),
        row(
            &hide::<Text>(
                "invoke-resource-action-args",
                "JSON arguments of the action to invoke",
            )
            .default("{}"),
            Ignored(MODE_DETAIL),
        ),
    ]
}

fn operations() -> Vec<DefaultFlag> {
    vec![
        row(
            &hidden_ops::<i64>(
                "session-store-maximum-size",
                "Size of the in-memory session store in bytes; no effect",
            )
            .default(15_728_640),
            Ignored("the connector keeps no session store"),
        ),
        row(&flags::WORKERS, Works),
        row(&flags::PARALLEL_SYNC, Works),
        row(&flags::OTEL_ENDPOINT, Works),
        row(&flags::OTEL_CERT_PATH, Works),
        row(&flags::OTEL_CERT, Works),
        row(&flags::OTEL_INSECURE, Works),
        row(&flags::OTEL_TRACING_DISABLED, Works),
        row(&flags::OTEL_LOGGING_DISABLED, Works),
        row(
            &show::<Text>("auth-method", "Group of settings to authenticate with"),
            Ignored("the connector has one way to authenticate"),
        ),
        row(&flags::HEALTH_CHECK, Service),
        row(&flags::HEALTH_CHECK_PORT, Works),
        row(&flags::HEALTH_CHECK_BIND_ADDRESS, Works),
        row(&flags::HTTP_TIMEOUT_SECONDS, Works),
        row(&flags::STORAGE_ENGINE, Works),
        row(&flags::MAX_SHRINK, Works),
        row(&flags::MAX_SHRINK_GRANTS, Works),
        row(&flags::ACCEPT_SHRINK, Works),
        row(&flags::DRY_RUN, Single),
        row(&flags::STATE_DIR, Service),
        row(&flags::TASK_CONCURRENCY, Service),
    ]
}
