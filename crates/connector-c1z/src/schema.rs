//! The SQLite schema of a version 1 file.
//!
//! Other writers create what is missing by name only, so every name counts, even where it misleads: the names of
//! two indexes on resources are swapped against what they contain, in every file ever shipped.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

/// A table and the columns that a copy of its rows takes over (all but `id`).
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) create: &'static str,
}

/// An index; it is built when all of its keys are known, from sorted ones.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) table: &'static str,
    pub(crate) create: &'static str,
}

pub(crate) const RESOURCE_TYPES: &str = "v1_resource_types";
pub(crate) const RESOURCES: &str = "v1_resources";
pub(crate) const ENTITLEMENTS: &str = "v1_entitlements";
pub(crate) const GRANTS: &str = "v1_grants";
pub(crate) const SYNC_RUNS: &str = "v1_sync_runs";
const ASSETS: &str = "v1_assets";
const CONNECTOR_SESSIONS: &str = "v1_connector_sessions";

/// All tables, in order of creation.
pub(crate) const TABLES: [Table; 7] = [
    Table {
        name: RESOURCE_TYPES,
        columns: &["external_id", "data", "sync_id", "discovered_at"],
        create: "CREATE TABLE v1_resource_types (
            id integer primary key,
            external_id text not null,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null)",
    },
    Table {
        name: RESOURCES,
        columns: &[
            "resource_type_id",
            "external_id",
            "parent_resource_type_id",
            "parent_resource_id",
            "data",
            "sync_id",
            "discovered_at",
        ],
        create: "CREATE TABLE v1_resources (
            id integer primary key,
            resource_type_id text not null,
            external_id text not null,
            parent_resource_type_id text,
            parent_resource_id text,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null)",
    },
    Table {
        name: ENTITLEMENTS,
        columns: &[
            "resource_type_id",
            "resource_id",
            "external_id",
            "data",
            "sync_id",
            "discovered_at",
        ],
        create: "CREATE TABLE v1_entitlements (
            id integer primary key,
            resource_type_id text not null,
            resource_id text not null,
            external_id text not null,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null)",
    },
    Table {
        name: SYNC_RUNS,
        columns: &[
            "sync_id",
            "started_at",
            "ended_at",
            "sync_token",
            "sync_type",
            "parent_sync_id",
            "linked_sync_id",
            "supports_diff",
            "grants_backfilled",
            "stats",
            "ingest_invariant_generation",
            "ingest_invariant_coverage",
            "ingest_invariant_mode",
        ],
        create: "CREATE TABLE v1_sync_runs (
            id integer primary key,
            sync_id text not null,
            started_at datetime not null,
            ended_at datetime,
            sync_token text not null,
            sync_type text not null default 'full',
            parent_sync_id text not null default '',
            linked_sync_id text not null default '',
            supports_diff integer not null default 0,
            grants_backfilled integer not null default 0,
            stats text,
            ingest_invariant_generation text not null default '',
            ingest_invariant_coverage text not null default '',
            ingest_invariant_mode text not null default '')",
    },
    Table {
        name: GRANTS,
        columns: &[
            "resource_type_id",
            "resource_id",
            "entitlement_id",
            "principal_resource_type_id",
            "principal_resource_id",
            "external_id",
            "expansion",
            "needs_expansion",
            "data",
            "sync_id",
            "discovered_at",
        ],
        create: "CREATE TABLE v1_grants (
            id integer primary key,
            resource_type_id text not null,
            resource_id text not null,
            entitlement_id text not null,
            principal_resource_type_id text not null,
            principal_resource_id text not null,
            external_id text not null,
            expansion blob,
            needs_expansion integer not null default 0,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null)",
    },
    Table {
        name: ASSETS,
        columns: &[
            "external_id",
            "content_type",
            "data",
            "sync_id",
            "discovered_at",
        ],
        create: "CREATE TABLE v1_assets (
            id integer primary key,
            external_id text not null,
            content_type text not null,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null)",
    },
    Table {
        name: CONNECTOR_SESSIONS,
        columns: &["sync_id", "key", "value"],
        create: "CREATE TABLE v1_connector_sessions (
            id integer primary key,
            sync_id text not null,
            key text not null,
            value blob not null)",
    },
];

