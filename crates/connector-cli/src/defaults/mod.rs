//! The flags every connector of the ecosystem accepts, as one table, and what this program does with each.
//!
//! Existing deployments pass these flags, so every one is accepted with its type. [`Effect`] says what happens
//! then: it works, it changes nothing here (one warning reports that), or it asks for something that a read-only
//! one-shot program must not silently replace by a sync.

pub(crate) mod flags;
mod table;

pub(crate) use table::table;

use connector_core::spec::{ConnectorSpec, FieldSpec};

/// What a default flag does in this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// What its description says.
    Works,
    /// What its description says, on a single run; nothing in service mode.
    Single,
    /// Nothing; the text says why.
    Ignored(&'static str),
    /// What its description says, in service mode; nothing on a single run.
    Service,
    /// It would start another mode that writes to the vendor or works on the vendor's tickets.
    WriteMode,
    /// It would start another mode that is not in this version; the text names it.
    OtherMode(&'static str),
    /// It would change the result in a way that is not supported; the text says what to do instead.
    Refused(&'static str),
}

/// A default flag.
#[derive(Debug, Clone)]
pub(crate) struct DefaultFlag {
    pub(crate) field: FieldSpec,
    pub(crate) effect: Effect,
}

/// All flags the program takes: those every connector has, then the connector's own.
pub fn all_fields(spec: &ConnectorSpec) -> Vec<FieldSpec> {
    let defaults = table().into_iter().map(|flag| flag.field);
    defaults.chain(spec.fields.iter().copied()).collect()
}

/// Flags that must be set together or not at all.
pub(crate) const TOGETHER: &[&[&str]] = &[
    &["grant-entitlement", "grant-principal"],
    &["client-id", "client-secret"],
    &["create-ticket", "ticket-template-path"],
    &["bulk-create-ticket", "bulk-ticket-template-path"],
    &["get-ticket", "ticket-id"],
    &["diff-syncs", "base-sync-id", "applied-sync-id"],
    &[
        "compact-syncs",
        "compact-sync-ids",
        "compact-file-paths",
        "compact-output-path",
    ],
];

/// Flags of which at most one may be set.
pub(crate) const EXCLUSIVE: &[&[&str]] = &[
    &["dry-run", "client-id"],
    &["record", "replay"],
    &["record", "client-id"],
    &["replay", "client-id"],
    &["replay", "evidence"],
    &[
        "otel-collector-endpoint-tls-cert-path",
        "otel-collector-endpoint-tls-cert",
    ],
    &[
        "grant-entitlement",
        "revoke-grant",
        "create-account-login",
        "delete-resource",
        "rotate-credentials",
        "event-feed",
        "create-ticket",
        "get-ticket",
        "list-ticket-schemas",
        "bulk-create-ticket",
    ],
    &[
        "grant-entitlement",
        "revoke-grant",
        "create-account-email",
        "delete-resource-type",
        "rotate-credentials-type",
        "event-feed",
        "diff-syncs",
        "compact-syncs",
        "list-ticket-schemas",
    ],
];

/// Flags that mean something only when another one is set.
pub(crate) const DEPENDENT: &[(&[&str], &str)] = &[
    (
        &[
            "external-resource-entitlement-id-filter",
            "external-resource-traits",
        ],
        "external-resource-c1z",
    ),
    (&["evidence-key"], "evidence"),
];
