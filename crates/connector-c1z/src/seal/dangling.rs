//! Finds rows that refer to a row which is not there.
//!
//! Many rows refer to few others, so each place that is referred to is looked up once: first the distinct places
//! without a row, out of an index, then the rows that refer to them, which are usually none.

use connector_core::model::ResourceType;
use connector_core::warning::Warning;

use super::Scope;

/// Rows of one table that refer to rows of another.
pub(crate) struct Reference {
    /// The table of the referring rows.
    pub(crate) table: &'static str,
    /// The columns that refer; an index starts with them.
    pub(crate) columns: &'static [&'static str],
    /// The table referred to.
    pub(crate) to: &'static str,
    /// The external id referred to, made of the columns of `k`. It is `<type>:<id>` for a resource, and no
    /// type has a colon in it.
    pub(crate) external_id: &'static str,
    /// The column with the type referred to.
    pub(crate) to_type: &'static str,
    /// What to say when the type is part of the run: code and message.
    pub(crate) missing_row: (&'static str, &'static str),
    /// What to say when it is not.
    pub(crate) missing_type: (&'static str, &'static str),
}

/// A row whose reference leads nowhere.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dangling {
    pub(crate) row: i64,
    external_id: String,
    /// The row's own type.
    pub(crate) own_type: String,
    to_type: String,
}

impl Reference {
    /// The rows of the run that refer to nothing, in order.
    pub(crate) fn find(&self, scope: Scope<'_>) -> rusqlite::Result<Vec<Dangling>> {
        let list = self.columns.join(", ");
        let first = self.columns.first().copied().unwrap_or_default();
        let same: Vec<_> = self
            .columns
            .iter()
            .map(|column| format!("t.{column} = k.{column}"))
            .collect();
        // An empty reference cannot be: ids have at least one byte, and absence is NULL.
        let sql = format!(
            "WITH k AS MATERIALIZED (
                 SELECT {list} FROM (SELECT DISTINCT {list} FROM {table} WHERE {first} > '') k
                 WHERE NOT EXISTS (
                     SELECT 1 FROM {to} r WHERE r.external_id = {external_id} AND r.sync_id = ?1))
             SELECT t.id, t.external_id, t.resource_type_id, t.{to_type}
             FROM k CROSS JOIN {table} t ON {same} WHERE t.sync_id = ?1",
            table = self.table,
            to = self.to,
            external_id = self.external_id,
            to_type = self.to_type,
            same = same.join(" AND "),
        );
        let mut select = scope.db.prepare(&sql)?;
        let found = select.query_map([scope.sync_id.as_str()], |row| {
            Ok(Dangling {
                row: row.get(0)?,
                external_id: row.get(1)?,
                own_type: row.get(2)?,
                to_type: row.get(3)?,
            })
        })?;
        let mut found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
        found.sort_unstable();
        Ok(found)
    }

    /// What to tell the operator about rows that were found.
    pub(crate) fn warnings(&self, found: &[Dangling], types: &[ResourceType]) -> Vec<Warning> {
        let is_synced = |row: &&Dangling| types.iter().any(|t| t.id.as_str() == row.to_type);
        let (missing_row, missing_type): (Vec<&Dangling>, Vec<_>) =
            found.iter().partition(is_synced);
        [
            (self.missing_type, missing_type),
            (self.missing_row, missing_row),
        ]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|((code, message), rows)| {
            let warning = Warning::new(code, message).times(rows.len() as u64);
            let examples = rows.iter().take(3).map(|row| row.external_id.as_str());
            examples.fold(warning, Warning::example)
        })
        .collect()
    }
}