impl Index {
    /// Whether it holds each key once.
    pub(crate) fn is_unique(&self) -> bool {
        self.create.starts_with("CREATE UNIQUE")
    }

    /// The index's name.
    pub(crate) fn name(&self) -> &'static str {
        let rest = self.create.split_once("INDEX ");
        rest.and_then(|(_, rest)| rest.split_whitespace().next())
            .unwrap_or_default()
    }

    /// The columns of its keys, in order; `id` is the row's number.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        let list = self.create.split_once('(');
        let list = list.and_then(|(_, rest)| rest.split_once(')'));
        list.map_or("", |(list, _)| list).split(", ")
    }

    /// The condition on the rows that it has keys of.
    pub(crate) fn condition(&self) -> Option<&'static str> {
        self.create.split_once(" WHERE ").map(|(_, text)| text)
    }
}

impl Table {
    /// Whether a file without the table is damaged. The others came later, or are empty in most files.
    fn is_required(&self) -> bool {
        !matches!(self.name, ASSETS | CONNECTOR_SESSIONS)
    }

    /// Whether every row has a value in a column.
    pub(crate) fn is_required_column(&self, column: &str) -> bool {
        self.definition(column)
            .is_some_and(|definition| definition.contains("not null"))
    }

    /// Whether every row of a sound file has an id in a column: its own, or that of what it belongs to.
    pub(crate) fn is_id(&self, column: &str) -> bool {
        let definition = self.definition(column).unwrap_or_default();
        column.ends_with("_id") && definition.contains("text not null")
    }

    /// Whether an id of [`Table::is_id`] is never empty. What a sync need not have has an empty default.
    pub(crate) fn is_full_id(&self, column: &str) -> bool {
        let definition = self.definition(column).unwrap_or_default();
        self.is_id(column) && !definition.contains("default")
    }

    /// A column as it stands in the table's definition.
    fn definition(&self, column: &str) -> Option<&'static str> {
        let lines = self.create.lines().skip(1).map(str::trim);
        let mut lines = lines.filter(|line| line.split(' ').next() == Some(column));
        Some(lines.next()?.trim_end_matches([',', ')']))
    }
}

/// What became of a database whose tables were to be brought to today's columns.
pub(crate) enum Completed {
    /// They have all of them.
    Yes,
    /// It is no version 1 file: a table is missing or something else has its name, or a column is missing that there
    /// always was.
    NoSyncFile,
    /// A table computes this column from others, as no writer does.
    Computed(&'static str, &'static str),
}

