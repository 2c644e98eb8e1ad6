//! Finds rows that refer to a row which is not there.
//!
//! Many rows refer to few others, so each place that is referred to is looked up once: first the distinct places
//! without a row, out of an index, then the rows that refer to them, which are usually none.

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
    /// The warning's code and message when the type is part of the run.
    pub(crate) missing_row: (&'static str, &'static str),
    /// The warning's code and message when the type is not part of the run.
    pub(crate) missing_type: (&'static str, &'static str),
}

/// A row whose reference leads nowhere.
#[derive(Debug)]
pub(crate) struct Dangling {
    pub(crate) row: i64,
    /// The row's own type.
    pub(crate) own_type: String,
}

impl Reference {
    /// Calls `each` with the rows of the run that refer to nothing, in order, and returns what to report to the
    /// operator about them. The numbers of these rows are in the table `temp.dangling` until the next call.
    ///
    /// There may be as many as there are rows, so they are not held in memory.
    pub(crate) fn for_each(
        &self,
        scope: Scope<'_>,
        mut each: impl FnMut(Dangling) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<Vec<Warning>> {
        self.find(scope)?;
        let mut select = scope.db.prepare(
            "SELECT row, own_type, external_id, to_type FROM temp.dangling ORDER BY row",
        )?;
        let mut rows = select.query([])?;
        // First those whose type is not synced.
        let mut found = [(0, Vec::new()), (0, Vec::new())];
        while let Some(row) = rows.next()? {
            let to_type = row.get_ref(3)?.as_str()?;
            let is_synced = scope.types.iter().any(|t| t.id.as_str() == to_type);
            let (count, examples) = &mut found[usize::from(is_synced)];
            *count += 1;
            if examples.len() < 3 {
                examples.push(row.get::<_, String>(2)?);
            }
            each(Dangling {
                row: row.get(0)?,
                own_type: row.get(1)?,
            })?;
        }
        let texts = [self.missing_type, self.missing_row];
        let warnings = texts.into_iter().zip(found);
        Ok(warnings
            .filter(|(_, (count, _))| *count > 0)
            .map(|((code, message), (count, examples))| {
                let warning = Warning::new(code, message).times(count);
                examples.iter().fold(warning, Warning::example)
            })
            .collect())
    }

    fn find(&self, scope: Scope<'_>) -> rusqlite::Result<usize> {
        scope.db.execute_batch(
            "DROP TABLE IF EXISTS temp.dangling;
             CREATE TEMP TABLE dangling (row integer PRIMARY KEY, own_type text, external_id text, to_type text)",
        )?;
        let list = self.columns.join(", ");
        let first = self.columns.first().copied().unwrap_or_default();
        let same: Vec<_> = self
            .columns
            .iter()
            .map(|column| format!("t.{column} = k.{column}"))
            .collect();
        // An empty reference cannot be: ids have at least one byte, and absence is NULL.
        let sql = format!(
            "INSERT INTO temp.dangling
             WITH k AS MATERIALIZED (
                 SELECT {list} FROM (SELECT DISTINCT {list} FROM {table} WHERE {first} > '') k
                 WHERE NOT EXISTS (
                     SELECT 1 FROM {to} r WHERE r.external_id = {external_id} AND r.sync_id = ?1))
             SELECT t.id, t.resource_type_id, t.external_id, t.{to_type}
             FROM k CROSS JOIN {table} t ON {same} WHERE t.sync_id = ?1",
            table = self.table,
            to = self.to,
            external_id = self.external_id,
            to_type = self.to_type,
            same = same.join(" AND "),
        );
        scope.db.execute(&sql, [scope.sync_id.as_str()])
    }
}