/// Brings the tables of a file of an older writer to today's columns, so that everything else need not know of old
/// files: later columns have defaults that mean the same as their absence.
pub(crate) fn complete(db: &Connection) -> rusqlite::Result<Completed> {
    for table in &TABLES {
        let object = "SELECT type || ' ' || coalesce(sql, '') FROM sqlite_master WHERE name = ?1";
        let object: Option<String> = db
            .query_row(object, [table.name], |row| row.get(0))
            .optional()?;
        match object {
            None if table.is_required() => return Ok(Completed::NoSyncFile),
            None => db.execute_batch(table.create)?,
            // A view or a virtual table could compute its rows without end.
            Some(object)
                if !object
                    .to_ascii_lowercase()
                    .starts_with("table create table") =>
            {
                return Ok(Completed::NoSyncFile);
            }
            Some(_) => {}
        }
        // Columns that are computed are among the hidden ones.
        let mut names = db.prepare("SELECT name, hidden FROM pragma_table_xinfo(?1)")?;
        let names = names.query_map([table.name], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let names: HashMap<String, i64> = names.collect::<rusqlite::Result<_>>()?;
        for column in table.columns {
            match names.get(*column) {
                Some(0) => continue,
                Some(_) => return Ok(Completed::Computed(table.name, column)),
                None => {}
            }
            let definition = table.definition(column).unwrap_or_default();
            if definition.contains("not null") && !definition.contains("default") {
                return Ok(Completed::NoSyncFile);
            }
            db.execute_batch(&format!(
                "ALTER TABLE {} ADD COLUMN {definition}",
                table.name
            ))?;
        }
    }
    Ok(Completed::Yes)
}

macro_rules! index {
    ($table:literal, $create:literal) => {
        Index {
            table: $table,
            create: $create,
        }
    };
}

/// All indexes. The names of the unique index on resources and of the one on the parent are swapped: keep them so.
pub(crate) const INDEXES: [Index; 16] = [
    index!(
        "v1_resource_types",
        "CREATE UNIQUE INDEX idx_resource_types_external_sync_v1 ON v1_resource_types (external_id, sync_id)"
    ),
    index!(
        "v1_resources",
        "CREATE UNIQUE INDEX idx_resources_parent_resource_id_v1 ON v1_resources (external_id, sync_id)"
    ),
    index!(
        "v1_entitlements",
        "CREATE UNIQUE INDEX idx_entitlements_external_sync_v1 ON v1_entitlements (external_id, sync_id)"
    ),
    index!(
        "v1_grants",
        "CREATE UNIQUE INDEX idx_grants_external_sync_v1 ON v1_grants (external_id, sync_id)"
    ),
    index!(
        "v1_sync_runs",
        "CREATE UNIQUE INDEX idx_sync_runs_sync_id_v1 ON v1_sync_runs (sync_id)"
    ),
    index!(
        "v1_assets",
        "CREATE UNIQUE INDEX idx_assets_external_sync_v1 ON v1_assets (external_id, sync_id)"
    ),
    index!(
        "v1_connector_sessions",
        "CREATE UNIQUE INDEX idx_session_store_sync_key_v1 ON v1_connector_sessions (sync_id, key)"
    ),
    index!(
        "v1_resources",
        "CREATE INDEX idx_resources_external_sync_v1 ON v1_resources (parent_resource_type_id, parent_resource_id)"
    ),
    index!(
        "v1_resources",
        "CREATE INDEX idx_resources_resource_type_id_v1 ON v1_resources (resource_type_id)"
    ),
    index!(
        "v1_entitlements",
        "CREATE INDEX idx_entitlements_resource_id_v1 ON v1_entitlements (resource_type_id, resource_id)"
    ),
    index!(
        "v1_grants",
        "CREATE INDEX idx_grants_resource_type_id_resource_id_v1 ON v1_grants (resource_type_id, resource_id)"
    ),
    index!(
        "v1_grants",
        "CREATE INDEX idx_grants_principal_id_v1
         ON v1_grants (principal_resource_type_id, principal_resource_id)"
    ),
    index!(
        "v1_grants",
        "CREATE INDEX idx_grants_entitlement_id_principal_id_v1
         ON v1_grants (entitlement_id, principal_resource_type_id, principal_resource_id)"
    ),
    index!(
        "v1_grants",
        "CREATE INDEX idx_grants_entitlement_sync_grant_v1 ON v1_grants (entitlement_id, sync_id, id)"
    ),
    index!(
        "v1_grants",
        "CREATE INDEX idx_grants_sync_expansion_v1 ON v1_grants (sync_id) WHERE expansion IS NOT NULL"
    ),
    index!(
        "v1_grants",
        "CREATE INDEX idx_grants_sync_needs_expansion_v1 ON v1_grants (sync_id) WHERE needs_expansion = 1"
    ),
];

/// The statements that create all tables.
pub(crate) fn create_tables() -> String {
    let mut all = String::new();
    for table in &TABLES {
        all.push_str(table.create);
        all.push(';');
    }
    all
}

#[cfg(test)]
mod tests;
